"""What is known beside the results → patients.csv, events.csv, scores.csv, which read back as they were."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from rls_dash.context.cells import escaped
from rls_dash.context.events import EVENT_COLUMNS, Events
from rls_dash.context.patients import FACTS, PATIENT_COLUMNS, Contexts
from rls_dash.context.scores import SCORE_COLUMNS, Scores


def patients_csv(contexts: Contexts) -> str:
    """patients.csv; patients of whom nothing is known are left out."""
    known = [
        one for _, one in sorted(contexts.items()) if any(getattr(one, fact) is not None for fact in FACTS)
    ]
    return _csv(PATIENT_COLUMNS, known)


def events_csv(events: Events) -> str:
    """events.csv, by patient."""
    return _csv(EVENT_COLUMNS, [one for _, found in sorted(events.items()) for one in found])


def scores_csv(scores: Scores) -> str:
    """scores.csv, by patient."""
    return _csv(SCORE_COLUMNS, [one for _, found in sorted(scores.items()) for one in found])


def _csv(columns: Sequence[str], entries: Iterable[object]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(getattr(entry, column)) for column in columns] for entry in entries)
    return out.getvalue()


def _cell(value: object) -> str:
    """A fact as the reader reads it; text that a spreadsheet would run is made harmless."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case StrEnum():
            return value.value
    return escaped(str(value))
