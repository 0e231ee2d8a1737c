"""Chapter: K1 and K2, iron on dialysis and in chronic kidney disease."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rls_dash.findings.anaemia import anaemia, haemoglobin_limits
from rls_dash.findings.engine import findings_of
from rls_dash.findings.model import Finding
from rls_dash.findings.rules import inflammation, iron, kidney, stops
from rls_dash.knowledge import Knowledge, Urgency
from tests.spec.clinic import knowledge
from tests.spec.findings.cases import patient, rows, wordings
from tests.spec.findings.edges import edge_cases

RULES = (*stops.RULES, *inflammation.RULES, *iron.RULES, *kidney.RULES)
RULE = {rule.rule_id: rule for rule in kidney.RULES}
CKD = "egfr 40; hemoglobin 10 g/dL"


def said(rule: str, results: str, about: str = "", **more) -> str:
    return ", ".join(wordings(RULE[rule], patient(results, about, **more)))


def found(results: str, about: str = "", **more) -> dict[str, Finding]:
    return {one.wording_id: one for one in findings_of(patient(results, about, **more), RULES).findings}


def with_limit(limit: str, **numbers: str) -> Knowledge:
    tables = knowledge()
    changed = replace(tables.limits[limit], **{name: Decimal(number) for name, number in numbers.items()})
    return replace(tables, limits={**tables.limits, limit: changed})


# rule | limit | beside | about | just below | at | just above
EDGES = """
K1 | ferritin 200 ug/L | tsat 18 %         | dialysis | K1 | - | -
K1 | tsat 20 %         | ferritin 150 ug/L | dialysis | K1 | - | -
K1 | egfr 15 mL/min/{1.73_m2} | -          | -        | ?K1.dialysis_unknown | - | -
K2 | ferritin 500 ug/L | tsat 25 %; egfr 40; hemoglobin 10 g/dL | male | K2 | K2 | K2.stop
K2 | tsat 30 %         | ferritin 150 ug/L; egfr 40; hemoglobin 10 g/dL | male | K2 | K2 | K2.outside
K2 | tsat 45 % | ferritin 150 ug/L; egfr 9; hemoglobin 9 g/dL | male| K2.outside | K2.stop_tsat | K2.stop_tsat
K2 | hemoglobin 13 g/dL | ferritin 150 ug/L; tsat 25 %; egfr 40 | male | K2 | - | -
K2 | hemoglobin 12 g/dL | ferritin 150 ug/L; tsat 25 %; egfr 40 | female | K2 | - | -
K2 | egfr 60 mL/min/{1.73_m2} | ferritin 150 ug/L; tsat 25 %; hemoglobin 10 g/dL | male | K2 | - | -
"""


@pytest.mark.parametrize(("rule", "result", "beside", "about", "expected"), edge_cases(rows(EDGES)))
def test_at_and_around_each_limit_in_each_unit(rule, result, beside, about, expected) -> None:
    assert said(rule, f"{result}; {beside}".strip("; "), about) == expected


# rule | results | about | outcome; "?" is listed as not evaluated
OUTCOMES = """
K1 | ferritin 190 ug/L; tsat 19 %    | dialysis       | K1
K1 | ferritin 190 ug/L; tsat 21 %    | dialysis       | -
K1 | ferritin 210 ug/L; tsat 19 %    | dialysis       | -
K1 | ferritin 190 ug/L               | dialysis       | ?K1.both_needed
K1 | tsat 19 %                       | dialysis       | ?K1.both_needed
K1 | -                               | dialysis       | ?K1.both_needed
K1 | ferritin 210 ug/L               | dialysis       | -
K1 | tsat 21 %                       | dialysis       | -
K1 | ferritin 190 ug/L 2026-09-01; tsat 19 % 2026-07-01 | dialysis | ?K1.both_needed
K1 | ferritin <5 ug/L; tsat <5 %     | dialysis       | K1
K1 | ferritin <200 ug/L; tsat <20 %  | dialysis       | K1
K1 | ferritin <=200 ug/L; tsat 19 %  | dialysis       | ?
K1 | ferritin <500 ug/L; tsat 19 %   | dialysis       | ?
K1 | ferritin >100 ug/L; tsat 19 %   | dialysis       | ?
K1 | ferritin >=200 ug/L; tsat 19 %  | dialysis       | -
K1 | ferritin >2000 ug/L; tsat 19 %  | dialysis       | -
K1 | ferritin 190 ug/L; tsat <=20 %  | dialysis       | ?
K1 | ferritin 190 ug/L; tsat >=20 %  | dialysis       | -
K1 | ferritin 190 ug/L; tsat 19 %    | dialysis age=9 | ?
K1 | ferritin 190 ug/L; tsat 19 %    | dialysis age=? | ?K1
K1 | ferritin 190 ug/L; tsat 19 %    | not-dialysis   | -
K1 | ferritin 190 ug/L; tsat 19 %; egfr 12 | not-dialysis | -
K1 | ferritin 190 ug/L; tsat 19 %    | -              | ?
K1 | egfr 12                         | -              | ?K1.dialysis_unknown
K1 | egfr <15                        | -              | ?K1.dialysis_unknown
K1 | egfr <=15                       | -              | ?
K1 | egfr >60                        | -              | -
K1 | egfr >=15                       | -              | -
K1 | egfr <30                        | -              | ?
K1 | egfr 12                         | age=9          | -
K2 | ferritin 450 ug/L; tsat 24 %; hemoglobin 9.8 g/dL | dialysis male | K2.on_dialysis
K2 | ferritin 450 ug/L; tsat 34 %; hemoglobin 9.8 g/dL | dialysis male | K2.outside_on_dialysis
K2 | ferritin 450 ug/L; tsat 24 %                  | dialysis male  | ?
K2 | ferritin 450 ug/L; tsat 24 %; hemoglobin 14 g/dL | dialysis male | -
K2 | ferritin 600 ug/L; tsat 24 %                  | dialysis male  | K2.stop
K2 | ferritin 150 ug/L; tsat 50 %                  | dialysis male  | K2.stop_tsat
K2 | ferritin 600 ug/L; tsat 50 %                  | dialysis male  | K2.stop_both
K2 | ferritin 600 ug/L                             | dialysis age=? | ?K2.stop
K2 | ferritin 600 ug/L; tsat 24 %                  | dialysis age=9 | -
K2 | ferritin 350 ug/L; tsat 22 %; egfr 24; hemoglobin 10.4 g/dL | male | K2
K2 | ferritin 350 ug/L; tsat 22 %; egfr 40; hemoglobin 13.6 g/dL | male | -
K2 | ferritin 350 ug/L; tsat 22 %; egfr 90; hemoglobin 10.4 g/dL | male | -
K2 | ferritin 350 ug/L; tsat 22 %; egfr >60; hemoglobin 10.4 g/dL | male | -
K2 | ferritin 350 ug/L; tsat 22 %; egfr >45; hemoglobin 10.4 g/dL | male | ?
K2 | ferritin 350 ug/L; tsat 22 %; egfr 40     | male | ?
K2 | ferritin 350 ug/L; tsat 22 %; hemoglobin 10 g/dL | male | ?
K2 | ferritin 350 ug/L; tsat 22 %; hemoglobin 15 g/dL | male | -
K2 | ferritin 350 ug/L; tsat 22 %; egfr 40; hemoglobin 12.5 g/dL | - | ?
K2 | ferritin 350 ug/L; tsat 22 %; egfr 40; hemoglobin 11.5 g/dL | - | K2
K2 | ferritin 350 ug/L; tsat 22 %; egfr 40; hemoglobin 10.4 g/dL | male age=9 | -
K2 | ferritin 350 ug/L; egfr 40; hemoglobin 10 g/dL | male | ?K2.missing
K2 | tsat 22 %; egfr 40; hemoglobin 10 g/dL    | male | ?K2.missing
K2 | egfr 40; hemoglobin 10 g/dL               | male | ?K2.missing
K2 | tsat 35 %; egfr 40; hemoglobin 10 g/dL    | male | ?K2.missing
K2 | ferritin <600 ug/L; tsat 22 %; egfr 40; hemoglobin 10 g/dL | male | ?
K2 | ferritin <=500 ug/L; tsat <=30 %; egfr 40; hemoglobin 10 g/dL | male | K2
K2 | ferritin >500 ug/L; tsat 22 %; egfr 40; hemoglobin 10 g/dL | male | K2.stop
K2 | ferritin >=500 ug/L; tsat 22 %; egfr 40; hemoglobin 10 g/dL | male | ?
K2 | ferritin 150 ug/L; tsat >30 %; egfr 40; hemoglobin 10 g/dL | male | K2.outside
K2 | ferritin 150 ug/L; tsat >=45 %; egfr 40; hemoglobin 10 g/dL | male | K2.stop_tsat
"""


@pytest.mark.parametrize(("rule", "results", "about", "expected"), rows(OUTCOMES))
def test_outcomes(rule, results, about, expected) -> None:
    assert said(rule, results, about) == expected


# Hemoglobin limits that may be the patient's: about | limits
LIMITS = """
male             | men_13
female           | women_12
-                | men_13 women_12
pregnant female  | pregnant_11 pregnant_105
male age=?       | men_13
female age=9     | -
"""


@pytest.mark.parametrize(("about", "expected"), rows(LIMITS))
def test_which_hemoglobin_limits_may_be_the_patients(about, expected) -> None:
    assert haemoglobin_limits(patient("", about)) == tuple(
        f"hemoglobin_who_{one}" for one in expected.split()
    )


ANAEMIA = """
hemoglobin 12.9 g/dL  | male            | true
hemoglobin 13 g/dL    | male            | false
hemoglobin 129 g/L    | male            | true
hemoglobin 8.1 mmol/L | male            | false
hemoglobin 8.0 mmol/L | male            | true
hemoglobin 12 g/dL    | female          | false
hemoglobin 12.5 g/dL  | -               | unknown
hemoglobin 11.9 g/dL  | -               | true
hemoglobin 13 g/dL    | -               | false
hemoglobin 10.7 g/dL  | pregnant        | unknown
hemoglobin 10.4 g/dL  | pregnant        | true
hemoglobin 11 g/dL    | pregnant        | false
hemoglobin 7 g/dL     | age=9           | unknown
-                     | male            | unknown
"""


@pytest.mark.parametrize(("results", "about", "expected"), rows(ANAEMIA))
def test_anaemia_is_decided_only_where_all_possible_limits_agree(results, about, expected) -> None:
    assert anaemia(patient(results, about)).value == expected


# --- the kidney rules take the place of S1, and leave no gap ----------------------------------------------


@pytest.mark.parametrize("about", ["dialysis male", "male"])
@pytest.mark.parametrize(
    "results", ["ferritin 600 ug/L; tsat 24 %", "ferritin 60 ug/L; tsat 48 %", "ferritin 900 ug/L"]
)
def test_where_s1_is_silent_for_the_kidney_a_stop_stands_all_the_same(about, results) -> None:
    one = found(f"{results}; {CKD}", about)
    stop = [each for each in one.values() if each.urgency is Urgency.STOP]
    assert [each.rule_id for each in stop] == ["K2"] and stop[0].about == "iron"
    assert not [
        each
        for each in one.values()
        if each.about == "iron" and each.urgency is Urgency.ACT and not each.stopped
    ]


def test_between_300_and_500_kdigo_is_shown_and_nothing_stops() -> None:
    one = found(f"ferritin 350 ug/L; tsat 22 %; {CKD}", "male")
    assert [each.wording_id for each in one.values() if each.urgency is Urgency.STOP] == []
    text = one["K2"].text
    assert (
        "at or below 500 \u00b5g/L (KDIGO 2012, primary)" in text
        and "at or below 30 % (KDIGO 2012, primary)" in text
    )
    assert "at or below 75 \u00b5g/L (AASM 2025, secondary)" in text
    assert "KDIGO 2026 exists, its figures are not verified here" in text
    assert {each.name for each in one["K2"].inputs} == {
        "ferritin",
        "transferrin_saturation",
        "egfr",
        "hemoglobin",
    }


def test_figures_of_kdigo_2026_decide_nothing() -> None:
    """They are background: no text names one, no rule reads one."""
    for key in [key for key in knowledge().limits if "kdigo26" in key]:
        tables = with_limit(key, **{"high": "1"} if knowledge().limits[key].high else {"low": "1"})
        for about in ("dialysis male", "male"):
            results = f"ferritin 90 ug/L; tsat 22 %; {CKD}"
            assert found(results, about, tables=tables).keys() == found(results, about).keys()
    assert not [one for one in knowledge().wordings.values() if "kdigo26_" in one.text]


def test_what_is_missing_is_named() -> None:
    assert found("ferritin 190 ug/L", "dialysis")["K1.both_needed"].missing == ("transferrin_saturation",)
    both = found("", "dialysis")["K1.both_needed"]
    assert both.missing == ("ferritin", "transferrin_saturation")
    assert "Ferritin not on file; TSAT not on file" in both.text
    assert found("egfr 12")["K1.dialysis_unknown"].missing == ("dialysis",)
    assert "eGFR 12" in found("egfr 12")["K1.dialysis_unknown"].text
    apart = "ferritin 190 ug/L 2026-09-01; tsat 19 % 2026-07-01"
    assert "is from another time" in found(apart, "dialysis")["K1.both_needed"].text


def test_dialysis_is_an_input() -> None:
    assert "dialysis" in {each.name for each in found("ferritin 600 ug/L", "dialysis")["K2.stop"].inputs}


@pytest.mark.parametrize(
    ("limit", "numbers", "rule", "results", "about", "before", "after", "says"),
    [
        (
            "ferritin_esrd_200",
            {"high": "250"},
            "K1",
            "ferritin 220 ug/L; tsat 18 %",
            "dialysis",
            "",
            "K1",
            "below 250",
        ),
        (
            "tsat_esrd_20",
            {"high": "25"},
            "K1",
            "ferritin 150 ug/L; tsat 22 %",
            "dialysis",
            "",
            "K1",
            "below 25",
        ),
        ("egfr_low_15", {"high": "20"}, "K1", "egfr 18", "", "", "?K1.dialysis_unknown", "below 20"),
        (
            "ferritin_kdigo12_500",
            {"high": "300"},
            "K2",
            f"ferritin 350 ug/L; tsat 22 %; {CKD}",
            "male",
            "K2",
            "K2.outside",
            "at or below 300",
        ),
        (
            "tsat_kdigo12_30",
            {"high": "20"},
            "K2",
            f"ferritin 350 ug/L; tsat 22 %; {CKD}",
            "male",
            "K2",
            "K2.outside",
            "at or below 20",
        ),
        (
            "ferritin_kdigo12_stop_500",
            {"low": "300"},
            "K2",
            f"ferritin 350 ug/L; tsat 22 %; {CKD}",
            "male",
            "K2",
            "K2.stop",
            "above 300",
        ),
        (
            "hemoglobin_who_men_13",
            {"high": "9"},
            "K2",
            f"ferritin 350 ug/L; tsat 22 %; {CKD}",
            "male",
            "K2",
            "",
            "",
        ),
        ("egfr_low_60", {"high": "30"}, "K2", f"ferritin 350 ug/L; tsat 22 %; {CKD}", "male", "K2", "", ""),
    ],
)
def test_another_number_in_the_table_is_another_finding(
    limit, numbers, rule, results, about, before, after, says
) -> None:
    tables = with_limit(limit, **numbers)
    assert (said(rule, results, about), said(rule, results, about, tables=tables)) == (before, after)
    if after:
        assert says in found(results, about, tables=tables)[after.removeprefix("?")].text


def test_one_result_alone_is_never_said_to_lie_outside_both_limits() -> None:
    """Where the two figures of KDIGO drift apart, a ferritin between them has no saturation to name."""
    tables = with_limit("ferritin_kdigo12_stop_500", low="550")
    assert said("K2", f"ferritin 520 ug/L; {CKD}", "male", tables=tables) == "?K2.missing"
    assert "TSAT not on file" in found(f"ferritin 520 ug/L; {CKD}", "male", tables=tables)["K2.missing"].text
