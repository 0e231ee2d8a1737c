"""M1 to M5 and H1: magnesium and haemoglobin."""

from __future__ import annotations

from rls_dash.findings.model import Rule

RULES: tuple[Rule, ...] = ()
