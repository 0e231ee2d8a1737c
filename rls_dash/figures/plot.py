"""The trend figure as a plain plotly dictionary: lays out a TrendInfo, decides nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from rls_dash.figures import layout, theme
from rls_dash.figures.labels import label_sides
from rls_dash.figures.legend import legend_layout, legend_traces
from rls_dash.figures.marks import as_of_note, esc, iso, notes, shapes
from rls_dash.figures.panel import PanelInfo, PointInfo
from rls_dash.figures.theme import Palette
from rls_dash.figures.trend import TrendInfo
from rls_dash.interpret.words import date_text
from rls_dash.normalise.relative_time import RELATIVE_ORIGIN

Part = dict[str, Any]
# For st.plotly_chart(config=...): nothing in the tool bar that sends a figure anywhere.
# Days between the labels of a relative axis, and how many labels it has at most.
_STEPS, _LABELS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000), 8
PLOT_CONFIG: Part = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
}


def trend_figure(info: TrendInfo, dark: bool = False) -> Part:
    """Four panels over one time axis, in the colours for a dark or a light page."""
    colours = theme.palette(dark)
    traces: list[Part] = []
    drawn: list[Part] = []
    until = "days from an unstated start" if info.relative else f"as of {date_text(info.as_of)}"
    said: list[Part] = [as_of_note(until, colours)]
    axes: Part = {}
    for number, (panel, slot) in enumerate(zip(info.panels, layout.slots(), strict=True), start=1):
        axis = "y" if number == 1 else f"y{number}"
        axes[axis.replace("y", "yaxis")] = _value_axis(panel, slot, colours)
        axes["xaxis"] = _time_axis(info, axis, colours)
        traces += _traces(panel, axis, slot.height, info, colours)
        drawn += shapes(panel, axis, colours)
        said += notes(panel, axis, slot, colours)
    frame = {**_frame(colours), **axes, "shapes": drawn, "annotations": said}
    return {"data": traces + legend_traces(colours), "layout": frame}


def _frame(colours: Palette) -> Part:
    clear = "rgba(0,0,0,0)"
    font: Part = {"size": 12, "color": colours.ink}
    hover = {"bgcolor": colours.hover, "bordercolor": colours.muted, "align": "left", "font": font}
    sides = {"l": layout.LEFT, "r": layout.RIGHT, "t": layout.TOP, "b": layout.BOTTOM}
    return {
        "height": layout.figure_height(),
        "margin": {**sides, "autoexpand": False},
        "paper_bgcolor": clear,
        "plot_bgcolor": clear,
        "font": font,
        "hovermode": "closest",
        "hoverlabel": hover,
        "dragmode": "zoom",
        **legend_layout(colours, layout.figure_height()),
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
    ticks: Part = {"ticks": "outside", "nticks": 9, "tickformat": "%b %Y"}
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
    title = {"text": panel.axis_title, "font": {"size": 11, "color": colours.ink}, "standoff": 6}
    style = {"domain": [slot.bottom, slot.top], "anchor": "x", "fixedrange": True, **_axis_style(colours)}
    if axis.logarithmic:
        ends = [math.log10(axis.low), math.log10(axis.high)]
        title |= {"text": f"{panel.axis_title}<br>log scale"}
        return {**style, "type": "log", "range": ends, "dtick": "D2", "title": title}
    ticks = {"tick0": 0, "dtick": axis.step, "tickformat": f".{axis.digits}f"}
    return {**style, "type": "linear", "range": [axis.low, axis.high], "title": title, **ticks}


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
    ringed = [point for point in panel.points if point.conflicting]
    if ringed:
        found.append(_rings(ringed, base, colours))
    if panel.points:
        found.append(_points(panel, height, base, colours))
    return found


def _places(points: Sequence[PointInfo]) -> Part:
    return {"x": [iso(point.x) for point in points], "y": [point.y for point in points]}


def _rings(points: Sequence[PointInfo], base: Part, colours: Palette) -> Part:
    ring = {"symbol": theme.RING, "size": theme.RING_SIZE, "color": colours.ink, "line": {"width": 1.5}}
    return {
        **base,
        **_places(points),
        "mode": "markers",
        "marker": ring,
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _points(panel: PanelInfo, height: int, base: Part, colours: Palette) -> Part:
    points = panel.points
    sides = label_sides(panel, height)
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
        "textposition": sides,
        "textfont": {"size": 11, "color": shades},
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
    room = "\u2002" if point.conflicting else "\u2009"
    return (
        f"{room}{esc(point.label)}{room}" if point.label and side.startswith("middle") else esc(point.label)
    )
