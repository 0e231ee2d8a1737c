"""Chapter: I1 to I9, where guidelines consider iron, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from rls_dash.context.patients import Audience, PatientContext, audiences
from rls_dash.findings.engine import findings_of
from rls_dash.findings.model import Finding
from rls_dash.findings.rules import inflammation, iron, kidney, stops
from rls_dash.knowledge import Knowledge, Urgency
from rls_dash.model import Truth
from tests.spec.clinic import knowledge
from tests.spec.findings.cases import AS_OF, case, patient, rows, wordings
from tests.spec.findings.edges import edge_cases

RULES = (*stops.RULES, *inflammation.RULES, *iron.RULES, *kidney.RULES)
RULE = {rule.rule_id: rule for rule in iron.RULES}
TABLET = "supplement|ferrous sulfate|65 mg|oral|2026-01-01"


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
I1 | ferritin 75 ug/L  | tsat 30 %         | - | I1 | I1.exactly_75 | -
I1 | ferritin 75 ug/L  | -                 | - | I1 | I1.exactly_75 | ?
I1 | tsat 20 %         | ferritin 60 ug/L  | - | I1.both | I1 | I1
I1 | tsat 20 %         | ferritin 90 ug/L  | - | I1.tsat | - | -
I1 | tsat 20 %         | -                 | - | I1.tsat_alone | ? | ?
I1 | ferritin 100 ug/L | tsat 18 %         | - | I1.tsat | I1.tsat | I1.tsat_over_100
I2 | ferritin 75 ug/L  | tsat 30 %         | - | - | - | I2
I2 | ferritin 100 ug/L | tsat 30 %         | - | I2 | I2 | -
I2 | tsat 20 %         | ferritin 90 ug/L  | - | - | I2 | I2
I2 | tsat 45 %         | ferritin 90 ug/L  | - | I2 | - | -
I3 | ferritin 100 ug/L | tsat 18 %         | - | - | - | I3
I3 | ferritin 300 ug/L | tsat 18 %         | - | I3 | I3 | -
I3 | tsat 20 %         | ferritin 150 ug/L | - | I3 | - | -
I4 | ferritin 100 ug/L | tsat 30 %         | - | - | - | I4
I4 | ferritin 300 ug/L | tsat 30 %         | - | I4 | I4.edge | -
I4 | tsat 20 %         | ferritin 150 ug/L | - | - | I4 | I4
I4 | tsat 45 %         | ferritin 150 ug/L | - | I4 | - | -
I4 | ferritin 100 ug/L | -                 | - | - | - | ?I4.tsat_needed
I5 | ferritin 15 ug/L  | -                 | - | I5 | I5.below_30 | I5.below_30
I5 | ferritin 30 ug/L  | -                 | - | I5.below_30 | - | -
I5 | ferritin 12 ug/L  | -                 | age=4 | I5.under_5_years | - | -
I6 | ferritin 50 ug/L  | -                 | age=9 | I6 | I6.option | I6.option
I6 | ferritin 75 ug/L  | -                 | age=9 | I6.option | I6.option | -
I6 | ferritin 75 ug/L  | tsat 30 %         | age=? | ?I6.age_needed | ?I6.age_needed | ?I6.age_needed_iv
I7 | ferritin 75 ug/L  | tsat 30 %         | pregnant | I7 | I7 | -
I7 | tsat 20 %         | ferritin 150 ug/L | pregnant | I7 | - | -
I8 | ferritin 75 ug/L  | -                 | - | - | - | I8.not_stated
I8 | ferritin 121 ug/L | -                 | assay=Roche | I8 | I8 | -
"""


def is_molar(result: str) -> bool:
    return "mol/L" in result


@pytest.mark.parametrize(("rule", "result", "beside", "about", "expected"), edge_cases(rows(EDGES)))
def test_at_and_around_each_limit_in_each_unit(rule, result, beside, about, expected) -> None:
    assert said(rule, f"{result}; {beside}".strip("; "), about) == expected


# what the paper prints: 75 in each unit; the molar pair is a rounded conversion by a conventional mass
AT_75 = """
ferritin 75 ug/L      | I1.exactly_75
ferritin 75.0 ng/mL   | I1.exactly_75
ferritin 7.5 ug/dL    | I1.exactly_75
ferritin 7500 ng/dL   | I1.exactly_75
ferritin 168.5 pmol/L | I1
ferritin 168.6 pmol/L | ?
ferritin 74.9 ng/mL   | I1
ferritin 75.1 ng/mL   | ?
"""


