"""Units: spelling → UCUM code → one exact factor per (analyte, unit).

The only module that imports pint. pint gets a registry of eight definitions, so that what it could
misread on lab text does not exist in it: there is no prefix M, P or G and no gauss (`Mg/dL`, `Pg/mL`,
`Mmol/L`, `G/L` are undefined, not 10⁹ times too large). Even so, raw text never reaches it: a closed,
case-sensitive table of spellings stands in front.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rls_dash.knowledge import Analyte, load_knowledge
from rls_dash.knowledge.unit_sizes import unit_sizes

if TYPE_CHECKING:
    import pint

MASS, AMOUNT, CHARGE, FRACTION, FILTRATION = "mass", "amount", "charge", "fraction", "filtration"
_DEFINITIONS = (
    "deci- = 1e-1 = d-",
    "milli- = 1e-3 = m-",
    "micro- = 1e-6 = u-",
    "nano- = 1e-9 = n-",
    "pico- = 1e-12 = p-",
    "gram = [mass] = g",
    "liter = [volume] = L",
    "mole = [substance] = mol",
    "equivalent = [charge] = eq",
)
# UCUM codes pint cannot or must not read: annotations carry meaning here, and `%` is no letter.
_SPECIAL = {
    "%": (FRACTION, Decimal("0.01")),
    "1": (FRACTION, Decimal(1)),
    "mL/min/{1.73_m2}": (FILTRATION, Decimal(1)),
}
_DECIMALS = 9


class UnitError(ValueError):
    """A unit that is not accepted for an analyte; names both, never a cell of a file."""


def clean_unit(text: str) -> str:
    """The spelling as the table of spellings lists it: NFKC, both mu signs as `u`, blanks collapsed.

    Case is kept: `Mg/dL` and `mg/dL` are different units.
    """
    folded = unicodedata.normalize("NFKC", text).replace("\u03bc", "u")  # NFKC makes one mu of the two
    return re.sub(r"\s+", " ", folded).strip()


@cache
def _registry() -> pint.UnitRegistry[Decimal]:
    import pint  # only for a unit that no analyte accepts, see knowledge.unit_sizes

    registry: pint.UnitRegistry[Decimal] = pint.UnitRegistry(None, non_int_type=Decimal)
    for definition in _DEFINITIONS:
        registry.define(definition)
    return registry


@cache
def dimension(unit: str) -> str:
    """What a UCUM code measures: mass, amount, charge, fraction or filtration.

    Raises UnitError for a code outside the registry.
    """
    return _in_base(unit)[0]


@cache
def _in_base(unit: str) -> tuple[str, Decimal]:
    """Dimension of `unit` and its size in g/L, mol/L, eq/L, or as it stands for the special codes."""
    return _SPECIAL.get(unit) or unit_sizes().get(unit) or by_pint(unit)


def by_pint(unit: str) -> tuple[str, Decimal]:
    """Dimension and size as pint works them out of the definitions above.

    Raises UnitError for a code outside the registry.
    """
    import pint

    registry = _registry()
    for kind, base in ((MASS, "g/L"), (AMOUNT, "mol/L"), (CHARGE, "eq/L")):
        try:
            return kind, Decimal(registry.Quantity(Decimal(1), unit).to(base).magnitude)
        except pint.DimensionalityError:
            continue
        except (pint.UndefinedUnitError, ValueError, TypeError, AttributeError) as error:
            raise UnitError(f"unit {unit!r} is not in the unit registry") from error
    raise UnitError(f"unit {unit!r} is no concentration")


def _moles_per(analyte: Analyte, unit: str) -> Decimal:
    """Amount of substance [mol/L] in one `unit` of this analyte."""
    kind, size = _in_base(unit)
    if kind == AMOUNT:
        return size
    if kind == MASS and analyte.molar_mass_g_per_mol:
        return size / analyte.molar_mass_g_per_mol
    if kind == CHARGE and analyte.valence:
        return size / analyte.valence
    raise UnitError(f"{unit!r} cannot be converted for {analyte.analyte}")


@cache
def factor(analyte: str, unit: str) -> Decimal:
    """Multiplier from `unit` (UCUM) to the analyte's canonical unit, exact to 28 digits.

    `unit` may also be a listed spelling of a code (`mEq/L` for `meq/L`).

    Same dimension: a power of ten. Mass ↔ amount: the molar mass; charge ↔ amount: the valence, both
    from data/knowledge/analytes.csv. Raises UnitError when the pair is not in accepted_units.csv.
    """
    knowledge = load_knowledge()
    facts = knowledge.analytes.get(analyte)
    if facts is None:
        raise UnitError(f"{analyte!r} is not an analyte")
    unit = knowledge.unit_spellings.get(clean_unit(unit), unit)
    if (analyte, unit) not in knowledge.accepted_units:
        raise UnitError(f"unit {unit!r} is not accepted for {analyte}")
    return derive_factor(facts, unit, facts.canonical_unit)


def same_size(analyte: str, one: str, other: str) -> bool:
    """Whether two units (UCUM) of an analyte are one size; False where it is not measured in one of them."""
    if one == other:
        return True
    try:
        return math.isclose(factor(analyte, one), factor(analyte, other), rel_tol=1e-9)
    except UnitError:
        return False


def derive_factor(facts: Analyte, unit: str, target: str) -> Decimal:
    """Multiplier between any two units of one analyte, from dimension, molar mass and valence."""
    with localcontext() as context:
        context.prec = 34
        (kind, size), (target_kind, target_size) = _in_base(unit), _in_base(target)
        exact = (
            size / target_size if kind == target_kind else _moles_per(facts, unit) / _moles_per(facts, target)
        )
    rounded = +exact
    whole = rounded.normalize()
    return whole if whole.as_tuple().exponent <= 0 else whole.quantize(Decimal(1))  # type: ignore[operator]


def convert(values: npt.ArrayLike, analyte: str, from_unit: str, to_unit: str) -> npt.NDArray[np.float64]:
    """Values [from_unit] in `to_unit`, rounded to 9 decimals so that limits are met exactly.

    Raises UnitError when one of the units is not accepted for the analyte.
    """
    numbers = np.asarray(values, dtype=float)
    if from_unit == to_unit:
        return numbers
    ratio = factor(analyte, from_unit) / factor(analyte, to_unit)
    return np.round(numbers * float(ratio), _DECIMALS)
