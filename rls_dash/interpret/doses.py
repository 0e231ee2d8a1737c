"""Recorded doses of a supplement → how much a day, as far as the record says; beside the upper limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rls_dash.context.events import Event, EventKind
from rls_dash.interpret.substances import words_of
from rls_dash.interpret.words import date_text, plain
from rls_dash.knowledge import Knowledge, UpperLimit
from rls_dash.model import Truth

# spelling of a mass → [mg]; international units stand for no mass of their own
_MILLIGRAMS = {
    **dict.fromkeys(("mcg", "ug", "\u00b5g", "\u03bcg", "microgram", "micrograms"), Decimal("0.001")),
    **dict.fromkeys(("mg", "milligram", "milligrams"), Decimal(1)),
    **dict.fromkeys(("g", "gram", "grams"), Decimal(1000)),
}
_SHOWN = {Decimal("0.001"): "mcg", Decimal(1): "mg", Decimal(1000): "g"}
_A_DAY = re.compile(r"\s*(/\s*(d|day|24\s*h)|daily|(per|a|each|every) day)$")
_INTERNATIONAL = frozenset({"iu", "i.u.", "ie", "i.e.", "ui", "u.i."})
_BY_MOUTH = frozenset({"", "oral", "orally", "po", "p.o.", "per os", "by mouth"})
_SEVERAL = "holds several; how much of each is not recorded"
_SALT = "whether of the element or of its salt is not recorded"
_ALSO_COUNTED = frozenset({"antacid"})  # a class of the same substance, not a second one


@dataclass(frozen=True)
class Dose:
    """A recorded product that brings a supplement."""

    event: Event
    word: str  # word of substances.csv under which it was found; never a cell of a file
    milligrams: Decimal | None  # a day, of the supplement itself
    why_unknown: str  # why the amount of the supplement is not known; "" when it is

    @property
    def since(self) -> str:
        """ "since 14 Jul 2026"; "" without a start."""
        return f"since {date_text(self.event.started_on)}" if self.event.started_on else ""

    @property
    def text(self) -> str:
        """ "Magnesium 240 mg since 14 Jul 2026"; a unit that is not understood is not repeated, nor a dose
        that is not one of this supplement alone."""
        unit = _unit(self.event.unit)
        shown = "IU" if unit in _INTERNATIONAL else _SHOWN.get(_MILLIGRAMS.get(unit, Decimal()), "")
        dose = self.event.dose if shown and self.why_unknown != _SEVERAL else None
        amount = f"{amount_text(dose)} {shown}" if dose is not None else ""
        why = f"({self.why_unknown})" if self.why_unknown else ""
        return " ".join(filter(None, (self.word, amount, self.since, why)))


@dataclass(frozen=True)
class Intake:
    """What is recorded of a supplement by mouth on a day."""

    supplement: str
    doses: tuple[Dose, ...]

    @property
    def milligrams(self) -> Decimal:
        """Sum of the known doses [mg a day]; others may come on top."""
        return sum((one.milligrams for one in self.doses if one.milligrams is not None), Decimal(0))

    @property
    def known(self) -> tuple[Dose, ...]:
        """Products whose amount is known."""
        return tuple(one for one in self.doses if one.milligrams is not None)

    @property
    def unknown(self) -> tuple[Dose, ...]:
        """Products whose amount is not known."""
        return tuple(one for one in self.doses if one.milligrams is None)

    def above(self, upper: UpperLimit) -> Truth:
        """Whether the intake lies above an upper limit: proved by what is known, disproved only when
        everything is."""
        if upper.amount is None:
            return Truth.UNKNOWN
        if self.milligrams > upper.amount * _MILLIGRAMS[upper.unit]:
            return Truth.TRUE
        return Truth.UNKNOWN if self.unknown else Truth.FALSE


def intake_of(events: Sequence[Event], supplement: str, knowledge: Knowledge, on: date) -> Intake:
    """Products by mouth that bring a supplement and run on a day, in the order of the file."""
    doses = []
    for event in events:
        if event.kind in (EventKind.SUPPLEMENT, EventKind.MEDICINE) and event.active_on(on):
            dose = _dose(event, supplement, knowledge)
            if dose is not None:
                doses.append(dose)
    return Intake(supplement, tuple(doses))


def _dose(event: Event, supplement: str, knowledge: Knowledge) -> Dose | None:
    words = words_of(event, knowledge)
    found = [one for one in words if supplement in one.substances]
    if not found or event.route.casefold().strip() not in _BY_MOUTH:
        return None
    brought = {name for one in words for name in one.substances}
    why = _why_unknown(event, supplement, brought)
    milligrams = None
    if not why and event.dose is not None:
        milligrams = event.dose * _MILLIGRAMS[_unit(event.unit)]
    return Dose(event, found[0].word, milligrams, why)


def _why_unknown(event: Event, supplement: str, brought: set[str]) -> str:
    """Why a recorded dose does not tell the amount of the supplement; "" when it does."""
    elements = {one for one in brought if one.startswith("elemental_")}
    named = elements == {f"elemental_{supplement}"}
    salt = f"{supplement}_salt"
    markers = elements | {one for one in brought if one.endswith("_salt")}
    if event.dose is None:
        return "dose not recorded"
    if brought - markers - {supplement} - _ALSO_COUNTED and not named:
        return _SEVERAL
    if salt in brought and not named:
        return _SALT
    unit = _unit(event.unit)
    if not unit:
        return "unit not recorded"
    if unit in _INTERNATIONAL:
        return "international units are not converted"
    return "" if unit in _MILLIGRAMS else "unit not known"


def _unit(text: str) -> str:
    """A unit of mass as written, without case and without "a day": a recorded dose is one of a day."""
    return _A_DAY.sub("", text.strip().casefold())


def amount_text(number: Decimal) -> str:
    """A dose without trailing zeros: 0.4, 1000."""
    return plain(number.normalize()) if number else "0"


def upper_limits_of(supplement: str, knowledge: Knowledge) -> list[UpperLimit]:
    """Upper limits of a supplement that are set, in the order of the table."""
    return [
        one
        for one in knowledge.upper_limits.values()
        if one.supplement == supplement and one.amount is not None
    ]


def upper_limit_text(upper: UpperLimit) -> str:
    """ "EFSA 12 mg"."""
    return f"{upper.authority} {amount_text(upper.amount)} {upper.unit}" if upper.amount is not None else ""


def intake_text(intake: Intake, knowledge: Knowledge, minor: bool = False) -> str:
    """Recorded doses beside the upper limits, in one sentence; "" when nothing is recorded.

    `minor`: the patient is known to be under age; the tables hold the upper limits of adults only.
    """
    if not intake.doses:
        return ""
    uppers = upper_limits_of(intake.supplement, knowledge)
    parts = [_recorded_text(intake, uppers)]
    if uppers and minor:
        parts.append("not compared with upper limits: those on file are for adults")
    elif uppers:
        above = [one for one in uppers if intake.above(one) is Truth.TRUE]
        limits = ", ".join(f"{upper_limit_text(one)} ({one.provenance.evidence})" for one in uppers)
        said = f": above {' and '.join(one.authority for one in above)}" if above else ""
        parts.append(f"upper limit a day {limits}{said}")
        parts += [f"{one.authority}: {one.note}" for one in above if one.note]
    return "; ".join(parts)


def _recorded_text(intake: Intake, uppers: Sequence[UpperLimit]) -> str:
    """ "75 mg a day recorded since 08 Jun 2025"; of several products each is named."""
    products = ", ".join(one.text for one in intake.doses)
    if not intake.known:
        return f"recorded: {products}"
    factor = _MILLIGRAMS[uppers[0].unit] if uppers else _common(intake)
    total = f"{amount_text(intake.milligrams / factor)} {_SHOWN[factor]}"
    if len(intake.doses) == 1:
        return f"{total} a day recorded {intake.doses[0].since}".rstrip()
    return f"{'at least ' if intake.unknown else ''}{total} a day recorded: {products}"


def _common(intake: Intake) -> Decimal:
    """The unit of the first known dose, where no upper limit names one."""
    return _MILLIGRAMS[_unit(intake.known[0].event.unit)]
