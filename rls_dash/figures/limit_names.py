"""Names of the limit lines in the right margin: texts of a trace on an axis of their own, and their leaders.

As annotations each would be measured twice by the browser at every drawing, a tenth of the time in which
the next patient is painted.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

from rls_dash.figures import layout
from rls_dash.figures.guides import LimitLine
from rls_dash.figures.panel import PanelInfo
from rls_dash.figures.texts import esc
from rls_dash.figures.theme import Palette

Part = dict[str, Any]
AXIS = "x2"  # over the time axis, and unmoved when that is zoomed
_BESIDE = "\u2003\u2003"  # from the end of the plot area over rail and leader, about 22 px
_LEADER = (1.012, 1.026)  # from the rail to the name [share of the width of the plot area]
_WIDE = 31  # characters of a name that fit the right margin


def names_axis() -> Part:
    """The axis of the names: the width of the plot area as 0 to 1."""
    return {"overlaying": "x", "range": [0, 1], "fixedrange": True, "visible": False}


def limit_names(
    panel: PanelInfo, axis: str, slot: layout.Slot, colours: Palette
) -> tuple[list[Part], list[Part]]:
    """(trace with the names of a panel's limits, path of the thin lines that tie each to its limit line).

    The names stand apart from each other; `ids` of the trace name their limits. Both empty without limits.
    """
    if not panel.limits:
        return [], []
    short = len(panel.limits) * layout.LABEL_GAP > slot.height  # one line of text for each
    gap = layout.SHORT_LABEL_GAP if short else layout.LABEL_GAP
    wanted = [layout.pixels_up(panel.axis, line.y, slot.height) for line in panel.limits]
    placed = layout.spread(wanted, gap, slot.height)
    names = {
        "type": "scatter",
        "mode": "text",
        "xaxis": AXIS,
        "yaxis": axis,
        "x": [1] * len(placed),
        "y": [layout.value_at(panel.axis, goal, slot.height) for goal in placed],
        "ids": [f"{line.limit_id} label" for line in panel.limits],
        "text": [_limit_name(line, short) for line in panel.limits],
        "textposition": "middle right",
        "textfont": {"size": 11, "color": colours.ink},
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
        "meta": f"{panel.analyte} limit names",
    }
    return [names], [_leaders(panel, slot, zip(wanted, placed, strict=True), colours)]


def _leaders(
    panel: PanelInfo, slot: layout.Slot, pairs: Iterable[tuple[float, float]], colours: Palette
) -> Part:
    """One path; `pairs`: heights of a limit line and of its name above the floor of the panel [px]."""
    start, end = _LEADER
    per_pixel = (slot.top - slot.bottom) / slot.height
    path = " ".join(
        f"M{start},{slot.bottom + at * per_pixel:.5f}L{end},{slot.bottom + goal * per_pixel:.5f}"
        for at, goal in pairs
    )
    style = {"color": colours.muted, "width": 1}
    place = {"xref": "paper", "yref": "paper", "layer": "below"}
    return {"type": "path", "path": path, **place, "line": style, "name": f"{panel.analyte} leaders"}


def _limit_name(line: LimitLine, short: bool) -> str:
    """Number and name of a limit, and its source on the next line; a long name runs on into that line."""
    words = f"{line.number} {line.name}"
    if short:
        lines = [words]
    elif len(words) <= _WIDE:
        lines = [words, line.source]
    else:
        lines = textwrap.wrap(f"{words} \u00b7 {line.source}", _WIDE + 1)
    bold = f"<b>{esc(line.number)}</b>"
    texts = [
        bold + esc(lines[0][len(line.number) :]),
        *(esc(text.removeprefix("\u00b7 ")) for text in lines[1:]),
    ]
    return "<br>".join(_BESIDE + text for text in texts)
