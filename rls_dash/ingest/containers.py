"""Archives → the files inside: `.csv.gz` and zip of CSVs, read in memory under limits.

Nothing is unpacked to disk, so a name inside an archive is only a label; one that tries to be more is
refused all the same, because no laboratory system writes it.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass

from rls_dash.model import FileError

UPLOAD_LIMIT_BYTES = 20 * 1024 * 1024  # of one file in the browser; the command line has no such limit
UPLOAD_LIMIT_ROWS = 500_000
UNPACKED_LIMIT_BYTES = 1024 * 1024 * 1024  # of everything inside one archive
MOST_MEMBERS = 200
_MOST_ENTRIES = 5_000  # with folders and the hidden files that are passed over
# Laboratory tables shrink to a tenth, very regular ones to a hundredth; bombs to a thousandth.
_MOST_RATIO = 200
_RATIO_FROM = 50 * 1024 * 1024  # below this even a bomb does no harm
_STEP = 1024 * 1024  # read and written at a time

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
WORKBOOK_NAMES = (".xlsx", ".xlsm")
_GZIP_NAMES = (".gz", ".gzip")
_ARCHIVES = (ZIP, GZIP, b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_ENCRYPTED = 0x1
_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:")
_NOT_PRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises on damaged archives."""


@dataclass(frozen=True)
class Member:
    """One file to read: the given file itself, or one inside it (`export.zip/labs.csv`)."""

    name: str
    content: bytes


def refuse_large_upload(name: str, size: int) -> None:
    """Raise FileError when a file [bytes] is too large for the browser."""
    if size > UPLOAD_LIMIT_BYTES:
        message = (
            f"The file is larger than the {UPLOAD_LIMIT_BYTES // 1024 // 1024} MB the browser reads. "
            "Use the command line, which has no limit, or export fewer patients."
        )
        raise FileError(name, "too_large", message)


def unpack(name: str, content: bytes) -> list[Member]:
    """The files to read: those inside a gzip or zip file whose name says it is one, else the file itself.

    Raises FileError for an archive that is damaged, locked, nested, or larger inside than it should be.
    """
    low = name.lower()
    if low.endswith(_GZIP_NAMES) and content.startswith(GZIP):
        inside = _gunzip(name, content)
        _refuse_nested(name, inside)
        return [Member(name, inside)]
    if low.endswith(".zip") and content.startswith(b"PK"):
        return _unzip(name, content)
    return [Member(name, content)]


def _gunzip(name: str, content: bytes) -> bytes:
    """Everything in a gzip file, which may hold several parts one after the other."""
    parts: list[bytes] = []
    total, position = 0, 0
    while position < len(content):
        engine = zlib.decompressobj(wbits=31)
        while not engine.eof and position < len(content):
            step = content[position : position + _STEP]
            try:
                parts.append(engine.decompress(step, _STEP))
            except zlib.error:
                raise _damaged(name) from None
            position += len(step) - len(engine.unconsumed_tail) - len(engine.unused_data)
            total += len(parts[-1])
            _refuse_size(name, total, len(content))
        if not engine.eof:
            message = "The compressed file is cut off. Copy or export it again: newer results may be missing."
            raise FileError(name, "truncated", message)
        while content[position : position + 1] == b"\x00":  # tapes pad with these
            position += 1
    return b"".join(parts)


def _unzip(name: str, content: bytes) -> list[Member]:
    archive = open_zip(name, content)
    entries = archive.infolist()
    if any(one.filename.startswith("xl/workbook") for one in entries):
        message = "This is an Excel workbook. Give it a name that ends in .xlsx and load it again."
        raise FileError(name, "not_text", message)
    files = [one for one in entries if not _passed_over(one)]
    if len(entries) > _MOST_ENTRIES or len(files) > MOST_MEMBERS:
        message = f"The archive holds more than {MOST_MEMBERS} files. Unpack it and load the ones you need."
        raise FileError(name, "too_many_files", message)
    if not files:
        raise FileError(name, "empty", "The archive holds no file.")
    _refuse_size(name, sum(one.file_size for one in files), len(content))
    members = []
    for one in files:
        label = f"{name}/{_safe_label(name, one)}"
        inside = read_entry(name, archive, one)
        _refuse_nested(label, inside)
        members.append(Member(label, inside))
    return members


def open_zip(name: str, content: bytes) -> zipfile.ZipFile:
    """The archive. Raises FileError when it is damaged."""
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except ZIP_FAULTS:
        raise _damaged(name) from None


def read_entry(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of one entry, never more than it declares. Raises FileError when they do not fit."""
    if entry.flag_bits & _ENCRYPTED:
        message = "A file in the archive is locked with a password. Unpack it and load the files inside."
        raise FileError(name, "encrypted", message)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        message = "The archive is compressed in an unusual way. Unpack it and load the files inside."
        raise FileError(name, "not_text", message)
    try:
        with archive.open(entry) as file:
            # With a size given, zipfile never holds more than that, whatever the stream expands to.
            inside = file.read(entry.file_size + 1)
    except ZIP_FAULTS:
        raise _damaged(name) from None
    if len(inside) != entry.file_size:
        raise _damaged(name)
    return inside


def refuse_bomb(name: str, unpacked: int, packed: int) -> None:
    """Raise FileError when so much [bytes] comes out of so little that somebody made it on purpose."""
    if unpacked > _RATIO_FROM and unpacked > packed * _MOST_RATIO:
        message = "The file grows too much when it is unpacked, as no laboratory export does. It is not read."
        raise FileError(name, "archive_bomb", message)


def _refuse_size(name: str, unpacked: int, packed: int) -> None:
    refuse_bomb(name, unpacked, packed)
    if unpacked > UNPACKED_LIMIT_BYTES:
        message = "More than 1 GB is packed in this file. Unpack it and load the files inside one by one."
        raise FileError(name, "too_large", message)


def _refuse_nested(name: str, inside: bytes) -> None:
    if inside.startswith(_ARCHIVES) or inside[257:262] == b"ustar":
        message = "An archive or workbook is packed inside this archive. Take it out and load it by itself."
        raise FileError(name, "nested_archive", message)


def _passed_over(entry: zipfile.ZipInfo) -> bool:
    """Folders, and what operating systems leave in archives."""
    parts = entry.filename.replace("\\", "/").split("/")
    hidden = any(part.startswith(".") and part.strip(".") for part in parts)
    return parts[-1] == "" or parts[0] == "__MACOSX" or hidden or parts[-1].lower() == "thumbs.db"


def _safe_label(name: str, entry: zipfile.ZipInfo) -> str:
    """The name of an entry. Raises FileError for one that points out of the archive."""
    label = entry.filename.replace("\\", "/")  # as some Windows programs write it
    parts = label.split("/")
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    if linked or "" in parts or ".." in parts or _WINDOWS_DRIVE.match(label) or _NOT_PRINTABLE.search(label):
        message = "A file in the archive points to a place outside it. Unpack it yourself if you trust it."
        raise FileError(name, "unsafe_name", message)
    return label


def _damaged(name: str) -> FileError:
    return FileError(name, "damaged", "The archive is damaged. Copy or export it again.")
