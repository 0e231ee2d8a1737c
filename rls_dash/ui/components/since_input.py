"""The day of the last visit, from which the page says what is new."""

from __future__ import annotations

from datetime import date

import streamlit as st

from rls_dash.ui import state


def render(patient_id: str) -> None:
    """An optional date; the choice is `state.since(patient_id)`."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
        st.caption("New since", width="content")
        state.show_since(patient_id)
        st.date_input(
            "New since (last visit)",
            min_value=date(1950, 1, 1),
            max_value=state.loaded().as_of,
            format="YYYY-MM-DD",
            key=state.Widget.SINCE,
            on_change=state.take_since,
            args=(patient_id,),
            label_visibility="collapsed",
            width=160,
        )
