"""D1 to D3 and X1: recorded medicines beside iron and vitamin E, medicines that may worsen RLS, and a rising
severity total on a dopaminergic."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rls_dash.findings.case import Case
from rls_dash.findings.engine import findings_of
from rls_dash.findings.model import Rule
from rls_dash.findings.rules import stops
from rls_dash.findings.rules.medicines import RULES, d1, d2, d3, x1
from rls_dash.knowledge import Knowledge, Urgency
from rls_dash.model import Truth
from tests.spec.clinic import knowledge
from tests.spec.findings.cases import case, wordings

D1, D2, D3, X1 = RULES
IRON = "supplement|iron|65 mg|oral|2026-01-01"
THYROXINE = "medicine|levothyroxine|75 mcg|oral|2024-01-01"
LEVODOPA = "medicine|levodopa/carbidopa|100 mg|oral|2025-01-01"
PRAMIPEXOLE = "medicine|pramipexole|0.5 mg|oral|2025-01-01"
RISING = ["IRLS 14 2026-01-01", "IRLS 24 2026-09-01"]


def said(rule: Rule, lines: str = "", **about) -> list[str]:
    return wordings(rule, case(lines, **about))


def text(one: Case, wording: str) -> str:
    return next(found.text for found in findings_of(one, RULES).findings if found.wording_id == wording)


def with_parameter(name: str, value: str) -> Knowledge:
    tables = knowledge()
    changed = replace(tables.parameters[name], value=Decimal(value))
    return replace(tables, parameters={**tables.parameters, name: changed})


# --- what holds for all ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
@pytest.mark.parametrize(
    "events", [(), ("illness|iron deficiency",), ("infusion|ferric carboxymaltose|1000 mg||2026-01-01",)]
)
def test_without_a_list_of_medicines_no_rule_is_silent(rule, events) -> None:
    (verdict,) = rule.decide(case("ferritin 42 ug/L", events=events))
    assert (verdict.truth, verdict.wording, verdict.missing) == (Truth.UNKNOWN, "", ("events",))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_a_list_with_nothing_of_interest_is_silent(rule) -> None:
    assert said(rule, "ferritin 42 ug/L", events=["medicine|paracetamol|500 mg"]) == []


@pytest.mark.parametrize(
    "name", ["spironolactone", "environmental tablets", "bupropion", "Wellbutrin", "trazodone", "domperidone"]
)
def test_look_alikes_and_what_is_left_out_on_purpose_say_nothing(name) -> None:
    one = case("ferritin 42 ug/L", events=[f"medicine|{name}", THYROXINE.replace("2024", "2027")])
    assert [finding.rule_id for finding in findings_of(one, RULES).findings] == []


def test_all_are_notes_whose_inputs_name_their_line() -> None:
    events = [
        IRON,
        THYROXINE,
        PRAMIPEXOLE,
        "medicine|mirtazapine",
        "supplement|vitamin E",
        "medicine|warfarin",
    ]
    one = case("ferritin 42 ug/L", events=events, scores=RISING)
    found = findings_of(one, RULES).findings
    assert [finding.rule_id for finding in found] == ["D1", "D2", "D3", "X1"]
    assert {finding.urgency for finding in found} == {Urgency.NOTE}
    assert all(
        ground.source_file for finding in found for ground in finding.inputs if ground.name != "ferritin"
    )


# --- D1 --------------------------------------------------------------------------------------------------

BESIDE_IRON = """
    levothyroxine          | D1.levothyroxine | 4 hours apart
    L-Thyroxin 75          | D1.levothyroxine | 4 hours apart
    Euthyrox               | D1.levothyroxine | 4 hours apart
    doxycycline            | D1               | 2 to 3 hours apart
    ciprofloxacin          | D1               | quinolone 2 hours before or 4 hours after iron
    alendronic acid        | D1               | at least 2 hours apart
    co-careldopa           | D1.no_interval   | names no interval
    Madopar                | D1.no_interval   | names no interval
    mycophenolate mofetil  | D1.no_interval   | names no interval
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("medicine", "wording", "interval"), rows(BESIDE_IRON))
def test_d1_iron_recorded_beside_the_medicine(medicine, wording, interval) -> None:
    one = case(events=[IRON, f"medicine|{medicine}"])
    assert wordings(D1, one) == [wording]
    assert interval in text(one, wording) and medicine in text(one, wording)


