"""Cell text → number, comparator, in-cell unit. A closed grammar; whatever it does not know is no number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from rls_dash.ingest.formats import comparators, fold, months, not_values, plain_word
from rls_dash.model import Comparator
from rls_dash.normalise.number_cells import INVISIBLE, Cell, split_cell
from rls_dash.normalise.numerals import Decimals, proven, read_numeral
from rls_dash.normalise.ranges import Interval, parse_reference_range, range_match

__all__ = [
    "REMARKS",
    "Decimals",
    "Interval",
    "Value",
    "decimal_mark",
    "is_missing",
    "parse_comparator",
    "parse_reference_range",
    "parse_value",
]

# Issue code of a remark on a number that is used → what to tell the user.
REMARKS = {"grouped_digits": "Blanks or apostrophes group the digits of this number; they are left out."}

# The commonest cells, read by the fastest way.
_PLAIN = re.compile(r"(?P<sign>[<>]?)(?P<number>[0-9]{1,9}(?:\.[0-9]{1,15})?)")
_SIGNS = {sign.value: sign for sign in Comparator}
_DAY_NAMED = re.compile(r"[0-9]{1,4}[-./\s]*([^\W\d_]+)(?:[-./,\s]+[0-9]{2,4})?[-./\s]*")
_NAMED_DAY = re.compile(r"([^\W\d_]+)[-./\s]+[0-9]{1,4}(?:[-./,\s]+[0-9]{2,4})?")
_DAY_JAPANESE = re.compile(r"(?:[0-9]{4}年)?[0-9]{1,2}月(?:[0-9]{1,2}日)?")
_DATE = re.compile(r"[0-9]{1,4}([-./])[0-9]{1,2}\1[0-9]{1,4}(?:[T ].*)?", re.DOTALL)
# What a cell without a single number looks like → what to call it, the first that fits.
_KINDS = (
    (
        re.compile(r"[-−–]\s*[0-9.,].*|\(\s*[0-9.,]+\s*\)|[0-9.,]+\s*-", re.DOTALL),
        "a negative number, and no concentration lies below zero",
    ),
    (re.compile(r"[<>≤≥=]*\s*[0-9]+\s*[:/]\s*[0-9]+"), "a titre or a ratio, not a single number"),
    (re.compile(r"[0-9]*\s*\++"), "a grade, not a measured number"),
    (
        re.compile(r"[0-9.,]+\s*[eEdDxX×*·^]\s*[-+^]?\s*[0-9].*", re.DOTALL),
        "a number with a letter or a power in it; write it out",
    ),
)


@dataclass(frozen=True)
class Value:
    """A number as reported, or the reason why the cell holds none."""

    number: Decimal | None = None
    comparator: Comparator = Comparator.NONE
    unit: str = ""  # unit text inside the cell, "" when none
    problem: str = ""  # issue code, "" for a number
    detail: str = ""  # what is wrong, in words
    flag: str = ""  # flag of the laboratory inside the cell, as printed
    notes: tuple[str, ...] = ()  # issue codes of remarks, see REMARKS
    candidates: tuple[tuple[Decimals, Decimal], ...] = ()  # of an ambiguous mark: how the number reads


def decimal_mark(texts: Iterable[str]) -> Decimals:
    """The decimal mark that the distinct value cells of one file prove.

    A mark that cannot group thousands is decimal (`12,5`, `0,825`, `1234,567`), and one that groups them
    makes the other decimal (`1,250,000`). `1.250` alone proves nothing.
    """
    return proven(numeral for text in texts if (numeral := _numeral(text.strip(INVISIBLE))))


def _numeral(bare: str) -> str:
    """The one numeral of a cell, "" where it has none or several."""
    if plain := _PLAIN.fullmatch(bare):
        return str(plain["number"])
    cell = split_cell(bare)
    return cell.numeral if cell else ""


def parse_value(text: str, decimals: Decimals, sentinels: frozenset[str] = frozenset()) -> Value:
    """The number in one cell, read with the file's decimal mark.

    `sentinels`: numbers that this layout writes where it has none, such as 9999999. Problems, as issue
    codes: no_value, no_result, spreadsheet_error, date_in_value, not_a_number, ambiguous_decimal,
    zero_value.
    """
    bare = text.strip(INVISIBLE)
    if decimals is Decimals.POINT and not sentinels and (plain := _PLAIN.fullmatch(bare)):
        number = Decimal(plain["number"])
        if number:
            return Value(number, _SIGNS[plain["sign"]])
    if not bare:
        return Value(problem="no_value", detail="the value is empty")
    if bare in sentinels:
        return _sentinel()
    if listed := _listed(bare):
        return listed
    cell = split_cell(bare)
    if not cell or (cell.unit and _is_date(bare)):
        return _not_a_number(bare)
    value = _read(cell, decimals)
    if value.problem == "not_a_number" and _is_date(bare):
        return _not_a_number(bare)
    return _sentinel() if value.number in _numbers(sentinels) else value


def _read(cell: Cell, decimals: Decimals) -> Value:
    reading = read_numeral(cell.numeral, decimals)
    number, sign = reading.number, cell.sign
    if number is None:
        return Value(problem=reading.problem, detail=reading.detail, candidates=reading.candidates)
    if number == 0 and sign.censored_low:
        return Value(problem="not_a_number", detail="nothing can be below zero")
    notes = ("grouped_digits",) if reading.grouped else ()
    if number == 0:
        detail = "zero is no concentration: it may mean 'below the measuring range'"
        return Value(number, sign, cell.unit, "zero_value", detail, cell.flag)
    return Value(number, sign, cell.unit, flag=cell.flag, notes=notes)


def _sentinel() -> Value:
    return Value(problem="no_value", detail="this export writes this number where it has none")


@cache
def _numbers(sentinels: frozenset[str]) -> frozenset[Decimal | None]:
    readings = (read_numeral(sentinel, Decimals.POINT).number for sentinel in sentinels)
    return frozenset(number for number in readings if number is not None)


def is_missing(cell: str) -> bool:
    """Whether a cell is empty or stands for a missing value."""
    bare = cell.strip(INVISIBLE)
    return not bare or not_values().get(fold(bare)) == "missing"


def parse_comparator(text: str) -> Comparator | None:
    """The comparator of a column of its own; None for a word that is not listed."""
    bare = plain_word(text)
    return Comparator.NONE if not bare else comparators().get(bare)


def _listed(bare: str) -> Value | None:
    """What a cell says that is listed as no value; a full stop behind the words changes nothing."""
    word = fold(bare)
    meaning = not_values().get(word) or not_values().get(word.rstrip(".!"))
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


def _not_a_number(bare: str) -> Value:
    if _is_date(bare):
        return Value(
            problem="date_in_value", detail="a spreadsheet turned this number into a date; the number is lost"
        )
    return Value(problem="not_a_number", detail=f"this is {_kind(bare)}")


def _is_date(bare: str) -> bool:
    """Whether a cell is a day with or without its year, in any language of months.csv."""
    composed = unicodedata.normalize("NFC", bare)
    if _DATE.fullmatch(composed) or _DAY_JAPANESE.fullmatch(composed):
        return True
    named = _DAY_NAMED.fullmatch(composed) or _NAMED_DAY.fullmatch(composed)
    return named is not None and plain_word(named[1]) in months()


def _kind(bare: str) -> str:
    """What a cell is that is not a single number, for people to read."""
    if range_match(bare):
        return "a range, not a single number"
    for pattern, kind in _KINDS:
        if pattern.fullmatch(bare):
            return kind
    if any(char.isnumeric() and not char.isascii() for char in bare):
        return "a text with fractions or with digits that are not 0 to 9"
    return "a text with more than a number in it" if re.search("[0-9]", bare) else "a word, not a number"
