"""Frozen types of the clinical knowledge: one class a table, one object a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from rls_dash.knowledge import rule_types as rules
from rls_dash.knowledge.provenance import Override, Provenance
from rls_dash.model import Flag


class Tier(StrEnum):
    """Whether an analyte has a trend of its own or gives context to those that have."""

    CORE = "core"
    CONTEXT = "context"


class LoincRole(StrEnum):
    """What a LOINC code does to a row: names its analyte, or keeps a look-alike out."""

    ACCEPT = "accept"
    ACCEPT_WITH_UNIT = "accept_with_unit"
    LOOK_ALIKE = "look_alike"


class Match(StrEnum):
    """How a name is looked for: inside a longer name at word bounds, or as the whole field."""

    BOUNDED = "bounded"
    WHOLE = "whole"


class Handling(StrEnum):
    """Whether a convertible unit is used as it stands, or so unusual that the user is asked."""

    ACCEPT = "accept"
    ASK = "ask"


class Origin(StrEnum):
    """Whether a statement stands in the project's source document or goes beyond it."""

    SOURCE_DOCUMENT = "source_document"
    BEYOND = "beyond"


class LinkRole(StrEnum):
    """Why an analyte informs a supplement: it shows the need, or the safety."""

    PRIMARY = "primary"
    SAFETY = "safety"


@dataclass(frozen=True)
class Source:
    """A publication, data set or decision of this project."""

    source: str
    short_name: str  # as it stands beside a number: "AASM 2025"
    citation: str
    url: str
    provenance: Provenance


@dataclass(frozen=True)
class Analyte:
    """What is measured in which specimen; ranges in [range_unit]."""

    analyte: str
    label: str
    short_label: str
    specimen: str
    tier: Tier
    display_order: int
    molar_mass_g_per_mol: Decimal | None
    mass_basis: str
    valence: int | None
    canonical_unit: str
    conventional_unit: str
    canonical_digits: int
    conventional_digits: int
    plausible_low: Decimal | None
    plausible_high: Decimal | None
    impossible_low: Decimal | None
    impossible_high: Decimal | None
    range_unit: str
    note: str
    provenance: Provenance


@dataclass(frozen=True)
class Loinc:
    """A LOINC code that names an analyte, or looks as if it did."""

    loinc: str
    analyte: str
    role: LoincRole
    property: str
    system: str
    long_common_name: str
    provenance: Provenance


@dataclass(frozen=True)
class Name:
    """A test name in some languages (codes blank-separated)."""

    name: str
    analyte: str
    language: str
    match: Match
    provenance: Provenance


@dataclass(frozen=True)
class AmbiguousName:
    """A test name that means this analyte only with one of these units [UCUM]."""

    name: str
    analyte: str
    units: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class Exclusion:
    """A pattern on the folded test name or specimen that vetoes an analyte ("*": every analyte)."""

    analyte: str
    pattern: str
    why: str
    provenance: Provenance


@dataclass(frozen=True)
class AcceptedUnit:
    """A unit [UCUM] in which an analyte is reported, with published factors to its canonical unit."""

    analyte: str
    unit: str
    handling: Handling
    published: tuple[tuple[Decimal, str], ...]
    provenance: Provenance


@dataclass(frozen=True)
class OtherTest:
    """The name of a test we do not track, so that it is never taken for a misspelt one of ours."""

    name: str
    language: str
    provenance: Provenance


@dataclass(frozen=True)
class TypicalInterval:
    """Between which numbers [unit] laboratories print the two ends of a reference interval.

    No reference interval itself: it only tells apart the units in which one may be printed.
    """

    analyte: str
    unit: str
    low: tuple[Decimal, Decimal] | None  # (least, most) lower end; None: only an upper end is printed
    high: tuple[Decimal, Decimal]
    provenance: Provenance


@dataclass(frozen=True)
class UsualChange:
    """How far the results of one patient usually lie apart, as multiples."""

    analyte: str
    delta_fold: Decimal | None  # so many times the others is worth a remark; None: it always changes so much
    steady_fold: Decimal | None  # where hardly anything but another unit changes it so much
    provenance: Provenance


