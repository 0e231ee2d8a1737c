"""Chapter: cases 18-52 of the damaged and unusual files, each through the whole pipeline.

What is expected is the case table's; where it is not, the reason stands in the test.
"""

from __future__ import annotations

import pytest

from rls_dash.answers import AnswerBook, Answers, ReadOptions
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse

HEADER = "patient_id,date,test,value,unit\n"
FERRITIN = "P1,2025-03-05,Ferritin,42,ng/mL\n"
B12 = "P2,2025-03-06,Vitamin B12,300,pg/mL\n"
PLAIN = HEADER + FERRITIN + B12


def read(content: str, **answers: object) -> Analysis:
    """One file through the pipeline, with answers about every file."""
    book = AnswerBook(Answers(**answers))  # type: ignore[arg-type]
    return analyse([InputFile("labs.csv", content.encode())], load_knowledge(), ReadOptions(answers=book))


def values(analysis: Analysis) -> list[tuple[str, str, str]]:
    """(patient, analyte, value as reported) of every result."""
    frame = analysis.results[["patient_id", "analyte", "reported_value"]]
    return sorted(frame.astype(str).itertuples(index=False, name=None))


def codes(analysis: Analysis, severity: str = "") -> list[str]:
    """Codes of the issues, of one severity or all."""
    issues = analysis.issues
    return sorted(issues.loc[issues["severity"] == severity, "code"] if severity else issues["code"])


def note(analysis: Analysis, code: str) -> dict[str, object]:
    """The one note with this code."""
    (found,) = analysis.issues[analysis.issues["code"] == code].to_dict("records")
    return found


def refused(analysis: Analysis) -> tuple[str, int | None]:
    """(code, line) of the one error; nothing of the file is used."""
    (error,) = analysis.errors
    assert analysis.counts["rows_in"] == 0
    assert analysis.results.empty
    return error.code, error.line


def asked(analysis: Analysis) -> dict[str, list[str]]:
    """Kind → answers to choose from, of the questions of a file that waits."""
    (error,) = analysis.errors
    return {one.kind: [choice.answer for choice in one.choices] for one in error.questions}


EXPECTED = [("P1", "ferritin", "42"), ("P2", "vitamin_b12", "300")]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_case_018_another_delimiter_is_found_and_shown(delimiter: str) -> None:
    analysis = read(PLAIN.replace(",", delimiter))
    assert values(analysis) == EXPECTED
    assert analysis.files[0].delimiter == delimiter


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_case_019_the_sep_line_is_consumed(line: str, newline: str) -> None:
    analysis = read((f"{line}\n" + PLAIN.replace(",", ";")).replace("\n", newline))
    assert values(analysis) == EXPECTED
    assert list(analysis.results["source_row"]) == [3, 4]


def test_case_019_a_sep_line_that_names_the_wrong_delimiter_is_noted() -> None:
    analysis = read("sep=;\n" + PLAIN)
    assert values(analysis) == EXPECTED
    assert codes(analysis) == ["sep_line"]


@pytest.mark.parametrize(
    "content",
    [PLAIN.replace("\n", "\r"), HEADER + FERRITIN.replace("\n", "\r\n") + B12.replace("\n", "\r")],
)
def test_case_020_cr_only_and_mixed_line_ends(content: str) -> None:
    analysis = read(content)
    assert values(analysis) == EXPECTED
    assert list(analysis.results["source_row"]) == [2, 3]


def test_case_021_no_final_newline() -> None:
    analysis = read(PLAIN.rstrip("\n"))
    assert values(analysis) == EXPECTED
    assert codes(analysis) == []


def test_case_021_a_number_at_the_very_end_may_be_cut_and_is_noted() -> None:
    """`250` cut to `2` is a whole record when the value stands last: it is read, with a warning there."""
    analysis = read("patient_id,date,test,unit,value\nP1,2025-03-05,Ferritin,ng/mL,2")
    assert values(analysis) == [("P1", "ferritin", "2")]
    assert note(analysis, "no_line_end")["source_row"] == 2


