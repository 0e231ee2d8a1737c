"""When every specimen was taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rls_dash.ingest.formats import Role
from rls_dash.model import Severity
from rls_dash.normalise.dates import OLD, Collected, DateOrder, date_order, parse_collected
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.texts import Mask, Texts, asked_for, distinct, sentence, spread

_HELD = {"date_order", "two_digit_year"}


@dataclass(frozen=True)
class CollectionColumns:
    """Date and time of collection."""

    iso: Texts
    moment: Texts  # datetime, wall clock
    has_time: Texts
    order: DateOrder


def collection_columns(draft: Draft, also: Mask) -> CollectionColumns:
    """The moments of collection of a file; no other date is ever taken for one.

    `also`: blocked rows whose moment is needed all the same.
    """
    if not (draft.has(Role.COLLECTED_AT) or draft.has(Role.COLLECTED_DATE)):
        message = "No column gives the date of collection, and no other date is taken for it. Add one."
        everything = np.ones(len(draft), dtype=bool)
        draft.log.block(everything, Severity.HELD, "no_date_column", None, message)
    text, day = draft.cells(Role.COLLECTED_AT), draft.cells(Role.COLLECTED_DATE)
    index, found = distinct(np.where(text == "", day, text), draft.cells(Role.COLLECTED_TIME))
    order = date_order(cell for cell, _ in found)
    if order is DateOrder.UNPROVEN and draft.answers.date_order:
        order = DateOrder(draft.answers.date_order)  # an answer never overrules what the file itself proves
    needed = asked_for(draft.log.usable | also, index, len(found))
    moments = [
        parse_collected(cell, clock, order, draft.as_of) if wanted else Collected()
        for (cell, clock), wanted in zip(found, needed, strict=True)
    ]
    draft.log.block_each(
        spread(index, [moment.problem for moment in moments]),
        spread(index, [_severity(moment) for moment in moments]),
        spread(index, [_message(moment) for moment in moments]),
        Role.COLLECTED_AT,
    )
    old = spread(index, [m.moment is not None and m.moment.date() < OLD for m in moments]).astype(bool)
    message = f"A result from before {OLD.year}: check that this is the date of collection."
    draft.log.note(old, "old_date", Role.COLLECTED_AT, message)
    return CollectionColumns(
        iso=spread(index, [moment.iso for moment in moments]),
        moment=spread(index, [moment.moment for moment in moments]),
        has_time=spread(index, [moment.has_time for moment in moments]),
        order=order,
    )


def _severity(moment: Collected) -> str:
    return (Severity.HELD if moment.problem in _HELD else Severity.SET_ASIDE).value


def _message(moment: Collected) -> str:
    return f"{sentence(moment.detail)} {moment.advice}".strip()
