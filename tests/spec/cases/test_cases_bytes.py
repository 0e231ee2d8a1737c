"""Chapter: cases 1-17 of the damaged and unusual files: bytes and encoding, each through the whole pipeline.

What is expected is the case table's with its first reading: bytes that are not UTF-8 are read as cp1252,
with a note and an override.
"""

from __future__ import annotations

import gzip
import io
import zipfile

import openpyxl
import pytest

from rls_dash.answers import AnswerBook, Answers, ReadOptions
from rls_dash.ingest.containers import UPLOAD_LIMIT_BYTES, refuse_large_upload
from rls_dash.knowledge import load_knowledge
from rls_dash.model import FileError
from rls_dash.pipeline import Analysis, InputFile, analyse

HEADER = "patient_id,date,test,value,unit,comment\n"
FERRITIN = "P1,2025-03-05,Ferritin,42,µg/L,\n"
B12 = "P2,2025-03-06,Vitamin B12,300,pg/mL,\n"
PLAIN = HEADER + FERRITIN + B12
EXPECTED = [("P1", "ferritin", "42"), ("P2", "vitamin_b12", "300")]
MANY = "".join(f"Q{number},2025-03-05,Sodium,140,mmol/L,\n" for number in range(300))


def read(content: bytes, name: str = "labs.csv", encoding: str = "") -> Analysis:
    book = AnswerBook(Answers(encoding=encoding))
    return analyse([InputFile(name, content)], load_knowledge(), ReadOptions(answers=book))


def values(analysis: Analysis) -> list[tuple[str, str, str]]:
    """(patient, analyte, value as reported) of every result."""
    frame = analysis.results[["patient_id", "analyte", "reported_value"]]
    return sorted(frame.astype(str).itertuples(index=False, name=None))


def notes(analysis: Analysis) -> set[str]:
    """Codes of the notes on the file and its rows."""
    return set(analysis.issues.loc[analysis.issues["severity"] == "note", "code"])


def blocked(analysis: Analysis) -> list[tuple[str, int]]:
    """(severity, line) of every row that is not used."""
    frame = analysis.issues[analysis.issues["severity"] != "note"]
    return sorted((str(one.severity), int(one.source_row)) for one in frame.itertuples())


def refused(analysis: Analysis) -> FileError:
    """The one error of a file of which nothing is used."""
    assert not analysis.errors or analysis.counts["rows_in"] == 0
    (error,) = analysis.errors
    return error


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_case_001_clean_utf8(newline: str) -> None:
    analysis = read(PLAIN.replace("\n", newline).encode())
    assert values(analysis) == EXPECTED
    assert not notes(analysis) & {"encoding", "mojibake", "damaged_characters"}


def test_case_002_utf8_with_a_byte_order_mark() -> None:
    analysis = read(PLAIN.encode("utf-8-sig"))
    assert values(analysis) == EXPECTED
    assert "encoding" not in notes(analysis)


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_case_003_utf16_with_a_byte_order_mark_and_tabs(mark: bytes) -> None:
    wide = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    analysis = read(mark + PLAIN.replace(",", "\t").encode(wide))
    assert values(analysis) == EXPECTED
    assert "encoding" not in notes(analysis)


@pytest.mark.parametrize("wide", ["utf-16-le", "utf-16-be"])
def test_case_004_utf16_without_a_mark_is_read_with_a_note(wide: str) -> None:
    analysis = read(PLAIN.encode(wide))
    assert values(analysis) == EXPECTED
    assert "encoding" in notes(analysis)


def test_case_004_a_letter_whose_bytes_break_the_pattern_does_not_hide_it() -> None:
    content = (PLAIN + MANY + "Ā,2025-03-05,Sodium,140,mmol/L,Āā\n" * 2).encode("utf-16-le")
    assert values(read(content)) == EXPECTED


