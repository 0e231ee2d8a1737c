"""Laws: the fast reader and the strict one give the same results, issues and errors for every file."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rls_dash.answers import ReadOptions
from rls_dash.ingest import source
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse

HEADER = ["patient_id", "date", "test", "value", "unit", "reference_range", "status", "comment"]
CELLS = {
    "patient_id": ["P1", "P2", " P2", "007", "Doe, Jane", "1.2E+11", ""],
    "date": [
        "2025-03-05",
        "2025-03-05T08:15",
        "2025-03-05 08:15:30",
        " 2025-03-05",
        "2025-02-30",
        "26/03/2025",
        "05/03/2025",
        "2025-03-05T24:00",
        "2025-03-05T08:15:30.5",
        "2025-03-05T08",
        "1970-01-01",
        "1979-04-22",
        "2113-04-22",
        "",
    ],
    "test": ["Ferritin", "ferritin ", "Sodium", "Folate", "Magnesium", "", 'FERR "total"', "B12"],
    "value": ["42", "42.50", "<5", "> 20", "0", "1,5", "1.250", "n/a", "=1", "12-May", "9" * 12, "7 H", '"'],
    "unit": ["ng/mL", "µg/L", "mg/dL", "", "furlong", "mmol/L"],
    "reference_range": ["15-150", ">4.0", "", "30 - 400 ng/mL"],
    "status": ["final", "P", "C", "W", "", "odd"],
    "comment": ["", "x,y", "two\nlines", "line;s", 'a "b"', "\u200b"],
}
rows = st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in HEADER)), min_size=1, max_size=12)


def written(records: list[tuple[str, ...]], delimiter: str, quoting: int, newline: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=newline)
    writer.writerows([HEADER, *records])
    return text.getvalue().encode()


def read(content: bytes, strict: bool) -> Analysis:
    return analyse([InputFile("labs.csv", content)], load_knowledge(), ReadOptions(strict=strict))


def same(content: bytes) -> None:
    fast, strict = read(content, strict=False), read(content, strict=True)
    assert [str(error) for error in fast.errors] == [str(error) for error in strict.errors]
    pd.testing.assert_frame_equal(fast.results, strict.results)
    pd.testing.assert_frame_equal(fast.issues, strict.issues)
    assert fast.counts == strict.counts
    assert fast.questions == strict.questions
    assert fast.files == strict.files


@settings(max_examples=60, deadline=None)
@given(
    rows,
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_both_readers_agree_on_files_a_program_wrote(records, delimiter, quoting, newline) -> None:
    same(written(records, delimiter, quoting, newline))


DAMAGED = [
    b"P1,2025-03-05,Ferritin,42,ng/mL",
    b"P1,2025-03-05,Ferritin,42,ng/mL,\n",
    b"P1,2025-03-05,Ferritin,42,ng/mL,extra\nP1,2025-03-06,Ferritin,43,ng/mL\n",
    b"P1,2025-03-05,Ferritin,42\nP1,2025-03-06,Ferritin,43,ng/mL\n",
    b"\nP1,2025-03-05,Ferritin,42,ng/mL\n\n\nP1,2025-03-06,Ferritin,43,ng/mL\n",
    b",,,,\nP1,2025-03-06,Ferritin,43,ng/mL\n",
    b'P1,2025-03-05,"Ferritin,42,ng/mL\n',
    b'P1,2025-03-05,"Ferritin"x,42,ng/mL\n',
    b'P1,2025-03-05,FERR "total",42,ng/mL\n',
    b'P1,2025-03-05,Ferritin,"4""2",ng/mL\n',
    b'P1,2025-03-05,"Ferr\nitin",42,ng/mL\n',
    b"P1,2025-03-05,Ferritin,42,\xb5g/L\n",
    b"P1,2025-03-05,Ferritin,4\x002,ng/mL\n",
    b"P1,2025-03-05,Ferritin,42,ng/mL\rP2,2025-03-05,Ferritin,42,ng/mL\n",
    b"patient_id,date,test,value,unit\nP1,2025-03-05,Ferritin,42,ng/mL\n",
    b"PATIENT_ID,DATE,TEST,VALUE,UNIT\nP1,2025-03-05,Ferritin,42,ng/mL\n",
    b'="007",2025-03-05,Ferritin,42,ng/mL\n',
    b"P1,2025-03-05,Ferritin,42,ng/mL\x1a",
    b"P1,2025-03-05,Ferritin,42,ng/mL\n\x1a",
    b"P1,2025-03-05,Ferritin,42,ng/mL\nTotal rows: 1\n",
    b"Total,,,262.5,\n",
    b"",
]


@pytest.mark.parametrize("body", DAMAGED)
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_both_readers_agree_on_damaged_files(body: bytes, bom: bytes) -> None:
    same(bom + b"patient_id,date,test,value,unit\n" + body)


@settings(max_examples=60, deadline=None)
@given(rows, st.data())
def test_both_readers_agree_on_files_with_one_byte_changed(records, data) -> None:
    content = bytearray(written(records, ",", csv.QUOTE_MINIMAL, "\n"))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.sampled_from(b'",;\n\r\t \x00\xb5\xff=1'))
    same(bytes(content))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_clean_file_is_read_fast(delimiter: str, newline: str, monkeypatch) -> None:
    content = written(
        [("P1", "2025-03-05", "Ferritin", "42", "ng/mL", "15-150", "F", "x,y")], delimiter, 0, newline
    )
    monkeypatch.setattr(source, "_open_text", None)  # the strict reader
    assert len(read(content, strict=False).results) == 1


PADDING = "".join(f"Q{number},2025-03-05,Ferritin,42,ng/mL\n" for number in range(2_500))
LATE = [
    "Total rows: 2500,,,,\n",
    "Total rows,2500,,,\n",
    "Total rows: 7,,,,\n",
    "Ende,,,,\n",
    "Page 1 of 2,,,,\n",
    "Total,,,262.5,\n",
    ",,,,\n",
    " , ,,,\n",
    "PATIENT_ID,DATE,TEST,VALUE,UNIT\n",
    "subject_id,test,value,unit,date\n",
    "patient_id,test,value,unit,date\nP1,Ferritin,3,ng/mL,2025-01-01\n",
    "'P1','2025-03-05','Ferritin','42','ng/mL'\n" * 10,
    'P1,2025-03-05, "Ferritin",42,ng/mL\n',
    'P1,2025-03-05,"Fer \\"t\\"",42,ng/mL\n',
    'P1,2025-03-05,="Ferritin",42,ng/mL\n',
    '"=""007""",2025-03-05,Ferritin,42,ng/mL\n',
    "P1,2025-03-05,Ferritin,42,Âµg/L\n",
    "P1,2025-03-05,Ferritin,42,ng/mL,\n",
    "P1,2025-03-05,Ferritin,42\n",
    "P1,2025-03-05,Ferritin,42,ng/mL",
    "P1,2025-03-05,Ferritin,42,\u200bng/mL\n",
    "P1,2025-03-05,Ferritin,42,\ufffdg/L\n",
    "City lab,,,,\n",
]


