"""Chapter: one number moved in a table moves its finding, without a line of code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rls_dash.context.patients import PatientContext, Sex
from rls_dash.findings.engine import findings_of
from rls_dash.findings.rules import RULES
from rls_dash.interpret.computed import computed_results
from rls_dash.knowledge import Knowledge
from tests.spec.clinic import knowledge, results
from tests.spec.findings.cases import patient, rows, wordings

RULE = {rule.rule_id: rule for rule in RULES}
TABLET = "supplement|ferrous sulfate|65 mg|oral|2026-01-01"


def moved(key: str, side: str, number: str) -> Knowledge:
    """The tables with one number of a limit (`low`, `high`) or of a parameter (`value`) moved."""
    tables, number_ = knowledge(), Decimal(number)
    if side == "value":
        changed = replace(tables.parameters[key], value=number_)
        return replace(tables, parameters={**tables.parameters, key: changed})
    limit = replace(tables.limits[key], **{side: number_})
    return replace(tables, limits={**tables.limits, key: limit})


# key | side=number | rule | results | about | before | after
MOVED = """
b12_from_years | value=18 | B1 | vitamin_b12 100 pg/mL | age=17 | B1 | ?
egfr_mma_days | value=5 | B4 | methylmalonic_acid 0.5; egfr 80 2026-09-20 | - | B4 | ?B4.kidney_unknown
b12_mma_days | value=5 | B2 | vitamin_b12 300 pg/mL; methylmalonic_acid 0.2 2026-09-20 | - | - | B2
hb_adult_from_years | value=17 | H1 | hemoglobin 12.5 g/dL | age=16 male | H1.men | -
hb_child_12_from_years | value=14 | H1 | hemoglobin 11.8 g/dL | age=13 | H1.women | -
hb_child_5_from_years | value=7 | H1 | hemoglobin 11.2 g/dL | age=6 | H1.child_5 | -
hb_child_2_from_years | value=4 | H1 | hemoglobin 10.8 g/dL | age=3 | H1.child_2 | -
hb_child_from_months | value=24 | H1 | hemoglobin 10 g/dL | age=1 | H1.infant | ?
pregnancy_age_from | value=14 | H1 | hemoglobin 11.5 g/dL | age=13 female pregnant | - | H1.women
ferritin_oral_iron_100 | low=150 | I9 | ferritin 120 ug/L; tsat 30 % | - | I9 | -
hemoglobin_who_women_12 | high=11 | H1 | hemoglobin 11.5 g/dL | female not-pregnant | H1.women | -
hemoglobin_who_child_105 | high=9.5 | H1 | hemoglobin 10 g/dL | age=1 | H1.infant | -
hemoglobin_who_child_110 | high=10 | H1 | hemoglobin 10.5 g/dL | age=3 | H1.child_2 | -
hemoglobin_who_child_115 | high=11 | H1 | hemoglobin 11.2 g/dL | age=6 | H1.child_5 | -
hemoglobin_who_pregnant_105 | high=9 | H1 | hemoglobin 10 g/dL | pregnant | H1.pregnant | ?H1.trimester_needed
hemoglobin_who_pregnant_11 | high=10.6 | H1 | hemoglobin 10.8 g/dL | pregnant | ?H1.trimester_needed | -
holotc_unlikely_70 | low=90 | F3 | folate 2 ng/mL; holotranscobalamin 80 pmol/L | - | F3 | -
holotc_unlikely_70 | low=90 | F2 | folate 2 ng/mL; holotranscobalamin 80 pmol/L | - | - | F2
plp_low_30 | high=25 | V1 | vitamin_b6 28 nmol/L | - | V1.low_normal | -
vitamin_c_low_23 | high=15 | V3 | vitamin_c 20 umol/L | - | V3.low | -
"""


@pytest.mark.parametrize(("key", "number", "rule", "lines", "about", "before", "after"), rows(MOVED))
def test_a_moved_number_moves_its_finding(key, number, rule, lines, about, before, after) -> None:
    events = [TABLET] if rule == "I9" else []

    def said(**tables: Knowledge) -> str:
        return ", ".join(wordings(RULE[rule], patient(lines, about, events=events, **tables)))

    assert said() == before
    assert said(tables=moved(key, *number.split("="))) == after


def test_numbers_that_only_qualify_a_finding_move_its_text() -> None:
    lines = "vitamin_c 5 umol/L 2026-10-01; crp 20 mg/L 2026-09-27"

    def text(**tables: Knowledge) -> str:
        (found,) = findings_of(patient(lines, **tables), [RULE["V3"]]).findings
        return found.text

    assert "is above 10 mg/L" in text() and "falls with inflammation" in text()
    assert "falls with inflammation" not in text(tables=moved("crp_vitamin_c_10", "low", "25"))
    assert "is above 15 mg/L" in text(tables=moved("crp_vitamin_c_10", "low", "15"))
    assert "CRP of those days is not on file" in text(tables=moved("vitamin_crp_days", "value", "3"))


def test_spacing_stands_in_the_finding_as_in_its_table() -> None:
    tables = knowledge()
    longer = tuple(
        replace(one, hours="6 hours apart") if one.substance == "levothyroxine" else one
        for one in tables.interactions
    )
    events = [TABLET, "medicine|levothyroxine|100 mcg|oral|2020-01-01"]

    def text(used: Knowledge) -> str:
        (found,) = findings_of(patient("", events=events, tables=used), [RULE["D1"]]).findings
        return found.text

    assert "4 hours apart" in text(tables)
    assert "6 hours apart" in text(replace(tables, interactions=longer))


# parameter | number | sex | creatinine [mg/dL]
EQUATION = """
ckd_epi_constant       | 150   | male   | 1.2
ckd_epi_kappa_male     | 0.8   | male   | 1.2
ckd_epi_kappa_female   | 0.6   | female | 1.2
ckd_epi_alpha_male     | -0.5  | male   | 0.6
ckd_epi_alpha_female   | -0.5  | female | 0.5
ckd_epi_exponent_above | -1.0  | male   | 1.2
ckd_epi_age_factor     | 0.99  | male   | 1.2
ckd_epi_female_factor  | 1.1   | female | 1.2
"""


def computed(table: str, sex: Sex, tables: Knowledge) -> tuple[float, str] | None:
    facts = {"P1": PatientContext("P1", birth_date=date(1960, 1, 1), sex=sex)}
    found = computed_results(results(table), tables, facts)
    return (float(found["value"][0]), str(found["computed_from"][0])) if len(found) else None


@pytest.mark.parametrize(("key", "number", "sex", "creatinine"), rows(EQUATION))
def test_the_equation_of_the_egfr_stands_in_the_tables(key, number, sex, creatinine) -> None:
    table = f"analyte | value | unit\ncreatinine | {creatinine} | mg/dL"
    before, after = (
        computed(table, Sex(sex), tables) for tables in (knowledge(), moved(key, "value", number))
    )
    assert before and after and before[0] != after[0]


def test_the_age_and_the_factors_of_computed_results_stand_in_the_tables() -> None:
    creatinine = "analyte | value | unit\ncreatinine | 1.2 | mg/dL"
    assert computed(creatinine, Sex.MALE, knowledge())
    assert computed(creatinine, Sex.MALE, moved("ckd_epi_from_years", "value", "70")) is None
    panel = "analyte | value | unit\niron | 60 | ug/dL\ntransferrin | 250 | mg/dL"
    plain = computed(panel, Sex.MALE, knowledge())
    other = computed(panel, Sex.MALE, moved("transferrin_to_tibc_older", "value", "1.27"))
    assert plain and other and plain[0] == other[0]
    assert "with the factor 1.25" in plain[1] and "with the factor 1.27" in other[1]
