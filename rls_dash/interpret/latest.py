"""The latest result of each analyte, and the change since the one before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from rls_dash.interpret import words
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import Analyte
from rls_dash.model import Status
from rls_dash.normalise.units import convert

Row = dict[str, Any]  # one row of an assessed frame
STALE_DAYS = 365  # older than this, a result is called historical
CONFLICTING = "conflicting_results"
WITHDRAWN = (Status.CANCELLED.value, Status.ENTERED_IN_ERROR.value)


@dataclass(frozen=True)
class Change:
    """Plain difference between two results of one analyte; says nothing about its significance."""

    amount: float | None  # [display unit]; None when no difference can be stated
    days: int
    words: str


def usable(assessed: pd.DataFrame) -> pd.DataFrame:
    """Rows the laboratory has not withdrawn and that carry a collection time, oldest first."""
    kept = assessed[~assessed["status"].isin(WITHDRAWN) & assessed["collected_on"].notna()]
    return kept.sort_values(
        ["patient_id", "analyte", "collected_on", "source_file", "source_row"], kind="stable"
    )


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


def day_of(row: Row) -> date:
    """Calendar day of collection."""
    moment: datetime = row["collected_on"]
    return moment.date()


def change_since(latest: Row, previous: Row, analyte: Analyte, system: UnitSystem) -> Change:
    """Difference of two results in the chosen unit system, or why there is none."""
    days = (day_of(latest) - day_of(previous)).days
    before = f"previous {reported_text(previous)}, {words.span_text(days)} earlier"
    if is_conflicting(latest["notes"]) or is_conflicting(previous["notes"]):
        return Change(None, days, f"{before}, not compared: conflicting")
    if latest["comparator"] or previous["comparator"]:
        return Change(None, days, f"{before}, not compared: censored")
    if latest["laboratory"] != previous["laboratory"]:
        return Change(None, days, f"{before}, not compared: other laboratory")
    unit, digits = words.display_unit(analyte, system)
    pair = [latest["value"], previous["value"]]
    after, first = (float(number) for number in convert(pair, analyte.analyte, latest["unit"], unit))
    difference = round(after - first, 9)
    text = words.signed(difference, max(_decimals(latest, after, digits), _decimals(previous, first, digits)))
    shown = text if text == "no change" else words.amount(text, unit)
    return Change(difference, days, f"{shown} in {words.span_text(days)}")


def _decimals(row: Row, shown: float, otherwise: int) -> int:
    """Decimals the laboratory printed, where the number shown is the number it printed."""
    if not math.isclose(shown, row["reported_number"], rel_tol=1e-7):
        return otherwise
    printed = words.reported_number_text(row["reported_value"], row["reported_number"])
    return len(printed.partition(".")[2])
