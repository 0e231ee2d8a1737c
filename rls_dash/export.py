"""Results and issues as CSV that a spreadsheet cannot mistake for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from rls_dash.schema import ISSUE_COLUMNS, RESULT_COLUMNS

# CWE-1236. Full-width forms too: spreadsheets fold them.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_NUMERIC = {"value", "reference_low", "reference_high", "source_row"}


def safe_cell(text: str) -> str:
    """Text that a spreadsheet shows as text: an apostrophe before what it would run."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def results_csv(results: pd.DataFrame) -> str:
    """results.csv with the columns of schema.RESULT_COLUMNS."""
    return _csv(results, RESULT_COLUMNS)


def issues_csv(issues: pd.DataFrame) -> str:
    """issues.csv with the columns of schema.ISSUE_COLUMNS."""
    return _csv(issues, ISSUE_COLUMNS)


def write_results(results: pd.DataFrame, path: Path) -> None:
    """Write results.csv where the user asked."""
    path.write_text(results_csv(results), encoding="utf-8", newline="")


def write_issues(issues: pd.DataFrame, path: Path) -> None:
    """Write issues.csv where the user asked."""
    path.write_text(issues_csv(issues), encoding="utf-8", newline="")


def _csv(frame: pd.DataFrame, columns: list[str]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(_rows(frame, columns))
    return out.getvalue()


def _rows(frame: pd.DataFrame, columns: list[str]) -> Iterator[Iterable[str]]:
    formatted = [[_format(name, cell) for cell in frame[name]] for name in columns]
    return iter(zip(*formatted, strict=True)) if formatted else iter(())


def _format(name: str, cell: object) -> str:
    if cell is pd.NA or cell is None or cell != cell:  # NaN differs from itself
        return ""
    if name in _NUMERIC:
        return _number(cell) if isinstance(cell, float) else str(cell)
    # A censored value such as "<5" or a lone comparator starts no formula and stays as it is.
    return safe_cell(str(cell))


def _number(value: float) -> str:
    """The shortest decimal text of a number, without an exponent: 75, 147.559221962."""
    text = f"{value:.9f}".rstrip("0").rstrip(".")
    return text or "0"
