"""Chapter: S1 to S4, results that speak against iron or must come before it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rls_dash.findings.engine import findings_of
from rls_dash.findings.model import Finding
from rls_dash.findings.rules import inflammation, iron, kidney, stops
from rls_dash.knowledge import Knowledge, Urgency
from tests.spec.clinic import knowledge
from tests.spec.findings.cases import patient, rows, wordings
from tests.spec.findings.edges import edge_cases

RULES = (*stops.RULES, *inflammation.RULES, *iron.RULES, *kidney.RULES)
RULE = {rule.rule_id: rule for rule in stops.RULES}


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
S1 | ferritin 300 ug/L  | tsat 30 %         |               | -  | -       | S1
S1 | tsat 45 %          | ferritin 150 ug/L |               | -  | S1.tsat | S1.tsat
S1 | tsat 45 %          | ferritin 301 ug/L |               | S1 | S1.both | S1.both
S2 | ferritin 200 ug/L  | tsat 46 %         | female before | -  | -       | S2.before_menopause
S2 | tsat 45 %          | ferritin 201 ug/L | female before | -  | -       | S2.before_menopause
S2 | ferritin 300 ug/L  | tsat 51 %         | female after  | -  | -       | S2
S2 | tsat 50 %          | ferritin 301 ug/L | male          | -  | -       | S2
S2 | ferritin 200 ug/L  | tsat 46 %         | female        | -  | -       | S2.not_stated
S2 | tsat 45 %          | ferritin 201 ug/L |               | -  | -       | S2.not_stated
S3 | ferritin 1000 ug/L | tsat 30 %         |               | -  | -       | S3
S4 | ferritin 75 ug/L   |                   |               | S4 | S4      | S4
S4 | ferritin 100 ug/L  |                   |               | S4 | S4      | -
"""


@pytest.mark.parametrize(("rule", "result", "beside", "about", "expected"), edge_cases(rows(EDGES)))
def test_at_and_around_each_limit_in_each_unit(rule, result, beside, about, expected) -> None:
    assert said(rule, f"{result}; {beside}".strip("; "), about) == expected


# rule | results | outcome; "?" is listed as not evaluated
CENSORED = """
S1 | ferritin >2000 ug/L; tsat 30 %   | S1
S1 | ferritin >300 ug/L;  tsat 30 %   | S1
S1 | ferritin >=300 ug/L; tsat 30 %   | ?
S1 | ferritin >200 ug/L;  tsat 30 %   | ?
S1 | ferritin >200 ug/L;  tsat 45 %   | S1.tsat
S1 | ferritin <=300 ug/L; tsat 30 %   | -
S1 | ferritin <300 ug/L;  tsat 30 %   | -
S1 | ferritin <5 ug/L;    tsat <45 %  | -
S1 | ferritin <500 ug/L;  tsat 30 %   | ?
S1 | ferritin 150 ug/L;   tsat <=45 % | ?
S1 | ferritin 150 ug/L;   tsat >=45 % | S1.tsat
S1 | ferritin 150 ug/L;   tsat >44 %  | ?
S1 | ferritin 150 ug/L;   tsat >95 %  | S1.tsat
S2 | ferritin >300 ug/L;  tsat >45 %  | S2.not_stated
S2 | ferritin >300 ug/L;  tsat >=45 % | ?
S2 | ferritin >=200 ug/L; tsat 60 %   | ?
S2 | ferritin <=200 ug/L; tsat 60 %   | -
S2 | ferritin >100 ug/L;  tsat <45 %  | -
S3 | ferritin >1000 ug/L              | S3
S3 | ferritin >=1000 ug/L             | ?
S3 | ferritin >2000 ug/L              | S3
S3 | ferritin >500 ug/L               | ?
S3 | ferritin <1000 ug/L              | -
S3 | ferritin <2000 ug/L              | ?
S4 | ferritin <5 ug/L                 | S4
S4 | ferritin <=75 ug/L               | S4
S4 | ferritin <100 ug/L               | ?
S4 | ferritin >100 ug/L               | -
S4 | ferritin >75 ug/L                | ?
"""


@pytest.mark.parametrize(("rule", "results", "expected"), rows(CENSORED))
def test_a_censored_result_decides_only_what_it_proves(rule, results, expected) -> None:
    assert said(rule, results) == expected


