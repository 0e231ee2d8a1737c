"""The four trends of one patient, with what was taken and how severe it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from rls_dash.context.events import Event
from rls_dash.context.scores import Score
from rls_dash.figures.plot import PLOT_CONFIG, trend_figure
from rls_dash.figures.trend import Lit, context_info, trend_info, trend_summary
from rls_dash.ui import state


def render(
    rows: pd.DataFrame,
    patient_id: str,
    events: Sequence[Event] = (),
    scores: Sequence[Score] = (),
    lit: Lit = frozenset(),
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
    st.plotly_chart(figure, theme=None, config=PLOT_CONFIG, alt=summary, key="trends")


def render_context(
    rows: pd.DataFrame,
    patient_id: str,
    events: Sequence[Event] = (),
    lit: Lit = frozenset(),
    since: date | None = None,
) -> int:
    """Small panels of what else was measured; their number, 0 when nothing was."""
    units, period, dark = state.units(), state.trend_range(), state.dark()

    def build() -> tuple[dict[str, Any], str, int] | None:
        info = context_info(
            rows, state.knowledge(), state.loaded().as_of, units, period, events=events, lit=lit, since=since
        )
        return None if info is None else (trend_figure(info, dark), trend_summary(info), len(info.panels))

    found = state.kept(("context", patient_id, units, period, dark, lit, since), build)
    if found is None:
        return 0
    figure, summary, panels = found
    st.plotly_chart(figure, theme=None, config=PLOT_CONFIG, alt=summary, key="context_trends")
    return panels
