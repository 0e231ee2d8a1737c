"""The report on the Patient page: downloads, the note with its copy button, and all patients."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from rls_dash.interpret.words import UnitSystem
from rls_dash.report.files import Kind, report_bytes
from rls_dash.report.model import Paper
from rls_dash.report.note import note_of
from tests.spec.report.sample import material, report


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


def test_the_note_stands_there_to_be_copied() -> None:
    assert opened().code[0].value == note_of(report("RLS-042")).rstrip()


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


def test_all_patients_are_made_when_asked_for() -> None:
    at = opened()
    at.selectbox[0].set_value("Zip of text notes").run()
    at.button[0].click().run()
    assert not at.exception
    labels = [one.label for one in at.get("download_button")]
    assert labels[-1] == "Save rls-reports-2026-11-01.zip"
