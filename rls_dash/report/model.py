"""What stands on a report, in words: decided before anything is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rls_dash.figures.trend import TrendInfo
from rls_dash.interpret.words import UnitSystem


class Paper(StrEnum):
    """Size of the page."""

    A4 = "a4"
    LETTER = "letter"


class Note(StrEnum):
    """How much the note in plain text says."""

    SHORT = "short"
    FULL = "full"


@dataclass(frozen=True)
class Drawing:
    """The trends as one SVG element."""

    svg: str
    width: float  # [pt]
    height: float


@dataclass(frozen=True)
class ResultLine:
    """Latest and previous result of one analyte."""

    analyte: str
    test: str
    latest: str  # as reported, with its unit; says so where it was computed or there is none
    converted: str  # in the chosen units; "" where it was reported in them
    letter: str
    words: str  # flag in words
    interval: str  # the laboratory's own, and where the result lies in it
    when: str
    previous: str  # as reported, with its date
    core: bool  # one of the four that have a trend
    found: bool = True  # False: no result on file


@dataclass(frozen=True)
class FindingLine:
    """One finding, most urgent first."""

    urgency: str  # "stop", "act", "note", "info"
    rule_id: str
    title: str  # name of the rule
    text: str
    sources: str  # "AASM 2025, secondary; Mayo 2021, secondary"
    more: str  # what is missing, whether it is historical, whether the clinic's numbers decide


@dataclass(frozen=True)
class CautionLine:
    """One supplement: what the results say of it, and its cautions where they bring it up."""

    label: str
    state: str
    brought_up: bool
    reasons: tuple[str, ...]
    interactions: tuple[str, ...]
    cautions: tuple[str, ...]
    more: int  # cautions that are not printed here
    missing: str  # analytes that would inform it and are not on file


@dataclass(frozen=True)
class Report:
    """The report of one patient."""

    patient_id: str
    facts: str  # age, sex and states, or that they are not stated
    as_of: date
    units: UnitSystem
    trend: TrendInfo
    trend_words: str  # the figure in words
    drawing: Drawing
    results: tuple[ResultLine, ...]
    findings: tuple[FindingLine, ...]
    nothing_found: str  # what is said where no rule speaks up
    cautions: tuple[CautionLine, ...]
    cautions_note: str
    missing: str
    not_evaluated: str
    behind: tuple[str, ...]  # results, files, entries of this session and rows not used behind it
    clinic: str  # the clinic's own numbers in use, ""
    sample: str  # mark of the sample data, ""
    versions: str
