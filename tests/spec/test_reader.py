"""Chapter: bytes to table. A file is read for certain, or refused with what to do about it."""

from __future__ import annotations

import pytest

from rls_dash.ingest.decode import decode
from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapped import map_rows
from rls_dash.ingest.mapping import map_columns, score_header
from rls_dash.ingest.table import RawTable
from rls_dash.ingest.tabular import read_table
from rls_dash.model import FileError

PLAIN = (
    "patient_id,date,test,value,unit\nP1,2025-03-05,Ferritin,42,µg/L\nP2,2025-03-06,Magnesium,0.82,mmol/L\n"
)


def table(content: str | bytes) -> RawTable:
    data = content.encode() if isinstance(content, str) else content
    return read_table("labs.csv", decode("labs.csv", data).text, score_header)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PLAIN.encode("utf-8"), "utf-8"),
        (PLAIN.encode("utf-8-sig"), "utf-8"),
        (PLAIN.encode("utf-16"), "utf-16"),
        (PLAIN.encode("utf-16-le"), "utf-16-le"),
        (PLAIN.encode("utf-16-be"), "utf-16-be"),
        (PLAIN.encode("cp1252"), "cp1252"),
        (PLAIN.encode("utf-8") + b"\x1a", "utf-8"),
    ],
)
def test_the_encoding_ladder_keeps_the_mu(content: bytes, encoding: str) -> None:
    text = decode("labs.csv", content)
    assert text.encoding == encoding
    assert "µg/L" in text.text
    assert text.text.startswith("patient_id"), "a byte-order mark is glued to the first header"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n\n", "empty"),
        (b"PK\x03\x04rest", "not_text"),
        (b"\x1f\x8brest", "not_text"),
        (b"%PDF-1.7", "not_text"),
        (b"<!DOCTYPE html><table>", "not_text"),
        (PLAIN.encode() + b"\x00" * 64, "damaged"),
        ("µg/L\n".encode() + "µg/L\n".encode("cp1252"), "mixed_encoding"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(FileError) as refused:
        decode("labs.csv", content)
    assert refused.value.code == code
    assert "labs.csv" in str(refused.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ends_change_nothing(delimiter: str, newline: str) -> None:
    read = table(PLAIN.replace(",", delimiter).replace("\n", newline))
    assert read.delimiter == delimiter
    assert read.rows == table(PLAIN).rows
    assert read.lines == [2, 3]


def test_a_decimal_comma_does_not_make_a_comma_file() -> None:
    read = table("Patient;Datum;Untersuchung;Ergebnis;Einheit\nP1;26.04.2025;Ferritin;42,5;µg/L\n")
    assert read.delimiter == ";"
    assert read.rows[0][3] == "42,5"


def test_excels_separator_line_is_consumed_and_counted() -> None:
    read = table("sep=;\n" + PLAIN.replace(",", ";"))
    assert read.header[0] == "patient_id"
    assert read.lines == [3, 4]


def test_a_title_above_the_header_is_passed_over() -> None:
    read = table("City laboratory\nPrinted 2025-04-01\n\n" + PLAIN)
    assert (read.header_line, read.preamble, read.lines) == (4, 2, [5, 6])


def test_lines_are_those_on_which_a_record_starts() -> None:
    read = table(
        'patient_id,date,test,value,unit\nP1,2025-03-05,"Ferritin,\nserum",42,ug/L\n\nP2,2025-03-06,B12,300,pg/mL\n'
    )
    assert read.lines == [2, 5]


def test_repeated_headers_and_empty_records_are_no_rows() -> None:
    read = table(PLAIN + ",,,,\n" + PLAIN)
    assert len(read.rows) == 4
    assert read.repeated_headers == 1


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("a,b,c\n1,2,3\n", "no_header", None),
        (PLAIN + 'P3,2025-03-07,"Ferritin,42,ug/L\n', "quoting", 4),
        (PLAIN + "P3,2025-03-07,B12,2", "truncated", 4),
        (
            "patient_id,date,test,result,value,unit\nP1,2025-03-05,Ferritin,42,43,ug/L\n",
            "ambiguous_columns",
            1,
        ),
    ],
)
def test_a_broken_table_is_refused_with_its_line(content: str, code: str, line: int | None) -> None:
    with pytest.raises(FileError) as refused:
        map_rows(table(content))
    assert (refused.value.code, refused.value.line) == (code, line)


