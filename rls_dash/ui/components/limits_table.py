"""Every decision limit: region in words, population, meaning, source and how far it was checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from rls_dash.interpret.words import plain, range_words, unit_text
from rls_dash.knowledge import Knowledge, Limit, Provenance
from rls_dash.model import Evidence
from rls_dash.ui.text import counted, esc, own

EVIDENCE_WORDS: Mapping[Evidence, str] = {
    Evidence.PRIMARY: "primary: the source itself was read",
    Evidence.SECONDARY: "secondary: seen in a text about the source",
    Evidence.BACKGROUND: "background: general knowledge, not verified",
}


def render(knowledge: Knowledge) -> None:
    """Table of the limits of one analyte, or of all."""
    limited = {limit.analyte for limit in knowledge.limits.values()}
    present = [key for key in knowledge.analytes if key in limited]
    chosen = st.selectbox(
        "Test",
        [None, *present],
        format_func=lambda key: "All tests" if key is None else knowledge.analytes[key].label,
        key="limits_of",
        width=320,
    )
    limits = [limit for key in present for limit in knowledge.limits.values() if limit.analyte == key]
    shown = [limit for limit in limits if chosen is None or limit.analyte == chosen]
    about = "all tests" if chosen is None else knowledge.analytes[chosen].label
    alt = f"{counted(len(shown), 'decision limit')} of {about}, each with its source"
    st.table([_row(limit, knowledge) for limit in shown], alt=alt)


def _row(limit: Limit, knowledge: Knowledge) -> dict[str, str]:
    letter = f" · letter **{limit.flag.value}**" if limit.flag else ""
    return {
        "Test": own(knowledge.analytes[limit.analyte].short_label),
        "Limit": f"{own(region_words(limit))}{letter}{_replaced(limit)}  \n`{limit.limit_id}`",
        "For whom": own(limit.population_text),
        "What the source says": own(limit.meaning),
        "Strength": own(limit.strength),
        "Source": source_cell(knowledge, limit.provenance),
    }


def _replaced(limit: Limit) -> str:
    """That the clinic put its own number here; its text comes out of a file."""
    return f"  \n{esc(limit.cited)}" if limit.override else ""


def region_words(limit: Limit) -> str:
    """The region of a limit, and the numbers its source prints in other units."""
    parts = [_region(limit, limit.low, limit.high, limit.unit)]
    parts += [f"{_region(limit, low, high, unit)} (as printed)" for unit, (low, high) in limit.paired.items()]
    return "; ".join(parts)


def _region(limit: Limit, low: Decimal | None, high: Decimal | None, unit: str) -> str:
    return range_words(
        limit.low_op if low is not None else "",
        plain(low) if low is not None else "",
        limit.high_op if high is not None else "",
        plain(high) if high is not None else "",
        unit_text(unit),
    )


def source_cell(knowledge: Knowledge, provenance: Provenance) -> str:
    """Short name of the source, place in it, evidence grade in words."""
    name = knowledge.sources[provenance.source].short_name
    return f"**{own(name)}**, {own(provenance.locator)}  \n{EVIDENCE_WORDS[provenance.evidence]}"
