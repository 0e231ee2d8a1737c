"""The pages as a new user meets them: the sample clinic, then files of one's own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rls_dash.findings.groups import Group
from rls_dash.knowledge import load_knowledge
from tests.ui.opened import ABOUT, IMPORT, LABS, LIMITS, PATIENT, PATIENTS, opened, with_files, words

SAMPLE_MARK = "Sample data: fictional patients"


def figure(at: AppTest) -> dict[str, Any]:
    """The one figure of the page."""
    charts = at.get("plotly_chart")
    assert len(charts) == 1
    return json.loads(charts[0].proto.spec)


def choose(at: AppTest, patient_id: str) -> AppTest:
    """The patient page on this patient."""
    return at.selectbox(key="patient_picker").set_value(patient_id).run()


@pytest.mark.parametrize("page", [PATIENTS, PATIENT, IMPORT, LIMITS, ABOUT])
def test_every_page_opens_and_marks_the_sample(page: str) -> None:
    assert SAMPLE_MARK in words(opened(page))


def test_the_list_has_every_patient_and_can_be_searched() -> None:
    at = opened()
    everybody = at.dataframe[0].value
    assert len(everybody) == 48
    assert everybody["Patient"].is_unique
    at.text_input(key="patient_search").set_value("rls-00").run()
    assert at.dataframe[0].value["Patient"].str.startswith("RLS-00").all()
    at.text_input(key="patient_search").set_value("nobody").run()
    assert "No patient of the list matches" in words(at)


def test_filters_leave_patients_that_are_in_all_of_them_and_say_how_many() -> None:
    at = opened()
    groups = at.session_state["_loaded"].groups
    pills = at.pills(key="patient_groups")
    assert pills.options == [f"{group} ({len(ids)})" for group, ids in groups.items() if ids]
    iron, recheck = Group.IRON, Group.RECHECK
    pills.set_value([iron]).run()
    assert set(at.dataframe[0].value["Patient"]) == groups[iron]
    at.pills(key="patient_groups").set_value([iron, recheck]).run()
    assert set(at.dataframe[0].value["Patient"]) == groups[iron] & groups[recheck]


def test_a_letter_stands_beside_a_value_beyond_a_limit() -> None:
    listed = opened().dataframe[0].value.set_index("Patient")["Ferritin"]
    assert listed.str.fullmatch(r"[<>]?[\d.]+ \S+(  (L|H|LL|HH|ind\.))?(  \([\d.]+ (mo|y)\))?").all()


def test_the_patient_page_has_four_panels_with_their_limits() -> None:
    at = opened(PATIENT)
    drawn = figure(at)["layout"]
    assert {"yaxis", "yaxis2", "yaxis3", "yaxis4"} <= drawn.keys()
    names = [text for one in figure(at)["data"] if one["mode"] == "text" for text in one["text"]]
    labels = " ".join([*(str(one["text"]) for one in drawn["annotations"]), *names])
    for label in ("Ferritin", "Vitamin B12", "Folate", "Magnesium", "AASM"):
        assert label in labels


def test_all_cautions_stand_in_the_table_relevant_rows_first() -> None:
    at = opened(PATIENT)
    table = next(one.value for one in at.table if "Supplement" in one.value)
    assert list(table.columns) == ["Supplement", "Supports", "Consider when", "Cautions"]
    assert len(table) == len(load_knowledge().supplements)
    relevant = table["Supplement"].str.contains("Relevant|Speaks against").tolist()
    assert relevant == sorted(relevant, reverse=True)
    beside = [one for one in load_knowledge().cautions if one.prominence == "beside_trends"]
    assert table["Cautions"].str.count("•").sum() == len(beside)
    counted = table["Cautions"].str.extract(r"(\d+) more on the page")[0].fillna(0).astype(int)
    assert len(beside) + counted.sum() == len(load_knowledge().cautions), (
        "a caution is neither shown nor counted"
    )
    beyond = sum(one.origin == "beyond" for one in beside)
    assert table["Cautions"].str.count("†").sum() == beyond


def test_units_change_figure_and_table_together() -> None:
    at = opened(PATIENT)
    before = figure(at)
    at.segmented_control(key="units").set_value("si").run()
    after = figure(at)
    assert "ng/mL" in before["layout"]["yaxis"]["title"]["text"]
    assert "µg/L" in after["layout"]["yaxis"]["title"]["text"]
    converted = at.dataframe[0].value.query("Test == 'Ferritin'")["Converted"]
    assert converted.str.endswith("µg/L").all()
    at.switch_page(LIMITS).run()
    at.switch_page(PATIENT).run()
    assert figure(at)["layout"]["yaxis"] == after["layout"]["yaxis"]


def test_next_and_previous_follow_the_list() -> None:
    at = opened()
    order = at.dataframe[0].value["Patient"].tolist()
    at.switch_page(PATIENT).run()
    at.button(key="step_Next").click().run()
    assert at.selectbox(key="patient_picker").value == order[1]
    at.button(key="step_Previous").click().run()
    assert at.selectbox(key="patient_picker").value == order[0]
    assert at.button(key="step_Previous").disabled


def test_results_are_newest_first_with_file_and_line() -> None:
    at = choose(opened(PATIENT), "RLS-001")
    table = at.dataframe[0].value
    assert (table["Line"] > 1).all()
    assert table["File"].str.endswith(".csv").all()
    at.multiselect(key="results_filter").set_value(["ferritin"]).run()
    assert set(at.dataframe[0].value["Test"]) == {"Ferritin"}


def test_users_files_replace_the_sample_and_the_sample_comes_back() -> None:
    at = with_files(("labs.csv", LABS))
    counts = {metric.label: int(metric.value) for metric in at.metric}
    assert counts.pop("Rows in") == 6 == sum(counts.values())
    assert counts["Held"] + counts["Set aside"] == 1
    assert counts["Not tracked"] == 1
    assert SAMPLE_MARK not in words(at)
    at.switch_page(PATIENTS).run()
    assert set(at.dataframe[0].value["Patient"]) == {"T-1", "T-2"}
    at.switch_page(PATIENT).run()
    assert "T-" in words(at)
    next(button for button in at.button if button.label == "Back to sample").click().run()
    assert SAMPLE_MARK in words(at)
    assert len(at.selectbox(key="patient_picker").options) == 48


def test_several_files_are_merged_and_one_that_cannot_be_read_is_named() -> None:
    other = LABS.replace("T-", "U-")
    at = with_files(("a.csv", LABS), ("b.csv", other), ("c.csv", "nothing,to,see\n1,2,3\n"))
    assert [error.value for error in at.error if "c" in error.value]
    at.switch_page(PATIENTS).run()
    assert set(at.dataframe[0].value["Patient"]) == {"T-1", "T-2", "U-1", "U-2"}


def test_a_file_without_a_usable_result_says_so_on_every_page() -> None:
    at = with_files(("labs.csv", "patient_id,date,test,value,unit\nT-1,2026-01-10,Sodium,140,mmol/L\n"))
    for page in (PATIENTS, PATIENT):
        at.switch_page(page).run()
        assert not at.exception
        assert "No usable result" in words(at)


def test_facts_about_patients_may_come_along() -> None:
    facts = "patient_id,birth_date,sex\nT-1,1960-05-01,female\n"
    at = with_files(("labs.csv", LABS), ("patients.csv", facts))
    at.switch_page(PATIENTS).run()
    listed = at.dataframe[0].value.set_index("Patient")["Age, sex"]
    assert listed["T-1"].endswith("female")
    assert listed["T-2"] == ""


def test_every_limit_caution_and_source_is_listed() -> None:
    at = opened(LIMITS)
    knowledge = load_knowledge()
    sizes = [len(table.value) for table in at.table]
    assert sizes[0] == len(knowledge.limits)
    assert sizes[-2:] == [len(knowledge.cautions), len(knowledge.sources)]


def test_the_converter_uses_the_factors_of_the_results() -> None:
    at = opened(LIMITS)
    at.selectbox(key="converter_test").set_value("vitamin_b12").run()
    at.selectbox(key="converter_unit_vitamin_b12").set_value("pg/mL").run()
    at.number_input(key="converter_value").set_value(200.0).run()
    rows = at.table[1].value.set_index("Unit")["Equals"]
    assert rows["pmol/L"].startswith("147.5")


def test_about_says_what_it_is_for_and_which_versions_run() -> None:
    said = words(opened(ABOUT))
    for phrase in (
        "licensed clinicians",
        "does not diagnose",
        "no all clear",
        load_knowledge().version,
        "LOINC",
    ):
        assert phrase in said


def test_a_search_does_not_carry_over_to_other_files() -> None:
    at = opened()
    at.text_input(key="patient_search").set_value("rls-00").run()
    at.switch_page(IMPORT).run()
    at.file_uploader[0].set_value([("labs.csv", LABS.encode(), "text/csv")]).run()
    at.switch_page(PATIENTS).run()
    assert set(at.dataframe[0].value["Patient"]) == {"T-1", "T-2"}


def test_nothing_brought_up_is_said_and_is_no_all_clear() -> None:
    text = "patient_id,date,test,value,unit\nT-1,2026-01-10,Ferritin,180,ng/mL\n"
    at = with_files(("labs.csv", text))
    at.switch_page(PATIENT).run()
    said = words(at)
    assert "brought up by results or records: none. No usable result:" in said
    assert "not an all clear" in said


def test_a_held_result_of_the_patient_is_said_on_the_page() -> None:
    at = opened()
    at.session_state["_patient"] = "RLS-019"
    at.switch_page(PATIENT).run()
    words = " ".join(one.value for one in at.markdown).replace("\\", "").replace("\u2060", "")
    assert "[1 row of this patient not used] Magnesium" in words
    assert "The unit is empty" in words


def test_a_patient_without_one_used_row_is_listed_and_opens() -> None:
    head = "patient_id,collected_at,test,value,unit\n"
    held = head + "P1,2026-09-01,Ferritin,42,\nP2,2026-09-01,Ferritin,42,ng/mL\n"
    at = with_files(("labs.csv", held))
    at.switch_page(PATIENTS).run()
    table = at.dataframe[0].value.set_index("Patient")
    assert table.loc["P1", "Latest results"] == "no row of this patient is used: see Import"
    at.session_state["_patient"] = "P1"
    at.switch_page(PATIENT).run()
    assert not at.exception
    said = " ".join(one.value for one in at.markdown).replace("\\", "").replace("\u2060", "")
    assert "[1 row of this patient not used] Ferritin, unit unknown, held: see Import" in said


def test_the_clinics_numbers_are_used_marked_and_taken_back() -> None:
    who = 'clinic = "C"\napproved_by = "D"\napproved_on = 2026-10-01\nwhy = "w"\n'
    text = who + '[limits.ferritin_rls_75]\nhigh = 30\nunit = "ug/L"\n'
    at = opened(LIMITS)
    at.file_uploader(key="overrides_file").upload("clinic.toml", text.encode(), "application/toml").run()
    assert not at.exception
    replaced = next(one.value for one in at.dataframe if "Otherwise" in one.value).set_index("What")
    assert replaced.loc["ferritin_rls_75", "Otherwise"] == "75 ug/L"
    assert "moves with ferritin_rls_75" in replaced.loc["ferritin_rls_iv_100", "Why"]
    at.session_state["_patient"] = "RLS-003"
    at.switch_page(PATIENT).run()
    assert "clinic limit; AASM 2025 75 ug/L" in str(figure(at))


def test_a_clinics_file_that_makes_no_sense_is_said_and_changes_nothing() -> None:
    at = opened(LIMITS)
    at.file_uploader(key="overrides_file").upload(
        "clinic.toml", b"[limits.ferritin]\nhigh = 30\n", "application/toml"
    ).run()
    assert "line 1" in at.error[0].value.replace("\\", "").replace("\u2060", "")
    assert not [one for one in at.dataframe if "Otherwise" in one.value]
