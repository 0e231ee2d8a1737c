"""Rows that were not used as they stand, with line, raw text, reason and remedy."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rls_dash.model import Severity
from rls_dash.ui import state, text
from rls_dash.ui.components.sizes import table_height

SEVERITY_WORDS = {Severity.SET_ASIDE: "Set aside", Severity.HELD: "Held", Severity.NOTE: "Note"}
_HELP = {
    Severity.SET_ASIDE: "cannot be used",
    Severity.HELD: "not used until it is cleared up, by an answer above or in the export",
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
_SEARCHED = ("column", "reported", "message", "code", "patient_id")
_SHOWN_AT_MOST = 1000  # a browser table of many more rows makes every click slow


def render(issues: pd.DataFrame) -> pd.DataFrame:
    """Filters, the table and the full text of a chosen row; returns the issues that are listed."""
    shown = in_order(filtered(issues, *_filters(issues)))
    listed = shown.head(_SHOWN_AT_MOST)
    more = (
        "" if len(listed) == len(shown) else f"; the first {len(listed):,} are listed, the download has all"
    )
    st.caption(
        f"{len(shown):,} of {text.counted(len(issues), 'entry', 'entries')}{more}. "
        "A click on a row shows its text in full."
    )
    words = listed["severity"].map({one.value: SEVERITY_WORDS[one] for one in Severity})
    event = st.dataframe(
        listed.assign(severity=words)[list(_COLUMNS)].rename(columns=_COLUMNS),
        hide_index=True,
        height=table_height(len(listed), at_most=12),
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        key=state.of_these_files(state.Widget.ISSUES),
        alt=in_words(listed),
        placeholder="",
        column_config={
            "File": st.column_config.TextColumn(width=150),
            "Line": st.column_config.NumberColumn(format="%d", width=50),
            "Severity": st.column_config.TextColumn(width=80),
            "Column": st.column_config.TextColumn(width=110),
            "As in the file": st.column_config.TextColumn(width=130),
            "What is wrong and what to do": st.column_config.TextColumn(width=760),
        },
    )
    chosen = [*event.selection.rows, *(row for row, _ in event.selection.cells)]
    if chosen and chosen[0] < len(listed):
        _in_full(listed.iloc[chosen[0]])
    return shown


def filtered(
    issues: pd.DataFrame, severities: list[str], file: str | None, code: str | None, wanted: str
) -> pd.DataFrame:
    """The issues of these severities, this file and code, with this text; nothing chosen: all."""
    keep = pd.Series(True, index=issues.index)
    if severities:
        keep &= issues["severity"].isin(severities)
    if file is not None:
        keep &= issues["source_file"] == file
    if code is not None:
        keep &= issues["code"] == code
    if wanted.strip():
        found = pd.Series(False, index=issues.index)
        for column in _SEARCHED:
            found |= issues[column].str.contains(wanted.strip(), case=False, regex=False)
        keep &= found
    return issues[keep]


def in_words(issues: pd.DataFrame) -> str:
    """How many entries of each severity, for readers who do not see the table."""
    counts = issues["severity"].value_counts()
    said = [f"{SEVERITY_WORDS[one].lower()} {counts[one.value]:,}" for one in Severity if one.value in counts]
    return f"Rows to look at: {', '.join(said) or 'none'}"


def in_order(issues: pd.DataFrame) -> pd.DataFrame:
    """What needs the reader first; within a severity the order of the files."""
    return issues.sort_values("severity", key=lambda column: column.map(_FIRST), kind="stable")


def _filters(issues: pd.DataFrame) -> tuple[list[str], str | None, str | None, str]:
    counts = issues["severity"].value_counts()
    chosen = st.pills(
        "Severity (none chosen: all)",
        list(Severity),
        selection_mode="multi",
        format_func=lambda one: f"{SEVERITY_WORDS[one]} ({int(counts.get(one.value, 0)):,})",
        key=state.of_these_files(state.Widget.ISSUE_SEVERITY),
        help="; ".join(f"{SEVERITY_WORDS[one].lower()}: {_HELP[one]}" for one in Severity) + ".",
        wrap=True,
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        files = issues["source_file"].drop_duplicates().tolist()
        file = st.selectbox(
            "File",
            [None, *files],
            format_func=lambda name: "all files" if name is None else name,
            key=state.of_these_files(state.Widget.ISSUE_FILE),
            width=260,
        )
        codes = issues["code"].value_counts()
        code = st.selectbox(
            "Reason",
            [None, *codes.index],
            format_func=lambda one: "all reasons" if one is None else f"{_words(one)} ({codes[one]:,})",
            key=state.of_these_files(state.Widget.ISSUE_REASON),
            width=260,
        )
        wanted = st.text_input("Search", key=state.of_these_files(state.Widget.ISSUE_SEARCH), width=260)
    return [one.value for one in chosen], file, code, wanted


def _words(code: str) -> str:
    return code.replace("_", " ")


def _in_full(issue: pd.Series) -> None:
    """Everything known of one issue, as text that cuts nothing off."""
    line = "" if pd.isna(issue["source_row"]) else f", line {issue['source_row']}"
    column = f", column {issue['column']}" if issue["column"] else ""
    whose = f", patient {issue['patient_id']}" if issue["patient_id"] else ""
    with st.container(border=True, key="issue_in_full"):
        st.text(f"{issue['source_file']}{line}{column}{whose}")
        st.text(f"As in the file: {issue['reported'] or '(empty)'}")
        st.text(issue["message"])
