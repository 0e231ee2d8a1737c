"""How to read the patient page, in a few lines."""

from __future__ import annotations

import streamlit as st

from rls_dash.ui import text


def render() -> None:
    """Letters, marks and what silence does not mean."""
    st.caption("\n".join(f"- {note}" for note in text.READING_NOTES))
