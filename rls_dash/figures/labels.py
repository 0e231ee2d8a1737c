"""Where the text of a point stands, so that neither lines, symbols nor other texts run through it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rls_dash.figures import layout
from rls_dash.figures.panel import PanelInfo, PointInfo

Place = tuple[float, float]  # [px in the panel]
Box = tuple[float, float, float, float]  # left, bottom, right, top [px in the panel]
_NEAR, _FAR = 5.0, 19.0  # the text lies this far above or below the middle of its symbol [px]
_HALF = 7.0  # half the height of a text beside its symbol, and half a symbol [px]
_AROUND = 12.0  # half of what surrounds some symbols [px]
_CHARACTER = 6.0  # width of a character [px]
_COVERED = 20.0  # worse than anything but another text
_PLACES = ("top center", "bottom center", "top left", "bottom left", "top right", "bottom right")
_BESIDE = ("middle left", "middle right")


def label_sides(panel: PanelInfo, height: int, window: tuple[datetime, datetime]) -> list[str]:
    """plotly text positions of all points of a panel of `height` [px]; the latest chooses first.

    "" for a text that would cover another: its letter is still told by the symbol and the hover box.
    """
    middles = [_at(panel, point.x, point.y, height, window) for point in panel.points]
    leaving = _lines(panel, height, window)
    symbols = [_symbol(point, *at) for point, at in zip(panel.points, middles, strict=True)]
    limits = [layout.pixels_up(panel.axis, line.y, height) for line in panel.limits]
    texts: list[Box] = []
    sides = []
    for at in range(len(panel.points) - 1, -1, -1):
        point = panel.points[at]
        places = _BESIDE if _surrounded(point) else (*_PLACES, *_BESIDE)
        boxes = {place: _box(place, point, *middles[at]) for place in places} if point.label else {}
        others = [*symbols[:at], *symbols[at + 1 :]]
        costs = {
            place: _trouble(box, texts, others, limits, height)
            + 2 * sum(_runs_through(line, box) for line in leaving.get((point.x, point.y), ()))
            + 0.4 * ("center" not in place)
            for place, box in boxes.items()
        }
        side = min(costs, key=lambda place: costs[place], default=_PLACES[0])
        hidden = bool(point.label and texts) and costs[side] >= _COVERED
        if point.label and not hidden:
            texts.append(boxes[side])
        sides.append("" if hidden else side)
    return sides[::-1]


def _at(panel: PanelInfo, x: datetime, y: float, height: int, window: tuple[datetime, datetime]) -> Place:
    across = (x - window[0]) / (window[1] - window[0]) * layout.NARROW
    return across, layout.pixels_up(panel.axis, y, height)


def _surrounded(point: PointInfo) -> bool:
    return point.conflicting or point.too_early or point.lit


def _symbol(point: PointInfo, x: float, y: float) -> Box:
    half = _AROUND if _surrounded(point) else _HALF
    return x - half, y - half, x + half, y + half


def _box(place: str, point: PointInfo, x: float, y: float) -> Box:
    """What the text covers at a place of plotly's."""
    wide = len(point.label) * _CHARACTER
    upright, _, across = place.partition(" ")
    gap = 0.0 if upright != "middle" else _AROUND if _surrounded(point) else _HALF
    left = {"left": x - gap - wide, "center": x - wide / 2, "right": x + gap}[across]
    low = {"top": y + _NEAR, "bottom": y - _FAR, "middle": y - _HALF}[upright]
    return left, low, left + wide, low + 2 * _HALF


def _trouble(
    box: Box, texts: Sequence[Box], symbols: Sequence[Box], limits: Sequence[float], height: int
) -> float:
    """How badly a text would be cut, or run into something."""
    left, low, right, top = box
    cut = left < -4 or right > layout.NARROW + 4 or low < 0 or top > height + 2
    crossed = sum(low <= limit <= top for limit in limits)
    met = _COVERED * sum(_meet(box, other) for other in texts)
    met += 6 * sum(_meet(box, other) for other in symbols)
    return 5 * cut + 2.5 * crossed + met


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _lines(
    panel: PanelInfo, height: int, window: tuple[datetime, datetime]
) -> dict[tuple[datetime, float], list[tuple[Place, Place]]]:
    """Joining lines that leave each point."""
    found: dict[tuple[datetime, float], list[tuple[Place, Place]]] = {}
    for segment in panel.segments:
        ends = [_at(panel, x, y, height, window) for x, y in segment]
        for one, other, line in zip(segment, segment[1:], zip(ends, ends[1:], strict=False), strict=False):
            found.setdefault(one, []).append(line)
            found.setdefault(other, []).append(line)
    return found


def _runs_through(line: tuple[Place, Place], box: Box) -> bool:
    """Whether a line from left to right runs through a box."""
    (x0, y0), (x1, y1) = line
    left, low, right, top = box
    first, last = max(x0, left), min(x1, right)
    if first > last:
        return False
    slope = (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0
    at, then = y0 + slope * (first - x0), y0 + slope * (last - x0)
    return max(at, then) >= low and min(at, then) <= top
