"""What the results of a patient say about one another once all files are together: remarks, no blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rls_dash.ingest.encoded import Index
from rls_dash.knowledge import Knowledge
from rls_dash.model import Severity
from rls_dash.normalise.assembled import Columns, numbers
from rls_dash.normalise.series_check import Series, remarks
from rls_dash.normalise.unit_mix import mixed_rows, unit_changes
from rls_dash.schema import empty_issues, issue_columns


@dataclass(frozen=True)
class Witnessed:
    """Results with the remarks of their series among their notes, and those remarks as issues."""

    columns: Columns
    issues: pd.DataFrame


def witnessed(columns: Columns, knowledge: Knowledge) -> Witnessed:
    """Remark on results that stand out of their patient's series, and on series of several units."""
    series = _series(columns)
    found = remarks(series, knowledge)
    rows = np.asarray(found.row, dtype=np.int64)
    issues = [issues_of(columns, rows, Severity.NOTE, found.code, found.message)] if len(rows) else []
    mixed = mixed_rows(series)
    if len(mixed):
        changes = unit_changes(columns.take(mixed).frame())
        first = mixed[changes["row"].to_numpy()]
        issues.append(
            issues_of(
                columns, first, Severity.NOTE, ["unit_changed"] * len(first), changes["message"].to_list()
            )
        )
    before = columns.texts("notes").take(rows).rows().to_pylist()
    said = [f"{one} {code}".strip() for one, code in zip(before, found.code, strict=True)]
    remarked = columns.with_texts("notes", rows, said) if len(rows) else columns
    return Witnessed(remarked, pd.concat(issues, ignore_index=True) if issues else empty_issues())


def _series(columns: Columns) -> Series:
    patient, _ = numbers(columns.texts("patient_id"))
    analyte, unit = columns.texts("analyte").distinct(), columns.texts("unit_code").distinct()
    exact = columns.texts("comparator").where(lambda sign: not sign)
    value = columns.numbers("value")
    if not exact.all():
        value = np.where(exact, value, np.nan)
    return Series(
        patient,
        analyte.codes,
        analyte.texts,
        unit.codes,
        unit.texts,
        value,
    )


def issues_of(
    columns: Columns, rows: Index, severity: Severity, codes: Sequence[str], messages: Sequence[str]
) -> pd.DataFrame:
    """Issues about some of the results."""
    taken = columns.take(rows)
    said = {
        "source_file": taken.texts("source_file").rows().to_pylist(),
        "source_row": taken.numbers("source_row"),
        "severity": [severity.value] * len(rows),
        "code": list(codes),
        "column": [""] * len(rows),
        "reported": taken.texts("reported_value").rows().to_pylist(),
        "message": list(messages),
        "patient_id": taken.texts("patient_id").rows().to_pylist(),
        "analyte": taken.texts("analyte").rows().to_pylist(),
    }
    return issue_columns(said)
