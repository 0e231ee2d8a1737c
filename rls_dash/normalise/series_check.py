"""The patient's own results as witnesses: a result far from all others, and units that would explain it.

Only remarks, never a block: ferritin rises tenfold after intravenous iron, B12 after an injection. What a
series cannot tell: B12 pg/mL as pmol/L (1.36 times) and magnesium mg/dL as meq/L (1.2 times) lie within
what B12 and magnesium do by themselves from one draw to the next, so such a ratio is never remarked on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.knowledge import Handling, Knowledge
from rls_dash.normalise.units import factor

Numbers = npt.NDArray[np.float64]
Index = npt.NDArray[np.signedinteger]
Mask = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

FEWEST = 3  # results of one patient and analyte; of two nobody knows which is the odd one
_SMALLEST_RATIO = np.log(1.5)  # nearer units are not told apart from biology
_NEAR = np.log(1.2)  # to a ratio of units, where the unit differs or nothing else moves the analyte so far
_VERY_NEAR = np.log(1.1)  # to a ratio of units, where treatment may explain it as well
_ALONE = 2.0  # times nearer to the median of the others than to the result itself
_ROUNDING = 1e-9  # five times is five times
_SLIPS = (10.0, 100.0, 1000.0)
_RANK_UNUSUAL, _RANK_ASKED = 2, 1  # above any distance that counts as near
_PACKED_BITS = 62
_INT32 = 2**31


@dataclass(frozen=True)
class Series:
    """Results as arrays of equal length: codes into words, and the value in the canonical unit.

    `value` is NaN where the result is censored. Words may be any sequence the codes index.
    """

    patient: Index
    analyte: Index
    analytes: Sequence[str]
    unit: Index  # in which it was reported [UCUM]
    units: Sequence[str]
    value: Numbers


@dataclass(frozen=True)
class Remarks:
    """Results that stand out; arrays of equal length."""

    row: Index  # position in the series
    code: list[str]  # unit_suspect, or delta
    ratio: Numbers  # to the median of the patient's other results
    likely_unit: list[str]  # "" for delta
    message: list[str]


@dataclass(frozen=True)
class _Odd:
    """Rows to be explained, with what they are compared with."""

    row: Index
    log_ratio: Numbers
    usual_unit: Index  # most frequent unit of the patient's series; -1 where two are as frequent
    differs: Mask  # from the usual unit


def series_of(results: pd.DataFrame) -> Series:
    """The series of a results frame."""
    patient, _ = pd.factorize(results["patient_id"])
    analyte, analytes = pd.factorize(results["analyte"])
    unit, units = pd.factorize(results["unit_code"])
    value = results["value"].to_numpy(dtype=float, copy=True)
    value[(results["comparator"] != "").to_numpy(dtype=bool)] = np.nan
    return Series(patient, analyte, list(analytes), unit, list(units), value)


def remarks(series: Series, knowledge: Knowledge) -> Remarks:
    """What stands out in the series of each patient and analyte with at least three results."""
    odd = _odd(series, knowledge)
    size = len(odd.row)
    likely, messages = np.full(size, "", dtype=object), np.full(size, "", dtype=object)
    which = series.analyte[odd.row] * len(series.units) + series.unit[odd.row]
    for pair in np.unique(which):
        analyte, unit = divmod(int(pair), len(series.units))
        places = np.flatnonzero(which == pair)
        explained = _explained(
            knowledge, series.analytes[analyte], series.units[unit], series.units, odd, places
        )
        likely[places], messages[places] = explained
    said = np.flatnonzero(messages != "")
    said = said[np.argsort(odd.row[said])]
    units = likely[said].tolist()
    return Remarks(
        row=odd.row[said].astype(np.int64),
        code=["unit_suspect" if unit else "delta" for unit in units],
        ratio=np.exp(odd.log_ratio[said]),
        likely_unit=units,
        message=messages[said].tolist(),
    )


def _odd(series: Series, knowledge: Knowledge) -> _Odd:
    """Rows far enough from the others, or in another unit, to be worth an explanation."""
    delta, steady = (_folds(series, knowledge, kind) for kind in ("delta_fold", "steady_fold"))
    least = np.minimum(delta, steady)
    rows = _may_spread(series, least)
    group = series.patient[rows].astype(np.int64) * max(len(series.analytes), 1) + series.analyte[rows]
    logs = np.log(series.value[rows])
    chosen = _spread_out(series, rows, group, logs, least)
    # Only series that spread so far are looked at closely: few of many.
    rows, group, logs = rows[chosen], group[chosen], logs[chosen]
    if not len(rows):
        return _Odd(rows, np.zeros(0), rows, np.zeros(0, dtype=bool))
    order = _sorted_by(group, logs)
    rows, group, logs = rows[order], group[order], logs[order]
    median, of_others = _medians(logs, group)
    ratio = logs - of_others
    # A lone result far away, not one of two halves of a series: most results lie with the others.
    alone = np.abs(logs - median) >= _ALONE * np.abs(of_others - median)
    usual = _usual_unit(series.unit[rows], group, len(series.units))
    differs = (usual >= 0) & (usual != series.unit[rows])
    far, kind = np.abs(ratio), series.analyte[rows]
    apart = (far >= delta[kind]) | (far >= steady[kind]) | (differs & (far >= _SMALLEST_RATIO))
    apart &= alone
    return _Odd(rows[apart], ratio[apart], usual[apart], differs[apart])


def _may_spread(series: Series, least: Numbers) -> Index:
    """Rows whose series may spread as far as `_spread_out` asks: it judges some of the rows in place of all.

    No logarithm, no copy of rows: 15 ms in place of 90 for a million results.
    """
    kinds = max(len(series.analytes), 1)
    groups = (int(series.patient.max(initial=0)) + 1) * kinds
    wide = np.dtype(np.int32 if groups < _INT32 else np.int64)
    group = series.patient.astype(wide, copy=False) * wide.type(kinds) + series.analyte
    highest, lowest = np.full(groups, np.nan), np.full(groups, np.nan)
    positive = series.value > 0
    values = series.value if not (series.value <= 0).any() else np.where(positive, series.value, np.nan)
    np.fmax.at(highest, group, values)  # results that are no number are passed over
    np.fmin.at(lowest, group, values)
    a_unit = np.zeros(groups, dtype=series.unit.dtype)
    a_unit[group] = series.unit
    wanted = np.tile(np.exp(least), groups // kinds)[:groups] if len(least) else np.full(groups, np.inf)
    others = np.flatnonzero(a_unit.take(group) != series.unit)
    wanted[group[others]] = np.exp(_SMALLEST_RATIO)
    spread = highest >= lowest * wanted * (1 - _ROUNDING)
    return np.flatnonzero(spread.take(group) & positive)


def _spread_out(series: Series, rows: Index, group: Index, logs: Numbers, least: Numbers) -> Mask:
    """Rows of the patients and analytes whose results lie so far apart, or stand in several units."""
    groups = int(group.max(initial=-1)) + 1
    unit = series.unit[rows].astype(np.int64)  # `at` is ten times slower where it must convert
    highest, lowest = np.full(groups, -np.inf), np.full(groups, np.inf)
    last_unit, first_unit = np.full(groups, -1), np.full(groups, len(series.units))
    np.maximum.at(highest, group, logs)
    np.minimum.at(lowest, group, logs)
    np.maximum.at(last_unit, group, unit)
    np.minimum.at(first_unit, group, unit)
    mixed = (last_unit != first_unit)[group]
    wanted = np.where(mixed, _SMALLEST_RATIO, least[series.analyte[rows]])
    enough = np.bincount(group, minlength=groups) >= FEWEST
    return np.asarray(enough[group] & ((highest - lowest)[group] >= wanted), dtype=bool)


def _sorted_by(group: Index, logs: Numbers) -> Index:
    """The rows by group, and by value inside each."""
    by_value = np.argsort(logs)
    bits = len(group).bit_length()
    if int(group.max(initial=0)).bit_length() + bits > _PACKED_BITS:
        return np.lexsort((logs, group))
    rank = np.empty(len(group), dtype=np.int64)
    rank[by_value] = np.arange(len(group))
    # One number holds group and rank: numbers sort several times faster than pairs.
    return np.asarray(by_value[np.sort((group << bits) | rank) & ((1 << bits) - 1)])


def _folds(series: Series, knowledge: Knowledge, kind: str) -> Numbers:
    """Logarithm of a fold of usual_changes.csv per analyte; infinite where it has none."""
    changes = [knowledge.usual_changes.get(name) for name in series.analytes]
    folds = [getattr(change, kind) if change else None for change in changes]
    return np.array([np.inf if fold is None else np.log(float(fold)) - _ROUNDING for fold in folds])


def _medians(logs: Numbers, group: Index) -> tuple[Numbers, Numbers]:
    """(median of the group, median of the group without the row itself); sorted by group and value.

    The logarithm of a median is the median of logarithms, but for the mean of the two in the middle.
    """
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(np.append(starts, len(group)))
    start, size = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    place = np.arange(len(group)) - start

    def middle(count: Index, without: Index) -> Numbers:
        """Median of `count` results, where the one at the place `without` is left out."""
        low, high = (count - 1) // 2, count // 2
        return np.asarray((logs[start + low + (without <= low)] + logs[start + high + (without <= high)]) / 2)

    return middle(size, size), middle(size - 1, place)


def _usual_unit(unit: Index, group: Index, units: int) -> Index:
    """The most frequent unit of each row's group, -1 where two are as frequent."""
    if not len(unit):
        return unit.astype(np.int64)
    pairs, counts = np.unique(group * max(units, 1) + unit, return_counts=True)
    owner, code = pairs // max(units, 1), pairs % max(units, 1)
    order = np.lexsort((counts, owner))
    owner, code, counts = owner[order], code[order], counts[order]
    last = np.flatnonzero(np.diff(owner, append=-1))
    tied = (last > 0) & (owner[last - 1] == owner[last]) & (counts[last - 1] == counts[last])
    best = np.where(tied, -1, code[last])
    return np.asarray(best[np.searchsorted(owner[last], group)], dtype=np.int64)


