"""Every page for every reader: axe-core, names of figures and tables, 200 % and 1024 px.

axe-core comes out of a wheel and is put into the page by the browser's own debugging channel: the app's
policy, which refuses scripts that are not its own, stays as it is served.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page
from reading import caution_table, read_plot
from views import TELLING_PATIENTS, every_view
from watched import NARROW, WIDE, Server, settle

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_STILL = 800  # [ms]
ZOOMED = {"width": 720, "height": 450}  # 1440 × 900 at 200 %


@dataclass(frozen=True)
class Known:
    """What axe reports inside `inside` and we cannot mend. `undecided`: it asks a person to look."""

    rule: str
    inside: str  # CSS selector
    reason: str
    undecided: bool = False


KNOWN = (
    Known(
        "presentation-role-conflict",
        "[data-testid='stFileUploaderDropzone']",
        "Streamlit gives the drop area of an uploader both no role and a name; its button is what is used",
    ),
    Known(
        "aria-prohibited-attr",
        "[data-testid='stFileChip']",
        "Streamlit names the box around a loaded file, which has no role; name and size stand in it as text",
        undecided=True,
    ),
    Known(
        "color-contrast",
        "[role='tab']",
        "axe does not see through Streamlit's line under a tab; tests/spec/test_colours.py has the colours",
        undecided=True,
    ),
    Known(
        "color-contrast",
        ".js-plotly-plot",
        "axe cannot judge text that lies on drawings; tests/spec/test_colours.py has the colours",
        undecided=True,
    ),
)

_RUN_AXE = """async ([tags, known]) => {
    const found = await axe.run(document, {
        runOnly: {type: 'tag', values: tags}, elementRef: true,
        resultTypes: ['violations', 'incomplete'], selectors: false, preload: false})  // else twice as slow
    const told = (kind, undecided) => found[kind].flatMap(rule => rule.nodes.map(node => ({
        rule: rule.id, undecided, html: node.html.slice(0, 160),
        why: [...node.any, ...node.all, ...node.none].map(one => one.message).join('; ').slice(0, 200),
        known: known.findIndex(one => one.rule === rule.id && one.undecided === undecided
                                      && node.element && node.element.closest(one.inside)) })))
    return {looked: found.passes.some(rule => rule.id === 'color-contrast'),
            told: [...told('violations', false), ...told('incomplete', true)]}
}"""


def look(page: Page, view: str, occurred: set[Known]) -> list[str]:
    """What axe finds on the page as it stands, without what is known; that goes to `occurred`."""
    wrong = _look(page, view, occurred)
    if wrong:  # what was still moving is looked at again
        page.wait_for_timeout(_STILL)
        wrong = _look(page, view, occurred)
    return wrong


def _look(page: Page, view: str, occurred: set[Known]) -> list[str]:
    # Moved to its start: axe cannot judge what lies beneath the bar at the head of a page.
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(f"{AXE_SCRIPT}\n;0")
    found: dict[str, Any] = page.evaluate(_RUN_AXE, [RULES, [asdict(one) for one in KNOWN]])
    occurred |= {KNOWN[one["known"]] for one in found["told"] if one["known"] >= 0}
    wrong = [
        f"{view}: {one['rule']}{' (undecided)' if one['undecided'] else ''}: {one['why']}\n    {one['html']}"
        for one in found["told"]
        if one["known"] < 0
    ]
    return wrong if found["looked"] else [*wrong, f"{view}: axe measured no contrast"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_but_what_is_known_of_streamlit(
    new_page: Callable[..., Page], server: Server, scheme: str
) -> None:
    page, wrong, occurred = new_page(scheme), list[str](), set[Known]()
    page.goto(server.address)
    settle(page)
    for view in every_view(page, server):
        wrong += look(page, f"{view}, 1440", occurred)
        if scheme == "light" and "," not in view:  # what is found at another width has no other colours
            page.set_viewport_size(NARROW)
            wrong += look(page, f"{view}, 1024", occurred)
            page.set_viewport_size(WIDE)
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    gone = [f"{one.rule} in {one.inside}" for one in KNOWN if one not in occurred]
    assert not gone, f"known, but no longer there: take them off the list: {gone}"


_READ_NAMES = """() => [
    ['figure', "[data-testid='stPlotlyChart']"], ['table', "[data-testid='stTable'] table"],
    ['table', "[data-testid='stDataFrameResizable']"], ['picture', "[data-testid='stMain'] img"],
].flatMap(([kind, where]) => [...document.querySelectorAll(where)].map(e => [kind, e]))
 .filter(([, e]) => e.checkVisibility())
 .map(([kind, e]) => [kind, e.getAttribute('aria-label') || e.getAttribute('alt') || ''])"""


def test_every_figure_and_table_says_in_words_what_it_shows(page: Page, server: Server) -> None:
    wrong, seen = [], 0
    for view in every_view(page, server):
        names: list[list[str]] = page.evaluate(_READ_NAMES)
        seen += len(names)
        # A name that could stand on any table holds no number and states nothing.
        wrong += [
            f"{view}: {kind} named {name!r}"
            for kind, name in names
            if len(name.split()) < 4 or not re.search(r"\d|: \w", name)
        ]
        said = [name for _, name in names]
        wrong += [f"{view}: two are named {name!r}" for name in set(said) if said.count(name) > 1]
        if view in TELLING_PATIENTS:
            figure = " ".join(name for kind, name in names if kind == "figure")
            wrong += [
                f"{view}: the figure does not say {word}"
                for word in ("Ferritin", "Vitamin B12", "Folate", "Magnesium", "latest")
                if word not in figure
            ]
    assert seen > 30, "the figures and tables were not found"
    assert not wrong, "\n".join(wrong)


# Controls and texts that stick out, are cut off, or lie on each other. What floats over a figure or a
# table until the pointer leaves, and cells that are painted, are not looked at; nor is what only a screen
# reader meets. An inner frame that scrolls holds what is wider than the page, the trends alone.
_READ_LOSSES = """() => {
    const main = document.querySelector("[data-testid='stMain']"), wrong = []
    const words = e => (e.innerText || e.getAttribute('aria-label') || e.tagName).trim().slice(0, 50)
    const apart = "canvas, .js-plotly-plot, [data-testid='stElementToolbar'], .modebar"
    if (document.documentElement.scrollWidth > innerWidth || main.scrollWidth > main.clientWidth)
        wrong.push(`the page scrolls sideways: ${main.scrollWidth} in ${main.clientWidth}`)
    const shown = e => {
        const r = e.getBoundingClientRect()
        return r.width > 2 && r.height > 2 && !e.closest(apart)
            && e.checkVisibility({opacityProperty: true, visibilityProperty: true}) }
    const clips = e => ['hidden', 'clip', 'auto', 'scroll'].includes(getComputedStyle(e).overflowX)
    for (const e of main.querySelectorAll('*')) {
        if (!shown(e) || !e.innerText || e.querySelector('.js-plotly-plot')) continue
        const box = e.getBoundingClientRect()
        if (clips(e) && e.clientWidth && e.scrollWidth > e.clientWidth + 1
            && !e.closest("[data-testid='stDataFrame']"))
            wrong.push(`cut off at the side: ${e.scrollWidth} in ${e.clientWidth}: ${words(e)}`)
        if (getComputedStyle(e).overflowY === 'hidden' && e.clientHeight && !e.closest('label')
            && e.scrollHeight > e.clientHeight + 3 && !e.closest("[data-testid='stDataFrame']"))
            wrong.push(`cut off below: ${e.scrollHeight} in ${e.clientHeight}: ${words(e)}`)
        if (box.right > innerWidth + 1 || box.left < -1) wrong.push(`beyond the edge: ${words(e)}`)
    }
    const controls = [...main.querySelectorAll(
        "a[href], button, input:not([type='radio'], [type='file']), summary, [role='tab']")].filter(shown)
    controls.forEach((one, at) => controls.slice(at + 1).forEach(two => {
        if (one.contains(two) || two.contains(one)) return
        const a = one.getBoundingClientRect(), b = two.getBoundingClientRect()
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
            wrong.push(`on each other: ${words(one)} | ${words(two)}`)
    }))
    return wrong
}"""


@pytest.mark.parametrize("size", [ZOOMED, NARROW], ids=["200 %", "1024"])
def test_nothing_is_lost_on_a_small_page(
    new_page: Callable[..., Page], server: Server, size: dict[str, int]
) -> None:
    page, wrong = new_page(size=size), []
    page.goto(server.address)
    settle(page)
    for view in every_view(page, server, details=size is ZOOMED):
        wrong += [f"{view}: {one}" for one in page.evaluate(_READ_LOSSES)]
        if view in TELLING_PATIENTS:
            wrong += [f"{view}: figure: {one}" for one in read_plot(page).collisions]
            wrong += [f"{view}: {one}" for one in _unreadable(page)]
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def _unreadable(page: Page) -> list[str]:
    """Columns of the cautions table too narrow to read, and text too small."""
    cells = caution_table(page).locator("tbody tr").first.locator("td").all()
    if len(cells) < 4:
        return [f"the cautions have {len(cells)} columns"]
    boxes = [cell.bounding_box() or {"width": 0.0} for cell in cells]
    small = cells[-1].evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    wrong = [
        f"column {at + 1} of the cautions is {box['width']:.0f} px wide"
        for at, box in enumerate(boxes)
        if box["width"] < 80
    ]
    return wrong + ([f"cautions are written in {small} px"] if small < 11 else [])
