"""Builds results frames for the specifications from small ASCII tables."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from rls_dash.knowledge import Knowledge, load_knowledge
from rls_dash.normalise.units import convert
from rls_dash.schema import EXTRA_DTYPES, RESULT_DTYPES, empty_results

DEFAULTS = {
    "patient_id": "P1",
    "date": "2026-10-01",
    "unit": "",
    "low": "",
    "high": "",
    "lab": "",
    "status": "final",
    "notes": "",
    "lab_flag": "",
}


def knowledge() -> Knowledge:
    """The knowledge tables of the project."""
    return load_knowledge()


def results(table: str) -> pd.DataFrame:
    """Results from a table of `|`-separated columns: analyte and value, and any column of DEFAULTS.

    `value` and the interval `low` to `high` are in `unit`; an empty unit is the canonical one.
    """
    lines = [line for line in table.strip().splitlines() if line.strip()]
    header = [cell.strip() for cell in lines[0].split("|")]
    rows = []
    for line in lines[1:]:
        cells = dict(zip(header, (cell.strip() for cell in line.split("|")), strict=True))
        rows.append(_row({**DEFAULTS, **{name: cell for name, cell in cells.items() if cell}}, len(rows) + 2))
    frame = pd.DataFrame(rows, columns=list(RESULT_DTYPES | EXTRA_DTYPES))
    return frame.astype(empty_results().dtypes.to_dict())


def _row(cells: dict[str, str], line: int) -> dict[str, object]:
    analyte = cells["analyte"]
    canonical = load_knowledge().analytes[analyte].canonical_unit
    unit = cells["unit"] or canonical
    sign, number = re.fullmatch(r"([<>]=?)?\s*([\d.]+)", cells["value"]).groups()

    def in_canonical(text: str) -> float:
        return float(convert([float(text)], analyte, unit, canonical)[0]) if text else np.nan

    return {
        "patient_id": cells["patient_id"],
        "analyte": analyte,
        "collected_at": cells["date"].replace(" ", "T"),
        "comparator": sign or "",
        "value": in_canonical(number),
        "unit": canonical,
        "reported_test": analyte,
        "reported_code": "",
        "reported_value": cells["value"],
        "reported_unit": unit,
        "reference_low": in_canonical(cells["low"]),
        "reference_high": in_canonical(cells["high"]),
        "lab_flag": cells["lab_flag"],
        "status": cells["status"],
        "source_file": "labs.csv",
        "source_row": line,
        "collected_on": pd.Timestamp(cells["date"]),
        "has_time": " " in cells["date"],
        "unit_code": unit,
        "reported_number": float(number),
        "laboratory": cells["lab"],
        "reported_at": "",
        "relative": False,
        "notes": cells["notes"],
    }


def rows_with(note: str, rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    """(patient, analyte, value) of the rows that carry a note."""
    noted = rows[rows["notes"].str.split().map(lambda words: note in words)]
    return [tuple(map(str, row)) for row in noted[["patient_id", "analyte", "value"]].itertuples(index=False)]
