"""A closed tab leaves nothing of its upload in memory, though no other tab is opened after it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from reading import go_to, upload
from watched import settle

ROOT = Path(__file__).resolve().parents[2]
WAIT = 30  # [s] at most, for the tab to be forgotten
# The app with a second in place of the half minute in which a closed tab may come back. It answers each line
# it is given with the number of uploads in memory.
PROGRAM = f"""
import gc, os, sys, threading
sys.path.insert(0, {str(ROOT)!r})
from rls_dash import forgetting, launch
launch.SAFE_SETTINGS["server.disconnectedSessionTTL"] = 1
forgetting.EVERY = 0.5
def answer():
    for _ in sys.stdin:
        # No name may go on holding what is counted.
        print("UPLOADS", sum(type(one).__name__ == "Loaded" and not one.is_sample
                             for one in gc.get_objects()), flush=True)
    os._exit(0)
threading.Thread(target=answer, daemon=True).start()
launch.launch(open_browser=False, port=0)
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield running
    assert running.stdin
    running.stdin.close()
    running.wait(timeout=20)
    assert running.stdout
    running.stdout.close()


def uploads(program: subprocess.Popen[str]) -> int:
    """How many uploads the program has in memory."""
    assert program.stdin and program.stdout
    program.stdin.write("?\n")
    program.stdin.flush()
    line = next(one for one in program.stdout if one.startswith("UPLOADS"))
    return int(line.split()[1])


def test_upload_is_gone_soon_after_its_tab_is_closed(
    program: subprocess.Popen[str], browser: Browser
) -> None:
    assert program.stdout
    found = next(filter(None, (re.search(r"http://127\.0\.0\.1:\d+", line) for line in program.stdout)))
    page = browser.new_page()
    page.goto(found[0])
    settle(page)
    go_to(page, "Import")
    upload(
        page,
        ("labs.csv", b"patient_id,collected_at,test,value,unit\nT-1,2024-01-02,Ferritin,50,ng/mL\n"),
    )
    go_to(page, "Patient")
    assert uploads(program) == 1
    page.close()
    until = time.monotonic() + WAIT
    while uploads(program) and time.monotonic() < until:
        time.sleep(0.5)
    assert uploads(program) == 0
