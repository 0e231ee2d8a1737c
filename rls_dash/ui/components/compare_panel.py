"""Two dates side by side, and what is new since the last visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from rls_dash.context.events import Event
from rls_dash.context.scores import Score
from rls_dash.interpret.compare import Compared, Side, collection_days, compare_days, since
from rls_dash.interpret.words import date_text
from rls_dash.knowledge import Knowledge
from rls_dash.ui import state
from rls_dash.ui.components.folded import folded
from rls_dash.ui.text import counted, esc, own

_COLUMNS = ["Test", "Earlier", "Later", "Change", "Expected without a real change"]


def render(rows: pd.DataFrame, knowledge: Knowledge, patient_id: str) -> None:
    """What is new since the last visit, where its day is given; two dates side by side, folded."""
    days = collection_days(rows)
    found, day = state.loaded(), state.since(patient_id)
    if not days:
        return
    if day is not None:
        with st.container(key="since_view", border=True, gap="xsmall"):
            _since(rows, knowledge, day, found.events.get(patient_id, ()), found.scores.get(patient_id, ()))
    label = f"Compare two dates ({counted(len(days), 'date')} with results)"
    with folded(label, state.Widget.COMPARE) as is_open:
        if is_open:
            _two_days(rows, knowledge, days, patient_id)


def _two_days(rows: pd.DataFrame, knowledge: Knowledge, days: Sequence[date], patient_id: str) -> None:
    if len(days) == 1:
        st.caption(f"All results are of one date, {date_text(days[0])}: there is nothing to compare.")
        return
    with st.container(horizontal=True, gap="small"):
        earlier = st.selectbox(
            "Earlier date", days, 1, format_func=date_text, key=f"{state.Widget.COMPARE_EARLIER}_{patient_id}"
        )
        later = st.selectbox(
            "Later date", days, 0, format_func=date_text, key=f"{state.Widget.COMPARE_LATER}_{patient_id}"
        )
    if earlier == later:
        st.caption("Choose two different dates.")
        return
    first, second = sorted((earlier, later))
    compared = compare_days(rows, knowledge, first, second, state.units())
    label = f"{date_text(second)} against {date_text(first)}"
    _table(compared, label, with_days=False)


def _since(
    rows: pd.DataFrame, knowledge: Knowledge, day: date, events: Sequence[Event], scores: Sequence[Score]
) -> None:
    """Results after the day against the last before it; what was not repeated; events and totals."""
    found = since(rows, knowledge, day, state.units(), events, scores)
    label = f"Since {date_text(day)}"
    news = [counted(len(found.new), "test") + " with a new result"]
    news += [esc(_event(one, day)) for one in found.events]
    news += [f"{esc(one.scale)} {one.total:f} ({date_text(one.scored_on)})" for one in found.scores]
    st.markdown(f"**{label}:** {'; '.join(news)}.")
    if found.new:
        _table(found.new, label, with_days=True)
    if found.not_repeated:
        st.caption(f"No new result since: {', '.join(found.not_repeated)}.")


def _event(one: Event, day: date) -> str:
    said = [
        f"{word} {date_text(moment)}"
        for word, moment in (("started", one.started_on), ("stopped", one.stopped_on))
        if moment is not None and moment > day
    ]
    return f"{one.name}: {', '.join(said)}"


def _table(compared: Sequence[Compared], label: str, with_days: bool) -> None:
    """Numbers and words of ours alone: values come from parsed numbers, so that a table may wrap them."""
    lines = [
        (one.label, _side(one.earlier, with_days), _side(one.later, with_days), one.change, one.expected)
        for one in compared
    ]
    shown = pd.DataFrame([[own(cell) for cell in line] for line in lines], columns=_COLUMNS)
    said = ". ".join(f"{one.label}: {one.change or 'one date only'}" for one in compared)
    styled = shown.style.set_properties(**{"font-size": "0.85rem", "padding": "0.25rem 0.4rem"})
    st.table(styled, hide_index=True, alt=f"{label}. {said}")


def _side(side: Side | None, with_day: bool) -> str:
    if side is None:
        return "no result"
    return f"{side.text} ({date_text(side.day)})" if with_day else side.text
