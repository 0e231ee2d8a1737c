"""Records of a table as text under the roles of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapping import Mapping, map_columns
from rls_dash.ingest.table import RawTable
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
_JOINED = (Role.SPECIMEN, Role.CATEGORY)  # several columns may hold it; all are read
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
    }
)
RAGGED = "ragged"  # "", "short" or "surplus"


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
    return MappedRows(table.name, mapping, table.header, _use_standard_pair(pd.DataFrame(frame)))


def _use_standard_pair(frame: pd.DataFrame) -> pd.DataFrame:
    """Take the standardised value with its unit in the records whose reported value is empty."""
    if not {Role.VALUE, Role.STANDARD_VALUE, Role.STANDARD_UNIT, Role.UNIT} <= set(frame.columns):
        return frame
    empty = frame[Role.VALUE].str.strip() == ""
    if Role.VALUE_NUMBER in frame:
        empty &= frame[Role.VALUE_NUMBER].str.strip() == ""
    standard = empty & (frame[Role.STANDARD_VALUE].str.strip() != "")
    ranges = [
        role for role in (Role.REFERENCE_LOW, Role.REFERENCE_HIGH, Role.REFERENCE_RANGE) if role in frame
    ]
    return frame.assign(
        **{
            Role.VALUE: frame[Role.VALUE].where(~standard, frame[Role.STANDARD_VALUE]),
            Role.UNIT: frame[Role.UNIT].where(~standard, frame[Role.STANDARD_UNIT]),
            **{role: frame[role].where(~standard, "") for role in ranges},  # they are in the other unit
        }
    )


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
    for index in indices[1:]:
        other = pd.Series(columns[index], dtype="object")
        blank = first.str.strip() == ""
        if role not in _FIRST_WILL_DO and bool((~blank & (other.str.strip() != "") & (other != first)).any()):
            names = " and ".join(f"'{table.header[column]}'" for column in indices)
            meaning = role.value.replace("_", " ")
            message = (
                f"The columns {names} could each be the {meaning}. Keep one of them, or rename the other."
            )
            raise FileError(table.name, "ambiguous_columns", message, line=table.header_line)
        first = first.where(~blank, other)
    return first
