"""Patient: where the patient is against the limits, whether it moves, what to check before a supplement."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rls_dash.findings.about import rules_about
from rls_dash.findings.lit import Lit, keyed, lit_by
from rls_dash.interpret.cautions import caution_rows
from rls_dash.interpret.recorded import has_list
from rls_dash.ui import routes, sample, state, text
from rls_dash.ui.components import (
    banner,
    cautions_table,
    compare_panel,
    findings_list,
    patient_picker,
    range_switch,
    reading_notes,
    record_form,
    report_panel,
    results_table,
    since_input,
    trends,
    unit_switch,
)
from rls_dash.ui.loading import Loaded


def render() -> None:
    """Who it is; then, in one fragment, findings and trends beside the cautions; then what is recorded."""
    found, patient_id = state.loaded(), state.patient()
    if patient_id is None:
        st.header("Patient")
        st.info(text.NO_RESULTS)
        st.page_link(routes.IMPORT, label="Go to Import")
        return
    with st.container(key="who"):
        patient_picker.render()
        banner.render(found, patient_id, _story(patient_id) if found.is_sample else "")
    _overview(patient_id)
    _recorded(patient_id)


@st.fragment  # a finding, a unit or a period is chosen without a run of the whole page
def _overview(patient_id: str) -> None:
    """Findings and trends over results, beside the cautions table; layout.css places them."""
    found, knowledge = state.loaded(), state.knowledge()
    rows = state.kept(("rows", patient_id), lambda: found.patient_rows(patient_id))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="switches"):
        unit_switch.render()
        range_switch.render()
        since_input.render(patient_id)
        report_panel.render(found, patient_id)
    findings = found.findings.get(patient_id)
    chosen = keyed(findings.findings).get(state.chosen_finding(patient_id)) if findings else None
    lit = lit_by(chosen, knowledge.analytes)
    with st.container(key="overview"):
        with st.container(key="trends_area"):
            if findings is not None:
                findings_list.render(findings, knowledge)
            events, since = found.events.get(patient_id, ()), state.since(patient_id)
            trends.render(rows, patient_id, events, found.scores.get(patient_id, ()), lit.results, since)
            trends.render_context(rows, patient_id, events, lit.results, since)
        with st.container(key="cautions_area"):
            _cautions(found, patient_id, rows, lit)
        with st.container(key="results_area"):
            compare_panel.render(rows, knowledge, patient_id)
            results_table.render(rows, knowledge, state.units(), lit)
            reading_notes.render()


@st.fragment
def _recorded(patient_id: str) -> None:
    """Facts, events and severity totals; what is added is read with the results, so the whole page runs."""
    record_form.render(state.loaded(), patient_id, state.knowledge())


def _cautions(found: Loaded, patient_id: str, rows: pd.DataFrame, lit: Lit) -> None:
    facts, events = found.contexts.get(patient_id), found.events.get(patient_id, ())
    knowledge = state.knowledge()
    cautions = state.kept(
        ("cautions", patient_id), lambda: caution_rows(rows, knowledge, found.as_of, facts, events)
    )
    st.markdown(f":small[**{cautions_table.summary(cautions)}.**]")
    rules = rules_about(found.findings.get(patient_id))
    cautions_table.render(cautions, rules, medicines_on_file=has_list(events), lit=lit)


def _story(patient_id: str) -> str:
    """What this sample patient was made to show, as Markdown."""
    told = sample.stories().get(patient_id, ())
    return " ".join(f"**Sample: {text.own(one.title)}.** {text.own(one.what_to_see)}" for one in told)


render()
