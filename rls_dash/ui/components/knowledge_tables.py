"""The cautions with their origin, and the list of sources."""

from __future__ import annotations

import streamlit as st

from rls_dash.interpret.words import plain
from rls_dash.knowledge import Effect, Knowledge, Origin, UpperLimit
from rls_dash.ui.components.limits_table import EVIDENCE_WORDS, source_cell
from rls_dash.ui.text import counted, own

_ORIGIN_WORDS = {
    Origin.SOURCE_DOCUMENT: "in the source document of this project",
    Origin.BEYOND: "beyond the source document",
}


def render_cautions(knowledge: Knowledge) -> None:
    """Every caution with where it comes from."""
    labels = {key: supplement.label for key, supplement in knowledge.supplements.items()}
    place = {key: number for number, key in enumerate(labels)}
    ordered = sorted(knowledge.cautions, key=lambda one: (place[one.supplement], one.display_order))
    st.table(
        [
            {
                "Supplement": own(labels[caution.supplement]),
                "Caution": own(caution.text),
                "Origin": _ORIGIN_WORDS[caution.origin],
                "Source": source_cell(knowledge, caution.provenance),
            }
            for caution in ordered
        ],
        alt=f"{counted(len(ordered), 'caution')} about {len(labels)} supplements, with origin and source",
    )


def render_upper_limits(knowledge: Knowledge) -> None:
    """How much of a supplement a day each authority calls tolerable for the adult public."""
    st.table(
        [
            {
                "Supplement": own(knowledge.supplements[one.supplement].label),
                "Authority": own(one.authority.value),
                "Upper limit a day": own(upper_limit_amount(one)),
                "Of what": own("; ".join(filter(None, (one.scope, one.note)))),
                "Source": source_cell(knowledge, one.provenance),
            }
            for one in knowledge.upper_limits.values()
        ],
        alt=f"{counted(len(knowledge.upper_limits), 'upper limit')} of intake a day, by authority",
    )


def upper_limit_amount(one: UpperLimit) -> str:
    """Amount with its unit; an authority that set none is named all the same."""
    return "none set" if one.amount is None else f"{plain(one.amount)} {one.unit}"


def render_interactions(knowledge: Knowledge) -> None:
    """What is said of a supplement beside another substance; looked for among recorded medicines."""
    st.table(
        [
            {
                "Supplement": own(knowledge.supplements[one.supplement].label),
                "Beside": own(one.substance.replace("_", " ")),
                "Spacing": own(one.hours or ("no interval named" if one.effect is Effect.SPACING else "")),
                "Why": own(one.why),
                "Source": source_cell(knowledge, one.provenance),
            }
            for one in knowledge.interactions
        ],
        alt=f"{counted(len(knowledge.interactions), 'pair')} of a supplement and a substance, with spacing",
    )


def render_sources(knowledge: Knowledge) -> None:
    """Every source cited on any page. Addresses are text: opening one leaves this machine."""
    st.table(
        [
            {
                "Source": f"**{own(source.short_name)}**",
                "Citation": own(source.citation),
                "Address": f"`{source.url}`" if source.url else "",
                "Checked": EVIDENCE_WORDS[source.provenance.evidence],
                "Reviewed": source.provenance.reviewed_on,
            }
            for source in knowledge.sources.values()
        ],
        alt=f"{counted(len(knowledge.sources), 'source')} cited on the pages",
    )
