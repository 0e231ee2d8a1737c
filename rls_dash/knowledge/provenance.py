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


@dataclass(frozen=True)
class Override:
    """A clinic's own number in place of that of the tables."""

    clinic: str
    approved_by: str
    approved_on: str
    why: str
    before: str  # the number of the tables with its unit, as its source prints it
    moved_with: str = ""  # id of the limit whose edge this one shares; "" where it was named itself

    @property
    def who(self) -> str:
        """ "Example clinic, Dr A. Example, 2026-10-01"."""
        return f"{self.clinic}, {self.approved_by}, {self.approved_on}"
