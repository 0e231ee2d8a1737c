"""Excel workbooks (.xlsx, .xlsm) → records of cell texts, each with its row number. No formula is computed.

openpyxl opens the package; the cells are read here, because what a cell holds (its number, its stored
formula result, its place) must reach us exactly: openpyxl's own reader gives nothing for a formula
without a stored result, and drops cells that lie outside the size a sheet states. It is imported with
the first workbook: most people load none, and the import takes a third of that of pandas.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError, iterparse  # no DTD passes `check_package`

from rls_dash.answers import Answers
from rls_dash.ingest.cell_formats import NO_VALUE, Shape, moment_text, number_text, shape_of
from rls_dash.ingest.containers import WORKBOOK_NAMES, ZIP, ZIP_FAULTS
from rls_dash.ingest.package import check_package
from rls_dash.ingest.sheet_marks import agree_on_mark
from rls_dash.ingest.table import FileNote
from rls_dash.model import FileError

Record = tuple[int, list[str]]
"""(row number in the sheet, its cells)."""

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384  # of any Excel sheet
_WIDEST = 1_000  # used columns; the table reader has a narrower limit of its own
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_SHEET_LISTED = re.compile(rb"<(?:\w+:)?sheet\s")
_FAULTS = (
    *ZIP_FAULTS,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    ParseError,
    TypeError,
    zipfile.LargeZipFile,
)
"""What openpyxl raises on packages that no spreadsheet program wrote: anything."""


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook; the records of a hidden one are not read."""

    name: str
    records: list[Record]
    notes: tuple[FileNote, ...] = ()
    hidden: bool = False
    decimal: str = ""  # "." or ",": the mark in the numbers of the records, where it is certain


def is_workbook(name: str, content: bytes) -> bool:
    """Whether a file is an Excel workbook by its name and its first bytes."""
    return name.lower().endswith(WORKBOOK_NAMES) and content.startswith(ZIP)


