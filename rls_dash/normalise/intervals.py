"""The reference interval each laboratory printed for its result."""

from __future__ import annotations

import numpy as np

from rls_dash.ingest.formats import Role
from rls_dash.knowledge import Knowledge
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.texts import Numbers, Texts, distinct, spread
from rls_dash.normalise.units import clean_unit
from rls_dash.normalise.values import Decimals, Interval, decimal_mark, parse_reference_range, parse_value

_SENTINEL = 9_999_999  # what a numeric column shows for text


def interval_columns(draft: Draft, factor: Numbers, code: Texts) -> tuple[Numbers, Numbers]:
    """(low, high) in the canonical unit; NaN where a side is not printed or not read for certain.

    `factor`: from the reported unit to the canonical one; `code`: the reported unit [UCUM]. An interval
    printed with another unit than its value is not used.
    """
    roles = (Role.REFERENCE_LOW, Role.REFERENCE_HIGH, Role.REFERENCE_RANGE)
    index, found = distinct(*(draft.cells(role) for role in roles), code)
    mark = decimal_mark(cell for low, high, _, _ in found for cell in (low, high))
    intervals = [
        _in_unit(
            _two_columns(low, high, mark) if low or high else parse_reference_range(text),
            unit,
            draft.knowledge,
        )
        for low, high, text, unit in found
    ]
    low = spread(index, [interval[0] for interval in intervals]).astype(float)
    high = spread(index, [interval[1] for interval in intervals]).astype(float)
    return np.round(low * factor, 9), np.round(high * factor, 9)


def _two_columns(low: str, high: str, mark: Decimals) -> Interval:
    ends = [parse_value(cell, mark) for cell in (low, high)]
    # A lower end of zero is common and means: no lower limit worth printing.
    first, last = (
        end.number if end.problem in ("", "zero_value") and not end.comparator else None for end in ends
    )
    if first is not None and last is not None and first > last:
        return Interval()
    units = {end.unit for end in ends if end.unit}
    return Interval(first, last, units.pop() if len(units) == 1 else " ".join(sorted(units)))


def _in_unit(interval: Interval, unit: str, knowledge: Knowledge) -> tuple[float, float]:
    if interval.unit and knowledge.unit_spellings.get(clean_unit(interval.unit)) != unit:
        return np.nan, np.nan
    low, high = (
        np.nan if end is None or end >= _SENTINEL else float(end) for end in (interval.low, interval.high)
    )
    return low, high
