"""Findings put into words for the pages: badges, grounds, what is missing, what was not evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rls_dash.findings.model import Finding, Input, NotEvaluated, PatientFindings
from rls_dash.knowledge import Knowledge, Urgency

BADGES = {
    Urgency.STOP: ":red-badge[STOP]",
    Urgency.ACT: ":orange-badge[ACT]",
    Urgency.NOTE: ":blue-badge[NOTE]",
    Urgency.INFO: ":gray-badge[INFO]",
}
_FACTS = {
    "birth_date": "age",
    "sex": "sex",
    "menopause": "menopause",
    "pregnant": "pregnancy",
    "trimester": "trimester",
    "laboratory": "laboratory",
    "dose": "dose",
    "dialysis": "dialysis",
    "events": "medicines and supplements",
    "scores": "severity totals",
    "time_of_draw": "time of the draw",
    "ferritin_assay": "ferritin assay",
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


def missing_words(missing: Sequence[str], knowledge: Knowledge) -> list[str]:
    """Analytes and facts by the names a reader knows."""
    labels = {key: one.short_label for key, one in knowledge.analytes.items()}
    return [labels.get(name) or _FACTS.get(name, name.replace("_", " ")) for name in missing]


def not_evaluated_words(rules: Sequence[NotEvaluated], knowledge: Knowledge) -> str:
    """Which rules could not be decided, by what they miss: "TSAT (I3, S2); age (I6)"."""
    by_reason: dict[str, list[str]] = {}
    for one in rules:
        reason = one.why or ", ".join(missing_words(one.missing, knowledge)) or "inputs not decided"
        by_reason.setdefault(reason, []).append(one.rule_id)
    return "; ".join(f"{reason} ({', '.join(dict.fromkeys(ids))})" for reason, ids in by_reason.items())


def nothing_found(found: PatientFindings, knowledge: Knowledge) -> str:
    """What is said where no rule speaks up: never an all clear."""
    left_out = not_evaluated_words(found.not_evaluated, knowledge)
    rest = f" Not evaluated: {left_out}." if left_out else ""
    return f"No rule speaks up on what was measured.{rest}"


def summary(found: PatientFindings) -> str:
    """Findings in one line, for readers who do not see the table."""
    return "Findings. " + " ".join(f"{one.urgency.value}: {one.text}" for one in found.findings)
