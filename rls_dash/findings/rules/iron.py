"""I1 to I9: where guidelines consider iron."""

from __future__ import annotations

from rls_dash.findings.case import Case
from rls_dash.findings.model import SILENT, Rule, Verdict, fires, undecided
from rls_dash.model import Truth


def i1(case: Case) -> list[Verdict]:
    """Ferritin at or below 75, or saturation below 20 %, in an adult."""
    ferritin = case.latest("ferritin")
    if case.meets("ferritin_rls_75", ferritin) is Truth.TRUE and ferritin:
        return [fires("I1", ferritin.as_input())]
    return [SILENT if ferritin else undecided("ferritin", why=case.why_none("ferritin"))]


RULES: tuple[Rule, ...] = (Rule("I1", i1),)
