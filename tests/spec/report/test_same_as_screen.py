"""Screen and paper hold the same points, limits and flags: one TrendInfo drives both."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from rls_dash.figures import theme
from rls_dash.figures.plot import trend_figure
from rls_dash.figures.trend import trend_info, trend_summary
from rls_dash.interpret.limits import State
from rls_dash.interpret.words import UnitSystem
from rls_dash.report.svg import trend_svg
from rls_dash.report.svg_marks import symbol
from tests.spec.report.sample import loaded, material, patients, report

NEAR = 0.02  # [pt] what rounding to two decimals leaves
SVG = "{http://www.w3.org/2000/svg}"


def drawn(element: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    """Elements of a class, in order."""
    return [one for one in element.iter() if one.get("class") == kind]


def seconds(text: str) -> datetime:
    """A moment as plotly was given it, to the second."""
    return datetime.fromisoformat(text).replace(microsecond=0)


class Panel:
    """One panel of the drawing, with the way back from places to values."""

    def __init__(self, element: ElementTree.Element) -> None:
        self.element = element
        self.analyte = element.get("data-analyte")
        self.left, self.top, self.width, self.height = map(float, element.get("data-box").split())
        low, high, self.kind = element.get("data-axis").split()
        self.low, self.high = float(low), float(high)
        self.start, self.end = map(datetime.fromisoformat, element.get("data-time").split())

    def place(self, moment: datetime, value: float) -> tuple[float, float]:
        """Where a moment and a value belong on paper: true time, and the scale of the axis."""
        scaled = [math.log10(one) if self.kind == "log" else one for one in (self.low, self.high, value)]
        share = (scaled[2] - scaled[0]) / (scaled[1] - scaled[0])
        x = self.left + self.width * ((moment - self.start) / (self.end - self.start))
        return x, self.top + self.height * (1 - share)

    def points(self) -> list[tuple[datetime, float, str]]:
        """What is drawn as results: moment, value, symbol and text, checked against its place."""
        found = []
        for one in drawn(self.element, "point"):
            moment, value = datetime.fromisoformat(one.get("data-x")), float(one.get("data-y"))
            x, y = map(float, re.findall(r"[-\d.]+", one.get("transform")))
            assert (x, y) == pytest.approx(self.place(moment, value), abs=NEAR)
            found.append((moment.replace(microsecond=0), value, f"{symbol_of(one)} {text_of(one)}".strip()))
        return found

    def limits(self) -> dict[str, float]:
        """Limit lines by id, checked against their places."""
        for one in drawn(self.element, "limit"):
            y = float(one.find(f"{SVG}line").get("y1"))
            assert y == pytest.approx(self.place(self.start, float(one.get("data-value")))[1], abs=NEAR)
        return {one.get("data-limit"): float(one.get("data-value")) for one in drawn(self.element, "limit")}


def symbol_of(point: ElementTree.Element) -> str:
    """The name plotly has for what is drawn: shape by state, triangle when censored, open when hollow."""
    if point.get("data-comparator"):
        (triangle,) = point.findall(f"{SVG}polygon")
        tip = float(triangle.get("points").split()[-1].split(",")[1])
        assert triangle.get("fill") == "#fff" and len(triangle.get("points").split()) == 3
        return theme.CENSORED_LOW if tip > 0 else theme.CENSORED_HIGH  # y grows downwards
    shape = theme.SYMBOLS[State(point.get("data-state"))]
    hollow = any(one.get("fill") == "#fff" for one in point if one.tag in (f"{SVG}circle", f"{SVG}polygon"))
    assert hollow is (point.get("data-preliminary") == "yes")
    return f"{shape}-open" if hollow else shape


def text_of(point: ElementTree.Element) -> str:
    """The text beside a symbol."""
    return "".join(one.text or "" for one in point.iter(f"{SVG}text"))


def traces(figure: dict[str, Any], meta: str) -> list[dict[str, Any]]:
    """Traces of the figure on screen by what they hold."""
    return [one for one in figure["data"] if one.get("meta") == meta]


def on_screen(figure: dict[str, Any], analyte: str) -> list[tuple[datetime, float, str]]:
    """The results of a panel on screen: moment, value, symbol and text."""
    import html

    return [
        (seconds(x), y, f"{symbol} {html.unescape(text).strip()}".strip())
        for one in traces(figure, f"{analyte} results")
        for x, y, symbol, text in zip(one["x"], one["y"], one["marker"]["symbol"], one["text"], strict=True)
    ]


def joined_on_screen(figure: dict[str, Any], analyte: str) -> list[tuple[datetime, float]]:
    """Corners of the joining lines on screen."""
    (one,) = traces(figure, f"{analyte} line")
    return [(seconds(x), y) for x, y in zip(one["x"], one["y"], strict=True) if x and y is not None]


def joined_on_paper(panel: Panel) -> list[tuple[datetime, float]]:
    """Corners of the joining lines on paper."""
    pairs = [
        pair.rsplit(",", 1)
        for one in drawn(panel.element, "segment")
        for pair in one.get("data-points").split()
    ]
    return [(seconds(x), float(y)) for x, y in pairs]


def compare(info: Any) -> None:
    """Hold the two drawings of one TrendInfo against each other."""
    figure = trend_figure(info)
    root = ElementTree.fromstring(trend_svg(info, trend_summary(info)).svg)  # noqa: S314 - our own text
    panels = [Panel(one) for one in drawn(root, "panel")]
    assert [one.analyte for one in panels] == [one.analyte for one in info.panels]
    shapes = figure["layout"]["shapes"]
    for panel in panels:
        assert panel.points() == on_screen(figure, panel.analyte)
        assert joined_on_paper(panel) == joined_on_screen(figure, panel.analyte)
        ids = set(panel.limits())
        assert panel.limits() == {one["name"]: one["y0"] for one in shapes if one.get("name") in ids}
        names = [one["ids"] for one in figure["data"] if one["meta"] == f"{panel.analyte} limit names"]
        assert {f"{one} label" for one in ids} == {name for found in names for name in found}
        breaks = [one["x0"] for one in shapes if one.get("name") == f"{panel.analyte} break"]
        assert [seconds(one.get("data-x")) for one in drawn(panel.element, "break")] == list(
            map(seconds, breaks)
        )
        bands = [
            (seconds(one["x0"]), seconds(one["x1"]))
            for one in shapes
            if one.get("name") == f"{panel.analyte} interval"
        ]
        assert [
            (seconds(one.get("data-start")), seconds(one.get("data-end")))
            for one in drawn(panel.element, "band")
        ] == bands
    drawn_limits = {one.limit_id for panel in info.panels for one in panel.limits}
    assert drawn_limits == {limit for panel in panels for limit in panel.limits()}
    compare_lanes(info, figure, root)


def compare_lanes(info: Any, figure: dict[str, Any], root: ElementTree.Element) -> None:
    """Events and severity totals."""
    bars = [bar for lane in info.lanes for bar in lane.bars]
    assert [one.get("data-label") for one in drawn(root, "bar")] == [bar.label for bar in bars]
    totals = [(seconds(one.get("data-x")), float(one.get("data-y"))) for one in drawn(root, "total")]
    assert totals == [
        (seconds(x), y) for one in traces(figure, "severity") for x, y in zip(one["x"], one["y"], strict=True)
    ]


def test_every_state_has_an_outline_of_its_own() -> None:
    """A grey print separates the states by shape alone."""
    drawn_as = {re.sub(r'(fill|stroke)="#\w+"', "", symbol(state, "", False, 10)) for state in State}
    assert len(drawn_as) == len(State)


@pytest.mark.parametrize("units", list(UnitSystem))
def test_both_hold_the_same_for_every_sample_patient(units: UnitSystem) -> None:
    found = loaded()
    for patient in patients():
        events, scores = found.events.get(patient, ()), found.scores.get(patient, ())
        rows = found.patient_rows(patient)
        info = trend_info(rows, material().knowledge, found.as_of, units, events=events, scores=scores)
        assert report(patient, units).trend == info, "the report draws what the page draws"
        compare(info)


def test_findings_and_their_flags_are_those_of_the_page() -> None:
    for patient in patients():
        page = loaded().findings[patient].findings
        paper = report(patient).findings
        assert [(one.urgency.value, one.rule_id, one.text) for one in page] == [
            (one.urgency, one.rule_id, one.text) for one in paper
        ]
        for one, line in zip(page, paper, strict=True):
            assert all(f"{who.name}, {who.evidence}" in line.sources for who in one.sources)
        order = [one.urgency for one in paper]
        assert order == sorted(order, key=["stop", "act", "note", "info"].index)
        letters = {panel.analyte: panel.header.letter for panel in report(patient).trend.panels}
        assert {one.analyte: one.letter for one in report(patient).results if one.core} == letters
