"""Chapter: openly licensed exports. They lie beside the repository; without them this is skipped."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse

EXPORTS = Path(__file__).resolve().parents[3] / "shared" / "exports"
pytestmark = pytest.mark.skipif(not EXPORTS.is_dir(), reason="shared/exports is not beside this repository")


def read(name: str) -> Analysis:
    return analyse([InputFile(name, (EXPORTS / name).read_bytes())], load_knowledge())


def analytes(analysis: Analysis) -> Counter[str]:
    return Counter(analysis.results["analyte"])


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        (
            "argonaut_results_slice.csv",
            172,
            {
                "ferritin": 2,
                "vitamin_b12": 10,
                "folate": 10,
                "magnesium": 11,
                "iron": 12,
                "transferrin_saturation": 3,
                "folate_rbc": 1,
                "tibc": 13,
            },
        ),
        ("cdisc_sdtm_lb_slice.csv", 527, {"vitamin_b12": 11, "hemoglobin": 77, "creatinine": 78}),
        (
            "synthea_omop_measurement_slice.csv",
            186,
            {"ferritin": 12, "magnesium": 12, "iron": 12, "tibc": 12, "transferrin_saturation": 12},
        ),
    ],
)
def test_each_slice_gives_what_a_reader_finds_by_hand(name: str, rows: int, expected: dict[str, int]) -> None:
    analysis = read(name)
    found = analytes(analysis)
    assert analysis.counts["rows_in"] == rows
    assert {analyte: found[analyte] for analyte in expected} == expected


@pytest.mark.parametrize(
    "path", sorted(EXPORTS.glob("*.[ct]sv")) if EXPORTS.is_dir() else [], ids=lambda path: path.name
)
def test_no_row_of_any_slice_vanishes(path: Path) -> None:
    analysis = read(path.name)
    counts = analysis.counts
    assert counts["rows_in"] == sum(count for key, count in counts.items() if key != "rows_in")
    assert bool(analysis.errors) == (path.name == "synthea_omop_concept_slice.csv"), (
        "only the dictionary is no export"
    )


def test_the_impossible_b12_is_set_aside() -> None:
    issues = read("argonaut_results_slice.csv").issues
    impossible = issues[issues["code"] == "impossible"]
    assert list(impossible["reported"]) == ["1000000.0"]
    assert list(impossible["severity"]) == ["set_aside"]


def test_the_reported_pair_of_cdisc_is_taken_once() -> None:
    b12 = read("cdisc_sdtm_lb_slice.csv").results.query("analyte == 'vitamin_b12'")
    assert set(b12["unit"]) == {"pmol/L"}
    assert set(b12["reported_unit"]) == {"pg/mL"}
    assert ((b12["value"] / b12["reported_number"]).round(4) == 0.7378).all()


def test_the_folate_of_red_cells_is_not_serum_folate() -> None:
    results = read("argonaut_results_slice.csv").results
    assert list(results.loc[results["analyte"] == "folate_rbc", "reported_code"]) == ["2283-0"]
    assert "1888-7" not in set(results["reported_code"])
    assert not results["reported_test"].str.contains("Ur |A1c", regex=True).any()
