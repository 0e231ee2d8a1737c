"""Findings of one patient: urgent ones in full, the others by name, the rest one click away. No all clear.

Each finding is a button: it lights the results it rests on, its caution row and their lines in the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from rls_dash.findings.lit import keyed
from rls_dash.findings.model import Finding, PatientFindings
from rls_dash.findings.undecided import old_words, quiet_words
from rls_dash.knowledge import Knowledge, Urgency
from rls_dash.ui import state
from rls_dash.ui.components import finding_detail
from rls_dash.ui.components.folded import folded
from rls_dash.ui.finding_words import (
    BADGES,
    ground_words,
    in_full,
    iron_undecided,
    missing_words,
    not_evaluated_words,
    rule_words,
    summary,
)
from rls_dash.ui.text import counted, esc

Width = Literal["stretch", "content"]
_LINE = "  \n"


def render(found: PatientFindings, knowledge: Knowledge) -> None:
    """Sentences first, then names of further notes; then, folded, everything with inputs and sources."""
    every = keyed(found.findings)
    sentences = in_full(every)
    notes = {key: one for key, one in every.items() if one.urgency is Urgency.NOTE and key not in sentences}
    chosen = state.chosen_finding(found.patient_id)
    with st.container(key="findings", gap=None):
        for key, one in every.items():
            if key in sentences:
                _button(found.patient_id, key, one, _sentence(one, knowledge), key == chosen)
        if undecided := iron_undecided(found, knowledge):
            st.markdown(f":small[:violet-badge[UNDECIDED] {esc(undecided)}]")
        if quiet := quiet_words(found):
            st.markdown(f":small[{esc(quiet)}]")
        _by_name(notes, found.patient_id, chosen, knowledge)
        if chosen in every:
            finding_detail.render(every[chosen], knowledge, told=chosen in sentences)
        rest = {key: one for key, one in every.items() if key not in sentences and key not in notes}
        with folded(_folded(found, len(rest)), state.Widget.ALL_FINDINGS) as is_open:
            if is_open:
                _everything(found, rest, chosen, knowledge)


def _everything(
    found: PatientFindings, rest: Mapping[str, Finding], chosen: str, knowledge: Knowledge
) -> None:
    """Findings for information by name, all findings with their inputs, and what was not evaluated."""
    _by_name(rest, found.patient_id, chosen, knowledge)
    if found.findings:
        st.table(table(found.findings, knowledge), hide_index=True, alt=summary(found))
    if found.not_evaluated:
        st.markdown(f"**Not evaluated.** {esc(not_evaluated_words(found.not_evaluated, knowledge))}")


def _by_name(findings: Mapping[str, Finding], patient_id: str, chosen: str, knowledge: Knowledge) -> None:
    """Findings side by side, each by the name of its rule."""
    if not findings:
        return
    with st.container(horizontal=True, gap="xxsmall"):
        for key, one in findings.items():
            title = knowledge.rule_titles[one.rule_id].title
            words = f"{esc(title)} \u00b7 {rule_words(one.rule_id)}"
            _button(patient_id, key, one, words, key == chosen, "content")


def _button(
    patient_id: str, key: str, one: Finding, words: str, chosen: bool, width: Width = "stretch"
) -> None:
    st.button(
        f"{BADGES[one.urgency]} {words}",
        key=f"finding_{key}",
        help=None if width == "stretch" else esc(one.text),  # a sentence needs no more words
        type="secondary" if chosen else "tertiary",
        on_click=state.choose_finding,
        args=(patient_id, key),
        width=width,
    )


def _sentence(one: Finding, knowledge: Knowledge) -> str:
    parts = [f"{esc(one.text)} \u00b7 {rule_words(one.rule_id)}"]
    if old := old_words(one, knowledge):
        parts.append(f"*{esc(old)}*")
    if one.missing:
        parts.append(f"*Missing: {esc(', '.join(missing_words(one.missing, knowledge)))}.*")
    return " ".join(parts)


def _folded(found: PatientFindings, more: int) -> str:
    said = [f"{counted(more, 'more finding')} for information"] if more else []
    if found.not_evaluated:
        said.append(f"{counted(len(found.not_evaluated), 'rule')} not evaluated")
    return "Inputs and sources of every finding" + (f"; {', '.join(said)}" if said else "")


def table(findings: Sequence[Finding], knowledge: Knowledge) -> pd.DataFrame:
    """One row a finding, as Markdown: what it says, on what, after whom, and what is missing."""
    return pd.DataFrame(
        [
            {
                "Finding": f"{BADGES[one.urgency]} {rule_words(one.rule_id)}",
                "What the data say": esc(one.text),
                "Rests on": _LINE.join(esc(ground_words(ground)) for ground in one.inputs),
                "Source, evidence": _LINE.join(esc(f"{who.name}, {who.evidence}") for who in one.sources),
                "Missing": esc(", ".join(missing_words(one.missing, knowledge))),
            }
            for one in findings
        ]
    )
