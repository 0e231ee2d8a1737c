"""Chapter: what stands beside a number in exports of clinics, and what passing over it would make of it."""

from __future__ import annotations

import pytest

from rls_dash.answers import AnswerBook, Answers, ReadOptions
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse


def read(text: str, answers: Answers | None = None) -> Analysis:
    options = ReadOptions(answers=AnswerBook(answers or Answers()))
    return analyse([InputFile("labs.csv", text.encode())], load_knowledge(), options)


def values(analysis: Analysis) -> list[str]:
    """Sign and number of each result, as reported, by line."""
    rows = analysis.results.sort_values("source_row")
    return [
        f"{sign}{number:g}" for sign, number in zip(rows["comparator"], rows["reported_number"], strict=True)
    ]


def held(analysis: Analysis) -> dict[int, str]:
    """Line → code of each row that is held."""
    rows = analysis.issues[analysis.issues["severity"] == "held"]
    return dict(zip(rows["source_row"].astype(int), rows["code"], strict=True))


# --- a sign in a column of its own -----------------------------------------------------------------------

APART = """patient_id,date,test,{0},result,unit
P1,2025-03-05,Ferritin,<,5,ng/mL
P1,2025-04-05,Ferritin,,42,ng/mL
"""


@pytest.mark.parametrize("header", ["Sign", "Result prefix", "Relational operator", "qualifier"])
def test_a_column_named_for_its_signs_is_read_with_the_number(header: str) -> None:
    assert values(read(APART.format(header))) == ["<5", "42"]


@pytest.mark.parametrize(("header", "name"), [("Symbol", "Symbol"), ("", "(no name)"), ("Flag", "Flag")])
def test_a_sign_in_a_column_that_may_be_of_flags_is_asked(header: str, name: str) -> None:
    analysis = read(APART.format(header))
    assert values(analysis) == ["42"]
    assert held(analysis) == {2: "flag_may_be_sign"}
    (asked,) = analysis.questions
    assert (asked.kind, asked.subject, asked.rows) == ("columns", name, 1)
    assert [(one.answer, one.preview) for one in asked.choices] == [
        ("comparator", ("<5",)),
        ("lab_flag", ("5",)),
    ]
    assert values(read(APART.format(header), Answers(columns={name: "comparator"}))) == ["<5", "42"]
    as_flag = read(APART.format(header), Answers(columns={name: "lab_flag"}))
    assert values(as_flag) == ["5", "42"]
    assert list(as_flag.results["lab_flag"]) == ["<", ""]
    assert [one.rows for one in as_flag.questions] == [0]


def test_a_sign_in_the_cell_leaves_nothing_to_ask_about_its_flag() -> None:
    analysis = read(APART.format("Flag").replace(",5,", ",<5,"))
    assert values(analysis) == ["<5", "42"]
    assert not analysis.questions


def test_an_unknown_column_of_signs_beside_one_of_flags_is_read_with_the_number() -> None:
    text = "patient_id,date,test,flag,,result,unit\nP1,2025-03-05,Ferritin,L,<,5,ng/mL\n"
    assert values(read(text)) == ["<5"]


def test_flags_stay_flags_where_the_user_said_that_a_column_holds_signs_too() -> None:
    text = APART.format("Flag").replace("Ferritin,,42", "Ferritin,H,42")
    assert values(read(text, Answers(columns={"Flag": "comparator"}))) == ["<5", "42"]


def test_a_column_of_more_than_signs_is_left_unused() -> None:
    text = APART.format("Remark").replace("Ferritin,,42", "Ferritin,fasting,42")
    assert values(read(text)) == ["5", "42"]


def test_a_sign_far_below_the_first_lines_is_seen_as_well() -> None:
    blank = "".join(f"P{n},2025-03-05,Ferritin,,42,ng/mL\n" for n in range(4000))
    analysis = read(
        "patient_id,date,test,Symbol,result,unit\n" + blank + "P1,2025-04-05,Ferritin,<,5,ng/mL\n"
    )
    assert held(analysis) == {4002: "flag_may_be_sign"}


