"""S1 to S4: results that speak against iron, or that must come before it."""

from __future__ import annotations

from rls_dash.findings.model import Rule

RULES: tuple[Rule, ...] = ()
