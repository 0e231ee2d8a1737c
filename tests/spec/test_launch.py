"""Starting and serving: safe settings, headers, refusals, silent logs, and the set-up from nothing."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import logging
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rls_dash import bootstrap, launch, quiet_log, web_guard

ROOT = Path(__file__).resolve().parents[2]


# --- settings


def test_every_safe_setting_exists_in_this_streamlit() -> None:
    from streamlit import config

    unknown = launch.SAFE_SETTINGS.keys() - config._config_options_template.keys()
    assert not unknown, f"Streamlit does not know {sorted(unknown)}"


def test_the_configuration_file_repeats_the_safe_settings() -> None:
    """`streamlit run app.py` knows only the file."""
    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    flat = {
        f"{part}.{name}": value
        for part, values in written.items()
        for name, value in values.items()
        if part != "theme"
    }
    cannot_be_in_a_file = {"global.developmentMode", "logger.hideWelcomeMessage"}
    differing = {
        name: (flat.get(name), value)
        for name, value in launch.SAFE_SETTINGS.items()
        if flat.get(name) != value and name not in cannot_be_in_a_file
    }
    assert not differing, f"setting: (in the file, in launch.py) {differing}"


def test_a_taken_port_is_seen() -> None:
    with socket.socket() as other:
        other.bind((launch.ADDRESS, 0))
        other.listen()
        port = other.getsockname()[1]
        assert not launch.port_is_free(port)
        assert launch.launch(open_browser=False, port=port) == 1
    assert launch.port_is_free(port)


# --- headers and refusals


def test_the_policy_allows_exactly_the_inline_script_of_this_streamlit() -> None:
    import streamlit

    page = Path(streamlit.__file__).parent / "static" / "index.html"
    scripts = re.findall(r"<script>(.*?)</script>", page.read_bytes().decode("utf-8"), re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    assert hashes == [web_guard.INLINE_SCRIPT_SHA256]


def test_the_policy_names_no_other_machine() -> None:
    policy = web_guard.content_security_policy("127.0.0.1:8501")
    assert "default-src 'self'" in policy
    assert "*" not in policy
    assert re.findall(r"\w+://([^;\s]+)", policy) == ["127.0.0.1:8501"]


@pytest.mark.parametrize(
    ("host", "origin", "answer"),
    [
        ("127.0.0.1:8501", None, 200),
        ("localhost:8501", None, 200),
        ("LOCALHOST:8501", None, 200),
        ("127.0.0.1:8501", "http://127.0.0.1:8501", 200),
        ("evil.example", None, 403),
        ("evil.example:8501", "http://evil.example:8501", 403),
        ("127.0.0.1.evil.example", None, 403),
        ("localhost:8501@evil.example", None, 403),
        ("127.0.0.1:8501; script-src *", None, 403),
        ("127.0.0.1:8501", "http://evil.example", 403),
        ("127.0.0.1:8501", "null", 403),
        ("127.0.0.1:8501", "http://127.0.0.1:3000", 403),
        ("127.0.0.1:8501", "https://127.0.0.1:8501", 403),
        (None, None, 403),
    ],
)
def test_only_pages_of_this_machine_are_served(host: str | None, origin: str | None, answer: int) -> None:
    pairs = [("host", host), ("origin", origin)]
    headers = [(name.encode(), value.encode()) for name, value in pairs if value is not None]
    sent = serve({"type": "http", "path": "/", "headers": headers})
    assert sent[0]["status"] == answer


def test_a_refused_websocket_is_closed_before_it_opens() -> None:
    sent = serve({"type": "websocket", "path": "/_stcore/stream", "headers": [(b"host", b"evil.example")]})
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_every_answer_carries_the_headers() -> None:
    headers = [(b"host", b"127.0.0.1:8501")]
    page = dict(serve({"type": "http", "path": "/media/x.csv", "headers": headers})[0]["headers"])
    assert page[b"content-security-policy"].startswith(b"default-src 'self'")
    assert page[b"cache-control"] == b"no-store"
    assert page[b"x-content-type-options"] == b"nosniff"
    assert page[b"referrer-policy"] == b"no-referrer"
    script = dict(serve({"type": "http", "path": "/static/js/a.js", "headers": headers})[0]["headers"])
    assert script[b"cache-control"] == b"public", "the framework's own files stay in the cache"


def serve(scope: dict) -> list[dict]:
    """What the guard sends for one request when the app behind it answers 200."""
    sent: list[dict] = []

    async def app(_scope, _receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"public")]})
        await send({"type": "http.response.body", "body": b"page"})

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    async def send(message) -> None:
        sent.append(dict(message))

    asyncio.run(web_guard.LocalOnly(app)(scope, receive, send))
    return sent


# --- silent logs

NOISY = """
import asyncio, logging, sys, threading, warnings
sys.path.insert(0, {root!r})
from rls_dash import quiet_log
quiet_log.install()
quiet_log.install()
logger = logging.getLogger("any.library")
logger.warning("value %s of %d%%", "SECRET", 3)
logger.warning("value %(who)s", {{"who": "SECRET"}})
try:
    int("SECRET")
