"""Totals of symptom scales on a date: the optional side file scores.csv. Items are never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Score:
    """One total of a symptom scale."""

    patient_id: str
    scale: str  # "IRLS"
    total: Decimal
    scored_on: date
    source_file: str = ""
    source_row: int | None = None


Scores = Mapping[str, tuple[Score, ...]]  # patient id → scores, oldest first
