"""A table of text as it stands in a file: what every reader of a format hands on."""

from __future__ import annotations

from dataclasses import dataclass

from rls_dash.ingest.formats import Role


@dataclass(frozen=True)
class FileNote:
    """A remark on a file that is read: shown to the user, blocks nothing."""

    code: str
    message: str
    line: int | None = None
    reported: str = ""


@dataclass(frozen=True)
class RawTable:
    """A header and its records as text. `rows[i]` starts on line `lines[i]` of the file.

    Several records may start on one line (the cells of a wide table, the results of one message).
    """

    name: str
    header: tuple[str, ...]
    header_line: int
    delimiter: str
    rows: list[list[str]]
    lines: list[int]
    preamble: int  # records above the header
    repeated_headers: int
    label: str = ""  # the format, where it is not a plain delimited table
    roles: tuple[Role | None, ...] = ()  # one per column where the format itself says it; else by header
    notes: tuple[FileNote, ...] = ()
    above: tuple[tuple[int, tuple[str, ...]], ...] = ()  # (line, cells) of the records above the header
    layout: str = ""  # fingerprint of the header of the file, where `header` is not that header
    decimal: str = ""  # "." or ",": the decimal mark that the format itself defines
