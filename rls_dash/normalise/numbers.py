"""The number of every row: text, comparator and in-cell unit, read with the file's decimal mark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rls_dash.ingest.formats import Role
from rls_dash.model import Severity
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.texts import Numbers, Texts, asked_for, distinct, map_texts, sentence, spread
from rls_dash.normalise.values import Decimals, Value, decimal_mark, is_missing, parse_comparator, parse_value

_HELD = {"ambiguous_decimal", "zero_value"}
_ADVICE = {
    "ambiguous_decimal": " Say which decimal mark the file uses (--decimal), or export it with more digits.",
    "zero_value": " Look it up in the laboratory system; '<' and the measuring limit would be usable.",
}
_UNKNOWN_SIGN = "?"


@dataclass(frozen=True)
class NumberColumns:
    """What the value cells of a file say."""

    reported: Texts  # the cell, as printed
    number: Numbers  # in the reported unit; NaN where the row is blocked
    comparator: Texts
    cell_unit: Texts  # unit text inside the cell
    decimals: Decimals


def number_columns(draft: Draft) -> NumberColumns:
    """The numbers of a file; rows without one are logged and blocked."""
    text = _value_text(draft)
    index, found = distinct(text)
    needed = asked_for(draft.log.usable, index, len(found))
    decimals = decimal_mark(cell for (cell,), wanted in zip(found, needed, strict=True) if wanted)
    if decimals is Decimals.UNPROVEN:  # rows of other tests may prove it, but not dispute it
        elsewhere = decimal_mark(cell for (cell,) in found)
        decimals = Decimals.UNPROVEN if elsewhere is Decimals.CONTRADICTORY else elsewhere
    if decimals not in (Decimals.POINT, Decimals.COMMA) and draft.answers.decimal:
        decimals = Decimals(draft.answers.decimal)  # an answer never overrules what the file itself proves
    values = [
        parse_value(cell, decimals) if wanted else Value()
        for (cell,), wanted in zip(found, needed, strict=True)
    ]
    role = Role.VALUE if draft.has(Role.VALUE) else Role.VALUE_NUMBER
    draft.log.block_each(
        spread(index, [value.problem for value in values]),
        spread(index, [_severity(value) for value in values]),
        spread(index, [_message(value) for value in values]),
        role,
    )
    return NumberColumns(
        reported=text,
        number=spread(index, [_float(value) for value in values]).astype(float),
        comparator=_comparator(draft, spread(index, [value.comparator.value for value in values])),
        cell_unit=spread(index, [value.unit for value in values]),
        decimals=decimals,
    )


def _value_text(draft: Draft) -> Texts:
    """The value cell; where it is empty the numeric column beside it, and then the text column."""
    text = draft.cells(Role.VALUE)
    for role in (Role.VALUE_NUMBER, Role.VALUE_TEXT):
        beside = draft.cells(role)
        text = np.where(map_texts(text, is_missing).astype(bool) & (beside != ""), beside, text)
    return text


def _float(value: Value) -> float:
    return np.nan if value.number is None else float(value.number)


def _severity(value: Value) -> str:
    return (Severity.HELD if value.problem in _HELD else Severity.SET_ASIDE).value


def _message(value: Value) -> str:
    return sentence(value.detail) + _ADVICE.get(value.problem, "")


def _comparator(draft: Draft, in_cell: Texts) -> Texts:
    """The comparator of the cell or of the column beside it; they must not disagree."""
    beside = map_texts(draft.cells(Role.COMPARATOR), _sign)
    message = "This sign before the value is not known."
    unknown = beside == _UNKNOWN_SIGN
    draft.log.block(unknown, Severity.SET_ASIDE, "comparator_unknown", Role.COMPARATOR, message)
    conflict = (beside != "") & (in_cell != "") & (beside != in_cell)
    message = "The value and the column beside it carry different signs."
    draft.log.block(conflict, Severity.SET_ASIDE, "comparator_conflict", Role.COMPARATOR, message)
    return np.where(in_cell == "", beside, in_cell)


def _sign(text: str) -> str:
    sign = parse_comparator(text)
    return _UNKNOWN_SIGN if sign is None else sign.value