@pytest.mark.parametrize(("result", "expected"), rows(AT_75))
def test_exactly_75_shows_both_readings(result, expected) -> None:
    assert said("I1", result) == expected
    if expected == "I1.exactly_75":
        text = found(result)["I1.exactly_75"].text
        assert "at or below 75 \u00b5g/L (AASM 2025, secondary)" in text
        assert "not below 75 \u00b5g/L (source document, primary)" in text


def test_a_molar_ferritin_is_called_a_convention() -> None:
    assert "conventional molar mass" in found("ferritin 168.5 pmol/L")["I1"].text
    assert "conventional" not in found("ferritin 74 ng/mL")["I1"].text


# rule | results | about | outcome; "?" is listed as not evaluated
CENSORED = """
I1 | ferritin <5 ug/L; tsat 30 %    | - | I1
I1 | ferritin <=75 ug/L; tsat 30 %  | - | I1
I1 | ferritin <75 ug/L; tsat 30 %   | - | I1
I1 | ferritin <100 ug/L; tsat 30 %  | - | ?
I1 | ferritin <100 ug/L; tsat 18 %  | - | I1.tsat
I1 | ferritin >=75 ug/L; tsat 30 %  | - | ?
I1 | ferritin >75 ug/L; tsat 30 %   | - | -
I1 | ferritin >2000 ug/L; tsat 30 % | - | -
I1 | ferritin >100 ug/L; tsat 18 %  | - | I1.tsat_over_100
I1 | ferritin >90 ug/L; tsat 18 %   | - | I1.tsat
I1 | ferritin 90 ug/L; tsat <20 %   | - | I1.tsat
I1 | ferritin 90 ug/L; tsat <=20 %  | - | ?
I1 | ferritin 90 ug/L; tsat >=20 %  | - | -
I1 | ferritin 90 ug/L; tsat >15 %   | - | ?
I1 | ferritin 60 ug/L; tsat >95 %   | - | I1
I2 | ferritin <100 ug/L; tsat 30 %  | - | ?
I2 | ferritin <=75 ug/L; tsat 30 %  | - | -
I2 | ferritin >75 ug/L; tsat 30 %   | - | ?
I2 | ferritin >100 ug/L; tsat 30 %  | - | -
I2 | ferritin 90 ug/L; tsat <20 %   | - | -
I2 | ferritin 90 ug/L; tsat <45 %   | - | ?
I2 | ferritin 90 ug/L; tsat >=45 %  | - | -
I2 | ferritin 90 ug/L; tsat >=20 %  | - | ?
I3 | ferritin >100 ug/L; tsat 18 %  | - | ?
I3 | ferritin >300 ug/L; tsat 18 %  | - | -
I3 | ferritin <=100 ug/L; tsat 18 % | - | -
I3 | ferritin 150 ug/L; tsat <20 %  | - | I3
I3 | ferritin 150 ug/L; tsat <30 %  | - | ?
I4 | ferritin >100 ug/L; tsat 30 %  | - | ?
I4 | ferritin <=100 ug/L; tsat 30 % | - | -
I4 | ferritin >300 ug/L; tsat 30 %  | - | -
I4 | ferritin 150 ug/L; tsat >=20 % | - | ?
I4 | ferritin 150 ug/L; tsat >=45 % | - | -
I5 | ferritin <5 ug/L               | - | I5
I5 | ferritin <15 ug/L              | - | I5
I5 | ferritin <=15 ug/L             | - | I5.below_30_at_least
I5 | ferritin <20 ug/L              | - | I5.below_30_at_least
I5 | ferritin <30 ug/L              | - | I5.below_30_at_least
I5 | ferritin <=30 ug/L             | - | ?
I5 | ferritin >=15 ug/L             | - | ?
I5 | ferritin >=30 ug/L             | - | -
I5 | ferritin >2000 ug/L            | - | -
I6 | ferritin <50 ug/L              | age=9 | I6
I6 | ferritin <=50 ug/L             | age=9 | ?
I6 | ferritin <75 ug/L              | age=9 | ?
I6 | ferritin >=50 ug/L             | age=9 | ?
I6 | ferritin >75 ug/L              | age=9 | -
I6 | ferritin <5 ug/L               | age=? | ?I6.age_needed
I6 | ferritin <100 ug/L             | age=? | ?
I7 | ferritin <=75 ug/L             | pregnant | I7
I7 | ferritin <100 ug/L             | pregnant | ?
I7 | ferritin <100 ug/L; tsat <5 %  | pregnant | I7
I8 | ferritin <75 ug/L              | - | -
I8 | ferritin <=75 ug/L             | - | -
I8 | ferritin <100 ug/L             | - | ?
I8 | ferritin >75 ug/L              | - | ?
I8 | ferritin >=121 ug/L            | - | ?
I8 | ferritin >121 ug/L             | - | -
"""


