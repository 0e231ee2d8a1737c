"""Chapter: cases 73-89 of the damaged and unusual files, numbers, each through the whole pipeline.

What is expected is the case table's; where it is not, the reason stands in the test.
"""

from __future__ import annotations

from datetime import date

import pytest

from rls_dash.answers import AnswerBook, Answers, Question, ReadOptions
from rls_dash.context.patients import PatientContext
from rls_dash.interpret.limits import State, assess
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse

HEADER = "patient_id,date,test,value,unit\n"
UNIT = {"Ferritin": "ng/mL", "Vitamin B12": "pg/mL", "Magnesium": "mg/dL"}


def read(content: str, **answers: str) -> Analysis:
    """One file through the pipeline, with answers about every file; its rows always add up."""
    book = AnswerBook(Answers(**answers))  # type: ignore[arg-type]
    analysis = analyse([InputFile("labs.csv", content.encode())], load_knowledge(), ReadOptions(answers=book))
    counts = analysis.counts
    assert not analysis.errors
    assert counts["rows_in"] == sum(count for name, count in counts.items() if name != "rows_in")
    return analysis


def cells(*values: str, test: str = "Ferritin", unit: str | None = None, **answers: str) -> Analysis:
    """A file with these value cells, one a day, all of one test."""
    shown = UNIT[test] if unit is None else unit
    rows = [f'P1,2025-03-{day:02d},{test},"{value}",{shown}\n' for day, value in enumerate(values, start=1)]
    return read(HEADER + "".join(rows), **answers)


def numbers(analysis: Analysis) -> list[tuple[str, float]]:
    """(sign, number in the reported unit) of every result, by day."""
    frame = analysis.results.sort_values("collected_on")
    return list(zip(frame["comparator"], frame["reported_number"].astype(float), strict=True))


def plain(analysis: Analysis) -> list[float]:
    """The numbers of results without a sign."""
    assert all(sign == "" for sign, _ in numbers(analysis))
    return [number for _, number in numbers(analysis)]


def blocked(analysis: Analysis) -> list[tuple[str, str, str]]:
    """(severity, code, cell) of every row that is not used."""
    issues = analysis.issues[analysis.issues["severity"] != "note"]
    return list(issues[["severity", "code", "reported"]].astype(str).itertuples(index=False, name=None))


def only_refused(*values: str) -> list[tuple[str, str, str]]:
    """What blocks these cells beside one good number; the good number is always used."""
    analysis = cells("42.5", *values)
    assert plain(analysis) == [42.5]
    assert all(message for message in analysis.issues["message"])
    return blocked(analysis)


def notes(analysis: Analysis) -> set[str]:
    return set(analysis.issues.loc[analysis.issues["severity"] == "note", "code"])


def question(analysis: Analysis) -> Question:
    """The one open question about the decimal mark."""
    (found,) = [one for one in analysis.questions if one.kind == "decimal"]
    return found


def state(analysis: Analysis) -> list[str]:
    """Where each result stands against the limits of an adult."""
    context = {"P1": PatientContext("P1", birth_date=date(1970, 5, 1))}
    return list(assess(analysis.results, load_knowledge(), context)["state"])


def test_case_073_a_plain_number_is_read_with_all_its_digits() -> None:
    analysis = cells("12.5", "0.82", " 12.5 ", "75.30")
    assert plain(analysis) == [12.5, 0.82, 12.5, 75.3]
    assert list(analysis.results["reported_value"])[-1] == "75.30"


def test_case_074_one_cell_that_can_only_hold_decimals_decides_for_the_file() -> None:
    assert plain(cells("12,5", "1.250", "1,250")) == [12.5, 1250.0, 1.25]
    assert plain(cells("12,50", "75")) == [12.5, 75.0]
    assert plain(cells("12,3456", "1.250")) == [12.3456, 1250.0]
    assert plain(cells("12,5", "1.250", decimal=".")) == [12.5, 1250.0]  # whatever the answer
    assert plain(cells("12.5", "1,250", decimal=",")) == [12.5, 1250.0]


