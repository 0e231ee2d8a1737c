"""B1 to B6, F1 to F4, V1 to V5: vitamins."""

from __future__ import annotations

from rls_dash.findings.model import Rule

RULES: tuple[Rule, ...] = ()
