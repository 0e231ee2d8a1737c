"""Rows of one draw brought together, and rows computed from them put in the shape of results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.interpret import words
from rls_dash.interpret.latest import COMPUTED, CONFLICTING, WITHDRAWN, Row, day_of, records, reported_text
from rls_dash.knowledge import Analyte, Knowledge
from rls_dash.model import Status
from rls_dash.normalise.units import convert

COMPUTED_FROM = "computed_from"
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_DRAW = ["patient_id", "collected_at", "laboratory"]
_DOUBTS = ("implausible", "unit_suspect")  # notes that a computed result takes over from its inputs
_BLANK = (
    *("comparator", "reported_test", "reported_code", "reported_value", "reported_unit", "unit_code"),
    *("lab_flag", "reported_at"),
)


def same_draw(one: Row, other: Row) -> bool:
    """Whether two results are of one draw: patient, time of collection as printed, laboratory."""
    return all(one[name] == other[name] for name in _DRAW)


def days_between(one: Row, other: Row) -> float:
    """Days between two collections; of visits only the order is known, so only one visit is near itself."""
    if words.is_relative(day_of(one)) != words.is_relative(day_of(other)):
        return float("inf")
    apart = abs((day_of(one) - day_of(other)).days)
    by_visit = any(str(row["collected_at"]).startswith("visit") for row in (one, other))
    return float("inf") if apart and by_visit else apart


def nearness(one: Row, other: Row) -> tuple[float, timedelta]:
    """How near two collections are, the nearer the smaller: days, then hours."""
    return days_between(one, other), abs(one["collected_on"] - other["collected_on"])


def noted(rows: pd.DataFrame, codes: Sequence[str]) -> pd.Series:
    """Whether each row has one of these notes."""
    notes = rows["notes"].fillna("")
    found = pd.Series(False, index=rows.index)
    for code in codes:
        found |= notes.str.contains(rf"(?:^| ){code}(?: |$)")
    return found


def inputs(rows: pd.DataFrame) -> pd.DataFrame:
    """Exact, unwithdrawn results with a time, one a draw."""
    usable = ~rows["status"].isin(WITHDRAWN) & (rows["comparator"] == "") & rows["collected_on"].notna()
    usable &= ~noted(rows, (CONFLICTING,)) & rows["value"].notna()
    kept = rows[usable]
    return kept[~kept.duplicated(_DRAW, keep=False)]


def in_draws(rows: pd.DataFrame, others: pd.DataFrame) -> Mask:
    """Whether each row stands in the draw of one of the others."""
    if not len(others):
        return np.zeros(len(rows), dtype=bool)
    return np.asarray(pd.MultiIndex.from_frame(rows[_DRAW]).isin(pd.MultiIndex.from_frame(others[_DRAW])))


def partners(rows: pd.DataFrame, others: pd.DataFrame) -> Index:
    """Place in `others` of the row of the same draw, -1 for none."""
    found = rows[_DRAW].merge(others[_DRAW].assign(at=np.arange(len(others))), how="left", on=_DRAW)
    at: Index = found["at"].fillna(-1).to_numpy(dtype=np.int64)
    return at


def days(rows: pd.DataFrame) -> pd.MultiIndex:
    """Patient and day of each row."""
    return pd.MultiIndex.from_arrays([rows["patient_id"], rows["collected_on"].dt.normalize()])


def _moments(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([rows["patient_id"], rows["collected_on"]])


def has_reported(rows: pd.DataFrame, reported: pd.DataFrame | None) -> Mask:
    """Whether a reported result stands at the same moment, whatever its state or laboratory.

    Where one of the two was printed without a time of day, the same day is taken for the same moment.
    """
    if reported is None or not len(reported):
        return np.zeros(len(rows), dtype=bool)
    same = _moments(rows).isin(_moments(reported))
    undated = reported[~reported["has_time"]]
    same |= days(rows).isin(days(undated))
    same |= ~rows["has_time"].to_numpy(dtype=bool) & days(rows).isin(days(reported))
    return np.asarray(same, dtype=bool)


def possible(rows: pd.DataFrame, analyte: Analyte) -> Mask:
    """Values that a body can have; ranges of these analytes stand in their canonical unit."""
    low, high = float(analyte.impossible_low or 0), float(analyte.impossible_high or np.inf)
    return np.asarray(rows["value"].between(low, high), dtype=bool)


def in_unit(rows: pd.DataFrame, unit: str) -> Numbers:
    """Values of rows of one analyte in a unit [UCUM]."""
    if not len(rows):
        return np.array([], dtype=float)
    return convert(rows["value"].to_numpy(dtype=float), rows["analyte"].iloc[0], rows["unit"].iloc[0], unit)


def quoted(rows: pd.DataFrame, unit: str, knowledge: Knowledge) -> pd.Series:
    """Each result as reported, in `unit` where it was reported in another, with file and line."""
    if not len(rows):
        return series([])
    label = knowledge.analytes[rows["analyte"].iloc[0]].short_label
    columns = ["comparator", "value", "unit", "unit_code", "reported_number", "reported_value"]
    kind = rows.groupby(columns, sort=False, dropna=False).ngroup().to_numpy()
    _, first = np.unique(kind, return_index=True)
    distinct = rows.iloc[first]
    texts = []
    for row, number in zip(records(distinct[columns]), in_unit(distinct, unit), strict=True):
        same = (row["unit_code"] or row["unit"]) == unit
        again = "" if same else f" = {words.amount(words.plain(float(f'{number:.4g}')), unit)}"
        texts.append(f"{label} {reported_text(row)}{again}")
    lines = rows["source_row"].astype("str").reset_index(drop=True)
    files = rows["source_file"].reset_index(drop=True)
    return series(np.array(texts, dtype=object)[kind]) + " (" + files + ", line " + lines + ")"


def series(texts: Sequence[str] | npt.NDArray[np.object_]) -> pd.Series:
    """A column of text."""
    return pd.Series(texts, dtype="str")


def computed_rows(
    main: pd.DataFrame,
    sources: Sequence[pd.DataFrame],
    analyte: Analyte,
    value: Numbers,
    how: str,
    text: pd.Series,
) -> pd.DataFrame:
    """Computed rows in the place of their main inputs."""
    notes = series([f"{COMPUTED} {how}"] * len(main))
    preliminary, unsaid = (np.zeros(len(main), dtype=bool) for _ in range(2))
    for rows in sources:
        preliminary |= (rows["status"] == Status.PRELIMINARY.value).to_numpy()
        unsaid |= (rows["status"] == Status.NOT_STATED.value).to_numpy()
    low, high = float(analyte.plausible_low or 0), float(analyte.plausible_high or np.inf)
    doubts = {code: np.any([noted(rows, (code,)).to_numpy() for rows in sources], axis=0) for code in _DOUBTS}
    doubts["implausible"] = doubts["implausible"] | (value < low) | (value > high)
    for code, at in doubts.items():
        notes = notes.where(~at, notes + f" {code}")
    status = np.where(preliminary, Status.PRELIMINARY.value, Status.FINAL.value)
    rows = main.reset_index(drop=True)
    return rows.assign(
        **{name: series([""] * len(rows)) for name in _BLANK},
        analyte=series([analyte.analyte] * len(rows)),
        value=value,
        unit=series([analyte.canonical_unit] * len(rows)),
        reference_low=np.nan,
        reference_high=np.nan,
        reported_number=np.nan,
        status=series(np.where(unsaid & ~preliminary, Status.NOT_STATED.value, status).astype(object)),
        notes=notes,
        computed_from=text.reset_index(drop=True),
    )
