"""The records below a header: which are results, and which are blank, headers again, or a footer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rls_dash.ingest.delimited import Record
from rls_dash.ingest.footers import Footer, Kind, footer
from rls_dash.ingest.formats import header_key, header_spellings
from rls_dash.ingest.heading import ScoreHeader
from rls_dash.ingest.table import FileNote
from rls_dash.model import FileError

_FORCED_TEXT = re.compile(r'="([^"]*)"')
_DIGITS = re.compile(r"\s*[<>≤≥]?=?\s*\d+\s*", re.ASCII)
_SEVERAL = 2
_LABELLED = 2  # a footer has a label and perhaps a number
_FRACTION = re.compile(r"\d{1,3}", re.ASCII)


@dataclass(frozen=True)
class Part:
    """One of the tables of a file."""

    line: int  # of the header
    header: list[str]
    records: list[Record]


@dataclass
class Sorted:
    """The records of one table by what they are; filled by `sort_records` alone."""

    kept: list[Record] = field(default_factory=list)
    blank: int = 0
    headers: int = 0
    above_again: int = 0
    footers: list[Footer] = field(default_factory=list)


def split_tables(line: int, header: list[str], body: list[Record], score: ScoreHeader) -> list[Part]:
    """The tables of a file: a later record that is a header with other columns starts the next one."""
    words, known, width = header_words(header), _keys(header), len(header)
    starts = []
    for position, (_, cells) in enumerate(body):
        # Scoring is slow: only a record that starts with the word of a header can be one, or one of
        # another width that holds several.
        first = cells[0].strip().casefold() in words
        if not first and (len(cells) == width or _words_in(cells, words) < _SEVERAL):
            continue
        if _keys(cells) != known and len(cells) > 1 and score(cells):
            starts.append(position)
    if not starts:
        return [Part(line, header, body)]
    parts = [Part(line, header, body[: starts[0]])]
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        parts.append(Part(body[start][0], body[start][1], body[start + 1 : end]))
    return parts


def _words_in(cells: Sequence[str], words: frozenset[str]) -> int:
    return sum(cell.strip().casefold() in words for cell in cells)


def header_words(header: Sequence[str]) -> frozenset[str]:
    """Words (casefolded) with which a later header may start: those of this header, and all known ones."""
    return frozenset(cell.strip().casefold() for cell in header if cell.strip()) | header_spellings()


def sort_records(part: Part, above: Sequence[Sequence[str]]) -> Sorted:
    """The records of a table sorted. `above`: the records over the header, which pages repeat."""
    found = Sorted()
    first, known = part.header[0].strip().casefold(), _keys(part.header)
    width = max(len(part.header), _LABELLED + 1)
    repeated = {_bare(cells) for cells in above}
    for record in part.records:
        line, cells = record
        start = cells[0].strip().casefold()
        if start and start != first and len(cells) >= width:
            # A footer stands in the first two cells alone: a third settles nearly every record.
            if cells[_LABELLED] or sum(map(bool, cells)) > _LABELLED:
                found.kept.append(record)
                continue
        bare = _bare(cells)
        if not bare:
            found.blank += 1
        elif _keys(cells) == known:
            found.headers += 1
        elif note := footer(line, cells):
            found.footers.append(note)
        elif bare in repeated:
            found.above_again += 1
        else:
            found.kept.append(record)
    return found


def _bare(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells without surrounding blanks, and without blank ones at the end."""
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    return tuple(stripped)


