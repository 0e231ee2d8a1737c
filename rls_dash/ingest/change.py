"""Columns worked out from other columns, once for each distinct combination of their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from rls_dash.ingest.formats import Role
from rls_dash.ingest.table import FileNote, RawTable

Distinct = Callable[[tuple[int, ...]], Iterable[tuple[str, ...]]]
"""The distinct combinations of the cells of some columns."""


@dataclass(frozen=True)
class Change:
    """A column whose cells follow from those of others."""

    header: str  # of a new column; "" where an old one is replaced
    sources: tuple[int, ...]  # columns
    text: Callable[[tuple[str, ...]], str]  # the new cell, from those of `sources`
    replaces: int | None  # the old column; None puts a new one before the first
    role: Role | None = None  # of a new column in a table whose format states roles


def distinct_of(table: RawTable) -> Distinct:
    """The distinct cells of a table's columns."""

    def distinct(columns: tuple[int, ...]) -> Iterable[tuple[str, ...]]:
        return set(all_cells_at(table.rows, columns))

    return distinct


def cells_at(row: Sequence[str], columns: Sequence[int]) -> tuple[str, ...]:
    """The cells of a record in some columns, "" where the record is too short."""
    return tuple(row[column] if column < len(row) else "" for column in columns)


def all_cells_at(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> Iterable[tuple[str, ...]]:
    """The same of every record; three times as fast where none is too short, as in nearly every file."""
    if rows and min(map(len, rows)) > max(columns):
        one = itemgetter(*columns)
        return ((cell,) for cell in map(one, rows)) if len(columns) == 1 else map(one, rows)
    return (cells_at(row, columns) for row in rows)


def applied(table: RawTable, changes: Sequence[Change], notes: Sequence[FileNote] = ()) -> RawTable:
    """The table with its columns changed; every record keeps its line, and is as ragged as it was."""
    table = replace(table, notes=(*table.notes, *notes))
    if not changes:
        return table
    added = [change for change in changes if change.replaces is None]
    columns = [_column(table, change) for change in changes]
    rows = []
    for number, row in enumerate(table.rows):
        before: list[str] = []
        changed = row.copy()
        for change, cells in zip(changes, columns, strict=True):
            if change.replaces is None:
                before.append(cells[number])
            elif change.replaces < len(changed):
                changed[change.replaces] = cells[number]
        rows.append(before + changed)
    return replace(
        table,
        header=(*(change.header for change in added), *table.header),
        rows=rows,
        roles=(*(change.role for change in added), *table.roles) if table.roles else (),
    )


def _column(table: RawTable, change: Change) -> list[str]:
    known: dict[tuple[str, ...], str] = {}
    cells = []
    for source in all_cells_at(table.rows, change.sources):
        if source not in known:
            known[source] = change.text(source)
        cells.append(known[source])
    return cells
