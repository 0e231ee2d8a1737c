"""Chapter: archives and workbooks. What is inside is read under limits, or refused with what to do."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import stat
import zipfile
import zlib
from datetime import date, datetime, time

import openpyxl
import pytest
from openpyxl.xml.constants import SHEET_MAIN_NS

from rls_dash.answers import ALLOWED, Answers
from rls_dash.ingest.containers import MOST_MEMBERS, unpack
from rls_dash.ingest.decode import encoding_question
from rls_dash.ingest.file_kinds import charsets, magics, mojibake, single_byte_encodings, text_kinds
from rls_dash.ingest.workbook import Sheet, is_workbook, workbook_records
from rls_dash.model import FileError

CSV = b"patient_id,date,test,value,unit\nP1,2025-03-05,Ferritin,42,ng/mL\n"


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members:
            # A time of its own would name the tests anew each time they are collected.
            member = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            member.compress_type = method
            archive.writestr(member, content)
    return packed.getvalue()


def code_of(name: str, content: bytes) -> str:
    with pytest.raises(FileError) as error:
        unpack(name, content)
    assert len(error.value.reason) > 20, "says what to do"
    return error.value.code


def test_what_is_no_archive_is_the_one_member() -> None:
    assert [(one.name, one.content) for one in unpack("labs.csv", CSV)] == [("labs.csv", CSV)]


@pytest.mark.parametrize(
    "content",
    [gzip.compress(CSV, mtime=0), gzip.compress(CSV[:30], mtime=0) + gzip.compress(CSV[30:], mtime=0)],
)
def test_a_gzip_file_is_read_in_all_its_parts(content: bytes) -> None:
    assert [(one.name, one.content) for one in unpack("labs.csv.gz", content)] == [("labs.csv.gz", CSV)]
    assert unpack("labs.csv.gz", content + b"\0" * 100)[0].content == CSV, "padding of a tape"


def test_a_gzip_file_that_is_not_named_so_is_left_to_the_advice_of_the_decoder() -> None:
    assert unpack("labs.csv", gzip.compress(CSV, mtime=0))[0].content == gzip.compress(CSV, mtime=0)


def test_a_zip_gives_its_files_with_the_name_of_the_archive_before_them() -> None:
    content = zipped(("labs.csv", CSV), ("sub/more.csv", CSV))
    assert [one.name for one in unpack("export.zip", content)] == [
        "export.zip/labs.csv",
        "export.zip/sub/more.csv",
    ]


def test_what_operating_systems_leave_in_archives_is_passed_over() -> None:
    content = zipped(
        ("labs.csv", CSV), ("sub/", b""), ("__MACOSX/._labs.csv", b"x"), (".DS_Store", b"x"), ("a/.x/y", b"x")
    )
    assert [one.name for one in unpack("export.zip", content)] == ["export.zip/labs.csv"]


def linked(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def locked() -> bytes:
    content = bytearray(zipped(("labs.csv", CSV), method=zipfile.ZIP_STORED))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped(("../labs.csv", CSV)), "unsafe_name"),
        (zipped(("/etc/labs.csv", CSV)), "unsafe_name"),
        (zipped(("a\\..\\labs.csv", CSV)), "unsafe_name"),
        (zipped(("C:/labs.csv", CSV)), "unsafe_name"),
        (zipped(("a\nb.csv", CSV)), "unsafe_name"),
        (zipped((linked("labs.csv"), b"../../elsewhere")), "unsafe_name"),
        (zipped(("inner.zip", zipped(("labs.csv", CSV)))), "nested_archive"),
        (zipped(("labs.csv.gz", gzip.compress(CSV, mtime=0))), "nested_archive"),
        (zipped(), "empty"),
        (zipped(("sub/", b"")), "empty"),
        (zipped(("labs.csv", CSV))[:60], "damaged"),
        (zipped(("labs.csv", CSV), method=zipfile.ZIP_BZIP2), "not_text"),
        (zipped(("labs.csv", CSV), method=zipfile.ZIP_LZMA), "not_text"),
        (zipped(*((f"{n}.csv", CSV) for n in range(MOST_MEMBERS + 1))), "too_many_files"),
        (zipped(("labs.csv", b"0" * 60_000_000)), "archive_bomb"),
        (locked(), "encrypted"),
        (zipped(("xl/workbook.xml", b"<x/>")), "not_text"),
    ],
)
def test_archives_that_are_damaged_locked_or_made_to_do_harm_are_refused(content: bytes, code: str) -> None:
    assert code_of("export.zip", content) == code


def test_a_stored_member_whose_bytes_were_changed_is_damaged() -> None:
    content = zipped(("labs.csv", CSV), method=zipfile.ZIP_STORED).replace(b"Ferritin,42", b"Ferritin,43")
    assert code_of("export.zip", content) == "damaged"


def test_a_member_that_states_a_small_size_and_is_large_is_never_unpacked_whole() -> None:
    big = b"0" * 30_000_000
    content = bytearray(zipped(("labs.csv", big)))
    for place in (content.index(b"PK\x01\x02") + 24, 22):
        content[place : place + 4] = (100).to_bytes(4, "little")
    assert code_of("export.zip", bytes(content)) == "damaged"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(CSV, mtime=0)[:-12], "truncated"),
        (gzip.compress(CSV, mtime=0)[:-8] + b"\xff" * 8, "damaged"),
        (gzip.compress(CSV, mtime=0) + b"rest", "damaged"),
        (gzip.compress(b"0" * 60_000_000, mtime=0), "archive_bomb"),
        (gzip.compress(zipped(("labs.csv", CSV)), mtime=0), "nested_archive"),
        (gzip.compress(b"labs.csv".ljust(257, b"\0") + b"ustar" + CSV, mtime=0), "nested_archive"),
    ],
)
def test_compressed_files_that_are_damaged_or_made_to_do_harm_are_refused(content: bytes, code: str) -> None:
    assert code_of("labs.csv.gz", content) == code


# Workbooks


def book(*rows: list[object], formats: dict[str, str] | None = None) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for place, code in (formats or {}).items():
        made.active[place].number_format = code
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def rewritten(content: bytes, part: str, change: object) -> bytes:
    """A workbook with one part changed by a function of its bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(one.filename, archive.read(one)) for one in archive.infolist()]
    return zipped(*((name, change(inside) if name == part else inside) for name, inside in parts))  # type: ignore[operator]