def test_case_005_cp1252_is_read_with_a_note_and_a_question() -> None:
    """The table says ask; the first reading above the table: read as cp1252, say so, let it be overridden."""
    analysis = read(PLAIN.encode("cp1252"))
    assert values(analysis) == EXPECTED
    assert "encoding" in notes(analysis)
    (question,) = [one for one in analysis.questions if one.kind == "encoding"]
    assert [choice.answer for choice in question.choices] == ["cp1252", "mac_roman", "cp850"]
    assert {choice.answer: choice.preview for choice in question.choices}["cp1252"] == ("µg/L",)


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_case_006_the_user_says_that_it_is_mac_or_dos(encoding: str) -> None:
    analysis = read(PLAIN.encode(encoding), encoding=encoding)
    assert values(analysis) == EXPECTED
    assert "encoding" not in notes(analysis), "an answered question is no remark any more"


def test_case_006_dos_bytes_read_as_windows_give_no_number_for_an_unknown_unit() -> None:
    analysis = read(PLAIN.encode("cp850"))
    assert values(analysis) == EXPECTED[1:], "the unit of the first row is spelled wrongly, so it is held"
    assert [line for _, line in blocked(analysis)] == [2]


def test_case_006_an_answer_does_not_overrule_what_the_file_proves() -> None:
    assert values(read(PLAIN.encode(), encoding="cp850")) == EXPECTED


def test_case_007_two_exports_glued_together_are_refused_at_the_line_where_it_changes() -> None:
    error = refused(read(PLAIN.encode() + "P3,2025-03-07,Ferritin,9,µg/L,\n".encode("cp1252")))
    assert (error.code, error.line) == ("mixed_encoding", 4)
    error = refused(read(PLAIN.encode("cp1252") + "P3,2025-03-07,Ferritin,9,µg/L,\n".encode()))
    assert (error.code, error.line) == ("mixed_encoding", 4)


def test_case_008_a_garbled_mu_is_read_by_the_list_and_noted() -> None:
    analysis = read(PLAIN.replace("µ", "Âµ").encode())
    assert values(analysis) == EXPECTED
    assert "mojibake" in notes(analysis)


@pytest.mark.parametrize("cell", ["Fer\ufffdritin", "\ufffdg/L", "4\ufffd2"])
def test_case_009_a_lost_letter_in_a_needed_cell_sets_the_row_aside(cell: str) -> None:
    whole = {"Fer\ufffdritin": "Ferritin", "\ufffdg/L": "µg/L", "4\ufffd2": "42"}[cell]
    analysis = read(PLAIN.replace(whole, cell).encode())
    assert values(analysis) == EXPECTED[1:]
    assert [line for _, line in blocked(analysis)] == [2]
    assert "damaged_characters" in notes(analysis)


def test_case_009_a_lost_letter_in_a_comment_is_only_noted() -> None:
    analysis = read(PLAIN.replace("µg/L,", "µg/L,h\ufffdmolytic").encode())
    assert values(analysis) == EXPECTED
    assert "damaged_characters" in notes(analysis)


@pytest.mark.parametrize("cell", ["Fer\0ritin", "4\x002", "P\x001"])
def test_case_010_an_empty_byte_in_a_cell_sets_the_row_aside(cell: str) -> None:
    whole = cell.replace("\0", "")
    analysis = read((PLAIN + MANY).replace(whole, cell, 1).encode())
    assert values(analysis) == EXPECTED[1:]
    assert [line for _, line in blocked(analysis)] == [2]


def test_case_010_more_than_one_line_in_a_hundred_is_a_damaged_file() -> None:
    assert refused(read(PLAIN.replace("Ferritin", "Fer\0ritin").encode())).code == "damaged"


@pytest.mark.parametrize("tail", [b"\0" * 64, b"\0" * 64 + b"\r\n", b"\0" * 64 + b"\x1a"])
def test_case_011_empty_bytes_at_the_end_are_a_damaged_file(tail: bytes) -> None:
    error = refused(read((PLAIN + MANY).encode() + tail))
    assert error.code == "damaged"
    assert "Export it again" in error.reason


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("tail", ["\x1a", "\x1a\x1a", "\x1a\r\n"])
def test_case_012_the_end_mark_of_dos_is_dropped(encoding: str, tail: str) -> None:
    assert values(read((PLAIN + tail).encode(encoding))) == EXPECTED


