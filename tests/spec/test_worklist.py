"""Who needs attention: one row per patient, the worst first."""

from __future__ import annotations

from datetime import date

import pandas as pd

from rls_dash.context.patients import PatientContext, Sex
from rls_dash.interpret.limits import assess
from rls_dash.interpret.worklist import LISTED, worklist
from rls_dash.schema import empty_results
from tests.spec.clinic import knowledge, results

AS_OF = date(2026, 11, 1)


def listed(table: str, contexts=None) -> pd.DataFrame:
    """The worklist of some results, by patient."""
    frame = assess(results(table), knowledge(), contexts)
    return worklist(frame, knowledge(), AS_OF, contexts).set_index("patient_id")


def test_worst_state_comes_first():
    found = listed(
        """
        patient_id | analyte     | value | unit
        within     | ferritin    | 150   | ng/mL
        open       | ferritin    | <100  | ng/mL
        nothing    | crp         | 2     | mg/L
        low        | ferritin    | 42    | ng/mL
        two        | ferritin    | 42    | ng/mL
        two        | vitamin_b12 | 120   | pg/mL
        overload   | ferritin    | 420   | ng/mL
        """
    )
    assert list(found.index) == ["two", "low", "overload", "open", "within", "nothing"]
    assert list(found["beyond"]) == [2, 1, 1, 0, 0, 0]
    assert found.loc["nothing", "worst_words"] == "none of the listed tests on file"


def test_not_assessed_stands_before_within():
    child = {"child": PatientContext("child", birth_date=date(2016, 1, 1))}
    table = """
        patient_id | analyte     | value | unit
        adult      | vitamin_b12 | 500   | pg/mL
        child      | vitamin_b12 | 500   | pg/mL
    """
    found = listed(table, child)
    assert list(found.index) == ["child", "adult"]


def test_latest_value_letter_age_and_change():
    row = listed(
        """
        patient_id | analyte  | value | unit  | date
        P1         | ferritin | 54.5  | ng/mL | 2026-06-01
        P1         | ferritin | 42.0  | ng/mL | 2026-10-01
        """
    ).loc["P1"]
    assert (row["ferritin"], row["ferritin_flag"]) == ("42.0 ng/mL", "L")
    assert (row["ferritin_on"], row["ferritin_age"]) == (pd.Timestamp("2026-10-01"), "4 weeks ago")
    assert row["ferritin_change"].endswith(" ng/mL in 4 months, within expected variation")
    assert row["ferritin_change"].startswith("\u221212")
    assert row["ferritin_words"].startswith("at or below 75 \u00b5g/L")


def test_missing_tests_are_named():
    row = listed("analyte|value|unit\nferritin|42|ng/mL").loc["P1"]
    labels = [knowledge().analytes[analyte].short_label for analyte in LISTED if analyte != "ferritin"]
    assert row["missing"] == ", ".join(labels)
    assert (row["tsat"], row["tsat_flag"], row["tsat_age"]) == ("", "", "")


def test_conflicting_latest_results_are_both_shown():
    row = listed(
        """
        analyte  | value | unit  | notes
        ferritin | 180   | ng/mL | conflicting_results
        ferritin | 60    | ng/mL | conflicting_results
        """
    ).loc["P1"]
    assert row["ferritin"] == "180 ng/mL and 60 ng/mL"
    assert (row["ferritin_flag"], row["ferritin_state"]) == ("ind.", "indeterminate")
    assert "not settled" in row["ferritin_words"]


def test_preliminary_is_said():
    row = listed("analyte|value|unit|status\nferritin|42|ng/mL|preliminary").loc["P1"]
    assert row["ferritin_words"].endswith("preliminary")


def test_result_after_the_as_of_date_does_not_count():
    row = listed("analyte|value|unit|date\nferritin|42|ng/mL|2026-11-03").loc["P1"]
    assert row["ferritin"] == ""


def test_age_and_sex_where_stated():
    facts = {"P1": PatientContext("P1", birth_date=date(1970, 11, 2), sex=Sex.FEMALE)}
    found = listed("patient_id|analyte|value|unit\nP1|ferritin|42|ng/mL\nP2|ferritin|42|ng/mL", facts)
    assert (found.loc["P1", "age"], found.loc["P1", "sex"]) == (55, "female")
    assert found.loc["P2", "age"] is pd.NA
    assert found.loc["P2", "sex"] == ""


def test_no_change_is_stated_across_laboratories_or_with_censored_results():
    across = listed(
        """
        analyte  | value | unit  | date       | lab
        ferritin | 54    | ng/mL | 2026-06-01 | North
        ferritin | 84    | ng/mL | 2026-10-01 | South
        """
    ).loc["P1"]
    assert "not compared: other laboratory" in across["ferritin_change"]
    censored = listed(
        "analyte|value|unit|date\nferritin|<5|ng/mL|2026-06-01\nferritin|42|ng/mL|2026-10-01"
    ).loc["P1"]
    assert "not compared: censored" in censored["ferritin_change"]


def test_empty_clinic():
    found = worklist(assess(empty_results(), knowledge()), knowledge(), AS_OF)
    assert found.empty
    assert {"patient_id", "worst", "ferritin", "missing"} <= set(found.columns)


def test_a_result_of_exactly_the_recheck_interval_is_not_old_yet():
    found = listed(
        """
        patient_id | analyte  | value | unit  | date
        at         | ferritin | 42    | ng/mL | 2025-11-01
        over       | ferritin | 42    | ng/mL | 2025-10-31
        """
    )
    assert found["ferritin_old"].tolist() == ["", "12 months ago"]
    assert found["worst_words"].str.contains("all older than 12 months").tolist() == [False, True]
