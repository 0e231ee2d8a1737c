"""The one place where a result is compared with limits: decision limits and the laboratory's interval.

Charts, tables, exports and reports read what stands here; a second comparison anywhere is a defect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.context.patients import Audience, Contexts, audiences
from rls_dash.interpret.intervals import interval_flags, interval_words
from rls_dash.interpret.ladder import Ladder, limit_words
from rls_dash.interpret.regions import cached_region, covered, edges_of, placed, region_in, step_runs
from rls_dash.knowledge import Knowledge, Limit
from rls_dash.model import Flag, Status, Truth

Texts = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.float64]

_ADULTS = frozenset({Audience.ADULT, Audience.UNKNOWN})
_CHILDREN = frozenset({Audience.CHILD, Audience.YOUTH})
# population code of a limit → age groups it is applied to; a code not listed here decides no flag
_APPLIES: dict[str, frozenset[Audience]] = {
    "adult_rls": _ADULTS,
    "adult": _ADULTS,
    "lab_specific": _ADULTS,
    "adult_16": _ADULTS | {Audience.YOUTH},
    "child_rls": _CHILDREN,
    "child": _CHILDREN,
    "any": frozenset(Audience),
}
_UNUSABLE = {Status.CANCELLED.value, Status.ENTERED_IN_ERROR.value}
_PREGNANT, _DIALYSIS = "pregnancy", "dialysis"
ESRD = "esrd_rls"  # population of the limits that hold on dialysis
NOT_MADE_FOR = "the limit was not made for it"  # said in pregnancy and on dialysis
COMPUTED_INVALID = "computed_invalid"  # note on a computed result that decides nothing


class State(StrEnum):
    """Position of a result against the decision limits, as drawn and sorted by."""

    BELOW_LIMIT = "below_limit"
    BELOW_LIMIT_INSIDE_INTERVAL = "below_limit_inside_interval"
    INDETERMINATE = "indeterminate"
    WITHIN = "within"
    ABOVE_LIMIT = "above_limit"
    NOT_ASSESSED = "not_assessed"


STATE_WORDS = {
    State.BELOW_LIMIT: "below the limit",
    State.BELOW_LIMIT_INSIDE_INTERVAL: "inside the lab's interval, below the RLS limit",
    State.INDETERMINATE: "indeterminate",
    State.WITHIN: "within the limits",
    State.ABOVE_LIMIT: "above the limit",
    State.NOT_ASSESSED: "not assessed",
}
_STATE_OF_FLAG = {
    Flag.CRITICAL_LOW: State.BELOW_LIMIT,
    Flag.LOW: State.BELOW_LIMIT,
    Flag.NORMAL: State.WITHIN,
    Flag.HIGH: State.ABOVE_LIMIT,
    Flag.CRITICAL_HIGH: State.ABOVE_LIMIT,
    Flag.INDETERMINATE: State.INDETERMINATE,
    Flag.NOT_ASSESSED: State.NOT_ASSESSED,
}


def meets(
    limit: Limit, value: float, comparator: str, unit: str, reported_number: float, reported_unit: str
) -> Truth:
    """Whether a result lies in the region of a limit: proved, disproved, or open.

    `value` [unit, canonical]; `reported_number` [reported_unit, UCUM], preferred when present: a result
    is compared in the unit it was reported in when the source of the limit printed that unit.
    """
    as_reported = bool(reported_unit) and reported_number == reported_number  # not NaN
    number, compared = (reported_number, reported_unit) if as_reported else (value, unit)
    return placed(cached_region(limit, compared), number, comparator)


def may_meet(limit: Limit, rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which results of the limit's analyte may lie in its region: proved, or left open by a sign."""
    units, numbers = _as_compared(rows)
    signs = rows["comparator"].to_numpy(dtype=object)
    found = np.zeros(len(rows), dtype=bool)
    for unit in np.unique(units):
        at = units == unit
        region = region_in(limit, str(unit))
        edges = edges_of([region])
        inside = np.concatenate([[0], np.cumsum(covered(region, edges))])
        first, last = step_runs(edges, numbers[at], signs[at])
        found[at] = inside[last + 1] > inside[first]
    return found


