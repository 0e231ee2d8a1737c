"""Totals of symptom scales on a date: the optional side file scores.csv. Items are never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rls_dash.context.cells import CellError, Effect, Fault, day, number, one_line
from rls_dash.ingest.formats import header_key
from rls_dash.knowledge import Knowledge, Scale

SCORE_COLUMNS = ("patient_id", "scale", "total", "scored_on")


@dataclass(frozen=True)
class Score:
    """One total of a symptom scale."""

    patient_id: str
    scale: str  # "IRLS"
    total: Decimal
    scored_on: date
    source_file: str = ""
    source_row: int | None = None


Scores = Mapping[str, tuple[Score, ...]]  # patient id → scores, oldest first


def read_score(
    patient_id: str, cells: Mapping[str, str], knowledge: Knowledge
) -> tuple[Score | None, tuple[Fault, ...]]:
    """(the score, what is to be said of it); None when a cell keeps it from being used.

    Nothing is clamped: a total outside the range of its scale is no total of it.
    """
    faults: list[Fault] = []
    name = one_line(cells.get("scale", ""))
    total, when = cells.get("total", ""), cells.get("scored_on", "")
    if not name:
        faults.append(_unused("scale", "scale_missing", "No scale is named. Write which it is, as IRLS."))
    scale = scale_of(name, knowledge)
    if name and scale is None:
        message = "This scale is not known here, so its total is kept but not checked against a range."
        faults.append(Fault("scale", "scale_unknown", message, Effect.REMARK))
    points = scored_on = None
    try:
        points = _total(total, scale)
    except CellError as error:
        faults.append(_unused("total", error.code, f"{error} The score is not used."))
    try:
        scored_on = _day(when)
    except CellError as error:
        faults.append(_unused("scored_on", error.code, f"{error} The score is not used."))
    if not name or points is None or scored_on is None:
        return None, tuple(faults)
    return Score(patient_id, scale.scale if scale else name, points, scored_on), tuple(faults)


def scale_of(name: str, knowledge: Knowledge) -> Scale | None:
    """The scale a name means; None for one that scales.csv does not list."""
    key = header_key(name)
    return next((one for one in knowledge.scales.values() if key in map(header_key, one.spelled)), None)


def _total(cell: str, scale: Scale | None) -> Decimal:
    if not cell:
        raise CellError("total_missing", "No total is given.")
    points = number(cell)
    if scale is None:
        return points
    if scale.lowest is None or scale.highest is None:
        raise CellError(
            "scale_without_total", f"The {scale.scale} has no total; its items are read one by one."
        )
    if not scale.lowest <= points <= scale.highest:
        reason = f"A total of the {scale.scale} lies between {scale.lowest} and {scale.highest}."
        raise CellError("total_out_of_range", reason)
    if scale.whole and points != points.to_integral_value():
        raise CellError("total_not_whole", f"A total of the {scale.scale} is a whole number.")
    return points


def _day(cell: str) -> date:
    if not cell:
        raise CellError("date_missing", "The day is missing.")
    return day(cell)


def _unused(column: str, code: str, message: str) -> Fault:
    return Fault(column, code, message, Effect.ENTRY)