def test_two_columns_that_say_the_same_are_one() -> None:
    rows = map_rows(table("patient_id,date,test,result,value,unit\nP1,2025-03-05,Ferritin,42,42,ug/L\n"))
    assert list(rows.frame["value"]) == ["42"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "patient_id,date,test,value,unit",
            {"patient_id": "patient_id", "collected_at": "date", "test": "test"},
        ),
        (
            "Patient ID,Collection Date,Test Name,Result,Units",
            {"patient_id": "Patient ID", "collected_at": "Collection Date", "value": "Result"},
        ),
        (
            "EMPI,Seq_Date_Time,Test_Description,Result,Reference_Units",
            {"patient_id": "EMPI", "unit": "Reference_Units"},
        ),
        (
            "name,date,loinc,loinc_desc,result,result_units",
            {"patient_id": "name", "test": "loinc_desc", "code": "loinc"},
        ),
        ("id,name,date,value,unit", {"patient_id": "id", "test": "name"}),
        (
            "patient_id,RESULT_DATE,Date_Collected,test,value",
            {"collected_at": "Date_Collected", "reported_at": "RESULT_DATE"},
        ),
        (
            "Pacjent,Badanie,Wynik,Jednostka,Data",
            {"test": "Badanie", "value": "Wynik", "unit": "Jednostka", "collected_at": "Data"},
        ),
        (
            "SUBJECT_ID,ITEMID,LABEL,CHARTTIME,STORETIME,VALUE,VALUENUM,VALUEUOM",
            {"value": "VALUE", "value_number": "VALUENUM", "test": "LABEL", "collected_at": "CHARTTIME"},
        ),
        (
            "USUBJID,LBTEST,LBCAT,LBORRES,LBORRESU,LBSTRESC,LBSTRESN,LBSTRESU,LBDTC",
            {"value": "LBORRES", "unit": "LBORRESU"},
        ),
        (
            "PERSON_ID,MEASUREMENT_CONCEPT_ID,MEASUREMENT_DATETIME,VALUE_AS_NUMBER,MEASUREMENT_SOURCE_VALUE,UNIT_SOURCE_VALUE",
            {"code": "MEASUREMENT_SOURCE_VALUE", "value_number": "VALUE_AS_NUMBER"},
        ),
    ],
)
def test_headers_are_known_by_their_names_not_their_order(header: str, expected: dict[str, str]) -> None:
    cells = header.split(",")
    roles = map_columns("labs.csv", cells).roles
    assert {role: cells[roles[Role(role)][0]] for role in expected} == expected


def test_a_reporting_date_is_never_taken_for_the_collection() -> None:
    assert (
        Role.COLLECTED_AT
        not in map_columns("labs.csv", ["patient_id", "RESULT_DATE", "test", "value", "unit"]).roles
    )


def test_surplus_and_missing_fields_are_seen_on_their_rows() -> None:
    rows = map_rows(
        table(
            "patient_id,date,test,value,unit\nP1,2025-03-05,Ferritin,12,5,ng/mL\nP2,2025-03-05,Ferritin\nP3,2025-03-05,Ferritin,42,ng/mL\n"
        )
    )
    assert list(rows.frame["ragged"]) == ["surplus", "short", ""]


def test_a_delimiter_behind_every_record_is_no_field() -> None:
    rows = map_rows(
        table(
            "patient_id,date,test,value,unit\nP1,2025-03-05,Ferritin,42,ng/mL,\nP2,2025-03-06,Ferritin,43,ng/mL,\n"
        )
    )
    assert list(rows.frame["ragged"]) == ["", ""]
    assert list(rows.frame["value"]) == ["42", "43"], "the surplus field moved the columns"
