"""Findings by the supplement they speak of, for the cautions table."""

from __future__ import annotations

from rls_dash.findings.model import PatientFindings


def rules_about(found: PatientFindings | None) -> dict[str, tuple[str, ...]]:
    """Supplement → ids of the rules whose findings speak of it, most urgent first, each once."""
    rules: dict[str, list[str]] = {}
    for one in found.findings if found else ():
        if one.about and one.rule_id not in rules.setdefault(one.about, []):
            rules[one.about].append(one.rule_id)
    return {supplement: tuple(ids) for supplement, ids in rules.items()}
