"""Results computed from others of the same draw: when, how, from what, and when not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from rls_dash.answers import ReadOptions
from rls_dash.context.patients import PatientContext, Sex
from rls_dash.export import results_csv
from rls_dash.interpret.cautions import caution_rows
from rls_dash.interpret.computed import assessed_with_computed, ckd_epi, computed_results, together
from rls_dash.interpret.limits import State
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import Knowledge
from rls_dash.pipeline import InputFile
from rls_dash.schema import EXTRA_COLUMNS, RESULT_COLUMNS, empty_results
from rls_dash.ui.components import results_table
from rls_dash.ui.loading import load
from tests.spec.clinic import knowledge, results

WOMAN = PatientContext("P1", birth_date=date(1971, 1, 1), sex=Sex.FEMALE)


def computed(
    table: str, facts: PatientContext | None = None, tables: Knowledge | None = None
) -> pd.DataFrame:
    """What follows from a table of results, optionally with facts about patient P1."""
    contexts = {"P1": facts} if facts else None
    return computed_results(results(table), tables or knowledge(), contexts)


def tsat(table: str) -> list[float]:
    """The saturations computed from a table."""
    found = computed(table)
    return found.loc[found["analyte"] == "transferrin_saturation", "value"].tolist()


# --- saturation: from what -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected", "formula"),
    [
        (
            "iron|60|ug/dL\ntibc|330|ug/dL",
            18.2,
            "100 × Iron 60 µg/dL (labs.csv, line 2) / TIBC 330 µg/dL (labs.csv, line 3)",
        ),
        (
            "iron|10.74|umol/L\ntibc|330|ug/dL",
            18.2,
            "100 × Iron 10.74 µmol/L = 59.98 µg/dL (labs.csv, line 2) / TIBC 330 µg/dL (labs.csv, line 3)",
        ),
        (
            "uibc|270|ug/dL\niron|60|ug/dL",
            18.2,
            "100 × Iron 60 µg/dL (labs.csv, line 3) / (the same iron + UIBC 270 µg/dL (labs.csv, line 2))",
        ),
        (
            "iron|60|ug/dL\ntransferrin|235|mg/dL",
            18.2,
            "100 × Iron 60 µg/dL (labs.csv, line 2) / (1.40 × Transferrin 235 mg/dL (labs.csv, line 3)); "
            "with the factor 1.25, also in use, 20.4%",
        ),
        (
            "iron|60|ug/dL\ntransferrin|2.35|g/L",
            18.2,
            "100 × Iron 60 µg/dL (labs.csv, line 2) / (1.40 × Transferrin 2.35 g/L = 235 mg/dL "
            "(labs.csv, line 3)); with the factor 1.25, also in use, 20.4%",
        ),
    ],
)
def test_saturation_names_every_number_that_went_in(rows: str, expected: float, formula: str) -> None:
    found = computed(f"analyte|value|unit\n{rows}")
    assert found["value"].tolist() == [expected]
    assert found["computed_from"].tolist() == [formula]


def test_the_directly_measured_capacity_is_preferred() -> None:
    all_three = "iron|60|ug/dL\ntransferrin|300|mg/dL\nuibc|200|ug/dL\ntibc|400|ug/dL"
    assert tsat(f"analyte|value|unit\n{all_three}") == [15.0]
    assert tsat("analyte|value|unit\niron|60|ug/dL\ntransferrin|300|mg/dL\nuibc|200|ug/dL") == [23.1]
    # one that cannot be used leaves the next
    assert tsat("analyte|value|unit\niron|60|ug/dL\ntibc|>400|ug/dL\nuibc|200|ug/dL") == [23.1]


def test_the_factor_comes_from_the_tables() -> None:
    tables = knowledge()
    factor = replace(tables.parameters["transferrin_to_tibc"], value=Decimal("1.25"))
    other = replace(tables, parameters={**tables.parameters, "transferrin_to_tibc": factor})
    found = computed("analyte|value|unit\niron|60|ug/dL\ntransferrin|235|mg/dL", tables=other)
    assert found["value"].tolist() == [20.4]
    assert "(1.25 × Transferrin" in found["computed_from"].item()


def test_a_computed_row_is_marked_and_reports_nothing() -> None:
    found = computed("analyte|value|unit|date|lab\niron|60|ug/dL|2026-09-01 07:40|North\n"
                     "tibc|330|ug/dL|2026-09-01 07:40|North")  # fmt: skip
    row = found.iloc[0]
    assert row["notes"].split() == ["computed", "from_tibc"]
    assert (row["unit"], row["comparator"], row["status"]) == ("%", "", "final")
    assert (row["collected_at"], row["laboratory"]) == ("2026-09-01T07:40", "North")
    assert (row["reported_value"], row["reported_unit"], row["reported_test"]) == ("", "", "")
    assert (row["unit_code"], np.isnan(row["reported_number"])) == ("", True)
    assert (row["source_file"], row["source_row"]) == ("labs.csv", 2)
    assert list(found.columns) == [*RESULT_COLUMNS, *EXTRA_COLUMNS, "computed_from"]
    assert found.dtypes.drop("computed_from").to_dict() == empty_results().dtypes.to_dict()


# --- saturation: when not --------------------------------------------------------------------------------

DRAWS = """
reported wins                       | iron 60; tibc 330; transferrin_saturation 25                 | no
reported wins, censored too         | iron 60; tibc 330; transferrin_saturation <5                 | no
reported, withdrawn: nothing trusted| iron 60; tibc 330; transferrin_saturation 25 #entered_in_error| no
reported of another draw            | iron 60 @; tibc 330; transferrin_saturation 25 2026-01-01     | yes
reported on that day without time   | iron 60 07:00; tibc 330 07:00; transferrin_saturation 25      | no
reported at that day, inputs without| iron 60; tibc 330; transferrin_saturation 25 07:00            | no
reported at another time of the day | iron 60 07:00; tibc 330 07:00; transferrin_saturation 25 15:00| yes
reported by another laboratory then | iron 60; tibc 330; transferrin_saturation 25 @South           | no
another laboratory at that time | iron 60 07:00; tibc 330 07:00; transferrin_saturation 25 07:00 @South | no
nothing to divide by                | iron 60                                                       | no
nothing to divide                   | tibc 330                                                      | no
another time of day                 | iron 60 07:00; tibc 330 08:00                                 | no
another day                         | iron 60; tibc 330 2026-01-01                                  | no
another laboratory                  | iron 60 @North; tibc 330 @South                               | no
laboratory stated on one side only  | iron 60 @North; tibc 330                                      | no
iron censored                       | iron <5; tibc 330                                             | no
capacity censored                   | iron 60; tibc >700                                            | no
iron conflicting                    | iron 60 !conflicting_results; iron 90; tibc 330                | no
capacity conflicting                | iron 60; tibc 330 !conflicting_results; uibc 200              | no
iron withdrawn                      | iron 60 #cancelled; tibc 330                                  | no
capacity withdrawn                  | iron 60; tibc 330 #entered_in_error                           | no
capacity of 0                       | iron 0; uibc 0                                                | no
more than a body can have           | iron 500; tibc 200                                            | no
"""


@pytest.mark.parametrize("line", DRAWS.strip().splitlines(), ids=lambda line: line.split("|")[0].strip())
def test_when_a_saturation_is_computed(line: str) -> None:
    _, draw, expected = (cell.strip() for cell in line.split("|"))
    rows = ["analyte | value | unit | date | lab | status | notes"]
    for one in draw.split(";"):
        analyte, value, *rest = one.split()
        day = next((part for part in rest if part.startswith("2026")), "2026-09-01")
        time = next((part for part in rest if ":" in part), "")
        marks = {part[0]: part[1:] for part in rest if part[0] in "@#!"}
        unit = "%" if analyte == "transferrin_saturation" else "ug/dL"
        cells = [analyte, value, unit, f"{day} {time}".strip(), *(marks.get(sign, "") for sign in "@#!")]
        rows.append(" | ".join(cells))
    assert (len(tsat("\n".join(rows))) == 1) == (expected == "yes")


def test_patients_are_never_mixed() -> None:
    assert tsat("patient_id|analyte|value|unit\nA|iron|60|ug/dL\nB|tibc|330|ug/dL") == []


@pytest.mark.parametrize(
    ("iron", "tibc", "expected"),
    [
        ("final", "final", "final"),
        ("corrected", "final", "final"),
        ("final", "preliminary", "preliminary"),
        ("preliminary", "not_stated", "preliminary"),
        ("not_stated", "final", "not_stated"),
    ],
)
def test_a_computed_result_is_no_surer_than_its_inputs(iron: str, tibc: str, expected: str) -> None:
    table = f"analyte|value|unit|status\niron|60|ug/dL|{iron}\ntibc|330|ug/dL|{tibc}"
    assert computed(table)["status"].tolist() == [expected]


def test_doubts_about_an_input_stay_with_the_result() -> None:
    table = "analyte|value|unit|notes\niron|60|ug/dL|implausible\ntibc|330|ug/dL|unit_suspect"
    assert set(computed(table)["notes"].item().split()) == {
        *("computed", "from_tibc", "implausible", "unit_suspect"),
    }
    above = computed("analyte|value|unit\niron|330|ug/dL\ntibc|300|ug/dL")
    assert above["value"].tolist() == [110.0] and "implausible" in above["notes"].item()


# --- saturation beside a very high ferritin (T4) ---------------------------------------------------------


@pytest.mark.parametrize(
    ("ferritin", "valid"),
    [
        ("1200|ng/mL", True),
        ("1200.1|ng/mL", False),
        ("2696.7|pmol/L", False),
        ("2696|pmol/L", True),
        ("<1500|ng/mL", False),  # may be above
        ("<1200|ng/mL", True),
        (">1000|ng/mL", False),
        (">1200|ng/mL", False),
        ("80|ng/mL", True),
    ],
)
def test_a_computed_saturation_beside_very_high_ferritin_decides_nothing(ferritin: str, valid: bool) -> None:
    table = f"analyte|value|unit\niron|180|ug/dL\ntibc|200|ug/dL\nferritin|{ferritin}"
    _, found = assessed_with_computed(results(table), knowledge())
    row = found.iloc[0]
    assert row["value"] == 90.0
    assert ("computed_invalid" not in row["notes"].split()) is valid
    assert (row["state"] == State.ABOVE_LIMIT.value) is valid
    if not valid:
        assert row["state"] == State.NOT_ASSESSED.value and row["limit_id"] == ""
        assert "above 1200 µg/L" in row["computed_from"]


def test_a_reported_saturation_beside_very_high_ferritin_is_left_alone() -> None:
    table = "analyte|value|unit\ntransferrin_saturation|90|%\nferritin|3000|ng/mL"
    assessed, found = assessed_with_computed(results(table), knowledge())
    assert found.empty
    assert assessed.set_index("analyte").loc["transferrin_saturation", "state"] == State.ABOVE_LIMIT.value


# --- eGFR ------------------------------------------------------------------------------------------------

# Worked out apart from the program, with 30 digits, from the equation as printed by the US National Kidney
# Foundation: 142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.2 x 0.9938^age x 1.012 for women.
VECTORS = [
    ("male", 50, 1.0, 91.691),
    ("female", 60, 0.8, 84.298),
    ("female", 55, 0.9, 75.499),
    ("male", 18, 0.9, 126.961),  # at the bend, men
    ("female", 18, 0.7, 128.484),  # at the bend, women
    ("male", 40, 0.5, 132.233),
    ("female", 30, 0.4, 136.462),
    ("male", 65, 1.4, 55.778),
    ("male", 80, 3.2, 18.842),
    ("female", 75, 5.6, 7.433),
]


@pytest.mark.parametrize(("sex", "age", "creatinine", "expected"), VECTORS)
def test_ckd_epi_2021(sex: str, age: int, creatinine: float, expected: float) -> None:
    found = ckd_epi(np.array([creatinine]), np.array([float(age)]), np.array([sex == "female"]), knowledge())
    assert found[0] == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(("sex", "age", "creatinine", "expected"), VECTORS)
def test_egfr_of_a_patient_is_rounded_as_laboratories_print_it(
    sex: str, age: int, creatinine: float, expected: float
) -> None:
    facts = PatientContext("P1", birth_date=date(2026 - age, 10, 1), sex=Sex(sex))
    found = computed(f"analyte|value|unit|date\ncreatinine|{creatinine}|mg/dL|2026-10-01", facts)
    assert found["analyte"].tolist() == ["egfr"]
    assert found["value"].tolist() == [round(expected)]
    assert found["unit"].tolist() == ["mL/min/{1.73_m2}"]


def test_egfr_converts_the_unit_and_names_what_went_in() -> None:
    found = computed("analyte|value|unit\ncreatinine|88.4|umol/L", WOMAN)
    assert found["value"].tolist() == [67.0]
    assert found["computed_from"].tolist() == [
        "CKD-EPI 2021 from Creatinine 88.4 µmol/L = 1 mg/dL (labs.csv, line 2), female, 55 years"
    ]
    assert found["notes"].tolist() == ["computed from_creatinine"]


def test_age_is_that_of_the_collection() -> None:
    table = "analyte|value|unit|date\ncreatinine|0.9|mg/dL|{}"
    for day, said in [("2026-12-31", "55 years"), ("2027-01-01", "56 years"), ("1989-01-01", "18 years")]:
        assert said in computed(table.format(day), WOMAN)["computed_from"].item()
    assert computed(table.format("1988-12-31"), WOMAN).empty  # 17 years
    assert computed(table.format("1970-01-01"), WOMAN).empty  # before birth


@pytest.mark.parametrize(
    ("taken", "years"),
    [
        ("2026-05-31", 55),
        ("2026-06-14", 55),
        ("2026-06-15", 56),
        ("2026-06-30", 56),
        ("2026-07-01", 56),
        ("2026-01-31", 55),
        ("2026-12-01", 56),
    ],
)
def test_a_year_of_age_is_full_on_the_birthday(taken: str, years: int) -> None:
    born = replace(WOMAN, birth_date=date(1970, 6, 15))
    found = computed(f"analyte|value|unit|date\ncreatinine|0.9|mg/dL|{taken}", born)
    assert f", {years} years" in found["computed_from"].item()


@pytest.mark.parametrize(
    ("facts", "rows"),
    [
        (None, "creatinine|0.9|mg/dL"),
        (PatientContext("P1", birth_date=date(1971, 1, 1)), "creatinine|0.9|mg/dL"),
        (PatientContext("P1", sex=Sex.FEMALE), "creatinine|0.9|mg/dL"),
        (replace(WOMAN, patient_id="P2"), "creatinine|0.9|mg/dL"),
        (WOMAN, "creatinine|<0.3|mg/dL"),
        (WOMAN, "creatinine|0|mg/dL"),
        (WOMAN, "creatinine|0.9|mg/dL\negfr|>60|mL/min/{1.73_m2}"),
        (WOMAN, "crp|5|mg/L"),
    ],
)
def test_no_egfr_without_age_and_sex_or_beside_a_reported_one(
    facts: PatientContext | None, rows: str
) -> None:
    contexts = {facts.patient_id: facts} if facts else None
    assert computed_results(results(f"analyte|value|unit\n{rows}"), knowledge(), contexts).empty


def test_no_egfr_in_relative_time() -> None:
    frame = results("analyte|value|unit\ncreatinine|0.9|mg/dL").assign(relative=True)
    assert computed_results(frame, knowledge(), {"P1": WOMAN}).empty


def test_states_the_equation_was_not_made_for_are_said() -> None:
    for fact in ("pregnant", "dialysis"):
        found = computed("analyte|value|unit\ncreatinine|0.9|mg/dL", replace(WOMAN, **{fact: True}))
        assert "was not made for" in found["computed_from"].item()


def test_every_coefficient_is_a_row_of_the_tables() -> None:
    tables = knowledge()
    vector = (np.array([0.6, 1.5]), np.array([50.0, 50.0]), np.array([True, False]))
    both = [*vector, tables]
    before = ckd_epi(*both)
    before = np.append(before, ckd_epi(vector[0], vector[1], ~vector[2], tables))
    names = [
        one for one in tables.parameters if one.startswith("ckd_epi_") and not one.endswith("from_years")
    ]
    assert len(names) == 8
    for name in names:
        row = tables.parameters[name]
        other = replace(
            tables, parameters={**tables.parameters, name: replace(row, value=row.value * Decimal("1.01"))}
        )
        after = np.append(ckd_epi(*vector, other), ckd_epi(vector[0], vector[1], ~vector[2], other))
        assert not np.allclose(after, before, rtol=1e-6), name


# --- the law of rows -------------------------------------------------------------------------------------


def test_computed_rows_stand_apart_from_the_results() -> None:
    frame = results("analyte|value|unit\niron|60|ug/dL\ntibc|330|ug/dL\ncreatinine|0.9|mg/dL")
    before = frame.copy()
    assessed, found = assessed_with_computed(frame, knowledge(), {"P1": WOMAN})
    assert len(assessed) == len(frame) == 3
    assert "computed_from" not in assessed.columns
    assert sorted(found["analyte"]) == ["egfr", "transferrin_saturation"]
    pd.testing.assert_frame_equal(frame, before)
    both = together(assessed, found)
    assert len(both) == 5 and both["computed_from"].ne("").sum() == 2
    assert both.dtypes.drop("computed_from").to_dict() == assessed.dtypes.to_dict()


def test_pages_see_computed_rows_and_exports_and_counts_do_not() -> None:
    export = (
        b"patient_id,date,test,value,unit\nP1,2026-09-01,Iron,60,ug/dL\nP1,2026-09-01,TIBC,400,ug/dL\n"
        b"P1,2026-09-01,Creatinine,0.9,mg/dL\n"
    )
    facts = b"patient_id,birth_date,sex\nP1,1971-01-01,female\n"
    day = date(2026, 11, 1)
    files = [InputFile("labs.csv", export), InputFile("patients.csv", facts)]
    loaded = load(files, ReadOptions(as_of=day), day, is_sample=False)
    assert loaded.analysis.counts["results"] == len(loaded.analysis.results) == 3
    assert results_csv(loaded.analysis.results).count("\n") == 4
    seen = loaded.patient_rows("P1")
    assert sorted(seen["analyte"]) == ["creatinine", "egfr", "iron", "tibc", "transferrin_saturation"]
    assert seen["computed_from"].ne("").sum() == 2
    assert loaded.patients.loc[0, "tsat"] == "15 % (computed)"
    assert loaded.patients.loc[0, "tsat_flag"] == "L"
    used = {one.name for finding in loaded.findings["P1"].findings for one in finding.inputs}
    assert "transferrin_saturation" in used
    shown = results_table.table(seen, knowledge(), UnitSystem.CONVENTIONAL).set_index("Test")
    assert shown.loc["TSAT", "Reported"] == "computed" and "/ TIBC 400" in shown.loc["TSAT", "In words"]
    assert shown.loc["eGFR", "Converted"] == "75 mL/min/1.73 m²"
    assert shown.loc["Iron", "Reported"] == "60 ug/dL"


def test_no_caution_rests_on_a_computed_saturation_that_is_not_valid() -> None:
    table = "analyte|value|unit\niron|180|ug/dL\ntibc|200|ug/dL\nferritin|{}|ng/mL"
    for ferritin, named in ((1300, False), (250, True)):
        seen = together(*assessed_with_computed(results(table.format(ferritin)), knowledge()))
        iron = next(row for row in caution_rows(seen, knowledge()) if row.supplement == "iron")
        assert any("90 % (computed)" in reason for reason in iron.reasons) is named


def test_nothing_to_compute_is_an_empty_frame_with_the_columns() -> None:
    for frame in (empty_results(), results("analyte|value|unit\nferritin|42|ng/mL")):
        found = computed_results(frame, knowledge(), {"P1": WOMAN})
        assert found.empty and list(found.columns) == [*frame.columns, "computed_from"]
        assessed, none = assessed_with_computed(frame, knowledge())
        assert none.empty and len(together(assessed, none)) == len(frame)


@pytest.mark.parametrize(
    "rows",
    ["iron|60|ug/dL", "iron|60|ug/dL\nferritin|30|ng/mL", "creatinine|0.9|mg/dL\ncreatinine|1.1|mg/dL"],
)
def test_what_cannot_be_computed_leaves_no_row_behind(rows: str) -> None:
    assert computed(f"analyte|value|unit\n{rows}").empty


def test_the_order_of_rows_changes_nothing() -> None:
    frame = results(
        "patient_id|analyte|value|unit|date\nA|iron|60|ug/dL|2026-01-01\nA|tibc|330|ug/dL|2026-01-01\n"
        "A|iron|90|ug/dL|2026-02-01\nA|transferrin|240|mg/dL|2026-02-01\nB|uibc|200|ug/dL|2026-01-01\n"
        "B|iron|50|ug/dL|2026-01-01"
    )
    columns = ["patient_id", "collected_at", "value", "computed_from"]

    def of(rows: pd.DataFrame) -> list[tuple[object, ...]]:
        return sorted(computed_results(rows, knowledge())[columns].itertuples(index=False, name=None))

    assert len(of(frame)) == 3
    assert of(frame.iloc[::-1]) == of(frame) == of(frame.sample(frac=1, random_state=3))
