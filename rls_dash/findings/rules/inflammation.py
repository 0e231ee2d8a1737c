"""C1 to C3 and T1 to T4: inflammation, and the time at which the iron panel was drawn."""

from __future__ import annotations

from rls_dash.findings.model import Rule

RULES: tuple[Rule, ...] = ()
