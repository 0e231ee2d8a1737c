"""Chapter: bytes to table. A file is read for certain, or refused with what to do about it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from rls_dash.answers import AnswerBook, Answers
from rls_dash.ingest.asking import answered
from rls_dash.ingest.body import settle_width
from rls_dash.ingest.decode import decode
from rls_dash.ingest.footers import footer, is_footer_label, label_pattern
from rls_dash.ingest.formats import Role
from rls_dash.ingest.layout import layout_key
from rls_dash.ingest.mapped import map_rows
from rls_dash.ingest.mapping import map_columns, score_header
from rls_dash.ingest.preamble import ask_above
from rls_dash.ingest.table import RawTable
from rls_dash.ingest.tabular import read_table, table_of_records
from rls_dash.ingest.trial import in_doubt
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
    assert rows.cells(Role.VALUE).rows().to_pylist() == ["42"]


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
    assert (list(rows.surplus), list(rows.short)) == ([True, False, False], [False, True, False])


def test_a_delimiter_behind_every_record_is_no_field() -> None:
    rows = map_rows(
        table(
            "patient_id,date,test,value,unit\nP1,2025-03-05,Ferritin,42,ng/mL,\nP2,2025-03-06,Ferritin,43,ng/mL,\n"
        )
    )
    assert not rows.surplus.any()
    assert rows.cells(Role.VALUE).rows().to_pylist() == ["42", "43"], "the surplus field moved the columns"


def code_of(content: str) -> tuple[str, int | None]:
    with pytest.raises(FileError) as refused:
        table(content)
    return refused.value.code, refused.value.line


def test_a_line_longer_than_a_million_characters_is_refused() -> None:
    assert code_of(PLAIN + "P3," + "x," * 600_000 + "\n") == ("line_too_long", 4)
    assert code_of(PLAIN.replace("\n", "\r") + "P3," + "x," * 600_000) == ("line_too_long", 4)
    assert len(table(PLAIN + "P3,2025-03-07,B12,300,pg/mL\n" * 50_000).rows) == 50_002


@pytest.mark.parametrize(("columns", "fails"), [(400, False), (401, True)])
def test_a_record_may_have_400_columns(columns: int, fails: bool) -> None:
    """The case table says 200. Wide tables need more: monthly draws over twenty years are 240 dates, and
    twice as many columns where each date has its range.
    """
    header = "patient_id,date,test,value,unit" + "".join(f",c{number}" for number in range(columns - 5))
    row = "P1,2025-03-05,Ferritin,42,ug/L" + ",x" * (columns - 5)
    if fails:
        assert code_of(f"{header}\n{row}\n")[0] == "no_header", "no line of this width is looked at"
        assert code_of(f"{PLAIN}{row}\n") == ("too_wide", 4)
    else:
        assert len(table(f"{header}\n{row}\n").header) == columns


@pytest.mark.parametrize(
    ("rows", "fails"),
    [
        ('P1,2025-03-05,"Ferritin,42,ug/L\nP2,2025-03-06,Magnesium","0.8",mmol/L\n', True),
        ('P1,2025-03-05,"Ferritin,42,ug/L\nP2,2025-03-06,B12,7,ug/L\nP3,2025-03-06,Mg","0.8",mmol/L\n', True),
        ('P1,2025-03-05,"Ferritin,42,ug/L\r\nP2,2025-03-06,Magnesium","0.8",mmol/L\n', True),
        ('P1,2025-03-05,"Ferritin,\nserum, or plasma",42,ug/L\n', False),
    ],
)
def test_a_cell_that_has_swallowed_whole_records_is_refused(rows: str, fails: bool) -> None:
    if fails:
        assert code_of("patient_id,date,test,value,unit\n" + rows) == ("quoting", 2)
    else:
        assert len(table("patient_id,date,test,value,unit\n" + rows).rows) == 1


TIE = "x,patient_id,date,test,value,y;patient_id;date;test;value;z\n"
BOTH = "a,P1,2025-03-05,Ferritin,1,b;P2;2025-03-06;Ferritin;2;c\n"


def test_two_delimiters_that_fit_are_asked() -> None:
    with pytest.raises(FileError) as refused:
        table(TIE + BOTH)
    (question,) = refused.value.questions
    assert (refused.value.code, question.kind) == ("delimiter", "delimiter")
    assert [choice.answer for choice in question.choices] == [",", ";"]
    assert (
        question.choices[1].preview[1] == "a,P1,2025-03-05,Ferritin,1,b | P2 | 2025-03-06 | Ferritin | 2 | c"
    )
    assert read_table("labs.csv", TIE + BOTH, score_header, Answers(delimiter=";")).delimiter == ";"


def test_two_delimiters_are_settled_by_the_width_of_the_records() -> None:
    read = read_table(
        "labs.csv", TIE + "a;P1;2025-03-05;Ferritin;1;b\n", score_header, Answers(delimiter=",")
    )
    assert read.delimiter == ";"


def test_a_surplus_cell_is_kept_with_its_row() -> None:
    """Blank or not: which of the cells is too many is not known."""
    read = table(PLAIN + "P3,2025-03-07,Ferritin,12,5,\n")
    assert read.rows[2] == ["P3", "2025-03-07", "Ferritin", "12", "5", ""]
    rows = map_rows(read)
    assert list(rows.surplus) == [False, False, True]


@pytest.mark.parametrize(
    ("header", "rows", "kept", "widths"),
    [
        ("a,b,c,,", ["1,2,3,,", "1,2,3"], "a,b,c", [3, 3]),
        ("a,b,c,,", ["1,2,3,,", "1,2,3,9,"], "a,b,c", [3, 5]),
        ("a,b,c,", ["1,2,3,8", "1,2,3,9"], "a,b,c,", [4, 4]),
        ("a,b,c", ["1,2,3,,", "1,2,3,"], "a,b,c", [3, 3]),
        ("a,b,c", ["1,2,3,", "1,2,3"], "a,b,c", [4, 3]),
        ("a,b,c", ["1,2,3,9", "1,2,3"], "a,b,c", [4, 3]),
    ],
)
def test_only_columns_that_are_blank_in_every_row_are_cut_off(
    header: str, rows: list[str], kept: str, widths: list[int]
) -> None:
    body = [(number, row.split(",")) for number, row in enumerate(rows, start=2)]
    found, settled, _ = settle_width("labs.csv", header.split(","), body, ",")
    assert ",".join(found) == kept
    assert [len(cells) for _, cells in settled] == widths


@pytest.mark.parametrize(
    ("cells", "kind", "counts"),
    [
        ("Total rows: 1|234", "count", {1, 1234}),
        ("1.234 rows", "count", {1234}),
        ("2\u4ef6", "count", {2}),
        ("- Ende -", "end", set()),
        ("Seite 3 von 4", "page", set()),
        ("Total|||262.5", "", set()),
        ("Total: 2", "", set()),
        ("Ferritin|5", "", set()),
        ("End of therapy", "", set()),
        ("rows", "", set()),
    ],
)
def test_a_footer_is_only_what_is_listed(cells: str, kind: str, counts: set[int]) -> None:
    found = footer(9, cells.split("|"))
    assert (found.kind.value if found else "") == kind
    assert (found.counts if found else set()) == counts


@pytest.mark.parametrize(
    ("line", "patients", "dates"),
    [
        ("Patient ID: 007", ["007"], []),
        ("Patientennummer 123", ["123"], []),
        ("Patient results", [], []),
        ("Patient:;Collection date:", [], []),
        ("Patient ID;P9;Date of birth;1970-01-01", ["P9"], []),
        ("Patient: Doe, Jane; Entnahmedatum: 26.04.2025", ["Doe, Jane"], ["2025-04-26"]),
        ("Collected 2025-03-05 08:30", [], ["2025-03-05"]),
        ("Collection date: 5 mars 2025", [], ["2025-03-05"]),
        ("Collection date: soon", [], []),
        ("Printed: 2025-04-01", [], []),
    ],
)
def test_labels_above_the_table_are_offered_as_answers(
    line: str, patients: list[str], dates: list[str]
) -> None:
    read = table(f"City lab\n{line}\ntest;value;unit\nFerritin;42;ug/L\n")
    try:
        ask_above(read, {Role.TEST, Role.VALUE, Role.UNIT}, Answers(), "key")
        choices = {}
    except FileError as error:
        choices = {one.kind: [choice.answer for choice in one.choices] for one in error.questions}
        assert {one.layout for one in error.questions} == {"key"}
    assert choices.get("patient", []) == patients
    assert choices.get("collected", []) == dates


def test_answers_of_a_layout_are_found_while_the_file_is_read() -> None:
    """The layout is known only once the header is: the question names it, and the answer is looked up."""
    cut = PLAIN + "P3,2025"
    layout = layout_key(PLAIN.splitlines()[0].split(","))
    book = AnswerBook(layouts={layout: Answers(cut_off="use"), "other": Answers(table="2")})
    read, questions = answered(lambda answers: read_table("labs.csv", cut, score_header, answers), book)
    assert len(read.rows) == 2
    assert [one.kind for one in questions] == ["cut_off"]  # stays on screen, to be changed
    with pytest.raises(FileError):
        answered(lambda answers: read_table("labs.csv", cut, score_header, answers), AnswerBook())


def test_a_table_without_header_has_a_layout_of_its_own_file() -> None:
    """Answers that name the columns of one file must not be used for another of the same width."""
    rows = "P1,2025-03-05,Ferritin,42,ug/L\nP2,2025-03-06,Ferritin,43,ug/L\n"
    answers = Answers(header="none")
    first, other = (read_table(name, rows, score_header, answers) for name in ("a.csv", "b.csv"))
    assert first.header == tuple(f"column {number}" for number in range(1, 6))
    assert layout_key(first.header, first.label) != layout_key(other.header, other.label)
    assert first.lines == [1, 2]


def test_worksheets_are_read_as_tables() -> None:
    records = [
        (1, ["City lab", "", ""]),
        (3, ["patient_id", "date", "test", "value", "unit", ""]),
        (4, ["P1", "2025-03-05", "Ferritin", "42", "ug/L", ""]),
        (5, ["", "", "", "", "", ""]),
        (6, ["P2", "2025-03-05", "Ferritin", "43"]),
        (7, ["2 rows"]),
    ]
    read = table_of_records("labs.xlsx", records, score_header)
    assert (read.header_line, read.lines, read.delimiter) == (3, [4, 6], "")
    assert read.rows == [
        ["P1", "2025-03-05", "Ferritin", "42", "ug/L"],
        ["P2", "2025-03-05", "Ferritin", "43", ""],
    ]
    assert [note.code for note in read.notes] == ["preamble", "footer"]


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        (PLAIN, False),
        ('P1,"Ferritin, serum",1\n', False),
        ("P1,Crohn's,1\n", False),
        ("P1,'Ferritin',1\n", True),
        ("'P1',Ferritin,1\n", True),
        ("P1\r'P2'\r", True),
        ('P1,"a \\"b\\"",1\n', True),
        ("P1,a\\,b,1\n", True),
        ('P1, "a",1\n', True),
    ],
)
def test_quotes_in_doubt_are_seen_in_the_text(text: str, doubtful: bool) -> None:
    assert in_doubt(text, ",") is doubtful


@pytest.mark.parametrize(
    "cell", ["Total rows: 4000", "(4000 rows)", "*** ENDE ***", "Seite 1/2", "Počet řádků: 5"]
)
def test_readers_of_columns_find_every_footer_by_its_start(cell: str) -> None:
    words = pa.array(["P001", "Argonaut, Fin", cell], type=pa.large_string())
    hits = words.filter(pc.match_substring_regex(words, label_pattern(), ignore_case=True)).to_pylist()
    assert hits == [cell]
    assert is_footer_label(cell)
