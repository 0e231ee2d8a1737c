"""What is known of a patient beside the results: the optional side file patients.csv."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.context.cells import CellError, Fault, day, one_line, word_of, yes_no


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

PATIENT_COLUMNS = (
    "patient_id",
    "birth_date",
    "sex",
    "pregnant",
    "dialysis",
    "haemochromatosis",
    "menopause",
    "ferritin_assay",
)
FACTS = PATIENT_COLUMNS[1:]
_OLDEST_YEARS = 120
_YOUTH_YEARS, _ADULT_YEARS = 16, 18

_SEX = word_of("sex", "female or male")
_MENOPAUSE = word_of("menopause", "before or after")
# fact → its reader
_READERS: dict[str, Callable[[str], Any]] = {
    "birth_date": day,
    "sex": lambda cell: Sex(_SEX(cell)),
    "pregnant": yes_no,
    "dialysis": yes_no,
    "haemochromatosis": yes_no,
    "menopause": lambda cell: Menopause(_MENOPAUSE(cell)),
    "ferritin_assay": lambda cell: one_line(cell) or None,
}


def read_fact(fact: str, cell: str) -> Any:
    """The value of one fact; None for an empty cell. Raises CellError, which says what to write instead."""
    return _READERS[fact](cell) if cell else None


def read_patient(patient_id: str, cells: Mapping[str, str]) -> tuple[PatientContext, tuple[Fault, ...]]:
    """(what a row says of a patient, what is to be said of it); a bad cell leaves its fact unknown."""
    known: dict[str, Any] = {}
    faults = []
    for fact in FACTS:
        try:
            known[fact] = read_fact(fact, cells.get(fact, ""))
        except CellError as error:
            message = f"{error} Treated as not stated."
            faults.append(Fault(fact, error.code, message))
    return PatientContext(patient_id, **known), tuple(faults)


def age_years(birth: date, on: date) -> int | None:
    """Whole years of age on a day; None when the two dates cannot both be right."""
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return years if 0 <= years <= _OLDEST_YEARS else None


def facts_words(facts: PatientContext | None, on: date) -> list[str]:
    """Age, sex and the states that limits depend on, or that they are not stated."""
    if facts is None:
        return ["age and sex not stated"]
    age = age_years(facts.birth_date, on) if facts.birth_date else None
    states = {
        "pregnant": facts.pregnant,
        "on dialysis": facts.dialysis,
        "haemochromatosis recorded": facts.haemochromatosis,
    }
    return [
        f"{age} years" if age is not None else "age not stated",
        facts.sex.value if facts.sex else "sex not stated",
        *(words for words, holds in states.items() if holds),
    ]


def is_minor(facts: PatientContext | None, on: date) -> bool:
    """Whether a patient is known to be under 18 on a day; an age that is not stated proves nothing."""
    age = age_years(facts.birth_date, on) if facts is not None and facts.birth_date else None
    return age is not None and age < _ADULT_YEARS


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