def _as_compared(rows: pd.DataFrame) -> tuple[Texts, Numbers]:
    """Unit [UCUM] and number in which each result is compared: as reported where that is known."""
    as_reported = (rows["unit_code"].fillna("") != "").to_numpy() & rows["reported_number"].notna().to_numpy()
    units = np.where(as_reported, rows["unit_code"], rows["unit"])
    return units, np.where(as_reported, rows["reported_number"], rows["value"])


def applies(limit: Limit, audience: Audience) -> bool:
    """Whether a limit is stated for patients of this age group (unknown age: as for adults)."""
    return audience in _APPLIES.get(limit.population, frozenset())


def deciding_limits(knowledge: Knowledge, analyte: str, audience: Audience) -> list[Limit]:
    """The limits that decide the flag of an analyte at this age, strongest first."""
    chosen = [
        limit
        for limit in knowledge.limits.values()
        if limit.analyte == analyte and limit.flag is not None and applies(limit, audience)
    ]
    return sorted(chosen, key=lambda limit: (limit.rank is None, limit.rank or 0, limit.limit_id))


def assess(results: pd.DataFrame, knowledge: Knowledge, contexts: Contexts | None = None) -> pd.DataFrame:
    """`results` with flag, limit_id, flag_words, interval_flag, interval_words, state and audience added.

    Flags are Flag values, states State values. A result without an applicable limit is not assessed,
    never normal; `within` means that every limit of the analyte was decided and none is met.
    """
    rows = results.reset_index(drop=True)
    units, numbers = _as_compared(rows)
    groups = audiences(rows["patient_id"], rows["collected_on"], contexts or {})
    settings = _settings(rows["patient_id"], contexts or {})
    flags, ids, texts = _decide(rows, numbers, units, groups, settings, knowledge)
    _leave_to_dialysis(rows, units, settings, flags, texts, knowledge)
    unusable = rows["status"].isin(_UNUSABLE).to_numpy()
    flags[unusable], ids[unusable] = Flag.NOT_ASSESSED.value, ""
    texts[unusable] = "not assessed: the laboratory withdrew this result"
    invalid = rows["notes"].fillna("").str.contains(COMPUTED_INVALID, regex=False).to_numpy()
    flags[invalid], ids[invalid] = Flag.NOT_ASSESSED.value, ""
    texts[invalid] = "not assessed: the computed saturation is not valid beside the ferritin of this day"
    doubtful = rows["notes"].fillna("").str.contains("implausible", regex=False).to_numpy()
    texts[doubtful] = texts[doubtful] + "; unusual value, check unit and specimen"
    lab = interval_flags(rows)
    added = {
        "audience": groups,
        "setting": settings,
        "flag": flags,
        "limit_id": ids,
        "flag_words": texts,
        "interval_flag": lab,
        "interval_words": interval_words(rows, lab, units),
        "state": _states(flags, lab),
    }
    return rows.assign(**{name: pd.Series(column, dtype="str") for name, column in added.items()})


def _decide(
    rows: pd.DataFrame, numbers: Numbers, units: Texts, groups: Texts, settings: Texts, knowledge: Knowledge
) -> tuple[Texts, Texts, Texts]:
    """Flags, limit ids and words, one ladder of limits per analyte, reported unit, age group and setting."""
    flags, ids, texts = (np.full(len(rows), "", dtype=object) for _ in range(3))
    keys = [rows["analyte"].to_numpy(dtype=object), units, groups, settings]
    comparators = rows["comparator"].to_numpy(dtype=object)
    reported = rows["reported_value"].to_numpy(dtype=object)
    for (analyte, unit, audience, setting), at in _positions(keys):
        ladder = Ladder(deciding_limits(knowledge, analyte, Audience(audience)), unit)
        outcomes = ladder.assess(numbers[at], comparators[at], reported[at])
        for target, part in zip((flags, ids, texts), outcomes, strict=True):
            target[at] = part
        texts[at] = texts[at] + _suffix(ladder.limits, Audience(audience), setting)
        adults_only = Audience(audience).minor and deciding_limits(knowledge, analyte, Audience.ADULT)
        if adults_only and not ladder.limits:
            texts[at] = "not assessed: adult limits do not apply at this age"
    return flags, ids, texts


