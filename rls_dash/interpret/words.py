"""How numbers, units, dates and spans of time are put into words. Decides nothing."""

from __future__ import annotations

import hashlib
import math
import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

from rls_dash.knowledge import Analyte
from rls_dash.normalise.dates import EARLIEST
from rls_dash.normalise.relative_time import RELATIVE_ORIGIN

MICRO = "\u00b5"
MINUS = "\u2212"
LONGEST_NAME = 80  # characters of a name of a file inside a sentence
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER = re.compile(r"[\d.,][\d.,'\u2019\u00a0\u202f ]*")
_SIMPLE = re.compile(r"\d+(\.\d+)?", re.ASCII)
_SIGNS = {"": "", "<": "below ", "<=": "at or below ", ">": "above ", ">=": "at or above "}


class UnitSystem(StrEnum):
    """The two families of units a laboratory reports in."""

    CONVENTIONAL = "conventional"
    SI = "si"


def display_unit(analyte: Analyte, system: UnitSystem) -> tuple[str, int]:
    """UCUM code and number of decimals in which an analyte is shown."""
    if system is UnitSystem.SI:
        return analyte.canonical_unit, analyte.canonical_digits
    return analyte.conventional_unit, analyte.conventional_digits


@cache  # holds unit codes only, never a cell of a file
def unit_text(ucum: str) -> str:
    """A UCUM code as printed on a page: µ for the prefix u, no annotation brackets."""
    text = re.sub(r"(?<![A-Za-z])u(?=(g|mol|L)\b)", MICRO, ucum)
    text = text.replace("{1.73_m2}", "1.73 m\u00b2").replace("meq", "mEq")
    return re.sub(r"\{[^}]*\}", "", text)


def amount(number: str, unit: str) -> str:
    """Number and unit [UCUM] as one phrase; per cent stands as its sign."""
    shown = "" if unit == "1" else unit_text(unit)
    return f"{number} {shown}".strip()


def plain(number: Decimal | float) -> str:
    """A number of the knowledge tables as written there; a float with at most six digits."""
    if isinstance(number, Decimal):
        return f"{number:f}"
    return f"{float(f'{number:.6g}'):.10f}".rstrip("0").rstrip(".")


def reported_number_text(reported_value: str, number: float) -> str:
    """The number with the digits the laboratory printed, without its sign, unit or grouping marks.

    Built from the parsed number, so that no other text of the cell can reach a page through it.
    """
    if math.isnan(number):
        return "not a number"
    if _SIMPLE.fullmatch(reported_value) and float(reported_value) == number:
        return reported_value
    match = _NUMBER.search(reported_value)
    if match:
        token = match.group().strip(" ,.'")
        printed = re.sub(r"\D", "", match.group()).lstrip("0")
        tail = max(token.rfind("."), token.rfind(","))
        for digits in (len(token) - tail - 1 if tail >= 0 else 0, 0):
            candidate = f"{number:.{digits}f}"
            if re.sub(r"\D", "", candidate).lstrip("0") == printed:
                return candidate
    return plain(number)


def value_text(comparator: str, number: str, unit: str) -> str:
    """A result as shown in a table or beside a symbol: "<5 ng/mL"."""
    sign = {"<=": "\u2264", ">=": "\u2265"}.get(comparator, comparator)
    return amount(f"{sign}{number}", unit)


def range_words(low_op: str, low: str, high_op: str, high: str, unit: str) -> str:
    """A region of values in prose: "above 75 and at or below 100 µg/L"."""
    parts = [f"{_SIGNS[op]}{number}" for op, number in ((low_op, low), (high_op, high)) if op]
    return amount(" and ".join(parts), unit)


def range_signs(low_op: str, low: str, high_op: str, high: str) -> str:
    """A region of values for a narrow place: "≤75", ">75 to 100", "≥180 to <350"."""
    short = {"<=": "\u2264", ">=": "\u2265", "<": "<", ">": ">"}
    if low_op and high_op:
        first = f"{short[low_op]}{low}"
        return f"{first} to {high}" if high_op == "<=" else f"{first} to {short[high_op]}{high}"
    return f"{short[low_op]}{low}" if low_op else f"{short[high_op]}{high}"


def short_id(patient_id: str, most: int = 60) -> str:
    """A patient's id that leaves room for what is said beside it: a long one keeps start and end.

    A mark of the whole stands between, so that no two long ids look the same; how long it is is said.
    """
    if len(patient_id) <= most:
        return patient_id
    mark = hashlib.sha256(patient_id.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    ends = (most - 26) // 2
    return f"{patient_id[:ends]}\u2026#{mark}\u2026{patient_id[-ends:]} ({len(patient_id):,} characters)"


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: "ferritin", but "TSAT" and "RBC folate"."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def is_relative(day: date) -> bool:
    """Whether a day only counts from a start that nobody states (see normalise.relative_time)."""
    return day < EARLIEST


def brief(text: str, most: int = LONGEST_NAME) -> str:
    """A cell of a file cut to a length [characters] that leaves room for what is said beside it."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}\u2026"


def date_text(day: date) -> str:
    """A date as `03 Apr 2026`, in English whatever the locale of the machine; `day 12` in relative time."""
    if is_relative(day):
        return f"day {(day - RELATIVE_ORIGIN.date()).days}"
    return f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year}"


def span_text(days: int) -> str:
    """A length of time in the unit a clinician would use."""
    if days < 14:
        return "1 day" if days == 1 else f"{days} days"
    if days < 61:
        return f"{round(days / 7)} weeks"
    months = round(days / 30.44)
    if months < 24:
        return f"{months} months"
    years = days / 365.25
    return f"{years:.0f} years" if abs(years - round(years)) < 0.05 else f"{years:.1f} years"


def age_text(day: date, as_of: date) -> str:
    """How long before the as-of date something was collected."""
    if is_relative(day):
        return "no calendar date"
    days = (as_of - day).days
    if days < 0:
        return "after the as-of date"
    return "today" if days == 0 else f"{span_text(days)} ago"


def difference(text: str, unit: str) -> str:
    """A signed number with its unit [UCUM]; of percents in points: "+7 %" reads as relative."""
    return f"{text} percentage points" if unit == "%" else amount(text, unit)


def signed(change: float, digits: int) -> str:
    """A difference with its sign, the true minus sign included."""
    text = f"{abs(change):.{digits}f}"
    if not text.strip("0."):
        return "no change"
    return f"+{text}" if change > 0 else f"{MINUS}{text}"
