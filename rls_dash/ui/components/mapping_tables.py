"""What the columns and the tests of a file were taken for: as found, and as the user changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from rls_dash.answers_file import NOT_TRACKED
from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapping import column_names
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import FileReport
from rls_dash.ui import file_words, state, text
from rls_dash.ui.components.sizes import table_height

_TESTS = (Role.TEST, Role.CODE)
_VALUES = (Role.VALUE, Role.VALUE_NUMBER, Role.VALUE_TEXT, Role.STANDARD_VALUE)
_COLUMN, _SAMPLES, _ROLE = "Column of the file", "For example", "Taken for"
_NAMED_AT_MOST = 5
_TEST, _ROWS, _ANALYTE = "Test as printed", "Rows", "Taken for"


def render_columns(file: FileReport, place: str) -> None:
    """Columns with their role, editable; applied by a button, for all files of this layout.

    `place`: where on the page, since the same file may stand there twice.
    """
    labels = {file_words.role_words(role.value): role.value for role in Role}
    table = columns_table(file)
    edited = st.data_editor(
        table,
        hide_index=True,
        height=table_height(len(table), at_most=14),
        disabled=[_COLUMN, _SAMPLES],
        column_config={
            _ROLE: st.column_config.SelectboxColumn(options=list(labels), required=True, width="medium")
        },
        key=f"columns_{place}_{state.loaded().key[:16]}_{file.layout}",
        alt=columns_in_words(file),
    )
    changes = changed_roles(file, [labels.get(label, "") for label in edited[_ROLE]])
    given = bool(state.answers().of(file.layout).columns)
    _buttons("columns", place, file, changes, given)


def missing_roles(file: FileReport) -> str:
    """What no column holds and no result can do without, in words; "" when nothing is missing."""
    roles = {column.role for column in file.columns}
    if file_words.is_dictionary(file):
        return ""
    missing = ["the test"] if not roles & set(_TESTS) else []
    missing += ["the result"] if not roles & set(_VALUES) else []
    return " and ".join(missing)


def columns_table(file: FileReport) -> pd.DataFrame:
    """One row per column: header, a few cells, what it was taken for."""
    return pd.DataFrame(
        {
            _COLUMN: list(_names(file)),
            _SAMPLES: ["  ·  ".join(column.samples) for column in file.columns],
            _ROLE: [file_words.role_words(column.role) for column in file.columns],
        }
    )


def columns_in_words(file: FileReport) -> str:
    """How many columns are used, and which are not, for readers who do not see the table."""
    names = [name for name, column in zip(_names(file), file.columns, strict=True) if not column.role]
    used = f"Columns of {file.name}: {len(file.columns) - len(names)} of {len(file.columns)} used"
    return f"{used}; not used: {', '.join(names[:_NAMED_AT_MOST])}" if names else used


def changed_roles(file: FileReport, roles: Sequence[str]) -> dict[str, str]:
    """Header → role, of the columns whose role is another now; "ignore" for one no longer used."""
    return {
        name: role
        for name, column, role in zip(_names(file), file.columns, roles, strict=True)
        if role and role != (column.role or Role.IGNORE.value)
    }


def _names(file: FileReport) -> tuple[str, ...]:
    """The columns as answers name them: a second `value` is `value (2)`."""
    return column_names([column.header for column in file.columns])


def render_tests(file: FileReport, found: Mapping[str, tuple[str, int]]) -> None:
    """Tests with their analyte, editable; `found`: test as printed → (analyte or "", rows)."""
    knowledge = load_knowledge()
    labels = {one.label: key for key, one in knowledge.analytes.items()}
    labels["not tracked"] = NOT_TRACKED
    words = {key: label for label, key in labels.items()}
    table = pd.DataFrame(
        {
            _TEST: list(found),
            _ANALYTE: [words[analyte or NOT_TRACKED] for analyte, _ in found.values()],
            _ROWS: [rows for _, rows in found.values()],
        }
    )
    tracked = sum(bool(analyte) for analyte, _ in found.values())
    edited = st.data_editor(
        table,
        hide_index=True,
        height=table_height(len(table), at_most=14),
        disabled=[_TEST, _ROWS],
        column_config={_ANALYTE: st.column_config.SelectboxColumn(options=list(labels), required=True)},
        key=f"tests_{state.loaded().key[:16]}_{file.name}",
        alt=f"Tests of {file.name}: {tracked} of {len(found)} taken for a test followed here",
    )
    changes = {
        test: labels[label]
        for (test, (analyte, _)), label in zip(found.items(), edited[_ANALYTE], strict=True)
        if labels[label] != (analyte or NOT_TRACKED)
    }
    given = bool(state.answers().of(file.layout).tests)
    _buttons("tests", "details", file, changes, given)


def _buttons(kind: str, place: str, file: FileReport, changes: Mapping[str, str], given: bool) -> None:
    """Apply what was changed, and take back what was applied."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            f"Apply {text.counted(len(changes), 'change')}" if changes else "Apply changes",
            key=f"apply_{kind}_{place}",
            disabled=not changes,
            on_click=state.take_answers,
            args=(file.layout, kind, dict(changes)),
        )
        st.button(
            "Back to what was recognised",
            key=f"reset_{kind}_{place}",
            disabled=not given,
            on_click=state.forget_answers,
            args=(file.layout, kind),
        )
