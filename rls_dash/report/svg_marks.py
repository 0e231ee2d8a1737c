"""Symbols of the report's figure: every state a shape of its own, so that a grey print separates them."""

from __future__ import annotations

import html
import math
from collections.abc import Callable

from rls_dash.figures import theme
from rls_dash.figures.panel import PointInfo
from rls_dash.interpret.limits import State
from rls_dash.report.inert import visible

INK, MUTED = theme.LIGHT.ink, theme.LIGHT.muted
BAND, BAND_EDGE = "#DDEAF4", "#A9C1D3"  # fill of the laboratory's interval, its ends
FONTS = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans Condensed', 'Libertinus Serif', sans-serif"
SCALE = 0.6  # from the pixels of the figure on screen to points on paper
_STAR = tuple(
    (math.sin(math.pi * step / 5) * (0.45 if step % 2 else 1.1),
     -math.cos(math.pi * step / 5) * (0.45 if step % 2 else 1.1))
    for step in range(10)
)  # fmt: skip
_PLUS = ((-1, -.4), (-.4, -.4), (-.4, -1), (.4, -1), (.4, -.4), (1, -.4),
         (1, .4), (.4, .4), (.4, 1), (-.4, 1), (-.4, .4), (-1, .4))  # fmt: skip
_TURN = math.sqrt(0.5)
_OUTLINES: dict[State, tuple[tuple[float, float], ...]] = {
    State.BELOW_LIMIT: ((-0.95, -0.95), (0.95, -0.95), (0.95, 0.95), (-0.95, 0.95)),
    State.BELOW_LIMIT_INSIDE_INTERVAL: ((0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)),
    State.INDETERMINATE: _PLUS,
    State.ABOVE_LIMIT: _STAR,
    State.NOT_ASSESSED: tuple(((x - y) * _TURN, (x + y) * _TURN) for x, y in _PLUS),
}
_TRIANGLE = ((-1.0, -0.75), (1.0, -0.75), (0.0, 1.0))  # points down, to where a truth below lies


def tag(name: str, inner: str = "", /, **attributes: object) -> str:
    """An element; underscores in names stand for hyphens. Values are escaped, `inner` is not."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(_value(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{inner}</{name}>" if inner else f"<{name}{given}/>"


def _value(value: object) -> str:
    return number(value) if isinstance(value, float) else visible(str(value))


def number(value: float) -> str:
    """A coordinate [pt] with two decimals at most."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def text(x: float, y: float, words: str, size: float = 6.2, /, **more: object) -> str:
    """A line of text; its baseline is at `y`."""
    return tag("text", plain(words), x=x, y=y, font_size=size, **more)


def plain(words: str) -> str:
    """Words as the text of an element, which can hold no markup."""
    return html.escape(visible(words), quote=False)


def line(ends: tuple[float, float, float, float], **style: object) -> str:
    """A straight line (x1, y1, x2, y2)."""
    x1, y1, x2, y2 = ends
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, **style)


def symbol(state: State, comparator_side: str, hollow: bool, size: float | None = None) -> str:
    """The symbol of a state around the origin; `comparator_side`: "low" or "high" for a censored result."""
    colour = theme.LIGHT.states[state]
    radius = (size or (theme.CENSORED_SIZE if comparator_side else theme.SIZES[state])) * SCALE / 2
    if comparator_side:
        sign = 1 if comparator_side == "low" else -1
        outline: Callable[[], str] = lambda: _points(_TRIANGLE, radius, sign)  # noqa: E731 - one expression
        return tag("polygon", points=outline(), fill="#fff", stroke=colour, stroke_width=1.1)
    style = {"fill": "#fff" if hollow else colour, "stroke": colour, "stroke_width": 1.1 if hollow else 0.3}
    if state is State.WITHIN:
        return tag("circle", r=radius, **style)
    return tag("polygon", points=_points(_OUTLINES[state], radius, 1), **style)


def point_symbol(point: PointInfo) -> str:
    """The symbol of one result, ringed where another result of its collection says something else."""
    side = "low" if point.comparator.censored_low else "high" if point.comparator.censored_high else ""
    ring = tag("circle", r=theme.RING_SIZE * SCALE / 2, fill="none", stroke=INK, stroke_width=0.9)
    early = early_box() if point.too_early else ""
    return (ring if point.conflicting else "") + early + symbol(point.state, side, point.preliminary)


def early_box() -> str:
    """The box round a result drawn in the weeks after iron by vein."""
    half = theme.RING_SIZE * SCALE / 2 - 0.5
    return tag("rect", x=-half, y=-half, width=2 * half, height=2 * half, fill="none", stroke=INK,
               stroke_width=0.8, stroke_dasharray="1.6 1.2")  # fmt: skip


def _points(outline: tuple[tuple[float, float], ...], radius: float, sign: int) -> str:
    return " ".join(f"{number(x * radius)},{number(y * radius * sign)}" for x, y in outline)
