"""The same result twice: exact repeats counted once, corrected results in place of what they correct."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rls_dash.model import Severity, Status
from rls_dash.normalise.texts import Mask
from rls_dash.schema import ISSUE_DTYPES, ISSUE_EXTRA_DTYPES, empty_issues

_DRAW = ["patient_id", "analyte", "collected_on"]
_STANDING = "_standing"
_CONFLICT = "Another value is reported for the same patient, test and time. Both are shown."
_SAME = [*_DRAW, "comparator", "value", _STANDING]
# A report that stands higher replaces the lower ones of the same draw.
_STANDS = {Status.PRELIMINARY: 0, Status.NOT_STATED: 1, Status.FINAL: 1, Status.CORRECTED: 2}


@dataclass(frozen=True)
class Deduplicated:
    """Results that stand, and what was taken out or remarked, by source file."""

    results: pd.DataFrame
    issues: pd.DataFrame
    duplicates: dict[str, int]
    set_aside: dict[str, int]


def deduplicate(results: pd.DataFrame, withdrawn: pd.DataFrame) -> Deduplicated:
    """Keep one of each repeated result, replace what was corrected, and mark two values for one draw.

    Two rows repeat each other when patient, analyte, moment of collection, comparator, canonical value
    and standing agree: loading an overlapping export again changes nothing. A corrected result replaces
    a final one, a final one a preliminary one, and a withdrawal takes every report of its draw back.
    Different values for one draw are both kept and marked `conflicting_results`, never averaged.
    """
    if withdrawn.empty and not results.duplicated(_DRAW).any():  # the common case, and cheap to see
        return Deduplicated(results, empty_issues(), {}, {})
    ranked = results.assign(**{_STANDING: results["status"].map(_STANDS).astype("int64")})
    gone = _is_withdrawn(ranked, withdrawn)
    kept = ranked[~gone]
    replaced = (kept[_STANDING] < kept.groupby(_DRAW)[_STANDING].transform("max")).to_numpy(dtype=bool)
    current = kept[~replaced]
    repeated = current.duplicated(_SAME, keep="first").to_numpy()
    standing = current[~repeated].drop(columns=_STANDING).reset_index(drop=True)
    conflict = _conflicting(standing)
    notes = standing["notes"].where(~conflict, (standing["notes"] + " conflicting_results").str.strip())
    first = current.drop_duplicates(_SAME).set_index(_SAME)
    listed = [
        _issues(
            ranked[gone],
            Severity.SET_ASIDE,
            "withdrawn",
            "The laboratory took this result back in another row.",
        ),
        _issues(
            kept[replaced],
            Severity.SET_ASIDE,
            "superseded",
            "A later report of the same collection replaces this one.",
        ),
        _repeat_issues(current[repeated], first),
        _issues(standing[conflict], Severity.NOTE, "conflicting_results", _CONFLICT),
    ]
    return Deduplicated(
        results=standing.assign(notes=notes),
        issues=pd.concat(listed, ignore_index=True),
        duplicates=_count(current[repeated]),
        set_aside=_count(pd.concat([ranked[gone], kept[replaced]])),
    )


def _is_withdrawn(results: pd.DataFrame, withdrawn: pd.DataFrame) -> Mask:
    """Rows whose draw was withdrawn, unless they are the correction that came with it."""
    if withdrawn.empty:
        return np.zeros(len(results), dtype=bool)
    draws = set(withdrawn[_DRAW].itertuples(index=False, name=None))
    mine = results[_DRAW].itertuples(index=False, name=None)
    hit = np.fromiter((draw in draws for draw in mine), dtype=bool, count=len(results))
    return np.asarray(hit & (results[_STANDING] < _STANDS[Status.CORRECTED]).to_numpy(), dtype=bool)


def _conflicting(results: pd.DataFrame) -> pd.Series:
    repeated = results.duplicated(_DRAW, keep=False)
    if not repeated.any():
        return repeated
    signed = results["comparator"] + results["value"].astype(str)
    distinct = signed[repeated].groupby([results.loc[repeated, name] for name in _DRAW]).transform("nunique")
    return repeated & distinct.reindex(results.index, fill_value=1).gt(1)


def _repeat_issues(repeats: pd.DataFrame, first: pd.DataFrame) -> pd.DataFrame:
    origin = (
        first.loc[list(repeats[_SAME].itertuples(index=False, name=None)), ["source_file", "source_row"]]
        if len(repeats)
        else None
    )
    issues = _issues(repeats, Severity.NOTE, "duplicate", "")
    if origin is None:
        return issues
    places = [f"{name}, line {line}" for name, line in origin.itertuples(index=False, name=None)]
    return issues.assign(message=[f"The same result as {place}; it is counted once." for place in places])


def _issues(rows: pd.DataFrame, severity: Severity, code: str, message: str) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "source_file": rows["source_file"],
            "source_row": rows["source_row"],
            "severity": severity.value,
            "code": code,
            "column": "",
            "reported": rows["reported_value"],
            "message": message,
            "patient_id": rows["patient_id"],
            "analyte": rows["analyte"],
        }
    )
    return frame.astype(ISSUE_DTYPES | ISSUE_EXTRA_DTYPES).reset_index(drop=True)


def _count(rows: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(count) for name, count in rows["source_file"].value_counts().items()}
