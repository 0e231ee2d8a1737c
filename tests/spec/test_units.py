"""Chapter: one exact factor per analyte and unit; what is not certain has none."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from rls_dash.knowledge import Analyte, load_knowledge
from rls_dash.knowledge.unit_sizes import unit_sizes
from rls_dash.normalise.reported_units import resolve
from rls_dash.normalise.units import UnitError, by_pint, clean_unit, convert, derive_factor, dimension, factor


def test_ferritin_in_ng_per_ml_is_ug_per_litre_exactly() -> None:
    assert factor("ferritin", "ng/mL") == 1
    assert convert([75.0], "ferritin", "ng/mL", "ug/L")[0] == 75.0


@pytest.mark.parametrize(
    ("analyte", "number", "unit", "canonical"),
    [
        ("magnesium", "2", "mEq/L", "1"),
        ("magnesium", "2", "meq/L", "1"),
        ("magnesium", "1.7", "mg/dL", "0.6994"),
        ("vitamin_b12", "200", "pg/mL", "147.56"),
        ("vitamin_b12", "200", "ng/L", "147.56"),
        ("folate", "4", "ng/mL", "9.06"),
        ("iron", "100", "ug/dL", "17.91"),
        ("transferrin", "250", "mg/dL", "2.5"),
        ("hemoglobin", "8.5", "mmol/L", "136.97"),
        ("vitamin_d", "20", "ng/mL", "49.92"),
        ("creatinine", "1", "mg/dL", "88.4"),
        ("crp", "0.8", "mg/dL", "8"),
        ("methylmalonic_acid", "270", "nmol/L", "0.27"),
    ],
)
def test_known_conversions(analyte: str, number: str, unit: str, canonical: str) -> None:
    places = Decimal(canonical).as_tuple().exponent
    assert (Decimal(number) * factor(analyte, unit)).quantize(Decimal(1).scaleb(int(places))) == Decimal(
        canonical
    )


def test_conversions_carry_no_binary_dust() -> None:
    for number in (1.7, 2.43, 0.82, 75.3):
        assert convert([number], "crp", "mg/dL", "mg/L")[0] == round(number * 10, 9)
    assert convert([0.1], "methylmalonic_acid", "umol/L", "nmol/L")[0] == 100.0
    assert convert([270.3], "methylmalonic_acid", "nmol/L", "umol/L")[0] == 0.2703


@pytest.mark.parametrize(
    ("analyte", "unit"),
    [
        ("ferritin", "mmol/L"),
        ("ferritin", "meq/L"),
        ("iron", "meq/L"),
        ("transferrin_saturation", "mg/dL"),
        ("egfr", "mL/min"),
        ("ferritin", "Mg/dL"),
        ("sodium", "mmol/L"),
    ],
)
def test_what_an_analyte_is_not_measured_in_has_no_factor(analyte: str, unit: str) -> None:
    with pytest.raises(UnitError):
        factor(analyte, unit)


@pytest.mark.parametrize("unit", ["Mg/dL", "Pg/mL", "Mmol/L", "G/L", "MG/DL", "mg%", "IU/L", "", "ng mL"])
def test_pint_never_misreads_laboratory_text(unit: str) -> None:
    """Its registry here has no mega, peta or gauss to misread them as."""
    with pytest.raises(UnitError):
        dimension(unit)


def test_the_kept_sizes_are_those_that_pint_works_out() -> None:
    """When this fails, write into data/units/sizes.csv what pint says."""
    codes = {code for _, code in load_knowledge().accepted_units} - {"%", "1", "mL/min/{1.73_m2}"}
    assert unit_sizes() == {code: by_pint(code) for code in codes}


def test_both_mu_signs_and_blanks_are_one_spelling_and_case_is_kept() -> None:
    assert clean_unit(" \u00b5g / L ") == clean_unit("\u03bcg  /  L") == "ug / L"
    assert clean_unit("Mg/dL") != clean_unit("mg/dL")
    assert clean_unit("mL/min/1.73 m\u00b2") == "mL/min/1.73 m2"


# The same arithmetic once more, by fractions and without pint: prefix × molar mass or valence / litre.
PREFIXES = {"p": 12, "n": 9, "u": 6, "m": 3, "d": 1, "": 0}
KINDS = {"g": "mass", "mol": "amount", "eq": "charge"}
SPECIAL = {"%": ("fraction", Fraction(1, 100)), "1": ("fraction", Fraction(1))}
SPECIAL["mL/min/{1.73_m2}"] = ("filtration", Fraction(1))


def size(unit: str) -> tuple[str, Fraction]:
    """(kind, size in g/L, mol/L or eq/L) of a UCUM code."""
    if unit in SPECIAL:
        return SPECIAL[unit]
    above, below = unit.split("/")
    base = next(name for name in ("mol", "eq", "g") if above.endswith(name))
    up, down = PREFIXES[above.removesuffix(base)], PREFIXES[below.removesuffix("L")]
    return KINDS[base], Fraction(10) ** (down - up)


def moles(facts: Analyte, unit: str) -> Fraction:
    kind, amount = size(unit)
    if kind == "mass":
        return amount / Fraction(facts.molar_mass_g_per_mol or 0)
    return amount / Fraction(facts.valence or 0) if kind == "charge" else amount


def expected(facts: Analyte, unit: str, target: str) -> Fraction:
    (kind, amount), (target_kind, target_amount) = size(unit), size(target)
    if kind == target_kind:
        return amount / target_amount
    return moles(facts, unit) / moles(facts, target)


def rounded(exact: Fraction) -> Decimal:
    """A fraction to 28 digits."""
    with localcontext() as context:
        context.prec = 28
        return Decimal(exact.numerator) / Decimal(exact.denominator)


def test_every_accepted_unit_has_the_factor_of_plain_arithmetic() -> None:
    knowledge = load_knowledge()
    for analyte, unit in knowledge.accepted_units:
        facts = knowledge.analytes[analyte]
        exact = expected(facts, unit, facts.canonical_unit)
        assert factor(analyte, unit) == rounded(exact), (analyte, unit)
        assert dimension(unit) == size(unit)[0], unit
        if size(unit)[0] == size(facts.canonical_unit)[0]:
            assert Fraction(factor(analyte, unit)) == exact, (analyte, unit)


def test_any_two_units_of_an_analyte_convert_and_back() -> None:
    knowledge = load_knowledge()
    for analyte, unit in knowledge.accepted_units:
        facts = knowledge.analytes[analyte]
        for other, target in knowledge.accepted_units:
            if other == analyte:
                assert derive_factor(facts, unit, target) == rounded(expected(facts, unit, target))


def test_a_factor_is_written_without_an_exponent() -> None:
    for analyte, unit in load_knowledge().accepted_units:
        assert "E" not in str(factor(analyte, unit)).replace("E-", ""), (analyte, unit)
    assert str(factor("crp", "mg/dL")) == "10"
    assert str(factor("hemoglobin", "g/dL")) == "10"


def test_a_listed_spelling_of_a_unit_has_the_factor_of_its_code() -> None:
    assert factor("magnesium", " mEq/L ") == factor("magnesium", "meq/L") == Decimal("0.5")
    assert factor("ferritin", "NG/ML") == 1


def test_the_same_unit_changes_no_number() -> None:
    numbers = [0.1, 1e-12, 123456789.123456789]
    assert list(convert(numbers, "ferritin", "ng/mL", "ng/mL")) == numbers
    assert convert([1, 2], "ferritin", "ng/mL", "ng/mL").dtype == float
    assert list(convert(numbers[1:], "ferritin", "ng/mL", "ug/L")) == [0.0, 123456789.123456789]


def test_a_conversion_between_two_units_goes_by_both_factors() -> None:
    assert convert([1.0], "crp", "mg/dL", "mg/L")[0] == 10.0
    assert convert([10.0], "crp", "mg/L", "mg/dL")[0] == 1.0
    assert convert([3], "vitamin_b12", "pg/mL", "ng/L")[0] == 3.0
    assert convert([200], "vitamin_b12", "pg/mL", "pmol/L")[0] == 147.559222894
    with pytest.raises(UnitError):
        convert([1.0], "crp", "mg/dL", "mmol/L")
    with pytest.raises(UnitError):
        convert([1.0], "crp", "mmol/L", "mg/dL")


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("g/L", "mass"), ("pmol/L", "amount"), ("meq/L", "charge"), ("%", "fraction"), ("1", "fraction")],
)
def test_what_a_unit_measures(unit: str, kind: str) -> None:
    assert dimension(unit) == kind


def test_a_unit_that_is_no_concentration_has_no_dimension() -> None:
    for unit in ("g", "mol", "L", "g/g", "L/g"):
        with pytest.raises(UnitError, match="no concentration"):
            dimension(unit)
    for unit in ("Mmol/L", "G/L", "kg/L", "cup"):
        with pytest.raises(UnitError, match="not in the unit registry"):
            dimension(unit)


def test_a_mass_needs_a_molar_mass_and_a_charge_a_valence() -> None:
    analytes = load_knowledge().analytes
    for analyte, unit, target in (
        ("holotranscobalamin", "pg/mL", "pmol/L"),
        ("ferritin", "meq/L", "ug/L"),
        ("transferrin_saturation", "mg/dL", "%"),
        ("magnesium", "%", "mmol/L"),
        ("magnesium", "mmol/L", "%"),
        ("egfr", "mmol/L", "mL/min/{1.73_m2}"),
    ):
        with pytest.raises(UnitError, match="cannot be converted"):
            derive_factor(analytes[analyte], unit, target)


# What the unit text of a row and the LOINC property beside it mean; without a problem the code is used.
RESOLVED = """
analyte                | column         | cell  | property | code             | problem
ferritin               | ng/mL          |       | MCnc     | ng/mL            |
ferritin               | ng/mL          |       |          | ng/mL            |
ferritin               | pmol/L         |       | SCnc     | pmol/L           | unit_unusual
ferritin               | nmol/L         |       | SCnc     | nmol/L           | unit_unusual
ferritin               | ng/mL          |       | SCnc     |                  | loinc_unit_conflict
folate                 | nmol/L         |       | MCnc     |                  | loinc_unit_conflict
folate                 | nmol/L         |       | SCnc     | nmol/L           |
folate                 | nmol/L         |       | MSCnc    | nmol/L           |
magnesium              | mEq/L          |       | SCnc     | meq/L            |
magnesium              | mmol/L         |       | SCnc     | mmol/L           |
magnesium              | mg/dL          |       | SCnc     |                  | loinc_unit_conflict
magnesium              | mg/dL          |       | MCnc     | mg/dL            |
magnesium              | mEq/L          |       | MCnc     |                  | loinc_unit_conflict
transferrin_saturation | %              |       | MFr      | %                |
transferrin_saturation | %              |       | SFr      | %                |
transferrin_saturation | %              |       | MCnc     |                  | loinc_unit_conflict
egfr                   | mL/min/1.73 m2 |       | ArVRat   | mL/min/{1.73_m2} |
egfr                   | mL/min/1.73 m2 |       | SFr      |                  | loinc_unit_conflict
ferritin               |                | ng/mL |          | ng/mL            |
ferritin               | ng/mL          | ug/L  |          |                  | unit_conflict
ferritin               | ng/mL          | ng/ml |          | ng/mL            |
ferritin               | ng/mL          | mg/dL |          |                  | unit_conflict
ferritin               |                |       |          |                  | unit_missing
ferritin               | furlong        |       |          |                  | unit_unknown
ferritin               | ng/mL          | soon  |          |                  | not_a_number
ferritin               | mmol/L         |       |          |                  | unit_not_accepted
ferritin               |                | Mg/dL |          |                  | not_a_number
sodium                 | mmol/L         |       |          |                  |
"""


@pytest.mark.parametrize(
    ("analyte", "column", "cell", "loinc_property", "code", "problem"),
    [[part.strip() for part in line.split("|")] for line in RESOLVED.strip().splitlines()[1:]],
)
def test_a_unit_is_that_of_its_column_its_cell_and_its_code_or_none(
    analyte: str, column: str, cell: str, loinc_property: str, code: str, problem: str
) -> None:
    found = resolve(load_knowledge(), analyte, column, cell, loinc_property)
    assert (found.code, found.problem.code if found.problem else "") == (code, problem)
    assert found.unusual is (problem == "unit_unusual")
    if code:
        assert found.factor == float(factor(analyte, code))
        assert found.canonical == load_knowledge().analytes[analyte].canonical_unit
    else:
        assert (str(found.factor), found.canonical) == ("nan", "")
