"""The columns of one file put together: results from the rows that nothing has blocked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rls_dash.ingest.formats import Role
from rls_dash.model import Status
from rls_dash.normalise.collection import collection_columns
from rls_dash.normalise.dates import DateOrder
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.intervals import interval_columns
from rls_dash.normalise.numbers import number_columns
from rls_dash.normalise.patients import patient_column, status_column
from rls_dash.normalise.plausibility import block_impossible, note_implausible
from rls_dash.normalise.reported_units import block_unusual, unit_columns
from rls_dash.normalise.texts import Mask, Texts
from rls_dash.normalise.values import Decimals
from rls_dash.schema import EXTRA_COLUMNS, EXTRA_DTYPES, RESULT_COLUMNS, RESULT_DTYPES, empty_results


@dataclass(frozen=True)
class Drafted:
    """The usable rows of one file as results, and what the file proved about its numbers and dates."""

    results: pd.DataFrame
    withdrawn: pd.DataFrame  # patient_id, analyte, collected_on of results the laboratory took back
    decimals: Decimals
    order: DateOrder


def draft_results(draft: Draft) -> Drafted:
    """Results in canonical units; every other row has been logged by then.

    The order of the steps decides which reason a row with several faults is given.
    """
    patient, status = patient_column(draft), status_column(draft)
    numbers = number_columns(draft)
    units = unit_columns(draft, numbers.cell_unit)
    taken_back = _taken_back(draft, status)
    collected = collection_columns(draft, taken_back)
    value = np.round(numbers.number * units.factor, 9)
    block_impossible(draft, value, numbers.number, units.code)
    block_unusual(draft, units)
    notes = note_implausible(draft, value)
    low, high = interval_columns(draft, units.factor, units.code)
    withdrawn = pd.DataFrame(
        {"patient_id": patient, "analyte": draft.analyte, "collected_on": collected.moment}
    )[taken_back].dropna()
    if not draft.log.usable.any():
        return Drafted(empty_results(), withdrawn, numbers.decimals, collected.order)
    columns = {
        "patient_id": patient,
        "analyte": draft.analyte,
        "collected_at": collected.iso,
        "comparator": numbers.comparator,
        "value": value,
        "unit": units.canonical,
        "reported_test": draft.cells(Role.TEST),
        "reported_code": draft.cells(Role.CODE),
        "reported_value": numbers.reported,
        "reported_unit": units.reported,
        "reference_low": low,
        "reference_high": high,
        "lab_flag": draft.cells(Role.LAB_FLAG),
        "status": status,
        "source_file": draft.rows.name,
        "source_row": draft.rows.frame["source_row"].to_numpy(),
        "collected_on": collected.moment,
        "has_time": collected.has_time,
        "unit_code": units.code,
        "reported_number": numbers.number,
        "laboratory": draft.cells(Role.LABORATORY),
        "notes": notes,
    }
    frame = pd.DataFrame(columns).loc[draft.log.usable, RESULT_COLUMNS + EXTRA_COLUMNS]
    results = frame.reset_index(drop=True).astype(RESULT_DTYPES | EXTRA_DTYPES)
    return Drafted(results, withdrawn, numbers.decimals, collected.order)


def _taken_back(draft: Draft, status: Texts) -> Mask:
    """Rows that take back an earlier report: withdrawn ones, and corrections that carry no number."""
    withdrawn = status == Status.ENTERED_IN_ERROR.value
    empty_correction = (status == Status.CORRECTED.value) & ~draft.log.usable
    return np.asarray((withdrawn | empty_correction) & (draft.analyte != ""), dtype=bool)