def raw(cell: str) -> bytes:
    """A workbook whose cell A1 is this XML."""
    sheet = "xl/worksheets/sheet1.xml"
    return rewritten(
        book(["x"]), sheet, lambda old: re.sub(rb"<c .*</c>", cell.encode(), old, flags=re.DOTALL)
    )


def sheet(content: bytes, **answers: str) -> Sheet:
    (first, *_) = workbook_records("labs.xlsx", content, Answers(**answers))  # type: ignore[arg-type]
    return first


def cell(content: bytes) -> str:
    return sheet(content).records[0][1][0]


def refused(content: bytes) -> FileError:
    with pytest.raises(FileError) as error:
        workbook_records("labs.xlsx", content)
    return error.value


def test_a_workbook_is_known_by_its_name_and_its_bytes() -> None:
    content = book(["x"])
    assert is_workbook("Labs.XLSX", content)
    assert not is_workbook("labs.csv", content)
    assert not is_workbook("labs.xlsx", CSV)


def test_rows_keep_their_numbers_and_are_equally_long() -> None:
    found = sheet(book(["a", "b", "c"], [], ["P1", 42]))
    assert found.records == [(1, ["a", "b", "c"]), (3, ["P1", "42", ""])]


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("12.5", "12.5"),
        ("12.300000000000001", "12.3"),
        ("4.3499999999999996", "4.35"),
        ("0.30000000000000004", "0.3"),
        ("42", "42"),
        ("42.0", "42"),
        ("4.2E1", "42"),
        ("1.0000000000000001E-5", "0.00001"),
        ("-0", "0"),
        ("123456789012345", "123456789012345"),
        ("999999999999999", "999999999999999"),
        ("1000000000000000", "1.00000000000000E+15"),
        ("1234567890123456", "1.23456789012346E+15"),
        ("12345678901234567890", "1.23456789012346E+19"),
        ("0.1234567890123456", "0.123456789012346"),
    ],
)
def test_numbers_have_the_digits_excel_keeps(stored: str, text: str) -> None:
    assert cell(raw(f'<c r="A1"><v>{stored}</v></c>')) == text


