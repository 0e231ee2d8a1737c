"""What pint made of the accepted units, kept as a table: most runs need no registry, nor pint at all.

pint takes 60 ms to import and 30 ms for its registry, a tenth of a whole run of the command line. The table
holds no knowledge of its own: a test computes every line of it again.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).resolve().parents[2] / "data" / "units" / "sizes.csv"


@cache
def unit_sizes() -> dict[str, tuple[str, Decimal]]:
    """UCUM code → (dimension, its size in g/L, mol/L or eq/L)."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["unit"]: (row["dimension"], Decimal(row["size"])) for row in csv.DictReader(file)}
