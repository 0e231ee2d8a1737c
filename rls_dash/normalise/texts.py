"""Cells as they count: without what cannot be seen, and words as sentences."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from rls_dash.ingest.encoded import Encoded
from rls_dash.normalise.number_cells import INVISIBLE

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def visible(cell: str) -> str:
    """A cell without what cannot be seen at its ends, and with accents composed: two spellings of one id
    must not be two patients."""
    return unicodedata.normalize("NFC", cell).strip(INVISIBLE)


def visible_column(column: Encoded) -> Encoded:
    """A column with `visible` of every word."""
    composed = pc.utf8_normalize(column.words, form="NFC")
    return replace(column, words=pc.utf8_trim(composed, characters=INVISIBLE))


def sentence(text: str) -> str:
    """A detail as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""
