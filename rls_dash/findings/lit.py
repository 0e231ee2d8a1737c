"""What a finding rests on, so that a page can light it: its results, their lines, its supplement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rls_dash.findings.model import Finding

Line = tuple[str, int]  # file and line of a result


@dataclass(frozen=True)
class Lit:
    """What lights up for one finding; nothing for none."""

    rule_id: str = ""
    results: frozenset[Line] = frozenset()
    supplement: str = ""

    def __bool__(self) -> bool:
        return bool(self.rule_id)


NOTHING = Lit()


def keyed(findings: Sequence[Finding]) -> Mapping[str, Finding]:
    """Findings by a key that stays when others come or go: the wording, and its number where it recurs."""
    found: dict[str, Finding] = {}
    for one in findings:
        number = sum(key.partition("#")[0] == one.wording_id for key in found)
        found[f"{one.wording_id}#{number}" if number else one.wording_id] = one
    return found


def lit_by(finding: Finding | None, analytes: Iterable[str]) -> Lit:
    """What the chosen finding lights; inputs that are no result (events, facts) have no point.

    `analytes`: ids of the tests, by which an input is known to be a result.
    """
    if finding is None:
        return NOTHING
    tests = set(analytes)
    lines = {
        (one.source_file, one.source_row)
        for one in finding.inputs
        if one.name in tests and one.source_file and one.source_row is not None
    }
    return Lit(finding.rule_id, frozenset(lines), finding.about)
