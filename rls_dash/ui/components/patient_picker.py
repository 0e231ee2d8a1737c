"""Choice of the patient: previous, by id, next, in the order of the list."""

from __future__ import annotations

import streamlit as st

from rls_dash.ui import state, text

_LISTED_AT_MOST = 500  # beyond this a list of all ids slows every click; the id is typed instead


def render() -> None:
    """The picker; the choice is `state.patient()`."""
    ids = state.loaded().patient_ids
    chosen = state.patient()
    assert chosen is not None  # noqa: S101 - the page is not drawn without patients
    at = state.loaded().places[chosen]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
        _step("Previous", ids, at - 1)
        state.show_patient_in_picker()
        label = f"Patient ({at + 1:,} of {len(ids):,} in the list)"
        if len(ids) <= _LISTED_AT_MOST:
            st.selectbox(
                label,
                ids,
                key=state.Widget.PATIENT,
                on_change=state.take_patient,
                width=200,
                label_visibility="collapsed",
            )
        else:
            st.text_input(
                label,
                key=state.Widget.PATIENT,
                on_change=state.take_patient,
                width=200,
                label_visibility="collapsed",
            )
        _step("Next", ids, at + 1)
        st.caption(f"{at + 1:,} of {len(ids):,}", width="content")
    unknown = state.unknown_patient()
    if unknown is not None:
        st.warning(f"No patient with the id {text.esc(unknown)} in these files; still showing the one below.")


def _step(label: str, ids: list[str], to: int) -> None:
    inside = 0 <= to < len(ids)
    target = (ids[to],) if inside else ()
    st.button(label, on_click=state.choose_patient, args=target, disabled=not inside, key=f"step_{label}")
