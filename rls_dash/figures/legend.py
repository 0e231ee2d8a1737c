"""The symbols under the trend figure: every one that is drawn, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rls_dash.figures import layout, theme
from rls_dash.figures.symbols import symbol_shape
from rls_dash.figures.texts import plain_text
from rls_dash.figures.theme import Palette
from rls_dash.figures.trend import TrendInfo
from rls_dash.interpret.limits import State

Entry = tuple[str, dict[str, Any]]  # words, marker
_STATES = {
    State.BELOW_LIMIT: "below limit",
    State.BELOW_LIMIT_INSIDE_INTERVAL: "inside lab\u2019s range, below limit",
    State.INDETERMINATE: "indeterminate",
    State.WITHIN: "within limits",
    State.ABOVE_LIMIT: "above limit",
    State.NOT_ASSESSED: "not assessed",
}
_WIDE, _BESIDE_NAME = 800, 640  # room of a row, and of one beside the name of the patient [px]
_SYMBOL, _CHARACTER, _GAP = 20, 5.4, 12  # room of a symbol, of a character, and between entries [px]


def legend(
    info: TrendInfo, colours: Palette, inner: int, foot: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """(shapes, annotations, height [px]) of the legend, `foot` px under a plot area of `inner` px.

    Not plotly's own: that sets a legend wider than the plot area in columns as wide as the longest entry.
    """
    shapes: list[dict[str, Any]] = []
    said: list[dict[str, Any]] = []
    rows = _rows(list(entries(info, colours)), _WIDE if info.not_shown else _BESIDE_NAME)
    for number, row in enumerate(rows):
        y = -(foot + (number + 0.5) * layout.LEGEND_ROW) / inner
        at = 4.0 - layout.LEFT
        for text, marker in row:
            anchor = {"xref": "paper", "yref": "paper", "xanchor": 0, "yanchor": y, "name": "legend"}
            shapes.append({**symbol_shape(marker, at + _SYMBOL / 2 - 2), **anchor})
            place = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": at + _SYMBOL, "y": y}
            words = plain_text(text, colours.ink, 11)
            said.append({**words, **place, "yref": "paper", "yanchor": "middle", "borderpad": 0})
            at += _width(text)
    return shapes, said, len(rows) * layout.LEGEND_ROW


def _width(text: str) -> float:
    return _SYMBOL + _CHARACTER * len(text) + _GAP


def entries(info: TrendInfo, colours: Palette) -> Iterator[Entry]:
    """Symbols of this figure with their words, without data of any patient."""
    points = [point for panel in info.panels for point in panel.points]
    states = {point.state for point in points if not point.comparator}
    for state, text in _STATES.items():
        if state in states:
            symbol = {"symbol": theme.SYMBOLS[state], "size": theme.SIZES[state]}
            yield text, {**symbol, "color": colours.states[state]}
    open_mark = {"color": colours.ink, "line": {"width": 1.8}}
    if any(point.comparator.censored_low for point in points):
        yield "censored: truth lower", {**open_mark, "symbol": theme.CENSORED_LOW, "size": 10}
    if any(point.comparator.censored_high for point in points):
        yield "censored: truth higher", {**open_mark, "symbol": theme.CENSORED_HIGH, "size": 10}
    if any(point.preliminary for point in points):
        yield "hollow: preliminary", {**open_mark, "symbol": "circle-open", "size": 8}
    if any(point.conflicting for point in points):
        yield "ringed: conflicting", {**open_mark, "symbol": theme.RING, "size": 15}
    if any(point.too_early for point in points):
        yield "framed: early after IV iron", {**open_mark, "symbol": theme.FRAME, "size": 14}
    if any(point.lit for point in points):
        yield "lit: named by the finding", theme.halo(colours, 15)
    if any(panel.breaks for panel in info.panels):
        yield "line broken", {"symbol": "line-ns-open", "size": 12, "color": colours.muted}
    if any(panel.band for panel in info.panels):
        yield "lab\u2019s interval", {"symbol": "square", "size": 12, "color": colours.interval}
    if any(panel.limits for panel in info.panels):
        line = {"symbol": "line-ew-open", "size": 14, "color": colours.limit, "line": {"width": 1.5}}
        yield "decision limit", line


def _rows(found: list[Entry], first: float) -> list[list[Entry]]:
    """Entries in as few rows as hold them; the first row has so much room [px]."""
    rows: list[list[Entry]] = [[]]
    room = first
    for entry in found:
        wide = _width(entry[0])
        if wide > room:
            rows.append([])
            room = _WIDE
        rows[-1].append(entry)
        room -= wide
    return rows
