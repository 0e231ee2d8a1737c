"""Where things stand in the trend figure [px], and how labels are kept from covering each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rls_dash.figures.axis import AxisInfo
from rls_dash.figures.trend import TrendInfo

LEFT, RIGHT, TOP = 66, 200, 2
RAIL_ROOM = 20  # between the plot area and the words right of it
NARROW = 540  # the plot area is at least about so wide: what must not meet is measured against this
HEAD = 32  # two lines of text over each panel
PANEL_HEIGHTS = (108, 84, 84, 84)  # ferritin first and taller
TALLEST = 154  # of the ferritin, where no lanes stand under it
SMALL_HEIGHT = 62  # of a context panel
LANE_ROW, TRACK, LANE_GAP = 14, 30, 4  # a row of bars, the severity track, and the room over each block
TIME_AXIS, FOOT, LEGEND_ROW = 22, 15, 16  # below the panels: tick labels, what is not drawn, symbols
LABEL_GAP, SHORT_LABEL_GAP = 28, 14  # two lines, one line


@dataclass(frozen=True)
class Slot:
    """Place of one panel: its share of the plot area (0 to 1, upwards) and its height [px]."""

    bottom: float
    top: float
    height: int


@dataclass(frozen=True)
class Places:
    """Places of everything in one figure."""

    panels: tuple[Slot, ...]
    rows: tuple[float, ...]  # middle of each row of the lanes, from the top [share of the plot area]
    track: Slot | None
    inner: int  # height of the plot area [px]

    def share(self, pixels: float) -> float:
        """A height [px] as a share of the plot area."""
        return pixels / self.inner


def places(info: TrendInfo) -> Places:
    """Panels from the top; lanes and severity track stand directly under the first."""
    heights = panel_heights(info)
    rows = sum(lane.rows for lane in info.lanes)
    inner = sum(heights) + HEAD * len(heights) + beneath(info)
    edge: float = inner
    panels: list[Slot] = []
    middles: list[float] = []
    track = None
    for height in heights:
        top = edge - HEAD
        panels.append(Slot((top - height) / inner, top / inner, height))
        edge = top - height
        if len(panels) > 1:
            continue
        if rows:
            edge -= LANE_GAP + rows * LANE_ROW
            middles = [(edge + (rows - at - 0.5) * LANE_ROW) / inner for at in range(rows)]
        if info.severity:
            edge -= LANE_GAP + TRACK
            track = Slot(edge / inner, (edge + TRACK) / inner, TRACK)
    return Places(tuple(panels), tuple(middles), track, inner)


def panel_heights(info: TrendInfo) -> tuple[int, ...]:
    """Heights of the panels: the ferritin takes what lanes and track leave of a whole screen."""
    if info.small:
        return (SMALL_HEIGHT,) * len(info.panels)
    first, *others = PANEL_HEIGHTS
    tall = max(first, TALLEST - beneath(info))
    return (tall, *others, *(others[-1:] * len(info.panels)))[: len(info.panels)]


def beneath(info: TrendInfo) -> int:
    """Height of lanes and severity track [px]."""
    rows = sum(lane.rows for lane in info.lanes)
    return (LANE_GAP + rows * LANE_ROW if rows else 0) + (LANE_GAP + TRACK if info.severity else 0)


def pixels_up(axis: AxisInfo, value: float, height: int) -> float:
    """Height of a value above the floor of its panel [px]."""
    low, high, at = (math.log10(n) if axis.logarithmic else n for n in (axis.low, axis.high, value))
    return (at - low) / (high - low) * height


def value_at(axis: AxisInfo, pixels: float, height: int) -> float:
    """The value that stands at a height above the floor of its panel [px]."""
    low, high = (math.log10(n) if axis.logarithmic else n for n in (axis.low, axis.high))
    at = low + pixels / height * (high - low)
    return 10**at if axis.logarithmic else at


def spread(wanted: Sequence[float], gap: float, height: float) -> list[float]:
    """Positions [px] near the wanted ones, ascending like them, at least `gap` apart and inside the panel."""
    placed = [min(max(at, gap / 2), height - gap / 2) for at in wanted]
    for index in range(1, len(placed)):
        placed[index] = max(placed[index], placed[index - 1] + gap)
    ceiling = height - gap / 2
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed
