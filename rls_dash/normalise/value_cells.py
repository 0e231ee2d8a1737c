"""Which of several cells holds the number of a row, and whether the others dispute it.

Databases keep a number apart from what the laboratory printed: a numeric column cannot hold `<5`, and writes
5 or half of it. The sign in the text beside it is what makes it a limit, so that it is never passed over.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from rls_dash.ingest.encoded import Encoded, choose, combine
from rls_dash.ingest.formats import Role
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.issues import Problem
from rls_dash.normalise.number_cells import INVISIBLE, Cell, split_cell
from rls_dash.normalise.numerals import GAPS
from rls_dash.normalise.values import is_missing

_DISPUTED = Problem(
    "value_conflict",
    "The sign in the text of this result does not fit its number. Look the result up, and keep the one on "
    "the laboratory's report.",
)
_OTHER_TEXT = (
    "The text of this result holds another number. The one of the column before it is used; compare both "
    "with the laboratory's report."
)
_AGREED, _SIGNED, _SIGNED_ALIKE, _OTHER_SIGN, _OTHER_NUMBER = range(5)  # alike: with the same number


def value_cells(draft: Draft) -> Encoded:
    """The value cell; where it is empty the numeric column beside it, and then the text column.

    A text with a sign is taken in place of the number that stands for it; rows whose text has a sign that
    fits no number are set aside, and another number in the text is remarked on.
    """
    printed = draft.cells(Role.VALUE)
    number = printed
    if draft.has(Role.VALUE_NUMBER):
        beside = draft.cells(Role.VALUE_NUMBER)
        number = choose(printed.where(is_missing) & beside.where(bool), beside, printed)
    if not draft.has(Role.VALUE_TEXT):
        return number
    text = draft.cells(Role.VALUE_TEXT)
    if draft.has(Role.VALUE) or draft.has(Role.VALUE_NUMBER):
        stands_in = printed.where(is_missing)  # a number of the numeric column
        index, pairs = combine(number, text)
        said = np.array([_compare(*pair) for pair in pairs], dtype=np.int8)[index]
        signed = (said == _SIGNED_ALIKE) | ((said == _SIGNED) & stands_in)
        disputed = ((said == _SIGNED) & ~signed) | (said == _OTHER_SIGN)
        draft.log.block(disputed, _DISPUTED, Role.VALUE_TEXT)
        draft.log.note(said == _OTHER_NUMBER, "text_differs", Role.VALUE_TEXT, _OTHER_TEXT)
        number = choose(signed, text, number)
    return choose(number.where(is_missing) & text.where(bool), text, number)


def _compare(number: str, text: str) -> int:
    """What the text of a result says of the number beside it."""
    if not text or not number or number == text:
        return _AGREED
    one, other = split_cell(number.strip(INVISIBLE)), split_cell(text.strip(INVISIBLE))
    if one is None or other is None:
        return _AGREED
    if other.sign and not one.sign:
        return _SIGNED_ALIKE if _same(one, other) else _SIGNED
    if one.sign != other.sign:
        return _OTHER_SIGN
    return _AGREED if other.unit or _same(one, other) else _OTHER_NUMBER


def _same(one: Cell, other: Cell) -> bool:
    """Whether two cells hold one number, as far as the shorter of them is written out."""
    readings = [(a, b) for a in _readings(one.numeral) for b in _readings(other.numeral)]
    return any(abs(a - b) * 2 <= Decimal(1).scaleb(max(_exponent(a), _exponent(b))) for a, b in readings)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _readings(numeral: str) -> list[Decimal]:
    """A numeral with each of its marks as the decimal one."""
    bare = numeral.translate({ord(gap): None for gap in GAPS})
    texts = {bare.replace(",", ""), bare.replace(".", "").replace(",", ".")}
    return [Decimal(text) for text in texts if text.count(".") <= 1 and text.strip(".")]
