"""What stands behind the points of a panel: the laboratory's interval and the decision limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np

from rls_dash.context.patients import Audience
from rls_dash.interpret import words
from rls_dash.interpret.ladder import limit_words
from rls_dash.interpret.limits import applies
from rls_dash.interpret.regions import comparison_unit, printed_bounds, region_in
from rls_dash.knowledge import Analyte, Knowledge, Limit
from rls_dash.model import Flag
from rls_dash.normalise.units import convert

_SAME = 0.005  # a pair of printed limits closer than this is drawn on one line without remark


class RegionKind(StrEnum):
    """What the region of a limit says about a result in it."""

    LOW = "low"
    OPEN = "open"
    HIGH = "high"


@dataclass(frozen=True)
class BandInfo:
    """The laboratory's interval over a stretch of time; None leaves a side open."""

    start: datetime
    end: datetime
    low: float | None  # [unit of the panel]
    high: float | None


@dataclass(frozen=True)
class LimitLine:
    """A decision limit drawn as a line, with the region it belongs to named beside it."""

    limit_id: str
    y: float  # [unit of the panel]
    number: str  # the end drawn: "≤75"
    name: str  # what the region means: "iron considered"
    source: str  # "AASM 2025, secondary"
    words: str
    kind: RegionKind
    region_low: float | None  # [unit of the panel]; None: open
    region_high: float | None
    always: bool  # False: drawn only where the results reach it


def limit_lines(
    knowledge: Knowledge, analyte: Analyte, audience: Audience, unit: str
) -> tuple[LimitLine, ...]:
    """Lines of the limits that apply at this age [unit], ascending."""
    chosen = [
        limit
        for limit in knowledge.limits.values()
        if limit.analyte == analyte.analyte
        and applies(limit, audience)
        and (limit.on_trend or limit.flag is not None)
    ]
    lines = [_line(limit, unit) for limit in chosen]
    return tuple(sorted(lines, key=lambda line: (line.y, line.limit_id)))


def _line(limit: Limit, unit: str) -> LimitLine:
    region = region_in(limit, unit)
    bounds = printed_bounds(limit, comparison_unit(limit, unit))
    low, high = region.low if region.low_op else None, region.high if region.high_op else None
    edge = low if high is None else high
    if edge is None:
        raise ValueError(f"limit {limit.limit_id} has no end to draw")
    texts = [_number(bound, shown) for bound, shown in zip(bounds, (low, high), strict=True)]
    both = low is not None and high is not None
    number = words.range_signs(region.low_op, texts[0], region.high_op, texts[1])
    return LimitLine(
        limit.limit_id,
        edge,
        f"{texts[0]}\u2013{texts[1]}" if both else number,
        limit.region_name,
        limit.label_source,
        limit_words(limit, unit),
        _kind(limit, high),
        low,
        high,
        limit.on_trend,
    )


def _number(printed: Decimal | None, shown: float | None) -> str:
    """A bound as its source printed it, or with three digits when it had to be converted."""
    if printed is None or shown is None:
        return ""
    return words.plain(printed) if float(printed) == shown else words.plain(float(f"{shown:.3g}"))


def _kind(limit: Limit, high: float | None) -> RegionKind:
    if limit.flag is Flag.INDETERMINATE:
        return RegionKind.OPEN
    return RegionKind.HIGH if high is None else RegionKind.LOW


def bands(
    rows: Sequence[Mapping[str, Any]], analyte: Analyte, unit: str, window: tuple[datetime, datetime]
) -> tuple[BandInfo, ...]:
    """The laboratory's interval over the window, stepping at the first result that states another.

    An interval is stated for a result, not for a time: the band of the first result is drawn back to
    the start of the axis and that of the last to its end; results without interval leave a gap.
    """
    found: list[BandInfo] = []
    current: tuple[float, float] | None = None
    for before, row in zip([None, *rows], rows, strict=False):
        ends = (float(row["reference_low"]), float(row["reference_high"]))
        given = None if np.isnan(ends).all() else ends
        if given is not None and current is not None and np.array_equal(given, current, equal_nan=True):
            continue
        moment = window[0] if before is None else _step(before, row)
        if current is not None:
            found[-1] = replace(found[-1], end=moment)
        if given is not None:
            low, high = (
                float(number) for number in convert(given, analyte.analyte, analyte.canonical_unit, unit)
            )
            sides = (None if np.isnan(low) else low, None if np.isnan(high) else high)
            found.append(BandInfo(moment, window[1], *sides))
        current = given
    clipped = [replace(band, start=max(band.start, window[0])) for band in found]
    return tuple(band for band in clipped if band.start < band.end)


def _step(before: Mapping[str, Any], row: Mapping[str, Any]) -> datetime:
    """Where the interval changes: at the result, or at the break where another laboratory takes over."""
    moment = row["collected_on"]
    if row["broken"]:
        moment = before["collected_on"] + (moment - before["collected_on"]) / 2
    stepped: datetime = moment.to_pydatetime()
    return stepped


def pair_note(
    lines: Sequence[LimitLine], rows: Sequence[Mapping[str, Any]], knowledge: Knowledge, unit: str
) -> tuple[str, ...]:
    """Said when some results were compared with another number of the source than the one drawn."""
    said = []
    for reported in sorted({row["unit_code"] for row in rows if row["unit_code"]}):
        figures = []
        for line in lines:
            limit = knowledge.limits[line.limit_id]
            region = region_in(limit, reported)
            edge = region.high if region.high_op else region.low
            drawn = float(convert([edge], limit.analyte, reported, unit)[0])
            if abs(drawn - line.y) > _SAME * line.y:
                figures.append(words.plain(round(edge, 6)))
        if figures:
            own = words.amount(" and ".join(figures), reported)
            said.append(f"{words.unit_text(reported)} results compared with the source\u2019s own {own}")
    return tuple(said)
