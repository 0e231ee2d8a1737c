"""Chapter: the pipeline without a browser."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from rls_dash.schema import ISSUE_COLUMNS, RESULT_COLUMNS

REPO = Path(__file__).resolve().parents[2]
PLAIN = (
    "patient_id,date,test,value,unit\nP1,2025-03-05,Ferritin,75,ng/mL\n"
    "P1,2025-03-05,Magnesium,2,Mg/dL\nP1,2025-03-05,Sodium,140,mmol/L\n"
)


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rls_dash", *map(str, arguments)]
    return subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False, env=None)


def normalise(tmp_path: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    return run(
        "normalise",
        *files,
        "--out",
        tmp_path / "results.csv",
        "--issues",
        tmp_path / "issues.csv",
        "--json",
        cwd=tmp_path,
    )


def test_results_issues_and_counts_are_written(tmp_path: Path) -> None:
    export = tmp_path / "labs.csv"
    export.write_text(PLAIN, encoding="utf-8")
    done = normalise(tmp_path, export)
    assert (done.returncode, done.stderr) == (0, "")
    counts = json.loads(done.stdout)
    assert {
        name: counts[name]
        for name in ("rows_in", "results", "set_aside", "held", "not_tracked", "duplicates")
    } == {
        "rows_in": 3,
        "results": 1,
        "set_aside": 0,
        "held": 1,
        "not_tracked": 1,
        "duplicates": 0,
    }
    assert counts["issues"] == {"not_tracked": 1, "unit_unknown": 1}
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        results = list(csv.DictReader(file))
    assert list(results[0]) == RESULT_COLUMNS
    assert results[0] == {
        "patient_id": "P1",
        "analyte": "ferritin",
        "collected_at": "2025-03-05",
        "comparator": "",
        "value": "75",
        "unit": "ug/L",
        "reported_test": "Ferritin",
        "reported_code": "",
        "reported_value": "75",
        "reported_unit": "ng/mL",
        "reference_low": "",
        "reference_high": "",
        "lab_flag": "",
        "status": "not_stated",
        "source_file": "labs.csv",
        "source_row": "2",
    }
    with (tmp_path / "issues.csv").open(encoding="utf-8", newline="") as file:
        issues = list(csv.DictReader(file))
    assert list(issues[0]) == ISSUE_COLUMNS
    held = next(issue for issue in issues if issue["severity"] == "held")
    assert (held["source_row"], held["column"], held["reported"]) == ("3", "unit", "Mg/dL")


def test_a_file_that_cannot_be_read_writes_nothing_and_says_why(tmp_path: Path) -> None:
    good, bad = tmp_path / "labs.csv", tmp_path / "book.csv"
    good.write_text(PLAIN, encoding="utf-8")
    bad.write_bytes(b"PK\x03\x04")
    done = normalise(tmp_path, good, bad)
    assert done.returncode == 1
    assert "book.csv" in done.stderr
    assert "Excel" in done.stderr
    assert not (tmp_path / "results.csv").exists()
    assert not (tmp_path / "issues.csv").exists()


def test_a_missing_file_is_reported_without_its_folder(tmp_path: Path) -> None:
    done = normalise(tmp_path, tmp_path / "nowhere.csv")
    assert done.returncode == 1
    assert "nowhere.csv" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("normalise",), ("normalise", "labs.csv"), ("prescribe",)])
def test_wrong_usage_exits_with_two(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert run(*arguments, cwd=tmp_path).returncode == 2


def test_a_cell_that_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    export = tmp_path / "labs.csv"
    export.write_text(
        PLAIN.replace("P1,2025-03-05,Ferritin", '"=HYPERLINK(""x"")",2025-03-05,Ferritin'), encoding="utf-8"
    )
    assert normalise(tmp_path, export).returncode == 0
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["patient_id"] == '\'=HYPERLINK("x")'


def test_a_place_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    export = tmp_path / "labs.csv"
    export.write_text(PLAIN, encoding="utf-8")
    done = run(
        "normalise", export, "--out", tmp_path / "r.csv", "--issues", tmp_path / "no" / "i.csv", cwd=tmp_path
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labs.csv"]


def test_an_export_is_never_overwritten(tmp_path: Path) -> None:
    export = tmp_path / "labs.csv"
    export.write_text(PLAIN, encoding="utf-8")
    done = run("normalise", export, "--out", export, "--issues", tmp_path / "i.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert export.read_text(encoding="utf-8") == PLAIN
