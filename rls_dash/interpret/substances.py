"""Names of supplements and medicines → what is in them, by the words of substances.csv."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rls_dash.context.events import Event, EventKind
from rls_dash.knowledge import Knowledge, Substance

NOTHING = "none"  # class of phrases that only look like a substance: "iron-free", "magnesium stearate"
_PIECES = re.compile(r"[^\W_]+")
_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")

_READ = "_words_read"

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A word of the table that stands in a name."""

    word: str  # as our tables write it; never a cell of a file
    substances: frozenset[str]


@dataclass(frozen=True)
class _Index:
    phrases: Mapping[Phrase, Found]
    pieces: frozenset[str]  # all single words of the phrases
    longest: int


def substances_of(event: Event, knowledge: Knowledge) -> frozenset[str]:
    """What an event brings: "iron", "levothyroxine". An illness brings nothing, though its name may hold
    the word: iron deficiency is no iron."""
    if event.kind is EventKind.ILLNESS:
        return frozenset()
    return frozenset().union(*(one.substances for one in words_of(event, knowledge)))


def words_of(event: Event, knowledge: Knowledge) -> tuple[Found, ...]:
    """`words_in` of the name of an event, read once: rules and cautions ask once a substance, and a name may
    be as long as a cell. What was read stays with the event and goes with it."""
    read: tuple[Sequence[Substance], tuple[Found, ...]] | None = vars(event).get(_READ)
    if read is None or read[0] is not knowledge.substances:
        read = knowledge.substances, tuple(words_in(event.name, knowledge))
        vars(event)[_READ] = read  # beside its fields: no part of what it says or equals
    return read[1]


def illnesses_of(name: str, knowledge: Knowledge) -> frozenset[str]:
    """What the name of an illness says it is: "neuropathy"."""
    return frozenset().union(*(one.substances for one in words_in(name, knowledge)))


def words_in(name: str, knowledge: Knowledge) -> list[Found]:
    """Words of the table in a name, from left to right; the longest counts, so that what stands in a
    longer one does not: the magnesium of esomeprazole magnesium is a salt."""
    return [one for one in _read(name, _index(knowledge)) if NOTHING not in one.substances]


def _read(name: str, index: _Index) -> Iterator[Found]:
    pieces = _pieces(name, index.pieces)
    at = 0
    while at < len(pieces):
        for length in range(min(index.longest, len(pieces) - at), 0, -1):
            found = index.phrases.get(tuple(pieces[at : at + length]))
            if found is not None:
                yield found
                at += length
                break
        else:
            at += 1


def _pieces(name: str, known: frozenset[str]) -> list[str]:
    """Words of a name without case, accents and marks; "magnesium400mg" comes apart, "b12" does not."""
    found: list[str] = []
    for piece in _PIECES.findall(folded(name)):
        found += [piece] if piece in known else _LETTERS_OR_DIGITS.findall(piece)
    return found


def folded(text: str) -> str:
    """Text without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


@cache  # holds the tables only, never a cell of a file
def _index(knowledge: Knowledge) -> _Index:
    labels = {one.label.casefold(): one.label for one in knowledge.supplements.values()}
    classes: dict[Phrase, set[str]] = {}
    words: dict[Phrase, str] = {}
    for one in knowledge.substances:
        phrase = tuple(_PIECES.findall(folded(one.word)))
        classes.setdefault(phrase, set()).add(one.substance)
        words.setdefault(phrase, labels.get(one.word, one.word))
    return _Index(
        phrases={phrase: Found(words[phrase], frozenset(found)) for phrase, found in classes.items()},
        pieces=frozenset(piece for phrase in classes for piece in phrase),
        longest=max(map(len, classes), default=1),
    )
