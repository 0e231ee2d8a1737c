"""Cells of side files → values, or what is wrong with them and what to write instead.

The forms on the Patient page read their fields with the same functions, so that both say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

from rls_dash.ingest.formats import fold, header_key, side_words, table_rows
from rls_dash.normalise.texts import visible

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)
_FORCED_TEXT = re.compile(r'="([^"]*)"')  # how a spreadsheet keeps 007 a text
# What a spreadsheet would run as a formula, full-width forms too (CWE-1236); see `escaped`.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


class Effect(StrEnum):
    """What a fault means for the entry it stands in."""

    ENTRY = "entry"  # the entry cannot be used
    CELL = "cell"  # the cell is treated as not stated
    REMARK = "remark"  # used as it is written


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell, and what can be done. The message holds no cell."""

    column: str
    code: str
    message: str
    effect: Effect = Effect.CELL


class CellError(ValueError):
    """A cell that cannot be read: a code, and what to write instead."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


# --- text ------------------------------------------------------------------------------------------------


def cleaned(cell: str) -> str:
    """A cell without what cannot be seen around it, and without what keeps a spreadsheet from running it."""
    bare = visible(cell)
    if match := _FORCED_TEXT.fullmatch(bare):
        return visible(match[1])
    return visible(bare[1:]) if bare.startswith("'") and _FORMULA.match(bare) else bare


def escaped(text: str) -> str:
    """Text that a spreadsheet shows as text; `cleaned` gives it back unchanged."""
    return f"'{text}" if _FORMULA.match(text) or _FORCED_TEXT.fullmatch(text) else text


def one_line(text: str) -> str:
    """Free text on one line, without characters that are not to be seen."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


# --- values ----------------------------------------------------------------------------------------------


def day(cell: str) -> date:
    """A calendar day written as 2026-12-31. No other form is read: day and month are never guessed."""
    if not _DAY.fullmatch(cell):
        raise CellError(
            "date_unreadable",
            "Not a date as 2026-12-31, the only form that is read; a spreadsheet may have rewritten it.",
        )
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise CellError("date_impossible", "There is no such day in the calendar.") from None


def number(cell: str) -> Decimal:
    """A number of 0 or more with a decimal point and nothing else in the cell."""
    if _NUMBER.fullmatch(cell):
        return Decimal(cell)
    if "," in cell:
        reason = "A comma may be a decimal mark or set thousands apart; write 1.5 or 1500."
    elif cell[:1] in "-\u2212" and _NUMBER.fullmatch(cell[1:]):
        reason = "The number is below zero."
    elif re.fullmatch(r"[\d.]+[eE][+-]?\d+", cell, re.ASCII):
        reason = "The number is written with an exponent; write it out, as 1000."
    else:
        reason = "Not a plain number as 65 or 0.5; a unit or a sign does not belong into this cell."
    raise CellError("number_unreadable", reason)


def word_of(column: str, good: str) -> Callable[[str], str]:
    """A reader of cells with one of a few words; `good` says which."""

    def read(cell: str) -> str:
        try:
            return side_words(column)[fold(cell)]
        except KeyError:
            raise CellError("word_unknown", f"Not understood; write {good}.") from None

    return read


def yes_no(cell: str) -> bool:
    """Yes or no."""
    return word_of("yes_no", "yes or no")(cell) == "yes"


# --- columns ---------------------------------------------------------------------------------------------


class SideKind(StrEnum):
    """What a side file holds."""

    PATIENTS = "patients"
    EVENTS = "events"
    SCORES = "scores"

    @property
    def file_name(self) -> str:
        """The name under which such a file is known."""
        return f"{self.value}.csv"


@cache
def columns_of(kind: SideKind) -> Mapping[str, str]:
    """Header key → column of a side file."""
    return {
        header_key(row["spelled"]): row["column"]
        for row in table_rows("side_columns.csv")
        if row["file"] == kind
    }


def column_names(kind: SideKind) -> tuple[str, ...]:
    """The columns of a side file in the order in which it is written."""
    return tuple(dict.fromkeys(columns_of(kind).values()))
