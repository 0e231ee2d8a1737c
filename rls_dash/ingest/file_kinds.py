"""What files are beside tables of text: the tables of data/formats about bytes, encodings and messages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rls_dash.ingest.formats import fold, table_rows


@dataclass(frozen=True)
class Magic:
    """Bytes by which a file that is no text is known, and what to do with such a file."""

    offset: int
    magic: bytes
    contains: bytes  # also somewhere in the file; b"" nothing more
    advice: str


@cache
def magics() -> tuple[Magic, ...]:
    """Kinds of files that are no text, in the order in which they are tried."""
    return tuple(
        Magic(int(row["offset"]), bytes.fromhex(row["magic"]), bytes.fromhex(row["contains"]), row["advice"])
        for row in table_rows("magic.csv")
    )


@cache
def text_kinds() -> tuple[tuple[str, str, str], ...]:
    """(casefolded start, casefolded text further on or "", advice) of texts that are no laboratory table."""
    return tuple((row["starts_with"], row["contains"], row["advice"]) for row in table_rows("text_kinds.csv"))


@cache
def single_byte_encodings() -> dict[str, str]:
    """Encodings that no byte can prove → what people call them; the first is read unless told otherwise."""
    return {row["encoding"]: row["label"] for row in table_rows("encodings.csv")}


@cache
def charsets(message_format: str) -> dict[str, str]:
    """Folded name of a character set, as a message format (ldt, hl7v2) spells it → encoding."""
    rows = (row for row in table_rows("charsets.csv") if row["format"] == message_format)
    return {fold(row["spelling"]): row["encoding"] for row in rows}


@cache
def mojibake() -> dict[str, str]:
    """What UTF-8 leaves of a letter when somebody has read it as cp1252 → the letter."""
    return {row["spelling"]: row["meaning"] for row in table_rows("mojibake.csv")}


@cache
def specimen_codes() -> dict[str, str]:
    """Folded code of a specimen (HL7 table 0487, SNOMED CT) → its name."""
    return {fold(row["code"]): row["word"] for row in table_rows("specimen_codes.csv")}


@cache
def ldt_words(kind: str) -> dict[str, str]:
    """Letter in a field of an LDT file → status word."""
    return {row["spelling"]: row["meaning"] for row in table_rows("ldt_words.csv") if row["field"] == kind}


@cache
def unit_systems() -> frozenset[str]:
    """Folded names of the code system of units, UCUM."""
    return frozenset(fold(row["spelling"]) for row in table_rows("unit_systems.csv"))
