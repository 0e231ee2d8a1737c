"""What the user says of files that do not say it themselves, and what they are asked.

Answers hold words only, so that they can be written to `mapping.toml` and given on the command line
unchanged. An answer never overrules what a file itself proves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any


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
