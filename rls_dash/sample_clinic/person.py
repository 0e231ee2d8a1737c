"""Who is in the sample clinic: frozen types for a fictional patient, without any course of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

AS_OF = date(2026, 11, 1)
DAYS_PER_YEAR = 365.25

Course = tuple[tuple[float, float], ...]  # (years before the as-of date, level), oldest first


class Sex(StrEnum):
    """Sex, as patients.csv writes it."""

    FEMALE = "female"
    MALE = "male"


class File(StrEnum):
    """Name of each export of the clinic, without .csv."""

    PLAIN = "plain_results"
    SYNTHEA = "synthea_observations"
    OMOP = "omop_measurement"
    CDISC = "cdisc_lb"
    FHIR = "fhir_results"
    MIMIC = "mimic_labevents"
    GERMAN = "laborbefunde_de"


LABORATORY = {
    File.PLAIN: "Northside Laboratory",
    File.FHIR: "Epic",
    File.GERMAN: "Labor Nord",
}


@dataclass(frozen=True)
class Source:
    """A stretch of time in which one laboratory measured and one system exported."""

    file: File
    laboratory: str
    until: float = 0.0  # [years before as-of] end of the stretch
    ferritin_bias: float = 1.0  # assay of this laboratory ÷ assay of the course


@dataclass(frozen=True)
class Spot:
    """A value set exactly, at the visit nearest to its time."""

    analyte: str
    years: float  # [years before as-of]
    value: float  # [conventional unit]


@dataclass(frozen=True)
class Event:
    """A line of events.csv."""

    kind: str  # supplement, medicine, infusion or illness
    name: str
    dose: str
    unit: str
    route: str
    start: float  # [years before as-of]
    stop: float | None = None  # None: still going on


@dataclass(frozen=True)
class Person:
    """One fictional patient with the courses of the analytes that the story is about."""

    patient_id: str
    story: str
    see: str  # what to see, in plain words
    sex: Sex
    born: date
    sources: tuple[Source, ...]
    levels: dict[str, Course] = field(default_factory=dict)  # analyte → course [conventional unit]
    spots: tuple[Spot, ...] = ()
    often: tuple[str, ...] = ()  # measured at nearly every visit
    never: tuple[str, ...] = ()
    extra_visits: tuple[float, ...] = ()  # [years before as-of]
    span: tuple[float, float] = (3.7, 0.01)  # [years before as-of] first and last visit
    visits_per_year: float = 2.5
    context: dict[str, str] = field(default_factory=dict)  # columns of patients.csv beyond birth and sex
    stated: bool = True  # birth date and sex stand in patients.csv
    events: tuple[Event, ...] = ()


def day(years: float) -> date:
    """Calendar day a number of years before the as-of date."""
    return AS_OF - timedelta(days=round(years * DAYS_PER_YEAR))


def weekday(when: date) -> date:
    """The day itself, or the Friday before a weekend: clinics and laboratories are closed."""
    return when - timedelta(days=max(0, when.weekday() - 4))


def level(course: Course, years: float) -> float:
    """Course at a time, straight between its points and flat beyond its ends."""
    if years >= course[0][0]:
        return course[0][1]
    for (older, before), (newer, after) in zip(course, course[1:], strict=False):
        if years >= newer:
            return after if older == newer else before + (after - before) * (older - years) / (older - newer)
    return course[-1][1]


def only(file: File) -> tuple[Source, ...]:
    """One export for all the time."""
    return (Source(file, LABORATORY.get(file, "")),)
