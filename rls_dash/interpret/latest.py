"""The latest result of each analyte."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from rls_dash.interpret import words
from rls_dash.knowledge import Knowledge
from rls_dash.model import Status

Row = dict[str, Any]  # one row of an assessed frame
CONFLICTING = "conflicting_results"
COMPUTED = "computed"  # note on a row that interpret.computed made
WITHDRAWN = (Status.CANCELLED.value, Status.ENTERED_IN_ERROR.value)


_ORDER = ["patient_id", "analyte", "collected_on", "source_file", "source_row"]


def historical_days(knowledge: Knowledge) -> int:
    """Age [days] beyond which a result is called historical (rule Q7)."""
    return int(knowledge.parameters["historical_days"].value)


def historical_words(knowledge: Knowledge) -> str:
    """ "older than 12 months"; a clinic's own figure is marked."""
    own = " (clinic)" if knowledge.parameters["historical_days"].override else ""
    return f"older than {words.span_text(historical_days(knowledge))}{own}"


def usable(assessed: pd.DataFrame) -> pd.DataFrame:
    """Rows the laboratory has not withdrawn and that carry a collection time, oldest first."""
    return _usable(assessed).sort_values(_ORDER, kind="stable")


def usable_records(assessed: pd.DataFrame) -> list[Row]:
    """`usable` as dictionaries: for the few rows of one patient many times as fast to sort and to filter."""
    return sorted(records(_usable(assessed)), key=lambda row: [row[name] for name in _ORDER])


def _usable(assessed: pd.DataFrame) -> pd.DataFrame:
    return assessed[~assessed["status"].isin(WITHDRAWN) & assessed["collected_on"].notna()]


def records(rows: pd.DataFrame) -> list[Row]:
    """The rows as dictionaries by column name; by way of arrays, many times as fast as `to_dict`."""
    cells = [column.to_numpy(dtype=object).tolist() for _, column in rows.items()]
    names = list(rows.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def newest(rows: list[Row]) -> list[Row]:
    """The latest of one patient's results of one analyte, oldest first, with all that conflict with it."""
    last = rows[-1]
    if not is_conflicting(last["notes"]):
        return [last]
    return [
        row for row in rows if row["collected_on"] == last["collected_on"] and is_conflicting(row["notes"])
    ]


def is_conflicting(notes: str) -> bool:
    """True when another result of the same collection says something else."""
    return CONFLICTING in notes.split()


def reported_text(row: Row) -> str:
    """A result as the laboratory printed it, unit as a UCUM code made readable: "<5 ng/mL"."""
    if not row["unit_code"] or np.isnan(row["reported_number"]):
        return words.value_text(row["comparator"], words.plain(float(row["value"])), row["unit"])
    number = words.reported_number_text(row["reported_value"], row["reported_number"])
    return words.value_text(row["comparator"], number, row["unit_code"])


def result_text(row: Row) -> str:
    """A result where nothing beside it says how it came about: "18.2 % (computed)"."""
    return f"{reported_text(row)} (computed)" if is_computed(row["notes"]) else reported_text(row)


def is_computed(notes: str) -> bool:
    """True when the number was computed from other results of the same draw."""
    return COMPUTED in notes.split()


def day_of(row: Row) -> date:
    """Calendar day of collection."""
    moment: datetime = row["collected_on"]
    return moment.date()