@pytest.mark.parametrize("stored", ["inf", "nan", "1_0", "0x10", "١٢", "1e9999", "--1", "1.5.2"])
def test_a_stored_number_that_is_none_makes_the_workbook_damaged(stored: str) -> None:
    assert refused(raw(f'<c r="A1"><v>{stored}</v></c>')).code == "damaged"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="A1" t="str"><f>"a"</f><v>&lt;5</v></c>', "<5"),
        ('<c r="A1"><f>40+2</f><v>42</v></c>', "42"),
        ('<c r="A1"><f>40+2</f></c>', "#N/A"),
        ('<c r="A1"><f>40+2</f><v></v></c>', "#N/A"),
        ('<c r="A1" t="d"><v>2025-03-05T08:15:00</v></c>', "2025-03-05T08:15:00"),
        ('<c r="A1" t="inlineStr"><is><t> 007 </t></is></c>', " 007 "),
        ('<c r="A1" t="inlineStr"><is><r><t>Fer</t></r><r><t>ritin</t></r></is></c>', "Ferritin"),
        ('<c r="A1" t="inlineStr"><is><t>a_x000D_b</t></is></c>', "a\rb"),
        ('<c r="A1" t="inlineStr"><is><t>NA</t></is></c>', "NA"),
    ],
)
def test_every_kind_of_cell(xml: str, text: str) -> None:
    assert cell(raw(xml)) == text


STRINGS = (
    f'<sst xmlns="{SHEET_MAIN_NS}"><si><t>first</t></si>'
    "<si><r><t>Fer</t></r><r><t>ritin</t></r></si>"
    "<si><t>鉄</t><rPh sb='0' eb='1'><t>テツ</t></rPh></si></sst>"
)
STRINGS_LISTED = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def shared(index: str) -> bytes:
    """A workbook whose cell A1 refers to a text by number."""
    content = rewritten(
        raw(f'<c r="A1" t="s"><v>{index}</v></c>'),
        "[Content_Types].xml",
        lambda old: old.replace(b"</Types>", STRINGS_LISTED + b"</Types>"),
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(one.filename, archive.read(one)) for one in archive.infolist()]
    return zipped(*parts, ("xl/sharedStrings.xml", STRINGS.encode()))


@pytest.mark.parametrize(("index", "text"), [("0", "first"), ("1", "Ferritin"), ("2", "鉄")])
def test_texts_that_cells_refer_to_by_number(index: str, text: str) -> None:
    assert cell(shared(index)) == text


@pytest.mark.parametrize("index", ["-1", "3", "x", "٠", " "])
def test_a_number_that_refers_to_no_text_makes_the_workbook_damaged(index: str) -> None:
    assert refused(shared(index)).code == "damaged"


def test_a_formula_without_a_stored_result_is_noted() -> None:
    (note,) = sheet(raw('<c r="A1"><f>40+2</f></c>')).notes
    assert note.code == "formula_without_value"
    assert "save it" in note.message


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (12.345, "0", "12.345"),
        (0.25, "0%", "25%"),
        (0.125, "0.00%", "12.5%"),
        (25, '0.0"%"', "25"),
        (5, '"<"0', "<5"),
        (5, "\\>0.0", ">5"),
        (5, '[<5]"<5";0', "#N/A"),
        (5, '0;"<"0', "#N/A"),
        (5, '[Red][<5]0;0" ng/mL"', "5"),
        (45721, "General", "45721"),
        (45721, "dd/mm/yyyy", "2025-03-05"),
        (45721.59375, "dd/mm/yyyy hh:mm", "2025-03-05T14:15"),
        (45721.59376, "h:mm:ss", "2025-03-05T14:15:01"),
        (0.59375, "hh:mm", "14:15"),
        (5, '"<<"0', "#N/A"),
        (0, "dd/mm/yyyy", "00:00"),
        (-5, "dd/mm/yyyy", "#VALUE!"),
        (99999999, "dd/mm/yyyy", "#VALUE!"),
    ],
)
def test_what_the_format_of_a_cell_makes_of_a_number(value: float, code: str, text: str) -> None:
    assert cell(book([value], formats={"A1": code})) == text


def test_dates_and_times_are_iso_text() -> None:
    moment = datetime.fromisoformat("2025-03-05T14:30")
    rows = sheet(book([moment, date(2025, 3, 5), time(8, 15)])).records
    assert rows == [(1, ["2025-03-05T14:30", "2025-03-05", "08:15"])]


