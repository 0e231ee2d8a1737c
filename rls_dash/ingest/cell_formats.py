"""Stored numbers of a spreadsheet → the text they stand for under the format of their cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

NO_VALUE = "#N/A"  # a cell whose value is not known; its row is set aside as a spreadsheet error
_NO_DATE = "#VALUE!"
_DIGITS = 15  # Excel keeps no more; what a file holds beyond them is noise of binary numbers
_WHOLE_UP_TO = Decimal(10) ** _DIGITS
_HALF_SECOND = timedelta(milliseconds=500)
# Parts of a format code: quoted text, an escaped character, one that only leaves room, [a condition].
_PART = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[[^\]]*\]|(?P<code>.)', re.DOTALL)
_SIGNS = frozenset("<>≤≥")


class Stored(str):
    """The text of a stored number: its point can only be a decimal one."""

    __slots__ = ()


@dataclass(frozen=True)
class Shape:
    """What the format of a cell makes of a number, beyond how many digits it shows."""

    moment: bool = False  # a date or a time of day
    duration: bool = False
    percent: bool = False
    sign: str = ""  # shown before every number
    doubtful: bool = False  # a sign is shown before some numbers


def shape_of(book: Any, style: int) -> Shape:
    """What one cell style of an openpyxl workbook makes of numbers."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    if style in book._date_formats:
        return Shape(moment=True, duration=style in book._timedelta_formats)
    number = book._cell_styles[style].numFmtId
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return _shape(BUILTIN_FORMATS.get(number, "General"))
    return _shape(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])


def _shape(code: str) -> Shape:
    parts = list(_PART.finditer(code))
    shown = "".join(part["quoted"] or part["escaped"] or part["code"] or "" for part in parts)
    percent = any(part["code"] == "%" for part in parts)
    if not _SIGNS & set(shown):
        return Shape(percent=percent)
    sections = sum(part["code"] == ";" for part in parts)
    if sections or shown[:1] not in _SIGNS or _SIGNS & set(shown[1:]):
        return Shape(doubtful=True)
    return Shape(percent=percent, sign=shown[0])


def number_text(written: str, shape: Shape) -> Stored:
    """A stored number as the shortest decimal text: `12.5`, `42`, `25%` under a percent format.

    A whole number of more than 15 digits comes as `1.23456789012346E+15`: its last digits are lost, as
    those of an identifier would be.
    """
    exact = Decimal(written)
    if exact == exact.to_integral_value() and abs(exact) < _WHOLE_UP_TO:
        number = exact
    else:
        number = Decimal(f"{float(written):.{_DIGITS}g}")
    if shape.percent:
        return Stored(f"{shape.sign}{_plain(number * 100)}%")
    if abs(number) >= _WHOLE_UP_TO:
        return Stored(f"{shape.sign}{number:.{_DIGITS - 1}E}")
    return Stored(f"{shape.sign}{_plain(number)}")


def _plain(number: Decimal) -> str:
    """A number in digits, without an exponent and without zeros at its end."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def moment_text(number: float, epoch: datetime, shape: Shape) -> str:
    """A day number as ISO text: `2025-03-05`, `2025-03-05T14:30`, `14:30`, or `#VALUE!`."""
    from openpyxl.utils.datetime import from_excel

    if number < 0:
        return _NO_DATE  # a spreadsheet shows hashes
    try:
        found = from_excel(number, epoch, timedelta=shape.duration)
        if isinstance(found, timedelta):
            return str(found)
        if isinstance(found, time):
            # Through a day, so that half a second before midnight does not become another time.
            found = datetime.combine(epoch.date(), found) + _HALF_SECOND
            return _clock(found.time())
        found += _HALF_SECOND
    except (OverflowError, ValueError):
        return _NO_DATE
    if found.time().replace(microsecond=0) == time():
        return str(found.date().isoformat())
    return f"{found.date().isoformat()}T{_clock(found.time())}"


def _clock(moment: time) -> str:
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")
