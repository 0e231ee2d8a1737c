"""Limits and sources: which numbers this is built on."""

from __future__ import annotations

import streamlit as st

from rls_dash.ui import state
from rls_dash.ui.components import clinic_numbers, converter, knowledge_tables, limits_table


def render() -> None:
    """Decision limits, unit converter, upper limits and spacing, cautions, sources."""
    knowledge = state.knowledge()
    st.header("Limits and sources", anchor=False)
    st.caption(
        "A result is compared in the unit in which it was reported wherever the source printed that unit. "
        "Numbers as printed need not be exact conversions of each other."
    )
    clinic_numbers.render(knowledge)
    names = ["Decision limits", "Unit converter", "Upper limits and spacing", "Cautions", "Sources"]
    limits, units, intake, cautions, sources = st.tabs(names)
    with limits:
        limits_table.render(knowledge)
    with units:
        converter.render(knowledge)
    with intake:
        knowledge_tables.render_upper_limits(knowledge)
        knowledge_tables.render_interactions(knowledge)
    with cautions:
        knowledge_tables.render_cautions(knowledge)
    with sources:
        knowledge_tables.render_sources(knowledge)


render()
