"""One cell split into what it is made of: flag, sign, numeral, unit. Nothing is read yet, nothing guessed.

Every word beside the digits must be known: a sign, a flag, or the text of a unit behind them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rls_dash.ingest.formats import comparator_words, plain_word, value_flags
from rls_dash.knowledge import load_knowledge
from rls_dash.model import Comparator
from rls_dash.normalise.numerals import NUMERAL
from rls_dash.normalise.units import clean_unit

# What cannot be seen: blanks of any width, controls, and the marks of writing direction.
INVISIBLE = (
    " \t\r\n\v\f\u00a0\u00ad\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067"
    "\u2068\u2069\u3000\ufeff"
)
_CELL = re.compile(rf"(?P<before>[^0-9]*?)(?P<number>{NUMERAL})(?P<after>.*)", re.DOTALL)
# A text that may be a unit, to be looked up later. One with a digit in it must be known here already: else
# the digit belongs to an exponent (1e5) or to a second number ("or 15"). So must one with an HTML entity.
_UNIT = re.compile(r"(?:[^\W\d_]|%)[^0-9<>≤≥=&]*")
_BRACKETED = re.compile(r"\[(.*)\]|\((.*)\)", re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """A cell with one numeral in it."""

    numeral: str
    sign: Comparator = Comparator.NONE
    flag: str = ""  # as printed
    unit: str = ""  # as printed


def split_cell(bare: str, interval: bool = False) -> Cell | None:
    """The parts of a cell without surrounding blanks; None where it is anything but one number.

    `interval`: also understand the words of a printed interval, such as "up to".
    """
    match = _CELL.fullmatch(bare)
    if not match:
        return None
    before = _before(match["before"], interval)
    behind = _behind(match["after"])
    if before is None or behind is None:
        return None
    sign, flag = before
    sign_behind, flag_behind, unit = behind
    if (sign and sign_behind) or (flag and flag_behind):
        return None
    sign, flag, numeral = sign or sign_behind, flag or flag_behind, match["number"]
    if sign and numeral[-1] == "." and numeral[:-1].isdigit():  # `<5.`: a format that prints a point
        numeral = numeral[:-1]
    return Cell(numeral, sign, flag, unit)


def _before(text: str, interval: bool) -> tuple[Comparator, str] | None:
    """(sign, flag) in front of the digits; None where a word is not known, or touches the digits."""
    if not text:
        return Comparator.NONE, ""
    if text[-1].isalnum() or text[-1] in ".,":
        return None
    words, flag = plain_word(text), ""
    if words not in _signs(interval):
        flag, *rest = text.split(maxsplit=1)
        if flag not in value_flags("before"):
            return None
        words = plain_word("".join(rest))
    sign = _signs(interval).get(words)
    return None if sign is None else (sign, flag)


@cache
def _signs(interval: bool) -> dict[str, Comparator]:
    places = ("before", "interval") if interval else ("before",)
    return {"": Comparator.NONE} | {
        word: sign for one in places for word, sign in comparator_words(one).items()
    }


@cache
def _sign_behind() -> re.Pattern[str]:
    """Signs that follow a number. Words of letters with spaces between need a blank before them."""
    words = sorted(comparator_words("after"), key=len, reverse=True)
    spaced = "|".join(re.escape(word) for word in words if word.isascii())
    joined = "|".join(re.escape(word) for word in words if not word.isascii())
    return re.compile(rf"(?:\s(?P<spaced>{spaced})|\s*(?P<joined>{joined}))\Z", re.IGNORECASE)


def _behind(text: str) -> tuple[Comparator, str, str] | None:
    """(sign, flag, unit) behind the digits; None where something is neither."""
    if not text:
        return Comparator.NONE, "", ""
    sign = Comparator.NONE
    if match := _sign_behind().search(text):
        sign = comparator_words("after")[plain_word(match["spaced"] or match["joined"])]
        text = text[: match.start()]
    glued = not text[:1].isspace()
    text = text.strip(INVISIBLE)
    if text.endswith("*."):  # `<3*.`
        text = text[:-1]
    flag, unit = _flag(text, "glued" if glued else "behind")
    if bracketed := _BRACKETED.fullmatch(unit):
        unit = (bracketed[1] or bracketed[2] or "").strip(INVISIBLE)
    if unit and (unit in value_flags("behind") or not (_UNIT.fullmatch(unit) or _is_listed(unit))):
        return None
    return sign, flag, unit


def _flag(text: str, place: str) -> tuple[str, str]:
    """(flag, what remains as unit) of the text behind a number; a flag stands at one end of it."""
    stars = text[: len(text) - len(text.lstrip("*"))]
    if stars in value_flags("glued"):
        return stars, text[len(stars) :].strip(INVISIBLE)
    first, *rest = text.split(maxsplit=1) or [""]
    if first in value_flags(place):
        return first, "".join(rest)
    unit, *last = text.rsplit(maxsplit=1) or [""]
    if "".join(last) in value_flags("unit") and _is_listed(unit) and not _is_listed(text):
        return "".join(last), unit
    return "", text


def _is_listed(unit: str) -> bool:
    return clean_unit(unit) in load_knowledge().unit_spellings
