"""Time from starting the program to the first patient painted, as a ratio to a page with a header alone.

    python benchmarks/cold_start.py [--repeats N]

A new program and a new browser for each; the sample clinic is read on the way. The fastest of the repeats
counts. Goal: 2.5. Needs the test environment (Playwright) and Chromium or Chrome.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright
from switching import ARGUMENTS, OUR_PROGRAM, bare_program, browser_path, server


def seconds(
    playwright: Playwright, browser: str, command: list[str], folder: Path, page_path: str, painted: str
) -> float:
    """From the start of the program until an element is painted in a browser that was there before."""
    chromium = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(120_000)
    started = time.perf_counter()
    with server(command, folder) as address:
        page.goto(f"{address}/{page_path}")
        page.locator(painted).first.wait_for(state="attached")
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        taken = time.perf_counter() - started
        chromium.close()
    return taken


def main() -> None:
    """Read the command line, start both by turns, print the ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=4)
    chosen = parser.parse_args()
    browser = browser_path()
    times: dict[str, list[float]] = {"header alone": [], "first patient": []}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(chosen.repeats):
            for label, command, path, painted in (
                ("header alone", bare_program(folder), "", ".st-key-banner h2"),
                ("first patient", OUR_PROGRAM, "patient", ".js-plotly-plot .scatterlayer .point"),
            ):
                times[label].append(seconds(playwright, browser, command, folder, path, painted))
    for label, taken in times.items():
        print(f"{label:14} {min(taken):6.2f} s   (all: {', '.join(f'{one:.2f}' for one in taken)})")
    print(f"ratio: {min(times['first patient']) / min(times['header alone']):.2f}")


if __name__ == "__main__":
    main()