def test_a_row_that_ends_before_an_unknown_column_is_read() -> None:
    text = "patient_id,date,test,result,unit,Symbol\nP1,2025-03-05,Ferritin,42,ng/mL\n"
    assert values(read(text)) == ["42"]


# --- other numbers beside the result ---------------------------------------------------------------------


def test_columns_beside_a_result_that_speak_of_another_are_not_used_and_listed() -> None:
    text = (
        "patient_id,date,Ferritin (ng/mL),Ferritin Vorwert (ng/mL),Ferritin goal (ng/mL),"
        "Delta ferritin (ng/mL)\nP1,2025-03-05,45,12,100,33\n"
    )
    analysis = read(text)
    assert values(analysis) == ["45"]
    (unused,) = analysis.issues.loc[analysis.issues["code"] == "unused_columns", "reported"]
    assert unused.count("ng/mL") == 3


# --- lines between the results ---------------------------------------------------------------------------

SECTIONS = """date,test,result,unit
{0} P1,,,
2025-03-05,Ferritin,45,ng/mL
2025-06-05,Ferritin,55,ng/mL
{1} P2,,,
2025-03-05,Ferritin,145,ng/mL
"""
WIDE_SECTIONS = """date,Ferritin (ng/mL),Vitamin B12 (pg/mL)
Patient:,P1,
2025-03-05,45,350
Patient:,P2,
2025-03-05,145,360
"""


@pytest.mark.parametrize(
    "text",
    [
        SECTIONS.format("Patient:", "Patient:"),
        SECTIONS.format("MRN:", "MRN:").replace(": ", ":,").replace(",,,", ",,"),
        SECTIONS.format("Patientennummer", "Patientennummer"),
        WIDE_SECTIONS,
    ],
)
@pytest.mark.parametrize("answers", [Answers(), Answers(patient="P1")])
def test_patients_named_between_the_results_are_never_taken_for_one(text: str, answers: Answers) -> None:
    analysis = read(text, answers)
    assert analysis.results.empty
    (error,) = analysis.errors
    assert (error.code, error.line) == ("sections", 2)
    assert "'patient_id'" in error.reason


def test_days_of_collection_named_between_the_results_are_never_taken_for_one() -> None:
    text = (
        "patient_id,test,result,unit\nCollected: 2025-03-05,,,\nP1,Ferritin,45,ng/mL\n"
        "Collected: 2025-06-05,,,\nP1,Ferritin,55,ng/mL\n"
    )
    (error,) = read(text, Answers(collected="2025-03-05")).errors
    assert (error.code, error.line) == ("sections", 2)


def test_one_patient_named_again_and_a_column_of_patients_are_no_sections() -> None:
    assert values(read(SECTIONS.format("Patient:", "Patient:").replace("P2", "P1"))) == ["45", "55", "145"]
    with_column = "patient_id,date,test,result,unit\nPatient: P1,,,,\nP2,2025-03-05,Ferritin,45,ng/mL\n"
    assert values(read(with_column + "Patient: P3,,,,\n")) == ["45"]


def test_two_names_of_one_patient_in_a_list_of_labels_are_no_sections() -> None:
    text = "Test,Result\nPatient ID,007\nPatient name,Jane Doe\nFerritin,45 ng/mL\nFolate,12 ng/mL\n"
    analysis = read(text, Answers(patient="007", collected="2025-03-05"))
    assert values(analysis) == ["45", "12"]


# --- two units of one row --------------------------------------------------------------------------------


def codes(analysis: Analysis) -> list[str]:
    return sorted(analysis.issues.loc[analysis.issues["severity"] == "set_aside", "code"])


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ("Vitamin B12 (pg/mL)", "pmol/L"),
        ("Vitamin B12 pmol/L", "pg/mL"),
        ("Magnesium [mg/dL]", "mmol/L"),
        ("Ferritin (mg/L)", "ug/L"),
        ("Transferrin saturation %", "fraction"),
    ],
)
def test_a_unit_in_the_name_that_contradicts_the_unit_of_the_row_sets_it_aside(test: str, unit: str) -> None:
    analysis = read(f"patient_id,date,test,result,unit\nP1,2025-03-05,{test},2,{unit}\n")
    assert analysis.results.empty
    assert codes(analysis) == ["unit_conflict"]


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ("Ferritin (ng/mL)", "ug/L"),
        ("Ferritin (ug/L)", "µg/L"),
        ("Transferrin saturation %", "%"),
        ("Ferritin [Mass/volume] in Serum or Plasma", "ug/L"),
    ],
)
def test_a_unit_in_the_name_of_the_same_size_is_no_contradiction(test: str, unit: str) -> None:
    analysis = read(f"patient_id,date,test,result,unit\nP1,2025-03-05,{test},42,{unit}\n")
    assert values(analysis) == ["42"]


