"""One panel of the trend figure: points, joined stretches, bands, limits, header. Decides no flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from rls_dash.context.events import Event
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
from rls_dash.interpret.beside import saturation_beside
from rls_dash.interpret.change import why_not_joined
from rls_dash.interpret.iv_iron import IRON_PANEL, AfterIron, after_iron
from rls_dash.interpret.latest import Row, day_of, is_conflicting
from rls_dash.interpret.limits import State
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import Analyte, Knowledge
from rls_dash.model import Comparator, Flag, Status
from rls_dash.normalise.units import convert

Segment = tuple[tuple[datetime, float], ...]
# Stores that can be empty are read against zero; magnesium is held in a narrow range, where zero would
# flatten every change.
_FROM_ZERO = {"ferritin", "vitamin_b12", "folate"}
_SHORT = {"other laboratory": "other laboratory", "laboratory not stated on one side": "lab not stated"}
_CROWDED = 24  # with more points than this, letters stand only where they change


@dataclass(frozen=True)
class Setting:
    """What all panels of one patient share."""

    knowledge: Knowledge
    audience: Audience
    as_of: date
    system: UnitSystem
    window: tuple[datetime, datetime]
    iron_by_vein: tuple[Event, ...] = ()
    lit: frozenset[tuple[str, int]] = frozenset()  # (source_file, source_row) of results to highlight


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
    too_early: bool  # drawn in the weeks after iron by vein in which rule T1 speaks
    too_early_words: str  # "14 days after iron by vein: not interpretable before 4 weeks", "" when not
    lit: bool  # to be highlighted
    source_file: str
    source_row: int


@dataclass(frozen=True)
class BreakInfo:
    """Where neighbouring results are not joined because their laboratories or methods differ."""

    x: datetime  # between the two, and inside the range shown
    words: str
    short: str  # for the figure


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
    rows: Sequence[Row], analyte: Analyte, setting: Setting, saturations: Sequence[Row] | None = None
) -> PanelInfo:
    """The panel of one analyte from a patient's usable assessed rows of it, oldest first.

    With `saturations` (usable rows, oldest first) its header names the latest of them beside the value.
    """
    knowledge, system, window = setting.knowledge, setting.system, setting.window
    unit, digits = words.display_unit(analyte, system)
    past = _past(rows, analyte, unit, digits, setting)
    visible = [row for row in past if row["collected_on"] >= window[0]]
    segments, breaks = _joined(past, window[0])
    points = tuple(
        _point(row, label, analyte, unit, setting)
        for row, label in zip(visible, _labels(visible, past), strict=True)
    )
    lines = limit_lines(knowledge, analyte, setting.audience, unit)
    ends = [line.y for line in lines if line.always]
    axis = axis_info([point.y for point in points], ends, analyte.analyte in _FROM_ZERO)
    lines = tuple(line for line in lines if axis.low <= line.y <= axis.high)
    notes = (*_notes(visible, past, len(rows) - len(past)), *pair_note(lines, visible, knowledge, unit))
    beside = (
        ""
        if saturations is None
        else saturation_beside(past[-1] if past else None, saturations, setting.iron_by_vein, knowledge)
    )
    return PanelInfo(
        analyte.analyte,
        analyte.label,
        f"{analyte.short_label}, {words.unit_text(unit)}",
        unit,
        words.unit_text(unit),
        header_info(past, knowledge, analyte, setting.as_of, system, notes, beside),
        points,
        segments,
        breaks,
        bands(past, analyte, unit, window),
        lines,
        axis,
        digits,
        empty_text(past, visible),
    )


def _past(rows: Sequence[Row], analyte: Analyte, unit: str, digits: int, setting: Setting) -> list[Row]:
    """Results up to the as-of day, with `shown` [unit], its text `shown_text`, why it is not joined to the
    one before: `broken`, and whether it is early `after` iron by vein."""
    found = [{**row} for row in rows if row["collected_on"] < setting.window[1]]
    values = np.array([row["value"] for row in found], dtype=float)
    converted = convert(values, analyte.analyte, analyte.canonical_unit, unit)
    as_reported = np.array([row["reported_number"] for row in found], dtype=float)
    same = np.isclose(converted, as_reported, rtol=1e-7, atol=0)  # there and back again costs the last digit
    shown = np.where(same, as_reported, converted).tolist()
    given = setting.iron_by_vein if analyte.analyte in IRON_PANEL else ()
    before = None
    for row, number in zip(found, shown, strict=True):
        row["shown"] = number
        row["shown_text"] = shown_number(row, unit, digits)
        row["broken"] = "" if before is None else why_not_joined(row, before)
        row["after"] = after_iron(day_of(row), given, setting.knowledge) if given else None
        before = row
    return found


def _point(row: Row, label: str, analyte: Analyte, unit: str, setting: Setting) -> PointInfo:
    source = (str(row["source_file"]), int(row["source_row"]))
    after: AfterIron | None = row["after"]
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
        hover_lines(row, analyte, unit, after),
        after is not None,
        after.words if after else "",
        source in setting.lit,
        *source,
    )


def _labels(visible: Sequence[Row], past: Sequence[Row]) -> list[str]:
    """Text beside each symbol: its letter, at the latest also the value; whether it is too early."""
    letters = [letter_of(Flag(row["flag"])) for row in visible]
    texts = list(letters)
    if len(visible) > _CROWDED:
        texts = [
            "" if letter == before else letter
            for letter, before in zip(letters, ["", *letters], strict=False)
        ]
    if visible and visible[-1] is past[-1]:
        texts[-1] = f"{visible[-1]['shown_text']} {letters[-1]}".strip()
    after = [row["after"] for row in visible]
    return [
        f"{text} {one.short.removesuffix(' after IV iron')}".strip() if one else text
        for text, one in zip(texts, after, strict=True)
    ]


def _joined(past: Sequence[Row], start: datetime) -> tuple[tuple[Segment, ...], tuple[BreakInfo, ...]]:
    """Runs of results that may be joined, and the breaks between laboratories or methods inside the range.

    Exact, unambiguous results of one laboratory and method are joined; a censored or conflicting one is
    neither joined nor bridged, for nobody knows where the line would run.
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
                short = _SHORT.get(row["broken"], "other method")
                breaks.append(BreakInfo(max(middle.to_pydatetime(), start), row["broken"], short))
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


def _notes(visible: Sequence[Row], past: Sequence[Row], later: int) -> tuple[str, ...]:
    notes = []
    if past and past[-1]["after"]:
        notes.append(past[-1]["after"].words)
    if len(past) == 1:
        notes.append("1 result: no trend")
    moments = {row["collected_on"] for row in visible if is_conflicting(row["notes"])}
    if moments:
        notes.append("conflicting results are ringed")
    if later:
        verb = "is" if later == 1 else "are"
        notes.append(f"{later} dated after the as-of date {verb} not shown")
    return tuple(notes)
