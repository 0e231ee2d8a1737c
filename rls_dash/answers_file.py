"""The file in which answers are kept: `mapping.toml`, the same for the app and the command line.

It holds what the user said of files that do not say it themselves, so that it need not be said again.
It is plain text (TOML) and may be written by hand:

    version = 1

    [all]                           # about every file
    date_order = "dmy"              # 05/03/2025 is 5 March; "mdy" would be May 3
    decimal = ","                   # or "."

    [all.units]                     # unit of rows that print none
    ferritin = "ug/L"

    [[layout]]                      # about files with exactly these columns; repeat for each layout
    key = "5d41402abc4b"            # fingerprint of the columns, shown by the program
    headers = ["Pat", "Datum", "Wert"]   # for people to read; the program goes by the key
    collected = "2025-03-05"        # date of collection of a file that prints none

    [layout.columns]                # column → what it holds; "ignore" leaves it out
    "Wert" = "value"

    [layout.tests]                  # test as printed → analyte; "not_tracked" leaves it out
    "Ferritine" = "ferritin"

    [layout.patients]               # id as printed → the id it stands for; itself: another patient
    "00123" = "123"

More fields: encoding, delimiter, quoting, table, header ("none"), cut_off ("use"), century, serial_dates,
patient. What is not answered is left out. Answers about a layout outrank those about every file, and no
answer overrules what a file proves. A file with an unknown word is refused as a whole: a misspelled answer
would otherwise be an answer not given. It may hold identifiers of patients: keep it where records are kept.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from rls_dash.answers import ALLOWED, AnswerBook, Answers
from rls_dash.ingest.formats import Role
from rls_dash.knowledge import Knowledge
from rls_dash.normalise.units import clean_unit

FILE_NAME = "mapping.toml"
VERSION = 1
NOT_TRACKED = "not_tracked"
MOST_CHARACTERS = 262_144
_TABLES = tuple(one.name for one in fields(Answers) if isinstance(getattr(Answers(), one.name), Mapping))
_FIELDS = tuple(one.name for one in fields(Answers))
_SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_WIDE = 0xFFFF
_MOST_DOTS = 100  # in a line: a key of thousands of parts would cost the parser gigabytes


class AnswersError(ValueError):
    """Answers that cannot be used; says where, what is wrong and what is allowed."""


def read_answers(text: str, knowledge: Knowledge) -> AnswerBook:
    """The answers a mapping file holds.

    Raises AnswersError for what is not TOML, too long, of another version, or has any word not known here.
    """
    content = _parsed(text)
    everywhere = _answers(_table(content.get("all", {}), "[all]"), "[all]", knowledge)
    layouts: dict[str, Answers] = {}
    for where, one in _layouts(content):
        key = _text(one.get("key", ""), f"{where}, key")
        if key in layouts:
            raise AnswersError(f"{where}, key: this layout stands in the file twice. Keep one of them.")
        _headers(one, where)
        said = {name: value for name, value in one.items() if name not in ("key", "headers")}
        layouts[key] = _answers(said, where, knowledge)
    return AnswerBook(everywhere, layouts)


def read_headers(text: str) -> dict[str, tuple[str, ...]]:
    """Layout → its column headers, of a file that `read_answers` accepts."""
    found = ((str(one["key"]), _headers(one, where)) for where, one in _layouts(_parsed(text)))
    return {key: headers for key, headers in found if headers}


def answers_toml(book: AnswerBook, headers: Mapping[str, Sequence[str]] | None = None) -> str:
    """The mapping file of a book; `headers` are the columns of its layouts, written for people to read."""
    lines = ["# Answers about laboratory exports, for RLS Dash. May hold identifiers of patients.", ""]
    lines += [f"version = {VERSION}", "", *_written(book.everywhere, "all", "[all]", [])]
    for key, answers in book.layouts.items():
        about = [f"key = {quoted(key)}"]
        if headers and key in headers:
            about += ["headers = [", *(f"    {quoted(header)}," for header in headers[key]), "]"]
        lines += _written(answers, "layout", "[[layout]]", about)
    return "\n".join(lines)


def checked(kind: str, answer: object, where: str, knowledge: Knowledge, subject: str = "") -> str:
    """An answer of one kind (a field of Answers), when it is allowed; raises AnswersError else."""
    if kind in ALLOWED and isinstance(answer, str) and answer:
        return _one_of(answer, ALLOWED[kind], where)
    said = answer.isoformat() if type(answer) is date and kind == "collected" else _text(answer, where)
    check = _CHECKS.get(kind)
    return check(said, subject, where, knowledge) if check else said


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > MOST_CHARACTERS:
        raise AnswersError(f"The mapping file is longer than {MOST_CHARACTERS:,} characters; it is not one.")
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > _MOST_DOTS:
            raise AnswersError(f"Line {number} of the mapping file has more than {_MOST_DOTS} dots.")
    try:
        content = tomllib.loads(text.removeprefix("\ufeff") + "\n")
    except tomllib.TOMLDecodeError as error:
        # Only the place: the message may quote a key, and keys may be identifiers.
        place = str(error).rpartition("(")[2].rstrip(")")
        raise AnswersError(f"This is not a mapping file: the text is not TOML ({place}).") from None
    except (RecursionError, ValueError):
        raise AnswersError("This is not a mapping file: the text is not TOML.") from None
    _known(content, ("version", "all", "layout"), "top level")
    if content.get("version") != VERSION or isinstance(content.get("version"), bool):
        raise AnswersError(f"version: must be {VERSION}, written as: version = {VERSION}")
    return content


def _layouts(content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, table) of every [[layout]]."""
    found = content.get("layout", [])
    if not isinstance(found, list):
        raise AnswersError("layout: write it as [[layout]], with two brackets.")
    for number, one in enumerate(found, start=1):
        where = f"[[layout]] {number}"
        yield where, _table(one, where)


