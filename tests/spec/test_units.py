"""Chapter: one exact factor per analyte and unit; what is not certain has none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rls_dash.normalise.units import UnitError, clean_unit, convert, dimension, factor


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


def test_both_mu_signs_and_blanks_are_one_spelling_and_case_is_kept() -> None:
    assert clean_unit(" \u00b5g / L ") == clean_unit("\u03bcg  /  L") == "ug / L"
    assert clean_unit("Mg/dL") != clean_unit("mg/dL")
    assert clean_unit("mL/min/1.73 m\u00b2") == "mL/min/1.73 m2"
