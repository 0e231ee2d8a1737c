"""The report to take away: one page as HTML or PDF, a note to copy, and the same for all patients."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from rls_dash.report.compose import report_of
from rls_dash.report.files import Kind, all_as_archive, all_as_pdf, archive_name, report_bytes, report_name
from rls_dash.report.material import Material
from rls_dash.report.model import Paper
from rls_dash.report.note import note_of
from rls_dash.ui import state
from rls_dash.ui.components.folded import folded
from rls_dash.ui.loading import Loaded, material_of_loaded
from rls_dash.ui.text import counted

_PAPERS = {Paper.A4: "A4", Paper.LETTER: "Letter"}
_MIMES = {Kind.HTML: "text/html", Kind.PDF: "application/pdf", Kind.TEXT: "text/plain"}
_ALL = {
    "One PDF": None,
    "Zip of PDF files": Kind.PDF,
    "Zip of HTML files": Kind.HTML,
    "Zip of text notes": Kind.TEXT,
}
_NAMES = (
    "No file name holds an id. In a zip the files are numbered in the order of the list of patients; whose "
    "each one is stands inside it. What is saved is no longer protected by this program."
)


@st.fragment  # a paper or a format is chosen without a run of the page
def render(found: Loaded, patient_id: str) -> None:
    """Folded: downloads of this patient, the note with its copy button, and the reports of all."""
    with folded("Report and note", state.Widget.REPORT) as is_open:
        if not is_open:
            return
        material = material_of_loaded(found, state.knowledge())
        paper = _paper()
        _one(material, patient_id, paper)
        _note(material, patient_id)
        _all(material, paper)


def _paper() -> Paper:
    chosen = st.segmented_control(
        "Paper",
        list(Paper),
        format_func=_PAPERS.__getitem__,
        default=Paper.A4,
        key=state.Widget.REPORT_PAPER,
    )
    return Paper(chosen or Paper.A4)


def _one(material: Material, patient_id: str, paper: Paper) -> None:
    """Both forms of the page, made only when asked for."""
    with st.container(horizontal=True, gap="small"):
        for kind, label in (
            (Kind.HTML, "Report (HTML)"),
            (Kind.PDF, "Report (PDF)"),
            (Kind.TEXT, "Note (text)"),
        ):
            st.download_button(
                label,
                _maker(material, patient_id, kind, paper),
                report_name(material.as_of, kind),
                _MIMES[kind],
                on_click="ignore",
                key=f"download_report_{kind.value}",
            )


def _maker(material: Material, patient_id: str, kind: Kind, paper: Paper) -> Callable[[], bytes]:
    units = state.units()
    return lambda: report_bytes(material, patient_id, kind, units, paper)


def _note(material: Material, patient_id: str) -> None:
    """The note as it will be pasted; the button that copies it stands at its upper right."""
    units = state.units()
    note = state.kept(("note", patient_id, units), lambda: note_of(report_of(material, patient_id, units)))
    st.caption("Note for any record; the copy button is at its upper right")
    st.code(note, language=None, wrap_lines=True, height=260)


def _all(material: Material, paper: Paper) -> None:
    """Every patient of the list, in its order, with what is done so far."""
    count = len(material.patient_ids)
    chosen = st.selectbox(
        f"Reports of all {counted(count, 'patient')} of the list", list(_ALL), key=state.Widget.REPORT_ALL
    )
    st.caption(_NAMES)
    if not st.button("Make them", key="make_reports"):
        return
    kind = _ALL[chosen]
    key = ("reports", chosen, paper, state.units())
    content = state.kept(key, lambda: _made(material, kind, paper))
    name = report_name(material.as_of, Kind.PDF) if kind is None else archive_name(material.as_of)
    mime = _MIMES[Kind.PDF] if kind is None else "application/zip"
    st.download_button(
        f"Save {name}", content, name, mime, on_click="ignore", key="download_reports", type="primary"
    )


def _made(material: Material, kind: Kind | None, paper: Paper) -> bytes:
    bar = st.progress(0.0, text="Making the reports")

    def progress(made: int, of: int) -> None:
        bar.progress(made / of, text=f"{made:,} of {counted(of, 'report')}")

    if kind is None:
        content = all_as_pdf(material, material.patient_ids, state.units(), paper, progress)
    else:
        content = all_as_archive(material, material.patient_ids, kind, state.units(), paper, progress)
    bar.empty()
    return content
