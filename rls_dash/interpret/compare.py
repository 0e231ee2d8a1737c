"""Two dates of one patient side by side, and what is new since a date. Comparability is `change`'s word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from rls_dash.context.events import Event
from rls_dash.context.scores import Score
from rls_dash.interpret.change import ChangeVerdict, RealChange, change_since, real_change
from rls_dash.interpret.latest import Row, day_of, newest, result_text, usable_records
from rls_dash.interpret.words import UnitSystem, is_relative
from rls_dash.knowledge import Knowledge
from rls_dash.model import Flag

_SILENT = (Flag.NORMAL.value, Flag.NOT_ASSESSED.value)


@dataclass(frozen=True)
class Side:
    """The result of one test on one side of a comparison; several where they conflict."""

    day: date
    text: str  # as reported, with the letter of its flag: "42 ng/mL L"
    words: str  # the flag in words


@dataclass(frozen=True)
class Compared:
    """One test on two days; None where it has no result on that side."""

    analyte: str
    label: str
    earlier: Side | None
    later: Side | None
    change: str  # "+12 ng/mL in 5 months, within expected variation", or why there is none
    expected: str  # "−24% to +32%"; "" where not comparable or not known
    verdict: ChangeVerdict | None  # None: one side only


@dataclass(frozen=True)
class Since:
    """What came in after a date, against what stood before it."""

    day: date
    new: tuple[Compared, ...]
    not_repeated: tuple[str, ...]  # labels of tests with a result on or before the date and none after
    events: tuple[Event, ...]  # started or stopped after the date
    scores: tuple[Score, ...]  # totals after the date


def collection_days(rows: pd.DataFrame) -> tuple[date, ...]:
    """Days of the calendar on which a usable result was collected, newest first."""
    days = {day_of(row) for row in usable_records(rows)}
    return tuple(sorted((day for day in days if not is_relative(day)), reverse=True))


def compare_days(
    rows: pd.DataFrame, knowledge: Knowledge, earlier: date, later: date, system: UnitSystem
) -> tuple[Compared, ...]:
    """Every test measured on either of two days, in the order of the analytes; the days may be swapped."""
    first, second = sorted((earlier, later))
    return _compared(rows, knowledge, system, lambda day: day == first, lambda day: day == second)


def since(
    rows: pd.DataFrame,
    knowledge: Knowledge,
    day: date,
    system: UnitSystem,
    events: Sequence[Event] = (),
    scores: Sequence[Score] = (),
) -> Since:
    """Latest results after `day` against the last ones on or before it."""
    sides = _compared(rows, knowledge, system, lambda one: one <= day, lambda one: one > day)
    return Since(
        day,
        tuple(one for one in sides if one.later),
        tuple(one.label for one in sides if one.later is None),
        tuple(one for one in events if _after(one.started_on, day) or _after(one.stopped_on, day)),
        tuple(one for one in scores if one.scored_on > day),
    )


def _after(moment: date | None, day: date) -> bool:
    return moment is not None and moment > day


def _compared(
    rows: pd.DataFrame,
    knowledge: Knowledge,
    system: UnitSystem,
    is_earlier: Callable[[date], bool],
    is_later: Callable[[date], bool],
) -> tuple[Compared, ...]:
    by_analyte: dict[str, list[Row]] = {}
    for row in usable_records(rows):
        if not is_relative(day_of(row)):
            by_analyte.setdefault(row["analyte"], []).append(row)
    found = []
    for analyte, kind in knowledge.analytes.items():
        own = by_analyte.get(analyte, [])
        before = [row for row in own if is_earlier(day_of(row))]
        after = [row for row in own if is_later(day_of(row))]
        if before or after:
            found.append(_pair(analyte, kind.short_label, before, after, knowledge, system))
    return tuple(found)


def _pair(
    analyte: str, label: str, before: list[Row], after: list[Row], knowledge: Knowledge, system: UnitSystem
) -> Compared:
    earlier, later = _side(before), _side(after)
    if earlier is None or later is None:
        return Compared(analyte, label, earlier, later, "", "", None)
    said = change_since(after[-1], before[-1], knowledge, system)
    real = real_change(after[-1], before[-1], knowledge)
    return Compared(analyte, label, earlier, later, said.words, _expected(real), real.verdict)


def _side(rows: list[Row]) -> Side | None:
    if not rows:
        return None
    latest = newest(rows)
    texts = [f"{result_text(row)}{_letter(row)}" for row in latest]
    return Side(day_of(latest[-1]), " and ".join(texts), str(latest[-1]["flag_words"]))


def _letter(row: Mapping[str, object]) -> str:
    return "" if row["flag"] in _SILENT else f" {row['flag']}"


def _expected(real: RealChange) -> str:
    """The change expected without a real one, in per cent of the earlier result."""
    return real.limits.words if real.limits else ""
