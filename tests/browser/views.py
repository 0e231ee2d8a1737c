"""Every page of the app in the states a clinician meets, one after the other on one page of the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from playwright.sync_api import Page, expect
from reading import go_to, upload
from watched import Server, settle

# Of the sample: stops and a conflict with iron; iron indicated beside recorded medicines; censored results
# of an old date and a value of two laboratories.
TELLING_PATIENTS = ("RLS-015", "RLS-002", "RLS-045")
# Asks a question; holds two rows, sets one aside, does not follow one.
ASKING = (
    b"patient_id,date,test,value,unit,reference_low,reference_high\n"
    b"BT-7,03/04/2026,Ferritin,42,ng/mL,30,400\n"
    b"BT-7,05/04/2026,Ferritin,61,ng/mL,30,400\n"
    b"BT-7,05/04/2026,Ferritin,,ng/mL,30,400\n"
    b"BT-7,05/04/2026,Sodium,140,mmol/L,135,145\n"
)
_DRAWN = 350  # [ms] until folds have opened and grids are painted: both move after the script has ended


def every_view(page: Page, server: Server, details: bool = True) -> Iterator[str]:
    """Bring up each view in turn and name it; `details`: the folded parts and every tab too.

    Any width of the window: where the navigation is folded away, pages are opened by their address.
    """
    yield from _patients(page, server, details)
    yield _shown(page, server, "About")
    name = _shown(page, server, "Limits and sources")
    yield name
    if details:
        for tab in page.get_by_role("tab").all()[1:]:
            tab.click()
            yield _drawn(page, f"{name}, {tab.inner_text()}")
        _unfold(page)
        yield _drawn(page, f"{name}, unfolded")
    yield _shown(page, server, "Import")
    ask(page)
    yield _drawn(page, "Import, with a question")
    if details:
        page.get_by_role("tab", name="Tests").click()
        yield _drawn(page, "Import, tests")


def ask(page: Page) -> None:
    """Load a file that asks, on the Import page."""
    upload(page, ("labs.csv", ASKING))


def choose(page: Page, patient: str) -> None:
    """Take a patient by the picker of the Patient page."""
    picker = page.get_by_role("combobox", name="Patient (")
    picker.fill(patient)
    picker.press("Enter")
    expect(page.locator(".st-key-banner").get_by_text(patient).first).to_be_visible()
    settle(page)


def _patients(page: Page, server: Server, details: bool) -> Iterator[str]:
    yield _shown(page, server, "Patients")
    _shown(page, server, "Patient")
    for patient in TELLING_PATIENTS:
        choose(page, patient)
        yield _drawn(page, patient)
    if details:
        _unfold(page)
        yield _drawn(page, f"{TELLING_PATIENTS[-1]}, unfolded")


def _shown(page: Page, server: Server, name: str) -> str:
    if page.get_by_test_id("stTopNavLink").first.is_visible():
        go_to(page, name)
    else:
        address = {"Patients": "", "Limits and sources": "limits"}.get(name, name.lower())
        page.goto(f"{server.address}/{address}")
        settle(page)
    return _drawn(page, name)


def _unfold(page: Page) -> None:
    for fold in page.get_by_test_id("stExpander").locator("summary").all():
        fold.click()
    settle(page)


def _drawn(page: Page, name: str) -> str:
    grid = page.get_by_test_id("stDataFrame").first
    with suppress(AssertionError):  # not every view has one
        if grid.count():
            expect(grid.locator("canvas").first).to_be_attached()
    page.wait_for_timeout(_DRAWN)
    return name