class Speaks(StrEnum):
    """Whether a result in the region of a limit speaks for considering a supplement, or against it."""

    FOR = "for"
    AGAINST = "against"


_LABEL = re.compile(r"(?P<number>.+?) \u00b7 (?P<name>.+?)(?: \((?P<source>[^()]+)\))?")


@dataclass(frozen=True)
class Limit:
    """A decision limit as the region [unit] in which its statement holds.

    `paired` has the numbers its source prints in other units: unit → (low, high). They are not exact
    conversions, so a result is compared in the unit in which it was reported.
    """

    limit_id: str
    analyte: str
    low_op: str
    low: Decimal | None
    high_op: str
    high: Decimal | None
    unit: str
    paired: Mapping[str, tuple[Decimal | None, Decimal | None]] = field(hash=False)
    population: str
    population_text: str
    flag: Flag | None
    rank: int | None
    on_trend: bool
    short_label: str
    meaning: str
    strength: str
    requires: str
    lights: str
    speaks: Speaks | None  # for or against the supplement it lights
    provenance: Provenance
    source_name: str = ""  # short name of the source, filled in when all tables are read
    override: Override | None = None

    @property
    def region_name(self) -> str:
        """What the region means, in a few words: "iron considered"."""
        match = _LABEL.fullmatch(self.short_label)
        return match["name"] if match else self.short_label

    @property
    def label_source(self) -> str:
        """Source and evidence grade as they stand on the label of a line."""
        if self.override:
            return f"clinic limit; {self.source_name} {self.override.before}"
        match = _LABEL.fullmatch(self.short_label)
        return f"{(match and match['source']) or self.source_name}, {self.provenance.evidence}"

    @property
    def cited(self) -> str:
        """Source and evidence grade as they stand beside the number: "AASM 2025, secondary"."""
        if self.override:
            return f"clinic limit, {self.override.who}; {self.source_name} {self.override.before}"
        return f"{self.source_name}, {self.provenance.evidence}"


@dataclass(frozen=True)
class Supplement:
    """One row of the supplement cautions table."""

    supplement: str
    label: str
    display_order: int
    supports: str
    consider_when: str
    origin: Origin
    provenance: Provenance


class Prominence(StrEnum):
    """Where a caution is read: beside every patient's trends, or in the full list only."""

    BESIDE_TRENDS = "beside_trends"
    IN_FULL_LIST = "in_full_list"


@dataclass(frozen=True)
class Caution:
    """One caution on a supplement."""

    caution_id: str
    supplement: str
    display_order: int
    prominence: Prominence
    text: str
    origin: Origin
    provenance: Provenance


@dataclass(frozen=True)
class SupplementAnalyte:
    """An analyte that informs a supplement."""

    supplement: str
    analyte: str
    role: LinkRole
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Knowledge:
    """All tables, cross-checked. Analytes and supplements stand in display order."""

    sources: dict[str, Source]
    analytes: dict[str, Analyte]
    loinc: dict[str, Loinc]
    names: tuple[Name, ...]
    exclusions: tuple[Exclusion, ...]
    ambiguous_names: tuple[AmbiguousName, ...]
    other_tests: tuple[OtherTest, ...]
    typical_intervals: dict[str, TypicalInterval]
    usual_changes: dict[str, UsualChange]
    unit_spellings: dict[str, str]
    accepted_units: dict[tuple[str, str], AcceptedUnit]
    limits: dict[str, Limit]
    supplements: dict[str, Supplement]
    cautions: tuple[Caution, ...]
    supplement_analytes: tuple[SupplementAnalyte, ...]
    wordings: dict[str, rules.Wording]
    rule_titles: dict[str, rules.RuleTitle]
    parameters: dict[str, rules.Parameter]
    substances: tuple[rules.Substance, ...]
    assays: tuple[rules.Assay, ...]
    upper_limits: dict[tuple[str, rules.Authority], rules.UpperLimit]
    interactions: tuple[rules.Interaction, ...]
    fact_cautions: tuple[rules.FactCaution, ...]
    variation: dict[str, rules.Variation]
    scales: dict[str, rules.Scale]
    version: str
    clinic: rules.ClinicOverrides | None = None
