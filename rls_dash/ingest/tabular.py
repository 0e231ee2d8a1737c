"""Text → raw table of strings, every record with the line it starts on. Nothing is converted here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rls_dash.answers import Answers, Choice
from rls_dash.ingest.asking import SHOWN, preview, question
from rls_dash.ingest.body import (
    Part,
    Sorted,
    check_count,
    remarks,
    settle_width,
    sort_records,
    split_tables,
    unwrap_forced_text,
)
from rls_dash.ingest.delimited import DELIMITERS, Form, Record, refuse_long_lines
from rls_dash.ingest.header_dates import is_date
from rls_dash.ingest.heading import Heading, ScoreHeader, find_heading
from rls_dash.ingest.layout import layout_key
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.ingest.trial import common_width, find_form
from rls_dash.model import FileError

__all__ = ["DELIMITERS", "ScoreHeader", "read_table", "table_of_records"]

_SEP_LINE = re.compile(r"\ufeff?\"?sep=(?P<delimiter>[,;\t|:^~])\"?[ ]*(?:\r\n|\r|\n)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*[<>≤≥]?=?\s*[\d.,]+\s*", re.ASCII)
_NO_HEADER = (
    "No header line was found that names a test (or its code) and a value. "
    "The first line of the table must name its columns, for example: patient_id,date,test,value,unit."
)
_SHOWN_ABOVE = 300  # characters of the lines above the header in their note
NO_ANSWERS = Answers()


@dataclass(frozen=True)
class _Found:
    """A table among the records of a file, before its body is looked at."""

    name: str
    records: list[Record]
    heading: Heading
    delimiter: str
    ends_open: bool  # the file does not end with a line end
    notes: tuple[FileNote, ...]
    label: str = ""
    forced_text: bool = True  # a cell may be written as ="007"


def read_table(
    name: str,
    text: str,
    score: ScoreHeader,
    answers: Answers = NO_ANSWERS,
) -> RawTable:
    """The table of a text, its delimiter and quoting found by trial.

    Raises FileError when the text holds no table, when it looks cut off or damaged, and, with a question,
    where only the user can say how it is to be read and `answers` do not.
    """
    refuse_long_lines(name, text)
    text, first = _consume_sep_line(text)
    trial = find_form(name, text, first, score, answers)
    ends_open = not text.endswith(("\n", "\r"))
    delimiter = trial.form.delimiter
    if trial.heading is None:
        return _without_header(name, trial.records, delimiter, ends_open, score, answers)
    forced = '="' in text
    found = _Found(name, trial.records, trial.heading, delimiter, ends_open, trial.notes, forced_text=forced)
    return _assemble(found, score, answers)


def table_of_records(
    name: str, records: Sequence[Record], score: ScoreHeader, answers: Answers = NO_ANSWERS
) -> RawTable:
    """The table in the records of a worksheet or web page: (number of the row, its cells).

    Raises FileError as `read_table` does.
    """
    filled = [(line, _less_blank_end(cells)) for line, cells in records if any(c.strip() for c in cells)]
    heading = find_heading(filled, score)
    if heading is None:
        return _rectangular(_without_header(name, filled, "", False, score, answers))
    return _rectangular(_assemble(_Found(name, filled, heading, "", False, ()), score, answers))


def _rectangular(table: RawTable) -> RawTable:
    """The table of a worksheet: a row that ends early ends in empty cells, none of it is missing."""
    width = len(table.header)
    return replace(table, rows=[row + [""] * (width - len(row)) for row in table.rows])


def _less_blank_end(cells: Sequence[str]) -> list[str]:
    """A row of a worksheet, which has no delimiters, up to its last filled cell."""
    last = max(position for position, cell in enumerate(cells) if cell.strip())
    return list(cells[: last + 1])


def _consume_sep_line(text: str) -> tuple[str, Form]:
    """The text without Excel's `sep=;` line; the delimiter it names and the line the rest starts on."""
    match = _SEP_LINE.match(text)
    if match:
        return text[match.end() :], Form(match["delimiter"], first_line=2)
    return text, Form("")


def _without_header(
    name: str, records: list[Record], delimiter: str, ends_open: bool, score: ScoreHeader, answers: Answers
) -> RawTable:
    """The table under numbered columns when the user said that it has no header; else the question."""
    width = common_width(records)
    if width == 1:
        raise FileError(name, "no_header", _NO_HEADER)
    header = [f"column {number}" for number in range(1, width + 1)]
    first = next(cells for _, cells in records if len(cells) == width)
    # Answers about its columns must never be taken for another table that happens to be as wide.
    label = f"{name} without a header line ({', '.join(_kind(cell) for cell in first)})"
    if answers.header == "none":
        note = FileNote("no_header", "The table has no header line; its columns are numbered.")
        heading = Heading(-1, header, 0)
        return _assemble(_Found(name, records, heading, delimiter, ends_open, (note,), label), score, answers)
    text = "No line was recognised as a header. Is the first line already a result?"
    shown = preview([header, *(cells for _, cells in records[: SHOWN - 1])])
    choice = Choice("none", "There is no header: number the columns, and say what each one holds", shown)
    asked = question(name, layout_key(header, label), "header", text, [choice])
    message = f"{_NO_HEADER} If the first line is already a result, say so on the Import page."
    raise FileError(name, "no_header", message, questions=[asked])


