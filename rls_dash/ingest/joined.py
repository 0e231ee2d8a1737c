"""The join of `ingest.lookup` on encoded columns: every text is worked out once per distinct number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rls_dash.ingest.cells import readings_of
from rls_dash.ingest.change import Change
from rls_dash.ingest.dialects import dialects
from rls_dash.ingest.encoded import Encoded, combine, encode
from rls_dash.ingest.formats import header_key
from rls_dash.ingest.lookup import Lookup, changes_of, missing_notes
from rls_dash.ingest.mapping import Mapping, columns_of, lookups_of
from rls_dash.ingest.table import FileNote


@dataclass(frozen=True)
class Joined:
    """Columns by number after a join; columns that a dictionary added stand behind the file's own."""

    header: tuple[str, ...]  # to be mapped again, where it grew
    columns: dict[int, Encoded]
    notes: tuple[FileNote, ...]


def columns_to_read(header: Sequence[str], mapping: Mapping) -> set[int]:
    """The columns that a reading of this file needs: those with a role, and those that a join reads."""
    keys = [header_key(cell) for cell in header]
    needed = {header_key(one.join_on) for one in lookups_of(mapping.dialect)}
    dialect = next((one for one in dialects() if one.dialect == mapping.dialect), None)
    for column in dialect.columns.values() if dialect else ():
        needed |= {header_key(word) for word in column.reads.split()[1:]}
    of_roles = columns_of(mapping.roles)
    return of_roles | {number for number, key in enumerate(keys) if key in needed}


def join_columns(
    header: Sequence[str], mapping: Mapping, lookups: Sequence[Lookup], columns: dict[int, Encoded]
) -> Joined:
    """The same as `lookup.join`, for columns already read (at least those of `columns_to_read`)."""

    def distinct(wanted: tuple[int, ...]) -> Iterable[tuple[str, ...]]:
        return combine(*(columns[column] for column in wanted))[1]

    keys = [header_key(cell) for cell in header]
    changes = (*readings_of(keys, mapping, distinct), *changes_of(keys, mapping, lookups))
    notes = missing_notes(keys, mapping, lookups, distinct)
    changed, names = dict(columns), list(header)
    for change in changes:
        place = len(names) if change.replaces is None else change.replaces
        changed[place] = _changed(change, columns)
        if change.replaces is None:
            names.append(change.header)
    return Joined(tuple(names), changed, notes)


def _changed(change: Change, columns: dict[int, Encoded]) -> Encoded:
    index, found = combine(*(columns[column] for column in change.sources))
    texts = encode([change.text(cells) for cells in found])
    return Encoded(texts.codes[index], texts.words)
