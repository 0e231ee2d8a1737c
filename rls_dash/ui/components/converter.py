"""Unit converter for the tracked tests, with the factors the results are converted by."""

from __future__ import annotations

import streamlit as st

from rls_dash.interpret.words import plain, unit_text
from rls_dash.knowledge import Knowledge
from rls_dash.normalise.units import convert


def render(knowledge: Knowledge) -> None:
    """A value in one unit, in every other unit accepted for the test."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(
            "Test to convert",
            list(knowledge.analytes),
            format_func=lambda one: knowledge.analytes[one].label,
            key="converter_test",
            width=260,
        )
        units = [unit for analyte, unit in knowledge.accepted_units if analyte == key]
        unit = st.selectbox("From", units, format_func=unit_text, key=f"converter_unit_{key}", width=160)
        value = st.number_input(
            "Value", min_value=0.0, value=1.0, format="%g", key="converter_value", width=160
        )
    others = [other for other in units if other != unit]
    if not others:
        st.caption("Only one unit is accepted for this test.")
        return
    rows = [
        {"Equals": plain(float(convert(value, key, unit, other))), "Unit": unit_text(other)}
        for other in others
    ]
    equal = ", ".join(f"{row['Equals']} {row['Unit']}" for row in rows)
    what = knowledge.analytes[key].label
    st.table(rows, width="content", alt=f"{what}: {plain(value)} {unit_text(unit)} equals {equal}")
