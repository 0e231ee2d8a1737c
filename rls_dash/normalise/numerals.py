"""Digits and marks → an exact number. A decimal mark is proved by the file or asked for, never guessed.

The grammar is ASCII digits with at most one decimal mark, and groups of three. Python's own `float` and
`Decimal` are too kind for laboratory text: they accept `1_2`, `１２`, `٣`, `inf`, `nan` and `1e5`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

# Marks that group digits and are never decimal: apostrophes, and blanks of any width.
GAPS = "'’ \u00a0\u2007\u2009\u202f"
# The whole run of digits, marks and groups: a part of it is never read by itself. A mark may stand first;
# whoever looks for a numeral in a text refuses one right behind a letter (`inf.5` could mean 5 or 0.5).
NUMERAL = rf"[.,]?[0-9](?:[0-9.,]|[{GAPS}](?=[0-9]))*"


class Decimals(StrEnum):
    """What a file's numbers prove about its decimal mark."""

    POINT = "."
    COMMA = ","
    UNPROVEN = "unproven"
    CONTRADICTORY = "contradictory"


MARKS = (Decimals.POINT, Decimals.COMMA)


def _shape(mark: str, other: str) -> re.Pattern[str]:
    """Numerals whose decimal mark is `mark`: plain digits, or groups of three, then a fraction."""
    gaps = rf"(?P<gap>[{other}{GAPS}])"
    whole = rf"[0-9]{{1,9}}|(?!0+[^0-9])[0-9]{{1,3}}{gaps}[0-9]{{3}}(?:(?P=gap)[0-9]{{3}})?"
    return re.compile(rf"(?P<whole>{whole})?(?:[{mark}](?P<fraction>[0-9]{{1,15}}))?")


_SHAPES = {Decimals.POINT: _shape(".", ","), Decimals.COMMA: _shape(",", ".")}


# One mark with another number of digits behind it than three can only be decimal: the commonest numeral.
_CERTAIN = re.compile(r"[0-9]{0,9}(?P<mark>[.,])(?:[0-9]{1,2}|[0-9]{4,15})")


@dataclass(frozen=True)
class Reading:
    """What a numeral says: a number, or the reason why it says none."""

    number: Decimal | None = None
    problem: str = ""  # issue code: ambiguous_decimal or not_a_number
    detail: str = ""
    grouped: bool = False  # its digits stand in groups, with blanks or apostrophes between
    candidates: tuple[tuple[Decimals, Decimal], ...] = ()  # how it reads with either mark, where both do


def read_with(numeral: str, mark: Decimals) -> Decimal | None:
    """The number a numeral is when `mark` is its decimal mark; None when it cannot be."""
    match = _SHAPES[mark].fullmatch(numeral)
    if not match or not (match["whole"] or match["fraction"]):
        return None
    whole = re.sub(r"[^0-9]", "", match["whole"] or "0")
    return Decimal(f"{whole}.{match['fraction']}" if match["fraction"] else whole)


def proof(numeral: str) -> Decimals | None:
    """The decimal mark that one numeral proves: the only one with which it is a number."""
    if numeral.isdigit():
        return None
    if match := _CERTAIN.fullmatch(numeral):
        return Decimals(match["mark"])
    if not _marked(numeral):
        return None
    possible = [mark for mark in MARKS if read_with(numeral, mark) is not None]
    return possible[0] if len(possible) == 1 else None


def proven(numerals: Iterable[str]) -> Decimals:
    """The decimal mark that numerals of one file, or of one text, prove together."""
    proofs = {found for numeral in numerals if (found := proof(numeral))}
    if len(proofs) > 1:
        return Decimals.CONTRADICTORY
    return proofs.pop() if proofs else Decimals.UNPROVEN


def read_numeral(numeral: str, decimals: Decimals) -> Reading:
    """The number of a numeral, read with the file's decimal mark."""
    if not _marked(numeral):
        number = read_with(numeral, Decimals.POINT)
        return _malformed() if number is None else Reading(number, grouped=not numeral.isdigit())
    both = tuple((mark, number) for mark in MARKS if (number := read_with(numeral, mark)) is not None)
    if not both:
        return _malformed()
    if decimals is Decimals.CONTRADICTORY:
        detail = "the file uses both comma and point as decimal mark"
        return Reading(problem="ambiguous_decimal", detail=detail, candidates=both)
    fitting = both if decimals is Decimals.UNPROVEN else tuple(one for one in both if one[0] is decimals)
    if not fitting:
        return Reading(
            problem="not_a_number", detail="the mark in this number is not the decimal mark of the file"
        )
    if len(fitting) > 1:
        detail = "nothing in the file shows whether the mark is decimal or groups thousands"
        return Reading(problem="ambiguous_decimal", detail=detail, candidates=both)
    return Reading(fitting[0][1], grouped=bool(set(numeral) & set(GAPS)))


def _marked(numeral: str) -> bool:
    return "." in numeral or "," in numeral


def _malformed() -> Reading:
    detail = "the digits and marks of this number do not form thousands and decimals"
    return Reading(problem="not_a_number", detail=detail)
