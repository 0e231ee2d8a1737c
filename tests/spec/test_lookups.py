"""Chapter: dictionaries beside an export. They are recognised, joined, and named where they are missing."""

from __future__ import annotations

import pytest

from rls_dash.ingest.encoded import encode
from rls_dash.ingest.formats import Role
from rls_dash.ingest.joined import columns_to_read, join_columns
from rls_dash.ingest.lookup import Lookup, bare_key, join, lookup_of, unused_dictionary
from rls_dash.ingest.mapping import dictionary_of, score_header
from rls_dash.ingest.table import RawTable
from rls_dash.knowledge import load_knowledge
from rls_dash.model import FileError
from rls_dash.pipeline import Analysis, InputFile, analyse
from tests.spec.mapped import map_table

EVENTS = "subject_id,itemid,charttime,value,valuenum,valueuom"
ITEMS = "itemid,label,fluid,category"
MEASUREMENT = (
    "person_id,measurement_concept_id,measurement_date,value_as_number,unit_concept_id,"
    "measurement_source_value,unit_source_value,value_source_value"
)
CONCEPT = "concept_id,concept_name,vocabulary_id,concept_code"
CERNER = "PERSON_ID,EVENT_ID,EVENT_CD,EVENT_END_DT_TM,RESULT_VAL,RESULT_UNITS_CD,RESULT_STATUS_CD"


def table(header: str, *rows: str) -> RawTable:
    cells = [row.split(",") for row in rows]
    lines = list(range(2, len(rows) + 2))
    return RawTable("labs.csv", tuple(header.split(",")), 1, ",", cells, lines, 0, 0)


def lookup(header: str, *rows: str) -> Lookup:
    found = lookup_of(table(header, *rows))
    assert found is not None
    return found


ITEM_TABLE = lookup(ITEMS, "50924,Ferritin,Blood,Chemistry", "51097,Magnesium,Urine,Chemistry")
CONCEPTS = lookup(
    CONCEPT,
    "1,Ferritin [Mass/volume] in Serum or Plasma,LOINC,2276-4",
    "2,Body height,SNOMED,50373000",
    "8748,microgram per liter,UCUM,ug/L",
    "8842,nanogram per milliliter,UCUM,ng/mL",
    "8840,milligram per deciliter,UCUM,mg/dL",
)
CODES = lookup(
    "CODE_VALUE,CODE_SET,DISPLAY",
    "7001.00,72,Ferritin Level",
    "268.00,54,ng/mL",
    "25.00,8,Auth (Verified)",
    "90.00,8,Odd",
)
STRINGS = lookup("EVENT_ID,STRING_RESULT_TEXT,UNIT_OF_MEASURE_CD", "5,<3,268.00")


def joined(raw: RawTable, *lookups: Lookup) -> tuple[list[dict[str, str]], list[str]]:
    """(records by role, notes) after the join; an unknown role stands under its header."""
    done = join(raw, map_table(raw), lookups)
    mapping = map_table(done)
    role_of = {column: role.value for role, columns in mapping.roles.items() for column in columns}
    records = [
        {role_of.get(column, done.header[column]): cell for column, cell in enumerate(row)}
        for row in done.rows
    ]
    return records, [f"{note.code}: {note.message}" for note in done.notes]


