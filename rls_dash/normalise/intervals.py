"""The reference interval each laboratory printed for its result."""

from __future__ import annotations

import numpy as np

from rls_dash.ingest.formats import Role
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.texts import Numbers, distinct, spread
from rls_dash.normalise.values import Decimals, decimal_mark, parse_reference_range, parse_value

Interval = tuple[float, float]
_NONE: Interval = (np.nan, np.nan)


def interval_columns(draft: Draft, factor: Numbers) -> tuple[Numbers, Numbers]:
    """(low, high) in the canonical unit; NaN where a side is not printed or not read for certain.

    `factor`: from the reported to the canonical unit, as the value's own.
    """
    roles = (Role.REFERENCE_LOW, Role.REFERENCE_HIGH, Role.REFERENCE_RANGE)
    index, found = distinct(*(draft.cells(role) for role in roles))
    mark = decimal_mark(cell for low, high, _ in found for cell in (low, high))
    intervals = [
        _two_columns(low, high, mark) if low or high else _printed(text) for low, high, text in found
    ]
    low = spread(index, [interval[0] for interval in intervals]).astype(float)
    high = spread(index, [interval[1] for interval in intervals]).astype(float)
    return np.round(low * factor, 9), np.round(high * factor, 9)


def _two_columns(low: str, high: str, mark: Decimals) -> Interval:
    ends = [parse_value(cell, mark) for cell in (low, high)]
    # A lower end of zero is common and means: no lower limit worth printing.
    first, last = (
        float(end.number) if end.number is not None and end.problem in ("", "zero_value") else np.nan
        for end in ends
    )
    return _NONE if first > last else (first, last)


def _printed(text: str) -> Interval:
    low, high = parse_reference_range(text) if text else (None, None)
    return np.nan if low is None else float(low), np.nan if high is None else float(high)
