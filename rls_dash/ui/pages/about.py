"""About: may I rely on it."""

from __future__ import annotations

import streamlit as st

from rls_dash import __version__
from rls_dash.knowledge import notices
from rls_dash.ui import state, text
from rls_dash.ui.text import own


def render() -> None:
    """Intended use, what it does not do, privacy, versions, notices."""
    st.header("About RLS Dash")
    for heading, lines in text.ABOUT:
        st.subheader(heading)
        st.markdown("\n".join(f"- {line}" for line in lines))
    st.subheader("Versions")
    st.text(f"Program {__version__}\nKnowledge tables {state.knowledge().version}")
    st.subheader("Notices")
    st.caption(own(notices()))


render()