def _explained(
    knowledge: Knowledge, analyte: str, unit: str, units: Sequence[str], odd: _Odd, places: Index
) -> tuple[Texts, Texts]:
    """(likely unit, message) of odd rows of one analyte in one reported unit; "" where nothing is said."""
    change = knowledge.usual_changes.get(analyte)
    steady = change is not None and change.steady_fold is not None
    fold = None if change is None else change.delta_fold
    delta = np.inf if fold is None else np.log(float(fold)) - _ROUNDING
    apart = odd.log_ratio[places]
    words = np.array([*units, ""], dtype=object)
    usual = words[np.where(odd.differs[places], odd.usual_unit[places], len(units))]
    likely = _likely(_other_units(knowledge, analyte, unit), apart, usual, steady)
    messages = np.full(len(places), "", dtype=object)
    far = np.abs(apart)
    slip = np.min([np.abs(far - np.log(step)) for step in _SLIPS], axis=0) < _VERY_NEAR
    speaks = np.flatnonzero((likely != "") | (far >= delta))
    messages[speaks] = [
        _MESSAGE_UNIT.format(ratio=ratio, unit=other)
        if other
        else _MESSAGE_DELTA.format(ratio=ratio, slip=_MESSAGE_SLIP if slips else "")
        for ratio, other, slips in zip(_times(apart[speaks]), likely[speaks], slip[speaks], strict=True)
    ]
    return likely, messages


