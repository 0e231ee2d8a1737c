"""The supplement cautions table for one patient: which rows results and records make relevant, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

import pandas as pd

from rls_dash.context.events import Event
from rls_dash.context.patients import Audience, PatientContext
from rls_dash.interpret.caution_words import bounds_text, circumstances, truth_over, values_text
from rls_dash.interpret.dialysis_pair import dialysis_pair
from rls_dash.interpret.latest import Row, day_of, newest, usable_records
from rls_dash.interpret.limits import COMPUTED_INVALID, applies, setting_words
from rls_dash.interpret.recorded import Recorded, recorded
from rls_dash.interpret.substances import substances_of
from rls_dash.knowledge import Analyte, Caution, Knowledge, Limit, Speaks, Supplement, SupplementAnalyte
from rls_dash.model import Flag, Truth


class Relevance(StrEnum):
    """What the results say about one row of the table, the most urgent first."""

    AGAINST = "against"  # a result or a recorded fact speaks against the supplement
    RELEVANT = "relevant"
    UNDECIDED = "undecided"
    NOT_ASSESSED = "not_assessed"  # measured, but no limit applies at this age
    NOTHING_IN_RESULTS = "nothing_in_results"
    NOT_MEASURED = "not_measured"


_UNTREATED = frozenset({"b12_high_914"})  # limits made for people who do not take the supplement
_FIRST = (Relevance.AGAINST, Relevance.RELEVANT, Relevance.UNDECIDED)


class _Weight(IntEnum):
    """How strongly a reason speaks, strongest first."""

    AGAINST = 0
    LIMIT = 1
    BETWEEN_LIMITS = 2
    LAB_INTERVAL = 3
    RECORDED = 4
    UNDECIDED = 5


@dataclass(frozen=True)
class _Reason:
    weight: _Weight
    text: str


@dataclass(frozen=True)
class CautionRow:
    """One supplement with its cautions and the results that bring it up."""

    supplement: str
    label: str
    supports: str
    consider_when: str
    cautions: tuple[Caution, ...]
    relevance: Relevance
    reasons: tuple[str, ...]
    missing: tuple[str, ...]  # labels of analytes that would inform this row and are not on file
    interactions: tuple[str, ...] = ()  # spacing and risks beside what is recorded as running


def caution_rows(
    patient_results: pd.DataFrame,
    knowledge: Knowledge,
    as_of: date | None = None,
    facts: PatientContext | None = None,
    events: Sequence[Event] = (),
) -> tuple[CautionRow, ...]:
    """All supplements for one patient's assessed results, those that results or records bring up first.

    Only the latest result of each analyte counts, and events that run on `as_of`. Every supplement is
    listed whatever they say.
    """
    by_analyte: dict[str, list[Row]] = {}
    for one in usable_records(patient_results):
        by_analyte.setdefault(one["analyte"], []).append(one)
    every = {analyte: newest(rows) for analyte, rows in by_analyte.items()}
    latest = {key: own for key, own in every.items() if COMPUTED_INVALID not in own[-1]["notes"].split()}
    table = [
        _row(
            one,
            latest,
            recorded(key, facts, events, knowledge, as_of),
            _on_dialysis(dialysis_pair(key, latest, knowledge, facts, as_of)),
            knowledge,
            as_of,
            events,
        )
        for key, one in knowledge.supplements.items()
    ]
    return tuple(row for _, row in sorted(table, key=lambda item: item[0]))


def _row(
    supplement: Supplement,
    latest: dict[str, list[Row]],
    beside: Recorded,
    on_dialysis: Sequence[_Reason],
    knowledge: Knowledge,
    as_of: date | None,
    events: Sequence[Event],
) -> tuple[tuple[int, int, int], CautionRow]:
    """(place in the table, row)."""
    key = supplement.supplement
    links = [link for link in knowledge.supplement_analytes if link.supplement == key]
    reasons = sorted(
        [*on_dialysis, *_recorded(beside), *_reasons(supplement, latest, knowledge, as_of, events)],
        key=lambda one: one.weight,
    )
    strongest = reasons[0].weight if reasons else None
    relevance = _relevance(strongest, key, links, latest, knowledge)
    own = sorted(
        (one for one in knowledge.cautions if one.supplement == key), key=lambda one: one.display_order
    )
    row = CautionRow(
        key,
        supplement.label,
        supplement.supports,
        supplement.consider_when,
        tuple(own),
        relevance,
        tuple(reason.text for reason in reasons),
        tuple(knowledge.analytes[link.analyte].label for link in links if link.analyte not in latest),
        beside.with_medicines + (beside.with_supplements if relevance in _FIRST else ()),
    )
    place = _FIRST.index(relevance) if relevance in _FIRST else len(_FIRST)
    return (
        place,
        strongest if place < len(_FIRST) and strongest is not None else 0,
        supplement.display_order,
    ), row


def _relevance(
    strongest: _Weight | None,
    supplement: str,
    links: Sequence[SupplementAnalyte],
    latest: dict[str, list[Row]],
    knowledge: Knowledge,
) -> Relevance:
    if strongest is not None:
        spoken = {_Weight.AGAINST: Relevance.AGAINST, _Weight.UNDECIDED: Relevance.UNDECIDED}
        return spoken.get(strongest, Relevance.RELEVANT)
    primary = [link.analyte for link in links if link.role == "primary" and link.analyte in latest]
    if not primary:
        return Relevance.NOT_MEASURED
    judged = any(_limits(analyte, supplement, latest[analyte], knowledge) for analyte in primary)
    return Relevance.NOTHING_IN_RESULTS if judged else Relevance.NOT_ASSESSED


def _recorded(beside: Recorded) -> list[_Reason]:
    """Reasons that stand in the patient's record, not in a result."""
    return [
        *(_Reason(_Weight.AGAINST, text) for text in beside.against),
        *(_Reason(_Weight.RECORDED, text) for text in beside.brings_up),
    ]


