"""A printed reference interval → its two ends. Read only when certain: none is better than a wrong one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from rls_dash.ingest.formats import plain_word, range_words
from rls_dash.normalise.number_cells import INVISIBLE, split_cell
from rls_dash.normalise.numerals import NUMERAL, proven, read_numeral

_UNIT = r"[^\W\d_][^\s\d,;<>()\[\]-]*|%"
_RANGE = re.compile(
    rf"(?:(?P<first>[^\W\d_]+)\s+)?(?P<low>(?>{NUMERAL}))(?:\s*(?P<low_unit>{_UNIT}))?"
    rf"(?:\s*(?P<dash>[^\w\s]{{1,3}})\s*|\s+(?P<word>[^\W\d_]+)\s+)"
    rf"(?P<high>(?>{NUMERAL}))(?:\s*(?P<open>[(\[])?(?P<unit>[^\W\d_][^\s,;()\[\]]*|%)(?(open)[)\]]))?",
)
_BRACKETS = re.compile(r"[\[(]([^\[\]()]*)[\])](.*)", re.DOTALL)


@dataclass(frozen=True)
class Interval:
    """A printed reference interval; None leaves a side open. `unit` is the text printed beside it."""

    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""


def parse_reference_range(text: str) -> Interval:
    """A printed reference interval; a one-sided one leaves the other end open.

    Forms: `12 - 150`, `[12–150] ng/mL`, `0,7 bis 1,0`, `< 5`, `> OR = 40`, `up to 40`. An open dash
    (`40 -`) may be half of a cut text and gives no interval.
    """
    bare = text.strip(INVISIBLE)
    if match := _BRACKETS.fullmatch(bare):
        bare = f"{match[1]} {match[2]}".strip(INVISIBLE)
    return _two_sided(match) if (match := range_match(bare)) else _one_sided(bare)


def range_match(bare: str) -> re.Match[str] | None:
    """The match of two numerals with a dash or a word such as "to" between them."""
    match = _RANGE.fullmatch(bare)
    if not match:
        return None
    between = plain_word(match["dash"] or match["word"])
    known = between in range_words("between")
    return match if known and plain_word(match["first"] or "") in {"", *range_words("first")} else None


def _two_sided(match: re.Match[str]) -> Interval:
    low_unit, unit = match["low_unit"] or "", match["unit"] or ""
    decimals = proven((match["low"], match["high"]))
    low, high = (read_numeral(match[side], decimals).number for side in ("low", "high"))
    if low is None or high is None or low >= high or low_unit not in ("", unit):
        return Interval()
    return Interval(low, high, unit)


def _one_sided(bare: str) -> Interval:
    cell = split_cell(bare, interval=True)
    if not cell or not cell.sign or cell.flag:
        return Interval()
    limit = read_numeral(cell.numeral, proven((cell.numeral,))).number
    if not limit:  # not certain; and nothing lies below zero, everything above
        return Interval()
    if cell.sign.censored_low:
        return Interval(high=limit, unit=cell.unit)
    return Interval(low=limit, unit=cell.unit)