# rule | results | about | outcome
WHO = """
S1 | ferritin 400 ug/L                                  | -                         | S1
S1 | ferritin 400 ug/L; tsat 30 %                       | not-dialysis              | S1
S1 | ferritin 400 ug/L; tsat 50 %                       | dialysis                  | -
S1 | ferritin 400 ug/L                                  | age=9                     | ?
S1 | ferritin 200 ug/L                                  | age=9                     | -
S1 | ferritin 400 ug/L                                  | age=?                     | ?S1
S1 | tsat 50 %                                          | age=?                     | ?S1.tsat
S1 | tsat 50 %                                          | -                         | S1.tsat
S1 | tsat 30 %                                          | -                         | ?
S1 | ferritin 200 ug/L                                  | -                         | ?
S1 | -                                                  | -                         | ?
S1 | -                                                  | haemochromatosis          | S1.haemochromatosis
S1 | ferritin 40 ug/L; tsat 30 %                        | haemochromatosis          | S1.haemochromatosis
S1 | ferritin 40 ug/L; tsat 50 %                        | haemochromatosis          | S1.tsat
S1 | ferritin 400 ug/L                                  | haemochromatosis dialysis | S1.haemochromatosis
S1 | ferritin 400 ug/L                                  | haemochromatosis age=9    | S1.haemochromatosis
S1 | ferritin 40 ug/L; tsat 30 %                        | not-haemochromatosis      | -
S1 | ferritin 400 ug/L; egfr 40; hemoglobin 10 g/dL     | male                      | -
S1 | ferritin 400 ug/L; egfr 40; hemoglobin 14 g/dL     | male                      | S1
S1 | ferritin 400 ug/L; egfr 40; hemoglobin 12.5 g/dL   | -                         | S1
S1 | ferritin 400 ug/L; egfr 40                         | male                      | S1
S1 | ferritin 400 ug/L; egfr 60; hemoglobin 10 g/dL     | male                      | S1
S1 | ferritin 400 ug/L; egfr >60; hemoglobin 10 g/dL    | male                      | S1
S2 | ferritin 260 ug/L; tsat 60 %                       | male                      | -
S2 | ferritin 260 ug/L; tsat 60 %                       | after                     | -
S2 | ferritin 260 ug/L; tsat 60 %                       | before                    | S2.before_menopause
S2 | ferritin 260 ug/L; tsat 60 %                       | female age=?              | ?S2.not_stated
S2 | ferritin 260 ug/L; tsat 60 %                       | age=9                     | ?
S2 | ferritin 260 ug/L                                  | male                      | -
S2 | ferritin 400 ug/L                                  | male                      | ?
S2 | ferritin 400 ug/L                                  | age=9                     | -
S2 | tsat 60 %                                          | male                      | ?
S2 | ferritin 400 ug/L 2026-09-01; tsat 60 % 2026-05-01 | male                      | ?
S3 | ferritin 1200 ug/L                                 | age=9                     | S3
S3 | ferritin 1200 ug/L                                 | dialysis age=?            | S3
S3 | -                                                  | -                         | ?
S4 | ferritin 60 ug/L; tsat 30 %                        | -                         | -
S4 | ferritin 60 ug/L; tsat 48 %                        | -                         | -
S4 | ferritin 60 ug/L                                   | age=9                     | -
S4 | ferritin 60 ug/L                                   | age=?                     | ?
S4 | ferritin 60 ug/L                                   | dialysis                  | -
S4 | ferritin 160 ug/L                                  | -                         | -
S4 | tsat 15 %                                          | -                         | ?
S4 | -                                                  | -                         | ?
S4 | ferritin 60 ug/L 2026-09-01; tsat 30 % 2026-08-02  | -                         | -
S4 | ferritin 60 ug/L 2026-09-01; tsat 30 % 2026-08-01  | -                         | S4
S4 | ferritin 60 ug/L 2026-09-01; tsat 30 % 2026-10-01  | -                         | -
S4 | ferritin 60 ug/L 2026-09-01; tsat 30 % 2026-10-02  | -                         | S4
"""


@pytest.mark.parametrize(("rule", "results", "about", "expected"), rows(WHO))
def test_for_whom_each_stop_is(rule, results, about, expected) -> None:
    assert said(rule, results, about) == expected


def test_conflicting_results_decide_nothing_and_are_named() -> None:
    results = (
        "ferritin 400 ug/L 2026-09-01 !conflicting_results; ferritin 40 ug/L 2026-09-01 !conflicting_results"
    )
    assert [said(rule, results) for rule in RULE] == ["?", "?", "?", "?"]
    (verdict,) = RULE["S3"].decide(patient(results))
    assert verdict.why == "Ferritin: conflicting results of 01 Sep 2026"


