"""NHANES: one row per person, a column per variable, both unit systems side by side → one result per row.

data/formats/nhanes.csv names test and unit of each variable. Of the columns of one test the first that
is filled is taken, never both. A comment code says that a cell holds no measurement but a stand-in
(the limit of detection divided by the square root of two): the limit itself is not in the file, so the
row says so in words and is set aside with them; "<" before the stand-in would claim more than is known.
The survey releases no dates: the user is asked when the specimens were taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rls_dash.ingest.formats import Role, table_rows
from rls_dash.ingest.table import FileNote, RawTable

LABEL = "NHANES laboratory file"
HEADER = ("SEQN", "variable", "test", "value", "unit")
ROLES = (Role.PATIENT_ID, Role.CODE, Role.TEST, Role.VALUE, Role.UNIT)
_NAME = re.compile(r"[A-Z0-9]+")  # `LBDFERSI.Ferritin..ug.L.` is how R writes a label
_MEASURED = ("", ".", "0", "5.397605")  # SAS zero as other programs print it: 5.397605346934028e-79
_BELOW = "1"
_MISSING = ("", ".", "NA", "NaN")


@dataclass(frozen=True)
class Variable:
    """A column of a laboratory file."""

    variable: str
    test: str
    unit: str
    comment_code: str  # variable that says what the cell holds; "" where there is none


@cache
def variables() -> dict[str, Variable]:
    """The known variables by name, of one test the preferred unit first."""
    return {row["variable"]: Variable(**row) for row in table_rows("nhanes.csv")}


def is_nhanes(header: Sequence[str]) -> bool:
    """Whether a header is that of an NHANES file with a variable of ours."""
    names = {_variable(cell) for cell in header}
    return "SEQN" in names and not names.isdisjoint(variables())


def nhanes_to_long(table: RawTable) -> RawTable | None:
    """One row per person and test, None for a table that is not of NHANES.

    Roles are stated, with no date of collection. Blank cells are no results: the test was not done.
    """
    if not is_nhanes(table.header):
        return None
    names = [_variable(cell) for cell in table.header]
    known = {name: names.index(name) for name in names if name in variables()}
    tests: dict[str, list[tuple[Variable, int, int | None]]] = {}
    for name, variable in variables().items():
        if name in known:
            code = names.index(variable.comment_code) if variable.comment_code in names else None
            tests.setdefault(variable.test, []).append((variable, known[name], code))
    person = names.index("SEQN")
    rows: list[list[str]] = []
    lines: list[int] = []
    for line, cells in zip(table.lines, table.rows, strict=True):
        surplus = [cell for cell in cells[len(names) :] if cell.strip()]
        found = [result for choices in tests.values() if (result := _result(choices, cells))]
        rows += [[_at(cells, person), *result, *surplus] for result in found]
        lines += [line] * len(found)
    return RawTable(
        name=table.name,
        header=HEADER,
        header_line=table.header_line,
        delimiter=table.delimiter,
        rows=rows,
        lines=lines,
        preamble=table.preamble,
        repeated_headers=table.repeated_headers,
        label=LABEL,
        roles=ROLES,
        notes=(*table.notes, *_notes(names, tests)),
        above=table.above,
    )


def _variable(header: str) -> str:
    match = _NAME.match(header.strip().upper())
    return match[0] if match else ""


def _at(cells: Sequence[str], column: int | None) -> str:
    return cells[column].strip() if column is not None and column < len(cells) else ""


def _result(choices: Sequence[tuple[Variable, int, int | None]], cells: Sequence[str]) -> list[str] | None:
    """[variable, test, value, unit] of the first filled column of one test."""
    for variable, column, code in choices:
        value = _at(cells, column)
        if value not in _MISSING:
            said = _said(value, _at(cells, code))
            return [variable.variable, variable.test, said, variable.unit]
    return None


def _said(value: str, code: str) -> str:
    """The value, or what its comment code makes of it."""
    bare = code.removesuffix(".0")
    if bare in _MEASURED or bare.startswith(_MEASURED[-1]):
        return value
    if bare == _BELOW:
        return f"below the limit of detection ({value} is a stand-in)"
    return f"{value} (comment code {code})"


def _notes(names: Sequence[str], tests: dict[str, list[tuple[Variable, int, int | None]]]) -> list[FileNote]:
    codes = {variable.comment_code for variable in variables().values()}
    read = {variable.variable for choices in tests.values() for variable, _, _ in choices}
    others = [name for name in names if name and name != "SEQN" and name not in read | codes]
    if not others:
        return []
    message = f"{len(others)} column(s) of other variables are not used."
    return [FileNote("columns_not_used", message, reported=", ".join(others))]
