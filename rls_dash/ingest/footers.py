"""Lines below a table that are no records: how many rows there are, that it ends, the number of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rls_dash.ingest.formats import fold, footer_labels

_COUNT = r"[0-9]{1,3}(?:[.,' ][0-9]{3})+|[0-9]{1,9}"
_LABEL_THEN_COUNT = re.compile(rf"(?P<label>\D*[^\W\d])[\s:=.]*(?P<count>{_COUNT})")
_COUNT_THEN_LABEL = re.compile(rf"(?P<count>{_COUNT})\s*(?P<label>[^\W\d]\D*)")
_PAGE = re.compile(r"(?P<label>\D+?)\s*[0-9]{1,5}(?:\s*\D{1,5}\s*[0-9]{1,5})?")
_AROUND = " \t*#=_~()[]<>.:;-–—"
_THOUSANDS = re.compile(r"[0-9]{3}")
_LONGEST = 60


class Kind(StrEnum):
    """What a line below a table says."""

    COUNT = "count"
    END = "end"
    PAGE = "page"


@dataclass(frozen=True)
class Footer:
    """One such line."""

    line: int
    kind: Kind
    counts: frozenset[int] = frozenset()  # how many rows it says there are, in each way to read it


def footer(line: int, cells: Sequence[str]) -> Footer | None:
    """The footer in a record that holds nothing else, None for any other record.

    A label and its number may stand in two cells, but in the first two: `Total,,,262.5` is a sum.
    """
    first = cells[0].strip(_AROUND)
    second = cells[1].strip(_AROUND) if len(cells) > 1 else ""
    if not first or len(first) > _LONGEST or any(cell.strip() for cell in cells[2:]):
        return None
    if second:
        return _in_two_cells(line, first, second)
    if footer_labels().get(fold(first)) == Kind.END:
        return Footer(line, Kind.END)
    if (match := _PAGE.fullmatch(first)) and _means(match["label"], Kind.PAGE):
        return Footer(line, Kind.PAGE)
    return _count(line, first)


def is_footer_label(cell: str) -> bool:
    """Whether a record that starts with this cell may be a footer; for readers that look at columns."""
    return footer(0, [cell]) is not None or _means(cell, Kind.COUNT)


@cache
def label_pattern() -> str:
    """How the first cell of every footer starts, in the words of Arrow (RE2), whatever the case.

    For readers of whole columns: `is_footer_label` decides of what it finds.
    """
    labels = "|".join(re.escape(label) for label in sorted(footer_labels(), key=len, reverse=True))
    return rf"^\PL*(?:{labels})"


def _means(label: str, kind: Kind) -> bool:
    return footer_labels().get(fold(label.strip(_AROUND))) == kind


def _count(line: int, text: str) -> Footer | None:
    for pattern in (_LABEL_THEN_COUNT, _COUNT_THEN_LABEL):
        match = pattern.fullmatch(text)
        if match and _means(match["label"], Kind.COUNT):
            return Footer(line, Kind.COUNT, frozenset({_number(match["count"])}))
    return None


def _in_two_cells(line: int, first: str, second: str) -> Footer | None:
    """`Total rows` beside `2`; also `Total rows: 1` beside `234`, which was 1,234 before it was split."""
    if _means(first, Kind.COUNT) and re.fullmatch(_COUNT, second):
        return Footer(line, Kind.COUNT, frozenset({_number(second)}))
    split = _count(line, first)
    if split and _THOUSANDS.fullmatch(second):
        joined = {number * 1000 + int(second) for number in split.counts}
        return Footer(line, Kind.COUNT, split.counts | joined)
    return None


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))
