"""What the readers of messages (HL7 v2, LDT, FHIR) share: results under field names → a raw table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rls_dash.ingest.formats import Role
from rls_dash.ingest.table import FileNote, RawTable

_COMMA = re.compile(r"\d,\d")
_LONGEST_NUMBER = 60  # characters; longer cells are prose
_AS_TEXT = "text: "  # before a cell that reads as two numbers; makes it no number


@dataclass(frozen=True)
class Field:
    """A column of the raw table: what the format calls it, and what it holds (None: shown, not used)."""

    name: str
    role: Role | None = None


@dataclass
class Entry:
    """One result on its way to a row: cells by field name, and the line it starts on."""

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    authority: str = ""  # who gave the patient identifier
    point: bool = False  # the value is a number by its type, with a point, which can only be decimal


@dataclass(frozen=True)
class Layout:
    """The fields of one message format, and which of them hold the patient and the value."""

    label: str
    fields: tuple[Field, ...]

    def name_of(self, role: Role) -> str:
        """The field that holds a role."""
        return next(one.name for one in self.fields if one.role is role)


def message_table(
    name: str, layout: Layout, entries: Sequence[Entry], notes: Iterable[FileNote] = ()
) -> RawTable:
    """The results of a file as a raw table with explicit roles."""
    added = [*notes, *_tell_patients_apart(layout, entries), *_set_marks_apart(layout, entries)]
    names = [one.name for one in layout.fields]
    decimal = "." if any(entry.point for entry in entries) else ""
    return RawTable(
        name=name,
        header=tuple(names),
        header_line=0,
        delimiter="",
        rows=[[entry.cells.get(key, "") for key in names] for entry in entries],
        lines=[entry.line for entry in entries],
        preamble=0,
        repeated_headers=0,
        label=layout.label,
        roles=tuple(one.role for one in layout.fields),
        notes=tuple(added),
        decimal=decimal,
    )


def _tell_patients_apart(layout: Layout, entries: Sequence[Entry]) -> list[FileNote]:
    """Write the authority behind identifiers that two authorities gave to perhaps two persons."""
    patient = layout.name_of(Role.PATIENT_ID)
    authorities: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        authorities[entry.cells.get(patient, "")].add(entry.authority)
    # One that names no authority is of the only one that is named.
    shared = {number for number, givers in authorities.items() if number and len(givers - {""}) > 1}
    if not shared:
        return []
    for entry in entries:
        number = entry.cells.get(patient, "")
        if number in shared and entry.authority:
            entry.cells[patient] = f"{number} ({entry.authority})"
    message = (
        f"{len(shared)} patient identifier(s) were given by more than one authority. They are kept apart; "
        "say on the Import page where they mean the same person."
    )
    return [FileNote("patient_authorities", message)]


def _set_marks_apart(layout: Layout, entries: Sequence[Entry]) -> list[FileNote]:
    """Keep text results with a comma from being read by the point that the numbers of the file prove."""
    if not any(entry.point for entry in entries):
        return []
    value = layout.name_of(Role.VALUE)
    doubtful = [entry for entry in entries if not entry.point and _has_comma(entry.cells.get(value, ""))]
    for entry in doubtful:
        entry.cells[value] = _AS_TEXT + entry.cells[value]
    if not doubtful:
        return []
    message = (
        f"{len(doubtful)} result(s) are texts with a comma, while the numbers of this file use the decimal "
        "point. The texts are not read as numbers; ask the laboratory to send them as numbers."
    )
    return [FileNote("comma_in_text", message, doubtful[0].line)]


def _has_comma(cell: str) -> bool:
    return len(cell) <= _LONGEST_NUMBER and _COMMA.search(cell) is not None


def count_note(code: str, counts: dict[str, int], message: str) -> list[FileNote]:
    """A note that lists how often each kind was met, none where nothing was."""
    if not counts:
        return []
    listed = ", ".join(f"{kind} ({number})" for kind, number in sorted(counts.items()))
    return [FileNote(code, f"{message}: {listed}.")]
