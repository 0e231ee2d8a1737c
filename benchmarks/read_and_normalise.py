"""Time and memory of reading and normalising a long export, as ratios to a bare read of the same file.

    python benchmarks/read_and_normalise.py [ROWS] [--tracked SHARE] [--repeats N]

Only ratios within one run count: machines are noisy. Goals for 1,000,000 rows: 2.0 with every row
tracked, 1.3 with 12 % tracked. Each step runs in its own process; the fastest of the repeats counts.
Memory is the peak over what the imports take, divided by the size of the file; only Linux and macOS
can tell it.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FIRST_DAY = date(2021, 1, 1)
HEADER = "patient_id,collected_at,test,loinc,value,unit,reference_range,flag,status\n"

# Spelling, LOINC, (unit, low, high, digits) per way of reporting, printed interval.
TRACKED = [
    ("Ferritin", "2276-4", [("ng/mL", 5, 400, 0), ("ug/L", 5, 400, 1), ("µg/L", 5, 400, 0)], "30-400"),
    ("Vitamin B12", "2132-9", [("pg/mL", 120, 1200, 0), ("ng/L", 120, 1200, 0)], "200-900"),
    ("Folate", "2284-8", [("ng/mL", 1.5, 20, 1), ("ug/L", 1.5, 20, 1)], ">4.0"),
    ("Magnesium", "19123-9", [("mg/dL", 1.4, 2.7, 1)], "1.6-2.6"),
    ("Iron", "2498-4", [("ug/dL", 20, 200, 0)], "60-170"),
    ("Transferrin saturation", "2502-3", [("%", 5, 60, 0)], "20-50"),
]
NOT_TRACKED = [
    ("Sodium", "2951-2", [("mmol/L", 130, 150, 0)], "135-145"),
    ("Potassium", "2823-3", [("mmol/L", 3, 6, 1)], "3.5-5.1"),
    ("Glucose", "2345-7", [("mg/dL", 60, 300, 0)], "70-99"),
    ("Platelets", "777-3", [("10*3/uL", 100, 450, 0)], "150-400"),
]


def write_export(path: Path, rows: int, tracked: float, seed: int = 7) -> None:
    """A long export of invented results: censored values, status words, several units for one test."""
    chance = random.Random(seed)
    patients = max(1, rows // 15)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEADER)
        for _ in range(rows):
            tests = TRACKED if chance.random() < tracked else NOT_TRACKED
            name, loinc, ways, interval = chance.choice(tests)
            unit, low, high, digits = chance.choice(ways)
            value = f"{chance.uniform(low, high):.{digits}f}"
            if chance.random() < 0.02:
                value = f"<{value}"
            day = FIRST_DAY + timedelta(days=chance.randrange(1800))
            clock = f"{chance.randrange(24):02}:{chance.randrange(60):02}"
            status = "final" if chance.random() < 0.97 else "preliminary"
            patient = f"P{chance.randrange(patients):06}"
            row = (patient, f"{day.isoformat()}T{clock}", name, loinc, value, unit, interval, "", status)
            file.write(",".join(row) + "\n")


def peak_memory() -> int:
    """Highest memory of this process so far [bytes]; 0 where the system cannot tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def bare_read(path: Path) -> Callable[[], object]:
    """A typed read by pyarrow and nothing else."""
    from pyarrow import csv

    return lambda: csv.read_csv(path)


def full_analysis(path: Path, strict: bool = False) -> Callable[[], object]:
    """Bytes to results (columns) and issues (frame), as the app does it. Knowledge is loaded beforehand."""
    sys.path.insert(0, str(ROOT))
    from rls_dash.answers import ReadOptions
    from rls_dash.knowledge import load_knowledge
    from rls_dash.pipeline import InputFile, analyse

    knowledge = load_knowledge()
    options = ReadOptions(strict=strict)
    return lambda: analyse([InputFile(path.name, path.read_bytes())], knowledge, options)


def with_frame(path: Path) -> Callable[[], object]:
    """The same, and the results in order as one frame of text and numbers."""
    analysis = full_analysis(path)

    def both() -> object:
        found: Any = analysis()
        found.results  # noqa: B018 - built when it is read
        return found

    return both


def strict_analysis(path: Path) -> Callable[[], object]:
    """The same, row by row as damaged files are read."""
    return full_analysis(path, strict=True)


STEPS: dict[str, Callable[[Path], Callable[[], object]]] = {
    "bare": bare_read,
    "ours": full_analysis,
    "frame": with_frame,
    "strict": strict_analysis,
}
LABELS = {
    "bare": "bare pyarrow read",
    "ours": "results and issues",
    "frame": "and ordered frame",
    "strict": "row by row",
}


def run_step(step: str, path: Path) -> None:
    """Measure one step in this process and print it as JSON."""
    work = STEPS[step](path)
    before = peak_memory()
    started = time.perf_counter()
    outcome = work()
    seconds = time.perf_counter() - started
    counts = getattr(outcome, "counts", None)
    print(json.dumps({"seconds": seconds, "bytes": peak_memory() - before, "counts": counts}))


def measure(step: str, path: Path, repeats: int) -> dict:
    """The fastest of several runs, each in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--step", step, "--file", str(path)]
    runs = []
    for _ in range(repeats):
        ended = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        runs.append(json.loads(ended.stdout.splitlines()[-1]))
    return min(runs, key=lambda run: run["seconds"])


def report(rows: int, tracked: float, repeats: int) -> None:
    """Make the export, measure both, print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        write_export(path, rows, tracked)
        size = path.stat().st_size
        runs = {step: measure(step, path, repeats) for step in STEPS}
    bare, ours = runs["bare"], runs["ours"]
    print(f"{rows:,} rows, {tracked:.0%} tracked, {size / 1e6:.1f} MB; fastest of {repeats}")
    for step, run in runs.items():
        ratio, memory = run["seconds"] / bare["seconds"], run["bytes"] / size
        print(f"{LABELS[step]:20} {run['seconds']:9.3f} s {ratio:7.2f}x   memory {memory:5.1f}x the file")
    print("counts:", ", ".join(f"{name} {count:,}" for name, count in ours["counts"].items()))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rows", type=int, nargs="?", default=100_000)
    parser.add_argument(
        "--tracked", type=float, default=1.0, help="share of rows of tracked analytes (default 1)"
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--step", choices=sorted(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        run_step(chosen.step, chosen.file)
    else:
        report(chosen.rows, chosen.tracked, chosen.repeats)


if __name__ == "__main__":
    main()