@pytest.mark.parametrize(("medicine", "wording", "interval"), rows(BESIDE_IRON))
def test_d1_iron_brought_up_by_ferritin(medicine, wording, interval) -> None:
    one = case("ferritin 42 ug/L", events=[f"medicine|{medicine}"])
    expected = wording.replace("D1", "D1.if_iron")
    assert wordings(D1, one) == [expected]
    assert interval in text(one, expected) and "Ferritin 42" in text(one, expected)


FERRITIN_FOR_D1 = """
    74.9 ug/L   | D1.if_iron.levothyroxine
    75 ug/L     | D1.if_iron.levothyroxine
    75.0 ng/mL  | D1.if_iron.levothyroxine
    75.1 ng/mL  |
    168.5 pmol/L| D1.if_iron.levothyroxine
    168.6 pmol/L|
    <5 ug/L     | D1.if_iron.levothyroxine
    <=75 ug/L   | D1.if_iron.levothyroxine
    <100 ug/L   | ?
    >=75 ug/L   | ?
    >60 ug/L    | ?
    >75 ug/L    |
    >2000 ug/L  |
"""


@pytest.mark.parametrize(("ferritin", "expected"), rows(FERRITIN_FOR_D1))
def test_d1_edges_of_the_limit(ferritin, expected) -> None:
    found = said(D1, f"ferritin {ferritin}", events=[THYROXINE])
    assert found == ([expected] if expected else [])


def test_d1_recorded_iron_needs_no_ferritin_and_ferritin_above_does_not_silence_it() -> None:
    assert said(D1, events=[IRON, THYROXINE]) == ["D1.levothyroxine"]
    assert said(D1, "ferritin 180 ug/L", events=[IRON, THYROXINE]) == ["D1.levothyroxine"]


def test_d1_without_ferritin_and_without_iron_is_not_evaluated() -> None:
    (verdict,) = d1(case(events=[THYROXINE]))
    assert (verdict.truth, verdict.missing) == (Truth.UNKNOWN, ("ferritin",))
    assert "not on file" in verdict.why


@pytest.mark.parametrize(
    "iron",
    [
        "supplement|ferrous sulfate|65 mg|oral|2025-01-01|2026-10-31",
        "supplement|iron|65 mg|oral|2026-11-02",
        "infusion|ferric carboxymaltose|1000 mg|intravenous|2026-11-01",
        "supplement|iron-free multivitamin",
        "illness|iron deficiency anaemia",
    ],
)
def test_d1_iron_that_is_not_taken_by_mouth_on_the_day_does_not_count(iron) -> None:
    assert said(D1, "ferritin 180 ug/L", events=[iron, THYROXINE]) == []


def test_d1_stopped_medicine_does_not_count() -> None:
    assert said(D1, events=[IRON, "medicine|levothyroxine||oral|2020-01-01|2026-01-01"]) == []


def test_d1_speaks_once_for_each_kind_of_medicine() -> None:
    events = [IRON, THYROXINE, "medicine|ciprofloxacin", "medicine|ibandronate", "medicine|risedronate"]
    assert said(D1, events=events) == ["D1.levothyroxine", "D1", "D1"]


def test_d1_children_are_read_by_their_own_limit() -> None:
    assert said(D1, "ferritin 60 ug/L", age=9, events=[THYROXINE]) == []
    assert said(D1, "ferritin 49 ug/L", age=9, events=[THYROXINE]) == ["D1.if_iron.levothyroxine"]


def test_d1_under_a_stop_no_longer_brings_iron_up() -> None:
    one = case("ferritin 60 ug/L\ntransferrin_saturation 48 %", events=[THYROXINE])
    (found,) = [
        finding for finding in findings_of(one, (*stops.RULES, *RULES)).findings if finding.rule_id == "D1"
    ]
    assert found.stopped and "the stop above comes first" in found.text and "brings iron up" not in found.text


