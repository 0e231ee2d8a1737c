"""What one finding rests on: its inputs with the lines of the files they stand on, its sources, its gaps."""

from __future__ import annotations

import streamlit as st

from rls_dash.findings.model import Finding
from rls_dash.knowledge import Knowledge
from rls_dash.ui import source_lines
from rls_dash.ui.finding_words import ground_words, missing_words
from rls_dash.ui.text import esc

_SHOWN_AT_MOST = 6


def render(one: Finding, knowledge: Knowledge, told: bool) -> None:
    """The finding, unless `told` right above, then every input with its line as it stands in the file."""
    title = knowledge.rule_titles[one.rule_id].title
    with st.container(border=True, key="finding_detail", gap="xsmall"):
        full = "" if told else f" {esc(one.text)}"
        st.markdown(f"**{esc(title)}, rule {esc(one.rule_id)}.**{full}")
        said = [f"After {', '.join(f'{who.name} ({who.evidence})' for who in one.sources)}."]
        if one.missing:
            said.append(f"Missing to decide: {', '.join(missing_words(one.missing, knowledge))}.")
        st.caption(esc(" ".join(said)))
        for ground in one.inputs[:_SHOWN_AT_MOST]:
            st.text(ground_words(ground))
            if ground.source_file and ground.source_row is not None:
                _source_line(ground.source_file, ground.source_row)
        more = len(one.inputs) - _SHOWN_AT_MOST
        if more > 0:
            st.caption(f"and {more} more: see the table below")
        if not one.inputs:
            st.caption("It rests on no result: what is missing brought it up.")


def _source_line(source_file: str, line: int) -> None:
    found = source_lines.record(source_file, line)
    if found is not None:
        st.code(found.text, language=None, wrap_lines=True)
