"""What the user can take away from the Import page, built only when asked for."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from rls_dash.answers_file import FILE_NAME, answers_toml
from rls_dash.export import issues_csv, results_csv
from rls_dash.ui import state, text

_BOM = "\ufeff"  # so that a spreadsheet reads µ as µ


def results_and_issues(results: pd.DataFrame, issues: pd.DataFrame, listed: pd.DataFrame) -> None:
    """All results, the issues listed now, all issues."""
    with st.container(horizontal=True, gap="small"):
        _csv_button("Download results.csv", "results.csv", lambda: results_csv(results), results.empty)
        _csv_button("Download issues.csv", "issues.csv", lambda: issues_csv(issues), issues.empty)
        if len(listed) < len(issues):
            label = f"Download the {text.counted(len(listed), 'listed issue')}"
            _csv_button(label, "issues-listed.csv", lambda: issues_csv(listed), listed.empty)


def _csv_button(label: str, name: str, build: Callable[[], str], empty: bool) -> None:
    st.download_button(
        label,
        lambda: (_BOM + build()).encode(),
        name,
        "text/csv",
        on_click="ignore",
        disabled=empty,
        key=f"download_{name}",
    )


def answers_button() -> None:
    """Every answer of this session as mapping.toml."""
    book, headers = state.answers(), state.headers()
    empty = not book.everywhere.given() and not any(one.given() for one in book.layouts.values())
    st.download_button(
        f"Save answers ({FILE_NAME})",
        lambda: answers_toml(book, headers).encode(),
        FILE_NAME,
        "application/toml",
        on_click="ignore",
        disabled=empty,
        key="download_answers",
        help="Answers and corrections of columns and tests. The command line takes the same file (--map). "
        "It may hold patient ids.",
    )
