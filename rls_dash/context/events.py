"""What a patient takes, was given or went through: the optional side file events.csv."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from rls_dash.context.cells import CellError, Effect, Fault, day, number, one_line, word_of
from rls_dash.ingest.formats import fold, side_words

EVENT_COLUMNS = ("patient_id", "kind", "name", "dose", "unit", "route", "started_on", "stopped_on")


class EventKind(StrEnum):
    """What an event is."""

    SUPPLEMENT = "supplement"
    MEDICINE = "medicine"
    INFUSION = "infusion"
    ILLNESS = "illness"


@dataclass(frozen=True)
class Event:
    """One entry of events.csv; None and "" mean not stated."""

    patient_id: str
    kind: EventKind
    name: str
    dose: Decimal | None = None  # per day, or of the single infusion, in `unit`
    unit: str = ""  # mg, mcg, g, IU; another one as written
    route: str = ""  # oral, intravenous, intramuscular; another one as written
    started_on: date | None = None
    stopped_on: date | None = None
    source_file: str = ""
    source_row: int | None = None

    def active_on(self, day: date) -> bool | None:
        """Whether the event runs on a day; None when its dates do not say.

        An event without a start is taken to run until it is said to have stopped, one without an end
        to run on; an infusion runs on its one day only.
        """
        if self.kind is EventKind.INFUSION:
            return None if self.started_on is None else self.started_on == day
        if self.started_on is not None and day < self.started_on:
            return False
        return not (self.stopped_on is not None and day > self.stopped_on)


Events = Mapping[str, tuple[Event, ...]]  # patient id → events, in the order of the file

_KINDS = ", ".join(kind.value for kind in EventKind)
_NOT_STATED = "Treated as not stated."


def read_event(patient_id: str, cells: Mapping[str, str]) -> tuple[Event | None, tuple[Fault, ...]]:
    """(the event, what is to be said of it); None when a cell keeps it from being used.

    A start or dose that cannot be read is not stated. A stop that cannot be read takes the event away:
    without it what was stopped would run for ever.
    """
    faults: list[Fault] = []
    kind = _kind(cells.get("kind", ""), faults)
    name = one_line(cells.get("name", ""))
    if not name:
        faults.append(Fault("name", "name_missing", "No name is given. Write what it is.", Effect.ENTRY))
    dose, unit = _dose(cells.get("dose", ""), faults), _unit(one_line(cells.get("unit", "")), faults)
    if dose is not None and not unit:
        message = "The dose has no unit, so it is not compared with anything. Write mg, mcg, g or IU."
        faults.append(Fault("unit", "dose_unit_missing", message, Effect.REMARK))
    route = one_line(cells.get("route", ""))
    start, stop = _days(cells, faults)
    if kind is EventKind.INFUSION and start is None and not cells.get("started_on"):
        message = "The day of the infusion is not stated, so it cannot be told which results it affects."
        faults.append(Fault("started_on", "infusion_without_day", message, Effect.REMARK))
    if kind is None or any(fault.effect is Effect.ENTRY for fault in faults):
        return None, tuple(faults)
    route = side_words("route").get(fold(route), route)
    return Event(patient_id, kind, name, dose, unit, route, start, stop), tuple(faults)


def _kind(cell: str, faults: list[Fault]) -> EventKind | None:
    try:
        return EventKind(word_of("kind", f"one of {_KINDS}")(cell))
    except CellError as error:
        code, reason = ("kind_unknown", error) if cell else ("kind_missing", f"Empty; write one of {_KINDS}.")
        faults.append(Fault("kind", code, f"{reason} The event is not used.", Effect.ENTRY))
        return None


def _dose(cell: str, faults: list[Fault]) -> Decimal | None:
    if not cell:
        return None
    try:
        dose = number(cell)
        if not dose:
            raise CellError("dose_of_zero", "A dose of 0 says nothing; write when it was stopped.")
    except CellError as error:
        faults.append(Fault("dose", error.code, f"{error} {_NOT_STATED}"))
        return None
    return dose


def _unit(text: str, faults: list[Fault]) -> str:
    unit = side_words("unit").get(fold(text), "")
    if text and not unit:
        message = "This unit of a dose is not known (mg, mcg, g, IU are): the dose is shown, not compared."
        faults.append(Fault("unit", "dose_unit_unknown", message, Effect.REMARK))
    return unit or text


def _days(cells: Mapping[str, str], faults: list[Fault]) -> tuple[date | None, date | None]:
    found: dict[str, date | None] = {"started_on": None, "stopped_on": None}
    for column, effect in (("started_on", Effect.CELL), ("stopped_on", Effect.ENTRY)):
        cell = cells.get(column, "")
        try:
            found[column] = day(cell) if cell else None
        except CellError as error:
            said = _NOT_STATED if effect is Effect.CELL else "The event is not used: it would seem to run on."
            faults.append(Fault(column, error.code, f"{error} {said}", effect))
    start, stop = found["started_on"], found["stopped_on"]
    if start and stop and stop < start:
        message = "It stops before it starts. Correct one of the two days; the event is not used until then."
        faults.append(Fault("stopped_on", "stop_before_start", message, Effect.ENTRY))
    return start, stop
