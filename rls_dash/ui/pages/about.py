"""About: may I rely on it."""

from __future__ import annotations

import streamlit as st

from rls_dash import __version__
from rls_dash.knowledge import notices
from rls_dash.ui import state, text


def render() -> None:
    """Intended use, what it does not do, privacy, versions, notices."""
    st.header("About RLS Dash", anchor=False)
    for heading, lines in text.ABOUT:
        st.subheader(heading, anchor=False)
        st.markdown("\n".join(f"- {line}" for line in lines))
    st.subheader("Versions", anchor=False)
    st.text(f"Program {__version__}\nKnowledge tables {state.knowledge().version}")
    st.subheader("Notices", anchor=False)
    st.text(notices())  # as text: an address must not become a link that leaves this machine


render()
