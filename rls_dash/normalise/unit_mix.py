"""Series of one patient that are reported in units of different size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rls_dash.ingest.encoded import Index
from rls_dash.normalise.series_check import Series, series_of
from rls_dash.normalise.units import factor


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