def test_d1_interval_comes_from_the_table() -> None:
    tables = knowledge()
    changed = tuple(
        replace(one, hours="7 hours apart")
        if (one.supplement, one.substance) == ("iron", "levothyroxine")
        else one
        for one in tables.interactions
    )
    one = case(events=[IRON, THYROXINE], tables=replace(tables, interactions=changed))
    assert "7 hours apart" in text(one, "D1.levothyroxine")


# --- D2, D3 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "medicine", ["warfarin", "Eliquis", "Marcumar", "aspirin 100", "Clopidogrel", "ASS 100"]
)
def test_d2_vitamin_e_beside_a_medicine_against_clotting(medicine) -> None:
    one = case(events=["supplement|vitamin E|400 mg", f"medicine|{medicine}"])
    assert wordings(D2, one) == ["D2"]
    assert medicine in text(one, "D2") and "vitamin E 400 mg" in text(one, "D2")


def test_d2_needs_both_on_the_day() -> None:
    assert said(D2, events=["medicine|warfarin"]) == []
    assert said(D2, events=["supplement|vitamin E"]) == []
    assert said(D2, events=["supplement|vitamin E|400 mg||2020-01-01|2021-01-01", "medicine|warfarin"]) == []
    assert said(D2, events=["supplement|multivitamin", "medicine|warfarin"]) == ["D2"]


AGGRAVATING = """
    haloperidol      | D3
    Metoclopramid    | D3
    prochlorperazine | D3
    quétiapine       | D3
    diphenhydramine  | D3
    promethazine     | D3
    lithium carbonate| D3
    mirtazapine      | D3.mirtazapine
    Remergil         | D3.mirtazapine
    sertraline       | D3.antidepressant
    venlafaxine      | D3.antidepressant
    amitriptyline    | D3.antidepressant
    alcohol          | D3.trigger
    caffeine         | D3.trigger
    nicotine patch   | D3.nicotine
    bupropion        |
    pramipexole      |
    levodopa         |
    cetirizine       |
    decaf coffee     |
"""


@pytest.mark.parametrize(("name", "expected"), rows(AGGRAVATING))
def test_d3_what_is_reported_to_worsen_rls(name, expected) -> None:
    assert said(D3, events=[f"medicine|{name}"]) == ([expected] if expected else [])


def test_d3_needs_no_result_and_names_every_medicine_of_a_kind_once() -> None:
    one = case(events=["medicine|haloperidol", "medicine|diphenhydramine", "medicine|mirtazapine"])
    assert wordings(D3, one) == ["D3", "D3.mirtazapine"]
    assert "haloperidol, diphenhydramine" in text(one, "D3").replace("Recorded: ", "")


def test_d3_a_stopped_medicine_says_nothing() -> None:
    assert said(D3, events=["medicine|haloperidol|||2020-01-01|2021-01-01"]) == []


# --- X1 --------------------------------------------------------------------------------------------------

TOTALS = """
    14 24       | X1 | a rise of ten
    14 17       | X1 | exactly three
    14 16       |    | two
    14 14       |    | none
    24 14       |    | falling
    10 14 14    | X1 | no lower than the one before, four above the lowest
    10 20 18    |    | falling again
    20 12 15    | X1 | three above the best
    20          | ?  | one total
"""


@pytest.mark.parametrize(("totals", "expected", "story"), rows(TOTALS))
def test_x1_what_counts_as_rising(totals, expected, story) -> None:
    scores = [f"IRLS {total} 2026-0{month}-01" for month, total in enumerate(totals.split(), 1)]
    found = said(X1, "ferritin 42 ug/L", events=[PRAMIPEXOLE], scores=scores)
    assert found == ([expected] if expected else []), story


@pytest.mark.parametrize(
    ("ferritin", "expected"),
    [
        ("74.9 ug/L", ["X1"]),
        ("75 ug/L", ["X1"]),
        ("75.1 ug/L", []),
        ("168.5 pmol/L", ["X1"]),
        ("168.6 pmol/L", []),
        ("<=75 ug/L", ["X1"]),
        ("<5 ug/L", ["X1"]),
        ("<100 ug/L", ["?"]),
        (">=75 ug/L", ["?"]),
        (">60 ug/L", ["?"]),
        (">75 ug/L", []),
        (">100 ug/L", []),
    ],
)
def test_x1_edges_of_ferritin(ferritin, expected) -> None:
    assert said(X1, f"ferritin {ferritin}", events=[PRAMIPEXOLE], scores=RISING) == expected


