"""Two-tier bounds: outside the possible a row is set aside, outside the plausible it is marked."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Literal

import numpy as np

from rls_dash.ingest.encoded import Encoded, Mask, combine, encode
from rls_dash.ingest.formats import Role
from rls_dash.knowledge import Analyte, Knowledge
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.issues import Problem
from rls_dash.normalise.texts import Numbers
from rls_dash.normalise.units import derive_factor

Tier = Literal["plausible", "impossible"]


def block_impossible(draft: Draft, value: Numbers, number: Numbers, unit: Encoded) -> None:
    """Set aside values [canonical] no body can have, naming the slips that would explain each."""
    low, high = _bounds(draft, "impossible")
    rows = np.flatnonzero(((value < low) | (value > high)) & draft.log.usable)
    if not len(rows):
        return
    whose = encode([f"{float(number[row])!r}" for row in rows])
    which, cases = combine(draft.analyte.take(rows), unit.take(rows), whose)
    problems = [
        Problem("impossible", explain(draft.knowledge, analyte, float(text), code))
        for analyte, code, text in cases
    ]
    of_row = np.zeros(len(draft), dtype=np.int64)
    of_row[rows] = which + 1
    draft.log.block_each(of_row, [None, *problems], Role.VALUE)


def note_implausible(draft: Draft, value: Numbers) -> Mask:
    """Mark values [canonical] outside the plausible; they are kept. Returns the rows marked."""
    low, high = _bounds(draft, "plausible")
    unusual = ((value < low) | (value > high)) & draft.log.usable
    message = "Unusual value: check the unit and the specimen. It is kept and marked."
    draft.log.note(unusual, "implausible", Role.VALUE, message)
    return np.asarray(unusual, dtype=bool)


def _bounds(draft: Draft, tier: Tier) -> tuple[Numbers, Numbers]:
    """(low, high) per row in the canonical unit; infinite for an open side or no analyte."""
    analytes = draft.knowledge.analytes
    sides = np.array(
        [
            _canonical_bounds(analytes[name], tier) if name in analytes else (-np.inf, np.inf)
            for name in draft.analyte.texts
        ]
    ).reshape(-1, 2)
    return draft.analyte.spread(sides[:, 0]), draft.analyte.spread(sides[:, 1])


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


def explain(knowledge: Knowledge, analyte: str, number: float, unit: str) -> str:
    """Why a value is impossible, and the unit slips that would explain it."""
    facts = knowledge.analytes[analyte]
    low, high = _canonical_bounds(facts, "impossible")
    ratio = float(derive_factor(facts, unit, facts.canonical_unit))
    text = f"Not possible for {facts.label}: outside {low:.6g} to {high:.6g} {facts.canonical_unit}."
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
