"""Chapter: rows to results. What is used, what waits, what is set aside; every row is accounted for."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from rls_dash.answers import AnswerBook, Answers, ReadOptions
from rls_dash.knowledge import load_knowledge
from rls_dash.normalise.plausibility import explain
from rls_dash.pipeline import Analysis, InputFile, analyse

HEADER = "patient_id,date,test,value,unit"


def read(*records: str, header: str = HEADER, options: ReadOptions | None = None) -> Analysis:
    text = "\n".join([header, *records]) + "\n"
    return analyse([InputFile("labs.csv", text.encode())], load_knowledge(), options)


def answered(**answers: str) -> ReadOptions:
    return ReadOptions(answers=AnswerBook(Answers(**answers)))


def outcome(analysis: Analysis) -> list[tuple[str, str]]:
    """(severity, code) of everything that blocked a row."""
    blocked = analysis.issues[analysis.issues["severity"] != "note"]
    return list(zip(blocked["severity"], blocked["code"], strict=True))


def notes(analysis: Analysis) -> list[str]:
    return sorted(set(analysis.issues.loc[analysis.issues["severity"] == "note", "code"]))


def balanced(analysis: Analysis) -> bool:
    counts = analysis.counts
    return counts["rows_in"] == sum(count for name, count in counts.items() if name != "rows_in")


CONVERTED = """
test                | value  | unit       | analyte                | canonical | in
Ferritin            | 75     | ng/mL      | ferritin               | 75        | ug/L
Ferritin            | 75     | µg/L       | ferritin               | 75        | ug/L
FERRITIN            | 75     | NG/ML      | ferritin               | 75        | ug/L
Vitamin B12         | 200    | pg/mL      | vitamin_b12            | 147.559222 | pmol/L
Vitamin B12         | 133    | pmol/L     | vitamin_b12            | 133       | pmol/L
Folate              | 4      | ng/mL      | folate                 | 9.061993  | nmol/L
Magnesium           | 2      | mEq/L      | magnesium              | 1         | mmol/L
Magnesium           | 1.7    | mg/dL      | magnesium              | 0.69944456 | mmol/L
Magnesium           | 0.82   | mmol/L     | magnesium              | 0.82      | mmol/L
Iron                | 100    | ug/dL      | iron                   | 17.906706 | umol/L
TIBC                | 300    | mcg/dL     | tibc                   | 53.720118 | umol/L
Transferrin         | 250    | mg/dL      | transferrin            | 2.5       | g/L
Transferrin saturation | 18  | %          | transferrin_saturation | 18        | %
Hemoglobin          | 13.5   | g/dL       | hemoglobin             | 135       | g/L
CRP                 | 0.8    | mg/dL      | crp                    | 8         | mg/L
Vitamin D, 25-Hydroxy | 20   | ng/mL      | vitamin_d              | 49.919256 | nmol/L
Creatinine          | 1      | mg/dL      | creatinine             | 88.401697 | umol/L
eGFR                | 60     | mL/min/1.73m2 | egfr                | 60        | mL/min/{1.73_m2}
Folate, RBC         | 400    | ng/mL      | folate_rbc             | 906.199309 | nmol/L
"""


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]


@pytest.mark.parametrize(("test", "value", "unit", "analyte", "canonical", "code"), _table(CONVERTED))
def test_a_result_is_given_in_its_canonical_unit(test, value, unit, analyte, canonical, code) -> None:
    results = read(f'P1,2025-03-05,"{test}",{value},{unit}').results
    assert len(results) == 1
    row = results.iloc[0]
    assert (row["analyte"], row["unit"]) == (analyte, code)
    assert row["value"] == pytest.approx(float(canonical), rel=1e-7)
    assert (row["reported_value"], row["reported_unit"], row["reported_test"]) == (value, unit, test)


def test_exactly_75_stays_exactly_75() -> None:
    assert list(read("P1,2025-03-05,Ferritin,75,ng/mL").results["value"]) == [75.0]


NEVER_CONVERTED = """
test        | value | unit   | severity  | code
Magnesium   | 2     | Mg/dL  | held      | unit_unknown
Vitamin B12 | 300   | Pg/mL  | held      | unit_unknown
Magnesium   | 0.8   | Mmol/L | held      | unit_unknown
Hemoglobin  | 13    | G/L    | held      | unit_unknown
Ferritin    | 42    | mg%    | held      | unit_unknown
Ferritin    | 42    | U      | held      | unit_unknown
Ferritin    | 42    |        | held      | unit_missing
Ferritin    | 42    | mmol/L | set_aside | unit_not_accepted
Ferritin    | 42    | %      | set_aside | unit_not_accepted
Ferritin    | 42    | mEq/L  | set_aside | unit_not_accepted
Ferritin    | 168   | pmol/L | held      | unit_unusual
Vitamin B12 | 1000000 | nmol/L | set_aside | impossible
"""


@pytest.mark.parametrize(("test", "value", "unit", "severity", "code"), _table(NEVER_CONVERTED))
def test_a_unit_that_is_not_certain_never_converts(test, value, unit, severity, code) -> None:
    analysis = read(f"P1,2025-03-05,{test},{value},{unit}")
    assert outcome(analysis) == [(severity, code)]
    assert analysis.results.empty
    assert balanced(analysis)


LOOK_ALIKES = """
test                                      | code    | analyte
Transferrin                               | 3034-6  | transferrin
Folate RBC-mCnc                           | 2283-0  | folate_rbc
Vit B12a SerPl-mCnc                       | 1888-7  |
Hemoglobin A1c/Hemoglobin.total in Blood  | 4548-4  |
Creat Ur Qn g/L (Tox)                     | 2161-8  |
Albumin/Creat Ur Ratio (POC)              | 9318-7  |
Iron Satn MFr SerPl                       | 2502-3  | transferrin_saturation
Hemoglobin [Presence] in Urine by Test strip | 5794-3 |
Ery. Mean Corpuscular HGB Concentration   | MCHC    |
Magnesium, Urine                          |         |
Ionized magnesium                         |         |
Soluble transferrin receptor              |         |
Active B12 (Holotranscobalamin)           |         | holotranscobalamin
Ferritin                                  | 2276-4  | ferritin
"""


@pytest.mark.parametrize(("test", "code", "analyte"), _table(LOOK_ALIKES))
def test_look_alikes_stay_out(test: str, code: str, analyte: str) -> None:
    units = {
        "folate_rbc": "ng/mL",
        "transferrin_saturation": "%",
        "transferrin": "mg/dL",
        "holotranscobalamin": "pmol/L",
    }
    record = f'P1,2025-03-05,"{test}",{code},200,{units.get(analyte, "ng/mL")}'
    if analyte == "transferrin_saturation":
        record = record.replace(",200,", ",20,")
    analysis = read(record, header="patient_id,date,test,loinc,value,unit")
    assert list(analysis.results["analyte"]) == ([analyte] if analyte else [])
    assert analysis.counts["not_tracked"] == (0 if analyte else 1)


@pytest.mark.parametrize(
    ("record", "severity", "code"),
    [
        ("P1,2025-03-05,Magnesium,2276-4,42,ng/mL", "held", "loinc_name_conflict"),
        ("P1,2025-03-05,Ferritin,2276-4,42,pmol/L", "held", "loinc_unit_conflict"),
        ("P1,2025-03-05,Vitamin B12,14685-2,300,pg/mL", "held", "loinc_unit_conflict"),
        ("P1,2025-03-05,Ferritin,99999-5,42,ng/mL", "held", "loinc_unknown"),
        ("P1,2025-03-05,FER,,42,", "held", "ambiguous_name"),
    ],
)
def test_code_name_and_unit_must_agree(record: str, severity: str, code: str) -> None:
    analysis = read(record, header="patient_id,date,test,loinc,value,unit")
    assert outcome(analysis) == [(severity, code)]


def test_an_ambiguous_name_is_decided_by_its_unit() -> None:
    analysis = read("P1,2025-03-05,FER,18,umol/L", "P1,2025-03-05,FER,42,ng/mL")
    assert list(analysis.results["analyte"]) == ["ferritin", "iron"]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (",2025-03-05,Ferritin,42,ng/mL", "no_patient"),
        ("1.23457E+11,2025-03-05,Ferritin,42,ng/mL", "identifier_damaged"),
        ("P1,,Ferritin,42,ng/mL", "no_date"),
        ("P1,2025-02-31,Ferritin,42,ng/mL", "not_a_date"),
        ("P1,1970-01-01,Ferritin,42,ng/mL", "date_too_early"),
        ("P1,2025-03-05,Ferritin,,ng/mL", "no_value"),
        ("P1,2025-03-05,Ferritin,haemolysed,ng/mL", "no_result"),
        ("P1,2025-03-05,Ferritin,12-May,ng/mL", "date_in_value"),
        ("P1,2025-03-05,Ferritin,42 lumps,ng/mL", "not_a_number"),
        ("P1,2025-03-05,Ferritin,42 ug/dL,ng/mL", "unit_conflict"),
        ("P1,2025-03-05,Ferritin,900000,ng/mL", "impossible"),
        ("P1,2025-03-05,Ferritin,12,5,ng/mL", "surplus_fields"),
        ("P1,2025-03-05,Ferritin", "short_row"),
    ],
)
def test_what_cannot_be_used_is_set_aside_with_line_and_reason(record: str, code: str) -> None:
    analysis = read("P9,2025-03-05,Ferritin,42,ng/mL", record)
    assert outcome(analysis) == [("set_aside", code)]
    issue = analysis.issues[analysis.issues["severity"] == "set_aside"].iloc[0]
    assert (issue["source_file"], issue["source_row"]) == ("labs.csv", 3)
    assert issue["message"].endswith(".")
    assert list(analysis.results["patient_id"]) == ["P9"]
    assert balanced(analysis)


def test_patients_and_tests_called_null_are_not_missing() -> None:
    analysis = read(
        "None,2025-03-05,Ferritin,42,ng/mL", "NA,2025-03-05,Ferritin,43,ng/mL", "007,2025-03-05,Na,140,mmol/L"
    )
    assert list(analysis.results["patient_id"]) == ["NA", "None"]
    assert analysis.counts["not_tracked"] == 1


@pytest.mark.parametrize(
    ("status", "kept"),
    [("F", "final"), ("Final result", "final"), ("P", "preliminary"), ("", "not_stated"), ("C", "corrected")],
)
def test_the_laboratorys_status_travels_with_the_result(status: str, kept: str) -> None:
    analysis = read(f"P1,2025-03-05,Ferritin,42,ng/mL,{status}", header=f"{HEADER},status")
    assert list(analysis.results["status"]) == [kept]


@pytest.mark.parametrize(
    ("status", "code"),
    [("X", "cancelled"), ("W", "entered_in_error"), ("D", "entered_in_error"), ("Q", "status_unknown")],
)
def test_withdrawn_and_unknown_states_are_no_results(status: str, code: str) -> None:
    analysis = read(f"P1,2025-03-05,Ferritin,42,ng/mL,{status}", header=f"{HEADER},status")
    assert outcome(analysis) == [("set_aside", code)]


def test_a_repeat_counts_once_and_names_its_twin() -> None:
    analysis = read(
        "P1,2025-03-05,Ferritin,42,ng/mL",
        "P1,2025-03-05,Ferritin,42,ng/mL",
        "P1,2025-03-05,Ferritin,42.0,ng/mL",
    )
    assert (analysis.counts["results"], analysis.counts["duplicates"]) == (1, 2)
    assert "labs.csv, line 2" in analysis.issues["message"].iloc[0]
    assert balanced(analysis)


def test_loading_an_overlapping_export_again_changes_nothing() -> None:
    first = f"{HEADER}\nP1,2025-03-05,Ferritin,42,ng/mL\n"
    second = first + "P1,2025-06-05,Ferritin,58,ng/mL\n"
    files = [
        InputFile("march.csv", first.encode()),
        InputFile("june.csv", second.encode()),
        InputFile("again.csv", first.encode()),
    ]
    analysis = analyse(files, load_knowledge())
    assert list(analysis.results["value"]) == [42.0, 58.0]
    assert [file.name for file in analysis.files] == ["march.csv", "june.csv"]
    assert "same_file" in notes(analysis)
    assert balanced(analysis)


def test_two_values_for_one_draw_are_both_kept_and_marked() -> None:
    analysis = read(
        "P1,2025-03-05,Ferritin,42,ng/mL",
        "P1,2025-03-05,Ferritin,58,ng/mL",
        "P1,2025-04-05,Ferritin,60,ng/mL",
    )
    assert list(analysis.results["notes"]) == ["conflicting_results", "conflicting_results", ""]
    assert list(analysis.results["value"]) == [42.0, 58.0, 60.0]


def test_a_corrected_result_replaces_the_final_one_and_says_so() -> None:
    analysis = read(
        "P1,2025-03-05,Ferritin,420,ng/mL,F", "P1,2025-03-05,Ferritin,42,ng/mL,C", header=f"{HEADER},status"
    )
    assert list(analysis.results["value"]) == [42.0]
    assert outcome(analysis) == [("set_aside", "superseded")]
    assert balanced(analysis)


def test_censored_values_keep_their_sign_through_conversion() -> None:
    results = read("P1,2025-03-05,Vitamin B12,<200,pg/mL", "P1,2025-04-05,Folate,>24.0,ng/mL").results
    assert list(results["comparator"]) == [">", "<"]
    assert list(results["reported_value"]) == [">24.0", "<200"]
    assert list(results["value"].round(4)) == [54.372, 147.5592]


def test_the_sign_may_stand_in_a_column_of_its_own_but_not_disagree() -> None:
    header = "patient_id,date,test,comparator,value,unit"
    assert list(read("P1,2025-03-05,Ferritin,<,5,ng/mL", header=header).results["comparator"]) == ["<"]
    assert list(read("P1,2025-03-05,Ferritin,<,<5,ng/mL", header=header).results["comparator"]) == ["<"]
    assert list(read("P1,2025-03-05,Ferritin,,>5,ng/mL", header=header).results["comparator"]) == [">"]
    assert outcome(read("P1,2025-03-05,Ferritin,>,<5,ng/mL", header=header)) == [
        ("set_aside", "comparator_conflict")
    ]
    assert outcome(read("P1,2025-03-05,Ferritin,about,5,ng/mL", header=header)) == [
        ("set_aside", "comparator_unknown")
    ]


@pytest.mark.parametrize(
    ("value", "number", "text", "expected"),
    [
        ("42", "43", "44", [42.0]),
        ("", "43", "44", [43.0]),
        ("NULL", "43", "", [43.0]),
        ("", "", "44", [44.0]),
        ("NULL", "NA", "<44", [44.0]),
        ("haemolysed", "43", "44", []),
    ],
)
def test_the_first_of_the_value_columns_that_holds_anything_is_read(
    value: str, number: str, text: str, expected: list[float]
) -> None:
    header = "patient_id,date,test,value,unit,value_numeric,result_text"
    analysis = read(f"P1,2025-03-05,Ferritin,{value},ng/mL,{number},{text}", header=header)
    assert list(analysis.results["value"]) == expected


def test_the_reference_interval_is_converted_with_the_value() -> None:
    header = f"{HEADER},reference_low,reference_high"
    row = read("P1,2025-03-05,Magnesium,1.7,mg/dL,1.7,2.4", header=header).results.iloc[0]
    assert (round(row["reference_low"], 4), round(row["reference_high"], 4)) == (0.6994, 0.9875)
    printed = read("P1,2025-03-05,Ferritin,42,ng/mL,15-150", header=f"{HEADER},reference_range").results.iloc[
        0
    ]
    assert (printed["reference_low"], printed["reference_high"]) == (15.0, 150.0)
    one_sided = read("P1,2025-03-05,CRP,3,mg/L,<5.0", header=f"{HEADER},reference_range").results.iloc[0]
    assert pd.isna(one_sided["reference_low"])
    assert one_sided["reference_high"] == 5.0


def test_each_row_has_the_interval_printed_beside_it() -> None:
    rows = [f"P1,2025-03-0{day},Ferritin,42,ng/mL,{low}-{low}0" for day, low in ((1, 15), (2, 20), (3, 30))]
    found = read(*rows, header=f"{HEADER},reference_range").results
    assert found["reference_low"].tolist() == [15.0, 20.0, 30.0]
    assert found["reference_high"].tolist() == [150.0, 200.0, 300.0]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("15", "150", (15.0, 150.0)),
        ("15", "", (15.0, None)),
        ("", "150", (None, 150.0)),
        ("0", "150", (0.0, 150.0)),  # no lower limit worth printing
        ("150", "15", (None, None)),  # which of the two is wrong cannot be seen
        ("100", "100", (100.0, 100.0)),
        ("15", "9999999", (15.0, None)),  # what a numeric column holds for no upper end
        ("<15", "150", (None, 150.0)),
        ("15 ng/mL", "150 ng/mL", (15.0, 150.0)),
        ("15 ng/mL", "150", (15.0, 150.0)),
        ("15 mg/dL", "150", (None, None)),
        ("15 ng/mL", "150 ug/L", (None, None)),
        ("12,5", "150,5", (12.5, 150.5)),
        ("999,5", "1.250", (999.5, 1250.0)),  # either end proves the mark of both
        ("1.250", "2000,5", (1250.0, 2000.5)),
        ("1.250", "2.500", (None, None)),  # thousands or decimals
    ],
)
def test_the_ends_of_an_interval_may_stand_in_two_columns(
    low: str, high: str, expected: tuple[float | None, float | None]
) -> None:
    header = f"{HEADER},reference_low,reference_high"
    row = read(f'P1,2025-03-05,Ferritin,42,ng/mL,"{low}","{high}"', header=header).results.iloc[0]
    ends = (row["reference_low"], row["reference_high"])
    assert tuple(None if pd.isna(end) else end for end in ends) == expected


def test_day_and_month_wait_for_an_answer_when_nothing_proves_them() -> None:
    records = ("P1,05/03/2025,Ferritin,42,ng/mL",)
    assert outcome(read(*records)) == [("held", "date_order")]
    after = read(*records, options=answered(date_order="dmy"))
    assert list(after.results["collected_at"]) == ["2025-03-05"]
    proven = read(*records, "P1,26/03/2025,Ferritin,44,ng/mL")
    assert list(proven.results["collected_at"]) == ["2025-03-05", "2025-03-26"]


def test_an_answer_never_overrules_what_the_file_proves() -> None:
    options = answered(date_order="mdy", decimal=",")
    records = ("P1,13/04/2025,Ferritin,12.5,ng/mL", 'P1,03/04/2025,Ferritin,"1,250",ng/mL')
    results = read(*records, options=options).results
    assert list(results["collected_at"]) == ["2025-04-03", "2025-04-13"]
    assert list(results["value"]) == [1250.0, 12.5]


def test_thousands_wait_for_an_answer_when_nothing_proves_them() -> None:
    records = ('P1,2025-03-05,Ferritin,"1,250",ng/mL',)
    assert outcome(read(*records)) == [("held", "ambiguous_decimal")]
    assert list(read(*records, options=answered(decimal=".")).results["value"]) == [1250.0]
    assert list(read(*records, "P1,2025-04-05,Ferritin,12.5,ng/mL").results["value"]) == [1250.0, 12.5]


def test_a_result_from_before_1990_is_kept_with_a_note() -> None:
    """ingest-cases 99 sets such rows aside; real exports hold them (the FHIR slice has iron of 1979)."""
    analysis = read("P1,1979-04-22,Ferritin,42,ng/mL")
    assert analysis.counts["results"] == 1
    assert notes(analysis) == ["old_date"]
    assert notes(read("P1,1989-12-31,Ferritin,42,ng/mL")) == ["old_date"]
    assert not notes(read("P1,1990-01-01,Ferritin,42,ng/mL"))


def test_results_of_the_future_are_set_aside() -> None:
    analysis = read("P1,2027-03-05,Ferritin,42,ng/mL", options=ReadOptions(as_of=date(2026, 11, 1)))
    assert outcome(analysis) == [("set_aside", "date_in_future")]


def test_an_unusual_value_is_kept_and_marked() -> None:
    analysis = read("P1,2025-03-05,Ferritin,9000,ng/mL")
    assert list(analysis.results["notes"]) == ["implausible"]
    assert notes(analysis) == ["implausible"]


def test_an_impossible_value_names_the_unit_slips_that_would_explain_it() -> None:
    analysis = read("P1,2025-03-05,Magnesium,20,mmol/L")
    message = analysis.issues["message"].iloc[0]
    assert "1/10 of it" in message
    assert "mg/L" in message


def test_a_specimen_column_overrules_the_name() -> None:
    header = "patient_id,date,test,specimen,loinc,value,unit"
    by_name = read("P1,2025-03-05,Creatinine,Urine,,90,mg/dL", header=header)
    assert by_name.counts["not_tracked"] == 1
    by_code = read("P1,2025-03-05,Creatinine,Urine,2160-0,1,mg/dL", header=header)
    assert outcome(by_code) == [("set_aside", "specimen")]


def test_a_file_without_patient_column_is_one_patient_and_says_so() -> None:
    analysis = read("2025-03-05,Ferritin,42,ng/mL", header="date,test,value,unit")
    assert list(analysis.results["patient_id"]) == ["unnamed patient of labs.csv"]
    assert "no_patient_column" in notes(analysis)


def test_a_file_without_a_collection_date_holds_its_rows() -> None:
    analysis = read("Ferritin,42,ng/mL", "Glucose,5,mmol/L", header="Parameter,Value,Unit")
    assert outcome(analysis) == [("held", "no_date_column")]
    assert analysis.counts["not_tracked"] == 1


def test_an_unreadable_file_does_not_hide_the_others() -> None:
    good = f"{HEADER}\nP1,2025-03-05,Ferritin,42,ng/mL\n".encode()
    analysis = analyse([InputFile("bad.csv", b"PK\x03\x04"), InputFile("good.csv", good)], load_knowledge())
    assert [error.source_file for error in analysis.errors] == ["bad.csv"]
    assert len(analysis.results) == 1


def test_two_files_of_one_name_stay_apart() -> None:
    files = [
        InputFile("labs.csv", f"{HEADER}\nP1,2025-03-0{day},Ferritin,42,ng/mL\n".encode()) for day in (5, 6)
    ]
    assert list(analyse(files, load_knowledge()).results["source_file"]) == ["labs.csv", "labs.csv (2)"]


def test_one_patient_is_found_by_offset_and_an_unknown_one_is_empty() -> None:
    analysis = read(
        "P2,2025-03-05,Ferritin,42,ng/mL",
        "P1,2025-03-05,Ferritin,41,ng/mL",
        "P2,2025-04-05,Ferritin,43,ng/mL",
    )
    assert analysis.patient_ids == ["P1", "P2"]
    assert list(analysis.patient_results("P2")["value"]) == [42.0, 43.0]
    assert analysis.patient_results("P3").empty


# --- what an adversary found -----------------------------------------------------------------------------


def test_a_value_is_never_read_with_the_unit_of_its_other_pair() -> None:
    header = "USUBJID,date,LBTEST,LBORRES,LBORRESU,LBSTRESC,LBSTRESU"
    both = read("1,2025-03-05,Vitamin B12,,pg/mL,221,pmol/L", header=header).results
    assert list(zip(both["value"], both["reported_unit"], strict=True)) == [(221.0, "pmol/L")]
    alone = read(
        "1,2025-03-05,Vitamin B12,221,pmol/L", header="USUBJID,LBDTC,LBTEST,LBSTRESN,LBSTRESU"
    ).results
    assert list(alone["value"]) == [221.0]
    mixed = read("1,2025-03-05,Vitamin B12,221,pg/mL", header="USUBJID,LBDTC,LBTEST,LBSTRESN,LBORRESU")
    assert outcome(mixed) == [("held", "unit_missing")]


@pytest.mark.parametrize(
    ("column", "cell", "blocked"),
    [
        ("status", "entered-in-error", [("set_aside", "entered_in_error")]),
        ("deleted", "TRUE", [("set_aside", "entered_in_error")]),
        ("change_type", "removed", [("set_aside", "entered_in_error")]),
        ("deleted", "perhaps", [("set_aside", "status_unknown")]),
        ("deleted", "FALSE", []),
        ("specimen", "Serum", []),
        ("specimen", "Gold top", [("held", "specimen_unknown")]),
    ],
)
def test_a_known_layout_does_not_hide_other_columns(
    column: str, cell: str, blocked: list[tuple[str, str]]
) -> None:
    header = f"name,loinc,loinc_desc,result,result_units,date,{column}"
    assert outcome(read(f"P1,2276-4,Ferritin,42,ng/mL,2025-03-05,{cell}", header=header)) == blocked


def test_an_id_outranks_a_name_that_two_people_share() -> None:
    header = "patient_id,name,loinc,loinc_desc,result,result_units,date"
    analysis = read(*(f"{n},Smith,2276-4,Ferritin,4{n},ng/mL,2025-03-05" for n in (1, 2)), header=header)
    assert analysis.patient_ids == ["1", "2"]


def test_files_without_patient_column_are_different_people() -> None:
    text = "date,test,value,unit\n2025-03-05,Ferritin,4{n},ng/mL\n"
    files = [InputFile("labs.csv", text.replace("{n}", str(n)).encode()) for n in (1, 2)]
    named = InputFile("labs.tsv", text.replace("{n}", "3").replace(",", "\t").encode())
    assert len(analyse([*files, named], load_knowledge()).patient_ids) == 3


@pytest.mark.parametrize(
    "specimen", ["Urine", "Joint fluid", "Breast milk", "Bone marrow", "CSF", "Sputum", "Muscle"]
)
def test_another_specimen_is_no_serum(specimen: str) -> None:
    header = "patient_id,date,test,specimen,value,unit"
    assert read(f"P1,2025-03-05,Ferritin,{specimen},42,ng/mL", header=header).results.empty


@pytest.mark.parametrize("specimen", ["Serum", "SERUM/PLASMA", "Venous blood", "Ser/Plas", "Plasma EDTA", ""])
def test_blood_in_its_usual_words_is_serum(specimen: str) -> None:
    header = "patient_id,date,test,specimen,value,unit"
    assert len(read(f"P1,2025-03-05,Ferritin,{specimen},42,ng/mL", header=header).results) == 1


@pytest.mark.parametrize(
    "category", ["Iron Panel", "Chemistry panel", "CHEMISTRY", "Kidney function / creatinine"]
)
def test_a_category_is_no_specimen(category: str) -> None:
    header = "patient_id,date,test,category,value,unit"
    assert len(read(f"P1,2025-03-05,Ferritin,{category},42,ng/mL", header=header).results) == 1
    assert read("P1,2025-03-05,Creatinine,URINALYSIS,42,mg/dL", header=header).results.empty


NOT_SERUM = """
Red-cell folate
Folate, WB
Red-Cell Magnesium
U Creatinine
Creatinine, U
Creatinine (U)
Magnesium dU
tU-Magnesium
24U-Magnesium
Pt-U-Magnesium
Random creatinine
Creatinine, timed
Magnesium per day
Magnesium, ionic
Magnésium ionique
Creatinine, Joint Fluid
Hemoglobin, Joint Fluid
Magnesium, Breast milk
Ferritin, bone marrow
BUN:Creatinine
Iron:TIBC
ln ferritin
Log10 Ferritin
Ferritin percentile
Ferritin z-score
CRP velocity
Transferrin isoforms
Hemoglobin Barts
Iron intake
Dietary iron
Vit B12 (bioactive)
"""


@pytest.mark.parametrize("test", NOT_SERUM.strip().splitlines())
def test_names_that_only_contain_an_analyte_stay_out(test: str) -> None:
    tracked = read(f'P1,2025-03-05,"{test}",42,mg/dL').results["analyte"].tolist()
    assert [one for one in tracked if not one.endswith("_rbc")] == []


def test_two_tables_in_one_file_are_refused_and_no_row_is_lost() -> None:
    first = "patient_id,date,test,value,ref_low,unit\nP1,2025-03-05,Ferritin,42,15,ng/mL\n"
    second = "patient_id,date,test,ref_low,value,unit\nP1,2025-04-05,Ferritin,13,90,ng/mL\n"
    analysis = analyse([InputFile("labs.csv", (first + second).encode())], load_knowledge())
    assert [(error.code, error.line) for error in analysis.errors] == [("second_table", 3)]
    longer = first + second.replace("unit\n", "unit,flag\n").replace("ng/mL\n", "ng/mL,\n")
    assert analyse([InputFile("labs.csv", longer.encode())], load_knowledge()).errors


@pytest.mark.parametrize("later", ["42,ng/mL,W", "42,ng/mL,D", ",ng/mL,W", "see comment,ng/mL,C"])
def test_what_the_laboratory_takes_back_does_not_stand(later: str) -> None:
    header = f"{HEADER},status"
    analysis = read("P1,2025-03-05,Ferritin,42,ng/mL,F", f"P1,2025-03-05,Ferritin,{later}", header=header)
    assert analysis.results.empty
    assert ("set_aside", "withdrawn") in outcome(analysis)
    assert balanced(analysis)


def test_a_final_result_replaces_the_preliminary_one() -> None:
    header = f"{HEADER},status"
    analysis = read("P1,2025-03-05,Ferritin,40,ng/mL,P", "P1,2025-03-05,Ferritin,42,ng/mL,F", header=header)
    assert list(analysis.results["value"]) == [42.0]
    assert outcome(analysis) == [("set_aside", "superseded")]


def test_one_draw_is_one_draw_however_it_is_written() -> None:
    analysis = read("P1,2025-03-05T08:30,Ferritin,42,ng/mL", "P1,2025-03-05 08:30:00,Ferritin,42.0,ug/L")
    assert (analysis.counts["results"], analysis.counts["duplicates"]) == (1, 1)
    apart = read("P1,2025-03-05T08:30,Ferritin,42,ng/mL", "P1,2025-03-05 08:30:00,Ferritin,80,ng/mL")
    assert list(apart.results["notes"]) == ["conflicting_results"] * 2


def test_no_name_can_unbalance_the_rows() -> None:
    text = f"{HEADER}\nP1,2025-03-05,Ferritin,42,ng/mL\n"
    names = ("l.csv", "l.csv", "l.csv (2)")
    analysis = analyse(
        [InputFile(n, (text + "\n" * k).encode()) for k, n in enumerate(names)], load_knowledge()
    )
    assert [report.results for report in analysis.files] == [1, 0, 0]
    assert balanced(analysis)


def test_columns_that_change_no_number_do_not_refuse_a_file() -> None:
    header = f"{HEADER},result_date,report_date,lab,performer,flag,abnormal"
    assert (
        len(read("P1,2025-03-05,Ferritin,42,ng/mL,2025-03-06,2025-03-07,A,B,L,N", header=header).results) == 1
    )
    dates = "patient_id,measurement_datetime,measurement_date,test,value,unit"
    assert len(read("P1,,2025-03-05,Ferritin,42,ng/mL", header=dates).results) == 1


@pytest.mark.parametrize("printed", ["0.70-1.05 mmol/L", "13-150 male, 5-60 female", "13-150 M; 5-60 F"])
def test_an_interval_in_another_unit_or_for_two_sexes_is_not_used(printed: str) -> None:
    row = read(
        f'P1,2025-03-05,Magnesium,1.9,mg/dL,"{printed}"', header=f"{HEADER},reference_range"
    ).results.iloc[0]
    assert pd.isna(row["reference_low"])
    assert pd.isna(row["reference_high"])


def test_a_cell_of_another_test_does_not_dispute_the_decimal_mark() -> None:
    analysis = read("P1,2025-03-05,Ferritin,12.5,ng/mL", 'P1,2025-03-05,Weight,"75,2 kg",')
    assert list(analysis.results["value"]) == [12.5]


def test_the_end_of_time_is_no_date() -> None:
    assert outcome(read("P1,9999-12-31T24:00,Ferritin,42,ng/mL")) == [("set_aside", "date_in_future")]


def test_an_invisible_mark_does_not_make_a_second_patient() -> None:
    assert read("P1,2025-03-05,Ferritin,42,ng/mL", "P1\u200b,2025-04-05,Ferritin,43,ng/mL").patient_ids == [
        "P1"
    ]


def test_a_row_that_waits_is_known_to_its_patient() -> None:
    analysis = read(
        "P1,2025-03-05,Ferritin,42,ng/mL", "P1,2026-03-05,Ferritin,60,", ",2026-03-05,Ferritin,60,ng/mL"
    )
    waiting = analysis.patient_issues("P1")
    assert list(zip(waiting["analyte"], waiting["source_row"], strict=True)) == [("ferritin", 3)]
    assert analysis.ownerless_issues == 1


def test_a_unit_inside_the_value_cell_is_the_unit_where_the_column_is_empty() -> None:
    results = read("P1,2025-03-05,Vitamin B12,200 pg/mL,", "P1,2025-04-05,Folate,>24.0 ng/mL,ng/mL").results
    assert list(results["reported_unit"]) == ["ng/mL", "pg/mL"]
    assert list(results["value"].round(4)) == [54.372, 147.5592]


def test_an_omop_date_stands_in_where_the_moment_is_empty() -> None:
    header = (
        "person_id,measurement_concept_id,measurement_date,measurement_datetime,value_as_number,"
        "measurement_source_value,unit_source_value"
    )
    results = read(
        "1,0,2025-03-05,,42,2276-4,ug/L", "1,0,2025-04-05,2025-04-05 08:30:00,43,2276-4,ug/L", header=header
    )
    assert list(results.results["collected_at"]) == ["2025-03-05", "2025-04-05T08:30:00"]


def test_what_is_not_possible_is_said_in_the_unit_of_the_row() -> None:
    said = explain(load_knowledge(), "magnesium", 45.0, "mg/dL")
    assert said.startswith("Not possible for Magnesium: outside 0.2 to 30 mg/dL.")
    assert "outside 0 to 200000 ng/mL." in explain(load_knowledge(), "ferritin", 900_000.0, "ng/mL")
    assert explain(load_knowledge(), "magnesium", 45.0, "mmol/L").split(". ")[0].endswith("12.34 mmol/L")
