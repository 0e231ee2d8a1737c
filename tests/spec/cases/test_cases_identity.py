"""Ingest cases 53-72: whose result it is, of what, and whether the laboratory stands by it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from rls_dash.answers import AnswerBook, Answers, ReadOptions
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse

HEADER = "patient_id,date,test,value,unit"
STATUS = f"{HEADER},status"
ISSUED = f"{HEADER},status,reported_at"
FERRITIN = "2025-03-05,Ferritin,42,ng/mL"


def read(*records: str, header: str = HEADER, answers: Answers | None = None) -> Analysis:
    return read_files({"labs.csv": (header, *records)}, answers)


def read_files(files: Mapping[str, tuple[str, ...]], answers: Answers | None = None) -> Analysis:
    given = [InputFile(name, ("\n".join(lines) + "\n").encode()) for name, lines in files.items()]
    return analyse(given, load_knowledge(), ReadOptions(answers=AnswerBook(answers or Answers())))


def outcome(analysis: Analysis) -> list[tuple[str, str]]:
    """(severity, code) of everything that blocked a row."""
    blocked = analysis.issues[analysis.issues["severity"] != "note"]
    return list(zip(blocked["severity"], blocked["code"], strict=True))


def notes(analysis: Analysis) -> list[str]:
    return sorted(analysis.issues.loc[analysis.issues["severity"] == "note", "code"])


def patients(analysis: Analysis) -> list[str]:
    return list(analysis.results["patient_id"])


def values(analysis: Analysis) -> list[float]:
    return list(analysis.results["value"])


def balanced(analysis: Analysis) -> bool:
    counts = analysis.counts
    return counts["rows_in"] == sum(count for name, count in counts.items() if name != "rows_in")


# --- 53-59: the patient ----------------------------------------------------------------------------------


def test_case_053_an_id_with_leading_zeros_keeps_them() -> None:
    analysis = read(f"007,{FERRITIN}", "0070,2025-03-05,Ferritin,58,ng/mL")
    assert patients(analysis) == ["007", "0070"]


@pytest.mark.parametrize("patient", ["1.23457E+11", "1234567890123456.0"])
def test_case_054_an_id_damaged_by_a_spreadsheet_sets_its_row_aside(patient: str) -> None:
    analysis = read(f"{patient},{FERRITIN}", "P1,2025-03-05,Ferritin,58,ng/mL")
    assert outcome(analysis) == [("set_aside", "identifier_damaged")]
    assert patients(analysis) == ["P1"]
    assert balanced(analysis)


def test_case_055_point_zero_goes_when_every_id_of_the_file_has_it() -> None:
    analysis = read(f"12345.0,{FERRITIN}", "12346.0,2025-03-05,Ferritin,58,ng/mL")
    assert patients(analysis) == ["12345", "12346"]
    assert notes(analysis) == ["ids_as_floats"]


def test_case_055_point_zero_stays_when_one_id_lacks_it() -> None:
    analysis = read(f"12345.0,{FERRITIN}", "12346,2025-03-05,Ferritin,58,ng/mL")
    assert patients(analysis) == ["12345.0", "12346"]
    assert "ids_as_floats" not in notes(analysis)


def test_case_056_two_patients_in_a_file_are_never_mixed() -> None:
    """The case asks which one is meant, where a program shows a single patient. This one keeps every
    patient apart by their id, so two ids need no question; one id with two names is case 57."""
    analysis = read(f"P1,{FERRITIN}", "P2,2025-03-06,Ferritin,58,ng/mL", "P1,2025-04-05,Ferritin,60,ng/mL")
    assert analysis.patient_ids == ["P1", "P2"]
    assert list(analysis.patient_results("P1")["value"]) == [42.0, 60.0]
    assert list(analysis.patient_results("P2")["value"]) == [58.0]


def test_case_056_a_file_without_a_patient_column_is_asked_for_its_one_patient() -> None:
    records = ("2025-03-05,Ferritin,42,ng/mL",)
    analysis = read(*records, header="date,test,value,unit")
    assert [question.kind for question in analysis.questions] == ["patient"]
    named = read(*records, header="date,test,value,unit", answers=Answers(patient="P1"))
    assert patients(named) == ["P1"]


NAMED = "patient_id,patient_name,date_of_birth,date,test,value,unit"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('"Doe, Jane",1970-05-03', '"Roe, John",1970-05-03'),
        ('"Doe, Jane",1970-05-03', '"Doe, Jane",1980-01-01'),
    ],
)
def test_case_057_one_id_with_two_names_or_births_waits(first: str, second: str) -> None:
    """And no limit ever judges a row that may belong to somebody else."""
    analysis = read(
        f"1,{first},{FERRITIN}",
        f"1,{second},2025-04-05,Ferritin,58,ng/mL",
        f'2,"Poe, Ann",1990-01-01,{FERRITIN}',
        header=NAMED,
    )
    assert outcome(analysis) == [("held", "identity_conflict")] * 2
    assert patients(analysis) == ["2"]
    assert balanced(analysis)


def test_case_057_one_name_in_two_spellings_is_no_conflict() -> None:
    analysis = read(
        f'1,"Doe, Jane",1970-05-03,{FERRITIN}',
        "1,DOE JANE,03.05.1970,2025-04-05,Ferritin,58,ng/mL",
        header=NAMED,
    )
    assert outcome(analysis) == []
    assert values(analysis) == [42.0, 58.0]


def test_case_057_the_conflict_may_lie_between_two_files() -> None:
    files = {
        "a.csv": (NAMED, f'1,"Doe, Jane",1970-05-03,{FERRITIN}'),
        "b.csv": (NAMED, '1,"Roe, John",1980-01-01,2025-04-05,Ferritin,58,ng/mL'),
    }
    analysis = read_files(files)
    assert outcome(analysis) == [("held", "identity_conflict")] * 2
    assert analysis.results.empty
    assert balanced(analysis)


def test_case_057_one_person_under_two_ids_is_asked_and_never_merged() -> None:
    """From the issue: one patient's id written two ways is asked."""
    records = (f"P-001,{FERRITIN}", "p001,2025-04-05,Ferritin,58,ng/mL")
    analysis = read(*records)
    assert sorted(patients(analysis)) == ["P-001", "p001"]
    (question,) = [one for one in analysis.questions if one.kind == "patients"]
    assert set(question.cells) == {"P-001", "p001"}
    first = next(choice.answer for choice in question.choices if choice.answer != question.subject)
    merged = read(*records, answers=Answers(patients={question.subject: first}))
    assert set(patients(merged)) == {first}
    apart = read(*records, answers=Answers(patients={question.subject: question.subject}))
    assert len(set(patients(apart))) == 2