def test_a_unit_in_the_header_that_contradicts_the_column_of_units_beside_it_sets_the_row_aside() -> None:
    text = (
        "patient_id,date,Ferritin (ng/mL),Ferritin unit,B12 (pg/mL),B12 unit\n"
        "P1,2025-03-05,45,ug/L,350,pmol/L\nP1,2025-04-05,46,,360,pg/mL\n"
    )
    analysis = read(text)
    assert sorted(values(analysis)) == ["360", "45", "46"]
    assert codes(analysis) == ["unit_conflict"]


def test_a_unit_in_the_name_that_no_body_could_have_is_not_believed_and_said() -> None:
    """Catalogues print `Iron SerPl mg/dL` for results in ug/dL."""
    rows = "P1,2025-03-05,Iron SerPl mg/dL,99,mcg/dL\nP1,2025-04-05,Ferritin (g/L),45,ng/mL\n"
    analysis = read("patient_id,date,test,result,unit\n" + rows)
    assert values(analysis) == ["99", "45"]
    assert list(analysis.results.sort_values("source_row")["unit_code"]) == ["ug/dL", "ng/mL"]
    assert list(analysis.issues["code"]) == ["unit_in_name", "unit_in_name"]


@pytest.mark.parametrize("header", ["Result (ng/mL)", "Result [ng/mL]", "Value {ng/mL}", "Wert (ng/mL)"])
def test_the_unit_in_the_header_of_the_results_is_that_of_each_number(header: str) -> None:
    analysis = read(f"patient_id,date,test,{header}\nP1,2025-03-05,Ferritin,<5\nP1,2025-04-05,Ferritin,45\n")
    assert values(analysis) == ["<5", "45"]
    assert set(analysis.results["unit_code"]) == {"ng/mL"}


def test_the_unit_in_the_header_of_the_results_and_the_one_of_the_row_may_not_differ() -> None:
    rows = (
        "P1,2025-03-05,Ferritin,45,ng/mL\nP1,2025-03-05,Vitamin B12,350,pmol/L\nP1,2025-04-05,Ferritin,46,\n"
    )
    analysis = read("patient_id,date,test,Result (ng/mL),unit\n" + rows)
    assert values(analysis) == ["45", "46"]
    assert codes(analysis) == ["unit_conflict"]


def test_a_header_that_is_known_with_its_brackets_keeps_its_meaning() -> None:
    text = "patient_id,date,test,result,result (n/a),unit\nP1,2025-03-05,Ferritin,45,,ng/mL\n"
    assert values(read(text)) == ["45"]


@pytest.mark.parametrize("first", ["SI", "Conventional"])
def test_of_a_conventional_and_an_si_result_one_is_read_with_its_own_unit(first: str) -> None:
    pair = {"SI": "258,pmol/L", "Conventional": "350,pg/mL"}
    order = [first, *(one for one in pair if one != first)]
    header = ",".join(f"{one} Result,{one} Units" for one in order)
    analysis = read(
        f"patient_id,date,test,{header}\nP1,2025-03-05,Vitamin B12,{','.join(pair[one] for one in order)}\n"
    )
    assert values(analysis) == ["350"]
    assert list(analysis.results["unit_code"]) == ["pg/mL"]


ONE_RANGE = """patient_id,date,test,result,unit,reference_range,lab
P1,2025-03-05,Vitamin B12,255,pmol/L,148-664,North
P1,2025-04-05,Vitamin B12,260,pmol/L,148-664,North
P2,2025-04-05,Vitamin B12,255,{0},148-664,{1}
"""


