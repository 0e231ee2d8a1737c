"""The results of all files put together: repeats counted once, corrections in place, in order when read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from rls_dash.ingest.encoded import Mask
from rls_dash.model import Severity, Status
from rls_dash.normalise.assembled import Columns, Draws, draws, in_order, together
from rls_dash.normalise.duplicates import deduplicate
from rls_dash.normalise.people import identity_conflicts
from rls_dash.normalise.witnesses import issues_of
from rls_dash.schema import empty_issues

_PLACE = "_place"


@dataclass(frozen=True)
class Merged:
    """Results that stand, and what was taken out of them.

    They are put in order and into a frame when somebody reads them: a count or an export of issues does
    not pay for that.
    """

    columns: Columns  # in the order of files and lines
    issues: pd.DataFrame = field(default_factory=empty_issues)
    duplicates: dict[str, int] = field(default_factory=dict)  # rows by file
    set_aside: dict[str, int] = field(default_factory=dict)  # rows by file, replaced or taken back later
    held: dict[str, int] = field(default_factory=dict)  # rows by file that wait for an answer

    @cached_property
    def _ordered(self) -> Columns:
        return self.columns.take(in_order(self.columns)) if len(self.columns) else self.columns

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The results by patient, analyte, time, file and line."""
        return self._ordered.frame()

    @cached_property
    def offsets(self) -> dict[str, tuple[int, int]]:
        """Patient, sorted → (first row, row after the last) of the frame."""
        if not len(self.columns):
            return {}
        patient = self._ordered.texts("patient_id")
        starts = np.flatnonzero(np.diff(patient.codes, prepend=-1))
        stops = [*starts[1:].tolist(), len(patient)]
        names = patient.take(starts).rows().to_pylist()
        found: dict[str, tuple[int, int]] = {}
        # Two words of one patient (of two files) stand side by side and are one.
        for name, start, stop in zip(names, starts.tolist(), stops, strict=True):
            found[name] = (found.get(name, (start, 0))[0], stop)
        return found


def merge(parts: Sequence[Columns], withdrawn: pd.DataFrame) -> Merged:
    """The results of all files, each once.

    Only rows that share their draw with another, that correct one, or whose patient had something withdrawn
    need the slow comparison; they are few.
    """
    if not parts:
        return Merged(Columns({}))
    columns = together(parts)
    found = draws(columns)
    places = np.flatnonzero(_compared(columns, found, withdrawn))
    if not len(places):
        return Merged(columns)
    compared = columns.take(places)
    order = in_order(compared)
    places = places[order]
    judged = deduplicate(compared.take(order).frame().assign(**{_PLACE: places}), withdrawn)
    standing = judged.results[_PLACE].to_numpy()
    kept = np.ones(len(columns), dtype=bool)
    kept[places] = False
    kept[standing] = True
    remarked = columns.with_texts("notes", standing, judged.results["notes"].to_list())
    return Merged(remarked.take(kept), judged.issues, judged.duplicates, judged.set_aside, dict(judged.held))


def _compared(columns: Columns, found: Draws, withdrawn: pd.DataFrame) -> Mask:
    corrected = columns.texts("status").where(lambda word: word == Status.CORRECTED)
    if withdrawn.empty:
        return np.asarray(found.repeated | corrected, dtype=bool)
    patients = set(withdrawn["patient_id"])
    concerned = columns.texts("patient_id").where(patients.__contains__)
    return np.asarray(found.repeated | corrected | concerned, dtype=bool)


def hold_conflicts(merged: Merged, people: Iterable[tuple[str, ...]]) -> Merged:
    """The results without those of ids under which the files name two people; they are held."""
    conflicts = {one.patient_id: one.message for one in identity_conflicts(people)}
    if not (conflicts and len(merged.columns)):
        return merged
    concerned = merged.columns.texts("patient_id").where(conflicts.__contains__)
    rows = np.flatnonzero(concerned)
    ids = merged.columns.texts("patient_id").take(rows).rows().to_pylist()
    codes, messages = ["identity_conflict"] * len(rows), [conflicts[one] for one in ids]
    issues = issues_of(merged.columns, rows, Severity.HELD, codes, messages)
    held = dict(merged.held)
    for name, count in issues["source_file"].value_counts().items():
        held[str(name)] = held.get(str(name), 0) + int(count)
    together = pd.concat([merged.issues, issues], ignore_index=True)
    return replace(merged, columns=merged.columns.take(~concerned), issues=together, held=held)
