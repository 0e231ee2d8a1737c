"""A cell of an export and the text of a dictionary → one cell. What the file prints itself stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from rls_dash.ingest.formats import Role
from rls_dash.knowledge import load_knowledge

Merge = Callable[[tuple[str, ...], str], str]
_LOINC = re.compile(r"\d{1,7}-\d", re.ASCII)
_CONCENTRATION = re.compile(r"(?P<above>[munp]?)(?P<kind>g|mol|eq)/(?P<below>[dm]?)L")
_POWERS = {"": 0, "d": -1, "m": -3, "u": -6, "n": -9, "p": -12}


def merger(role: Role, has_own: bool, numbers_beside: bool) -> Merge:
    """How a dictionary's text and the file's own cell of one role become one.

    The function is called with the file's own cell (where there is one; for a unit, where the file
    has two value columns, also those: value, number) and the text found, "" when none.
    """
    if role is Role.UNIT and numbers_beside:
        return _unit_of_number if has_own else _unit_alone
    if not has_own:
        return _found
    return {Role.CODE: _code, Role.STATUS: _status}.get(role, _own_first)


def _found(_: tuple[str, ...], found: str) -> str:
    return found


def _own_first(own: tuple[str, ...], found: str) -> str:
    return own[0] if own[0].strip() else found


def _status(own: tuple[str, ...], found: str) -> str:
    """The word of a status number; a number the dictionary lacks stays, and may be known of itself."""
    return found or own[0]


def _code(own: tuple[str, ...], found: str) -> str:
    """A LOINC code of the file outranks that of a dictionary, which outranks a local code."""
    return own[0] if _LOINC.fullmatch(own[0].strip()) or not found else found


def _unit_of_number(own: tuple[str, ...], found: str) -> str:
    """The unit of a row with a printed value and a number that may be standardised.

    The printed value goes with the printed unit. The number alone goes with both, where they agree;
    where they do not, both are given, so that the row waits instead of being read in the wrong unit.
    """
    unit, value, number = (cell.strip() for cell in own)
    if not unit:
        return found if not value or _same_number(value, number) else ""
    if value or not found or _same_unit(unit, found):
        return unit
    return f"{unit} (dictionary: {found})"


def _unit_alone(own: tuple[str, ...], found: str) -> str:
    return _unit_of_number(("", *own), found)


def _same_number(value: str, number: str) -> bool:
    try:
        return Decimal(value) == Decimal(number)
    except InvalidOperation:
        return not number  # a word, or a number with a sign: nothing was standardised


def _same_unit(unit: str, other: str) -> bool:
    """Whether two spellings are one unit: µg/L, ug/L and ng/mL."""
    return _size(_unit_code(unit)) == _size(_unit_code(other))


def _unit_code(unit: str) -> str:
    """The UCUM code of a spelling; an unknown one stands for itself."""
    clean = unicodedata.normalize("NFKC", unit).replace("\u00b5", "u").replace("\u03bc", "u").strip()
    return load_knowledge().unit_spellings.get(clean, clean)


def _size(code: str) -> tuple[str, int]:
    """(what is measured, power of ten) of a concentration per volume; any other code stands for itself."""
    match = _CONCENTRATION.fullmatch(code)
    if not match:
        return code, 0
    return match["kind"], _POWERS[match["above"]] - _POWERS[match["below"]]