def test_case_012_an_end_mark_proves_that_the_last_row_is_complete() -> None:
    assert values(read((HEADER + FERRITIN + B12.strip() + "\x1a").encode())) == EXPECTED


@pytest.mark.parametrize("blank", ["\u200b", "\ufeff", "\u00a0", "\u2060"])
def test_case_013_invisible_characters_around_a_cell_are_stripped(blank: str) -> None:
    cells = PLAIN.replace("42", f"{blank}42{blank}").replace("Ferritin", f"{blank}Ferritin{blank}")
    cells = cells.replace("µg/L", f"µg/L{blank}").replace("P1", f"{blank}P1")
    assert values(read(cells.encode())) == EXPECTED


def test_case_013_an_invisible_character_inside_a_number_sets_the_row_aside() -> None:
    analysis = read(PLAIN.replace("42", "4\u200b2").encode())
    assert values(analysis) == EXPECTED[1:]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for line in PLAIN.splitlines():
        book.active.append(line.split(","))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def zipped(content: bytes, name: str = "labs.csv") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (gzip.compress(PLAIN.encode(), mtime=0), "ends in .gz"),
        (zipped(PLAIN.encode()), "ends in .zip"),
        (workbook(), "ends in .xlsx"),
        (b"<!DOCTYPE html><html><table><tr><td>Ferritin</td></tr></table>", "web page"),
        (b"\xef\xbb\xbf\r\n<TABLE border=1><tr><td>Ferritin", "web page"),
        ("<html><table>".encode("utf-16"), "web page"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"{\\rtf1\\ansi Ferritin}", "rich-text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel workbook"),
        (b"<?xml version='1.0'?><ClinicalDocument/>", "CDA"),
        (b"PAR1\x15\x04PAR1", "Parquet"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
    ],
)
def test_case_014_what_is_no_csv_is_refused_with_the_right_advice(content: bytes, advice: str) -> None:
    error = refused(read(content))
    assert error.code == "not_text"
    assert advice in error.reason


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (gzip.compress(PLAIN.encode(), mtime=0), "labs.csv.gz"),
        (zipped(PLAIN.encode()), "labs.zip"),
        (workbook(), "labs.xlsx"),
    ],
)
def test_case_014_the_same_bytes_under_their_own_name_are_read(content: bytes, name: str) -> None:
    assert values(read(content, name)) == EXPECTED


@pytest.mark.parametrize(
    "content", [b"", b" \r\n\n", b"\xef\xbb\xbf", b"\x1a", b"\xff\xfe", b"\xef\xbb\xbf\n"]
)
def test_case_015_an_empty_file(content: bytes) -> None:
    assert refused(read(content)).code == "empty"


def test_case_016_the_browser_has_a_limit_and_says_what_to_do() -> None:
    """The table refuses the file; the second reading: the command line reads any size, so no core limit."""
    refuse_large_upload("labs.csv", UPLOAD_LIMIT_BYTES)
    with pytest.raises(FileError) as error:
        refuse_large_upload("labs.csv", UPLOAD_LIMIT_BYTES + 1)
    assert error.value.code == "too_large"
    assert "command line" in error.value.reason


def test_case_017_a_line_of_a_megabyte() -> None:
    error = refused(read((PLAIN + f"P3,2025-03-07,{'x' * 1_100_000},1,ng/mL,\n").encode()))
    assert (error.code, error.line) == ("line_too_long", 4)


def test_case_017_too_many_columns() -> None:
    """The limit is 400 columns, not 200: twenty years of monthly draws side by side are a real table."""
    assert refused(read((PLAIN + "," * 500 + "\n").encode())).code == "too_wide"


def test_no_error_text_holds_a_cell_of_the_file() -> None:
    cell = "Xq7-unlike-any-word"
    for content in (PLAIN.encode() + f"{cell},µ\n".encode("cp1252"), cell.encode() + b"\0" * 64):
        assert cell not in str(refused(read(content)))
