"""Rows that were not used as they stand, with line, raw text and reason."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rls_dash.model import Severity
from rls_dash.ui.components.sizes import table_height

SEVERITY_WORDS = {Severity.SET_ASIDE: "Set aside", Severity.HELD: "Held for an answer", Severity.NOTE: "Note"}
_HELP = {
    Severity.SET_ASIDE: "cannot be used",
    Severity.HELD: "waits for an answer",
    Severity.NOTE: "used; worth knowing",
}
_FIRST = {Severity.HELD.value: 0, Severity.SET_ASIDE.value: 1, Severity.NOTE.value: 2}
_COLUMNS = {
    "source_file": "File",
    "source_row": "Line",
    "severity": "Severity",
    "column": "Column",
    "reported": "As in the file",
    "message": "What is wrong and what to do",
}


def render(issues: pd.DataFrame) -> None:
    """Table with a filter by severity."""
    counts = issues["severity"].value_counts()
    chosen = st.pills(
        "Severity (none chosen: all)",
        list(Severity),
        selection_mode="multi",
        format_func=lambda one: f"{SEVERITY_WORDS[one]} ({int(counts.get(one.value, 0)):,})",
        key="issues_filter",
        wrap=True,
    )
    st.caption("; ".join(f"{SEVERITY_WORDS[one].lower()}: {_HELP[one]}" for one in Severity) + ".")
    shown = issues[issues["severity"].isin([one.value for one in chosen])] if chosen else issues
    # What needs the reader comes first; within a severity the order is that of the files.
    shown = shown.sort_values("severity", key=lambda column: column.map(_FIRST), kind="stable")
    words = shown["severity"].map({one.value: SEVERITY_WORDS[one] for one in Severity})
    st.dataframe(
        shown.assign(severity=words)[list(_COLUMNS)].rename(columns=_COLUMNS),
        hide_index=True,
        height=table_height(len(shown), at_most=12),
        alt="Rows set aside, rows held, and notes",
        placeholder="",
        column_config={"What is wrong and what to do": st.column_config.TextColumn(width="large")},
    )
