"""The four trends of one patient."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from rls_dash.figures.plot import PLOT_CONFIG, trend_figure
from rls_dash.figures.trend import trend_info, trend_summary
from rls_dash.ui import state


def render(rows: pd.DataFrame, patient_id: str) -> None:
    """One figure from the patient's assessed rows, in the units and period chosen."""
    units, period, dark = state.units(), state.trend_range(), state.dark()

    def build() -> tuple[dict[str, Any], str]:
        info = trend_info(rows, state.knowledge(), state.loaded().as_of, units, period)
        return trend_figure(info, dark), trend_summary(info)

    figure, summary = state.kept(("trends", patient_id, units, period, dark), build)
    st.plotly_chart(figure, theme=None, config=PLOT_CONFIG, alt=summary, key="trends")
