"""Findings put into words for the pages: badges, grounds, what is missing, what was not evaluated."""

from __future__ import annotations

from collections.abc import Mapping

from rls_dash.findings.model import Finding, Input, PatientFindings
from rls_dash.findings.undecided import missing_words as missing_words  # the components say finding_words
from rls_dash.findings.undecided import not_evaluated_words as not_evaluated_words
from rls_dash.knowledge import Knowledge, Urgency
from rls_dash.ui.text import esc

BADGES = {
    Urgency.STOP: ":red-badge[STOP]",
    Urgency.ACT: ":orange-badge[ACT]",
    Urgency.NOTE: ":blue-badge[NOTE]",
    Urgency.INFO: ":gray-badge[INFO]",
}
_SENTENCES = 3  # so that the trends stay in sight below them
# Rules that say where the patient stands with iron: the first question of the page, never behind a fold.
_IRON = frozenset({"S1", "S2", "S4", "I1", "I2", "I3", "I4", "I6", "I7", "K1", "K2"})
_CHANGE = "Q8"  # the head of every panel says the same


def in_full(findings: Mapping[str, Finding]) -> frozenset[str]:
    """Keys of the findings shown as sentences: every stop and act, then others while there is room.

    `findings` stand most urgent first. Of the others one about iron goes first, whatever the room, unless
    a stop or act speaks of it; that a change is no more than chance comes last.
    """
    urgent = [key for key, one in findings.items() if one.urgency in (Urgency.STOP, Urgency.ACT)]
    answered = any(findings[key].rule_id in _IRON for key in urgent)
    others = sorted(
        (key for key in findings if key not in urgent),
        key=lambda key: (
            answered or findings[key].rule_id not in _IRON,
            findings[key].rule_id == _CHANGE,
        ),
    )
    iron = 0 if answered else sum(findings[key].rule_id in _IRON for key in others[:1])
    return frozenset([*urgent, *others[: max(_SENTENCES - len(urgent), iron)]])


def rule_words(rule_id: str) -> str:
    """The id of a rule as Markdown, called a rule: B6 by itself reads as the vitamin."""
    return f"rule **{esc(rule_id)}**"


def ground_words(ground: Input) -> str:
    """A fact a finding rests on, with the file and line it came from."""
    place = f"{ground.source_file}, line {ground.source_row}" if ground.source_file else "recorded"
    how = f"; {ground.computed}" if ground.computed else ""
    return f"{ground.text}: {place}{how}"


def iron_undecided(found: PatientFindings, knowledge: Knowledge) -> str:
    """Why no rule says where the patient stands with iron; "" where one does, or where none was left open."""
    if any(one.rule_id in _IRON for one in found.findings):
        return ""
    left_open = [one for one in found.not_evaluated if one.rule_id in _IRON]
    why = not_evaluated_words(left_open, knowledge)
    return f"Whether iron is considered is not decided: {why}." if why else ""


def summary(found: PatientFindings) -> str:
    """Findings in one line, for readers who do not see the table."""
    return "Findings. " + " ".join(f"{one.urgency.value}: {one.text}" for one in found.findings)
