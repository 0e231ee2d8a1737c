"""Which rows of one draw are one result: the same value again, or the same value in another unit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.normalise.units import factor

Index = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Two prints of one result in two units differ by the rounding of each print and of the factor used.
_FACTOR_ROUNDING = 0.002
_MOST_APART = 0.025  # a coarse print ("2 mEq/L") must not swallow another result
_HALF = 0.5
# What a row that is kept should carry, so that the choice never hangs on the order of rows.
_CONTENT = (
    *("status", "reported_unit", "reported_value", "reported_test", "reported_code", "lab_flag"),
    *("collected_at", "laboratory", "reported_at", "reference_low", "reference_high"),
)


def numbered(rows: pd.DataFrame, draw: Index) -> Index:
    """A number per result: equal for rows of one draw whose sign and value are the same.

    `rows` as in rls_dash.schema, `draw` the number of the draw of each.
    """
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    sign, _ = pd.factorize(rows["comparator"])
    unit, _ = pd.factorize(rows["unit_code"])
    value = rows["value"].to_numpy(dtype=float)
    order = np.lexsort((value, sign, draw))
    along = value[order]
    beside = (np.diff(draw[order]) == 0) & (np.diff(sign[order]) == 0)
    apart = np.diff(along)
    same = beside & (apart == 0)
    in_two_units = beside & (np.diff(unit[order]) != 0) & ~same
    close = np.flatnonzero(in_two_units & (apart <= _MOST_APART * np.abs(along[1:])))
    if len(close):
        same[close] = apart[close] <= _rounding(rows, order, close)
    result = np.empty(len(rows), dtype=np.int64)
    result[order] = np.cumsum(np.concatenate([[False], ~same]))
    return result


def twins(rows: pd.DataFrame, result: Index, among: Mask) -> Index:
    """For every repeat among the rows of a mask the position of the row that stands for it, else -1.

    `result` as `numbered` gives it. Which of several equal rows stands is decided by what they say, then by
    their order: the fullest first (interval and flag printed), then by their text (corrected before final
    before not stated).
    """
    twin = np.full(len(rows), -1, dtype=np.int64)
    times = np.bincount(result[among], minlength=int(result.max(initial=-1)) + 1)
    places = np.flatnonzero(among & (times[result] > 1))
    if not len(places):
        return twin
    by = _preferred(rows.iloc[places])
    order = places[np.lexsort((places, *reversed(by), result[places]))]
    leads = np.flatnonzero(np.diff(result[order], prepend=-1))
    twin[order] = np.repeat(order[leads], np.diff(np.append(leads, len(order))))
    twin[order[leads]] = -1
    return twin


def _rounding(rows: pd.DataFrame, order: Index, pairs: Index) -> Numbers:
    """How far two prints of one result may lie apart [canonical unit]; `pairs`: places in `order`."""
    left, right = rows.iloc[order[pairs]], rows.iloc[order[pairs + 1]]
    value = right["value"].to_numpy(dtype=float)
    return np.asarray(_half_place(left) + _half_place(right) + _FACTOR_ROUNDING * np.abs(value))


def _half_place(rows: pd.DataFrame) -> Numbers:
    """Half a unit of the last printed place, in the canonical unit."""
    numbers = rows["reported_number"].to_numpy(dtype=float)
    places = np.array([len(f"{number:.6f}".rstrip("0").partition(".")[2]) for number in numbers])
    pairs = zip(rows["analyte"], rows["unit_code"], strict=True)
    sizes = np.array([float(factor(str(analyte), str(unit))) for analyte, unit in pairs])
    return np.asarray(_HALF * 10.0 ** (-places) * sizes, dtype=float)


def _preferred(rows: pd.DataFrame) -> list[Index]:
    """Sort keys, the most important first; the row that sorts first stands."""
    interval = rows["reference_low"].notna() | rows["reference_high"].notna()
    keys = [-interval.to_numpy(dtype=np.int64), -(rows["lab_flag"] != "").to_numpy(dtype=np.int64)]
    return keys + [pd.factorize(rows[name], sort=True)[0] for name in _CONTENT if name in rows]
