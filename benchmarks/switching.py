"""Time from a click on "Next" to the next patient painted, as a ratio to a page with a header alone.

    python benchmarks/switching.py [--patients N] [--clicks N]

Both pages run in the same headless Chromium in the same run, each on a server of its own on loopback.
Goal of the 95th percentile: 2.2. Needs the test environment (Playwright) and Chromium or Chrome.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
BROWSER_TESTS = ROOT / "tests" / "browser"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]  # of the browser
OUR_PROGRAM = [sys.executable, str(BROWSER_TESTS / "serve.py"), "--no-browser", "--port", "0"]
WARM_UP = 5
BARE = """
import streamlit as st
st.session_state.setdefault("n", 0)
def step(): st.session_state["n"] += 1
st.button("Next", on_click=step, key="step_Next")
with st.container(key="banner"):
    st.header(f"number {st.session_state['n']}")
"""
# Clicks, then waits frame by frame until the words of the banner have changed and, where there is a plot,
# its accessible name too; milliseconds.
CLICK = """() => new Promise((resolve, reject) => {
    const words = () => (document.querySelector('.st-key-banner') || {}).innerText || ''
    const plot = () => { const one = document.querySelector('[data-testid="stPlotlyChart"]')
                         return one ? one.getAttribute('aria-label') || one.innerText : null }
    const before = [words(), plot()], started = performance.now()
    document.querySelector('.st-key-step_Next button').click()
    const look = () => {
        const now = [words(), plot()]
        if (now[0] !== before[0] && (before[1] === null || now[1] !== before[1]))
            return requestAnimationFrame(() => resolve(performance.now() - started))
        if (performance.now() - started > 20000) return reject(new Error('nothing changed'))
        requestAnimationFrame(look)
    }
    look()
})"""
TESTS = [
    ("Ferritin", "ng/mL", 5, 200, 0),
    ("Vitamin B12", "pg/mL", 120, 900, 0),
    ("Folate", "ng/mL", 2, 20, 1),
    ("Magnesium", "mg/dL", 1.5, 2.6, 1),
    ("Transferrin saturation", "%", 8, 45, 0),
]


def export(patients: int) -> bytes:
    """Fifteen results of every patient, over four years."""
    chance = random.Random(11)
    lines = ["patient_id,collected_at,test,value,unit,status,laboratory"]
    for number in range(patients):
        for draw in range(3):
            day = date(2022, 1, 1) + timedelta(days=400 * draw + chance.randrange(300))
            lines += [
                f"P{number:06},{day}T07:40,{name},{chance.uniform(low, high):.{digits}f},{unit},final,North"
                for name, unit, low, high, digits in TESTS
            ]
    return ("\n".join(lines) + "\n").encode()


@contextmanager
def server(command: list[str], folder: Path) -> Iterator[str]:
    """A program that prints its address, ended when its standard input closes or by hand."""
    running = subprocess.Popen(  # noqa: S603
        command,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert running.stdout  # noqa: S101
        for line in running.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                yield found[0]
                return
        raise SystemExit("a server did not start")
    finally:
        if running.stdin:
            running.stdin.close()
        running.terminate()
        running.wait(timeout=20)


def browser_path() -> str:
    """The Chromium or Chrome of this machine; ends the program without one."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("no Chromium or Chrome is installed")
    return found


def clicks(page: Page, count: int) -> list[float]:
    """Milliseconds of each click, after some that do not count."""
    times = [float(page.evaluate(CLICK)) for _ in range(count + WARM_UP)]
    return times[WARM_UP:]


def bare_program(folder: Path) -> list[str]:
    """The command that serves a page with a header alone on any free loopback port."""
    script = folder / "bare.py"
    script.write_text(BARE, encoding="utf-8")
    options = ["--server.headless=true", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"]
    options += ["--server.port=0", "--server.fileWatcherType=none", "--browser.serverAddress=127.0.0.1"]
    return [sys.executable, "-m", "streamlit", "run", str(script), *options]


def bare(page: Page, count: int, folder: Path) -> list[float]:
    """A page that shows a header alone."""
    with server(bare_program(folder), folder) as address:
        page.goto(address)
        page.locator(".st-key-step_Next button").wait_for()
        return clicks(page, count)


def ours(page: Page, count: int, patients: int, folder: Path) -> list[float]:
    """The Patient page, stepping through the list."""
    sys.path.insert(0, str(BROWSER_TESTS))
    from watched import settle

    with server(OUR_PROGRAM, folder) as address:
        page.goto(address)
        settle(page)
        page.get_by_role("link", name="Import", exact=True).first.click()
        settle(page)
        file = {"name": "labs.csv", "mimeType": "text/csv", "buffer": export(patients)}
        page.locator("input[type=file]").first.set_input_files([file])
        page.get_by_text("Your files", exact=True).wait_for()
        settle(page)
        page.get_by_role("link", name="Patient", exact=True).first.click()
        settle(page)
        page.locator(".js-plotly-plot .scatterlayer").first.wait_for(state="attached")
        return clicks(page, count)


def p95(times: list[float]) -> float:
    """95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def main() -> None:
    """Read the command line, measure both pages, print the ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patients", type=int, default=300)
    parser.add_argument("--clicks", type=int, default=40)
    chosen = parser.parse_args()
    browser = browser_path()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        chromium = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(600_000)
        base = bare(page, chosen.clicks, Path(folder))
        own = ours(page, chosen.clicks, chosen.patients, Path(folder))
        chromium.close()
    print(f"{chosen.patients:,} patients, {chosen.clicks} clicks; milliseconds from click to painted")
    for name, times in (("header alone", base), ("next patient", own)):
        print(f"{name:14} median {statistics.median(times):7.0f}   p95 {p95(times):7.0f}")
    middle = statistics.median(own) / statistics.median(base)
    print(f"ratio: median {middle:.2f}, p95 {p95(own) / p95(base):.2f}")


if __name__ == "__main__":
    main()