@pytest.mark.parametrize("rest", ["P3,2025-03-07,Vitamin B12,2", "P3,2025-03-07", "P3"])
def test_case_022_a_short_last_record_without_newline_is_cut_off(rest: str) -> None:
    analysis = read(PLAIN + rest)
    assert refused(analysis) == ("truncated", 4)
    assert asked(analysis) == {"cut_off": ["use"]}
    used = read(PLAIN + rest, cut_off="use")
    assert values(used) == EXPECTED
    assert (note(used, "cut_off")["source_row"], note(used, "cut_off")["reported"]) == (4, rest)


def test_case_022_a_record_as_short_as_all_others_is_not_cut_off() -> None:
    rows = HEADER.replace("unit", "unit,comment") + FERRITIN + B12
    assert values(read(rows.rstrip("\n"))) == EXPECTED


def test_case_022_a_short_record_above_a_footer_is_not_the_end_of_the_file() -> None:
    analysis = read(PLAIN + "P3,2025-03-07,Vitamin B12\nEnde")
    assert values(analysis) == EXPECTED
    assert codes(analysis) == ["footer", "short_row"]


def test_case_022_the_answer_does_not_touch_a_whole_file() -> None:
    assert values(read(PLAIN, cut_off="use")) == EXPECTED


def test_case_023_blank_lines() -> None:
    analysis = read(HEADER + "\n\n" + FERRITIN + "\n" + B12 + "\n\n")
    assert values(analysis) == EXPECTED
    assert list(analysis.results["source_row"]) == [4, 6]


@pytest.mark.parametrize("blank", [",,,,\n", " , ,,, \n"])
def test_case_024_lines_of_only_delimiters_are_counted_as_ignored(blank: str) -> None:
    analysis = read(HEADER + FERRITIN + blank + B12 + blank * 2)
    assert values(analysis) == EXPECTED
    assert analysis.counts["rows_in"] == 2
    assert str(note(analysis, "blank_rows")["message"]).startswith("3 line(s)")


def test_case_025_a_preamble_is_passed_over_and_shown() -> None:
    analysis = read("City laboratory\nPatient: Doe; Printed: 2025-04-01\n\n" + PLAIN)
    assert values(analysis) == EXPECTED
    assert note(analysis, "preamble")["reported"] == "City laboratory / Patient: Doe; Printed: 2025-04-01"
    assert list(analysis.results["source_row"]) == [5, 6]


def test_case_025_a_title_that_names_tests_is_no_header() -> None:
    analysis = read("Iron studies, Ferritin and B12 report\n" + PLAIN)
    assert values(analysis) == EXPECTED
    assert list(analysis.results["source_row"]) == [3, 4]


ABOVE = "City laboratory\nPatient ID: 007\nEntnahmedatum;05.03.2025\ntest;value;unit\nFerritin;42;ng/mL\n"


def test_case_026_the_only_patient_and_date_stand_above_the_table() -> None:
    analysis = read(ABOVE)
    assert refused(analysis) == ("above_the_table", 2)
    assert asked(analysis) == {"patient": ["007"], "collected": ["2025-03-05", "2025-05-03"]}
    answered = read(ABOVE, patient="007", collected="2025-03-05")
    assert values(answered) == [("007", "ferritin", "42")]
    assert list(answered.results["collected_at"]) == ["2025-03-05"]


@pytest.mark.parametrize("blank", ["", ",,", " , , "])
def test_case_026_blank_lines_between_what_stands_above_change_nothing(blank: str) -> None:
    text = f"Patient ID:,007,\n{blank}\ndate,test,value,unit\n2025-03-05,Ferritin,42,ng/mL\n"
    assert asked(read(text)) == {"patient": ["007"]}
    assert values(read(text, patient="007")) == [("007", "ferritin", "42")]