except ValueError as error:
    logger.exception("reading failed")
    logger.error(error)
warnings.warn("SECRET")
thread = threading.Thread(target=int, args=("SECRET",))
thread.start()
thread.join()
async def lost():
    asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0.01)
async def fail():
    raise ValueError("SECRET")
asyncio.run(lost())
class Bad:
    def __del__(self):
        raise ValueError("SECRET")
Bad()
int("SECRET")
"""


def test_nothing_logged_or_raised_shows_a_value() -> None:
    code = NOISY.format(root=str(ROOT))
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "SECRET" not in ended.stderr + ended.stdout
    assert "value … of …%" in ended.stderr
    assert "reading failed [" in ended.stderr
    assert ended.stderr.count("ValueError") >= 4, "the kind of error must still be told"


def test_an_error_is_told_by_kind_and_place() -> None:
    try:
        int("SECRET")
    except ValueError as error:
        told = quiet_log.where(error)
    assert re.fullmatch(r"spec/test_launch\.py:\d+ > ValueError", told)
    assert quiet_log.where(None) == "no exception"


def test_a_record_that_was_withheld_can_still_be_formatted() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    record = logging.LogRecord(
        "a", logging.ERROR, "x.py", 1, "%5.2f %-10s %r", (1.5, "SECRET", "SECRET"), None
    )
    handler.handle(quiet_log.withhold(record))
    assert stream.getvalue() == "a … … …\n"


# --- set-up from nothing


def test_an_installation_is_out_of_date_when_its_lock_changes(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_bytes(b"a==1\n")
    first = bootstrap.fingerprint([lock])
    lock.write_bytes(b"a==1\r\n")
    assert bootstrap.fingerprint([lock]) == first, "line ends of another system are no change"
    python = bootstrap.environment_python(tmp_path / "venv")
    python.parent.mkdir(parents=True)
    assert not bootstrap.is_installed(tmp_path / "venv", lock)
    python.touch()
    bootstrap.stamp_of(tmp_path / "venv", lock).write_text(first)
    assert bootstrap.is_installed(tmp_path / "venv", lock)
    lock.write_bytes(b"a==2\n")
    assert not bootstrap.is_installed(tmp_path / "venv", lock)


def test_a_folder_that_is_no_environment_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(bootstrap.SetupError, match="Move it away"):
        bootstrap.create_environment(tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_usage_is_shown_without_setting_anything_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main([]) == 2
    assert bootstrap.main(["opne"]) == 2
    assert "rls_dash.bootstrap open" in capsys.readouterr().err


def test_an_old_python_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    assert bootstrap.main(["open"]) == 1
    assert "3.11 or newer" in capsys.readouterr().err


def test_commands_in_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("open", "test"):
        assert f"python3 -m rls_dash.bootstrap {command}" in readme
        assert f"py -m rls_dash.bootstrap {command}" in readme
    assert "rls_dash.bootstrap test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
