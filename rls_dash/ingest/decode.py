"""Bytes → text, by a fixed ladder: BOM, NUL pattern, strict UTF-8, what the format states, cp1252.

Encoding detectors destroy the mu of `µg/L` in short files (three of four cp1252 files, measured); the
ladder keeps it. cp1252 is the last step and says so in a note: a unit or name it spells wrongly meets
a closed alias table and is held, never guessed. The user may say which encoding it is instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rls_dash.answers import Choice, Question
from rls_dash.ingest.file_kinds import magics, mojibake, single_byte_encodings, text_kinds
from rls_dash.ingest.hl7v2 import hl7_encoding
from rls_dash.ingest.ldt import ldt_encoding
from rls_dash.ingest.table import FileNote
from rls_dash.model import FileError

DAMAGED = "\ufffd"  # stands where a character was lost before the file came to us
NUL = "\x00"
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DOS_END = "\x1a"
_PADDING = NUL * 8  # at the end: room a crashed disk or a virus scanner left
_HOLE = NUL * 64  # anywhere
_MOST_NULS = 100  # one record in so many
_STRAY = 50  # NULs on the other parity that UTF-16 text may hold, one in so many
_HEAD = 4096
_ANYTHING = re.compile(r"[^\s\ufeff]")
# Bytes as UTF-8 sees them: first of a letter, later of a letter, others. Finding two kinds side by side in
# the translated bytes takes a tenth of what a search by expression takes.
_KINDS = bytes(
    b"F"[0] if 0xC2 <= byte <= 0xF4 else b"L"[0] if 0x80 <= byte <= 0xBF else 0 for byte in range(256)
)
_NOT_ASCII_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_NOT_ASCII_CELL = re.compile(rb"[^\r\n,;\t|^\"]*[\x80-\xff][^\r\n,;\t|^\"]*")
_SHOWN, _LOOKED_AT, _LONGEST_CELL = 5, 2_000, 60


@dataclass(frozen=True)
class Text:
    """Decoded text of a file and how it was read."""

    text: str
    encoding: str
    guessed: bool  # True: nothing in the bytes proves this encoding
    notes: tuple[FileNote, ...] = ()
    ask: bool = False  # True: `encoding_question` is open (or answered) for this file


def decode(name: str, content: bytes, encoding: str = "") -> Text:
    """The text of a file; `encoding` is what the user says of one that nothing proves.

    Raises FileError for an empty file, a known binary format, and damage no encoding explains.
    """
    if not content or content.isspace():
        raise FileError(name, "empty", "The file is empty.")
    _refuse_binary(name, content)
    found = _proven(name, content) or _single_byte(name, content, encoding)
    text = _without_end_mark(found.text)
    if not _ANYTHING.search(text):
        raise FileError(name, "empty", "The file is empty.")
    if b"\x00" in content:
        _refuse_damage(name, text)
    _refuse_other_texts(name, text)
    return Text(text, found.encoding, found.guessed, (*found.notes, *_remarks(text)), found.ask)


def _refuse_binary(name: str, content: bytes) -> None:
    for kind in magics():
        if content.startswith(kind.magic, kind.offset) and kind.contains in content:
            raise FileError(name, "not_text", kind.advice)


def _refuse_other_texts(name: str, text: str) -> None:
    head = text[:_HEAD].lstrip(" \t\r\n\ufeff").lower()
    for start, further, advice in text_kinds():
        if head.startswith(start) and further in head:
            raise FileError(name, "not_text", advice)


def _proven(name: str, content: bytes) -> Text | None:
    """The text where the bytes, or the format of the message, leave no choice."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return Text(_as_it_says(name, content, encoding), encoding.removesuffix("-sig"), guessed=False)
    if wide := _utf16_without_bom(content):
        message = f"Read as {wide}, which the pattern of the bytes shows although the file does not say it."
        return Text(_as_it_says(name, content, wide), wide, True, (FileNote("encoding", message),))
    try:
        return Text(content.decode("utf-8"), "utf-8", guessed=False)
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and _may_hold_utf8(content[: error.start]):
            message = "The file ends in the middle of a letter: it is cut off. Export it again."
            raise FileError(name, "truncated", message) from None
    if stated := ldt_encoding(content) or hl7_encoding(content):
        _refuse_mixture(name, content)
        try:
            return Text(content.decode(stated), stated, guessed=False)
        except UnicodeDecodeError:
            return None  # the file states what is not so
    return None


