"""Bytes → text, by a fixed ladder: BOM, NUL pattern, strict UTF-8, cp1252. No guessing by statistics.

Encoding detectors destroy the mu of `µg/L` in short files (three of four cp1252 files, measured); the
ladder keeps it. cp1252 is the last step and says so in a note: a unit or name it spells wrongly meets
a closed alias table and is held, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from rls_dash.model import FileError

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NOT_TEXT = (
    (b"PK\x03\x04", "is a zip archive or an Excel workbook; open it and save the sheet as 'CSV UTF-8'"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook; open it and save the sheet as 'CSV UTF-8'"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it and load the file inside"),
    (b"%PDF", "is a PDF; ask the laboratory system for a CSV export"),
    (b"{\\rtf", "is a rich-text document; ask the laboratory system for a CSV export"),
)
_DAMAGED_NULS = 8


@dataclass(frozen=True)
class Text:
    """Decoded text of a file and how it was read."""

    text: str
    encoding: str
    guessed: bool  # True: nothing in the bytes proves this encoding


def decode(name: str, content: bytes) -> Text:
    """The text of a file.

    Raises FileError for an empty file, a known binary format, and damage no encoding explains.
    """
    _refuse_what_is_not_text(name, content)
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return Text(_decode(name, content, encoding), encoding.removesuffix("-sig"), guessed=False)
    if wide := _utf16_without_bom(content):
        return Text(_decode(name, content, wide), wide, guessed=True)
    content = content.removesuffix(b"\x1a")  # DOS end mark
    if content.endswith(b"\x00" * _DAMAGED_NULS):
        raise FileError(
            name, "damaged", "The file ends in empty bytes: it looks cut off or damaged. Export it again."
        )
    try:
        return Text(content.decode("utf-8"), "utf-8", guessed=False)
    except UnicodeDecodeError:
        return Text(_decode_single_byte(name, content), "cp1252", guessed=True)


def _refuse_what_is_not_text(name: str, content: bytes) -> None:
    if not content.strip():
        raise FileError(name, "empty", "The file is empty.")
    for magic, advice in _NOT_TEXT:
        if content.startswith(magic):
            raise FileError(name, "not_text", f"This {advice}.")
    head = content[:512].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml")):
        raise FileError(
            name, "not_text", "This is a web page or XML file, not a CSV; export the table as CSV."
        )


def _utf16_without_bom(content: bytes) -> str | None:
    """UTF-16 by its NUL pattern: more than a quarter of the bytes are NUL, all on one parity."""
    even, odd = content[0::2].count(0), content[1::2].count(0)
    if even + odd <= len(content) // 4 or (even and odd):
        return None
    return "utf-16-be" if even else "utf-16-le"


def _decode(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise FileError(
            name, "encoding", f"The file says it is {encoding}, but it is not. Export it again."
        ) from None


def _decode_single_byte(name: str, content: bytes) -> str:
    """cp1252 text; refuses a file in which UTF-8 and single-byte lines are glued together."""
    for number, line in enumerate(content.split(b"\n"), start=1):
        if _is_multibyte_utf8(line):
            message = "This line is UTF-8, others are not: two exports seem glued together. Load them apart."
            raise FileError(name, "mixed_encoding", message, line=number)
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _is_multibyte_utf8(line: bytes) -> bool:
    if line.isascii():
        return False
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
