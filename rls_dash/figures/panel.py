"""One panel of the trend figure: points, joined stretches, bands, limits, header. Decides no flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from rls_dash.context.patients import Audience
from rls_dash.figures.axis import AxisInfo, axis_info
from rls_dash.figures.guides import BandInfo, LimitLine, bands, limit_lines, pair_note
from rls_dash.figures.panel_text import (
    HeaderInfo,
    empty_text,
    header_info,
    hover_lines,
    letter_of,
    shown_number,
)
from rls_dash.interpret import words
from rls_dash.interpret.latest import Row, is_conflicting, records
from rls_dash.interpret.limits import State
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import Analyte, Knowledge
from rls_dash.model import Comparator, Flag, Status
from rls_dash.normalise.units import convert

Segment = tuple[tuple[datetime, float], ...]
# Stores that can be empty are read against zero; magnesium is held in a narrow range, where zero would
# flatten every change.
_FROM_ZERO = {"ferritin", "vitamin_b12", "folate"}
_CROWDED = 24  # with more points than this, letters stand only where they change


@dataclass(frozen=True)
class PointInfo:
    """One result as drawn."""

    x: datetime
    y: float  # [unit of the panel]
    comparator: Comparator
    state: State
    letter: str  # "" when the result is within the limits or not assessed
    label: str  # text beside the symbol
    preliminary: bool
    conflicting: bool
    laboratory: str
    hover: tuple[str, ...]  # lines, not escaped


@dataclass(frozen=True)
class BreakInfo:
    """Where neighbouring results are not joined because their laboratories differ."""

    x: datetime
    words: str


@dataclass(frozen=True)
class PanelInfo:
    """One analyte over time."""

    analyte: str
    title: str
    axis_title: str
    unit: str  # UCUM
    unit_text: str
    header: HeaderInfo
    points: tuple[PointInfo, ...]
    segments: tuple[Segment, ...]  # joined results; the first may begin before the range shown
    breaks: tuple[BreakInfo, ...]
    band: tuple[BandInfo, ...]
    limits: tuple[LimitLine, ...]
    axis: AxisInfo
    digits: int
    empty_text: str  # "" when there are points

    @property
    def y_range(self) -> tuple[float, float]:
        """Ends of the value axis [unit of the panel]."""
        return self.axis.low, self.axis.high


def panel_info(
    rows: pd.DataFrame,
    knowledge: Knowledge,
    analyte: Analyte,
    audience: Audience,
    as_of: date,
    system: UnitSystem,
    window: tuple[datetime, datetime],
) -> PanelInfo:
    """The panel of one analyte from a patient's usable assessed rows of it, oldest first."""
    unit, digits = words.display_unit(analyte, system)
    past = _past(rows, analyte, unit, digits, window[1])
    visible = [row for row in past if row["collected_on"] >= window[0]]
    segments, breaks = _joined(past, window[0])
    points = tuple(
        _point(row, label, analyte, unit) for row, label in zip(visible, _labels(visible, past), strict=True)
    )
    lines = limit_lines(knowledge, analyte, audience, unit)
    ends = [line.y for line in lines if line.always]
    axis = axis_info([point.y for point in points], ends, analyte.analyte in _FROM_ZERO)
    lines = tuple(line for line in lines if axis.low <= line.y <= axis.high)
    notes = (*_notes(visible, len(past), len(rows) - len(past)), *pair_note(lines, visible, knowledge, unit))
    return PanelInfo(
        analyte.analyte,
        analyte.label,
        f"{analyte.short_label}, {words.unit_text(unit)}",
        unit,
        words.unit_text(unit),
        header_info(past, knowledge, analyte, as_of, system, notes),
        points,
        segments,
        breaks,
        bands(past, analyte, unit, window),
        lines,
        axis,
        digits,
        empty_text(past, visible),
    )


