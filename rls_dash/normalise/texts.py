"""Columns of text: every decision is made once per distinct text and spread over the rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Texts = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int64]


def distinct(*columns: Texts) -> tuple[Index, list[tuple[str, ...]]]:
    """(index of the distinct combination per row, the combinations)."""
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, found = pd.factorize(column)
        # Factorised again at each step, so that the product cannot outgrow 64 bits.
        combined, _ = pd.factorize(combined * max(len(found), 1) + codes)
    _, first = np.unique(combined, return_index=True)
    return combined, [tuple(str(column[position]) for column in columns) for position in first]


def spread(index: Index, answers: Sequence[object]) -> Texts:
    """One answer per distinct text, spread over the rows."""
    array = np.empty(len(answers), dtype=object)
    array[:] = answers
    return np.asarray(array[index]) if len(answers) else np.zeros(0, dtype=object)


def asked_for(mask: Mask, index: Index, size: int) -> Mask:
    """Which of `size` distinct texts stand in the rows of `mask`: only those are worth a closer look."""
    needed = np.zeros(size, dtype=bool)
    needed[index[mask]] = True
    return needed


def map_texts(column: Texts, function: Callable[[str], object]) -> Texts:
    """`function` of every cell, called once per distinct text."""
    index, found = distinct(column)
    return spread(index, [function(text) for (text,) in found])


def visible(cell: str) -> str:
    """A cell without what cannot be seen at its ends, and with accents composed: two spellings of one id
    must not be two patients."""
    return unicodedata.normalize("NFC", cell).strip(" \t\r\n\u00a0\u2007\u2009\u202f\u200b\u200c\u200d\ufeff")


def sentence(text: str) -> str:
    """A detail as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""