def test_one_printed_range_beside_two_units_holds_the_rows_of_the_rarer_one() -> None:
    analysis = read(ONE_RANGE.format("pg/mL", "North"))
    assert values(analysis) == ["255", "260"]
    assert held(analysis) == {4: "unit_range_conflict"}
    (message,) = analysis.issues["message"]
    assert "pg/mL may be meant as pmol/L" in message
    (asked,) = analysis.questions
    assert (asked.kind, asked.subject, asked.rows) == ("units", "vitamin_b12", 1)
    confirmed = read(ONE_RANGE.format("pg/mL", "North"), Answers(units={"vitamin_b12": "pg/mL"}))
    assert values(confirmed) == ["255", "260", "255"]


def test_one_printed_range_beside_two_units_equally_often_holds_all() -> None:
    lines = ONE_RANGE.format("pg/mL", "North").splitlines()
    analysis = read("\n".join([*lines[:2], lines[3], ""]))
    assert held(analysis) == {2: "unit_range_conflict", 3: "unit_range_conflict"}


@pytest.mark.parametrize(
    ("unit", "laboratory"), [("pg/mL", "South"), ("pmol/l", "North"), ("pmol/L", "South")]
)
def test_another_laboratory_or_another_name_of_the_unit_may_print_the_same_range(
    unit: str, laboratory: str
) -> None:
    assert values(read(ONE_RANGE.format(unit, laboratory))) == ["255", "260", "255"]


# --- a number and a text of one result -------------------------------------------------------------------

TWO_CELLS = "patient_id,date,test,{0},{1},unit\nP1,2025-03-05,Ferritin,{2},{3},ng/mL\n"


@pytest.mark.parametrize(
    ("number", "text", "expected"),
    [
        ("5", "<5", "<5"),
        ("2.5", "<5", "<5"),  # half of the limit, as databases write it
        ("1500", ">1500", ">1500"),
        ("5", "LESS THAN 5", "<5"),
        ("12.47", "12.5", "12.47"),
        ("1234", '"1,234"', "1234"),
        ("12.5", '"12,5"', "12.5"),
        ("45", "45 H", "45"),
        ("45", "normal", "45"),
        ("45", "", "45"),
        ("", "<5", "<5"),
    ],
)
def test_the_sign_of_the_text_is_not_lost_beside_a_number(number: str, text: str, expected: str) -> None:
    analysis = read(TWO_CELLS.format("Result (Numeric)", "Result (Text)", number, text))
    assert values(analysis) == [expected]


@pytest.mark.parametrize("first", ["Result (Numeric)", "Result"])
def test_another_number_in_the_text_is_remarked_on(first: str) -> None:
    analysis = read(TWO_CELLS.format(first, "Result (Text)", "5", "50"))
    assert values(analysis) == ["5"]
    assert list(analysis.issues["code"]) == ["text_differs"]
    same = read(TWO_CELLS.format(first, "Result (Text)", "5", "5.0 L"))
    assert same.issues.empty


def test_signs_that_contradict_each_other_set_the_row_aside() -> None:
    assert codes(read(TWO_CELLS.format("Result", "Result (Text)", "<5", ">5"))) == ["value_conflict"]


def test_a_limit_in_the_text_of_another_result_is_not_taken_for_it() -> None:
    assert values(read(TWO_CELLS.format("Result", "Result (Text)", "5", "<5"))) == ["<5"]
    assert codes(read(TWO_CELLS.format("Result", "Result (Text)", "45", "<50"))) == ["value_conflict"]


@pytest.mark.parametrize(
    ("number", "text", "expected"),
    [
        ("5.4", "<5", ["<5"]),  # the same number, as far as the text writes it out
        ("5.5", "<5", ["<5"]),
        ("5.6", "<5", []),
        ("5", "<6", []),
        ("5", "<4.9", ["<4.9"]),  # which the number rounds
        ("5", "<4.4", []),
        ("\u00a05", "<5", ["<5"]),
        ("5", "pending", ["5"]),
        ("see text", "<5", []),
    ],
)
def test_a_sign_is_taken_from_a_text_that_holds_the_same_number_alone(
    number: str, text: str, expected: list[str]
) -> None:
    assert values(read(TWO_CELLS.format("Result", "Result (Text)", number, text))) == expected