_MESSAGE_UNIT = (
    "This result is {ratio} the median of the patient's other results, as if it had been measured in {unit}. "
    "Check the unit in the laboratory report; the change may also be real. It is kept and marked."
)
_MESSAGE_DELTA = (
    "This result is {ratio} the median of the patient's other results.{slip} It may be real, for example "
    "after treatment; check the original. It is kept and marked."
)
_MESSAGE_SLIP = " A slip of the decimal point would explain it."


def _times(apart: Numbers) -> list[str]:
    """Ratios in words, out of their logarithms."""
    ratios = zip(np.exp(np.abs(apart)).tolist(), (apart > 0).tolist(), strict=True)
    return [f"{ratio:.3g} times" if more else f"1/{ratio:.3g} of" for ratio, more in ratios]


def _other_units(knowledge: Knowledge, analyte: str, unit: str) -> list[tuple[str, float, bool]]:
    """(unit, logarithm of the ratio it would cause, whether it is usual), far enough from 1 to be told."""
    if (analyte, unit) not in knowledge.accepted_units:
        return []
    stated = float(factor(analyte, unit))
    found = []
    for (name, code), accepted in knowledge.accepted_units.items():
        if name == analyte:
            ratio = float(np.log(stated / float(factor(analyte, code))))
            if abs(ratio) >= _SMALLEST_RATIO:
                found.append((code, ratio, accepted.handling is Handling.ACCEPT))
    return found


def _likely(others: list[tuple[str, float, bool]], apart: Numbers, usual: Texts, steady: bool) -> Texts:
    """The unit that explains each ratio: that of the patient's other results first, then a usual one,
    then the nearest, then the first by name; "" where none does."""
    found = np.full(len(apart), "", dtype=object)
    best = np.full(len(apart), np.inf)
    for code, ratio, accepted in sorted(others):
        is_usual = usual == code
        distance = np.abs(apart - ratio)
        near = distance <= np.where(steady | is_usual, _NEAR, _VERY_NEAR)
        rank = np.where(is_usual, 0, _RANK_UNUSUAL) + (0 if accepted else _RANK_ASKED) + distance
        better = near & (rank < best)
        found[better], best[better] = code, rank[better]
    return found
