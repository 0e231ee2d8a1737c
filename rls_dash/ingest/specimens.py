"""Specimens that no column names as such: a column of them under another header, a heading between the rows.

Magnesium of urine has the name and the unit of magnesium of serum. Where only `Sample: 24h urine`, or a line
`URINE` above some of the rows, tells them apart, passing it over would show one for the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from rls_dash.answers import Answers
from rls_dash.ingest.formats import Role, fold, specimen_words, table_rows
from rls_dash.ingest.mapping import Mapping
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.ingest.unnamed_columns import with_column_of

# A category, a heading or an unnamed column speaks of the specimen only where it names one that is not blood.
OTHER_MATRIX = re.compile(
    r"urin|\bcsf\b|cerebrospinal|stool|fa?ecal|faeces|feces|fluid|semen|sweat|dialysate"
    r"|\bharn\b|\borina\b|\bmocz|\bvirtsa|\bmoč\b|\bliquor\b|saliva|speichel"
)
_BLOOD = re.compile(
    r"\b(?:serum|ser|plasma|plas|blood|blut|vollblut|sérum|suero|soro|siero|sang|sangre|krew)\b"
)
_HEADING = "section heading"  # a category, in headers.csv
_NARROWEST = 3  # columns of a table in which a line of one cell stands out


def with_specimen_column(
    mapping: Mapping, header: Sequence[str], rows: Sequence[Sequence[str]], answers: Answers
) -> Mapping:
    """The mapping, with a column that holds nothing but specimens, whatever its header.

    A named dialect has said what its columns are.
    """
    if mapping.dialect or Role.SPECIMEN in mapping.roles:
        return mapping
    return with_column_of(Role.SPECIMEN, only_specimens, mapping, header, rows, answers)


def only_specimens(cells: Iterable[str]) -> bool:
    """Whether cells name specimens or are blank, and one of them is certainly a specimen."""
    known = frozenset().union(*specimen_words().values())
    seen: set[str] = set()
    certain = False
    for printed in cells:
        cell = fold(printed)
        if not cell or cell in seen:
            continue
        other = bool(OTHER_MATRIX.search(cell))
        words = re.findall(r"[^\W_]+", cell)
        if not other and not (words and known.issuperset(words)):
            return False
        seen.add(cell)
        certain = certain or other or bool(_BLOOD.search(cell))
    return certain


@cache
def _heading_words(kind: str) -> frozenset[str]:
    return frozenset(row["word"] for row in table_rows("heading_words.csv") if row["kind"] == kind)


def is_heading(cell: str) -> bool:
    """Whether a cell by itself may say that the rows below it are not of blood: `URINE`, `24h urine`.

    Only listed words: `Urine culture` without a result is a test, and says nothing of the rows below it.
    """
    words = frozenset(re.findall(r"[^\W_]+", fold(cell)))
    specimen = words & _heading_words("specimen")
    return bool(specimen) and words <= specimen | _heading_words("beside")


def with_headings(table: RawTable) -> RawTable:
    """The table, with a column of the headings between its rows, where one of them names another specimen."""
    if table.roles or len(table.header) < _NARROWEST:
        return table
    alone = [_alone(row) for row in table.rows]
    headings = [place for place, cell in enumerate(alone) if cell and is_heading(cell)]
    if not headings:
        return table
    rows, heading, width = [], "", len(table.header)
    for row, cell in zip(table.rows, alone, strict=True):
        heading = cell or heading
        said = "" if cell else heading
        rows.append([*row, *[""] * (width - len(row)), said] if len(row) <= width else row)
    note = FileNote(
        "specimen_heading",
        "A line between the rows names a specimen that is not blood; it is taken for that of the rows below "
        "it, up to the next such line.",
        table.lines[headings[0]],
        alone[headings[0]],
    )
    return replace(table, header=(*table.header, _HEADING), rows=rows, notes=(*table.notes, note))


def _alone(row: Sequence[str]) -> str:
    """The only filled cell of a row, "" where there are others."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return filled[0] if len(filled) == 1 else ""
