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
Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

FEWEST = 3  # results of one patient and analyte; of two nobody knows which is the odd one
_SMALLEST_RATIO = np.log(1.5)  # nearer units are not told apart from biology
_NEAR = np.log(1.2)  # to a ratio of units, where the unit differs or nothing else moves the analyte so far
_VERY_NEAR = np.log(1.1)  # to a ratio of units, where treatment may explain it as well
_ALONE = 2.0  # times nearer to the median of the others than to the result itself
_ROUNDING = 1e-9  # five times is five times
_SLIPS = (10.0, 100.0, 1000.0)
_COLUMNS = ("row", "patient_id", "analyte", "code", "ratio", "likely_unit", "message")


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


def series_suspicions(results: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Results that stand out of their patient's series: row (position in `results`), patient_id, analyte,
    code (unit_suspect or delta), ratio, likely_unit and message.

    `results` as in rls_dash.schema. Notes only; no result is taken out.
    """
    found = remarks(series_of(results), knowledge)
    columns = {
        "row": found.row,
        "patient_id": results["patient_id"].to_numpy()[found.row],
        "analyte": results["analyte"].to_numpy()[found.row],
        "code": found.code,
        "ratio": found.ratio,
        "likely_unit": found.likely_unit,
        "message": found.message,
    }
    return pd.DataFrame(columns, columns=list(_COLUMNS))


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
    found: list[tuple[int, str, float, str, str]] = []
    which = series.analyte[odd.row] * len(series.units) + series.unit[odd.row]
    for pair in np.unique(which):
        analyte, unit = divmod(int(pair), len(series.units))
        rows = np.flatnonzero(which == pair)
        found += _explained(series, knowledge, series.analytes[analyte], series.units[unit], odd, rows)
    found.sort()
    return Remarks(
        row=np.array([one[0] for one in found], dtype=np.int64),
        code=[one[1] for one in found],
        ratio=np.array([one[2] for one in found], dtype=float),
        likely_unit=[one[3] for one in found],
        message=[one[4] for one in found],
    )


def _odd(series: Series, knowledge: Knowledge) -> _Odd:
    """Rows far enough from the others, or in another unit, to be worth an explanation."""
    delta, steady = (_folds(series, knowledge, kind) for kind in ("delta_fold", "steady_fold"))
    rows = np.flatnonzero(series.value > 0)
    group = series.patient[rows].astype(np.int64) * max(len(series.analytes), 1) + series.analyte[rows]
    order = np.argsort(group, kind="stable")
    rows, group = rows[order], group[order]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    if not len(starts):
        return _Odd(rows, np.zeros(0), rows, np.zeros(0, dtype=bool))
    sizes = np.diff(np.append(starts, len(rows)))
    logs = np.log(series.value[rows])
    span = np.maximum.reduceat(logs, starts) - np.minimum.reduceat(logs, starts)
    unit = series.unit[rows]
    mixed = np.maximum.reduceat(unit, starts) != np.minimum.reduceat(unit, starts)
    kind = series.analyte[rows[starts]]
    wide = span >= np.where(mixed, _SMALLEST_RATIO, np.minimum(delta[kind], steady[kind]))
    # Only series that spread so far are looked at closely: few of many.
    chosen = np.repeat((sizes >= FEWEST) & wide, sizes)
    rows, group, logs = rows[chosen], group[chosen], logs[chosen]
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


def _folds(series: Series, knowledge: Knowledge, kind: str) -> Numbers:
    """Logarithm of a fold of usual_changes.csv per analyte; infinite where it has none."""
    changes = [knowledge.usual_changes.get(name) for name in series.analytes]
    folds = [getattr(change, kind) if change else None for change in changes]
    return np.array([np.inf if fold is None else np.log(float(fold)) - _ROUNDING for fold in folds])


def _medians(logs: Numbers, group: Index) -> tuple[Numbers, Numbers]:
    """(median of the group, median of the group without the row itself); `group` is sorted.

    The logarithm of a median is the median of logarithms, but for the mean of the two in the middle.
    """
    order = np.lexsort((logs, group))
    ranked = logs[order]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(np.append(starts, len(group)))
    start, size = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    place = np.arange(len(group)) - start

    def middle(count: Index, without: Index) -> Numbers:
        """Median of `count` results, where the one at the place `without` is left out."""
        low, high = (count - 1) // 2, count // 2
        return np.asarray(
            (ranked[start + low + (without <= low)] + ranked[start + high + (without <= high)]) / 2
        )

    whole, others = np.empty(len(logs)), np.empty(len(logs))
    whole[order] = middle(size, size)
    others[order] = middle(size - 1, place)
    return whole, others


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
    series: Series, knowledge: Knowledge, analyte: str, unit: str, odd: _Odd, which: Index
) -> list[tuple[int, str, float, str, str]]:
    """(row, code, ratio, likely unit, message) of the odd rows of one analyte in one reported unit."""
    change = knowledge.usual_changes.get(analyte)
    steady = change is not None and change.steady_fold is not None
    fold = None if change is None else change.delta_fold
    delta = np.inf if fold is None else np.log(float(fold)) - _ROUNDING
    others = _other_units(knowledge, analyte, unit)
    found = []
    for place in which:
        row, apart = int(odd.row[place]), float(odd.log_ratio[place])
        usual = series.units[odd.usual_unit[place]] if odd.differs[place] else ""
        likely = _likely(others, apart, usual, steady)
        if likely:
            text = _MESSAGE_UNIT.format(ratio=_times(apart), unit=likely)
            found.append((row, "unit_suspect", float(np.exp(apart)), likely, text))
        elif abs(apart) >= delta:
            slip = any(abs(abs(apart) - np.log(step)) < _VERY_NEAR for step in _SLIPS)
            text = _MESSAGE_DELTA.format(ratio=_times(apart), slip=_MESSAGE_SLIP if slip else "")
            found.append((row, "delta", float(np.exp(apart)), "", text))
    return found


_MESSAGE_UNIT = (
    "This result is {ratio} the median of the patient's other results, as if it had been measured in {unit}. "
    "Check the unit in the laboratory report; the change may also be real. It is kept and marked."
)
_MESSAGE_DELTA = (
    "This result is {ratio} the median of the patient's other results.{slip} It may be real, for example "
    "after treatment; check the original. It is kept and marked."
)
_MESSAGE_SLIP = " A slip of the decimal point would explain it."


def _times(apart: float) -> str:
    ratio = float(np.exp(abs(apart)))
    return f"{ratio:.3g} times" if apart > 0 else f"1/{ratio:.3g} of"


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


def _likely(others: list[tuple[str, float, bool]], apart: float, usual: str, steady: bool) -> str:
    """The unit that explains a ratio: that of the patient's other results first, then a usual one."""
    near = [
        (code != usual, not accepted, abs(apart - ratio), code)
        for code, ratio, accepted in others
        if abs(apart - ratio) <= (_NEAR if steady or code == usual else _VERY_NEAR)
    ]
    return min(near)[-1] if near else ""


def unit_changes(results: pd.DataFrame) -> pd.DataFrame:
    """Analytes whose series mixes units of different size: source_file, analyte, row (the first of them in
    the file), units and message; one per file and analyte.

    `results` as in rls_dash.schema. `ng/mL` and `ug/L` are one unit under two names.
    """
    mixed = mixed_rows(series_of(results))
    frame = results.iloc[mixed][["source_file", "analyte", "unit_code"]].assign(row=mixed)
    of_analyte = frame.groupby("analyte")["unit_code"].unique()
    first = frame.drop_duplicates(["source_file", "analyte"])
    units = [" and ".join(sorted(of_analyte[analyte])) for analyte in first["analyte"]]
    message = [_MESSAGE_CHANGE.format(units=text) for text in units]
    return (
        first[["source_file", "analyte", "row"]].assign(units=units, message=message).reset_index(drop=True)
    )


_MESSAGE_CHANGE = (
    "Results of one patient are reported in {units}. All are converted to one unit; another unit often means "
    "another method, so compare across the change with care."
)


def mixed_rows(series: Series) -> Index:
    """Rows of the patients and analytes whose results are reported in units of different size, in order."""
    if not len(series.value):
        return np.zeros(0, dtype=np.int64)
    pair = series.analyte * len(series.units) + series.unit
    size = np.zeros(len(series.analytes) * len(series.units))
    of_analyte: dict[int, set[float]] = {}
    for known in np.flatnonzero(np.bincount(pair, minlength=len(size))):
        analyte, unit = divmod(int(known), len(series.units))
        size[known] = float(factor(series.analytes[analyte], series.units[unit]))
        of_analyte.setdefault(analyte, set()).add(size[known])
    if all(len(sizes) == 1 for sizes in of_analyte.values()):
        return np.zeros(0, dtype=np.int64)
    group = series.patient.astype(np.int64) * len(series.analytes) + series.analyte
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = size[pair[order]]
    mixed = np.maximum.reduceat(sizes, starts) != np.minimum.reduceat(sizes, starts)
    return np.sort(order[np.repeat(mixed, np.diff(np.append(starts, len(order))))])