@pytest.mark.parametrize(
    ("header", "dictionary"),
    [
        (ITEMS, "d_labitems"),
        ("ROW_ID,ITEMID,LABEL,FLUID,CATEGORY,LOINC_CODE", "d_labitems"),
        ("CODE_VALUE,CODE_SET,CDF_MEANING,DISPLAY,DISPLAY_KEY", "code_value"),
        ("EVENT_ID,STRING_RESULT_TEXT,UNIT_OF_MEASURE_CD,NORMAL_LOW", "ce_string_result"),
        ("concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,concept_code", "omop_concept"),
        ("COMPONENT_ID,NAME,EXTERNAL_NAME", "clarity_component"),
        ("CodeId,Term,ReadTermId,SnomedCTConceptId", "emis_code"),
        ("MedCodeId,Observations,OriginalReadCode,Term", "cprd_medical"),
        ("numunitid,Description", "cprd_numunit"),
        ("CTV3Code,Description", "ctv3"),
        (EVENTS, ""),
        (MEASUREMENT, ""),
        (CERNER, ""),
        (f"{EVENTS},label,fluid,category", ""),
        ("patient_id,date,test,value,unit", ""),
        ("patid,medcodeid,term,value,obsdate,numunitid", ""),
    ],
)
def test_a_dictionary_is_known_by_its_header_and_an_export_is_none(header: str, dictionary: str) -> None:
    assert dictionary_of(header.split(",")) == dictionary
    assert (lookup_of(table(header)) is None) == (dictionary == "")
    assert score_header(header.split(",")) > 0


@pytest.mark.parametrize("text", ["25", "25.0", "25.00", " 25 ", "{25}"])
def test_a_number_is_one_number_however_it_is_printed(text: str) -> None:
    assert bare_key(text) == "25"


@pytest.mark.parametrize("text", ["25.5", "025", "2.5", "X25"])
def test_other_numbers_are_other_numbers(text: str) -> None:
    assert bare_key(text) != "25"


def test_tests_and_specimens_come_from_the_item_dictionary() -> None:
    raw = table(EVENTS, "1,50924,2150-01-01,12,12,ng/mL", "1,51097,2150-01-01,4,4,mmol/L")
    records, notes = joined(raw, ITEM_TABLE)
    assert [(one["test"], one["specimen"]) for one in records] == [
        ("Ferritin", "Blood"),
        ("Magnesium", "Urine"),
    ]
    assert notes == []
    done = join(raw, map_table(raw), [ITEM_TABLE])
    assert done.header[:2] == ("label of itemid", "fluid of itemid")
    assert done.lines == raw.lines


def test_a_missing_dictionary_is_named_and_its_rows_are_to_be_held() -> None:
    raw = table(EVENTS, "1,50924,2150-01-01,12,12,ng/mL")
    _, notes = joined(raw)
    assert notes == [
        "dictionary_missing: Tests are numbers of d_labitems; load that file together with this one."
    ]
    mapping = map_table(raw)
    assert mapping.coded_tests
    assert "d_labitems" in mapping.coded_message


def test_names_that_stand_in_the_export_need_no_dictionary() -> None:
    raw = table(f"{EVENTS},label", "1,50924,2150-01-01,12,12,ng/mL,Ferritin")
    records, notes = joined(raw)
    assert records[0]["test"] == "Ferritin"
    assert notes == []
    records, _ = joined(table(f"{EVENTS},label", "1,50924,2150-01-01,12,12,ng/mL,"), ITEM_TABLE)
    assert records[0]["test"] == "Ferritin"


def test_a_number_the_dictionary_lacks_leaves_its_cell_empty_and_is_counted() -> None:
    raw = table(EVENTS, "1,50924,2150-01-01,12,12,ng/mL", "1,999,2150-01-01,4,4,mmol/L")
    records, notes = joined(raw, ITEM_TABLE)
    assert [one["test"] for one in records] == ["Ferritin", ""]
    assert [one["code"] for one in records] == ["50924", "999"]
    assert notes == [
        "dictionary_incomplete: 1 number(s) of tests are not in d_labitems; their rows wait. "
        "Load the complete dictionary."
    ]
    done = join(raw, map_table(raw), [ITEM_TABLE])
    assert "not in d_labitems" in map_table(done).coded_message


def test_a_dictionary_that_contradicts_itself_is_refused_with_its_line() -> None:
    with pytest.raises(FileError) as refused:
        lookup_of(table(ITEMS, "1,Ferritin,Blood,C", "1,Ferritin,Blood,D", "1,Folate,Blood,C"))
    assert (refused.value.code, refused.value.line) == ("dictionary_conflict", 4)
    assert "Folate" not in str(refused.value)