def test_case_058_a_row_without_a_patient_is_set_aside() -> None:
    analysis = read(f"P1,{FERRITIN}", ",2025-03-06,Ferritin,58,ng/mL")
    assert outcome(analysis) == [("set_aside", "no_patient")]
    assert patients(analysis) == ["P1"]


@pytest.mark.parametrize("patient", ["Null", "None", "NA", "True", "nan", "#N/A"])
def test_case_059_a_patient_may_be_called_null(patient: str) -> None:
    assert patients(read(f"{patient},{FERRITIN}")) == [patient]


# --- 60-63: the test -------------------------------------------------------------------------------------


@pytest.mark.parametrize("test", ["NA", "Na"])
def test_case_060_sodium_is_not_missing(test: str) -> None:
    analysis = read(f"P1,2025-03-05,{test},140,mmol/L")
    assert analysis.files[0].not_tracked_tests == ((test, 1),)
    assert outcome(analysis) == []


def test_case_061_an_unknown_test_is_listed_with_its_count_and_never_matched_by_likeness() -> None:
    look_alikes = ("Soluble transferrin receptor", "Prealbumin", "Haptoglobin", "Calcitriol", "Fosfato")
    records = [f"P1,2025-03-05,{test},5,mg/L" for test in look_alikes for _ in range(2)]
    analysis = read(*records, f"P1,{FERRITIN}")
    assert dict(analysis.files[0].not_tracked_tests) == dict.fromkeys(look_alikes, 2)
    assert analysis.counts["not_tracked"] == 10
    assert outcome(analysis) == [] and list(analysis.results["analyte"]) == ["ferritin"]


