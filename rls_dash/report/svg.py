"""The four trends as a static SVG for paper: lays out a TrendInfo as plot.py does, and decides as little.

Every length is in points. Elements carry what they stand for (`data-...`), so that a test can hold them
against the figure on screen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime

from rls_dash.figures import layout, theme
from rls_dash.figures.guides import BandInfo, RegionKind
from rls_dash.figures.panel import PanelInfo, PointInfo
from rls_dash.figures.trend import TrendInfo
from rls_dash.interpret.words import date_text
from rls_dash.report.inert import visible
from rls_dash.report.model import Drawing
from rls_dash.report.svg_box import Box
from rls_dash.report.svg_labels import placed_labels
from rls_dash.report.svg_lanes import Names, lanes, lanes_height
from rls_dash.report.svg_legend import legend
from rls_dash.report.svg_marks import (
    BAND,
    BAND_EDGE,
    FONTS,
    INK,
    MUTED,
    line,
    number,
    plain,
    point_symbol,
    tag,
    text,
)
from rls_dash.report.svg_time import ticks
from rls_dash.report.widths import cut, width, wrapped

WIDTH = 538.0  # 190 mm
LEFT, RIGHT = 30.0, 170.0
HEIGHTS = (60.0, 37.0, 37.0, 37.0)  # ferritin first and taller
_HEAD, _HEAD_LINE, _AXIS = 10.5, 7.6, 11.0
_RAIL = (1.5, 4.0)  # strip beside the plot that fills the named regions: from, width
_FILLS = {RegionKind.LOW: "#E3A94A", RegionKind.OPEN: "#F5EEA0", RegionKind.HIGH: "#B9693A"}
_GRID = "#E6E6E6"
_SMALL, _TEXT, _LINE = 6.0, 6.6, 6.7


def trend_svg(info: TrendInfo, alt: str, shown: Callable[[str], str] = visible) -> Drawing:
    """The trends as a drawing with `alt` as its title; `shown` makes texts of files inert before they are
    measured and placed."""
    parts: list[str] = []
    top = 1.0
    box = None
    for panel, height in zip(info.panels, HEIGHTS, strict=True):
        heads = _head_lines(panel)
        top += _HEAD + _HEAD_LINE * (len(heads) - 1)
        box = Box(LEFT, top, WIDTH - LEFT - RIGHT, height, info.start, info.end, panel)
        parts.append(_panel(box, heads))
        top = box.bottom
        if len(parts) == 1:  # the ferritin
            parts.append(lanes(info, box, Names(box.right + sum(_RAIL) + 9.5, WIDTH, shown)))
            top += lanes_height(info)
    assert box is not None  # noqa: S101 - there are four panels
    parts.append(_time_axis(info, box))
    marks, used = legend(top + _AXIS + 7.0, WIDTH)
    height = top + _AXIS + used
    title = tag("title", plain(alt))
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(WIDTH)} {number(height)}" '
        f'width="{number(WIDTH)}" height="{number(height)}" font-family="{FONTS}" fill="{INK}" role="img">'
        f"{title}{''.join(parts)}{marks}</svg>"
    )
    return Drawing(drawn, WIDTH, height)


def _panel(box: Box, heads: Sequence[str]) -> str:
    panel = box.panel
    parts = [
        *(_band(one, box) for one in panel.band),
        *_value_axis(box),
        *(_rail(box, index) for index in range(len(panel.limits))),
        *_limits(box),
        *_breaks(box),
        *_segments(box),
        *_heads(box, heads),
    ]
    if panel.empty_text:
        middle = (box.left + box.right) / 2
        parts.append(text(middle, box.top + box.height / 2 + 2, panel.empty_text, _TEXT, text_anchor="middle",
                          class_="empty"))  # fmt: skip
    parts += _points(box)
    axis = panel.axis
    return tag(
        "g",
        "".join(parts),
        class_="panel",
        data_analyte=panel.analyte,
        data_box=" ".join(map(number, (box.left, box.top, box.width, box.height))),
        data_axis=f"{axis.low!r} {axis.high!r} {'log' if axis.logarithmic else 'linear'}",
        data_time=f"{box.start.isoformat()} {box.end.isoformat()}",
    )


def _head_lines(panel: PanelInfo) -> list[str]:
    """What stands over a panel after its name: value, age and change, and what must be known of the panel.

    One line where it fits. The flag in words stands in the table of results.
    """
    head = panel.header
    first = " \u00b7 ".join(part for part in (head.when, head.change, head.beside) if part)
    second = " \u00b7 ".join(head.notes)
    value = f"{head.value} {head.letter}"
    room = WIDTH - 20 - width(panel.axis_title, _TEXT + 0.6) - width(value, _TEXT) * 1.05
    both = " \u00b7 ".join(part for part in (first, second) if part)
    if width(both, _TEXT) <= room:
        return [both]
    return [cut(first, _TEXT, room), *wrapped(second, _SMALL, WIDTH - 14)]


def _heads(box: Box, heads: Sequence[str]) -> list[str]:
    name = tag("tspan", plain(box.panel.axis_title), font_weight="bold", font_size=_TEXT + 0.6)
    first = box.top - 3 - _HEAD_LINE * (len(heads) - 1)
    head = box.panel.header
    value = tag("tspan", plain(f"{head.value} {head.letter}".strip()), font_weight="bold", dx=6.0)
    value = value if head.value else ""
    inner = f'{name}{value}<tspan dx="6">{plain(heads[0])}</tspan>'
    found = [tag("text", inner, x=0.0, y=first, font_size=_TEXT, class_="head")]
    found += [
        text(6.0, first + _HEAD_LINE * (at + 1), words, _SMALL, fill=MUTED, class_="head")
        for at, words in enumerate(heads[1:])
    ]
    return found


def _band(band: BandInfo, box: Box) -> str:
    """The laboratory's interval: a pale fill with fine edges where it has an end."""
    low, high = box.panel.y_range
    ends = (low if band.low is None else band.low, high if band.high is None else band.high)
    top, bottom = (min(max(box.y(end), box.top), box.bottom) for end in (ends[1], ends[0]))
    left, right = box.x(band.start), box.x(band.end)
    edges = [
        line((left, box.y(end), right, box.y(end)), stroke=BAND_EDGE, stroke_width=0.4)
        for end in (band.low, band.high)
        if end is not None and low <= end <= high
    ]
    fill = tag("rect", x=left, y=top, width=right - left, height=max(bottom - top, 0.0), fill=BAND,
               class_="band", data_low=_said(band.low), data_high=_said(band.high),
               data_start=band.start.isoformat(), data_end=band.end.isoformat())  # fmt: skip
    return fill + "".join(edges)


