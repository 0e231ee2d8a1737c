"""The grammar of HL7 v2: segments, fields, components and escapes. Knows nothing of laboratories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rls_dash.model import FileError

_NULL = '""'  # "delete what you have": no value
_HEADS = ("MSH", "FHS", "BHS")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_LINE_END = re.compile(r"\r\n|\r|\n")
_FRAME = "\x0b\x1c"  # what the network protocol puts around a message
_MARKUP = re.compile(r"(?:H|N|\.[a-z]{2}[+-]?\d*)", re.ASCII)  # highlighting and line breaks
_BREAKS = (".br", ".sp", ".ce", ".in", ".ti", ".sk")


@dataclass(frozen=True)
class Marks:
    """The characters a message sets its parts apart with (MSH-1 and MSH-2)."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str

    def plain(self, text: str) -> str:
        """A text without escapes: `\\T\\` → `&`, `\\Z03BC\\` → `μ`. Unknown escapes stay as they are."""
        if self.escape not in text:
            return text
        parts = text.split(self.escape)
        found = [parts[0]]
        position = 1
        while position < len(parts):
            if position + 1 < len(parts) and (letter := self._escaped(parts[position])) is not None:
                found += [letter, parts[position + 1]]
                position += 2
            else:
                found += [self.escape, parts[position]]
                position += 1
        return "".join(found)

    def _escaped(self, word: str) -> str | None:
        """What stands between two escape characters; None when it is no escape."""
        marks = {
            "F": self.field,
            "S": self.component,
            "R": self.repetition,
            "E": self.escape,
            "T": self.subcomponent,
        }
        if word in marks:
            return marks[word]
        if _MARKUP.fullmatch(word):
            return " " if word.startswith(_BREAKS) else ""
        digits = word[1:]
        if re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", digits) is None:
            return None
        if word.startswith("Z") and len(digits) == 4:
            return _letter(int(digits, 16))
        return _bytes_as_text(bytes.fromhex(digits)) if word.startswith("X") else None


def _letter(code: int) -> str | None:
    """The character of a Unicode code point, None for half of a surrogate pair and control characters."""
    return None if 0xD800 <= code <= 0xDFFF or code < 0x20 else chr(code)


def _bytes_as_text(content: bytes) -> str | None:
    for encoding in ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if text.isprintable() else " "
    return None


@dataclass(frozen=True)
class Segment:
    """One segment, with the line it stands on."""

    line: int
    kind: str
    fields: tuple[str, ...]  # numbered as in the standard: fields[0] is the kind
    marks: Marks

    def raw(self, number: int) -> str:
        """A field as it stands, "" when it is absent or explicitly empty."""
        text = self.fields[number].strip() if number < len(self.fields) else ""
        return "" if text == _NULL else text

    def repetitions(self, number: int) -> list[str]:
        """The repetitions of a field, as they stand; none of an empty one."""
        text = self.raw(number)
        return text.split(self.marks.repetition) if text else []

    def text(self, number: int) -> str:
        """A whole field as plain text."""
        return self.marks.plain(self.raw(number))

    def parts(self, repetition: str) -> list[str]:
        """The components of one repetition as plain text."""
        return [self._plain(part) for part in repetition.split(self.marks.component)]

    def component(self, number: int, part: int) -> str:
        """One component of the first repetition, numbered from 1."""
        first = next(iter(self.repetitions(number)), "")
        parts = first.split(self.marks.component)
        return self._plain(parts[part - 1]) if part <= len(parts) else ""

    def coded(self, number: int) -> str:
        """The words of a coded field (code^words^system), its code where it has none."""
        return self.component(number, 2) or self.component(number, 1)

    def _plain(self, part: str) -> str:
        bare = self.marks.plain(part).strip()
        return "" if bare == _NULL else bare


def looks_like(text: str) -> bool:
    """Whether a text starts as HL7 v2 does."""
    head = text[:512].lstrip("\ufeff \t\r\n" + _FRAME)
    return head.startswith(_HEADS) and len(head) > 8 and not (head[3].isalnum() or head[3] in ' _,;"')


def segments(name: str, text: str) -> Iterator[Segment]:
    """The segments of a file. Raises FileError, with the line, for a line that is none."""
    marks: Marks | None = None
    for number, line in enumerate(_LINE_END.split(text), start=1):
        bare = line.strip(_FRAME).lstrip("\ufeff \t")
        if not bare.strip():
            continue
        kind = bare[:3]
        if kind in _HEADS:
            marks = _marks(name, number, bare)
        if marks is None or not _SEGMENT.fullmatch(kind) or bare[3:4] not in ("", marks.field):
            message = (
                "This line is no HL7 segment (three capitals and a separator): the message is damaged, or a "
                "text in it is broken into lines. Export it again."
            )
            raise FileError(name, "hl7_segment", message, line=number)
        fields = bare.split(marks.field)
        if kind in _HEADS:
            fields.insert(1, marks.field)  # the separator itself is field 1
        yield Segment(number, kind, tuple(fields), marks)


def _marks(name: str, line: int, header: str) -> Marks:
    separator = header[3:4]
    rest = header[4:].split(separator, 1)[0] if separator else ""
    marks = [separator, *rest[:4]]
    if len(rest) not in (4, 5) or len(set(marks)) != 5 or any(mark.isalnum() for mark in marks):
        message = (
            "The header of this message does not say by which four characters its parts are set apart "
            "(MSH-2, usually ^~\\&). Export it again."
        )
        raise FileError(name, "hl7_header", message, line=line)
    return Marks(separator, marks[1], marks[2], marks[3], marks[4])
