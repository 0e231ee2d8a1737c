"""What the trend figure shows, decided before anything is drawn: frozen info objects.

The figure (plot.py) only lays these out; tests compare them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import pandas as pd

from rls_dash.context.patients import Audience
from rls_dash.figures.panel import PanelInfo, panel_info
from rls_dash.interpret.latest import usable
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import Knowledge

PANELS = ("ferritin", "vitamin_b12", "folate", "magnesium")


class TrendRange(StrEnum):
    """How far back the time axis reaches from the as-of date."""

    SIX_MONTHS = "6 m"
    ONE_YEAR = "1 y"
    TWO_YEARS = "2 y"
    FIVE_YEARS = "5 y"
    ALL = "All"


_MONTHS = {
    TrendRange.SIX_MONTHS: 6,
    TrendRange.ONE_YEAR: 12,
    TrendRange.TWO_YEARS: 24,
    TrendRange.FIVE_YEARS: 60,
}
_SHORTEST = timedelta(days=183)  # so that one recent result does not make an axis of hours


@dataclass(frozen=True)
class TrendInfo:
    """Four trends of one patient on one time axis."""

    panels: tuple[PanelInfo, ...]
    start: datetime
    end: datetime  # end of the as-of day
    as_of: date
    unit_system: UnitSystem
    range: TrendRange
    relative: bool = False  # time counts from a start that nobody states


def trend_info(
    assessed: pd.DataFrame,
    knowledge: Knowledge,
    as_of: date,
    unit_system: UnitSystem = UnitSystem.CONVENTIONAL,
    range: TrendRange = TrendRange.ALL,  # noqa: A002 - the word on the page
) -> TrendInfo:
    """Panels of ferritin, B12, folate and magnesium from one patient's assessed results."""
    rows = usable(assessed)
    relative = len(rows) > 0 and bool(rows["relative"].all())
    rows = rows if relative else rows[~rows["relative"]]  # two kinds of time have no common axis
    end = datetime.combine(as_of + timedelta(days=1), time())
    shown = rows[rows["analyte"].isin(PANELS) & (rows["collected_on"] < end)]
    if relative and len(shown):  # "as of" means nothing there, and neither do months back from it
        end = shown["collected_on"].max().to_pydatetime() + timedelta(days=1)
        start = shown["collected_on"].min().to_pydatetime() - timedelta(days=1)
    else:
        start = _start(shown, end, range)
    audience = (
        Audience(rows.sort_values("collected_on")["audience"].iloc[-1]) if len(rows) else Audience.UNKNOWN
    )
    panels = tuple(
        panel_info(rows[rows["analyte"] == analyte], knowledge, knowledge.analytes[analyte], audience, as_of,
                   unit_system, (start, end))
        for analyte in PANELS
    )  # fmt: skip
    return TrendInfo(panels, start, end, as_of, unit_system, range, relative)


def _start(rows: pd.DataFrame, end: datetime, chosen: TrendRange) -> datetime:
    """Start of the time axis: the preset, or a little before the first result."""
    if chosen is not TrendRange.ALL or rows.empty:
        months = _MONTHS.get(chosen, _MONTHS[TrendRange.ONE_YEAR])
        start: datetime = (pd.Timestamp(end) - pd.DateOffset(months=months)).to_pydatetime()
        return start
    first: datetime = rows["collected_on"].min().to_pydatetime()
    span = max(end - first, _SHORTEST)
    return datetime.combine((end - span * 1.03).date(), time())


def trend_summary(info: TrendInfo) -> str:
    """The trends in words, one sentence a panel: the figure's accessible name."""
    return " ".join(_sentence(panel) for panel in info.panels)


def _sentence(panel: PanelInfo) -> str:
    if not panel.points:
        return f"{panel.title}: {panel.empty_text}."
    count = "1 result" if len(panel.points) == 1 else f"{len(panel.points)} results"
    parts = [
        f"{panel.title}: {count} shown, latest {panel.header.value}",
        panel.header.flag_words,
        panel.header.when,
    ]
    if panel.header.change:
        stated = not panel.header.change.startswith("previous")
        parts.append(f"change {panel.header.change}" if stated else panel.header.change)
    return ", ".join(part for part in parts if part) + "."