@pytest.mark.parametrize(("rule", "results", "about", "expected"), rows(CENSORED))
def test_a_censored_result_decides_only_what_it_proves(rule, results, about, expected) -> None:
    assert said(rule, results, about) == expected


# rule | results | about | outcome
WHO = """
I1 | -                            | -                     | ?I1.unknown
I1 | -                            | age=?                 | ?I1.unknown
I1 | -                            | age=9                 | -
I1 | -                            | dialysis              | -
I1 | hemoglobin 14 g/dL; iron 60 ug/dL | -                | ?I1.unknown
I1 | ferritin 60 ug/L; tsat 30 %  | age=18                | I1
I1 | ferritin 60 ug/L; tsat 30 %  | age=17                | -
I1 | ferritin 60 ug/L; tsat 30 %  | age=?                 | ?
I1 | ferritin 160 ug/L; tsat 30 % | age=?                 | -
I1 | ferritin 60 ug/L; tsat 18 %  | dialysis              | -
I1 | ferritin 60 ug/L; tsat 30 %  | not-dialysis          | I1
I1 | ferritin 60 ug/L; tsat 30 %  | pregnant              | I1
I1 | ferritin 60 ug/L; tsat 30 %  | haemochromatosis      | I1
I1 | ferritin 160 ug/L            | -                     | ?
I2 | ferritin 90 ug/L; tsat 30 %  | age=9                 | -
I2 | ferritin 90 ug/L; tsat 30 %  | age=?                 | ?
I2 | ferritin 90 ug/L; tsat 30 %  | dialysis              | -
I2 | ferritin 90 ug/L             | -                     | ?
I2 | tsat 30 %                    | -                     | ?
I2 | -                            | -                     | ?
I3 | ferritin 150 ug/L; tsat 18 % | age=9                 | -
I3 | ferritin 150 ug/L; tsat 18 % | age=?                 | ?
I3 | ferritin 150 ug/L; tsat 18 % | dialysis              | -
I3 | ferritin 150 ug/L            | -                     | ?
I3 | tsat 18 %                    | -                     | ?
I4 | ferritin 150 ug/L; tsat 30 % | age=9                 | -
I4 | ferritin 150 ug/L; tsat 30 % | age=?                 | ?
I4 | ferritin 150 ug/L            | age=?                 | ?
I4 | ferritin 150 ug/L            | age=9                 | -
I4 | ferritin 150 ug/L; tsat 30 % | dialysis              | -
I4 | ferritin 150 ug/L            | dialysis              | -
I4 | tsat 30 %                    | -                     | ?
I5 | ferritin 9 ug/L              | age=?                 | I5
I5 | ferritin 9 ug/L              | dialysis              | I5
I5 | ferritin 14 ug/L             | age=5                 | I5
I5 | ferritin 14 ug/L             | age=4                 | -
I5 | -                            | -                     | ?
I6 | ferritin 40 ug/L; tsat 30 %  | age=17                | I6
I6 | ferritin 40 ug/L; tsat 30 %  | age=18                | -
I6 | ferritin 160 ug/L; tsat 30 % | age=9                 | -
I6 | ferritin 40 ug/L; tsat 45 %  | age=9                 | I6.tsat_high
I6 | ferritin 60 ug/L; tsat 50 %  | age=9                 | I6.tsat_high
I6 | ferritin 160 ug/L; tsat 50 % | age=9                 | -
I6 | -                            | age=9                 | ?
I6 | -                            | age=?                 | ?
I6 | ferritin 160 ug/L; tsat 30 % | age=?                 | ?
I6 | ferritin 160 ug/L; tsat 18 % | age=?                 | ?I6.age_needed_tsat
I6 | tsat 18 %                    | age=?                 | ?I6.age_needed_tsat
I6 | ferritin 42 ug/L; tsat 18 %  | age=?                 | ?I6.age_needed
I6 | ferritin 90 ug/L; tsat 30 %  | age=?                 | ?I6.age_needed_iv
I7 | ferritin 60 ug/L             | pregnant              | I7
I7 | ferritin 60 ug/L             | pregnant age=16       | I7.child
I7 | ferritin 49 ug/L             | pregnant age=12       | I7.child
I7 | ferritin 76 ug/L; tsat 30 %  | pregnant age=12       | -
I7 | ferritin 160 ug/L; tsat 15 % | pregnant age=12       | ?
I7 | ferritin 60 ug/L             | pregnant age=18       | I7
I7 | ferritin 60 ug/L             | female age=34         | ?I7.pregnancy_unknown
I7 | ferritin 60 ug/L             | female age=12         | ?I7.pregnancy_unknown_child
I7 | ferritin 60 ug/L             | female age=11         | -
I7 | ferritin 60 ug/L             | female age=55         | ?I7.pregnancy_unknown
I7 | ferritin 60 ug/L             | female age=56         | -
I7 | ferritin 60 ug/L             | female after          | -
I7 | ferritin 60 ug/L             | female before         | ?I7.pregnancy_unknown
I7 | ferritin 60 ug/L             | female not-pregnant   | -
I7 | ferritin 60 ug/L             | male age=34           | -
I7 | ferritin 60 ug/L             | age=34                | ?
I7 | ferritin 60 ug/L             | female age=?          | ?
I7 | ferritin 160 ug/L; tsat 30 % | female age=34         | -
I7 | ferritin 160 ug/L; tsat 15 % | female age=34         | ?I7.pregnancy_unknown
I7 | ferritin 160 ug/L            | pregnant              | ?
I7 | -                            | pregnant              | ?
I8 | ferritin 90 ug/L             | -                     | I8.not_stated
I8 | ferritin 90 ug/L             | assay=Roche           | I8
I8 | ferritin 90 ug/L             | assay=Beckman_Coulter | -
I8 | ferritin 90 ug/L             | assay=BECKMAN         | -
I8 | ferritin 90 ug/L             | assay=Access_2        | -
I8 | ferritin 90 ug/L             | assay=UniCel_DxI_800  | -
I8 | ferritin 90 ug/L             | assay=DxI800          | -
I8 | ferritin 90 ug/L             | assay=Siemens_Atellica | I8
I8 | ferritin 90 ug/L             | assay=Accession       | I8
I8 | ferritin 90 ug/L             | assay=_               | I8.not_stated
I8 | -                            | -                     | ?
"""


