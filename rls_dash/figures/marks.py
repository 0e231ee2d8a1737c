"""Shapes and annotations of the trend figure, as plain dictionaries on the axes of each panel.

plotly's own helpers for lines and bands draw nothing on a panel that has no trace yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rls_dash.figures import layout
from rls_dash.figures.guides import BandInfo, LimitLine, RegionKind
from rls_dash.figures.heads import head_notes
from rls_dash.figures.panel import PanelInfo
from rls_dash.figures.texts import esc, plain_text
from rls_dash.figures.theme import Palette
from rls_dash.figures.trend import TrendInfo
from rls_dash.interpret.words import brief, date_text

Part = dict[str, Any]
_RAIL = (1.003, 1.011)  # strip right of the plot that colours the named regions [share of its width]
_BREAK_ROWS = 3  # of words at breaks
_NAME, _FOOT = 26, 105  # characters of the patient and of what is not drawn


def iso(moment: datetime) -> str:
    """A moment as plotly reads it."""
    return moment.isoformat(timespec="seconds")


def shapes(panel: PanelInfo, axis: str, colours: Palette) -> list[Part]:
    """Interval bands under everything, the coloured rail of regions, limit lines, breaks."""
    return [
        *(_band(band, panel, axis, colours) for band in panel.band),
        *(_rail(line, panel, axis, colours) for line in panel.limits),
        *(_limit(line, axis, colours) for line in panel.limits),
        *(_break(one.x, panel, axis, colours) for one in panel.breaks),
    ]


def _rectangle(axis: str, x: tuple[Any, Any], y: tuple[float, float], fill: str) -> Part:
    ends = {"x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1]}
    return {"type": "rect", "yref": axis, "layer": "below", "line": {"width": 0}, "fillcolor": fill, **ends}


def _band(band: BandInfo, panel: PanelInfo, axis: str, colours: Palette) -> Part:
    low, high = panel.y_range
    ends = (low if band.low is None else band.low, high if band.high is None else band.high)
    shape = _rectangle(axis, (iso(band.start), iso(band.end)), ends, colours.interval)
    return {**shape, "xref": "x", "name": f"{panel.analyte} interval"}


def _rail(line: LimitLine, panel: PanelInfo, axis: str, colours: Palette) -> Part:
    low, high = panel.y_range
    bottom = low if line.region_low is None else max(low, line.region_low)
    top = high if line.region_high is None else min(high, line.region_high)
    fills = {RegionKind.LOW: colours.low, RegionKind.OPEN: colours.open, RegionKind.HIGH: colours.high}
    shape = _rectangle(axis, _RAIL, (bottom, top), fills[line.kind])
    return {**shape, "xref": "paper", "name": f"{line.limit_id} region"}


def _limit(line: LimitLine, axis: str, colours: Palette) -> Part:
    ends = {"x0": 0, "x1": _RAIL[1], "y0": line.y, "y1": line.y}
    style = {"color": colours.limit, "width": 1.25, "dash": "dash"}
    place = {"xref": "paper", "yref": axis, "layer": "below"}
    return {"type": "line", **place, **ends, "line": style, "name": line.limit_id}


def _break(at: datetime, panel: PanelInfo, axis: str, colours: Palette) -> Part:
    ends = {"x0": iso(at), "x1": iso(at), "y0": 0, "y1": 1}
    style = {"color": colours.muted, "width": 1, "dash": "dot"}
    place = {"xref": "x", "yref": f"{axis} domain", "layer": "below"}
    return {"type": "line", **place, **ends, "line": style, "name": f"{panel.analyte} break"}


def notes(panel: PanelInfo, axis: str, slot: layout.Slot, info: TrendInfo, colours: Palette) -> list[Part]:
    """Head, words at the breaks, and what is said of an empty panel."""
    found = head_notes(panel, slot, colours)
    found += _break_words(panel, axis, info, colours)
    if panel.empty_text:
        place = {"x": 0.5, "xref": "paper", "y": 0.5, "yref": f"{axis} domain"}
        found.append(
            {**plain_text(esc(panel.empty_text), colours.muted, 12), **place, "bgcolor": colours.veil}
        )
    return found


def _break_words(panel: PanelInfo, axis: str, info: TrendInfo, colours: Palette) -> list[Part]:
    """Why the line is broken, at the top of each break, one lower where two would meet."""
    found: list[Part] = []
    taken: list[float] = []  # right end of the words in each row [px]
    for one in panel.breaks:
        wide = len(one.short) * 5.2
        middle = (one.x - info.start) / (info.end - info.start) * layout.NARROW
        row = next((at for at, edge in enumerate(taken) if edge <= middle - wide / 2), len(taken))
        if row >= _BREAK_ROWS:
            continue  # the dotted line and the hover box of the next point still say it
        taken[row : row + 1] = [middle + wide / 2 + 6]
        place = {"x": iso(one.x), "xref": "x", "y": 1, "yref": f"{axis} domain", "yanchor": "top"}
        text = {**plain_text(esc(one.short), colours.muted, 10), "hovertext": esc(one.words)}
        found.append({**text, **place, "yshift": -12 * row, "bgcolor": colours.veil, "borderpad": 0})
    return found


def since_parts(info: TrendInfo, axes: Sequence[str], colours: Palette) -> tuple[list[Part], list[Part]]:
    """(thin lines through all panels, the words in the first) of a chosen day."""
    if info.since is None:
        return [], []
    x = iso(info.since.x)
    line = {"color": colours.ink, "width": 1}
    shape = {"type": "line", "xref": "x", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line, "name": "since"}
    late = (info.since.x - info.start) / (info.end - info.start) > 0.8
    anchor = {"xanchor": "right", "xshift": -2} if late else {"xanchor": "left", "xshift": 2}
    place = {"x": x, "xref": "x", "y": 0, "yref": f"{axes[0]} domain", "yanchor": "bottom", **anchor}
    words = {**plain_text(info.since.words, colours.ink, 10), **place, "bgcolor": colours.veil}
    return [{**shape, "yref": f"{axis} domain"} for axis in axes], [words]


def foot_notes(info: TrendInfo, inner: int, colours: Palette) -> list[Part]:
    """What the time axis is and where it ends; and, in a line under it, what is not drawn."""
    until = "days from an unstated start" if info.relative else f"collected; as of {date_text(info.as_of)}"
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 34, "y": 0, "yref": "paper"}
    end = {**plain_text(esc(until), colours.muted, 11), **place, "yanchor": "top", "yshift": -6}
    below = {"y": -layout.TIME_AXIS / inner, "yref": "paper", "yanchor": "top", "borderpad": 0}
    name = plain_text(f"<b>{esc(brief(info.patient_id, _NAME))}</b>", colours.ink, 11)
    found = [end, {**name, **place, **below, "name": "patient"}] if info.patient_id else [end]
    if not info.not_shown:
        return found
    words = f"Not drawn: {'; '.join(info.not_shown)}"
    said = {**plain_text(esc(brief(words, _FOOT)), colours.muted, 11), "hovertext": esc(words)}
    place = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": 4 - layout.LEFT, "yref": "paper"}
    return [*found, {**said, **place, **below}]
