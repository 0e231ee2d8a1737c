"""Where a fact comes from: the last columns of every table."""

from __future__ import annotations

from dataclasses import dataclass

from rls_dash.model import Evidence


@dataclass(frozen=True)
class Provenance:
    """Where a fact comes from and how far it was checked."""

    source: str
    locator: str
    evidence: Evidence
    reviewed_on: str
