"""Columns of text as indices into their words: every decision is made once per word, not per row.

A million rows hold few tests, units and patients. The words stand in Arrow memory, so that a column
costs four bytes a row and no Python object. Words need not differ from one another: a column of dates
that hardly repeat is kept with one word per row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int32]
Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Kind = TypeVar("Kind", bound=np.generic)
_DENSE = 4_000_000  # up to so many possible combinations a table of them is faster than sorting


@dataclass(frozen=True, eq=False)
class Encoded:
    """One column: `words[codes[row]]` is the text of a row."""

    codes: Codes
    words: pa.Array  # large_string
    plain: bool = False  # one word per row, in the order of the rows

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def texts(self) -> list[str]:
        """The words as Python strings; for columns of few words."""
        found: list[str] = self.words.to_pylist()
        return found

    @cached_property
    def used(self) -> Mask:
        """Which words stand in a row at all."""
        mask = np.full(len(self.words), self.plain, dtype=bool)
        if not self.plain:
            mask[self.codes] = True
        return mask

    def take(self, rows: Index | Mask) -> Encoded:
        """The same column in other rows; the words stay, unless there is one for every row."""
        if self.plain:
            index = np.flatnonzero(rows) if rows.dtype == bool else rows
            return one_word_per_row(self.words.take(pa.array(index)))
        return Encoded(self.codes[rows], self.words)

    def distinct(self) -> Encoded:
        """The same column with each word once."""
        found = self.words.dictionary_encode()
        codes = found.indices.to_numpy(zero_copy_only=False).astype(np.int32)
        return Encoded(self.spread(codes), found.dictionary)

    def compact(self) -> Encoded:
        """The same column with each word once, where it had one for every row."""
        return encoded(self.words) if self.plain else self

    def map(self, function: Callable[[str], str]) -> Encoded:
        """The column with `function` of every word."""
        return replace(self, words=words_of(function(word) for word in self.texts))

    def where(self, predicate: Callable[[str], bool]) -> Mask:
        """Rows whose word answers the predicate with yes."""
        return self.spread(np.fromiter((predicate(word) for word in self.texts), bool, len(self.words)))

    def containing(self, letters: str) -> Mask:
        """Rows whose word holds one of these letters."""
        found = np.zeros(len(self.words), dtype=bool)
        for letter in letters:
            found |= pc.match_substring(self.words, letter).to_numpy(zero_copy_only=False)
        return self.spread(found)

    def spread(self, answers: npt.NDArray[Kind]) -> npt.NDArray[Kind]:
        """One answer per word as one per row."""
        if self.plain:
            return answers
        return answers[self.codes] if len(answers) else np.zeros(0, dtype=answers.dtype)

    def rows(self) -> pa.Array:
        """The text of every row."""
        return self.words if self.plain else self.words.take(pa.array(self.codes))


def words_of(texts: Iterable[str]) -> pa.Array:
    """Strings as Arrow text."""
    return pa.array(list(texts), type=pa.large_string())


def encode(cells: Sequence[str]) -> Encoded:
    """A column out of the cells of its rows."""
    return encoded(words_of(cells))


def encoded(cells: pa.Array) -> Encoded:
    """A column out of Arrow text, one element per row."""
    found = cells.dictionary_encode()
    return Encoded(found.indices.to_numpy(zero_copy_only=False).astype(np.int32), found.dictionary)


def one_word_per_row(cells: pa.Array) -> Encoded:
    """A column whose cells hardly repeat, such as dates, as it stands."""
    return Encoded(np.arange(len(cells), dtype=np.int32), cells, plain=True)


def constant(word: str, size: int) -> Encoded:
    """The same text in every row."""
    return Encoded(np.zeros(size, dtype=np.int32), words_of([word]))


def choose(mask: Mask, yes: Encoded, no: Encoded) -> Encoded:
    """`yes` where the mask holds, else `no`."""
    codes = np.where(mask, yes.codes, no.codes + np.int32(len(yes.words))).astype(np.int32)
    return Encoded(codes, pa.concat_arrays([yes.words, no.words]))


def stack(columns: Sequence[Encoded]) -> Encoded:
    """Columns of several files, one below the other."""
    starts = np.cumsum([0, *(len(column.words) for column in columns[:-1])])
    codes = [column.codes + np.int32(start) for column, start in zip(columns, starts, strict=True)]
    return Encoded(np.concatenate(codes), pa.concat_arrays([column.words for column in columns]))


def combine(*columns: Encoded) -> tuple[Index, list[tuple[str, ...]]]:
    """(index of the distinct combination per row, the combinations in the order of their codes)."""
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        if len(column.words) == 1:  # adds nothing
            continue
        size *= max(len(column.words), 1)
        combined = combined * max(len(column.words), 1) + column.codes
        if size > _DENSE:
            combined, size = _compact(combined, size)
    combined, _ = _compact(combined, size)
    first = first_rows(combined)
    picked = [column.words.take(pa.array(column.codes[first])).to_pylist() for column in columns]
    return combined, list(zip(*picked, strict=True))


def _compact(index: Index, size: int) -> tuple[Index, int]:
    """Numbers renumbered from 0 without gaps, their order kept."""
    if size <= _DENSE:
        seen = np.zeros(size, dtype=bool)
        seen[index] = True
        numbers = np.cumsum(seen) - 1
        return numbers[index], int(seen.sum())
    found, inverse = np.unique(index, return_inverse=True)
    return inverse.astype(np.int64), len(found)


def first_rows(index: Index) -> Index:
    """The first row of each number of a gapless index."""
    size = int(index.max()) + 1 if len(index) else 0
    first = np.zeros(size, dtype=np.int64)
    first[index[::-1]] = np.arange(len(index) - 1, -1, -1)
    return first
