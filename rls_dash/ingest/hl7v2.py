"""HL7 v2 result messages (ORU, OUL; one, many, or a batch) → raw table, one row per observation value.

Names of patients (PID-5) are never read. The time of collection is OBX-14, else OBR-7, else SPM-17;
never OBR-22, the time of the report.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from rls_dash.ingest.file_kinds import charsets, specimen_codes
from rls_dash.ingest.formats import Role, coding_systems, fold
from rls_dash.ingest.hl7v2_text import Segment, looks_like, segments
from rls_dash.ingest.messages import Entry, Field, Layout, count_note, message_table
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.model import FileError

LABEL = "HL7 v2 result messages"
_LAYOUT = Layout(
    LABEL,
    (
        Field("PID-3", Role.PATIENT_ID),
        Field("OBX-14 or OBR-7", Role.COLLECTED_AT),
        Field("OBR-4", Role.CATEGORY),
        Field("OBX-3", Role.TEST),
        Field("OBX-3 (LOINC)", Role.CODE),
        Field("OBX-3 (local code)"),
        Field("OBX-5", Role.VALUE),
        Field("comparator", Role.COMPARATOR),
        Field("OBX-6", Role.UNIT),
        Field("OBX-7", Role.REFERENCE_RANGE),
        Field("OBX-8", Role.LAB_FLAG),
        Field("OBX-11", Role.STATUS),
        Field("SPM-4 or OBR-15", Role.SPECIMEN),
        Field("OBX-23 or OBX-15", Role.LABORATORY),
        Field("OBR-22", Role.REPORTED_AT),
        Field("PID-7", Role.BIRTH_DATE),
        Field("PID-8", Role.SEX),
        Field("NTE-3"),
    ),
)
_RESULT_MESSAGES = ("ORU", "OUL")
_SPECIMEN_FIRST = "OUL"  # here SPM stands above its orders, elsewhere below
_LAST_REQUIRED = 11  # OBX-11, the status, must be there
_JOINED_TYPES = ("TX", "FT")  # repetitions are the lines of one text
_NUMBER_TYPES = ("NM", "SN")
_CODED_TYPES = ("CE", "CWE", "CNE", "CF")
_ATTACHED_TYPES = ("ED", "RP")
_OFF_SCALE = ("<", ">")  # flags that say: beyond the measuring range
_SIGNS = "<>=≤≥"
_CHARSET_FIELD = 18


def hl7_encoding(content: bytes) -> str | None:
    """The encoding that the first message names (MSH-18), None for other files and unknown names."""
    head = content[:65536].lstrip(b"\xef\xbb\xbf \t\r\n\x0b")
    if not head.startswith(b"MSH") or len(head) < 9:
        return None
    first = re.split(rb"[\r\n]", head, maxsplit=1)[0].split(head[3:4])
    if len(first) < _CHARSET_FIELD:
        return None
    named = re.split(rb"[~^]", first[_CHARSET_FIELD - 1])[0]
    return charsets("hl7v2").get(fold(named.decode("ascii", errors="replace")))


def read_message(name: str, text: str) -> RawTable | None:
    """The results of a file of HL7 v2 messages; None when it is something else.

    Raises FileError, with the line, for damage and for messages without results.
    """
    if not looks_like(text):
        return None
    reader = _Reader(name)
    for segment in segments(name, text):
        reader.read(segment)
    reader.end(cut=not text.endswith(("\r", "\n", "\x1c")))
    return message_table(name, _LAYOUT, reader.entries, reader.notes())


@dataclass
class _Reader:
    """Follows the segments of a file and collects its results."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    last: Segment | None = None
    read_results: bool = False  # the present message is one of results
    kind: str = ""
    patient: str = ""
    authority: str = ""
    birth: str = ""
    sex: str = ""
    order: Segment | None = None
    group: list[Entry] = field(default_factory=list)  # results of the present order
    specimens: list[Segment] = field(default_factory=list)
    specimen_leads: bool = False
    messages: int = 0
    in_batch: int = 0
    results: int = 0
    others: Counter[str] = field(default_factory=Counter)
    remarks: dict[str, FileNote] = field(default_factory=dict)

    def read(self, segment: Segment) -> None:
        """Take one segment."""
        self.last = segment
        if segment.kind in ("MSH", "FHS", "BHS", "FTS", "BTS"):
            self._frame(segment)
        elif not self.read_results:
            return
        elif segment.kind == "PID":
            self._patient(segment)
        elif segment.kind == "OBR":
            self._close_order()
            self.order = segment
        elif segment.kind == "SPM":
            self._specimen(segment)
        elif segment.kind == "OBX":
            self.group += self._observations(segment)
        elif segment.kind == "NTE" and self.group:
            self.group[-1].cells["NTE-3"] = (
                f"{self.group[-1].cells.get('NTE-3', '')} {segment.text(3)}".strip()
            )

    def _frame(self, segment: Segment) -> None:
        """The start of a message, or the start or end of a batch with the number of messages in it."""
        self._close_order()
        self.order, self.specimens, self.read_results = None, [], False
        if segment.kind == "BHS":
            self.in_batch = 0
        elif segment.kind == "BTS":
            self._check_count(segment, self.in_batch)
        elif segment.kind == "MSH":
            self.messages += 1
            self.in_batch += 1
            self.patient = self.authority = self.birth = self.sex = ""
            self.kind = segment.component(9, 1)
            self.specimen_leads = False
            self.read_results = self.kind in _RESULT_MESSAGES
            self.results += self.read_results
            if not self.read_results:
                self.others[self.kind if self.kind.isalnum() and len(self.kind) < 5 else "unknown"] += 1
            if self.read_results and segment.component(11, 1) in ("T", "D"):
                message = (
                    "The sender calls these messages tests or training (MSH-11). They are read all the same."
                )
                self._remark("hl7_not_production", message, segment)

    def _check_count(self, segment: Segment, found: int) -> None:
        stated = segment.raw(1)
        if stated.isascii() and stated.isdigit() and int(stated[:9]) != found:
            message = f"The batch should hold {int(stated[:9])} messages and holds {found}. Export it again."
            raise FileError(self.name, "count_mismatch", message, line=segment.line)

    def _patient(self, segment: Segment) -> None:
        self._close_order()
        self.order, self.specimens = None, []
        numbers = [segment.parts(one) for one in segment.repetitions(3)]
        numbers = [one for one in numbers if one[0]]
        record = [one for one in numbers if len(one) > 4 and one[4] == "MR"]
        chosen = (record or numbers or [[""]])[0]
        self.patient, self.authority = chosen[0], chosen[3] if len(chosen) > 3 else ""
        self.birth, self.sex = segment.component(7, 1), segment.component(8, 1)
        if len(numbers) > 1:
            message = (
                "Patients have several identifiers here. The medical record number is used (type MR), "
                "else the first."
            )
            self._remark("several_patient_ids", message, segment)

    def _specimen(self, segment: Segment) -> None:
        """A specimen stands below its order; in some messages it leads the orders made on it."""
        self.specimen_leads |= self.kind == _SPECIMEN_FIRST or self.order is None
        if self.specimen_leads and self.order is not None:
            self._close_order()
            self.order, self.specimens = None, []
        self.specimens.append(segment)

    def _observations(self, segment: Segment) -> list[Entry]:
        """One entry per value of an OBX segment; one without a value where it has none."""
        order = self.order
        flags = [part for one in segment.repetitions(8) if (part := segment.parts(one)[0])]
        off_scale = [flag for flag in flags if flag in _OFF_SCALE]
        cells = {
            "PID-3": self.patient,
            "OBX-14 or OBR-7": segment.component(14, 1) or (order.component(7, 1) if order else ""),
            "OBR-4": order.coded(4) if order else "",
            **_test(segment),
            "OBX-6": segment.component(6, 1) or segment.component(6, 2),
            "OBX-7": segment.text(7),
            "OBX-8": " ".join(flags),
            "OBX-11": segment.component(11, 1),
            "OBX-23 or OBX-15": segment.component(23, 1) or segment.coded(15),
            "OBR-22": order.component(22, 1) if order else "",
            "PID-7": self.birth,
            "PID-8": self.sex,
        }
        found = []
        for value in _values(segment):
            sign = off_scale[0] if len(off_scale) == 1 and value[:1] not in _SIGNS else ""
            point = segment.component(2, 1) in _NUMBER_TYPES and "." in value
            more = {"OBX-5": value, "comparator": sign if value else ""}
            found.append(Entry(segment.line, cells | more, self.authority, point))
        return found

    def _close_order(self) -> None:
        """Give the results of an order the specimen that belongs to it."""
        own = _order_specimen(self.order) if self.order else ""
        described = list(dict.fromkeys(filter(None, (_named(one.coded(4)) for one in self.specimens))))
        taken = [one.component(17, 1) for one in self.specimens]
        for entry in self.group:
            entry.cells["SPM-4 or OBR-15"] = " / ".join(described) or own
            if not entry.cells["OBX-14 or OBR-7"] and len(set(taken)) == 1:
                entry.cells["OBX-14 or OBR-7"] = taken[0]
        self.entries += self.group
        self.group = []
        if not self.specimen_leads:
            self.specimens = []

    def end(self, cut: bool) -> None:
        """Close the file. Raises FileError when it is cut off or holds no results."""
        self._close_order()
        last = self.last
        if cut and last and last.kind == "OBX" and len(last.fields) <= _LAST_REQUIRED:
            message = (
                "The file looks cut off in its last segment. Export it again: newer results may be missing."
            )
            raise FileError(self.name, "truncated", message, line=last.line)
        if not self.results:
            message = "These HL7 messages report no results (ORU). Export the results of the laboratory."
            raise FileError(self.name, "no_results", message, line=1)

    def notes(self) -> list[FileNote]:
        """What is worth knowing about the messages."""
        message = "Messages that report no results are not read"
        return [*self.remarks.values(), *count_note("hl7_other_messages", self.others, message)]

    def _remark(self, code: str, message: str, segment: Segment) -> None:
        self.remarks.setdefault(code, FileNote(code, message, segment.line))


