"""Names that are almost one of ours: to be asked about, never to be taken for it.

A question must not cost more than it saves, so a likeness counts only where it reads as a slip of the
pen: the words that differ begin alike, are long enough, and hold no digit. `Vitamin B1` is not a misspelt
`Vitamin B12`, nor `fosfato` (phosphate) a misspelt `folato`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_BRACKETS = re.compile(r"\s*[(\[{].*")
SHORTEST = 6  # letters of a name that is compared at all
_SHORTEST_WORD = 5  # shorter words must be the same
_LONG_WORD = 8  # from here on two slips are one too few to make another word; below, one is the most
_MOST = 2


@dataclass(frozen=True)
class _Known:
    words: tuple[str, ...]
    joined: str
    letters: int  # a bit per letter: a cheap bound on the distance
    analyte: str


class NearNames:
    """Known names, found again behind a slip of the pen; asked once per distinct test."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names`: (folded name, analyte), "" for the analyte of a test we do not track."""
        self._by_start: dict[tuple[str, int], list[_Known]] = defaultdict(list)
        for name, analyte in names:
            words = _words(name)
            joined = "".join(words)
            if _comparable(joined):
                known = _Known(words, joined, _letters(joined), analyte)
                self._by_start[joined[0], len(joined)].append(known)

    def analytes(self, name: str) -> tuple[str, ...]:
        """Analytes a folded name is almost a name of, the nearest first; without what stands in brackets.

        No analyte where the name is as near to that of a test we do not track.
        """
        return self._nearest(name) or self._nearest(_BRACKETS.sub("", name))

    def _nearest(self, name: str) -> tuple[str, ...]:
        words = _words(name)
        joined = "".join(words)
        if not _comparable(joined):
            return ()
        letters = _letters(joined)
        best: dict[str, int] = {}
        for size in range(len(joined) - _MOST, len(joined) + _MOST + 1):
            for known in self._by_start.get((joined[0], size), ()):
                if (known.letters ^ letters).bit_count() > 2 * _MOST:
                    continue
                slips = _slips(words, joined, known)
                if slips is not None:
                    best[known.analyte] = min(slips, best.get(known.analyte, slips))
        if "" in best and best[""] == min(best.values()):
            return ()
        return tuple(sorted(filter(None, best), key=lambda analyte: (best[analyte], analyte)))


def _words(name: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(name))


def _comparable(joined: str) -> bool:
    """Whether a name is long enough and in an alphabet: two signs of kana or Chinese are half a word."""
    return len(joined) >= SHORTEST and (
        joined.isascii() or all(unicodedata.category(sign) != "Lo" for sign in joined)
    )


def _letters(text: str) -> int:
    return sum({1 << (ord(sign) % 61) for sign in text})


def _slips(words: tuple[str, ...], joined: str, known: _Known) -> int | None:
    """Slips of the pen between a name and a known one; None when they are two different names."""
    if len(words) != len(known.words):  # a blank or hyphen too many or too few, and one more slip at most
        if re.findall(r"\d+", joined) != re.findall(r"\d+", known.joined):
            return None
        return _within(joined, known.joined, 1)
    total = 0
    for mine, theirs in zip(words, known.words, strict=True):
        if mine == theirs:
            continue
        if min(len(mine), len(theirs)) < _SHORTEST_WORD or mine[0] != theirs[0]:
            return None
        if any(sign.isdigit() for sign in mine + theirs):
            return None
        slips = _within(mine, theirs, _MOST if max(len(mine), len(theirs)) >= _LONG_WORD else 1)
        if slips is None:
            return None
        total += slips
    return total if total <= _MOST else None


def _within(left: str, right: str, most: int) -> int | None:
    """Optimal string alignment distance (insert, delete, replace, swap neighbours), None above `most`."""
    if abs(len(left) - len(right)) > most:
        return None
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        now = [row]
        for column, b in enumerate(right, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return None
        before, last = last, now
    return last[-1] if last[-1] <= most else None
