"""German LDT 2 laboratory reports, and LDT 3 where its fields are the same → raw table.

Every line is three digits of length, four digits of field, content, and a line end that the length
counts: so a file that lost a part is recognised. Dates are handed on as ISO text, because the format
defines their order; 8301 (arrival in the laboratory) and 8302 (report) are never taken for the draw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from rls_dash.ingest.file_kinds import charsets, ldt_words
from rls_dash.ingest.formats import Role
from rls_dash.ingest.messages import Entry, Field, Layout, count_note, message_table
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.model import FileError

LABEL = "German LDT laboratory reports"
_LAYOUT = Layout(
    LABEL,
    (
        Field("3000", Role.PATIENT_ID),
        Field("8432", Role.COLLECTED_AT),
        Field("8411", Role.TEST),
        Field("8410"),
        Field("8420", Role.VALUE),
        Field("8480", Role.VALUE_TEXT),
        Field("8421", Role.UNIT),
        Field("8461", Role.REFERENCE_LOW),
        Field("8462", Role.REFERENCE_HIGH),
        Field("8460", Role.REFERENCE_RANGE),
        Field("8422", Role.LAB_FLAG),
        Field("8418 or 8401", Role.STATUS),
        Field("8430", Role.SPECIMEN),
        Field("8320", Role.LABORATORY),
        Field("8302", Role.REPORTED_AT),
        Field("8301"),
        Field("3103", Role.BIRTH_DATE),
        Field("3110", Role.SEX),
        Field("8470"),
    ),
)
_FIRST = re.compile(r"\s*\d{3}8000\d{4}\s*[\r\n]", re.ASCII)
_FIRST_BYTES = re.compile(rb"\s*\d{3}8000\d{4}\s*[\r\n]")
_CHARSET = re.compile(rb"(?:^|[\r\n])\d{3}9106([^\r\n]*)")
_HEAD = 65536
_LINE = re.compile(r"\d{7}", re.ASCII)
_LINE_END = re.compile(r"\r\n|\r|\n")
_EXTRA = 9  # of a line's length: 3 digits of length, 4 of field, 2 of line end
_NEW_RECORD, _LENGTH, _TEST, _VALUE = "8000", "8100", "8410", "8420"
_CLOSES = {"8220": "8221", "8230": "8231", "0020": "0021"}  # kind of record → the one that must follow
_REPORTS = ("8201", "8202", "8203", "8204", "8205")
_SEVERAL_LINES = ("8460", "8470", "8480")  # fields that may stand again, as further lines of one text
_OF_SPECIMEN = (_TEST, "8411", "8418", "8428", "8430", "8431", "8432", "8433")
_DAY, _CLOCK = re.compile(r"\d{8}", re.ASCII), re.compile(r"(\d{2})(\d{2})(?:\d{2})?", re.ASCII)


def ldt_encoding(content: bytes) -> str | None:
    """The encoding that field 9106 of an LDT file names, None for other files and unknown names."""
    if not _FIRST_BYTES.match(content[:64]):
        return None
    match = _CHARSET.search(content[:_HEAD])
    return charsets("ldt").get(match[1].decode("ascii", errors="replace").strip()) if match else None


def read_message(name: str, text: str) -> RawTable | None:
    """The results of an LDT file; None when it is something else.

    Raises FileError, with the line, where a line has not the length it states or a part is missing.
    """
    text = text.removeprefix("\ufeff")
    if not _FIRST.match(text):
        return None
    reader = _Reader(name)
    for line in _lines(name, text):
        reader.read(line)
    reader.end()
    message = "Records that report no results are not read"
    notes = count_note("ldt_other_records", reader.others, message)
    return message_table(name, _LAYOUT, reader.entries, [*notes, *reader.remarks.values()])


@dataclass(frozen=True)
class _Line:
    number: int
    kind: str
    content: str
    length: int  # as the line states it, and has


def _lines(name: str, text: str) -> Iterator[_Line]:
    """The lines of a file. Raises FileError for one that is not as long as it states."""
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if not line.strip("\x1a \t"):
            continue
        content = line[7:]
        lengths = {len(content) + _EXTRA, len(content.encode("utf-8", "replace")) + _EXTRA}
        if not _LINE.match(line) or int(line[:3]) not in lengths:
            message = (
                "This line is not as long as it states: the file is cut off or was edited. Export it again "
                "and load it as it is."
            )
            raise FileError(name, "truncated", message, line=number)
        yield _Line(number, line[3:7], content.strip(), int(line[:3]))


@dataclass
class _Reader:
    """Follows the lines of a file and collects its results."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    record: dict[str, str] = field(default_factory=dict)  # what stands above the tests of a record
    tests: list[Entry] = field(default_factory=list)  # of the present record
    test: dict[str, str] | None = None
    first: int = 0  # line of the present record
    last: int = 0
    length: int = 0  # of the present record so far
    reports: int = 0
    laboratory: str = ""
    open: dict[str, int] = field(default_factory=dict)  # closing records still to come
    others: dict[str, int] = field(default_factory=dict)
    remarks: dict[str, FileNote] = field(default_factory=dict)

    def read(self, line: _Line) -> None:
        """Take one line."""
        if line.kind == _NEW_RECORD:
            self._close_record()
            self.record, self.tests, self.test = {_NEW_RECORD: line.content}, [], None
            self.first, self.length = line.number, 0
            self._packet(line.content, line.number)
        self.length += line.length
        self.last = line.number
        if line.kind == _TEST:
            self._open_test(line.number, {_TEST: line.content})
        elif self.test is None:
            self.record.setdefault(line.kind, line.content)
        elif line.kind == _VALUE and _VALUE in self.test:
            again = {key: self.test[key] for key in _OF_SPECIMEN if key in self.test}
            self._open_test(line.number, again | {_VALUE: line.content})
        elif line.kind in _SEVERAL_LINES and line.kind in self.test:
            self.test[line.kind] = f"{self.test[line.kind]} {line.content}".strip()
        else:
            self.test.setdefault(line.kind, line.content)

    def _open_test(self, number: int, cells: dict[str, str]) -> None:
        self.test = cells
        self.tests.append(Entry(number, cells))

    def _packet(self, kind: str, number: int) -> None:
        if kind in _CLOSES:
            self.open[_CLOSES[kind]] = number
        elif kind in self.open:
            del self.open[kind]
        elif kind not in _REPORTS:
            known = kind if kind.isascii() and kind.isdigit() else "unknown"
            self.others[known] = self.others.get(known, 0) + 1

    def _close_record(self) -> None:
        """Add the results of a record. Raises FileError when it has not the length it states."""
        stated = self.record.get(_LENGTH, "")
        if stated.isascii() and stated.isdigit() and int(stated[:9]) not in (0, self.length):
            message = (
                "This record is not as long as it states: lines of it are missing or were added. "
                "Export the file again."
            )
            raise FileError(self.name, "truncated", message, line=self.first)
        self.laboratory = self.record.get("8320", "") or self.laboratory
        if self.record.get(_NEW_RECORD) in _REPORTS:
            self.reports += 1
            patient = self._patient()
            for entry in self.tests:
                entry.cells = self._cells(entry.cells) | {"3000": patient}
            self.entries += self.tests

    def _patient(self) -> str:
        """The patient of a record: the number, else name and day of birth, else the free text of 8405."""
        if number := self.record.get("3000", ""):
            return number
        names = [self.record.get("3101", ""), self.record.get("3102", ""), _iso(self.record.get("3103", ""))]
        message = "No patient number (3000) stands in the file: patients are told apart by {}."
        if names[0]:
            self._remark("patient_by_name", message.format("name and day of birth"))
            return ", ".join(filter(None, names))
        if free := self.record.get("8405", ""):
            self._remark("patient_by_text", message.format("the free text in field 8405; check it"))
            return free
        return ""

    def _cells(self, test: dict[str, str]) -> dict[str, str]:
        here = {**{key: self.record.get(key, "") for key in ("8430", "8432", "8433")}, **test}
        status = ldt_words("8418").get(test.get("8418", ""), test.get("8418", ""))
        report = self.record.get("8401", "")
        return {
            **{one.name: here.get(one.name, "") for one in _LAYOUT.fields},
            "8432": _moment(here["8432"], here["8433"]),
            "8411": test.get("8411", "") or test.get(_TEST, ""),
            "8418 or 8401": status or ldt_words("8401").get(report, report),
            "8320": self.laboratory,
            "8302": _moment(self.record.get("8302", ""), self.record.get("8303", "")),
            "8301": _iso(self.record.get("8301", "")),
            "3103": _iso(self.record.get("3103", "")),
            "3110": self.record.get("3110", ""),
        }

    def end(self) -> None:
        """Close the file. Raises FileError when a closing record is missing."""
        self._close_record()
        if self.open:
            message = (
                "The closing record of this file is missing: the file is cut off. Export it again, newer "
                "results may be missing."
            )
            raise FileError(self.name, "truncated", message, line=self.last)
        if not self.reports:
            message = "This LDT file holds no report of results. Export the reports of the laboratory."
            raise FileError(self.name, "no_results", message)

    def _remark(self, code: str, message: str) -> None:
        self.remarks.setdefault(code, FileNote(code, message, self.first))


def _moment(day: str, clock: str) -> str:
    """Day and time of day as ISO text; a time that is none is shown as it stands, so that it is noticed."""
    bare = _iso(day)
    if not bare or not clock:
        return bare
    match = _CLOCK.fullmatch(clock)
    return f"{bare}T{match[1]}:{match[2]}" if match else f"{bare} {clock}"


def _iso(day: str) -> str:
    """DDMMYYYY of LDT 2, or YYYYMMDD of LDT 3, as ISO text; anything else as it stands.

    Between 1900 and 2299 no eight digits are a day in both orders: the century would be a month.
    """
    if not _DAY.fullmatch(day):
        return day
    for year, month, number in ((day[4:], day[2:4], day[:2]), (day[:4], day[4:6], day[6:])):
        if "1900" <= year <= "2299":
            try:
                return date(int(year), int(month), int(number)).isoformat()
            except ValueError:
                continue
    return day
