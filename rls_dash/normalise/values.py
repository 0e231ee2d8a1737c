"""Cell text → number, comparator, in-cell unit. A closed grammar; whatever it does not know is no number.

The grammar is ASCII digits with at most one decimal mark. Python's own `float` is too kind for
laboratory text: it accepts `1_2`, `１２`, `٣`, `inf`, `nan` and `1e5`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rls_dash.ingest.formats import comparators, fold, not_values
from rls_dash.model import Comparator

_NUMBER = r"[0-9]{1,9}(?:[.,][0-9]{3})*(?:[.,][0-9]{1,15})?|\.[0-9]{1,15}"
_BLANKS = " \u00a0\u2007\u2009\u202f\ufeff\u200b"
_FLAG = r"(?:HH|LL|H|L|A|N|\*{1,2})"
# [flag] comparator number [flag] [unit]; the unit starts with a letter or % and is looked up, not parsed;
# an exponent (1e5, 0x10, 2 x 10^12) is no unit
_CELL = re.compile(
    rf"(?:{_FLAG}\s+)?(?P<sign>[<>≤≥]\s*=?|=[<>])?\s*(?P<number>{_NUMBER})"
    rf"(?:\s*(?P<flag>\*{{1,2}})|\s+(?P<letter>HH|LL|H|L|A|N)(?=\s|$))?(?:\s*(?P<unit>(?![eExX]\s*[0-9^+-])[^\W\d_].*|%.*))?",
)
_WORDED = re.compile(r"(?P<word>[^0-9<>=]+?|[<>]\s*OR\s*=)\s*(?P<rest>[0-9.,].*)", re.IGNORECASE)
_GROUPED = re.compile(
    r"[0-9]{1,3}(?:(?P<mark>['’\u00a0\u2009\u202f ])[0-9]{3})(?:(?P=mark)[0-9]{3})*(?:[.,][0-9]+)?"
)
_MONTH = (
    r"(?:jan|feb|fév|mar|mär|apr|avr|abr|may|mai|mag|jun|jui|jul|aug|aoû|ago|sep|set|oct|okt|ott|nov"
    r"|dec|dez|dic|déc)[a-zéûç]*"
)
_DATE_LIKE = re.compile(
    rf"(?:\d{{1,2}}[-. ]*{_MONTH}\.?|{_MONTH}[-. ]+\d{{1,2}})(?:[-. ]\d{{2,4}})?", re.IGNORECASE
)


class Decimals(StrEnum):
    """What a file's numbers prove about its decimal mark."""

    POINT = "."
    COMMA = ","
    UNPROVEN = "unproven"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True)
class Value:
    """A number as reported, or the reason why the cell holds none."""

    number: Decimal | None = None
    comparator: Comparator = Comparator.NONE
    unit: str = ""  # unit text inside the cell, "" when none
    problem: str = ""  # issue code, "" for a number
    detail: str = ""  # what is wrong, in words


def decimal_mark(texts: Iterable[str]) -> Decimals:
    """The decimal mark that the distinct value cells of one file prove.

    A mark followed by one, two or more than three digits, or after a lone zero, can only be decimal;
    two different marks in one number prove both. `1.250` alone proves nothing.
    """
    proofs = {proof for text in texts if (proof := _proves(text))}
    if len(proofs) > 1:
        return Decimals.CONTRADICTORY
    return proofs.pop() if proofs else Decimals.UNPROVEN


def _proves(text: str) -> Decimals | None:
    match = _CELL.fullmatch(text.strip(_BLANKS)) or _search_number(text)
    if not match:
        return None
    number = match["number"]
    marks = [char for char in number if char in ".,"]
    if not marks:
        return None
    last = marks[-1]
    if len(set(marks)) == 2:
        return Decimals(last) if marks.count(last) == 1 else None
    if len(marks) > 1:  # 1,250,000: the mark groups thousands
        return Decimals.POINT if last == "," else Decimals.COMMA
    whole, _, fraction = number.partition(last)
    only_decimal = len(fraction) != 3 or len(whole) > 3 or whole.strip("0") == ""
    return Decimals(last) if only_decimal else None


def _search_number(text: str) -> re.Match[str] | None:
    worded = _WORDED.fullmatch(text.strip(_BLANKS))
    return _CELL.fullmatch(worded["rest"].strip(_BLANKS)) if worded else None


def parse_value(text: str, decimals: Decimals) -> Value:
    """The number in one cell, read with the file's decimal mark.

    Problems, as issue codes: no_value, no_result, spreadsheet_error, date_in_value, not_a_number,
    ambiguous_decimal, zero_value.
    """
    bare = text.strip(_BLANKS + "\t\r\n")
    if not bare:
        return Value(problem="no_value", detail="the value is empty")
    if listed := _listed(bare):
        return listed
    match, sign = (None, Comparator.NONE) if _DATE_LIKE.fullmatch(bare) else _match(bare)
    if not match:
        return _not_a_number(bare)
    number, problem, detail = _to_decimal(match["number"], decimals)
    if number is None:
        return Value(problem=problem, detail=detail)
    if number == 0 and sign.censored_low:
        return Value(problem="not_a_number", detail="nothing can be below zero")
    if number == 0:
        detail = "zero is no concentration: it may mean 'below the measuring range'"
        return Value(number, sign, match["unit"] or "", "zero_value", detail)
    return Value(number, sign, (match["unit"] or "").strip())


