"""Runs the decision table over one patient, or over all, and puts the verdicts into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd

from rls_dash.context.events import Events
from rls_dash.context.patients import Contexts, PatientContext
from rls_dash.context.scores import Scores
from rls_dash.findings.case import Case
from rls_dash.findings.model import Cited, Finding, Input, NotEvaluated, PatientFindings, Rule, Verdict
from rls_dash.findings.rules import LEADING, RULES
from rls_dash.findings.wording import names_in, rendered
from rls_dash.interpret.latest import Row, records, usable
from rls_dash.knowledge import Knowledge, Urgency, Wording
from rls_dash.model import Truth

__all__ = ["all_findings", "findings_of"]


def findings_of(case: Case, rules: Sequence[Rule] = RULES) -> PatientFindings:
    """What the decision table says about one patient.

    A STOP about a supplement takes the supplement out of the wording of lower findings about it; it
    hides none of them.
    """
    verdicts = [(rule, verdict) for rule in rules for verdict in rule.decide(case)]
    spoken = [(rule, one) for rule, one in verdicts if one.wording and one.truth is not Truth.FALSE]
    stops = {
        case.knowledge.wordings[one.wording].about
        for _, one in spoken
        if case.knowledge.wordings[one.wording].urgency is Urgency.STOP
    }
    found = [_finding(one, case, stops - {""}) for _, one in spoken]
    silent = [
        NotEvaluated(rule.rule_id, one.missing, one.why)
        for rule, one in verdicts
        if one.truth is Truth.UNKNOWN and not one.wording
    ]
    ordered = sorted(found, key=_place)  # stable: the order of the table inside each urgency
    return PatientFindings(case.patient_id, tuple(ordered), tuple(silent))


def _place(one: Finding) -> tuple[int, bool]:
    """Most urgent first; within an urgency first what says that the general limits were not made for him."""
    return one.urgency.rank, one.wording_id not in LEADING


def _finding(verdict: Verdict, case: Case, stops: set[str]) -> Finding:
    knowledge = case.knowledge
    wording = knowledge.wordings[verdict.wording]
    stopped = wording.about in stops and wording.urgency is not Urgency.STOP
    template = wording.stopped_text if stopped and wording.stopped_text else wording.text
    grounds = _grounds(wording, template, knowledge)
    return Finding(
        rule_id=wording.rule_id,
        wording_id=wording.wording_id,
        urgency=wording.urgency,
        truth=verdict.truth,
        text=rendered(template, verdict.inputs, verdict.words, knowledge),
        inputs=verdict.inputs,
        limits=grounds.limits,
        sources=grounds.sources,
        missing=verdict.missing,
        about=wording.about,
        stopped=stopped,
        old=_old(verdict, case),
        overridden=grounds.overridden,
    )


@dataclass(frozen=True)
class _Grounds:
    """What a wording rests on, whoever the patient is."""

    limits: tuple[str, ...]
    sources: tuple[Cited, ...]
    overridden: tuple[str, ...]


@cache  # of the tables; never a cell of a file
def _grounds(wording: Wording, template: str, knowledge: Knowledge) -> _Grounds:
    return _Grounds(
        tuple(name for name in names_in(template) if name in knowledge.limits),
        _sources(wording, template, knowledge),
        _overridden(template, knowledge),
    )


def _overridden(template: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Limits and parameters of a text that the clinic replaced."""
    if knowledge.clinic is None:
        return ()
    changed = {key for key, limit in knowledge.limits.items() if limit.override}
    changed |= {key for key, parameter in knowledge.parameters.items() if parameter.override}
    return tuple(name for name in names_in(template) if name in changed)


def _sources(wording: Wording, template: str, knowledge: Knowledge) -> tuple[Cited, ...]:
    """The source of the statement, its further ones, and those of the limits it names."""
    own = wording.provenance
    graded = {own.source: own.evidence}
    for key in wording.also:
        graded.setdefault(key, knowledge.sources[key].provenance.evidence)
    for name in names_in(template):
        if name in knowledge.limits:
            where = knowledge.limits[name].provenance
            graded.setdefault(where.source, where.evidence)
    return tuple(Cited(key, knowledge.sources[key].short_name, evidence) for key, evidence in graded.items())


def _old(verdict: Verdict, case: Case) -> tuple[Input, ...]:
    """The results it rests on that are older than rule Q7 allows; relative time has no age."""
    oldest = case.number("historical_days")
    dated = [
        (one, one.collected_at[:10])
        for one in verdict.inputs
        if one.name in case.knowledge.analytes and _is_date(one.collected_at[:10])
    ]
    return tuple(one for one, day in dated if (case.as_of - date.fromisoformat(day)).days > oldest)


def _is_date(text: str) -> bool:
    """Whether a time of collection is a calendar date, and not one of relative time."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def all_findings(
    assessed: pd.DataFrame,
    knowledge: Knowledge,
    as_of: date,
    contexts: Contexts | None = None,
    events: Events | None = None,
    scores: Scores | None = None,
    issues: pd.DataFrame | None = None,
    patient_ids: Iterable[str] | None = None,
) -> dict[str, PatientFindings]:
    """Findings of every patient with a usable or held row, by id."""
    cases = cases_of(assessed, knowledge, as_of, contexts, events, scores, issues)
    wanted = None if patient_ids is None else set(patient_ids)
    ids = [key for key in cases if wanted is None or key in wanted]
    # Each case is let go once it is judged: it keeps what its rules have looked up.
    return {key: findings_of(cases.pop(key)) for key in ids}


def cases_of(
    assessed: pd.DataFrame,
    knowledge: Knowledge,
    as_of: date,
    contexts: Contexts | None = None,
    events: Events | None = None,
    scores: Scores | None = None,
    issues: pd.DataFrame | None = None,
) -> dict[str, Case]:
    """Every patient as the rules see him, by id, in order of the id."""
    contexts, events, scores = contexts or {}, events or {}, scores or {}
    rows: dict[str, list[Row]] = {}
    for row in records(usable(assessed)):
        rows.setdefault(row["patient_id"], []).append(row)
    held = _held(issues)
    ids = sorted(rows.keys() | held.keys() - {""})
    return {
        key: Case(
            patient_id=key,
            as_of=as_of,
            knowledge=knowledge,
            rows=rows.get(key, []),
            facts=contexts.get(key, PatientContext(key)),
            events=events.get(key, ()),
            scores=scores.get(key, ()),
            held=held.get(key, ()),
        )
        for key in ids
    }


def _held(issues: pd.DataFrame | None) -> Mapping[str, list[Row]]:
    """Rows that were held or set aside, by patient."""
    found: dict[str, list[Row]] = {}
    if issues is None or not len(issues):
        return found
    for row in records(issues[issues["severity"].isin(["held", "set_aside"])]):
        found.setdefault(row["patient_id"], []).append(row)
    return found
