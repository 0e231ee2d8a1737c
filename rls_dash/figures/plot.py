"""The trend figure as a plain plotly dictionary: lays out a TrendInfo, decides nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from rls_dash.figures import layout, theme
from rls_dash.figures.labels import label_sides
from rls_dash.figures.lane_marks import lane_notes, lane_shapes, track_axis, track_trace
from rls_dash.figures.legend import legend
from rls_dash.figures.limit_names import AXIS, limit_names, names_axis
from rls_dash.figures.marks import foot_notes, iso, notes, shapes, since_parts
from rls_dash.figures.panel import PanelInfo, PointInfo
from rls_dash.figures.texts import esc
from rls_dash.figures.theme import Palette
from rls_dash.figures.trend import TrendInfo
from rls_dash.interpret.words import date_text
from rls_dash.normalise.relative_time import RELATIVE_ORIGIN

Part = dict[str, Any]
# Days between the labels of a relative axis, and how many labels it has at most.
_FONT = '"Source Sans", "Source Sans 3", sans-serif'  # that of the page, served with it
_CHARACTER = 6.0  # width of a character of a title [px]
_STEPS, _LABELS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000), 8
_WEEKS = 14 * 86_400_000  # [ms]
_DATES = [
    {"dtickrange": [None, _WEEKS], "value": "%d %b %Y"},  # zoomed in: never a day without its year
    {"dtickrange": ["M1", None], "value": "%b %Y"},
]
# For st.plotly_chart(config=...): nothing in the tool bar that sends a figure anywhere.
PLOT_CONFIG: Part = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
}


def trend_figure(info: TrendInfo, dark: bool = False) -> Part:
    """All panels over one time axis, in the colours for a dark or a light page."""
    colours, places = theme.palette(dark), layout.places(info)
    traces: list[Part] = []
    drawn, said = lane_shapes(info, places, colours), lane_notes(info, places, colours)
    axes: Part = {}
    names = ["y", *(f"y{number}" for number in range(2, len(info.panels) + 2))]
    for panel, slot, axis in zip(info.panels, places.panels, names, strict=False):
        axes[axis.replace("y", "yaxis")] = _value_axis(panel, slot, colours)
        traces += _traces(panel, axis, slot.height, info, colours)
        drawn += shapes(panel, axis, colours)
        said += notes(panel, axis, slot, info, colours)
        limits, leaders = limit_names(panel, axis, slot, colours)
        traces += limits
        drawn += leaders
    if info.severity and places.track:
        axis = names[len(info.panels)]
        style = _axis_style(colours)
        axes[axis.replace("y", "yaxis")] = track_axis(info.severity, places.track, style, colours)
        traces.append(track_trace(info.severity, axis, info, colours))
    axes["xaxis"] = _time_axis(info, names[len(info.panels) - 1], colours)
    if any(panel.limits for panel in info.panels):
        axes[AXIS.replace("x", "xaxis")] = names_axis()
    lines, words = since_parts(info, names[: len(info.panels) + bool(info.severity)], colours)
    said += [*words, *foot_notes(info, places.inner, colours)]
    foot = layout.TIME_AXIS + (layout.FOOT if info.not_shown else 0)
    symbols, key, height = legend(info, colours, places.inner, foot)
    frame = {**_frame(places.inner, foot + height + 3, colours), **axes}
    return {
        "data": traces,
        "layout": {**frame, "shapes": drawn + lines + symbols, "annotations": said + key},
    }


def _frame(inner: int, bottom: int, colours: Palette) -> Part:
    clear = "rgba(0,0,0,0)"
    font: Part = {"family": _FONT, "size": 12, "color": colours.ink}
    hover = {"bgcolor": colours.hover, "bordercolor": colours.muted, "align": "left", "font": font}
    sides = {"l": layout.LEFT, "r": layout.RIGHT, "t": layout.TOP, "b": bottom}
    return {
        "height": inner + layout.TOP + bottom,
        "margin": {**sides, "autoexpand": False},
        "paper_bgcolor": clear,
        "plot_bgcolor": clear,
        "font": font,
        "hovermode": "closest",
        "hoverlabel": hover,
        "dragmode": "zoom",
        # Streamlit hands the figure to plotly once more after drawing it: the same revision, the same points,
        # so nothing is drawn again. Another patient's figure is a new plot.
        "datarevision": 1,
    }


def _axis_style(colours: Palette) -> Part:
    ticks = {
        "tickfont": {"size": 11, "color": colours.muted},
        "tickcolor": colours.muted,
        "automargin": False,
    }
    line = {"showline": True, "linecolor": colours.muted, "gridcolor": colours.grid, "zeroline": False}
    return {**ticks, **line}


def _time_axis(info: TrendInfo, lowest: str, colours: Palette) -> Part:
    """True time, ending with the as-of day, labelled under the lowest panel."""
    ticks: Part = {"ticks": "outside", "nticks": 9, "tickformatstops": _DATES}
    if info.relative:
        days = _days(info.start, info.end)
        ticks = {
            "ticks": "outside",
            "tickmode": "array",
            "tickvals": [iso(day) for day in days],
            "ticktext": [date_text(day.date()) for day in days],
        }
    ends = [iso(info.start), iso(info.end)]
    return {"type": "date", "range": ends, "anchor": lowest, **_axis_style(colours), **ticks}


def _days(start: datetime, end: datetime) -> list[datetime]:
    """Whole days of relative time at which to label the axis, a handful at most."""
    span = (end - start).days + 1
    step = next((days for days in _STEPS if span / days <= _LABELS), span)
    first = datetime.combine(start.date(), time())
    offset = -((first - RELATIVE_ORIGIN).days) % step
    return [first + timedelta(days=days) for days in range(offset, span + 1, step)]


def _value_axis(panel: PanelInfo, slot: layout.Slot, colours: Palette) -> Part:
    axis = panel.axis
    text = _fitting(panel.axis_title, slot.height)
    title = {"text": text, "font": {"size": 11, "color": colours.ink}, "standoff": 6}
    style = {"domain": [slot.bottom, slot.top], "anchor": "x", "fixedrange": True, **_axis_style(colours)}
    if axis.logarithmic:
        ends = [math.log10(axis.low), math.log10(axis.high)]
        title |= {"text": f"{text}<br>log scale"}
        return {**style, "type": "log", "range": ends, "dtick": "D2", "title": title}
    ticks = {"tick0": 0, "dtick": axis.step, "tickformat": f".{axis.digits}f"}
    return {**style, "type": "linear", "range": [axis.low, axis.high], "title": title, **ticks}


def _fitting(title: str, height: int) -> str:
    """Name and unit, on two lines where one would be longer than the panel is high."""
    if len(title) * _CHARACTER <= height:
        return title
    name, _, unit = title.rpartition(", ")
    if len(unit) * _CHARACTER > height and unit.count("/") > 1:
        unit = "/<br>".join(unit.rsplit("/", 1))
    return f"{name},<br>{unit}"


def _traces(panel: PanelInfo, axis: str, height: int, info: TrendInfo, colours: Palette) -> list[Part]:
    """Joining lines, rings round conflicting results, points. An empty panel keeps an unseen trace."""
    base = {"type": "scatter", "xaxis": "x", "yaxis": axis, "showlegend": False}
    xs: list[str | None] = []
    ys: list[float | None] = []
    for segment in panel.segments:
        xs += [*(iso(moment) for moment, _ in segment), None]
        ys += [*(value for _, value in segment), None]
    if not xs:
        xs, ys = [iso(info.start), iso(info.end)], [None, None]
    style = {"color": colours.line, "width": 1.25, "shape": "linear"}
    joined = {**base, "mode": "lines", "x": xs, "y": ys, "line": style, "hoverinfo": "skip"}
    found = [{**joined, "connectgaps": False, "meta": f"{panel.analyte} line"}]
    ring = {"color": colours.ink, "line": {"width": 1.5}}
    around = {
        "lit": ([one for one in panel.points if one.lit], theme.halo(colours, theme.HALO_SIZE)),
        "conflicting": (
            [one for one in panel.points if one.conflicting],
            {**ring, "symbol": theme.RING, "size": theme.RING_SIZE},
        ),
        "too early": (
            [one for one in panel.points if one.too_early],
            {**ring, "symbol": theme.FRAME, "size": theme.FRAME_SIZE},
        ),
    }
    for name, (points, marker) in around.items():
        if points:
            found.append({**_around(points, marker, base), "meta": f"{panel.analyte} {name}"})
    if panel.points:
        found.append(_points(panel, height, info, base, colours))
    return found


def _places(points: Sequence[PointInfo]) -> Part:
    return {"x": [iso(point.x) for point in points], "y": [point.y for point in points]}


def _around(points: Sequence[PointInfo], marker: Part, base: Part) -> Part:
    """What surrounds some of the symbols."""
    still = {"hoverinfo": "skip", "cliponaxis": False}
    return {**base, **_places(points), "mode": "markers", "marker": marker, **still}


def _points(panel: PanelInfo, height: int, info: TrendInfo, base: Part, colours: Palette) -> Part:
    points = panel.points
    sides = label_sides(panel, height, (info.start, info.end))
    shades = [colours.states[point.state] for point in points]
    marker = {
        "symbol": [_symbol(point) for point in points],
        "size": [theme.CENSORED_SIZE if point.comparator else theme.SIZES[point.state] for point in points],
        "color": shades,
        "opacity": 1,
        "line": {"color": shades, "width": [1.8 if _hollow(point) else 0.5 for point in points]},
    }
    return {
        **base,
        **_places(points),
        "mode": "markers+text",
        "marker": marker,
        "text": [_label(point, side) for point, side in zip(points, sides, strict=True)],
        "textposition": [side or "top center" for side in sides],
        "textfont": {"size": 11, "color": colours.ink},
        "customdata": ["<br>".join(esc(line) for line in point.hover) for point in points],
        "hovertemplate": "%{customdata}<extra></extra>",
        "cliponaxis": False,
        "meta": f"{panel.analyte} results",
    }


def _hollow(point: PointInfo) -> bool:
    return point.preliminary or bool(point.comparator)


def _symbol(point: PointInfo) -> str:
    """Shape by state; an open triangle pointing to where a censored truth lies; hollow if preliminary."""
    if point.comparator.censored_low:
        return theme.CENSORED_LOW
    if point.comparator.censored_high:
        return theme.CENSORED_HIGH
    return theme.SYMBOLS[point.state] + ("-open" if point.preliminary else "")


def _label(point: PointInfo, side: str) -> str:
    """Text of a point, set off from a symbol or ring it stands beside."""
    around = point.conflicting or point.too_early or point.lit
    room = "\u2003" if around else "\u2009"
    if not side:
        return ""
    beside = point.label and side.startswith("middle")
    return f"{room}{esc(point.label)}{room}" if beside else esc(point.label)
