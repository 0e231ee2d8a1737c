"""The supplement cautions table for one patient: which rows the results make relevant, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from rls_dash.interpret import words
from rls_dash.interpret.context import Audience
from rls_dash.interpret.latest import Row, day_of, newest, records, reported_text, usable
from rls_dash.interpret.limits import applies, meets
from rls_dash.interpret.regions import comparison_unit, printed_bounds
from rls_dash.knowledge import Analyte, Caution, Knowledge, Limit, Supplement
from rls_dash.model import Status, Truth

OLD_DAYS = 365  # older than this, a result is called historical


class Relevance(StrEnum):
    """What the results say about one row of the table."""

    RELEVANT = "relevant"
    UNDECIDED = "undecided"
    NOTHING_IN_RESULTS = "nothing_in_results"
    NOT_MEASURED = "not_measured"


RELEVANCE_WORDS = {
    Relevance.RELEVANT: "relevant to these results",
    Relevance.UNDECIDED: "cannot be decided from these results",
    Relevance.NOTHING_IN_RESULTS: "nothing in these results",
    Relevance.NOT_MEASURED: "not measured",
}


@dataclass(frozen=True)
class CautionRow:
    """One supplement with its cautions and the results that bring it up."""

    supplement: str
    label: str
    supports: str
    consider_when: str
    cautions: tuple[Caution, ...]
    relevance: Relevance
    reasons: tuple[str, ...]
    missing: tuple[str, ...]  # labels of analytes that would inform this row and are not on file


def caution_rows(
    patient_results: pd.DataFrame, knowledge: Knowledge, as_of: date | None = None
) -> tuple[CautionRow, ...]:
    """All supplements for one patient's assessed results, those the results bring up first.

    Only the latest result of each analyte counts. Every supplement is listed whatever the results say.
    """
    rows = usable(patient_results)
    latest = {str(analyte): newest(records(group)) for analyte, group in rows.groupby("analyte", sort=False)}
    table = [_row(supplement, latest, knowledge, as_of) for supplement in knowledge.supplements.values()]
    order = {supplement.supplement: supplement.display_order for supplement in knowledge.supplements.values()}
    first = (Relevance.RELEVANT, Relevance.UNDECIDED)
    return tuple(
        sorted(
            table,
            key=lambda row: (
                first.index(row.relevance) if row.relevance in first else 2,
                order[row.supplement],
            ),
        )
    )


def _row(
    supplement: Supplement, latest: dict[str, list[Row]], knowledge: Knowledge, as_of: date | None
) -> CautionRow:
    key = supplement.supplement
    links = [link for link in knowledge.supplement_analytes if link.supplement == key]
    missing = tuple(knowledge.analytes[link.analyte].label for link in links if link.analyte not in latest)
    proved, undecided = _reasons(key, latest, knowledge, as_of)
    if proved:
        relevance = Relevance.RELEVANT
    elif undecided:
        relevance = Relevance.UNDECIDED
    elif any(link.role == "primary" and link.analyte in latest for link in links):
        relevance = Relevance.NOTHING_IN_RESULTS
    else:
        relevance = Relevance.NOT_MEASURED
    cautions = sorted(
        (one for one in knowledge.cautions if one.supplement == key), key=lambda one: one.display_order
    )
    return CautionRow(
        key,
        supplement.label,
        supplement.supports,
        supplement.consider_when,
        tuple(cautions),
        relevance,
        tuple(proved + undecided),
        missing,
    )


def _reasons(
    supplement: str, latest: dict[str, list[Row]], knowledge: Knowledge, as_of: date | None
) -> tuple[list[str], list[str]]:
    """Reasons that are proved, and those that are open; at most one per analyte, the strongest limit's."""
    proved: list[str] = []
    undecided: list[str] = []
    for analyte in knowledge.analytes.values():
        rows = latest.get(analyte.analyte)
        if rows is None:
            continue
        audience = Audience(rows[0]["audience"])
        limits = [
            limit
            for limit in knowledge.limits.values()
            if limit.analyte == analyte.analyte and limit.lights == supplement and applies(limit, audience)
        ]
        limits.sort(key=lambda limit: (limit.rank is None, limit.rank or 0, limit.limit_id))
        truths = {limit.limit_id: _truth(limit, rows) for limit in limits}
        met = [limit for limit in limits if truths[limit.limit_id] is Truth.TRUE]
        still_open = [limit for limit in limits if truths[limit.limit_id] is Truth.UNKNOWN]
        if met:
            proved.append(_met_text(analyte, rows, met[0], as_of))
        elif still_open:
            undecided.append(_open_text(analyte, rows, still_open[0], as_of))
    return proved, undecided


def _truth(limit: Limit, rows: list[Row]) -> Truth:
    """Truth over the latest rows: conflicting results prove only what all of them prove."""
    truths = {
        meets(limit, row["value"], row["comparator"], row["unit"], row["reported_number"], row["unit_code"])
        for row in rows
    }
    return truths.pop() if len(truths) == 1 else Truth.UNKNOWN


def _met_text(analyte: Analyte, rows: list[Row], limit: Limit, as_of: date | None) -> str:
    values = _values(rows)
    bounds, one_sided = _bounds(limit, rows)
    if len(rows) == 1 and one_sided and not rows[0]["comparator"]:
        comparison = f"{values} {bounds[0]} {bounds[1:].strip()}"
    else:
        comparison = f"{values}, {bounds}"
    return f"{analyte.short_label} {comparison} \u00b7 {_circumstances(rows, as_of)} ({limit.cited})"


def _open_text(analyte: Analyte, rows: list[Row], limit: Limit, as_of: date | None) -> str:
    bounds, _ = _bounds(limit, rows)
    why = "the results conflict" if len(rows) > 1 else "the censored result does not decide it"
    return (
        f"{analyte.short_label} {_values(rows)} against {bounds}: {why} \u00b7 "
        f"{_circumstances(rows, as_of)} ({limit.cited})"
    )


def _values(rows: list[Row]) -> str:
    return " and ".join(reported_text(row) for row in rows)


def _bounds(limit: Limit, rows: list[Row]) -> tuple[str, bool]:
    """The region of a limit in signs with its unit ("≤75 µg/L"), and whether it has one end only."""
    printed = comparison_unit(limit, rows[0]["unit_code"] or rows[0]["unit"])
    low, high = printed_bounds(limit, printed)
    ends = ["" if bound is None else words.plain(bound) for bound in (low, high)]
    ops = [limit.low_op if ends[0] else "", limit.high_op if ends[1] else ""]
    signs = words.range_signs(ops[0], ends[0], ops[1], ends[1])
    return words.amount(signs, printed), not all(ops)


def _circumstances(rows: list[Row], as_of: date | None) -> str:
    day = day_of(rows[0])
    parts = [words.date_text(day)]
    if as_of is not None and (as_of - day).days > OLD_DAYS:
        parts.append("older than 12 months")
    if any(row["status"] == Status.PRELIMINARY.value for row in rows):
        parts.append("preliminary")
    if len(rows) > 1:
        parts.append("conflicting results, not settled")
    return ", ".join(parts)
