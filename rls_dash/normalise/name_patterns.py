"""Patterns that find names of analytes, and words that veto them, in the name of a test."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from rls_dash.knowledge import Knowledge


class Patterns:
    """One pattern per analyte, compiled when it is first asked for: most files need few of them."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._compiled: dict[str, re.Pattern[str]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __getitem__(self, analyte: str) -> re.Pattern[str]:
        if analyte not in self._compiled:
            self._compiled[analyte] = re.compile(self._sources[analyte])
        return self._compiled[analyte]


def at_word_bounds(names: list[str]) -> str:
    """A pattern that finds each of the names as whole words."""
    escaped = (re.escape(name) for name in sorted(names, key=len, reverse=True))
    return r"(?<![^\W_])(?:" + "|".join(escaped) + r")(?![^\W_])"


def vetoes(knowledge: Knowledge) -> Patterns:
    """Analyte → what in a name or specimen says that it is not this one."""
    patterns: dict[str, list[str]] = defaultdict(list)
    for exclusion in knowledge.exclusions:
        patterns[exclusion.analyte].append(exclusion.pattern)
    everywhere = patterns.pop("*", [])
    return Patterns(
        {
            analyte: "|".join(f"(?:{p})" for p in everywhere + patterns.get(analyte, [])) or r"(?!)"
            for analyte in knowledge.analytes
        }
    )
