"""Frozen types of the knowledge behind findings: wordings of rules, and their numbers that are no limits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rls_dash.knowledge.provenance import Provenance


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
class Parameter:
    """A number of the rules that is no decision limit: a window, a factor, a coefficient."""

    parameter: str
    value: Decimal
    unit: str  # "days", "%", "" for a pure number
    meaning: str
    provenance: Provenance


@dataclass(frozen=True)
class Substance:
    """A word in the name of a supplement or medicine, and what it says is in it."""

    word: str  # case-folded, found at word bounds
    substance: str  # "iron", "levothyroxine", "dopamine_agonist"
    provenance: Provenance
