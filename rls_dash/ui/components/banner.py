"""Who the patient is, and how much of the files stands behind the page."""

from __future__ import annotations

import streamlit as st

from rls_dash.interpret.context import PatientContext, age_years
from rls_dash.interpret.words import date_text
from rls_dash.ui import text
from rls_dash.ui.loading import Loaded


def render(loaded: Loaded, patient_id: str, story: str) -> None:
    """Id, age and sex where stated, files, rows used, set aside and held; `story`: Markdown of ours or ""."""
    rows = loaded.analysis.patient_results(patient_id)
    files = sorted(rows["source_file"].unique())
    with st.container(key="banner", gap=None):
        used = f"{text.counted(len(rows), 'result')} from {', '.join(files)}"
        st.text("  ·  ".join([patient_id, *_facts(loaded.contexts.get(patient_id), loaded), used]))
        st.caption(f"{_rows_words(loaded, files)} {story}".strip())


def _facts(facts: PatientContext | None, loaded: Loaded) -> list[str]:
    if facts is None:
        return ["age and sex not stated"]
    age = age_years(facts.birth_date, loaded.as_of) if facts.birth_date else None
    said = [
        f"{age} years" if age is not None else "age not stated",
        facts.sex.value if facts.sex else "sex not stated",
    ]
    said += [word for word, on in (("pregnant", facts.pregnant), ("on dialysis", facts.dialysis)) if on]
    if facts.haemochromatosis:
        said.append("haemochromatosis recorded")
    return said


def _rows_words(loaded: Loaded, files: list[str]) -> str:
    """Rows of these files that no patient page shows; they may belong to this patient."""
    reports = [report for report in loaded.analysis.files if report.name in files]
    aside, held = sum(report.set_aside for report in reports), sum(report.held for report in reports)
    where = "this file" if len(files) == 1 else "these files"
    if not aside + held:
        return f"Read as on {date_text(loaded.as_of)}. No row of {where} was set aside or held."
    return (
        f"Read as on {date_text(loaded.as_of)}. Of {where}, {text.counted(aside, 'row')} set aside and "
        f"{text.counted(held, 'row')} held, of this or other patients: see Import."
    )
