"""Text → raw table of strings, every record with the line it starts on. Nothing is converted here."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from rls_dash.ingest.table import RawTable
from rls_dash.model import FileError

DELIMITERS = (",", ";", "\t", "|")
_HEADER_SEARCH = 30  # records in which the header is looked for, under a title or an export stamp
_WIDEST = 400
_SHARED_WORDS = 3
_NO_HEADER = (
    "No header line was found that names a test (or its code) and a value. "
    "The first line of the table must name its columns, for example: patient_id,date,test,value,unit."
)


ScoreHeader = Callable[[Sequence[str]], int]
"""How many roles a header line fills; 0 when a mandatory one is missing."""


def read_table(name: str, text: str, score: ScoreHeader) -> RawTable:
    """The table of a file, its delimiter found by trial: the one whose header line fills most roles.

    Raises FileError when no line is a header, two delimiters fit equally, a quote is never closed,
    or the last record is cut off.
    """
    text, hint = _consume_sep_line(text)
    found = _best_delimiter(name, text, score, (hint,) if hint else DELIMITERS)
    delimiter, position = found
    records = list(_records(name, text, delimiter))
    offset = 1 if hint else 0
    header_line, header = records[position]
    header = _trim_trailing_blank(header)
    body = [(line, cells) for line, cells in records[position + 1 :] if any(cell.strip() for cell in cells)]
    _refuse_truncation(name, text, body, len(header), offset)
    repeated = [item for item in body if _same_header(item[1], header)]
    body = [item for item in body if not _same_header(item[1], header)] if repeated else body
    _refuse_second_table(name, body, header, score, offset)
    return RawTable(
        name=name,
        header=tuple(cell.strip().strip("\ufeff") for cell in header),
        header_line=header_line + offset,
        delimiter=delimiter,
        rows=[cells for _, cells in body],
        lines=[line + offset for line, _ in body],
        preamble=position,
        repeated_headers=len(repeated),
    )


def _consume_sep_line(text: str) -> tuple[str, str]:
    """The text without Excel's `sep=;` line, and the delimiter it names."""
    first, newline, rest = text.partition("\n")
    hint = first.strip().lower()
    if hint.startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        return rest, first.strip()[-1]
    if first.strip("\r").lower() == "sep=\t":
        return rest, "\t"
    return text, ""


def _best_delimiter(name: str, text: str, score: ScoreHeader, candidates: Sequence[str]) -> tuple[str, int]:
    """(delimiter, index of the header record) of the header line that fills the most roles."""
    best: list[tuple[int, str, int]] = []
    for delimiter in candidates:
        scores = [score(cells) for _, cells in _head(name, text, delimiter)]
        first = next((number for number, roles in enumerate(scores) if roles), None)
        if first is not None:  # the first, so that no row above it is lost to a second table further down
            best.append((scores[first], delimiter, first))
    if not best:
        raise FileError(name, "no_header", _NO_HEADER)
    best.sort(key=lambda item: -item[0])
    if len(best) > 1 and best[0][0] == best[1][0]:
        raise FileError(
            name, "delimiter", "Two delimiters fit this file equally well. Save it again as CSV UTF-8."
        )
    return best[0][1], best[0][2]


def _head(name: str, text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first records, up to a fault: where the header is good, reading on will name the fault."""
    head: list[tuple[int, list[str]]] = []
    with suppress(FileError):
        head.extend(islice(_records(name, text, delimiter), _HEADER_SEARCH))
    return head


def _records(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(start line, cells) of each record; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileError(name, "quoting", _csv_reason(str(error)), line=start) from None
        if cells:
            if len(cells) > _WIDEST:
                raise FileError(name, "too_wide", f"A record has more than {_WIDEST} columns.", line=start)
            yield start, cells
        start = reader.line_num + 1


def _csv_reason(error: str) -> str:
    if "unexpected end of data" in error:
        return "A quote opened here is never closed. Close it, or export the file again."
    if "field larger than" in error:
        return "A cell here is longer than 128 kB: probably a quote that is never closed."
    return "The quoting of this line is not valid CSV (a quote inside a quoted cell must be doubled)."


def _trim_trailing_blank(header: list[str]) -> list[str]:
    while header and not header[-1].strip():
        header = header[:-1]
    return header


def _same_header(cells: list[str], header: Sequence[str]) -> bool:
    if cells[0].strip() != header[0].strip():  # nearly every record is settled here
        return False
    return [cell.strip() for cell in cells[: len(header)]] == [cell.strip() for cell in header]


def _refuse_second_table(
    name: str, body: list[tuple[int, list[str]]], header: Sequence[str], score: ScoreHeader, offset: int
) -> None:
    """A later line that is a header of its own starts a table with other columns."""
    words = {cell.strip().casefold() for cell in header}
    for line, cells in body:
        # Scoring is slow: only a line that starts with, and holds, words of the header can be one.
        if cells[0].strip().casefold() not in words:
            continue
        if sum(cell.strip().casefold() in words for cell in cells) >= _SHARED_WORDS and score(cells):
            message = "Another header starts here: the file holds two tables. Load them as two files."
            raise FileError(name, "second_table", message, line=line + offset)


def _refuse_truncation(
    name: str, text: str, body: list[tuple[int, list[str]]], width: int, offset: int
) -> None:
    """A last record that is short and lacks its newline is a file cut off while being written."""
    if not body or text.endswith(("\n", "\r")):
        return
    line, cells = body[-1]
    if 1 < len(cells) < width:
        message = "The file looks cut off in its last record. Export it again: newer results may be missing."
        raise FileError(name, "truncated", message, line=line + offset)
