"""Chapter: named layouts. Each has rows in data/formats, a sample with hand-made answers, and its line in
FORMATS.md; whatever lies in tests/golden/dialects is read and compared, whoever put it there."""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from rls_dash.answers import AnswerBook, Answers, ReadOptions
from rls_dash.ingest.cells import first_part, split_coded
from rls_dash.ingest.change import distinct_of
from rls_dash.ingest.dialects import dialects, lookup_columns, lookup_tables
from rls_dash.ingest.formats import Role, header_key, header_roles, statuses, table_rows
from rls_dash.ingest.lookup import join
from rls_dash.ingest.mapping import (
    column_names,
    column_question,
    map_columns,
    score_header,
    stated_escape,
)
from rls_dash.ingest.nhanes import nhanes_to_long
from rls_dash.ingest.table import RawTable
from rls_dash.knowledge import load_knowledge
from rls_dash.model import FileError, Status
from rls_dash.pipeline import Analysis, InputFile, analyse
from tests.spec.mapped import map_table

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "dialects"
FOLDERS = sorted(path for path in GOLDEN.iterdir() if path.is_dir())
ASIDE = {"expected.csv", "answers.toml"}
FORMATS = (ROOT / "data" / "formats" / "FORMATS.md").read_text(encoding="utf-8")
EXACT = 1e-6  # relative; expected values are written with six decimals


