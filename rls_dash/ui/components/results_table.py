"""The trends' twin in text: every result of one patient, newest first."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from rls_dash.findings.lit import NOTHING, Lit
from rls_dash.interpret.intervals import interval_text
from rls_dash.interpret.latest import is_computed
from rls_dash.interpret.words import UnitSystem, date_text, display_unit, reported_number_text, value_text
from rls_dash.knowledge import Knowledge
from rls_dash.model import Flag
from rls_dash.normalise.units import convert
from rls_dash.ui import source_lines
from rls_dash.ui.components.sizes import table_height
from rls_dash.ui.text import counted

_SILENT = (Flag.NORMAL, Flag.NOT_ASSESSED)


def render(rows: pd.DataFrame, knowledge: Knowledge, system: UnitSystem, lit: Lit = NOTHING) -> None:
    """Table with a filter by test; a chosen row opens its line of the file, a lit finding marks its rows."""
    # One box of the browser in place of a button with its own Markdown per test: a tenth of a switch.
    counts = rows["analyte"].value_counts().to_dict()
    chosen = st.multiselect(
        "Tests shown",
        [key for key in knowledge.analytes if key in counts],
        format_func=lambda key: f"{knowledge.analytes[key].short_label} ({counts.get(key, 0)})",
        key="results_filter",
        placeholder="All tests",
        width=420,
    )
    shown = rows[rows["analyte"].isin(chosen)] if chosen else rows
    ordered = _ordered(shown, lit)
    event = st.dataframe(
        table(ordered, knowledge, system, lit),
        hide_index=True,
        height=table_height(len(shown), at_most=12),
        alt=in_words(ordered, lit),
        column_config={
            "In words": st.column_config.TextColumn(width=260),
            "Line": st.column_config.NumberColumn(format="%d"),
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"results_{lit.rule_id}_{'_'.join(chosen)}",
    )
    picked = event["selection"]["rows"]
    if picked and picked[0] < len(ordered):
        _source(ordered.iloc[picked[0]])
    else:
        st.caption("Choose a row by its box to see its line as it stands in the file.")


def in_words(rows: pd.DataFrame, lit: Lit = NOTHING) -> str:
    """How many results and how many carry a flag, for readers who do not see the table."""
    flagged = int((~rows["flag"].isin([one.value for one in _SILENT])).sum())
    first = f"; those {lit.rule_id} rests on first" if lit else ""
    return f"{counted(len(rows), 'result')} of this patient, {flagged} with a flag, newest first{first}"


def _source(row: pd.Series) -> None:
    """The record of the file a result came from, cell by cell, as it stands there."""
    name, line = str(row["source_file"]), int(row["source_row"])
    with st.container(border=True, key="source_line", gap="xsmall"):
        st.text(f"{name}, line {line}, as it stands in the file")
        found = source_lines.record(name, line)
        if found is None:
            st.caption("This kind of file has no lines to show; the columns above are what was read.")
            return
        st.code(found.text, language=None, wrap_lines=True)
        if found.cells:
            cells = pd.DataFrame(found.cells, columns=["Column", "Cell"])
            st.dataframe(cells, hide_index=True, alt=f"Cells of line {line}", height="content")


def _ordered(rows: pd.DataFrame, lit: Lit) -> pd.DataFrame:
    """Newest first; the results a lit finding rests on before all others."""
    ordered = rows.sort_values(["collected_on", "analyte", "source_row"], ascending=[False, True, True])
    if not lit:
        return ordered
    marked = np.array([_is_lit(row, lit) for row in ordered.to_dict("records")], dtype=bool)
    return ordered.iloc[np.argsort(~marked, kind="stable")]


def _is_lit(row: Mapping[Hashable, Any], lit: Lit) -> bool:
    return (row["source_file"], row["source_row"]) in lit.results


def table(rows: pd.DataFrame, knowledge: Knowledge, system: UnitSystem, lit: Lit = NOTHING) -> pd.DataFrame:
    """One line of text per result, in the order given; the reported value beside the converted one."""
    lines = [_line(row, knowledge, system) for row in rows.to_dict("records")]
    found = pd.DataFrame(lines, columns=_COLUMNS)
    if lit:
        marks = [lit.rule_id if _is_lit(row, lit) else "" for row in rows.to_dict("records")]
        found.insert(0, "Rests on it", marks)
    return found


_COLUMNS = [
    "Collected", "Test", "Reported", "Converted", "Flag", "In words", "Lab interval", "Against it",
    "Lab's letter", "State", "Laboratory", "File", "Line",
]  # fmt: skip


def _line(row: Mapping[Hashable, Any], knowledge: Knowledge, system: UnitSystem) -> dict[str, Any]:
    analyte = knowledge.analytes[row["analyte"]]
    unit, digits = display_unit(analyte, system)
    flag, lab = Flag(row["flag"]), Flag(row["interval_flag"])
    moment = row["collected_on"]
    return {
        "Collected": _moment(moment, row["has_time"]),
        "Test": analyte.short_label,
        "Reported": _reported(row),
        "Converted": _converted(row, analyte.analyte, unit, digits),
        "Flag": "" if flag in _SILENT else flag.value,
        "In words": "; ".join(text for text in (row["flag_words"], row.get("computed_from", "")) if text),
        "Lab interval": _interval(row),
        "Against it": "" if lab is Flag.NOT_ASSESSED else lab.value,
        "Lab's letter": row["lab_flag"],
        "State": row["status"].replace("_", " "),
        "Laboratory": row["laboratory"],
        "File": row["source_file"],
        "Line": row["source_row"],
    }


def _reported(row: Mapping[Hashable, Any]) -> str:
    """The cell of the file with its unit, or that there is none."""
    if is_computed(row["notes"]):
        return "computed"
    return f"{row['reported_value']} {row['reported_unit']}".strip()


def _converted(row: Mapping[Hashable, Any], analyte: str, unit: str, digits: int) -> str:
    """The value in `unit` [UCUM], with the digits reported where that was the unit."""
    if row["unit_code"] == unit:
        number = reported_number_text(row["reported_value"], row["reported_number"])
    else:
        number = f"{float(convert(row['value'], analyte, row['unit'], unit)):.{digits}f}"
    return value_text(row["comparator"], number, unit)


def _moment(moment: Any, has_time: bool) -> str:
    if pd.isna(moment):
        return "date not stated"
    return f"{date_text(moment.date())} {moment:%H:%M}" if has_time else date_text(moment.date())


def _interval(row: Mapping[Hashable, Any]) -> str:
    low, high = row["reference_low"], row["reference_high"]
    if pd.isna(low) and pd.isna(high):
        return "none given"
    return interval_text(row["analyte"], low, high, row["unit"], row["unit_code"] or row["unit"])
