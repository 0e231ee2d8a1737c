"""How each file was read: encoding, delimiter, decimal mark, date order, columns, tests not tracked."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rls_dash.pipeline import FileReport
from rls_dash.ui import text

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_DECIMALS = {
    ".": "point",
    ",": "comma",
    "unproven": "not proved by the file",
    "contradictory": "contradictory",
}
_ORDERS = {
    "dmy": "day before month",
    "mdy": "month before day",
    "not_needed": "not needed: year first or month named",
    "unproven": "not proved by the file",
    "contradictory": "contradictory",
}
_UNUSED = "not used"


def render(files: Sequence[FileReport]) -> None:
    """Overview of all files, and the columns and untracked tests of one."""
    st.dataframe(overview(files), hide_index=True, alt="How each file was read")
    chosen = files[0]
    if len(files) > 1:
        names = [file.name for file in files]
        name = st.selectbox("Columns and tests of", names, key="file_of_details", width=420)
        chosen = files[names.index(name)] if name in names else files[0]
    left, right = st.columns(2)
    with left:
        st.caption("Columns of the file and what they were taken for")
        roles = [(column.header, column.role.replace("_", " ") or _UNUSED) for column in chosen.columns]
        st.dataframe(
            pd.DataFrame(roles, columns=["Column", "Taken for"]),
            hide_index=True,
            alt="Columns and their roles",
        )
    with right:
        st.caption(f"Tests not tracked here: {text.counted(chosen.not_tracked, 'row')}")
        tests = pd.DataFrame(list(chosen.not_tracked_tests), columns=["Test", "Rows"])
        if tests.empty:
            st.text("None.")
        else:
            st.dataframe(tests, hide_index=True, alt="Tests not tracked and their number of rows")


def overview(files: Sequence[FileReport]) -> pd.DataFrame:
    """One row a file, in words."""
    return pd.DataFrame(
        [
            {
                "File": file.name,
                "Layout": file.dialect,
                "Encoding": file.encoding,
                "Delimiter": _DELIMITERS.get(file.delimiter, file.delimiter),
                "Decimal mark": _DECIMALS.get(file.decimal_mark, file.decimal_mark),
                "Date order": _ORDERS.get(file.date_order, file.date_order),
                "Header on line": file.header_line,
            }
            for file in files
        ]
    )
