"""Laws of the reader of tables: how a table is written changes nothing, and no text breaks the reader."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rls_dash.answers import Answers
from rls_dash.ingest.mapping import score_header
from rls_dash.ingest.shapes import to_long, wide_score
from rls_dash.ingest.table import RawTable
from rls_dash.ingest.tabular import read_table, table_of_records
from rls_dash.model import FileError

HEADER = ["patient_id", "date", "test", "value", "unit"]
# Text that no delimiter, quote or line end is part of, and that no spreadsheet would force.
PLAIN = st.text(alphabet="abcXYZ019 .%µ/()<>=é-_", min_size=1, max_size=12).filter(lambda t: t.strip() == t)
TRICKY = st.text(alphabet='aX1 ,;\t|"\n.', min_size=1, max_size=10).filter(lambda t: t.strip() == t)
ROWS = st.lists(st.lists(PLAIN, min_size=5, max_size=5), min_size=1, max_size=8)
WIDE = ["patient_id", "date", "Ferritin (ng/mL)", "B12 (pg/mL)", "Mood"]
NAMES = {"Ferritin", "B12", "Ferritin (ng/mL)", "B12 (pg/mL)"}
SAMPLES = (
    "patient_id,date,test,value,unit\nP1,2025-03-05,Ferritin,42,ng/mL\nP2,2025-03-06,B12,300,pg/mL\n",
    'sep=;\npatient_id;date;test;value;unit\n"P1";2025-03-05;"Ferritin; serum";42,5;"ng/mL"\nTotal rows: 1\n',
    "City lab\nPatient ID: 7\n\ntest,value,unit\nFerritin,42,ng/mL\n,,\ntest,value,unit\nB12,3,pg/mL\nEnde",
    "patient_id,date,Ferritin (ng/mL),B12 (pg/mL),Mood\n,,ng/mL,pg/mL,\nP1,2025-03-05,42,,good\n",
    ",,21-Jul-26\nExported: Aug 9,Unit,x\nIron,,\nFerritin,ng/mL,62\n",
    "test,2023-04-05 range,2023-04-05 result\nFerritin,15-150,105 ng/mL +++\n",
    "'P1','2025-03-05','Ferritin','42'\n'P2','2025-03-05','Fer, x','43'\n",
    'patient_id,date,test,value\nP1,2025-03-05,"Fer \\"t\\"",42\n="007",2025-03-05,Ferritin,4\n',
)


def names_analyte(text: str) -> bool:
    return text in NAMES


def is_unit(text: str) -> bool:
    return text in {"ng/mL", "pg/mL", "%"}


def score(cells: list[str]) -> int:
    return score_header(cells) or wide_score(cells, names_analyte)


def read(text: str, answers: Answers | None = None) -> RawTable:
    return read_table("labs.csv", text, score, answers or Answers())


def written(rows: list[list[str]], delimiter: str, quoting: int, newline: str) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=newline)  # type: ignore[arg-type]
    writer.writerows(rows)
    return file.getvalue()


@settings(max_examples=200)
@given(
    ROWS,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_how_a_table_is_written_changes_none_of_its_cells(
    rows: list[list[str]], delimiter: str, quoting: int, newline: str, final: bool
) -> None:
    text = written([HEADER, *rows], delimiter, quoting, newline)
    table = read(text if final else text.removesuffix(newline))
    assert table.header == tuple(HEADER)
    assert table.rows == rows
    assert table.lines == list(range(2, len(rows) + 2))


@settings(max_examples=200)
@given(st.lists(st.lists(TRICKY, min_size=5, max_size=5), min_size=1, max_size=6))
def test_quoted_cells_keep_delimiters_quotes_and_line_ends(rows: list[list[str]]) -> None:
    try:
        table = read(written([HEADER, *rows], ",", csv.QUOTE_ALL, "\n"))
    except FileError as error:  # a cell that holds as many delimiters and line ends as a whole record
        assert error.code == "quoting"
        assert any("\n" in cell and "," in cell for row in rows for cell in row)
        return
    assert table.rows == rows


@settings(max_examples=100)
@given(ROWS, st.randoms())
def test_the_order_of_rows_is_only_an_order(rows: list[list[str]], random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (read(written([HEADER, *some], ",", csv.QUOTE_ALL, "\n")) for some in (rows, shuffled))
    assert sorted(first.rows) == sorted(second.rows)
    assert (first.header, first.notes) == (second.header, second.notes)


@settings(max_examples=100)
@given(st.lists(st.tuples(PLAIN, PLAIN, PLAIN, PLAIN, PLAIN), min_size=1, max_size=6), st.randoms())
def test_a_wide_table_gives_one_record_per_filled_cell(rows: list[tuple[str, ...]], random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    tables = [
        to_long(read(written([WIDE, *map(list, some)], ",", csv.QUOTE_ALL, "\n")), names_analyte, is_unit)
        for some in (rows, shuffled)
    ]
    if any("unit_row" in [note.code for note in table.notes] for table in tables):
        return
    first, second = tables
    assert len(first.rows) == 2 * len(rows)
    assert [row[3] for row in first.rows] == [cell for row in rows for cell in row[2:4]]
    assert sorted(first.rows) == sorted(second.rows)


@settings(max_examples=150)
@given(ROWS)
def test_a_worksheet_and_a_text_file_give_the_same_table(rows: list[list[str]]) -> None:
    of_text = read(written([HEADER, *rows], ",", csv.QUOTE_ALL, "\n"))
    of_sheet = table_of_records("labs.xlsx", list(enumerate([HEADER, *rows], start=1)), score)
    assert (of_text.header, of_text.rows, of_text.lines) == (of_sheet.header, of_sheet.rows, of_sheet.lines)


ANSWERS = st.builds(
    Answers,
    delimiter=st.sampled_from(["", ",", ";"]),
    quoting=st.sampled_from(["", "double", "single", "backslash"]),
    table=st.sampled_from(["", "1", "2", "9", "Sheet"]),
    header=st.sampled_from(["", "none"]),
    cut_off=st.sampled_from(["", "use"]),
)


@settings(max_examples=400)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120), ANSWERS)
@example("", Answers())
@example("\ufeffsep=\t\n", Answers(header="none"))
@example("''\n'", Answers(quoting="single"))
def test_no_text_breaks_the_reader(text: str, answers: Answers) -> None:
    whole(text, answers)


@settings(max_examples=600)
@given(st.sampled_from(SAMPLES), st.data(), ANSWERS)
def test_no_damage_to_a_good_file_breaks_the_reader(
    sample: str, data: st.DataObject, answers: Answers
) -> None:
    text = sample
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(text)))
        end = min(len(text), place + data.draw(st.integers(0, 12)))
        piece = data.draw(st.sampled_from(PIECES))
        text = text[:place] + piece + text[end:]
    whole(text, answers)


PIECES = (
    *("", '"', "'", "\\", '\\"', ",", ";", "\t", "|", "\n", "\r", "\r\n", ",,,,\n", " ", "=", '="', "\x00"),
    *("12.05.2023", "2 rows", "Ende", "patient_id,test,value\n", "Ferritin (ng/mL)", "\u2028", "\x0b", "é"),
)


def whole(text: str, answers: Answers) -> None:
    """Read to the end; whatever is wrong is the reader's own error, which holds no cell of the file."""
    try:
        table = to_long(read(text, answers), names_analyte, is_unit)
    except FileError as error:
        assert error.reason
        assert error.line is None or error.line >= 1
        assert all(choice.label for one in error.questions for choice in one.choices)
        return
    assert len(table.rows) == len(table.lines)
    assert not table.roles or len(table.roles) == len(table.header)
    assert all(1 <= line for line in table.lines)


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_is_cut_off_at_any_place_never_gives_a_cell_that_was_not_there(sample: str) -> None:
    """Each prefix of a file is refused, or gives cells of the whole file and of its last, cut cell."""
    for end in range(1, len(sample)):
        try:
            table = read(sample[:end])
        except FileError:
            continue
        for row in table.rows[:-1]:
            assert all(cell in sample for cell in row)
