"""What is known of a patient beside the results: the optional side file patients.csv."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.model import Issue, Severity


class Sex(StrEnum):
    """Sex as far as limits depend on it."""

    FEMALE = "female"
    MALE = "male"


class Menopause(StrEnum):
    """State of menopause as far as iron limits depend on it."""

    BEFORE = "before"
    AFTER = "after"


class Audience(StrEnum):
    """Age group at collection, as far as limits depend on it."""

    ADULT = "adult"  # 18 years and over
    YOUTH = "youth"  # 16 and 17 years
    CHILD = "child"  # under 16 years
    UNKNOWN = "unknown"  # age not stated

    @property
    def minor(self) -> bool:
        """True under 18 years."""
        return self in (Audience.CHILD, Audience.YOUTH)


@dataclass(frozen=True)
class PatientContext:
    """Facts about one patient; None means not stated, never "no"."""

    patient_id: str
    birth_date: date | None = None
    sex: Sex | None = None
    pregnant: bool | None = None
    dialysis: bool | None = None
    haemochromatosis: bool | None = None
    menopause: Menopause | None = None
    ferritin_assay: str | None = None


Contexts = Mapping[str, PatientContext]

_YES_NO = {
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}
_SEX = {"f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE}
_MENOPAUSE = {
    **dict.fromkeys(("before", "pre", "premenopausal", "no"), Menopause.BEFORE),
    **dict.fromkeys(("after", "post", "postmenopausal", "yes"), Menopause.AFTER),
}
_OLDEST_YEARS = 120
_YOUTH_YEARS, _ADULT_YEARS = 16, 18


def _day(cell: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
        raise ValueError(cell)
    return date.fromisoformat(cell)


# column → (reader, what a good cell looks like)
_READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "birth_date": (_day, "a date as 1970-12-31"),
    "sex": (lambda cell: _SEX[cell.casefold()], "female or male"),
    "pregnant": (lambda cell: _YES_NO[cell.casefold()], "yes or no"),
    "dialysis": (lambda cell: _YES_NO[cell.casefold()], "yes or no"),
    "haemochromatosis": (lambda cell: _YES_NO[cell.casefold()], "yes or no"),
    "menopause": (lambda cell: _MENOPAUSE[cell.casefold()], "before or after"),
    "ferritin_assay": (str, "the maker of the assay"),
}


def read_patients(text: str, source_file: str) -> tuple[dict[str, PatientContext], list[Issue]]:
    """Patients by id, and an issue for every cell or row that could not be used.

    A bad cell leaves its fact unknown. Two rows that disagree leave the disputed fact unknown.
    """
    body = text.removeprefix("\ufeff")
    first = body.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(body, newline=""), delimiter=max(",;\t", key=first.count))
    header = [name.strip().casefold() for name in next(rows, [])]
    if "patient_id" not in header:
        return {}, [_issue(source_file, 1, "patient_column_missing", "", "", "no column patient_id; add it.")]
    found: dict[str, PatientContext] = {}
    issues: list[Issue] = []
    line = rows.line_num + 1
    for cells in rows:
        if any(cell.strip() for cell in cells):
            patient, problems = _read_row(dict(zip(header, cells, strict=False)), source_file, line)
            issues += problems
            if patient is not None:
                issues += _add(found, patient, source_file, line)
        line = rows.line_num + 1
    return found, issues


def _read_row(
    cells: dict[str, str], source_file: str, line: int
) -> tuple[PatientContext | None, list[Issue]]:
    patient_id = cells.get("patient_id", "").strip()
    if not patient_id:
        problem = _issue(
            source_file, line, "patient_id_missing", "patient_id", "", "no patient id; row not used."
        )
        return None, [problem]
    known: dict[str, Any] = {}
    issues = []
    for column, (reader, good) in _READERS.items():
        cell = cells.get(column, "").strip()
        if not cell:
            continue
        try:
            known[column] = reader(cell)
        except (KeyError, ValueError):
            message = f"not understood; write {good}, or leave it empty. Treated as not stated."
            issues.append(_issue(source_file, line, "patient_fact_unreadable", column, cell, message))
    return PatientContext(patient_id, **known), issues


def _add(found: dict[str, PatientContext], new: PatientContext, source_file: str, line: int) -> list[Issue]:
    """Merges a second row of one patient; what the rows disagree on becomes unknown."""
    old = found.get(new.patient_id)
    if old is None:
        found[new.patient_id] = new
        return []
    issues = []
    merged: dict[str, Any] = {}
    for name in (field.name for field in fields(PatientContext) if field.name != "patient_id"):
        before, after = getattr(old, name), getattr(new, name)
        merged[name] = after if before is None else before
        if before is not None and after is not None and before != after:
            merged[name] = None
            message = (
                "another row of this patient says otherwise; treated as not stated until one is removed."
            )
            issues.append(_issue(source_file, line, "patient_fact_conflict", name, str(after), message))
    found[new.patient_id] = replace(old, **merged)
    return issues


def _issue(source_file: str, line: int, code: str, column: str, reported: str, message: str) -> Issue:
    return Issue(source_file, line, Severity.NOTE, code, column, reported, message)


def age_years(birth: date, on: date) -> int | None:
    """Whole years of age on a day; None when the two dates cannot both be right."""
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return years if 0 <= years <= _OLDEST_YEARS else None


def audiences(patient_id: pd.Series, collected_on: pd.Series, contexts: Contexts) -> npt.NDArray[np.object_]:
    """Age group of the patient at each collection, as Audience values."""
    groups = np.full(len(patient_id), Audience.UNKNOWN.value, dtype=object)
    births = {key: facts.birth_date for key, facts in contexts.items() if facts.birth_date is not None}
    if not births:
        return groups
    born = pd.to_datetime(patient_id.map(births)).dt
    taken = collected_on.dt
    before_birthday = (taken.month < born.month) | ((taken.month == born.month) & (taken.day < born.day))
    years = (taken.year - born.year - before_birthday.astype(float)).to_numpy(dtype=float)
    usable = (years >= 0) & (years <= _OLDEST_YEARS)
    groups[usable & (years < _YOUTH_YEARS)] = Audience.CHILD.value
    groups[usable & (years >= _YOUTH_YEARS) & (years < _ADULT_YEARS)] = Audience.YOUTH.value
    groups[usable & (years >= _ADULT_YEARS)] = Audience.ADULT.value
    return groups
