"""Cell text → date of collection. Day and month are never ordered by guess; offsets keep the wall clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from rls_dash.answers import Answers
from rls_dash.ingest.formats import fold, not_values
from rls_dash.normalise.calendar_dates import SERIAL, PrintedDate, lacks_year, printed_date
from rls_dash.normalise.clock_times import HOUR_24, ZONE_NAME, ClockTime, parse_clock
from rls_dash.normalise.number_cells import INVISIBLE
from rls_dash.normalise.relative_time import parse_relative

# Newer Pythons read hour 24 as the next day; here it is remarked on, so it is left to the slow way.
_PLAIN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ](?!24)[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?")
EARLIEST = date(1950, 1, 1)  # no laboratory result on a computer is older
# First days of computer calendars: what a system writes when it has no date. Real results of the years
# before 1990 exist in exports and are kept, with a note.
PLACEHOLDERS = frozenset({date(1960, 1, 1), date(1970, 1, 1), date(1980, 1, 1)})
OLD = date(1990, 1, 1)
SHIFTED = 2100  # research data are moved into the years 2100-2200
LATEST = date(2200, 12, 31)  # later ones, such as 9999-12-31, stand for "no date"
_SERIAL_STARTS = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}  # 1900 had a 29 February there
_CENTURIES = {"1900": 1900, "2000": 2000}
_DAY_SECONDS = 24 * 60 * 60

TIME_UNREAD, TIME_CONFLICT = "time_unread", "time_conflict"
# Issue code of a remark on a date that is used → what to tell the user.
REMARKS = {
    HOUR_24: "24:00 is read as midnight at the start of the next day.",
    ZONE_NAME: "The name of a time zone is not used: date and time stand as printed.",
    TIME_UNREAD: "The time beside the date is no time of day; the date is used without it.",
    TIME_CONFLICT: "The time in the date and the time beside it differ; the one in the date is used.",
}


class DateOrder(StrEnum):
    """Order of day and month in a file's numeric dates."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    NOT_NEEDED = "not_needed"  # every date names its year first or its month by name
    UNPROVEN = "unproven"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True)
class DateRules:
    """How the dates of one file are read, from what it proves, its dialect and the user's answers."""

    order: DateOrder = DateOrder.UNPROVEN
    century: str = ""  # of years with two digits: 1900 or 2000; "" not answered
    serial: str = ""  # spreadsheet day numbers count from 1900 or 1904; "" not answered
    as_of: date | None = None  # later dates are set aside; None: not checked
    relative: str = ""  # minutes, days or visit: the cells count from a start nobody states
    compact: str = "ymd"  # order of eight bare digits: ymd, or dmy where the format says so
    all_serial: bool = False  # every date of the file is such a day number; only then is one read


@dataclass(frozen=True)
class DateEvidence:
    """What the date cells of one file show together."""

    order: DateOrder
    two_digit_years: bool = False  # at least one
    serial_numbers: bool = False  # every cell with a date is a spreadsheet's day number


@dataclass(frozen=True)
class Collected:
    """When a specimen was taken, as the wall clock showed it, or why it is not known."""

    iso: str = ""  # as printed, in ISO 8601, offset kept; of relative time a text such as "day 12"
    moment: datetime | None = None  # wall clock, offset dropped; of relative time see relative_time
    has_time: bool = False
    problem: str = ""
    detail: str = ""
    advice: str = ""  # a sentence on what would answer the problem
    notes: tuple[str, ...] = ()  # issue codes of remarks, see REMARKS
    relative: bool = False  # counted from a start nobody states: no claim about the calendar


def date_order(texts: Iterable[str]) -> DateOrder:
    """The order that a file's numeric dates prove: the only one in which they are days of the calendar."""
    return date_evidence(texts).order


