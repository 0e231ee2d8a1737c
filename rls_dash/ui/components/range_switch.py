"""How far back the trends reach."""

from __future__ import annotations

import streamlit as st

from rls_dash.figures.trend import TrendRange
from rls_dash.ui import state


def render() -> None:
    """The presets; the choice is `state.trend_range()`."""
    st.segmented_control(
        "Period",
        list(TrendRange),
        default=TrendRange.ALL,
        required=True,
        format_func=str,
        key=state.Widget.RANGE,
        label_visibility="collapsed",
        persist_state="session",
    )