def _on_dialysis(pair: tuple[Truth, str] | None) -> list[_Reason]:
    """The two limits of dialysis as a reason: before the general ones where both hold."""
    if pair is None:
        return []
    return [_Reason(_Weight.LIMIT if pair[0] is Truth.TRUE else _Weight.RECORDED, pair[1])]


def _reasons(
    supplement: Supplement,
    latest: dict[str, list[Row]],
    knowledge: Knowledge,
    as_of: date | None,
    events: Sequence[Event],
) -> list[_Reason]:
    """At most one reason per analyte: its strongest limit met, else its place against the lab's interval,
    else the limit it leaves open."""
    linked = {
        link.analyte for link in knowledge.supplement_analytes if link.supplement == supplement.supplement
    }
    found = []
    for analyte in knowledge.analytes.values():
        rows = latest.get(analyte.analyte)
        if rows is None:
            continue
        when = circumstances(rows, as_of, knowledge)
        limits = _limits(analyte.analyte, supplement.supplement, rows, knowledge)
        truths = [(limit, truth_over(limit, rows)) for limit in limits]
        met = next((limit for limit, truth in truths if truth is Truth.TRUE), None)
        still_open = next((limit for limit, truth in truths if truth is Truth.UNKNOWN), None)
        if met is not None and met.limit_id in _UNTREATED and _taken(supplement, rows, events, knowledge):
            found.append(_Reason(_Weight.RECORDED, _on_treatment_text(analyte, rows, met, when)))
        elif met is not None:
            found.append(_Reason(_weight(met), _met_text(analyte, rows, met, when)))
        elif analyte.analyte in linked and _outside_interval(rows):
            found.append(_Reason(_Weight.LAB_INTERVAL, _interval_text(analyte, rows, when)))
        elif still_open is not None:
            found.append(_Reason(_Weight.UNDECIDED, _open_text(analyte, rows, still_open, when)))
    return found


def _taken(supplement: Supplement, rows: list[Row], events: Sequence[Event], knowledge: Knowledge) -> bool:
    """Whether the supplement was recorded as running when the latest result was drawn."""
    own = [one for one in events if supplement.supplement in substances_of(one, knowledge)]
    return any(one.active_on(day_of(rows[-1])) for one in own)


def _on_treatment_text(analyte: Analyte, rows: list[Row], limit: Limit, when: str) -> str:
    bounds, _ = bounds_text(limit, rows)
    place = f"{analyte.short_label} {values_text(rows)}, {bounds}"
    return f"{place}: drawn while it was taken, so the limit does not speak \u00b7 {when} ({limit.cited})"


def _weight(limit: Limit) -> _Weight:
    if limit.speaks is Speaks.AGAINST:
        return _Weight.AGAINST
    return _Weight.BETWEEN_LIMITS if limit.flag is Flag.INDETERMINATE else _Weight.LIMIT


def _limits(analyte: str, supplement: str, rows: list[Row], knowledge: Knowledge) -> list[Limit]:
    """The limits of an analyte that bring up a supplement at this age, strongest first."""
    audience = Audience(rows[0]["audience"])
    chosen = [
        limit
        for limit in knowledge.limits.values()
        if limit.analyte == analyte and limit.lights == supplement and applies(limit, audience)
    ]
    return sorted(chosen, key=lambda limit: (limit.rank is None, limit.rank or 0, limit.limit_id))


def _outside_interval(rows: list[Row]) -> bool:
    """Whether the laboratory's own interval says so of every latest result."""
    return len({row["interval_flag"] for row in rows} - {Flag.LOW.value, Flag.HIGH.value}) == 0


def _interval_text(analyte: Analyte, rows: list[Row], when: str) -> str:
    place = rows[-1]["interval_words"]
    return f"{analyte.short_label} {values_text(rows)}, {place} \u00b7 {when}"


def _met_text(analyte: Analyte, rows: list[Row], limit: Limit, when: str) -> str:
    values = values_text(rows)
    bounds, one_sided = bounds_text(limit, rows)
    if len(rows) == 1 and one_sided and not rows[0]["comparator"]:
        comparison = f"{values} {bounds[0]} {bounds[1:].strip()}"
    else:
        comparison = f"{values}, {bounds}"
    setting = "".join(f"; {said}" for said in setting_words(rows[0]["setting"]))
    return f"{analyte.short_label} {comparison}: {limit.region_name} \u00b7 {when} ({limit.cited}){setting}"


def _open_text(analyte: Analyte, rows: list[Row], limit: Limit, when: str) -> str:
    bounds, _ = bounds_text(limit, rows)
    why = "the results conflict" if len(rows) > 1 else "the censored result does not decide it"
    return f"{analyte.short_label} {values_text(rows)} against {bounds}: {why} \u00b7 {when} ({limit.cited})"
