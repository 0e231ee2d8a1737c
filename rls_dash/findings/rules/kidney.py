"""K1 and K2: dialysis and chronic kidney disease."""

from __future__ import annotations

from rls_dash.findings.model import Rule

RULES: tuple[Rule, ...] = ()
