"""What the lines above a table say of all of it: a patient, a date of collection. Offered, never taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from rls_dash.answers import Answers, Choice, Question
from rls_dash.ingest.asking import question
from rls_dash.ingest.formats import Role, fold, months, plain_word, preamble_labels
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.model import FileError

_LABELLED = re.compile(r"(?P<label>[^:=]{1,40}?)\s*[:=]\s*(?P<value>.*)")
_BETWEEN = re.compile(r"\s*[;|\t]\s*|\s{3,}|,\s+(?=[^,;:=]{1,40}[:=])")
_TEXTS = {
    "patient": "No column names the patient, but a line above the table does. "
    "Are all results of this patient?",
    "collected": "No column gives the date of collection, but a line above the table does. "
    "Were all specimens taken then?",
}
_COLUMNS = {
    "patient": (Role.PATIENT_ID,),
    "collected": (Role.COLLECTED_AT, Role.COLLECTED_DATE),
}
_SECTIONS = {
    "patient": ("several patients", "patient_id"),
    "collected": ("several days of collection", "collected_at"),
}
_SHOWN = 4
_ONLY_NOTED = {
    "unit": "A line above the table names a unit, and no column does. Nothing is read with it unasked.",
    "date_order": "A line above the table speaks of the order of day and month. It is not taken unasked.",
}


_BESIDE_LABEL = 2  # a label and its value take two cells


def refuse_sections(table: RawTable, roles: Collection[Role]) -> None:
    """Raise FileError where lines between the records name several patients, or several days of collection.

    `table`: as it stands in the file. `roles`: of its columns; what a column gives is not disputed. An answer
    for the whole file would be wrong for some of its records, so that none is taken.
    """
    kinds = [kind for kind, columns in _COLUMNS.items() if not any(role in roles for role in columns)]
    if not kinds:
        return
    found = list(_labels_between(table))
    for kind in kinds:
        sections: dict[int, list[tuple[int, str]]] = {}
        for section, line, meaning, value in found:
            if meaning == kind:
                sections.setdefault(section, []).append((line, value))
        if len({tuple(value for _, value in lines) for lines in sections.values()}) > 1:
            what, column = _SECTIONS[kind]
            first = [lines[0][0] for lines in sections.values()]
            places = ", ".join(map(str, first[:_SHOWN])) + ", ..." * (len(first) > _SHOWN)
            message = (
                f"Lines between the results (lines {places}) name {what}, and no column does. Add a column "
                f"'{column}' with it to every row, or load each part as a file of its own."
            )
            raise FileError(table.name, "sections", message, line=first[0])


def _labels_between(table: RawTable) -> Iterator[tuple[int, int, str, str]]:
    """(section, line, meaning, value) of each label; those with no other record between are one section."""
    section = 0
    for line, cells in zip(table.lines, table.rows, strict=True):
        found = [] if any(cell.strip() for cell in cells[_BESIDE_LABEL:]) else list(_found([(line, cells)]))
        section += not found
        yield from ((section, *one) for one in found)


def ask_above(table: RawTable, roles: Collection[Role], answers: Answers, layout: str) -> RawTable:
    """The table, once what only the lines above it say has been confirmed; else FileError with questions.

    `roles`: of the columns of the table. `layout`: its fingerprint. A unit or a date order found there is
    added to the notes: rows without a unit are held, and the order is asked where the dates do not prove it.
    """
    found = list(_found(table.above))
    questions = [
        _question(table, kind, layout, [value for _, meaning, value in found if meaning == kind])
        for kind, columns in _COLUMNS.items()
        if not any(role in roles for role in columns) and not answers.answer(kind, "")
    ]
    said = {meaning for _, meaning, _ in found}
    asked = [one for one in questions if one.kind in said]
    if asked:
        kinds = {one.kind for one in asked}
        line = next(line for line, meaning, _ in found if meaning in kinds)
        what = " and ".join(
            "the patient" if one.kind == "patient" else "the date of collection" for one in asked
        )
        message = (
            f"Only the lines above the table name {what}. Confirm it on the Import page, or give it in the "
            "file of answers (--map)."
        )
        raise FileError(table.name, "above_the_table", message, line=line, questions=asked)
    unit_missing = Role.UNIT not in roles
    notes = tuple(
        FileNote(f"{meaning}_above", _ONLY_NOTED[meaning], line, value)
        for line, meaning, value in found
        if meaning == "date_order" or (meaning == "unit" and unit_missing)
    )
    return replace(table, notes=(*table.notes, *notes)) if notes else table


def _question(table: RawTable, kind: str, layout: str, values: Sequence[str]) -> Question:
    distinct = dict.fromkeys(values)
    if kind == "patient":
        choices = [Choice(value, value) for value in distinct]
    else:
        choices = [
            Choice(day, f"{day} (printed: {value})") for value in distinct for day in iso_readings(value)
        ]
    return question(table.name, layout, kind, _TEXTS[kind], choices)


def iso_readings(text: str) -> list[str]:
    """The days a printed date can mean, in ISO form: two where day and month could change places."""
    found = re.search(r"(?<!\d)(\d{4})[-./]?(\d{1,2})[-./]?(\d{1,2})(?!\d)", text)
    if found:
        year, month, day = (int(part) for part in found.groups())
        return _days((year, month, day))
    found = re.search(r"(?<!\d)(\d{1,2})[-./ ]+(\d{1,2})[-./ ]+(\d{4})(?!\d)", text)
    if found:
        first, second, year = (int(part) for part in found.groups())
        return _days((year, second, first), (year, first, second))
    found = re.search(r"(?<!\d)(\d{1,2})[-./ ]+([^\W\d_]{3,12})[-., ]+(\d{4})(?!\d)", text)
    if found:
        return _days((int(found[3]), months().get(plain_word(found[2]), 0), int(found[1])))
    return []


def _days(*readings: tuple[int, int, int]) -> list[str]:
    days = []
    for year, month, day in dict.fromkeys(readings):
        try:
            days.append(date(year, month, day).isoformat())
        except ValueError:
            continue
    return days


def _found(above: Sequence[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, str, str]]:
    """(line, meaning, value) of each labelled value, beside its label or after a colon."""
    for line, cells in above:
        pieces = [piece for cell in cells for piece in _BETWEEN.split(cell.strip()) if piece]
        for piece, following in zip(pieces, [*pieces, ""][1:], strict=True):  # a line may be all blank
            meaning, value = _read_label(piece)
            value = value or following
            if meaning and value and not _read_label(value)[0]:
                yield line, meaning, value


def _read_label(piece: str) -> tuple[str, str]:
    """(meaning of the label, the value behind it); ("", "") where there is no known label."""
    match = _LABELLED.fullmatch(piece)
    label, value = (match["label"], match["value"]) if match else (piece, "")
    if meaning := _meaning(label):
        return meaning, value.strip()
    words = piece.split(" ")
    for size in range(len(words) - 1, 0, -1):  # `Patientennummer 123`: no colon, but a number
        value = " ".join(words[size:]).strip()
        if (meaning := _meaning(" ".join(words[:size]))) and re.search(r"\d", value):
            return meaning, value
    return "", ""


def _meaning(label: str) -> str:
    return preamble_labels().get(fold(label), "") or preamble_labels().get(fold(label.strip(" .:")), "")
