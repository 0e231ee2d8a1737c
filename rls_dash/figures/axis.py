"""The value axis of one panel: range, scale and ticks as precise as the data need."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Linear unless a result lies so far above the highest limit that the limits would fall into the lowest
# twentieth of the panel: there a linear axis no longer shows on which side of a limit the others lie.
_SQUASHED = 20.0
_HEADROOM = 0.16  # room for the text over the highest symbol
_TICKS = 4


@dataclass(frozen=True)
class AxisInfo:
    """Range [unit of the panel], scale, and the distance and decimals of its ticks."""

    low: float
    high: float
    logarithmic: bool
    step: float
    digits: int


def axis_info(values: Sequence[float], limits: Sequence[float], from_zero: bool) -> AxisInfo:
    """An axis that holds every value and every limit."""
    numbers = [*values, *limits] or [0.0, 1.0]
    low, high = min(numbers), max(numbers)
    if limits and values and min(values) > 0 and max(values) > _SQUASHED * max(limits):
        return AxisInfo(low / 1.5, high * 1.5, True, 1.0, 0)
    if from_zero and high > 0:
        bottom, top = min(0.0, low), high * (1 + _HEADROOM)
    else:
        pad = (high - low or abs(high) or 1.0) * _HEADROOM
        bottom, top = low - pad, high + pad
        bottom = max(bottom, 0.0) if low >= 0 else bottom
    step, digits = _ticks(top - bottom)
    return AxisInfo(bottom, top, False, step, digits)


def _ticks(span: float) -> tuple[float, int]:
    """Distance of ticks and the decimals that tell them apart."""
    raw = span / _TICKS
    power = math.floor(math.log10(raw))
    for factor, more in ((1.0, 0), (2.0, 0), (2.5, 1), (5.0, 0), (10.0, -1)):
        if factor * 10.0**power >= raw * 0.999:
            return factor * 10.0**power, max(0, more - power)
    raise AssertionError("ten times the power is never below the span")
