"""The line of symbols under the figure."""

from __future__ import annotations

from rls_dash.figures import theme
from rls_dash.interpret.limits import State
from rls_dash.report.fixed import STATE_LEGEND
from rls_dash.report.svg_marks import BAND, BAND_EDGE, INK, MUTED, SCALE, early_box, line, symbol, tag, text
from rls_dash.report.widths import width

_SIZE, _ROW = 5.9, 7.8


def legend(top: float, room: float) -> tuple[str, float]:
    """(entries from `top` [pt], the height they take): every symbol, without data of any patient."""
    entries = [(symbol(state, "", False, 9), words) for state, words in STATE_LEGEND.items()]
    entries += [
        (symbol(State.INDETERMINATE, "low", False), "open triangle: censored, truth lies where it points"),
        (symbol(State.WITHIN, "", True), "hollow: preliminary"),
        (tag("circle", r=theme.RING_SIZE * SCALE / 2 * 0.6, fill="none", stroke=INK, stroke_width=0.9),
         "ringed: conflicting"),
        (tag("g", early_box(), transform="scale(.6)"), "boxed: early after iron by vein"),
        (tag("rect", x=-4.0, y=-2.5, width=8.0, height=5.0, fill=BAND, stroke=BAND_EDGE, stroke_width=0.4),
         "lab\u2019s interval"),
        (line((-4.5, 0.0, 4.5, 0.0), stroke=theme.LIGHT.limit, stroke_width=0.9, stroke_dasharray="3.5 2"),
         "decision limit"),
        (line((0.0, -3.0, 0.0, 3.0), stroke=MUTED, stroke_width=0.8, stroke_dasharray="0.8 1.6"),
         "not joined"),
    ]  # fmt: skip
    parts, x, y = [], 0.0, top
    for mark, words in entries:
        needed = 11 + width(words, _SIZE) + 6
        if x + needed > room:
            x, y = 0.0, y + _ROW
        parts.append(tag("g", mark, transform=f"translate({x + 5:.1f} {y:.1f})"))
        parts.append(text(x + 11, y + 2, words, _SIZE, fill=MUTED))
        x += needed
    return tag("g", "".join(parts), class_="legend"), y - top + _ROW * 1.4