def read_folder(folder: Path) -> Analysis:
    """The files of a folder read together, with the answers that lie beside them."""
    files = [
        InputFile(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.name not in ASIDE
    ]
    given = folder / "answers.toml"
    answers = Answers(**tomllib.loads(given.read_text(encoding="utf-8"))) if given.exists() else Answers()
    return analyse(files, load_knowledge(), ReadOptions(answers=AnswerBook(answers)))


def moment(text: str) -> datetime | str:
    """A time of collection as the wall clock shows it; relative time as printed."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text


def compared(rows: pd.DataFrame) -> list[tuple[object, ...]]:
    """Results in an order of their own: (patient, analyte, moment, comparator, unit, value)."""
    ordered = [
        (
            str(row["patient_id"]),
            str(row["analyte"]),
            moment(str(row["collected_at"])),
            str(row["comparator"]),
            str(row["unit"]),
            float(row["value"]),
        )
        for row in rows.to_dict("records")
    ]
    return sorted(ordered, key=lambda one: tuple(str(part) for part in one))


def expected(folder: Path) -> pd.DataFrame:
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == ["patient_id", "analyte", "collected_at", "comparator", "value", "unit"]
        return pd.DataFrame(list(reader), columns=reader.fieldnames)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_sample_gives_the_results_a_reader_finds_by_hand(folder: Path) -> None:
    analysis = read_folder(folder)
    assert not analysis.errors
    found, wanted = compared(analysis.results), compared(expected(folder))
    assert [one[:-1] for one in found] == [one[:-1] for one in wanted]
    values = zip(found, wanted, strict=True)
    assert [one for one, other in values if one[-1] != pytest.approx(other[-1], rel=EXACT, abs=EXACT)] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_row_of_a_sample_vanishes(folder: Path) -> None:
    counts = read_folder(folder).counts
    assert counts["rows_in"] == sum(count for name, count in counts.items() if name != "rows_in")
    assert counts["rows_in"] > 0


def names(folders: list[Path]) -> set[str]:
    return {folder.name for folder in folders}


@pytest.mark.parametrize("dialect", [one.dialect for one in dialects()])
def test_every_dialect_has_its_sample_and_is_recognised_by_it(dialect: str) -> None:
    assert dialect in names(FOLDERS)
    labels = {report.dialect for report in read_folder(GOLDEN / dialect).files}
    assert next(one.label for one in dialects() if one.dialect == dialect) in labels


def test_every_dialect_and_every_sample_stands_in_the_table_of_formats() -> None:
    listed = set(re.findall(r"`([a-z0-9_]+)`", FORMATS))
    assert {one.dialect for one in dialects()} - listed == set()
    assert names(FOLDERS) - listed == set()


def test_every_dictionary_stands_in_the_table_of_formats_and_in_a_sample() -> None:
    for table in lookup_tables().values():
        assert table.label in FORMATS
    samples = [path for folder in FOLDERS for path in folder.iterdir() if path.name not in ASIDE]
    heads = [path.read_bytes().split(b"\n", 1)[0].decode("utf-8", "replace") for path in samples]
    keys = [{header_key(cell) for cell in re.split(r"[,;|\t]", head)} for head in heads]
    unseen = [one.lookup for one in lookup_tables().values() if not any(one.required <= key for key in keys)]
    assert unseen == []


def test_the_tables_of_dialects_agree_with_one_another() -> None:
    known = {one.dialect for one in dialects()}
    for name in ("dialect_columns.csv", "dialect_words.csv", "lookup_columns.csv"):
        assert {row["dialect"] for row in table_rows(name)} <= known, name
    for dialect in dialects():
        header_keys = set(dialect.columns)
        for group in dialect.required:
            unlisted = {key for key in group if key not in header_keys and key not in header_roles()}
            assert unlisted == set(), dialect.dialect
        assert dialect.date_order in ("", "dmy", "mdy")
        assert dialect.decimal in ("", ".", ",")
        assert dialect.relative in ("", "minutes", "days")
        kinds = {column.reads.split()[0] for column in dialect.columns.values() if column.reads}
        assert kinds <= {"guid", "words", "corrected", "year_alone", "precision", "missing"}
    assert {one.lookup for one in lookup_columns()} <= set(lookup_tables())
    asked = {(one.dialect, one.role) for one in lookup_columns()}
    assert all((one.dialect, Role.TEST) in asked for one in dialects() if one.coded_tests)


def test_no_dialect_hides_behind_another() -> None:
    """A header that fits two dialects is read by the one that asks for more headers."""
    for dialect in dialects():
        smallest = [next(iter(sorted(group))) for group in dialect.required]
        assert map_columns("", smallest).dialect == dialect.dialect


SPELLINGS = """
patient_id: PATIENT patient_id PatientID PatientGuid person_id Subject SUBJECT_ID subject_id USUBJID Member_ID
patient_id: patientunitstayid hospitalization_id HADM_ID FINNGENID EMPI MRN patid SEQN id name eid
patient_id: patient_name
collected_at: DATE Date_Collected Collection_Date collection_date sample_date CHARTTIME lab_collect_dttm LBDTC
collected_at: measurement_datetime measurement_date COMP_OBS_INST_TM EffectiveDate effective_date obsdate
collected_at: Seq_Date_Time Measurement_Date Recorded_On_Date taken_on test_date timestamp APPROX_EVENT_DAY
collected_at: lab_datetime1 計測日時 fecha data_coleta DT_COLETA
collected_time: TIME
reported_at: RESULT_DATE Date_Resulted storetime lab_result_dttm EnteredDate enterdate issued
test: DESCRIPTION Test Test_Name test_name TestName Parameter Parametr LBTEST labname lab_name lab_category
test: COMPONENT_ID_NAME component Code_Description loinc_desc Result_Name Test_Description Biomarker
test: Biomarker_Name biomarqueur marker marker_name metric analyte DE_EXAME DE_ANALITO Badanie label name
test: paikallinentutkimusnimike_selite
code: CODE LOINC_Code loinc loinc_code Result_LOINC ITEMID LBTESTCD measurement_source_value CodeId medcodeid
code: Test_Id marker_id laboratoriotutkimusnimike
value: VALUE Result result_value LBORRES lab_value value_source_value ORD_VALUE COMPONENT_VALUE Wynik valeur
value: valor DE_RESULTADO tutkimustulosarvo labresulttext
value_number: Numeric_Result labresult lab_value_numeric value_as_number valuenum ORD_NUM_VALUE numericvalue
value_text: tutkimustulosteksti Result_Description
standard_value: LBSTRESC LBSTRESN
unit: UNITS Unit UOM VALUEUOM result_unit result_units Reference_Units REFERENCE_UNIT LBORRESU
unit: unit_source_value NumericUnit labmeasurenamesystem labmeasurenameinterface Jednostka Einheit unidad
unit: CD_UNIDADE tutkimustulosyksikko
standard_unit: LBSTRESU
reference_range: Range Reference_Range Norma Normal_Range referenceRange REF_NORMAL_VALS DE_VALOR_REFERENCIA
reference_low: ref_low ReferenceLow reference_min REFERENCE_LOW LBORNRLO range_low NumericRangeLow Normal_Min
reference_low: viitevalialkuarvo L
reference_high: ref_high ReferenceHigh reference_max REFERENCE_HIGH LBORNRHI range_high NumericRangeHigh
reference_high: Normal_Max viitevaliloppuarvo H
lab_flag: FLAG Abnormal_Flag Abnormal_Value Abnormal AbnormalReason LBNRIND RESULT_FLAG_C_NAME qc_status
lab_flag: tuloksenpoikkeavuus
status: Result_Status RESULT_STATUS_C_NAME LAB_STATUS_C_NAME lab_result_status Test_Status OBX-11
status: tutkimusvastauksentila
deleted: Deleted change_type
specimen: Specimen Specimen_Type SPECIMEN_SOURCE fluid lab_specimen_name LBSPEC Material
category: LBCAT
laboratory: Lab Performer Provider_Org LabLocation RESULTING_LAB_ID_LLB_NAME fhir source
"""
BY_ROLE = [
    (role, header.replace("_", " ") if header.istitle() else header)
    for line in SPELLINGS.strip().splitlines()
    for role, headers in [line.split(": ")]
    for header in headers.split()
]


@pytest.mark.parametrize(("role", "header"), BY_ROLE)
def test_every_spelling_seen_in_exports_is_known(role: str, header: str) -> None:
    assert role in {known.value for _, known in header_roles().get(header_key(header), ())}


NOT_DATA = (
    "TYPE ENCOUNTER LBSEQ labid ROW_ID Assessment Comment note technician COMPON_LNC_ID Test_LOINC labtypeid "
    "labresultrevisedoffset ORD_DATE_REAL lab_order_dttm VISITDY unit_concept_id numunitid visit"
)


@pytest.mark.parametrize("header", NOT_DATA.split())
def test_columns_that_only_look_like_data_are_never_taken(header: str) -> None:
    kept = {role for _, role in header_roles().get(header_key(header), ())} - {Role.IGNORE}
    assert kept == set()
    mapping = map_columns("", ["patient_id", "date", "test", "value", "unit", header])
    assert mapping.unused == (header,)


def test_a_category_says_nothing_of_the_result_itself() -> None:
    roles = map_columns("", ["patient_id", "date", "CATEGORY", "test", "value", "unit"]).roles
    assert roles[Role.CATEGORY] == (2,)
    assert roles[Role.TEST] == (3,)


@pytest.mark.parametrize(
    ("letter", "status"),
    [
        ("f", Status.FINAL),
        ("v", Status.FINAL),
        ("p", Status.PRELIMINARY),
        ("r", Status.PRELIMINARY),
        ("s", Status.PRELIMINARY),
        ("i", Status.PRELIMINARY),
        ("c", Status.CORRECTED),
        ("a", Status.CORRECTED),
        ("b", Status.CORRECTED),
        ("x", Status.CANCELLED),
        ("n", Status.CANCELLED),
        ("o", Status.CANCELLED),
        ("d", Status.ENTERED_IN_ERROR),
        ("w", Status.ENTERED_IN_ERROR),
        ("final", Status.FINAL),
        ("final result", Status.FINAL),
        ("amended", Status.CORRECTED),
        ("k", None),  # seen in Finnish data; nothing says what it means
        ("z", None),
        ("fine", None),
        ("error", None),  # of the instrument or of the patient?
    ],
)
def test_status_words_and_letters(letter: str, status: Status | None) -> None:
    assert statuses().get(letter) is status


def mapped(headers: str, answers: Answers | None = None) -> dict[str, str]:
    """Role → header of a header line."""
    header = headers.split(",")
    mapping = map_columns("labs.csv", header, answers)
    return {
        role.value: "+".join(column_names(header)[column] for column in columns)
        for role, columns in mapping.roles.items()
    }


PLAIN = "patient_id,date,test,value,unit"


def test_an_answer_outranks_spelling_and_dialect() -> None:
    assert mapped(PLAIN, Answers(columns={"date": "reported_at"})) == {
        "patient_id": "patient_id",
        "reported_at": "date",
        "test": "test",
        "value": "value",
        "unit": "unit",
    }
    synthea = "DATE,PATIENT,CODE,DESCRIPTION,VALUE,UNITS,EXTRA"
    assert mapped(synthea, Answers(columns={"EXTRA": "unit", "UNITS": "ignore"}))["unit"] == "EXTRA"
    assert mapped(synthea, Answers(columns={"EXTRA": "value"}))["value"] == "EXTRA"


def test_an_answer_makes_a_header_of_columns_without_names() -> None:
    answers = Answers(columns={"column 1": "test", "column 2": "value"})
    assert score_header(["column 1", "column 2"]) == 0
    assert score_header(["column 1", "column 2"], answers) == 2
    assert mapped("column 1,column 2", answers) == {"test": "column 1", "value": "column 2"}


def test_an_answer_names_one_of_two_equal_headers() -> None:
    header = "patient_id,date,test,value,value,unit"
    assert column_names(["value", "unit", "value", "value"]) == ("value", "unit", "value (2)", "value (3)")
    assert mapped(header)["value"] == "value+value (2)"
    assert mapped(header, Answers(columns={"value (2)": "ignore"}))["value"] == "value"


@pytest.mark.parametrize("role", ["valu", "VALUE", "reference range", "value "])
def test_an_answer_without_such_a_role_is_refused_with_the_list_of_roles(role: str) -> None:
    with pytest.raises(FileError) as refused:
        map_columns("labs.csv", PLAIN.split(","), Answers(columns={"value": role}))
    assert refused.value.code == "unknown_role"
    for known in Role:
        assert known.value in refused.value.reason


def test_an_answer_about_another_file_changes_nothing() -> None:
    assert mapped(PLAIN, Answers(columns={"Wert": "value"})) == mapped(PLAIN)


def test_of_three_columns_one_is_chosen_or_left_out() -> None:
    asked = column_question("labs.csv", "key", Role.VALUE, ("a", "b", "c"), (("1",), ("2",), ("3",)))
    assert [(choice.answer, choice.label, choice.preview) for choice in asked.choices] == [
        ("value", "a", ("1",)),
        ("ignore", "b or c", ("b: 2", "c: 3")),
    ]
    assert (asked.kind, asked.subject, asked.layout, asked.cells) == ("columns", "a", "key", ("1",))


def test_what_a_format_states_of_itself() -> None:
    def of(dialect: str) -> list[str]:
        found = next(one for one in dialects() if one.dialect == dialect)
        return [next(iter(sorted(group))) for group in found.required]

    assert map_columns("", of("cprd_aurum")).date_order == "dmy"
    assert map_columns("", of("rpdr")).date_order == "mdy"
    assert map_columns("", of("eicu")).relative == "minutes"
    assert map_columns("", of("cdisc_lb")).relative == "days"
    assert map_columns("", of("whoop")).century == "2000"
    assert stated_escape(of("medicus")) == "\\"
    assert stated_escape(PLAIN.split(",")) == ""
    epic = map_columns("", of("epic_ehi"))
    assert {"9999999", "9999999.0", "9999999.00"} <= epic.sentinels
    assert "999999" not in epic.sentinels
    assert map_columns("", of("kanta")).sentinels == {"-1", "-1.0", "-1.00"}
    cerner = map_columns("", of("cerner"))
    assert cerner.statuses["25"] is Status.FINAL
    assert cerner.statuses["35"] is Status.CORRECTED
    assert "32" not in cerner.statuses
    plain = map_columns("", PLAIN.split(","))
    assert (plain.sentinels, plain.date_order, plain.statuses, plain.coded_tests) == (
        frozenset(),
        "",
        {},
        False,
    )


def table(text: str, roles: tuple[Role | None, ...] = ()) -> RawTable:
    """A table of cells written with commas."""
    header, *rows = [line.split(",") for line in text.strip().splitlines()]
    lines = list(range(2, len(rows) + 2))
    return RawTable("labs.csv", tuple(header), 1, ",", rows, lines, 0, 0, roles=roles)


def test_roles_that_a_format_states_outrank_the_names_of_its_columns() -> None:
    stated = table("test,value,x\na,b,c", roles=(Role.VALUE, Role.TEST, None))
    mapping = map_table(stated)
    assert mapping.roles == {Role.VALUE: (0,), Role.TEST: (1,)}
    assert mapping.unused == ("x",)
    assert map_table(stated, Answers(columns={"x": "unit"})).roles[Role.UNIT] == (2,)


@pytest.mark.parametrize(
    ("cell", "code", "name"),
    [
        ("005025^WBC^L^6690-2^Leukocytes^LN", "6690-2", "WBC"),
        ("2276-4^Ferritin^LN", "2276-4", "Ferritin"),
        ("2276-4^Ferritin^LOINC^F1^Ferr^L", "2276-4", "Ferritin"),
        ("F1^Ferritin^L", "F1", "Ferritin"),
        ("F1^^L^2276-4^Ferritin^LN", "2276-4", "Ferritin"),
        ("^Ferritin^L", "", "Ferritin"),
    ],
)
def test_a_coded_cell_gives_its_loinc_code_and_its_name(cell: str, code: str, name: str) -> None:
    found = split_coded(cell)
    assert (found.code, found.name) == (code, name)


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("x10E3/uL^x10E3/uL", "x10E3/uL"),
        ("ug/l^^L", "ug/l"),
        ("ug/dL^Micrograms per deciliter^UCUM", "ug/dL"),
        ("10^9/L", "10^9/L"),
        ("x10^3/uL^x10^3/uL", "x10^3/uL"),
        ("mg/dL", "mg/dL"),
    ],
)
def test_a_coded_unit_is_its_first_part_and_a_power_is_no_part(cell: str, unit: str) -> None:
    assert first_part(cell) == unit


def joined(text: str) -> list[dict[str, str]]:
    raw = table(text)
    done = join(raw, map_table(raw), ())
    return [dict(zip(done.header, row, strict=False)) for row in done.rows]


def test_plain_cells_with_a_caret_are_left_alone() -> None:
    text = "patient_id,date,test,value,unit\nP1,2025-03-05,Thrombocytes,201,10^9/L"
    raw = table(text)
    assert join(raw, map_table(raw), ()).rows == raw.rows


def test_a_coded_cell_adds_only_what_the_file_lacks() -> None:
    coded = "F1^Ferritin^L^2276-4^Ferritin^LN"
    (row,) = joined(f"test,test_id,value\nFerritin (serum),{coded},5")
    assert row == {"test": "Ferritin (serum)", "test_id": "2276-4", "value": "5"}
    (row,) = joined(f"test_id,value\n{coded},5")
    assert row == {"test name": "Ferritin", "test_id": "2276-4", "value": "5"}
    (row,) = joined(f"test,value\n{coded},5")
    assert row == {"LOINC code": "2276-4", "test": "Ferritin", "value": "5"}


def test_a_guid_is_one_guid_however_it_is_written() -> None:
    head = "ObservationGuid,PatientGuid,CodeId,Value,NumericUnit,EffectiveDate,EffectiveDatePrecision"
    guid = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
    rows = "\n".join(
        f"o,{text},1,2,u,2020-01-01,YMD" for text in (guid, f"{{{guid.upper()}}}", "{p-1}", "p-1")
    )
    assert [row["PatientGuid"] for row in joined(f"{head}\n{rows}")] == [
        guid.upper(),
        guid.upper(),
        "p-1",
        "p-1",
    ]


@pytest.mark.parametrize(
    ("precision", "date"),
    [
        ("YMD", "2020-01-01"),
        ("", "2020-01-01"),
        ("YMDT", "2020-01-01"),
        ("YM", "YM of 2020-01-01"),
        ("Y", "Y of 2020-01-01"),
        ("??", "?? of 2020-01-01"),
    ],
)
def test_a_date_known_to_the_month_is_no_date_of_collection(precision: str, date: str) -> None:
    head = "ObservationGuid,PatientGuid,CodeId,Value,NumericUnit,EffectiveDate,EffectiveDatePrecision"
    (row,) = joined(f"{head}\no,p,1,2,u,2020-01-01,{precision}")
    assert row["EffectiveDate"] == date


def test_a_year_alone_is_no_study_day() -> None:
    rows = joined("USUBJID,LBTEST,LBORRES,LBDTC,LBDY\nP,Ferritin,4,2014,15\nP,Ferritin,4,2014-01-02,15")
    assert [row["LBDTC"] for row in rows] == ["year 2014", "2014-01-02"]


@pytest.mark.parametrize(
    ("flag", "status"), [("Y", "corrected"), ("N", ""), ("", ""), ("C", "C"), ("0", ""), ("1", "corrected")]
)
def test_a_correction_flag_is_a_yes_or_no(flag: str, status: str) -> None:
    """`N` in a column of flags means "not corrected"; as a status of HL7 it would mean "not asked"."""
    head = "EMPI,Seq_Date_Time,Loinc_Code,Test_Description,Result,Reference_Units,Correction_Flag,Test_Status"
    (row,) = joined(f"{head}\n1,03/04/2014,2276-4,Ferritin,5,ng/ml,{flag},Final")
    assert row["Correction_Flag"] == status


def test_signs_that_are_numbers_in_one_system_alone() -> None:
    head = "Patient_ID,ConsultationDate,NumericValue,CTV3Code,Comparator"
    rows = "\n".join(f"1,2020-01-01,5,X,{number}" for number in (0, 3, 4, 5, 6, 7, 8, 9))
    assert [row["Comparator"] for row in joined(f"{head}\n{rows}")] == [
        "",
        "~",
        "=",
        ">=",
        ">",
        "<",
        "<=",
        "9",
    ]


NHANES = """SEQN,LBXFER,LBDFERSI,LBDFERLC,LBXTFR
1,20,20,0,3
2,21,,5.397605346934028e-79,3
3,,22,,3
4,,,,3
5,3.5,3.5,1,3
6,9,9,2,3
"""


def test_nhanes_gives_one_result_per_person_and_test_in_one_of_its_two_units() -> None:
    long = nhanes_to_long(table(NHANES))
    assert long is not None
    assert [(row[0], row[1], row[3], row[4]) for row in long.rows] == [
        ("1", "LBXFER", "20", "ng/mL"),
        ("2", "LBXFER", "21", "ng/mL"),
        ("3", "LBDFERSI", "22", "ug/L"),
        ("5", "LBXFER", "below the limit of detection (3.5 is a stand-in)", "ng/mL"),
        ("6", "LBXFER", "9 (comment code 2)", "ng/mL"),
    ]
    assert long.lines == [2, 3, 4, 6, 7]
    assert [(note.code, note.reported) for note in long.notes] == [("columns_not_used", "LBXTFR")]
    assert Role.COLLECTED_AT not in long.roles


def test_a_table_without_seqn_or_without_our_variables_is_not_of_nhanes() -> None:
    assert nhanes_to_long(table(PLAIN)) is None
    assert nhanes_to_long(table("SEQN,LBXGH\n1,5")) is None
    assert nhanes_to_long(table("LBXFER\n5")) is None


def test_labels_that_r_writes_into_the_header_of_nhanes_are_understood() -> None:
    long = nhanes_to_long(table("SEQN,LBDFERSI.Ferritin..ug.L.\n1,20"))
    assert long is not None
    assert long.rows == [["1", "LBDFERSI", "Ferritin", "20", "ug/L"]]


def test_a_shifted_record_of_nhanes_stays_a_shifted_record() -> None:
    long = nhanes_to_long(table("SEQN,LBXFER\n1,2,5"))
    assert long is not None
    assert [len(row) > len(long.header) for row in long.rows] == [True]


@pytest.mark.parametrize("variable", [row["variable"] for row in table_rows("nhanes.csv")])
def test_every_variable_of_nhanes_is_a_test_and_a_unit_we_know(variable: str) -> None:
    text = f"SEQN,{variable}\n1,4\n"
    options = ReadOptions(answers=AnswerBook(Answers(collected="2020-01-01")))
    analysis = analyse([InputFile("nhanes.csv", text.encode())], load_knowledge(), options)
    assert analysis.counts["not_tracked"] == 0
    assert not set(analysis.issues["code"]) & {"unit_unknown", "unit_not_accepted", "unit_unusual"}


def test_distinct_cells_are_read_once() -> None:
    """A change is worked out per distinct cell, so that a million rows cost what a hundred tests cost."""
    raw = table("a,b\n1,2\n1,2\n1,3")
    assert sorted(distinct_of(raw)((0, 1))) == [("1", "2"), ("1", "3")]


def read_text(content: str) -> Analysis:
    """One file of this text through the pipeline."""
    return analyse([InputFile("labs.csv", content.encode())], load_knowledge())


def test_a_number_that_stands_for_none_is_no_result_however_plain_the_other_numbers_are() -> None:
    """Epic writes 9999999 into its column of numbers where a result is a text."""
    header = (
        "PAT_ID,COMP_OBS_INST_TM,COMPONENT_ID_NAME,ORD_VALUE,ORD_NUM_VALUE,REFERENCE_UNIT,LAB_STATUS_C_NAME"
    )
    body = [
        "P1,3/25/2025 08:15,FERRITIN,42.5,42.5,ng/mL,Final",
        "P1,3/26/2025 08:15,FERRITIN,,9999999,ng/mL,Final",
        "P1,3/27/2025 08:15,FERRITIN,9999999.00,,ng/mL,Final",
    ]
    analysis = read_text("\n".join([header, *body, ""]))
    assert list(analysis.results["reported_value"]) == ["42.5"]
    unused = analysis.issues[analysis.issues["severity"] == "set_aside"]
    assert list(unused["code"]) == ["no_value", "no_value"]


def test_the_number_beside_an_empty_result_goes_before_its_text() -> None:
    rows = "P1,2025-03-01,Ferritin,,42,see report,ng/mL\nP1,2025-03-02,Ferritin,,,<5,ng/mL\n"
    rows += "P1,2025-03-03,Ferritin,30,31,32,ng/mL\nP1,2025-03-04,Ferritin,n/a,33,34,ng/mL\n"
    analysis = read_text(f"patient_id,date,test,result,numeric_value,result_text,unit\n{rows}")
    assert list(analysis.results["reported_value"]) == ["42", "<5", "30", "33"]