def test_the_same_entry_twice_and_other_columns_are_no_contradiction() -> None:
    found = lookup(ITEMS, "1,Ferritin,Blood,Chemistry", "1.0,Ferritin,Blood,Other")
    assert found.cell("1", "label") == "Ferritin"
    assert found.cell("2", "label") == ""
    assert found.cell("1", "nothing") == ""


def test_a_dictionary_alone_says_what_it_is() -> None:
    error = unused_dictionary(ITEM_TABLE)
    assert error.code == "dictionary_alone"
    assert "d_labitems" in error.reason


def test_records_stay_as_ragged_as_they_were() -> None:
    raw = table(EVENTS, "1", "1,50924,2150-01-01,12,12,ng/mL,surplus", "1,50924,2150-01-01,12,12,ng/mL")
    done = join(raw, map_table(raw), [ITEM_TABLE])
    added = len(done.header) - len(raw.header)
    assert [len(row) - added for row in done.rows] == [len(row) for row in raw.rows]
    assert [row[0] for row in done.rows] == ["", "Ferritin", "Ferritin"]
    assert raw.rows[0] == ["1"], "the table given is not changed"


def test_a_record_too_short_for_a_changed_column_stays_too_short() -> None:
    raw = table(MEASUREMENT, "7,1,2020-01-01,5,8748,2276-4", "7,1,2020-01-01,5,8748,2276-4,,")
    done = join(raw, map_table(raw), [CONCEPTS])
    assert [len(row) for row in done.rows] == [1 + 6, 1 + 8]


def test_the_fluid_of_a_dictionary_keeps_urine_out() -> None:
    text = f"{EVENTS}\n1,50924,2150-01-01 08:00:00,12,12,ng/mL\n1,51097,2150-01-01 08:00:00,4,4,mmol/L\n"
    items = f"{ITEMS}\n50924,Ferritin,Blood,Chemistry\n51097,Magnesium,Urine,Chemistry\n"
    assert list(read(text, items).results["analyte"]) == ["ferritin"]


def read(*texts: str) -> Analysis:
    files = [InputFile(f"file{number}.csv", text.encode()) for number, text in enumerate(texts)]
    return analyse(files, load_knowledge())


def test_files_may_be_given_in_any_order() -> None:
    text = f"{EVENTS}\n1,50924,2150-01-01 08:00:00,12,12,ng/mL\n"
    items = f"{ITEMS}\n50924,Ferritin,Blood,Chemistry\n"
    first, second = read(text, items), read(items, text)
    assert list(first.results["value"]) == list(second.results["value"]) == [12.0]
    assert not first.errors
    assert not second.errors


def test_tests_that_are_only_numbers_are_held_and_not_called_untracked() -> None:
    analysis = read(f"{EVENTS}\n1,50924,2150-01-01 08:00:00,12,12,ng/mL\n")
    assert (analysis.counts["held"], analysis.counts["not_tracked"]) == (1, 0)
    held = analysis.issues[analysis.issues["severity"] == "held"]
    assert list(held["code"]) == ["dictionary_missing"]
    assert "d_labitems" in held["message"].iloc[0]


@pytest.mark.parametrize(
    ("header", "test", "code", "waits"),
    [
        (EVENTS, "", "50924", True),
        (EVENTS, "Sodium", "50983", False),
        (EVENTS, "", "2276-4", False),
        (MEASUREMENT, "", "104091002", True),
        (MEASUREMENT, "", "", True),
        (MEASUREMENT, "", "4548-4", False),
        (MEASUREMENT, "", "Body height", False),  # the file names it itself
        ("Patient_ID,ConsultationDate,NumericValue,CTV3Code", "", "XE2pf", True),
        ("Patient_ID,ConsultationDate,NumericValue,ConceptId", "", "1022541000000102", True),
        ("patient_id,date,test,code,value,unit", "", "50924", False),
    ],
)
def test_what_waits_for_a_dictionary(header: str, test: str, code: str, waits: bool) -> None:
    assert map_table(table(header)).waits_for_dictionary(test, code) is waits


