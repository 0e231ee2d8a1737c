"""Draws the lanes and the severity track under the ferritin panel, as plain dictionaries."""

from __future__ import annotations

from typing import Any

from rls_dash.context.events import EventKind
from rls_dash.figures import layout, theme
from rls_dash.figures.lanes import BarInfo, End, Side
from rls_dash.figures.layout import Places
from rls_dash.figures.marks import iso
from rls_dash.figures.severity import TrackInfo
from rls_dash.figures.texts import esc, plain_text
from rls_dash.figures.theme import Palette
from rls_dash.figures.trend import TrendInfo

Part = dict[str, Any]
_HALF = 5.5  # half the height of a bar [px]
# an end that is not in the period shown
_ARROW = {
    "start": "M9,-3.5L3,0L9,3.5Z",
    "end": "M-9,-3.5L-3,0L-9,3.5Z",
}
_DROP = "M0,6L4,0L0,-6L-4,0Z"


def lane_shapes(info: TrendInfo, places: Places, colours: Palette) -> list[Part]:
    """Bars, their open ends, and infusions with a hairline up into the ferritin panel."""
    found: list[Part] = []
    for bar, middle in _bars(info, places):
        if bar.kind is EventKind.INFUSION:
            found += _infusion(bar, middle, places, colours)
            continue
        half = places.share(_HALF)
        ends = {"x0": iso(bar.start), "x1": iso(bar.end), "y0": middle - half, "y1": middle + half}
        line = {"color": colours.muted, "width": 1}
        place = {"xref": "x", "yref": "paper", "layer": "below", "name": f"{bar.kind.value} bar"}
        found.append({"type": "rect", **place, **ends, "line": line, "fillcolor": colours.bars[bar.kind]})
        for side, end, moment in (("start", bar.starts, bar.start), ("end", bar.stops, bar.end)):
            if end is not End.SHOWN:
                # hollow: nobody stated when; filled: stated, outside the period
                fill = colours.muted if end is End.BEYOND else "rgba(0,0,0,0)"
                found.append(_glyph(_ARROW[side], iso(moment), middle, fill, colours, f"open {side}"))
    return found


def _glyph(path: str, x: str, y: float, fill: str, colours: Palette, name: str) -> Part:
    """A small drawing of fixed size [px] at a moment."""
    place = {"xref": "x", "yref": "paper", "xsizemode": "pixel", "ysizemode": "pixel", "xanchor": x}
    line = {"color": colours.muted, "width": 1}
    return {
        "type": "path",
        **place,
        "yanchor": y,
        "path": path,
        "line": line,
        "fillcolor": fill,
        "name": name,
    }


def _infusion(bar: BarInfo, middle: float, places: Places, colours: Palette) -> list[Part]:
    x, top = iso(bar.start), places.panels[0].top
    place = {"xref": "x", "yref": "paper", "layer": "below", "name": "infusion line"}
    line = {"color": colours.muted, "width": 1, "dash": "dot"}
    up = {"type": "line", **place, "x0": x, "x1": x, "y0": middle, "y1": top, "line": line}
    return [up, _glyph(_DROP, x, middle, colours.ink, colours, "infusion")]


def _bars(info: TrendInfo, places: Places) -> list[tuple[BarInfo, float]]:
    """Every bar with the middle of its row [share of the plot area]."""
    found, first = [], 0
    for lane in info.lanes:
        found += [(bar, places.rows[first + bar.row]) for bar in lane.bars]
        first += lane.rows
    return found


def lane_notes(info: TrendInfo, places: Places, colours: Palette) -> list[Part]:
    """Titles of the lanes, labels of the bars with everything known in a hover box, name of the scale."""
    found: list[Part] = []
    first = 0
    for lane in info.lanes:
        place = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": 4 - layout.LEFT, "yref": "paper"}
        title = plain_text(lane.title, colours.muted, 10)
        found.append({**title, **place, "y": places.rows[first], "yanchor": "middle"})
        first += lane.rows
    for bar, middle in _bars(info, places):
        found.append(_bar_label(bar, middle, colours))
    if info.severity and places.track:
        found.append(_scale_name(info.severity, places.track, colours))
    return found


def _bar_label(bar: BarInfo, middle: float, colours: Palette) -> Part:
    moment, anchor, shift = {
        Side.IN: (bar.start, "left", 4 if bar.starts is End.SHOWN else 13),
        Side.AFTER: (bar.end, "left", 7),
        Side.BEFORE: (bar.start, "right", -7),
    }[bar.label_at]
    place = {"x": iso(moment), "xref": "x", "xanchor": anchor, "xshift": shift, "y": middle, "yref": "paper"}
    hover = {"hovertext": "<br>".join(esc(line) for line in bar.hover), "captureevents": True}
    box = {"hoverlabel": {"bgcolor": colours.hover, "bordercolor": colours.muted}}
    text = plain_text(esc(bar.label), colours.ink, 10)
    return {**text, **place, **hover, **box, "yanchor": "middle", "borderpad": 0}


def _scale_name(track: TrackInfo, slot: layout.Slot, colours: Palette) -> Part:
    text = f"<b>{esc(track.title)}</b>" + (f"<br>{esc(track.meaning)}" if track.meaning else "")
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": layout.RAIL_ROOM, "align": "left"}
    middle = {"y": (slot.bottom + slot.top) / 2, "yref": "paper", "yanchor": "middle"}
    return {**plain_text(text, colours.ink, 11), **place, **middle, "name": "severity label"}


def track_axis(track: TrackInfo, slot: layout.Slot, style: Part, colours: Palette) -> Part:
    """Value axis of the severity track: the ends of its scale."""
    room = (track.high - track.low) * 0.22  # for symbols and their numbers at the ends of the scale
    title = {"text": esc(track.scale[:8]), "font": {"size": 10, "color": colours.ink}, "standoff": 6}
    ticks = {"tickvals": [track.low, track.high], "tickformat": "~g", "tickfont": {"size": 10}}
    ends = {"domain": [slot.bottom, slot.top], "range": [track.low - room, track.high + room]}
    return {**style, **ends, **ticks, "anchor": "x", "fixedrange": True, "type": "linear", "title": title}


def track_trace(track: TrackInfo, axis: str, info: TrendInfo, colours: Palette) -> Part:
    """Totals joined by straight lines, each with its number."""
    middle = (track.low + track.high) / 2
    sides = ["top" if point.y < middle else "bottom" for point in track.points]
    near_end = [(info.end - point.x) / (info.end - info.start) < 0.02 for point in track.points]
    return {
        "type": "scatter",
        "xaxis": "x",
        "yaxis": axis,
        "mode": "lines+markers+text",
        "x": [iso(point.x) for point in track.points],
        "y": [point.y for point in track.points],
        "line": {"color": colours.line, "width": 1.25, "shape": "linear"},
        "marker": {"symbol": theme.TOTAL, "size": 6, "color": colours.ink},
        "text": [esc(point.label) for point in track.points],
        "textposition": [
            f"{side} {'left' if near else 'center'}" for side, near in zip(sides, near_end, strict=True)
        ],
        "textfont": {"size": 10, "color": colours.ink},
        "customdata": ["<br>".join(esc(line) for line in point.hover) for point in track.points],
        "hovertemplate": "%{customdata}<extra></extra>",
        "cliponaxis": False,
        "showlegend": False,
        "meta": "severity",
    }
