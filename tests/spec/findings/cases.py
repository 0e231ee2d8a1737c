"""Builds one patient for the specifications of rules, in the shortest words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from rls_dash.context.events import Event, EventKind
from rls_dash.context.patients import Menopause, PatientContext, Sex
from rls_dash.context.scores import Score
from rls_dash.findings.case import Case
from rls_dash.findings.engine import cases_of
from rls_dash.findings.model import Rule, Verdict
from rls_dash.interpret.limits import assess
from rls_dash.knowledge import Knowledge
from tests.spec.clinic import knowledge, results

AS_OF = date(2026, 11, 1)
PATIENT = "P1"


def case(
    lines: str = "",
    *,
    age: int | None = 50,
    sex: str = "",
    pregnant: bool | None = None,
    dialysis: bool | None = None,
    haemochromatosis: bool | None = None,
    menopause: str = "",
    assay: str | None = None,
    events: Sequence[str] = (),
    scores: Sequence[str] = (),
    as_of: date = AS_OF,
    tables: Knowledge | None = None,
) -> Case:
    """A patient.

    `lines`: one result a line, `analyte value unit date [time] [@laboratory] [#status] [!note]`, date and
    all after it optional: "ferritin <15 ug/L 2026-09-01 07:40 @North". `-` as unit is the canonical one.
    `events`: "supplement|ferrous sulfate|65 mg|oral|2025-01-01|2026-01-01", the end open when left out.
    `scores`: "IRLS 24 2026-09-01".
    """
    used = tables or knowledge()
    facts = PatientContext(
        PATIENT,
        birth_date=date(as_of.year - age, 1, 1) if age is not None else None,
        sex=Sex(sex) if sex else None,
        pregnant=pregnant,
        dialysis=dialysis,
        haemochromatosis=haemochromatosis,
        menopause=Menopause(menopause) if menopause else None,
        ferritin_assay=assay,
    )
    table = "\n".join(["analyte | value | unit | date | lab | status | notes", *map(_row, _lines(lines))])
    assessed = assess(results(table), used, {PATIENT: facts})
    found = cases_of(
        assessed,
        used,
        as_of,
        {PATIENT: facts},
        {PATIENT: tuple(map(event, events))},
        {PATIENT: tuple(map(score, scores))},
    )
    empty = Case(PATIENT, as_of, used, [], facts, tuple(map(event, events)), tuple(map(score, scores)))
    return found.get(PATIENT, empty)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def _row(line: str) -> str:
    analyte, value, *rest = line.split()
    marks = {one[0]: one[1:] for one in rest if one[0] in "@#!"}
    plain = [one for one in rest if one[0] not in "@#!"]
    unit = plain.pop(0) if plain and not plain[0][:4].isdigit() else "-"
    moment = " ".join(plain) or "2026-10-01"
    cells = [analyte, value, "" if unit == "-" else unit, moment]
    return " | ".join([*cells, marks.get("@", ""), marks.get("#", ""), marks.get("!", "")])


def event(text: str) -> Event:
    """An event of "kind|name|dose unit|route|started|stopped"; trailing parts may be left out."""
    kind, name, dose, route, started, stopped = [*text.split("|"), *[""] * 6][:6]
    amount, _, unit = dose.partition(" ")
    return Event(
        PATIENT,
        EventKind(kind),
        name,
        Decimal(amount) if amount else None,
        unit,
        route,
        date.fromisoformat(started) if started else None,
        date.fromisoformat(stopped) if stopped else None,
        "events.csv",
        2,
    )


def score(text: str) -> Score:
    """A score of "scale total date"."""
    scale, total, day = text.split()
    return Score(PATIENT, scale, Decimal(total), date.fromisoformat(day), "scores.csv", 2)


def wordings(rule: Rule, one: Case) -> list[str]:
    """What a rule says of a patient, by wording; "?id" for a wording that says what is missing, "?" for not
    evaluated."""
    return [_short(verdict) for verdict in rule.decide(one) if verdict.truth.value != "false"]


def _short(verdict: Verdict) -> str:
    return verdict.wording if verdict.truth.value == "true" else f"?{verdict.wording}"
