"""Where the text of each point stands on paper, so that nothing covers it."""

from __future__ import annotations

from dataclasses import dataclass

from rls_dash.report.svg_box import Box
from rls_dash.report.svg_marks import text
from rls_dash.report.widths import width

_MARK = 3.4  # half the size of a symbol [pt]
_RING = 6.5
_OUTSIDE, _ON_LABEL, _ON_MARK, _ON_LIMIT, _ON_LINE = 9, 8, 4, 2, 1


@dataclass(frozen=True)
class _Place:
    """Room a text takes, and where it starts: middle, left or right end."""

    left: float
    top: float
    right: float
    bottom: float
    x: float
    y: float
    anchor: str

    def meets(self, other: tuple[float, float, float, float]) -> bool:
        """Whether it shares room with another (left, top, right, bottom)."""
        left, top, right, bottom = other
        return self.left < right and left < self.right and self.top < bottom and top < self.bottom


def placed_labels(box: Box, size: float) -> list[str]:
    """The text of every point, relative to its symbol; the latest is placed first."""
    points = box.panel.points
    marks = [_mark(box, at) for at in range(len(points))]
    lines = _joining(box)
    taken: list[tuple[float, float, float, float]] = []
    found = [""] * len(points)
    for at in reversed(range(len(points))):
        if not points[at].label:
            continue
        places = _places(box, at, size)
        others = [mark for number, mark in enumerate(marks) if number != at]
        costs = [_cost(place, box, others, taken, lines) for place in places]
        best = places[costs.index(min(costs))]
        taken.append((best.left, best.top, best.right, best.bottom))
        x, y = box.x(points[at].x), box.y(points[at].y)
        style = {"font_weight": "bold", "stroke": "#fff", "stroke_width": 1.6, "paint_order": "stroke"}
        place = (best.x - x, best.y - y)
        found[at] = text(*place, points[at].label, size, text_anchor=best.anchor, **style)
    return found


def _mark(box: Box, at: int) -> tuple[float, float, float, float]:
    point = box.panel.points[at]
    x, y, half = box.x(point.x), box.y(point.y), _RING if point.conflicting or point.too_early else _MARK
    return (x - half, y - half, x + half, y + half)


def _places(box: Box, at: int, size: float) -> list[_Place]:
    """Over, under, right and left of the symbol; near the end of the axis a text over it runs to the left."""
    point = box.panel.points[at]
    x, y = box.x(point.x), box.y(point.y)
    half = _RING if point.conflicting or point.too_early else _MARK
    long, high = width(point.label, size) * 1.05, size * 0.8
    late = x + long / 2 > box.right
    start = x + 2 - long if late else x - long / 2
    anchor = "end" if late else "middle"
    over = x + 2 if late else x
    top, bottom = y - half - 1, y + half + 1
    return [
        _Place(start, top - high, start + long, top, over, top, anchor),
        _Place(start, bottom, start + long, bottom + high, over, bottom + high, anchor),
        _Place(
            x + half + 1, y - high / 2, x + half + 1 + long, y + high / 2, x + half + 1, y + high / 2, "start"
        ),
        _Place(
            x - half - 1 - long, y - high / 2, x - half - 1, y + high / 2, x - half - 1, y + high / 2, "end"
        ),
    ]


def _cost(
    place: _Place,
    box: Box,
    marks: list[tuple[float, float, float, float]],
    taken: list[tuple[float, float, float, float]],
    lines: list[tuple[float, float]],
) -> int:
    """How badly a text would be cut, covered or crossed there."""
    outside = (
        place.left < box.left
        or place.right > box.right
        or place.top < box.top - 1
        or place.bottom > box.bottom
    )
    limits = sum(place.top < box.y(one.y) < place.bottom for one in box.panel.limits)
    return (
        _OUTSIDE * outside
        + _ON_LABEL * any(map(place.meets, taken))
        + _ON_MARK * any(map(place.meets, marks))
        + _ON_LIMIT * limits
        + _ON_LINE * sum(place.left < x < place.right and place.top < y < place.bottom for x, y in lines)
    )


def _joining(box: Box) -> list[tuple[float, float]]:
    """Places along the joining lines, near enough to each other to notice a text on them."""
    found = []
    for segment in box.panel.segments:
        for (first, low), (second, high) in zip(segment, segment[1:], strict=False):
            ends = (box.x(first), box.y(low)), (box.x(second), box.y(high))
            steps = max(2, int(abs(ends[1][0] - ends[0][0]) / 4))
            found += [
                tuple(one + (other - one) * step / steps for one, other in zip(*ends, strict=True))
                for step in range(steps + 1)
            ]
    return [(x, y) for x, y in found]
