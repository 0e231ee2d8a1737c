"""Columns → roles: a named dialect first, then header spellings by priority. Order is never assumed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from rls_dash.ingest.formats import Dialect, Role, dialects, header_key, header_roles
from rls_dash.ingest.tabular import RawTable
from rls_dash.model import FileError

_TEST = (Role.TEST, Role.CODE)
_VALUE = (Role.VALUE, Role.VALUE_NUMBER)
_NEEDED = (Role.PATIENT_ID, Role.COLLECTED_AT, *_TEST, *_VALUE, Role.UNIT)  # a record must reach these
_JOINED = (Role.SPECIMEN,)  # several columns may hold it; all are read
RAGGED = "ragged"  # "", "short" or "surplus"


@dataclass(frozen=True)
class Mapping:
    """Which columns hold which role. `roles` may list several columns, preferred first."""

    dialect: str
    label: str
    roles: dict[Role, tuple[int, ...]]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class MappedRows:
    """The records of one file as text under their roles, one row per record."""

    name: str
    mapping: Mapping
    header: tuple[str, ...]
    frame: pd.DataFrame  # a str column per role present, plus `source_row` and `ragged`

    def header_of(self, role: Role) -> str:
        """The file's own name of the column that holds a role, "" when there is none."""
        columns = self.mapping.roles.get(role, ())
        return self.header[columns[0]] if columns else ""


def score_header(cells: Sequence[str]) -> int:
    """How many roles these cells would fill as a header; 0 without a test and a value."""
    try:
        mapping = map_columns("", [cell.strip() for cell in cells])
    except FileError:
        return 1
    roles = mapping.roles
    if not any(role in roles for role in _TEST) or not any(role in roles for role in _VALUE):
        return 0
    return len(roles)


def map_columns(name: str, header: Sequence[str]) -> Mapping:
    """The roles of a header's columns.

    Raises FileError when two columns claim the same role with equal right.
    """
    keys = [header_key(cell) for cell in header]
    for dialect in dialects():
        if dialect.required <= set(keys):
            return _map_dialect(dialect, keys, header)
    return _map_by_spelling(name, keys, header)


def _map_dialect(dialect: Dialect, keys: Sequence[str], header: Sequence[str]) -> Mapping:
    roles: dict[Role, tuple[int, ...]] = {}
    for column, key in enumerate(keys):
        role = dialect.roles.get(key)
        if role and role is not Role.IGNORE and (role not in roles or role in _JOINED):
            roles[role] = (*roles.get(role, ()), column)
    used = {column for columns in roles.values() for column in columns}
    unused = tuple(cell for column, cell in enumerate(header) if column not in used)
    return Mapping(dialect.dialect, dialect.label, roles, unused)


def _map_by_spelling(name: str, keys: Sequence[str], header: Sequence[str]) -> Mapping:
    candidates = [
        (priority, role, column)
        for column, key in enumerate(keys)
        for priority, role in header_roles().get(key, ())
    ]
    roles: dict[Role, tuple[int, ...]] = {}
    taken: set[int] = set()
    claims: dict[Role, list[int]] = defaultdict(list)
    # The lowest priority number wins; on a tie a test outranks a patient (a bare `name`).
    for priority, role, column in sorted(
        candidates, key=lambda item: (item[0], item[1] is not Role.TEST, item[2])
    ):
        if column in taken:
            continue
        if role not in roles:
            roles[role] = (column,)
            taken.add(column)
            claims[role] = [priority, column]
        elif claims[role][0] == priority and role not in _JOINED:
            roles[role] = (*roles[role], column)  # settled by the cells: equal columns are one
    unused = tuple(cell for column, cell in enumerate(header) if column not in taken)
    return Mapping("", "columns by their names", roles, unused)


def map_rows(table: RawTable) -> MappedRows:
    """The table's records under their roles.

    Raises FileError when two columns with the same claim hold different cells.
    """
    mapping = map_columns(table.name, table.header)
    width = len(table.header)
    surplus_blank = all(not any(cell.strip() for cell in row[width:]) for row in table.rows)
    needed = 1 + max(columns[0] for role, columns in mapping.roles.items() if role in _NEEDED)
    ragged = [_ragged(row, width, needed, surplus_blank) for row in table.rows]
    padded = [row[:width] if len(row) >= width else row + [""] * (width - len(row)) for row in table.rows]
    columns: list[tuple[str, ...]] = list(zip(*padded, strict=True)) if padded else [()] * width
    frame: dict[str, pd.Series] = {
        "source_row": pd.Series(table.lines, dtype="int64"),
        RAGGED: pd.Series(ragged, dtype="object"),
    }
    for role, indices in mapping.roles.items():
        frame[role.value] = _role_column(table, role, indices, columns)
    return MappedRows(table.name, mapping, table.header, pd.DataFrame(frame))


def _ragged(row: Sequence[str], width: int, needed: int, surplus_blank: bool) -> str:
    if len(row) < needed:
        return "short"
    return "surplus" if len(row) > width and not surplus_blank and any(c.strip() for c in row[width:]) else ""


def _role_column(
    table: RawTable, role: Role, indices: tuple[int, ...], columns: list[tuple[str, ...]]
) -> pd.Series:
    first = pd.Series(columns[indices[0]], dtype="object")
    if len(indices) == 1:
        return first
    if role in _JOINED:
        for index in indices[1:]:
            first = first.str.cat(pd.Series(columns[index], dtype="object"), sep=" ")
        return first
    if any(columns[index] != columns[indices[0]] for index in indices[1:]):
        names = " and ".join(f"'{table.header[index]}'" for index in indices)
        meaning = role.value.replace("_", " ")
        message = f"The columns {names} could each be the {meaning}. Keep one of them, or rename the other."
        raise FileError(table.name, "ambiguous_columns", message, line=table.header_line)
    return first