def _as_it_says(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise FileError(
            name, "encoding", f"The file says it is {encoding}, but it is not. Export it again."
        ) from None


def _utf16_without_bom(content: bytes) -> str | None:
    """UTF-16 by its NUL pattern: more than a quarter of the bytes are NUL, nearly all on one parity."""
    if b"\x00" not in content:
        return None
    even, odd = content[0::2].count(0), content[1::2].count(0)
    if even + odd <= len(content) // 4 or min(even, odd) * _STRAY > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _single_byte(name: str, content: bytes, answer: str) -> Text:
    """Text of an encoding that every byte fits: the one of the user's answer, else cp1252 with a note."""
    known = single_byte_encodings()
    if answer and answer not in known:
        raise FileError(name, "encoding", f"This encoding is not known. Say one of: {', '.join(known)}.")
    _refuse_mixture(name, content)
    encoding = answer or next(iter(known))
    text = content.decode(encoding, errors="replace")
    notes = []
    if not answer:
        message = (
            f"Read as {encoding}; nothing in the file proves it. Check µ and accents in names and units, "
            "and choose another encoding if they look wrong."
        )
        notes.append(FileNote("encoding", message))
    return Text(text, encoding, not answer, tuple(notes), ask=True)


def _refuse_mixture(name: str, content: bytes) -> None:
    """Raise FileError where UTF-8 and single-byte lines are glued together: at the first that differs."""
    if not _may_hold_utf8(content):
        return
    first: bool | None = None
    for match in _NOT_ASCII_LINE.finditer(content):
        kind = _is_utf8(match.group())
        first = kind if first is None else first
        if kind != first:
            message = (
                "From this line on the letters are written in another way than before (UTF-8 and not): "
                "two exports seem glued together. Load them apart, or save the file again as CSV UTF-8."
            )
            raise FileError(name, "mixed_encoding", message, line=_line_of(content, match.start()))


def _may_hold_utf8(content: bytes) -> bool:
    """Whether two bytes side by side could be a letter of UTF-8."""
    return b"FL" in content.translate(_KINDS)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _line_of(content: bytes, position: int) -> int:
    above = content[:position]
    return 1 + above.count(b"\n") + above.count(b"\r") - above.count(b"\r\n")


def _without_end_mark(text: str) -> str:
    """The text without the Ctrl-Z that DOS programs write at the end, often many."""
    if not text[-_HEAD:].rstrip(f"\r\n{NUL}").endswith(_DOS_END):
        return text
    # Nothing was cut off after an end mark, so the last line gets its end.
    return text.rstrip(f"\r\n{NUL}").rstrip(f"\r\n{_DOS_END}") + "\n"


def _refuse_damage(name: str, text: str) -> None:
    """Raise FileError where NUL characters tell of a crashed disk; single ones are left to their rows."""
    if text.rstrip("\r\n").endswith(_PADDING) or _HOLE in text:
        message = "The file has a run of empty bytes: it looks cut off or damaged. Export it again."
        raise FileError(name, "damaged", message)
    if NUL not in text:
        return
    lines = text.splitlines()
    holding = sum(NUL in line for line in lines)
    if holding * _MOST_NULS > len(lines):
        message = "More than one line in a hundred holds empty bytes: the file is damaged. Export it again."
        raise FileError(name, "damaged", message)


def _remarks(text: str) -> list[FileNote]:
    """What was lost or garbled before the file came to us; nothing in a plain ASCII file."""
    if text.isascii():
        return []
    notes = []
    if DAMAGED in text:
        message = (
            f"{text.count(DAMAGED)} character(s) of this file are lost (shown as {DAMAGED}). Rows that need "
            "them are set aside; export the file again, or choose another encoding."
        )
        notes.append(FileNote("damaged_characters", message, _text_line(text, DAMAGED)))
    first_letters = {pair[0] for pair in mojibake()}
    suspects = {
        letter for letter in first_letters if letter in text
    }  # one letter is found much faster than two
    garbled = next((pair for pair in mojibake() if pair[0] in suspects and pair in text), "")
    if garbled:
        message = (
            f"Letters were garbled before this file was written ('{garbled}'). Units and names are read only "
            "where this spelling is listed; better export the file again as UTF-8."
        )
        notes.append(FileNote("mojibake", message, _text_line(text, garbled)))
    return notes


def _text_line(text: str, word: str) -> int:
    above = text[: text.index(word)]
    return 1 + above.count("\n") + above.count("\r") - above.count("\r\n")


def encoding_question(name: str, layout: str, content: bytes) -> Question:
    """Which single-byte encoding a file has: up to five of its cells as each would read them."""
    cells = _telling_cells(content)
    choices = tuple(
        Choice(encoding, label, tuple(cell.decode(encoding, errors="replace") for cell in cells))
        for encoding, label in single_byte_encodings().items()
    )
    shown = tuple(cell.decode("ascii", errors="backslashreplace") for cell in cells)
    text = "Nothing in the file says how letters such as µ or é are written. Which of these looks right?"
    return Question(name, layout, "encoding", "", text, choices, shown)


def _telling_cells(content: bytes) -> list[bytes]:
    """Cells with bytes beyond ASCII, those that show other bytes than the ones before first."""
    seen: set[int] = set()
    telling: dict[bytes, None] = {}
    others: dict[bytes, None] = {}
    for number, match in enumerate(_NOT_ASCII_CELL.finditer(content)):
        cell = match.group().strip()[:_LONGEST_CELL]
        beyond = {byte for byte in cell if byte > 127}
        (telling if beyond - seen else others)[cell] = None
        seen |= beyond
        if number >= _LOOKED_AT:
            break
    return [*telling, *(cell for cell in others if cell not in telling)][:_SHOWN]