def test_case_026_a_column_of_the_table_is_not_disputed_by_what_stands_above() -> None:
    assert values(read("Patient ID: 007\nCollection date: 2020-01-01\n" + PLAIN)) == EXPECTED


def test_case_026_one_answer_leaves_the_other_question() -> None:
    assert list(asked(read(ABOVE, patient="007"))) == ["collected"]


def test_case_026_a_unit_above_the_table_is_told_and_not_taken() -> None:
    analysis = read("All values in: ng/mL\npatient_id,date,test,value\nP1,2025-03-05,Ferritin,42\n")
    assert note(analysis, "unit_above")["reported"] == "ng/mL"
    assert analysis.counts["held"] == 1


def test_case_026_the_error_holds_no_cell_of_the_file() -> None:
    (error,) = read(ABOVE).errors
    assert "007" not in str(error)
    assert "2025" not in str(error)


@pytest.mark.parametrize(
    "line",
    [
        "Total rows: 2",
        "2 rows",
        "(2 rows)",
        "Total rows,2",
        "Total rows: 2,,,,",
        "Total rows,2,,,",
        "Anzahl Zeilen: 2",
    ],
)
def test_case_027_a_footer_that_counts_the_rows_is_checked(line: str) -> None:
    analysis = read(PLAIN + line + "\n")
    assert values(analysis) == EXPECTED
    assert analysis.counts["rows_in"] == 2
    assert note(analysis, "footer")["source_row"] == 4
    assert refused(read(HEADER + FERRITIN + line + "\n")) == ("row_count", 3)


def test_case_027_a_remark_below_the_table_is_not_counted_with_the_results() -> None:
    analysis = read(PLAIN + "* haemolysed\nTotal rows: 2\n")
    assert values(analysis) == EXPECTED
    assert codes(analysis) == ["footer", "short_row"]


@pytest.mark.parametrize("line", ["Ende", "*** End of report ***", "Page 1 of 1", "Seite 1/1"])
def test_case_027_other_footers_are_told_and_ignored(line: str) -> None:
    analysis = read(PLAIN + line)
    assert values(analysis) == EXPECTED
    assert codes(analysis) == ["footer"]


@pytest.mark.parametrize(
    ("header", "total"),
    [
        (HEADER, "Total,,,262.5,\n"),
        ("date,patient_id,test,value,unit\n", "Total,,,262.5,\n"),
        (HEADER, "Total,,Ferritin,262.5,ng/mL\n"),
        (HEADER, ",,,262.5,\n"),
        (HEADER, "Rows,,,1,\n"),
    ],
)
def test_case_028_a_sum_in_the_column_of_values_is_set_aside(header: str, total: str) -> None:
    row = FERRITIN if header == HEADER else "2025-03-05,P1,Ferritin,42,ng/mL\n"
    analysis = read(header + row + total)
    assert values(analysis) == [("P1", "ferritin", "42")]
    counts = analysis.counts
    assert (counts["rows_in"], counts["results"], counts["set_aside"]) == (2, 1, 1)


@pytest.mark.parametrize("again", [HEADER, HEADER.upper(), HEADER.rstrip("\n") + ",,\n"])
def test_case_029_a_header_repeated_by_pages_is_ignored(again: str) -> None:
    analysis = read(HEADER + FERRITIN + again + B12)
    assert values(analysis) == EXPECTED
    assert codes(analysis) == ["repeated_header"]


def test_case_029_a_title_repeated_with_the_header_is_ignored_too() -> None:
    analysis = read("City laboratory\n" + HEADER + FERRITIN + "City laboratory\n" + HEADER + B12)
    assert values(analysis) == EXPECTED
    assert codes(analysis) == ["preamble", "repeated_header", "repeated_preamble"]


TWO = PLAIN + "Older results\npatient_id,test,result,unit,date,note\nP9,Ferritin,7,ng/mL,2020-01-01,x\n"


