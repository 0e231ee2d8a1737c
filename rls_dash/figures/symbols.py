"""plotly's symbols as paths of fixed size, for the legend: a shape can stand where no axis is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Corner = tuple[float, float]
_CORNERS: dict[str, Sequence[Corner]] = {  # of a symbol of size 2, y downwards
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    "triangle-up": ((-1.155, 0.5), (1.155, 0.5), (0, -1)),
    "triangle-down": ((-1.155, -0.5), (1.155, -0.5), (0, 1)),
    "pentagon": ((0.951, -0.309), (0.588, 0.809), (-0.588, 0.809), (-0.951, -0.309), (0, -1)),
    "cross": (
        *((1.2, 0.4), (0.4, 0.4), (0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4)),
        *((-1.2, -0.4), (-0.4, -0.4), (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4)),
    ),
    "x": (
        *((0, 0.566), (0.566, 1.131), (1.131, 0.566), (0.566, 0), (1.131, -0.566), (0.566, -1.131)),
        *((0, -0.566), (-0.566, -1.131), (-1.131, -0.566), (-0.566, 0), (-1.131, 0.566), (-0.566, 1.131)),
    ),
    "star": (
        *((0.315, -0.433), (1.331, -0.433), (0.508, 0.165), (0.823, 1.133), (0, 0.535)),
        *((-0.823, 1.133), (-0.508, 0.165), (-1.331, -0.433), (-0.315, -0.433), (0, -1.4)),
    ),
    "line-ew": ((-1.4, 0), (1.4, 0)),
    "line-ns": ((0, -1.4), (0, 1.4)),
}


def symbol_shape(marker: dict[str, Any], right: float) -> dict[str, Any]:
    """A symbol `right` [px] of the point to which the shape is anchored, in the looks of a marker."""
    name, half = str(marker["symbol"]), marker["size"] / 2
    hollow = name.endswith("-open")
    name = name.removesuffix("-open")
    outline = {"color": marker["color"], "width": 0.5, **marker.get("line", {})}
    style = {"line": outline, "fillcolor": "rgba(0,0,0,0)" if hollow else marker["color"]}
    fixed = {"xsizemode": "pixel", "ysizemode": "pixel", **style}
    if name == "circle":
        return {"type": "circle", "x0": right - half, "x1": right + half, "y0": -half, "y1": half, **fixed}
    corners = [f"{right + x * half:g},{y * half:g}" for x, y in _CORNERS[name]]
    closed = "" if name.startswith("line") else "Z"
    return {"type": "path", "path": f"M{'L'.join(corners)}{closed}", **fixed}