def is_missing(cell: str) -> bool:
    """Whether a cell is empty or stands for a missing value."""
    bare = cell.strip(_BLANKS + "\t\r\n")
    return not bare or not_values().get(fold(bare)) == "missing"


def _listed(bare: str) -> Value | None:
    meaning = not_values().get(fold(bare))
    if meaning == "missing":
        return Value(problem="no_value", detail="the cell stands for a missing value")
    if meaning == "no_result":
        return Value(problem="no_result", detail="the laboratory reported no number")
    if meaning == "spreadsheet_error" or set(bare) == {"#"}:
        return Value(
            problem="spreadsheet_error",
            detail="a spreadsheet left an error here; take the value from the original",
        )
    return None


def _match(bare: str) -> tuple[re.Match[str] | None, Comparator]:
    if match := _CELL.fullmatch(bare):
        mark = re.sub(r"\s", "", match["sign"] or "")
        return match, comparators().get(mark, Comparator.NONE)
    if worded := _WORDED.fullmatch(bare):
        sign = comparators().get(fold(worded["word"]))
        if sign:
            return _CELL.fullmatch(worded["rest"].strip(_BLANKS)), sign
    return None, Comparator.NONE


def _not_a_number(bare: str) -> Value:
    if _GROUPED.fullmatch(bare):
        return Value(problem="ambiguous_decimal", detail="digits are grouped by blanks or apostrophes")
    if _DATE_LIKE.fullmatch(bare):
        return Value(
            problem="date_in_value", detail="a spreadsheet turned this number into a date; the number is lost"
        )
    return Value(problem="not_a_number", detail="this is not a single number")


def _to_decimal(number: str, decimals: Decimals) -> tuple[Decimal | None, str, str]:
    """(number, "", "") or (None, issue code, detail) of a text of digits and marks."""
    marks = [char for char in number if char in ".,"]
    if not marks:
        return Decimal(number), "", ""
    if decimals is Decimals.CONTRADICTORY:
        return None, "ambiguous_decimal", "the file uses both comma and point as decimal mark"
    proven = _proves(number)
    decimal = proven if decimals is Decimals.UNPROVEN else decimals
    if decimal is None:
        return (
            None,
            "ambiguous_decimal",
            "nothing in the file shows whether the mark is decimal or groups thousands",
        )
    thousands = "." if decimal is Decimals.COMMA else ","
    whole, _, fraction = number.partition(decimal.value)
    if not _well_grouped(whole, thousands) or thousands in fraction or decimal.value in fraction:
        return None, "not_a_number", "the marks in this number do not form thousands and decimals"
    return (
        Decimal(
            f"{whole.replace(thousands, '') or '0'}.{fraction or '0'}"
            if fraction
            else whole.replace(thousands, "")
        ),
        "",
        "",
    )


def _well_grouped(whole: str, mark: str) -> bool:
    groups = whole.split(mark)
    if len(groups) == 1:
        return True
    return (
        1 <= len(groups[0]) <= 3
        and groups[0].strip("0") != ""
        and all(len(group) == 3 for group in groups[1:])
    )


def parse_comparator(text: str) -> Comparator | None:
    """The comparator of a column of its own; None for a word that is not listed."""
    bare = fold(text)
    return Comparator.NONE if not bare else comparators().get(bare)


_RANGE = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?:-|–|—|to|bis|à)\s*(?P<high>{_NUMBER})(?:\s*(?P<unit>[^\W\d_][^\s\d,;]*))?"
)


@dataclass(frozen=True)
class Interval:
    """A printed reference interval; None leaves a side open. `unit` is the text printed beside it."""

    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""


def parse_reference_range(text: str) -> Interval:
    """A printed reference interval; a one-sided one leaves the other end open.

    A range it cannot read for certain gives an empty one: no interval is better than a wrong one.
    """
    bare = text.strip(_BLANKS + "[]()")
    if match := _RANGE.fullmatch(bare):
        decimals = decimal_mark((match["low"], match["high"]))
        low, high = (_to_decimal(match[side], decimals)[0] for side in ("low", "high"))
        certain = low is not None and high is not None and low <= high
        return Interval(low, high, match["unit"] or "") if certain else Interval()
    limit = parse_value(bare, decimal_mark((bare,)))
    if limit.problem or limit.number is None or not limit.comparator:
        return Interval()
    side = "high" if limit.comparator.censored_low else "low"
    return Interval(**{side: limit.number}, unit=limit.unit)
