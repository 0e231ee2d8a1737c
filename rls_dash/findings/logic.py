"""Three-valued logic (Kleene): what is not known stays unknown unless the rest decides."""

from __future__ import annotations

from rls_dash.model import Truth


def all_of(*truths: Truth) -> Truth:
    """True when each is; false as soon as one is false; else unknown."""
    if Truth.FALSE in truths:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.TRUE


def any_of(*truths: Truth) -> Truth:
    """True as soon as one is; false when each is false; else unknown."""
    if Truth.TRUE in truths:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.FALSE


def negation(truth: Truth) -> Truth:
    """The contrary; unknown stays unknown."""
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}.get(truth, Truth.UNKNOWN)


def truth_of(known: bool | None) -> Truth:
    """A recorded yes or no; None is unknown."""
    if known is None:
        return Truth.UNKNOWN
    return Truth.TRUE if known else Truth.FALSE
