"""Chapter: whole patients. Every story of vignettes/*.md, with the full set of findings due to it.

The stories go through the program as any other export does: written as one file of a laboratory, read,
normalised, composed. So a story also holds when a rule is right and a layer under it is not.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rls_dash.context.events import Event, EventKind
from rls_dash.context.patients import Menopause, PatientContext, Sex
from rls_dash.context.scores import Score
from rls_dash.findings.compose import Beside, interpreted
from rls_dash.findings.model import Finding, PatientFindings
from rls_dash.findings.rules import RULES
from rls_dash.model import Truth
from rls_dash.pipeline import InputFile, ReadOptions, analyse
from tests.spec.clinic import knowledge

AS_OF = date(2026, 11, 1)
FOLDER = Path(__file__).parent / "vignettes"
HEADER = ["patient_id", "collected_at", "test", "loinc", "specimen", "value", "unit", "status", "laboratory"]
LEVELS = ("stop", "act", "note", "info")
# The decision table of the project; a story must hold for each, once firing and once rightly silent.
TABLE = """Q1 Q2 Q3 Q4 Q5 Q6 Q7 Q8 Q9 S1 S2 S3 S4 I1 I2 I3 I4 I5 I6 I7 I8 I9 K1 K2 C1 C2 C3 T1 T2 T3 T4
B1 B2 B3 B4 B5 B6 F1 F2 F3 F4 M1 M2 M3 M4 M5 V1 V2 V3 V4 V5 H1 D1 D2 D3 X1""".split()


# --- the stories -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """One finding a story expects."""

    rule: str
    level: str  # "" where the decision table gives none
    wording: str = ""
    asks: bool = False
    stopped: bool = False
    historical: bool = False

    def __str__(self) -> str:
        marks = [name for name in ("stopped", "historical") if getattr(self, name)]
        return f"{self.level.upper() or 'ANY'} {self.wording or self.rule}{'?' if self.asks else ''}" + (
            f" ({', '.join(marks)})" if marks else ""
        )


@dataclass
class Story:
    """One patient."""

    key: str
    title: str
    where: str
    story: str = ""
    facts: PatientContext = field(default_factory=lambda: PatientContext(""))
    events: list[Event] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    nothing: bool = False
    silent: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    says: dict[str, list[str]] = field(default_factory=dict)
    disputed: str = ""  # why the program still says otherwise


@cache
def stories() -> tuple[Story, ...]:
    """All stories, in order of file and place."""
    found: list[Story] = []
    for path in sorted(FOLDER.glob("*.md")):
        if path.name == "README.md":
            continue
        for part in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            title, _, body = part.partition("\n")
            found.append(_story(f"V{len(found) + 1:03}", title.strip(), path.stem, body))
    return tuple(found)


def _story(key: str, title: str, where: str, body: str) -> Story:
    one = Story(key, title, where, facts=PatientContext(key))
    one.story = " ".join(line for line in body.splitlines() if line and not line.startswith("- "))
    for line in (line[2:] for line in body.splitlines() if line.startswith("- ")):
        head, _, rest = line.partition(": ")
        if head == "No findings":
            one.nothing = True
        elif head == "Patient":
            one.facts = _facts(key, rest)
        elif head == "Record":
            one.events.append(_event(key, rest, len(one.events) + 2))
        elif head == "Score":
            scale, total, day = rest.split()
            one.scores.append(
                Score(key, scale, Decimal(total), date.fromisoformat(day), "scores.csv", len(one.scores) + 2)
            )
        elif head.startswith("Drawn "):
            one.rows += _rows(key, head.removeprefix("Drawn "), rest)
        elif head.casefold() in (*LEVELS, "asks"):
            one.due += [_due(text, head.casefold()) for text in re.split(r", (?![^(]*\))", rest)]
        elif head == "Silent":
            one.silent += rest.split(", ")
        elif head == "Not evaluated":
            one.unknown += rest.split(", ")
        elif head == "Disputed":
            one.disputed = rest
        elif head.startswith("Says "):
            one.says[head.removeprefix("Says ")] = rest.split(" | ")
        else:
            raise ValueError(f"{where}, {title}: {line!r} is no line of a story")
    return one


def _facts(key: str, text: str) -> PatientContext:
    known: dict[str, object] = {}
    for part in text.split(", "):
        if years := re.fullmatch(r"(\d+) years", part):
            known["birth_date"] = date(AS_OF.year - int(years[1]), 1, 1)
        elif part in ("female", "male"):
            known["sex"] = Sex(part)
        elif part.endswith(" menopause"):
            known["menopause"] = Menopause(part.split()[0])
        elif state := re.fullmatch(r"(?:(not|no) )?(pregnant|dialysis|haemochromatosis)", part):
            known[state[2]] = not state[1]
        elif part.startswith("ferritin by "):
            known["ferritin_assay"] = part.removeprefix("ferritin by ")
        elif part != "nothing stated":
            raise ValueError(f"{key}: {part!r} is nothing a patient can be")
    return PatientContext(key, **known)  # type: ignore[arg-type]


def _event(key: str, text: str, line: int) -> Event:
    first, *parts = text.split(", ")
    kind, _, name = first.partition(" ")
    known: dict[str, object] = {}
    for part in parts:
        if part.startswith("from "):
            known["started_on"] = date.fromisoformat(part.removeprefix("from "))
        elif part.startswith("to "):
            known["stopped_on"] = date.fromisoformat(part.removeprefix("to "))
        elif part[0].isdigit():
            amount, known["unit"] = part.split()
            known["dose"] = Decimal(amount)
        else:
            known["route"] = part
    return Event(key, EventKind(kind), name, source_file="events.csv", source_row=line, **known)  # type: ignore[arg-type]


_PRINTED = re.compile(
    r"(?P<test>.+?) (?P<value>[<>]?\d[\d.]*)(?: (?P<unit>[^ ()\[\]]+))?"
    r"(?: \[(?P<loinc>[\d-]+)\])?(?: \((?P<mark>\w+)\))?"
)


def _rows(key: str, when: str, text: str) -> Iterator[list[str]]:
    moment, _, laboratory = when.partition("@")
    for printed in text.split("; "):
        found = _PRINTED.fullmatch(printed)
        if found is None:
            raise ValueError(f"{key}: {printed!r} is no result")
        mark = found["mark"] or ""
        specimen, status = (mark, "final") if mark == "urine" else ("", mark or "final")
        at = moment.strip().replace(" ", "T")
        code, unit = found["loinc"] or "", found["unit"] or ""
        yield [key, at, found["test"], code, specimen, found["value"], unit, status, laboratory]


def _due(text: str, level: str) -> Due:
    found = re.fullmatch(r"(?P<id>[A-Z]\d(?:\.\w+)?)(?P<asks>\?)?(?: \((?P<marks>[\w, ]+)\))?", text)
    if found is None:
        raise ValueError(f"{text!r} is no finding")
    marks = (found["marks"] or "").split(", ")
    rule = found["id"].partition(".")[0]
    return Due(
        rule,
        "" if level == "asks" else level,
        found["id"] if "." in found["id"] else "",
        level == "asks" or bool(found["asks"]),
        "stopped" in marks,
        "historical" in marks,
    )


# --- what the program says ---------------------------------------------------------------------------------


@cache
def said() -> dict[str, PatientFindings]:
    """Findings of all stories, read as one export."""
    page = io.StringIO()
    out = csv.writer(page, lineterminator="\n")
    out.writerow(HEADER)
    for one in stories():
        out.writerows(one.rows)
    tables = knowledge()
    file = InputFile("vignettes.csv", page.getvalue().encode())
    read = analyse([file], tables, ReadOptions(as_of=AS_OF))
    assert not read.errors, read.errors
    beside = Beside(
        {one.key: one.facts for one in stories()},
        {one.key: tuple(one.events) for one in stories()},
        {one.key: tuple(one.scores) for one in stories()},
    )
    return interpreted(read.results, read.issues, tables, AS_OF, beside).findings


def _fits(due: Due, found: Finding) -> bool:
    """Whether a finding is the one expected; marks count only where the story names them."""
    return (
        found.rule_id == due.rule
        and due.level in ("", found.urgency.value)
        and due.wording in ("", found.wording_id)
        and due.asks == (found.truth is Truth.UNKNOWN)
        and (found.stopped or not due.stopped)
        and (found.historical or not due.historical)
    )


def _shown(found: Finding) -> str:
    asks = "?" if found.truth is Truth.UNKNOWN else ""
    marks = [name for name in ("stopped", "historical") if getattr(found, name)]
    marked = f" ({', '.join(marks)})" if marks else ""
    return f"{found.urgency.value.upper()} {found.wording_id}{asks}{marked}: {found.text}"


def differences(one: Story, found: PatientFindings) -> list[str]:
    """What the program says otherwise than the story, line by line."""
    lines = [
        f"due, not said:  {due}" for due in one.due if not any(_fits(due, said) for said in found.findings)
    ]
    lines += [
        f"said, not due:  {_shown(said)}"
        for said in found.findings
        if not any(_fits(due, said) for due in one.due)
    ]
    listed = {open_.rule_id for open_ in found.not_evaluated}
    lines += [f"not listed as not evaluated:  {rule}" for rule in one.unknown if rule not in listed]
    for rule, words in one.says.items():
        texts = " / ".join(said.text for said in found.findings if said.rule_id == rule)
        lines += [f"{rule} does not say {word!r}:  {texts}" for word in words if word not in texts]
    return lines


def _patients() -> list[Any]:
    """A disputed story is expected to fail, and fails the run on the day it no longer does."""
    return [
        pytest.param(
            one,
            id=f"{one.where}: {one.title}",
            marks=[pytest.mark.xfail(reason=one.disputed, strict=True)] if one.disputed else [],
        )
        for one in stories()
    ]


@pytest.mark.parametrize("one", _patients())
def test_the_whole_patient(one: Story) -> None:
    found = said().get(one.key) or PatientFindings(one.key, (), ())
    wrong = differences(one, found)
    drawn = "\n".join(
        "    " + " ".join(cell for cell in row[1:] if cell and cell != "final") for row in one.rows
    )
    note = "\n    ".join(wrong)
    assert not wrong, f"\n{one.title}\n    {one.story}\n{drawn}\n  differs:\n    {note}"


# --- laws of the stories -----------------------------------------------------------------------------------


def test_there_are_at_least_sixty_stories() -> None:
    assert len(stories()) >= 60
    assert not [title for title, times in Counter(one.title for one in stories()).items() if times > 1]


def test_every_story_says_what_is_due() -> None:
    """A story without expectations would pass for the wrong reason."""
    wrong = [one.title for one in stories() if one.nothing == bool(one.due) or not one.rows or not one.story]
    torn = [one.title for one in stories() if {due.rule for due in one.due} & set(one.silent)]
    assert not wrong and not torn


def test_every_rule_has_a_patient_for_it_and_one_against() -> None:
    fires = {due.rule for one in stories() for due in one.due if not due.asks}
    silent = {rule for one in stories() for rule in one.silent}
    assert sorted(set(TABLE) - fires) == []
    assert sorted(set(TABLE) - silent) == []


def test_the_table_is_the_programs() -> None:
    assert sorted(rule.rule_id for rule in RULES) == sorted(TABLE)


def test_a_row_that_is_in_no_story_would_be_noticed() -> None:
    """The comparison bites: a finding taken away or added is named."""
    one = next(one for one in stories() if one.title == "Ferritin exactly 75")
    full = said()[one.key]
    less = PatientFindings(one.key, full.findings[1:], full.not_evaluated)
    assert any(line.startswith("due, not said") for line in differences(one, less))
    other = next(key for key in said() if {f.rule_id for f in said()[key].findings} - {"I1"})
    assert any(line.startswith("said, not due") for line in differences(one, said()[other]))