def test_case_030_two_tables_are_asked() -> None:
    analysis = read(TWO)
    assert refused(analysis) == ("second_table", 5)
    assert asked(analysis) == {"table": ["1", "2"]}
    (error,) = analysis.errors
    first, second = error.questions[0].choices
    assert first.preview[0] == "patient_id | date | test | value | unit"
    assert second.preview == (
        "patient_id | test | result | unit | date | note",
        "P9 | Ferritin | 7 | ng/mL | 2020-01-01 | x",
    )


def test_case_030_the_chosen_table_is_read_and_the_other_counted() -> None:
    second = read(TWO, table="2")
    assert values(second) == [("P9", "ferritin", "7")]
    assert list(second.results["source_row"]) == [6]
    assert "3 row(s)" in str(note(second, "other_table")["message"])
    assert values(read(TWO, table="1")) == EXPECTED


def test_case_030_what_stands_above_one_table_is_not_said_of_another() -> None:
    content = (
        "Patient ID: P7\ntest,value,unit\nCRP,3,mg/L\ntest,result,unit,date\nFerritin,7,ng/mL,2020-01-01\n"
    )
    assert list(asked(read(content, table="1"))) == ["patient"]
    second = read(content, table="2")
    assert not second.errors
    assert "P7" not in set(second.results["patient_id"])


def test_case_031_no_header_is_asked_and_its_order_never_assumed() -> None:
    analysis = read(FERRITIN + B12)
    assert refused(analysis) == ("no_header", None)
    assert asked(analysis) == {"header": ["none"]}
    (error,) = analysis.errors
    assert error.questions[0].choices[0].preview[:2] == (
        "column 1 | column 2 | column 3 | column 4 | column 5",
        "P1 | 2025-03-05 | Ferritin | 42 | ng/mL",
    )
    columns = {
        "column 1": "patient_id",
        "column 2": "collected_at",
        "column 3": "test",
        "column 4": "value",
        "column 5": "unit",
    }
    assert values(read(FERRITIN + B12, header="none", columns=columns)) == EXPECTED


def test_case_031_text_that_is_no_table_is_not_asked() -> None:
    analysis = read("Dear colleague,\nthank you for the report.\nThe rest, as they say, follows.\n")
    assert refused(analysis) == ("no_header", None)
    assert asked(analysis) == {}


def test_case_032_a_header_alone_is_no_results_and_said() -> None:
    analysis = read(HEADER)
    assert not analysis.errors
    assert analysis.counts["rows_in"] == 0
    assert codes(analysis) == ["no_rows"]


def test_case_033_a_second_header_row_of_units() -> None:
    analysis = read(
        "patient_id,date,Ferritin,Vitamin B12,Magnesium\n,,ng/mL,pg/mL,\nP1,2025-03-05,42,300,0.8\n"
    )
    assert values(analysis) == [("P1", "ferritin", "42"), ("P1", "vitamin_b12", "300")]
    assert codes(analysis) == ["unit_missing", "unit_row"], "magnesium has no unit and waits for one"


def test_case_033_units_that_contradict_the_header_are_refused() -> None:
    analysis = read("patient_id,date,Ferritin (ng/mL),CRP\n,,ug/dL,mg/L\nP1,2025-03-05,42,3\n")
    assert refused(analysis) == ("unit_conflict", 2)


def test_case_034_a_header_twice_is_asked_where_the_cells_differ() -> None:
    content = "patient_id,date,test,value,value,unit\nP1,2025-03-05,Ferritin,42,{},ng/mL\n"
    assert refused(read(content.format(43)))[0] == "ambiguous_columns"
    assert values(read(content.format(42))) == [("P1", "ferritin", "42")]


@pytest.mark.parametrize(
    "header",
    [
        "Patient ID,DATE,Test,VALUE,Unit",
        "patient_id, date ,Tèst,Value,UNIT",
        "PatientID,Date,test,Value,unit",
    ],
)
def test_case_035_headers_differ_in_case_blanks_accents_and_underscores(header: str) -> None:
    assert values(read(header + "\n" + FERRITIN + B12)) == EXPECTED