@pytest.mark.parametrize(("rule", "results", "about", "expected"), rows(WHO))
def test_for_whom_each_rule_is(rule, results, about, expected) -> None:
    assert said(rule, results, about) == expected


# the vectors of the decision table: results | about | findings of S and I with their wordings
VECTORS = """
ferritin 75.0 ug/L; tsat 25 %   | -        | I1.exactly_75
ferritin 75.1 ug/L; tsat 25 %   | -        | I2 I8.not_stated
ferritin 100 ug/L; tsat 25 %    | -        | I2 I8.not_stated
ferritin 100.1 ug/L; tsat 25 %  | -        | I4 I8.not_stated
ferritin 300 ug/L; tsat 25 %    | -        | I4.edge
ferritin 300.1 ug/L; tsat 25 %  | -        | S1
ferritin 90 ug/L; tsat 19.9 %   | -        | I1.tsat I8.not_stated
ferritin 90 ug/L; tsat 20 %     | -        | I2 I8.not_stated
ferritin 90 ug/L; tsat 44.9 %   | -        | I2 I8.not_stated
ferritin 90 ug/L; tsat 45 %     | -        | S1.tsat I8.not_stated
ferritin <5 ug/L; tsat 25 %     | -        | I1 I5
ferritin <100 ug/L; tsat 25 %   | -        | -
ferritin >2000 ug/L; tsat 25 %  | -        | S1 S3
ferritin 168.5 pmol/L; tsat 25 % | -       | I1
ferritin 90 ug/L; crp 12 mg/L; tsat 15 % | - | I1.tsat C1 I8.not_stated
ferritin 60 ug/L; tsat 48 %     | -        | S1.tsat I1
ferritin 150 ug/L; tsat 18 %    | -        | I1.tsat_over_100 I3
ferritin 49.9 ug/L              | age=9    | I6
ferritin 50 ug/L                | age=9    | I6.option
ferritin 190 ug/L; tsat 19 %    | dialysis | K1
ferritin 190 ug/L; tsat 21 %    | dialysis | -
"""


@pytest.mark.parametrize(("results", "about", "expected"), rows(VECTORS))
def test_vectors_of_the_decision_table(results, about, expected) -> None:
    left_out = {"C2", "T2.time_unknown"}
    assert {one for one in found(results, about) if one not in left_out} == set(expected.split())


# --- the two results together ----------------------------------------------------------------------------

