"""Records of a table as text under the roles of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rls_dash.answers import Answers
from rls_dash.ingest.encoded import Encoded, Index, Mask, choose, combine, constant, encode, taken
from rls_dash.ingest.formats import Role, header_key
from rls_dash.ingest.layout import layout_key
from rls_dash.ingest.mapping import Mapping, column_names, column_question, map_columns
from rls_dash.ingest.row_roles import JOINED
from rls_dash.ingest.sign_columns import with_sign_column
from rls_dash.ingest.specimens import with_specimen_column
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.model import FileError

_NEEDED = (  # a record must reach these
    Role.PATIENT_ID,
    Role.COLLECTED_AT,
    Role.TEST,
    Role.CODE,
    Role.VALUE,
    Role.VALUE_NUMBER,
    Role.STANDARD_VALUE,
    Role.UNIT,
)
# Two columns that differ are a question only where the answer changes a number or whose it is.
_FIRST_WILL_DO = frozenset(
    {
        Role.REPORTED_AT,
        Role.LAB_FLAG,
        Role.LABORATORY,
        Role.REFERENCE_LOW,
        Role.REFERENCE_HIGH,
        Role.REFERENCE_RANGE,
        Role.STATUS,
        Role.STANDARD_VALUE,
        Role.STANDARD_UNIT,
        Role.VALUE_TEXT,
        Role.COLLECTED_TIME,
        Role.SEX,
    }
)
_RANGES = (Role.REFERENCE_LOW, Role.REFERENCE_HIGH, Role.REFERENCE_RANGE)
_SHOWN = 5
_LOOKED_AT, _SAMPLES = 50, 3


@dataclass(frozen=True)
class MappedRows:
    """The records of one table as text under their roles, one row per record."""

    name: str
    mapping: Mapping
    layout: str  # fingerprint of the header, for the answers of the user
    header: tuple[str, ...]
    header_line: int
    delimiter: str
    columns: dict[Role, Encoded]
    lines: npt.NDArray[np.int64]  # on which each record starts
    short: Mask  # a needed cell is missing
    surplus: Mask  # more cells than the header has columns
    notes: tuple[FileNote, ...] = ()
    samples: tuple[tuple[str, ...], ...] = ()  # per column of the file, some of its cells

    def __len__(self) -> int:
        return len(self.lines)

    @cached_property
    def _none(self) -> Encoded:
        return constant("", len(self))

    def has(self, role: Role) -> bool:
        """Whether the file has a column of this role."""
        return role in self.columns

    def cells(self, role: Role) -> Encoded:
        """The cells of a role as they stand in the file, "" where it has no such column."""
        return self.columns.get(role, self._none)

    def take(self, rows: Index) -> MappedRows:
        """The same table with fewer records."""
        return replace(
            self,
            columns=taken(self.columns, rows),
            lines=self.lines[rows],
            short=self.short[rows],
            surplus=self.surplus[rows],
        )

    def header_of(self, role: Role) -> str:
        """The file's own name of the column that holds a role, "" when there is none."""
        columns = self.mapping.roles.get(role, ())
        return self.header[columns[0]] if columns else ""


def map_rows(table: RawTable, answers: Answers | None = None) -> MappedRows:
    """The table's records under their roles.

    Raises FileError when two columns with the same claim hold different cells.
    """
    mapping = mapping_of(table, answers or Answers())
    width = len(table.header)
    lengths = np.fromiter((len(row) for row in table.rows), np.int64, len(table.rows))
    needed = 1 + max((columns[0] for role, columns in mapping.roles.items() if role in _NEEDED), default=0)
    columns: dict[int, Encoded] = {
        column: encode([row[column] if column < len(row) else "" for row in table.rows])
        for columns in mapping.roles.values()
        for column in columns
    }
    return assemble(
        MappedRows(
            name=table.name,
            mapping=mapping,
            layout=table.layout or layout_key(table.header, table.label),
            header=table.header,
            header_line=table.header_line,
            delimiter=table.delimiter,
            columns={},
            lines=np.asarray(table.lines, dtype=np.int64),
            short=lengths < needed,
            surplus=lengths > width,
            notes=table.notes,
            samples=samples_of(table),
        ),
        columns,
    )


