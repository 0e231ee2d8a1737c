"""Page configuration and navigation; the pages are in rls_dash/ui/pages."""

from __future__ import annotations

import streamlit as st

from rls_dash.ui import routes, text
from rls_dash.ui.components import frame

page = st.navigation(
    [
        st.Page(routes.PATIENTS, title="Patients", default=True),
        st.Page(routes.PATIENT, title="Patient"),
        st.Page(routes.IMPORT, title="Import", url_path="import"),
        st.Page(routes.LIMITS, title="Limits and sources"),
        st.Page(routes.ABOUT, title="About"),
    ],
    position="top",
)
st.set_page_config(page_title=f"{page.title} · {text.APP_NAME}", page_icon="🩸", layout="wide")
frame.render()
page.run()