def _said(end: float | None) -> str:
    return "" if end is None else repr(end)


def _value_axis(box: Box) -> list[str]:
    found = []
    for value, words in axis_ticks(box.panel):
        y = box.y(value)
        found.append(line((box.left, y, box.right, y), stroke=_GRID, stroke_width=0.4))
        found.append(text(box.left - 2.5, y + 2, words, _SMALL, text_anchor="end", fill=MUTED))
    frame = (box.left, box.top, box.left, box.bottom)
    found.append(line(frame, stroke=MUTED, stroke_width=0.5))
    found.append(line((box.left, box.bottom, box.right, box.bottom), stroke=MUTED, stroke_width=0.5))
    if box.panel.axis.logarithmic:
        found.append(text(box.left + 2, box.top + 6, "log scale", _SMALL, fill=MUTED))
    return found


def axis_ticks(panel: PanelInfo) -> list[tuple[float, str]]:
    """Ticks of a panel: where, and their digits."""
    axis = panel.axis
    if axis.logarithmic:
        powers = range(math.floor(math.log10(axis.low)), math.ceil(math.log10(axis.high)) + 1)
        every = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
        inside = [value for value in every if axis.low <= value <= axis.high]
        return [(value, f"{value:g}") for value in inside]
    first = math.ceil(axis.low / axis.step - 1e-9)
    last = math.floor(axis.high / axis.step + 1e-9)
    return [(at * axis.step, f"{at * axis.step:.{axis.digits}f}") for at in range(first, last + 1)]


def _rail(box: Box, index: int) -> str:
    limit = box.panel.limits[index]
    low, high = box.panel.y_range
    bottom = low if limit.region_low is None else max(low, limit.region_low)
    top = high if limit.region_high is None else min(high, limit.region_high)
    y = box.y(top)
    return tag("rect", x=box.right + _RAIL[0], y=y, width=_RAIL[1], height=max(box.y(bottom) - y, 0.0),
               fill=_FILLS[limit.kind], stroke=MUTED, stroke_width=0.3)  # fmt: skip


def _limits(box: Box) -> list[str]:
    """Dashed lines with number, name, source and grade beside them, tied to their lines."""
    panel = box.panel
    room = RIGHT - sum(_RAIL) - 10
    names = [wrapped(f"{one.number} {one.name} \u00b7 {one.source}", _SMALL, room) for one in panel.limits]
    most = max(map(len, names), default=1)
    if most * _LINE * len(names) > box.height:
        names, most = [[" ".join(lines)] for lines in names], 1
    wanted = [box.bottom - box.y(one.y) for one in panel.limits]
    placed = layout.spread(wanted, most * _LINE + 0.6, box.height)
    found = []
    for limit, lines, at, goal in zip(panel.limits, names, wanted, placed, strict=True):
        drawn = _limit(box, box.bottom - at, box.bottom - goal, limit.number, lines)
        found.append(tag("g", drawn, class_="limit", data_limit=limit.limit_id, data_value=repr(limit.y)))
    return found


