"""What lies in the repository: the locks, the top level, and no word of a person or a machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    ".streamlit",
    "CHANGELOG.md",
    "README.md",
    "app.py",
    "benchmarks",
    "data",
    "pyproject.toml",
    "requirements.txt",
    "rls_dash",
    "tests",
}
# Below these a package has a known hole, or is another program than the one this was built on.
FLOORS = """
streamlit>=1.67
pandas>=3,<4
plotly>=7,<8
pint>=0.25,<0.26
starlette>=1.1
python-multipart>=0.0.30
pyarrow>=23.0.1
urllib3>=2.7
typst>=0.15,<0.16
"""
IGNORED_FOLDERS = {
    ".git",
    ".venv",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
}

# Hosts that may be named: this machine, names reserved for examples, identifiers that look like addresses.
HARMLESS_HOST = re.compile(
    r"(127\.0\.0\.1|localhost|\[::1\]|.*\.(example|invalid|test)|example\.(com|org)"
    r"|www\.w3\.org|loinc\.org|unitsofmeasure\.org|snomed\.info|hl7\.org|terminology\.hl7\.org)"
)
# The sources of the knowledge tables are cited by address; the app shows the text and never follows it.
CITATIONS = ("data/knowledge/",)
# Written in two halves, so that this file does not contain what it looks for.
REGISTRIES = [
    a + b for a, b in (("pypi", ".org"), ("python", "hosted.org"), ("npm", "js.org"), ("deb", ".debian"))
]
MACHINE_PATH = re.compile("(?<![\\w.])/(?:" + "work|root|home|Users|tmp)/" + r"\w|[A-Z]:\\Users")
PERSONAL = {
    "e-mail address": re.compile(r"[\w.+-]+@(?!\w+\.example\b)[\w-]+\.[a-z]{2,}"),
    "social security number": re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"),
}
NAME_COLUMNS = re.compile(
    r"\b(first|last|given|family|middle|maiden|sur|patient)[ _-]?names?\b"
    r"|\b(surname|nachname|vorname|address|phone|e?-?mail|ssn|mrn)\b",
    re.IGNORECASE,
)


def tracked() -> list[Path]:
    """Files that are, or would be, committed."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run(
            [git, "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            check=False,
        )
        if listed.returncode == 0:
            names = listed.stdout.decode("utf-8").split("\0")
            return [ROOT / name for name in sorted(filter(None, names)) if (ROOT / name).is_file()]
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file() and not IGNORED_FOLDERS & set(path.relative_to(ROOT).parts)
    ]


def texts() -> list[tuple[str, str]]:
    """Relative name and text of every tracked text file; the locks hold hashes only and are left out."""
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in {".png", ".ico"} or name in {"requirements.txt", "tests/requirements.txt"}:
            continue
        found.append((name, path.read_bytes().decode("utf-8", errors="replace")))
    return found


def pins(lock: str) -> dict[str, tuple[str, str]]:
    """Package → (version, marker) of a lock file."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(?: ; ([^\\\n]+))?", text, re.MULTILINE)
    return {name: (version, marker.strip()) for name, version, marker in found}


def test_only_known_entries_at_the_top() -> None:
    entries = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert entries <= TOP_LEVEL, f"unexpected at the top level: {sorted(entries - TOP_LEVEL)}"


def test_the_locks_are_complete_pinned_and_hashed() -> None:
    for lock in ("requirements.txt", "tests/requirements.txt"):
        text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", "")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        loose = [line[:60] for line in lines if "==" not in line or "--hash=sha256:" not in line]
        assert not loose, f"{lock}: {loose}"
        assert "://" not in text and "--index" not in text, f"{lock} names a place to download from"


def test_what_the_project_declares_is_what_the_locks_pin() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {
        "requirements.txt": declared["project"]["dependencies"],
        "tests/requirements.txt": declared["dependency-groups"]["test"],
    }
    for lock, requirements in wanted.items():
        pinned = pins(lock)
        for requirement in map(Requirement, requirements):
            version, _ = pinned[requirement.name]
            assert requirement.specifier.contains(version), f"{lock}: {requirement} is pinned to {version}"


def test_no_package_is_below_its_floor() -> None:
    pinned = pins("requirements.txt")
    floors = [Requirement(line) for line in FLOORS.split()]
    low = [str(floor) for floor in floors if not floor.specifier.contains(pinned[floor.name][0])]
    assert not low, f"below: {low}"


def test_both_locks_agree() -> None:
    runtime, tests = pins("requirements.txt"), pins("tests/requirements.txt")
    assert {name for name in runtime.keys() & tests.keys() if runtime[name] != tests[name]} == set()


def test_no_text_names_an_outside_host_a_registry_or_a_machine() -> None:
    wrong = []
    for name, text in texts():
        for number, line in enumerate(text.replace("\\.", ".").splitlines(), 1):
            if not name.startswith(CITATIONS):
                hosts = re.findall(r"\b(?:https?|wss?)://([^\s/\"'`<>)\\:{},;|?[\]]+)", line)
                wrong += [
                    f"{name}:{number} host {host}" for host in hosts if not HARMLESS_HOST.fullmatch(host)
                ]
            wrong += [f"{name}:{number} registry {host}" for host in REGISTRIES if host in line]
            wrong += [f"{name}:{number} path {found}" for found in MACHINE_PATH.findall(line)]
    assert not wrong, "\n".join(wrong)


def test_no_text_looks_like_a_person() -> None:
    wrong = []
    for name, text in texts():
        for number, line in enumerate(text.splitlines(), 1):
            wrong += [f"{name}:{number} {what}" for what, pattern in PERSONAL.items() if pattern.search(line)]
    assert not wrong, "\n".join(wrong)


def test_samples_know_patients_by_id_only() -> None:
    wrong = []
    for path in (ROOT / "data" / "samples").glob("*.?sv"):
        header = path.read_bytes().decode("latin-1").replace("\0", "").splitlines()[0]
        wrong += [f"{path.name}: column {found.group()}" for found in NAME_COLUMNS.finditer(header)]
    assert not wrong, "\n".join(wrong)
