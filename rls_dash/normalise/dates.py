"""Cell text → date of collection. Day and month are never ordered by guess; offsets keep the wall clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_ZONE = r"(?P<zone>\s*(?:Z|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d)|UTC|GMT))?"
_CLOCK = rf"(?:,?[T ]+{_TIME}{_ZONE})?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:[T ]+{_TIME}{_ZONE})?", re.ASCII
)
_PLAIN = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?", re.ASCII)
_HL7 = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:\.\d+)?)?"
    r"(?P<zone>[+-]\d{4})?",
    re.ASCII,
)
_NUMERIC = re.compile(
    rf"(?P<first>\d{{1,2}})[/.\-](?P<second_part>\d{{1,2}})[/.\-](?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
    re.ASCII,
)
_NAMED = re.compile(
    rf"(?P<day>\d{{1,2}})[-. ]+(?P<name>[A-Za-z]{{3,9}})\.?[-., ]+(?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
    re.ASCII,
)
_NAME_FIRST = re.compile(
    rf"(?P<name>[A-Za-z]{{3,9}})\.? +(?P<day>\d{{1,2}}),? +(?P<year>\d{{4}}){_CLOCK}",
    re.ASCII,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
EARLIEST = date(1950, 1, 1)  # no laboratory result on a computer is older
# First days of computer calendars: what a system writes when it has no date. Real results of the years
# before 1990 exist in exports and are kept, with a note.
PLACEHOLDERS = frozenset({date(1960, 1, 1), date(1970, 1, 1), date(1980, 1, 1)})
OLD = date(1990, 1, 1)
_DAY_ALONE = len("2025-03-05")
SHIFTED = 2100  # research data are moved into the years 2100-2200


class DateOrder(StrEnum):
    """Order of day and month in a file's numeric dates."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    NOT_NEEDED = "not_needed"  # every date names its year first or its month by name
    UNPROVEN = "unproven"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True)
class Collected:
    """When a specimen was taken, as the wall clock showed it, or why it is not known."""

    iso: str = ""  # as printed, in ISO 8601, offset kept
    moment: datetime | None = None  # wall clock, offset dropped
    has_time: bool = False
    problem: str = ""
    detail: str = ""
    advice: str = ""  # a sentence on what would answer the problem


def date_order(texts: Iterable[str]) -> DateOrder:
    """The order that a file's numeric dates prove: a part above 12 can only be the day."""
    proofs, needed = set(), False
    for text in texts:
        if match := _NUMERIC.fullmatch(text.strip()):
            needed = True
            first, second = int(match["first"]), int(match["second_part"])
            if first > 12 >= second:
                proofs.add(DateOrder.DAY_FIRST)
            elif second > 12 >= first:
                proofs.add(DateOrder.MONTH_FIRST)
    if len(proofs) > 1:
        return DateOrder.CONTRADICTORY
    if proofs:
        return proofs.pop()
    return DateOrder.UNPROVEN if needed else DateOrder.NOT_NEEDED


def parse_collected(text: str, clock: str, order: DateOrder, as_of: date | None) -> Collected:
    """The moment of collection in one cell, with an optional time from a column of its own.

    Problems, as issue codes: no_date, date_order, two_digit_year, not_a_date, date_too_early,
    date_in_future.
    """
    bare = text.strip()
    if not bare:
        return Collected(problem="no_date", detail="the date of collection is empty")
    if _PLAIN.fullmatch(bare) and not clock and (moment := _plain(bare)):
        return _judged(moment, len(bare) > _DAY_ALONE, bare.replace(" ", "T"), as_of)
    if (match := _ISO.fullmatch(bare)) or (match := _HL7.fullmatch(bare)):
        return _build(match, int(match["month"]), int(match["day"]), clock, as_of)
    if match := _NUMERIC.fullmatch(bare):
        return _numeric(match, clock, order, as_of)
    if (match := _NAMED.fullmatch(bare)) or (match := _NAME_FIRST.fullmatch(bare)):
        month = _month(match["name"])
        if month:
            return _build(match, month, int(match["day"]), clock, as_of)
    return Collected(problem="not_a_date", detail="this is not a complete date")


def _plain(text: str) -> datetime | None:
    """The commonest form by the fastest way; None leaves hour 24 and impossible days to the slow one."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _month(name: str) -> int:
    word = name.lower()
    if word in _FULL:
        return _FULL.index(word) + 1
    word = "sep" if word == "sept" else word
    return _MONTHS.index(word) + 1 if word in _MONTHS else 0


def _numeric(match: re.Match[str], clock: str, order: DateOrder, as_of: date | None) -> Collected:
    first, second = int(match["first"]), int(match["second_part"])
    if order is DateOrder.CONTRADICTORY:
        return Collected(
            problem="date_order",
            detail="the file has dates that can only be day first and others that can only be month first",
        )
    if order is DateOrder.UNPROVEN:
        return Collected(
            problem="date_order",
            detail="nothing in the file shows whether day or month comes first",
            advice="Say which comes first (--date-order), or export ISO dates.",
        )
    day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
    return _build(match, month, day, clock, as_of)


def _build(match: re.Match[str], month: int, day: int, clock: str, as_of: date | None) -> Collected:
    if len(match["year"]) == 2:
        return Collected(problem="two_digit_year", detail="the year has two digits")
    try:
        moment, has_time, zone = _moment(match, date(int(match["year"]), month, day), clock)
    except (ValueError, OverflowError):
        return Collected(problem="not_a_date", detail="there is no such day or time")
    if not has_time:
        return _judged(moment, False, moment.date().isoformat(), as_of)
    timespec = "seconds" if moment.second or match.groupdict().get("second") else "minutes"
    return _judged(moment, True, moment.isoformat(timespec=timespec) + zone, as_of)


def _judged(moment: datetime, timed: bool, iso: str, as_of: date | None) -> Collected:
    """A moment as a collection, unless it is a placeholder or lies in the future."""
    day = moment.date()
    if day < EARLIEST or day in PLACEHOLDERS:
        detail = "this is a placeholder or a typing error, not a date of collection"
        return Collected(problem="date_too_early", detail=detail)
    if as_of and day > as_of + timedelta(days=1) and moment.year < SHIFTED:
        return Collected(problem="date_in_future", detail=f"the date lies after {as_of.isoformat()}")
    return Collected(iso, moment, timed and moment.time() != time(0, 0))


def _moment(match: re.Match[str], day: date, clock: str) -> tuple[datetime, bool, str]:
    """(wall clock, whether a time was printed, offset as printed). Raises ValueError on 25:00."""
    parts = match.groupdict()
    zone = (parts.get("zone") or "").strip().replace("UTC", "Z").replace("GMT", "Z")
    if not parts.get("hour"):
        separate = re.fullmatch(_TIME, clock.strip(), re.ASCII) if clock.strip() else None
        if not separate:
            return datetime.combine(day, time()), False, ""
        parts = separate.groupdict()
    hour = int(parts["hour"] or 0)
    if parts.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if parts["half"].lower() == "p" else 0)
    if hour == 24 and int(parts["minute"] or 0) == 0:
        return datetime.combine(day, time()) + timedelta(days=1), True, zone
    return (
        datetime.combine(day, time(hour, int(parts["minute"] or 0), int(parts.get("second") or 0))),
        True,
        zone,
    )
