"""Columns of text as indices into their words: every decision is made once per word, not per row.

A million rows hold few tests, units and patients. The words stand in Arrow memory, so that a column
costs four bytes a row and no Python object. Words need not differ from one another: a column of dates
that hardly repeat is kept with one word per row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int32]
Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Key = TypeVar("Key")
Kind = TypeVar("Kind", bound=np.generic)
_INT32 = 2**31
DENSE = 4_000_000  # up to so many possible combinations a table of them is faster than sorting


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
        index = np.flatnonzero(rows) if rows.dtype == bool else rows
        if self.plain:
            return one_word_per_row(self.words.take(pa.array(index)))
        return Encoded(self.codes.take(index), self.words)

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
        if not len(answers):
            return np.zeros(0, dtype=answers.dtype)
        if answers.dtype == np.bool_:
            # Most questions have one answer for all words: no look-up per row.
            if not answers.any():
                return np.zeros(len(self.codes), dtype=answers.dtype)
            if answers.all():
                return np.ones(len(self.codes), dtype=answers.dtype)
        return answers.take(self.codes)  # half the time of answers[codes]

    def rows(self) -> pa.Array:
        """The text of every row."""
        return self.words if self.plain else self.words.take(pa.array(self.codes))


@dataclass(frozen=True, eq=False)
class Levels:
    """A column of numbers that repeat: `levels[codes[row]]` is the number of a row, looked up when needed."""

    codes: Codes
    levels: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.codes)

    def rows(self) -> npt.NDArray[Any]:
        """The number of every row."""
        return self.levels.take(self.codes)


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
    if not mask.any():
        return no
    codes = np.where(mask, yes.codes, no.codes + np.int32(len(yes.words))).astype(np.int32)
    return Encoded(codes, pa.concat_arrays([yes.words, no.words]))


def taken(columns: Mapping[Key, Encoded], rows: Index) -> dict[Key, Encoded]:
    """Columns in other rows; those that share one array of codes still do."""
    done: dict[int, Codes] = {}
    found = {}
    for key, column in columns.items():
        if column.plain:
            found[key] = column.take(rows)
            continue
        if id(column.codes) not in done:
            done[id(column.codes)] = column.codes.take(rows)
        found[key] = Encoded(done[id(column.codes)], column.words)
    return found


def stack(columns: Sequence[Encoded]) -> Encoded:
    """Columns of several files, one below the other."""
    starts = np.cumsum([0, *(len(column.words) for column in columns[:-1])])
    codes = [column.codes + np.int32(start) for column, start in zip(columns, starts, strict=True)]
    return Encoded(np.concatenate(codes), pa.concat_arrays([column.words for column in columns]))


def combine(*columns: Encoded) -> tuple[Codes, list[tuple[str, ...]]]:
    """(index of the distinct combination per row, the combinations in the order of their codes)."""
    index, picked = pair_up(*columns)
    words = [
        column.words.take(pa.array(codes)).to_pylist() for column, codes in zip(columns, picked, strict=True)
    ]
    return index, list(zip(*words, strict=True))


def pair_up(*columns: Encoded, at_most: int | None = None) -> tuple[Codes, list[Codes]]:
    """(index of the distinct combination per row, the code of each combination in every column).

    Columns that share one array of codes count once: what one of them says decides the others. Where more
    than `at_most` combinations are possible, every row stands for itself: finding out takes longer.
    """
    different = {id(column.codes): (column.codes, len(column.words)) for column in columns}
    telling = {key: one for key, one in different.items() if one[1] > 1} or dict([*different.items()][:1])
    if at_most is not None and math.prod(words for _, words in telling.values()) > at_most:
        return np.arange(len(columns[0]), dtype=np.int32), [column.codes for column in columns]
    (codes, size), *others = telling.values()
    index: npt.NDArray[Any] = codes
    sizes, known = [size], [np.arange(size, dtype=np.int32)]
    for codes, words in others:
        if size * words > DENSE:
            index, known = _compact(index, sizes, known)
            sizes = [size := len(known[0])]
        # As long as the numbers fit, 32 bits take half the time of 64.
        wide = np.dtype(np.int32 if size * words < _INT32 else np.int64)
        index = index.astype(wide, copy=False) * wide.type(words) + codes
        sizes, size = [*sizes, words], size * words
    index, known = _compact(index, sizes, known)
    of_key = dict(zip(telling, known, strict=True))
    none = np.zeros(len(known[0]), dtype=np.int32)
    return index, [of_key.get(id(column.codes), none) for column in columns]


def _compact(
    index: npt.NDArray[Any], sizes: Sequence[int], known: Sequence[Codes]
) -> tuple[Codes, list[Codes]]:
    """Numbers renumbered from 0 without gaps, their order kept, and the codes that each stands for.

    `sizes`: how the numbers were made, the first of them out of numbers with the codes `known`.
    """
    size = math.prod(sizes)
    if size <= max(DENSE, len(index)):
        seen = np.zeros(size, dtype=bool)
        seen[index] = True
        found = np.flatnonzero(seen)
        gapless = len(found) == size
        numbers = index if gapless else (np.cumsum(seen, dtype=np.int32) - np.int32(1)).take(index)
    else:
        found, numbers = np.unique(index, return_inverse=True)
    first, *later = (
        np.unravel_index(found, sizes) if len(found) else [np.zeros(0, dtype=np.int64) for _ in sizes]
    )
    codes = [one[first] for one in known] + [one.astype(np.int32) for one in later]
    return numbers.astype(np.int32, copy=False), codes
