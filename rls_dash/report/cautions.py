"""The supplement cautions on paper: every supplement by name, those that results bring up in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from rls_dash.context.events import Event
from rls_dash.context.patients import PatientContext
from rls_dash.interpret.cautions import CautionRow, Relevance, caution_rows
from rls_dash.knowledge import Caution, Knowledge, Prominence
from rls_dash.report.model import CautionLine

STATES = {
    Relevance.AGAINST: "speaks against",
    Relevance.RELEVANT: "relevant",
    Relevance.UNDECIDED: "undecided",
    Relevance.NOT_ASSESSED: "not assessed: adult limits do not apply at this age",
    Relevance.NOTHING_IN_RESULTS: "nothing in these results",
    Relevance.NOT_MEASURED: "no usable result",
}
_BROUGHT_UP = (Relevance.AGAINST, Relevance.RELEVANT, Relevance.UNDECIDED)


def caution_lines(
    rows: pd.DataFrame,
    knowledge: Knowledge,
    as_of: date,
    facts: PatientContext | None,
    events: Sequence[Event],
) -> tuple[CautionLine, ...]:
    """All supplements, those that results or records bring up first."""
    return tuple(_line(one, knowledge) for one in caution_rows(rows, knowledge, as_of, facts, events))


def _line(row: CautionRow, knowledge: Knowledge) -> CautionLine:
    brought_up = row.relevance in _BROUGHT_UP
    chosen = [one for one in row.cautions if brought_up and one.prominence is Prominence.BESIDE_TRENDS]
    return CautionLine(
        label=row.label,
        state=STATES[row.relevance],
        brought_up=brought_up,
        reasons=row.reasons,
        interactions=row.interactions,
        cautions=tuple(_caution(one, knowledge) for one in chosen),
        more=len(row.cautions) - len(chosen),
        missing=", ".join(row.missing),
    )


def _caution(one: Caution, knowledge: Knowledge) -> str:
    return f"{one.text} ({knowledge.sources[one.provenance.source].short_name}, {one.provenance.evidence})"
