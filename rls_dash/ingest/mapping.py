"""Columns → roles: a named dialect first, then header spellings by priority. Order is never assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rls_dash.ingest.formats import Role, dialects, header_key, header_roles
from rls_dash.model import FileError

_TEST = (Role.TEST, Role.CODE)
_VALUE = (Role.VALUE, Role.VALUE_NUMBER, Role.STANDARD_VALUE)
_BY_DIALECT = 0  # outranks every spelling


@dataclass(frozen=True)
class Mapping:
    """Which columns hold which role. `roles` may list several columns, preferred first."""

    dialect: str
    label: str
    roles: dict[Role, tuple[int, ...]]
    unused: tuple[str, ...]


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

    A named dialect decides the headers it lists, spelling the others.
    """
    keys = [header_key(cell) for cell in header]
    dialect = next((one for one in dialects() if one.required <= set(keys)), None)
    listed = dialect.roles if dialect else {}
    candidates = []
    for column, key in enumerate(keys):
        # What a dialect says of a header outranks spelling; headers it does not list are read by spelling.
        known = ((_BY_DIALECT, listed[key]),) if key in listed else header_roles().get(key, ())
        candidates += [(priority, role, column) for priority, role in known if role is not Role.IGNORE]
    roles = _with_standard_pair(_claimed(candidates))
    used = {column for columns in roles.values() for column in columns}
    unused = tuple(cell for column, cell in enumerate(header) if column not in used)
    label = dialect.label if dialect else "columns by their names"
    return Mapping(dialect.dialect if dialect else "", label, roles, unused)


def _claimed(candidates: Sequence[tuple[int, Role, int]]) -> dict[Role, tuple[int, ...]]:
    """The columns of each role: the lowest priority number wins, equal ones are settled by the cells."""
    roles: dict[Role, tuple[int, ...]] = {}
    won: dict[Role, int] = {}
    taken: set[int] = set()
    # On a tie a test outranks a patient (a bare `name`).
    for priority, role, column in sorted(
        candidates, key=lambda one: (one[0], one[1] is not Role.TEST, one[2])
    ):
        if column in taken or (role in roles and won[role] != priority):
            continue
        roles[role] = (*roles.get(role, ()), column)
        won.setdefault(role, priority)
        taken.add(column)
    return roles


def _with_standard_pair(roles: dict[Role, tuple[int, ...]]) -> dict[Role, tuple[int, ...]]:
    """Where only the standardised value is given, it is the value, and its own unit the unit.

    A value of one pair is never read with the unit of the other.
    """
    if Role.STANDARD_VALUE not in roles or any(role in roles for role in (Role.VALUE, Role.VALUE_NUMBER)):
        return roles
    of_reported = (Role.UNIT, Role.REFERENCE_LOW, Role.REFERENCE_HIGH, Role.REFERENCE_RANGE)
    kept = {role: columns for role, columns in roles.items() if role not in of_reported}
    kept[Role.VALUE] = kept.pop(Role.STANDARD_VALUE)
    if Role.STANDARD_UNIT in kept:
        kept[Role.UNIT] = kept.pop(Role.STANDARD_UNIT)
    return kept
