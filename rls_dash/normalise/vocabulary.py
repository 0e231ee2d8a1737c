"""What the readers of wide tables borrow: which texts name an analyte, and which are units."""

from __future__ import annotations

from functools import lru_cache

from rls_dash.ingest.source import Vocabulary
from rls_dash.knowledge import Knowledge
from rls_dash.normalise.identify import Fate, Identifier
from rls_dash.normalise.units import clean_unit

_ASKED = 512  # headers are few, and asked about more than once


def vocabulary_of(identifier: Identifier, knowledge: Knowledge) -> Vocabulary:
    """The names and units of the knowledge tables, as questions about a header."""

    @lru_cache(_ASKED)
    def names_analyte(text: str) -> bool:
        found = identifier.identify(text, "", "", "")
        return found.fate is Fate.TRACKED or found.code == "ambiguous_name"

    def is_unit(text: str) -> bool:
        return clean_unit(text) in knowledge.unit_spellings

    return Vocabulary(names_analyte, is_unit)
