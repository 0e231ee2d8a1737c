"""The reports of every patient that the list shows, as one document or an archive, with progress."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rls_dash.report.files import Kind, all_as_archive, all_as_pdf, all_name
from rls_dash.report.material import Material
from rls_dash.report.model import Paper
from rls_dash.ui import state
from rls_dash.ui.components.folded import folded
from rls_dash.ui.components.report_panel import paper
from rls_dash.ui.loading import Loaded, material_of_loaded
from rls_dash.ui.text import counted

_FORMS = {
    "One PDF": None,
    "Zip of PDF files": Kind.PDF,
    "Zip of HTML files": Kind.HTML,
    "Zip of text notes": Kind.TEXT,
}
_NAMES = (
    "No file name holds an id. In a zip the files are numbered in the order of the list; whose each one is "
    "stands inside it. What is saved is no longer protected by this program."
)


@st.fragment  # a paper or a form is chosen without a run of the page
def render(found: Loaded, patients: Sequence[str]) -> None:
    """Folded: what is listed now, with the search and the filters chosen."""
    if not patients:
        return
    count = counted(len(patients), "patient")
    with folded(f"Reports of the {count} listed", state.Widget.LIST_REPORTS) as is_open:
        if not is_open:
            return
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            form = st.selectbox("As", list(_FORMS), key=state.Widget.REPORT_ALL, width=240)
            on = paper(state.Widget.LIST_PAPER)
            wanted = st.button("Make them", key="make_reports")
        st.caption(_NAMES)
        if wanted:
            _offer(material_of_loaded(found, state.knowledge()), patients, form, on)


def _offer(material: Material, patients: Sequence[str], form: str, on: Paper) -> None:
    kind = _FORMS[form]
    key = ("reports", tuple(patients), form, on, state.units())
    content = state.kept(key, lambda: _made(material, patients, kind, on))
    name = all_name(material.as_of, "pdf" if kind is None else "zip")
    mime = "application/pdf" if kind is None else "application/zip"
    st.download_button(f"Save {name}", content, name, mime, on_click="ignore", key="download_reports")


def _made(material: Material, patients: Sequence[str], kind: Kind | None, on: Paper) -> bytes:
    bar = st.progress(0.0, text="Making the reports")

    def progress(made: int, of: int) -> None:
        bar.progress(made / of, text=f"{made:,} of {counted(of, 'report')}")

    if kind is None:
        content = all_as_pdf(material, patients, state.units(), on, progress)
    else:
        content = all_as_archive(material, patients, kind, state.units(), on, progress)
    bar.empty()
    return content
