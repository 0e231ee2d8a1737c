"""Chapter: the file in which answers are kept, mapping.toml."""

from __future__ import annotations

import tomllib
from dataclasses import fields

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rls_dash import answers_file
from rls_dash.answers import ALLOWED, AnswerBook, Answers
from rls_dash.answers_file import AnswersError, answers_toml, checked, read_answers, read_headers
from rls_dash.ingest.formats import Role
from rls_dash.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()
VERSION = "version = 1\n"

words = st.text(min_size=1).filter(str.strip)
analytes = st.sampled_from(list(KNOWLEDGE.analytes))
units = st.dictionaries(analytes, st.none(), max_size=3).map(
    lambda chosen: {one: KNOWLEDGE.analytes[one].conventional_unit for one in chosen}
)


def closed(kind: str) -> st.SearchStrategy[str]:
    """An allowed answer of a field, or none."""
    return st.sampled_from(["", *ALLOWED[kind]])


answers = st.builds(
    Answers,
    **{kind: closed(kind) for kind in ALLOWED},
    table=st.just("") | words,
    columns=st.dictionaries(st.text(), st.sampled_from([role.value for role in Role]), max_size=4),
    units=units,
    collected=st.just("") | st.dates().map(lambda day: day.isoformat()),
    patient=st.just("") | words,
    tests=st.dictionaries(st.text(), analytes | st.just("not_tracked"), max_size=4),
    patients=st.dictionaries(st.text(), words, max_size=4),
)
books = st.builds(AnswerBook, answers, st.dictionaries(words, answers, max_size=3))
headers = st.dictionaries(words, st.lists(st.text(), max_size=4).map(tuple), max_size=3)


def refused(text: str) -> str:
    """What is said of a mapping file that is refused."""
    with pytest.raises(AnswersError) as caught:
        read_answers(text, KNOWLEDGE)
    return str(caught.value)


@given(books, headers)
@example(AnswerBook(Answers(columns={'say "µg/L"\\\r\n\t\x00\x7f\u202e\U0001f9ea': "value"})), {})
@example(AnswerBook(Answers(), {"empty layout": Answers()}), {"empty layout": ("",)})
def test_what_is_written_is_read_back(book: AnswerBook, columns: dict[str, tuple[str, ...]]) -> None:
    text = answers_toml(book, columns)
    assert read_answers(text, KNOWLEDGE) == book
    kept = {key: one for key, one in columns.items() if key in book.layouts and one}
    assert read_headers(text) == kept
    assert read_answers(text.replace("\n", "\r\n"), KNOWLEDGE) == book, "line ends of another system"


@given(books)
def test_the_file_is_plain_text_whatever_the_headers_hold(book: AnswerBook) -> None:
    """No control character, no mark that turns the reading direction, no line break inside an answer."""
    for line in answers_toml(book).splitlines():
        assert line.isprintable()


@given(st.text(max_size=200) | st.text(alphabet="[]{}\"='.\n#abc 1", max_size=200))
def test_any_other_text_is_refused_in_words(text: str) -> None:
    try:
        read_answers(text, KNOWLEDGE)
    except AnswersError as error:
        assert str(error)
    else:
        assert tomllib.loads(text.removeprefix("\ufeff"))["version"] == 1


def test_a_file_written_by_hand_is_read() -> None:
    text = """
        version = 1
        [all]
        date_order = "dmy"
        collected = 2025-03-05          # a date of TOML is a date too
        [all.units]
        ferritin = "µg/L"               # any known spelling
        [[layout]]
        key = "5d41402abc4b2a76"
        headers = ["Pat", "Wert"]
        header = "none"
        [layout.columns]
        Wert = "value"
        Bemerkung = "ignore"
        [layout.tests]
        "Ferritin 2" = "not_tracked"
    """
    everywhere = Answers(date_order="dmy", collected="2025-03-05", units={"ferritin": "µg/L"})
    layout = Answers(
        header="none",
        columns={"Wert": "value", "Bemerkung": "ignore"},
        tests={"Ferritin 2": "not_tracked"},
    )
    assert read_answers(text, KNOWLEDGE) == AnswerBook(everywhere, {"5d41402abc4b2a76": layout})
    assert read_headers(text) == {"5d41402abc4b2a76": ("Pat", "Wert")}
    assert read_answers("\ufeff" + text, KNOWLEDGE).everywhere == everywhere, "a BOM is passed over"


def test_an_empty_book_is_a_file_too() -> None:
    assert read_answers(answers_toml(AnswerBook()), KNOWLEDGE) == AnswerBook()
    assert read_answers(VERSION, KNOWLEDGE) == AnswerBook()


def test_the_example_of_the_documentation_is_a_mapping_file() -> None:
    lines = (answers_file.__doc__ or "").splitlines()
    text = "\n".join(line[4:] for line in lines if line.startswith("    "))
    book = read_answers(text, KNOWLEDGE)
    assert book.everywhere.date_order == "dmy"
    assert book.layouts["5d41402abc4b"].columns == {"Wert": "value"}
    assert not {one.name for one in fields(Answers)} - set(
        (answers_file.__doc__ or "").replace(",", " ").replace(".", " ").replace("]", " ").split()
    ), "a field the documentation does not name"