def test_a_dictionary_without_its_export_is_an_error_that_says_so() -> None:
    analysis = read(f"{ITEMS}\n50924,Ferritin,Blood,Chemistry\n")
    assert [error.code for error in analysis.errors] == ["dictionary_alone"]


def test_a_loinc_code_of_the_file_outranks_the_dictionary_and_a_local_code_does_not() -> None:
    raw = table(
        MEASUREMENT,
        "7,1,2020-01-01,5,8748,2284-8,ug/L,5",
        "7,1,2020-01-01,5,8748,FER,ug/L,5",
        "7,2,2020-01-01,5,8748,H,ug/L,5",
        "7,0,2020-01-01,5,8748,Ferritin,ug/L,5",
    )
    records, notes = joined(raw, CONCEPTS)
    assert [one["code"] for one in records] == ["2284-8", "2276-4", "H", "Ferritin"]
    assert [one["test"] for one in records] == [
        "Ferritin [Mass/volume] in Serum or Plasma",
        "Ferritin [Mass/volume] in Serum or Plasma",
        "Body height",
        "",
    ]
    assert notes == []


@pytest.mark.parametrize(
    ("number", "concept", "unit", "value", "expected"),
    [
        ("5", "8748", "ug/L", "5", "ug/L"),
        ("5", "8748", "", "5", "ug/L"),  # the printed value is the number: its unit holds for both
        ("5", "8748", "", "5.0", "ug/L"),
        ("5", "8748", "", "", "ug/L"),
        ("5", "8842", "ug/L", "", "ug/L"),  # another spelling of the same unit
        ("5", "8840", "ug/L", "", "ug/L (dictionary: mg/dL)"),  # which of the two is the number in?
        ("5", "8840", "ug/L", "5", "ug/L"),  # the printed pair stands for itself
        ("5", "8840", "", "0.05", ""),  # the number was standardised, the printed value was not
        ("", "8748", "", "<5", "ug/L"),
        ("5", "0", "", "5", ""),
        ("5", "999", "ug/L", "5", "ug/L"),
    ],
)
def test_a_value_is_never_read_in_the_unit_of_another(
    number: str, concept: str, unit: str, value: str, expected: str
) -> None:
    raw = table(MEASUREMENT, f"7,1,2020-01-01,{number},{concept},2276-4,{unit},{value}")
    records, _ = joined(raw, CONCEPTS)
    assert records[0]["unit"] == expected


def test_a_unit_of_the_dictionary_alone_is_enough() -> None:
    header = "person_id,measurement_concept_id,measurement_date,value_as_number,unit_concept_id"
    records, notes = joined(table(header, "7,1,2020-01-01,5,8748"), CONCEPTS)
    assert (records[0]["unit"], records[0]["test"][:8], notes) == ("ug/L", "Ferritin", [])


def test_loinc_codes_and_printed_units_need_no_dictionary() -> None:
    _, notes = joined(table(MEASUREMENT, "7,1,2020-01-01,5,8748,2276-4,ug/L,5"))
    assert notes == []
    _, notes = joined(table(MEASUREMENT, "7,1,2020-01-01,5,8748,104091002,,5"))
    assert [note.split(";")[0] for note in notes] == [
        "dictionary_missing: Tests are numbers of CONCEPT",
        "dictionary_missing: Units are numbers of CONCEPT",
    ]


