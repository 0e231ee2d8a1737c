"""Colours and symbols of the figures: Okabe–Ito, one palette on light and one on dark ground.

Orange, sky blue and yellow only ever fill; what must be read is drawn in the darker four or in ink.
Every state has a shape of its own, so that a grey print still separates them; open triangles are kept
for censored results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rls_dash.context.events import EventKind
from rls_dash.interpret.limits import State

# Vermillion is #D55E00 of Okabe and Ito, a shade darker: on the band of a laboratory's interval, seen with
# deuteranopia, theirs stands less than 3:1 off.
BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#CC5A00", "#009E73", "#CC79A7"

SYMBOLS: Mapping[State, str] = MappingProxyType(
    {
        State.BELOW_LIMIT: "square",
        State.BELOW_LIMIT_INSIDE_INTERVAL: "diamond",
        State.INDETERMINATE: "cross",
        State.WITHIN: "circle",
        State.ABOVE_LIMIT: "star",
        State.NOT_ASSESSED: "x",
    }
)
SIZES: Mapping[State, int] = MappingProxyType(
    {
        State.BELOW_LIMIT: 9,
        State.BELOW_LIMIT_INSIDE_INTERVAL: 11,
        State.INDETERMINATE: 10,
        State.WITHIN: 8,
        State.ABOVE_LIMIT: 13,
        State.NOT_ASSESSED: 8,
    }
)
CENSORED_LOW, CENSORED_HIGH, CENSORED_SIZE = "triangle-down-open", "triangle-up-open", 11
RING, RING_SIZE = "circle-open", 20  # conflicting
FRAME, FRAME_SIZE = "square-open", 19  # early after iron by vein
HALO_SIZE = 25  # highlighted: a pale disc with a thick rim behind the symbol
TOTAL = "pentagon"  # of a symptom scale


@dataclass(frozen=True)
class Palette:
    """Colours of a figure on one ground; the ground itself stays transparent."""

    ink: str
    muted: str
    grid: str
    line: str  # joins results
    limit: str  # decision limits
    hover: str  # ground of the hover box
    veil: str  # ground of words that stand on lines
    interval: str  # fill of the laboratory's interval
    low: str  # fill of a region below a limit
    open: str  # fill of an indeterminate region
    high: str  # fill of a region above a limit
    halo: str  # fill behind a highlighted result
    bars: Mapping[EventKind, str]
    states: Mapping[State, str]


def halo(colours: Palette, size: int) -> dict[str, Any]:
    """Marker behind a highlighted result: seen in grey by its rim."""
    return {
        "symbol": "circle",
        "size": size,
        "color": colours.halo,
        "line": {"color": colours.ink, "width": 2.5},
    }


def _bars(supplement: str, medicine: str, illness: str) -> Mapping[EventKind, str]:
    kinds = (EventKind.SUPPLEMENT, EventKind.MEDICINE, EventKind.ILLNESS)
    return MappingProxyType(dict(zip(kinds, (supplement, medicine, illness), strict=True)))


def _states(
    below: str, inside: str, indeterminate: str, within: str, above: str, none: str
) -> Mapping[State, str]:
    return MappingProxyType(
        dict(zip(State, (below, inside, indeterminate, within, above, none), strict=True))
    )


LIGHT = Palette(
    ink="#111111",
    muted="#555555",
    grid="rgba(0,0,0,0.08)",
    line="rgba(0,0,0,0.45)",
    limit="#333333",
    hover="#FFFFFF",
    veil="rgba(255,255,255,0.75)",
    interval="rgba(86,180,233,0.16)",
    low="rgba(230,159,0,0.75)",
    open="rgba(240,228,66,0.85)",
    high="rgba(213,94,0,0.75)",
    halo="rgba(240,228,66,0.65)",
    bars=_bars("rgba(86,180,233,0.30)", "rgba(0,158,115,0.20)", "rgba(0,0,0,0.10)"),
    states=_states(VERMILLION, "#B0568A", "#B0568A", BLUE, VERMILLION, "#666666"),
)
DARK = Palette(
    ink="#F2F2F2",
    muted="#B8B8B8",
    grid="rgba(255,255,255,0.10)",
    line="rgba(255,255,255,0.50)",
    limit="#DDDDDD",
    hover="#1E222A",
    veil="rgba(14,17,23,0.75)",
    interval="rgba(86,180,233,0.20)",
    low="rgba(230,159,0,0.75)",
    open="rgba(240,228,66,0.75)",
    high="rgba(213,94,0,0.80)",
    halo="rgba(240,228,66,0.40)",
    bars=_bars("rgba(86,180,233,0.30)", "rgba(0,158,115,0.35)", "rgba(255,255,255,0.14)"),
    states=_states("#F0803C", PURPLE, PURPLE, "#4DA6DD", "#F0803C", "#A8A8A8"),
)


def palette(dark: bool) -> Palette:
    """The palette for a dark or a light page."""
    return DARK if dark else LIGHT
