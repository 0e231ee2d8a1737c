"""The columns of one file put together: results from the rows that nothing has blocked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rls_dash.ingest.beside import beside
from rls_dash.ingest.encoded import DENSE, Encoded, Levels, Mask, choose, combine, constant, pair_up, words_of
from rls_dash.ingest.formats import Role
from rls_dash.model import Status
from rls_dash.normalise.assembled import Column, Columns
from rls_dash.normalise.collection import collection_columns, date_cells
from rls_dash.normalise.dates import DateOrder, DateRules, parse_collected
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.intervals import IntervalColumns, interval_columns
from rls_dash.normalise.named_units import block_contradicted
from rls_dash.normalise.numbers import NumberColumns, number_columns
from rls_dash.normalise.patients import patient_column, status_column
from rls_dash.normalise.people import People
from rls_dash.normalise.plausibility import Cases, block_impossible, note_implausible
from rls_dash.normalise.reported_units import UnitColumns, ask_for_units, block_unusual, unit_columns
from rls_dash.normalise.values import Decimals

_DECIMALS = 9


@dataclass(frozen=True)
class Drafted:
    """The usable rows of one file as results, and what the file proved about its numbers and dates."""

    results: Columns
    withdrawn: pd.DataFrame  # patient_id, analyte, collected_on of results the laboratory took back
    decimals: Decimals
    order: DateOrder
    people: People


def draft_results(draft: Draft) -> Drafted:
    """Results in canonical units; every other row has been logged by then.

    The order of the steps decides which reason a row with several faults is given.
    """
    dates = beside(date_cells, draft)
    patient, status = patient_column(draft), status_column(draft)
    numbers = number_columns(draft)
    units = _units(draft, numbers)
    taken_back = _taken_back(draft, status)
    collected = collection_columns(draft, dates.result(), taken_back)
    cases = _cases(draft, numbers, units)
    block_impossible(draft, cases)
    block_unusual(draft, units)
    interval = interval_columns(draft, units.code)
    low, high = _in_canonical_unit(interval, units)
    notes = _notes(note_implausible(draft, cases))
    reported = _reported_at(draft, status, collected.order)
    withdrawn = _withdrawn((patient, draft.analyte, reported), collected.moment, taken_back)
    columns: dict[str, Column] = {
        "patient_id": patient,
        "analyte": draft.analyte,
        "collected_at": collected.iso,
        "comparator": numbers.comparator,
        "value": Levels(cases.index, cases.value),
        "unit": units.canonical,
        "reported_test": draft.cells(Role.TEST),
        "reported_code": draft.cells(Role.CODE),
        "reported_value": numbers.reported,
        "reported_unit": units.reported,
        "reference_low": low,
        "reference_high": high,
        "lab_flag": _flag(draft, numbers.cell_flag),
        "status": status,
        "source_file": constant(draft.rows.name, len(draft)),
        "source_row": draft.rows.lines,
        "collected_on": collected.moment,
        "has_time": collected.has_time,
        "unit_code": units.code,
        "reported_number": numbers.number,
        "laboratory": draft.cells(Role.LABORATORY),
        "reported_at": reported,
        "relative": collected.relative,
        "notes": notes,
    }
    results = Columns(columns).take(draft.log.usable)
    return Drafted(results, withdrawn, numbers.decimals, collected.order, _people(draft, patient))


def _units(draft: Draft, numbers: NumberColumns) -> UnitColumns:
    unitless = draft.log.usable & draft.cells(Role.UNIT).where(_empty) & numbers.cell_unit.where(_empty)
    units = unit_columns(draft, numbers.cell_unit)
    block_contradicted(draft, numbers, units.code)
    ask_for_units(draft, unitless, numbers.reported)
    return units


def _cases(draft: Draft, numbers: NumberColumns, units: UnitColumns) -> Cases:
    """What the rows say of an amount: a million rows hold some ten thousand cases, each judged once."""
    # Up to as many possible cases as rows a table of them is looked up in place of counting row by row.
    most = max(DENSE, len(draft))
    index, (word, unit, analyte) = pair_up(numbers.reported, units.code, draft.analyte, at_most=most)
    number = numbers.number.levels.take(word)
    value = np.round(number * units.factor.take(unit), _DECIMALS)
    return Cases(index, value, number, Encoded(analyte, draft.analyte.words), Encoded(unit, units.code.words))


def _in_canonical_unit(interval: IntervalColumns, units: UnitColumns) -> tuple[Levels, Levels]:
    """The ends of the printed interval of every row."""
    size = len(interval.low)
    index, (place, unit) = pair_up(Encoded(interval.index, words_of([""] * size)), units.code)
    factor = units.factor.take(unit)
    low, high = (np.round(end.take(place) * factor, _DECIMALS) for end in (interval.low, interval.high))
    return Levels(index, low), Levels(index, high)


def _people(draft: Draft, patient: Encoded) -> People:
    about = (Role.PATIENT_NAME, Role.BIRTH_DATE, Role.SEX)
    if not any(draft.has(role) for role in about):
        return frozenset()
    _, found = combine(patient, *(draft.cells(role) for role in about))
    return frozenset((one, name, birth, sex) for one, name, birth, sex in found)


def _empty(cell: str) -> bool:
    return not cell


def _flag(draft: Draft, in_cell: Encoded) -> Encoded:
    """The laboratory's flag: of its own column, else the one behind the number."""
    beside = draft.cells(Role.LAB_FLAG)
    return choose(beside.where(_empty), in_cell, beside) if len(in_cell.words) > 1 else beside


def _notes(implausible: Mask) -> Encoded:
    if not implausible.any():
        return constant("", len(implausible))
    return Encoded(implausible.astype(np.int32), words_of(["", "implausible"]))


def _taken_back(draft: Draft, status: Encoded) -> Mask:
    """Rows that take back an earlier report: withdrawn ones, and corrections that carry no number."""
    withdrawn = status.where(lambda word: word == Status.ENTERED_IN_ERROR)
    empty_correction = status.where(lambda word: word == Status.CORRECTED) & ~draft.log.usable
    return np.asarray((withdrawn | empty_correction) & draft.analyte.where(bool), dtype=bool)


def _reported_at(draft: Draft, status: Encoded, order: DateOrder) -> Encoded:
    """When each result was reported: ISO text where it may decide between two reports, else as printed."""
    printed = draft.rows.cells(Role.REPORTED_AT)
    decides = status.where(lambda word: word in (Status.CORRECTED, Status.ENTERED_IN_ERROR))
    if not (draft.has(Role.REPORTED_AT) and decides.any()):
        return printed
    rules = DateRules(order)
    return printed.compact().map(lambda text: parse_collected(text, "", rules).iso or text)


def _withdrawn(texts: tuple[Encoded, Encoded, Encoded], moment: np.ndarray, taken_back: Mask) -> pd.DataFrame:
    rows = np.flatnonzero(taken_back & ~np.isnat(moment))
    return pd.DataFrame(
        {
            "patient_id": texts[0].take(rows).rows().to_pylist(),
            "analyte": texts[1].take(rows).rows().to_pylist(),
            "reported_at": texts[2].take(rows).rows().to_pylist(),
            "collected_on": moment[rows],
        }
    )
