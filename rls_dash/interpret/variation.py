"""How far two results of one person lie apart without any real change: the reference change value."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rls_dash.interpret import words
from rls_dash.knowledge import Variation


@dataclass(frozen=True)
class ChangeLimits:
    """Changes [% of the earlier result] between which nothing but chance need be at work."""

    down: float  # below 0
    up: float

    @property
    def words(self) -> str:
        """ "−38% to +61%"."""
        return f"{words.signed(self.down, 0)}% to {words.signed(self.up, 0)}%"


def change_limits(variation: Variation, z: float) -> ChangeLimits:
    """Log-normal, asymmetric reference change value: exp(± z √2 σ) − 1 with σ² = ln(1 + CVi² + CVa²).

    Results of one person scatter by a factor rather than by an amount, so that a rise needs more room than
    a fall: half and double are equally far. Fokkema 2006.
    """
    reach = z * math.sqrt(2 * math.log1p(_squared(variation)))
    return ChangeLimits(100 * math.expm1(-reach), 100 * math.expm1(reach))


def classical_percent(variation: Variation, z: float) -> float:
    """Symmetric reference change value [%], z √2 √(CVi² + CVa²): what most papers print."""
    return 100 * z * math.sqrt(2 * _squared(variation))


def _squared(variation: Variation) -> float:
    """CVi² + CVa² as pure numbers; an analytical part that is not stated is in the other."""
    return (float(variation.cvi) ** 2 + float(variation.cva or 0) ** 2) / 100**2