def test_a_workbook_of_the_1904_calendar_has_its_own_dates() -> None:
    made = openpyxl.Workbook()
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made.active.append([date(2025, 3, 5)])
    assert cell(saved(made)) == "2025-03-05"


def test_cells_outside_the_size_a_sheet_states_are_read() -> None:
    part = "xl/worksheets/sheet1.xml"
    content = rewritten(
        book(["a", "b"], ["c", "d"]), part, lambda old: re.sub(rb'ref="A1:B2"', b'ref="A1"', old)
    )
    assert sheet(content).records == [(1, ["a", "b"]), (2, ["c", "d"])]


def test_hidden_sheets_are_listed_and_not_read() -> None:
    made = openpyxl.Workbook()
    made.active.append(["x"])
    made.create_sheet("Raw").append(["secret"])
    made["Raw"].sheet_state = "hidden"
    shown, hidden = workbook_records("labs.xlsx", saved(made))
    assert (shown.hidden, hidden.hidden, hidden.records) == (False, True, [])
    assert [note.code for note in hidden.notes] == ["hidden_sheet"]
    state = rewritten(saved(made), "xl/workbook.xml", lambda old: old.replace(b'"visible"', b'"veryHidden"'))
    assert refused(state).code == "hidden_sheets"


def test_hidden_rows_are_read_and_noted() -> None:
    made = openpyxl.Workbook()
    made.active.append(["a"])
    made.active.append(["b"])
    made.active.row_dimensions[2].hidden = True
    found = sheet(saved(made))
    assert len(found.records) == 2
    assert [note.code for note in found.notes] == ["hidden_rows"]


@pytest.mark.parametrize(
    ("cells", "expected", "mark"),
    [
        ([1.125, "<0,5"], ["1,125", "<0,5"], ","),
        ([1.125, "<0.5"], ["1.125", "<0.5"], "."),
        ([1.125, "text"], ["1.125", "text"], "."),
        ([42, "<0,5"], ["42", "<0,5"], ""),
        ([1.125, "<0.5", "12,5"], ["1.125", "<0.5", "12,5"], ""),
        ([1.125, "1.250,5"], ["1,125", "1.250,5"], ","),
        ([1.125, "1,250.5"], ["1.125", "1,250.5"], "."),
        ([1.125, "1.250.000"], ["1,125", "1.250.000"], ","),
        ([1.125, "1,250,000"], ["1.125", "1,250,000"], "."),
        ([1.125, "1234,567"], ["1,125", "1234,567"], ","),
        ([1.125, "0,250"], ["1,125", "0,250"], ","),
        ([1.125, "12,3456"], ["1,125", "12,3456"], ","),
        ([1.125, "> 12,34"], ["1,125", "> 12,34"], ","),
        ([0.25, "0,5"], ["25%", "0,5"], ","),
    ],
)
def test_stored_numbers_take_the_mark_that_the_texts_beside_them_prove(
    cells: list[object], expected: list[str], mark: str
) -> None:
    formats = {"A1": "0%"} if cells[0] == 0.25 else None
    if formats:
        cells, expected = [*cells, 1.5], [*expected, "1,5"]
    found = sheet(book(cells, formats=formats))
    assert (found.records[0][1], found.decimal) == (expected, mark)


