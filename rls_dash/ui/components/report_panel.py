"""The report of a patient to take away: one page as HTML or PDF, and a note to copy."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from rls_dash.report.compose import report_of
from rls_dash.report.files import Kind, report_bytes, report_name
from rls_dash.report.material import Material
from rls_dash.report.model import Note, Paper
from rls_dash.report.note import note_of
from rls_dash.ui import state
from rls_dash.ui.loading import Loaded, material_of_loaded

_PAPERS = {Paper.A4: "A4", Paper.LETTER: "Letter"}
_NOTES = {Note.SHORT: "Short", Note.FULL: "Full"}
_MIMES = {Kind.HTML: "text/html", Kind.PDF: "application/pdf", Kind.TEXT: "text/plain"}


@st.fragment  # a paper or a format is chosen without a run of the page
def render(found: Loaded, patient_id: str) -> None:
    """Opened by a button: downloads of this patient, and the note with its copy button."""
    opened = st.popover("Report and note", key=state.Widget.REPORT, on_change="rerun", width="content")
    with opened:
        if not opened.open:
            return
        material = material_of_loaded(found, state.knowledge())
        _one(material, patient_id, paper(state.Widget.REPORT_PAPER))
        _note(material, patient_id)
        st.caption("No file name holds an id. Reports of several patients: on the page Patients.")


def paper(key: state.Widget) -> Paper:
    """The size of paper chosen."""
    chosen = st.segmented_control(
        "Paper", list(Paper), format_func=_PAPERS.__getitem__, default=Paper.A4, required=True, key=key
    )
    return Paper(chosen or Paper.A4)


def _one(material: Material, patient_id: str, on: Paper) -> None:
    """Both forms of the page, made only when asked for."""
    with st.container(horizontal=True, gap="small"):
        for kind, label in (
            (Kind.HTML, "Report (HTML)"),
            (Kind.PDF, "Report (PDF)"),
            (Kind.TEXT, "Note (text)"),
        ):
            st.download_button(
                label,
                _maker(material, patient_id, kind, on),
                report_name(material.as_of, kind),
                _MIMES[kind],
                on_click="ignore",
                key=f"download_report_{kind.value}",
            )


def _maker(material: Material, patient_id: str, kind: Kind, on: Paper) -> Callable[[], bytes]:
    units = state.units()
    return lambda: report_bytes(material, patient_id, kind, units, on)


def _note(material: Material, patient_id: str) -> None:
    """The note as it will be pasted; the button that copies it stands at its upper right."""
    units = state.units()
    chosen = st.segmented_control(
        "Note",
        list(Note),
        format_func=_NOTES.__getitem__,
        default=Note.SHORT,
        required=True,
        key=state.Widget.REPORT_NOTE,
    )
    length = Note(chosen or Note.SHORT)
    made = ("note", patient_id, units, length)
    note = state.kept(made, lambda: note_of(report_of(material, patient_id, units), length))
    st.caption("Note for any record; the copy button is at its upper right")
    st.code(note, language=None, wrap_lines=True, height=260)
