"""What the user says of files that do not say it themselves, and what they are asked.

Answers hold words only, so that they can be written to `mapping.toml` and given on the command line
unchanged. An answer never overrules what a file itself proves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

# What the fields of a fixed choice may say; the other fields are open or checked against knowledge.
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "encoding": ("cp1252", "mac_roman", "cp850"),
    "delimiter": (",", ";", "\t", "|"),
    "quoting": ("double", "single", "backslash"),
    "header": ("none",),
    "cut_off": ("use",),
    "date_order": ("dmy", "mdy"),
    "century": ("1900", "2000"),
    "serial_dates": ("1900", "1904"),
    "decimal": (".", ","),
}


@dataclass(frozen=True)
class Answers:
    """Answers about one layout, or about every file. "" or an empty mapping: not answered."""

    encoding: str = ""  # of a file that is not UTF-8: cp1252, mac_roman, cp850
    delimiter: str = ""
    quoting: str = ""  # double, single, backslash
    table: str = ""  # which of several tables or sheets: its name, or its number from 1
    header: str = ""  # "none": the first line is data, and the columns are "column 1", "column 2", ...
    cut_off: str = ""  # "use": read the complete records of a file that looks cut off
    columns: Mapping[str, str] = field(default_factory=dict)  # header → role; "ignore": not used
    date_order: str = ""  # dmy, mdy
    century: str = ""  # of years with two digits: 1900, 2000
    serial_dates: str = ""  # spreadsheet day numbers count from 1900 or 1904
    decimal: str = ""  # "." or ","
    units: Mapping[str, str] = field(default_factory=dict)  # analyte → unit of the rows that print none
    collected: str = ""  # ISO date of collection of a file that prints none
    patient: str = ""  # whose results a file without a patient column holds
    tests: Mapping[str, str] = field(
        default_factory=dict
    )  # test as printed → analyte; "not_tracked": no analyte of ours
    patients: Mapping[str, str] = field(
        default_factory=dict
    )  # id as printed → the id it stands for (itself: another patient)

    def over(self, other: Answers) -> Answers:
        """These answers, and those of `other` where these say nothing."""
        merged: dict[str, Any] = {}
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            merged[one.name] = {**theirs, **mine} if isinstance(mine, Mapping) else mine or theirs
        return Answers(**merged)

    def with_answer(self, kind: str, subject: str, answer: str) -> Answers:
        """These answers and one more; `subject` is the key where the answer belongs to one of many."""
        now = getattr(self, kind)
        changed: dict[str, Any] = {kind: {**now, subject: answer} if isinstance(now, Mapping) else answer}
        return replace(self, **changed)

    def without_answer(self, kind: str, subject: str) -> Answers:
        """These answers less one."""
        now = getattr(self, kind)
        if isinstance(now, Mapping):
            changed: dict[str, Any] = {kind: {key: one for key, one in now.items() if key != subject}}
        else:
            changed = {kind: ""}
        return replace(self, **changed)

    def answer(self, kind: str, subject: str) -> str:
        """The answer to one question, "" when there is none."""
        now = getattr(self, kind)
        found: str = now.get(subject, "") if isinstance(now, Mapping) else now
        return found

    def given(self) -> tuple[tuple[str, str, str], ...]:
        """(kind, subject, answer) of everything answered, in the order of the fields."""
        pairs = ((one.name, getattr(self, one.name)) for one in fields(self))
        return tuple(
            (kind, subject, answer)
            for kind, now in pairs
            for subject, answer in (now.items() if isinstance(now, Mapping) else [("", now)])
            if answer
        )


@dataclass(frozen=True)
class AnswerBook:
    """Answers for every file, and for single layouts by their fingerprint."""

    everywhere: Answers = Answers()
    layouts: Mapping[str, Answers] = field(default_factory=dict)

    def of(self, layout: str) -> Answers:
        """What is answered about one layout."""
        return self.layouts.get(layout, Answers()).over(self.everywhere)

    def with_answer(self, layout: str, kind: str, subject: str, answer: str) -> AnswerBook:
        """The book with one more answer; layout "" speaks of every file."""
        if not layout:
            return replace(self, everywhere=self.everywhere.with_answer(kind, subject, answer))
        now = self.layouts.get(layout, Answers()).with_answer(kind, subject, answer)
        return replace(self, layouts={**self.layouts, layout: now})

    def without_answer(self, layout: str, kind: str, subject: str) -> AnswerBook:
        """The book in which this is open again for a layout, and so for every file if it spoke of all."""
        everywhere = self.everywhere.without_answer(kind, subject)
        if layout not in self.layouts:
            return replace(self, everywhere=everywhere)
        less = self.layouts[layout].without_answer(kind, subject)
        return AnswerBook(everywhere, {**self.layouts, layout: less})

    def over(self, other: AnswerBook) -> AnswerBook:
        """This book, and what `other` answers where this one says nothing."""
        layouts = dict(other.layouts)
        for layout, answers in self.layouts.items():
            layouts[layout] = answers.over(layouts.get(layout, Answers()))
        return AnswerBook(self.everywhere.over(other.everywhere), layouts)


@dataclass(frozen=True)
class Choice:
    """One answer to a question, and how the cells of `Question.cells` read with it."""

    answer: str
    label: str
    preview: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """What one file leaves open. The answer goes to the field `kind` of `Answers`."""

    source_file: str
    layout: str  # fingerprint the answer is remembered for; "" for every file
    kind: str  # name of a field of Answers
    subject: str  # key within a field of many answers, "" otherwise
    text: str
    choices: tuple[Choice, ...]  # none: the answer is typed (a date, a patient, a unit)
    cells: tuple[str, ...] = ()  # up to five raw cells the previews read
    rows: int = 0  # rows that wait for the answer; 0: the whole file


@dataclass(frozen=True)
class ReadOptions:
    """What a reading depends on beside the bytes of the files."""

    as_of: date | None = None  # results later than this are set aside; None: not checked
    answers: AnswerBook = field(default_factory=AnswerBook)
    strict: bool = False  # True: read every file row by row, also a clean one
