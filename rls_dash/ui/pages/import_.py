"""Import: what was loaded, what was not, and what is needed from the user."""

from __future__ import annotations

import streamlit as st

from rls_dash.export import issues_csv, results_csv
from rls_dash.pipeline import Analysis
from rls_dash.ui import routes, state, text
from rls_dash.ui.components import answers, counts, file_details, issues_table

_BOM = "\ufeff"  # so that a spreadsheet reads µ as µ


def render() -> None:
    """Uploader, row accounting, what was recognised, issues, downloads."""
    found = state.loaded()
    st.header("Import")
    st.file_uploader(
        "Laboratory exports, long format: one result a row (CSV, TSV or TXT, several at once)",
        type=["csv", "tsv", "txt"],
        accept_multiple_files=True,
        key=f"{state.Widget.UPLOADS}_{state.upload_round()}",
        on_change=state.take_uploads,
    )
    st.caption(
        f"They replace what is loaded now. {text.STAYS_HERE} A file named patients.csv "
        "(patient_id, birth_date, sex, pregnant, dialysis) adds facts about patients."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Open the list of patients", disabled=found.patients.empty):
            st.switch_page(routes.PATIENTS)
        if not found.is_sample:
            st.button("Back to sample", on_click=state.load_sample, key="sample_again")
    for error in found.analysis.errors:
        where = f"{error.source_file}, line {error.line}" if error.line else error.source_file
        st.error(f"{text.esc(where)}: {text.esc(error.reason)} Nothing of this file is used.")
    _account(found.analysis)


def _account(analysis: Analysis) -> None:
    st.subheader("Where every row went")
    counts.render(analysis)
    answers.render(analysis)
    if analysis.files:
        st.subheader("What was recognised")
        file_details.render(analysis.files)
    st.subheader("Rows to look at")
    if analysis.issues.empty:
        st.info("Nothing was set aside or held, and there is nothing to note.")
    else:
        issues_table.render(analysis.issues)
    _downloads(analysis)


def _downloads(analysis: Analysis) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Download results.csv",
            lambda: (_BOM + results_csv(analysis.results)).encode(),
            "results.csv",
            "text/csv",
            on_click="ignore",
            disabled=analysis.results.empty,
        )
        st.download_button(
            "Download issues.csv",
            lambda: (_BOM + issues_csv(analysis.issues)).encode(),
            "issues.csv",
            "text/csv",
            on_click="ignore",
            disabled=analysis.issues.empty,
        )
    st.caption("The files hold patient data: keep them where the records are kept.")


render()
