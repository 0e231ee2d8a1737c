"""Reading a rendered page: what stands in the plot and in the tables, with where it stands."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect
from watched import settle

ROW_HEIGHT, HEADER_HEIGHT = 35, 35  # of Streamlit's data frame, whose cells are painted, not elements
_CLICKS = 4

# Everything that was drawn, with its place on the screen; expected places come from the axes themselves.
_READ_PLOT = """plot => {
    const box = element => { const r = element.getBoundingClientRect();
                             return {left: r.left, top: r.top, width: r.width, height: r.height} }
    const full = plot._fullLayout, frame = plot.querySelector('svg.main-svg').getBoundingClientRect()
    const axis = ref => full[ref.replace(' domain', '').replace('y', 'yaxis')]
    return {
        axes: Object.keys(full).filter(key => /^yaxis\\d*$/.test(key)).map(key => ({
            title: full[key].title.text,
            drawn: (plot.querySelector(`.g-${key.replace('axis', '')}title`) || {}).textContent || '',
            top: frame.top + full[key]._offset, height: full[key]._length })),
        shapes: (full.shapes || []).map((shape, index) => {
            const path = plot.querySelector(`.shapelayer path[data-index="${index}"]`)
            const style = path && getComputedStyle(path)
            return { name: shape.name || '', yref: shape.yref, y: shape.y0,
                     wanted: /^y\\d*$/.test(shape.yref)
                         ? frame.top + axis(shape.yref)._offset + axis(shape.yref).r2p(shape.y0) : null,
                     stroke: style && style.stroke, opacity: style && style.opacity,
                     box: path && box(path) } }),
        labels: (full.annotations || []).map((note, index) => {
            // the text alone: the group holds the leader to the line too
            const group = plot.querySelector(`.annotation[data-index="${index}"] .annotation-text`)
            return { name: note.name || '', text: group ? group.textContent : '',
                     box: group && box(group) } }).concat(
            ...(plot._fullData || []).filter(trace => trace.mode === 'text').map(trace => {
                const group = plot.querySelector(`.scatterlayer .trace${trace.uid}`)
                return [...(group ? group.querySelectorAll('.textpoint text') : [])].map((text, index) => ({
                    name: trace.ids[index], text: text.textContent, box: box(text) })) })),
        points: plot.querySelectorAll('.scatterlayer .point').length,
        legend: [...plot.querySelectorAll('.legend .legendtext')].map(box),
        frame: box(plot.querySelector('svg.main-svg')),
    }
}"""


@dataclass(frozen=True)
class Line:
    """A limit line as drawn."""

    name: str
    axis: str
    value: float  # [unit of the axis]
    wanted_top: float  # where the axis puts its value [px]
    top: float
    width: float
    visible: bool


@dataclass(frozen=True)
class Plot:
    """The trend figure as drawn."""

    axis_titles: list[str]
    panel_heights: list[float]
    lines: dict[str, Line]
    labels: dict[str, str]  # limit id → text beside its line
    texts: list[str]
    points: int
    collisions: list[str]  # texts that cover each other or are cut off at the edge


def read_plot(page: Page) -> Plot:
    """What the browser has drawn of the trend figure."""
    figure = page.locator(".js-plotly-plot").first
    expect(figure.locator(".scatterlayer").first).to_be_attached()
    found: dict[str, Any] = figure.evaluate(_READ_PLOT)
    lines = {
        shape["name"]: Line(
            shape["name"],
            shape["yref"],
            shape["y"],
            shape["wanted"],
            shape["box"]["top"],
            shape["box"]["width"],
            shape["stroke"] not in (None, "none", "rgba(0, 0, 0, 0)") and float(shape["opacity"]) > 0.3,
        )
        for shape in found["shapes"]
        if shape["box"] and shape["wanted"] is not None and shape["box"]["height"] <= 2
    }
    shown = [label for label in found["labels"] if label["box"] and label["box"]["width"] > 0]
    return Plot(
        axis_titles=[axis["drawn"] for axis in found["axes"]],
        panel_heights=[axis["height"] for axis in found["axes"]],
        lines=lines,
        labels={
            label["name"].removesuffix(" label"): label["text"]
            for label in shown
            if label["name"].endswith(" label")
        },
        texts=[label["text"] for label in shown],
        points=found["points"],
        collisions=_collisions(shown, found["legend"], found["frame"]),
    )


def _collisions(
    labels: list[dict[str, Any]], legend: list[dict[str, float]], frame: dict[str, float]
) -> list[str]:
    """Texts beside or over the panels that lie on one another, on the legend, or beyond the figure."""
    found = []
    for at, label in enumerate(labels):
        box, text = label["box"], label["text"][:60]
        if box["left"] < frame["left"] - 1 or _right(box) > _right(frame) + 1:
            found.append(f"cut off: {text}")
        found += [f"under the legend: {text}" for other in legend if _overlap(box, other)]
        found += [f"{text} | {two['text'][:60]}" for two in labels[at + 1 :] if _overlap(box, two["box"])]
    return found


def _right(box: dict[str, float]) -> float:
    return box["left"] + box["width"]


def _overlap(one: dict[str, float], two: dict[str, float]) -> bool:
    """True when two boxes share more than a rim of 3 px."""
    wide = min(_right(one), _right(two)) - max(one["left"], two["left"])
    high = min(one["top"] + one["height"], two["top"] + two["height"]) - max(one["top"], two["top"])
    return wide > 3 and high > 3


def go_to(page: Page, name: str) -> None:
    """Open a page by the navigation."""
    page.get_by_role("link", name=name, exact=True).first.click()
    settle(page)


def open_first_patient(page: Page, wanted: str = "") -> None:
    """Click the first row of the list of patients, of those whose id contains `wanted`."""
    if wanted:
        search = page.get_by_label("Search by patient id")
        search.fill(wanted)
        search.press("Enter")
        expect(page.get_by_text("1 patient.", exact=True)).to_be_visible()
        settle(page)
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    cautions = caution_table(page)
    # The grid draws its rows on a canvas some moments after it is there; a click in between is lost, as
    # a person's would be, who then clicks again.
    for _ in range(_CLICKS):
        table.click(position={"x": 60, "y": HEADER_HEIGHT + ROW_HEIGHT / 2})
        with suppress(AssertionError):
            expect(cautions).to_be_visible(timeout=8_000)
            break
    expect(cautions).to_be_visible()
    settle(page)


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    """Give files to the uploader of exports on the Import page, which is the first one there.

    Waits until they have taken the place of the sample: before they have arrived the page is at rest too.
    """
    page.locator("input[type=file]").first.set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": content} for name, content in files]
    )
    expect(page.get_by_text("Your files", exact=True)).to_be_visible()
    settle(page)


def counts(page: Page, *numbers: int) -> None:
    """Prove rows in, results, set aside, held, not tracked, repeats."""
    shown = page.locator(".st-key-row_counts").get_by_test_id("stMetricValue")
    expect(shown).to_have_text([str(number) for number in numbers])


def caution_table(page: Page) -> Locator:
    """The supplement cautions, which are not the only table of the page: findings have one, folded."""
    return page.locator(".st-key-cautions_area").get_by_test_id("stTable")


def caution_rows(page: Page) -> list[list[str]]:
    """Cells of the cautions table, row by row."""
    rows = caution_table(page).locator("tbody tr").all()
    return [row.locator("td, th").all_inner_texts() for row in rows]
