"""One row per test and one or more columns per date → one result a row, the date from the header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rls_dash.ingest.formats import Role
from rls_dash.ingest.header_dates import dated_column
from rls_dash.ingest.header_units import IsUnit, NamesAnalyte, split_header
from rls_dash.ingest.layout import layout_key
from rls_dash.ingest.row_roles import claimed
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.ingest.wide import ragged_row, remarks
from rls_dash.model import FileError

LABEL = "one row per test, one column per date"
TEST_ROLES = (
    Role.PATIENT_ID,
    Role.TEST,
    Role.CODE,
    Role.UNIT,
    Role.REFERENCE_LOW,
    Role.REFERENCE_HIGH,
    Role.REFERENCE_RANGE,
    Role.SPECIMEN,
    Role.CATEGORY,
    Role.LABORATORY,
)
_CERTAIN_PATIENT = 30  # a bare `id` is as likely that of the test
_OF_DATE = (Role.VALUE, Role.UNIT, Role.REFERENCE_RANGE, Role.REFERENCE_LOW, Role.REFERENCE_HIGH)
_ALWAYS = (Role.COLLECTED_AT, Role.VALUE, Role.UNIT, Role.REFERENCE_RANGE, Role.LAB_FLAG)
_NAMES = {
    Role.COLLECTED_AT: "date (from the header)",
    Role.VALUE: "value (cell of the date's column)",
    Role.UNIT: "unit",
    Role.REFERENCE_RANGE: "range",
    Role.REFERENCE_LOW: "low",
    Role.REFERENCE_HIGH: "high",
    Role.LAB_FLAG: "flag",
    Role.COMPARATOR: "sign",
    Role.STATUS: "status",
}
# A report that prints arrows of plus or minus signs behind the unit: `105 mg/dL +++`.
_FLAGGED = re.compile(r"(?P<value>.*\S)\s+(?P<flag>\++|-+)")


@dataclass(frozen=True)
class _Draw:
    """The columns of one date."""

    date: str
    columns: dict[Role, int]


def test_column(header: Sequence[str], roles: dict[Role, tuple[int, ...]]) -> int | None:
    """The column of the tests: the one named so, else the first when nothing else claims it."""
    if Role.TEST in roles:
        return roles[Role.TEST][0]
    taken = {column for found in roles.values() for column in found}
    return None if Role.CODE in roles or 0 in taken or dated_column(header[0]) else 0


def long_by_date(table: RawTable, names_analyte: NamesAnalyte, is_unit: IsUnit) -> RawTable:
    """The table with one result a row, its date as the header prints it. A blank cell gives no row.

    Raises FileError when no column names the tests.
    """
    roles = table_roles(table.header)
    tests = test_column(table.header, roles)
    if Role.TEST not in roles and tests is not None:
        _refuse_without_tests(table, tests, names_analyte)
        roles = {**roles, Role.TEST: (tests,)}
    draws = _draws(table.header)
    kept = [(role, index) for role, found in roles.items() for index in found if role not in _OF_DATE]
    used = {index for found in roles.values() for index in found}
    used |= {index for draw in draws for index in draw.columns.values()}
    added = [
        role for role in _NAMES if role in _ALWAYS or role in roles or any(role in d.columns for d in draws)
    ]
    unused = [cell for index, cell in enumerate(table.header) if index not in used and cell]
    header = (*(table.header[index] for _, index in kept), *(_NAMES[role] for role in added), *unused)
    rows, lines, sections, empty = _melt(table, roles, draws, kept, added, is_unit, len(header))
    notes = remarks(unused, empty)
    if sections:
        message = f"{sections} line(s) hold only a title; they are no results."
        notes.append(FileNote("section_titles", message))
    return replace(
        table,
        header=header,
        rows=rows,
        lines=lines,
        label=LABEL,
        roles=(*(role for role, _ in kept), *added, *(None for _ in unused)),
        layout=layout_key(table.header),
        notes=(*table.notes, *notes),
    )


def table_roles(header: Sequence[str]) -> dict[Role, tuple[int, ...]]:
    """The roles of the columns that are not of one date."""
    return claimed(header, TEST_ROLES, _CERTAIN_PATIENT) | _test_role(header)


def _test_role(header: Sequence[str]) -> dict[Role, tuple[int, ...]]:
    """The column of the tests by any name for it, `name` too."""
    found = claimed(header, (Role.TEST,))
    return {Role.TEST: found[Role.TEST]} if found else {}


def _refuse_without_tests(table: RawTable, column: int, names_analyte: NamesAnalyte) -> None:
    if any(column < len(row) and names_analyte(row[column]) for row in table.rows):
        return
    message = (
        "The header has a column per date, but no column names the tests. Give that column a name such as "
        "'test', or export one result a row."
    )
    raise FileError(table.name, "no_test_column", message, line=table.header_line)


def _draws(header: Sequence[str]) -> list[_Draw]:
    """The columns of each date; the same date again, with the same kind of column, is another draw."""
    draws: list[_Draw] = []
    for index, cell in enumerate(header):
        dated = dated_column(cell)
        if dated is None:
            continue
        date, role = dated
        open_draw = next((one for one in draws if one.date == date and role not in one.columns), None)
        if open_draw is None:
            draws.append(_Draw(date, {role: index}))
        else:
            open_draw.columns[role] = index
    return [draw for draw in draws if Role.VALUE in draw.columns]


def _melt(
    table: RawTable,
    roles: dict[Role, tuple[int, ...]],
    draws: Sequence[_Draw],
    kept: Sequence[tuple[Role, int]],
    added: Sequence[Role],
    is_unit: IsUnit,
    width: int,
) -> tuple[list[list[str]], list[int], int, int]:
    """(rows, lines, titles, rows without a result) of the long table."""
    rows, lines, sections, empty = [], [], 0, 0
    for line, row in zip(table.lines, table.rows, strict=True):
        if sum(bool(cell.strip()) for cell in row) == 1:
            sections += 1
            continue
        if (as_it_is := ragged_row(table, row, width)) is not None:
            rows.append(as_it_is)
            lines.append(line)
            continue
        of_row = [_cell(row, index) for _, index in kept]
        before = len(rows)
        for draw in draws:
            if _cell(row, draw.columns[Role.VALUE]).strip():
                cells = _result(row, draw, roles, is_unit)
                rows.append([*of_row, *(cells.get(role, "") for role in added)])
                lines.append(line)
        empty += len(rows) == before
    return rows, lines, sections, empty


def _cell(row: Sequence[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def _result(
    row: Sequence[str], draw: _Draw, roles: dict[Role, tuple[int, ...]], is_unit: IsUnit
) -> dict[Role, str]:
    """The cells of one result under their roles."""
    cells = {Role.COLLECTED_AT: draw.date}
    cells |= {role: _cell(row, index) for role, index in draw.columns.items()}
    for role in _OF_DATE:
        if not cells.get(role, "").strip() and role in roles:
            cells[role] = _cell(row, roles[role][0])
    if not cells.get(Role.UNIT, "").strip() and Role.TEST in roles:
        named = split_header(_cell(row, roles[Role.TEST][0]), is_unit)
        cells[Role.UNIT] = named.unit
        if not any(cells.get(role, "").strip() for role in _OF_DATE[2:]):
            cells[Role.REFERENCE_RANGE] = named.interval
    match = _FLAGGED.fullmatch(cells[Role.VALUE].strip())
    if match and not cells.get(Role.LAB_FLAG, "").strip():
        cells[Role.VALUE], cells[Role.LAB_FLAG] = match["value"], match["flag"]
    return cells