def test_case_036_two_headers_for_one_field_are_asked() -> None:
    analysis = read("patient_id,date,test,result,value,unit\nP1,2025-03-05,Ferritin,42,43,ng/mL\n")
    assert refused(analysis)[0] == "ambiguous_columns"


def test_case_037_unknown_columns_are_listed_as_unused() -> None:
    analysis = read(HEADER.replace("unit", "unit,mood") + FERRITIN.replace("mL", "mL,good"))
    assert values(analysis) == [("P1", "ferritin", "42")]
    assert [one.header for one in analysis.files[0].columns if not one.role] == ["mood"]


def test_case_038_no_column_of_units_is_asked_per_analyte() -> None:
    content = "patient_id,date,test,value\nP1,2025-03-05,Ferritin,42\n"
    analysis = read(content)
    assert analysis.counts["held"] == 1
    assert [(one.kind, one.subject) for one in analysis.files[0].questions] == [("units", "ferritin")]
    assert values(read(content, units={"ferritin": "ug/L"})) == [("P1", "ferritin", "42")]


def test_case_039_a_delimiter_behind_every_record() -> None:
    analysis = read(HEADER + FERRITIN.replace("\n", ",\n") + B12.replace("\n", ",\n"))
    assert values(analysis) == EXPECTED
    assert codes(analysis) == ["trailing_delimiter"]


def test_case_039_a_delimiter_behind_some_records_sets_those_aside() -> None:
    """`ng/mL,12,5,` has lost a half of its number to a blank cell: it must not be read as 12."""
    analysis = read(
        "patient_id,date,test,unit,value,comment\nP1,2025-03-05,Ferritin,ng/mL,12,5,\nP2,2025-03-06,Ferritin,ng/mL,42,\n"
    )
    assert values(analysis) == [("P2", "ferritin", "42")]
    assert codes(analysis, "set_aside") == ["surplus_fields"]


def test_case_040_a_surplus_cell_in_all_records_is_refused() -> None:
    analysis = read(HEADER + FERRITIN.replace("\n", ",x\n") + B12.replace("\n", ",y\n"))
    assert refused(analysis) == ("surplus_column", 2)


def test_case_041_a_surplus_cell_in_some_records_sets_those_aside() -> None:
    analysis = read(HEADER + "Doe, Jane,2025-03-05,Ferritin,7,ng/mL\n" + FERRITIN + B12)
    assert values(analysis) == EXPECTED
    assert codes(analysis, "set_aside") == ["surplus_fields"]


def test_case_041_the_only_record_of_a_file_is_set_aside_too() -> None:
    analysis = read(HEADER + "Doe, Jane,2025-03-05,Ferritin,7,ng/mL\n")
    assert codes(analysis, "set_aside") == ["surplus_fields"]


@pytest.mark.parametrize("others", ["", FERRITIN + B12])
def test_case_042_an_unquoted_decimal_comma_is_set_aside_and_not_repaired(others: str) -> None:
    rows = "P1,2025-03-05,Ferritin,12,5,ng/mL\nP1,2025-04-05,Ferritin,13,5,ng/mL\n"
    analysis = read(HEADER + rows + others)
    assert values(analysis) == (EXPECTED if others else [])
    assert codes(analysis, "set_aside") == ["surplus_fields", "surplus_fields"]
    issues = analysis.issues
    assert issues.loc[issues["code"] == "surplus_fields", "message"].str.contains("unquoted comma").all()


def test_case_043_missing_cells_at_the_end_matter_only_where_they_are_needed() -> None:
    analysis = read(HEADER.replace("unit", "unit,comment") + FERRITIN + "P2,2025-03-06,Vitamin B12\n")
    assert values(analysis) == [("P1", "ferritin", "42")]
    assert codes(analysis, "set_aside") == ["short_row"]


