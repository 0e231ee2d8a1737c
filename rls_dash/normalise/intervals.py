"""The reference interval each laboratory printed for its result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rls_dash.answers import Choice
from rls_dash.ingest.encoded import Codes, Encoded, Index, combine
from rls_dash.ingest.formats import Role
from rls_dash.knowledge import Knowledge
from rls_dash.model import Severity
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.issues import Problem
from rls_dash.normalise.range_check import beside_other_units, suspect_unit
from rls_dash.normalise.texts import Numbers
from rls_dash.normalise.units import clean_unit
from rls_dash.normalise.values import Decimals, Interval, decimal_mark, parse_reference_range, parse_value

_SENTINEL = 9_999_999  # what a numeric column shows for text


@dataclass(frozen=True)
class IntervalColumns:
    """The printed interval of every row, in the reported unit; NaN for a side that is open or not certain."""

    index: Codes  # of the interval of each row
    low: Numbers  # per interval
    high: Numbers


def interval_columns(draft: Draft, code: Encoded) -> IntervalColumns:
    """The printed intervals; rows whose interval speaks of another unit are held.

    `code`: the reported unit [UCUM]. An interval printed with another unit than its value is not used.
    """
    roles = (Role.REFERENCE_LOW, Role.REFERENCE_HIGH, Role.REFERENCE_RANGE, Role.LABORATORY)
    index, found = combine(*(draft.cells(role) for role in roles), code, draft.analyte)
    mark = decimal_mark(cell for low, high, *_ in found for cell in (low, high))
    ends = [
        _in_unit(
            _two_columns(low, high, mark) if low or high else parse_reference_range(text),
            unit,
            draft.knowledge,
        )
        for low, high, text, _, unit, _ in found
    ]
    counts = np.bincount(index[draft.log.usable], minlength=len(found))
    suspected = [
        _suspicion(draft.knowledge, analyte, unit, pair)
        for (*_, unit, analyte), pair in zip(found, ends, strict=True)
    ]
    keys = [
        (laboratory, analyte, pair) for (*_, laboratory, _, analyte), pair in zip(found, ends, strict=True)
    ]
    # A row that is doubted by itself is no witness against another.
    trusted = np.where([one is None for one in suspected], counts, 0)
    elsewhere = beside_other_units(keys, [unit for *_, unit, _ in found], trusted)
    problems = [
        one or _shared(draft.knowledge, analyte, unit, other)
        for (*_, unit, analyte), one, other in zip(found, suspected, elsewhere, strict=True)
    ]
    _ask_or_hold(draft, index, found, problems, counts)
    printed = np.array(ends, dtype=float).reshape(-1, 2)
    return IntervalColumns(index, printed[:, 0], printed[:, 1])


def _ask_or_hold(
    draft: Draft,
    index: Codes,
    found: Sequence[tuple[str, ...]],
    problems: Sequence[Problem | None],
    counts: Index,
) -> None:
    """Hold rows whose interval contradicts their unit, unless the user says that the unit is right."""
    if not any(problems):
        return
    asked: dict[tuple[str, str], int] = {}
    held: list[Problem | None] = []
    for (*_, unit, analyte), problem, count in zip(found, problems, counts, strict=True):
        said = draft.knowledge.unit_spellings.get(clean_unit(draft.answers.units.get(analyte, "")), "")
        confirmed = bool(unit) and said == unit
        held.append(None if confirmed else problem)
        if problem and count:
            asked[analyte, unit] = asked.get((analyte, unit), 0) + (0 if confirmed else int(count))
    draft.log.block_each(index, held, Role.UNIT)
    for (analyte, unit), rows in asked.items():
        label = draft.knowledge.analytes[analyte].label
        text = f"The range printed beside {label} does not fit its unit, {unit}. Is the unit right?"
        choice = Choice(unit, f"yes, {unit} is right; otherwise correct it in the export")
        draft.log.ask("units", text, [choice], analyte, (), rows)


def _suspicion(knowledge: Knowledge, analyte: str, unit: str, ends: tuple[float, float]) -> Problem | None:
    found = suspect_unit(knowledge, analyte, unit, *ends) if analyte and unit else None
    return Problem("unit_range_conflict", found.message, Severity.HELD) if found else None


def _shared(knowledge: Knowledge, analyte: str, unit: str, other: str) -> Problem | None:
    if not other:
        return None
    label = knowledge.analytes[analyte].label
    message = (
        f"The same range is printed beside {label} in {other} in as many rows of this laboratory or more: "
        f"{unit} may be meant as {other}. Look the unit up in the laboratory's report."
    )
    return Problem("unit_range_conflict", message, Severity.HELD)


def _two_columns(low: str, high: str, mark: Decimals) -> Interval:
    ends = [parse_value(cell, mark) for cell in (low, high)]
    # A lower end of zero is common and means: no lower limit worth printing.
    first, last = (None if end.comparator else end.number for end in ends)
    if first is not None and last is not None and first > last:
        return Interval()
    # Two units that differ make a text that is none.
    return Interval(first, last, " ".join(sorted({end.unit for end in ends})).strip())


def _in_unit(interval: Interval, unit: str, knowledge: Knowledge) -> tuple[float, float]:
    if interval.unit and knowledge.unit_spellings.get(clean_unit(interval.unit)) != unit:
        return np.nan, np.nan
    low, high = (
        np.nan if end is None or end >= _SENTINEL else float(end) for end in (interval.low, interval.high)
    )
    return low, high