@pytest.mark.parametrize("medicine", [PRAMIPEXOLE, LEVODOPA, "medicine|Neupro", "medicine|Restex"])
def test_x1_dopaminergic_medicines(medicine) -> None:
    assert said(X1, "ferritin 42 ug/L", events=[medicine], scores=RISING) == ["X1"]


def test_x1_is_silent_off_the_medicine_and_on_others() -> None:
    for medicine in ("medicine|gabapentin", f"{PRAMIPEXOLE}|2026-10-01"):
        assert said(X1, "ferritin 42 ug/L", events=[medicine], scores=RISING) == []


def test_x1_totals_before_the_medicine_do_not_count() -> None:
    started = PRAMIPEXOLE.replace("2025-01-01", "2026-06-01")
    assert said(X1, "ferritin 42 ug/L", events=[started], scores=RISING) == ["?"]
    first_day = PRAMIPEXOLE.replace("2025-01-01", "2026-01-01")
    assert said(X1, "ferritin 42 ug/L", events=[first_day], scores=RISING) == ["X1"]
    later = [*RISING, "IRLS 28 2026-10-01"]
    assert said(X1, "ferritin 42 ug/L", events=[started], scores=later) == ["X1"]


def test_x1_other_scales_and_totals_after_the_day_do_not_count() -> None:
    others = ["ISI 10 2026-01-01", "ISI 20 2026-09-01"]
    assert said(X1, "ferritin 42 ug/L", events=[PRAMIPEXOLE], scores=others) == ["?"]
    future = ["IRLS 14 2026-01-01", "IRLS 24 2026-12-01"]
    assert said(X1, "ferritin 42 ug/L", events=[PRAMIPEXOLE], scores=future) == ["?"]


def test_x1_says_what_it_lacks() -> None:
    (no_scores,) = x1(case("ferritin 42 ug/L", events=[PRAMIPEXOLE]))
    assert no_scores.missing == ("scores",)
    (no_ferritin,) = x1(case(events=[PRAMIPEXOLE], scores=RISING))
    assert no_ferritin.missing == ("ferritin",) and "not on file" in no_ferritin.why
    (neither,) = x1(case(events=[PRAMIPEXOLE]))
    assert neither.missing == ("scores", "ferritin")


def test_x1_ferritin_above_decides_without_scores() -> None:
    assert said(X1, "ferritin 180 ug/L", events=[PRAMIPEXOLE]) == []


def test_x1_age() -> None:
    assert said(X1, "ferritin 42 ug/L", age=9, events=[PRAMIPEXOLE], scores=RISING) == []
    one = case("ferritin 42 ug/L", age=None, events=[PRAMIPEXOLE], scores=RISING)
    assert wordings(X1, one) == ["?X1.age"]
    assert x1(one)[0].missing == ("birth_date",)
    assert "age is not stated" in text(one, "X1.age")


def test_x1_prints_its_numbers_and_follows_the_table() -> None:
    one = case("ferritin 42 ug/L", events=[PRAMIPEXOLE], scores=RISING)
    for part in ("by 10 points", "14 (01 Jan 2026)", "24 (01 Sep 2026)", "3 points", "75", "pramipexole"):
        assert part in text(one, "X1")
    strict = case(
        "ferritin 42 ug/L",
        events=[PRAMIPEXOLE],
        scores=RISING,
        tables=with_parameter("irls_rise_points", "11"),
    )
    assert wordings(X1, strict) == []
    eased = case(
        "ferritin 42 ug/L",
        events=[PRAMIPEXOLE],
        scores=RISING,
        tables=with_parameter("irls_rise_points", "9"),
    )
    assert "9 points" in text(eased, "X1")


def test_rules_of_the_module_are_called_as_the_table_calls_them() -> None:
    assert [(rule.rule_id, rule.decide) for rule in RULES] == [("D1", d1), ("D2", d2), ("D3", d3), ("X1", x1)]
