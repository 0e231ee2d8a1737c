"""Laws of LOINC codes, names and exclusions. Each test lists every violation at once."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from rls_dash.knowledge import Knowledge, LoincRole, Match, load_knowledge
from rls_dash.normalise.identify import Fate, Identifier, fold_name, loinc_code

LOOK_ALIKES = (
    *("Ery. Mean Corpuscular HGB Concentration", "Hemoglobin A1c", "HbA1c", "Hgb A1c MFr Bld", "MCH", "MCHC"),
    *("Hgb F MFr Bld Kleih Betke", "Carboxyhemoglobin", "Reticulocyte hemoglobin", "Plasma free hemoglobin"),
    *("Vit B12a SerPl-mCnc", "Vitamin B12 Binding Capacity, Unsaturated", "Vitamin B12 and Folate"),
    *("Anti-intrinsic factor antibody", "Vitamin B Complex", "Magnesium, Urine", "U-Mg", "dU-Mg", "P-Mg-ion"),
    *("Ionized magnesium", "Magnesium 24 Std-Urin", "Magnesium oxide 400 mg", "Folate, Hemolysate"),
    *("Soluble transferrin receptor", "sTfR/log ferritin index", "Ferritin index", "Ferritin, CSF"),
    *("Iron/TIBC ratio", "Iron Stain", "Iron^3rd specimen", "Carbohydrate-deficient transferrin (CDT)"),
    *("Oxygen saturation", "PCR SARS-CoV-2", "Vitamin D, 1,25-Dihydroxy", "S-D-1,25", "Vitamin D2, 25-OH"),
    *("Albumin/Creatinine Ratio", "Creatinine, Urine", "Creatinine Clearance", "Creatine Kinase", "U-Krea"),
    *("eGFR if Africn Am", "EGFR mutation analysis", "4-Pyridoxic acid", "Pyridoxine", "Gamma-tocopherol"),
    *("Homocystine", "Methylmalonic Acid, Urine", "Lactoferrin", "5-MTHF folate CSF"),
)
NAMED = {
    "s-ferrit": "ferritin",
    "Ferritin concentration": "ferritin",
    "fS-Fe": "iron",
    "IRON, TOTAL": "iron",
    "Iron SerPl mg/dL": "iron",
    "p-mg": "magnesium",
    "p-krea": "creatinine",
    "b-hb": "hemoglobin",
    "s-transf": "transferrin",
    "p-crp": "crp",
    "P-CRP-herk": "hs_crp",
    "C-Reactive Protein, Cardiac": "hs_crp",
    "S-B12-TC2": "holotranscobalamin",
    "Active B12 (Holotranscobalamin)": "holotranscobalamin",
    "Vit B12 SerPl-mCnc": "vitamin_b12",
    "Vitamin B12 quantitative": "vitamin_b12",
    "Vitamine B12 pmol/L": "vitamin_b12",
    "Iron Satn MFr SerPl": "transferrin_saturation",
    "Ferritin-Sättigung": "transferrin_saturation",
    "Iron saturation [Mass Fraction] in Serum or Plasma": "transferrin_saturation",
    "Iron binding capacity [Mass/volume] in Serum or Plasma": "tibc",
    "Iron Bind.Cap.(TIBC)": "tibc",
    "Latente Eisenbindungskapazität": "uibc",
    "Folate, RBC": "folate_rbc",
    "Folate RBC-mCnc": "folate_rbc",
    "Foliumzuur (Folaat)": "folate",
    "Magnésium érythrocytaire": "magnesium_rbc",
    "Creat SerPl-mCnc": "creatinine",
    "eGFR Non-African American": "egfr",
    "Hemoglobin": "hemoglobin",
    "ヘモグロビン量 Hb": "hemoglobin",
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module")
def identifier(knowledge: Knowledge) -> Identifier:
    return Identifier(knowledge)


# --- LOINC ---------------------------------------------------------------------------------------------


def test_loinc_codes_pass_their_check_digit(knowledge: Knowledge) -> None:
    assert [code for code in knowledge.loinc if loinc_code(code) != code] == []
    assert loinc_code("3034-2") == "", "a wrong check digit seen in public code must not pass"


def test_number_of_loinc_codes_by_role(knowledge: Knowledge) -> None:
    roles = Counter(one.role for one in knowledge.loinc.values())
    # 75 of the source list less two of whole-blood folate, which needs the haematocrit to be compared
    assert roles[LoincRole.ACCEPT] == 73
    assert roles[LoincRole.ACCEPT_WITH_UNIT] == 10
    assert (
        roles[LoincRole.LOOK_ALIKE] == 330
    )  # 366 entries less the repeated ones and those of other analytes


def test_every_analyte_has_an_accepted_loinc_code(knowledge: Knowledge) -> None:
    named = {one.analyte for one in knowledge.loinc.values() if one.role is LoincRole.ACCEPT}
    assert sorted(set(knowledge.analytes) - named) == []


def test_codes_of_either_mass_or_moles_need_the_unit(knowledge: Knowledge) -> None:
    wrong = [
        one.loinc
        for one in knowledge.loinc.values()
        if one.role is not LoincRole.LOOK_ALIKE
        and (one.role is LoincRole.ACCEPT_WITH_UNIT) != (one.property == "MSCnc")
    ]
    assert wrong == []


def test_accepted_codes_are_tracked_beside_their_own_name(
    knowledge: Knowledge, identifier: Identifier
) -> None:
    wrong = []
    for one in knowledge.loinc.values():
        if one.role is LoincRole.LOOK_ALIKE:
            continue
        for name, code in ((one.long_common_name, one.loinc), ("", one.loinc), (one.long_common_name, "")):
            found = identifier.identify(name, code, "", "")
            if (found.fate, found.analyte) != (Fate.TRACKED, one.analyte):
                wrong.append((one.loinc, name, found))
    assert wrong == []


def test_look_alike_codes_are_tracked_neither_by_code_nor_by_name(
    knowledge: Knowledge, identifier: Identifier
) -> None:
    wrong = [
        (one.loinc, one.long_common_name)
        for one in knowledge.loinc.values()
        if one.role is LoincRole.LOOK_ALIKE
        and (
            identifier.identify(one.long_common_name, one.loinc, "", "").fate is not Fate.NOT_TRACKED
            or identifier.identify(one.long_common_name, "", "", "").fate is Fate.TRACKED
        )
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "specimen", ["Serum", "Plasma", "Serum / Plasma", "Serum or Plasma", "Blood", "Venous blood"]
)
def test_a_usual_specimen_vetoes_no_serum_code(
    knowledge: Knowledge, identifier: Identifier, specimen: str
) -> None:
    wrong = [
        one.loinc
        for one in knowledge.loinc.values()
        if one.role is LoincRole.ACCEPT
        and one.system == "Ser/Plas"
        and identifier.identify("", one.loinc, specimen, "").fate is not Fate.TRACKED
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "specimen", ["Urine", "24h urine", "Harn", "Sammelurin", "CSF", "Stool", "Liquor", "Ur"]
)
def test_another_specimen_vetoes_every_code(
    knowledge: Knowledge, identifier: Identifier, specimen: str
) -> None:
    tracked = [
        one.loinc
        for one in knowledge.loinc.values()
        if identifier.identify("", one.loinc, specimen, "").fate is Fate.TRACKED
    ]
    assert tracked == []


# --- names ---------------------------------------------------------------------------------------------


def test_names_stand_folded_and_once(knowledge: Knowledge) -> None:
    assert [one.name for one in knowledge.names if fold_name(one.name) != one.name] == []
    counts = Counter(one.name for one in knowledge.names)
    assert [name for name, count in counts.items() if count > 1] == []


def test_a_name_that_its_unit_decides_stands_only_in_that_table(knowledge: Knowledge) -> None:
    ambiguous = {one.name for one in knowledge.ambiguous_names}
    assert [one.name for one in knowledge.names if one.name in ambiguous] == []
    claims = Counter((one.name, unit) for one in knowledge.ambiguous_names for unit in one.units)
    assert [claim for claim, count in claims.items() if count > 1] == []


def test_every_name_means_its_analyte_and_no_other(knowledge: Knowledge, identifier: Identifier) -> None:
    """Alone, and inside a longer name when it is looked for there: no name is vetoed by its own analyte."""
    wrong = []
    for one in knowledge.names:
        endings = ("", " (lab 7)") if one.match is Match.BOUNDED else ("",)
        for ending in endings:
            found = identifier.identify(one.name + ending, "", "", "")
            if (found.fate, found.analyte) != (Fate.TRACKED, one.analyte):
                wrong.append((one.name + ending, one.analyte, found))
    assert wrong == []


def test_our_own_keys_are_names(knowledge: Knowledge, identifier: Identifier) -> None:
    found = {
        key: identifier.identify(key, "", "", facts.canonical_unit)
        for key, facts in knowledge.analytes.items()
    }
    assert {key: one.analyte for key, one in found.items()} == {key: key for key in knowledge.analytes}


@pytest.mark.parametrize(("name", "analyte"), NAMED.items())
def test_names_of_real_exports(identifier: Identifier, name: str, analyte: str) -> None:
    found = identifier.identify(name, "", "", "")
    assert (found.fate, found.analyte) == (Fate.TRACKED, analyte)


def test_look_alikes_stay_out(identifier: Identifier) -> None:
    tracked = {name: identifier.identify(name, "", "", "").analyte for name in LOOK_ALIKES}
    assert {name: analyte for name, analyte in tracked.items() if analyte} == {}


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("FER", "ug/dL", "iron"),
        ("FER", "ng/mL", "ferritin"),
        ("FER", "", ""),
        ("PCR", "mg/L", "crp"),
        ("PCR", "copies/mL", ""),
        ("Vitamin D", "ng/mL", "vitamin_d"),
        ("Vitamin D", "pg/mL", ""),
        ("% SATURATION", "%", "transferrin_saturation"),
        ("CSF", "%", "transferrin_saturation"),
        ("CSF", "mg/dL", ""),
        ("HTC", "%", ""),
        ("MMA", "nmol/L", "methylmalonic_acid"),
    ],
)
def test_the_unit_decides_ambiguous_names(
    identifier: Identifier, name: str, unit: str, expected: str
) -> None:
    found = identifier.identify(name, "", "", unit)
    assert found.fate is (Fate.TRACKED if expected else Fate.HELD)
    if expected:
        assert found.analyte == expected


# --- exclusions ----------------------------------------------------------------------------------------


def test_every_analyte_has_vetoes_of_its_own(knowledge: Knowledge) -> None:
    assert sorted(set(knowledge.analytes) - {one.analyte for one in knowledge.exclusions}) == []


def test_no_veto_hits_a_word_that_every_test_may_carry(knowledge: Knowledge) -> None:
    words = (
        "concentration",
        "quantitative",
        "external",
        "method",
        "filtration",
        "level",
        "result",
        "total assay",
    )

    hits = [
        (one.analyte, one.pattern, word)
        for one in knowledge.exclusions
        for word in words
        if re.search(one.pattern, word) and not (word == "total assay" and "total" in one.pattern)
    ]
    assert hits == []
