"""The same result twice: exact repeats counted once, corrected results in place of what they correct."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.model import Severity, Status
from rls_dash.normalise.issued import issued, latest_of, surely_later
from rls_dash.normalise.repeats import numbered, twins
from rls_dash.schema import empty_issues, issue_columns

Mask = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int64]
Moments = npt.NDArray[np.datetime64]

DRAW = ["patient_id", "analyte", "collected_on"]
# A report that stands higher replaces the lower ones of the same draw.
_STANDS = {Status.PRELIMINARY: 0, Status.NOT_STATED: 1, Status.FINAL: 1, Status.CORRECTED: 2}
_CORRECTED = _STANDS[Status.CORRECTED]
_NEVER = np.datetime64("NaT", "us")
_CONFLICTING = "conflicting_results"


class _Outcome(IntEnum):
    """What becomes of a report."""

    STANDS = 0
    WITHDRAWN = 1
    SUPERSEDED = 2
    HELD = 3
    REPEAT = 4


_ISSUES = {
    _Outcome.WITHDRAWN: (
        *(Severity.SET_ASIDE, "withdrawn"),
        "The laboratory took this result back in another row.",
    ),
    _Outcome.SUPERSEDED: (
        *(Severity.SET_ASIDE, "superseded"),
        "A later report of the same collection replaces this one.",
    ),
    _Outcome.HELD: (
        *(Severity.HELD, "corrections_conflict"),
        "Two corrected results of this collection differ, and no time of issue says which is the later. "
        "Add the time of issue to the export, or leave only the valid row.",
    ),
}
# Column of an issue → column of the results.
_SAID = {
    "source_file": "source_file",
    "source_row": "source_row",
    "reported": "reported_value",
    "patient_id": "patient_id",
    "analyte": "analyte",
}
_LONE = "A corrected result whose original stands in none of the files. It is used."
_CONFLICT = "Another value is reported for the same patient, test and time. Both are shown."


@dataclass(frozen=True)
class Deduplicated:
    """Results that stand, and what was taken out or remarked, by source file."""

    results: pd.DataFrame
    issues: pd.DataFrame
    duplicates: dict[str, int]
    set_aside: dict[str, int]
    held: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Reports:
    """Reports as arrays: of which draw, with which result, of which standing, issued when."""

    draw: Index
    result: Index  # equal where draw, sign and value are the same
    standing: Index
    final: Mask
    first: Moments
    last: Moments

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.draw.max(initial=-1)) + 1

    @property
    def corrected(self) -> Mask:
        """Reports that correct another one."""
        return np.asarray(self.standing == _CORRECTED, dtype=bool)


def deduplicate(results: pd.DataFrame, withdrawn: pd.DataFrame) -> Deduplicated:
    """Keep one of each repeated result, replace what was corrected, and mark two values for one draw.

    `results` as in rls_dash.schema; it need only hold the rows whose draw (patient, analyte, moment of
    collection) is repeated, withdrawn or corrected. `withdrawn` names draws the laboratory took back, and
    with `reported_at` when it did.

    Two rows repeat each other when draw, comparator and value agree, be it in another unit: loading an
    overlapping export again changes nothing. A corrected result replaces a final one unless that was
    issued later, a final one a preliminary one; of two corrections that differ the one issued last
    stands, and both wait when nothing says which. A withdrawal takes every earlier report of its draw
    back. Different values for one draw are both kept and marked `conflicting_results`, never averaged.
    """
    if withdrawn.empty and not (results.duplicated(DRAW).any() or _are_corrected(results).any()):
        return Deduplicated(results, empty_issues(), {}, {})
    reports = _reports(results)
    outcome = np.zeros(len(results), dtype=np.int64)
    outcome[_are_withdrawn(results, reports, withdrawn)] = _Outcome.WITHDRAWN
    lone = reports.corrected & (outcome == _Outcome.STANDS) & ~_has(~reports.corrected, reports)
    outcome[_are_replaced(reports, outcome == _Outcome.STANDS)] = _Outcome.SUPERSEDED
    _settle_corrections(reports, outcome)
    twin = twins(results, reports.result, outcome == _Outcome.STANDS)
    outcome[twin >= 0] = _Outcome.REPEAT
    stands = outcome == _Outcome.STANDS
    conflict = stands & _has_two_values(reports, stands)
    standing = results[stands].reset_index(drop=True)
    if conflict.any():
        marked = conflict[stands]
        notes = (standing["notes"] + f" {_CONFLICTING}").str.strip()
        standing = standing.assign(notes=standing["notes"].where(~marked, notes))
    counts = [
        _count(results, np.isin(outcome, kinds))
        for kinds in (
            [_Outcome.REPEAT],
            [_Outcome.WITHDRAWN, _Outcome.SUPERSEDED],
            [_Outcome.HELD],
        )
    ]
    return Deduplicated(standing, _listed(results, outcome, twin, lone, conflict), *counts)


def _are_corrected(results: pd.DataFrame) -> pd.Series:
    return results["status"] == Status.CORRECTED.value


def _reports(results: pd.DataFrame) -> _Reports:
    first, last = issued(_reported_at(results))
    word, words = pd.factorize(results["status"])
    standing = np.array([_STANDS[Status(status)] for status in words] or [0], dtype=np.int64)
    draw = results.groupby(DRAW, sort=False).ngroup().to_numpy(dtype=np.int64)
    known = np.array([status == Status.FINAL.value for status in words] or [False])
    return _Reports(draw, numbered(results, draw), standing[word], known[word], first, last)


def _reported_at(rows: pd.DataFrame) -> pd.Series:
    return rows["reported_at"] if "reported_at" in rows else pd.Series([""] * len(rows), dtype="str")


def _has(mask: Mask, reports: _Reports) -> Mask:
    """Whether the draw of each report has one of `mask`."""
    found = np.zeros(reports.draws, dtype=bool)
    found[reports.draw[mask]] = True
    return np.asarray(found[reports.draw], dtype=bool)


def _are_withdrawn(results: pd.DataFrame, reports: _Reports, withdrawn: pd.DataFrame) -> Mask:
    """Reports of a draw that was taken back, unless they correct it or were issued after that."""
    if withdrawn.empty:
        return np.zeros(len(results), dtype=bool)
    first, last = issued(_reported_at(withdrawn))
    known = withdrawn[DRAW].assign(first=first, last=last, timed=~np.isnat(first))
    spans = known.groupby(DRAW, as_index=False).agg(
        first=("first", "max"), last=("last", "max"), timed=("timed", "all")
    )
    found = results[DRAW].merge(spans, how="left", on=DRAW)
    hit = found["timed"].notna().to_numpy()
    timed = (found["timed"] == True).to_numpy()  # noqa: E712 - a missing one is neither
    taken_first, taken_last = (
        np.where(timed, found[end].to_numpy(dtype="datetime64[us]"), _NEVER) for end in ("first", "last")
    )
    corrects = reports.corrected & ~surely_later(taken_first, reports.last)
    return np.asarray(hit & ~corrects & ~surely_later(reports.first, taken_last), dtype=bool)


def _are_replaced(reports: _Reports, among: Mask) -> Mask:
    """Reports that a higher one of the same draw replaces.

    A final report issued after a correction is not replaced: it may correct it in turn.
    """
    highest = np.full(reports.draws, -1, dtype=np.int64)
    np.maximum.at(highest, reports.draw[among], reports.standing[among])
    lower = among & (reports.standing < highest[reports.draw])
    corrected = among & reports.corrected
    if not (lower & reports.final).any() or not corrected.any():
        return lower
    corrected_at = np.full(reports.draws, np.datetime64(0, "us"))
    np.maximum.at(corrected_at, reports.draw[corrected], reports.last[corrected])  # NaT stays NaT
    later = surely_later(reports.first, corrected_at[reports.draw])
    return lower & ~(reports.final & later & _has(corrected, reports))


def _settle_corrections(reports: _Reports, outcome: Index) -> None:
    """Of corrections that differ all but the last are replaced; all wait where nothing says which is last."""
    rows = np.flatnonzero(reports.corrected & (outcome == _Outcome.STANDS))
    table = pd.DataFrame({"draw": reports.draw[rows], "result": reports.result[rows], "row": rows})
    differ = table[table.groupby("draw")["result"].transform("nunique") > 1]
    for _, places in differ.groupby("draw")["row"]:
        found = places.to_numpy()
        result = reports.result[found]
        last = latest_of(reports.first[found], reports.last[found], result)
        outcome[found] = _Outcome.HELD if last is None else _Outcome.SUPERSEDED
        outcome[found[result == last]] = _Outcome.STANDS


def _has_two_values(reports: _Reports, among: Mask) -> Mask:
    """Whether the draw of each report has more than one result; repeats are out by then."""
    times = np.bincount(reports.draw[among], minlength=reports.draws)
    return np.asarray(times[reports.draw] > 1, dtype=bool)


def _listed(results: pd.DataFrame, outcome: Index, twin: Index, lone: Mask, conflict: Mask) -> pd.DataFrame:
    """The issues of all reports, by kind."""
    parts: list[tuple[Index, Severity, str, str | Sequence[str]]] = []
    for kind, (severity, code, message) in _ISSUES.items():
        parts.append((np.flatnonzero(outcome == kind), severity, code, message))
    parts.append((np.flatnonzero(lone), Severity.NOTE, "correction_alone", _LONE))
    repeats = np.flatnonzero(twin >= 0)
    parts.append((repeats, Severity.NOTE, "duplicate", _twin_messages(results, repeats, twin[repeats])))
    parts.append((np.flatnonzero(conflict), Severity.NOTE, _CONFLICTING, _CONFLICT))
    frames = [_issues(results, *part) for part in parts if len(part[0])]
    return pd.concat(frames, ignore_index=True) if frames else empty_issues()


def _twin_messages(results: pd.DataFrame, repeats: Index, first: Index) -> list[str]:
    if not len(repeats):
        return []
    unit = results["unit_code"]
    other = unit.iloc[repeats].to_numpy() != unit.iloc[first].to_numpy()
    places = zip(results["source_file"].iloc[first], results["source_row"].iloc[first], other, strict=True)
    return [
        f"The same result as {name}, line {line}{', in another unit' if differs else ''}; it is counted once."
        for name, line, differs in places
    ]


def _issues(
    results: pd.DataFrame, rows: Index, severity: Severity, code: str, message: str | Sequence[str]
) -> pd.DataFrame:
    # Built by columns: pandas takes ten times as long to choose, rename, assign and cast a frame of two rows.
    said: dict[str, Sequence[object]] = {
        name: results[source].to_numpy()[rows].tolist() for name, source in _SAID.items()
    }
    size = len(rows)
    messages = [message] * size if isinstance(message, str) else message
    return issue_columns(
        said
        | {"severity": [severity.value] * size, "code": [code] * size, "column": [""] * size}
        | {"message": messages}
    )


def _count(results: pd.DataFrame, mask: Mask) -> dict[str, int]:
    if not mask.any():
        return {}
    return {str(name): int(count) for name, count in results["source_file"][mask].value_counts().items()}
