"""What was taken or given, and the severity totals, between the ferritin and the next panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rls_dash.context.events import EventKind
from rls_dash.figures.lanes import BarInfo, End, LaneInfo
from rls_dash.figures.severity import TrackInfo
from rls_dash.figures.trend import TrendInfo
from rls_dash.report.svg_box import Box
from rls_dash.report.svg_marks import INK, MUTED, line, number, tag, text
from rls_dash.report.widths import cut, width, wrapped

_ROW, _BAR, _SIZE = 7.4, 6.0, 5.7
_TITLE_LINES = 2
_BOLD = 1.1  # how much wider bold letters are
_TRACK, _GAP = 17.0, 3.0
_FILL, _EDGE = "#EFEFEF", "#777777"
Place = Callable[[datetime], float]


@dataclass(frozen=True)
class Names:
    """Where names of lanes and of the scale stand in the right margin [pt], and how texts of files show."""

    left: float
    right: float
    shown: Callable[[str], str]


def lanes_height(info: TrendInfo) -> float:
    """Height [pt] that the lanes, the track and what is said of them take under the ferritin."""
    rows = sum(lane.rows for lane in info.lanes)
    track = _TRACK + _GAP if info.severity else 0.0
    said = _ROW if info.not_shown else 0.0
    return (_GAP + _ROW * rows if rows else 0.0) + track + said


def lanes(info: TrendInfo, box: Box, names: Names) -> str:
    """Everything under the plot `box`."""
    top = box.bottom + _GAP
    parts = []
    for lane in info.lanes:
        parts.append(_lane(lane, top, box, names))
        top += _ROW * lane.rows
    if info.severity:
        parts.append(_track(info.severity, top + _GAP, box, names))
        top += _TRACK + _GAP
    if info.not_shown:
        words = cut(names.shown(f"Not drawn: {'; '.join(info.not_shown)}"), _SIZE, box.width)
        parts.append(text(box.left, top + 5, words, _SIZE, fill=MUTED))
    return "".join(parts)


def _lane(lane: LaneInfo, top: float, box: Box, names: Names) -> str:
    name = text(names.left, top + 5, lane.title, _SIZE, font_weight="bold")
    return tag("g", name + "".join(_bar(bar, top, box, names) for bar in lane.bars), class_="lane",
               data_kind=lane.kind.value)  # fmt: skip


def _bar(bar: BarInfo, top: float, box: Box, names: Names) -> str:
    """A bar over its time, or a mark on its day; an end that is not stated is open."""
    y = top + _ROW * bar.row
    left, right = box.x(bar.start), max(box.x(bar.end), box.x(bar.start) + 1.5)
    if bar.kind is EventKind.INFUSION:
        corners = ((left - 2.6, y + 0.6), (left + 2.6, y + 0.6), (left, y + 5.6))
        mark = tag("polygon", points=" ".join(f"{number(x)},{number(at)}" for x, at in corners), fill=INK)
        left, right = left - 3.4, left + 3.4
    else:
        mark = tag("rect", x=left, y=y, width=right - left, height=_BAR, fill=_FILL) + "".join(
            _end(x, y, end) for x, end in ((left, bar.starts), (right, bar.stops))
        )
        mark += "".join(
            line((left, edge, right, edge), stroke=_EDGE, stroke_width=0.4) for edge in (y, y + _BAR)
        )
    label = _label(names.shown(bar.label), (left, right), y, box)
    return tag("g", mark + label, class_="bar", data_start=bar.start.isoformat(),
               data_end=bar.end.isoformat(), data_label=bar.label)  # fmt: skip


def _end(x: float, y: float, end: End) -> str:
    if end is End.SHOWN:
        return line((x, y, x, y + _BAR), stroke=_EDGE, stroke_width=0.9)
    if end is End.NOT_STATED:
        return line((x, y, x, y + _BAR), stroke=_EDGE, stroke_width=0.7, stroke_dasharray="1 1")
    return ""


def _label(label: str, ends: tuple[float, float], y: float, box: Box) -> str:
    """The words inside the bar, else after it, else before it, so that no end of it crosses them."""
    left, right = ends
    words = cut(label, _SIZE, box.width - 4)
    wide = width(words, _SIZE) + 2
    if wide <= right - left:
        return text(left + 2, y + 4.8, words, _SIZE)
    if right + wide <= box.right:
        return text(right + 2, y + 4.8, words, _SIZE)
    return text(max(left - 2, box.left + wide), y + 4.8, words, _SIZE, text_anchor="end")


def _track(track: TrackInfo, top: float, box: Box, names: Names) -> str:
    """Totals of one scale, joined, with their numbers."""
    span = (track.high - track.low) or 1.0
    places = [
        (box.x(one.x), top + _TRACK - 2 - (one.y - track.low) / span * (_TRACK - 4)) for one in track.points
    ]
    frame = line((box.left, top, box.left, top + _TRACK), stroke=MUTED, stroke_width=0.4)
    frame += line((box.left, top + _TRACK, box.right, top + _TRACK), stroke=MUTED, stroke_width=0.4)
    ends = ((track.high, top + 4.5), (track.low, top + _TRACK))
    frame += "".join(
        text(box.left - 2.5, y, f"{end:g}", _SIZE, text_anchor="end", fill=MUTED) for end, y in ends
    )
    joined = tag("polyline", points=" ".join(f"{number(x)},{number(y)}" for x, y in places), fill="none",
                 stroke="#777", stroke_width=0.7) if len(places) > 1 else ""  # fmt: skip
    dots = "".join(
        tag("g", _total(place, one.label, place[1] < top + 7), class_="total", data_x=one.x.isoformat(),
            data_y=repr(one.y))
        for place, one in zip(places, track.points, strict=True)
    )  # fmt: skip
    return tag(
        "g", frame + joined + dots + _name(track, top, names), class_="severity", data_scale=track.scale
    )


def _total(place: tuple[float, float], label: str, high: bool) -> str:
    x, y = place
    dot = tag("circle", cx=x, cy=y, r=1.5, fill=INK)
    return dot + text(x + 2.6, y + (4.2 if high else 1.6), label, _SIZE, stroke="#fff", stroke_width=1.4,
                      paint_order="stroke")  # fmt: skip


def _name(track: TrackInfo, top: float, names: Names) -> str:
    """Name and range of the scale in two lines at most, then what a high total means."""
    size, room = _SIZE * _BOLD, names.right - names.left
    title = wrapped(names.shown(track.title), size, room)
    if len(title) > _TITLE_LINES:  # the end says which range
        title = [cut(f"{title[0]}\u2026", size, room), title[-1]]
    bold: dict[str, object] = {"font_weight": "bold"}
    return "".join(
        text(names.left, top + 6 + 6.6 * at, words, _SIZE, **(bold if at < len(title) else {"fill": MUTED}))
        for at, words in enumerate((*title, *filter(None, (track.meaning,))))
    )
