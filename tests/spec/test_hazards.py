"""The hazard log: every hazard names the modules that control it and the tests that prove them."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["hazard_id", "hazard", "cause", "severity", "controls", "tests", "residual"]
SEVERITIES = {"catastrophic", "major", "considerable", "minor"}


def hazards() -> list[dict[str, str]]:
    """The rows of the log."""
    with (ROOT / "data" / "safety" / "hazards.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def names_of_tests(path: Path) -> frozenset[str]:
    """Names of the test functions of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def problems(hazard: dict[str, str]) -> list[str]:
    """What is wrong with one row."""
    empty = [column for column in COLUMNS if not hazard[column].strip()]
    if empty:
        return [f"{hazard['hazard_id']}: nothing stands under {', '.join(empty)}"]
    found = []
    if hazard["severity"] not in SEVERITIES:
        found.append(f"{hazard['hazard_id']}: severity {hazard['severity']}")
    for node in hazard["tests"].split():
        path, _, name = node.partition("::")
        if not (ROOT / path).is_file() or name not in names_of_tests(ROOT / path):
            found.append(f"{hazard['hazard_id']}: there is no test {node}")
    modules = re.findall(r"rls_dash/[\w/]+\.py", hazard["controls"])
    if not modules:
        found.append(f"{hazard['hazard_id']}: no module controls it")
    found += [
        f"{hazard['hazard_id']}: there is no module {one}" for one in modules if not (ROOT / one).is_file()
    ]
    return found


def test_every_hazard_names_its_controls_and_the_tests_that_prove_them() -> None:
    wrong = [line for hazard in hazards() for line in problems(hazard)]
    assert not wrong, "\n".join(wrong)


def test_every_hazard_stands_once_and_in_order() -> None:
    ids = [hazard["hazard_id"] for hazard in hazards()]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"H\d\d", one) for one in ids)
    assert len(ids) >= 20


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"tests": ""}, "nothing stands under tests"),
        ({"controls": "care"}, "no module controls it"),
        ({"controls": "rls_dash/none.py: care"}, "there is no module rls_dash/none.py"),
        ({"tests": "tests/spec/test_hazards.py::test_nothing"}, "there is no test"),
        ({"tests": "tests/spec/none.py::test_nothing"}, "there is no test"),
        ({"severity": "grave"}, "severity grave"),
    ],
)
def test_a_hazard_without_proof_is_seen(change: dict[str, str], expected: str) -> None:
    assert expected in " ".join(problems(hazards()[0] | change))
