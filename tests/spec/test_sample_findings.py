"""The findings of the sample clinic, whole: a golden file, read line by line against the clinical facts.

Rewrite it, after reading what changed, with the command of the README on data/samples.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from rls_dash.__main__ import main
from rls_dash.ui import sample

ROOT = Path(__file__).resolve().parents[2]
SAMPLES, GOLDEN = ROOT / "data" / "samples", ROOT / "tests" / "golden" / "sample_clinic" / "findings.csv"
PRESCRIBES = re.compile(
    r"\b(give|start|take|prescribe|treat with|increase|stop taking|supplement with)\b", re.I
)
QUOTED = re.compile(r"\([^)]*\)")  # names of recorded products


def written(tmp_path: Path) -> list[dict[str, str]]:
    """What the command writes of the sample clinic."""
    side = {"patients.csv", "events.csv", "scores.csv"}
    exports = [str(SAMPLES / one.name) for one in sample.files() if one.name not in side]
    options = [
        part for name in sorted(side) for part in (f"--{name.removesuffix('.csv')}", str(SAMPLES / name))
    ]
    out = tmp_path / "findings.csv"
    assert (
        main(["findings", *exports, *options, "--as-of", sample.as_of().isoformat(), "--out", str(out)]) == 0
    )
    return read(out)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(rows: list[dict[str, str]]) -> list[str]:
    return [" | ".join(row.values()) for row in rows]


def test_the_findings_of_the_sample_clinic_are_those_that_were_read(tmp_path: Path) -> None:
    now, golden = lines(written(tmp_path)), lines(read(GOLDEN))
    gone = [f"- {line}" for line in golden if line not in set(now)]
    new = [f"+ {line}" for line in now if line not in set(golden)]
    assert not gone + new, "\n".join([*gone[:20], *new[:20]])
    assert now == golden


def test_the_sample_shows_each_severity_and_names_a_source_for_every_finding() -> None:
    rows = read(GOLDEN)
    assert {row["severity"] for row in rows} == {"stop", "act", "note", "info", "not_evaluated"}
    unsourced = [
        row for row in rows if row["severity"] != "not_evaluated" and not (row["sources"] and row["evidence"])
    ]
    assert not unsourced


def test_no_finding_prescribes() -> None:
    told = [row["text"] for row in read(GOLDEN) if PRESCRIBES.search(QUOTED.sub("", row["text"]))]
    assert not told
