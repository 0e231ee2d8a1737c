"""Whether a workbook's package may be opened: its size, its parts, its XML before any of it is parsed."""

from __future__ import annotations

import zipfile
from typing import Any
from xml.parsers import expat

from rls_dash.ingest.containers import open_zip, read_entry, refuse_bomb
from rls_dash.model import FileError

UNPACKED_LIMIT_BYTES = 512 * 1024 * 1024  # of all XML in a workbook
MOST_PARTS = 2_000
_PROLOG = 65_536  # bytes in which the first element must begin
_XML = (".xml", ".rels", ".vml")
_BOOK = "xl/workbook.xml"
_STRICT = "purl.oclc.org/ooxml"
_SAVE = "Open it in a spreadsheet program and save it as .xlsx."


class _FirstElement(Exception):
    """Raised by the parser when it meets the first element."""

    def __init__(self, attributes: dict[str, str]) -> None:
        super().__init__()
        self.attributes = attributes


class _Declarations(Exception):
    """Raised by the parser when it meets a document type, where entities are declared."""


def check_package(name: str, content: bytes) -> bytes:
    """The part that lists the sheets, once every XML part is known to be harmless.

    Each part is unpacked once under its limit, so that what is read later has the size it states.
    Raises FileError otherwise.
    """
    archive = open_zip(name, content)
    entries = archive.infolist()
    names = [one.filename for one in entries]
    if "xl/workbook.bin" in names:
        raise FileError(name, "not_text", f"This is a binary workbook (.xlsb). {_SAVE}")
    if "[Content_Types].xml" not in names or len(set(names)) != len(names):
        raise FileError(name, "damaged", f"This is not a workbook, whatever its name ends in. {_SAVE}")
    if len(entries) > MOST_PARTS:
        raise FileError(name, "too_many_files", f"The workbook has more than {MOST_PARTS} parts. {_SAVE}")
    parts = [one for one in entries if one.filename.lower().endswith(_XML)]
    unpacked = sum(one.file_size for one in parts)
    refuse_bomb(name, unpacked, len(content))
    if unpacked > UNPACKED_LIMIT_BYTES:
        message = "The workbook holds more than 500 MB. Save the sheet as 'CSV UTF-8' and load that."
        raise FileError(name, "too_large", message)
    listed = b""
    for part in parts:
        inside = _checked(name, archive, part)
        listed = inside if part.filename == _BOOK else listed
    if not listed:
        raise FileError(name, "damaged", f"This workbook has no list of sheets. {_SAVE}")
    return listed


def _checked(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    inside = read_entry(name, archive, part)
    try:
        attributes = _first_attributes(inside[:_PROLOG])
    except _Declarations:
        message = "The workbook declares XML entities, which no spreadsheet program writes. It is not read."
        raise FileError(name, "archive_bomb", message) from None
    except (expat.ExpatError, UnicodeError, LookupError, ValueError):
        raise FileError(name, "damaged", f"A part of this workbook is no XML. {_SAVE}") from None
    if any(_STRICT in value for value in attributes.values()):
        message = "This workbook is saved as 'Strict Open XML'. Save it as 'Excel Workbook (.xlsx)' instead."
        raise FileError(name, "not_text", message)
    return inside


def _first_attributes(prolog: bytes) -> dict[str, str]:
    """The attributes of the first element. Raises ExpatError, or _Declarations for a document type."""

    def declared(*_: Any) -> None:
        raise _Declarations

    def first(_: str, attributes: dict[str, str]) -> None:
        raise _FirstElement(attributes)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = first
    try:
        parser.Parse(prolog, False)
    except _FirstElement as found:
        return found.attributes
    raise expat.ExpatError("no element")
