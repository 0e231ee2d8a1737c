"""Who the patient is, and how much of the files stands behind the page."""

from __future__ import annotations

import streamlit as st

from rls_dash.context.patients import facts_words
from rls_dash.interpret.words import short_id
from rls_dash.knowledge import load_knowledge
from rls_dash.model import Severity
from rls_dash.ui import text
from rls_dash.ui.file_words import SIDE_FILES
from rls_dash.ui.loading import Loaded

_LISTED_AT_MOST = 3
_UNIT_UNKNOWN = ("unit_missing", "unit_unknown", "unit_unusual")  # issue codes


def render(loaded: Loaded, patient_id: str, story: str) -> None:
    """Id, age and sex where stated, files, rows used, set aside and held; `story`: Markdown of ours or ""."""
    rows = loaded.analysis.patient_results(patient_id)
    files = sorted(rows["source_file"].unique())
    with st.container(key="banner", gap=None):
        with st.container(key="unseen"):  # the page's heading, for readers who do not see it
            st.header("Patient", anchor=False)
        used = f"{text.counted(len(rows), 'result')} from {', '.join(files)}"
        shown = short_id(patient_id)
        whole = None if shown == patient_id else f"Id: {text.esc(patient_id)}"
        facts = facts_words(loaded.contexts.get(patient_id), loaded.as_of)
        st.text("  ·  ".join([shown, *facts, used]), help=whole)
        said = f"{_rows_words(loaded)} {story}".strip()
        if said:
            st.caption(said)
    _not_used(loaded, patient_id)


def _not_used(loaded: Loaded, patient_id: str) -> None:
    """Results of this patient that no plot shows: a newer one may be among them."""
    issues = loaded.analysis.patient_issues(patient_id)
    if issues.empty:
        return
    labels = {key: one.short_label for key, one in load_knowledge().analytes.items()}
    said = [
        f"{_what(row.source_file, labels.get(row.analyte, ''), loaded)}{_state(row.severity, row.code)} "
        f"({row.source_file}, line {row.source_row}: {_first_sentence(row.message)})"
        for row in issues.head(_LISTED_AT_MOST).itertuples()
    ]
    more = len(issues) - len(said)
    rest = f" and {more} more: see Import" if more else ""
    mark = f":orange-badge[{text.counted(len(issues), 'row')} of this patient not used]"
    st.markdown(f":small[{mark} {text.esc('; '.join(said) + rest)}]")


def _what(source_file: str, label: str, loaded: Loaded) -> str:
    """What a row would have been: the result of a test, or an entry of a side file."""
    kinds = {one.name: SIDE_FILES[one.kind] for one in loaded.side_files}
    return kinds.get(source_file, label or "unknown test")


def _state(severity: str, code: str) -> str:
    """What keeps a result out of the plots: ", unit unknown, held: see Import"."""
    unit = ", unit unknown" if code in _UNIT_UNKNOWN else ""
    return unit + (", held: see Import" if severity == Severity.HELD else "")


def _first_sentence(message: str) -> str:
    return message.partition(". ")[0].removesuffix(".")


def _rows_words(loaded: Loaded) -> str:
    """Rows of the files that nobody can be told to own."""
    ownerless = loaded.analysis.ownerless_issues
    if not ownerless:
        return ""
    return f"{text.counted(ownerless, 'row')} without a certain patient not used: see Import."
