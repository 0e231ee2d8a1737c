"""Chapter: B1 to B6, F1 to F4 and V1 to V5, vitamins."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rls_dash.findings.engine import findings_of
from rls_dash.findings.model import Finding
from rls_dash.findings.rules import vitamins
from rls_dash.knowledge import Authority, Knowledge, Urgency
from tests.spec.clinic import knowledge
from tests.spec.findings.cases import patient, rows, wordings
from tests.spec.findings.edges import edge_cases

RULE = {rule.rule_id: rule for rule in vitamins.RULES}


def said(rule: str, results: str, about: str = "", **more) -> str:
    return ", ".join(wordings(RULE[rule], patient(results, about, **more)))


def found(results: str, about: str = "", **more) -> dict[str, Finding]:
    case = patient(results, about, **more)
    return {one.wording_id: one for one in findings_of(case, vitamins.RULES).findings}


def with_limit(limit: str, **numbers: str) -> Knowledge:
    tables = knowledge()
    changed = replace(tables.limits[limit], **{name: Decimal(number) for name, number in numbers.items()})
    return replace(tables, limits={**tables.limits, limit: changed})


def test_the_rules_stand_in_the_order_of_the_table() -> None:
    names = [
        f"{letter}{number}"
        for letter, last in (("B", 6), ("F", 4), ("V", 5))
        for number in range(1, last + 1)
    ]
    assert list(RULE) == names


# rule | limit | beside | about | just below | at | just above; only where every unit is an exact conversion
EDGES = """
B1 | holotranscobalamin 25 pmol/L | - | - | B1.active | - | -
B2 | holotranscobalamin 25 pmol/L | - | - | - | B2.active | B2.active
B2 | holotranscobalamin 70 pmol/L | - | - | B2.active | B2.active | -
B3 | vitamin_b12 914 pg/mL | - | - | - | - | ?B3.list_needed
B4 | methylmalonic_acid 0.27 umol/L | egfr 80 | - | - | - | B4
B4 | egfr 60 mL/min/{1.73_m2} | methylmalonic_acid 0.5 umol/L | - | B4.kidney | B4 | B4
V1 | vitamin_b6 20 nmol/L | - | - | V1 | V1.low_normal | V1.low_normal
V1 | vitamin_b6 30 nmol/L | - | - | V1.low_normal | - | -
V2 | vitamin_b6 200 nmol/L | - | - | ? | ? | V2.level
"""


@pytest.mark.parametrize(("rule", "result", "beside", "about", "expected"), edge_cases(rows(EDGES)))
def test_at_and_around_each_limit_in_each_unit(rule, result, beside, about, expected) -> None:
    assert said(rule, f"{result}; {beside}".strip("; "), about) == expected


# The unit of the report decides by the number its source printed for it; ng/L is pg/mL, ug/L is ng/mL.
PRINTED = """
B1 | vitamin_b12 179.9 pg/mL | B1
B1 | vitamin_b12 180 pg/mL   | -
B1 | vitamin_b12 179.9 ng/L  | B1
B1 | vitamin_b12 180 ng/L    | -
B1 | vitamin_b12 132.9 pmol/L| B1
B1 | vitamin_b12 133 pmol/L  | -
B2 | vitamin_b12 179.9 pg/mL | -
B2 | vitamin_b12 180 pg/mL   | B2
B2 | vitamin_b12 350 pg/mL   | B2
B2 | vitamin_b12 350.1 pg/mL | -
B2 | vitamin_b12 133 pmol/L  | B2
B2 | vitamin_b12 258 pmol/L  | B2
B2 | vitamin_b12 258.1 pmol/L| -
F3 | folate 2.99 ng/mL; vitamin_b12 500 pg/mL   | F3
F3 | folate 3.0 ng/mL; vitamin_b12 500 pg/mL    | -
F3 | folate 6.9 nmol/L; vitamin_b12 500 pg/mL   | F3
F3 | folate 7.0 nmol/L; vitamin_b12 500 pg/mL   | -
F4 | folate 2.99 ng/mL  | -
F4 | folate 3.0 ng/mL   | F4
F4 | folate 3.99 ng/mL  | F4
F4 | folate 4.0 ng/mL   | -
F4 | folate 7.0 nmol/L  | F4
F4 | folate 9.9 nmol/L  | F4
F4 | folate 10 nmol/L   | -
F4 | folate 3.0 ug/L    | F4
V3 | vitamin_c 10.9 umol/L | V3
V3 | vitamin_c 11 umol/L   | V3.low
V3 | vitamin_c 23 umol/L   | V3.low
V3 | vitamin_c 23.1 umol/L | -
V3 | vitamin_c 0.19 mg/dL  | V3
V3 | vitamin_c 0.2 mg/dL   | V3.low
V3 | vitamin_c 0.4 mg/dL   | V3.low
V3 | vitamin_c 0.41 mg/dL  | -
V4 | vitamin_e 11.9 umol/L | V4
V4 | vitamin_e 12 umol/L   | -
V4 | vitamin_e 0.515 mg/dL | V4
V4 | vitamin_e 0.516 mg/dL | -
V5 | vitamin_d 11.9 ng/mL  | V5
V5 | vitamin_d 12 ng/mL    | V5.inadequate
V5 | vitamin_d 19.9 ng/mL  | V5.inadequate
V5 | vitamin_d 20.0 ng/mL  | -
V5 | vitamin_d 29.9 nmol/L | V5
V5 | vitamin_d 30 nmol/L   | V5.inadequate
V5 | vitamin_d 49.9 nmol/L | V5.inadequate
V5 | vitamin_d 50 nmol/L   | -
B1 | vitamin_b12 0.1799 ng/mL | B1
B1 | vitamin_b12 0.18 ng/mL | -
B1 | vitamin_b12 0.1329 nmol/L | B1
B1 | vitamin_b12 0.133 nmol/L | -
B1 | vitamin_b12 17990 pg/dL | B1
B1 | vitamin_b12 18000 pg/dL | -
B2 | vitamin_b12 0.35 ng/mL | B2
B2 | vitamin_b12 0.3501 ng/mL | -
B2 | vitamin_b12 0.258 nmol/L | B2
B2 | vitamin_b12 0.2581 nmol/L | -
B2 | vitamin_b12 350 ng/L | B2
B2 | vitamin_b12 350.1 ng/L | -
F1 | folate 2.99 ng/mL | F1
F1 | folate 3.0 ng/mL | -
F1 | folate 2.99 ug/L | F1
F1 | folate 3.0 ug/L | -
F1 | folate 6.9 nmol/L | F1
F1 | folate 7.0 nmol/L | -
F1 | folate 299 ng/dL | F1
F1 | folate 300 ng/dL | -
F1 | folate 6900 pmol/L | F1
F1 | folate 7000 pmol/L | -
F4 | folate 3.99 ug/L | F4
F4 | folate 4.0 ug/L | -
F4 | folate 399 ng/dL | F4
F4 | folate 400 ng/dL | -
F4 | folate 9900 pmol/L | F4
F4 | folate 10000 pmol/L | -
V3 | vitamin_c 1.99 mg/L | V3
V3 | vitamin_c 2.0 mg/L | V3.low
V3 | vitamin_c 1.99 ug/mL | V3
V3 | vitamin_c 2.0 ug/mL | V3.low
V3 | vitamin_c 0.0109 mmol/L | V3
V3 | vitamin_c 0.011 mmol/L | V3.low
V3 | vitamin_c 4.0 mg/L | V3.low
V3 | vitamin_c 4.01 mg/L | -
V3 | vitamin_c 4.0 ug/mL | V3.low
V3 | vitamin_c 4.01 ug/mL | -
V3 | vitamin_c 0.023 mmol/L | V3.low
V3 | vitamin_c 0.0231 mmol/L | -
V4 | vitamin_e 5.15 mg/L | V4
V4 | vitamin_e 5.16 mg/L | -
V4 | vitamin_e 5.15 ug/mL | V4
V4 | vitamin_e 5.16 ug/mL | -
V4 | vitamin_e 515 ug/dL | V4
V4 | vitamin_e 516 ug/dL | -
V5 | vitamin_d 11.9 ug/L | V5
V5 | vitamin_d 12 ug/L | V5.inadequate
V5 | vitamin_d 19.9 ug/L | V5.inadequate
V5 | vitamin_d 20.0 ug/L | -
F2 | folate 2 ng/mL; vitamin_b12 349 pg/mL | F2
F3 | folate 2 ng/mL; vitamin_b12 349 pg/mL | -
F2 | folate 2 ng/mL; vitamin_b12 350 pg/mL | F2
F3 | folate 2 ng/mL; vitamin_b12 350 pg/mL | -
F2 | folate 2 ng/mL; vitamin_b12 350.1 pg/mL | -
F3 | folate 2 ng/mL; vitamin_b12 350.1 pg/mL | F3
F2 | folate 2 ng/mL; vitamin_b12 258 pmol/L | F2
F3 | folate 2 ng/mL; vitamin_b12 258 pmol/L | -
F2 | folate 2 ng/mL; vitamin_b12 258.1 pmol/L | -
F3 | folate 2 ng/mL; vitamin_b12 258.1 pmol/L | F3
"""


@pytest.mark.parametrize(("rule", "results", "expected"), rows(PRINTED))
def test_the_number_printed_for_the_reported_unit_decides(rule, results, expected) -> None:
    assert said(rule, results) == expected


# rule | results | outcome; "?" is listed as not evaluated
CENSORED = """
B1 | vitamin_b12 <180 pg/mL  | B1
B1 | vitamin_b12 <=180 pg/mL | ?
B1 | vitamin_b12 <200 pg/mL  | ?
B1 | vitamin_b12 >100 pg/mL  | ?
B1 | vitamin_b12 >=180 pg/mL | -
B1 | vitamin_b12 >2000 pg/mL | -
B2 | vitamin_b12 <200 pg/mL  | ?
B2 | vitamin_b12 <100 pg/mL  | -
B2 | vitamin_b12 >300 pg/mL  | ?
B2 | vitamin_b12 >350 pg/mL  | -
B3 | vitamin_b12 >914 pg/mL  | ?B3.list_needed
B3 | vitamin_b12 >=914 pg/mL | ?
B3 | vitamin_b12 >500 pg/mL  | ?
B3 | vitamin_b12 <914 pg/mL  | -
B4 | methylmalonic_acid <0.1 umol/L; egfr 80 | -
B4 | methylmalonic_acid <0.5 umol/L; egfr 80 | ?
B4 | methylmalonic_acid >0.27 umol/L; egfr 80 | B4
B4 | methylmalonic_acid 0.5 umol/L; egfr >60 | B4
B4 | methylmalonic_acid 0.5 umol/L; egfr >=60 | B4
B4 | methylmalonic_acid 0.5 umol/L; egfr <30 | B4.kidney
B4 | methylmalonic_acid 0.5 umol/L; egfr >30 | ?B4.kidney_unknown
F1 | folate <3 ng/mL     | F1
F1 | folate <2.0 ng/mL   | F1
F1 | folate <=3 ng/mL    | ?
F1 | folate >20 ng/mL    | -
F2 | folate <2.0 ng/mL; vitamin_b12 <200 pg/mL  | F2
F2 | folate <2.0 ng/mL; vitamin_b12 <=350 pg/mL | F2
F2 | folate <2.0 ng/mL; vitamin_b12 >300 pg/mL  | ?F2.open
F2 | folate <2.0 ng/mL; vitamin_b12 >350 pg/mL  | -
F3 | folate <2.0 ng/mL; vitamin_b12 >350 pg/mL  | F3
F3 | folate <2.0 ng/mL; vitamin_b12 >300 pg/mL  | -
F4 | folate <4 ng/mL     | ?
F4 | folate >=4 ng/mL    | -
F4 | folate <3 ng/mL     | -
V1 | vitamin_b6 <5 nmol/L  | V1
V1 | vitamin_b6 <30 nmol/L | ?
V1 | vitamin_b6 >100 nmol/L | -
V3 | vitamin_c <5 umol/L  | V3
V3 | vitamin_c <20 umol/L | ?
V3 | vitamin_c >23 umol/L | -
V3 | vitamin_c >20 umol/L | ?
V3 | vitamin_c >=11 umol/L | ?
V4 | vitamin_e <1 mg/L    | V4
V4 | vitamin_e >1 mg/L    | ?
V5 | vitamin_d <9 ng/mL   | V5
V5 | vitamin_d <15 ng/mL  | ?
V5 | vitamin_d >100 ng/mL | -
V5 | vitamin_d >15 ng/mL  | ?
V5 | vitamin_d <=20 ng/mL | ?
V5 | vitamin_d >=20 ng/mL | -
V2 | vitamin_b6 >200 nmol/L | V2.level
V2 | vitamin_b6 >=200 nmol/L | ?
V2 | vitamin_b6 <200 nmol/L | ?
"""


@pytest.mark.parametrize(("rule", "results", "expected"), rows(CENSORED))
def test_a_censored_result_decides_only_what_it_proves(rule, results, expected) -> None:
    if expected == "?F2.open":  # a stop all the same: that B12 is sufficient is not shown
        expected = "F2.open"
    assert said(rule, results) == expected


# rule | results | about | outcome
TOGETHER = """
B1 | vitamin_b12 120 pmol/L; holotranscobalamin 20 pmol/L | - | B1.both
B1 | vitamin_b12 120 pmol/L; holotranscobalamin 80 pmol/L | - | B1
B1 | vitamin_b12 400 pmol/L; holotranscobalamin 20 pmol/L | - | B1.active
B2 | vitamin_b12 120 pmol/L; holotranscobalamin 50 pmol/L | - | -
B2 | vitamin_b12 200 pmol/L; holotranscobalamin 50 pmol/L | - | B2.both
B2 | vitamin_b12 200 pmol/L; holotranscobalamin 80 pmol/L | - | B2
B2 | vitamin_b12 400 pmol/L; holotranscobalamin 50 pmol/L | - | B2.active
B2 | vitamin_b12 400 pmol/L; holotranscobalamin 80 pmol/L | - | -
B2 | vitamin_b12 200 pmol/L; methylmalonic_acid 0.2 umol/L | - | -
B4 | methylmalonic_acid 0.5 umol/L                          | - | ?B4.kidney_unknown
B4 | methylmalonic_acid 0.5 umol/L; egfr 80 2026-05-01      | - | ?B4.kidney_unknown
B4 | methylmalonic_acid 0.5 umol/L 2026-10-01; egfr 80 2026-07-03 | - | B4
B4 | methylmalonic_acid 0.5 umol/L 2026-10-01; egfr 80 2026-07-02 | - | ?B4.kidney_unknown
B4 | vitamin_b12 200 pmol/L | - | ?
B1 | - | - | ?
F1 | folate 2 ng/mL; vitamin_b12 500 pg/mL 2026-10-01 !conflicting_results | - | F1
F2 | folate 2 ng/mL; vitamin_b12 170 pg/mL | - | F2
F2 | folate 2 ng/mL; vitamin_b12 350 pg/mL | - | F2
F2 | folate 2 ng/mL; vitamin_b12 500 pg/mL | - | -
F2 | folate 2 ng/mL; holotranscobalamin 60 pmol/L | - | F2
F2 | folate 2 ng/mL; vitamin_b12 500 pg/mL; holotranscobalamin 60 pmol/L | - | F2
F3 | folate 2 ng/mL; holotranscobalamin 80 pmol/L | - | F3
F3 | folate 2 ng/mL; vitamin_b12 500 pg/mL; holotranscobalamin 60 pmol/L | - | -
F1 | folate 8 ng/mL | - | -
F1 | -              | - | ?
V3 | -              | - | ?
"""


@pytest.mark.parametrize(("rule", "results", "about", "expected"), rows(TOGETHER))
def test_results_read_together(rule, results, about, expected) -> None:
    assert said(rule, results, about) == expected


# The limits for adults, or from 16 years; without an age they are open, and say so.
AGES = """
B1 | vitamin_b12 100 pg/mL | age=15 | ?
B1 | vitamin_b12 100 pg/mL | age=16 | B1
B1 | vitamin_b12 100 pg/mL | age=?  | ?B1
B2 | vitamin_b12 300 pg/mL | age=15 | ?
B3 | vitamin_b12 1200 pg/mL | age=17 | ?
B4 | methylmalonic_acid 0.5 umol/L; egfr 90 | age=17 | ?
F1 | folate 2 ng/mL        | age=17 | ?
F1 | folate 2 ng/mL        | age=?  | ?F1
F4 | folate 3.5 ng/mL      | age=17 | ?
V1 | vitamin_b6 10 nmol/L  | age=17 | ?
V1 | vitamin_b6 10 nmol/L  | age=?  | ?V1
V3 | vitamin_c 5 umol/L    | age=9  | V3
V4 | vitamin_e 5 umol/L    | age=9  | ?
V5 | vitamin_d 5 ng/mL     | age=9  | V5
V5 | vitamin_d 5 ng/mL     | age=?  | V5
"""


@pytest.mark.parametrize(("rule", "results", "about", "expected"), rows(AGES))
def test_for_whom_each_limit_is_stated(rule, results, about, expected) -> None:
    assert said(rule, results, about) == expected


@pytest.mark.parametrize(
    ("b12", "wording", "limits"),
    [
        ("vitamin_b12 500 pg/mL", "F3", "vitamin B12 above 350 pg/mL (NICE 2024, secondary)."),
        ("vitamin_b12 400 pmol/L", "F3", "vitamin B12 above 258 pmol/L (NICE 2024, secondary)."),
        ("vitamin_b12 300 pg/mL", "F2", "vitamin B12 above 350 pg/mL (NICE 2024, secondary)."),
        (
            "vitamin_b12 500 pg/mL; holotranscobalamin 60 pmol/L",
            "F2",
            "vitamin B12 above 350 pg/mL (NICE 2024, secondary) and active B12 above 70 pmol/L",
        ),
    ],
)
def test_low_folate_names_the_limit_that_b12_was_held_against(b12, wording, limits) -> None:
    one = found(f"folate 2.5 ng/mL; {b12}")[wording]
    assert f"B12 deficiency is called unlikely with {limits}" in one.text
    assert "NG239" in {who.source for who in one.sources}


def test_an_age_that_is_not_stated_is_named() -> None:
    one = found("vitamin_b12 100 pg/mL", "age=?")["B1"]
    assert "Age not stated" in one.text
    assert "birth_date" in one.missing


@pytest.mark.parametrize(
    ("events", "b3", "b5"),
    [
        ((), "?B3.list_needed", "?"),
        (("illness|pernicious anaemia",), "?B3.list_needed", "?"),
        (("medicine|lisinopril|10 mg|oral|2020-01-01",), "B3", ""),
        (("supplement|cyanocobalamin|1000 mcg|oral|2025-01-01",), "", "B5"),
        (("supplement|cyanocobalamin|1000 mcg|oral|2026-10-02",), "B3", ""),  # begun after the draw
        (("supplement|cyanocobalamin|1000 mcg|oral|2024-01-01|2025-01-01",), "B3.earlier", ""),
        (("medicine|hydroxocobalamin|1 mg|intramuscular|2026-08-01|2026-08-01",), "B3.earlier", ""),
        (("infusion|hydroxocobalamin|1 mg|intramuscular|2026-08-01",), "B3.earlier", "?"),
        (("infusion|hydroxocobalamin|1 mg|intramuscular",), "B3.earlier", "?"),
        (("supplement|vitamin B12 1000 mcg",), "", "B5"),
    ],
)
def test_recorded_b12_explains_a_high_one_and_takes_its_meaning(events, b3, b5) -> None:
    results = "vitamin_b12 1200 pg/mL 2026-10-01"
    assert said("B3", results, events=events) == b3
    assert said("B5", results, events=events) == b5


def test_pregnancy_and_nitrous_oxide_disturb_total_b12_only() -> None:
    assert said("B6", "vitamin_b12 300 pg/mL", "female pregnant") == "B6"
    assert said("B6", "holotranscobalamin 50 pmol/L", "female pregnant") == "?"
    assert said("B6", "vitamin_b12 300 pg/mL", "female not-pregnant") == ""
    assert said("B6", "vitamin_b12 300 pg/mL", "female") == "?"
    assert said("B6", "vitamin_b12 300 pg/mL", "male") == ""
    gas = ("medicine|nitrous oxide|||2026-01-01",)
    assert said("B6", "vitamin_b12 300 pg/mL", "male", events=gas) == "B6.nitrous_oxide"
    assert said("B6", "vitamin_b12 300 pg/mL", "female pregnant", events=gas) == "B6, B6.nitrous_oxide"


def test_pregnancy_is_said_beside_a_limit_of_total_b12_not_made_for_it() -> None:
    assert "Pregnancy recorded" in found("vitamin_b12 100 pg/mL", "female pregnant")["B1"].text
    assert (
        "Pregnancy recorded" not in found("holotranscobalamin 10 pmol/L", "female pregnant")["B1.active"].text
    )


# events | plp | outcome of V2
INTAKE = """
supplement,vitamin B6,12 mg     | -   | -
supplement,vitamin B6,12.1 mg   | -   | V2
supplement,vitamin B6,12001 mcg | -   | V2
supplement,pyridoxine,0.02 g    | -   | V2
supplement,vitamin B6,50        | -   | ?V2.dose_needed
supplement,vitamin B6,400 IU    | -   | ?V2.dose_needed
supplement,vitamin B6,          | -   | ?V2.dose_needed
supplement,magnesium with vitamin B6,100 mg | - | ?V2.dose_needed
supplement,vitamin B6,          | 250 | V2.both
supplement,vitamin B6,5 mg      | 250 | V2.both
supplement,vitamin B6,5 mg      | 150 | -
medicine,lisinopril,10 mg       | -   | -
medicine,lisinopril,10 mg       | 250 | V2.level
-                               | 250 | V2.level
-                               | 150 | ?
-                               | -   | ?
"""


@pytest.mark.parametrize(("event", "plp", "expected"), rows(INTAKE))
def test_what_is_taken_and_what_is_measured(event, plp, expected) -> None:
    kind, name, dose = [*event.split(","), "", ""][:3]
    events = (f"{kind}|{name}|{dose}|oral|2025-01-01",) if event else ()
    results = f"vitamin_b6 {plp} nmol/L" if plp else ""
    assert said("V2", results, events=events) == expected


def test_two_products_are_added_up() -> None:
    two = ("supplement|vitamin B6|8 mg|oral|2025-01-01", "supplement|pyridoxine|8 mg|oral|2025-01-01")
    assert said("V2", "", events=two) == "V2"
    assert said("V2", "", events=two[:1]) == ""


@pytest.mark.parametrize("illness", ["peripheral neuropathy", "Polyneuropathie", "neuropatía diabética"])
def test_neuropathy_makes_it_a_stop(illness) -> None:
    events = ("supplement|vitamin B6|50 mg|oral|2025-01-01", f"illness|{illness}|||2026-04-01")
    both = found("vitamin_b6 300 nmol/L", events=events)
    assert both["V2.neuropathy.both"].urgency is Urgency.STOP
    assert illness in both["V2.neuropathy.both"].text
    assert list(found("", events=events)) == ["V2.neuropathy"]
    assert list(found("vitamin_b6 300 nmol/L", events=events[1:])) == ["V2.neuropathy.level"]
    over = (events[0], f"illness|{illness}|||2020-04-01|2021-01-01")
    assert list(found("", events=over)) == ["V2"]


def test_a_stop_about_folate_hides_no_lower_finding() -> None:
    both = found("folate 2 ng/mL; vitamin_b12 100 pg/mL")
    assert both["F2"].urgency is Urgency.STOP
    assert both["B1"].text.startswith("Vitamin B12 100 pg/mL")


def test_crp_stands_beside_what_falls_with_inflammation() -> None:
    assert "where it falls with inflammation" in found("vitamin_c 5 umol/L; crp 11 mg/L")["V3"].text
    quiet = found("vitamin_c 5 umol/L; crp 10 mg/L")["V3"].text
    assert "CRP 10 mg/L" in quiet
    assert "falls with inflammation" not in quiet
    assert (
        "CRP of those days is not on file" in found("vitamin_c 5 umol/L; crp 11 mg/L 2026-08-01")["V3"].text
    )
    assert "CRP 12 mg/L" in found("vitamin_b6 5 nmol/L; crp 12 mg/L")["V1"].text


# limit | number | results | rule | before | after
MOVED = """
b12_low_180         | high=300 | vitamin_b12 250 pg/mL | B1 | -  | B1
folate_low_3        | high=5   | folate 4.5 ng/mL      | F1 | -  | F1
plp_low_20          | high=25  | vitamin_b6 24 nmol/L  | V1 | V1.low_normal | V1
vitamin_d_low_12    | high=15  | vitamin_d 14 ng/mL    | V5 | V5.inadequate | V5
"""


@pytest.mark.parametrize(("limit", "number", "results", "rule", "before", "after"), rows(MOVED))
def test_another_number_in_the_table_is_another_finding_and_another_text(
    limit, number, results, rule, before, after
) -> None:
    name, value = number.split("=")
    assert said(rule, results) == before
    tables = with_limit(limit, **{name: value})
    assert said(rule, results, tables=tables) == after
    assert f"below {value}" in found(results, tables=tables)[after].text


def test_another_upper_limit_is_another_finding() -> None:
    tables = knowledge()
    key = "vitamin_b6", Authority.EFSA
    uppers = {**tables.upper_limits, key: replace(tables.upper_limits[key], amount=Decimal(60))}
    events = ("supplement|vitamin B6|50 mg|oral|2025-01-01",)
    assert said("V2", "", events=events) == "V2"
    assert said("V2", "", events=events, tables=replace(tables, upper_limits=uppers)) == ""


def test_every_wording_has_words_for_a_stop_where_one_can_stand_beside_it() -> None:
    mine = [one for one in knowledge().wordings.values() if one.rule_id in RULE]
    stoppable = {one.about for one in mine if one.urgency is Urgency.STOP} - {""}
    assert stoppable == {"folate", "vitamin_b6"}
    lacking = [
        one.wording_id
        for one in mine
        if one.about in stoppable
        and one.urgency is not Urgency.STOP
        and not one.stopped_text
        and one.rule_id in ("F3", "V1")  # F4 and V2 bring no supplement up
    ]
    assert not lacking


def test_mma_answers_for_b12_of_its_own_time_only() -> None:
    assert said("B2", "vitamin_b12 250 pg/mL 2026-10-01; methylmalonic_acid 0.2 umol/L 2026-07-03") == ""
    assert said("B2", "vitamin_b12 250 pg/mL 2026-10-01; methylmalonic_acid 0.2 umol/L 2026-07-02") == "B2"
