"""Ticks of the time axis on paper."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from rls_dash.figures.trend import TrendInfo
from rls_dash.interpret.words import date_text
from rls_dash.normalise.relative_time import RELATIVE_ORIGIN

_AT_MOST = 9  # labels
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_DAYS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)
_JANUARY = 12


def ticks(info: TrendInfo) -> list[tuple[datetime, str]]:
    """Moments to label, and their words: months of the calendar, or days of relative time."""
    return _day_ticks(info) if info.relative else _month_ticks(info)


def _month_ticks(info: TrendInfo) -> list[tuple[datetime, str]]:
    first, last = info.start.year * 12 + info.start.month - 1, info.end.year * 12 + info.end.month - 1
    step = next((one for one in _MONTHS if (last - first) / one <= _AT_MOST), _MONTHS[-1])
    moments = [_month(at) for at in range(first - first % step, last + 1, step)]
    inside = [moment for moment in moments if info.start <= moment < info.end]
    return [(moment, _words(moment, step)) for moment in inside]


def _month(number: int) -> datetime:
    return datetime.combine(date(number // _JANUARY, number % _JANUARY + 1, 1), time())


def _words(moment: datetime, step: int) -> str:
    return str(moment.year) if step % _JANUARY == 0 else date_text(moment.date())[3:]


def _day_ticks(info: TrendInfo) -> list[tuple[datetime, str]]:
    span = (info.end - info.start).days + 1
    step = next((days for days in _DAYS if span / days <= _AT_MOST), span)
    first = datetime.combine(info.start.date(), time())
    offset = -((first - RELATIVE_ORIGIN).days) % step
    moments = [first + timedelta(days=days) for days in range(offset, span + 1, step)]
    return [(moment, date_text(moment.date())) for moment in moments if info.start <= moment <= info.end]
