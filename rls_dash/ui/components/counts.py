"""Where every row of the files went: numbers that add up on the screen."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rls_dash.pipeline import Analysis

_WORDS = {
    "rows_in": "Rows in",
    "results": "Results",
    "set_aside": "Set aside",
    "held": "Held",
    "not_tracked": "Not tracked",
    "duplicates": "Duplicates",
}


def render(analysis: Analysis) -> None:
    """Rows in = results + set aside + held + not tracked + duplicates, in all and by file."""
    counts = analysis.counts
    signs = ["=", "+", "+", "+", "+", ""]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="row_counts"):
        for (name, word), sign in zip(_WORDS.items(), signs, strict=True):
            st.metric(word, f"{counts[name]:,}", width="content")
            if sign:
                st.text(sign, width="content")
    files = [
        {"File": file.name, **{word: getattr(file, name) for name, word in _WORDS.items()}}
        for file in analysis.files
    ]
    if files:
        st.dataframe(pd.DataFrame(files), hide_index=True, alt="Rows of each file and where they went")
