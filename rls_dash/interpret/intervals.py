"""The laboratory's own interval: a flag computed against the range printed beside each result."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.interpret import words
from rls_dash.model import Flag
from rls_dash.normalise.units import convert

CLINIC_INTERVAL = "clinic_interval"  # note on a row whose interval is the clinic's, not the printed one
_POSITION = {
    Flag.LOW.value: "below",
    Flag.NORMAL.value: "inside",
    Flag.HIGH.value: "above",
    Flag.INDETERMINATE.value: "censored, cannot be placed against",
}


def interval_flags(rows: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Flag values against reference_low and reference_high [unit]; one-sided intervals work.

    Both ends belong to the interval. A censored result is placed only where every possible value lies.
    """
    value = rows["value"].to_numpy(dtype=float)
    sign = rows["comparator"].to_numpy(dtype=object)
    low = rows["reference_low"].to_numpy(dtype=float)
    high = rows["reference_high"].to_numpy(dtype=float)
    no_low, no_high = np.isnan(low), np.isnan(high)
    open_low, open_high = np.isin(sign, ["<", "<="]), np.isin(sign, [">", ">="])
    with np.errstate(invalid="ignore"):
        under = ~open_high & ((value < low) | ((sign == "<") & (value == low)))
        over = ~open_low & ((value > high) | ((sign == ">") & (value == high)))
        inside = (no_low | (~open_low & (value >= low))) & (no_high | (~open_high & (value <= high)))
    flags = np.full(len(rows), Flag.INDETERMINATE.value, dtype=object)
    flags[inside] = Flag.NORMAL.value
    flags[under] = Flag.LOW.value
    flags[over] = Flag.HIGH.value
    flags[no_low & no_high] = Flag.NOT_ASSESSED.value
    return flags


def interval_text(analyte: str, low: float, high: float, unit: str, shown_unit: str) -> str:
    """An interval [unit, canonical] in another unit [UCUM]: "15 to 150 ng/mL", "from 3 ng/mL"."""
    ends = [words.plain(float(number)) for number in convert([low, high], analyte, unit, shown_unit)]
    if np.isnan(low):
        return f"up to {words.amount(ends[1], shown_unit)}"
    if np.isnan(high):
        return f"from {words.amount(ends[0], shown_unit)}"
    return f"{ends[0]} to {words.amount(ends[1], shown_unit)}"


def interval_words(
    rows: pd.DataFrame, flags: npt.NDArray[np.object_], units: npt.NDArray[np.object_]
) -> npt.NDArray[np.object_]:
    """Position against the laboratory's interval in words, in the unit of the report."""
    texts = np.full(len(rows), "the laboratory gave no interval", dtype=object)
    keys = pd.DataFrame(
        {
            "analyte": rows["analyte"].to_numpy(dtype=object),
            "unit": rows["unit"].to_numpy(dtype=object),
            "shown": units,
            "low": rows["reference_low"].to_numpy(dtype=float),
            "high": rows["reference_high"].to_numpy(dtype=float),
            "flag": flags,
        }
    )
    given = keys[keys["flag"] != Flag.NOT_ASSESSED.value]
    for key, at in given.groupby(list(keys.columns), sort=False, dropna=False):
        analyte, unit, shown, low, high, flag = key
        text = interval_text(analyte, low, high, unit, shown)
        texts[at.index] = f"{_POSITION[flag]} the laboratory's interval, {text}"
    replaced = rows["notes"].fillna("").str.contains(CLINIC_INTERVAL, regex=False).to_numpy()
    texts[replaced] = [
        text.replace("the laboratory's interval", "the clinic's interval for this laboratory")
        for text in texts[replaced]
    ]
    return texts
