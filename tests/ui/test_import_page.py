"""The Import page: what was loaded, what was not, and what is needed from the user."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from rls_dash.answers import AnswerBook, Answers, Choice, Question
from rls_dash.answers_file import answers_toml
from rls_dash.ingest.formats import Role
from rls_dash.knowledge import load_knowledge
from rls_dash.model import FileError, Severity
from rls_dash.pipeline import ColumnRole, FileReport, InputFile, analyse
from rls_dash.questions import Asked
from rls_dash.ui import file_words
from rls_dash.ui.components import counts, file_details, issues_table, mapping_tables, question_card
from rls_dash.ui.loading import read_answers_files, split_answers
from tests.ui.opened import IMPORT, LABS, PATIENT, PATIENTS, opened, with_files, words

HEADER = "patient_id,date,test,value,unit\n"
DATES = HEADER + "T-1,03/04/2026,Ferritin,42,ng/mL\nT-1,05/04/2026,Ferritin,44,ng/mL\n"
MORE_DATES = HEADER + "T-2,06/04/2026,Ferritin,61,ng/mL\n"
OTHER_DATES = "patient_id,date,test,value,unit,comment\nT-3,06/04/2026,Ferritin,61,ng/mL,\n"
NASTY = "![x](http://evil.example/p.png)"


def plain(escaped: str) -> str:
    """What a reader sees of escaped text."""
    return escaped.replace("\\", "").replace("\u2060", "")


def numbers(at: AppTest) -> dict[str, int]:
    """The counts on the page."""
    return {metric.label: int(metric.value.replace(",", "")) for metric in at.metric}


def dates(at: AppTest) -> list[str]:
    """Dates of collection on the patient page, newest first."""
    at.switch_page(PATIENT).run()
    shown = at.dataframe[0].value["Collected"].tolist()
    at.switch_page(IMPORT).run()
    return shown


def answer_widgets(at: AppTest) -> list[object]:
    """The widgets that answer questions, in the order of the page."""
    kinds = ("radio", "selectbox", "date_input", "text_input")
    return [one for kind in kinds for one in at.get(kind) if str(one.key).startswith("answer_")]


def give(at: AppTest, *files: tuple[str, str]) -> AppTest:
    """More files for the uploader of exports."""
    at.file_uploader[0].set_value([(name, text.encode(), "text/csv") for name, text in files]).run()
    assert not at.exception, [one.message for one in at.exception]
    return at


def book_of(at: AppTest) -> AnswerBook:
    """The answers of the session."""
    return at.session_state["_answers"]


# --- questions -------------------------------------------------------------------------------------------


def test_a_question_shows_its_cells_read_each_way_and_is_answered_at_once() -> None:
    at = with_files(("labs.csv", DATES))
    assert "What is needed from you: 1 answer" in words(at)
    preview = at.dataframe[0].value
    assert preview.columns.tolist() == ["In the file", "Read as day before month", "Read as month before day"]
    assert preview.iloc[0].tolist() == ["03/04/2026", "03 Apr 2026", "04 Mar 2026"]
    (radio,) = answer_widgets(at)
    assert [plain(one) for one in radio.options] == [
        "day before month",
        "month before day",
        "not answered: rows are held",
    ]
    assert (radio.value, numbers(at)["Held"]) == ("", 2)

    radio.set_value("mdy").run()
    assert (numbers(at)["Results"], numbers(at)["Held"]) == (2, 0)
    assert "What is needed" not in words(at)
    assert dates(at) == ["04 May 2026", "04 Mar 2026"]


def test_an_answered_question_stays_and_can_be_changed_or_taken_back() -> None:
    at = with_files(("labs.csv", DATES))
    answer_widgets(at)[0].set_value("mdy").run()
    assert "What you have answered" in words(at)
    assert "month before day" in at.expander[0].label
    assert answer_widgets(at)[0].value == "mdy"
    answer_widgets(at)[0].set_value("dmy").run()
    assert dates(at) == ["05 Apr 2026", "03 Apr 2026"]
    answer_widgets(at)[0].set_value("").run()
    assert numbers(at)["Held"] == 2
    assert "What is needed from you: 1 answer" in words(at)


def test_files_of_one_layout_are_asked_about_once() -> None:
    at = with_files(("a.csv", DATES), ("b.csv", MORE_DATES))
    (radio,) = answer_widgets(at)
    assert "a.csv and 1 more file with the same columns" in plain(words(at))
    radio.set_value("dmy").run()
    assert numbers(at)["Results"] == 3


def test_an_answer_counts_for_later_files_of_the_layout_and_for_no_other() -> None:
    at = with_files(("a.csv", DATES))
    answer_widgets(at)[0].set_value("dmy").run()
    give(at, ("b.csv", MORE_DATES), ("c.csv", OTHER_DATES))
    assert (numbers(at)["Results"], numbers(at)["Held"]) == (1, 1)
    assert "What is needed from you: 1 answer" in words(at)
    preview = next(frame.value for frame in at.dataframe if "In the file" in frame.value.columns)
    assert preview["In the file"].tolist() == ["06/04/2026"], "the cells of these files, not of earlier ones"
    assert len(at.expander) == 1, "what was answered before is in sight"


def test_the_sample_forgets_no_answer() -> None:
    at = with_files(("a.csv", DATES))
    answer_widgets(at)[0].set_value("dmy").run()
    before = book_of(at)
    at.button(key="sample_again").click().run()
    assert book_of(at) == before
    give(at, ("b.csv", MORE_DATES))
    assert numbers(at)["Results"] == 1


def test_the_question_of_the_sample_is_answered_like_any_other() -> None:
    at = opened(IMPORT)
    held = numbers(at)["Held"]
    box = next(one for one in at.selectbox if str(one.key).startswith("answer_"))
    assert box.options[-1] == "not answered: rows are held"
    assert "mg/dL" in box.options
    box.set_value("mg/dL").run()
    assert numbers(at)["Held"] == held - 1
    at.switch_page(PATIENTS).run()
    assert not at.exception


def test_a_report_without_date_and_patient_asks_for_both() -> None:
    at = with_files(("report.csv", "Parameter,Value,Unit\nFerritin,42,ng/mL\nMagnesium,0.8,mmol/L\n"))
    assert numbers(at)["Held"] == 2
    at.date_input[0].set_value(pd.Timestamp("2026-03-05").date()).run()
    at.text_input[0].set_value("T-9").run()
    assert numbers(at)["Results"] == 2
    assert dates(at) == ["05 Mar 2026", "05 Mar 2026"]
    at.switch_page(PATIENTS).run()
    assert at.dataframe[0].value["Patient"].tolist() == ["T-9"]


def test_units_are_offered_as_printed_and_taken_as_answered() -> None:
    at = with_files(("labs.csv", HEADER + "T-1,2026-03-05,Ferritin,42,\n"))
    (box,) = answer_widgets(at)
    assert "µg/L" in box.options
    box.set_value("ug/L").run()
    assert numbers(at)["Results"] == 1


def test_text_of_a_file_in_a_question_stays_text() -> None:
    question = Question(
        "x.csv", "a", "columns", NASTY, f"Is {NASTY} it?", (Choice("value", NASTY, (NASTY,)),)
    )
    card = Asked(question, (f"{NASTY}.csv",), 2, NASTY, "")
    script = AppTest.from_function(_one_card, kwargs={"card": card}).run()
    assert not script.exception
    rich = [str(one.value) for kind in ("markdown", "caption") for one in script.get(kind)]
    rich += script.radio[0].options
    assert not [text for text in rich if "](http" in text]


def _one_card(card: object) -> None:
    from rls_dash.ui.components import question_card

    question_card.render(card)  # type: ignore[arg-type]


def asked(kind: str = "decimal", choices: tuple[Choice, ...] = (), **more: object) -> Asked:
    """A question with cells "1,250" of one file."""
    question = Question("a.csv", "layout", kind, "", "Which?", choices, ("1,250",))
    return Asked(question, **({"files": ("a.csv",), "rows": 1, "unread": "", "answer": ""} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (asked(), "a.csv: 1 row held until this is answered."),
        (asked(rows=1200), "a.csv: 1,200 rows held until this is answered."),
        (
            asked(files=("a.csv", "b.csv", "c.csv")),
            "a.csv and 2 more files with the same columns: 1 row held",
        ),
        (asked(unread="It is cut off.", rows=0), "a.csv: not read until this is answered."),
        (asked(rows=0), "a.csv: nothing is held until this is answered."),
        (asked(answer=","), "a.csv"),
    ],
)
def test_a_question_says_what_waits_for_it(card: Asked, said: str) -> None:
    assert question_card.waiting_words(card).startswith(said)


def test_a_preview_has_a_column_for_every_reading() -> None:
    choices = (
        Choice(".", "point", ("1250",)),
        Choice(",", "comma", ("1.250",)),
        Choice("?", "comma", ("x",)),
    )
    shown = question_card.preview_table(asked(choices=choices).question)
    assert [name.strip() for name in shown.columns] == [
        "In the file",
        "Read as point",
        "Read as comma",
        "Read as comma",
    ]
    assert question_card.preview_table(asked(choices=(Choice(".", "point"),)).question).shape == (1, 1)
    assert question_card.preview_table(Question("a", "b", "patient", "", "Who?", ())).empty


def test_whole_lines_stand_below_each_other_and_stay_as_they_are() -> None:
    comma = Choice(",", "comma", ("2025-03-05 | Ferritin | 42", "2025-03-06 | Ferritin | 43"))
    question = Question(
        "a.csv", "l", "delimiter", "", "Which?", (comma, Choice(";", "semicolon", ("all in one",)))
    )
    shown = question_card.preview_table(question)
    assert shown["With the answer"].tolist() == ["comma", "", "semicolon"]
    assert shown["the file reads"].tolist() == [*comma.preview, "all in one"], "no date in them is rewritten"


def test_columns_to_choose_from_stand_beside_each_other() -> None:
    choices = (Choice("value", "Result", ("42",)), Choice("ignore", "Value", ("43",)))
    shown = question_card.preview_table(
        Question("a.csv", "l", "columns", "Result", "Which?", choices, ("42",))
    )
    assert shown.to_dict("list") == {"Result": ["42"], "Value": ["43"]}


def test_a_question_that_its_answer_leaves_nothing_to_ask_of_stays_in_sight() -> None:
    at = with_files(("report.csv", "Parameter,Value,Unit\nFerritin,42,ng/mL\n"))
    at.date_input[0].set_value(pd.Timestamp("2026-03-05").date()).run()
    assert "2026-03-05" in " ".join(one.label.replace("\\", "").replace("\u2060", "") for one in at.expander)
    at.date_input[0].set_value(None).run()
    assert numbers(at)["Held"] == 1


def test_a_date_of_a_mapping_file_beyond_what_can_be_picked_is_shown_all_the_same() -> None:
    book = AnswerBook(Answers(collected="1931-02-03"))
    at = with_files(("report.csv", "Parameter,Value,Unit\nFerritin,42,ng/mL\n"))
    text = answers_toml(book)
    at.file_uploader(key="answers_file").set_value([("mapping.toml", text.encode(), "text/plain")]).run()
    assert not at.exception
    assert str(at.date_input[0].value) == "1931-02-03"


# --- mapping.toml ----------------------------------------------------------------------------------------


def layout_of(text: str) -> str:
    """The fingerprint of a file."""
    return analyse([InputFile("a.csv", text.encode())], load_knowledge()).files[0].layout


def test_a_mapping_file_among_the_exports_is_taken_as_answers() -> None:
    text = answers_toml(AnswerBook(layouts={layout_of(DATES): Answers(date_order="dmy")}))
    at = with_files(("labs.csv", DATES), ("mapping.toml", text))
    assert numbers(at)["Results"] == 2
    assert [plain(one.value) for one in at.success] == [
        "1 answer about 1 layout taken from the mapping file."
    ]
    assert "mapping.toml" not in at.session_state["_loaded"].analysis.files[0].name
    at.run()
    assert not at.success, "said once"


def test_a_mapping_file_has_an_uploader_of_its_own() -> None:
    at = with_files(("labs.csv", DATES))
    text = answers_toml(AnswerBook(Answers(date_order="mdy")))
    at.file_uploader(key="answers_file").set_value([("my answers.toml", text.encode(), "text/plain")]).run()
    assert numbers(at)["Results"] == 2
    assert dates(at) == ["04 May 2026", "04 Mar 2026"]
    give(at, ("c.csv", OTHER_DATES))
    assert numbers(at)["Results"] == 1, "an answer about every file counts for every layout"


def test_a_mapping_file_that_is_refused_says_why_and_the_files_are_read_without_it() -> None:
    at = with_files(("labs.csv", DATES), ("mapping.toml", "version = 1\n[all]\ndate_order = 'ymd'\n"))
    (error,) = [plain(one.value) for one in at.error]
    for part in ("mapping.toml", "[all], date_order", '"dmy"', "None of its answers is used"):
        assert part in error
    assert numbers(at)["Held"] == 2


def test_a_mapping_file_outranks_what_was_said_before() -> None:
    at = with_files(("labs.csv", DATES))
    answer_widgets(at)[0].set_value("dmy").run()
    text = answers_toml(AnswerBook(layouts={layout_of(DATES): Answers(date_order="mdy")}))
    at.file_uploader(key="answers_file").set_value([("mapping.toml", text.encode(), "text/plain")]).run()
    assert answer_widgets(at)[0].value == "mdy"
    assert dates(at) == ["04 May 2026", "04 Mar 2026"]


def test_an_answer_no_file_asks_for_is_shown_and_can_be_taken_back() -> None:
    text = answers_toml(AnswerBook(Answers(century="1900")))
    at = with_files(("labs.csv", LABS), ("mapping.toml", text))
    assert "Years with two digits: 1900 (every file)" in words(at)
    next(one for one in at.button if one.label == "Take back").click().run()
    assert book_of(at).everywhere == Answers()
    assert "Years with two digits" not in words(at)


def test_columns_of_a_loaded_mapping_file_are_kept_for_the_next_one() -> None:
    text = answers_toml(
        AnswerBook(layouts={"elsewhere": Answers(decimal=",")}), {"elsewhere": ("Pat", "Wert")}
    )
    at = with_files(("labs.csv", LABS), ("mapping.toml", text))
    assert at.session_state["_headers_of_layouts"]["elsewhere"] == ("Pat", "Wert")
    assert layout_of(LABS) in at.session_state["_headers_of_layouts"]


def test_mapping_files_are_told_from_exports_by_their_ending() -> None:
    files = [InputFile(name, b"version = 1") for name in ("a.csv", "mapping.toml", "B.TOML", "toml.csv")]
    mappings, others = split_answers(files)
    assert [one.name for one in mappings] == ["mapping.toml", "B.TOML"]
    assert [one.name for one in others] == ["a.csv", "toml.csv"]
    one, two = (InputFile(n, answers_toml(AnswerBook(Answers(decimal=d))).encode()) for n, d in ("a,", "b."))
    assert read_answers_files([one, two]).book.everywhere.decimal == "."


# --- where every row went --------------------------------------------------------------------------------


def test_the_numbers_add_up_for_every_file_and_in_all() -> None:
    files = [("a.csv", LABS), ("b.csv", DATES), ("c.csv", "nothing,to,see\n1,2,3\n"), ("d.csv", LABS + "\n")]
    at = with_files(*files, ("patients.csv", "patient_id,birth_date,sex\nT-1,1960-05-01,female\n"))
    table = next(one.value for one in at.dataframe if "Rows in" in one.value.columns).set_index("File")
    whole = numbers(at)
    parts = ["Results", "Set aside", "Held", "Not tracked", "Duplicates"]
    assert whole["Rows in"] == sum(whole[part] for part in parts) == table["Rows in"].sum()
    read = table[table["Holds"] == "results"]
    assert (read["Rows in"] == read[parts].sum(axis=1)).all()
    assert table.loc["c.csv", "Holds"] in ("not read", "waits for an answer")
    assert table.loc["patients.csv", "Holds"] == "facts about patients"
    assert table.loc[["c.csv", "patients.csv"], "Rows in"].isna().all()


def test_a_file_that_waits_for_an_answer_is_no_error() -> None:
    at = with_files(("a.csv", LABS))
    found = at.session_state["_loaded"]
    question = Question("z.csv", "l", "encoding", "", "Which?", (Choice("cp1252", "Windows"),))
    waiting = FileError("z.csv", "encoding", "The file is not UTF-8.", questions=[question])
    other = FileError("y.csv", "empty", "The file is empty.")
    changed = replace(found, analysis=replace(found.analysis, errors=(waiting, other)))
    at.session_state["_loaded"] = changed
    at.run()
    said = [one.value for one in at.error if "Nothing of this file" in one.value]
    assert len(said) == 1
    assert "empty" in said[0]
    assert "z" in words(at)
    held = counts.by_file(changed).set_index("File")["Holds"]
    assert held[["z.csv", "y.csv"]].tolist() == ["waits for an answer", "not read"]


# --- what was recognised ---------------------------------------------------------------------------------


def test_how_a_file_was_read_is_said_in_words() -> None:
    found = analyse([InputFile("a.csv", DATES.replace(",", ";").encode())], load_knowledge())
    row = file_details.overview(found.files).iloc[0]
    assert row["Columns apart by"] == "semicolon"
    assert row["Text"] == "UTF-8"
    assert row["Dates"] == "not proved by the file"
    assert row["Columns used"] == "5 of 5"


def test_every_role_and_every_kind_of_answer_has_words() -> None:
    assert set(file_words.ROLES) == {role.value for role in Role}
    assert len(set(file_words.ROLES.values())) == len(file_words.ROLES)
    assert set(file_words.KINDS) == {name for name in Answers.__dataclass_fields__}


def report(*columns: ColumnRole) -> FileReport:
    """The report of a file with these columns."""
    found = analyse([InputFile("a.csv", LABS.encode())], load_knowledge()).files[0]
    return replace(found, columns=columns)


def test_only_columns_that_were_changed_become_answers() -> None:
    file = report(ColumnRole("pat", "patient_id"), ColumnRole("x", ""), ColumnRole("Wert", "value"))
    assert mapping_tables.changed_roles(file, ["patient_id", "ignore", "value"]) == {}
    assert mapping_tables.changed_roles(file, ["patient_id", "unit", "ignore"]) == {
        "x": "unit",
        "Wert": "ignore",
    }


def test_a_column_that_was_corrected_is_read_so_and_can_be_put_back() -> None:
    at = with_files(("labs.csv", LABS))
    layout = layout_of(LABS)
    at.session_state["_answers"] = AnswerBook(layouts={layout: Answers(columns={"reference_low": "ignore"})})
    give(at, ("again.csv", LABS))
    table = next(one.value for one in at.dataframe if "Column of the file" in one.value.columns)
    assert table.set_index("Column of the file")["Taken for"]["reference_low"] == "not used"
    at.button(key="reset_columns_details").click().run()
    assert book_of(at).of(layout).columns == {}
    table = next(one.value for one in at.dataframe if "Column of the file" in one.value.columns)
    assert (
        table.set_index("Column of the file")["Taken for"]["reference_low"]
        == "laboratory interval: lower end"
    )


def test_a_file_whose_columns_name_no_test_or_result_asks_for_them() -> None:
    assert mapping_tables.missing_roles(report(ColumnRole("a", "patient_id"))) == "the test and the result"
    assert mapping_tables.missing_roles(report(ColumnRole("a", "code"), ColumnRole("b", ""))) == "the result"
    assert not mapping_tables.missing_roles(report(ColumnRole("a", "test"), ColumnRole("b", "value_number")))


def test_a_file_without_a_header_is_read_once_its_columns_are_named() -> None:
    at = with_files(("bare.csv", DATES.partition("\n")[2]))
    assert "1 file is not read until then" in words(at)
    answer_widgets(at)[0].set_value("none").run()
    assert "What does each column hold? None is known to hold the test and the result." in words(at)
    columns = at.dataframe[0].value
    assert columns["Column of the file"].tolist() == [f"column {number}" for number in range(1, 6)]
    assert set(columns["Taken for"]) == {"not used"}


def test_a_second_column_of_one_name_is_named_by_its_number() -> None:
    file = report(ColumnRole("value", "value"), ColumnRole("value", ""), ColumnRole("", ""))
    assert mapping_tables.changed_roles(file, ["value", "unit", "ignore"]) == {"value (2)": "unit"}
    shown = mapping_tables.columns_table(file)["Column of the file"].tolist()
    assert shown == ["value", "value (2)", "(no name)"]


def test_tests_are_listed_with_what_they_were_taken_for() -> None:
    at = with_files(("labs.csv", LABS))
    found = at.session_state["_loaded"]
    tests = file_details.tests_of(found, found.analysis.files[0])
    assert tests == {"Ferritin": ("ferritin", 3), "Magnesium": ("magnesium", 1), "Sodium": ("", 1)}


# --- rows to look at -------------------------------------------------------------------------------------


def issues() -> pd.DataFrame:
    """Issues of a file with a row of each kind."""
    text = HEADER + (
        "T-1,2026-03-05,Ferritin,see comment,ng/mL\nT-1,2026-03-05,Magnesium,0.8,Mg/dL\n"
        "T-2,2026-03-05,Sodium,140,mmol/L\nT-2,2026-03-05,Ferritin,,ng/mL\n"
    )
    return analyse(
        [InputFile("a.csv", text.encode()), InputFile("b.csv", LABS.encode())], load_knowledge()
    ).issues


def test_rows_are_filtered_by_severity_file_reason_and_text() -> None:
    every = issues()
    assert len(issues_table.filtered(every, [], None, None, "")) == len(every)
    held = issues_table.filtered(every, ["held"], None, None, "")
    assert set(held["severity"]) == {"held"}
    assert set(issues_table.filtered(every, [], "b.csv", None, "")["source_file"]) == {"b.csv"}
    code = every["code"].iloc[0]
    assert set(issues_table.filtered(every, [], None, code, "")["code"]) == {code}
    assert issues_table.filtered(every, [], None, None, "SEE COMM")["reported"].tolist() == ["see comment"]
    assert issues_table.filtered(every, ["note"], "a.csv", None, "t-1").empty
    assert issues_table.filtered(every, [], None, None, "[").empty, "searched as text, not as a pattern"


def test_what_waits_for_the_reader_stands_first() -> None:
    order = issues_table.in_order(issues())["severity"].map({"held": 0, "set_aside": 1, "note": 2}).tolist()
    assert order == sorted(order)


def test_the_page_filters_and_offers_exactly_what_is_listed() -> None:
    at = with_files(("labs.csv", LABS), ("more.csv", DATES))
    at.pills[0].set_value([Severity.HELD]).run()
    table = next(one.value for one in at.dataframe if "As in the file" in one.value.columns)
    assert set(table["Severity"]) == {"Held"}
    labels = [one.label for one in at.get("download_button")]
    assert f"Download the {len(table)} listed issues" in labels
    assert "Download issues.csv" in labels
    next(one for one in at.text_input if one.label == "Search").set_value("nothing like this").run()
    assert "0 of" in words(at)


def test_filters_start_afresh_with_other_files_and_stay_when_an_answer_is_given() -> None:
    at = with_files(("labs.csv", DATES + "T-1,13/04/2026x,Ferritin,40,ng/mL\n"))
    search = next(one for one in at.text_input if one.label == "Search")
    search.set_value("a").run()
    answer_widgets(at)[0].set_value("dmy").run()
    assert next(one for one in at.text_input if one.label == "Search").value == "a"
    give(at, ("b.csv", LABS))
    assert not next(one for one in at.text_input if one.label == "Search").value


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_download() -> None:
    rows = "".join(f"T-{number},2026-03-05,Ferritin,see comment,ng/mL\n" for number in range(1100))
    at = with_files(("labs.csv", HEADER + rows))
    table = next(one.value for one in at.dataframe if "As in the file" in one.value.columns)
    assert len(table) == 1000
    assert "the first 1,000 are listed, the download has all" in words(at)


# --- the patient's page ----------------------------------------------------------------------------------


def test_a_result_without_a_known_unit_is_said_on_the_patients_page() -> None:
    text = (
        HEADER
        + "T-1,2026-03-05,Ferritin,42,ng/mL\nT-1,2026-04-05,Magnesium,0.8,\nT-1,2026-04-05,Folate,4.1,Ng/ml\n"
    )
    at = with_files(("labs.csv", text))
    at.switch_page(PATIENT).run()
    said = plain(words(at))
    assert "[2 rows of this patient not used]" in said
    assert "Magnesium, unit unknown, held: see Import (labs.csv, line 3: The unit is empty" in said
    assert "Folate, unit unknown, held" in said