def samples_of(table: RawTable) -> tuple[tuple[str, ...], ...]:
    """The first different cells of each column, to show what it holds."""
    found: list[dict[str, None]] = [{} for _ in table.header]
    for row in table.rows[:_LOOKED_AT]:
        for cells, cell in zip(found, row, strict=False):
            if cell.strip() and len(cells) < _SAMPLES:
                cells[cell.strip()] = None
    return tuple(tuple(cells) for cells in found)


def mapping_of(table: RawTable, answers: Answers) -> Mapping:
    """The roles of a table's columns: what its format says, else what its headers say."""
    mapping = map_columns(table.name, table.header, answers, table.roles, table.label)
    if not table.roles:
        mapping = with_sign_column(mapping, table.header, table.rows, answers)
        mapping = with_specimen_column(mapping, table.header, table.rows, answers)
    return replace(mapping, decimal=table.decimal) if table.decimal else mapping


def assemble(rows: MappedRows, columns: dict[int, Encoded]) -> MappedRows:
    """Rows with their columns, by number, put under the roles of the mapping."""
    roles = {role: _role_column(rows, role, found, columns) for role, found in rows.mapping.roles.items()}
    return replace(rows, columns=_use_standard_pair(roles), notes=(*rows.notes, *_repeated_headers(rows)))


def _repeated_headers(rows: MappedRows) -> list[FileNote]:
    """Columns of one name that hold the same, of which one is read."""
    notes = []
    for role, indices in rows.mapping.roles.items():
        names = {header_key(rows.header[column]) for column in indices}
        if len(indices) > len(names) and role not in JOINED:
            header = rows.header[indices[0]]
            message = "Several columns have this name and hold the same; they are read as one."
            notes.append(FileNote("duplicate_header", message, rows.header_line, header))
    return notes


def is_blank(cell: str) -> bool:
    """Whether nothing can be seen in a cell."""
    return not cell.strip()


def _use_standard_pair(columns: dict[Role, Encoded]) -> dict[Role, Encoded]:
    """Take the standardised value with its unit in the records whose reported value is empty."""
    if not {Role.VALUE, Role.STANDARD_VALUE, Role.STANDARD_UNIT, Role.UNIT} <= columns.keys():
        return columns
    empty = columns[Role.VALUE].where(is_blank)
    if Role.VALUE_NUMBER in columns:
        empty &= columns[Role.VALUE_NUMBER].where(is_blank)
    standard = empty & ~columns[Role.STANDARD_VALUE].where(is_blank)
    nothing = constant("", len(standard))
    instead = {Role.VALUE: columns[Role.STANDARD_VALUE], Role.UNIT: columns[Role.STANDARD_UNIT]}
    instead |= {role: nothing for role in _RANGES if role in columns}  # they are in the other unit
    return columns | {role: choose(standard, other, columns[role]) for role, other in instead.items()}


def _role_column(
    rows: MappedRows, role: Role, indices: Sequence[int], columns: dict[int, Encoded]
) -> Encoded:
    first = columns[indices[0]]
    for index in indices[1:]:
        other = columns[index]
        if role in JOINED:
            both, pairs = combine(first, other)
            joined = encode([" ".join(pair) for pair in pairs])
            first = Encoded(joined.codes[both], joined.words)
            continue
        blank = first.where(is_blank)
        if role not in _FIRST_WILL_DO:
            _refuse_difference(rows, role, (first, other), indices)
        first = choose(blank, other, first)
    return first


def _refuse_difference(
    rows: MappedRows, role: Role, pair: tuple[Encoded, Encoded], indices: Sequence[int]
) -> None:
    """Raise when two columns for one role hold different cells in one record."""
    _, cells = combine(*pair)
    differing = [(one, two) for one, two in cells if one.strip() and two.strip() and one != two]
    if not differing:
        return
    names = column_names(rows.header)
    headers = tuple(names[column] for column in indices)
    named = " and ".join(f"'{header}'" for header in headers)
    message = (
        f"The columns {named} could each be the {role.value.replace('_', ' ')}. "
        "Keep one of them, or rename the other."
    )
    question = column_question(rows.name, rows.layout, role, headers, _samples(differing, len(headers)))
    raise FileError(rows.name, "ambiguous_columns", message, line=rows.header_line, questions=[question])


def _samples(differing: Sequence[tuple[str, str]], columns: int) -> list[list[str]]:
    """Differing cells of the first columns; none of the others, which are asked about afterwards."""
    both = [list(cells) for cells in zip(*differing[:_SHOWN], strict=True)]
    return [*both, *([] for _ in range(columns - len(both)))]
