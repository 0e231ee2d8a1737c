"""What was taken, given or gone through, on the time axis of the trends: bars and marks under the ferritin.

Names and doses are cells of a file: not escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from rls_dash.context.events import Event, EventKind
from rls_dash.interpret.words import date_text

_TITLES = {
    EventKind.INFUSION: "Infusions",
    EventKind.SUPPLEMENT: "Supplements",
    EventKind.MEDICINE: "Medicines",
    EventKind.ILLNESS: "Illnesses",
}
MOST_ROWS = 5  # of all lanes together; what finds no room is counted in words
_CHARACTER = 1 / 96  # width of a character of a label [share of the time axis]
_MARGIN = 0.3  # room right of the axis, where nothing stands beside the lanes [share of the axis]
_LONGEST = 44  # characters of a name and its dose


class End(StrEnum):
    """What is known of an end of a bar."""

    SHOWN = "shown"  # stated, and inside the period shown
    BEYOND = "beyond"  # stated, and outside the period shown
    NOT_STATED = "not_stated"


class Side(StrEnum):
    """Where the label of a bar stands, so that it is neither cut nor crossed by the end of the bar."""

    IN = "in"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True)
class BarInfo:
    """A supplement, medicine or illness over the time it ran, or an infusion on its day (start == end)."""

    kind: EventKind
    name: str
    dose: str  # "65 mg a day", "" when not stated
    label: str  # beside or in the bar
    start: datetime  # inside the period shown
    end: datetime
    starts: End
    stops: End
    row: int  # of its lane, from the top
    label_at: Side
    hover: tuple[str, ...]
    source_file: str
    source_row: int | None


@dataclass(frozen=True)
class LaneInfo:
    """All of one kind."""

    kind: EventKind
    title: str
    bars: tuple[BarInfo, ...]

    @property
    def rows(self) -> int:
        """Rows that the bars take."""
        return 1 + max(bar.row for bar in self.bars)


@dataclass(frozen=True)
class LanesInfo:
    """Lanes with something in the period shown, from the top, and what they do not show."""

    lanes: tuple[LaneInfo, ...]
    not_shown: tuple[str, ...]  # counts in words


def lanes_info(events: Sequence[Event], window: tuple[datetime, datetime], relative: bool) -> LanesInfo:
    """Lanes of one patient's events; none while the results have no calendar date."""
    if relative:
        return LanesInfo((), (f"{_count(events, 'event')} not drawn: no calendar date",) if events else ())
    fates: dict[str, list[Event]] = {}
    shown: list[BarInfo] = []
    for event in events:
        fate = _fate(event, window)
        if fate:
            fates.setdefault(fate, []).append(event)
        else:
            shown.append(_bar(event, window))
    lanes: list[LaneInfo] = []
    left_out: list[BarInfo] = []
    room = MOST_ROWS
    for kind, title in _TITLES.items():
        placed, over = _placed([bar for bar in shown if bar.kind is kind], window, room)
        left_out += over
        if placed:
            lanes.append(LaneInfo(kind, title, placed))
            room -= lanes[-1].rows
    said = [f"{_count(found, 'event')} {fate}" for fate, found in fates.items()]
    said += [f"{_count(left_out, 'event')} more, no room here"] if left_out else []
    return LanesInfo(tuple(lanes), tuple(said))


def _count(found: Sequence[object], what: str) -> str:
    return f"{len(found)} {what}" if len(found) == 1 else f"{len(found)} {what}s"


def _fate(event: Event, window: tuple[datetime, datetime]) -> str:
    """Why an event is not in the period shown, "" when it is."""
    first, last = window[0].date(), (window[1] - timedelta(days=1)).date()
    start, stop = event.started_on, event.stopped_on
    if event.kind is EventKind.INFUSION:
        if start is None:
            return "without a date"
        stop = start
    if stop is not None and stop < first:
        return "before this period"
    return "after the as-of date" if start is not None and start > last else ""


