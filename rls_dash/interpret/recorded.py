"""What is recorded of a patient → reasons in the cautions table: states, doses, and other medicines.

Names of products are the words of our own tables, never a cell of a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rls_dash.context.events import Event, EventKind
from rls_dash.context.patients import PatientContext, is_minor
from rls_dash.interpret.doses import intake_of, intake_text
from rls_dash.interpret.substances import words_of
from rls_dash.interpret.words import date_text
from rls_dash.knowledge import Effect, Knowledge, Provenance, RecordedFact

_FACT_WORDS = {
    RecordedFact.HAEMOCHROMATOSIS: "Haemochromatosis",
    RecordedFact.DIALYSIS: "Dialysis",
    RecordedFact.PREGNANT: "Pregnancy",
}


@dataclass(frozen=True)
class Recorded:
    """Reasons of one row of the cautions table that stand in no result."""

    against: tuple[str, ...]
    brings_up: tuple[str, ...]
    with_medicines: tuple[str, ...]  # spacing and risks beside a recorded medicine
    with_supplements: tuple[str, ...]  # the same beside another recorded supplement


def has_list(events: Sequence[Event]) -> bool:
    """Whether medicines or supplements are on file: an illness or an infusion alone is no list of them, and
    an empty list is never taken for "none"."""
    return any(one.kind in (EventKind.MEDICINE, EventKind.SUPPLEMENT) for one in events)


def recorded(
    supplement: str,
    facts: PatientContext | None,
    events: Sequence[Event],
    knowledge: Knowledge,
    as_of: date | None,
) -> Recorded:
    """What states, recorded doses and running medicines say of a supplement; events need a day."""
    against, brings_up = _facts(supplement, facts, knowledge)
    if as_of is None:
        return Recorded(tuple(against), tuple(brings_up), (), ())
    running = [one for one in events if one.active_on(as_of)]
    minor = is_minor(facts, as_of)
    taken = intake_text(intake_of(running, supplement, knowledge, as_of), knowledge, minor)
    if taken:
        brings_up.append(taken[0].upper() + taken[1:])
    brings_up += [text for _, text in _beside(supplement, running, knowledge, lowers=True)]
    beside = _beside(supplement, running, knowledge, lowers=False)
    return Recorded(
        tuple(against),
        tuple(brings_up),
        tuple(text for kind, text in beside if kind is not EventKind.SUPPLEMENT),
        tuple(text for kind, text in beside if kind is EventKind.SUPPLEMENT),
    )


def _facts(
    supplement: str, facts: PatientContext | None, knowledge: Knowledge
) -> tuple[list[str], list[str]]:
    """(what speaks against, what brings it up)."""
    against: list[str] = []
    brings_up: list[str] = []
    for one in knowledge.fact_cautions:
        if one.supplement == supplement and facts is not None and getattr(facts, one.fact.value):
            text = f"{_FACT_WORDS[one.fact]} is recorded: {one.text} {_cited(one.provenance, knowledge)}"
            (against if one.against else brings_up).append(text)
    return against, brings_up


def _beside(
    supplement: str, running: Sequence[Event], knowledge: Knowledge, lowers: bool
) -> list[tuple[EventKind, str]]:
    """What is said of a supplement beside each other substance that runs, once a substance."""
    found = []
    for one in knowledge.interactions:
        if one.supplement != supplement or (one.effect is Effect.LOWERS) is not lowers:
            continue
        for event in running:
            word = _word(event, one.substance, knowledge)
            if word:
                since = f" since {date_text(event.started_on)}" if event.started_on else ""
                apart = one.hours or ("no interval named" if one.effect is Effect.SPACING else "")
                said = "; ".join(filter(None, (apart, one.why)))
                text = f"{word} recorded{since}: {said} {_cited(one.provenance, knowledge)}"
                found.append((event.kind, text))
                break
    return found


def _word(event: Event, substance: str, knowledge: Knowledge) -> str:
    """Under which word an event brings a substance; "" when it does not, or as an illness."""
    if event.kind is EventKind.ILLNESS:
        return ""
    words = [one.word for one in words_of(event, knowledge) if substance in one.substances]
    return words[0][:1].upper() + words[0][1:] if words else ""


def _cited(provenance: Provenance, knowledge: Knowledge) -> str:
    return f"({knowledge.sources[provenance.source].short_name}, {provenance.evidence})"
