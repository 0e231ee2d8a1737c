"""Latest and previous result of every analyte, as reported and in the chosen units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pandas as pd

from rls_dash.figures.panel_text import letter_of
from rls_dash.figures.trend import PANELS
from rls_dash.interpret import words
from rls_dash.interpret.intervals import interval_text
from rls_dash.interpret.latest import Row, day_of, is_conflicting, newest, records, result_text, usable
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import Analyte, Knowledge
from rls_dash.model import Flag, Status
from rls_dash.normalise.units import convert
from rls_dash.report.model import ResultLine

_NO_LIMIT = "not assessed: no limit of the tables decides a letter for it"
NO_LETTER = "no letter for this test"  # rules may read it all the same
READ = "; see "  # before the rules that do
_LONG_LABEL = 22  # characters; beyond, the short label stands in the table
NONE_ON_FILE = "no result on file (not the same as never measured)"
_AGAINST = {Flag.LOW: "below", Flag.NORMAL: "inside", Flag.HIGH: "above", Flag.INDETERMINATE: "not placed in"}


def result_lines(
    rows: pd.DataFrame, knowledge: Knowledge, as_of: date, system: UnitSystem
) -> tuple[ResultLine, ...]:
    """The four of the trends, with or without a result, then every other analyte that was measured."""
    end = datetime.combine(as_of + timedelta(days=1), time())
    known = usable(rows)
    past = known[known["collected_on"] < end]
    by_analyte = {str(key): records(group) for key, group in past.groupby("analyte", sort=False)}
    others = [key for key in knowledge.analytes if key in by_analyte and key not in PANELS]
    return tuple(
        _line(knowledge.analytes[key], by_analyte.get(key, []), system) for key in (*PANELS, *others)
    )


def _line(analyte: Analyte, rows: list[Row], system: UnitSystem) -> ResultLine:
    core = analyte.analyte in PANELS
    if not rows:
        return ResultLine(analyte.analyte, _label(analyte), NONE_ON_FILE, "", "", "", "", "", "", core, False)
    latest = newest(rows)
    earlier = [row for row in rows if row["collected_on"] < latest[0]["collected_on"]]
    one = latest[-1]
    flag = Flag(one["flag"])
    settled = len(latest) == 1
    return ResultLine(
        analyte=analyte.analyte,
        test=_label(analyte),
        latest=" and ".join(result_text(row) for row in latest),
        converted=" and ".join(filter(None, (_converted(row, analyte, system) for row in latest))),
        letter=letter_of(flag) if settled else "",
        words=_brief(one["flag_words"]) if settled else "conflicting results, not settled",
        interval=_interval(one) if settled else "",
        when=_when(one),
        previous=_previous(earlier),
        core=core,
    )


def _brief(flag_words: str) -> str:
    """The words of a flag without what the head of the column says."""
    return flag_words.replace("the limits used here", "limits").replace(_NO_LIMIT, NO_LETTER)


def _converted(row: Row, analyte: Analyte, system: UnitSystem) -> str:
    """The value in the unit of the chosen system; "" where it was reported in one of that size."""
    unit, digits = words.display_unit(analyte, system)
    if row["unit_code"] == unit:
        return ""
    value = float(convert([row["value"]], analyte.analyte, row["unit"], unit)[0])
    if abs(value - row["reported_number"]) <= 1e-7 * abs(value):
        number = words.reported_number_text(row["reported_value"], row["reported_number"])
    else:
        number = f"{value:.{digits}f}"
    shown = words.value_text(row["comparator"], number, unit)
    return "" if result_text(row).startswith(f"{shown} (") else shown  # computed in that unit


def _label(analyte: Analyte) -> str:
    return analyte.label if len(analyte.label) <= _LONG_LABEL else analyte.short_label


def _interval(row: Row) -> str:
    """Where the result lies in the laboratory's own interval: "inside 15 to 150 ng/mL"."""
    flag = Flag(row["interval_flag"])
    if flag is Flag.NOT_ASSESSED:
        return "none given"
    shown = row["unit_code"] or row["unit"]
    ends = interval_text(row["analyte"], row["reference_low"], row["reference_high"], row["unit"], shown)
    return f"{_AGAINST.get(flag, '')} {ends}".strip()


def _when(row: Row) -> str:
    text = words.date_text(day_of(row))
    return f"{text}, preliminary" if row["status"] == Status.PRELIMINARY.value else text


def _previous(earlier: Sequence[Row]) -> str:
    if not earlier:
        return "none"
    last = earlier[-1]
    same = [
        row for row in earlier if row["collected_on"] == last["collected_on"] and is_conflicting(row["notes"])
    ] or [last]
    values = " and ".join(result_text(row) for row in same)
    return f"{values}, {words.date_text(day_of(last))}"
