"""The list of patients, worst first as the worklist sorts them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rls_dash.interpret.worklist import LISTED
from rls_dash.ui import state, text
from rls_dash.ui.components.sizes import table_height

_SHOWN_AT_MOST = 1000  # a browser table of many more rows makes every click slow
_NAMED_AT_MOST = 3
_HEADINGS = {
    "ferritin": "Ferritin",
    "tsat": "TSAT",
    "vitamin_b12": "B12",
    "folate": "Folate",
    "magnesium": "Magnesium",
}


def render(found: pd.DataFrame) -> str | None:
    """Draw the list; the id of the patient whose id or box was clicked, or whose row Shift+Space chose."""
    if found.empty:
        st.info("No patient of the list matches the search and every filter chosen.")
        return None
    shown = found.head(_SHOWN_AT_MOST)
    more = "" if len(shown) == len(found) else f"; the first {len(shown):,} are listed, search to narrow"
    st.caption(f"{text.counted(len(found), 'patient')}{more}.")
    event = st.dataframe(
        table(shown).assign(Patient=_as_button(shown["patient_id"])),
        hide_index=True,
        height=table_height(len(shown), at_most=18),
        on_select="rerun",
        # Not by cells: the keyboard's focus chooses a cell on its way, and must open nothing.
        selection_mode="single-row",
        key="patients_table",
        alt=in_words(found),
        placeholder="",
        column_config={
            "Patient": st.column_config.ButtonColumn(
                type="tertiary", alignment="left", key=state.Widget.PATIENT_BUTTON
            ),
            "Findings": st.column_config.TextColumn(width=130),
            "Latest results": st.column_config.TextColumn(width=300),
            "Ferritin change": st.column_config.TextColumn(width=300),
            "TSAT": st.column_config.TextColumn(width=120),
            "Folate": st.column_config.TextColumn(width=135),
            "Magnesium": st.column_config.TextColumn(width=150),
            "Not on file": st.column_config.TextColumn(width=120),
        },
    )
    clicked = state.clicked_row(state.Widget.PATIENT_BUTTON)
    rows = [*event.selection.rows, *([] if clicked is None else [clicked])]
    return str(shown["patient_id"].iloc[rows[0]]) if rows else None


def in_words(patients: pd.DataFrame) -> str:
    """How many patients, and the first of them, for readers who do not see the list."""
    first = patients.head(_NAMED_AT_MOST)
    said = [
        f"{one.patient_id}, {', '.join(filter(None, (one.findings, one.worst_words)))}"
        for one in first.itertuples()
    ]
    return f"{text.counted(len(patients), 'patient')}, worst first: {'; '.join(said)}"


def _as_button(ids: pd.Series) -> pd.Series:
    """Ids as labels of buttons, in which a leading colon could name an icon: a word joiner ends that."""
    return ids.str.replace(r"^(?=\s*:)", "\u2060", regex=True)


def table(patients: pd.DataFrame) -> pd.DataFrame:
    """The columns of the list as text."""
    columns = {
        "Patient": patients["patient_id"],
        "Age, sex": _who(patients),
        "Findings": patients["findings"],
    }
    for name in LISTED.values():
        columns[_HEADINGS[name]] = _with_letter(
            patients[name], patients[f"{name}_flag"], patients[f"{name}_old"]
        )
        if name == "ferritin":  # is it of today, and does it move: in sight, beside it
            columns["Ferritin taken"] = patients["ferritin_age"]
            columns["Ferritin change"] = patients["ferritin_change"]
    columns["Not on file"] = patients["missing"]
    columns["Latest results"] = patients["worst_words"]
    return pd.DataFrame(columns)


def _who(patients: pd.DataFrame) -> pd.Series:
    """Age in years and sex where stated: "28 female"."""
    return (patients["age"].astype("string").fillna("") + " " + patients["sex"]).str.strip()


def _with_letter(values: pd.Series, letters: pd.Series, old: pd.Series) -> pd.Series:
    """Value, letter, and the age of a result older than a year: "42 ng/mL  L  (19 mo)"."""
    shown = (values.str.replace(" (computed)", " calc.", regex=False) + "  " + letters).str.strip()
    ages = old.str.replace(" months ago", " mo").str.replace(" years ago", " y")
    return (shown + ("  (" + ages + ")").where(ages != "", "")).str.strip()