@pytest.mark.parametrize("late", LATE)
def test_both_readers_agree_on_what_stands_far_down(late: str) -> None:
    """The fast reader sees only the first lines as the strict one does."""
    content = ("patient_id,date,test,value,unit\n" + PADDING + late).encode()
    assert len(content) > 1 << 16
    same(content)


UNNAMED = ["", "<", ">=", "Serum", "24h urine", "H", "fasting"]
BETWEEN = [
    "",
    "URINE,,,,,",
    ",,,24h urine,,",
    ",,,,,Urine",
    "Patient: P7,,,,,",
    "Patient:,P8,,,,",
    "short",
]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["patient_id", "bed"]),
    st.sampled_from(["Symbol", "", "Flag", "Sample"]),
    st.sampled_from(["result", "Result (ng/mL)"]),
    st.sampled_from(UNNAMED),
    st.lists(st.tuples(st.sampled_from(UNNAMED), st.sampled_from(BETWEEN)), min_size=1, max_size=5),
    st.booleans(),
)
def test_both_readers_agree_on_columns_and_lines_that_nobody_named(
    patient: str, column: str, value: str, early: str, late: list[tuple[str, str]], after_many: bool
) -> None:
    """What decides may stand far below the lines by which a file is judged clean."""
    lines = [f"{patient},date,test,{value},unit,{column}", f"P0,2025-03-05,Magnesium,0.7,mmol/L,{early}"]
    lines += [f"Q{number},2025-03-05,Magnesium,0.8,mmol/L," for number in range(2_500 * after_many)]
    for cell, between in late:
        lines += [one for one in (between,) if one]
        lines.append(f"P1,2025-03-05,Magnesium,0.8,mmol/L,{cell}")
    same(("\n".join(lines) + "\n").encode())


def test_a_heading_among_thousands_of_patients_is_seen() -> None:
    rows = "".join(f"Q{number},2025-03-05,Magnesium,0.8,mmol/L\n" for number in range(6_000))
    content = f"patient_id,date,test,value,unit\n{rows}URINE,,,,\nP1,2025-03-05,Magnesium,3.1,mmol/L\n"
    same(content.encode())
    assert 3.1 not in set(read(content.encode(), strict=False).results["reported_number"])
