"""Results as plain columns on their way into one frame: put together, ordered, then handed to pandas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc

from rls_dash.ingest.encoded import Codes, Encoded, Index, Levels, Mask, encode, stack
from rls_dash.schema import EXTRA_DTYPES, RESULT_DTYPES, empty_results, text_column

_DTYPES = RESULT_DTYPES | EXTRA_DTYPES
_PACKED_BITS = 62
_INT32 = 2**31
_SECOND = 1_000_000  # us


Column = Encoded | Levels | npt.NDArray[np.generic]


@dataclass(frozen=True)
class Columns:
    """The columns of `schema` by name, as words or as numbers.

    They are chosen and put in order by number alone, and each is taken when it is read: most are read once,
    after the last choice (a million results lose a few rows twice and are put in order once: 0.1 s less).
    """

    by_name: dict[str, Column]
    rows: Index | None = None  # of `by_name`, in this order; None: all
    _read: dict[str, Column] = field(default_factory=dict, repr=False)
    # Numbers that repeat share their codes with texts, which are taken once: (before, after) by identity.
    _codes: dict[int, tuple[Codes, Codes]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        if self.rows is not None:
            return len(self.rows)
        return len(next(iter(self.by_name.values()))) if self.by_name else 0

    def column(self, name: str) -> Column:
        """A column as it stands in the rows that are meant."""
        if name not in self._read:
            self._read[name] = self._in_rows(self.by_name[name])
        return self._read[name]

    def _in_rows(self, column: Column) -> Column:
        if self.rows is None:
            return column
        if isinstance(column, np.ndarray) or (isinstance(column, Encoded) and column.plain):
            return column.take(self.rows)
        key = id(column.codes)
        if key not in self._codes:
            self._codes[key] = column.codes, column.codes.take(self.rows)
        return replace(column, codes=self._codes[key][1])

    def texts(self, name: str) -> Encoded:
        """A column of text."""
        column = self.column(name)
        assert isinstance(column, Encoded)  # noqa: S101 - by construction
        return column

    def numbers(self, name: str) -> npt.NDArray[Any]:
        """A column of numbers, one per row."""
        column = self.column(name)
        assert not isinstance(column, Encoded)  # noqa: S101 - by construction
        return column.rows() if isinstance(column, Levels) else column

    def with_texts(self, name: str, rows: Index, texts: Sequence[str]) -> Columns:
        """The same columns with other texts in some rows of one."""
        before = self.by_name[name]
        assert isinstance(before, Encoded)  # noqa: S101 - by construction
        words = encode([*before.texts, *texts])
        codes = words.codes[: len(before.words)][before.codes]
        codes[rows if self.rows is None else self.rows[rows]] = words.codes[len(before.words) :]
        read = {other: column for other, column in self._read.items() if other != name}
        return Columns(self.by_name | {name: Encoded(codes, words.words)}, self.rows, read, self._codes)

    def take(self, rows: Index | Mask) -> Columns:
        """The same columns in other rows, each at most once."""
        index: Index = np.flatnonzero(rows) if rows.dtype == bool else rows.astype(np.int64, copy=False)
        if rows.dtype == bool and len(index) == len(rows):
            return self
        return Columns(self.by_name, index if self.rows is None else self.rows[index])

    def frame(self) -> pd.DataFrame:
        """The columns as a frame with the dtypes of `schema`."""
        if not self.by_name:
            return empty_results()
        return pd.DataFrame(
            {
                name: text_column(column.rows())
                if isinstance(column, Encoded)
                else pd.Series(self.numbers(name), dtype=_DTYPES[name])
                for name, column in ((name, self.column(name)) for name in self.by_name)
            },
            copy=False,
        )


def together(parts: Sequence[Columns]) -> Columns:
    """The results of several files, one below the other."""
    if len(parts) == 1:
        return parts[0]
    names = parts[0].by_name
    return Columns({name: _below([part.column(name) for part in parts]) for name in names})


def _below(columns: Sequence[Column]) -> Column:
    texts = [column for column in columns if isinstance(column, Encoded)]
    if texts:
        return stack(texts)
    numbers = [column for column in columns if not isinstance(column, Encoded)]
    return np.concatenate([one.rows() if isinstance(one, Levels) else one for one in numbers])


@dataclass(frozen=True)
class Draws:
    """Which results share one draw: patient, analyte and time of collection."""

    keys: tuple[
        npt.NDArray[np.signedinteger], ...
    ]  # per row; rows of one draw agree in all, and sort by the last key first
    repeated: Mask  # rows whose draw has more than one result


def draws(columns: Columns, sorted_words: bool = False) -> Draws:
    """The draw of every result; `sorted_words`: keys sort as patients and analytes do."""
    patient, patients = numbers(columns.texts("patient_id"), sorted_words)
    analyte, analytes = numbers(columns.texts("analyte"), sorted_words)
    moment = columns.numbers("collected_on").astype("datetime64[us]", copy=False).view(np.int64)
    wide = np.dtype(np.int32 if patients * max(analytes, 1) < _INT32 else np.int64)
    draw = patient.astype(wide, copy=False) * wide.type(max(analytes, 1)) + analyte
    packed = _packed(draw, patients * analytes, moment)
    if packed is None:
        order = np.lexsort((moment, draw))
        same = (np.diff(draw[order]) == 0) & (np.diff(moment[order]) == 0)
        repeated = np.zeros(len(order), dtype=bool)
        repeated[order[1:][same]] = True
        repeated[order[:-1][same]] = True
        return Draws((moment, draw), repeated)
    found = np.sort(packed)
    twice = np.unique(found[1:][found[1:] == found[:-1]])
    repeated = np.zeros(len(packed), dtype=bool)
    if len(twice):
        # Few patients have one: only their rows are searched for (5 ms in place of 60).
        concerned = np.zeros(patients * max(analytes, 1), dtype=bool)
        concerned[twice // _span(moment)] = True
        rows = np.flatnonzero(concerned.take(draw))
        repeated[rows] = np.isin(packed[rows], twice)
    return Draws((packed,), repeated)


def in_order(columns: Columns) -> Index:
    """The rows by patient, analyte, time of collection, file and line."""
    keys = draws(columns, sorted_words=True).keys
    file, _ = numbers(columns.texts("source_file"), in_order=True)
    lines = columns.numbers("source_row")
    return _by_keys(keys, (lines, file))


def numbers(column: Encoded, in_order: bool = False) -> tuple[npt.NDArray[np.signedinteger], int]:
    """(number of every row's distinct word, how many there are); in the order of the words if asked."""
    known = column.words.dictionary_encode()
    if len(known.dictionary) == len(column.words) and not in_order:
        return column.codes, len(column.words)  # every word stands once: its code is its number
    number = np.arange(len(known.dictionary), dtype=np.int32)
    if in_order:
        number[pc.array_sort_indices(known.dictionary).to_numpy()] = np.arange(len(number))
    of_word = number[known.indices.to_numpy(zero_copy_only=False)]
    return column.spread(of_word), len(number)


def _packed(draw: npt.NDArray[np.signedinteger], draws: int, moment: Index) -> Index | None:
    """One number per row that sorts by draw and second; None where the numbers would not fit."""
    if not len(moment):
        return draw.astype(np.int64)
    since = moment - moment.min()
    seconds = since // _SECOND
    span = _span(moment)
    if span.bit_length() + max(draws, 1).bit_length() > _PACKED_BITS:
        return None
    if (since != seconds * _SECOND).any():
        return None
    return np.asarray(draw.astype(np.int64) * span + seconds)


def _span(moment: Index) -> int:
    """Seconds from the first moment to the last, and one more."""
    return int((moment.max() - moment.min()) // _SECOND) + 1


def _by_keys(
    keys: Sequence[npt.NDArray[np.signedinteger]], ties: Sequence[npt.NDArray[np.signedinteger]]
) -> Index:
    """The order by the keys, last first; equal ones by `ties`."""
    if len(keys) > 1:
        return np.lexsort((*ties, *keys))
    key = keys[0]
    order = np.argsort(key)  # not stable, but several times faster; ties are rare and put right below
    along = key[order]
    same = along[1:] == along[:-1]
    if same.any():
        tied = np.zeros(len(order), dtype=bool)
        tied[1:] |= same
        tied[:-1] |= same
        places = np.flatnonzero(tied)
        rows = order[places]
        order[places] = rows[np.lexsort((rows, *(tie[rows] for tie in ties), key[rows]))]
    return order
