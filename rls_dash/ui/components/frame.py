"""What stands above every page: whose data these are, and the way to other data."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from rls_dash.interpret.words import date_text
from rls_dash.ui import routes, state, text

_STYLES = Path(__file__).resolve().parents[1] / "layout.css"


def render() -> None:
    """Mark of sample data, or the names of the user's files."""
    st.html(_STYLES)
    found = state.loaded()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="frame"):
        if found.is_sample:
            st.badge(text.SAMPLE_MARK, color="orange")
            st.markdown(f":small[read as on {date_text(found.as_of)}]", width="content")
            st.page_link(routes.IMPORT, label="Load your own files")
            return
        st.badge("Your files", color="blue")
        st.text(_names([file.name for file in found.analysis.files]), width="content")
        st.markdown(f":small[read as on {date_text(found.as_of)}]", width="content")
        st.button("Back to sample", on_click=state.load_sample, type="tertiary")
    if found.analysis.errors:
        count = text.counted(len(found.analysis.errors), "file")
        st.error(f"{count} could not be read: see the Import page.")


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "") if names else "none readable"
