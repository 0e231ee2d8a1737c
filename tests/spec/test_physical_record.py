"""Chapter: the line of a file is shown as it stands there, and nothing is made of it."""

from __future__ import annotations

import pytest

from rls_dash.ingest.physical import record_at

HEADER = ("patient_id", "test", "value")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_line_is_found_whatever_ends_lines(end: str) -> None:
    content = end.join(["patient_id,test,value", "A,Ferritin,42", "B,Folate,7.10", ""]).encode()
    found = record_at(content, "utf-8", ",", 3, HEADER)
    assert found and found.text == "B,Folate,7.10"
    assert found.cells == (("patient_id", "B"), ("test", "Folate"), ("value", "7.10"))


def test_a_cell_that_runs_over_lines_is_shown_whole() -> None:
    content = b'patient_id,test,value\nA,"Ferri\ntin",42\nB,Folate,7\n'
    found = record_at(content, "utf-8", ",", 2, HEADER)
    assert found and found.cells[1] == ("test", "Ferri\ntin")
    assert record_at(content, "utf-8", ",", 4, HEADER).text == "B,Folate,7"


def test_quotes_blanks_and_units_stay_as_they_are() -> None:
    content = 'patient_id;test;value\nA; "Ferritin" ;42,0 µg/L\n'.encode("cp1252")
    found = record_at(content, "cp1252", ";", 2, HEADER)
    assert found and found.text == 'A; "Ferritin" ;42,0 µg/L'
    assert found.cells[2][1] == "42,0 µg/L"


def test_surplus_cells_have_no_header_and_missing_ones_are_not_made_up() -> None:
    content = b"patient_id,test,value\nA,Ferritin\nB,Folate,7,extra\n"
    assert record_at(content, "utf-8", ",", 2, HEADER).cells == (("patient_id", "A"), ("test", "Ferritin"))
    assert record_at(content, "utf-8", ",", 3, HEADER).cells[-1] == ("", "extra")


def test_what_no_csv_reader_takes_is_shown_as_text_alone() -> None:
    content = b'patient_id,test,value\nA,"Ferri"tin,42\n'
    found = record_at(content, "utf-8", ",", 2, HEADER)
    assert found and found.text == 'A,"Ferri"tin,42' and found.cells == ()


def test_a_line_that_is_not_there_is_none() -> None:
    content = b"patient_id,test,value\nA,Ferritin,42\n"
    assert record_at(content, "utf-8", ",", 3, HEADER) is None
    assert record_at(content, "utf-8", ",", 99, HEADER) is None


def test_an_unclosed_quote_ends_after_some_lines_not_at_the_end_of_a_large_file() -> None:
    content = b'patient_id,test,value\nA,"Ferritin,42\n' + b"B,Folate,7\n" * 10_000
    found = record_at(content, "utf-8", ",", 2, HEADER)
    assert found and found.text.count("\n") < 100
    assert found.text.endswith("(the record may go on: its quotes are not closed here)")


def test_of_a_very_long_record_the_start_is_shown_and_says_so() -> None:
    content = b'patient_id,test,value\nA,"' + b"x" * 1_000_000 + b'",42\n'
    found = record_at(content, "utf-8", ",", 2, HEADER)
    assert found and len(found.text) < 21_000
    assert found.text.endswith("(cut, the record has 1,000,007 characters or more)")


@pytest.mark.parametrize("line", [0, -1])
def test_there_is_no_line_before_the_first(line: int) -> None:
    assert record_at(b"patient_id,test,value\n", "utf-8", ",", line, HEADER) is None
