"""What reports are made from: files once read and interpreted, by the page or by the command line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from rls_dash.context.side_files import SideFiles
from rls_dash.findings.compose import Beside, interpreted
from rls_dash.findings.counts import by_urgency
from rls_dash.findings.model import PatientFindings
from rls_dash.interpret.computed import together
from rls_dash.interpret.worklist import worklist
from rls_dash.knowledge import Knowledge
from rls_dash.pipeline import Analysis
from rls_dash.schema import issues_frame

_SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"


@dataclass(frozen=True)
class Material:
    """One set of files, read and interpreted as on one day."""

    analysis: Analysis  # its results carry the assessment, its issues those of side files too
    computed: pd.DataFrame  # assessed results that follow from others of their draw
    beside: Beside
    findings: Mapping[str, PatientFindings]
    patient_ids: tuple[str, ...]  # in the order of the list: who needs attention first
    knowledge: Knowledge
    as_of: date
    recorded: frozenset[str] = frozenset()  # patients with facts, events or totals recorded in the session

    def rows(self, patient_id: str) -> pd.DataFrame:
        """Results of one patient and those computed from them."""
        own = self.computed[self.computed["patient_id"] == patient_id]
        return together(self.analysis.patient_results(patient_id), own)

    @property
    def is_sample(self) -> bool:
        """Whether a file of the sample clinic is among the files, whoever gave it."""
        return any(file.sha256 in _sample_hashes() for file in self.analysis.files)


def material_of(analysis: Analysis, side: SideFiles, knowledge: Knowledge, as_of: date) -> Material:
    """The material of files just read (`side`: completed by what exports say of patients)."""
    known = Beside(side.contexts, side.events, side.scores)
    found = interpreted(analysis.results, analysis.issues, knowledge, as_of, known)
    listed = worklist(found.rows, knowledge, as_of, side.contexts, not_used=analysis.unused_patients)
    notes = issues_frame(side.issues)
    issues = pd.concat([notes, analysis.issues], ignore_index=True) if len(notes) else analysis.issues
    return Material(
        analysis=replace(analysis, assessed=found.assessed, issues=issues),
        computed=found.computed,
        beside=known,
        findings=found.findings,
        patient_ids=tuple(by_urgency(listed, found.findings)["patient_id"]),
        knowledge=knowledge,
        as_of=as_of,
    )


@cache  # of files of ours
def _sample_hashes() -> frozenset[str]:
    return frozenset(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(_SAMPLES.glob("*.csv")))
