"""Results drawn so soon after iron by vein that they cannot be read, or only early: decided here alone.

Rule T1 speaks by it, no iron rule reads what it calls too early, and the trends mark it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rls_dash.context.events import Event, EventKind
from rls_dash.interpret.substances import substances_of
from rls_dash.interpret.words import is_relative, span_text
from rls_dash.knowledge import Knowledge

IRON_PANEL = frozenset({"ferritin", "transferrin_saturation", "iron", "tibc", "uibc", "transferrin"})
_ROUTES_BY_VEIN = frozenset({"iv", "intravenous", "intravenously", "by vein", "infusion"})


@dataclass(frozen=True)
class AfterIron:
    """A day of collection inside the weeks after iron by vein in which the iron panel misleads."""

    days: int  # since the last iron by vein on or before that day
    too_early: bool  # not interpretable; False: early, as ferritin still falls
    until: float  # [days] after which it is not too early, or not early

    @property
    def short(self) -> str:
        """ "too early after IV iron", for a narrow place."""
        return "too early after IV iron" if self.too_early else "early after IV iron"

    @property
    def words(self) -> str:
        """ "14 days after iron by vein: not interpretable before 4 weeks"."""
        weeks = span_text(round(self.until))
        ending = f"not interpretable before {weeks}" if self.too_early else f"best read from {weeks} on"
        return f"{span_text(self.days)} after iron by vein: {ending}"


def by_vein(event: Event) -> bool:
    """Whether an event was given by vein: an infusion, or an entry whose route says so."""
    route = event.route.casefold().replace(".", "").strip()
    return event.kind is EventKind.INFUSION or route in _ROUTES_BY_VEIN


def iron_by_vein(events: Sequence[Event], knowledge: Knowledge) -> list[Event]:
    """Events that brought iron by vein, in the order of the file."""
    return [one for one in events if by_vein(one) and "iron" in substances_of(one, knowledge)]


def days_after(day: date, given: Sequence[Event]) -> int | None:
    """Days from the last of these events on or before a day to it; None without one, or in relative time."""
    before = [one.started_on for one in given if one.started_on and one.started_on <= day]
    return (day - max(before)).days if before and not is_relative(day) else None


def after_iron(day: date, given: Sequence[Event], knowledge: Knowledge) -> AfterIron | None:
    """Whether an iron panel drawn on a day is too early or early after iron by vein; None: neither.

    `given` as `iron_by_vein` returns it. Intervals are parameters of the tables.
    """
    days = days_after(day, given)
    if days is None:
        return None
    too_early, early = (
        float(knowledge.parameters[name].value) for name in ("iv_iron_too_early_days", "iv_iron_early_days")
    )
    if days < too_early:
        return AfterIron(days, True, too_early)
    return AfterIron(days, False, early) if days < early else None
