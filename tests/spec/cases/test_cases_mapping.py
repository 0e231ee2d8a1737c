"""Chapter: columns to roles. Cases 34 to 38 of the table of damaged and unusual input."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rls_dash.answers import AnswerBook, Answers, Question, ReadOptions
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse


def read(text: str, answers: Answers | None = None) -> Analysis:
    options = ReadOptions(answers=AnswerBook(answers or Answers()))
    return analyse([InputFile("labs.csv", text.encode())], load_knowledge(), options)


def values(analysis: Analysis) -> list[float]:
    return sorted(analysis.results["value"])


def notes(analysis: Analysis) -> set[str]:
    return set(analysis.issues.loc[analysis.issues["severity"] == "note", "code"])


def question(analysis: Analysis) -> Question:
    """The only question of the only file, which was not read because of it."""
    (error,) = analysis.errors
    (asked,) = error.questions
    assert analysis.results.empty
    return asked


def previews(asked: Question) -> list[tuple[str, Sequence[str]]]:
    return [(choice.answer, choice.preview) for choice in asked.choices]


TWICE = """patient_id,date,test,value,value,unit
P1,2025-03-05,Ferritin,42,{0},ug/L
P1,2025-04-05,Ferritin,43,{1},ug/L
"""


def test_case_034_a_header_twice_over_the_same_cells_is_read_and_remarked() -> None:
    analysis = read(TWICE.format(42, 43))
    assert values(analysis) == [42.0, 43.0]
    assert "duplicate_header" in notes(analysis)


def test_case_034_a_header_twice_over_other_cells_is_asked() -> None:
    asked = question(read(TWICE.format(42, 90)))
    assert (asked.kind, asked.subject) == ("columns", "value")
    assert previews(asked) == [("value", ("43",)), ("ignore", ("90",))]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"value": "value"}, [42.0, 43.0]),
        ({"value": "ignore"}, [42.0, 90.0]),
        ({"value (2)": "ignore"}, [42.0, 43.0]),
        ({"value (2)": "value"}, [42.0, 90.0]),
    ],
)
def test_case_034_the_answer_names_one_of_the_two(columns: dict[str, str], expected: list[float]) -> None:
    analysis = read(TWICE.format(42, 90), Answers(columns=columns))
    assert values(analysis) == expected
    assert not analysis.errors


@pytest.mark.parametrize(
    "header",
    [
        "PATIENT_ID,COLLECTION DATE,TEST NAME,RESULT VALUE,UNITS",
        "Patient-ID,collection_date,TestName,result-value,Unit",
        " patient id , Collection  Date ,Test Name,Result Value,unit ",
        "Patient,Entnahmedatum,Untersuchung,Ergebnis,Einheit",
        "N° patient,Date de prélèvement,Analyse,Résultat,Unité",
        "n patient,DATE DE PRELEVEMENT,analyse,resultat,unite",
        "Numer pacjenta,Data pobrania,Badanie,Wynik,Jednostka",
        "Hasta No,Numune Alma Tarihi,Tetkik Adı,Sonuç,Birim",
    ],
)
def test_case_035_a_header_is_known_by_its_letters_alone(header: str) -> None:
    analysis = read(f"{header}\nP1,2025-03-05,Ferritin,42,ug/L\n")
    assert list(analysis.results["patient_id"]) == ["P1"]
    assert list(analysis.results["collected_at"]) == ["2025-03-05"]
    assert values(analysis) == [42.0]


BOTH = """patient_id,date,test,result,value,unit
P1,2025-03-05,Ferritin,42,{0},ug/L
P1,2025-04-05,Ferritin,43,{1},ug/L
"""


def test_case_036_two_columns_for_one_field_are_asked_with_a_preview_of_each() -> None:
    asked = question(read(BOTH.format(17, 18)))
    assert (asked.kind, asked.subject) == ("columns", "result")
    assert [choice.label for choice in asked.choices] == ["result", "value"]
    assert previews(asked) == [("value", ("42", "43")), ("ignore", ("17", "18"))]
    assert "'result'" in asked.text
    assert "'value'" in asked.text


@pytest.mark.parametrize(("answer", "expected"), [("value", [42.0, 43.0]), ("ignore", [17.0, 18.0])])
def test_case_036_each_choice_reads_its_column(answer: str, expected: list[float]) -> None:
    text = BOTH.format(17, 18)
    asked = question(read(text))
    book = AnswerBook().with_answer(asked.layout, asked.kind, asked.subject, answer)
    analysis = analyse([InputFile("labs.csv", text.encode())], load_knowledge(), ReadOptions(answers=book))
    assert values(analysis) == expected


def test_case_036_columns_that_agree_are_no_question() -> None:
    analysis = read(BOTH.format(42, ""))
    assert values(analysis) == [42.0, 43.0]
    assert not analysis.errors


def test_case_037_columns_nobody_knows_are_listed_as_not_used() -> None:
    text = "patient_id,date,test,value,unit,room,Assessment\nP1,2025-03-05,Ferritin,42,ug/L,4,fine\n"
    analysis = read(text)
    assert values(analysis) == [42.0]
    unused = [column.header for column in analysis.files[0].columns if not column.role]
    assert unused == ["room", "Assessment"]


NO_UNIT = "patient_id,date,test,value\nP1,2025-03-05,Ferritin,42\nP1,2025-03-05,Magnesium,0.8\n"


def test_case_038_without_a_unit_column_rows_wait_and_one_unit_per_analyte_is_asked() -> None:
    analysis = read(NO_UNIT)
    assert analysis.results.empty
    waiting = analysis.issues[analysis.issues["severity"] == "held"]
    assert list(waiting["code"]) == ["unit_missing", "unit_missing"]
    assert sorted(asked.subject for asked in analysis.questions if asked.kind == "units") == [
        "ferritin",
        "magnesium",
    ]


def test_case_038_a_unit_is_given_for_one_analyte_and_not_taken_for_another() -> None:
    analysis = read(NO_UNIT, Answers(units={"ferritin": "ug/L"}))
    assert list(analysis.results["analyte"]) == ["ferritin"]
    assert analysis.counts["held"] == 1


@pytest.mark.parametrize("missing", ["test", "value"])
def test_case_038_without_a_test_or_a_value_there_is_no_table_of_results(missing: str) -> None:
    header = ["patient_id", "date", "test", "value", "unit"]
    kept = [word for word in header if word != missing]
    analysis = read(",".join(kept) + "\nP1,2025-03-05,x,ug/L\n")
    assert analysis.results.empty
    assert [error.code for error in analysis.errors] == ["no_header"]
