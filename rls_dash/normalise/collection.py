"""When every specimen was taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rls_dash.answers import Answers, Choice
from rls_dash.ingest.encoded import Encoded, Index, Mask, choose, combine, constant, encode, encoded
from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapped import is_blank
from rls_dash.model import Severity
from rls_dash.normalise.certain_dates import all_within, certain
from rls_dash.normalise.dates import (
    LATEST,
    OLD,
    REMARKS,
    Collected,
    DateEvidence,
    DateOrder,
    DateRules,
    date_evidence,
    parse_collected,
    rules_for,
)
from rls_dash.normalise.day_and_clock import Moments as DayMoments
from rls_dash.normalise.day_and_clock import moments_of, timed_words
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.iso_dates import Moments, PlainDates, iso_text, plain_dates
from rls_dash.normalise.issues import Problem
from rls_dash.normalise.texts import sentence, visible, visible_column

_HELD = {"date_order", "two_digit_year", "serial_date"}
_NO_COLUMN = Problem(
    "no_date_column",
    "No column gives the date of collection, and no other date is taken for it. Add one, or say the date on "
    "the Import page (--collected).",
    Severity.HELD,
)
_NAT = np.datetime64("NaT", "us")
_SHOWN = 5
_ISO_SAMPLE = "2000-01-31"
_COUNT = re.compile(r"\s*-?[0-9]+(?:\.[0-9]+)?\s*")


@dataclass(frozen=True)
class CollectionColumns:
    """Date and time of collection."""

    iso: Encoded
    moment: Moments  # wall clock [us]; NaT where the row is blocked
    has_time: Mask
    relative: Mask  # counted from a start nobody states
    order: DateOrder


@dataclass(frozen=True)
class DateCells:
    """The cells of the date columns, and what they say as plain ISO dates."""

    text: Encoded
    clock: Encoded | None  # None where no column gives one
    plain: PlainDates
    iso: pa.Array  # the words with the `T` of ISO 8601


def date_cells(draft: Draft) -> DateCells | None:
    """The dates of a file before anything is judged; None where it has no column of them.

    A function of the cells alone, so that it may be worked out beside the numbers.
    """
    if not (draft.has(Role.COLLECTED_AT) or draft.has(Role.COLLECTED_DATE)):
        return None
    text, clock = _date_cells(draft)
    return DateCells(text, clock, plain_dates(text.words), iso_text(text.words))


def collection_columns(draft: Draft, cells: DateCells | None, also: Mask) -> CollectionColumns:
    """The moments of collection of a file; no other date is ever taken for one.

    `also`: blocked rows whose moment is needed all the same.
    """
    if cells is None:
        return _without_column(draft)
    text, clock, plain = cells.text, cells.clock, cells.plain
    fast = certain(plain.moments, draft.as_of) if clock is None else np.zeros(len(text.words), dtype=bool)
    used = text.used if not fast.all() else fast
    # Only texts that hold a time of their own, and no clock beside them, are read by days.
    split = timed_words(text.words, ~fast & used if clock is None else fast)
    others = _dates(draft, text, fast | _at(split.places, len(fast)))
    # One plain date is enough to show that not every cell is the number of a day.
    sample = [_ISO_SAMPLE] if (fast & used).any() else []
    evidence = date_evidence([*others, *split.days, *sample])
    rules = _rules(draft, evidence)
    by_day = moments_of(split, [parse_collected(day, "", rules) for day in split.days])
    moments, printed, iso = _with_days(text, cells, by_day)
    slow = ~text.spread(fast | _at(by_day.places, len(fast)))
    moment, timed = text.spread(moments), text.spread(printed)
    relative = np.zeros(len(draft), dtype=bool)
    if slow.any():
        moment, timed = moment.copy(), timed.copy()  # the rows that are read slowly are written into them
        iso = _read_slowly(draft, slow, (text, clock), rules, also, (iso, moment, timed, relative))
    if not fast.all():
        _ask(draft, (text, fast), evidence, rules)
    if not all_within(moment, OLD, LATEST):
        old = ~np.isnat(moment) & (moment < np.datetime64(OLD)) & ~relative
        message = f"A result from before {OLD.year}: check that this is the date of collection."
        draft.log.note(old, "old_date", Role.COLLECTED_AT, message)
    return CollectionColumns(iso, moment, timed, relative, rules.order)


def _date_cells(draft: Draft) -> tuple[Encoded, Encoded | None]:
    """(date, clock or None where no column gives one) of every row."""
    text = draft.rows.cells(Role.COLLECTED_AT)
    if draft.has(Role.COLLECTED_DATE):
        text = choose(text.where(is_blank), draft.rows.cells(Role.COLLECTED_DATE), text)
    return text, draft.cells(Role.COLLECTED_TIME) if draft.has(Role.COLLECTED_TIME) else None


def _at(places: Index, size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[places] = True
    return mask


def _with_days(text: Encoded, cells: DateCells, by_day: DayMoments) -> tuple[Moments, Mask, Encoded]:
    """(moments and whether timed, per word, and the ISO texts), with the words that were read by days."""
    plain, iso = cells.plain, replace(text, words=cells.iso)
    if not len(by_day.places):
        return plain.moments, plain.timed, iso
    moments, timed = plain.moments.copy(), plain.timed.copy()
    moments[by_day.places], timed[by_day.places] = by_day.moment, by_day.timed
    # Behind the words as they stand: half the time of putting them in between.
    code_of = np.arange(len(iso.words), dtype=np.int32)
    code_of[by_day.places] = np.arange(len(by_day.places), dtype=np.int32) + np.int32(len(code_of))
    return moments, timed, Encoded(iso.spread(code_of), pa.concat_arrays([iso.words, by_day.iso]))


def _dates(draft: Draft, text: Encoded, fast: Mask) -> list[str]:
    """The cells that are read neither as plain ISO dates nor by days, without counts of minutes or days."""
    return [cell for cell in _others(text, fast) if not _is_count(draft, cell)]


def _others(text: Encoded, fast: Mask) -> list[str]:
    """The cells that are no plain ISO date."""
    if fast.all():
        return []
    rest: list[str] = pc.unique(text.words.filter(pa.array(~fast & text.used))).to_pylist()
    return sorted({visible(cell) for cell in rest})


def _without_column(draft: Draft) -> CollectionColumns:
    size, none = len(draft), np.zeros(len(draft), dtype=bool)
    given = draft.answers.collected
    usable = int(draft.log.usable.sum())
    if not given:
        draft.log.block(np.ones(size, dtype=bool), _NO_COLUMN, None)
    if usable:
        draft.log.ask("collected", "When were these specimens taken?", rows=0 if given else usable)
    moment = np.full(size, np.datetime64(given, "us") if given else _NAT)
    return CollectionColumns(constant(given, size), moment, none, none, DateOrder.NOT_NEEDED)


def _read_slowly(
    draft: Draft,
    slow: Mask,
    cells: tuple[Encoded, Encoded | None],
    rules: DateRules,
    also: Mask,
    into: tuple[Encoded, Moments, Mask, Mask],
) -> Encoded:
    """Read the cells that are no plain ISO date, each distinct one once; returns the texts of all rows."""
    iso, moment, timed, relative = into
    rows = np.flatnonzero(slow & (draft.log.usable | also))
    text, clock = cells[0].take(rows), (cells[1] or constant("", len(slow))).take(rows)
    index, found = combine(visible_column(encoded(text.rows())), clock)
    counted = replace(rules, relative=draft.rows.mapping.relative)
    read = [parse_collected(date, time, counted if _is_count(draft, date) else rules) for date, time in found]
    moment[slow] = _NAT
    moment[rows] = np.array([one.moment or _NAT for one in read], dtype="datetime64[us]")[index]
    timed[rows] = np.array([one.has_time for one in read], dtype=np.bool_)[index]
    relative[rows] = np.array([one.relative for one in read], dtype=np.bool_)[index]
    which = np.zeros(len(draft), dtype=np.int64)
    which[rows] = index + 1
    draft.log.block_each(which, [None, *(_problem(one) for one in read)], Role.COLLECTED_AT)
    _note(draft, which, read)
    texts = encode(["", *(one.iso for one in read)])
    return choose(slow, Encoded(texts.codes[which], texts.words), iso)


def _problem(one: Collected) -> Problem | None:
    if not one.problem:
        return None
    severity = Severity.HELD if one.problem in _HELD else Severity.SET_ASIDE
    return Problem(one.problem, f"{sentence(one.detail)} {one.advice}".strip(), severity)


def _note(draft: Draft, which: np.ndarray, read: Sequence[Collected]) -> None:
    for code, message in REMARKS.items():
        said = np.array([False, *(code in one.notes for one in read)])
        draft.log.note(said[which], code, Role.COLLECTED_AT, message)


def _is_count(draft: Draft, cell: str) -> bool:
    """Whether a cell counts minutes or days: such a format may print a date in their place."""
    return bool(draft.rows.mapping.relative and _COUNT.fullmatch(cell))


def _rules(draft: Draft, evidence: DateEvidence) -> DateRules:
    """How this file's dates are read: what it proves, what its format defines, then what the user says."""
    mapping = draft.rows.mapping
    defined = Answers(date_order=mapping.date_order, century=mapping.century)
    return rules_for(evidence, defined.over(draft.answers), draft.as_of)


