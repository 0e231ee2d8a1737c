"""The report on the Patient page: downloads, the note with its copy button, and all patients."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from rls_dash.interpret.words import UnitSystem
from rls_dash.report.files import Kind, report_bytes
from rls_dash.report.model import Note, Paper
from rls_dash.report.note import note_of
from tests.spec.report.sample import material, report
from tests.ui.opened import PATIENT
from tests.ui.opened import opened as opened_app


def page() -> None:
    """A page with nothing but the panel."""
    from rls_dash.ui import state
    from rls_dash.ui.components import report_panel

    report_panel.render(state.loaded(), "RLS-042")


def opened() -> AppTest:
    """The panel unfolded."""
    at = AppTest.from_function(page, default_timeout=60)
    at.session_state["report_open"] = True
    at.run()
    assert not at.exception, [one.message for one in at.exception]
    return at


def test_nothing_is_made_while_it_is_folded() -> None:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert not at.exception
    assert len(at.code) == 0


def test_the_note_stands_there_to_be_copied_short_at_first_and_full_when_asked_for() -> None:
    at = opened()
    assert at.code[0].value == note_of(report("RLS-042"), Note.SHORT).rstrip()
    at.segmented_control(key="report_note").set_value(Note.FULL).run()
    assert not at.exception
    assert at.code[0].value == note_of(report("RLS-042"), Note.FULL).rstrip()


def test_downloads_have_neutral_names() -> None:
    at = opened()
    labels = [one.label for one in at.get("download_button")]
    assert labels == ["Report (HTML)", "Report (PDF)", "Note (text)"]
    assert "No file name holds an id" in " ".join(one.value for one in at.caption)


def test_the_page_gives_the_bytes_of_the_composer() -> None:
    """The buttons hand out what files.py makes of the material of the page; the command does the same."""
    at = opened()
    at.segmented_control[0].set_value(Paper.LETTER).run()
    assert not at.exception
    content = report_bytes(material(), "RLS-042", Kind.HTML, UnitSystem.CONVENTIONAL, Paper.LETTER)
    assert b"215.9mm 279.4mm" in content


def test_the_reports_of_the_patients_listed_are_made_when_asked_for() -> None:
    at = opened_app()
    at.text_input(key="patient_search").set_value("RLS-00").run()
    at.session_state["list_reports_open"] = True
    at.run()
    assert any("Reports of the 9 patients listed" in one.label for one in at.expander)
    at.selectbox(key="report_all").set_value("Zip of text notes").run()
    at.button(key="make_reports").click().run()
    assert not at.exception
    assert [one.label for one in at.get("download_button")] == ["Save rls-reports-2026-11-01.zip"]


def test_no_patient_listed_offers_no_reports() -> None:
    at = opened_app()
    at.text_input(key="patient_search").set_value("nobody").run()
    assert not [one for one in at.expander if "Reports of" in one.label]


def test_the_patient_page_offers_the_report_beside_units_and_period() -> None:
    at = opened_app(PATIENT)
    at.session_state["report_open"] = True
    at.run()
    assert not at.exception
    assert "informs" in at.code[0].value
