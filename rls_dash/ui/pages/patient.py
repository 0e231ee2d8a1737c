"""Patient: where the patient is against the limits, whether it moves, what to check before a supplement."""

from __future__ import annotations

import streamlit as st

from rls_dash.findings.about import rules_about
from rls_dash.interpret.cautions import caution_rows
from rls_dash.interpret.recorded import has_list
from rls_dash.ui import routes, sample, state, text
from rls_dash.ui.components import (
    banner,
    cautions_table,
    findings_list,
    patient_picker,
    range_switch,
    reading_notes,
    record_form,
    results_table,
    trends,
    unit_switch,
)
from rls_dash.ui.loading import Loaded


def render() -> None:
    """Banner, findings, trends beside the cautions table, results."""
    found, patient_id = state.loaded(), state.patient()
    if patient_id is None:
        st.header("Patient")
        st.info(text.NO_RESULTS)
        st.page_link(routes.IMPORT, label="Go to Import")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        patient_picker.render()
        unit_switch.render()
        range_switch.render()
    banner.render(found, patient_id, _story(patient_id) if found.is_sample else "")
    findings = found.findings.get(patient_id)
    if findings is not None:
        findings_list.render(findings, state.knowledge())
    _overview(found, patient_id)
    record_form.render(found, patient_id, state.knowledge())


def _overview(found: Loaded, patient_id: str) -> None:
    """Trends over their results, beside the cautions table; layout.css places the three."""
    rows, knowledge = found.patient_rows(patient_id), state.knowledge()
    facts, events = found.contexts.get(patient_id), found.events.get(patient_id, ())
    cautions = state.kept(
        ("cautions", patient_id), lambda: caution_rows(rows, knowledge, found.as_of, facts, events)
    )
    st.markdown(f"**{cautions_table.summary(cautions)}.**")
    with st.container(key="overview"):
        with st.container(key="trends_area"):
            trends.render(rows, patient_id)
        with st.container(key="cautions_area"):
            rules = rules_about(found.findings.get(patient_id))
            cautions_table.render(cautions, rules, medicines_on_file=has_list(events))
        with st.container(key="results_area"):
            results_table.render(rows, knowledge, state.units())
            reading_notes.render()


def _story(patient_id: str) -> str:
    """What this sample patient was made to show, as Markdown."""
    told = sample.stories().get(patient_id, ())
    return " ".join(f"**Sample: {text.own(one.title)}.** {text.own(one.what_to_see)}" for one in told)


render()
