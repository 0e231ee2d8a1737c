"""What a patient takes, was given or went through: the optional side file events.csv."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


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
    unit: str = ""  # as written: mg, mcg, g, IU
    route: str = ""
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