APART = """
I1 | ferritin 60 ug/L 2026-09-01; tsat 18 % 2026-08-02  | I1.both
I1 | ferritin 60 ug/L 2026-09-01; tsat 18 % 2026-08-01  | I1
I1 | ferritin 150 ug/L 2026-09-01; tsat 18 % 2026-08-01 | ?
I1 | ferritin 150 ug/L 2026-08-01; tsat 18 % 2026-09-01 | I1.tsat_alone
I1 | ferritin 60 ug/L 2026-08-01; tsat 30 % 2026-09-01  | I1
I2 | ferritin 90 ug/L 2026-08-01; tsat 30 % 2026-09-01  | ?
I2 | ferritin 90 ug/L 2026-08-02; tsat 30 % 2026-09-01  | I2
I4 | ferritin 150 ug/L 2026-08-01; tsat 30 % 2026-09-01 | ?I4.tsat_needed
I2 | ferritin 90 ug/L 2026-08-01; tsat 30 % 2026-08-01; tsat 25 % 2026-10-01 | I2
I1 | ferritin 60 ug/L 2025-01-01; ferritin 160 ug/L 2026-09-01; tsat 30 % 2026-09-01 | -
I1 | ferritin 60 ug/L 2026-12-24; ferritin 160 ug/L 2026-09-01; tsat 30 % 2026-09-01 | -
"""


@pytest.mark.parametrize(("rule", "results", "expected"), rows(APART))
def test_ferritin_and_saturation_pair_in_a_window_only(rule, results, expected) -> None:
    assert said(rule, results) == expected


def test_the_latest_saturation_of_the_window_is_read_with_the_ferritin() -> None:
    results = "ferritin 90 ug/L 2026-09-01; tsat 30 % 2026-08-20; tsat 18 % 2026-09-03; tsat 25 % 2026-09-20"
    assert (said("I1", results), said("I2", results)) == ("", "I2")
    assert found(results)["I2"].inputs[1].value == 25
    assert said("I1", results.replace("25 %", "17 %")) == "I1.tsat"


def test_without_one_in_the_window_the_one_of_the_draw_is_and_a_newer_one_speaks_for_itself() -> None:
    results = "ferritin 90 ug/L 2026-08-01; tsat {} % 2026-08-01; tsat {} % 2026-10-01"
    assert [said(rule, results.format(18, 25)) for rule in ("I1", "I2")] == ["I1.tsat", ""]
    assert [said(rule, results.format(25, 18)) for rule in ("I1", "I2")] == ["I1.tsat_alone", "I2"]
    assert [said(rule, results.format(25, 30)) for rule in ("I1", "I2")] == ["", "I2"]
    assert (
        "On file from another time is ferritin 90 \u00b5g/L (01 Aug 2026)."
        in found(results.format(25, 18))["I1.tsat_alone"].text
    )


def test_what_stands_beside_the_ferritin_is_said() -> None:
    texts = {
        "ferritin 60 ug/L; tsat 30 %": "Beside it: TSAT 30 % (01 Oct 2026).",
        "ferritin 60 ug/L": "Beside it: TSAT not on file.",
        "ferritin 60 ug/L; tsat 30 % 2026-01-01": "TSAT 30 % (01 Jan 2026) is from another time",
        "ferritin 60 ug/L; tsat 30 % !computed": "Beside it: TSAT 30 % (01 Oct 2026, computed).",
    }
    assert [text for results, text in texts.items() if text not in found(results)["I1"].text] == []
    alone = found("tsat 15 %")["I1.tsat_alone"]
    assert "Ferritin not on file" in alone.text and "ferritin" in alone.missing
    assert "transferrin_saturation" in found("ferritin 60 ug/L")["I1"].missing


def test_a_saturation_computed_in_vain_counts_for_nothing() -> None:
    assert said("I1", "ferritin 1500 ug/L; tsat 15 % !computed") == "?"
    assert said("I1", "ferritin 1200 ug/L; tsat 15 % !computed") == "I1.tsat_over_100"
    assert said("I1", "ferritin >1000 ug/L; tsat 15 % !computed") == "?"
    assert said("I1", "ferritin 1500 ug/L; tsat 15 %") == "I1.tsat_over_100"


def test_results_that_conflict_or_come_too_early_are_not_used() -> None:
    conflict = "ferritin 60 ug/L !conflicting_results; ferritin 90 ug/L !conflicting_results"
    assert (said("I1", conflict), said("I1", conflict + "; tsat 18 %")) == ("?", "I1.tsat_alone")
    given = {"events": ["infusion|iron sucrose|1000 mg|iv|2026-09-10"]}
    both = "ferritin 60 ug/L; tsat 18 %"
    assert [said(rule, both, **given) for rule in ("I1", "I2", "I5", "I8")] == ["?"] * 4
    (verdict,) = RULE["I1"].decide(patient(both, **given))
    assert "21 days after iron by vein" in verdict.why