@pytest.mark.parametrize(
    ("test", "analyte", "unit"),
    [
        ("Transferrin", "transferrin", "g/L"),
        ("Folate RBC", "folate_rbc", "nmol/L"),
        ("Active B12", "holotranscobalamin", "pmol/L"),
    ],
)
def test_case_061_neighbours_of_our_analytes_stay_themselves(test: str, analyte: str, unit: str) -> None:
    analysis = read(f"P1,2025-03-05,{test},3,{unit}")
    assert set(analysis.results["analyte"]) | set(analysis.issues["analyte"]) - {""} == {analyte}


def test_case_062_a_near_miss_of_a_name_is_asked() -> None:
    records = ("P1,2025-03-05,Feritn,42,ng/mL", "P1,2025-04-05,Feritn,58,ng/mL")
    analysis = read(*records)
    assert outcome(analysis) == [("held", "near_name")] * 2
    assert analysis.issues["message"].str.contains("ferritin").all()
    (question,) = analysis.questions
    assert (question.kind, question.subject) == ("tests", "Feritn")
    assert {choice.answer for choice in question.choices} == {"ferritin", "not_tracked"}
    assert balanced(analysis)
    said = read(*records, answers=Answers(tests={"Feritn": "ferritin"}))
    assert values(said) == [42.0, 58.0]
    denied = read(*records, answers=Answers(tests={"Feritn": "not_tracked"}))
    assert denied.counts["not_tracked"] == 2 and outcome(denied) == []


LOINC = "patient_id,date,test,loinc,value,unit"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("P1,2025-03-05,Magnesium,2276-4,42,ng/mL", "loinc_name_conflict"),
        ("P1,2025-03-05,Sodium,2276-4,42,ng/mL", "loinc_name_conflict"),
        ("P1,2025-03-05,Serum iron (lab 7),2276-4,42,ng/mL", "loinc_name_conflict"),
        ("P1,2025-03-05,Vitamin B12,14685-2,300,pg/mL", "loinc_unit_conflict"),
        ("P1,2025-03-05,Ferritin,2276-4,42,pmol/L", "loinc_unit_conflict"),
        ("P1,2025-03-05,Ferritin,99999-5,42,ng/mL", "loinc_unknown"),
        ("P1,2025-03-05,,2276-5,42,ng/mL", "loinc_check_digit"),
    ],
)
def test_case_063_code_name_and_unit_that_disagree_wait(record: str, code: str) -> None:
    analysis = read(record, header=LOINC)
    assert outcome(analysis) == [("held", code)]
    assert analysis.results.empty


@pytest.mark.parametrize(
    ("record", "noted"),
    [
        ("P1,2025-03-05,Hausmethode 12,2276-4,42,ng/mL", ["name_unchecked"]),
        ("P1,2025-03-05,Transferrin,3034-2,2.5,g/L", ["loinc_check_digit"]),
        ("P1,2025-03-05,Ferritin,2276-4,42,ng/mL", []),
    ],
)
def test_case_063_a_code_that_nothing_contradicts_is_used_and_said(record: str, noted: list[str]) -> None:
    analysis = read(record, header=LOINC)
    assert (analysis.counts["results"], notes(analysis)) == (1, noted)


def test_case_063_a_code_in_the_column_of_the_test_is_a_code() -> None:
    assert list(read("P1,2025-03-05,2276-4,42,ng/mL").results["analyte"]) == ["ferritin"]


