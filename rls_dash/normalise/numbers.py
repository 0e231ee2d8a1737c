"""The number of every row: text, comparator and in-cell unit, read with the file's decimal mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from rls_dash.answers import Choice
from rls_dash.ingest.encoded import Encoded, Levels, choose, constant, encode, words_of
from rls_dash.ingest.formats import Role
from rls_dash.model import Comparator, Severity
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.issues import Problem
from rls_dash.normalise.texts import sentence
from rls_dash.normalise.values import (
    REMARKS,
    Decimals,
    Value,
    decimal_mark,
    is_missing,
    parse_comparator,
    parse_value,
)

_HELD = {"ambiguous_decimal", "zero_value"}
_ADVICE = {
    "ambiguous_decimal": " Say on the Import page which mark is decimal (--decimal), or export more digits.",
    "zero_value": " Look it up in the laboratory system; '<' and the measuring limit would be usable.",
}
_SIGNS = [sign.value for sign in Comparator]
_SIGN_UNKNOWN = Problem(
    "comparator_unknown",
    "This sign before the value is not known. Write it as the laboratory's report does: <, <=, > or >=.",
)
_SIGN_CONFLICT = Problem(
    "comparator_conflict",
    "The value and the column beside it carry different signs. Keep the one on the laboratory's report.",
)
_SHOWN = 5
# Whole numbers, and numbers whose point can only be a decimal one; a sign before them proves nothing else.
_PLAIN = re.compile(r"[<>]?[0-9]{1,9}(?:\.[0-9]{1,2})?", re.ASCII)


@dataclass(frozen=True)
class NumberColumns:
    """What the value cells of a file say."""

    reported: Encoded  # the cell, as printed
    number: Levels  # in the reported unit, NaN where the row is blocked; shares its codes with `reported`
    comparator: Encoded
    cell_unit: Encoded  # unit text inside the cell
    cell_flag: Encoded  # flag of the laboratory inside the cell
    decimals: Decimals


def number_columns(draft: Draft) -> NumberColumns:
    """The numbers of a file; rows without one are logged and blocked."""
    text = _value_text(draft)
    usable = draft.log.usable
    needed = text.used if usable.all() else text.take(usable).used
    proven = _decimals(text, needed)
    decimals = proven
    if proven not in (Decimals.POINT, Decimals.COMMA) and draft.answers.decimal:
        decimals = Decimals(draft.answers.decimal)  # an answer never overrules what the file itself proves
    sentinels = draft.rows.mapping.sentinels
    values = [
        parse_value(cell, _of_cell(cell, decimals, draft.rows.mapping.decimal), sentinels)
        if wanted
        else Value()
        for cell, wanted in zip(text.texts, needed, strict=True)
    ]
    role = Role.VALUE if draft.has(Role.VALUE) else Role.VALUE_NUMBER
    draft.log.block_each(text.codes, [_problem(value) for value in values], role)
    for code, message in REMARKS.items():
        said = np.array([code in value.notes for value in values], dtype=np.bool_)
        draft.log.note(text.spread(said), code, role, message)
    _ask(draft, [cell for cell, wanted in zip(text.texts, needed, strict=True) if wanted], proven)
    number = np.array([_float(value) for value in values], dtype=float)
    return NumberColumns(
        reported=text,
        number=Levels(text.codes, number),
        comparator=_comparator(draft, text, values),
        cell_unit=_beside(text, [value.unit for value in values]),
        cell_flag=_beside(text, [value.flag for value in values]),
        decimals=decimals,
    )


def _beside(text: Encoded, said: Sequence[str]) -> Encoded:
    """What else the cells say, as a column of few words of its own."""
    if not any(said):
        return constant("", len(text))
    found = encode(said)
    return Encoded(text.spread(found.codes), found.words)


def _decimals(text: Encoded, needed: np.ndarray) -> Decimals:
    """The mark that the needed cells prove; rows of other tests may prove it, but not dispute it."""
    found = _mark([cell for cell, wanted in zip(text.texts, needed, strict=True) if wanted])
    if found is not Decimals.UNPROVEN:
        return found
    elsewhere = _mark(text.texts)
    return Decimals.UNPROVEN if elsewhere is Decimals.CONTRADICTORY else elsewhere


def _mark(cells: Sequence[str]) -> Decimals:
    """`decimal_mark`, with the cells everybody writes looked at more quickly."""
    plain = [_PLAIN.fullmatch(cell) is not None for cell in cells]
    found = decimal_mark(cell for cell, easy in zip(cells, plain, strict=True) if not easy)
    if not any(easy and "." in cell for cell, easy in zip(cells, plain, strict=True)):
        return found
    return Decimals.POINT if found in (Decimals.POINT, Decimals.UNPROVEN) else Decimals.CONTRADICTORY


def _value_text(draft: Draft) -> Encoded:
    """The value cell; where it is empty the numeric column beside it, and then the text column."""
    text = draft.cells(Role.VALUE)
    for role in (Role.VALUE_NUMBER, Role.VALUE_TEXT):
        if draft.has(role):
            beside = draft.cells(role)
            text = choose(text.where(is_missing) & beside.where(bool), beside, text)
    return text


def _float(value: Value) -> float:
    return np.nan if value.number is None else float(value.number)


def _problem(value: Value) -> Problem | None:
    if not value.problem:
        return None
    severity = Severity.HELD if value.problem in _HELD else Severity.SET_ASIDE
    return Problem(value.problem, sentence(value.detail) + _ADVICE.get(value.problem, ""), severity)


def _of_cell(cell: str, decimals: Decimals, stated: str) -> Decimals:
    """The decimal mark of one cell: that of the file, else the one its format defines.

    A mark the format does not define came in on the way, so that it proves nothing of such a cell.
    """
    if decimals in (Decimals.POINT, Decimals.COMMA) or not stated:
        return decimals
    other = Decimals.COMMA if stated == Decimals.POINT else Decimals.POINT
    return decimals if other.value in cell else Decimals(stated)


def _ask(draft: Draft, cells_read: Sequence[str], proven: Decimals) -> None:
    """Ask for the decimal mark where a cell reads as two numbers, answered or not."""
    if proven in (Decimals.POINT, Decimals.COMMA):
        return
    stated = draft.rows.mapping.decimal
    waiting = (
        cell
        for cell in cells_read
        if ("," in cell or "." in cell)
        and parse_value(cell, _of_cell(cell, proven, stated)).problem == "ambiguous_decimal"
    )
    either = (cell for cell in waiting if not any(parse_value(cell, mark).problem for mark in _MARKS))
    cells = list(islice(either, _SHOWN))
    if not cells:
        return
    choices = [
        Choice(mark.value, label, tuple(f"{parse_value(cell, mark).number:f}" for cell in cells))
        for mark, label in _MARKS.items()
    ]
    question = "Does the mark in these numbers stand before decimals, or does it group thousands?"
    draft.log.ask("decimal", question, choices, "", cells, draft.log.blocked_by("ambiguous_decimal"))


_MARKS = {Decimals.POINT: "decimal point (4.5)", Decimals.COMMA: "decimal comma (4,5)"}


def _comparator(draft: Draft, text: Encoded, values: list[Value]) -> Encoded:
    """The comparator of the cell or of the column beside it; they must not disagree."""
    if not draft.has(Role.COMPARATOR):
        return Encoded(text.codes, words_of(value.comparator.value for value in values))
    in_cell = text.spread(np.array([_SIGNS.index(value.comparator) for value in values], dtype=np.int32))
    words = draft.cells(Role.COMPARATOR)
    known = [parse_comparator(word) for word in words.texts]
    draft.log.block_each(
        words.codes, [_SIGN_UNKNOWN if sign is None else None for sign in known], Role.COMPARATOR
    )
    beside = words.spread(np.array([_SIGNS.index(sign or "") for sign in known], dtype=np.int32))
    conflict = (beside != 0) & (in_cell != 0) & (beside != in_cell)
    draft.log.block(conflict, _SIGN_CONFLICT, Role.COMPARATOR)
    return Encoded(np.where(in_cell == 0, beside, in_cell).astype(np.int32), words_of(_SIGNS))
