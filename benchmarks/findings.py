"""Time of findings for many patients, as a ratio to reading and normalising their results in the same run.

    python benchmarks/findings.py [PATIENTS]

Goal: 1.0 for 100,000 patients with 15 results each. Only ratios within one run count: machines are noisy.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from exports import random_export  # noqa: E402

from rls_dash.answers import ReadOptions  # noqa: E402
from rls_dash.findings.compose import Beside, interpreted  # noqa: E402
from rls_dash.knowledge import load_knowledge  # noqa: E402
from rls_dash.pipeline import InputFile, analyse  # noqa: E402

RESULTS_EACH = 15


def main(patients: int) -> None:
    """Print seconds of reading, of assessing and findings, and their ratio."""
    knowledge, as_of = load_knowledge(), date(2026, 11, 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labs.csv"
        random_export(path, patients * RESULTS_EACH, 1.0)
        content = path.read_bytes()
    start = time.perf_counter()
    analysis = analyse([InputFile("labs.csv", content)], knowledge, ReadOptions(as_of))
    results = analysis.results
    read = time.perf_counter() - start
    start = time.perf_counter()
    found = interpreted(results, analysis.issues, knowledge, as_of, Beside())
    said = time.perf_counter() - start
    print(f"{patients:,} patients, {len(results):,} results: read {read:.2f} s, findings {said:.2f} s")
    print(f"findings / read: {said / read:.1f}; {said / max(len(found.findings), 1) * 1000:.2f} ms a patient")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