def test_results_too_early_after_iron_by_vein_stop_nothing() -> None:
    early = {"events": ["infusion|iron sucrose|1000 mg|iv|2026-08-20"]}
    results = "ferritin 900 ug/L 2026-09-01; tsat 60 % 2026-09-01"
    assert [said(rule, results, **early) for rule in RULE] == ["?", "?", "?", "?"]
    later = results.replace("09-01", "10-10")
    assert [said(rule, later, **early) for rule in RULE] == ["S1.both", "S2.not_stated", "", ""]


def test_a_saturation_computed_in_vain_stops_nothing() -> None:
    results = "ferritin 1500 ug/L; tsat 70 % !computed"
    assert (said("S1", results), said("S2", results, "male")) == ("S1", "?")
    assert said("S1", results.replace("1500", "1200")) == "S1.both"
    assert said("S1", "ferritin 90 ug/L; tsat 70 % !computed_computed_invalid") == "S1.tsat"
    invalid = patient("ferritin 90 ug/L; tsat 70 %")
    invalid.rows[1]["notes"] = "computed computed_invalid"
    assert wordings(RULE["S1"], invalid) == ["?"]


def test_an_older_saturation_stops_by_itself_but_pairs_with_nothing() -> None:
    results = "ferritin 60 ug/L 2026-09-01; tsat 48 % 2026-03-01"
    assert (said("S1", results), said("S4", results)) == ("S1.tsat", "S4")
    text = found(results)["S4"].text
    assert "TSAT 48 % (01 Mar 2026) is from another time" in text


def test_what_was_not_stated_is_named() -> None:
    assert found("ferritin 400 ug/L", "age=?")["S1"].missing == (
        "birth_date",
        "dialysis",
        "transferrin_saturation",
    )
    assert "Age not stated: the limit is one for adults." in found("ferritin 400 ug/L", "age=?")["S1"].text
    assert found("ferritin 400 ug/L; tsat 20 %", "not-dialysis")["S1"].missing == ()
    both = "ferritin 260 ug/L; tsat 60 %"
    assert found(both)["S2.not_stated"].missing == ("sex", "menopause")
    assert found(both, "female")["S2.not_stated"].missing == ("menopause",)
    text = found(both, "female")["S2.not_stated"].text
    assert "the lower one, used because menopause is not stated" in text


def test_stops_name_number_date_region_and_source() -> None:
    stop = found("ferritin >2000 ng/mL 2026-04-03", "male not-dialysis")["S1"]
    assert (stop.urgency, stop.about) == (Urgency.STOP, "iron")
    assert stop.text.startswith(
        "Ferritin >2000 ng/mL (03 Apr 2026) is above 300 \u00b5g/L (IRLSSG 2018 letter, secondary)"
    )
    assert [(one.source, one.evidence.value) for one in stop.sources] == [
        ("IRLSSG18L", "secondary"),
        ("EASL22", "primary"),
    ]
    assert found("ferritin 1200 ug/L")["S3"].evidence.value == "background"


def test_haemochromatosis_stands_beside_a_stop_by_results() -> None:
    one = found("ferritin 1400 ug/L; tsat 70 %", "haemochromatosis male")["S1.both"]
    assert "Haemochromatosis is recorded as well." in one.text
    assert [each.name for each in one.inputs] == ["ferritin", "transferrin_saturation", "haemochromatosis"]


@pytest.mark.parametrize(
    ("limit", "numbers", "rule", "results", "about", "before", "after", "says"),
    [
        ("ferritin_stop_300", {"low": "250"}, "S1", "ferritin 260 ug/L", "", "?", "S1", "above 250"),
        (
            "tsat_stop_45",
            {"low": "40"},
            "S1",
            "tsat 42 %",
            "",
            "?",
            "S1.tsat",
            "at or above 40",
        ),
        (
            "ferritin_easl_300",
            {"low": "250"},
            "S2",
            "ferritin 260 ug/L; tsat 60 %",
            "male",
            "",
            "S2",
            "above 250",
        ),
        (
            "tsat_easl_50",
            {"low": "40"},
            "S2",
            "ferritin 310 ug/L; tsat 44 %",
            "male",
            "",
            "S2",
            "above 40",
        ),
        (
            "ferritin_easl_200",
            {"low": "150"},
            "S2",
            "ferritin 160 ug/L; tsat 60 %",
            "before",
            "",
            "S2.before_menopause",
            "above 150",
        ),
        (
            "tsat_easl_45",
            {"low": "40"},
            "S2",
            "ferritin 310 ug/L; tsat 44 %",
            "before",
            "",
            "S2.before_menopause",
            "above 40",
        ),
        ("ferritin_specialist_1000", {"low": "800"}, "S3", "ferritin 900 ug/L", "", "", "S3", "above 800"),
        ("ferritin_rls_75", {"high": "30"}, "S4", "ferritin 60 ug/L", "", "S4", "", ""),
    ],
)
def test_another_number_in_the_table_is_another_finding(
    limit, numbers, rule, results, about, before, after, says
) -> None:
    tables = with_limit(limit, **numbers)
    assert (said(rule, results, about), said(rule, results, about, tables=tables)) == (before, after)
    if after:
        assert says in found(results, about, tables=tables)[after].text


