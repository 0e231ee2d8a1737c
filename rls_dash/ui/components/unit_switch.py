"""Switch between the two unit systems."""

from __future__ import annotations

import streamlit as st

from rls_dash.interpret.words import UnitSystem
from rls_dash.ui import state

_LABELS = {UnitSystem.CONVENTIONAL: "Conventional", UnitSystem.SI: "SI"}


def render() -> None:
    """The switch; the choice is `state.units()`."""
    st.segmented_control(
        "Units",
        list(UnitSystem),
        default=UnitSystem.CONVENTIONAL,
        required=True,
        format_func=_LABELS.__getitem__,
        key=state.Widget.UNITS,
        label_visibility="collapsed",
        persist_state="session",
    )
