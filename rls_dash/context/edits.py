"""What a user adds on the Patient page for the session: checked as the side files are, in the same words.

A form is stricter than a file in one thing: a cell that a file's reader would treat as not stated is
refused here, for whoever wrote it sits before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from rls_dash.context.cells import CellError, Effect, Fault, cleaned
from rls_dash.context.events import EVENT_COLUMNS, Event, Events, read_event
from rls_dash.context.patients import PatientContext, read_fact
from rls_dash.context.scores import SCORE_COLUMNS, Score, Scores, read_score
from rls_dash.knowledge import Knowledge

Entry = TypeVar("Entry", Event, Score)
THIS_SESSION = "this session"  # the source file of what was added by hand
_ON_FILE = "The same is on file already."


class EntryError(ValueError):
    """An entry that is not taken; `faults` say why, by field."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = tuple(faults)


def with_fact(context: PatientContext, fact: str, text: str) -> PatientContext:
    """The facts with one stated anew; empty text takes it back. Raises EntryError."""
    try:
        changed: dict[str, Any] = {fact: read_fact(fact, cleaned(text))}
    except CellError as error:
        raise EntryError([Fault(fact, error.code, str(error))]) from None
    return replace(context, **changed)


def with_event(events: Events, patient_id: str, cells: Mapping[str, str]) -> tuple[Events, tuple[Fault, ...]]:
    """(the events with one more, remarks on it); `cells` by column of events.csv. Raises EntryError."""
    event, faults = read_event(patient_id, _cleaned(cells))
    if event is None or _refused(faults):
        raise EntryError(_refused(faults))
    known = events.get(patient_id, ())
    if any(replace(one, source_file="", source_row=None) == event for one in known):
        raise EntryError([Fault("name", "duplicate", _ON_FILE, Effect.ENTRY)])
    return {**events, patient_id: (*known, replace(event, source_file=THIS_SESSION))}, faults


def remarks_on(entry: Event | Score, knowledge: Knowledge) -> tuple[str, ...]:
    """What the reader of side files remarks on an entry that is used as it is written: "The dose has no unit,
    so it is not compared with anything. Write mg, mcg, g or IU." """
    columns = EVENT_COLUMNS if isinstance(entry, Event) else SCORE_COLUMNS
    cells = {one: _written(getattr(entry, one)) for one in columns}
    faults = (
        read_event(entry.patient_id, cells)[1]
        if isinstance(entry, Event)
        else read_score(entry.patient_id, cells, knowledge)[1]
    )
    return tuple(fault.message for fault in faults if fault.effect is Effect.REMARK)


def without_event(events: Events, event: Event) -> Events:
    """The events less one."""
    return _less(events, event)


def with_score(
    scores: Scores, patient_id: str, cells: Mapping[str, str], knowledge: Knowledge
) -> tuple[Scores, tuple[Fault, ...]]:
    """(the scores with one more, remarks on it); `cells` by column of scores.csv. Raises EntryError.

    Two totals of one scale on one day are not taken: nobody could tell which is right.
    """
    score, faults = read_score(patient_id, _cleaned(cells), knowledge)
    if score is None or _refused(faults):
        raise EntryError(_refused(faults))
    known = scores.get(patient_id, ())
    if any((one.scale, one.scored_on) == (score.scale, score.scored_on) for one in known):
        message = "A total of this scale on this day is on file already. Remove it first."
        raise EntryError([Fault("total", "score_conflict", message, Effect.ENTRY)])
    added = sorted((*known, replace(score, source_file=THIS_SESSION)), key=lambda one: one.scored_on)
    return {**scores, patient_id: tuple(added)}, faults


def without_score(scores: Scores, score: Score) -> Scores:
    """The scores less one."""
    return _less(scores, score)


def _cleaned(cells: Mapping[str, str]) -> dict[str, str]:
    return {column: cleaned(cell) for column, cell in cells.items()}


def _written(value: object) -> str:
    """A field of an entry as a cell holds it."""
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _refused(faults: Sequence[Fault]) -> list[Fault]:
    return [fault for fault in faults if fault.effect is not Effect.REMARK]


def _less(known: Mapping[str, tuple[Entry, ...]], entry: Entry) -> dict[str, tuple[Entry, ...]]:
    """Entries by patient less one of them; a patient without any is left out."""
    found = list(known.get(entry.patient_id, ()))
    if entry in found:
        found.remove(entry)
    others = {patient: entries for patient, entries in known.items() if patient != entry.patient_id}
    return {**others, entry.patient_id: tuple(found)} if found else others
