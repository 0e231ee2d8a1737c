"""What is missing, in words: analytes and facts by the names a reader knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rls_dash.findings.model import Finding, NotEvaluated, PatientFindings
from rls_dash.interpret.latest import historical_words
from rls_dash.interpret.words import date_text, in_sentence
from rls_dash.knowledge import Knowledge, Urgency

FACTS = {
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


def missing_words(missing: Sequence[str], knowledge: Knowledge) -> list[str]:
    """Analytes and facts by the names a reader knows."""
    labels = {key: one.short_label for key, one in knowledge.analytes.items()}
    return [labels.get(name) or FACTS.get(name, name.replace("_", " ")) for name in missing]


def not_evaluated_words(rules: Sequence[NotEvaluated], knowledge: Knowledge) -> str:
    """Which rules could not be decided, by what they miss: "TSAT (I3, S2); age (I6)"."""
    by_reason: dict[str, list[str]] = {}
    for one in rules:
        reason = one.why or ", ".join(missing_words(one.missing, knowledge)) or "inputs not decided"
        by_reason.setdefault(reason, []).append(one.rule_id)
    return "; ".join(f"{reason} ({', '.join(dict.fromkeys(ids))})" for reason, ids in by_reason.items())


def old_words(one: Finding, knowledge: Knowledge) -> str:
    """ "Rests on a result older than 12 months: ferritin of 03 Apr 2025."; "" for none, and for rules about
    the data, which name their dates themselves. Page, report and export say the same."""
    if not one.old or one.rule_id.startswith("Q"):
        return ""
    named = [
        f"{in_sentence(knowledge.analytes[ground.name].short_label)} of "
        f"{date_text(date.fromisoformat(ground.collected_at[:10]))}"
        for ground in one.old
    ]
    which = "a result" if len(named) == 1 else "results"
    return f"Rests on {which} {historical_words(knowledge)}: {', '.join(named)}."


def quiet_words(found: PatientFindings) -> str:
    """What is said where no rule asks for attention, "" where one does: never an all clear.

    Report and page say the same.
    """
    if any(one.urgency is not Urgency.INFO for one in found.findings):
        return ""
    said = "No rule speaks up" if not found.findings else "No stop, act or note"
    count = len({one.rule_id for one in found.not_evaluated})
    left = f"; {count} rules could not be evaluated" if count > 1 else ""
    return f"{said} in what was measured{left}. This is not an all clear."
