"""Sets up a private environment and opens the app, or runs the tests, with nothing but Python.

    python3 -m rls_dash.bootstrap open           set up if needed, then open the app
    python3 -m rls_dash.bootstrap test [ARG...]  set up if needed, then run pytest with ARG...
    python3 -m rls_dash.bootstrap run [ARG...]   set up if needed, then `python -m rls_dash ARG...`

Standard library only, and no syntax that an older Python cannot read: it must be able to say that it
is too old. Packages come from the locks, by hash, as wheels, so no package runs code while installing;
they are installed again only when a lock or the Python version has changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
RUNTIME_LOCK = ROOT / "requirements.txt"
TEST_LOCK = ROOT / "tests" / "requirements.txt"


class SetupError(Exception):
    """The environment could not be made; the text says what to do."""


def environment_python(environment: Path) -> Path:
    """Path of the interpreter inside a virtual environment on this system."""
    if os.name == "nt":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def fingerprint(locks: list[Path]) -> str:
    """Changes whenever an installation made from `locks` would be out of date."""
    digest = hashlib.sha256(sys.version.encode())
    for lock in locks:
        # Line ends are evened out: a checkout on Windows may have turned them.
        digest.update(lock.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def stamp_of(environment: Path, lock: Path) -> Path:
    """File that remembers which content of `lock` is installed."""
    kind = "test" if lock == TEST_LOCK else "runtime"
    return environment / f"rls-dash-{kind}.installed"


def is_installed(environment: Path, lock: Path) -> bool:
    """True when `environment` holds what `lock` says, for this Python."""
    stamp = stamp_of(environment, lock)
    if not (environment_python(environment).exists() and stamp.is_file()):
        return False
    return stamp.read_text(encoding="ascii").strip() == fingerprint([lock])


def create_environment(environment: Path) -> None:
    """Make an empty environment; an own broken or outdated one is replaced.

    Raises SetupError when something that is no environment stands in the way.
    """
    if environment.exists() and not (environment / "pyvenv.cfg").is_file():
        raise SetupError(f"{environment} exists but is not a Python environment. Move it away and try again.")
    say("Making a private Python environment in .venv ...")
    # Started from inside the environment, its own interpreter cannot be the one to replace it.
    base = getattr(sys, "_base_executable", None) or sys.executable
    made = subprocess.run([base, "-m", "venv", "--clear", str(environment)], check=False)  # noqa: S603
    if made.returncode:
        raise SetupError(
            "Python could not make an environment. On Debian or Ubuntu install the package python3-venv; "
            "on Windows and macOS use Python's own installer."
        )


def install(environment: Path, locks: list[Path]) -> None:
    """Install exactly what the locks list. Raises SetupError when pip could not."""
    say("Installing the packages (once; about a minute) ...")
    command = [str(environment_python(environment)), "-m", "pip", "install", "--quiet"]
    command += ["--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]
    for lock in locks:
        command += ["--requirement", str(lock)]
    if subprocess.run(command, check=False).returncode:  # noqa: S603
        raise SetupError("The packages could not be installed; pip's message is above. Is the network there?")
    for lock in locks:
        stamp_of(environment, lock).write_text(fingerprint([lock]) + "\n", encoding="ascii")


def prepare(locks: list[Path], environment: Path = ENVIRONMENT) -> Path:
    """Interpreter of an environment that holds `locks`, made or updated when it does not yet."""
    if not all(is_installed(environment, lock) for lock in locks):
        # A changed lock starts from nothing, so that no package outside the locks stays behind.
        if not is_installed(environment, RUNTIME_LOCK):
            create_environment(environment)
        install(environment, locks)
    return environment_python(environment)


def hand_over(command: list[str], directory: Path | None) -> int:
    """Run `command` in place of this process where the system can; its exit code."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    if directory is not None:
        os.chdir(directory)
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Exit code of the subcommand; 1 when the set-up failed, 2 for usage."""
    if sys.version_info < OLDEST_PYTHON:  # noqa: UP036 - the point is to be told so
        say("RLS Dash needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")
        return 1
    if not arguments or arguments[0] not in ("open", "test", "run"):
        say((__doc__ or "").split("\n\n")[1])
        return 2
    task, rest = arguments[0], arguments[1:]
    try:
        python = str(prepare([RUNTIME_LOCK, TEST_LOCK] if task == "test" else [RUNTIME_LOCK]))
    except SetupError as problem:
        say(str(problem))
        return 1
    if task == "test":
        # Every core, but the tests of one file in one process: they share a browser or a server.
        return hand_over([python, "-m", "pytest", "--numprocesses=auto", "--dist=loadfile", *rest], ROOT)
    return hand_over([python, "-m", "rls_dash", *rest], ROOT if task == "open" else None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
