"""Moments that are certainly a collection, of a whole column at once; `dates` judges the others."""

from __future__ import annotations

from datetime import date

import numpy as np

from rls_dash.ingest.encoded import Mask
from rls_dash.normalise.dates import EARLIEST, LATEST, OLD, PLACEHOLDERS, SHIFTED
from rls_dash.normalise.iso_dates import Moments


def all_within(moments: Moments, first: date, last: date) -> bool:
    """Whether every moment is known and lies between two days: two passes in place of a dozen."""
    if not len(moments):
        return True
    since = moments.view(np.int64)  # NaT is the smallest of all
    return bool(since.min() >= _since(first) and since.max() < _since(last))


def certain(moments: Moments, as_of: date | None) -> Mask:
    """The moments that are certainly a collection: neither placeholder, nor too early, nor in the future."""
    start, end = _since(OLD), _since(min(as_of or LATEST, LATEST))
    # Nearly all lie between two days, which two passes show; only the others are looked at closely. As
    # numbers without a sign, what lies before the start lies far behind the end, and so does NaT.
    good: Mask = (moments.view(np.int64) - start).view(np.uint64) < np.uint64(max(end - start, 0))
    others = np.flatnonzero(~good)
    good[others] = _are_certain(moments[others], as_of)
    return good


def _since(day: date) -> int:
    return int(np.datetime64(day, "us").astype(np.int64))


def _are_certain(moments: Moments, as_of: date | None) -> Mask:
    good = moments >= np.datetime64(EARLIEST)
    for placeholder in PLACEHOLDERS:
        day = np.datetime64(placeholder)
        good &= (moments < day) | (moments >= day + 1)
    if as_of:
        future = np.datetime64(as_of) + 2
        good &= (moments < future) | (moments >= np.datetime64(f"{SHIFTED}-01-01"))
    good &= moments < np.datetime64(LATEST) + 1
    return np.asarray(good, dtype=bool)
