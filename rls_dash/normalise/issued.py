"""When the laboratory issued a report: which of two reports of one collection is the later."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

Moments = npt.NDArray[np.datetime64]
Mask = npt.NDArray[np.bool_]

_HL7 = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?", re.ASCII)
_LONG_AGO = np.datetime64("0001-01-01", "us")
_DAY_ALONE = len("2025-03-05")
_LAST = timedelta(days=1) - timedelta(microseconds=1)


def issued(texts: pd.Series) -> tuple[Moments, Moments]:
    """(earliest, latest) moment at which each report can have been issued; NaT where that is not known.

    `texts`: ISO 8601 or HL7. A date alone spans its day. Offsets are dropped: the wall clock of one
    laboratory orders its reports.
    """
    words, found = pd.factorize(texts)
    spans = [_span(str(word)) for word in found]
    first = np.array([span[0] for span in spans] or [], dtype="datetime64[us]")
    last = np.array([span[1] for span in spans] or [], dtype="datetime64[us]")
    return first[words], last[words]


def _span(text: str) -> tuple[datetime | None, datetime | None]:
    match = _HL7.fullmatch(text.strip())
    if match:
        year, month, day, *clock = match.groups()
        text = f"{year}-{month}-{day}" + (f"T{':'.join(part for part in clock if part)}" if clock[0] else "")
    try:
        moment = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None, None
    return moment, moment + _LAST if len(text.strip()) <= _DAY_ALONE else moment


def surely_later(first: Moments, than_last: Moments) -> Mask:
    """Whether each report was certainly issued after another; False where either time is not known."""
    return np.asarray(first > than_last, dtype=bool)  # NaT compares as False


def latest_of(first: Moments, last: Moments, result: npt.NDArray[np.int64]) -> int | None:
    """The result whose report was issued after those of all other results; None where nothing proves it."""
    best = int(np.argmax(np.where(np.isnat(first), _LONG_AGO, first)))
    others = last[result != result[best]]
    sure = surely_later(np.repeat(first[best], len(others)), others).all()
    return int(result[best]) if sure else None
