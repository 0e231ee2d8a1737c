"""What a file does not prove about itself, answered by the user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from rls_dash.normalise.dates import DateOrder
from rls_dash.normalise.values import Decimals
from rls_dash.pipeline import Analysis
from rls_dash.ui import state, text

T = TypeVar("T")
_ORDERS: dict[DateOrder | None, str] = {
    None: "hold such rows",
    DateOrder.DAY_FIRST: "day before month",
    DateOrder.MONTH_FIRST: "month before day",
}
_ANSWERABLE = frozenset({"date_order", "ambiguous_decimal"})  # codes of held rows
_MARKS: dict[Decimals | None, str] = {
    None: "hold such rows",
    Decimals.POINT: "point (4.5)",
    Decimals.COMMA: "comma (4,5)",
}


def render(analysis: Analysis) -> None:
    """Questions about date order and decimal mark; shown when rows wait for them or an answer was given."""
    given = state.loaded().options.answers.everywhere
    answered = bool(given.date_order or given.decimal)
    waiting = int(analysis.issues["code"].isin(_ANSWERABLE).sum())
    if not waiting and not answered:
        return
    st.subheader("What is needed from you")
    st.caption(
        f"{text.counted(waiting, 'row')} waiting for an answer, listed below. It is used for every file that "
        "does not prove its own."
    )
    with st.container(horizontal=True):
        _question(
            "Dates such as 03/04/2026",
            _ORDERS,
            DateOrder(given.date_order) if given.date_order else None,
            state.Widget.DATE_ORDER,
        )
        _question(
            "Decimal mark of numbers such as 1,234",
            _MARKS,
            Decimals(given.decimal) if given.decimal else None,
            state.Widget.DECIMAL,
        )


def _question(label: str, answers: Mapping[T, str], given: T, key: str) -> None:
    choices = list(answers)
    st.selectbox(
        label,
        choices,
        index=choices.index(given),
        format_func=answers.__getitem__,
        key=key,
        on_change=state.take_answers,
        width=280,
    )
