"""Results of all files → what pages, exports and the command line read of them: flags and findings.

The one composer behind browser and command line, so that the two cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from rls_dash.context.events import Events
from rls_dash.context.patients import Contexts
from rls_dash.context.scores import Scores
from rls_dash.findings.clinic_values import with_clinic_assay, with_clinic_intervals
from rls_dash.findings.engine import all_findings
from rls_dash.findings.model import PatientFindings
from rls_dash.interpret.computed import assessed_with_computed, together
from rls_dash.interpret.inflammation import with_inflammation_notes
from rls_dash.interpret.iv_iron import with_early_notes
from rls_dash.knowledge import Knowledge
from rls_dash.uncollected import uncollected


@dataclass(frozen=True)
class Beside:
    """What is known beside the results."""

    contexts: Contexts = field(default_factory=dict)
    events: Events = field(default_factory=dict)
    scores: Scores = field(default_factory=dict)


@dataclass(frozen=True)
class Interpreted:
    """What the results say."""

    assessed: pd.DataFrame  # results with flag and state; row by row what the files say
    computed: pd.DataFrame  # results that follow from others of their draw; in no export and no count
    rows: pd.DataFrame  # both together, for pages and findings
    findings: dict[str, PatientFindings]  # by patient


def interpreted(
    results: pd.DataFrame, issues: pd.DataFrame, knowledge: Knowledge, as_of: date, beside: Beside
) -> Interpreted:
    """Assess results (schema.RESULT_COLUMNS + EXTRA_COLUMNS) and run the decision table over every patient.

    `issues`: rows that were set aside or held, which rules about the data name.
    """
    contexts = with_clinic_assay(beside.contexts, results["patient_id"], knowledge)
    assessed, computed = assessed_with_computed(
        with_clinic_intervals(results, knowledge), knowledge, contexts
    )
    assessed, computed = (with_early_notes(one, beside.events, knowledge) for one in (assessed, computed))
    assessed = with_inflammation_notes(assessed, knowledge)
    rows = together(assessed, computed)
    with uncollected():
        findings = all_findings(rows, knowledge, as_of, contexts, beside.events, beside.scores, issues)
    return Interpreted(assessed, computed, rows, findings)