def _past(rows: pd.DataFrame, analyte: Analyte, unit: str, digits: int, end: datetime) -> list[Row]:
    """Results up to the as-of day, with `shown` [unit], its text `shown_text`, and why it is not joined to
    the one before: `broken`."""
    past = rows[rows["collected_on"] < end]
    shown = convert(past["value"].to_numpy(dtype=float), analyte.analyte, analyte.canonical_unit, unit)
    as_reported = past["reported_number"].to_numpy(dtype=float)
    same = np.isclose(shown, as_reported, rtol=1e-7, atol=0)  # there and back again costs the last digit
    found = records(past.assign(shown=np.where(same, as_reported, shown)))
    before = None
    for row in found:
        row["shown_text"] = shown_number(row, unit, digits)
        row["broken"] = "" if before is None else _break_words(before, row)
        before = row
    return found


def _break_words(before: Row, row: Row) -> str:
    if before["laboratory"] == row["laboratory"]:
        return ""
    if before["laboratory"] and row["laboratory"]:
        return "other laboratory"
    return "laboratory not stated on one side"


def _point(row: Row, label: str, analyte: Analyte, unit: str) -> PointInfo:
    return PointInfo(
        row["collected_on"].to_pydatetime(),
        float(row["shown"]),
        Comparator(row["comparator"]),
        State(row["state"]),
        letter_of(Flag(row["flag"])),
        label,
        row["status"] == Status.PRELIMINARY.value,
        is_conflicting(row["notes"]),
        row["laboratory"],
        hover_lines(row, analyte, unit),
    )


def _labels(visible: Sequence[Row], past: Sequence[Row]) -> list[str]:
    """Text beside each symbol: its letter, and at the latest result the value too."""
    letters = [letter_of(Flag(row["flag"])) for row in visible]
    texts = list(letters)
    if len(visible) > _CROWDED:
        texts = [
            "" if letter == before else letter
            for letter, before in zip(letters, ["", *letters], strict=False)
        ]
    if visible and visible[-1] is past[-1]:
        texts[-1] = f"{visible[-1]['shown_text']} {letters[-1]}".strip()
    return texts


def _joined(past: Sequence[Row], start: datetime) -> tuple[tuple[Segment, ...], tuple[BreakInfo, ...]]:
    """Runs of results that may be joined, and the breaks between laboratories inside the range.

    Exact, unambiguous results of one laboratory are joined; a censored or conflicting one is neither
    joined nor bridged, for nobody knows where the line would run.
    """
    segments: list[Segment] = []
    breaks: list[BreakInfo] = []
    run: list[tuple[datetime, float]] = []
    before: Row | None = None
    for row in past:
        moment = row["collected_on"].to_pydatetime()
        if before is not None and row["broken"]:
            middle = before["collected_on"] + (row["collected_on"] - before["collected_on"]) / 2
            if moment >= start:
                breaks.append(BreakInfo(max(middle.to_pydatetime(), start), row["broken"]))
        exact = not row["comparator"] and not is_conflicting(row["notes"])
        if row["broken"] or not exact:
            segments.append(tuple(run))
            run = []
        if exact:
            run.append((moment, float(row["shown"])))
        before = row
    segments.append(tuple(run))
    return tuple(_cut(segment, start) for segment in segments if len(_cut(segment, start)) > 1), tuple(breaks)


def _cut(segment: Segment, start: datetime) -> Segment:
    """A run without what lies before the range, save the one point from which the line enters it."""
    inside = [index for index, (moment, _) in enumerate(segment) if moment >= start]
    return segment[max(inside[0] - 1, 0) :] if inside else ()


def _notes(visible: Sequence[Row], on_file: int, later: int) -> tuple[str, ...]:
    notes = []
    if on_file == 1:
        notes.append("one result only: no trend")
    moments = {row["collected_on"] for row in visible if is_conflicting(row["notes"])}
    if moments:
        notes.append("conflicting results are ringed")
    if later:
        verb = "is" if later == 1 else "are"
        notes.append(f"{later} dated after the as-of date {verb} not shown")
    return tuple(notes)
