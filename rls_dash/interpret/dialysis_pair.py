"""On dialysis: the two limits of the guideline that count together (rule K1), for the row of iron."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rls_dash.context.patients import PatientContext, is_minor
from rls_dash.interpret.caution_words import bounds_in, circumstances, truth_over, values_text
from rls_dash.interpret.draws import days_between
from rls_dash.interpret.iv_iron import TOO_EARLY
from rls_dash.interpret.latest import Row
from rls_dash.interpret.limits import ESRD
from rls_dash.knowledge import Knowledge, Limit
from rls_dash.model import Truth

_SUPPLEMENT = "iron"


def dialysis_pair(
    supplement: str,
    latest: Mapping[str, list[Row]],
    knowledge: Knowledge,
    facts: PatientContext | None,
    as_of: date | None,
) -> tuple[Truth, str] | None:
    """Whether both limits hold, and in words; None for other supplements and patients, under age, and while
    neither test is on file, where rule K1 asks for both."""
    if supplement != _SUPPLEMENT or facts is None or not facts.dialysis or (as_of and is_minor(facts, as_of)):
        return None
    limits = [one for one in knowledge.limits.values() if one.population == ESRD]
    known = [(limit, rows) for limit in limits if (rows := _readable(latest.get(limit.analyte, [])))]
    if not known:
        return None
    truths = [truth_over(limit, rows) for limit, rows in known]
    lacking = [one for one in limits if one.analyte not in {limit.analyte for limit, _ in known}]
    apart = not lacking and _apart([rows[-1] for _, rows in known], knowledge)
    met = Truth.FALSE if Truth.FALSE in truths else Truth.TRUE
    if met is Truth.TRUE and (lacking or apart or Truth.UNKNOWN in truths):
        met = Truth.UNKNOWN
    names = {one.limit_id: knowledge.analytes[one.analyte].short_label for one in limits}
    pair = " together with ".join(f"{names[one.limit_id]} {bounds_in(one, one.unit)[0]}" for one in limits)
    values = " and ".join(f"{names[limit.limit_id]} {values_text(rows)}" for limit, rows in known)
    ending = f" \u00b7 {circumstances(known[0][1], as_of, knowledge)} ({limits[0].cited})"
    said = {
        Truth.TRUE: f"On dialysis {pair} counts, and {values} meet it: {limits[0].region_name}",
        Truth.FALSE: f"On dialysis {pair} counts, and {values} do not meet it",
        Truth.UNKNOWN: f"On dialysis {pair} counts: not assessed, {_why(values, lacking, apart, names)}",
    }
    return met, said[met] + ending


def _why(values: str, lacking: Sequence[Limit], apart: bool, names: Mapping[str, str]) -> str:
    """Why the two limits cannot be read."""
    if lacking:
        return f"no usable {' and '.join(names[one.limit_id] for one in lacking)}"
    return f"{values} are of different times" if apart else f"{values} do not decide it"


def _readable(rows: list[Row]) -> list[Row]:
    """The latest rows, unless they were drawn too soon after iron by vein (rule T1)."""
    return [] if any(TOO_EARLY in row["notes"].split() for row in rows) else rows


def _apart(rows: Sequence[Row], knowledge: Knowledge) -> bool:
    """Whether results are of different times, as rule K1 pairs them."""
    window = float(knowledge.parameters["ferritin_tsat_days"].value)
    return any(days_between(rows[0], row) > window for row in rows[1:])
