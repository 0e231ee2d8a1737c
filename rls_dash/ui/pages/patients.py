"""Patients: who needs attention."""

from __future__ import annotations

import streamlit as st

from rls_dash.ui import routes, state, text
from rls_dash.ui.components import list_reports, patient_filters, patients_table


def render() -> None:
    """Sorted list of all patients; a row opens the patient."""
    found = state.loaded()
    st.header("Patients", anchor=False)
    if found.patients.empty:
        st.info(text.NO_RESULTS)
        st.page_link(routes.IMPORT, label="Go to Import")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        wanted = st.text_input(
            "Search by patient id", key=state.Widget.SEARCH, width=240, persist_state="session"
        )
        groups = patient_filters.render(found)
    listed = patient_filters.listed(found, wanted, groups)
    opened = patients_table.render(listed)
    st.caption(
        "Worst first, by findings (stop, act, note) and then by the latest result of each test; in brackets "
        "the age of one over a year old. "
        f"A click on the id opens one; by keyboard, Shift and Space in its row. {text.NO_ALL_CLEAR}"
    )
    list_reports.render(found, listed["patient_id"].tolist())
    if opened is not None:
        state.choose_patient(opened)
        st.switch_page(routes.PATIENT)


render()
