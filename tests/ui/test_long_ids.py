"""An id of hundreds of letters leaves room for the page, and is never mistaken for another."""

from __future__ import annotations

from rls_dash.interpret.words import short_id
from tests.ui.opened import PATIENT, with_files, words

LONG = "A" * 90 + "B" * 20 + "C" * 90
OTHER = "A" * 90 + "D" * 20 + "C" * 90  # alike at both ends
ROW = "2026-06-10,Ferritin,42,ng/mL"
LABS = f"patient_id,date,test,value,unit\n{LONG},{ROW}\n{OTHER},{ROW}\n"


def test_a_long_id_keeps_both_ends_and_says_how_long_it_is() -> None:
    shown = short_id(LONG)
    assert len(shown) <= 60 and shown.startswith("AAAA") and "CCCC (200 characters)" in shown
    assert short_id("RLS-001") == "RLS-001" and short_id("x" * 60) == "x" * 60


def test_two_long_ids_never_look_the_same() -> None:
    assert short_id(LONG) != short_id(OTHER)
    many = {short_id(f"{'A' * 90}{number:06}{'C' * 90}") for number in range(1000)}
    assert len(many) == 1000


def test_the_banner_shows_it_shortened_with_the_whole_one_touch_away() -> None:
    at = with_files(("labs.csv", LABS)).switch_page(PATIENT).run()
    first = at.session_state["_loaded"].patient_ids[0]
    banner = next(one for one in at.text if "result from" in one.value)
    assert banner.value.startswith(short_id(first)) and first not in banner.value
    assert first in banner.help.replace("\\", "")
    at.session_state["record_open"] = True
    at.run()
    assert f"Patient: {first}" in words(at)
