"""Delimited text → records of cells, each with the line it starts on. A fault is named, not repaired."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rls_dash.model import FileError

Record = tuple[int, list[str]]
"""(line on which it starts, its cells)."""

DELIMITERS = (",", ";", "\t", "|")
# Wide tables need more than 200 columns: twenty years of monthly draws, or a pair of columns per draw.
WIDEST = 400
_LONGEST_LINE = 1_000_000


class Quoting(StrEnum):
    """How cells that hold the delimiter are marked."""

    DOUBLE = "double"  # "a,b", a quote inside doubled
    SINGLE = "single"  # 'a,b'
    BACKSLASH = "backslash"  # "a \"b\""


@dataclass(frozen=True)
class Form:
    """How the cells of a file are told apart."""

    delimiter: str
    quoting: Quoting = Quoting.DOUBLE
    skip_spaces: bool = False  # blanks between a delimiter and a quote are no part of the cell
    first_line: int = 1  # line number of the first line of the text


def records(name: str, text: str, form: Form) -> Iterator[Record]:
    """The records of a text; lines without a character are passed over.

    Raises FileError with the line for a quote that is never closed, quoting that is no CSV, a record that
    is too wide, and a cell that has swallowed a record.
    """
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=form.delimiter,
        quotechar="'" if form.quoting is Quoting.SINGLE else '"',
        escapechar="\\" if form.quoting is Quoting.BACKSLASH else None,
        skipinitialspace=form.skip_spaces,
        strict=True,
    )
    above = form.first_line - 1
    start = form.first_line
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileError(name, "quoting", _csv_reason(str(error)), line=start) from None
        last = reader.line_num + above
        if cells:
            if len(cells) > WIDEST:
                raise FileError(name, "too_wide", _too_wide(), line=start)
            if last > start:
                _refuse_swallowed_record(name, start, cells, form.delimiter)
            yield start, cells
        start = last + 1


def refuse_long_lines(name: str, text: str) -> None:
    """Raise FileError when a line is longer than any record of a laboratory."""
    position, line = 0, 1
    while len(text) - position > _LONGEST_LINE:
        end = max(text.rfind(mark, position, position + _LONGEST_LINE) for mark in "\n\r")
        if end < position:
            message = (
                "This line is longer than a million characters. The file is no table, or its line ends are "
                "lost. Export it again."
            )
            line += _line_ends(text[:position])
            raise FileError(name, "line_too_long", message, line=line)
        position = end + 1


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _too_wide() -> str:
    return (
        f"This record has more than {WIDEST} columns: a wrong delimiter, or no laboratory table. "
        "Export it again, one result a row."
    )


def _csv_reason(error: str) -> str:
    if "unexpected end of data" in error:
        return "A quote opened here is never closed. Close it, or export the file again."
    if "field larger than" in error:
        return "A cell here is longer than 128 kB: probably a quote that is never closed."
    return "The quoting of this line is not valid CSV (a quote inside a quoted cell must be doubled)."


def _refuse_swallowed_record(name: str, line: int, cells: list[str], delimiter: str) -> None:
    """Raise when a quoted cell holds whole records: a quote left open was closed by that of a later line.

    Such a record is rectangular and looks right. The cell then holds, for each line end, exactly as many
    delimiters as a record has.
    """
    inner = len(cells) - 1
    for cell in cells:
        if (ends := _line_ends(cell)) and inner and cell.count(delimiter) == ends * inner:
            message = (
                "A quoted cell here runs over several lines and holds as many delimiters as a whole record: "
                "a quote seems to be left open. Close it, or export the file again."
            )
            raise FileError(name, "quoting", message, line=line)
