"""Two results of one patient and analyte: how far apart, and whether that is more than chance; the slope."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from rls_dash.interpret import words
from rls_dash.interpret.inflammation import DRAWN_SO, INFLAMED
from rls_dash.interpret.iv_iron import TOO_EARLY
from rls_dash.interpret.latest import (
    COMPUTED,
    CONFLICTING,
    WITHDRAWN,
    Row,
    day_of,
    reported_text,
)
from rls_dash.interpret.variation import ChangeLimits, change_limits
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import Knowledge
from rls_dash.model import Status
from rls_dash.normalise.units import convert

_DOUBTFUL = frozenset({"implausible", "unit_suspect", "computed_invalid"})  # notes
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Change:
    """Difference between two results of one analyte in words."""

    amount: float | None  # [display unit]; None when no difference can be stated
    days: int
    words: str


class Direction(StrEnum):
    """Where the later result lies."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


class ChangeVerdict(StrEnum):
    """What a change is against the variation expected without one."""

    WITHIN = "within expected variation"
    BEYOND = "more than expected variation"
    NOT_KNOWN = "expected variation not known"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True)
class RealChange:
    """Whether the later of two results has really moved."""

    direction: Direction | None  # None: not comparable
    percent: float | None  # of the earlier result
    limits: ChangeLimits | None  # None: not comparable, or variation not known
    verdict: ChangeVerdict
    why: str = ""  # why not comparable


@dataclass(frozen=True)
class Slope:
    """Straight line through comparable results on their dates (least squares)."""

    per_year: float  # [unit]
    unit: str  # UCUM
    results: int
    days: int  # from the first to the last of them

    @property
    def words(self) -> str:
        """ "−20 ng/mL a year over 14 months (4 results)"."""
        number = words.signed(float(f"{self.per_year:.2g}"), _digits(self.per_year))
        rate = "no change" if number == "no change" else words.difference(number, self.unit)
        return f"{rate} a year over {words.span_text(self.days)} ({self.results} results)"


def why_not_comparable(latest: Row, previous: Row) -> str:
    """Why two results must not be compared, "" when they may.

    Comparable are exact, undoubted, final results of one laboratory and of one kind: both reported, or both
    computed in the same way. The laboratory stands for the assay, which no export states.
    """
    said = {*latest["notes"].split(), *previous["notes"].split()}
    statuses = {latest["status"], previous["status"]}
    reasons = {
        "conflicting": CONFLICTING in said,
        "censored": bool(latest["comparator"] or previous["comparator"]),
        **_laboratories(latest["laboratory"], previous["laboratory"]),
        "withdrawn": not statuses.isdisjoint(WITHDRAWN),
        "preliminary": Status.PRELIMINARY.value in statuses,
        "no common time": words.is_relative(day_of(latest)) != words.is_relative(day_of(previous)),
        **_methods(latest, previous),
        "too soon after iron by vein": TOO_EARLY in said,
        DRAWN_SO: INFLAMED in said,
        "unusual value": not said.isdisjoint(_DOUBTFUL),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def why_not_joined(latest: Row, previous: Row) -> str:
    """Why a line must not run from one result to the next, "" when it may: other laboratory or method."""
    reasons = {**_laboratories(latest["laboratory"], previous["laboratory"]), **_methods(latest, previous)}
    return next((reason for reason, holds in reasons.items() if holds), "")


def _methods(latest: Row, previous: Row) -> dict[str, bool]:
    kinds = [
        {one for one in row["notes"].split() if one == COMPUTED or one.startswith("from_")}
        for row in (latest, previous)
    ]
    return {"computed, the other reported or computed in another way": kinds[0] != kinds[1]}


def _laboratories(latest: str, previous: str) -> dict[str, bool]:
    stated = bool(latest) and bool(previous)
    return {
        "other laboratory": stated and latest != previous,
        "laboratory not stated on one side": not stated and latest != previous,
    }


def real_change(latest: Row, previous: Row, knowledge: Knowledge) -> RealChange:
    """Change of the latest result against the reference change value of its analyte."""
    why = why_not_comparable(latest, previous)
    before, after = float(previous["value"]), float(latest["value"])  # [canonical unit]
    if not why and before <= 0:
        why = "previous result 0"
    if why:
        return RealChange(None, None, None, ChangeVerdict.NOT_COMPARABLE, why)
    percent = 100 * (after - before) / before
    direction = Direction.SAME if percent == 0 else Direction.UP if percent > 0 else Direction.DOWN
    variation = knowledge.variation.get(latest["analyte"])
    if variation is None:
        return RealChange(direction, percent, None, ChangeVerdict.NOT_KNOWN)
    limits = change_limits(variation, float(knowledge.parameters["rcv_z"].value))
    within = limits.down < percent < limits.up
    return RealChange(direction, percent, limits, ChangeVerdict.WITHIN if within else ChangeVerdict.BEYOND)


def change_since(latest: Row, previous: Row, knowledge: Knowledge, system: UnitSystem) -> Change:
    """Difference of two results in the chosen unit system and what it means, or why there is none."""
    analyte = knowledge.analytes[latest["analyte"]]
    days = (day_of(latest) - day_of(previous)).days
    found = real_change(latest, previous, knowledge)
    if found.verdict is ChangeVerdict.NOT_COMPARABLE:
        before = f"previous {reported_text(previous)}, {words.span_text(days)} earlier"
        # The reason first: a cell of the list or a line over a panel may cut what stands at the end.
        return Change(None, days, f"not compared: {found.why} ({before})")
    unit, digits = words.display_unit(analyte, system)
    pair = [latest["value"], previous["value"]]
    after, first = (float(number) for number in convert(pair, analyte.analyte, latest["unit"], unit))
    difference = round(after - first, 9)
    text = words.signed(difference, max(_decimals(latest, after, digits), _decimals(previous, first, digits)))
    shown = text if text == "no change" else words.difference(text, unit)
    return Change(difference, days, f"{shown} in {words.span_text(days)}, {found.verdict}")


def _decimals(row: Row, shown: float, otherwise: int) -> int:
    """Decimals the laboratory printed, where the number shown is the number it printed."""
    if not math.isclose(shown, row["reported_number"], rel_tol=1e-7):
        return otherwise
    printed = words.reported_number_text(row["reported_value"], row["reported_number"])
    return len(printed.partition(".")[2])


def slope_of(rows: Sequence[Row], knowledge: Knowledge, unit: str) -> Slope | None:
    """Slope [unit a year] through the latest results of one analyte, as far back as each compares with the
    next; None where they are too few or too close together in time. `rows` stand oldest first."""
    run: list[Row] = []
    for row in reversed(rows):
        if run and why_not_comparable(run[-1], row):
            break
        run.append(row)
    moments = [row["collected_on"] for row in run]
    days = (moments[0] - moments[-1]).days if moments else 0
    needed = {name: float(knowledge.parameters[name].value) for name in ("slope_results", "slope_days")}
    if len(set(moments)) < needed["slope_results"] or days < needed["slope_days"]:
        return None
    years = np.array([(one - moments[-1]).total_seconds() / 86400 / _DAYS_PER_YEAR for one in moments])
    values = convert([row["value"] for row in run], run[0]["analyte"], run[0]["unit"], unit)
    from_mean = years - years.mean()
    per_year = float((from_mean * (values - values.mean())).sum() / (from_mean**2).sum())
    return Slope(per_year, unit, len(run), days)


def _digits(number: float) -> int:
    """Decimals that leave two significant digits."""
    return 0 if abs(number) >= 10 or number == 0 else 1 - math.floor(math.log10(abs(number)))
