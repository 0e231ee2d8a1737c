"""Severity of symptoms in the sample clinic: totals of scales, never items."""

from __future__ import annotations

from collections.abc import Mapping

Totals = tuple[tuple[float, int], ...]  # (years before the as-of date, total), oldest first

IRLS: Mapping[str, Totals] = {
    "RLS-001": ((2.5, 27), (1.6, 20), (0.6, 14), (0.05, 12)),  # better while ferritin climbs
    "RLS-003": ((1.8, 26), (0.9, 25), (0.05, 22)),  # a slow response
    "RLS-004": ((2.9, 24), (1.2, 15), (0.1, 21)),  # worse again since iron was stopped
    "RLS-005": ((2.1, 31), (1.9, 13), (1.0, 16), (0.1, 19)),  # infusion, then a slow loss of its effect
    "RLS-007": ((1.7, 29), (1.5, 14), (0.1, 25)),
    "RLS-016": ((1.0, 18), (0.1, 18)),
    "RLS-020": ((2.0, 15), (1.0, 20), (0.1, 28)),  # grows on a dopamine agonist
    "RLS-036": ((0.9, 30), (0.1, 31)),
    "RLS-038": ((0.35, 12), (0.05, 23)),  # pregnancy
    "RLS-047": ((1.1, 6), (0.1, 4)),
}
CGI_I: Mapping[str, Totals] = {"RLS-001": ((0.05, 2),), "RLS-007": ((0.1, 6),)}
SCALES: Mapping[str, Mapping[str, Totals]] = {"IRLS": IRLS, "CGI-I": CGI_I}
