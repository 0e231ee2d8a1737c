"""At, just below and just above a limit, in each unit in which the analyte is accepted."""

from __future__ import annotations

from decimal import Decimal

from rls_dash.normalise.units import factor
from tests.spec.clinic import knowledge

_STEP = Decimal("0.0001")  # share of the limit


def around(analyte: str, edge: str, unit: str) -> list[tuple[str, tuple[str, ...]]]:
    """(unit, result lines below, at and above) of a limit of `edge` [unit], in every accepted unit."""
    units = [code for (key, code) in knowledge().accepted_units if key == analyte]
    found = []
    for code in units:
        at = Decimal(edge) * factor(analyte, unit) / factor(analyte, code)
        below, above = at * (1 - _STEP), at * (1 + _STEP)
        found.append((code, tuple(f"{analyte} {round(one, 9):f} {code}" for one in (below, at, above))))
    return found


def edge_cases(table: list[list[str]]) -> list[tuple[str, ...]]:
    """Rows `rule | analyte edge unit | beside | about | below | at | above`, spread over all units: (rule,
    result, beside, about, expected)."""
    found = []
    for rule, limit, beside, about, *expected in table:
        for _, lines in around(*limit.replace("tsat", "transferrin_saturation").split()):
            found += [(rule, line, beside, about, want) for line, want in zip(lines, expected, strict=True)]
    return found
