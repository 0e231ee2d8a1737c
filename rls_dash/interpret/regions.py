"""Three-valued comparison: where a result, censored or not, can lie against the regions of limits.

The edges e1 < e2 < … of some regions cut the number line into steps 0, 1, 2, …: step 0 is everything
below e1, step 1 is e1 itself, step 2 lies between e1 and e2, and so on. A number lies on one step; a
censored result on a run of steps. Whatever holds on each step of the run is proved, the rest is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from rls_dash.knowledge import Limit
from rls_dash.model import Truth
from rls_dash.normalise.units import dimension, factor

Steps = npt.NDArray[np.int64]
_DECIMALS = 9  # as normalise.units rounds: a limit must be met exactly


@dataclass(frozen=True)
class Region:
    """A region of values, in one unit. An operator of "" leaves that side open."""

    low_op: str
    low: float
    high_op: str
    high: float

    @property
    def edges(self) -> tuple[float, ...]:
        """The numbers at which the region starts and ends."""
        return tuple(edge for op, edge in ((self.low_op, self.low), (self.high_op, self.high)) if op)


def comparison_unit(limit: Limit, unit: str) -> str:
    """Unit printed by the source in which a result reported in `unit` is compared with a limit.

    The unit of the report when the source printed it, or one differing from it by a power of ten
    (ng/L and pg/mL); else the limit's own unit, to be reached by exact conversion.
    """
    printed = (limit.unit, *limit.paired)
    if unit in printed:
        return unit
    return next((other for other in printed if dimension(other) == dimension(unit)), limit.unit)


def printed_bounds(limit: Limit, printed: str) -> tuple[Decimal | None, Decimal | None]:
    """Lower and upper number of a limit as its source printed them in one of its units."""
    return (limit.low, limit.high) if printed == limit.unit else limit.paired[printed]


def region_in(limit: Limit, unit: str) -> Region:
    """The region of a limit in the unit of a report [UCUM]."""
    printed = comparison_unit(limit, unit)
    low, high = printed_bounds(limit, printed)
    ratio = Decimal(1) if printed == unit else factor(limit.analyte, printed) / factor(limit.analyte, unit)
    return Region(
        limit.low_op if low is not None else "",
        float(round(low * ratio, _DECIMALS)) if low is not None else np.nan,
        limit.high_op if high is not None else "",
        float(round(high * ratio, _DECIMALS)) if high is not None else np.nan,
    )


_REGIONS: dict[tuple[int, str], tuple[Limit, Region]] = {}  # of the tables; never a cell of a file


def cached_region(limit: Limit, unit: str) -> Region:
    """`region_in`, computed once per limit and unit."""
    key = id(limit), unit
    if key not in _REGIONS:
        _REGIONS[key] = limit, region_in(limit, unit)  # the limit is kept, so that its id stays its own
    return _REGIONS[key][1]


def placed(region: Region, number: float, comparator: str) -> Truth:
    """Whether one result lies in a region, by plain comparison: as `step_runs` and `covered` would say.

    A censored result stands for every number on its side.
    """
    below, above = comparator in ("<", "<="), comparator in (">", ">=")
    over_low = not region.low_op or number > region.low or (region.low_op == ">=" and number == region.low)
    under_high = (
        not region.high_op or number < region.high or (region.high_op == "<=" and number == region.high)
    )
    if below:
        within = not region.low_op and (under_high or (comparator == "<" and number == region.high))
        apart = bool(region.low_op) and (number <= region.low if comparator == "<" else not over_low)
    elif above:
        within = not region.high_op and (over_low or (comparator == ">" and number == region.low))
        apart = bool(region.high_op) and (number >= region.high if comparator == ">" else not under_high)
    else:
        within = over_low and under_high
        apart = not within
    if within:
        return Truth.TRUE
    return Truth.FALSE if apart else Truth.UNKNOWN


def edges_of(regions: Iterable[Region]) -> npt.NDArray[np.float64]:
    """All numbers at which some region starts or ends, ascending."""
    return np.array(sorted({edge for region in regions for edge in region.edges}), dtype=float)


def covered(region: Region, edges: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """For each step of `edges`: does it lie in the region?"""
    steps = np.arange(2 * len(edges) + 1)
    inside = np.ones(len(steps), dtype=bool)
    if region.low_op:
        at = 2 * int(np.searchsorted(edges, region.low)) + 1
        inside &= steps >= (at if region.low_op == ">=" else at + 1)
    if region.high_op:
        at = 2 * int(np.searchsorted(edges, region.high)) + 1
        inside &= steps <= (at if region.high_op == "<=" else at - 1)
    return inside


def step_runs(
    edges: npt.NDArray[np.float64], numbers: npt.ArrayLike, comparators: npt.ArrayLike
) -> tuple[Steps, Steps]:
    """First and last step on which each result can lie, given its comparator."""
    values = np.asarray(numbers, dtype=float)
    signs = np.asarray(comparators, dtype=object)
    left = np.searchsorted(edges, values, side="left")
    on_edge = np.searchsorted(edges, values, side="right") > left
    here = 2 * left + on_edge
    first, last = here.copy(), here.copy()
    top = 2 * len(edges)
    below, above = signs == "<", signs == ">"
    first[below | (signs == "<=")] = 0
    last[below] = (2 * left)[below]
    last[above | (signs == ">=")] = top
    first[above] = (here + on_edge)[above]
    return first.astype(np.int64), last.astype(np.int64)