def test_case_044_an_unclosed_quote_is_refused_with_its_line() -> None:
    assert refused(read(PLAIN + 'P3,2025-03-07,"Ferritin,42,ug/L\n')) == ("quoting", 4)
    assert refused(read(HEADER + 'P3,2025-03-07,"Ferritin,42,ug/L\n' + PLAIN)) == ("quoting", 2)


def test_case_044_a_quote_closed_by_that_of_a_later_record_swallows_nothing() -> None:
    """Line 2 opens a quote, the next one closes it: a rectangular record with the unit of another patient."""
    analysis = read(HEADER + 'P1,2025-03-05,"Ferritin,42,ng/mL\nP2,2025-03-06,Magnesium","0.8",mmol/L\n')
    assert refused(analysis) == ("quoting", 2)


def test_case_045_a_quote_inside_an_unquoted_cell() -> None:
    analysis = read(HEADER + 'P1,2025-03-05,Ferritin "total",42,ng/mL\n')
    assert list(analysis.results["reported_test"]) == ['Ferritin "total"']


def test_case_046_a_line_end_inside_quotes() -> None:
    analysis = read(HEADER + 'P1,2025-03-05,"Ferritin,\nserum",42,ng/mL\n' + B12)
    assert values(analysis) == EXPECTED
    assert list(analysis.results["source_row"]) == [2, 4]


SINGLE = (
    HEADER
    + "'P1','2025-03-05','Ferritin, serum','42','ng/mL'\n'P2','2025-03-06','Vitamin B12','300','pg/mL'\n"
)
BACKSLASH = HEADER + 'P1,2025-03-05,"Ferritin \\"total\\"",42,ng/mL\n' + B12


def test_case_047_single_quotes_are_asked() -> None:
    analysis = read(SINGLE)
    assert refused(analysis) == ("quoting", 2)
    assert asked(analysis) == {"quoting": ["double", "single"]}
    (error,) = analysis.errors
    double, single = error.questions[0].choices
    assert double.preview[0] == "'P1' | '2025-03-05' | 'Ferritin | serum' | '42' | 'ng/mL'"
    assert single.preview[0] == "P1 | 2025-03-05 | Ferritin, serum | 42 | ng/mL"
    assert values(read(SINGLE, quoting="single")) == EXPECTED


def test_case_047_backslashes_are_asked() -> None:
    analysis = read(BACKSLASH)
    assert refused(analysis) == ("quoting", 2)
    assert asked(analysis) == {"quoting": ["backslash"]}
    assert values(read(BACKSLASH, quoting="backslash")) == EXPECTED


def test_case_047_an_apostrophe_is_no_quote() -> None:
    analysis = read(
        HEADER.replace("unit", "unit,note")
        + FERRITIN.replace("mL", "mL,'s morgens")
        + B12.replace("mL", "mL,Crohn's")
    )
    assert values(analysis) == EXPECTED
    assert codes(analysis) == []


def test_case_047_a_cell_in_single_quotes_here_and_there_is_no_dialect() -> None:
    analysis = read(HEADER + FERRITIN + B12 + "P3,2025-03-05,'Urobilin',1,mg/dL\n")
    assert values(analysis) == EXPECTED


def test_case_047_an_answer_does_not_overrule_a_file_that_needs_none() -> None:
    quoted = HEADER + 'P1,2025-03-05,"Ferritin, serum",42,ng/mL\n' + B12
    assert values(read(quoted, quoting="single")) == EXPECTED
    assert values(read(quoted, quoting="backslash")) == EXPECTED


def test_case_048_blanks_before_quotes() -> None:
    analysis = read(HEADER + 'P1, 2025-03-05, "Ferritin, serum", 42, "ng/mL"\n' + B12)
    assert values(analysis) == EXPECTED
    assert codes(analysis) == ["spaces_before_quotes"]