def test_a_numeric_column_stands_in_for_an_empty_result_alone() -> None:
    cells = ("45,46", ",47", "48,")
    rows = "".join(
        f"P1,2025-0{month}-05,Ferritin,{pair},ng/mL\n" for month, pair in enumerate(cells, start=1)
    )
    analysis = read("patient_id,date,test,Result,Result (Numeric),unit\n" + rows)
    assert values(analysis) == ["45", "47", "48"]


# --- people told apart by names --------------------------------------------------------------------------

PEOPLE = """{0},{1},date,{2}
Doe,Jane,2025-03-05,{3}
Doe,John,2025-04-05,{4}
"""
LONG = ("test,result,unit", "Ferritin,45,ng/mL", "Ferritin,145,ng/mL")
WIDE = ("Ferritin (ng/mL)", "45", "145")


@pytest.mark.parametrize("shape", [LONG, WIDE], ids=["long", "wide"])
@pytest.mark.parametrize(
    "names",
    [("Last Name", "First Name"), ("Surname", "Forename"), ("Name", "Vorname"), ("Nachname", "Vorname")],
)
def test_two_people_named_in_two_columns_are_never_one_patient(
    names: tuple[str, str], shape: tuple[str, str, str]
) -> None:
    analysis = read(PEOPLE.format(*names, *shape))
    assert analysis.results.empty
    assert set(held(analysis).values()) == {"identity_conflict"}


def test_one_person_named_in_two_columns_is_one_patient() -> None:
    text = PEOPLE.format("Last Name", "First Name", *LONG).replace("John", "Jane")
    assert values(read(text)) == ["45", "145"]


@pytest.mark.parametrize("answers", [Answers(), Answers(patient="P1")])
def test_rows_of_both_sexes_are_never_one_patient_though_no_column_names_any(answers: Answers) -> None:
    text = (
        "bed,sex,date,test,result,unit\n{0},2025-03-05,Ferritin,45,ng/mL\n{1},2025-04-05,Ferritin,145,ng/mL\n"
    )
    assert held(read(text.format("1,F", "2,male"), answers)) == {2: "patients_unnamed", 3: "patients_unnamed"}
    assert values(read(text.format("1,F", "1,weiblich"), answers)) == ["45", "145"]
    assert values(read(text.format("1,F", "1,"), answers)) == ["45", "145"]


def test_an_id_with_two_dates_of_birth_in_a_wide_table_is_asked_about() -> None:
    text = "MRN,DOB,date,Ferritin (ng/mL)\n1,1960-02-01,2025-03-05,45\n1,1990-02-01,2025-04-05,145\n"
    assert set(held(read(text)).values()) == {"identity_conflict"}


# --- columns by other names ------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Ref. Int.", "Referenz", "Standard Range", "Biological Ref. Interval"])
def test_the_printed_range_is_known_by_its_shorter_names(header: str) -> None:
    text = f"patient_id,date,test,result,unit,{header}\nP1,2025-03-05,Magnesium,2.0,mmol/L,1.7-2.4\n"
    assert held(read(text)) == {2: "unit_range_conflict"}


@pytest.mark.parametrize("header", ["Corrected Result", "Final Result", "Amended value", "Korrigierter Wert"])
def test_a_corrected_result_beside_the_first_one_is_asked_about(header: str) -> None:
    text = (
        f"patient_id,date,test,result,{header},unit\nP1,2025-03-05,Ferritin,45,54,ng/mL\n"
        "P1,2025-04-05,Ferritin,46,,ng/mL\n"
    )
    analysis = read(text)
    assert analysis.results.empty
    assert [error.code for error in analysis.errors] == ["ambiguous_columns"]
    assert values(read(text.replace("45,54", "45,45"))) == ["45", "46"]


@pytest.mark.parametrize(
    ("previous", "present"),
    [("Previous Result", "Current Result"), ("Wert alt", "Wert neu"), ("Vorwert", "Aktueller Wert")],
)
def test_of_a_present_and_a_previous_result_the_present_one_is_read(previous: str, present: str) -> None:
    text = f"patient_id,date,test,{previous},{present},unit\nP1,2025-03-05,Ferritin,12,45,ng/mL\n"
    assert values(read(text)) == ["45"]


