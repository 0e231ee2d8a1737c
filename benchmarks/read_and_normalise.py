"""Time and memory of reading and normalising a long export, as ratios to a bare read of the same file.

    python benchmarks/read_and_normalise.py [ROWS] [--tracked SHARE] [--repeats N] [--random]

The export is like those of laboratories (see exports.py); --random makes the one of former measurements, in
which a patient's results have nothing to do with one another, so that nearly every series is remarked on.
Wall time counts, as for the person who waits; the processor time beside it tells how far another process
was in the way.

Only ratios within one run count: machines are noisy. Goals for 1,000,000 rows: 2.0 with every row
tracked, 1.3 with 12 % tracked. Each step runs in its own process; the fastest of the repeats counts.
Memory is the peak over what the imports take, divided by the size of the file; only Linux and macOS
can tell it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exports import random_export, realistic_export

ROOT = Path(__file__).resolve().parents[1]


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
    started, used = time.perf_counter(), time.process_time()
    outcome = work()
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    counts = getattr(outcome, "counts", None)
    print(
        json.dumps(
            {"seconds": seconds, "processor": processor, "bytes": peak_memory() - before, "counts": counts}
        )
    )


def measure(path: Path, repeats: int) -> dict[str, dict[str, Any]]:
    """The fastest of several runs of each step, each in a process of its own, the steps by turns."""
    best: dict[str, dict[str, Any]] = {}
    for _ in range(repeats):
        for step in STEPS:
            command = [sys.executable, str(Path(__file__).resolve()), "--step", step, "--file", str(path)]
            ended = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
            run = json.loads(ended.stdout.splitlines()[-1])
            fastest = best.setdefault(step, run)
            for name in ("seconds", "processor"):
                fastest[name] = min(fastest[name], run[name])
    return best


def report(rows: int, tracked: float, repeats: int, random: bool) -> None:
    """Make the export, measure both, print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        write = random_export if random else realistic_export
        write(path, rows, tracked)
        size = path.stat().st_size
        runs = measure(path, repeats)
    bare, ours = runs["bare"], runs["ours"]
    kind = "random" if random else "realistic"
    print(f"{rows:,} rows, {tracked:.0%} tracked, {kind}, {size / 1e6:.1f} MB; fastest of {repeats}")
    for step, run in runs.items():
        ratio, memory = run["seconds"] / bare["seconds"], run["bytes"] / size
        processor = run["processor"] / bare["processor"]
        print(
            f"{LABELS[step]:20} {run['seconds']:9.3f} s {ratio:7.2f}x   processor {processor:6.2f}x"
            f"   memory {memory:5.1f}x the file"
        )
    print("counts:", ", ".join(f"{name} {count:,}" for name, count in ours["counts"].items()))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rows", type=int, nargs="?", default=100_000)
    parser.add_argument(
        "--tracked", type=float, default=1.0, help="share of rows of tracked analytes (default 1)"
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--random", action="store_true", help="values without any patient behind them")
    parser.add_argument("--step", choices=sorted(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        run_step(chosen.step, chosen.file)
    else:
        report(chosen.rows, chosen.tracked, chosen.repeats, chosen.random)


if __name__ == "__main__":
    main()
