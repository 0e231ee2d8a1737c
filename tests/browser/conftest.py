"""A real browser on the real program: one server per test module, one watched page per test."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from watched import WIDE, Server, Watch, settle

HERE = Path(__file__).resolve().parent
FAILURES = HERE / "failures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_SECONDS = 60
PATIENCE = 20_000  # [ms] shared machines are slow
# Background traffic of the browser itself off, and every name but this machine's unknown to it.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this system. Where CI=true a missing one is a failure, elsewhere a visible skip.

    Not for the whole session: while Playwright runs, an event loop runs in this thread, and other tests
    could not start their own.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        message = f"no browser found: none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


def drain(stream: IO[str], keep: Callable[[str], object]) -> None:
    """Keep every line of a stream until it ends, so that the program never waits for a reader."""
    for line in stream:
        keep(line)


@pytest.fixture(scope="module")
def server(browser: Browser) -> Iterator[Server]:
    """`python -m rls_dash` on any free loopback port, started from another folder than its own."""
    running = subprocess.Popen(
        [sys.executable, str(HERE / "serve.py"), "--no-browser", "--port", "0"],
        cwd=HERE.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={
            **os.environ,
            "PYTHONIOENCODING": "utf-8",
            "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",  # noqa: S104 - the launcher must win over it
        },
    )
    said: queue.Queue[str] = queue.Queue()
    log: list[str] = []
    readers = [
        threading.Thread(target=drain, args=(running.stdout, said.put), daemon=True),
        threading.Thread(target=drain, args=(running.stderr, log.append), daemon=True),
    ]
    for reader in readers:
        reader.start()
    try:
        try:
            first = said.get(timeout=START_SECONDS)
        except queue.Empty:
            pytest.fail(f"the app did not start in {START_SECONDS} s:\n{''.join(log)}")
        yield Server(re.search(r"http://[\d.]+:\d+", first)[0], log)
    finally:
        if running.stdin:
            running.stdin.close()
        try:
            running.wait(timeout=10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        for reader in readers:
            reader.join(timeout=5)
        for stream in (running.stdout, running.stderr):
            if stream:
                stream.close()


@pytest.fixture
def watch() -> Watch:
    """What the pages of this test did that they should not; a test may clear what it provoked."""
    return Watch()


@pytest.fixture
def new_page(
    browser: Browser, server: Server, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Makes watched pages: `new_page(scheme="dark", size=NARROW)`.

    The test fails when any of them asked another machine for anything, wrote an error to the console,
    or made the server complain. On a failure a picture of each is left in `failures/`.
    """
    contexts, before = [], len(server.log)

    def make(scheme: str = "light", size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(viewport=size, color_scheme=scheme, accept_downloads=True)
        watch.follow(context)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield make
    failed = getattr(request.node, "failed", False)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        if failed:
            FAILURES.mkdir(exist_ok=True)
            page.screenshot(path=FAILURES / f"{re.sub(r'[^a-z0-9]+', '-', request.node.name)}-{number}.png")
    for context in contexts:
        context.close()
    assert watch.outside == [], "the page asked other machines"
    if not failed:
        assert watch.errors == [], "errors in the browser's console"
        assert Server(server.address, server.log[before:]).complaints() == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember a failure, so that the page fixture can leave a picture."""
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report


@pytest.fixture
def page(new_page: Callable[..., Page], server: Server) -> Page:
    """The app, opened in light colours at 1440 × 900, after its first run."""
    opened = new_page()
    opened.goto(server.address)
    settle(opened)
    return opened
