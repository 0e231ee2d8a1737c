"""Columns and dtypes of the frames that travel between the layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from rls_dash.model import Issue

# One row per usable result. `value`, `reference_low` and `reference_high` are in `unit`, the
# canonical UCUM code of the analyte; `reported_*` is the text of the file, untouched.
RESULT_DTYPES: dict[str, str] = {
    "patient_id": "str",
    "analyte": "str",
    "collected_at": "str",  # ISO 8601 as printed: date, or date and wall-clock time, offset kept
    "comparator": "str",  # "", "<", "<=", ">", ">="
    "value": "float64",
    "unit": "str",
    "reported_test": "str",
    "reported_code": "str",
    "reported_value": "str",
    "reported_unit": "str",
    "reference_low": "float64",
    "reference_high": "float64",
    "lab_flag": "str",
    "status": "str",
    "source_file": "str",
    "source_row": "int64",
}
RESULT_COLUMNS = list(RESULT_DTYPES)

# Columns the app needs beside the exported ones; they never leave in results.csv.
EXTRA_DTYPES: dict[str, str] = {
    "collected_on": "datetime64[us]",  # wall clock of collection, offset dropped: for order and plots
    "has_time": "bool",  # False: only the date was printed
    "unit_code": "str",  # UCUM code of the reported unit
    "reported_number": "float64",  # the number of the file, in `unit_code`
    "laboratory": "str",
    "reported_at": "str",  # when the laboratory reported it, as printed; decides between two corrections
    "relative": "bool",  # the time counts from a start nobody states: `collected_on` is no calendar date
    "notes": "str",  # codes of the notes on this row, blank-separated: "implausible conflicting_results"
}
EXTRA_COLUMNS = list(EXTRA_DTYPES)

ISSUE_DTYPES: dict[str, str] = {
    "source_file": "str",
    "source_row": "Int64",
    "severity": "str",
    "code": "str",
    "column": "str",
    "reported": "str",
    "message": "str",
}
ISSUE_COLUMNS = list(ISSUE_DTYPES)

# What the app needs beside the exported columns of an issue.
ISSUE_EXTRA_DTYPES: dict[str, str] = {"patient_id": "str", "analyte": "str"}


def text_column(cells: pa.Array | npt.NDArray[np.object_]) -> pd.Series:
    """A column of text out of Arrow memory, without a Python object per cell."""
    if not isinstance(cells, pa.Array):
        return pd.Series(cells, dtype="str")
    return pd.Series(pd.StringDtype(na_value=np.nan).__from_arrow__(cells))


def empty_results() -> pd.DataFrame:
    """A results frame with no rows and every column, exported and extra."""
    return pd.DataFrame(
        {name: pd.Series(dtype=kind) for name, kind in (RESULT_DTYPES | EXTRA_DTYPES).items()}
    )


def empty_issues() -> pd.DataFrame:
    """An issues frame with no rows."""
    return issues_frame(())


def issues_frame(issues: Sequence[Issue]) -> pd.DataFrame:
    """Issues as a frame, in the order given."""
    return issue_columns(
        {name: [getattr(issue, name) for issue in issues] for name in ISSUE_DTYPES | ISSUE_EXTRA_DTYPES}
    )


def issue_columns(columns: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """The columns of issues as a frame with their dtypes."""
    kinds = ISSUE_DTYPES | ISSUE_EXTRA_DTYPES
    typed = {
        name: text_column(pa.array(columns[name], type=pa.large_string()))
        if kind == "str"
        else pd.Series(pd.array(columns[name], dtype=kind))
        for name, kind in kinds.items()
    }
    return pd.DataFrame(typed, copy=False)