def _bar(event: Event, window: tuple[datetime, datetime]) -> BarInfo:
    """An event that reaches into the window, clipped to it; a stop is the end of its day."""
    infusion = event.kind is EventKind.INFUSION
    stopped = event.started_on if infusion else event.stopped_on
    start = _midnight(event.started_on) if event.started_on else window[0]
    end = _after(stopped) if stopped else window[1]
    dose = dose_text(event)
    return BarInfo(
        event.kind,
        event.name,
        dose,
        f"{_short(f'{event.name} {dose}'.strip())} \u00b7 {_span(event)}",
        max(start, window[0]),
        start if infusion else min(end, window[1]),
        _end(event.started_on, start < window[0]),
        _end(stopped, end > window[1]),
        0,
        Side.IN,
        _hover(event, dose),
        event.source_file,
        event.source_row,
    )


def _end(day: date | None, beyond: bool) -> End:
    if day is None:
        return End.NOT_STATED
    return End.BEYOND if beyond else End.SHOWN


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _after(day: date) -> datetime:
    """End of a day; the last day there is, by which databases mean "no end", has no day after it."""
    return datetime.combine(day, time.max) if day == date.max else _midnight(day) + timedelta(days=1)


def dose_text(event: Event) -> str:
    """ "65 mg a day", of an infusion "1000 mg"; "" when no dose is stated."""
    if event.dose is None:
        return ""
    amount = f"{event.dose:f} {event.unit}".strip()
    return amount if event.kind is EventKind.INFUSION else f"{amount} a day"


def _span(event: Event) -> str:
    """From when to when; "since" means that no stop is recorded."""
    start, stop = event.started_on, event.stopped_on
    if event.kind is EventKind.INFUSION and start:
        return date_text(start)
    if start and stop:
        return f"{date_text(start)} \u2013 {date_text(stop)}"
    if start:
        return f"since {date_text(start)}"
    return f"until {date_text(stop)}, start not stated" if stop else "start and stop not stated"


def _hover(event: Event, dose: str) -> tuple[str, ...]:
    infusion = event.kind is EventKind.INFUSION
    span = _span(event)
    if event.started_on and not event.stopped_on and not infusion:
        span += ", no stop recorded"
    line = "" if event.source_row is None else f", line {event.source_row}"
    lines = (
        f"{event.kind.value.capitalize()}: {event.name}",
        dose or ("" if event.kind is EventKind.ILLNESS else "dose not stated"),
        event.route,
        span,
        f"{event.source_file}{line}" if event.source_file else "recorded on the page",
    )
    return tuple(text for text in lines if text)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\u2026"


def _placed(
    bars: Sequence[BarInfo], window: tuple[datetime, datetime], room: int
) -> tuple[tuple[BarInfo, ...], list[BarInfo]]:
    """Bars in the first row where neither they nor their labels meet another, and those without room."""
    span = window[1] - window[0]
    taken: list[float] = []  # right end of what stands in each row [share of the axis]
    placed, over = [], []
    for bar in sorted(bars, key=lambda one: (one.start, one.name)):
        start, end = ((moment - window[0]) / span for moment in (bar.start, bar.end))
        side, left, right = _room(start, end, (len(bar.label) + 2) * _CHARACTER)
        row = next((at for at, edge in enumerate(taken) if edge <= left), len(taken))
        if row >= room:
            over.append(bar)
            continue
        taken[row : row + 1] = [right]
        placed.append(replace(bar, row=row, label_at=side))
    return tuple(placed), over


def _room(start: float, end: float, wide: float) -> tuple[Side, float, float]:
    """Where the label stands, and from where to where it and its bar reach [share of the axis]."""
    if end - start >= wide:
        return Side.IN, start, end
    if end + wide <= 1 + _MARGIN:
        return Side.AFTER, start, end + wide
    if start >= wide:
        return Side.BEFORE, start - wide, end
    return Side.IN, start, max(end, start + wide)
