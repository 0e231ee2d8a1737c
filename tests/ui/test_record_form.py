"""The Patient page: what is recorded of a patient is read, added to, and read again with the results."""

from __future__ import annotations

from dataclasses import fields

from streamlit.testing.v1 import AppTest

from rls_dash.context.patients import PatientContext
from rls_dash.ui.components import record_form
from tests.ui.opened import PATIENT, opened, with_files, words

LABS = (
    "patient_id,collected_at,test,value,unit\n"
    "T-1,2026-09-01T07:40,Ferritin,60,ng/mL\nT-1,2026-09-01T07:40,Transferrin saturation,25,%\n"
    "T-2,2026-09-01T07:40,Ferritin,60,ng/mL\n"
)


def of(patient: str, at: AppTest) -> AppTest:
    at.session_state["_patient"] = patient
    at.session_state["record_open"] = True
    return at.switch_page(PATIENT).run()


def said(at: AppTest) -> str:
    return words(at).replace("\\", "").replace("\u2060", "")


def press(at: AppTest, label: str) -> AppTest:
    next(one for one in at.button if one.label == label).click()
    return at.run()


def filled(at: AppTest, what: str, **cells: str) -> AppTest:
    """Cells of the form for an event or a score of T-1, then its button."""
    for name, cell in cells.items():
        field = at.selectbox if name == "kind" else at.text_input
        field(key=f"{what}_{name}_T-1").set_value(cell)
    return press(at, f"Add {what}")


def infused() -> AppTest:
    """T-1 with iron by vein shortly before the ferritin."""
    at = of("T-1", with_files(("labs.csv", LABS)))
    return filled(at, "event", kind="infusion", name="iron sucrose", started_on="2026-08-20")


def test_every_fact_has_its_field() -> None:
    names = {one.name for one in fields(PatientContext)} - {"patient_id"}
    assert names == set(record_form._LABELS)


def test_an_age_that_is_recorded_lets_the_rules_for_adults_run_and_another_patient_is_left_alone() -> None:
    at = of("T-1", with_files(("labs.csv", LABS)))
    assert "Age is not stated" in said(at)
    at.text_input(key="fact_birth_date_T-1").set_value("1980-05-01")
    at.selectbox(key="fact_dialysis_T-1").set_value("no")
    press(at, "Use these facts")
    assert not at.exception
    assert "where guidelines consider iron by mouth or by vein" in said(at)
    assert "Age is not stated" in said(of("T-2", at))


def test_a_fact_that_cannot_be_read_is_refused_in_the_words_of_the_reader() -> None:
    at = of("T-1", with_files(("labs.csv", LABS)))
    at.text_input(key="fact_birth_date_T-1").set_value("1.5.80")
    press(at, "Use these facts")
    assert at.error
    assert "Age is not stated" in said(at)


def test_an_event_and_a_total_are_added_and_counted() -> None:
    at = infused()
    assert "12 days after iron by vein" in said(at)
    filled(at, "score", scale="IRLS", total="55", scored_on="2026-08-20")
    assert at.error, "the IRLS ends at 40"
    assert any("1 event, 0 severity totals" in one.label for one in at.expander)


def test_a_refused_entry_keeps_what_was_written_and_is_said_not_to_be_added() -> None:
    at = of("T-1", with_files(("labs.csv", LABS)))
    at.text_input(key="event_name_T-1").set_value("ferrous sulfate")
    at.text_input(key="event_dose_T-1").set_value("65")
    at.text_input(key="event_unit_T-1").set_value("mg")
    at.text_input(key="event_started_on_T-1").set_value("2026-13-01")
    press(at, "Add event")
    assert at.error and at.error[0].value.startswith("Not added") and "Treated as" not in at.error[0].value
    assert at.text_input(key="event_name_T-1").value == "ferrous sulfate"
    at.text_input(key="event_started_on_T-1").set_value("2026-08-20")
    press(at, "Add event")
    assert not at.error
    assert any("1 event, 0 severity totals" in one.label for one in at.expander)
    assert at.text_input(key="event_name_T-1_1").value == "", "and the form is empty for the next"


def test_what_the_reader_of_side_files_remarks_on_an_entry_is_shown_beside_it() -> None:
    """It is used as it is written, and a dose without a unit or an infusion without a day says little."""
    at = of("T-1", with_files(("labs.csv", LABS)))
    filled(at, "event", kind="infusion", name="iron sucrose", dose="200")
    told = [one.value for one in at.info]
    assert any("The dose has no unit" in one and "iron sucrose" in one for one in told)
    assert any("The day of the infusion is not stated" in one for one in told)
    assert not infused().info


def test_what_was_recorded_ends_with_other_files() -> None:
    at = of("RLS-003", opened())
    at.selectbox(key="fact_haemochromatosis_RLS-003").set_value("yes")
    press(at, "Use these facts")
    assert "Haemochromatosis is recorded" in said(at)
    assert at.session_state["_recorded"]
    fresh = with_files(("labs.csv", LABS))
    assert not fresh.session_state["_recorded"]


def pick(at: AppTest, what: str) -> AppTest:
    """Choose the first entry in the box that takes one away."""
    next(one for one in at.selectbox if one.label == f"Remove {what}").set_value(0)
    return at


def test_an_entry_is_taken_away_again_and_findings_follow() -> None:
    at = infused()
    assert "12 days after iron by vein" in said(at)
    press(pick(at, "event"), "Remove event")
    assert not at.exception
    assert "12 days after iron by vein" not in said(at)
    assert any("0 events, 0 severity totals" in one.label for one in at.expander)


def test_a_total_of_a_file_can_be_taken_away_for_the_session() -> None:
    at = of("RLS-003", opened())
    before = len(at.session_state["_loaded"].scores["RLS-003"])
    press(pick(at, "total"), "Remove total")
    assert len(at.session_state["_loaded"].scores["RLS-003"]) == before - 1
