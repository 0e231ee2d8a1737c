"""Totals of a symptom scale on the time axis of the trends: a small track under the ferritin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from rls_dash.context.scores import Score
from rls_dash.interpret.words import brief, date_text, plain
from rls_dash.knowledge import Knowledge

_LONGEST = 24  # characters of the name of a scale beside its track


@dataclass(frozen=True)
class TotalInfo:
    """One total as drawn."""

    x: datetime
    y: float  # points of the scale
    label: str  # the total as recorded
    hover: tuple[str, ...]  # lines, not escaped
    source_file: str
    source_row: int | None


@dataclass(frozen=True)
class TrackInfo:
    """One scale over time, joined by straight lines."""

    scale: str
    title: str  # "IRLS total, 0 to 40"
    meaning: str  # "higher is worse", "" where the tables say nothing
    low: float
    high: float
    points: tuple[TotalInfo, ...]


def track_info(
    scores: Sequence[Score], knowledge: Knowledge, window: tuple[datetime, datetime], relative: bool
) -> tuple[TrackInfo | None, tuple[str, ...]]:
    """(track of the first scale of the tables with a total in the window, what is not drawn in words)."""
    if relative:
        return None, (f"{_totals(len(scores))} not drawn: no calendar date",) if scores else ()
    first, last = window[0].date(), (window[1] - timedelta(days=1)).date()
    inside = [one for one in scores if first <= one.scored_on <= last]
    outside = {
        "before this period": sum(one.scored_on < first for one in scores),
        "after the as-of date": sum(one.scored_on > last for one in scores),
    }
    said = [f"{_totals(number)} {where}" for where, number in outside.items() if number]
    if not inside:
        return None, tuple(said)
    order = {name: at for at, name in enumerate(knowledge.scales)}
    chosen = min((one.scale for one in inside), key=lambda name: (order.get(name, len(order)), name))
    drawn = sorted((one for one in inside if one.scale == chosen), key=lambda one: one.scored_on)
    others = {one.scale: one for one in sorted(inside, key=lambda one: one.scored_on) if one.scale != chosen}
    latest = [
        f"{brief(one.scale, _LONGEST)} {one.total:f} ({date_text(one.scored_on)})" for one in others.values()
    ]
    return _track(chosen, drawn, knowledge), (*latest, *said)


def _totals(number: int) -> str:
    return "1 total" if number == 1 else f"{number} totals"


def _track(name: str, drawn: Sequence[Score], knowledge: Knowledge) -> TrackInfo:
    scale = knowledge.scales.get(name)
    totals = [float(one.total) for one in drawn]
    known = scale is not None and scale.lowest is not None and scale.highest is not None
    if scale is not None and scale.lowest is not None and scale.highest is not None:
        low, high = float(scale.lowest), float(scale.highest)
        title = f"{name} total, {plain(scale.lowest)} to {plain(scale.highest)}"
    else:
        low, high = min(0.0, *totals), max(1.0, *totals)
        title = f"{brief(name, _LONGEST)} total, range of the scale not known"
    meaning = scale.meaning.partition("; ")[2] if known and scale else ""
    return TrackInfo(name, title, meaning, low, high, tuple(_total(one, title) for one in drawn))


def _total(one: Score, title: str) -> TotalInfo:
    line = "" if one.source_row is None else f", line {one.source_row}"
    source = f"{one.source_file}{line}" if one.source_file else "recorded on the page"
    hover = (f"{title}: {one.total:f}", date_text(one.scored_on), source)
    moment = datetime.combine(one.scored_on, time())
    return TotalInfo(moment, float(one.total), f"{one.total:f}", hover, one.source_file, one.source_row)
