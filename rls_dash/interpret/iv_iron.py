"""Results drawn so soon after iron by vein that they cannot be read, or only early: decided here alone.

Rule T1 speaks by it, no iron rule reads what it calls too early, and the trends mark it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from rls_dash.context.events import Event, EventKind, Events
from rls_dash.interpret.substances import substances_of
from rls_dash.interpret.words import is_relative, span_text
from rls_dash.knowledge import Knowledge

TOO_EARLY = "too_early"  # note on a row that no comparison may use
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


def with_early_notes(rows: pd.DataFrame, events: Events, knowledge: Knowledge) -> pd.DataFrame:
    """`rows` with the note `too_early` on each result of the iron panel drawn too soon after iron by vein.

    The note keeps every comparison of two results (rule Q8, trend headers, two dates) from reading it.
    """
    given = {patient: iron_by_vein(own, knowledge) for patient, own in events.items()}
    given = {patient: own for patient, own in given.items() if own}
    if not given or not len(rows):
        return rows
    candidates = rows["patient_id"].isin(list(given)) & rows["analyte"].isin(list(IRON_PANEL))
    at = np.flatnonzero(candidates.to_numpy() & rows["collected_on"].notna().to_numpy())
    early = [place for place in at if _is_too_early(rows.iloc[place], given, knowledge)]
    if not early:
        return rows
    notes = rows["notes"].to_numpy(dtype=object, copy=True)
    notes[early] = [f"{notes[place]} {TOO_EARLY}".strip() for place in early]
    return rows.assign(notes=pd.Series(notes, index=rows.index, dtype="str"))


def _is_too_early(row: pd.Series, given: Mapping[str, Sequence[Event]], knowledge: Knowledge) -> bool:
    found = after_iron(row["collected_on"].date(), given[row["patient_id"]], knowledge)
    return found is not None and found.too_early