def date_evidence(texts: Iterable[str]) -> DateEvidence:
    """What the distinct date cells of one file prove; give it all of them."""
    orders: set[DateOrder] = set()
    needed = two_digits = serials = others = False
    for text in texts:
        bare = text.strip(INVISIBLE)
        printed = printed_date(bare)
        if not printed:
            serial = SERIAL.fullmatch(bare) is not None
            serials, others = serials or serial, others or not (serial or _is_missing(bare))
            continue
        others, two_digits = True, two_digits or len(printed.year) == 2
        if not printed.ordered:
            needed = True
            orders |= _orders(printed)
    found = orders.pop() if len(orders) == 1 else DateOrder.UNPROVEN if needed else DateOrder.NOT_NEEDED
    return DateEvidence(DateOrder.CONTRADICTORY if orders else found, two_digits, serials and not others)


def _orders(printed: PrintedDate) -> set[DateOrder]:
    """The orders one numeric date proves; both when it can only start with its year.

    29 February of the year 00 counts as a day.
    """
    first, second, last = printed.day, printed.month, int(printed.year)
    short = len(printed.year) == 2
    year = 2000 + last if short else last
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    # Two digits in front may be the year too: 26/04/23 proves nothing, 04/26/23 does.
    year_first = _day(2000 + first, second, last) if short else None
    if year_first and first > 31:
        return {DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST}
    if year_first or (day_first and month_first) or not (day_first or month_first):
        return set()
    return {DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST}


def _day(year: int, month: int, day: int) -> date | None:
    """The day of the calendar, or None where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def rules_for(evidence: DateEvidence, answers: Answers, as_of: date | None, relative: str = "") -> DateRules:
    """The rules of one file. An answer never overrules what the file itself proves."""
    order = evidence.order
    if order is DateOrder.UNPROVEN and answers.date_order:
        order = DateOrder(answers.date_order)
    return DateRules(
        order, answers.century, answers.serial_dates, as_of, relative, all_serial=evidence.serial_numbers
    )


def parse_collected(
    text: str, clock: str, rules: DateRules | DateOrder, as_of: date | None = None
) -> Collected:
    """The moment of collection in one cell, with an optional time from a column of its own.

    Problems, as issue codes: no_date, date_order, two_digit_year, serial_date, not_a_date, date_too_early,
    date_in_future. `as_of` is used only with a bare order.
    """
    if isinstance(rules, DateOrder):
        rules = DateRules(rules, as_of=as_of)
    bare = text.strip(INVISIBLE)
    if rules.relative:
        return _relative(bare, rules.relative)
    if _PLAIN.fullmatch(bare) and not clock and (moment := _plain(bare)):
        return _judged(moment, moment.time() != time(), bare.replace(" ", "T"), rules)
    if serial := SERIAL.fullmatch(bare):
        return _serial(serial, clock, rules)
    printed = printed_date(bare, rules.compact)
    return _read(printed, clock, rules) if printed else _not_a_date(bare)


def _is_missing(bare: str) -> bool:
    return not bare or not_values().get(fold(bare)) == "missing"


def _plain(text: str) -> datetime | None:
    """The commonest form by the fastest way; None leaves hour 24 and impossible days to the slow one."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _relative(bare: str, kind: str) -> Collected:
    found = parse_relative(bare, kind)
    if not found:
        return _not_a_date(bare) if _is_missing(bare) else _not_a_count(kind)
    text, moment, has_time = found
    return Collected(text, moment, has_time, relative=True)


def _serial(match: re.Match[str], clock: str, rules: DateRules) -> Collected:
    if not rules.all_serial:
        return _not_a_date(match[0])
    start = _SERIAL_STARTS.get(rules.serial)
    if not start:
        return Collected(
            problem="serial_date",
            detail="a spreadsheet wrote its number of the day, which counts from 1900 or from 1904",
            advice="Say from which, or export the dates as text.",
        )
    day = start + timedelta(days=int(match["days"]))
    if not match["part"]:
        return _timed(day, "", clock, rules)
    seconds = min(round(float(f"0.{match['part']}") * _DAY_SECONDS), _DAY_SECONDS - 1)
    printed = (datetime.combine(day, time()) + timedelta(seconds=seconds)).time().isoformat()
    return _timed(day, printed, clock, rules)


