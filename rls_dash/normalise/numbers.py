"""The number of every row: text, comparator and in-cell unit, read with the file's decimal mark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rls_dash.ingest.formats import Role
from rls_dash.model import Severity
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.texts import Numbers, Texts, asked_for, distinct, map_texts, sentence, spread
from rls_dash.normalise.values import Decimals, Value, decimal_mark, parse_comparator, parse_value

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
    decimals = decimal_mark(cell for (cell,) in found)
    if decimals not in (Decimals.POINT, Decimals.COMMA) and draft.options.decimal:
        decimals = draft.options.decimal  # an answer never overrules what the file itself proves
    # Rows of other tests prove the mark too, but their values are nobody's business.
    needed = asked_for(draft.log.usable, index, len(found))
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
    """The value cell, or the numeric column beside it where the value is empty."""
    text, beside = draft.cells(Role.VALUE), draft.cells(Role.VALUE_NUMBER)
    empty = map_texts(text, lambda cell: parse_value(cell, Decimals.POINT).problem == "no_value")
    return np.where(empty.astype(bool) & (beside != ""), beside, text)


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
