"""Columns that no header gives a role, told by what all their cells hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from rls_dash.answers import Answers
from rls_dash.ingest.formats import Role, header_key, header_roles
from rls_dash.ingest.mapping import Mapping, column_names, columns_of


def with_column_of(
    role: Role,
    fits: Callable[[Iterable[str]], bool],
    mapping: Mapping,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    answers: Answers,
) -> Mapping:
    """The mapping, with the first column without a role whose cells fit under this one."""
    found = next((c for c in unclaimed(mapping, header, answers) if fits(cells_of(c, rows))), None)
    if found is None:
        return mapping
    unused = list(mapping.unused)
    unused.remove(header[found])
    return replace(mapping, roles={**mapping.roles, role: (found,)}, unused=tuple(unused))


def unclaimed(mapping: Mapping, header: Sequence[str], answers: Answers) -> list[int]:
    """Columns without a role that neither a header nor the user left out."""
    used = columns_of(mapping.roles)
    return [
        column
        for column, name in enumerate(column_names(header))
        if column not in used
        and not answers.columns.get(name)
        and all(role is not Role.IGNORE for _, role in header_roles().get(header_key(header[column]), ()))
    ]


def cells_of(column: int, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The cells of a column, "" where a row is too short."""
    return (row[column] if column < len(row) else "" for row in rows)
