"""The four trends of one patient, with what was taken and how severe it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from rls_dash.context.events import Event
from rls_dash.context.scores import Score
from rls_dash.figures.plain import PlainFigure
from rls_dash.figures.plot import PLOT_CONFIG, trend_figure
from rls_dash.figures.trend import Lines, context_analytes, context_info, trend_info, trend_summary
from rls_dash.ui import state
from rls_dash.ui.components.folded import folded
from rls_dash.ui.text import counted


def render(
    rows: pd.DataFrame,
    patient_id: str,
    events: Sequence[Event] = (),
    scores: Sequence[Score] = (),
    lit: Lines = frozenset(),
    since: date | None = None,
) -> None:
    """One figure from the patient's assessed rows, in the units and period chosen.

    `lit`: (source_file, source_row) of results to highlight; `since`: a day to draw.
    """
    units, period, dark = state.units(), state.trend_range(), state.dark()

    def build() -> tuple[dict[str, Any], str]:
        info = trend_info(
            rows, state.knowledge(), state.loaded().as_of, units, period,
            events=events, scores=scores, lit=lit, since=since,
        )  # fmt: skip
        return trend_figure(info, dark), trend_summary(info)

    figure, summary = state.kept(("trends", patient_id, units, period, dark, lit, since), build)
    st.plotly_chart(PlainFigure(figure), theme=None, config=PLOT_CONFIG, alt=summary, key="trends")


def render_context(
    rows: pd.DataFrame,
    patient_id: str,
    events: Sequence[Event] = (),
    lit: Lines = frozenset(),
    since: date | None = None,
) -> None:
    """Small panels of what else was measured, folded, with their number and names; else nothing."""
    knowledge = state.knowledge()
    names = state.kept(("context names", patient_id), lambda: context_analytes(rows, knowledge))
    if not names:
        return
    labels = ", ".join(knowledge.analytes[name].short_label for name in names)
    with folded(f"{counted(len(names), 'other test')} measured: {labels}", state.Widget.CONTEXT) as is_open:
        if not is_open:
            return
        units, period, dark = state.units(), state.trend_range(), state.dark()

        def build() -> tuple[dict[str, Any], str]:
            info = context_info(
                rows, knowledge, state.loaded().as_of, units, period, events=events, lit=lit, since=since
            )
            return (trend_figure(info, dark), trend_summary(info)) if info else ({}, "")

        figure, summary = state.kept(("context", patient_id, units, period, dark, lit, since), build)
        st.plotly_chart(
            PlainFigure(figure), theme=None, config=PLOT_CONFIG, alt=summary, key="context_trends"
        )
