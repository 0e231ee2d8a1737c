"""How many findings a patient has, for the list of patients."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from rls_dash.findings.model import Finding, PatientFindings
from rls_dash.knowledge import Urgency

LISTED = (Urgency.STOP, Urgency.ACT, Urgency.NOTE)


def counts_of(found: PatientFindings | None) -> dict[Urgency, int]:
    """Number of findings of each urgency, most urgent first; findings for information are not counted.

    A stop about a row that is not used (rules Q) says nothing about the patient: it counts as a note.
    """
    said = [_urgency(one) for one in found.findings] if found else []
    return {urgency: said.count(urgency) for urgency in LISTED}


def _urgency(one: Finding) -> Urgency:
    about_rows = one.rule_id.startswith("Q") and one.urgency is Urgency.STOP
    return Urgency.NOTE if about_rows else one.urgency


def counts_text(found: PatientFindings | None) -> str:
    """The counts in words: "1 stop, 2 act"; "" where there is none."""
    return ", ".join(f"{number} {urgency.value}" for urgency, number in counts_of(found).items() if number)


def by_urgency(patients: pd.DataFrame, findings: Mapping[str, PatientFindings]) -> pd.DataFrame:
    """The worklist with a column `findings`, patients with more urgent findings first.

    Patients alike in that stay in the order of the worklist.
    """
    found = [findings.get(patient) for patient in patients["patient_id"]]
    ranks = [tuple(-number for number in counts_of(one).values()) for one in found]
    order = sorted(range(len(ranks)), key=lambda row: ranks[row])  # stable
    texts = pd.array([counts_text(one) for one in found], dtype="str")
    return patients.assign(findings=texts).iloc[order].reset_index(drop=True)
