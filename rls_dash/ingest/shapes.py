"""Wide tables → long ones: which shape a table has. What is not certain is refused with what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rls_dash.ingest.formats import Role, header_key, header_roles
from rls_dash.ingest.header_dates import dated_column, holds_date, is_stamp
from rls_dash.ingest.header_units import IsUnit, NamesAnalyte, analyte_column, split_header
from rls_dash.ingest.mapping import column_key, map_columns, score_header
from rls_dash.ingest.row_roles import ROW_ROLES, claimed
from rls_dash.ingest.table import RawTable
from rls_dash.ingest.wide import long_by_analyte
from rls_dash.ingest.wide_dates import long_by_date, table_roles, test_column
from rls_dash.model import FileError

_NUMBER = re.compile(r"\s*[<>≤≥]?=?\s*[\d.,]*\d\s*", re.ASCII)
_LONGEST_HEADER = 60
_SEVERAL = 2
_DOUBTFUL = 1


def to_long(table: RawTable, names_analyte: NamesAnalyte, is_unit: IsUnit) -> RawTable:
    """The table with one result a row; itself when it is so already, or no shape known here.

    Raises FileError when a table is of two shapes at once, or its columns contradict each other.
    """
    if table.roles:
        return table
    dates = sum(dated_column(cell) is not None for cell in table.header)
    analytes = sum(_is_analyte(cell, names_analyte, is_unit) for cell in table.header)
    if score_header(table.header):
        certain = map_columns(table.name, table.header).dialect or max(dates, analytes) < _SEVERAL
        if not certain:
            raise _two_shapes(table)
        return _with_unit_of_header(table, is_unit)
    dated_tests = any(holds_date(cell) and names_analyte(cell) for cell in table.header)
    if (dates and analytes) or dated_tests:
        raise _two_shapes(table)
    if dates:
        return long_by_date(table, names_analyte, is_unit)
    return long_by_analyte(table, names_analyte, is_unit) if analytes else table


def _with_unit_of_header(table: RawTable, is_unit: IsUnit) -> RawTable:
    """The table with the unit of a header such as `Result (ng/mL)` behind each number of that column.

    There it counts as printed in the cell: a unit column that says otherwise contradicts it.
    """
    rows, header = table.rows, list(table.header)
    for column, cell in enumerate(table.header):
        named = split_header(cell, is_unit)
        if named.unit and column_key(cell) != header_key(cell):
            header[column] = named.name
            rows = [_with_unit(row, column, named.unit) for row in rows]
    return table if rows is table.rows else replace(table, header=tuple(header), rows=rows)


def _with_unit(row: list[str], column: int, unit: str) -> list[str]:
    if column >= len(row) or not _NUMBER.fullmatch(row[column]):
        return row
    return [*row[:column], f"{row[column].rstrip()} {unit}", *row[column + 1 :]]


def wide_score(cells: Sequence[str], names_analyte: NamesAnalyte) -> int:
    """How many columns of a wide table these cells name as a header; 1 when it is doubtful, 0 for none."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < _SEVERAL or any(len(cell) > _LONGEST_HEADER for cell in filled):
        return 0
    dates = sum(dated_column(cell) is not None for cell in filled)
    others = [cell for cell in filled if dated_column(cell) is None]
    if any(_NUMBER.fullmatch(cell) for cell in others):
        return 0
    return _score_by_date(cells, dates) if dates else _score_by_analyte(cells, names_analyte)


def _score_by_date(cells: Sequence[str], dates: int) -> int:
    roles = table_roles(cells)
    if Role.COLLECTED_AT in claimed(cells, ROW_ROLES):
        return 0
    if Role.TEST in roles or Role.CODE in roles:
        return dates + len(roles) + _DOUBTFUL
    if test_column(cells, roles) is None:
        return 0
    certain = dates >= _SEVERAL or is_stamp(cells[0]) or (Role.UNIT in roles and not cells[0].strip())
    return _DOUBTFUL if certain else 0


def _score_by_analyte(cells: Sequence[str], names_analyte: NamesAnalyte) -> int:
    roles = claimed(cells, ROW_ROLES)
    analytes = sum(_may_be_analyte(cell, names_analyte) for cell in cells)
    if analytes and (Role.PATIENT_ID in roles or Role.COLLECTED_AT in roles or Role.COLLECTED_DATE in roles):
        return analytes + len(roles)
    return _DOUBTFUL if analytes >= _SEVERAL and all(cell.strip() for cell in cells) else 0


def _may_be_analyte(cell: str, names_analyte: NamesAnalyte) -> bool:
    if not cell.strip() or header_key(cell) in header_roles():
        return False
    return names_analyte(split_header(cell, _may_be_unit).name) or names_analyte(cell.strip())


def _may_be_unit(text: str) -> bool:
    """Enough to see the name in front of it; whether the unit is known is decided later."""
    return "/" in text or text == "%"


def _is_analyte(cell: str, names_analyte: NamesAnalyte, is_unit: IsUnit) -> bool:
    if header_key(cell) in header_roles():
        return False
    return analyte_column(cell, names_analyte, is_unit) is not None


def _two_shapes(table: RawTable) -> FileError:
    message = (
        "The header names results in two ways at once: one a row, and one a column of a test or a date. "
        "Keep one of them, or load them as two files."
    )
    return FileError(table.name, "two_shapes", message, line=table.header_line)
