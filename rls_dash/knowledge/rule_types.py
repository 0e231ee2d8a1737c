"""Frozen types of the knowledge behind findings: wordings of rules, and their numbers that are no limits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rls_dash.knowledge.provenance import Override, Provenance


class Urgency(StrEnum):
    """Severity of a finding, most urgent first."""

    STOP = "stop"
    ACT = "act"
    NOTE = "note"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Place in the order in which findings are read."""
        return list(Urgency).index(self)


@dataclass(frozen=True)
class Wording:
    """What one outcome of a rule says.

    `text` and `stopped_text` are templates: `{ferritin}` stands for an input of the rule, `{ferritin_rls_75}`
    for the region of a limit with its source, `{iv_iron_early_days}` for a parameter with its unit.
    """

    wording_id: str  # "I1", "I1.exactly_75"
    rule_id: str
    urgency: Urgency
    about: str  # supplement the text brings up or (STOP) speaks against; "" for none
    text: str
    stopped_text: str  # said instead while a STOP about the same supplement stands; "" says the same
    also: tuple[str, ...]  # further sources
    provenance: Provenance


@dataclass(frozen=True)
class RuleTitle:
    """Name of a rule in a few words, true of every outcome it can have."""

    rule_id: str
    title: str
    provenance: Provenance


@dataclass(frozen=True)
class Parameter:
    """A number of the rules that is no decision limit: a window, a factor, a coefficient."""

    parameter: str
    value: Decimal
    unit: str  # "days", "%", "" for a pure number
    meaning: str
    provenance: Provenance
    override: Override | None = None


@dataclass(frozen=True)
class Substance:
    """A word in the name of a supplement or medicine, and what it says is in it."""

    word: str  # case-folded, found at word bounds
    substance: str  # "iron", "levothyroxine", "dopamine_agonist"
    provenance: Provenance


@dataclass(frozen=True)
class Assay:
    """A word in the recorded name of a ferritin assay or analyser, and whose assay it is."""

    word: str  # case-folded, found at word bounds
    maker: str  # "beckman"
    provenance: Provenance


class Authority(StrEnum):
    """Who sets an upper level of intake."""

    IOM = "IOM"
    EFSA = "EFSA"


@dataclass(frozen=True)
class UpperLimit:
    """How much of a supplement an authority calls tolerable for the adult public, a day."""

    supplement: str
    authority: Authority
    amount: Decimal | None  # [unit] a day; None: the authority set none
    unit: str  # mg, mcg
    scope: str  # of what
    note: str  # what has to be said beside a dose above it; "" for nothing
    provenance: Provenance


class Effect(StrEnum):
    """What a recorded medicine or supplement has to do with a supplement."""

    SPACING = "spacing"  # one hinders the uptake of the other: taken apart
    RISK = "risk"  # taken together they are a risk, or one weakens the other
    LOWERS = "lowers"  # it lowers the level that the supplement would raise


@dataclass(frozen=True)
class Interaction:
    """What a source says of a supplement beside another substance."""

    supplement: str
    substance: str  # class of substances.csv
    effect: Effect
    hours: str  # "4 hours apart"; "" where the source names no interval
    why: str
    provenance: Provenance


@dataclass(frozen=True)
class Variation:
    """How far results of one person lie apart without any real change, as coefficients of variation."""

    analyte: str
    cvi: Decimal  # [%] within a person
    cva: Decimal | None  # [%] analytical; None: part of `cvi`, or not stated
    published_rcv: Decimal | None  # [%] classical reference change value that belongs to these figures
    published_note: str  # what else was published
    provenance: Provenance


class RecordedFact(StrEnum):
    """A recorded state of the patient that changes what is said about supplements."""

    HAEMOCHROMATOSIS = "haemochromatosis"
    DIALYSIS = "dialysis"
    PREGNANT = "pregnant"


@dataclass(frozen=True)
class FactCaution:
    """What is said beside a supplement when a state of the patient is recorded."""

    fact: RecordedFact
    supplement: str
    against: bool  # speaks against the supplement; else only brings it up
    text: str
    provenance: Provenance


@dataclass(frozen=True)
class Scale:
    """A symptom scale whose totals may be recorded. Its items are never stored."""

    scale: str  # "IRLS"
    spelled: tuple[str, ...]  # as files write it; case, blanks and punctuation do not matter
    lowest: Decimal | None  # None with `highest`: the scale has no total
    highest: Decimal | None
    whole: bool  # totals are whole numbers
    meaning: str
    provenance: Provenance


@dataclass(frozen=True)
class ClinicInterval:
    """A reference interval that the clinic uses for a laboratory, in place of the one it prints."""

    laboratory: str
    analyte: str
    low: Decimal | None
    high: Decimal | None
    unit: str  # UCUM
    override: Override


@dataclass(frozen=True)
class ClinicOverrides:
    """What a clinic's file replaces beside limits and parameters, and what it replaces in all."""

    name: str  # of the file
    ferritin_assay: str  # of patients without a recorded one; "" where none is said
    assay_override: Override | None
    intervals: tuple[ClinicInterval, ...]
    limits: tuple[str, ...]  # ids of replaced limits
    parameters: tuple[str, ...]