def test_a_text_that_reads_as_two_numbers_beside_stored_ones_is_asked() -> None:
    content = book(["value"], [1.5], ["1,250"])
    assert refused(book(["value"], [1.5], ["123.456"])).code == "ambiguous_decimal"
    error = refused(content)
    (question,) = error.questions
    assert (error.code, question.kind, question.cells) == ("ambiguous_decimal", "decimal", ("1,250",))
    assert {choice.answer: choice.preview for choice in question.choices} == {".": ("1250",), ",": ("1.250",)}
    assert sheet(content, decimal=",").records[1:] == [(2, ["1,5"]), (3, ["1,250"])]
    assert sheet(content, decimal=".").records[1:] == [(2, ["1.5"]), (3, ["1,250"])]


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda old: BOMB + old, "archive_bomb"),
        (lambda old: (BOMB + old).decode().encode("utf-16"), "archive_bomb"),
        (
            lambda old: (BOMB + b"<x/>").decode().replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16"),
            "archive_bomb",
        ),
        (lambda old: b"<!-- " + b"x" * 70_000 + b" -->" + old, "damaged"),
        (lambda old: old[: len(old) // 2], "damaged"),
        (lambda old: b"", "damaged"),
        (lambda old: old.replace(b"<sheetData>", b"<sheetData>" + b" " * 60_000_000), "archive_bomb"),
        (lambda old: old.replace(b'r="A1"', b'r="ZZZ1"'), "damaged"),
        (lambda old: old.replace(b'r="A1"', b'r="BCD1"'), "too_wide"),
        (lambda old: old.replace(b'r="1"', b'r="1048577"'), "damaged"),
        (lambda old: old.replace(b"</c>", b'</c><c r="A1"><v>43</v></c>', 1), "damaged"),
        (lambda old: old.replace(b't="n"><v>42', b't="s"><v>0'), "damaged"),
        (lambda old: old.replace(b't="n"><v>42', b't="n" s="-1"><v>42'), "damaged"),
        (
            lambda old: old.replace(
                b"schemas.openxmlformats.org/spreadsheetml/2006", b"purl.oclc.org/ooxml/spreadsheetml"
            ),
            "not_text",
        ),
    ],
)
def test_sheets_that_are_damaged_or_made_to_do_harm_are_refused(change: object, code: str) -> None:
    content = book(["x", 42])
    changed = rewritten(content, "xl/worksheets/sheet1.xml", change)
    assert changed != content
    assert refused(changed).code == code


def test_a_listed_sheet_that_is_not_there_makes_the_workbook_damaged() -> None:
    made = openpyxl.Workbook()
    made.active.append(["x"])
    made.create_sheet("Second").append(["y"])
    with zipfile.ZipFile(io.BytesIO(saved(made))) as archive:
        kept = [
            (one.filename, archive.read(one)) for one in archive.infolist() if "sheet2" not in one.filename
        ]
    assert refused(zipped(*kept)).code == "damaged"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped(("labs.csv", CSV)), "damaged"),
        (zipped(("xl/workbook.bin", b"x")), "not_text"),
        (zipped(("[Content_Types].xml", b"<Types/>")), "damaged"),
        (book(["x"])[:-30], "damaged"),
        (book([None]), "empty"),
    ],
)
def test_packages_that_are_no_workbook_are_refused(content: bytes, code: str) -> None:
    assert refused(content).code == code


def test_no_cell_of_a_workbook_stands_in_an_error() -> None:
    content = rewritten(
        book(["Xq7-cell", 42]), "xl/worksheets/sheet1.xml", lambda old: old.replace(b"<v>42", b"<v>4x2")
    )
    assert "Xq7" not in str(refused(content)) and "4x2" not in str(refused(content))


# The question about an encoding


def test_the_cells_that_tell_most_come_first() -> None:
    content = "name,unit\nFerritin,µg/L\nFerritin,µg/L\nFolsäure,ng/mL\nEisen,µmol/L\n".encode("cp1252")
    question = encoding_question("labs.csv", "key", content)
    assert question.cells == ("\\xb5g/L", "Fols\\xe4ure", "\\xb5mol/L")
    previews = {choice.answer: choice.preview for choice in question.choices}
    assert previews["cp1252"] == ("µg/L", "Folsäure", "µmol/L")
    assert previews["mac_roman"][0] == "µg/L"
    assert previews["mac_roman"][1] != "Folsäure"
    assert previews["cp850"][0] != "µg/L"


def test_the_question_is_quick_in_a_large_file() -> None:
    cells = encoding_question("labs.csv", "", b"\xb5g/L;" * 2_000_000).cells
    assert cells == ("\\xb5g/L",)


def test_the_tables_about_bytes_are_sound() -> None:
    assert tuple(single_byte_encodings()) == ALLOWED["encoding"]
    named = {*single_byte_encodings(), *charsets("ldt").values(), *charsets("hl7v2").values()}
    assert {codecs.lookup(name).name for name in named}
    for pair, meaning in mojibake().items():
        assert meaning.encode().decode("cp1252") == pair
    assert all(kind.advice.endswith(".") for kind in magics())
    assert all(start == start.lower() and more == more.lower() for start, more, _ in text_kinds())


def test_adler_is_not_asked_for() -> None:
    """A zlib stream without the gzip frame is not taken for gzip."""
    assert unpack("labs.csv.gz", zlib.compress(CSV))[0].content == zlib.compress(CSV)
