"""Findings of one patient: the urgent ones in full, the rest one click away. There is no all clear."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rls_dash.findings.counts import LISTED
from rls_dash.findings.model import Finding, NotEvaluated, PatientFindings
from rls_dash.interpret.words import span_text
from rls_dash.knowledge import Knowledge, Urgency
from rls_dash.ui.text import counted, esc

_BADGES = {
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
_LINE = "  \n"


def render(found: PatientFindings, knowledge: Knowledge) -> None:
    """Urgent findings line by line; then, folded, everything with inputs, sources and what is missing."""
    urgent = [one for one in found.findings if one.urgency in LISTED]
    with st.container(key="findings", gap=None):
        if urgent:
            st.markdown(_LINE.join(f"{_BADGES[one.urgency]} {_sentence(one, knowledge)}" for one in urgent))
        else:
            st.markdown(esc(nothing_found(found, knowledge)))
        with st.expander(_folded(found, len(urgent))):
            if found.findings:
                st.table(table(found.findings, knowledge), hide_index=True, alt=summary(found))
            if found.not_evaluated:
                st.markdown(f"**Not evaluated.** {esc(not_evaluated_words(found.not_evaluated, knowledge))}")


def _sentence(one: Finding, knowledge: Knowledge) -> str:
    parts = [f"{esc(one.text)} **{esc(one.rule_id)}**"]
    if one.historical and one.rule_id != "Q7":  # which says so itself
        days = knowledge.parameters["historical_days"].value
        parts.append(f"*Rests on a result older than {span_text(int(days))}.*")
    if one.missing:
        parts.append(f"*Missing: {esc(', '.join(missing_words(one.missing, knowledge)))}.*")
    return " ".join(parts)


def _folded(found: PatientFindings, shown: int) -> str:
    more = len(found.findings) - shown
    said = [f"{counted(more, 'more finding')} for information"] if more else []
    if found.not_evaluated:
        said.append(f"{counted(len(found.not_evaluated), 'rule')} not evaluated")
    return "Inputs and sources of every finding" + (f"; {', '.join(said)}" if said else "")


def table(findings: Sequence[Finding], knowledge: Knowledge) -> pd.DataFrame:
    """One row a finding, as Markdown: what it says, on what, after whom, and what is missing."""
    return pd.DataFrame(
        [
            {
                "Finding": f"{_BADGES[one.urgency]} **{esc(one.rule_id)}**",
                "What the data say": esc(one.text),
                "Rests on": _LINE.join(esc(_ground(one, at)) for at in range(len(one.inputs))),
                "Source, evidence": _LINE.join(esc(f"{who.name}, {who.evidence}") for who in one.sources),
                "Missing": esc(", ".join(missing_words(one.missing, knowledge))),
            }
            for one in findings
        ]
    )


def _ground(one: Finding, at: int) -> str:
    ground = one.inputs[at]
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