def _limit(box: Box, y: float, beside: float, bold: str, lines: Sequence[str]) -> str:
    """One line at `y`, and its words around the height `beside`."""
    edge = box.right + sum(_RAIL)
    dashes = line(
        (box.left, y, edge, y), stroke=theme.LIGHT.limit, stroke_width=0.9, stroke_dasharray="3.5 2"
    )
    leader = line((edge, y, edge + 8, beside), stroke=MUTED, stroke_width=0.4)
    x, first = edge + 9.5, beside + 2 - _LINE * (len(lines) - 1) / 2
    # a grade is never cut off: a long line is set smaller
    size = min(_SMALL, *(_SMALL * (WIDTH - x) / width(one, _SMALL) for one in lines))
    inner = tag("tspan", plain(bold), font_weight="bold") + plain(lines[0][len(bold) :])
    labels = tag("text", inner, x=x, y=first, font_size=size)
    more = (text(x, first + _LINE * at, words, size) for at, words in enumerate(lines[1:], start=1))
    return dashes + leader + labels + "".join(more)


def _breaks(box: Box) -> list[str]:
    """Where results are not joined, and why; words that would cover each other are said once."""
    found, free = [], -math.inf
    for one in box.panel.breaks:
        x = box.x(one.x)
        dots = line((x, box.top, x, box.bottom), stroke=MUTED, stroke_width=0.8, stroke_dasharray="0.8 1.6")
        room = width(one.short, _SMALL) / 2
        middle = min(max(x, box.left + room), box.right - room)
        words = ""
        if middle - room > free:
            ground = tag("rect", x=middle - room, y=box.top, width=2 * room, height=6.6, fill="#fff",
                         fill_opacity=0.8)  # fmt: skip
            words = ground + text(middle, box.top + 5.2, one.short, _SMALL, text_anchor="middle", fill=MUTED)
            free = middle + room
        found.append(tag("g", dots + words, class_="break", data_x=one.x.isoformat(), data_words=one.words))
    return found


def _segments(box: Box) -> list[str]:
    found = []
    for segment in box.panel.segments:
        inside = _entering(segment, box)
        places = " ".join(f"{number(box.x(moment))},{number(box.y(value))}" for moment, value in inside)
        meant = " ".join(f"{moment.isoformat()},{value!r}" for moment, value in segment)
        found.append(tag("polyline", points=places, fill="none", stroke="#777", stroke_width=0.8,
                         class_="segment", data_points=meant))  # fmt: skip
    return found


def _entering(segment: Sequence[tuple[datetime, float]], box: Box) -> list[tuple[datetime, float]]:
    """A run whose first point may lie before the axis: cut where its line crosses the start."""
    first, second = segment[0], segment[1]
    if first[0] >= box.start:
        return list(segment)
    share = (box.start - first[0]) / (second[0] - first[0])
    return [(box.start, first[1] + share * (second[1] - first[1])), *segment[1:]]


def _points(box: Box) -> list[str]:
    labels = placed_labels(box, _TEXT)
    return [_point(point, label, box) for point, label in zip(box.panel.points, labels, strict=True)]


def _point(point: PointInfo, label: str, box: Box) -> str:
    return tag(
        "g",
        point_symbol(point) + label,
        class_="point",
        transform=f"translate({number(box.x(point.x))} {number(box.y(point.y))})",
        data_x=point.x.isoformat(),
        data_y=repr(point.y),
        data_comparator=point.comparator.value,
        data_state=point.state.value,
        data_letter=point.letter,
        data_label=point.label,
        data_preliminary="yes" if point.preliminary else "no",
        data_conflicting="yes" if point.conflicting else "no",
        data_early="yes" if point.too_early else "no",
    )


def _time_axis(info: TrendInfo, box: Box) -> str:
    """True time under the lowest panel, ending with the as-of day."""
    parts = []
    until = "days from an unstated start" if info.relative else f"as of {date_text(info.as_of)}"
    parts.append(text(box.right + 6, box.bottom + 8, until, _SMALL, font_weight="bold"))
    for moment, words in ticks(info):
        x = box.x(moment)
        parts.append(line((x, box.bottom, x, box.bottom + 2.5), stroke=MUTED, stroke_width=0.5))
        parts.append(text(x, box.bottom + 8.5, words, _SMALL, text_anchor="middle", fill=MUTED))
    return tag("g", "".join(parts), class_="time")
