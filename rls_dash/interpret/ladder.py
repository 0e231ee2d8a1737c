"""The limits that decide one flag, laid out as steps of the number line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rls_dash.interpret import words
from rls_dash.interpret.regions import (
    Region,
    comparison_unit,
    covered,
    edges_of,
    printed_bounds,
    region_in,
    step_runs,
)
from rls_dash.knowledge import Limit
from rls_dash.model import Flag
from rls_dash.normalise.units import dimension

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Assessment:
    """Outcome of one result against the decision limits of its analyte."""

    flag: Flag
    limit_id: str | None  # the limit that decided, or the first one that could not be decided
    words: str
    open: bool = False  # a censored result that proves no letter


def limit_words(limit: Limit, unit: str) -> str:
    """Region and source of a limit for a result in `unit`: "at or below 75 µg/L (AASM 2025, secondary)".

    Where the source printed no unit of that size, the numbers of the result's unit stand beside its own.
    """
    printed = comparison_unit(limit, unit)
    low, high = printed_bounds(limit, printed)
    region = words.range_words(
        limit.low_op if low is not None else "",
        words.plain(low) if low is not None else "",
        limit.high_op if high is not None else "",
        words.plain(high) if high is not None else "",
        printed,
    )
    return f"{region}{_in_unit_of_result(limit, printed, unit)} ({limit.cited})"


def _in_unit_of_result(limit: Limit, printed: str, unit: str) -> str:
    """ " = 1.82 to 2.07 mg/dL" for a limit printed in mmol/L; "" where it compares as printed."""
    if dimension(printed) == dimension(unit):
        return ""
    reached = region_in(limit, unit)
    ends = [words.plain(float(f"{end:.3g}")) for end in (reached.low, reached.high) if not np.isnan(end)]
    return f" = {words.amount(' to '.join(ends), unit)}"


class Ladder:
    """The deciding limits of one analyte, strongest first, as steps of the number line in one unit."""

    def __init__(self, limits: Sequence[Limit], unit: str) -> None:
        self.limits = tuple(limits)
        self.unit = unit
        regions: list[Region] = [region_in(limit, unit) for limit in limits]
        self.edges = edges_of(regions)
        self._covered = [covered(region, self.edges) for region in regions]
        # index of the limit that decides each step; len(limits) where none does
        met = np.vstack([*self._covered, np.ones(2 * len(self.edges) + 1, dtype=bool)])
        self._decider = met.argmax(axis=0)

    def assess(
        self,
        numbers: npt.NDArray[np.float64],
        comparators: npt.NDArray[np.object_],
        reported: npt.NDArray[np.object_],
    ) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_], npt.NDArray[np.object_]]:
        """Flags, limit ids and words of results [self.unit]; `reported` is the text of the file."""
        flags, ids, texts = (np.full(len(numbers), "", dtype=object) for _ in range(3))
        first, last = step_runs(self.edges, numbers, comparators)
        size = 2 * len(self.edges) + 1
        runs, inverse = np.unique(first * size + last, return_inverse=True)
        for index, run in enumerate(runs):
            at = inverse == index
            outcome = self._outcome(int(run) // size, int(run) % size)
            flags[at], ids[at], texts[at] = outcome.flag.value, outcome.limit_id or "", outcome.words
            if outcome.open:
                results = zip(comparators[at], reported[at], numbers[at], strict=True)
                texts[at] = [f"\u201c{self._as_reported(*one)}\u201d {outcome.words}" for one in results]
        return flags, ids, texts

    def _as_reported(self, comparator: str, text: str, number: float) -> str:
        return words.value_text(comparator, words.reported_number_text(text, number), self.unit)

    def _outcome(self, first: int, last: int) -> Assessment:
        if not self.limits:
            return Assessment(
                Flag.NOT_ASSESSED, None, "not assessed: no limit of the tables decides a letter for it"
            )
        deciders = list(dict.fromkeys(self._decider[first : last + 1].tolist()))
        letters = {self._letter(index) for index in deciders}
        if len(letters) > 1:
            return self._undecided(first, last)
        letter = letters.pop()
        if letter is Flag.NORMAL:
            return Assessment(letter, None, f"within the limits used here: {self._gap_words(first, last)}")
        met = [self.limits[index] for index in sorted(deciders)]
        return Assessment(
            letter, met[0].limit_id, " or ".join(limit_words(limit, self.unit) for limit in met)
        )

    def _letter(self, index: int) -> Flag:
        return Flag.NORMAL if index == len(self.limits) else (self.limits[index].flag or Flag.NOT_ASSESSED)

    def _undecided(self, first: int, last: int) -> Assessment:
        for limit, inside in zip(self.limits, self._covered, strict=True):
            run = inside[first : last + 1]
            if run.any() and not run.all():
                text = f"does not decide \u201c{limit_words(limit, self.unit)}\u201d"
                return Assessment(Flag.INDETERMINATE, limit.limit_id, text, open=True)
        raise AssertionError("different letters on one run need a limit that is open on it")

    def _gap_words(self, first: int, last: int) -> str:
        """The stretch between limits on which a result lies, each end in the unit of the report."""
        while first > 0 and self._decider[first - 1] == len(self.limits):
            first -= 1
        while last < len(self._decider) - 1 and self._decider[last + 1] == len(self.limits):
            last += 1
        parts = []
        if first > 0:
            parts.append(f"{'at or above' if first % 2 else 'above'} {self._edge_text((first - 1) // 2)}")
        if last < len(self._decider) - 1:
            parts.append(f"{'at or below' if last % 2 else 'below'} {self._edge_text(last // 2)}")
        return " and ".join(parts)

    def _edge_text(self, index: int) -> str:
        edge = self.edges[index]
        for limit in self.limits:
            region = region_in(limit, self.unit)
            printed = comparison_unit(limit, self.unit)
            for number, bound in zip((region.low, region.high), printed_bounds(limit, printed), strict=True):
                if bound is None or number != edge:
                    continue
                if dimension(printed) == dimension(self.unit):
                    return words.amount(words.plain(bound), printed)
                # Reached by conversion only: said in the unit of the report, as the rest of the sentence.
                return words.amount(words.plain(float(f"{edge:.3g}")), self.unit)
        raise AssertionError("every edge belongs to a limit")
