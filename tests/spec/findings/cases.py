"""Builds one patient for the specifications of rules, in the shortest words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rls_dash.context.events import Event, EventKind
from rls_dash.context.patients import Menopause, PatientContext, Sex
from rls_dash.context.scores import Score
from rls_dash.findings.case import Case
from rls_dash.findings.engine import cases_of
from rls_dash.findings.model import Rule, Verdict
from rls_dash.interpret.limits import assess
from rls_dash.knowledge import Knowledge
from tests.spec.clinic import DEFAULTS, knowledge, results
from tests.spec.clinic import _row as result_row

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
    bare: bool = False,
) -> Case:
    """A patient.

    `lines`: one result a line, `analyte value unit date [time] [@laboratory] [#status] [!note]`, date and
    all after it optional: "ferritin <15 ug/L 2026-09-01 07:40 @North". `-` as unit is the canonical one.
    `events`: "supplement|ferrous sulfate|65 mg|oral|2025-01-01|2026-01-01", the end open when left out.
    `scores`: "IRLS 24 2026-09-01". `bare`: rows without flags and states, forty times as fast.
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
    events_, scores_ = tuple(map(event, events)), tuple(map(score, scores))
    if bare:
        return Case(PATIENT, as_of, used, _bare_rows(lines), facts, events_, scores_)
    table = "\n".join(["analyte | value | unit | date | lab | status | notes", *map(_row, _lines(lines))])
    assessed = assess(results(table), used, {PATIENT: facts})
    found = cases_of(
        assessed,
        used,
        as_of,
        {PATIENT: facts},
        {PATIENT: events_},
        {PATIENT: scores_},
    )
    empty = Case(PATIENT, as_of, used, [], facts, events_, scores_)
    return found.get(PATIENT, empty)


def _bare_rows(lines: str) -> list[dict[str, Any]]:
    names = ("analyte", "value", "unit", "date", "lab", "status", "notes")
    table = [[cell.strip() for cell in _row(line).split("|")] for line in _lines(lines)]
    filled = [{name: cell for name, cell in zip(names, cells, strict=True) if cell} for cells in table]
    rows = [result_row({**DEFAULTS, **cells}, line) for line, cells in enumerate(filled, 2)]
    return sorted(rows, key=lambda row: (row["analyte"], row["collected_on"]))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def _row(line: str) -> str:
    analyte, value, *rest = line.split()
    marks = {one[0]: one[1:] for one in rest if one[0] in "@#!"}
    plain = [one for one in rest if one[0] not in "@#!"]
    unit = plain.pop(0) if plain and not re.match(r"\d{4}", plain[0]) else "-"
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


def rows(table: str) -> list[list[str]]:
    """Cells of a table of `|`-separated columns; `-` stands for an empty cell."""
    lines = [line.strip() for line in table.strip().splitlines() if line.strip()]
    return [["" if cell.strip() == "-" else cell.strip() for cell in line.split("|")] for line in lines]


def patient(results: str, about: str = "", **more: Any) -> Case:
    """A patient in one line: results separated by ";", `tsat` for short, and words about him.

    "male", "female", "before" or "after" menopause, "pregnant", "dialysis", "haemochromatosis", each also
    with "not-"; "age=9", "age=?"; "assay=Roche". Without words: 50 years, nothing else stated.
    """
    facts: dict[str, Any] = {}
    for word in about.split():
        name, _, value = word.partition("=")
        if word in ("male", "female"):
            facts["sex"] = word
        elif word in ("before", "after"):
            facts["menopause"] = word
        elif name == "age":
            facts["age"] = None if value == "?" else int(value)
        elif name == "assay":
            facts["assay"] = value.replace("_", " ")
        else:
            facts[word.removeprefix("not-")] = not word.startswith("not-")
    lines = re.sub(r"\btsat\b", "transferrin_saturation", results).split(";")
    return case("\n".join(lines), bare=True, **facts, **more)
