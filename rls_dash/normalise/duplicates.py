"""The same result twice: exact repeats counted once, corrected results in place of what they correct."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.model import Severity, Status
from rls_dash.schema import ISSUE_DTYPES, empty_issues

_DRAW = ["patient_id", "analyte", "collected_at"]
_SAME = [*_DRAW, "comparator", "reported_number", "unit_code", "status"]


@dataclass(frozen=True)
class Deduplicated:
    """Results that stand, and what was taken out or remarked, by source file."""

    results: pd.DataFrame
    issues: pd.DataFrame
    duplicates: dict[str, int]
    superseded: dict[str, int]


def deduplicate(results: pd.DataFrame) -> Deduplicated:
    """Keep one of each repeated result, replace corrected ones, and mark two values for one draw.

    Two rows repeat each other when patient, analyte, time of collection, comparator, number, unit and
    status agree: loading an overlapping export again changes nothing. Different values for one draw
    are both kept and marked `conflicting_results`; they are never averaged.
    """
    if not results.duplicated(_DRAW).any():  # the common case, and cheap to see
        return Deduplicated(results, empty_issues(), {}, {})
    repeated = results.duplicated(_SAME, keep="first").to_numpy()
    first = results.drop_duplicates(_SAME).set_index(_SAME)
    duplicate_issues = _repeat_issues(results[repeated], first)
    kept = results[~repeated]
    replaced = _superseded(kept)
    superseded_issues = _issues(
        kept[replaced],
        Severity.SET_ASIDE,
        "superseded",
        "A corrected result of the same collection replaces this one.",
    )
    standing = kept[~replaced].reset_index(drop=True)
    conflict = _conflicting(standing)
    notes = standing["notes"].where(~conflict, (standing["notes"] + " conflicting_results").str.strip())
    conflict_issues = _issues(
        standing[conflict],
        Severity.NOTE,
        "conflicting_results",
        "Another value is reported for the same patient, test and time. Both are shown.",
    )
    return Deduplicated(
        results=standing.assign(notes=notes),
        issues=pd.concat([duplicate_issues, superseded_issues, conflict_issues], ignore_index=True),
        duplicates=_count(results[repeated]),
        superseded=_count(kept[replaced]),
    )


def _superseded(results: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Rows that a corrected result of the same draw replaces."""
    if not (results["status"] == Status.CORRECTED).any():
        return np.zeros(len(results), dtype=bool)
    corrected = (
        (results["status"] == Status.CORRECTED).groupby([results[name] for name in _DRAW]).transform("any")
    )
    return np.asarray(corrected & (results["status"] != Status.CORRECTED), dtype=bool)


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
        }
    )
    return frame.astype(ISSUE_DTYPES).reset_index(drop=True)


def _count(rows: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(count) for name, count in rows["source_file"].value_counts().items()}
