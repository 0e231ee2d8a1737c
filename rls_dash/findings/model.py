"""What a rule says and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rls_dash.knowledge import Urgency
from rls_dash.model import Evidence, Truth

if TYPE_CHECKING:
    from rls_dash.findings.case import Case


@dataclass(frozen=True)
class Input:
    """One fact a finding rests on: a result, or something recorded about the patient."""

    name: str  # analyte, or the fact: "birth_date", "dialysis", "event", "score"
    text: str  # as it stands in a sentence: "ferritin 42 ng/mL (03 Apr 2026)"
    value: float | None = None  # [unit], as reported
    unit: str = ""  # UCUM
    comparator: str = ""
    collected_at: str = ""  # ISO 8601, or the date of the event
    source_file: str = ""
    source_row: int | None = None
    computed: str = ""  # formula, where the number was computed and not reported


@dataclass(frozen=True)
class Verdict:
    """One outcome of a rule.

    TRUE with a wording is a finding. UNKNOWN with a wording is a finding that says what is missing.
    UNKNOWN without one is listed as not evaluated. FALSE is silent.
    """

    truth: Truth
    wording: str = ""  # wording_id of rules.csv
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()  # what would decide: analytes and facts by id, "transferrin_saturation"
    why: str = ""  # why it could not be evaluated, where "not on file" is not the reason
    words: Mapping[str, str] = field(default_factory=dict)  # further words for the template


@dataclass(frozen=True)
class Cited:
    """A source as it stands beside a finding."""

    source: str  # key of sources.csv
    name: str  # "AASM 2025"
    evidence: Evidence


@dataclass(frozen=True)
class Finding:
    """What one rule says about one patient."""

    rule_id: str
    wording_id: str
    urgency: Urgency
    truth: Truth  # UNKNOWN: it says what is missing
    text: str
    inputs: tuple[Input, ...]
    limits: tuple[str, ...]  # limit ids its text names
    sources: tuple[Cited, ...]
    missing: tuple[str, ...]
    about: str = ""  # supplement
    stopped: bool = False  # worded without the supplement, because a STOP about it stands
    old: tuple[Input, ...] = ()  # results it rests on that are older than the limit of rule Q7
    overridden: tuple[str, ...] = ()  # limits and parameters the clinic replaced

    @property
    def historical(self) -> bool:
        """Whether it rests on a result older than the limit of rule Q7."""
        return bool(self.old)

    @property
    def evidence(self) -> Evidence:
        """Grade of the first source, which carries the statement."""
        return self.sources[0].evidence


@dataclass(frozen=True)
class NotEvaluated:
    """A rule that could not be decided, and what it would need."""

    rule_id: str
    missing: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class PatientFindings:
    """Findings of one patient, most urgent first, in the order of the decision table inside each urgency."""

    patient_id: str
    findings: tuple[Finding, ...]
    not_evaluated: tuple[NotEvaluated, ...]


@dataclass(frozen=True)
class Rule:
    """One row of the decision table."""

    rule_id: str
    decide: Callable[[Case], list[Verdict]]


SILENT = Verdict(Truth.FALSE)


def fires(wording: str, *inputs: Input | None, **words: str) -> Verdict:
    """The rule applies."""
    return Verdict(Truth.TRUE, wording, tuple(one for one in inputs if one), words=words)


def asks(wording: str, *inputs: Input | None, missing: tuple[str, ...], **words: str) -> Verdict:
    """The rule cannot be decided, and the patient's data call for saying so."""
    return Verdict(Truth.UNKNOWN, wording, tuple(one for one in inputs if one), missing, words=words)


def undecided(*missing: str, why: str = "") -> Verdict:
    """The rule cannot be decided; it is listed among those not evaluated."""
    return Verdict(Truth.UNKNOWN, missing=missing, why=why)