# --- under a STOP ----------------------------------------------------------------------------------------

STOPPED = """
ferritin 60 ug/L; tsat 48 %                     | -                         | I1
ferritin 75 ug/L; tsat 48 %                     | -                         | I1.exactly_75
ferritin 60 ug/L; tsat 18 %                     | haemochromatosis          | I1.both
ferritin 90 ug/L; tsat 18 %                     | haemochromatosis          | I1.tsat
ferritin 150 ug/L; tsat 18 %                    | haemochromatosis          | I1.tsat_over_100
ferritin 400 ug/L; tsat 18 %                    | -                         | I1.tsat_over_100
tsat 18 %                                       | haemochromatosis          | I1.tsat_alone
ferritin 90 ug/L; tsat 30 %                     | haemochromatosis          | I2
ferritin 150 ug/L; tsat 18 %                    | haemochromatosis          | I3
ferritin 150 ug/L; tsat 30 %                    | haemochromatosis          | I4
ferritin 300 ug/L; tsat 30 %                    | haemochromatosis          | I4.edge
ferritin 60 ug/L                                | haemochromatosis          | S4
ferritin 40 ug/L                                | haemochromatosis age=9    | I6
ferritin 60 ug/L                                | haemochromatosis age=9    | I6.option
ferritin 40 ug/L                                | haemochromatosis age=?    | I6.age_needed
ferritin 150 ug/L; tsat 18 %                    | haemochromatosis age=?    | I6.age_needed_tsat
ferritin 90 ug/L; tsat 30 %                     | haemochromatosis age=?    | I6.age_needed_iv
ferritin 60 ug/L                                | haemochromatosis pregnant | I7
ferritin 40 ug/L                                | haemochromatosis pregnant age=12 | I7.child
ferritin 150 ug/L; tsat 18 %                    | haemochromatosis dialysis | K1
ferritin 150 ug/L; tsat 18 %; hemoglobin 9 g/dL | haemochromatosis dialysis | K2.on_dialysis
ferritin 150 ug/L; tsat 18 %; egfr 20; hemoglobin 9 g/dL | haemochromatosis | K2
"""


@pytest.mark.parametrize(("results", "about", "wording"), rows(STOPPED))
def test_a_stop_takes_iron_out_of_lower_findings_and_hides_none(results, about, wording) -> None:
    one = found(results, about)[wording]
    free = found(results, about.replace("haemochromatosis", "not-haemochromatosis")).get(wording, one)
    assert one.stopped and one.urgency is not Urgency.STOP
    assert (
        "the stop above comes first" in one.text
        and "the stop above" not in knowledge().wordings[wording].text
    )
    if about:
        assert (free.stopped, free.urgency) == (False, one.urgency) and free.text != one.text


def test_every_wording_that_speaks_for_iron_has_words_for_a_stop() -> None:
    silent_on_it = {"I6.tsat_high", "I9", "I9.tsat", "I9.both"}  # they speak against iron, or for a review
    ours = [
        one
        for one in knowledge().wordings.values()
        if one.rule_id[0] in "SIK" and one.about == "iron" and one.urgency is not Urgency.STOP
    ]
    assert {one.wording_id for one in ours if not one.stopped_text} == silent_on_it
    tested = {wording for _, _, wording in rows(STOPPED)}
    assert {one.wording_id for one in ours} - silent_on_it == tested


def test_results_of_long_ago_do_not_disarm_a_stop() -> None:
    """Kidney disease with anaemia takes the place of S1 only where it is so today."""
    then = "egfr 40 2023-10-01; hemoglobin 11 g/dL 2023-10-01"
    assert said("S1", f"ferritin 350 ug/L; {then}", "male") == "S1"
    assert said("S1", "ferritin 350 ug/L; egfr 40; hemoglobin 11 g/dL", "male") == ""
    assert said("S1", f"ferritin 350 ug/L; egfr 40; {then}", "male") == "S1"
    assert said("S1", f"ferritin 350 ug/L; {then}", "male dialysis") == ""
