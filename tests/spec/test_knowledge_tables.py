"""Laws of the knowledge tables: provenance, analytes, units. Each test lists every violation at once."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from rls_dash.knowledge import (
    KNOWLEDGE_DIRECTORY,
    Handling,
    Knowledge,
    Tier,
    load_knowledge,
)
from rls_dash.model import Evidence
from rls_dash.normalise.units import clean_unit, factor

ANALYTES = (
    *("ferritin", "vitamin_b12", "holotranscobalamin", "folate", "folate_rbc", "magnesium", "magnesium_rbc"),
    *("iron", "tibc", "uibc", "transferrin", "transferrin_saturation", "hemoglobin", "crp", "hs_crp"),
    *("vitamin_b6", "vitamin_d", "vitamin_c", "vitamin_e", "creatinine", "egfr", "homocysteine"),
    "methylmalonic_acid",
)
CANONICAL = {
    "ug/L": {"ferritin"},
    "pmol/L": {"vitamin_b12", "holotranscobalamin"},
    "nmol/L": {"folate", "folate_rbc", "vitamin_b6", "vitamin_d"},
    "mmol/L": {"magnesium", "magnesium_rbc"},
    "umol/L": {
        *(
            "iron",
            "tibc",
            "uibc",
            "vitamin_c",
            "vitamin_e",
            "creatinine",
            "homocysteine",
            "methylmalonic_acid",
        ),
    },
    "g/L": {"transferrin", "hemoglobin"},
    "%": {"transferrin_saturation"},
    "mg/L": {"crp", "hs_crp"},
    "mL/min/{1.73_m2}": {"egfr"},
}
# Mixed case makes mega, peta and giga of milli, pico and gram; some are a wrong quantity altogether.
REFUSED_SPELLINGS = (
    *("Mg/dL", "Mg/L", "Pg/mL", "Pg/ml", "Mmol/L", "Pmol/L", "Nmol/L", "Umol/L", "Ng/mL", "Ug/L", "Ug/dL"),
    *("G/L", "G/dL", "G/l", "M/L", "kU/L", "U", "U/L", "IU/L", "mg%", "g%", "ug%", "mM", "uM", "nM", "pM"),
    *("?g/L", "\ufffdg/L", "|g/L", "lg/L", "ug", "mg", "ratio", "index", "mmol/mol", "1", "", "mg/24h"),
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def rows_of(file: str) -> list[dict[str, str]]:
    with (KNOWLEDGE_DIRECTORY / file).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


TABLES = sorted(path.name for path in KNOWLEDGE_DIRECTORY.glob("*.csv"))


# --- every table ---------------------------------------------------------------------------------------


def test_every_row_says_where_it_comes_from(knowledge: Knowledge) -> None:
    grades = {grade.value for grade in Evidence}
    wrong = [
        (file, row)
        for file in TABLES
        for row in rows_of(file)
        if not (row["source"] in knowledge.sources and row["locator"].strip() and row["evidence"] in grades)
        or not re.fullmatch(r"\d{4}-\d\d-\d\d", row["reviewed_on"])
    ]
    assert wrong == []


def test_every_source_is_used(knowledge: Knowledge) -> None:
    used = {row["source"] for file in TABLES if file != "sources.csv" for row in rows_of(file)}
    assert sorted(set(knowledge.sources) - used) == []


def test_tables_are_plain_utf8_with_unix_line_ends() -> None:
    wrong = [
        file
        for file in TABLES
        if b"\r" in (content := (KNOWLEDGE_DIRECTORY / file).read_bytes())
        or content.startswith(b"\xef\xbb\xbf")
        or not content.endswith(b"\n")
    ]
    assert wrong == []


def test_the_loinc_licence_notice_travels_with_the_table() -> None:
    notice = (KNOWLEDGE_DIRECTORY / "NOTICE.txt").read_text(encoding="utf-8")
    assert "LOINC" in notice and "Regenstrief Institute" in notice and "http://loinc.org/license" in notice


def test_micro_is_written_with_one_character() -> None:
    wrong = [
        (file, number)
        for file in TABLES
        for number, line in enumerate(
            (KNOWLEDGE_DIRECTORY / file).read_text(encoding="utf-8").splitlines(), 1
        )
        if "\u03bcg" in line or "\u03bcmol" in line
    ]
    assert wrong == []


# --- analytes and units --------------------------------------------------------------------------------


def test_all_analytes_with_their_canonical_units(knowledge: Knowledge) -> None:
    assert sorted(knowledge.analytes) == sorted(ANALYTES)
    found = defaultdict(set)
    for key, facts in knowledge.analytes.items():
        found[facts.canonical_unit].add(key)
    assert found == CANONICAL
    core = [key for key, facts in knowledge.analytes.items() if facts.tier is Tier.CORE]
    assert core == ["ferritin", "vitamin_b12", "folate", "magnesium"]


def test_analytes_have_one_place_each_in_the_order(knowledge: Knowledge) -> None:
    orders = [facts.display_order for facts in knowledge.analytes.values()]
    assert orders == sorted(set(orders))
    labels = Counter(facts.short_label for facts in knowledge.analytes.values())
    assert [label for label, count in labels.items() if count > 1] == []


def test_a_canonical_unit_needs_no_question_and_its_factor_is_one(knowledge: Knowledge) -> None:
    wrong = [
        key
        for key, facts in knowledge.analytes.items()
        if knowledge.accepted_units[key, facts.canonical_unit].handling is not Handling.ACCEPT
        or knowledge.accepted_units[key, facts.conventional_unit].handling is not Handling.ACCEPT
        or factor(key, facts.canonical_unit) != 1
    ]
    assert wrong == []


def test_derived_factors_agree_with_published_ones(knowledge: Knowledge) -> None:
    wrong = [
        f"{analyte} {unit}: {factor(analyte, unit)} here, {number} in {where}"
        for (analyte, unit), accepted in knowledge.accepted_units.items()
        for number, where in accepted.published
        if abs(number / factor(analyte, unit) - 1) > Decimal("0.005")
    ]
    assert wrong == []


def test_conversion_through_a_molar_mass_has_two_published_witnesses(knowledge: Knowledge) -> None:
    """For the four core analytes in the units their exports use."""
    pairs = [("vitamin_b12", "pg/mL"), ("vitamin_b12", "ng/L"), ("folate", "ng/mL"), ("folate", "ug/L")]
    pairs += [("magnesium", "mg/dL"), ("magnesium", "meq/L"), ("ferritin", "pmol/L"), ("ferritin", "ng/mL")]
    pairs += [("iron", "ug/dL"), ("tibc", "ug/dL"), ("creatinine", "mg/dL"), ("hemoglobin", "mmol/L")]
    assert [pair for pair in pairs if len(knowledge.accepted_units[pair].published) < 2] == []


@pytest.mark.parametrize(
    ("analyte", "unit", "expected"),
    [
        ("ferritin", "ng/mL", "1"),
        ("ferritin", "pmol/L", "0.445"),
        ("magnesium", "meq/L", "0.5"),
        ("transferrin", "mg/dL", "0.01"),
        ("transferrin_saturation", "1", "100"),
        ("hemoglobin", "g/dL", "10"),
        ("crp", "mg/dL", "10"),
        ("methylmalonic_acid", "nmol/L", "0.001"),
    ],
)
def test_exact_factors(analyte: str, unit: str, expected: str) -> None:
    assert factor(analyte, unit) == Decimal(expected)


def test_units_that_are_asked_for_or_refused(knowledge: Knowledge) -> None:
    asked = {(a, u) for (a, u), one in knowledge.accepted_units.items() if one.handling is Handling.ASK}
    expected = {("ferritin", "pmol/L"), ("ferritin", "ug/dL"), ("ferritin", "nmol/L")}
    expected |= {("vitamin_b12", unit) for unit in ("nmol/L", "ng/mL", "pg/dL")}
    assert sorted(expected - asked) == []
    refused = {("ferritin", "g/L"), ("iron", "g/L"), ("vitamin_b12", "g/L"), ("egfr", "mL/min")}
    refused |= {("vitamin_d", "pg/mL"), ("vitamin_d", "pmol/L"), ("vitamin_b12", "%"), ("folate", "mmol/L")}
    assert sorted(refused & set(knowledge.accepted_units)) == []
    equivalents = {analyte for analyte, unit in knowledge.accepted_units if unit == "meq/L"}
    assert equivalents == {"magnesium", "magnesium_rbc"}


# --- unit spellings ------------------------------------------------------------------------------------


def test_spellings_stand_as_the_clean_up_leaves_them(knowledge: Knowledge) -> None:
    assert [spelling for spelling in knowledge.unit_spellings if clean_unit(spelling) != spelling] == []


def test_misleading_spellings_are_absent(knowledge: Knowledge) -> None:
    listed = [spelling for spelling in REFUSED_SPELLINGS if clean_unit(spelling) in knowledge.unit_spellings]
    assert listed == []
    # capital and small letters mixed as in "Mg/dL": mega, peta, giga
    mixed = [spelling for spelling in knowledge.unit_spellings if re.match(r"[MPGUNK][a-z]{1,3}/", spelling)]
    assert mixed == []


def test_every_accepted_unit_can_be_written(knowledge: Knowledge) -> None:
    codes = {unit for _, unit in knowledge.accepted_units}
    unwritten = (
        codes - {"1"} - {code for spelling, code in knowledge.unit_spellings.items() if spelling == code}
    )
    assert sorted(unwritten) == []
    assert [one for one, code in knowledge.unit_spellings.items() if code == "1"] == [
        *("fraction", "Fraction", "FRACTION")
    ]


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("\u00b5g/L", "ug/L"),
        ("\u03bcg/L", "ug/L"),
        ("\u00c2\u00b5g/L", "ug/L"),
        ("mcg/dL", "ug/dL"),
        ("NG/ML", "ng/mL"),
        ("MG/DL", "mg/dL"),
        ("NMOL/L", "nmol/L"),
        ("mEq/L", "meq/L"),
        ("mval/l", "meq/L"),
        ("gr/dL", "g/dL"),
        ("ml/min/1,73m\u00b2", "mL/min/{1.73_m2}"),
        ("mL/min/1.73 sq m", "mL/min/{1.73_m2}"),
        ("\uff05", "%"),
        (" ng/ml ", "ng/mL"),
    ],
)
def test_spellings_seen_in_exports(knowledge: Knowledge, spelling: str, code: str) -> None:
    assert knowledge.unit_spellings[clean_unit(spelling)] == code
