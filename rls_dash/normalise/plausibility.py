"""Two-tier bounds: outside the possible a row is set aside, outside the plausible it is marked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

import numpy as np

from rls_dash.ingest.encoded import Codes, Encoded, Mask, combine, encode
from rls_dash.ingest.formats import Role
from rls_dash.knowledge import Analyte, Knowledge
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.issues import Problem
from rls_dash.normalise.texts import Numbers
from rls_dash.normalise.units import UnitError, derive_factor

Tier = Literal["plausible", "impossible"]


@dataclass(frozen=True)
class Cases:
    """The distinct amounts of a file: `value[index[row]]` is that of a row."""

    index: Codes
    value: Numbers  # in the canonical unit
    number: Numbers  # as printed
    analyte: Encoded
    unit: Encoded  # in which it was reported [UCUM]


def block_impossible(draft: Draft, cases: Cases) -> None:
    """Set aside values no body can have, naming the slips that would explain each."""
    wrong = _outside(draft.knowledge, cases, "impossible")
    if not wrong.any():
        return
    rows = np.flatnonzero(wrong.take(cases.index) & draft.log.usable)
    if not len(rows):
        return
    used, of_row = np.unique(cases.index[rows].astype(np.int64), return_inverse=True)
    whose = encode([f"{float(number)!r}" for number in cases.number[used]])
    which, found = combine(cases.analyte.take(used), cases.unit.take(used), whose)
    problems = [
        Problem("impossible", explain(draft.knowledge, analyte, float(text), code))
        for analyte, code, text in found
    ]
    of_each = np.zeros(len(draft), dtype=np.int64)
    of_each[rows] = which[of_row] + 1
    draft.log.block_each(of_each, [None, *problems], Role.VALUE)


def note_implausible(draft: Draft, cases: Cases) -> Mask:
    """Mark values outside the plausible; they are kept. Returns the rows marked."""
    wrong = _outside(draft.knowledge, cases, "plausible")
    if not wrong.any():
        return np.zeros(len(draft), dtype=np.bool_)
    unusual = wrong.take(cases.index) & draft.log.usable
    message = "Unusual value: check the unit and the specimen. It is kept and marked."
    draft.log.note(unusual, "implausible", Role.VALUE, message)
    return np.asarray(unusual, dtype=bool)


def _outside(knowledge: Knowledge, cases: Cases, tier: Tier) -> Mask:
    """Cases outside the bounds of their analyte; none where it has no bounds."""
    analytes = knowledge.analytes
    sides = np.array(
        [
            _canonical_bounds(analytes[name], tier) if name in analytes else (-np.inf, np.inf)
            for name in cases.analyte.texts
        ]
    ).reshape(-1, 2)
    low, high = cases.analyte.spread(sides[:, 0]), cases.analyte.spread(sides[:, 1])
    return np.asarray((cases.value < low) | (cases.value > high), dtype=bool)


@cache
def _canonical_bounds(facts: Analyte, tier: Tier) -> tuple[float, float]:
    low, high = (
        (facts.plausible_low, facts.plausible_high)
        if tier == "plausible"
        else (facts.impossible_low, facts.impossible_high)
    )
    ratio = derive_factor(facts, facts.range_unit, facts.canonical_unit)

    def convert(side: Decimal | None, otherwise: float) -> float:
        return otherwise if side is None else round(float(side * ratio), 9)

    return convert(low, -np.inf), convert(high, np.inf)


def possible_between(knowledge: Knowledge, analyte: str, unit: str) -> tuple[float, float]:
    """What a body can have of an analyte, in a unit [UCUM]; anything where the unit is none of it."""
    facts = knowledge.analytes[analyte]
    low, high = _canonical_bounds(facts, "impossible")
    try:
        ratio = float(derive_factor(facts, unit, facts.canonical_unit))
    except UnitError:
        return -np.inf, np.inf
    return low / ratio, high / ratio


def _printed(number: float) -> str:
    """A bound with at most four significant digits and no exponent."""
    return f"{float(f'{number:.4g}'):.10f}".rstrip("0").rstrip(".")


def explain(knowledge: Knowledge, analyte: str, number: float, unit: str) -> str:
    """Why a value is impossible, and the unit slips that would explain it."""
    facts = knowledge.analytes[analyte]
    ratio = float(derive_factor(facts, unit, facts.canonical_unit))
    # In the unit of the row: bounds in another unit, converted, are numbers that nobody can place.
    low, high = possible_between(knowledge, analyte, unit)
    text = f"Not possible for {facts.label}: outside {_printed(low)} to {_printed(high)} {unit}."
    plausible_low, plausible_high = _canonical_bounds(facts, "plausible")

    def fits(canonical: float) -> bool:
        return plausible_low <= canonical <= plausible_high

    others = sorted(code for name, code in knowledge.accepted_units if name == analyte and code != unit)
    slips = [
        code for code in others if fits(number * float(derive_factor(facts, code, facts.canonical_unit)))
    ]
    slips += [f"1/{step} of it" for step in (10, 100, 1000) if fits(number * ratio / step)]
    slips += [f"{step} times it" for step in (10, 100, 1000) if fits(number * ratio * step)]
    return text + (
        f" It would fit as: {', '.join(slips)}. Check the original." if slips else " Check the original."
    )