def _keys(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(header_key(cell) for cell in _bare(cells))


def check_count(name: str, found: Sorted) -> None:
    """Raise FileError when a footer counts other rows than there are.

    A line of one cell may be a remark, which a laboratory does not count.
    """
    counted = [note for note in found.footers if note.kind is Kind.COUNT]
    if not counted:
        return
    rows = len(found.kept)
    results = sum(sum(bool(cell.strip()) for cell in cells) > 1 for _, cells in found.kept)
    for note in counted:
        if not note.counts & {rows, results}:
            message = (
                f"This line counts {max(note.counts)} rows, but there are {results}: the file may be "
                "incomplete. Export it again; if it is complete, delete this line."
            )
            raise FileError(name, "row_count", message, line=note.line)


def remarks(found: Sorted) -> list[FileNote]:
    """What was left out of a table, as notes."""
    notes = []
    if found.blank:
        notes.append(FileNote("blank_rows", f"{found.blank} line(s) hold nothing but delimiters."))
    if found.headers:
        message = f"The header is repeated {found.headers} time(s) inside the table."
        notes.append(FileNote("repeated_header", message))
    if found.above_again:
        message = f"{found.above_again} line(s) repeat what stands above the header."
        notes.append(FileNote("repeated_preamble", message))
    said = {
        Kind.COUNT: "This line counts the rows of the table; the number agrees.",
        Kind.END: "This line says that the table ends; it is no result.",
        Kind.PAGE: "This line numbers a page; it is no result.",
    }
    return [*notes, *(FileNote("footer", said[one.kind], one.line) for one in found.footers)]


def settle_width(
    name: str, header: list[str], rows: list[Record], delimiter: str
) -> tuple[list[str], list[Record], list[FileNote]]:
    """(header, rows, notes) without the blank columns behind the last named one.

    A row that has more cells than the header keeps them: `12,5` without quotes is two cells, and which
    column they belong to is not known. Only what is blank behind every row alike is cut off.
    """
    notes = []
    width = len(header)
    surplus = [record for record in rows if len(record[1]) > width]
    if surplus and len(surplus) == len(rows):
        if _blank_behind(rows, width):
            message = "Every record ends in a delimiter behind its last column; nothing stands there."
            notes.append(FileNote("trailing_delimiter", message))
            rows = [(line, cells[:width]) for line, cells in rows]
        else:
            _refuse_unnamed_column(name, rows, width, delimiter)
    named = len(_bare(header))
    if named == width:
        return header, rows, notes
    if rows and all(any(cell.strip() for cell in cells[named:]) for _, cells in rows):
        notes.append(FileNote("unnamed_column", "A column at the end has no name; it is not used."))
        return header, rows, notes
    return header[:named], [(line, _cut(cells, named, width)) for line, cells in rows], notes


def _cut(cells: list[str], named: int, width: int) -> list[str]:
    return cells[:named] if len(cells) <= width and not any(c.strip() for c in cells[named:]) else cells


def _blank_behind(rows: Sequence[Record], width: int) -> bool:
    return not any(cell.strip() for _, cells in rows for cell in cells[width:])


def _refuse_unnamed_column(name: str, rows: Sequence[Record], width: int, delimiter: str) -> None:
    """Raise when every record has the same number of cells too many, and no decimal comma explains it."""
    widths = {len(cells) for _, cells in rows}
    filled = all(any(cell.strip() for cell in cells[width:]) for _, cells in rows)
    split = delimiter == "," and all(_splits_a_number(cells) for _, cells in rows)
    if len(rows) == 1 or len(widths) > 1 or not filled or split:
        return  # each such row is set aside on its own
    message = (
        f"Every record has {widths.pop()} cells, but the header names {width} columns: what the cells mean "
        "is not certain. Name the missing column, or quote the cells that hold a delimiter."
    )
    raise FileError(name, "surplus_column", message, line=rows[0][0])


def _splits_a_number(cells: Sequence[str]) -> bool:
    """Whether two neighbouring cells could be the halves of a number with a decimal comma."""
    pairs = zip(cells, cells[1:], strict=False)
    return any(_DIGITS.fullmatch(one) and _FRACTION.fullmatch(other) for one, other in pairs)


def unwrap_forced_text(rows: list[Record]) -> tuple[list[Record], list[FileNote]]:
    """(rows, notes) with a spreadsheet's `="007"` as `007`; nothing else that starts with `=` is touched."""
    count, first = 0, 0
    unwrapped = []
    for line, cells in rows:
        if any(cell.startswith('="') for cell in cells):
            plain = [
                _FORCED_TEXT.sub(r"\1", cell) if _FORCED_TEXT.fullmatch(cell) else cell for cell in cells
            ]
            changed = sum(one != other for one, other in zip(plain, cells, strict=True))
            first = first or (line if changed else 0)
            count += changed
            unwrapped.append((line, plain))
        else:
            unwrapped.append((line, cells))
    if not count:
        return rows, []
    message = (
        f'{count} cell(s) were written as ="…" so that a spreadsheet keeps them as text; the text is used.'
    )
    return unwrapped, [FileNote("excel_text", message, first)]
