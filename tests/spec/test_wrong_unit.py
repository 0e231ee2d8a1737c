"""Chapter: a wrong unit. The printed range and the patient's own results as witnesses against it.

ingest-cases A6 computes that a hard range of possible values catches almost none of the usual unit errors.
What the printed range and the series catch is computed here, and what nothing can catch is written down.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rls_dash.knowledge import Knowledge, load_knowledge
from rls_dash.normalise.range_check import suspect_unit
from rls_dash.normalise.series_check import remarks, series_of
from rls_dash.normalise.unit_mix import unit_changes
from rls_dash.normalise.units import derive_factor, factor

REMARKS = ("row", "code", "ratio", "likely_unit", "message")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


# --- the printed range -----------------------------------------------------------------------------------

# Intervals of the kind laboratories print: analyte | unit | low | high (blank: not printed). Those read in
# this project: NorDx, Incyte, ARUP, Quest, LabCorp, Dynacare, Roche, Beckman; the rest as known in the field
# for the countries named. Children, pregnancy, targets of treatment and classes of supply are among them.
GENUINE = """
ferritin | ng/mL | 30 | 400 | men, Roche
ferritin | ng/mL | 13 | 150 | women, Roche
ferritin | ug/L | 15 | 150 | Germany, women
ferritin | ng/mL | 24 | 336 | US men
ferritin | ng/mL | 11 | 307 | US women
ferritin | ug/L | 7 | 84 | children
ferritin | ug/L | 200 | 600 | first month of life
ferritin | ug/L | 100 | 500 | target in dialysis
ferritin | ug/L | 100 | | target before intravenous iron
ferritin | ug/L | 30 | | lower limit alone, South Africa
ferritin | ug/L | 10 | 322 | Beckman
ferritin | pmol/L | 65 | 670 | older SI
vitamin_b12 | pg/mL | 211 | 946 | NorDx, Roche
vitamin_b12 | pg/mL | 232 | 1245 | LabCorp
vitamin_b12 | pg/mL | 180 | 914 | ARUP, Beckman
vitamin_b12 | pg/mL | 200 | 900 | textbook
vitamin_b12 | pg/mL | 180 | 1000 | England
vitamin_b12 | ng/L | 197 | 771 | Germany
vitamin_b12 | pmol/L | 133 | 595 | Norway, Abbott
vitamin_b12 | pmol/L | 145 | 569 | Roche
vitamin_b12 | pmol/L | 150 | 700 | Netherlands
vitamin_b12 | pmol/L | 110 | 650 | Australia
vitamin_b12 | pmol/L | 133 | | NICE, lower limit alone
holotranscobalamin | pmol/L | 37 | 188 | Abbott
holotranscobalamin | pmol/L | 50 | | lower limit alone
folate | ng/mL | 4.8 | 20.0 | NorDx
folate | ng/mL | 4.78 | 24.2 | Incyte
folate | ng/mL | 5.9 | | ARUP, lower limit alone
folate | ng/mL | 3 | | lower limit alone
folate | ng/mL | 2.7 | 17.0 | textbook
folate | ug/L | 3.1 | 20.5 | Germany
folate | ug/L | 3.9 | 26.8 | Roche
folate | ug/L | 10 | | an optimum, not a limit
folate | nmol/L | 5.2 | 29.2 | Norway
folate | nmol/L | 10.4 | 42.4 | Germany
folate | nmol/L | 8.8 | 60.8 | Roche
folate | nmol/L | 7 | | lower limit alone
folate | nmol/L | 7 | 45 | Netherlands
folate_rbc | ng/mL | 366 | | ARUP-like, lower limit alone
folate_rbc | ng/mL | 499 | 1504 | LabCorp
folate_rbc | ng/mL | 140 | 628 | textbook
folate_rbc | nmol/L | 317 | 1422 | textbook
folate_rbc | nmol/L | 285 | 1475 | Australia
magnesium | mg/dL | 1.6 | 2.6 | US
magnesium | mg/dL | 1.7 | 2.4 | US
magnesium | mg/dL | 1.8 | 3.0 | older US
magnesium | meq/L | 1.3 | 2.1 | US
magnesium | meq/L | 1.5 | 2.5 | older US
magnesium | mmol/L | 0.65 | 1.05 | Roche
magnesium | mmol/L | 0.70 | 1.10 | Netherlands
magnesium | mmol/L | 0.66 | 0.99 | Germany
magnesium | mmol/L | 0.85 | 1.10 | the proposal of magnesium researchers
magnesium | mmol/L | 0.60 | 0.95 | children
magnesium | mg/L | 16 | 26 | France
magnesium_rbc | mg/dL | 4.0 | 6.4 | Quest
magnesium_rbc | mg/dL | 4.2 | 6.8 | LabCorp
magnesium_rbc | mg/dL | 3.7 | 7.0 | older LabCorp
magnesium_rbc | mmol/L | 1.56 | 2.60 | Dynacare
iron | ug/dL | 50 | 180 | textbook
iron | ug/dL | 37 | 145 | Roche, women
iron | umol/L | 9 | 32 | textbook
iron | umol/L | 5.8 | 34.5 | Roche
iron | umol/L | 4.8 | 19.5 | children
iron | ug/L | 500 | 1700 | Switzerland
tibc | ug/dL | 250 | 425 | US
tibc | ug/dL | 240 | 450 | US
tibc | umol/L | 45 | 72 | England
tibc | umol/L | 44.8 | 76.1 | Netherlands
uibc | ug/dL | 110 | 370 | US
uibc | umol/L | 24.2 | 70.1 | Roche
transferrin | g/L | 2.0 | 3.6 | textbook
transferrin | mg/dL | 200 | 360 | textbook
transferrin | umol/L | 25 | 50 | Germany
transferrin_saturation | % | 20 | 50 | textbook
transferrin_saturation | % | 16 | 45 | Germany
transferrin_saturation | 1 | 0.15 | 0.50 | Italy
hemoglobin | g/dL | 12.0 | 16.0 | textbook, women
hemoglobin | g/dL | 13.5 | 17.5 | men
hemoglobin | g/L | 120 | 155 | Sweden
hemoglobin | g/L | 105 | 140 | pregnancy
hemoglobin | mmol/L | 7.5 | 10.0 | Netherlands, women
hemoglobin | mmol/L | 8.5 | 11.0 | Netherlands, men
hemoglobin | g/dL | 9.0 | 13.5 | two months of age
hemoglobin | g/dL | 14.5 | 22.5 | first week of life
crp | mg/L | | 5 | Germany
crp | mg/L | 0 | 10 | England
crp | mg/L | | 3 | Norway
crp | mg/L | | 1.0 | class of cardiac risk
crp | mg/dL | | 0.5 | Austria
crp | mg/dL | 0 | 1.0 | US
crp | mg/dL | | 0.3 | Japan
hs_crp | mg/L | | 3.0 | class of cardiac risk
hs_crp | mg/L | | 1.0 | class of cardiac risk
vitamin_b6 | ug/L | 5 | 50 | US
vitamin_b6 | ng/mL | 3.4 | 65.2 | LabCorp
vitamin_b6 | nmol/L | 20 | 125 | US
vitamin_d | ng/mL | 30 | 100 | US
vitamin_d | ng/mL | 20 | 50 | US
vitamin_d | ng/mL | 40 | 60 | an optimum, not a limit
vitamin_d | nmol/L | 75 | 250 | textbook
vitamin_d | nmol/L | 50 | 125 | Nordic countries
vitamin_d | nmol/L | 25 | 50 | class of supply
vitamin_d | nmol/L | 50 | | England, lower limit alone
vitamin_c | mg/dL | 0.4 | 2.0 | US
vitamin_c | umol/L | 23 | 114 | textbook
vitamin_e | mg/L | 5.5 | 17.0 | US
vitamin_e | umol/L | 12 | 42 | textbook
creatinine | mg/dL | 0.6 | 1.2 | textbook
creatinine | mg/dL | 0.2 | 0.5 | small children
creatinine | umol/L | 45 | 90 | Norway, women
creatinine | umol/L | 60 | 105 | men
creatinine | mg/L | 6 | 12 | France
egfr | mL/min/{1.73_m2} | 60 | | everywhere
homocysteine | umol/L | 5 | 15 | textbook
homocysteine | umol/L | | 10.4 | LabCorp
methylmalonic_acid | nmol/L | 0 | 378 | LabCorp
methylmalonic_acid | nmol/L | 87 | 318 | Quest
methylmalonic_acid | umol/L | 0.00 | 0.40 | ARUP
methylmalonic_acid | umol/L | | 0.27 | Netherlands
"""


def _rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def _end(text: str) -> float | None:
    return float(text) if text else None


def test_the_intervals_of_many_countries_raise_no_suspicion(knowledge: Knowledge) -> None:
    rows = _rows(GENUINE)
    assert len(rows) > 110
    suspected = []
    for analyte, unit, low, high, where in rows:
        found = suspect_unit(knowledge, analyte, unit, _end(low), _end(high))
        if found is not None:
            suspected.append((analyte, unit, low, high, where, found.likely))
    assert suspected == []


# analyte | stated unit | printed low | printed high | likely unit ("" : not certain, so nothing is said)
SUSPECTED = """
magnesium | mmol/L | 1.7 | 2.4 | mg/dL
magnesium | mmol/L | 1.6 | 2.6 | mg/dL
magnesium | mmol/L | 1.3 | 2.1 | meq/L
magnesium | mg/dL | 0.65 | 1.05 | mmol/L
magnesium | mg/dL | 16 | 26 | mg/L
magnesium | mg/dL | 1.3 | 2.1 |
magnesium | mmol/L | 2.2 | 3.6 |
magnesium | meq/L | 1.7 | 2.4 |
vitamin_b12 | pmol/L | 200 | 900 |
vitamin_b12 | pmol/L | 232 | 1245 |
vitamin_b12 | pg/mL | 133 | 595 |
vitamin_b12 | ng/mL | 200 | 900 | pg/mL
folate | nmol/L | 3 | 17 | ng/mL
folate | nmol/L | 4.8 | 20.0 | ng/mL
folate | nmol/L | 4.78 | 24.2 |
folate | nmol/L | 3.0 | | ng/mL
folate | nmol/L | 3.0 | 9999999 | ng/mL
folate | nmol/L | 0 | 17 | ng/mL
folate | nmol/L | 5.9 | |
folate | ng/mL | 7 | 45 | nmol/L
folate | ng/mL | 10.4 | 42.4 | nmol/L
folate | ng/mL | 7 | |
ferritin | ug/L | 1.5 | 15 | ug/dL
ferritin | ug/L | 65 | 670 |
crp | mg/L | | 0.5 | mg/dL
crp | mg/L | 0 | 0.5 | mg/dL
crp | mg/L | | 1.0 |
crp | mg/dL | | 5 | mg/L
hemoglobin | g/dL | 120 | 160 | g/L
hemoglobin | g/L | 12 | 16 | g/dL
creatinine | umol/L | 0.6 | 1.2 | mg/dL
creatinine | mg/dL | 60 | 105 | umol/L
iron | umol/L | 50 | 180 | ug/dL
iron | ug/dL | 9 | 32 | umol/L
vitamin_d | ng/mL | 75 | 250 | nmol/L
vitamin_d | nmol/L | 30 | 100 |
transferrin_saturation | % | 0.15 | 0.50 | 1
methylmalonic_acid | umol/L | 87 | 318 | nmol/L
homocysteine | mg/L | 5 | 15 | umol/L
"""


@pytest.mark.parametrize(("analyte", "unit", "low", "high", "likely"), _rows(SUSPECTED))
def test_a_range_that_speaks_of_another_unit(
    knowledge: Knowledge, analyte: str, unit: str, low: str, high: str, likely: str
) -> None:
    found = suspect_unit(knowledge, analyte, unit, _end(low), _end(high))
    assert (found.likely if found else "") == likely
    if found:
        label = knowledge.analytes[analyte].label
        assert found.likely in found.message and label in found.message and unit in found.message
        assert found.fits[0] == found.likely and unit not in found.fits


@pytest.mark.parametrize(
    ("analyte", "unit", "low", "high"),
    [
        ("magnesium", "mmol/L", None, None),
        ("magnesium", "mmol/L", 0.0, None),
        ("magnesium", "mmol/L", float("nan"), float("nan")),
        ("magnesium", "mmol/L", -1.0, float("inf")),
        ("crp", "mg/L", 0.0, 9_999_999.0),
        ("crp", "mg/L", 0.0, 999_999.0),
        ("magnesium", "furlong", 1.7, 2.4),
        ("sodium", "mmol/L", 135.0, 145.0),
        ("crp", "mg/L", 50.0, None),  # only upper ends of CRP say anything
    ],
)
def test_what_is_not_printed_or_not_known_says_nothing(
    knowledge: Knowledge, analyte: str, unit: str, low: float | None, high: float | None
) -> None:
    assert suspect_unit(knowledge, analyte, unit, low, high) is None


@pytest.mark.parametrize(
    ("ratio", "of_one_end", "of_two_ends"), [(1.28, False, False), (1.35, False, True), (1.42, True, True)]
)
def test_one_end_must_lie_further_out_than_two(
    knowledge: Knowledge, ratio: float, of_one_end: bool, of_two_ends: bool
) -> None:
    """Ends at this ratio above the highest usual ones, in every unit; what is doubted also fits another."""
    one, two = set(), set()
    for analyte, unit in knowledge.accepted_units:
        facts, typical = knowledge.analytes[analyte], knowledge.typical_intervals.get(analyte)
        if typical is None or typical.low is None or typical.high is None:
            continue
        size = float(derive_factor(facts, unit, typical.unit))
        low, high = (ratio * float(span[1]) / size for span in (typical.low, typical.high))
        one.add(suspect_unit(knowledge, analyte, unit, None, high) is not None)
        two.add(suspect_unit(knowledge, analyte, unit, low, high) is not None)
    assert ((True in one), (True in two)) == (of_one_end, of_two_ends)


def test_each_size_of_a_unit_is_named_once_by_its_usual_name(knowledge: Knowledge) -> None:
    found = suspect_unit(knowledge, "vitamin_b12", "ng/mL", 200, 900)
    assert found is not None
    assert found.fits == ("pg/mL", "pmol/L")  # not ng/L as well
    assert "pmol/L would fit, too" in found.message
    usual = suspect_unit(knowledge, "ferritin", "nmol/L", 30, 400)
    assert usual is not None and usual.likely == "ng/mL"  # rather than the unusual pmol/L


def caught(knowledge: Knowledge, analyte: str, true: str, stated: str) -> str:
    """How many of the genuine intervals of a unit are doubted under another: all, some, none."""
    mine = [
        row
        for row in _rows(GENUINE)
        if row[0] == analyte and factor(analyte, row[1]) == factor(analyte, true)
    ]
    found = [suspect_unit(knowledge, analyte, stated, _end(row[2]), _end(row[3])) for row in mine]
    assert len(mine) >= 1
    hits = [one for one in found if one is not None]
    # Never a wrong advice: the true unit is always among those named.
    assert all(factor(analyte, true) in [factor(analyte, unit) for unit in one.fits] for one in hits)
    return "all" if len(hits) == len(found) else "some" if hits else "none"


# What A6 says a hard range of values catches of it: no, except the factor 1000.
TABLE = """
vitamin_b12 | pg/mL | pmol/L | none
vitamin_b12 | pmol/L | pg/mL | none
vitamin_b12 | pg/mL | ng/mL | all
folate | nmol/L | ng/mL | some
folate | ng/mL | nmol/L | some
magnesium | mg/dL | mmol/L | all
magnesium | mmol/L | mg/dL | all
magnesium | meq/L | mmol/L | all
magnesium | mmol/L | meq/L | all
magnesium | mg/dL | meq/L | none
magnesium | meq/L | mg/dL | none
magnesium | mg/L | mg/dL | all
ferritin | pmol/L | ug/L | none
ferritin | ug/L | pmol/L | some
iron | ug/dL | umol/L | all
iron | umol/L | ug/dL | all
crp | mg/dL | mg/L | some
crp | mg/L | mg/dL | some
hemoglobin | g/dL | g/L | all
hemoglobin | mmol/L | g/dL | none
creatinine | mg/dL | umol/L | all
vitamin_d | nmol/L | ng/mL | some
vitamin_d | ng/mL | nmol/L | none
"""


@pytest.mark.parametrize(("analyte", "true", "stated", "expected"), _rows(TABLE))
def test_what_the_printed_range_catches(
    knowledge: Knowledge, analyte: str, true: str, stated: str, expected: str
) -> None:
    assert caught(knowledge, analyte, true, stated) == expected


def test_the_table_of_intervals_covers_every_analyte_and_itself(knowledge: Knowledge) -> None:
    assert set(knowledge.typical_intervals) == set(knowledge.analytes)
    assert set(knowledge.usual_changes) == set(knowledge.analytes)
    narrow = [
        one.analyte
        for one in knowledge.typical_intervals.values()
        if one.low is not None and one.low[0] >= one.high[1]
    ]
    assert narrow == []


# --- the patient's own results ---------------------------------------------------------------------------


def frame(*rows: str) -> pd.DataFrame:
    """`patient analyte unit value [file]`: results as rls_dash.schema has them, as far as they matter."""
    found = []
    for row in rows:
        patient, analyte, unit, cell, *file = row.split()
        sign = "<" if cell.startswith("<") else ">" if cell.startswith(">") else ""
        value = float(cell.lstrip("<>")) * float(factor(analyte, unit))
        found.append((patient, analyte, unit, sign, round(value, 9), (file or ["a.csv"])[0]))
    columns = ["patient_id", "analyte", "unit_code", "comparator", "value", "source_file"]
    texts = dict.fromkeys(["patient_id", "analyte", "unit_code", "comparator", "source_file"], "str")
    return pd.DataFrame(found, columns=columns).astype(texts)


def series_suspicions(results: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """What stands out, as a table: row (position in `results`), code, ratio, likely_unit, message."""
    found = remarks(series_of(results), knowledge)
    return pd.DataFrame({name: getattr(found, name) for name in REMARKS}, columns=list(REMARKS)).assign(
        patient_id=results["patient_id"].to_numpy()[found.row],
        analyte=results["analyte"].to_numpy()[found.row],
    )


def said(results: pd.DataFrame) -> list[tuple[int, str, str]]:
    found = series_suspicions(results, load_knowledge())
    return list(zip(found["row"], found["code"], found["likely_unit"], strict=True))


def series(analyte: str, *results: str) -> pd.DataFrame:
    """`unit value` of one patient."""
    return frame(*(f"P1 {analyte} {result}" for result in results))


@pytest.mark.parametrize(
    ("analyte", "results", "expected"),
    [
        # another unit stands there, and the number was not converted with it
        ("magnesium", ("mg/dL 2.0", "mg/dL 2.1", "mmol/L 2.05"), [(2, "unit_suspect", "mg/dL")]),
        ("magnesium", ("mmol/L 0.82", "mmol/L 0.84", "mg/dL 0.83"), [(2, "unit_suspect", "mmol/L")]),
        ("magnesium", ("meq/L 1.6", "meq/L 1.7", "mmol/L 1.6"), [(2, "unit_suspect", "meq/L")]),
        ("folate", ("ng/mL 8", "ng/mL 9", "nmol/L 8.4"), [(2, "unit_suspect", "ng/mL")]),
        ("ferritin", ("ug/L 40", "ug/L 44", "ug/dL 42"), [(2, "unit_suspect", "ug/L")]),
        # the same unit stands there: only what moves little by itself, or a wide jump
        ("magnesium", ("mmol/L 0.82", "mmol/L 0.86", "mmol/L 2.05"), [(2, "unit_suspect", "mg/dL")]),
        ("folate", ("ng/mL 8", "ng/mL 8.2", "ng/mL 18.4"), []),
        ("creatinine", ("mg/dL 0.9", "mg/dL 0.95", "mg/dL 82"), [(2, "unit_suspect", "umol/L")]),
        # too near to biology: B12 pg/mL as pmol/L, magnesium mg/dL as meq/L
        ("vitamin_b12", ("pg/mL 300", "pg/mL 310", "pmol/L 305"), []),
        ("magnesium", ("mg/dL 2.0", "mg/dL 2.0", "meq/L 2.0"), []),
        # far from the others, and no unit explains it
        ("ferritin", ("ug/L 30", "ug/L 28", "ug/L 240"), [(2, "delta", "")]),
        ("ferritin", ("ug/L 240", "ug/L 28", "ug/L 30"), [(0, "delta", "")]),
        ("ferritin", ("ug/L 150", "ug/L 160", "ug/L 12"), [(2, "delta", "")]),
        ("ferritin", ("ug/L 30", "ug/L 30", "ug/L 150"), [(2, "delta", "")]),
        ("ferritin", ("ug/L 30", "ug/L 30", "ug/L 149"), []),
        # before and after a treatment: two halves, and none of them is odd
        ("ferritin", ("ug/L 30", "ug/L 31", "ug/L 300", "ug/L 310"), []),
        ("ferritin", ("ug/L 30", "ug/L 60", "ug/L 600"), [(2, "delta", "")]),
        # an acute phase protein always does that
        ("crp", ("mg/L 1", "mg/L 1.2", "mg/L 110"), []),
        # two results do not say which is the odd one; a censored one has no size
        ("ferritin", ("ug/L 30", "ug/L 300"), []),
        ("ferritin", ("ug/L 30", "ug/L 28", "ug/L <1"), []),
        ("ferritin", ("ug/L 30", "ug/L 28", "ug/L >2000"), []),
    ],
)
def test_a_result_beside_the_others_of_its_patient(
    analyte: str, results: tuple[str, ...], expected: list[tuple[int, str, str]]
) -> None:
    assert said(series(analyte, *results)) == expected


def test_the_message_names_unit_and_ratio_and_leaves_the_truth_open() -> None:
    found = series_suspicions(series("magnesium", "mg/dL 2.0", "mg/dL 2.1", "mmol/L 2.05"), load_knowledge())
    message = found["message"].iloc[0]
    assert "mg/dL" in message and "2.43 times" in message
    assert "may also be real" in message and "kept" in message
    slip = series_suspicions(series("ferritin", "ug/L 30", "ug/L 30", "ug/L 300"), load_knowledge())
    assert "decimal point" in slip["message"].iloc[0] and "may be real" in slip["message"].iloc[0]


def test_series_are_of_one_patient_and_one_analyte() -> None:
    rows = ["P1 ferritin ug/L 30", "P1 ferritin ug/L 31", "P2 ferritin ug/L 900", "P2 iron umol/L 15"]
    assert said(frame(*rows)) == []
    assert said(frame(*rows, "P1 ferritin ug/L 900")) == [(4, "delta", "")]


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [f"P{n % 3} ferritin ug/L {value}" for n, value in enumerate((30, 31, 40, 29, 300, 41, 28, 33, 8))]
    ahead, behind = frame(*rows), frame(*reversed(rows))
    there = {len(rows) - 1 - row: code for row, code, _ in said(behind)}
    assert {row: code for row, code, _ in said(ahead)} == there != {}


def _median_by_hand(values: list[float], index: int) -> float:
    rest = sorted(values[:index] + values[index + 1 :])
    half = len(rest) // 2
    return rest[half] if len(rest) % 2 else float(np.sqrt(rest[half - 1] * rest[half]))


@pytest.mark.parametrize("size", [3, 4, 5, 8, 9, 20])
def test_the_ratio_is_to_the_median_of_the_others(size: int) -> None:
    random = np.random.default_rng(size)
    values = [float(value) for value in np.exp(random.normal(3, 0.3, size)).round(3)]
    odd = int(random.integers(size))
    values[odd] = 900.0
    found = series_suspicions(frame(*(f"P1 ferritin ug/L {value}" for value in values)), load_knowledge())
    assert list(found["row"]) == [odd]
    assert found["ratio"].iloc[0] == pytest.approx(900.0 / _median_by_hand(values, odd))


def test_no_results_say_nothing() -> None:
    assert said(frame()) == []
    assert len(unit_changes(frame())) == 0


def test_a_change_of_unit_is_noted_once_a_file_and_analyte() -> None:
    rows = ["P1 magnesium mg/dL 2.0 a.csv", "P1 magnesium mmol/L 0.8 a.csv", "P2 magnesium mg/dL 2.0 a.csv"]
    rows += ["P2 magnesium mmol/L 0.9 b.csv", "P3 ferritin ng/mL 30 a.csv", "P3 ferritin ug/L 31 a.csv"]
    rows += ["P4 folate ng/mL 8 a.csv", "P5 folate nmol/L 18 a.csv"]  # two patients: no series changes
    found = unit_changes(frame(*rows))
    assert list(zip(found["source_file"], found["analyte"], found["row"], strict=True)) == [
        ("a.csv", "magnesium", 0),
        ("b.csv", "magnesium", 3),
    ]
    assert set(found["units"]) == {"mg/dL and mmol/L"}
    assert found["message"].str.contains("mg/dL and mmol/L").all()


def test_a_change_of_unit_is_seen_in_a_single_series() -> None:
    for analyte, one, two in (("magnesium", "mg/dL 2.0", "mmol/L 0.8"), ("folate", "nmol/L 18", "ng/mL 8")):
        found = unit_changes(frame(f"P1 {analyte} {one} a.csv", f"P1 {analyte} {two} a.csv"))
        units = " and ".join(sorted((one.split()[0], two.split()[0])))
        assert found[["analyte", "row", "units"]].to_numpy().tolist() == [[analyte, 0, units]]
    crp, folate = (
        ("P1 crp mg/L 2 a.csv", "P1 crp mg/dL 0.2 a.csv"),
        ("P1 folate ng/mL 8 a.csv", "P1 folate nmol/L 18 a.csv"),
    )
    mixed = unit_changes(frame(*crp, *folate))
    assert sorted(mixed["analyte"]) == ["crp", "folate"]
