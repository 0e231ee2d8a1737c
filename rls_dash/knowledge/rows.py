"""Rows of a knowledge table: cells as typed values, and errors that say where the table is wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rls_dash.knowledge.provenance import Provenance
from rls_dash.model import Evidence

if TYPE_CHECKING:
    from _csv import Reader

PROVENANCE_COLUMNS = ("source", "locator", "evidence", "reviewed_on")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)

Choice = TypeVar("Choice", bound=StrEnum)


class KnowledgeError(Exception):
    """A knowledge table that breaks a rule: names the file, the line, the column and what is wrong."""

    def __init__(self, file: str, line: int | None, column: str, reason: str) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
        row = f", row {line}" if line is not None else ""
        cell = f', "{column}"' if column else ""
        super().__init__(f"{file}{row}{cell}: {reason}")


@dataclass(frozen=True)
class TableRow:
    """One row of a table; `line` counts from 1, the header included."""

    file: str
    line: int
    cells: Mapping[str, str]

    def error(self, column: str, reason: str) -> KnowledgeError:
        """An error that points at a cell of this row."""
        return KnowledgeError(self.file, self.line, column, reason)

    def optional(self, column: str) -> str:
        """Text of a cell, "" when it is empty."""
        return self.cells[column]

    def text(self, column: str) -> str:
        """Text of a cell that must not be empty."""
        value = self.cells[column]
        if not value:
            raise self.error(column, "the cell is empty")
        return value

    def choice(self, column: str, kind: type[Choice]) -> Choice:
        """One of the listed words."""
        try:
            return kind(self.cells[column])
        except ValueError:
            words = ", ".join(member.value for member in kind)
            raise self.error(column, f"{self.cells[column]!r} is none of {words}") from None

    def decimal(self, column: str) -> Decimal | None:
        """A plain number (no exponent, no thousands mark), None when the cell is empty."""
        return self.number(column, self.cells[column])

    def number(self, column: str, text: str) -> Decimal | None:
        """A plain number in a part of a cell."""
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise self.error(column, f"{text!r} is not a plain number")
        return Decimal(text)

    def whole(self, column: str) -> int | None:
        """A whole number of 0 or more, None when the cell is empty."""
        return self.needed_whole(column) if self.cells[column] else None

    def needed_whole(self, column: str) -> int:
        """A whole number in a cell that must not be empty."""
        text = self.text(column)
        if not (text.isascii() and text.isdigit()):
            raise self.error(column, f"{text!r} is not a whole number")
        return int(text)

    def yes_no(self, column: str) -> bool:
        """1 or 0."""
        if self.cells[column] not in ("0", "1"):
            raise self.error(column, f"{self.cells[column]!r} is neither 1 nor 0")
        return self.cells[column] == "1"

    def provenance(self, source: str = "") -> Provenance:
        """Source, locator, evidence grade and date of review; `source` where the row is a source itself."""
        reviewed_on = self.text("reviewed_on")
        try:
            date.fromisoformat(reviewed_on)
        except ValueError:
            raise self.error("reviewed_on", f"{reviewed_on!r} is not a date (YYYY-MM-DD)") from None
        evidence = self.choice("evidence", Evidence)
        return Provenance(source or self.text("source"), self.text("locator"), evidence, reviewed_on)


def read_table(directory: Path, file: str, columns: Sequence[str]) -> list[TableRow]:
    """Rows of a table whose header is exactly `columns` followed by the columns of provenance."""
    wanted = [*columns, *(name for name in PROVENANCE_COLUMNS if name not in columns)]
    try:
        text = (directory / file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        reason = f"the table cannot be read ({type(problem).__name__})"
        raise KnowledgeError(file, None, "", reason) from problem
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _rows(reader, file, wanted)
    except csv.Error as problem:
        raise KnowledgeError(file, reader.line_num, "", str(problem)) from problem


def _rows(reader: Reader, file: str, wanted: list[str]) -> list[TableRow]:
    header = next(reader, [])
    if header != wanted:
        missing = [name for name in wanted if name not in header]
        surplus = [name for name in header if name not in wanted]
        column = (missing or surplus or [""])[0]
        detail = f"missing {missing}, not known {surplus}" if column else "columns in another order"
        raise KnowledgeError(file, 1, column, f"the header is not as agreed: {detail}")
    rows = []
    for cells in reader:
        line = reader.line_num
        if len(cells) != len(wanted):
            raise KnowledgeError(file, line, "", f"{len(cells)} cells, {len(wanted)} wanted")
        spaced = [name for name, cell in zip(wanted, cells, strict=True) if cell != cell.strip()]
        if spaced:
            raise KnowledgeError(file, line, spaced[0], "blanks stand around the text")
        rows.append(TableRow(file, line, dict(zip(wanted, cells, strict=True))))
    return rows
