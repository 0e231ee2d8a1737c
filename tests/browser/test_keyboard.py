"""Without a mouse: every control reached, seen and left again, and the way through the app walked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from reading import go_to
from views import ask, choose
from watched import Server, settle

FAR = 160  # presses of Tab after which a control counts as out of reach
_MOMENT, _PATIENCE = 50, 20  # [ms], times
ZOOMED = {"width": 720, "height": 450}

# Marks what can take focus now; a group of radio buttons, tabs or pills is one stop, left by arrows.
_EXPECTED = """() => {
    const group = e => e.closest("[role='radiogroup'], [role='tablist'], [role='toolbar'], [role='group']")
    const wanted = new Set()
    for (const e of document.querySelectorAll(
            'a[href], button, input, select, textarea, summary, canvas[tabindex], [role=tab]')) {
        const inner = e.closest('canvas, [inert], [aria-hidden=true]')
        if (e.disabled || e.type === 'file' || (inner && inner !== e)) continue
        if (e.getAttribute('aria-disabled') === 'true') continue
        if (e.checkVisibility({visibilityProperty: true})) wanted.add(group(e) || e)
    }
    window.wanted = [...wanted]
    window.reached = new Set()
    return wanted.size
}"""

# The control that has the focus: what it is, and whether it shows. The ring of a hidden radio button is
# drawn on its label, that of a cell by the grid itself.
_FOCUS = """() => {
    const e = document.activeElement
    for (const one of window.wanted || []) if (one === e || one.contains(e)) window.reached.add(one)
    if (e === document.body) return {at: 'body'}
    const painted = e.closest('canvas') && e.closest("[data-testid='stDataFrame']")
    const hidden = e.matches('input[type=radio], input[type=checkbox]')
    const shown = (hidden && e.closest('label')) || painted || e
    const style = getComputedStyle(shown), box = shown.getBoundingClientRect()
    const top = document.elementFromPoint(
        Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1),
        Math.min(Math.max(box.top + Math.min(box.height / 2, 200), 1), innerHeight - 1))
    return {at: e.tagName.toLowerCase(), role: e.getAttribute('role') || '',
        name: (e.getAttribute('aria-label') || e.innerText || '').trim().slice(0, 80),
        text: e.innerText || '', checked: e.getAttribute('aria-checked') || '',
        ring: Boolean(painted) || (style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2),
        inside: box.bottom > 0 && box.top < innerHeight && box.width > 2 && box.height > 2,
        covered: Boolean(top) && !(shown.contains(top) || top.contains(shown)),
        where: ['st-key-findings', 'st-key-trends_area'].filter(key => e.closest('.' + key)).join(' ') }
}"""
_TO_THE_TOP = """() => {
    document.body.tabIndex = -1
    document.body.focus()
    document.body.removeAttribute('tabindex')
}"""
_LEFT_OUT = """() => window.wanted.filter(e => e.isConnected && !window.reached.has(e)).map(
    e => `${e.tagName} ${(e.getAttribute('aria-label') || e.innerText || '').slice(0, 60)}`)"""


def press(page: Page, key: str) -> dict[str, Any]:
    """Press a key; what has the focus then."""
    page.keyboard.press(key)
    focus: dict[str, Any] = page.evaluate(_FOCUS)
    for _ in range(_PATIENCE):
        # A grid hands the focus on to one of its cells, and tools beside it fade in.
        if focus["at"] != "canvas" and not focus.get("covered"):
            break
        page.wait_for_timeout(_MOMENT)
        focus = page.evaluate(_FOCUS)
    return focus


def tab_to(page: Page, wanted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
    """Press Tab until a control has the focus, past the end of the page and on from its top."""
    for _ in range(FAR):
        focus = press(page, "Tab")
        if focus["at"] != "body" and wanted(focus):
            return focus
    pytest.fail(f"{what} was not reached in {FAR} presses of Tab")


def walk(page: Page, view: str) -> list[str]:
    """Tab through the whole page, and what is wrong with it: controls left out, focus unseen or trapped."""
    page.wait_for_timeout(300)  # [ms] grids are painted after the script has ended
    page.evaluate(_TO_THE_TOP)
    wanted = page.evaluate(_EXPECTED)
    wrong, stops = [], 0
    while stops < FAR and (focus := press(page, "Tab"))["at"] != "body":
        stops += 1
        words = f"{focus['at']} {focus['role']} {focus['name'][:40]!r}"
        wrong += [f"{view}: no ring on {words}"] if not focus["ring"] else []
        wrong += [f"{view}: out of sight: {words}"] if not focus["inside"] else []
        wrong += [f"{view}: covered: {words}"] if focus["covered"] else []
    if stops >= FAR:
        wrong.append(f"{view}: the focus does not come out again: {words}")
    left_out = page.evaluate(_LEFT_OUT)
    wrong += [f"{view}: not reached: {one}" for one in left_out]
    return wrong if wanted >= 8 else [*wrong, f"{view}: only {wanted} controls found"]


def test_every_control_is_reached_seen_and_left_by_tab(page: Page) -> None:
    wrong = walk(page, "Patients")
    assert page.url.rstrip("/").count("/") == 2, "Tab alone opened a patient"
    for name in ("About", "Limits and sources"):
        go_to(page, name)
        wrong += walk(page, name)
    go_to(page, "Patient")
    choose(page, "RLS-002")
    wrong += walk(page, "Patient")
    go_to(page, "Import")
    ask(page)
    wrong += walk(page, "Import")
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_a_patient_is_chosen_from_the_list_without_a_mouse(page: Page) -> None:
    first = tab_to(page, lambda focus: focus["at"] == "td", "the list of patients")["text"]
    second = first
    press(page, "ArrowDown")
    for _ in range(_PATIENCE):
        if (second := page.evaluate(_FOCUS)["text"]) != first:
            break
        page.wait_for_timeout(_MOMENT)
    assert re.fullmatch(r"RLS-\d+", second) and second != first
    expect(page.get_by_role("heading", name="Patients")).to_be_visible()
    press(page, "Shift+Space")
    expect(page.locator(".st-key-banner").get_by_text(second).first).to_be_visible()
    settle(page)
    tab_to(page, lambda focus: focus["name"].startswith("Patient ("), "the picker")
    page.keyboard.type("RLS-002")
    press(page, "Enter")
    expect(page.locator(".st-key-banner").get_by_text("RLS-002").first).to_be_visible()


def test_units_period_and_findings_are_worked_without_a_mouse(page: Page) -> None:
    go_to(page, "Patient")
    choose(page, "RLS-002")
    tab_to(page, lambda focus: focus["name"] == "Conventional", "the switch of units")
    assert press(page, "ArrowRight")["name"] == "SI"
    press(page, "Space")
    expect(page.locator(".js-plotly-plot .g-y2title").first).to_contain_text("pmol/L")
    settle(page)

    tab_to(page, lambda focus: focus["name"] == "6 m", "the period")
    assert press(page, "ArrowRight")["name"] == "1 y"
    press(page, "Space")
    expect(page.get_by_role("radio", name="1 y")).to_have_attribute("aria-checked", "true")
    settle(page)

    main = page.get_by_test_id("stMain")
    before = len(main.inner_text())
    tab_to(page, lambda focus: "st-key-findings" in focus["where"], "the findings")
    press(page, "Enter")
    expect(page.locator(".st-key-findings").first).to_be_visible()
    for _ in range(40):
        page.wait_for_timeout(250)
        if len(main.inner_text()) > before + 40:
            break
    assert len(main.inner_text()) > before + 40, "Enter on a finding showed nothing more"

    tab_to(page, lambda focus: focus["at"] == "a" and focus["name"] == "Import", "the link to Import")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Import", exact=True)).to_be_visible()


def test_a_question_is_answered_without_a_mouse(page: Page) -> None:
    go_to(page, "Import")
    ask(page)
    tab_to(page, lambda focus: focus["at"] == "input" and "label" not in focus["role"], "the answers")
    press(page, "ArrowUp")
    expect(page.get_by_role("heading", name="What you have answered")).to_be_visible()


def test_the_folded_navigation_opens_without_a_mouse(new_page: Callable[..., Page], server: Server) -> None:
    page = new_page(size=ZOOMED)
    page.goto(server.address)
    settle(page)
    tab_to(page, lambda focus: "sidebar" in focus["name"].lower() or "keyboard_double" in focus["name"], "»")
    press(page, "Enter")
    tab_to(page, lambda focus: focus["at"] == "a" and focus["name"].endswith("About"), "the link to About")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="About RLS Dash")).to_be_visible()