# --- what was examined -----------------------------------------------------------------------------------

SPECIMENS = """patient_id,date,test,result,unit,{0}
P1,2025-03-05,Magnesium,0.8,mmol/L,{1}
P1,2025-03-05,Magnesium,3.1,mmol/L,{2}
"""


@pytest.mark.parametrize(
    ("header", "blood", "other"),
    [
        ("Sample", "Serum", "24h urine"),
        ("Container", "blood", "Urine"),
        ("", "Plasma", "CSF"),
        ("Art", "Serum", "Urin"),
    ],
)
def test_a_column_of_specimens_is_known_by_its_cells(header: str, blood: str, other: str) -> None:
    analysis = read(SPECIMENS.format(header, blood, other))
    assert values(analysis) == ["0.8"]
    assert analysis.counts["not_tracked"] == 1


@pytest.mark.parametrize("cells", [("fasting", "not fasting"), ("Serum", "see note"), ("S1", "S2"), ("", "")])
def test_a_column_of_anything_else_says_nothing_of_the_specimen(cells: tuple[str, str]) -> None:
    assert values(read(SPECIMENS.format("Sample", *cells))) == ["0.8", "3.1"]


UNDER_HEADINGS = """patient_id,date,test,result,unit
,,{0},,
P1,2025-03-05,Magnesium,3.1,mmol/L
,,SERUM,,
P1,2025-03-05,Magnesium,0.8,mmol/L
"""
DATES_UNDER_HEADINGS = """Test,Unit,2025-03-05,2025-06-05
{0},,,
Magnesium,mmol/L,3.1,3.3
Haematology,,,
Ferritin,ug/L,45,50
"""


@pytest.mark.parametrize("heading", ["URINE", "Urine (24 h)", "Spot urine chemistry", "CSF"])
def test_rows_under_a_heading_of_another_specimen_are_not_of_blood(heading: str) -> None:
    analysis = read(UNDER_HEADINGS.format(heading))
    assert values(analysis) == ["0.8"]
    assert "specimen_heading" in set(analysis.issues["code"])
    assert sorted(values(read(DATES_UNDER_HEADINGS.format(heading)))) == ["45", "50"]


@pytest.mark.parametrize("heading", ["Urine culture", "Urinalysis", "Iron studies", "Serum"])
def test_a_line_that_is_no_such_heading_changes_nothing(heading: str) -> None:
    assert values(read(UNDER_HEADINGS.format(heading))) == ["3.1", "0.8"]
    assert sorted(values(read(DATES_UNDER_HEADINGS.format(heading)))) == ["3.1", "3.3", "45", "50"]


def test_a_specimen_far_below_the_first_lines_is_seen_as_well() -> None:
    row = "P1,2025-{0:02}-{1:02},Magnesium,{2},mmol/L,{3}\n"
    serum = "".join(row.format(n % 12 + 1, n % 28 + 1, "0.8", "") for n in range(4000))
    text = "patient_id,date,test,result,unit,Sample\n" + serum + row.format(3, 5, "3.1", "Urine")
    assert "3.1" not in values(read(text))
    text = text.replace(",,\n", ",Serum\n")
    assert "3.1" not in values(read(text))
    heading = (
        "patient_id,date,test,result,unit,Sample\n" + serum + ",,URINE,,,\n" + row.format(3, 5, "3.1", "")
    )
    assert "3.1" not in values(read(heading))


# --- dates with more than a date -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "printed", ["Tue 04 Mar 2025", '"Wednesday, March 5, 2025"', "Q1 2025", "2025-W10-3"]
)
def test_a_date_that_is_not_read_says_how_to_write_it(printed: str) -> None:
    analysis = read(f"patient_id,date,test,result,unit\nP1,{printed},Ferritin,45,ng/mL\n")
    assert analysis.results.empty
    (message,) = analysis.issues["message"]
    assert message.endswith("write it as 2025-03-31, without a weekday or other words.")
