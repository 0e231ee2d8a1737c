"""Time counted from a start that nobody states: minutes since admission, study days, visits.

It is kept as a text ("day 12") and as a moment counted from RELATIVE_ORIGIN, so that results sort and plot
in their order. The moment is no claim about the calendar.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

RELATIVE_ORIGIN = datetime(1000, 1, 1)  # noqa: DTZ001  # stands for "day 0"; far from every real date
MINUTES, DAYS, VISIT = "minutes", "days", "visit"
KINDS = (MINUTES, DAYS, VISIT)
_WHOLE = re.compile(r"(?P<number>-?[0-9]{1,9})(?:\.0+)?")
_VISIT = re.compile(r"(?:visit|v)?\s*(?P<number>[0-9]{1,4}(?:\.[0-9]{1,3})?)", re.IGNORECASE)
_LONGEST = timedelta(days=73_050)  # 200 years


def parse_relative(text: str, kind: str) -> tuple[str, datetime, bool] | None:
    """(text, moment, whether a time of day is known) of a count; None where the text is no count.

    `minutes`: `day 0 00:00` is the start itself, `day -1 23:00` one hour before it. `days`: study days as
    printed. `visit`: visits as printed, one day apart, since only their order is known.
    """
    match = (_VISIT if kind == VISIT else _WHOLE).fullmatch(text.strip())
    if not match or kind not in KINDS:
        return None
    number = match["number"]
    if kind == VISIT:
        shown = re.sub(r"\.0+$", "", number).lstrip("0") or "0"
        return f"visit {shown}", RELATIVE_ORIGIN + timedelta(days=float(number)), False
    count = int(number)
    offset = timedelta(minutes=count) if kind == MINUTES else timedelta(days=count)
    if abs(offset) > _LONGEST:
        return None
    if kind == DAYS:
        return f"day {count}", RELATIVE_ORIGIN + offset, False
    day, minute = divmod(count, 24 * 60)
    return f"day {day} {minute // 60:02d}:{minute % 60:02d}", RELATIVE_ORIGIN + offset, True
