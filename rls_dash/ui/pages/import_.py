"""Import: what was loaded, what was not, and what is needed from the user."""

from __future__ import annotations

import streamlit as st

from rls_dash.model import FileError
from rls_dash.ui import downloads, routes, state, text
from rls_dash.ui.components import answers, counts, file_details, issues_table
from rls_dash.ui.loading import Loaded

_TYPES = ["csv", "tsv", "txt", "json", "ndjson", "hl7", "ldt", "xlsx", "xlsm", "gz", "zip", "toml"]


def render() -> None:
    """Uploaders, open questions, row accounting, what was recognised, issues, downloads."""
    found = state.loaded()
    st.header("Import", anchor=False)
    _uploaders()
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Open the list of patients", disabled=found.patients.empty):
            st.switch_page(routes.PATIENTS)
        if not found.is_sample:
            st.button("Back to sample", on_click=state.load_sample, key="sample_again")
    if one := state.said():
        (st.error if one.refused else st.success)(text.esc(one.text))
    for error in found.analysis.errors:
        _error(found, error)
    answers.render(found)
    _account(found)


def _uploaders() -> None:
    exports, kept = st.columns([7, 4], gap="medium")
    with exports:
        st.file_uploader(
            "Laboratory exports, several at once",
            type=_TYPES,
            accept_multiple_files=True,
            key=f"{state.Widget.UPLOADS}_{state.upload_round()}",
            on_change=state.take_uploads,
            help="Files named patients.csv (birth date, sex, pregnancy, dialysis …), events.csv (medicines, "
            "supplements, infusions) and scores.csv (IRLS) add what is known beside them. A dictionary "
            "of codes is joined to the export that needs it. A mapping.toml is taken as answers.",
        )
        st.caption(
            f"They replace what is loaded now. {text.STAYS_HERE} Files larger than 20 MB: use the command "
            "line, python -m rls_dash normalise --help."
        )
    with kept:
        st.file_uploader(
            "Load answers (mapping.toml)",
            type=["toml"],
            key=state.Widget.ANSWERS_FILE,
            on_change=state.take_answers_file,
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            downloads.answers_button()


def _error(found: Loaded, error: FileError) -> None:
    """Why a file is not read, unless a question below says so."""
    book = found.options.answers
    if any(not book.of(one.layout).answer(one.kind, one.subject) for one in error.questions):
        return
    where = f"{error.source_file}, line {error.line}" if error.line else error.source_file
    st.error(f"{text.esc(where)}: {text.esc(error.reason)} Nothing of this file is used.")


def _account(found: Loaded) -> None:
    analysis = found.analysis
    st.subheader("Where every row went", anchor=False)
    counts.render(found)
    if analysis.files:
        st.subheader("What was recognised", anchor=False)
        file_details.render(found)
    st.subheader("Rows to look at", anchor=False)
    listed = analysis.issues
    if analysis.issues.empty:
        st.info("Nothing was set aside or held, and there is nothing to note.")
    else:
        listed = issues_table.render(analysis.issues)
    downloads.results_and_issues(analysis.results, analysis.issues, listed)
    st.caption("The files hold patient data: keep them where the records are kept.")


render()