@pytest.mark.parametrize(
    ("text", "place", "allowed"),
    [
        ("", "version", "version = 1"),
        ("version = 2", "version", "version = 1"),
        ("version = true", "version", "version = 1"),
        ("version = 1.0\nx", "line 2", ""),
        (VERSION + "alle = 1", '"alle"', "all, layout"),
        (VERSION + "all = 3", "[all]", "table"),
        (VERSION + "[all]\ndateorder = 'dmy'", '[all]: "dateorder"', "date_order"),
        (VERSION + "[all]\ndate_order = 'ymd'", "[all], date_order", '"dmy", "mdy"'),
        (VERSION + "[all]\ndate_order = ['dmy']", "[all], date_order", "text in quotes"),
        (VERSION + "[all]\ndate_order = ''", "[all], date_order", "not empty"),
        (VERSION + "[all]\ncentury = 1900", "[all], century", "text in quotes"),
        (VERSION + "[all]\ndecimal = ';'", "[all], decimal", '".", ","'),
        (VERSION + "[all]\nencoding = 'latin-9'", "[all], encoding", '"cp1252"'),
        (VERSION + "[all]\ndelimiter = ',,'", "[all], delimiter", '"\\t"'),
        (VERSION + "[all]\ncollected = '5.3.2025'", "[all], collected", "YYYY-MM-DD"),
        (VERSION + "[all]\ncollected = '2025-02-31'", "[all], collected", "YYYY-MM-DD"),
        (VERSION + "[all]\ncollected = '20250305'", "[all], collected", "YYYY-MM-DD"),
        (VERSION + "[all]\ncollected = 2025-03-05T10:00:00", "[all], collected", "text in quotes"),
        (VERSION + "[all]\npatient = 7", "[all], patient", "text in quotes"),
        (VERSION + "[all]\nunits = 'ug/L'", "[all], units", "table"),
        (VERSION + "[all.units]\nlead = 'ug/L'", '[all], units: "lead"', '"ferritin"'),
        (VERSION + "[all.units]\nferritin = 'Mg/L'", '[all], units, "ferritin"', '"ug/L"'),
        (VERSION + "[all.units]\nferritin = 'mmol/L'", '[all], units, "ferritin"', '"ug/L"'),
        (VERSION + "[all.columns]\nWert = 'values'", '[all], columns, "Wert"', '"value"'),
        (VERSION + "[all.tests]\nFER = 'iron oxide'", '[all], tests, "FER"', '"not_tracked"'),
        (VERSION + "[all.patients]\n'1' = 1", '[all], patients, "1"', "text in quotes"),
        (VERSION + "[layout]\nkey = 'a'", "layout", "[[layout]]"),
        (VERSION + "[[layout]]\ndecimal = ','", "[[layout]] 1, key", "text in quotes"),
        (VERSION + "layout = [3]", "[[layout]] 1", "table"),
        (VERSION + "[[layout]]\nkey = 'a'\n[[layout]]\nkey = 'a'", "[[layout]] 2, key", "Keep one"),
        (VERSION + "[[layout]]\nkey = 'a'\nheaders = 'b'", "[[layout]] 1, headers", "list"),
        (VERSION + "[[layout]]\nkey = 'a'\nheaders = [1]", "[[layout]] 1, headers", "list"),
        (VERSION + "[[layout]]\nkey = 'a'\nunit = 'b'", '[[layout]] 1: "unit"', "units"),
        (VERSION + "[all]\ndecimal = ','\ndecimal = '.'", "line", ""),
        (VERSION + "[all", "line 2", ""),
    ],
)
def test_what_is_not_known_is_refused_with_its_place_and_what_is_allowed(
    text: str, place: str, allowed: str
) -> None:
    said = refused(text)
    assert place in said
    assert allowed in said


@pytest.mark.parametrize(
    "text",
    [
        "#" * (answers_file.MOST_CHARACTERS + 1),
        "a = " + "[" * 100_000,
        "a = " + "{a=" * 80_000,
        "a" + ".a" * 130_000 + " = 1",  # costs a stock parser gigabytes
        "a = " + "9" * 100_000,
        VERSION + "x = 1e" + "9" * 100_000,
        "\x00",
    ],
)
def test_text_made_to_exhaust_the_reader_is_refused_at_once(text: str) -> None:
    assert refused(text)


def test_what_is_not_toml_is_not_quoted() -> None:
    """A key of the file may be an identifier; the place is enough."""
    said = refused(VERSION + "[all.patients]\n'Jane Doe' = '1'\n'Jane Doe' = '2'\n")
    assert "Jane" not in said
    assert "line 4" in said


def test_every_answer_of_a_closed_field_is_allowed_by_its_own_name() -> None:
    for kind, choices in ALLOWED.items():
        for answer in choices:
            assert checked(kind, answer, "here", KNOWLEDGE) == answer
        with pytest.raises(AnswersError, match="here"):
            checked(kind, "?", "here", KNOWLEDGE)


def test_a_later_book_outranks_an_earlier_one_and_keeps_its_other_answers() -> None:
    earlier = AnswerBook(Answers(decimal=","), {"a": Answers(date_order="dmy", patient="P"), "b": Answers()})
    later = AnswerBook(Answers(century="1900"), {"a": Answers(date_order="mdy")})
    both = later.over(earlier)
    assert both.everywhere == Answers(decimal=",", century="1900")
    assert both.layouts == {"a": Answers(date_order="mdy", patient="P"), "b": Answers()}
    assert both.of("a").decimal == ","


def test_taking_an_answer_back_opens_the_question_again() -> None:
    book = AnswerBook(
        Answers(decimal=",", units={"ferritin": "ug/L"}), {"a": Answers(decimal=".", date_order="dmy")}
    )
    less = book.without_answer("a", "decimal", "")
    assert less.of("a") == Answers(date_order="dmy", units={"ferritin": "ug/L"})
    assert not less.of("b").decimal, "an answer about every file stood behind it"
    none = less.without_answer("", "units", "ferritin").without_answer("a", "date_order", "")
    assert none.everywhere.given() == () == none.of("a").given()
    assert book.of("a").given() == (
        ("date_order", "", "dmy"),
        ("decimal", "", "."),
        ("units", "ferritin", "ug/L"),
    )
