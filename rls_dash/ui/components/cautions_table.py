"""The supplement cautions table: our text and numbers we format, never a cell of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from rls_dash.findings.lit import NOTHING, Lit
from rls_dash.interpret.cautions import CautionRow, Relevance
from rls_dash.knowledge import Origin, Prominence
from rls_dash.ui.text import BEYOND_LEGEND, BEYOND_MARK, NO_MEDICINES, own

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

_MARKS = {
    Relevance.AGAINST: ":red-badge[Speaks against]",
    Relevance.RELEVANT: ":orange-badge[Relevant]",
    Relevance.UNDECIDED: ":violet-badge[Undecided]",
    Relevance.NOT_ASSESSED: "Not assessed: adult limits do not apply at this age",
    Relevance.NOTHING_IN_RESULTS: "Nothing in these results",
    Relevance.NOT_MEASURED: "No usable result",
}
_SUMMARY = {
    Relevance.AGAINST: "Results or records speak against",
    Relevance.RELEVANT: "Supplement cautions brought up by results or records",
    Relevance.UNDECIDED: "Undecided",
    Relevance.NOT_ASSESSED: "Not assessed at this age",
    Relevance.NOT_MEASURED: "No usable result",
}
_LINE = "  \n"  # a line break in Markdown
_LIT = {"background-color": "rgba(86,180,233,0.18)"}  # with its badge: colour is never alone
_NO_RULES: Mapping[str, Sequence[str]] = MappingProxyType({})


def render(
    rows: Sequence[CautionRow],
    rules: Mapping[str, Sequence[str]] = _NO_RULES,
    medicines_on_file: bool = False,
    lit: Lit = NOTHING,
) -> None:
    """All supplements, those that results or records bring up first. Never collapsed, never filtered.

    `rules`: supplement → ids of the rules whose findings speak of it. `lit`: the finding whose row is marked.
    """
    table = [
        {
            "Supplement": _supplement(row, rules.get(row.supplement, ()), lit),
            "Supports": own(row.supports),
            "Consider when": own(row.consider_when),
            "Cautions": _cautions(row),
        }
        for row in rows
    ]
    alt = f"Supplement cautions. {summary(rows)}"
    st.caption(BEYOND_LEGEND if medicines_on_file else f"{BEYOND_LEGEND} {NO_MEDICINES}")
    marked = [at for at, row in enumerate(rows) if row.supplement == lit.supplement]
    st.table(_styled(pd.DataFrame(table), marked), hide_index=True, alt=alt)


def _styled(table: pd.DataFrame, marked: Sequence[int]) -> pd.DataFrame | Styler:
    """The table with the lit rows tinted; the look of its cells is in layout.css, for a Styler takes time."""
    if not marked:
        return table
    return table.style.set_properties(subset=pd.IndexSlice[list(marked), :], **_LIT)


def _supplement(row: CautionRow, rules: Sequence[str], lit: Lit) -> str:
    light = f":blue-badge[lit by {own(lit.rule_id)}]" if lit and row.supplement == lit.supplement else ""
    parts = [
        f"**{own(row.label)}** {light}".strip(),
        _MARKS[row.relevance],
        *(own(reason) for reason in row.reasons),
    ]
    if rules:
        parts.append(f"Findings by {'rule' if len(rules) == 1 else 'rules'} {own(', '.join(rules))}")
    if row.missing:
        parts.append(f"No result on file: {own(', '.join(row.missing))}")
    return _LINE.join(parts)


def _cautions(row: CautionRow) -> str:
    """What recorded medicines bring up, then the cautions chosen for this place; the others are counted, so
    that none is thought not to exist."""
    beside = [one for one in row.cautions if one.prominence is Prominence.BESIDE_TRENDS]
    lines = [f"• {_caution(one.text, one.origin)}" for one in beside]
    more = len(row.cautions) - len(beside)
    lines = [*(f"**{own(one)}**" for one in row.interactions), *lines]
    return _LINE.join([*lines, f"{more} more on the page Limits and sources"] if more else lines)


def _caution(text: str, origin: Origin) -> str:
    return f"{own(text)}\u00a0{BEYOND_MARK}" if origin is Origin.BEYOND else own(text)


def summary(rows: Sequence[CautionRow]) -> str:
    """Which rows the results bring up, and which they cannot, in one line."""
    named = {group: ", ".join(own(row.label) for row in rows if row.relevance is group) for group in _SUMMARY}
    brought_up = named[Relevance.AGAINST] or named[Relevance.RELEVANT]
    parts = [f"{_SUMMARY[group]}: {names}" for group, names in named.items() if names]
    return ". ".join(parts if brought_up else [f"{_SUMMARY[Relevance.RELEVANT]}: none", *parts])
