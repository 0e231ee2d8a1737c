"""Law: each of the 110 cases of damaged and unusual input has a test that carries its number."""

from __future__ import annotations

import re
from pathlib import Path

CASES = range(1, 111)
_TEST = re.compile(r"^def test_case_(\d{3})_", re.MULTILINE)


def test_every_case_is_tested() -> None:
    found = {
        int(number)
        for path in Path(__file__).parent.glob("test_cases_*.py")
        for number in _TEST.findall(path.read_text(encoding="utf-8"))
    }
    assert sorted(set(CASES) - found) == []
    assert sorted(found - set(CASES)) == []