def test_iron_by_vein_after_the_ferritin_is_said() -> None:
    given = {"events": ["infusion|iron sucrose|1000 mg|iv|2026-10-10"]}
    assert (
        "Iron by vein is recorded after this ferritin, on 10 Oct 2026."
        in found("ferritin 60 ug/L", **given)["I1"].text
    )


# --- what is said ----------------------------------------------------------------------------------------


def test_what_was_not_stated_is_named() -> None:
    results = "ferritin 60 ug/L; tsat 30 %"
    assert found(results)["I1"].missing == ("dialysis", "haemochromatosis", "pregnant")
    assert found(results, "male not-dialysis not-haemochromatosis")["I1"].missing == ()
    assert found(results, "female age=70 not-dialysis not-haemochromatosis")["I1"].missing == ()
    assert found(results, "female age=30 not-dialysis not-haemochromatosis")["I1"].missing == ("pregnant",)
    assert found("")["I1.unknown"].missing == ("ferritin", "iron", "tibc")


def test_adults_of_findings_and_of_limits_begin_at_one_age() -> None:
    age = int(knowledge().parameters["adult_from_years"].value)
    born = [date(AS_OF.year - age, AS_OF.month, AS_OF.day + late) for late in (0, 1)]
    facts = {f"P{late}": PatientContext(f"P{late}", birth_date=day) for late, day in enumerate(born)}
    patients, days = pd.Series(list(facts)), pd.Series([pd.Timestamp(AS_OF)] * len(facts))
    assert audiences(patients, days, facts).tolist() == [Audience.ADULT.value, Audience.YOUTH.value]
    assert [case("", age=age).adult, case("", age=age - 1).adult] == [Truth.TRUE, Truth.FALSE]
    tables = knowledge()
    older = replace(tables.parameters["adult_from_years"], value=Decimal(age + 1))
    tables = replace(tables, parameters={**tables.parameters, "adult_from_years": older})
    assert case("", age=age, tables=tables).adult is Truth.FALSE


def test_an_unknown_age_shows_both_readings_and_fires_no_adult_rule() -> None:
    one = found("ferritin 42 ug/L", "age=?")
    assert [key for key in one if key.startswith(("I1", "I2", "I3", "I4", "S4"))] == []
    text = one["I6.age_needed"].text
    assert "at or below 75 \u00b5g/L (AASM 2025, secondary)" in text
    assert "below 50 \u00b5g/L (AASM 2025, secondary)" in text
    assert one["I6.age_needed"].missing == ("birth_date", "transferrin_saturation")


def test_pregnancy_is_said_beside_a_limit_not_made_for_it() -> None:
    assert (
        "Pregnancy recorded: the limit was not made for it."
        in found("ferritin 60 ug/L", "pregnant")["I1"].text
    )
    assert "Pregnancy recorded" not in found("ferritin 60 ug/L", "not-pregnant")["I1"].text
    assert found("ferritin 60 ug/L", "pregnant")["I7"].inputs[-1].text == "pregnancy recorded"


def test_hemoglobin_is_shown_or_asked_for() -> None:
    assert "Hemoglobin 9.8 g/dL (01 Oct 2026); bleeding" in found("ferritin 9 ug/L; hemoglobin 9.8 g/dL")[
        "I5"
    ].text.replace("hemoglobin 9.8", "Hemoglobin 9.8")
    assert found("ferritin 9 ug/L; hemoglobin 9.8 g/dL")["I5"].missing == ()
    missing = found("ferritin 20 ug/L")["I5.below_30"]
    assert "Hemoglobin not on file" in missing.text and missing.missing == ("hemoglobin",)


def test_outside_consensus_inside_trial_range() -> None:
    one = found("ferritin 150 ug/L; tsat 30 %")["I4"]
    assert (one.urgency, "outside consensus, inside trial range" in one.text) == (Urgency.INFO, True)
    assert "inside" not in found("ferritin 300 ug/L; tsat 30 %")["I4.edge"].text


# --- I9 --------------------------------------------------------------------------------------------------