def _answers(said: Mapping[str, Any], where: str, knowledge: Knowledge) -> Answers:
    _known(said, _FIELDS, where)
    values: dict[str, Any] = {}
    for kind, value in said.items():
        place = f"{where}, {kind}"
        if kind in _TABLES:
            pairs = _table(value, place).items()
            values[kind] = {
                subject: checked(kind, answer, f"{place}, {quoted(subject)}", knowledge, subject)
                for subject, answer in pairs
            }
        else:
            values[kind] = checked(kind, value, place, knowledge)
    return Answers(**values)


def _known(found: Iterable[str], allowed: Sequence[str], where: str) -> None:
    for name in found:
        if name not in allowed:
            raise AnswersError(f"{where}: {quoted(name)} is not known. Known are {', '.join(allowed)}.")


def _table(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise AnswersError(f"{where}: must be a table of names and answers.")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise AnswersError(f"{where}: must be text in quotes, and not empty.")
    return value


def _headers(one: Mapping[str, Any], where: str) -> tuple[str, ...]:
    found = one.get("headers", [])
    if not isinstance(found, list) or not all(isinstance(header, str) for header in found):
        raise AnswersError(f"{where}, headers: must be a list of texts in quotes.")
    return tuple(found)


def _one_of(said: str, allowed: Iterable[str], where: str) -> str:
    choices = tuple(allowed)
    if said not in choices:
        listed = ", ".join(quoted(one) for one in choices)
        raise AnswersError(f"{where}: {quoted(said)} is not known. Allowed: {listed}.")
    return said


def _role(said: str, _subject: str, where: str, _knowledge: Knowledge) -> str:
    return _one_of(said, [role.value for role in Role], where)


def _analyte(said: str, _subject: str, where: str, knowledge: Knowledge) -> str:
    return _one_of(said, [*knowledge.analytes, NOT_TRACKED], where)


def _unit(said: str, subject: str, where: str, knowledge: Knowledge) -> str:
    """A unit in any spelling that the analyte accepts."""
    _one_of(subject, knowledge.analytes, where.rpartition(", ")[0] or where)
    accepted = [unit for analyte, unit in knowledge.accepted_units if analyte == subject]
    code = knowledge.unit_spellings.get(clean_unit(said), "")
    if code not in accepted:
        _one_of(said, accepted, where)
    return said


def _day(said: str, _subject: str, where: str, _knowledge: Knowledge) -> str:
    try:
        written = date.fromisoformat(said).isoformat()
    except ValueError:
        written = ""
    if written != said:
        raise AnswersError(f"{where}: {quoted(said)} is not a date. Write it as YYYY-MM-DD.")
    return said


_CHECKS: Mapping[str, Callable[[str, str, str, Knowledge], str]] = {
    "columns": _role,
    "tests": _analyte,
    "units": _unit,
    "collected": _day,
}


def _written(answers: Answers, name: str, head: str, about: Sequence[str]) -> list[str]:
    """The lines of one table of answers; plain fields before the tables in it, as TOML wants them."""
    plain = [
        f"{kind} = {quoted(getattr(answers, kind))}"
        for kind in _FIELDS
        if kind not in _TABLES and getattr(answers, kind)
    ]
    lines = [head, *about, *plain, ""]
    for kind in _TABLES:
        if pairs := getattr(answers, kind):
            said = [f"{quoted(subject)} = {quoted(answer)}" for subject, answer in pairs.items()]
            lines += [f"[{name}.{kind}]", *said, ""]
    return lines


def quoted(text: str) -> str:
    """Text as a TOML basic string; what does not print, or reorders what prints, is written as its number."""
    shown = []
    for character in text:
        if character in _SHORT_ESCAPES:
            shown.append(_SHORT_ESCAPES[character])
        elif character.isprintable():
            shown.append(character)
        else:
            number = ord(character)
            shown.append(f"\\U{number:08x}" if number > _WIDE else f"\\u{number:04x}")
    return f'"{"".join(shown)}"'