def _read(printed: PrintedDate, clock: str, rules: DateRules) -> Collected:
    """A date of a known shape, once its order and century are known."""
    if not printed.ordered:
        if rules.order is DateOrder.MONTH_FIRST:
            printed = replace(printed, month=printed.day, day=printed.month)
        elif rules.order is not DateOrder.DAY_FIRST:
            return _order_problem(rules.order)
    year = int(printed.year)
    if len(printed.year) == 2:
        if rules.century not in _CENTURIES:
            return Collected(
                problem="two_digit_year",
                detail="the year has two digits, and nothing shows its century",
                advice="Say which century is meant, or export years with four digits.",
            )
        year += _CENTURIES[rules.century]
    day = _day(year, printed.month, printed.day)
    if not day:
        return Collected(problem="not_a_date", detail="there is no such day")
    return _timed(day, printed.clock, clock, rules)


def _order_problem(order: DateOrder) -> Collected:
    if order is DateOrder.CONTRADICTORY:
        detail = "the dates of the file contradict each other on the order of day, month and year"
        return Collected(
            problem="date_order", detail=detail, advice="Export ISO dates, or each part by itself."
        )
    return Collected(
        problem="date_order",
        detail="nothing in the file shows whether day or month comes first",
        advice="Say which comes first (--date-order), or export ISO dates.",
    )


def _timed(day: date, printed: str, beside: str, rules: DateRules) -> Collected:
    """A day with the time printed behind it, or the one beside it where that is missing or midnight."""
    own = parse_clock(printed) if printed else None
    if printed and not own:
        return Collected(problem="not_a_date", detail="the text behind the date is no time of day")
    beside = beside.strip(INVISIBLE)
    other = parse_clock(beside) if beside else None
    notes = (TIME_UNREAD,) if not (other or _is_missing(beside)) else ()
    if other and own and not own.midnight:
        notes = (TIME_CONFLICT,) if not _same_time(own, other) else ()
        other = None
    clock = other or own
    if not clock or day > LATEST:
        return _judged(datetime.combine(day, time()), False, day.isoformat(), rules, notes)
    moment = clock.on(day)
    iso = moment.isoformat(timespec="minutes" if clock.second is None else "seconds")
    return _judged(moment, not clock.midnight, iso + clock.offset, rules, notes + clock.notes)


def _same_time(one: ClockTime, other: ClockTime) -> bool:
    return (one.hour, one.minute) == (other.hour, other.minute)


def _judged(
    moment: datetime, timed: bool, iso: str, rules: DateRules, notes: tuple[str, ...] = ()
) -> Collected:
    """A moment as a collection, unless it is a placeholder or lies in the future."""
    day = moment.date()
    if day < EARLIEST or day in PLACEHOLDERS:
        detail = "this is a placeholder or a typing error, not a date of collection"
        return Collected(problem="date_too_early", detail=detail)
    if day > LATEST:
        detail = "this stands for no date: no export reaches so far into the future"
        return Collected(problem="date_in_future", detail=detail)
    if rules.as_of and day > rules.as_of + timedelta(days=1) and moment.year < SHIFTED:
        return Collected(problem="date_in_future", detail=f"the date lies after {rules.as_of.isoformat()}")
    return Collected(iso, moment, timed, notes=notes)


def _not_a_count(kind: str) -> Collected:
    return Collected(problem="not_a_date", detail=f"this is no count of {kind}")


def _not_a_date(bare: str) -> Collected:
    if _is_missing(bare):
        return Collected(problem="no_date", detail="the date of collection is empty")
    detail = "this is not a complete date: write it as 2025-03-31, without a weekday or other words"
    if set(bare) == {"#"}:
        detail = "the column was too narrow when a spreadsheet wrote this; the date is lost"
    elif SERIAL.fullmatch(bare):
        detail = "this may be a spreadsheet's number of a day, but other dates of the file are none"
    elif lacks_year(bare):
        detail = "the year is missing"
    return Collected(problem="not_a_date", detail=detail)