def workbook_records(name: str, content: bytes, answers: Answers | None = None) -> list[Sheet]:
    """The sheets of a workbook in their order, blank rows left out, all rows of a sheet equally long.

    Numbers are the stored ones with at most 15 digits, as Excel itself keeps; dates ISO; a percent
    format gives `25%`. Raises FileError for a package that is damaged or made to do harm, and asks for
    the decimal mark where texts such as `1,250` stand beside true numbers.
    """
    from openpyxl import load_workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    listed = check_package(name, content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        if len(book._sheets) != len(_SHEET_LISTED.findall(listed)):
            raise _damaged(name)
        reader = _Reader(name, book, answers or Answers())
        sheets = [reader.sheet(one) for one in book._sheets if isinstance(one, ReadOnlyWorksheet)]
    except _FAULTS:
        raise _damaged(name) from None
    if all(sheet.hidden for sheet in sheets):
        raise FileError(
            name, "hidden_sheets", "All sheets of this workbook are hidden. Unhide the one to read."
        )
    if not any(sheet.records for sheet in sheets):
        raise FileError(name, "empty", "The sheets of this workbook are empty.")
    return sheets


def _damaged(name: str) -> FileError:
    message = "This workbook is damaged or incomplete. Open it in a spreadsheet program and save it again."
    return FileError(name, "damaged", message)


_REMARKS = {
    "formula_without_value": (
        "{} formula(s) have no stored result, because no spreadsheet program has opened the file since they "
        "were written. Their rows are set aside; open the workbook, save it, and load it again."
    ),
    "sign_in_format": (
        "{} number(s) show a sign such as < only through their cell format. Their rows are set aside; "
        "type the sign into the cell."
    ),
    "hidden_rows": "{} hidden row(s) are read like the others.",
}


class _Reader:
    """Reads the sheets of one opened workbook."""

    def __init__(self, name: str, book: Any, answers: Answers) -> None:
        self.name = name
        self.book = book
        self.answers = answers
        self.tags = _tags()
        self.strings: list[str] = []
        self.shapes: dict[int, Shape] = {}
        self.columns: dict[str, int] = {}
        self.remarks: Counter[str] = Counter()

    def sheet(self, sheet: Any) -> Sheet:
        """One sheet."""
        title = str(sheet.title)
        if sheet.sheet_state != "visible":
            message = "This sheet is hidden and not read. Unhide it to read it."
            note = FileNote("hidden_sheet", message, reported=title)
            return Sheet(title, [], (note,), hidden=True)
        self.strings, self.remarks = sheet._shared_strings, Counter()
        with sheet._get_source() as source:  # the part of the package, in memory
            records = [(number, _row(cells)) for number, cells in self._rows(source) if any(cells.values())]
        width = max((len(cells) for _, cells in records), default=0)
        for _, cells in records:
            cells.extend([""] * (width - len(cells)))
        decimal = agree_on_mark(self.name, records, self.answers)
        notes = [FileNote(code, _REMARKS[code].format(count)) for code, count in sorted(self.remarks.items())]
        return Sheet(title, records, tuple(notes), decimal=decimal)

    def _rows(self, source: IO[bytes]) -> Iterator[tuple[int, dict[int, str]]]:
        """(row number, column → text) of every row that stands in the sheet."""
        last = 0
        for _, element in iterparse(source):  # noqa: S314 - see the import
            if element.tag != self.tags.row:
                continue
            number = int(element.get("r", last + 1))
            if not last < number <= _MOST_ROWS:
                raise _damaged(self.name)
            last = number
            if element.get("hidden") in ("1", "true"):
                self.remarks["hidden_rows"] += 1
            yield number, self._cells(element, number)
            element.clear()

    def _cells(self, row: Element, number: int) -> dict[int, str]:
        cells: dict[int, str] = {}
        for cell in row.iterfind(self.tags.cell):
            column = self._column(cell.get("r"), max(cells, default=-1) + 1)
            if column in cells:
                raise _damaged(self.name)
            text = self._text(cell)
            if text and column >= _WIDEST:
                message = f"A sheet is wider than {_WIDEST} columns. Delete what lies beside the table."
                raise FileError(self.name, "too_wide", message, line=number)
            cells[column] = text
        return cells

    def _column(self, place: str | None, following: int) -> int:
        """Number of a cell's column, from 0."""
        if place is None:
            return following
        match = _PLACE.fullmatch(place)
        letters = match[1] if match else ""
        if letters not in self.columns:
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - ord("A") + 1
            if not 1 <= column <= _MOST_COLUMNS:
                raise _damaged(self.name)
            self.columns[letters] = column - 1
        return self.columns[letters]

    def _text(self, cell: Element) -> str:
        """What a cell holds, as text."""
        kind = cell.get("t", "n")
        value = cell.findtext(self.tags.value)
        if kind == "inlineStr":
            return _plain("".join(_strings(cell.find(self.tags.inline), self.tags)))
        if not value:
            if cell.find(self.tags.formula) is None or (kind == "str" and value is not None):
                return ""  # an empty cell, or a formula whose result is an empty text
            self.remarks["formula_without_value"] += 1
            return NO_VALUE
        if kind == "s":
            return _plain(self.strings[_index(value)])
        if kind == "b":
            return "TRUE" if value.strip() in ("1", "true") else "FALSE"
        if kind == "n":
            return self._number(value.strip(), _index(cell.get("s", "0")))
        # "e", an error, and "d", a date in ISO, as they stand.
        return _plain(value) if kind == "str" else value

    def _number(self, written: str, style: int) -> str:
        """A stored number under the format of its cell."""
        if not _NUMBER.fullmatch(written):
            raise _damaged(self.name)
        if style not in self.shapes:
            self.shapes[style] = shape_of(self.book, style)
        shape = self.shapes[style]
        if shape.moment:
            return moment_text(float(written), self.book.epoch, shape)
        if shape.doubtful:
            self.remarks["sign_in_format"] += 1
            return NO_VALUE
        return number_text(written, shape)


def _index(text: str) -> int:
    """A number that counts something from 0. Raises ValueError for any other."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("no index")
    return int(text)


@dataclass(frozen=True)
class _Tags:
    """Names of the XML elements of a sheet."""

    row: str
    cell: str
    value: str
    formula: str
    inline: str
    text: str
    phonetic: str


@cache
def _tags() -> _Tags:
    from openpyxl.xml.constants import SHEET_MAIN_NS

    return _Tags(*(f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("row", "c", "v", "f", "is", "t", "rPh")))


def _strings(rich: Element | None, tags: _Tags) -> Iterator[str]:
    """The texts of a cell's own string, without reading aids for Japanese."""
    for child in rich if rich is not None else ():
        if child.tag == tags.text:
            yield child.text or ""
        elif child.tag != tags.phonetic:
            yield from _strings(child, tags)


def _plain(text: str) -> str:
    """A text with the characters that XML cannot hold: `_x000D_` → carriage return."""
    if "_x" not in text:
        return text
    from openpyxl.utils.escape import unescape

    return str(unescape(text))


def _row(cells: Mapping[int, str]) -> list[str]:
    row = [""] * (max(column for column, text in cells.items() if text) + 1)
    for column, text in cells.items():
        if text:
            row[column] = text
    return row
