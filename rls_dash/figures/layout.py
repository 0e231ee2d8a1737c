"""Where things stand in the trend figure [px], and how labels are kept from covering each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rls_dash.figures.axis import AxisInfo

LEFT, RIGHT, TOP, BOTTOM = 66, 200, 4, 94  # below: the time axis, then three rows of legend
HEAD = 40  # two lines of text over each panel
PANEL_HEIGHTS = (160, 96, 96, 96)  # ferritin first and taller
LABEL_GAP, SHORT_LABEL_GAP = 28, 14  # two lines, one line


@dataclass(frozen=True)
class Slot:
    """Place of one panel: its share of the plot area (0 to 1, upwards) and its height [px]."""

    bottom: float
    top: float
    height: int


def slots() -> tuple[Slot, ...]:
    """Places of the panels, from the top."""
    inner = inner_height()
    found, edge = [], inner
    for height in PANEL_HEIGHTS:
        top = edge - HEAD
        found.append(Slot((top - height) / inner, top / inner, height))
        edge = top - height
    return tuple(found)


def inner_height() -> int:
    """Height of the plot area [px]: panels and their heads."""
    return sum(PANEL_HEIGHTS) + HEAD * len(PANEL_HEIGHTS)


def figure_height() -> int:
    """Height of the whole figure [px]."""
    return inner_height() + TOP + BOTTOM


def pixels_up(axis: AxisInfo, value: float, height: int) -> float:
    """Height of a value above the floor of its panel [px]."""
    low, high, at = (math.log10(n) if axis.logarithmic else n for n in (axis.low, axis.high, value))
    return (at - low) / (high - low) * height


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