def _test(segment: Segment) -> dict[str, str]:
    """What was measured: its name, its LOINC code where one is named as such, and the local code."""
    parts = [*segment.parts(next(iter(segment.repetitions(3)), "")), *[""] * 6]
    triplets = [parts[:3], parts[3:6]]
    loinc = [code for code, _, system in triplets if code and coding_systems().get(fold(system)) == "loinc"]
    local = [code for code, _, system in triplets if code and code not in loinc]
    return {
        "OBX-3": parts[1] or parts[4] or next(iter(local), ""),
        "OBX-3 (LOINC)": next(iter(loinc), ""),
        "OBX-3 (local code)": next(iter(local), ""),
    }


def _values(segment: Segment) -> list[str]:
    """The values of an OBX segment as text, one "" where it has none."""
    kind = segment.component(2, 1)
    found = segment.repetitions(5)
    if kind in _JOINED_TYPES:
        return [" / ".join(filter(None, (segment.marks.plain(one).strip() for one in found)))]
    return [_value(segment, kind, one) for one in found] or [""]


def _value(segment: Segment, kind: str, repetition: str) -> str:
    parts = segment.parts(repetition)
    if kind == "SN":
        sign, first, joint, second = [*parts, "", "", ""][:4]
        return f"{'' if sign == '=' else sign}{first}{joint}{second}"
    if kind in _CODED_TYPES:
        return next((one for one in (*parts[1:2], parts[0]) if one), "")
    if kind in _ATTACHED_TYPES:
        return " ".join(part for part in parts[1:3] if part)  # what is attached, never its content
    return segment.marks.plain(repetition).strip()


def _order_specimen(order: Segment) -> str:
    """The specimen of an order of version 2.4 and older: code&words&system in the first component."""
    source = next(iter(order.repetitions(15)), "").split(order.marks.component)[0]
    parts = [order.marks.plain(part).strip() for part in source.split(order.marks.subcomponent)]
    return _named(next((part for part in (*parts[1:2], parts[0]) if part), ""))


def _named(specimen: str) -> str:
    return specimen_codes().get(fold(specimen), specimen)