def test_case_048_not_where_it_does_not_make_every_record_as_wide_as_the_header() -> None:
    analysis = read(
        HEADER
        + 'P1, 2025-03-05, "Ferritin, serum", 42, "ng/mL"\n'
        + "P2,2025-03-06,Vitamin B12,300,pg/mL,9\n"
        + B12
    )
    assert codes(analysis, "set_aside") == ["surplus_fields", "surplus_fields"]


def test_case_049_excels_forced_text_is_unwrapped_and_nothing_else() -> None:
    analysis = read(
        HEADER
        + '="007",2025-03-05,Ferritin,42,ng/mL\n'
        + '"=""008""",2025-03-05,Ferritin,43,ng/mL\n'
        + "=9,2025-03-05,Ferritin,44,ng/mL\n"
    )
    assert values(analysis) == [
        ("007", "ferritin", "42"),
        ("008", "ferritin", "43"),
        ("=9", "ferritin", "44"),
    ]
    assert str(note(analysis, "excel_text")["message"]).startswith("2 cell(s)")


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+49", "@SUM(A1)", "-P1"])
def test_case_050_a_cell_that_a_spreadsheet_would_run_stays_text(cell: str) -> None:
    analysis = read(HEADER + FERRITIN.replace("P1", cell))
    assert values(analysis) == [(cell, "ferritin", "42")]


def test_case_051_one_column_per_test_with_the_unit_in_the_header() -> None:
    analysis = read("patient_id,date,Ferritin {ng/ml} [15-150],crp_mg_dl,Mood\nP1,2025-03-05,42,<0.5,7\n")
    frame = analysis.results.set_index("analyte")
    assert list(frame.loc["ferritin", ["value", "reference_low", "reference_high"]]) == [42, 15, 150]
    assert list(frame.loc["crp", ["comparator", "value", "unit"]]) == ["<", 5, "mg/L"]
    assert note(analysis, "unused_columns")["reported"] == "Mood"


def test_case_051_a_remark_in_braces_is_no_unit_and_still_says_what_was_measured() -> None:
    analysis = read("patient_id,date,Ferritin {ng/mL} {fasting},Iron {ug/dL} {urine}\nP1,2025-03-05,42,90\n")
    assert values(analysis) == [("P1", "ferritin", "42")]
    assert note(analysis, "unused_columns")["reported"] == "Iron {ug/dL} {urine}"


def test_case_051_a_unit_in_braces_that_is_not_known_holds_the_column() -> None:
    analysis = read("patient_id,date,Ferritin {fasting}\nP1,2025-03-05,42\n")
    assert codes(analysis) == ["unit_unknown"]
    assert analysis.counts["held"] == 1


def test_case_051_one_column_per_date() -> None:
    analysis = read("patient_id,test,unit,2023-06-12,2024-02-20\nP1,Ferritin,ng/mL,65,54\n")
    assert list(analysis.results["collected_at"]) == ["2023-06-12", "2024-02-20"]
    assert values(analysis) == [("P1", "ferritin", "54"), ("P1", "ferritin", "65")]


def test_case_051_numeric_dates_in_headers_are_asked_like_those_in_cells() -> None:
    content = "patient_id,test,unit,03/05/2023,04/06/2023\nP1,Ferritin,ng/mL,65,54\n"
    assert read(content).counts["held"] == 2
    assert list(read(content, date_order="dmy").results["collected_at"]) == ["2023-05-03", "2023-06-04"]


def test_case_051_a_shape_that_is_not_certain_is_refused() -> None:
    analysis = read("patient_id,date,test,value,Ferritin,Magnesium\nP1,2025-03-05,Ferritin,42,43,0.8\n")
    assert refused(analysis) == ("two_shapes", 1)


def test_case_052_the_same_file_twice_is_read_once() -> None:
    files = [InputFile("a.csv", PLAIN.encode()), InputFile("b.csv", PLAIN.encode())]
    analysis = analyse(files, load_knowledge())
    assert values(analysis) == EXPECTED
    assert codes(analysis) == ["same_file"]
