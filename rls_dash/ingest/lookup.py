"""Dictionaries given beside an export: recognised by their headers, joined by their numbers.

Which dictionary gives which text to which layout stands in lookups.csv and lookup_columns.csv. A number
that a dictionary does not list leaves its cell empty: the row is then held or set aside with a reason,
it never vanishes and is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from dataclasses import dataclass

from rls_dash.ingest.cells import readings_of
from rls_dash.ingest.change import Change, Distinct, applied, distinct_of
from rls_dash.ingest.dialects import LookupColumn, lookup_columns, lookup_tables
from rls_dash.ingest.formats import Role, fold, header_key
from rls_dash.ingest.mapping import Mapping, added_header, dictionary_of, lookups_of
from rls_dash.ingest.merged_cells import merger
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.model import FileError

_WHOLE = re.compile(r"(\d+)\.0+", re.ASCII)
_NOUNS = {
    Role.TEST: "tests",
    Role.UNIT: "units",
    Role.VALUE: "values",
}  # what a missing dictionary is told for


@dataclass(frozen=True)
class Lookup:
    """A dictionary: the cells of its needed columns by number."""

    lookup: str  # which one, as in lookups.csv
    label: str
    name: str  # of its file
    columns: dict[str, int]  # header key → place in a row
    rows: dict[str, tuple[str, ...]]

    def cell(self, key: str, column: str) -> str:
        """One cell; "" for a number or a column that is not there."""
        place = self.columns.get(header_key(column))
        row = self.rows.get(bare_key(key))
        return row[place] if row and place is not None else ""


def bare_key(text: str) -> str:
    """A number of a dictionary as it is compared: `{25}`, `25` and `25.00` are one."""
    bare = text.strip().strip("{}").casefold()
    whole = _WHOLE.fullmatch(bare)
    return whole[1] if whole else bare


def lookup_of(table: RawTable) -> Lookup | None:
    """The dictionary that a table is, None for an export.

    Raises FileError where one number stands for two things.
    """
    found = dictionary_of(table.header)
    if not found:
        return None
    facts = lookup_tables()[found]
    keys = [header_key(cell) for cell in table.header]
    wanted = [key for key in keys if key in _needed(found)]
    places = [keys.index(key) for key in wanted]
    at = keys.index(facts.key)
    rows: dict[str, tuple[str, ...]] = {}
    for line, cells in zip(table.lines, table.rows, strict=True):
        key = bare_key(cells[at]) if at < len(cells) else ""
        if not key or key in facts.empty_keys:
            continue
        row = tuple(cells[place].strip() if place < len(cells) else "" for place in places)
        if rows.setdefault(key, row) != row:
            message = (
                f"A number of {facts.label} stands for two different things. "
                "Export the dictionary again with its current entries only."
            )
            raise FileError(table.name, "dictionary_conflict", message, line=line)
    return Lookup(found, facts.label, table.name, {key: n for n, key in enumerate(wanted)}, rows)


def _needed(lookup: str) -> set[str]:
    """Header keys of a dictionary that some layout reads."""
    own = [one for one in lookup_columns() if one.lookup == lookup]
    read = {header_key(one.column) for one in own} | {one.where[0] for one in own}
    return read | {header_key(one.then[1]) for one in lookup_columns() if one.then[0] == lookup}


def join(table: RawTable, mapping: Mapping, lookups: Sequence[Lookup] = ()) -> RawTable:
    """The table with the texts of its dictionaries, and with cells of its layout's own kinds made plain.

    Columns that the file lacks are put before its own ("label of itemid") and are known to
    `map_columns`, so that a record stays as ragged as it was; lines stay. Notes say which dictionary is
    missing and which numbers are not in theirs. To be mapped again afterwards.
    """
    keys = [header_key(cell) for cell in table.header]
    distinct = distinct_of(table)
    changes = (*readings_of(keys, mapping, distinct), *changes_of(keys, mapping, lookups))
    return applied(table, changes, missing_notes(keys, mapping, lookups, distinct))


def changes_of(keys: Sequence[str], mapping: Mapping, lookups: Sequence[Lookup]) -> tuple[Change, ...]:
    """What dictionaries change in an export with these header keys: one change for each role they fill."""
    given = {one.lookup: one for one in lookups}
    roles: dict[Role, list[LookupColumn]] = {}
    for column in lookups_of(mapping.dialect):
        # A text that has to be looked up again is no text without the second dictionary.
        found = column.lookup in given and (not column.then[0] or column.then[0] in given)
        if found and header_key(column.join_on) in keys:
            roles.setdefault(column.role, []).append(column)
    return tuple(_change(role, columns, keys, mapping, given) for role, columns in roles.items())


def _change(
    role: Role,
    columns: Sequence[LookupColumn],
    keys: Sequence[str],
    mapping: Mapping,
    given: Mapped[str, Lookup],
) -> Change:
    own = mapping.roles.get(role, (None,))[0]
    values = tuple(mapping.roles[one][0] for one in (Role.VALUE, Role.VALUE_NUMBER) if one in mapping.roles)
    beside = values if role is Role.UNIT and len(values) == 2 else ()
    joins = tuple(keys.index(header_key(column.join_on)) for column in columns)
    before = (*(() if own is None else (own,)), *beside)
    merge = merger(role, own is not None, bool(beside))

    def text(cells: tuple[str, ...]) -> str:
        numbers = cells[len(before) :]
        found = (look_up(column, key, given) for column, key in zip(columns, numbers, strict=True))
        return merge(cells[: len(before)], next((one for one in found if one), ""))

    header = added_header(columns[0]) if own is None else ""
    return Change(header, (*before, *joins), text, own)


def look_up(column: LookupColumn, key: str, given: Mapped[str, Lookup]) -> str:
    """The text one number stands for, "" when its dictionary does not list it."""
    lookup = given[column.lookup]
    needed, value = column.where
    if needed and fold(lookup.cell(key, needed)) != value:
        return ""
    found = lookup.cell(key, column.column)
    again, header = column.then
    return given[again].cell(found, header) if again else found


def missing_notes(
    keys: Sequence[str], mapping: Mapping, lookups: Sequence[Lookup], distinct: Distinct
) -> tuple[FileNote, ...]:
    """One note for each dictionary that is missing, and for each whose numbers are incomplete."""
    given = {one.lookup: one for one in lookups}
    # Of several dictionaries for one role the first is the usual one; the others stand in for it.
    usual = {column.role: column for column in reversed(lookups_of(mapping.dialect))}
    notes: list[FileNote] = []
    for role in _NOUNS:
        column = usual.get(role)
        if column is None or header_key(column.join_on) not in keys:
            continue
        waiting = _waiting(column, keys, mapping, distinct)
        if column.lookup not in given:
            notes += [_missing(column)] if waiting else []
        elif unlisted := [key for key in waiting if key not in given[column.lookup].rows]:
            notes.append(_incomplete(column, unlisted))
    return tuple(notes)


def _waiting(column: LookupColumn, keys: Sequence[str], mapping: Mapping, distinct: Distinct) -> list[str]:
    """The numbers whose rows do not say themselves what the dictionary would say."""
    by_name = (Role.TEST, Role.CODE) if column.role is Role.TEST else (column.role,)
    own = tuple(index for role in by_name for index in mapping.roles.get(role, ())[:1])
    cells = list(distinct((keys.index(header_key(column.join_on)), *own)))
    empty = lookup_tables()[column.lookup].empty_keys | {""}
    real = [(key, said) for key, *said in cells if bare_key(key) not in empty]
    if column.role is Role.VALUE and any(said and said[0].strip() for _, said in real):
        return []  # values of another type stand elsewhere; those of this file stand in it
    return sorted({bare_key(key) for key, said in real if not _says(column.role, key, said)})


def _says(role: Role, key: str, said: Sequence[str]) -> bool:
    """Whether the row itself names its test, unit or value."""
    texts = [cell.strip() for cell in said if cell.strip() and bare_key(cell) != bare_key(key)]
    return any(not text.replace(".", "").isdigit() for text in texts) if role is Role.TEST else bool(texts)


def _missing(column: LookupColumn) -> FileNote:
    label = lookup_tables()[column.lookup].label
    noun = _NOUNS[column.role].capitalize()
    are = "stand in" if column.role is Role.VALUE else "are numbers of"
    return FileNote("dictionary_missing", f"{noun} {are} {label}; load that file together with this one.")


def _incomplete(column: LookupColumn, unlisted: Sequence[str]) -> FileNote:
    label = lookup_tables()[column.lookup].label
    message = (
        f"{len(unlisted)} number(s) of {_NOUNS[column.role]} are not in {label}; "
        "their rows wait. Load the complete dictionary."
    )
    return FileNote("dictionary_incomplete", message, reported=unlisted[0])


def unused_dictionary(lookup: Lookup) -> FileError:
    """The error for a dictionary without an export that needs it."""
    message = f"This is the dictionary {lookup.label}; load it together with the export it belongs to."
    return FileError(lookup.name, "dictionary_alone", message)
