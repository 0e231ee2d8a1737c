"""The only reader of data/formats: header spellings, status and comparator words."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from rls_dash.model import Comparator, Status

_DIRECTORY = Path(__file__).resolve().parents[2] / "data" / "formats"


class Role(StrEnum):
    """What a column of an export holds."""

    PATIENT_ID = "patient_id"
    PATIENT_NAME = "patient_name"  # beside an id: two names under one id are asked about, never shown
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    COLLECTED_AT = "collected_at"
    COLLECTED_DATE = "collected_date"  # used where collected_at is blank
    COLLECTED_TIME = "collected_time"
    REPORTED_AT = "reported_at"
    TEST = "test"
    CODE = "code"
    VALUE = "value"
    VALUE_NUMBER = "value_number"  # used where value is blank
    VALUE_TEXT = "value_text"  # used where both are blank
    STANDARD_VALUE = "standard_value"  # used, with its own unit, where the reported pair is blank
    STANDARD_UNIT = "standard_unit"
    COMPARATOR = "comparator"
    UNIT = "unit"
    REFERENCE_LOW = "reference_low"
    REFERENCE_HIGH = "reference_high"
    REFERENCE_RANGE = "reference_range"
    LAB_FLAG = "lab_flag"
    STATUS = "status"
    DELETED = "deleted"
    SPECIMEN = "specimen"
    CATEGORY = "category"  # of the test in the laboratory; may name another specimen
    LABORATORY = "laboratory"
    IGNORE = "ignore"


@lru_cache(1 << 12)  # the first lines of a file are tried as headers with every delimiter: 60 ms of each file
def header_key(header: str) -> str:
    """A header without case, accents, blanks and punctuation: `Collection Date` = `collection_date`."""
    if header.isascii():
        return "".join(filter(str.isalnum, header.lower()))
    bare = unicodedata.normalize("NFKD", header.casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in bare if not unicodedata.combining(c)))


def fold(text: str) -> str:
    """A word as the format tables list it: NFKC, casefolded, blanks collapsed."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def plain_word(text: str) -> str:
    """A word without case, accents and surplus blanks: `Inférieur  à` = `INFERIEUR A`.

    Only letters lose their marks: `≮` is not `<`.
    """
    bare: list[str] = []
    for char in unicodedata.normalize("NFKD", text).casefold():
        if not (unicodedata.combining(char) and bare and bare[-1].isalpha()):
            bare.append(char)
    return " ".join("".join(bare).split())


def _rows(name: str) -> list[dict[str, str]]:
    with (_DIRECTORY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table_rows(name: str) -> list[dict[str, str]]:
    """The rows of one format table, for loaders that stand beside what they serve."""
    return _rows(name)


@cache
def header_roles() -> dict[str, tuple[tuple[int, Role], ...]]:
    """Header key → (priority, role) candidates; a lower priority is preferred."""
    candidates: dict[str, list[tuple[int, Role]]] = defaultdict(list)
    for row in _rows("headers.csv"):
        candidates[header_key(row["header"])].append((int(row["priority"]), Role(row["role"])))
    return {key: tuple(sorted(set(found))) for key, found in candidates.items()}


@cache
def coding_systems() -> dict[str, str]:
    """Folded name of a coding system inside a coded cell → "loinc"."""
    return {fold(row["spelling"]): row["system"] for row in _rows("coding_systems.csv")}


@cache
def statuses() -> dict[str, Status]:
    """Folded status word or HL7 letter → status."""
    return {row["spelling"]: Status(row["status"]) for row in _rows("statuses.csv")}


@cache
def deletions() -> dict[str, bool]:
    """Folded word of a deletion column → whether the row was taken back."""
    return {row["spelling"]: row["deleted"] == "1" for row in _rows("deletions.csv")}


@cache
def side_words(column: str) -> dict[str, str]:
    """Folded word → what it means, of one list of side_words.csv, such as "sex"."""
    return {fold(row["word"]): row["meaning"] for row in _rows("side_words.csv") if row["column"] == column}


@cache
def specimen_words() -> dict[str, frozenset[str]]:
    """What a specimen word may be of ("any", "cells", "hemoglobin") → the words."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in _rows("specimens.csv"):
        found[row["of"]].add(row["word"])
    return {kind: frozenset(words) for kind, words in found.items()}


@cache
def comparators() -> dict[str, Comparator]:
    """Plain comparator sign, word or OMOP concept id of a column of its own → comparator."""
    return {
        word: sign
        for place in ("before", "after", "column")
        for word, sign in comparator_words(place).items()
    }


@cache
def comparator_words(place: str) -> dict[str, Comparator]:
    """Plain sign or word → comparator, of one place.

    Places: before or after a number, in a column of its own, or only in a printed interval ("up to 40").
    """
    rows = (row for row in _rows("comparators.csv") if row["place"] == place)
    return {plain_word(row["spelling"]): Comparator(row["comparator"]) for row in rows}


@cache
def range_words(place: str) -> frozenset[str]:
    """Plain words and dashes of a printed interval: "first", or "between" its two ends."""
    return frozenset(plain_word(row["word"]) for row in _rows("range_words.csv") if row["place"] == place)


@cache
def value_flags(place: str) -> frozenset[str]:
    """Flags a laboratory prints beside a number, case kept.

    Places: before the number, behind it after a blank, glued to it, behind its unit.
    """
    return frozenset(row["flag"] for row in _rows("value_flags.csv") if place in row["place"].split())


@cache
def months() -> dict[str, int]:
    """Plain name or abbreviation of a month, in the languages of months.csv → 1 to 12."""
    return {plain_word(row["spelling"]): int(row["month"]) for row in _rows("months.csv")}


@cache
def date_words(kind: str) -> frozenset[str]:
    """Plain words around dates: zone names, fillers of a time, joints and ordinal endings of a day."""
    return frozenset(plain_word(row["word"]) for row in _rows("date_words.csv") if row["kind"] == kind)


@cache
def not_values() -> dict[str, str]:
    """Folded cell text that is no value → missing, no_result or spreadsheet_error."""
    return {fold(row["spelling"]): row["meaning"] for row in _rows("missing.csv")}


@cache
def header_spellings() -> frozenset[str]:
    """Headers of headers.csv and of the dialects, casefolded, with blanks and with underscores."""
    listed = {row["header"].casefold() for row in _rows("headers.csv")}
    of_dialects = {header_key(row["header"]) for row in _rows("dialect_columns.csv")}
    return frozenset({*listed, *of_dialects, *(one.replace("_", " ") for one in listed)})


@cache
def preamble_labels() -> dict[str, str]:
    """Folded label above a table → what follows it: patient, collected, unit, date_order, stamp."""
    return {fold(row["label"]): row["meaning"] for row in _rows("preamble_labels.csv")}


@cache
def footer_labels() -> dict[str, str]:
    """Folded words of a line below a table → count, end or page."""
    return {fold(row["label"]): row["meaning"] for row in _rows("footer_labels.csv")}


@cache
def header_units() -> dict[str, str]:
    """Ending of a header, case kept (`ng_ml` of `ferritin_ng_ml`) → the unit it stands for, longest first."""
    rows = sorted(_rows("header_units.csv"), key=lambda row: -len(row["ending"]))
    return {unicodedata.normalize("NFKC", row["ending"]): row["unit"] for row in rows}
