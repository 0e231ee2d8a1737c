"""What a clinician does when a file does not prove everything: answers, corrects, keeps the answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Page, expect
from reading import counts, go_to, upload
from watched import NARROW, Server, settle

OPEN_DATES = (
    b"patient_id,date,test,value,unit,reference_low,reference_high\n"
    b"BT-7,03/04/2026,Ferritin,42,ng/mL,30,400\n"
    b"BT-7,05/04/2026,Ferritin,61,ng/mL,30,400\n"
)
_ROW, _CLICKS = 33, 5  # [px] of a data frame's row; the grid is painted some moments after it is there


def given(page: Page, *files: tuple[str, bytes]) -> None:
    """Load files on the Import page, and wait until they are read."""
    go_to(page, "Import")
    upload(page, *files)


def answer(page: Page, label: str) -> None:
    """Choose an answer of a question by its label."""
    page.get_by_test_id("stRadioOption").filter(has_text=label).first.click()
    settle(page)


def take_column_for(page: Page, row: int, words: str) -> None:
    """Choose what the column in this row of the columns' table was taken for."""
    table = page.get_by_role("tabpanel").first.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible()
    table.scroll_into_view_if_needed()
    apply = page.get_by_role("button", name="Apply 1 change")
    for _ in range(_CLICKS):
        width = (table.bounding_box() or {"width": 0})["width"]
        table.click(position={"x": width - 120, "y": _ROW * (row + 1) + _ROW / 2})
        page.keyboard.press("Enter")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        with suppress(AssertionError):
            expect(apply).to_be_visible(timeout=4_000)
            break
    expect(apply).to_be_visible()
    apply.click()
    settle(page)


def test_a_question_is_answered_and_the_answers_are_kept_in_a_file(
    new_page: Callable[..., Page], server: Server, tmp_path: Path
) -> None:
    page = new_page()
    page.goto(server.address)
    settle(page)
    given(page, ("labs.csv", OPEN_DATES))
    expect(page.get_by_role("heading", name="What is needed from you: 1 answer")).to_be_visible()
    counts(page, 2, 0, 0, 2, 0, 0)

    answer(page, "day before month")
    expect(page.get_by_role("heading", name="What you have answered")).to_be_visible()
    counts(page, 2, 2, 0, 0, 0, 0)

    with page.expect_download() as download:
        page.get_by_role("button", name="Save answers (mapping.toml)").click()
    kept = tmp_path / "mapping.toml"
    download.value.save_as(kept)
    assert 'date_order = "dmy"' in kept.read_text(encoding="utf-8")

    other = new_page(scheme="dark", size=NARROW)  # another session, which has been told nothing
    other.goto(server.address)
    settle(other)
    given(other, ("labs.csv", OPEN_DATES), ("mapping.toml", kept.read_bytes()))
    expect(other.get_by_text("1 answer about 1 layout taken from the mapping file.")).to_be_visible()
    counts(other, 2, 2, 0, 0, 0, 0)
    other.get_by_role("button", name="Open the list of patients").click()
    settle(other)
    expect(other.get_by_text("1 patient.", exact=True)).to_be_visible()


def test_a_column_is_corrected_and_put_back(page: Page) -> None:
    given(page, ("labs.csv", OPEN_DATES.replace(b"03/04/2026", b"13/04/2026")))
    take_column_for(page, 4, "not used")  # the unit
    expect(page.get_by_role("heading", name=re.compile("What is needed from you"))).to_be_visible()
    counts(page, 2, 0, 0, 2, 0, 0)  # without its unit no ferritin is used
    page.get_by_role("button", name="Back to what was recognised").first.click()
    settle(page)
    counts(page, 2, 2, 0, 0, 0, 0)
