"""D1 to D3 and X1: recorded medicines, and symptoms on them."""

from __future__ import annotations

from rls_dash.findings.model import Rule

RULES: tuple[Rule, ...] = ()
