"""Chapter: wide tables become long ones. The header gives test, unit and range, or the date."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from rls_dash.answers import AnswerBook, Answers, ReadOptions
from rls_dash.ingest.formats import Role, header_units, preamble_labels, table_rows
from rls_dash.ingest.header_dates import (
    dated_column,
    dates_only,
    holds_date,
    is_date,
    is_stamp,
    under_dates,
)
from rls_dash.ingest.header_units import NamedColumn, analyte_column
from rls_dash.ingest.layout import layout_key
from rls_dash.ingest.mapping import score_header
from rls_dash.ingest.shapes import to_long, wide_score
from rls_dash.ingest.table import RawTable
from rls_dash.ingest.tabular import read_table, table_of_records
from rls_dash.knowledge import load_knowledge
from rls_dash.model import FileError
from rls_dash.normalise.identify import Fate, identifier_for
from rls_dash.normalise.units import clean_unit
from rls_dash.pipeline import InputFile, analyse

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "dialects"
SAMPLES = ("wide_by_analyte", "wide_by_date", "wide_units_row", "date_pairs", "key_value", "easydraw")


def names_analyte(text: str) -> bool:
    return identifier_for(load_knowledge()).identify(text, "", "", "").fate is not Fate.NOT_TRACKED


def is_unit(text: str) -> bool:
    return clean_unit(text) in load_knowledge().unit_spellings


def score(cells: list[str]) -> int:
    return score_header(cells) or wide_score(cells, names_analyte)


def long(text: str) -> RawTable:
    return to_long(read_table("labs.csv", text, score), names_analyte, is_unit)


def cells(table: RawTable, *roles: Role) -> list[tuple[str, ...]]:
    """The cells of each row under these roles."""
    places = [table.roles.index(role) for role in roles]
    return [tuple(row[place] for place in places) for row in table.rows]


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_gives_what_a_reader_finds_by_hand(name: str) -> None:
    expected = list(csv.DictReader((GOLDEN / name / "expected.csv").read_text(encoding="utf-8").splitlines()))
    said = GOLDEN / name / "answers.toml"
    answers = Answers(**tomllib.loads(said.read_text(encoding="utf-8"))) if said.exists() else Answers()
    (sample,) = (GOLDEN / name).glob("*[!d].csv")
    analysis = analyse(
        [InputFile(sample.name, sample.read_bytes())],
        load_knowledge(),
        ReadOptions(answers=AnswerBook(answers)),
    )
    assert not analysis.errors
    columns = ["patient_id", "analyte", "collected_at", "comparator", "unit"]
    found = {
        tuple(map(str, row[:-1])): row[-1]
        for row in analysis.results[[*columns, "value"]].itertuples(index=False, name=None)
    }
    wanted = {tuple(row[column] for column in columns): float(row["value"]) for row in expected}
    assert found == pytest.approx(wanted, rel=1e-6)
    assert len(analysis.results) == len(expected)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Ferritin {ng/ml} [15-150]", NamedColumn("Ferritin", "ng/ml", "15-150")),
        ("Ferritin (ng/mL)", NamedColumn("Ferritin", "ng/mL")),
        ("Ferritin [ng/mL]", NamedColumn("Ferritin", "ng/mL")),
        ("Ferritin [15 – 150] (ng/mL)", NamedColumn("Ferritin", "ng/mL", "15 – 150")),
        ("Ferritin (15-150 ng/mL)", NamedColumn("Ferritin", "ng/mL", "15-150")),
        ("Ferritin (ng/mL; <150)", NamedColumn("Ferritin", "ng/mL", "<150")),
        ("Ferritin {ng/mL} {15-150}", NamedColumn("Ferritin", "ng/mL", "15-150")),
        ("Ferritin [15-150] [ng/mL]", NamedColumn("Ferritin", "ng/mL", "15-150")),
        ("Ferritin (15-150) (ng/mL)", NamedColumn("Ferritin", "ng/mL", "15-150")),
        ("CRP [0.25-10.55] (mg/L)", NamedColumn("CRP", "mg/L", "0.25-10.55")),
        ("CRP (0,25 bis 10,55 mg/L)", NamedColumn("CRP", "mg/L", "0,25 bis 10,55")),
        ("CRP (<10.55 mg/L)", NamedColumn("CRP", "mg/L", "<10.55")),
        ("Ferritin [15 \u2014 150]", NamedColumn("Ferritin", "", "15 \u2014 150")),
        ("Ferritin [15 to 150]", NamedColumn("Ferritin", "", "15 to 150")),
        ("Ferritin [15..150]", NamedColumn("Ferritin", "", "15..150")),
        ("Ferritin [> 15]", NamedColumn("Ferritin", "", "> 15")),
        ("Ferritin [\u2264150]", NamedColumn("Ferritin", "", "\u2264150")),
        ("Ferritin [\u226515]", NamedColumn("Ferritin", "", "\u226515")),
        ("Ferritin ( ng/mL )", NamedColumn("Ferritin", "ng/mL")),
        ("Ferritin (ng 15-150 mL)", NamedColumn("Ferritin (ng 15-150 mL)")),
        ("Ferritin (ng/ 15-150 mL)", NamedColumn("Ferritin (ng/ 15-150 mL)")),
        ("Ferritin (ng/mL) (\u00b5g/L)", NamedColumn("Ferritin (ng/mL)", "\u03bcg/L")),
        ("Ferritin [15-150] [12-160] (ng/mL)", NamedColumn("Ferritin [15-150]", "ng/mL", "12-160")),
        ("Ferritin {} (ng/mL)", NamedColumn("Ferritin {}", "ng/mL")),
        ("Magnesium, RBC, mg/dL", NamedColumn("Magnesium, RBC", "mg/dL")),
        ("Ferritin, serum/plasma", NamedColumn("Ferritin, serum/plasma")),
        ("eGFR mL/min/1.73 m2", NamedColumn("eGFR", "mL/min/1.73 m2")),
        ("% TSAT", NamedColumn("% TSAT", "%")),
        ("% TSAT (mg/dL)", NamedColumn("% TSAT", "mg/dL")),
        ("TSAT , %", NamedColumn("TSAT", "%")),
        ("Hemoglobin g / dL", NamedColumn("Hemoglobin", "g / dL")),
        ("eGFR mL/min per 1.73 m2", NamedColumn("eGFR", "mL/min per 1.73 m2")),
        ("eGFR mL/min per 1.73 square meters", NamedColumn("eGFR", "mL/min per 1.73 square meters")),
        ("Ferritin (ng 15-150 / mL)", None),
        ("Ferritin: (ng/mL)", NamedColumn("Ferritin", "ng/mL")),
        ("Ferritin,\t(ng/mL)", NamedColumn("Ferritin", "ng/mL")),
        ("Ferritin_(ng/mL)", NamedColumn("Ferritin", "ng/mL")),
        ("Ferritin - (ng/mL)", NamedColumn("Ferritin", "ng/mL")),
        ("Ferritin \u2013 (ng/mL)", NamedColumn("Ferritin", "ng/mL")),
        ("TSAT, %", NamedColumn("TSAT", "%")),
        ("Ferritin, \u00b5g/L", NamedColumn("Ferritin", "\u03bcg/L")),
        ("Ferritin, \u03bcg/L", NamedColumn("Ferritin", "\u03bcg/L")),
        ("Vitamin B12 pmol/L", NamedColumn("Vitamin B12", "pmol/L")),
        ("ferritin_ng_ml", NamedColumn("ferritin", "ng/ml")),
        ("crp_mg_dl", NamedColumn("crp", "mg/dl")),
        ("hgb_g_dl", NamedColumn("hgb", "g/dl")),
        ("CRP_MG_DL", NamedColumn("CRP", "MG/DL")),
        ("Magnesium, RBC (mg/dL)", NamedColumn("Magnesium, RBC", "mg/dL")),
        ("Folate (RBC) [ng/mL]", NamedColumn("Folate (RBC)", "ng/mL")),
        ("Vitamin D (25-OH) (ng/mL)", NamedColumn("Vitamin D (25-OH)", "ng/mL")),
        ("eGFR {mL/min/1.73m2}", NamedColumn("eGFR", "mL/min/1.73m2")),
        ("TSAT %", NamedColumn("TSAT %", "%")),
        ("Ferritin {schwuppdi}", NamedColumn("Ferritin", "schwuppdi")),
        ("Ferritin {ng/mL} {fasting}", NamedColumn("Ferritin {fasting}", "ng/mL")),
        ("Ferritin {fasting} {ng/mL}", NamedColumn("Ferritin {fasting}", "ng/mL")),
        ("Ferritin (ng/mL) {fasting}", NamedColumn("Ferritin {fasting}", "ng/mL")),
        ("Ferritin {fasting} [15-150]", NamedColumn("Ferritin", "fasting", "15-150")),
        ("Ferritin {fasting} {schwuppdi}", NamedColumn("Ferritin {fasting}", "schwuppdi")),
        ("Ferritin (total)", NamedColumn("Ferritin (total)")),
        ("Ferritin", NamedColumn("Ferritin")),
        ("Mg (mmol/L)", NamedColumn("Mg", "mmol/L")),
        ("ferritin_flag", NamedColumn("ferritin", role=Role.LAB_FLAG)),
        ("ferritin-flag", NamedColumn("ferritin", role=Role.LAB_FLAG)),
        ("ferritin.flag", NamedColumn("ferritin", role=Role.LAB_FLAG)),
        ("Ferritin: flag", NamedColumn("Ferritin", role=Role.LAB_FLAG)),
        ("Ferritin - flag", NamedColumn("Ferritin", role=Role.LAB_FLAG)),
        ("Vitamin B12 flag", NamedColumn("Vitamin B12", role=Role.LAB_FLAG)),
        ("Ferritin unit", NamedColumn("Ferritin", role=Role.UNIT)),
        ("ferritin_ref_low", NamedColumn("ferritin", role=Role.REFERENCE_LOW)),
        ("Ferritin result (ng/mL)", NamedColumn("Ferritin", "ng/mL")),
        ("Mood", None),
        ("Weight (kg)", None),
        ("mg/dL", None),
        ("", None),
    ],
)
def test_a_header_gives_test_unit_and_range(header: str, expected: NamedColumn | None) -> None:
    assert analyte_column(header, names_analyte, is_unit) == expected


def test_every_ending_of_a_header_stands_for_a_known_unit() -> None:
    assert not [ending for ending, unit in header_units().items() if not is_unit(unit)]


def test_only_listed_endings_are_rewritten() -> None:
    """`Mg_dL` is a megagram where it is a unit at all: case counts."""
    assert analyte_column("ferritin_Mg_dL", names_analyte, is_unit) == NamedColumn("ferritin_Mg_dL")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("2023-06-12", ("2023-06-12", Role.VALUE)),
        ("12/06/2023", ("12/06/2023", Role.VALUE)),
        ("12.06.23", ("12.06.23", Role.VALUE)),
        ("21-Jul-26", ("21-Jul-26", Role.VALUE)),
        ("3 März 2024", ("3 März 2024", Role.VALUE)),
        ("2023-04-05 range", ("2023-04-05", Role.REFERENCE_RANGE)),
        ("2023-04-05 result", ("2023-04-05", Role.VALUE)),
        ("Ergebnis (05.04.2023)", ("05.04.2023", Role.VALUE)),
        ("2023-04-05 08:30 Flag", ("2023-04-05 08:30", Role.LAB_FLAG)),
        ("2023-06", ("2023-06", Role.VALUE)),
        ("12.5-20", None),
        ("15-150", None),
        ("Week 24", None),
        ("12 drops 2024", None),
        ("2023-04-05 mood", None),
        ("Ferritin", None),
    ],
)
def test_a_header_gives_a_date(header: str, expected: tuple[str, Role] | None) -> None:
    assert dated_column(header) == expected


# Between them every digit stands in every place that can hold it.
HEADER_DAYS = [
    (2001, 1, 1),
    (1909, 9, 9),
    (1990, 1, 19),
    (2008, 8, 18),
    (2019, 10, 29),
    (2100, 12, 31),
    (2120, 11, 20),
    (2037, 7, 30),
]
HEADER_FORMS = (
    *(
        "{y}-{m}-{d}",
        "{y}/{m}/{d}",
        "{y}.{m}.{d}",
        "{d}-{m}-{y}",
        "{d}/{m}/{y}",
        "{d}.{m}.{y}",
        "{d}.{m}.{s}",
    ),
    *(
        "{y}年{m}月{d}日",
        "{y}{m}{d}",
        "{d} {name} {y}",
        "{d}-{name}-{s}",
        "{d}.{name}.{s}",
        "{d}. {name}. {y}",
    ),
    *(
        "{d} {name}, {y}",
        "{name} {d}, {y}",
        "{name}. {d} {y}",
        "{name}  {d}   {y}",
        "{y}-{m}",
        "{y}/{m}",
        "{y}.{m}",
    ),
    *("{m}-{y}", "{m}/{y}", "{m}.{y}"),
)
HEADER_NAMES = "Jan Feb März April Mai juin července Aug września Oktober november Dec".split()


@pytest.mark.parametrize("form", HEADER_FORMS)
def test_every_day_is_a_header_in_every_form(form: str) -> None:
    for year, month, day in HEADER_DAYS:
        for m, d in {(f"{month:02d}", f"{day:02d}"), (str(month), str(day))}:
            padded = len(m) == len(d) == 2
            if not padded and form in ("{y}{m}{d}", "{y}-{m}", "{y}/{m}", "{y}.{m}"):
                continue
            printed = form.format(y=year, s=f"{year % 100:02d}", m=m, d=d, name=HEADER_NAMES[month - 1])
            assert is_date(printed), printed
            assert dated_column(f"{printed} result") == (printed, Role.VALUE), printed
            assert dated_column(f"Unit ({printed})") == (printed, Role.UNIT), printed
            for clock in (" 8:15", "T09:59", " 20:08:38", "  19:40:29"):
                assert dated_column(printed + clock) == (printed + clock, Role.VALUE), printed


def test_shifted_years_and_long_months_are_days_too() -> None:
    for printed in ("2200-12-31", "5 października 2025", "października 5, 2025"):
        assert is_date(printed), printed


@pytest.mark.parametrize("joint", [" ", "  ", "_", ":", ",", "|", "(", "-", " - ", ", "])
def test_a_date_and_its_word_are_joined_in_many_ways(joint: str) -> None:
    close = ")" if joint == "(" else ""
    for printed in ("2023-04-05", "5 April 2023", "05.04.2023 08:15"):
        assert dated_column(f"{printed}{joint}result{close}") == (printed, Role.VALUE)
        assert dated_column(f"result{joint}{printed}{close}") == (printed, Role.VALUE)
    assert dated_column("2023-04-05result") is None
    assert dated_column("result2023-04-05") is None
    assert dated_column("2023-04-05) unit ( )") == ("2023-04-05", Role.UNIT)
    assert dated_column("unit ((2023-04-05 ))") == ("2023-04-05", Role.UNIT)


@pytest.mark.parametrize(
    ("header", "holds"),
    [
        ("Ferritin 2023-06-12", True),
        ("Ferritin (2023-06-12)", True),
        ("2023-06-12: Ferritin", True),
        ("12 drops 2024, 2023-06-12", True),
        ("Ferritin 5 Mar 2024 old", True),
        ("Ferritin", False),
        ("v2023-06-12", False),
        ("1.12.05.2023", False),
        ("12.06.2023a", False),
        ("12.06.2023.5", False),
        ("12.06.2023..5", False),
        ("2023-06-12.", True),
        ("12 drops 2024", False),
        ("drops 12 2024", False),
    ],
)
def test_a_date_inside_a_header_stands_by_itself(header: str, holds: bool) -> None:
    assert holds_date(header) is holds


@pytest.mark.parametrize(
    ("record", "count"),
    [
        (["", "2023-06-12", "", "12.07.2023"], 2),
        (["", "2023-06-12", "Comment"], 0),
        (["2023-06-12", "2023-07-12"], 0),
        (["", " ", ""], 0),
        ([], 0),
    ],
)
def test_a_record_of_dates_alone_starts_blank(record: list[str], count: int) -> None:
    assert dates_only(record) == count


@pytest.mark.parametrize(
    ("header", "stamp"),
    [
        ("Exported: Aug 9, 2026", True),
        ("Exported: 2026-08-09 10:30", True),
        ("Exported", False),
        ("Ferritin: Aug 9, 2026", False),
    ],
)
def test_the_day_an_export_was_made_is_no_day_of_a_result(header: str, stamp: bool) -> None:
    assert is_stamp(header) is stamp


def test_no_dates_above_change_no_header() -> None:
    assert under_dates(["", " "], ["Test", "Result"]) == ["Test", "Result"]
    assert under_dates(["", "", "12.05.2023"], ["Test", "Result"]) == ["Test", "Result"]


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("result", Role.VALUE),
        ("unit", Role.UNIT),
        ("range", Role.REFERENCE_RANGE),
        ("range_low", Role.REFERENCE_LOW),
        ("range_high", Role.REFERENCE_HIGH),
        ("flag", Role.LAB_FLAG),
        ("qualifier", Role.COMPARATOR),
        ("status", Role.STATUS),
        ("patient_id", None),
    ],
)
def test_what_may_stand_once_per_date(word: str, role: Role | None) -> None:
    assert dated_column(f"2023-04-05 {word}") == (role and ("2023-04-05", role))
    assert dated_column(f"{word} 2023-04-05") == (role and ("2023-04-05", role))


def test_a_row_of_dates_over_the_header_speaks_of_the_columns_below() -> None:
    above = ["", "", "12.05.2023", "", "20.02.2024"]
    header = ["Test", "Unit", "Result", "Range", "Result", "Range", "Comment"]
    assert under_dates(above, header) == [
        "Test",
        "Unit",
        "12.05.2023 Result",
        "12.05.2023 Range",
        "20.02.2024 Result",
        "20.02.2024 Range",
        "Comment",
    ]


def test_a_column_behind_the_last_date_is_of_no_date() -> None:
    header = ["Test", "Result", "Result", "Unit"]
    assert under_dates(["", "12.05.2023", "20.02.2024", ""], header)[3] == "Unit"
    assert under_dates(["", "12.05.2023"], ["Test", "Result", "Unit"])[2] == "12.05.2023 Unit"


def test_a_blank_cell_is_a_test_not_done_and_a_word_is_a_result() -> None:
    table = long("patient_id,date,Ferritin (ng/mL),CRP (mg/L)\nP1,2025-03-05, ,pending\nP2,2025-03-06,<5,\n")
    assert cells(table, Role.PATIENT_ID, Role.TEST, Role.VALUE, Role.UNIT) == [
        ("P1", "CRP", "pending", "mg/L"),
        ("P2", "Ferritin", "<5", "ng/mL"),
    ]
    assert table.lines == [2, 3]


def test_a_row_without_any_result_is_counted() -> None:
    table = long("patient_id,date,Ferritin (ng/mL)\nP1,2025-03-05,\nP2,2025-03-06,5\n")
    assert [(note.code, note.message[:8]) for note in table.notes] == [("rows_without_results", "1 row(s)")]


def test_a_column_of_no_test_is_listed_and_not_counted() -> None:
    table = long("patient_id,date,Ferritin (ng/mL),Mood\nP1,2025-03-05,5,good\n")
    assert len(table.rows) == 1
    assert [(note.code, note.reported) for note in table.notes] == [("unused_columns", "Mood")]
    assert dict(zip(table.header, table.roles, strict=True))["Mood"] is None


def test_no_unit_anywhere_is_an_empty_unit() -> None:
    assert cells(long("patient_id,date,Ferritin,CRP\nP1,2025-03-05,5,1\n"), Role.UNIT) == [("",), ("",)]


def test_columns_beside_a_test_belong_to_it() -> None:
    table = long(
        "patient_id,visit_date,date,ferritin,ferritin_unit,ferritin_flag,ferritin_low,ferritin_high,b12,b12_unit,b12_date\n"
        "P1,,2025-03-05,5,ng/mL,L,15,150,300,pg/mL,2025-03-06\n"
    )
    roles = (Role.TEST, Role.VALUE, Role.UNIT, Role.LAB_FLAG, Role.REFERENCE_LOW, Role.REFERENCE_HIGH)
    assert cells(table, *roles, Role.COLLECTED_AT, Role.COLLECTED_DATE) == [
        ("ferritin", "5", "ng/mL", "L", "15", "150", "", "2025-03-05"),
        ("b12", "300", "pg/mL", "", "", "", "2025-03-06", "2025-03-05"),
    ]


def test_a_unit_beside_a_test_outranks_none_in_the_header() -> None:
    table = long("patient_id,date,Ferritin (ng/mL),Ferritin unit\nP1,2025-03-05,5,ug/dL\nP2,2025-03-05,5,\n")
    assert cells(table, Role.UNIT) == [("ug/dL",), ("ng/mL",)]


@pytest.mark.parametrize(
    "units",
    [",,ng/mL,pg/mL,mmol/L", "unit,,ng/mL,pg/mL,", "Einheit,,ng/mL,pg/mL,mmol/L", ",,ng/mL,pg/mL,schwuppdi"],
)
def test_a_second_header_row_gives_units(units: str) -> None:
    table = long(f"patient_id,date,Ferritin,Vitamin B12,Magnesium\n{units}\nP1,2025-03-05,42,300,0.8\n")
    assert cells(table, Role.UNIT) == [(unit,) for unit in units.split(",")[2:]]
    assert [(note.code, note.line) for note in table.notes] == [("unit_row", 2)]
    assert table.lines == [3, 3, 3]


@pytest.mark.parametrize(
    "row", ["P9,,ng/mL,pg/mL,", ",,42,pg/mL,", ",,QNS,QNS,", ",2025-01-01,ng/mL,,", ",,ng/mL,QNS,pending"]
)
def test_a_row_that_may_be_a_result_is_no_row_of_units(row: str) -> None:
    table = long(f"patient_id,date,Ferritin,Vitamin B12,CRP\n{row}\nP1,2025-03-05,42,300,1\n")
    assert "unit_row" not in [note.code for note in table.notes]
    assert set(cells(table, Role.UNIT)) == {("",)}


def test_one_test_in_two_units_is_used_once() -> None:
    table = long(
        "patient_id,date,B12 (pg/mL),B12 (pmol/L)\n"
        "P1,2025-03-05,300,221\nP2,2025-03-05,,221\nP3,2025-03-05,300,\n"
    )
    assert cells(table, Role.VALUE, Role.UNIT) == [("300", "pg/mL"), ("221", "pmol/L"), ("300", "pg/mL")]
    assert [note.code for note in table.notes] == ["several_units"]


@pytest.mark.parametrize(("second", "fails"), [("43", True), ("42", False), ("", False)])
def test_one_test_twice_in_one_unit_must_agree(second: str, fails: bool) -> None:
    text = f"patient_id,date,Ferritin,Ferritin\nP1,2025-03-05,42,{second}\n"
    if fails:
        with pytest.raises(FileError) as refused:
            long(text)
        assert (refused.value.code, refused.value.line) == ("ambiguous_columns", 1)
    else:
        assert cells(long(text), Role.VALUE) == [("42",)]


@pytest.mark.parametrize("row", ["P1,2025-03-05,300,0.8", "P1,2025-03-05,42,5,300,0.8"])
def test_a_row_of_another_width_gives_no_result(row: str) -> None:
    """A cell less or more moves values under other tests: 300 pg/mL of B12 would be read as ferritin."""
    content = f"patient_id,date,Ferritin (ng/mL),B12 (pg/mL),Magnesium (mmol/L)\n{row}\n"
    analysis = analyse([InputFile("labs.csv", content.encode())], load_knowledge())
    assert analysis.counts["rows_in"] == analysis.counts["set_aside"] == 1


def test_a_worksheet_leaves_blank_cells_at_the_end_out() -> None:
    records = [(1, ["patient_id", "date", "Ferritin", "CRP"]), (2, ["P1", "2025-03-05", "42"]), (3, ["", ""])]
    table = to_long(table_of_records("labs.xlsx", records, score), names_analyte, is_unit)
    assert cells(table, Role.TEST, Role.VALUE) == [("Ferritin", "42")]


def test_of_two_columns_for_one_role_the_preferred_one_is_used() -> None:
    table = long("id,patient_id,date,collection_date,Ferritin\n9,P1,2020-01-01,2025-03-05,42\n")
    assert cells(table, Role.PATIENT_ID, Role.COLLECTED_AT) == [("P1", "2025-03-05")]
    assert [role for role in table.roles if role].count(Role.PATIENT_ID) == 1
    assert dict(zip(table.header, table.roles, strict=True))["date"] is None


def test_one_column_per_date() -> None:
    table = long(
        "marker_id,marker_name,unit,12/06/2023,20/02/2024\n"
        "Fer,Ferritin,ng/mL,65,\nB12,Vitamin B12,pg/mL,<150,300\n"
    )
    roles = (Role.CODE, Role.TEST, Role.UNIT, Role.COLLECTED_AT, Role.VALUE)
    assert cells(table, *roles) == [
        ("Fer", "Ferritin", "ng/mL", "12/06/2023", "65"),
        ("B12", "Vitamin B12", "pg/mL", "12/06/2023", "<150"),
        ("B12", "Vitamin B12", "pg/mL", "20/02/2024", "300"),
    ]
    assert table.lines == [2, 3, 3]


def test_a_pair_of_columns_per_date_with_flags_behind_the_unit() -> None:
    table = long(
        "Test,2023-04-05 range,2023-04-05 result,2024-04-05 range,2024-04-05 result\n"
        "Ferritin,15-150,105 ng/mL +++,,--\nCRP,0-5,,,7 mg/L\n"
    )
    roles = (Role.COLLECTED_AT, Role.VALUE, Role.LAB_FLAG, Role.REFERENCE_RANGE)
    assert cells(table, *roles) == [
        ("2023-04-05", "105 ng/mL", "+++", "15-150"),
        ("2024-04-05", "--", "", ""),
        ("2024-04-05", "7 mg/L", "", ""),
    ]


def test_the_same_date_twice_is_two_draws() -> None:
    table = long("patient_id,test,unit,2023-06-12,2023-06-12\nP1,Ferritin,ng/mL,65,54\n")
    assert cells(table, Role.COLLECTED_AT, Role.VALUE) == [("2023-06-12", "65"), ("2023-06-12", "54")]


def test_the_unit_may_stand_in_the_name_of_the_test() -> None:
    table = long("test,2023-06-12,2024-02-20\nFerritin (ng/mL) [15-150],65,54\n")
    assert cells(table, Role.UNIT, Role.REFERENCE_RANGE) == [("ng/mL", "15-150")] * 2


@pytest.mark.parametrize("first", ["", "Blutwert"])
def test_the_first_column_names_the_tests_when_nothing_else_does(first: str) -> None:
    table = long(f"{first},2023-06-12,2024-02-20\nIron panel,,\nFerritin,65,54\n")
    assert cells(table, Role.TEST, Role.VALUE) == [("Ferritin", "65"), ("Ferritin", "54")]
    assert [note.code for note in table.notes] == ["section_titles"]


def test_dates_without_any_test_are_refused() -> None:
    with pytest.raises(FileError) as refused:
        long(",2023-06-12,2024-02-20\nAnna,65,54\nBert,66,55\n")
    assert refused.value.code == "no_test_column"


def test_an_id_beside_the_tests_is_nobodys() -> None:
    """`id` may number the tests: each test would become the result of another patient."""
    table = long("id,test,unit,2023-06-12,2024-02-20\n1,Ferritin,ng/mL,65,54\n")
    assert Role.PATIENT_ID not in table.roles


def test_a_date_over_the_column_of_results() -> None:
    table = long(
        ',,21-Jul-26\n"Exported: Aug 9, 2026",Unit,EasyDraw Ultimate Health Test\n'
        "Iron,,\nFerritin,ng/mL,<6.2\n"
    )
    assert cells(table, Role.COLLECTED_AT, Role.TEST, Role.VALUE) == [("21-Jul-26", "Ferritin", "<6.2")]
    assert [note.code for note in table.notes] == ["date_row", "section_titles"]


def test_a_lone_date_over_a_good_header_is_not_taken_for_that_of_the_results() -> None:
    table = read_table("labs.csv", ",,2025-04-01\npatient_id,test,value,unit\nP1,Ferritin,5,ng/mL\n", score)
    assert table.header == ("patient_id", "test", "value", "unit")
    assert table.preamble == 1


@pytest.mark.parametrize(
    "header",
    [
        "patient_id,date,test,value,unit",
        "Parameter,Value,Unit,Reference_Range",
        "Biomarker Name,Value,Status,Recorded On Date",
        "Subject,Performer,Collection Date,Report Description,LOINC Code,Code Description,Value,Range,Units",
        "patient_id,date,test,value,unit,Iron supplement",
    ],
)
def test_a_long_table_is_left_as_it_is(header: str) -> None:
    table = read_table("labs.csv", header + "\n" + ",".join("x" * (header.count(",") + 1)) + "\n", score)
    assert to_long(table, names_analyte, is_unit) is table


@pytest.mark.parametrize(
    "header",
    [
        "patient_id,date,test,value,Ferritin,Magnesium",
        "test,value,unit,2023-06-12,2024-02-20",
        "patient_id,Ferritin,2023-06-12",
        "patient_id,Ferritin 2023-06-12,Ferritin 2024-02-20",
    ],
)
def test_two_shapes_at_once_are_refused_with_what_to_do(header: str) -> None:
    table = RawTable("labs.csv", tuple(header.split(",")), 1, ",", [], [], 0, 0)
    with pytest.raises(FileError) as refused:
        to_long(table, names_analyte, is_unit)
    assert refused.value.code == "two_shapes"
    assert "load them as two files" in str(refused.value)


@pytest.mark.parametrize(
    ("cells_", "is_header"),
    [
        ("patient_id,date,Ferritin", True),
        ("Ferritin,Folate,B12", True),
        ("計測日時,ALT(GPT),ヘモグロビン量 Hb", True),
        ("test,2023-06-12", True),
        (",2023-06-12,2024-02-20", True),
        ("P1,2025-03-05,Ferritin,42,ng/mL", False),
        ("Ferritin,42", False),
        ("Ferritin,B12,300", False),
        (",,Iron,Iron", False),
        ("Ferritin", False),
        ("City lab,2025-03-05", False),
        ("patient_id,date,2023-06-12,2024-02-20", False),
        ("patient_id,test,date,2023-06-12,2024-02-20", False),
        ("Mood,Weight", False),
        (f"{'Ferritin ' * 10},B12", False),
    ],
)
def test_a_wide_header_is_told_from_a_row_of_data(cells_: str, is_header: bool) -> None:
    assert bool(wide_score(cells_.split(","), names_analyte)) is is_header


def test_a_layout_is_the_same_for_the_next_export() -> None:
    first = layout_key(["test", "unit", "2023-06-12", "2024-02-20"])
    assert first == layout_key(["Test", " UNIT", "01.02.2025", "03.04.2025", "05.06.2025"])
    assert first != layout_key(["unit", "test", "2023-06-12"])
    assert layout_key(["a", "value", "value"]) != layout_key(["a", "value"])
    assert layout_key(["a"], "one label") != layout_key(["a"], "another")
    assert layout_key(["Exported: Aug 9, 2026", "Unit"]) == layout_key(["Exported: Sep 1, 2026", "Unit"])
    assert len(first) == 16


def test_the_layout_of_a_wide_table_is_that_of_its_own_header() -> None:
    text = "patient_id,date,Ferritin,CRP\nP1,2025-03-05,5,1\n"
    assert long(text).layout == layout_key(["patient_id", "date", "Ferritin", "CRP"])


@pytest.mark.parametrize(
    ("name", "column", "allowed"),
    [
        ("preamble_labels.csv", "meaning", {"patient", "collected", "unit", "date_order", "stamp"}),
        ("footer_labels.csv", "meaning", {"count", "end", "page"}),
        ("companion_words.csv", "role", set(Role)),
    ],
)
def test_the_tables_of_words_are_sound(name: str, column: str, allowed: set[str]) -> None:
    rows = table_rows(name)
    words = [next(iter(row.values())).casefold() for row in rows]
    assert len(words) == len(set(words)), sorted({word for word in words if words.count(word) > 1})
    assert {row[column] for row in rows} <= allowed
    assert all(word == word.strip() for word in words)


def test_labels_cover_many_languages() -> None:
    known = preamble_labels()
    assert all(
        known[label] == "collected"
        for label in ("collection date", "entnahmedatum", "date de prélèvement", "datum odběru", "採血日")
    )


def test_is_date_needs_one_kind_of_mark() -> None:
    assert is_date("12.05.2023")
    assert not is_date("12.05-2023")
