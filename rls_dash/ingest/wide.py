"""One row per draw and one column per test → one result a row, the unit and range from the header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rls_dash.ingest.formats import Role, header_key, header_roles
from rls_dash.ingest.header_units import IsUnit, NamedColumn, NamesAnalyte, analyte_column
from rls_dash.ingest.layout import layout_key
from rls_dash.ingest.row_roles import ROW_ROLES, claimed
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.model import FileError

LABEL = "one row per draw, one column per test"
_ADDED = (  # columns of the long table that come from headers, or stand beside a value
    (Role.TEST, "test (from the header)"),
    (Role.VALUE, "value (cell of the test's column)"),
    (Role.UNIT, "unit (of the test's column)"),
    (Role.REFERENCE_RANGE, "range (of the test's column)"),
)
_BESIDE = (
    (Role.REFERENCE_LOW, "low (beside the test)"),
    (Role.REFERENCE_HIGH, "high (beside the test)"),
    (Role.LAB_FLAG, "flag (beside the test)"),
    (Role.COMPARATOR, "sign (beside the test)"),
    (Role.COLLECTED_AT, "date (beside the test)"),
)
_NUMBER = re.compile(r"\s*[<>≤≥]?=?\s*[\d.,]*\d\s*", re.ASCII)
_UNIT_ROW = 2  # at least one in so many of its cells is a known unit


@dataclass(frozen=True)
class _Column:
    """A column of results, and the columns beside it."""

    index: int
    named: NamedColumn
    beside: dict[Role, int]
    instead: tuple[_Column, ...] = ()  # the same test once more, read where this one is blank


def long_by_analyte(table: RawTable, names_analyte: NamesAnalyte, is_unit: IsUnit) -> RawTable:
    """The table with one result a row. A blank cell is a test not done and gives no row.

    Raises FileError when two columns of one test differ, or the header and a row of units do.
    """
    named = {
        index: column
        for index, cell in enumerate(table.header)
        if header_key(cell) not in header_roles() and (column := analyte_column(cell, names_analyte, is_unit))
    }
    roles = claimed(table.header, ROW_ROLES)
    table, named, notes = _with_unit_row(table, named, roles, is_unit)
    columns, more = _columns(table, named)
    if any(Role.COLLECTED_AT in one.beside for one in columns) and Role.COLLECTED_AT in roles:
        of_row = roles.pop(Role.COLLECTED_AT)  # used where the date beside the test is blank
        roles[Role.COLLECTED_DATE] = (*of_row, *roles.get(Role.COLLECTED_DATE, ()))
    used = {index for found in roles.values() for index in found} | _indices(columns)
    unused = [cell for index, cell in enumerate(table.header) if index not in used and cell]
    header, explicit = _header(table, roles, columns, unused)
    rows, lines, empty = _melt(table, roles, columns, len(header))
    return replace(
        table,
        header=header,
        rows=rows,
        lines=lines,
        label=LABEL,
        roles=explicit,
        layout=layout_key(table.header),
        notes=(*table.notes, *notes, *more, *remarks(unused, empty)),
    )


def _indices(columns: Sequence[_Column]) -> set[int]:
    every = [one for column in columns for one in (column, *column.instead)]
    return {one.index for one in every} | {index for one in every for index in one.beside.values()}


def remarks(unused: Sequence[str], empty: int) -> list[FileNote]:
    """Notes on columns that are no test of ours, and on rows without any result."""
    notes = []
    if unused:
        message = f"{len(unused)} column(s) are no test that is tracked here, and are not used."
        notes.append(FileNote("unused_columns", message, reported=", ".join(unused)))
    if empty:
        notes.append(
            FileNote("rows_without_results", f"{empty} row(s) hold no result of a test tracked here.")
        )
    return notes


def _with_unit_row(
    table: RawTable, named: dict[int, NamedColumn], roles: dict[Role, tuple[int, ...]], is_unit: IsUnit
) -> tuple[RawTable, dict[int, NamedColumn], list[FileNote]]:
    """The table without a second header row of units, and the columns with those units."""
    first = table.rows[0] if table.rows else []
    cells = {index: first[index].strip() for index in named if index < len(first) and first[index].strip()}
    units = sum(is_unit(cell) for cell in cells.values())
    elsewhere = [_cell(first, index) for found in roles.values() for index in found if _cell(first, index)]
    if (
        not units
        or units * _UNIT_ROW < len(cells)
        or any(_NUMBER.fullmatch(cell) for cell in cells.values())
        or any(not _says_unit(cell) and not is_unit(cell) for cell in elsewhere)
    ):
        return table, named, []
    _refuse_other_units(table, named, cells)
    with_units = {index: replace(one, unit=cells.get(index, one.unit)) for index, one in named.items()}
    note = FileNote("unit_row", "This line gives the units of the columns; it is no result.", table.lines[0])
    return replace(table, rows=table.rows[1:], lines=table.lines[1:]), with_units, [note]


def _says_unit(cell: str) -> bool:
    return any(role is Role.UNIT for _, role in header_roles().get(header_key(cell), ()))


def _refuse_other_units(table: RawTable, named: dict[int, NamedColumn], cells: dict[int, str]) -> None:
    for index, cell in cells.items():
        if named[index].unit and named[index].unit.casefold() != cell.casefold():
            message = (
                f"The header '{table.header[index]}' names another unit than the line of units below it. "
                "Correct one of them."
            )
            raise FileError(table.name, "unit_conflict", message, line=table.lines[0])


def _columns(table: RawTable, named: dict[int, NamedColumn]) -> tuple[list[_Column], list[FileNote]]:
    """The columns of results, each with those beside it; two of one test and unit must agree."""
    beside: dict[str, dict[Role, int]] = {}
    values: dict[str, list[tuple[int, NamedColumn]]] = {}
    for index, one in named.items():
        key = header_key(one.name)
        if one.role is Role.VALUE:
            values.setdefault(key, []).append((index, one))
        else:
            beside.setdefault(key, {}).setdefault(one.role, index)
    columns, notes = [], []
    for key, same in values.items():
        found = [_Column(index, one, beside.get(key, {})) for index, one in same]
        _refuse_difference(table, found)
        columns.append(replace(found[0], instead=tuple(found[1:])))
        if len({one.named.unit for one in found}) > 1:
            message = "This test stands in several units. The first is used, another only where it is blank."
            notes.append(FileNote("several_units", message, table.header_line, table.header[found[0].index]))
    return columns, notes


def _refuse_difference(table: RawTable, same: Sequence[_Column]) -> None:
    """Raise when two columns of one test and unit hold different cells in one row."""
    for position, one in enumerate(same):
        for other in same[position + 1 :]:
            if one.named.unit != other.named.unit:
                continue
            for row in table.rows:
                cells = {_cell(row, one.index), _cell(row, other.index)} - {""}
                if len(cells) > 1:
                    names = f"'{table.header[one.index]}' and '{table.header[other.index]}'"
                    message = (
                        f"The columns {names} are the same test with different results. Keep one of them."
                    )
                    raise FileError(table.name, "ambiguous_columns", message, line=table.header_line)


def _cell(row: Sequence[str], index: int | None) -> str:
    return "" if index is None or index >= len(row) else row[index].strip()


def _header(
    table: RawTable, roles: dict[Role, tuple[int, ...]], columns: Sequence[_Column], unused: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Role | None, ...]]:
    """(headers, roles) of the long table, in the order in which `_melt` writes its cells."""
    kept = [(role, table.header[index]) for role, found in roles.items() for index in found]
    added = [*kept, *_ADDED, *_beside(columns)]
    header = (*(name for _, name in added), *unused)
    return header, (*(role for role, _ in added), *(None for _ in unused))


def _beside(columns: Sequence[_Column]) -> list[tuple[Role, str]]:
    return [(role, name) for role, name in _BESIDE if any(role in one.beside for one in columns)]


def _melt(
    table: RawTable, roles: dict[Role, tuple[int, ...]], columns: Sequence[_Column], width: int
) -> tuple[list[list[str]], list[int], int]:
    """(rows, lines, number of rows without a result) of the long table."""
    rows, lines, empty = [], [], 0
    beside = [role for role, _ in _beside(columns)]
    kept = [index for found in roles.values() for index in found]
    for line, row in zip(table.lines, table.rows, strict=True):
        if (as_it_is := ragged_row(table, row, width)) is not None:
            rows.append(as_it_is)
            lines.append(line)
            continue
        of_row = [row[index] if index < len(row) else "" for index in kept]
        before = len(rows)
        for column in columns:
            found = next((one for one in (column, *column.instead) if _cell(row, one.index)), None)
            if found is not None:
                rows.append(
                    [*of_row, *_result(row, found), *(_cell(row, found.beside.get(r)) for r in beside)]
                )
                lines.append(line)
        empty += len(rows) == before
    return rows, lines, empty


def ragged_row(table: RawTable, row: list[str], width: int) -> list[str] | None:
    """A row of another width than its header, so that it is set aside as a whole; None for a good one.

    Its cells may stand under the wrong test.
    """
    if len(row) > len(table.header):
        return [""] * width + row
    return [] if len(row) < len(table.header) else None


def _result(row: Sequence[str], column: _Column) -> tuple[str, str, str, str]:
    """(test, value, unit, range) of one cell."""
    name, named_unit = column.named.name, column.named.unit
    unit = _cell(row, column.beside.get(Role.UNIT)) or named_unit
    if named_unit and unit.casefold() != named_unit.casefold():
        name = f"{name} [{named_unit}]"  # both stay in sight: whoever reads the row compares them
    interval = _cell(row, column.beside.get(Role.REFERENCE_RANGE)) or column.named.interval
    return name, row[column.index], unit, interval