def test_case_074_two_marks_that_contradict_each_other_are_asked() -> None:
    analysis = cells("12,5", "12.5", "1.250", "75")
    assert plain(analysis) == [75.0]
    assert blocked(analysis) == [
        ("held", "ambiguous_decimal", "12,5"),
        ("held", "ambiguous_decimal", "12.5"),
        ("held", "ambiguous_decimal", "1.250"),
    ]
    assert [choice.answer for choice in question(analysis).choices] == [".", ","]
    answered = cells("12,5", "12.5", "1.250", "75", decimal=",")
    assert plain(answered) == [12.5, 1250.0, 75.0]
    assert blocked(answered) == [("set_aside", "not_a_number", "12.5")]


@pytest.mark.parametrize(
    ("tracked", "others", "expected"),
    [
        (("1.250",), ("75,2",), [1250.0]),
        (("1,250",), ("75,2",), [1.25]),
        (("1.250",), ("75.2",), [1.25]),
        (("1.250",), ("75,2", "75.2"), []),  # they dispute each other, so that nothing is proved
        (("12.5", "1.250"), ("75,2",), [12.5, 1.25]),
        (("12,5", "1.250"), ("75.2",), [12.5, 1250.0]),
        ((".5", "1.250"), (), [0.5, 1.25]),
        (("<12.5", "<1.250"), (), [12.5, 1.25]),
        (("1234567890.5", "1.250"), (), []),  # no number proves nothing
        (("12.", "1.250"), (), []),
        (("1 250.5", "1.250"), (), [1250.5, 1.25]),
        (("12.5 ng/mL", "1,250"), (), [12.5, 1250.0]),
    ],
)
def test_case_074_cells_of_other_tests_prove_the_mark_but_never_dispute_it(
    tracked: tuple[str, ...], others: tuple[str, ...], expected: list[float]
) -> None:
    rows = [f'P1,2025-03-{day:02d},Ferritin,"{cell}",ng/mL\n' for day, cell in enumerate(tracked, start=1)]
    rows += [f'P1,2025-04-01,Weight,"{cell}",kg\n' for cell in others]
    analysis = read(HEADER + "".join(rows))
    assert [number for _, number in numbers(analysis)] == expected
    assert ("held", "ambiguous_decimal", "1.250") in blocked(analysis) or "1.250" not in tracked or expected


@pytest.mark.parametrize(
    "unused",
    [
        'P1,2025-04-01,,"75,2",ng/mL',  # no test
        'P1,2025-04-01,Ferritin,"75,2",ng/mL,left over',
        'P1,2025-04-01,F\ufffdrritin,"75,2",ng/mL',
    ],
)
def test_case_074_a_row_that_is_set_aside_never_disputes_the_mark(unused: str) -> None:
    rows = "P1,2025-03-01,Ferritin,12.5,ng/mL\nP1,2025-03-02,Ferritin,1.250,ng/mL\n"
    analysis = read(f"{HEADER}{rows}{unused}\n")
    assert plain(analysis) == [12.5, 1.25]
    assert analysis.counts["set_aside"] == 1


def test_case_075_a_mark_before_three_digits_is_asked_with_both_readings() -> None:
    for cell in ("1.250", "1,250"):
        analysis = cells(cell, "75")
        assert plain(analysis) == [75.0]
        assert blocked(analysis) == [("held", "ambiguous_decimal", cell)]
        asked = question(analysis)
        assert (asked.cells, asked.rows) == ((cell,), 1)
        readings = {choice.answer: choice.preview for choice in asked.choices}
        decimal, thousands = (".", ",") if "." in cell else (",", ".")
        assert readings == {decimal: ("1.250",), thousands: ("1250",)}
        assert plain(cells(cell, "75", decimal=decimal)) == [1.25, 75.0]
        assert plain(cells(cell, "75", decimal=thousands)) == [1250.0, 75.0]


