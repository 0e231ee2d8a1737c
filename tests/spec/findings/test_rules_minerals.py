"""Chapter: M1 to M5 and H1, magnesium and haemoglobin; and the laboratory's own interval beside limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rls_dash.context.patients import PatientContext
from rls_dash.findings.engine import cases_of, findings_of
from rls_dash.findings.model import Finding
from rls_dash.findings.rules import minerals, vitamins
from rls_dash.interpret.limits import assess
from rls_dash.knowledge import Knowledge, Urgency
from tests.spec.clinic import knowledge, results
from tests.spec.findings.cases import AS_OF, patient, rows, wordings
from tests.spec.findings.edges import edge_cases

RULE = {rule.rule_id: rule for rule in minerals.RULES}
TABLETS = ("supplement|magnesium citrate|300 mg|oral|2026-05-01",)


def said(rule: str, lines: str, about: str = "", **more) -> str:
    return ", ".join(wordings(RULE[rule], patient(lines, about, **more)))


def found(lines: str, about: str = "", **more) -> dict[str, Finding]:
    case = patient(lines, about, **more)
    return {one.wording_id: one for one in findings_of(case, minerals.RULES).findings}


def with_limit(limit: str, **numbers: str) -> Knowledge:
    tables = knowledge()
    changed = replace(tables.limits[limit], **{name: Decimal(number) for name, number in numbers.items()})
    return replace(tables, limits={**tables.limits, limit: changed})


def test_the_rules_stand_in_the_order_of_the_table() -> None:
    assert list(RULE) == ["M1", "M2", "M3", "M4", "M5", "H1"]


# rule | limit | beside | about | just below | at | just above
EDGES = """
M1 | magnesium 0.75 mmol/L | -       | - | M1.no_egfr | - | -
M1 | magnesium 0.75 mmol/L | egfr 80 | - | M1 | - | -
M2 | magnesium 0.75 mmol/L | -       | - | - | M2 | M2
M2 | magnesium 0.85 mmol/L | -       | - | M2 | - | -
M4 | magnesium 1.05 mmol/L | -       | - | - | - | M4
M5 | magnesium 0.75 mmol/L | -       | - | - | - | -
M5 | magnesium 0.85 mmol/L | -       | - | - | M5 | M5
M5 | magnesium 1.05 mmol/L | -       | - | M5 | M5 | -
M3 | egfr 30 mL/min/{1.73_m2} | magnesium 0.6 mmol/L | - | M3 | - | -
H1 | hemoglobin 13 g/dL    | - | male   | H1.men | - | -
H1 | hemoglobin 12 g/dL    | - | female | H1.women | - | -
H1 | hemoglobin 12 g/dL    | - | -      | H1.any_sex | ?H1.sex_needed | ?H1.sex_needed
H1 | hemoglobin 13 g/dL    | - | -      | ?H1.sex_needed | - | -
H1 | hemoglobin 10.5 g/dL  | - | female pregnant | H1.pregnant | ?H1.trimester_needed | ?H1.trimester_needed
H1 | hemoglobin 11 g/dL    | - | female pregnant | ?H1.trimester_needed | - | -
H1 | hemoglobin 11.5 g/dL  | - | age=5   | H1.child_5 | - | -
H1 | hemoglobin 11.5 g/dL  | - | age=11  | H1.child_5 | - | -
H1 | hemoglobin 12 g/dL    | - | age=12 male | H1.women | - | -
H1 | hemoglobin 12 g/dL    | - | age=14 male | H1.women | - | -
H1 | hemoglobin 13 g/dL    | - | age=15 male | H1.men | - | -
H1 | hemoglobin 12 g/dL    | - | age=15 female | H1.women | - | -
H1 | hemoglobin 11 g/dL    | - | age=2   | H1.child_2 | - | -
H1 | hemoglobin 11 g/dL    | - | age=4   | H1.child_2 | - | -
H1 | hemoglobin 10.5 g/dL  | - | age=1   | H1.infant | - | -
"""


@pytest.mark.parametrize(("rule", "result", "beside", "about", "expected"), edge_cases(rows(EDGES)))
def test_at_and_around_each_limit_in_each_unit(rule, result, beside, about, expected) -> None:
    assert said(rule, f"{result}; {beside}".strip("; "), about) == expected


# One number in three units: low, at the proposed limit, high.
SEVENTEEN = """
magnesium 1.7 mg/dL  | M1.no_egfr
magnesium 1.7 meq/L  | M5
magnesium 1.7 mmol/L | M4
"""


@pytest.mark.parametrize(("lines", "expected"), rows(SEVENTEEN))
def test_1_7_is_never_the_same_in_two_units(lines, expected) -> None:
    assert list(found(lines)) == [expected]


# rule | results | outcome; "?" is listed as not evaluated
CENSORED = """
M1 | magnesium <0.75 mmol/L  | M1.no_egfr
M1 | magnesium <=0.75 mmol/L | ?
M1 | magnesium <0.5 mg/dL    | M1.no_egfr
M1 | magnesium >0.5 mmol/L   | ?
M1 | magnesium >9.7 mg/dL    | -
M2 | magnesium <0.85 mmol/L  | ?
M2 | magnesium >=0.85 mmol/L | -
M4 | magnesium >9.7 mg/dL    | M4
M4 | magnesium >1.05 mmol/L  | M4
M4 | magnesium >=1.05 mmol/L | ?
M4 | magnesium <1.2 mmol/L   | ?
M4 | magnesium <=1.05 mmol/L | -
M4 | magnesium >0.9 mmol/L   | ?
M5 | magnesium >0.8 mmol/L   | ?
M5 | magnesium <0.75 mmol/L  | -
M3 | magnesium 0.6 mmol/L; egfr >60 | -
M3 | magnesium 0.6 mmol/L; egfr <30 | M3
M3 | magnesium 0.6 mmol/L; egfr <=30 | ?
M3 | magnesium 0.6 mmol/L; egfr >15 | ?
H1 | hemoglobin <7 g/dL      | H1.any_sex
H1 | hemoglobin <14 g/dL     | ?
H1 | hemoglobin <13 g/dL     | ?H1.sex_open
H1 | hemoglobin <12.5 g/dL   | ?H1.sex_open
H1 | hemoglobin <12 g/dL     | H1.any_sex
H1 | hemoglobin >20 g/dL     | -
"""


@pytest.mark.parametrize(("rule", "lines", "expected"), rows(CENSORED))
def test_a_censored_result_decides_only_what_it_proves(rule, lines, expected) -> None:
    assert said(rule, lines) == expected


# rule | results | about | outcome
OUTCOMES = """
M1 | -                              | -      | ?
M1 | magnesium 0.6 mmol/L           | age=17 | ?
M1 | magnesium 0.6 mmol/L           | age=?  | ?M1.no_egfr
M2 | magnesium 0.8 mmol/L           | age=?  | ?M2
M4 | magnesium 1.2 mmol/L           | age=9  | ?
M5 | magnesium 0.9 mmol/L           | age=9  | ?
M1 | magnesium 0.6 mmol/L 2026-10-01; egfr 80 2026-07-03 | - | M1
M1 | magnesium 0.6 mmol/L 2026-10-01; egfr 80 2026-07-02 | - | M1.no_egfr
M3 | magnesium 0.6 mmol/L 2026-10-01; egfr 22 2026-07-02 | - | ?
M3 | magnesium 0.6 mmol/L           | -      | ?
M3 | magnesium 0.9 mmol/L; egfr 22  | -      | -
M3 | -                              | -      | ?
M1 | magnesium_rbc 3.8 mg/dL        | -      | ?
M5 | magnesium_rbc 5 mg/dL          | -      | ?
H1 | -                              | male   | ?
H1 | hemoglobin 9 g/dL              | age=0  | ?
H1 | hemoglobin 9 g/dL              | age=? male | ?H1.men
H1 | hemoglobin 9 g/dL              | age=16 female pregnant | H1.pregnant
H1 | hemoglobin 9 g/dL              | age=13 female pregnant | H1.pregnant
H1 | hemoglobin 11.5 g/dL           | age=13 female pregnant | -
H1 | hemoglobin 11.5 g/dL           | age=12 female pregnant | -
H1 | hemoglobin 11.4 g/dL           | age=11 female pregnant | H1.child_5
H1 | hemoglobin <11 g/dL            | female pregnant | ?H1.trimester_open
H1 | hemoglobin <10.5 g/dL          | female pregnant | H1.pregnant
"""


@pytest.mark.parametrize(("rule", "lines", "about", "expected"), rows(OUTCOMES))
def test_for_whom_and_with_what(rule, lines, about, expected) -> None:
    if about == "age=0":  # born on the first of January: ten months on the as-of day
        expected = "H1.infant"
    assert said(rule, lines, about) == expected


def test_under_six_months_no_limit_is_stated() -> None:
    case = patient("hemoglobin 9 g/dL")
    case.facts = replace(case.facts, birth_date=date(2026, 5, 2))
    assert wordings(RULE["H1"], case) == ["?"]
    case.facts = replace(case.facts, birth_date=date(2026, 5, 1))
    assert wordings(RULE["H1"], case) == ["H1.infant"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("egfr 29", "M3"),
        ("egfr 30", ""),
        ("egfr >60", ""),
        ("egfr <=30", "?"),
        ("egfr 22 2020-01-01", "M3"),  # old, and said to be: a kidney seldom recovers
        ("", "?M3.egfr_needed"),
        ("magnesium 0.9 mmol/L; egfr 22", "M3"),
    ],
)
def test_recorded_magnesium_needs_the_kidneys(lines, expected) -> None:
    assert said("M3", lines, events=TABLETS) == expected


def test_magnesium_that_was_stopped_or_given_by_vein_is_none_by_mouth() -> None:
    for event in (
        "supplement|magnesium citrate|300 mg|oral|2025-05-01|2026-01-01",
        "infusion|magnesium sulfate|2 g|intravenous|2026-11-01",
    ):
        assert said("M3", "egfr 22", events=(event,)) == ("" if event.startswith("supp") else "?")


def test_a_stop_takes_the_supplement_out_of_lower_words_and_hides_none() -> None:
    both = found("magnesium 1.5 mg/dL; egfr 22")
    assert list(both) == ["M3", "M1"]
    assert both["M3"].urgency is Urgency.STOP
    assert both["M1"].stopped
    assert "the stop above comes first" in both["M1"].text
    assert "supplement" not in both["M1"].text
    lacking = [
        one.wording_id
        for one in knowledge().wordings.values()
        if one.about == "magnesium" and one.rule_id in ("M1", "M2", "M5") and not one.stopped_text
    ]
    assert not lacking


def test_medicines_that_lower_magnesium_are_named() -> None:
    events = ("medicine|omeprazole|20 mg|oral|2020-01-01", "medicine|furosemide|40 mg|oral|2020-01-01")
    text = found("magnesium 1.6 mg/dL; egfr 80", events=events)["M1"].text
    assert "omeprazole 20 mg" in text
    assert "furosemide 40 mg" in text


@pytest.mark.parametrize(
    ("ferritin", "about", "said_of_the_gut"),
    [
        ("ferritin 29 ug/L", "male", True),
        ("ferritin 30 ug/L", "male", False),
        ("ferritin 12 ug/L", "female after", True),
        ("ferritin 12 ug/L", "female before", False),
        ("ferritin 12 ug/L", "female", False),
        ("ferritin 12 ug/L", "male age=16", False),
        ("ferritin <100 ug/L", "male", False),
    ],
)
def test_iron_deficiency_in_a_man_or_after_menopause_looks_at_the_gut(
    ferritin, about, said_of_the_gut
) -> None:
    (one,) = found(f"hemoglobin 10 g/dL; {ferritin}", about).values()
    assert ("bleeding from the gut" in one.text) == said_of_the_gut


# --- the laboratory's own interval -----------------------------------------------------------------------


def by_laboratory(table: str, rules=(*minerals.RULES, *vitamins.RULES)) -> list[str]:
    """Wordings for an adult whose laboratory prints intervals."""
    facts = {"P1": PatientContext("P1", birth_date=date(1970, 1, 1))}
    assessed = assess(results(table), knowledge(), facts)
    case = cases_of(assessed, knowledge(), AS_OF, facts)["P1"]
    return [one.wording_id for one in findings_of(case, rules).findings]


HEADER = "analyte | value | unit | low | high\n"

LABORATORY = """
magnesium | 0.78 | mmol/L | 0.80 | 1.00 | M1.by_lab.no_egfr
magnesium | 0.70 | mmol/L | 0.66 | 1.00 | M1.no_egfr
magnesium | 0.82 | mmol/L | 0.80 | 1.00 | M2
folate    | 4.5  | ng/mL  | 4.8  | 20   | F4.by_lab
folate    | 4.9  | ng/mL  | 4.8  | 20   | -
folate    | 3.5  | ng/mL  | 4.8  | 20   | F4
folate    | 2.5  | ng/mL  | 2.0  | 20   | F1
methylmalonic_acid | 0.35 | umol/L | - | 0.40 | -
methylmalonic_acid | 0.45 | umol/L | - | 0.40 | B4.kidney_unknown_by_lab
methylmalonic_acid | 0.25 | umol/L | - | 0.20 | B4.kidney_unknown_by_lab
"""


@pytest.mark.parametrize(("analyte", "value", "unit", "low", "high", "expected"), rows(LABORATORY))
def test_the_laboratorys_own_interval_is_heard(analyte, value, unit, low, high, expected) -> None:
    found_here = by_laboratory(HEADER + f"{analyte} | {value} | {unit} | {low} | {high}")
    assert found_here == ([expected] if expected else [])


def test_mma_by_the_laboratory_with_each_state_of_the_kidneys() -> None:
    mma = HEADER + "methylmalonic_acid | 0.45 | umol/L | | 0.40\negfr | {} | | |"
    assert by_laboratory(mma.format("80")) == ["B4.by_lab"]
    assert by_laboratory(mma.format("40")) == ["B4.kidney_by_lab"]


# limit | number | results | rule | before | after
MOVED = """
magnesium_low_075  | high=0.80 | magnesium 0.78 mmol/L | M1 | - | M1.no_egfr
magnesium_high_105 | low=0.95  | magnesium 1.0 mmol/L  | M4 | - | M4
hemoglobin_who_men_13 | high=14 | hemoglobin 13.5 g/dL | H1 | - | H1.men
"""


@pytest.mark.parametrize(("limit", "number", "lines", "rule", "before", "after"), rows(MOVED))
def test_another_number_in_the_table_is_another_finding_and_another_text(
    limit, number, lines, rule, before, after
) -> None:
    name, value = number.split("=")
    assert said(rule, lines, "male") == before
    tables = with_limit(limit, **{name: value})
    assert said(rule, lines, "male", tables=tables) == after
    assert value in found(lines, "male", tables=tables)[after].text


def test_kidney_function_of_another_visit_is_of_an_unknown_time() -> None:
    """Of visits only the order is known: two of them may be years apart."""
    one = patient("magnesium 0.6 mmol/L 0999-06-01; egfr 80 0999-06-03")
    assert wordings(RULE["M1"], one) == ["M1"]
    by_visit = patient("magnesium 0.6 mmol/L 0999-06-01; egfr 80 0999-06-03")
    for row, visit in zip(by_visit.rows, (3, 1), strict=True):
        row["collected_at"] = f"visit {visit}"
    assert wordings(RULE["M1"], by_visit) == ["M1.no_egfr"]
    calendar = patient("magnesium 0.6 mmol/L 1949-12-20; egfr 80 1950-01-05")
    assert wordings(RULE["M1"], calendar) == ["M1.no_egfr"]


def test_another_window_pairs_other_results() -> None:
    tables = knowledge()
    key = "egfr_magnesium_days"
    wider = {**tables.parameters, key: replace(tables.parameters[key], value=Decimal(400))}
    lines = "magnesium 0.6 mmol/L 2026-10-01; egfr 80 2026-01-02"
    assert said("M1", lines) == "M1.no_egfr"
    assert said("M1", lines, tables=replace(tables, parameters=wider)) == "M1"


def test_dialysis_counts_as_kidneys_that_keep_magnesium() -> None:
    assert said("M3", "", "dialysis", events=TABLETS) == "M3.dialysis"
    assert said("M3", "magnesium 0.6 mmol/L", "dialysis") == "M3.dialysis"
    assert said("M3", "egfr 12", "dialysis", events=TABLETS) == "M3"
    assert said("M3", "", "not-dialysis", events=TABLETS) == "?M3.egfr_needed"


def test_a_limit_of_women_who_are_not_pregnant_says_that_pregnancy_is_not_stated() -> None:
    assert "pregnant" in found("hemoglobin 11.5 g/dL", "female age=30")["H1.women"].missing
    assert "pregnant" not in found("hemoglobin 11.5 g/dL", "female age=30 not-pregnant")["H1.women"].missing
    assert "pregnant" not in found("hemoglobin 11.5 g/dL", "female age=70")["H1.women"].missing
