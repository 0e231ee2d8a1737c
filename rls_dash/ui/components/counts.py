"""Where every row of the files went: numbers that add up on the screen."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from rls_dash.ui.components.sizes import table_height
from rls_dash.ui.file_words import SIDE_FILES, is_dictionary
from rls_dash.ui.loading import Loaded

_WORDS = {
    "rows_in": "Rows in",
    "results": "Results",
    "set_aside": "Set aside",
    "held": "Held",
    "not_tracked": "Not tracked",
    "duplicates": "Duplicates",
}
_HELP = {
    "rows_in": "Records found in all files, without headers and blank lines",
    "results": "Used: in lists, trends and tables",
    "set_aside": "Cannot be used; each is listed below with its reason",
    "held": "Not used until cleared up, by an answer of yours or in the export; each is listed below",
    "not_tracked": "Tests this program does not follow",
    "duplicates": "The same result stands in the files more than once; it is used once",
}


def render(found: Loaded) -> None:
    """Rows in = results + set aside + held + not tracked + duplicates, in all and by file."""
    counts = found.analysis.counts
    signs = ["=", "+", "+", "+", "+", ""]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="row_counts"):
        for (name, word), sign in zip(_WORDS.items(), signs, strict=True):
            st.metric(word, f"{counts[name]:,}", width="content", help=_HELP[name])
            if sign:
                st.text(sign, width="content")
    table = by_file(found)
    if len(table) > 1:  # of one file the numbers above say it all
        st.dataframe(
            table,
            hide_index=True,
            height=table_height(len(table), at_most=10),
            alt=f"{len(table)} files and where their rows went: {words_of(counts)}",
            placeholder="",
            column_config={
                word: st.column_config.NumberColumn(format="localized") for word in _WORDS.values()
            },
        )


def words_of(counts: Mapping[str, int]) -> str:
    """The numbers in one line: "rows in 12, results 9, set aside 2 …"."""
    return ", ".join(f"{word.lower()} {counts[name]:,}" for name, word in _WORDS.items())


def by_file(found: Loaded) -> pd.DataFrame:
    """One row a file: what it is, and where its rows went; files without rows of their own say why."""
    analysis = found.analysis
    rows: list[dict[str, object]] = [
        {"File": file.name, "Holds": "results"} | {word: getattr(file, name) for name, word in _WORDS.items()}
        for file in analysis.files
        if not is_dictionary(file)
    ]
    unread = {
        error.source_file: "waits for an answer" if error.questions else "not read"
        for error in analysis.errors
    }
    beside = {file.name: "names of codes" for file in analysis.files if is_dictionary(file)}
    beside |= {one.name: SIDE_FILES[one.kind] for one in found.side_files}
    rows += [{"File": name, "Holds": what} for name, what in (unread | beside).items()]
    return pd.DataFrame(rows, columns=["File", "Holds", *_WORDS.values()]).astype(
        {word: "Int64" for word in _WORDS.values()}
    )
