"""One record of a delimited file as it stands there, for who wants to see where a number came from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

_LINE_END = re.compile(r"\r\n|\n|\r")
_LONGEST = 64  # physical lines of one record: a cell may hold line ends
_SHOWN = 20_000  # characters of one record: a page shows no more without getting slow


@dataclass(frozen=True)
class PhysicalRecord:
    """The text of a record and its cells under the headers of the file."""

    text: str
    cells: tuple[tuple[str, str], ...]  # (header, cell); surplus cells have the header ""


def record_at(
    content: bytes, encoding: str, delimiter: str, line: int, header: Sequence[str]
) -> PhysicalRecord | None:
    """The record that starts on physical line `line` (1: the first); None where there is none.

    Nothing is interpreted: no number, no unit, no repair. A record that no csv reader takes is shown as
    text alone. Of a very long one the start is shown, which says how much of it there is.
    """
    if line < 1:
        return None
    text = content.decode(encoding, errors="replace")
    lines = islice(_lines(text), line - 1, line - 1 + _LONGEST)
    taken = ""
    for one in lines:
        taken += one
        if taken.count('"') % 2 == 0:
            break
    if not taken.strip():
        return None
    shown = _start(taken.rstrip("\r\n"), whole=taken.count('"') % 2 == 0)
    try:
        cells = next(csv.reader(io.StringIO(taken, newline=""), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return PhysicalRecord(shown, ())
    names = [*header[: len(cells)], *[""] * (len(cells) - len(header))]
    return PhysicalRecord(shown, tuple(zip(names, cells, strict=True)))


def _start(record: str, whole: bool) -> str:
    """A record, or its start with the words that it goes on."""
    if len(record) > _SHOWN:
        return f"{record[:_SHOWN]}\u2026 (cut, the record has {len(record):,} characters or more)"
    return record if whole else f"{record}\n\u2026 (the record may go on: its quotes are not closed here)"


def _lines(text: str) -> Iterator[str]:
    """Physical lines with their ends; CR, LF and CRLF each end one."""
    start = 0
    for found in _LINE_END.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    yield text[start:]