# --- 64-70: status ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["F", "V", "final", "verified"])
def test_case_064_a_final_or_verified_result_is_used(status: str) -> None:
    analysis = read(f"P1,{FERRITIN},{status}", header=STATUS)
    assert list(analysis.results["status"]) == ["final"]
    assert notes(analysis) == []


def test_case_064_a_blank_status_is_used_and_said_once() -> None:
    records = (f"P1,{FERRITIN},", "P1,2025-04-05,Ferritin,58,ng/mL,", "P1,2025-05-05,Ferritin,60,ng/mL,F")
    analysis = read(*records, header=STATUS)
    assert list(analysis.results["status"]) == ["not_stated", "not_stated", "final"]
    assert notes(analysis) == ["status_blank"]
    assert notes(read(f"P1,{FERRITIN}")) == []  # a file without such a column says nothing of it


@pytest.mark.parametrize("status", ["P", "R", "S", "I"])
def test_case_065_a_result_not_yet_final_is_kept_as_preliminary(status: str) -> None:
    """That rules leave it out is the matter of the limits: tests/spec/test_limits.py."""
    assert list(read(f"P1,{FERRITIN},{status}", header=STATUS).results["status"]) == ["preliminary"]


@pytest.mark.parametrize("status", ["C", "A", "B"])
@pytest.mark.parametrize("ahead", [True, False])
def test_case_066_a_correction_replaces_the_earlier_final_result(status: str, ahead: bool) -> None:
    records = [f"P1,{FERRITIN},{status}", "P1,2025-03-05,Ferritin,420,ng/mL,F"]
    analysis = read(*(records if ahead else reversed(records)), header=STATUS)
    assert values(analysis) == [42.0]
    assert list(analysis.results["status"]) == ["corrected"]
    assert outcome(analysis) == [("set_aside", "superseded")]
    kept = analysis.issues[analysis.issues["code"] == "superseded"].iloc[0]
    assert (kept["reported"], kept["patient_id"], kept["analyte"]) == ("420", "P1", "ferritin")
    assert balanced(analysis)


def test_case_066_a_final_result_issued_after_the_correction_is_not_replaced_by_it() -> None:
    """The case says: replaces the earlier F. A later one may correct the correction; both are shown."""
    analysis = read(
        "P1,2025-03-05,Ferritin,42,ng/mL,C,2025-03-07",
        "P1,2025-03-05,Ferritin,420,ng/mL,F,2025-03-08",
        header=ISSUED,
    )
    assert sorted(values(analysis)) == [42.0, 420.0]
    assert set(analysis.results["notes"]) == {"conflicting_results"}


def test_case_067_a_correction_without_its_original_is_used_and_said() -> None:
    analysis = read(f"P1,{FERRITIN},C", header=STATUS)
    assert values(analysis) == [42.0]
    assert notes(analysis) == ["correction_alone"]


def test_case_067_of_two_corrections_the_one_issued_last_stands() -> None:
    analysis = read(
        "P1,2025-03-05,Ferritin,400,ng/mL,F,2025-03-05",
        "P1,2025-03-05,Ferritin,44,ng/mL,C,2025-03-07T10:00",
        "P1,2025-03-05,Ferritin,42,ng/mL,C,2025-03-06T10:00",
        header=ISSUED,
    )
    assert values(analysis) == [44.0]
    assert outcome(analysis) == [("set_aside", "superseded")] * 2


@pytest.mark.parametrize("issue", ["", "2025-03-07"])
def test_case_067_two_corrections_wait_when_nothing_says_which_is_the_later(issue: str) -> None:
    analysis = read(
        f"P1,2025-03-05,Ferritin,44,ng/mL,C,{issue}",
        f"P1,2025-03-05,Ferritin,42,ng/mL,C,{issue}",
        f"P1,2025-04-05,Ferritin,60,ng/mL,F,{issue}",
        header=ISSUED,
    )
    assert values(analysis) == [60.0]
    assert outcome(analysis) == [("held", "corrections_conflict")] * 2
    assert balanced(analysis)