def _kind(cell: str) -> str:
    if _NUMBER.fullmatch(cell):
        return "number"
    return "date" if is_date(cell) else "text"


def _assemble(found: _Found, score: ScoreHeader, answers: Answers) -> RawTable:
    position = found.heading.position
    above = [(line, tuple(cells)) for line, cells in found.records[: max(position, 0)]]
    header_line = found.records[position][0] if position >= 0 else 0
    parts = split_tables(header_line, found.heading.cells, found.records[position + 1 :], score)
    part, notes = _choose_part(found.name, parts, answers)
    entries = sort_records(part, [cells for _, cells in above])
    notes += _refuse_cut_off(found, part, entries, answers)
    check_count(found.name, entries)
    rows, forced = unwrap_forced_text(entries.kept) if found.forced_text else (entries.kept, [])
    header, rows, widths = settle_width(found.name, part.header, rows, found.delimiter)
    notes += [*remarks(entries), *forced, *widths]
    if not rows:
        notes.append(FileNote("no_rows", "The file has a header and no results below it."))
    if part is parts[0]:
        notes = [*_remarks_above(found, above), *notes]
    return RawTable(
        name=found.name,
        header=tuple(cell.strip().strip("\ufeff") for cell in header),
        header_line=part.line,
        delimiter=found.delimiter,
        rows=[cells for _, cells in rows],
        lines=[line for line, _ in rows],
        preamble=len(above) if part is parts[0] else 0,
        repeated_headers=entries.headers,
        label=found.label,
        notes=(*found.notes, *notes),
        above=tuple(above) if part is parts[0] else (),
    )


def _remarks_above(found: _Found, above: list[tuple[int, tuple[str, ...]]]) -> list[FileNote]:
    dated = found.heading.dated_by
    notes = []
    if dated:
        notes.append(FileNote("date_row", "The line above the header gives its columns their dates.", dated))
    others = [(line, cells) for line, cells in above if line != dated]
    if others:
        shown = " / ".join(" ".join(cell.strip() for cell in cells if cell.strip()) for _, cells in others)
        message = f"{len(others)} line(s) above the header are not part of the table."
        notes.append(FileNote("preamble", message, others[0][0], shown[:_SHOWN_ABOVE]))
    return notes


def _choose_part(name: str, parts: list[Part], answers: Answers) -> tuple[Part, list[FileNote]]:
    """The table to read, and a note on those that are not. Raises FileError with a question."""
    if len(parts) == 1:
        return parts[0], []
    numbers = [str(number) for number in range(1, len(parts) + 1)]
    if answers.table in numbers:
        chosen = parts[numbers.index(answers.table)]
        others = [part for part in parts if part is not chosen]
        rows = sum(len(part.records) for part in others)
        message = f"The file holds {len(parts)} tables; {rows} row(s) of the other ones are not read."
        return chosen, [FileNote("other_table", message, others[0].line)]
    choices = [
        Choice(
            number,
            f"Table {number}: header on line {part.line}, {len(part.records)} row(s) below it",
            preview([part.header, *(cells for _, cells in part.records[: SHOWN - 1])]),
        )
        for number, part in zip(numbers, parts, strict=True)
    ]
    layout = layout_key([cell for part in parts for cell in part.header])
    asked = question(name, layout, "table", "The file holds more than one table. Which one is read?", choices)
    message = (
        "Another header starts here: the file holds more than one table. Say which one to read on the Import "
        "page or in the file of answers (--map), or load them as files of their own."
    )
    raise FileError(name, "second_table", message, line=parts[1].line, questions=[asked])


def _refuse_cut_off(found: _Found, part: Part, entries: Sorted, answers: Answers) -> list[FileNote]:
    """Drop a record that was cut off while the file was written, when the user said so; notes about it.

    A short last record without a line end is refused: newer results may be missing behind it.
    """
    if not found.ends_open or not entries.kept or entries.kept[-1][0] != found.records[-1][0]:
        return []
    line, cells = entries.kept[-1]
    named = max(position for position, cell in enumerate([*part.header, "end"]) if cell.strip())
    widest = max((len(other) for _, other in entries.kept[:-1]), default=named)
    if len(cells) >= min(named, widest):
        return [FileNote("no_line_end", _NO_LINE_END, line)] if cells[-1][-1:].isdigit() else []
    if answers.cut_off == "use":
        entries.kept.pop()
        return [
            FileNote("cut_off", "The last record is cut off and not used.", line, found.delimiter.join(cells))
        ]
    layout = layout_key(part.header, found.label)
    choice = Choice("use", f"Read the {len(entries.kept) - 1} complete record(s) above it")
    text = "The file looks cut off in its last record. Use what is complete?"
    asked = question(found.name, layout, "cut_off", text, [choice])
    message = (
        "The file looks cut off in its last record: newer results may be missing. Export it again, or say on "
        "the Import page that the complete records are to be used."
    )
    raise FileError(found.name, "truncated", message, line=line, questions=[asked])


_NO_LINE_END = (
    "The last line has no line end. If the export was cut off, its last number is incomplete: compare it."
)
