"""On which side of its symbol the text of a point stands, so that lines do not run through it."""

from __future__ import annotations

from rls_dash.figures import layout
from rls_dash.figures.panel import PanelInfo, PointInfo

_NEAR, _FAR = 5.0, 19.0  # the text lies this far above or below the middle of its symbol [px]
_HALF = 7.0  # half the height of a text beside its symbol [px]


def label_sides(panel: PanelInfo, height: int) -> list[str]:
    """plotly text positions of all points of a panel of `height` [px]."""
    last = len(panel.points) - 1
    return [_side(panel, at, height, at == last) for at in range(len(panel.points))]


def _side(panel: PanelInfo, at: int, height: int, last: bool) -> str:
    """Over, under or beside the symbol; at the end of the time axis the text runs to the left."""
    point = panel.points[at]
    beside = "middle left" if last else "middle right"
    if point.conflicting:
        return beside  # the ring takes the room above and below
    align = "left" if last else "center"
    places = {
        f"top {align}": _trouble(panel, point, height, (_NEAR, _FAR)) + _joined(panel, point, 1),
        f"bottom {align}": _trouble(panel, point, height, (-_FAR, -_NEAR)) + _joined(panel, point, -1),
        beside: _trouble(panel, point, height, (-_HALF, _HALF)) + 2 * (_joined(panel, point, 0) > 0),
    }
    return min(places, key=lambda place: places[place])


def _trouble(panel: PanelInfo, point: PointInfo, height: int, span: tuple[float, float]) -> int:
    """How badly a text over this span of heights [px from the point] would be cut or crossed by a limit."""
    middle = layout.pixels_up(panel.axis, point.y, height)
    low, high = middle + span[0], middle + span[1]
    cut = low < 0 or high > height + 2
    crossed = sum(low <= layout.pixels_up(panel.axis, line.y, height) <= high for line in panel.limits)
    return 4 * cut + 3 * crossed


def _joined(panel: PanelInfo, point: PointInfo, sign: int) -> int:
    """Number of joining lines that leave a point upwards (1), downwards (-1), or at all (0)."""
    count = 0
    for segment in panel.segments:
        for one, other in zip(segment, segment[1:], strict=False):
            for here, there in ((one, other), (other, one)):
                count += here == (point.x, point.y) and (sign == 0 or (there[1] - here[1]) * sign > 0)
    return count
