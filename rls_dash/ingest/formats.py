"""The only reader of data/formats: header spellings, named dialects, status and comparator words."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from rls_dash.model import Comparator, Status

_DIRECTORY = Path(__file__).resolve().parents[2] / "data" / "formats"


class Role(StrEnum):
    """What a column of an export holds."""

    PATIENT_ID = "patient_id"
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


@dataclass(frozen=True)
class Dialect:
    """A known export layout: the headers that identify it and the role of each column."""

    dialect: str
    label: str
    required: frozenset[str]  # header keys
    roles: dict[str, Role]  # header key → role


def header_key(header: str) -> str:
    """A header without case, accents, blanks and punctuation: `Collection Date` = `collection_date`."""
    bare = unicodedata.normalize("NFKD", header.casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in bare if not unicodedata.combining(c)))


def fold(text: str) -> str:
    """A word as the format tables list it: NFKC, casefolded, blanks collapsed."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _rows(name: str) -> list[dict[str, str]]:
    with (_DIRECTORY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def header_roles() -> dict[str, tuple[tuple[int, Role], ...]]:
    """Header key → (priority, role) candidates; a lower priority is preferred."""
    candidates: dict[str, list[tuple[int, Role]]] = defaultdict(list)
    for row in _rows("headers.csv"):
        candidates[header_key(row["header"])].append((int(row["priority"]), Role(row["role"])))
    return {key: tuple(sorted(set(found))) for key, found in candidates.items()}


@cache
def dialects() -> tuple[Dialect, ...]:
    """Named dialects, the one with the most required headers first."""
    found = []
    for row in _rows("dialects.csv"):
        pairs = (pair.rsplit("=", 1) for pair in row["roles"].split())
        roles = {header_key(header): Role(role) for header, role in pairs}
        required = frozenset(header_key(header) for header in row["required"].split())
        found.append(Dialect(row["dialect"], row["label"], required, roles))
    return tuple(sorted(found, key=lambda dialect: -len(dialect.required)))


@cache
def statuses() -> dict[str, Status]:
    """Folded status word or HL7 letter → status."""
    return {row["spelling"]: Status(row["status"]) for row in _rows("statuses.csv")}


@cache
def deletions() -> dict[str, bool]:
    """Folded word of a deletion column → whether the row was taken back."""
    return {row["spelling"]: row["deleted"] == "1" for row in _rows("deletions.csv")}


@cache
def specimen_words() -> dict[str, frozenset[str]]:
    """What a specimen word may be of ("any", "cells", "hemoglobin") → the words."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in _rows("specimens.csv"):
        found[row["of"]].add(row["word"])
    return {kind: frozenset(words) for kind, words in found.items()}


@cache
def comparators() -> dict[str, Comparator]:
    """Folded comparator sign, word or OMOP concept id → comparator."""
    return {fold(row["spelling"]): Comparator(row["comparator"]) for row in _rows("comparators.csv")}


@cache
def not_values() -> dict[str, str]:
    """Folded cell text that is no value → missing, no_result or spreadsheet_error."""
    return {fold(row["spelling"]): row["meaning"] for row in _rows("missing.csv")}
