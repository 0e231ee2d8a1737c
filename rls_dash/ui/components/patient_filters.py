"""Filters over the list of patients: by a part of the id, and by what the findings say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rls_dash.findings.groups import Group
from rls_dash.ui import state
from rls_dash.ui.loading import Loaded


def render(found: Loaded) -> list[Group]:
    """Pills with the number of patients each leaves; several chosen leave those that are in all of them."""
    sizes = {group: len(ids) for group, ids in found.groups.items()}
    chosen = st.pills(
        "Only patients with (several: with all of these)",
        [group for group in Group if sizes[group]],
        selection_mode="multi",
        format_func=lambda group: f"{group} ({sizes[group]:,})",
        key=state.Widget.GROUPS,
        wrap=True,
        persist_state="session",
    )
    return [Group(one) for one in chosen]


def listed(found: Loaded, wanted: str, groups: Sequence[Group]) -> pd.DataFrame:
    """The worklist less what search and filters leave out, in its order."""
    kept = found.patients["patient_id"].str.contains(wanted.strip(), case=False, regex=False)
    for group in groups:
        kept &= found.patients["patient_id"].isin(found.groups[group])
    return found.patients[kept]
