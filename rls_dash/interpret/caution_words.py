"""Words and truth over the latest rows of an analyte, as the cautions table prints them."""

from __future__ import annotations

from datetime import date

from rls_dash.interpret import words
from rls_dash.interpret.latest import Row, day_of, historical_days, historical_words, result_text
from rls_dash.interpret.limits import meets
from rls_dash.interpret.regions import comparison_unit, printed_bounds
from rls_dash.knowledge import Knowledge, Limit
from rls_dash.model import Status, Truth


def truth_over(limit: Limit, rows: list[Row]) -> Truth:
    """Truth over the latest rows: conflicting results prove only what all of them prove."""
    truths = {
        meets(limit, row["value"], row["comparator"], row["unit"], row["reported_number"], row["unit_code"])
        for row in rows
    }
    return truths.pop() if len(truths) == 1 else Truth.UNKNOWN


def values_text(rows: list[Row]) -> str:
    """ "42 ng/mL", of conflicting results both."""
    return " and ".join(result_text(row) for row in rows)


def bounds_text(limit: Limit, rows: list[Row]) -> tuple[str, bool]:
    """The region of a limit in signs with its unit ("≤75 µg/L"), and whether it has one end only."""
    return bounds_in(limit, rows[0]["unit_code"] or rows[0]["unit"])


def bounds_in(limit: Limit, unit: str) -> tuple[str, bool]:
    """The same for a result in a unit [UCUM]."""
    printed = comparison_unit(limit, unit)
    low, high = printed_bounds(limit, printed)
    ends = ["" if bound is None else words.plain(bound) for bound in (low, high)]
    ops = [limit.low_op if ends[0] else "", limit.high_op if ends[1] else ""]
    signs = words.range_signs(ops[0], ends[0], ops[1], ends[1])
    return words.amount(signs, printed), not all(ops)


def circumstances(rows: list[Row], as_of: date | None, knowledge: Knowledge) -> str:
    """When the latest was drawn, and what of that qualifies it."""
    day = day_of(rows[0])
    parts = [words.date_text(day)]
    if words.is_relative(day):
        parts.append("no calendar date")
    elif as_of is not None and (as_of - day).days > historical_days(knowledge):
        parts.append(historical_words(knowledge))
    if any(row["status"] == Status.PRELIMINARY.value for row in rows):
        parts.append("preliminary")
    if len(rows) > 1:
        parts.append("conflicting results, not settled")
    return ", ".join(parts)
