"""The printed reference interval as a witness of the unit: the strongest check there is.

A laboratory prints its interval in the unit in which it measured. Where the interval fits another accepted
unit and clearly not the stated one, the stated one is doubted: magnesium 1.7-2.4 "mmol/L" is mg/dL.

What this can see depends on how far two units lie apart against how far laboratories differ from one
another. Seen: every power of ten except where it is a class of risk, magnesium mg/dL or meq/L as mmol/L
(2.4 and 2 times), folate ng/mL against nmol/L (2.3 times) for most intervals. Not seen: B12 pg/mL against
pmol/L (1.36 times: 200-900 is printed in both), magnesium mg/dL against meq/L (1.2 times), ferritin pmol/L
as ug/L (2.2 times: intervals of ferritin differ more than that). There the answer is None, which says
nothing for the unit. tests/spec/test_wrong_unit.py computes the whole table. Some of it shows where a
laboratory prints one interval in two units: see beside_other_units.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from rls_dash.knowledge import Handling, Knowledge, TypicalInterval
from rls_dash.normalise.units import derive_factor, same_size

# How far outside the usual an end must lie before the stated unit is doubted. Genuine intervals (children,
# pregnancy, targets of treatment) lie up to a fifth outside the table.
_CLEARLY_OUT = math.log(1.3)
_CLEARLY_OUT_ALONE = math.log(1.4)  # one end is weaker evidence than two
_STILL_IN = math.log(1.02)  # rounding of a printed end
_OPEN_END = 999_999.0  # numeric columns write a missing upper end as a row of nines

Ends = tuple[float | None, float | None]


@dataclass(frozen=True)
class UnitSuspicion:
    """A printed interval that speaks of another unit than the one stated."""

    likely: str  # UCUM code of the unit it fits best
    fits: tuple[str, ...]  # every other unit it fits, the best first
    message: str


def suspect_unit(
    knowledge: Knowledge, analyte: str, unit: str, low: float | None, high: float | None
) -> UnitSuspicion | None:
    """The unit a printed interval speaks of, when it clearly is not `unit`; None when that is not clear.

    `low`, `high`: the ends as printed beside the result, in its stated `unit` (UCUM); None, NaN or a
    number that is not positive where an end is not printed.
    """
    typical = knowledge.typical_intervals.get(analyte)
    ends = _printed(low), _printed(high)
    if typical is None or ends == (None, None) or (analyte, unit) not in knowledge.accepted_units:
        return None
    factors = _factors(knowledge, analyte)
    bar = _CLEARLY_OUT_ALONE if None in ends else _CLEARLY_OUT
    if _outside(typical, factors[unit], ends) < bar:
        return None
    fitting = [
        (not usual, _off_centre(typical, factor, ends), code)
        for code, factor, usual in _others(knowledge, analyte, unit)
        if _outside(typical, factor, ends) <= _STILL_IN
    ]
    if not fitting:
        return None
    fits = tuple(code for _, _, code in sorted(fitting))
    return UnitSuspicion(fits[0], fits, _message(knowledge, analyte, unit, ends, fits))


def _printed(end: float | None) -> float | None:
    usable = end is not None and math.isfinite(end) and 0 < end < _OPEN_END
    return end if usable else None


def beside_other_units(
    printed: Sequence[tuple[str, str, tuple[float, float]]],
    units: Sequence[str],
    rows: npt.NDArray[np.integer],
) -> list[str]:
    """For each (laboratory, analyte, interval) the unit of another size beside which the laboratory prints it
    in at least as many rows as beside its own, of `units`; "" where there is none.

    A laboratory does not have one interval in two units: so B12 in pmol/L called pg/mL shows itself, which no
    table of usual intervals can tell. An interval with an open end says too little for that.
    """
    told: dict[tuple[str, str, tuple[float, float]], Counter[str]] = defaultdict(Counter)
    for key, unit, count in zip(printed, units, rows, strict=True):
        if count and unit and all(map(math.isfinite, key[2])):
            told[key][unit] += int(count)
    found = []
    for key, unit in zip(printed, units, strict=True):
        counts = told.get(key, Counter())
        others = [one for one in counts if unit in counts and not same_size(key[1], one, unit)]
        most = max(others, key=lambda one: counts[one], default="")
        found.append(most if most and counts[most] >= counts[unit] else "")
    return found


@cache
def _factors(knowledge: Knowledge, analyte: str) -> dict[str, float]:
    """Accepted unit → its size in the unit in which typical intervals stand."""
    facts, base = knowledge.analytes[analyte], knowledge.typical_intervals[analyte].unit
    units = [unit for name, unit in knowledge.accepted_units if name == analyte]
    return {unit: float(derive_factor(facts, unit, base)) for unit in units}


def _others(knowledge: Knowledge, analyte: str, stated: str) -> Iterator[tuple[str, float, bool]]:
    """(unit, factor, whether it is usual) of other sizes, each size once and the conventional name first."""
    factors = _factors(knowledge, analyte)
    facts = knowledge.analytes[analyte]
    named_first = (facts.conventional_unit, facts.canonical_unit)
    seen = [factors[stated]]
    for unit in sorted(factors, key=lambda code: (code not in named_first, code)):
        if not any(math.isclose(factors[unit], size, rel_tol=1e-9) for size in seen):
            seen.append(factors[unit])
            yield unit, factors[unit], knowledge.accepted_units[analyte, unit].handling is Handling.ACCEPT


def _logs(typical: TypicalInterval, factor: float, ends: Ends) -> Iterator[tuple[float, float, float]]:
    """(end, least, most) as logarithms for every end that is printed and usually printed."""
    for end, span in zip(ends, (typical.low, typical.high), strict=True):
        if end is not None and span is not None:
            yield math.log(end * factor), math.log(span[0]), math.log(span[1])


def _outside(typical: TypicalInterval, factor: float, ends: Ends) -> float:
    """Logarithm by which the worse end lies outside the usual; 0 inside, and where no end can be judged."""
    apart = [max(least - end, end - most, 0.0) for end, least, most in _logs(typical, factor, ends)]
    return max(apart, default=0.0)


def _off_centre(typical: TypicalInterval, factor: float, ends: Ends) -> float:
    return sum(abs(end - (least + most) / 2) for end, least, most in _logs(typical, factor, ends))


def _message(knowledge: Knowledge, analyte: str, unit: str, ends: Ends, fits: tuple[str, ...]) -> str:
    low, high = ends
    if low is not None and high is not None:
        printed = f"{low:g}-{high:g}"
    else:
        printed = f"above {low:g}" if low is not None else f"below {high:g}"
    also = f" ({' and '.join(fits[1:])} would fit, too)" if fits[1:] else ""
    return (
        f"The printed reference range {printed} is not one of {knowledge.analytes[analyte].label} in {unit}: "
        f"it looks like {fits[0]}{also}. Look the unit up in the laboratory's report."
    )
