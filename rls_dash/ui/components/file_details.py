"""How each file was read: format, encoding, delimiter, decimal mark, date order, columns, tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from rls_dash.pipeline import FileReport
from rls_dash.ui import file_words, state, text
from rls_dash.ui.components import mapping_tables
from rls_dash.ui.loading import Loaded

_NAMED_AT_MOST = 5


def render(found: Loaded) -> None:
    """Overview of all files; columns and tests of one, editable."""
    st.dataframe(
        overview(found.analysis.files), hide_index=True, alt=in_words(found.analysis.files), placeholder=""
    )
    files = [file for file in found.analysis.files if not file_words.is_dictionary(file)]
    if not files:
        return
    names = [file.name for file in files]
    chosen = files[0]
    if len(files) > 1:
        key = state.of_these_files(state.Widget.DETAILS_OF)
        name = st.selectbox("Columns and tests of", names, key=key, width=420)
        chosen = files[names.index(name)] if name in names else files[0]
    same = sum(file.layout == chosen.layout for file in files) - 1
    also = f" A change counts for {text.counted(same, 'more file')} with the same columns." if same else ""
    columns, tests = st.tabs(["Columns", "Tests"])
    with columns:
        st.caption(f"Click a cell under “Taken for” to correct it, then apply.{also}")
        mapping_tables.render_columns(chosen, "details")
    with tests:
        st.caption(
            "Names are matched exactly, never by likeness. Correct one only when you know what the "
            f"laboratory means by it.{also}"
        )
        mapping_tables.render_tests(
            chosen, state.kept(("tests", chosen.name), lambda: tests_of(found, chosen))
        )


def overview(files: Sequence[FileReport]) -> pd.DataFrame:
    """One row a file, in words."""
    return pd.DataFrame(
        [
            {
                "File": file.name,
                "Recognised as": file.dialect,
                "Text": file_words.encoding_words(file.encoding),
                "Columns apart by": file_words.delimiter_words(file.delimiter),
                "Decimal mark": file_words.decimal_words(file.decimal_mark),
                "Dates": file_words.date_order_words(file.date_order),
                "Header on line": file.header_line or None,
                "Columns used": _used(file),
            }
            for file in files
        ]
    ).astype({"Header on line": "Int64"})


def in_words(files: Sequence[FileReport]) -> str:
    """How many files were read and as what, for readers who do not see the table."""
    said = [f"{file.name} as {file.dialect}" for file in files[:_NAMED_AT_MOST]]
    more = len(files) - len(said)
    rest = f" and {more} more" if more else ""
    return f"How {text.counted(len(files), 'file')} came in: {', '.join(said)}{rest}"


def _used(file: FileReport) -> str:
    if file_words.is_dictionary(file):
        return ""
    return f"{sum(bool(one.role) for one in file.columns)} of {len(file.columns)}"


def tests_of(found: Loaded, file: FileReport) -> Mapping[str, tuple[str, int]]:
    """Test as printed → (analyte or "", rows); a name that stands for several analytes is left out."""
    rows = found.analysis.results
    rows = rows[rows["source_file"] == file.name]
    names = rows["reported_test"].where(rows["reported_test"].str.strip() != "", rows["reported_code"])
    counted = rows.groupby([names.rename("test"), "analyte"], sort=False).size()
    tests: dict[str, list[tuple[str, int]]] = {}
    for (test, analyte), count in counted.items():
        tests.setdefault(str(test), []).append((str(analyte), int(count)))
    tracked = {test: found[0] for test, found in tests.items() if len(found) == 1}
    others = {test: ("", count) for test, count in file.not_tracked_tests if test not in tests}
    return tracked | others