def test_cerner_needs_one_dictionary_for_tests_units_and_states() -> None:
    raw = table(CERNER, "1,5,7001,2020-01-01,14,268,25", "1,6,7001,2020-01-02,15,268,77")
    records, notes = joined(raw, CODES)
    assert [(one["test"], one["unit"], one["status"]) for one in records] == [
        ("Ferritin Level", "ng/mL", "Auth (Verified)"),
        ("Ferritin Level", "ng/mL", "77"),
    ]
    assert notes == []


def test_a_result_that_stands_in_the_string_table_is_found_with_its_unit() -> None:
    raw = table(CERNER, "1,5,7001,2020-01-01,,0,25", "1,6,7001,2020-01-02,15,268,25")
    records, _ = joined(raw, CODES, STRINGS)
    assert [(one["value"], one["unit"]) for one in records] == [("<3", "ng/mL"), ("15", "ng/mL")]


def test_what_the_file_prints_itself_stands() -> None:
    raw = table(CERNER, "1,5,7001,2020-01-01,2.9,268,25")
    records, _ = joined(raw, CODES, STRINGS)
    assert records[0]["value"] == "2.9"
    records, _ = joined(table(f"{EVENTS},label", "1,50924,2150-01-01,1,1,u,Ferritin (S)"), ITEM_TABLE)
    assert records[0]["test"] == "Ferritin (S)"


def test_a_dictionary_behind_a_dictionary_is_no_unit_by_itself() -> None:
    raw = table(CERNER, "1,5,7001,2020-01-01,,0,25")
    records, notes = joined(raw, STRINGS)
    assert records[0]["value"] == "<3"
    assert "unit" not in records[0]
    assert any("Tests are numbers of CODE_VALUE" in note for note in notes)


RPDR = "EMPI,Seq_Date_Time,Loinc_Code,Test_Description,Result,Reference_Units,Correction_Flag"
EXPORTS = [
    (table(EVENTS, "1,50924,2150-01-01,12,12,ng/mL", "1,999,2150-01-01,4,4,mmol/L"), [ITEM_TABLE]),
    (table(EVENTS, "1,50924,2150-01-01,12,12,ng/mL"), []),
    (table(MEASUREMENT, "7,1,2020-01-01,5,8840,FER,ug/L,", "7,2,2020-01-01,5,8748,H,,5"), [CONCEPTS]),
    (table(CERNER, "1,5,7001,2020-01-01,,0,25", "1,6,7001,2020-01-02,15,268,90"), [CODES, STRINGS]),
    (table("patient_id,date,test_id,value,unit", "1,2020-01-01,F^Ferritin^L,5,ng/mL^ng/mL"), []),
    (
        table(
            "EMPI,Seq_Date_Time,Loinc_Code,Test_Description,Result,Reference_Units,Correction_Flag",
            *["1,,,,,,N"],
        ),
        [],
    ),
    (table(EVENTS), [ITEM_TABLE]),
]


@pytest.mark.parametrize(("raw", "lookups"), EXPORTS)
def test_both_ways_of_joining_give_the_same(raw: RawTable, lookups: list[Lookup]) -> None:
    mapping = map_table(raw)
    done = join(raw, mapping, lookups)
    wanted = columns_to_read(raw.header, mapping)
    columns = {column: encode([row[column] for row in raw.rows]) for column in wanted}
    by_column = join_columns(raw.header, mapping, lookups, columns)
    assert sorted(by_column.header) == sorted(done.header)
    assert by_column.notes == done.notes
    for number, column in by_column.columns.items():
        place = done.header.index(by_column.header[number])
        assert column.rows().to_pylist() == [row[place] for row in done.rows]


def test_an_answer_about_a_column_is_kept_after_the_join() -> None:
    raw = table(EVENTS, "1,50924,2150-01-01,12,12,ng/mL")
    done = join(raw, map_table(raw), [ITEM_TABLE])
    assert map_table(done).roles[Role.TEST] == (0,)
    assert map_table(done).roles[Role.PATIENT_ID] == (2,)