@pytest.mark.parametrize(
    ("values", "answer", "expected", "held"),
    [
        (("1.250",), "", [1.25], []),
        (("1,250", "1.250"), "", [1.25], ["1,250"]),  # the comma came in on the way
        (("1,250", "1.250"), ",", [1.25, 1250.0], []),
        (("1,250", "1.250"), ".", [1250.0, 1.25], []),
        (("12,5", "1.250"), "", [12.5, 1250.0], []),  # what the file proves outranks the format
        (("12,5", "12.5", "1.250"), "", [12.5, 1.25], ["12,5"]),
    ],
)
def test_case_075_a_format_that_defines_its_mark_needs_no_proof(
    values: tuple[str, ...], answer: str, expected: list[float], held: list[str]
) -> None:
    """Synthea writes a point."""
    rows = "".join(
        f'2025-03-{day:02d},P1,2276-4,Ferritin [Mass/volume] in Serum or Plasma,"{cell}",ng/mL\n'
        for day, cell in enumerate(values, start=1)
    )
    analysis = read(
        f"DATE,PATIENT,CODE,DESCRIPTION,VALUE,UNITS\n{rows}", **({"decimal": answer} if answer else {})
    )
    assert plain(analysis) == expected
    assert blocked(analysis) == [("held", "ambiguous_decimal", cell) for cell in held]


def test_case_076_two_marks_in_one_number_prove_both() -> None:
    assert plain(cells("1.250,5", "2.500", test="Vitamin B12")) == [1250.5, 2500.0]
    assert plain(cells("1,250.5", "2,500", test="Vitamin B12")) == [1250.5, 2500.0]


@pytest.mark.parametrize("gap", ["'", "’", " ", "\u00a0", "\u2009", "\u202f"])
def test_case_077_groups_of_three_digits_are_one_number_with_a_remark(gap: str) -> None:
    analysis = cells(f"1{gap}250", "75")
    assert plain(analysis) == [1250.0, 75.0]
    assert "grouped_digits" in notes(analysis)


@pytest.mark.parametrize("cell", ["12 50", "1 2500", "1 250'000", "0 250", "1  250", "1'250 000", "12'50"])
def test_case_077_other_groups_are_no_number(cell: str) -> None:
    assert only_refused(cell) == [("set_aside", "not_a_number", cell)]


def test_case_078_a_proven_point_makes_the_comma_a_mark_of_thousands() -> None:
    analysis = cells("1,250", "12.5")
    assert plain(analysis) == [1250.0, 12.5]
    assert not blocked(analysis)


def test_case_079_a_censored_result_keeps_its_sign_and_its_limit() -> None:
    analysis = cells("<5", ">2000", "≤ 5", "≥ 2000", "< 5", "<5.", "LESS THAN 5", "> OR = 2000", "alle 5")
    assert numbers(analysis) == [
        ("<", 5.0),
        (">", 2000.0),
        ("<=", 5.0),
        (">=", 2000.0),
        ("<", 5.0),
        ("<", 5.0),
        ("<", 5.0),
        (">=", 2000.0),
        ("<", 5.0),
    ]


def test_case_079_rules_use_only_what_the_sign_proves() -> None:
    assert state(cells("<5", ">20", ">400")) == [
        State.BELOW_LIMIT.value,
        State.INDETERMINATE.value,
        State.ABOVE_LIMIT.value,
    ]


def test_case_080_a_change_of_unit_converts_the_limit_and_keeps_the_sign() -> None:
    (row,) = cells("<200", test="Vitamin B12").results.to_dict("records")
    assert (row["comparator"], row["reported_number"], row["unit"]) == ("<", 200.0, "pmol/L")
    assert row["value"] == pytest.approx(147.559, abs=0.001)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("10-20", "range"), ("1:80", "titre"), ("Pos", "word"), ("2+", "grade"), ("normal", "word")],
)
def test_case_081_ranges_titres_grades_and_words_are_no_number_and_say_which(cell: str, kind: str) -> None:
    assert only_refused(cell) == [("set_aside", "not_a_number", cell)]
    analysis = cells(cell)
    assert kind in analysis.issues["message"].iloc[0]
    (issue,) = analysis.patient_issues("P1").to_dict("records")  # what the timeline shows
    assert (issue["analyte"], issue["reported"]) == ("ferritin", cell)


