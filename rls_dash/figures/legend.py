"""The rows of symbols under the trend figure."""

from __future__ import annotations

from typing import Any

from rls_dash.figures import theme
from rls_dash.figures.theme import Palette
from rls_dash.interpret.limits import State

_STATES = {
    State.BELOW_LIMIT: "below limit",
    State.BELOW_LIMIT_INSIDE_INTERVAL: "below limit, inside lab\u2019s interval",
    State.INDETERMINATE: "indeterminate",
    State.WITHIN: "within limits",
    State.ABOVE_LIMIT: "above limit",
    State.NOT_ASSESSED: "not assessed",
}


ROW = 18  # height of one row [px]
_PER_ROW = 4
_ROWS = ("legend", "legend2", "legend3")


def legend_traces(colours: Palette) -> list[dict[str, Any]]:
    """One entry per symbol, without data of any patient."""
    open_mark = {"color": colours.ink, "line": {"width": 1.8}}
    states: list[tuple[str, dict[str, Any]]] = [
        (text, {"symbol": theme.SYMBOLS[state], "size": theme.SIZES[state], "color": colours.states[state]})
        for state, text in _STATES.items()
    ]
    marks: list[tuple[str, dict[str, Any]]] = [
        ("censored: truth lower", {**open_mark, "symbol": theme.CENSORED_LOW, "size": 10}),
        ("censored: higher", {**open_mark, "symbol": theme.CENSORED_HIGH, "size": 10}),
        ("preliminary: hollow", {**open_mark, "symbol": "circle-open", "size": 8}),
        ("conflicting: ringed", {**open_mark, "symbol": theme.RING, "size": 15}),
        ("lab\u2019s interval", {"symbol": "square", "size": 12, "color": colours.interval}),
        (
            "decision limit",
            {"symbol": "line-ew-open", "size": 12, "color": colours.limit, "line": {"width": 2}},
        ),
    ]
    rows = [[*states, *marks][at : at + _PER_ROW] for at in range(0, len(states) + len(marks), _PER_ROW)]
    return [part for name, row in zip(_ROWS, rows, strict=True) for part in _entries(row, name)]


def legend_layout(colours: Palette, height: int) -> dict[str, Any]:
    """Places of the rows at the foot of a figure of `height` [px].

    One legend a row: plotly sets a legend that is wider than the plot in columns as wide as the longest
    entry, which takes five lines.
    """
    style = {"orientation": "h", "bgcolor": "rgba(0,0,0,0)", "font": {"size": 11, "color": colours.ink}}
    place = {"x": 0, "xref": "container", "xanchor": "left", "yref": "container", "yanchor": "top"}
    fixed = {"itemclick": False, "itemdoubleclick": False, "itemwidth": 30}
    row = {**style, **place, **fixed}
    return {name: {**row, "y": (len(_ROWS) - number) * ROW / height} for number, name in enumerate(_ROWS)}


def _entries(entries: list[tuple[str, dict[str, Any]]], legend: str) -> list[dict[str, Any]]:
    base = {"type": "scatter", "mode": "markers", "x": [None], "y": [None], "xaxis": "x", "yaxis": "y"}
    shown = {"showlegend": True, "legend": legend, "hoverinfo": "skip"}
    return [{**base, **shown, "name": name, "marker": marker} for name, marker in entries]