def _ask(draft: Draft, words: tuple[Encoded, Mask], evidence: DateEvidence, rules: DateRules) -> None:
    """Ask what the file's dates leave open, with each reading of the same cells; `words`: which are plain."""
    bare = replace(rules, century="", serial="")
    ordered = evidence.order is not DateOrder.UNPROVEN or bool(draft.rows.mapping.date_order)
    in_full = not evidence.two_digit_years or bool(draft.rows.mapping.century)
    if ordered and in_full and not evidence.serial_numbers:
        return
    cells = _dates(draft, *words)
    if not ordered:
        unproven = replace(bare, order=DateOrder.UNPROVEN)
        # The century is a question of its own; here day and month are shown.
        read = replace(bare, century=rules.century or "2000")
        readings = {
            DateOrder.DAY_FIRST.value: ("day before month", replace(read, order=DateOrder.DAY_FIRST)),
            DateOrder.MONTH_FIRST.value: ("month before day", replace(read, order=DateOrder.MONTH_FIRST)),
        }
        _ask_one(draft, "date_order", cells, (unproven, "date_order"), readings)
    if not in_full:
        readings = {c: (f"{c} to {c[:2]}99", replace(bare, century=c)) for c in ("2000", "1900")}
        _ask_one(draft, "century", cells, (bare, "two_digit_year"), readings)
    if evidence.serial_numbers:
        readings = {
            "1900": ("counted from 1900 (usual)", replace(bare, serial="1900")),
            "1904": ("counted from 1904 (old Macintosh workbooks)", replace(bare, serial="1904")),
        }
        _ask_one(draft, "serial_dates", cells, (bare, "serial_date"), readings)


_QUESTIONS = {
    "date_order": "Nothing in this file shows whether day or month comes first. Which is it?",
    "century": "The years of these dates have two digits. Which years are meant?",
    "serial_dates": "The dates are day numbers of a spreadsheet. From which year does it count?",
}


def _ask_one(
    draft: Draft,
    kind: str,
    cells: Sequence[str],
    without: tuple[DateRules, str],
    readings: dict[str, tuple[str, DateRules]],
) -> None:
    rules, problem = without
    waiting = (cell for cell in cells if parse_collected(cell, "", rules).problem == problem)
    shown = list(islice(waiting, _SHOWN))
    if not shown:
        return

    def read(cell: str, given: DateRules) -> str:
        found = parse_collected(cell, "", given)
        return found.iso or found.detail

    choices = [
        Choice(answer, label, tuple(read(cell, given) for cell in shown))
        for answer, (label, given) in readings.items()
    ]
    draft.log.ask(kind, _QUESTIONS[kind], choices, "", shown, draft.log.blocked_by(problem))
