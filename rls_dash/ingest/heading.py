"""Where the header of a table is: the first record that names what a table of results must have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rls_dash.ingest.delimited import Record
from rls_dash.ingest.header_dates import dates_only, under_dates

ScoreHeader = Callable[[Sequence[str]], int]
"""How many roles a header line fills; 0 when a mandatory one is missing, 1 when it is doubtful."""

SEARCHED = 30  # records in which the header is looked for, under a title or an export stamp
_CERTAIN = 2
_SEVERAL_DATES = 2


@dataclass(frozen=True)
class Heading:
    """The header of a table among its records."""

    position: int  # index of the record
    cells: list[str]
    score: int
    dated_by: int = 0  # line of the record above that gives the columns their dates


def find_heading(records: Sequence[Record], score: ScoreHeader) -> Heading | None:
    """The first record that is a header for certain, else the first that may be one.

    The first, so that no record above it is lost to a second table further down.
    """
    doubtful = None
    for position, (_, cells) in enumerate(records[:SEARCHED]):
        found = _heading_at(records, position, cells, score)
        if found.score >= _CERTAIN:
            return found
        if found.score and doubtful is None:
            doubtful = found
    return doubtful


def _heading_at(records: Sequence[Record], position: int, cells: list[str], score: ScoreHeader) -> Heading:
    own = score(cells)
    line, above = records[position - 1] if position else (0, [""])
    dates = dates_only(above)
    if dates >= _SEVERAL_DATES or (dates and not own):
        dated = under_dates(above, cells)
        if scored := score(dated):
            return Heading(position, dated, scored, line)
    return Heading(position, cells, own)