@pytest.mark.parametrize("status", ["W", "D"])
def test_case_068_a_withdrawal_removes_the_original_and_says_so(status: str) -> None:
    analysis = read(
        f"P1,{FERRITIN},F", f"P1,{FERRITIN},{status}", "P1,2025-04-05,Ferritin,58,ng/mL,F", header=STATUS
    )
    assert values(analysis) == [58.0]
    assert sorted(outcome(analysis)) == [("set_aside", "entered_in_error"), ("set_aside", "withdrawn")]
    assert balanced(analysis)


def test_case_068_a_withdrawal_in_another_file_removes_it_too() -> None:
    files = {"a.csv": (STATUS, f"P1,{FERRITIN},F"), "b.csv": (STATUS, f"P1,{FERRITIN},W")}
    analysis = read_files(files)
    assert analysis.results.empty
    assert sorted(code for _, code in outcome(analysis)) == ["entered_in_error", "withdrawn"]
    assert balanced(analysis)


@pytest.mark.parametrize("status", ["X", "N", "O"])
def test_case_069_no_result_is_listed(status: str) -> None:
    analysis = read(f"P1,{FERRITIN},{status}", header=STATUS)
    assert outcome(analysis) == [("set_aside", "cancelled")]
    assert analysis.issues["reported"].iloc[0] == status


@pytest.mark.parametrize("status", ["Q", "Z", "finished?"])
def test_case_070_an_unknown_status_sets_its_row_aside(status: str) -> None:
    analysis = read(f"P1,{FERRITIN},{status}", header=STATUS)
    assert outcome(analysis) == [("set_aside", "status_unknown")]


# --- 71-72: the same result twice ------------------------------------------------------------------------


def test_case_071_an_exact_repeat_counts_once() -> None:
    analysis = read(*[f"P1,{FERRITIN}"] * 3)
    assert (analysis.counts["results"], analysis.counts["duplicates"]) == (1, 2)
    assert notes(analysis) == ["duplicate", "duplicate"]
    assert analysis.issues["message"].str.contains("labs.csv, line 2").all()


def test_case_071_an_overlapping_export_changes_nothing() -> None:
    march = (HEADER, f"P1,{FERRITIN}", "P2,2025-03-05,Magnesium,0.8,mmol/L")
    june = (*march, "P1,2025-06-05,Ferritin,58,ng/mL")
    once = read_files({"june.csv": june})
    both = read_files({"march.csv": march, "june.csv": june})
    again = read_files({"june.csv": june, "march.csv": march})
    columns = ["patient_id", "analyte", "collected_at", "value", "reported_unit", "notes"]
    for other in (both, again):
        pd.testing.assert_frame_equal(once.results[columns], other.results[columns])
        assert other.counts["duplicates"] == 2
        assert balanced(other)


def test_case_071_one_result_printed_in_two_units_counts_once() -> None:
    analysis = read("P1,2025-03-05,Vitamin B12,200,pg/mL", "P1,2025-03-05,Vitamin B12,148,pmol/L")
    assert (analysis.counts["results"], analysis.counts["duplicates"]) == (1, 1)


def test_case_072_two_values_of_one_collection_are_both_shown_and_marked() -> None:
    """Rules leave marked results out until one is chosen: tests/spec/test_limits.py."""
    analysis = read(f"P1,{FERRITIN}", "P1,2025-03-05,Ferritin,58,ng/mL", "P1,2025-04-05,Ferritin,60,ng/mL")
    assert values(analysis) == [42.0, 58.0, 60.0]
    assert list(analysis.results["notes"]) == ["conflicting_results", "conflicting_results", ""]
    assert notes(analysis) == ["conflicting_results", "conflicting_results"]
