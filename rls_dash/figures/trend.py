"""What the trend figure shows, decided before anything is drawn: frozen info objects.

The figure (plot.py) only lays these out; tests compare them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import pandas as pd

from rls_dash.context.events import Event
from rls_dash.context.patients import Audience
from rls_dash.context.scores import Score
from rls_dash.figures.lanes import LaneInfo, LanesInfo, lanes_info
from rls_dash.figures.panel import PanelInfo, Setting, panel_info
from rls_dash.figures.severity import TrackInfo, track_info
from rls_dash.interpret.beside import TSAT
from rls_dash.interpret.iv_iron import iron_by_vein
from rls_dash.interpret.latest import Row, usable_records
from rls_dash.interpret.words import UnitSystem, date_text
from rls_dash.knowledge import Knowledge

PANELS = ("ferritin", "vitamin_b12", "folate", "magnesium")
# Measured beside the four, in the order in which they explain them; any other analyte follows.
CONTEXT = (
    "transferrin_saturation",
    "iron",
    "tibc",
    "uibc",
    "transferrin",
    "hemoglobin",
    "crp",
    "hs_crp",
    "vitamin_b6",
    "vitamin_d",
    "vitamin_c",
    "vitamin_e",
    "creatinine",
    "egfr",
    "homocysteine",
    "methylmalonic_acid",
    "holotranscobalamin",
    "folate_rbc",
    "magnesium_rbc",
)


Lines = frozenset[tuple[str, int]]  # (source_file, source_row)


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
class SinceInfo:
    """A chosen day inside the period shown, drawn as a thin vertical line."""

    x: datetime
    words: str  # "since 03 Apr 2026"


@dataclass(frozen=True)
class TrendInfo:
    """Trends of one patient on one time axis."""

    panels: tuple[PanelInfo, ...]
    start: datetime
    end: datetime  # end of the as-of day
    as_of: date
    unit_system: UnitSystem
    range: TrendRange
    relative: bool = False  # time counts from a start that nobody states
    lanes: tuple[LaneInfo, ...] = ()  # under the ferritin, from the top; none in relative time
    severity: TrackInfo | None = None  # under the lanes
    not_shown: tuple[str, ...] = ()  # events and totals outside the period, or not drawn: counts in words
    since: SinceInfo | None = None  # None too where the day lies outside the period
    small: bool = False  # context panels
    patient_id: str = ""  # as in the file, not escaped; "" without results


def trend_info(
    assessed: pd.DataFrame,
    knowledge: Knowledge,
    as_of: date,
    unit_system: UnitSystem = UnitSystem.CONVENTIONAL,
    range: TrendRange = TrendRange.ALL,  # noqa: A002 - the word on the page
    *,
    analytes: Sequence[str] = PANELS,
    events: Sequence[Event] = (),
    scores: Sequence[Score] = (),
    lit: Lines = frozenset(),
    since: date | None = None,
) -> TrendInfo:
    """Panels of ferritin, B12, folate and magnesium, or of `analytes`, from one patient's assessed results.

    `events` and `scores` are what is recorded of the patient; with a ferritin panel they become its lanes
    and its severity track. `lit`: (source_file, source_row) of results to highlight; `since`: a day to draw.
    """
    rows, relative = _on_one_axis(assessed)
    shown = [row for row in rows if row["analyte"] in analytes]
    window = _window(shown, as_of, range, relative)
    setting = _setting(rows, knowledge, as_of, unit_system, window, events, lit)
    lanes = LanesInfo((), ())
    severity: TrackInfo | None = None
    not_shown: tuple[str, ...] = ()
    if PANELS[0] in analytes:
        lanes = lanes_info(events, window, relative)
        severity, not_shown = track_info(scores, knowledge, window, relative)
    return TrendInfo(
        _panels(rows, analytes, setting),
        *window,
        as_of,
        unit_system,
        range,
        relative,
        lanes.lanes,
        severity,
        (*lanes.not_shown, *not_shown),
        _since(since, window, relative),
        patient_id=_patient(rows),
    )


def context_info(
    assessed: pd.DataFrame,
    knowledge: Knowledge,
    as_of: date,
    unit_system: UnitSystem = UnitSystem.CONVENTIONAL,
    range: TrendRange = TrendRange.ALL,  # noqa: A002 - the word on the page
    *,
    events: Sequence[Event] = (),
    scores: Sequence[Score] = (),  # noqa: ARG001 - drawn once, under the ferritin
    lit: Lines = frozenset(),
    since: date | None = None,
) -> TrendInfo | None:
    """Small panels of everything else that was measured, transferrin saturation first; None: nothing was.

    The time axis is that of the four trends, longer where older results of the others are on file.
    """
    rows, relative = _on_one_axis(assessed)
    analytes = _measured(rows, knowledge)
    if not analytes:
        return None
    window = _window(rows, as_of, range, relative)
    setting = _setting(rows, knowledge, as_of, unit_system, window, events, lit)
    found = TrendInfo(_panels(rows, analytes, setting), *window, as_of, unit_system, range, relative)
    return replace(found, since=_since(since, window, relative), small=True, patient_id=_patient(rows))


def _patient(rows: Sequence[Row]) -> str:
    return str(rows[0]["patient_id"]) if rows else ""


def context_analytes(assessed: pd.DataFrame, knowledge: Knowledge) -> tuple[str, ...]:
    """What `context_info` draws: analytes with a usable result other than the four, saturation first."""
    return _measured(_on_one_axis(assessed)[0], knowledge)


def _on_one_axis(assessed: pd.DataFrame) -> tuple[list[Row], bool]:
    """Usable rows of one kind of time, and whether that is relative: two kinds have no common axis."""
    rows = usable_records(assessed)
    relative = bool(rows) and all(row["relative"] for row in rows)
    return [row for row in rows if relative or not row["relative"]], relative


def _measured(rows: Sequence[Row], knowledge: Knowledge) -> tuple[str, ...]:
    """Analytes with a usable result, other than the four, in the order of the page."""
    present = {row["analyte"] for row in rows} - set(PANELS)
    order = dict.fromkeys([*CONTEXT, *knowledge.analytes])
    return tuple(name for name in order if name in present)


def _window(
    rows: Sequence[Row], as_of: date, chosen: TrendRange, relative: bool
) -> tuple[datetime, datetime]:
    """Ends of the time axis."""
    end = datetime.combine(as_of + timedelta(days=1), time())
    shown = [row["collected_on"].to_pydatetime() for row in rows if row["collected_on"] < end]
    if relative and shown:  # "as of" means nothing there, and neither do months back from it
        return min(shown) - timedelta(days=1), max(shown) + timedelta(days=1)
    return _start(min(shown, default=None), end, chosen), end


def _setting(
    rows: Sequence[Row],
    knowledge: Knowledge,
    as_of: date,
    system: UnitSystem,
    window: tuple[datetime, datetime],
    events: Sequence[Event],
    lit: Lines,
) -> Setting:
    last = max(rows, key=lambda row: row["collected_on"], default=None)
    audience = Audience(last["audience"]) if last else Audience.UNKNOWN
    given = tuple(iron_by_vein(events, knowledge))
    return Setting(knowledge, audience, as_of, system, window, given, lit)


def _panels(rows: Sequence[Row], analytes: Sequence[str], setting: Setting) -> tuple[PanelInfo, ...]:
    of: dict[str, list[Row]] = {}
    for row in rows:
        of.setdefault(row["analyte"], []).append(row)
    saturations = [row for row in of.get(TSAT, ()) if row["collected_on"] < setting.window[1]]
    return tuple(
        panel_info(
            of.get(name, []),
            setting.knowledge.analytes[name],
            setting,
            saturations if name == PANELS[0] else None,
        )
        for name in analytes
    )


def _since(day: date | None, window: tuple[datetime, datetime], relative: bool) -> SinceInfo | None:
    moment = None if day is None or relative else datetime.combine(day, time())
    if day is None or moment is None or not window[0] <= moment < window[1]:
        return None
    return SinceInfo(moment, f"since {date_text(day)}")


def _start(first: datetime | None, end: datetime, chosen: TrendRange) -> datetime:
    """Start of the time axis: the preset, or a little before the first result."""
    if chosen is not TrendRange.ALL or first is None:
        months = _MONTHS.get(chosen, _MONTHS[TrendRange.ONE_YEAR])
        start: datetime = (pd.Timestamp(end) - pd.DateOffset(months=months)).to_pydatetime()
        return start
    span = max(end - first, _SHORTEST)
    return datetime.combine((end - span * 1.03).date(), time())


def trend_summary(info: TrendInfo) -> str:
    """The trends in words, one sentence a panel: the figure's accessible name."""
    said = [_sentence(panel) for panel in info.panels]
    said += [_of_lane(lane) for lane in info.lanes]
    if info.severity:
        last = info.severity.points[-1]
        said.append(f"{info.severity.title}: latest {last.label}, {date_text(last.x.date())}.")
    if info.not_shown:
        said.append(f"Not drawn: {'; '.join(info.not_shown)}.")
    return " ".join(said)


def _of_lane(lane: LaneInfo) -> str:
    return f"{lane.title}: {'; '.join(bar.label for bar in lane.bars)}."


def _sentence(panel: PanelInfo) -> str:
    if not panel.points:
        return f"{panel.title}: {panel.empty_text}."
    count = "1 result" if len(panel.points) == 1 else f"{len(panel.points)} results"
    parts = [
        f"{panel.title}: {count} shown, latest {panel.header.value}",
        panel.header.flag_words,
        panel.header.when,
        panel.header.beside,
    ]
    if panel.header.change:
        stated = not panel.header.change.startswith("previous")
        parts.append(f"change {panel.header.change}" if stated else panel.header.change)
    return ", ".join(part for part in parts if part) + "."