TAKEN = """
ferritin 100 ug/L; tsat 30 %   | supplement&ferrous sulfate&65 mg&oral&2026-01-01            | -
ferritin 100.1 ug/L; tsat 30 % | supplement&ferrous sulfate&65 mg&oral&2026-01-01            | I9
ferritin 160 ug/L              | supplement&iron                                             | I9
ferritin 160 ug/L; tsat 48 %   | supplement&iron                                             | I9.both
ferritin 60 ug/L; tsat 45 %    | supplement&iron                                             | I9.tsat
ferritin 60 ug/L; tsat 44.9 %  | supplement&iron                                             | -
ferritin 60 ug/L               | supplement&iron                                             | ?
ferritin >100 ug/L             | supplement&iron                                             | I9
ferritin >=100 ug/L; tsat 30 % | supplement&iron                                             | ?
ferritin <=100 ug/L; tsat 30 % | supplement&iron                                             | -
tsat 48 %                      | supplement&iron                                             | I9.tsat
tsat 30 %                      | supplement&iron                                             | ?
ferritin 160 ug/L              | supplement&ferrous sulfate&65 mg&oral&2026-01-01&2026-06-01 | -
ferritin 160 ug/L              | medicine&iron sucrose&200 mg&iv&2026-01-01                  | -
ferritin 160 ug/L              | infusion&iron sucrose&200 mg&iv&2026-01-01                  | ?
ferritin 160 ug/L              | supplement&magnesium                                        | -
ferritin 160 ug/L              | -                                                           | ?
"""


@pytest.mark.parametrize(("results", "event", "expected"), rows(TAKEN))
def test_iron_by_mouth_with_ample_iron_is_reviewed(results, event, expected) -> None:
    events = [event.replace("&", "|")] if event else []
    assert said("I9", results, events=events) == expected


def test_in_pregnancy_only_the_result_that_is_low_is_named() -> None:
    both = found("ferritin 160 ug/L; tsat 15 %", "female pregnant")["I7"]
    assert [one.name for one in both.inputs] == ["transferrin_saturation", "pregnant"]
    assert "160" not in both.text and "with TSAT 15 %" in both.text
    assert "TSAT" not in found("ferritin 60 ug/L; tsat 30 %", "female pregnant")["I7"].text


@pytest.mark.parametrize(
    ("about", "wording"), [("pregnant", "I7.child"), ("female", "I7.pregnancy_unknown_child")]
)
def test_under_age_the_finding_of_pregnancy_quotes_no_limit_of_adults(about: str, wording: str) -> None:
    """At 12 years ferritin 75 and a saturation of 20 % are nobody's limits."""
    one = found("ferritin 40 ug/L; tsat 15 %", f"{about} female age=12")[wording]
    assert one.limits == ("ferritin_child_50", "ferritin_child_50_75_uptodate")
    assert "below 50 \u00b5g/L (AASM 2025, secondary)" in one.text
    assert "No limit in pregnancy at this age is known here" in one.text and "TSAT" not in one.text


I9_EDGES = """
I9 | ferritin 100 ug/L | tsat 30 %       | - | - | - | I9
I9 | tsat 45 %         | ferritin 60 ug/L | - | - | I9.tsat | I9.tsat
"""


@pytest.mark.parametrize(("rule", "result", "beside", "about", "expected"), edge_cases(rows(I9_EDGES)))
def test_iron_by_mouth_at_and_around_its_limits_in_each_unit(rule, result, beside, about, expected) -> None:
    assert said(rule, f"{result}; {beside}", about, events=[TABLET]) == expected


def test_iron_by_mouth_is_named_with_its_dose() -> None:
    one = found("ferritin 160 ug/L", events=[TABLET])["I9"]
    assert "(ferrous sulfate 65 mg, since 01 Jan 2026)" in one.text
    assert [each.name for each in one.inputs] == ["ferritin", "event:ferrous sulfate"]