def _leave_to_dialysis(
    rows: pd.DataFrame, units: Texts, settings: Texts, flags: Texts, texts: Texts, knowledge: Knowledge
) -> None:
    """On dialysis a result inside the general limits is not within the guideline's own, which take a pair of
    results (rule K1): not assessed by itself, in place."""
    own = {limit.analyte: limit for limit in knowledge.limits.values() if limit.population == ESRD}
    on = np.array([_DIALYSIS in setting.split() for setting in settings], dtype=bool)
    at = np.flatnonzero(on & (flags == Flag.NORMAL.value) & rows["analyte"].isin(list(own)).to_numpy())
    for row in at:
        limit = own[str(rows["analyte"].iloc[row])]
        pair = " and ".join(knowledge.analytes[name].short_label for name in own if name != limit.analyte)
        flags[row] = Flag.NOT_ASSESSED.value
        region = limit_words(limit, units[row])
        texts[row] = f"not assessed by itself: on dialysis {region} counts, together with {pair}"


def _positions(
    keys: Sequence[Texts],
) -> Iterator[tuple[tuple[str, ...], npt.NDArray[np.intp]]]:
    """Row positions of every distinct combination of keys."""
    if not len(keys[0]):
        return
    frame = pd.DataFrame(dict(enumerate(keys)))
    for key, at in frame.groupby(list(frame.columns), sort=False).indices.items():
        yield tuple(str(part) for part in key), at


def _settings(patient_id: pd.Series, contexts: Contexts) -> Texts:
    """States recorded for the patient for which the general limits were not made, blank-separated."""
    texts = {
        key: " ".join(name for name, on in ((_PREGNANT, facts.pregnant), (_DIALYSIS, facts.dialysis)) if on)
        for key, facts in contexts.items()
    }
    return (
        patient_id.map(texts).fillna("").to_numpy(dtype=object)
        if texts
        else np.full(len(patient_id), "", object)
    )


def _suffix(limits: Sequence[Limit], audience: Audience, setting: str) -> str:
    """What must be said about the population of the limits used."""
    if all(limit.population == "any" for limit in limits):
        return ""
    parts = []
    if audience is Audience.UNKNOWN:
        parts.append("adult limit; age not stated")
    if audience.minor and any(limit.population.startswith("child") for limit in limits):
        parts.append("limit for children; adult limits do not apply at this age")
    parts += setting_words(setting)
    return "".join(f"; {part}" for part in parts)


def setting_words(setting: str) -> list[str]:
    """What must be said beside a limit for adults when pregnancy or dialysis is recorded."""
    return [f"{state} recorded: {NOT_MADE_FOR}" for state in setting.split()]


def judged_for_rls(knowledge: Knowledge) -> frozenset[str]:
    """Analytes whose flag a limit made for RLS decides."""
    limits = knowledge.limits.values()
    return frozenset(one.analyte for one in limits if one.flag and one.population.endswith("_rls"))


def state_words(state: State, for_rls: bool) -> str:
    """A state in words; only limits made for RLS are called RLS limits."""
    return STATE_WORDS[state] if for_rls else STATE_WORDS[state].replace("the RLS limit", "the limit")


def _states(flags: Texts, lab: Texts) -> Texts:
    names = {flag.value: state.value for flag, state in _STATE_OF_FLAG.items()}
    states = np.array([names[flag] for flag in flags], dtype=object)
    inside = (states == State.BELOW_LIMIT.value) & (lab == Flag.NORMAL.value)
    states[inside] = State.BELOW_LIMIT_INSIDE_INTERVAL.value
    return states
