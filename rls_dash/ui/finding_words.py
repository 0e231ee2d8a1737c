"""Findings put into words for the pages: badges, grounds, what is missing, what was not evaluated."""

from __future__ import annotations

from collections.abc import Mapping

from rls_dash.findings.model import Finding, Input, PatientFindings
from rls_dash.findings.undecided import missing_words as missing_words  # the components say finding_words
from rls_dash.findings.undecided import not_evaluated_words as not_evaluated_words
from rls_dash.knowledge import Urgency

BADGES = {
    Urgency.STOP: ":red-badge[STOP]",
    Urgency.ACT: ":orange-badge[ACT]",
    Urgency.NOTE: ":blue-badge[NOTE]",
    Urgency.INFO: ":gray-badge[INFO]",
}
_SENTENCES = 3  # so that the trends stay in sight below them


def in_full(findings: Mapping[str, Finding]) -> frozenset[str]:
    """Keys of the findings shown as sentences: every stop and act, then others while there is room.

    `findings` stand most urgent first.
    """
    urgent = sum(one.urgency in (Urgency.STOP, Urgency.ACT) for one in findings.values())
    return frozenset(list(findings)[: max(_SENTENCES, urgent)])


def ground_words(ground: Input) -> str:
    """A fact a finding rests on, with the file and line it came from."""
    place = f"{ground.source_file}, line {ground.source_row}" if ground.source_file else "recorded"
    how = f"; {ground.computed}" if ground.computed else ""
    return f"{ground.text}: {place}{how}"


def summary(found: PatientFindings) -> str:
    """Findings in one line, for readers who do not see the table."""
    return "Findings. " + " ".join(f"{one.urgency.value}: {one.text}" for one in found.findings)