# --- knowledge is never code -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "numbers", "rule", "results", "about", "before", "after", "says"),
    [
        ("ferritin_rls_75", {"high": "50"}, "I1", "ferritin 60 ug/L; tsat 30 %", "", "I1", "", ""),
        (
            "ferritin_rls_75",
            {"high": "80"},
            "I1",
            "ferritin 78 ug/L",
            "",
            "?",
            "I1.exactly_75",
            "at or below 80",
        ),
        (
            "ferritin_rls_75_source_document",
            {"high": "60"},
            "I1",
            "ferritin 70 ug/L",
            "",
            "I1",
            "I1.exactly_75",
            "below 60",
        ),
        ("tsat_low_20", {"high": "25"}, "I1", "ferritin 90 ug/L; tsat 22 %", "", "", "I1.tsat", "below 25"),
        (
            "ferritin_iv_ceiling_100_irlssg",
            {"high": "80"},
            "I1",
            "ferritin 90 ug/L; tsat 18 %",
            "",
            "I1.tsat",
            "I1.tsat_over_100",
            "at or below 80",
        ),
        (
            "ferritin_rls_iv_100",
            {"high": "120"},
            "I2",
            "ferritin 110 ug/L; tsat 30 %",
            "",
            "",
            "I2",
            "at or below 120",
        ),
        ("tsat_iron_45_mayo", {"high": "40"}, "I2", "ferritin 90 ug/L; tsat 42 %", "", "I2", "", ""),
        (
            "ferritin_no_consensus_300",
            {"high": "350"},
            "I3",
            "ferritin 320 ug/L; tsat 18 %",
            "",
            "",
            "I3",
            "",
        ),
        (
            "ferritin_no_consensus_300",
            {"low": "80"},
            "I4",
            "ferritin 90 ug/L; tsat 30 %",
            "",
            "",
            "I4",
            "above 80",
        ),
        (
            "ferritin_trial_300_irlssg",
            {"high": "200"},
            "I4",
            "ferritin 250 ug/L; tsat 30 %",
            "",
            "I4",
            "I4.edge",
            "below 200",
        ),
        ("ferritin_who_15", {"high": "20"}, "I5", "ferritin 18 ug/L", "", "I5.below_30", "I5", "below 20"),
        ("ferritin_clinical_30", {"high": "45"}, "I5", "ferritin 40 ug/L", "", "", "I5.below_30", "below 45"),
        (
            "ferritin_who_child_12",
            {"high": "14"},
            "I5",
            "ferritin 13 ug/L",
            "age=4",
            "",
            "I5.under_5_years",
            "below 14",
        ),
        ("ferritin_child_50", {"high": "40"}, "I6", "ferritin 45 ug/L", "age=9", "I6", "", ""),
        (
            "ferritin_child_50_75_uptodate",
            {"high": "90"},
            "I6",
            "ferritin 80 ug/L",
            "age=9",
            "",
            "I6.option",
            "at or below 90",
        ),
        (
            "tsat_stop_45",
            {"low": "40"},
            "I6",
            "ferritin 40 ug/L; tsat 42 %",
            "age=9",
            "I6",
            "I6.tsat_high",
            "at or above 40",
        ),
        ("ferritin_rls_75", {"high": "50"}, "I7", "ferritin 60 ug/L; tsat 30 %", "pregnant", "I7", "", ""),
        (
            "ferritin_assay_window_121",
            {"high": "150"},
            "I8",
            "ferritin 140 ug/L",
            "",
            "",
            "I8.not_stated",
            "at or below 150",
        ),
    ],
)
def test_another_number_in_the_table_is_another_finding(
    limit, numbers, rule, results, about, before, after, says
) -> None:
    tables = with_limit(limit, **numbers)
    assert (said(rule, results, about), said(rule, results, about, tables=tables)) == (before, after)
    if after:
        assert says in found(results, about, tables=tables)[after].text


@pytest.mark.parametrize(
    ("parameter", "value", "rule", "results", "about", "before", "after"),
    [
        (
            "ferritin_tsat_days",
            "60",
            "I2",
            "ferritin 90 ug/L 2026-08-01; tsat 30 % 2026-09-10",
            "",
            "?",
            "I2",
        ),
        ("iv_iron_too_early_days", "14", "I1", "ferritin 60 ug/L", "", "?", "I1"),
        ("who_ferritin_age", "3", "I5", "ferritin 14 ug/L", "age=4", "", "I5"),
        (
            "pregnancy_age_from",
            "14",
            "I7",
            "ferritin 60 ug/L",
            "female age=13",
            "?I7.pregnancy_unknown_child",
            "",
        ),
        ("pregnancy_age_to", "60", "I7", "ferritin 60 ug/L", "female age=58", "", "?I7.pregnancy_unknown"),
    ],
)
def test_another_parameter_is_another_finding(parameter, value, rule, results, about, before, after) -> None:
    tables = knowledge()
    changed = replace(tables.parameters[parameter], value=Decimal(value))
    other = replace(tables, parameters={**tables.parameters, parameter: changed})
    events = ["infusion|iron sucrose|1000 mg|iv|2026-09-10"] if parameter.startswith("iv") else []
    assert said(rule, results, about, events=events) == before
    assert said(rule, results, about, events=events, tables=other) == after


def test_an_assay_the_table_does_not_know_is_another_assay() -> None:
    tables = replace(knowledge(), assays=())
    assert said("I8", "ferritin 90 ug/L", "assay=Beckman", tables=tables) == "I8"