def test_case_082_a_flag_beside_the_number_is_a_flag_and_never_litres() -> None:
    analysis = cells("12.5 L", "250*", "H 300", "33 Normal", "105 H", "45.5 ng/mL H")
    assert plain(analysis) == [12.5, 250.0, 300.0, 33.0, 105.0, 45.5]
    assert set(analysis.results["reported_unit"]) == {"ng/mL"}
    assert only_refused("12.5 Q") == [("set_aside", "not_a_number", "12.5 Q")]


def test_case_082_a_flag_is_no_unit_where_the_unit_is_missing() -> None:
    assert blocked(cells("12.5 L", unit="")) == [("held", "unit_missing", "")]


def test_case_083_the_unit_of_the_cell_is_used_where_the_column_is_empty() -> None:
    analysis = cells("12.5 ng/mL", ">20 NG/ML", "GREATER THAN 20 NG/ML", unit="")
    assert numbers(analysis) == [("", 12.5), (">", 20.0), (">", 20.0)]
    assert set(analysis.results["unit_code"]) == {"ng/mL"}


def test_case_083_two_units_that_differ_set_the_row_aside() -> None:
    assert blocked(cells("12.5 ng/mL", unit="mg/dL")) == [("set_aside", "unit_conflict", "mg/dL")]
    assert plain(cells("12.5 ng/mL", unit="ng/ml")) == [12.5]


@pytest.mark.parametrize(
    "cell",
    ["haemolysed", "QNS", "see comment", "pending", "See comment.", "HÄMOLYTISCH", "ks. lausunto", "溶血"],
)
def test_case_084_a_reason_instead_of_a_number_is_kept_word_for_word(cell: str) -> None:
    assert only_refused(cell) == [("set_aside", "no_result", cell)]


@pytest.mark.parametrize("cell", ["#VALUE!", "#REF!", "#N/A", "#DIV/0!", "######", "#WERT!", "Err:502"])
def test_case_085_an_error_of_a_spreadsheet_says_so(cell: str) -> None:
    assert only_refused(cell) == [("set_aside", "spreadsheet_error", cell)]


@pytest.mark.parametrize(
    "cell",
    ["12-May", "May-12", "5-Mar", "2.Mai", "12. maj", "5 mars 2025", "12.05.2025", "2025-05-12", "5月12日"],
)
def test_case_086_a_number_that_became_a_date_is_never_undone(cell: str) -> None:
    assert only_refused(cell) == [("set_aside", "date_in_value", cell)]


def test_case_087_a_day_number_of_a_spreadsheet_among_values_is_remarked_on_or_set_aside() -> None:
    """Whether 45721 is a date cannot be seen in the number: what is possible for the analyte decides."""
    magnesium = cells("2.1", "1.9", "45721", test="Magnesium")
    assert plain(magnesium) == [2.1, 1.9]
    assert blocked(magnesium) == [("set_aside", "impossible", "45721")]
    ferritin = cells("42", "75", "45721")
    assert plain(ferritin) == [42.0, 75.0, 45721.0]
    assert "implausible" in notes(ferritin)


def test_case_088_no_concentration_is_negative() -> None:
    for cell in ("-5", "- 5", "−5", "-0.5"):
        assert only_refused(cell) == [("set_aside", "not_a_number", cell)]


def test_case_088_zero_waits_for_the_laboratory() -> None:
    for cell in ("0", "0.0", "0 ng/mL"):
        assert only_refused(cell) == [("held", "zero_value", cell)]


@pytest.mark.parametrize(
    "cell",
    ["1e5", "12E4", "1_2", "0x10", "inf", "１２.５", "١٢", "−5", "(5)", "½", "12..5", "1,2,5", "2,34 X 10^12"]
    + ["negative 0.1", "~5", "12.5 ± 0.3", "1234567890", "12."],
)
def test_case_089_what_the_grammar_does_not_know_is_no_number(cell: str) -> None:
    """`nan` is listed as a missing value. The grammar reads nine digits before the mark, two more than the
    case table: platelets and cell counts of other tests in the file must not become damaged numbers."""
    assert only_refused(cell) == [("set_aside", "not_a_number", cell)]


def test_case_089_a_text_for_no_number_is_a_missing_value() -> None:
    for cell in ("nan", "NULL", "n/a", "--"):
        assert only_refused(cell) == [("set_aside", "no_value", cell)]
