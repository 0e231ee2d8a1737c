"""Cells that a format writes in a way of its own → cells as every other file has them.

Which column is read how stands in dialect_columns.csv (`reads`): `guid`, `words`, `corrected`,
`year_alone`, `precision <other column>`, `missing <texts>`. A cell is never made to say more than it
does: what is not certain is left as it is or marked, so that the reader of dates or numbers refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Mapped
from dataclasses import dataclass

from rls_dash.ingest.change import Change, Distinct
from rls_dash.ingest.dialects import DialectColumn, dialects
from rls_dash.ingest.formats import Role, coding_systems, deletions, fold, header_key
from rls_dash.ingest.mapping import Mapping

CellReader = Callable[[tuple[str, ...]], str]
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_YEAR = re.compile(r"\d{4}", re.ASCII)
_CARETS = 2  # code^text^system
# A caret after a ten and before a digit is a power (10^9/L), any other one divides an HL7 cell.
_UNIT_CARET = re.compile(r"(?<!10)\^|(?<=10)\^(?!\d)")


def readings_of(keys: Sequence[str], mapping: Mapping, distinct: Distinct) -> tuple[Change, ...]:
    """What makes the cells of a layout plain, in columns with these header keys."""
    dialect = next((one for one in dialects() if one.dialect == mapping.dialect), None)
    if dialect is None:
        return _coded_changes(mapping, distinct)
    return tuple(
        _reading(number, dialect.columns[key], dialect.words, keys)
        for number, key in enumerate(keys)
        if key in dialect.columns and dialect.columns[key].reads
    )


def _reading(
    number: int, column: DialectColumn, words: Mapped[str, Mapped[str, str]], keys: Sequence[str]
) -> Change:
    kind, *said = column.reads.split()
    beside = header_key(said[0]) if kind == "precision" else ""
    sources = (number, keys.index(beside)) if beside in keys else (number,)
    role = "date_precision" if kind == "precision" else column.role
    return Change("", sources, _reader(kind, said, words.get(role, {})), number)


def _reader(kind: str, said: Sequence[str], words: Mapped[str, str]) -> CellReader:
    """The function of a `reads` entry; `words` are the spellings the dialect lists for the column's role."""
    readers: dict[str, CellReader] = {
        "guid": _without_braces,
        "words": lambda cells: words.get(fold(cells[0]), cells[0]),
        "corrected": _corrected,
        "year_alone": _year_alone,
        "precision": lambda cells: _whole_day(cells, words),
        "missing": lambda cells: _stands_for_nothing(cells[0], said),
    }
    return readers[kind]


@dataclass(frozen=True)
class Coded:
    """A coded cell of HL7: `005025^WBC^L^6690-2^Leukocytes^LN`."""

    code: str  # the LOINC code where one is given, else the first code
    name: str


def _without_braces(cells: tuple[str, ...]) -> str:
    """One GUID is written with and without braces, in capitals and in small letters."""
    bare = cells[0].strip()
    inside = bare[1:-1] if bare.startswith("{") and bare.endswith("}") else bare
    return inside.upper() if _GUID.fullmatch(inside) else inside


def _corrected(cells: tuple[str, ...]) -> str:
    """A yes or no to "was this corrected?" as a status; "" leaves the status to another column."""
    said = deletions().get(fold(cells[0]))
    return cells[0] if said is None else "corrected" if said else ""


def _year_alone(cells: tuple[str, ...]) -> str:
    """A year alone must not be taken for a count of days."""
    bare = cells[0].strip()
    return f"year {bare}" if _YEAR.fullmatch(bare) else cells[0]


def _whole_day(cells: tuple[str, ...], words: Mapped[str, str]) -> str:
    """A date whose precision column says that its day or month is made up is no date of collection."""
    date, precision = (*cells, "")[:2]
    known = not precision.strip() or words.get(fold(precision)) == "day"
    return date if known or not date.strip() else f"{precision.strip()} of {date.strip()}"


def _stands_for_nothing(cell: str, texts: Sequence[str]) -> str:
    bare = cell.strip()
    return f"nothing ({bare})" if any(_starts(bare, text) for text in texts) else cell


def _starts(cell: str, text: str) -> bool:
    """Whether a cell is this text, or this day with a time behind it."""
    return cell == text or cell.startswith((f"{text}T", f"{text} ", f"{text}."))


def _coded_changes(mapping: Mapping, distinct: Distinct) -> tuple[Change, ...]:
    """Changes for tests and units written as coded cells of HL7, as US laboratories send them."""
    changes = []
    for role, wanted, header in ((Role.CODE, Role.TEST, "test name"), (Role.TEST, Role.CODE, "LOINC code")):
        for column in mapping.roles.get(role, ()):
            if any(_is_coded(cell) for (cell,) in distinct((column,))):
                changes.append(Change("", (column,), _PARTS[role], column))
                if wanted not in mapping.roles:
                    changes.append(Change(header, (column,), _OTHER_PARTS[wanted], None, wanted))
    for column in mapping.roles.get(Role.UNIT, ()):
        if any(_UNIT_CARET.search(cell) for (cell,) in distinct((column,))):
            changes.append(Change("", (column,), lambda cells: first_part(cells[0]), column))
    return tuple(changes)


def _is_coded(cell: str) -> bool:
    return cell.count("^") >= _CARETS


def split_coded(cell: str) -> Coded:
    """Code and name of an HL7 coded cell: triples of code, text and system."""
    parts = [part.strip() for part in cell.split("^")]
    triples = [(*parts[start : start + 3], "", "")[:3] for start in range(0, len(parts), 3)]
    systems = coding_systems()
    loinc = next((code for code, _, system in triples if code and fold(system) in systems), "")
    name = next((text for _, text, _ in triples if text), "")
    return Coded(loinc or triples[0][0], name)


def first_part(cell: str) -> str:
    """The unit of an HL7 unit cell: `ug/dL^Micrograms per deciliter^UCUM` → `ug/dL`."""
    return _UNIT_CARET.split(cell, maxsplit=1)[0].strip()


_PARTS: dict[Role, CellReader] = {
    Role.CODE: lambda cells: split_coded(cells[0]).code if _is_coded(cells[0]) else cells[0],
    Role.TEST: lambda cells: split_coded(cells[0]).name if _is_coded(cells[0]) else cells[0],
}
_OTHER_PARTS: dict[Role, CellReader] = {
    Role.CODE: lambda cells: split_coded(cells[0]).code if _is_coded(cells[0]) else "",
    Role.TEST: lambda cells: split_coded(cells[0]).name if _is_coded(cells[0]) else "",
}
