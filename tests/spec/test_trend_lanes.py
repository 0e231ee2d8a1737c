"""Chapter: what was taken and how severe it was, on the time axis of the trends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from rls_dash.context.events import Event, EventKind
from rls_dash.context.scores import Score
from rls_dash.figures.lanes import MOST_ROWS, End, lanes_info
from rls_dash.figures.severity import track_info
from rls_dash.figures.trend import CONTEXT, PANELS, context_info, trend_info, trend_summary
from rls_dash.interpret.iv_iron import after_iron
from rls_dash.interpret.limits import assess
from rls_dash.schema import empty_results
from tests.spec.clinic import knowledge, results

WINDOW = (datetime.fromisoformat("2025-11-02"), datetime.fromisoformat("2026-11-02"))
AS_OF = date(2026, 11, 1)


def event(kind: str, name: str, start: str = "", stop: str = "", dose: int | None = None) -> Event:
    first, last = (date.fromisoformat(day) if day else None for day in (start, stop))
    amount = None if dose is None else Decimal(dose)
    return Event("P1", EventKind(kind), name, amount, "mg" if dose else "", "", first, last)


def lanes(*events: Event):
    return lanes_info(events, WINDOW, relative=False)


def only(*events: Event):
    (lane,) = lanes(*events).lanes
    (bar,) = lane.bars
    return bar


@pytest.mark.parametrize(
    ("start", "stop", "ends", "said"),
    [
        ("2026-01-01", "2026-03-01", (End.SHOWN, End.SHOWN), "01 Jan 2026 \u2013 01 Mar 2026"),
        ("2026-01-01", "", (End.SHOWN, End.NOT_STATED), "since 01 Jan 2026"),
        ("2024-01-01", "2027-03-01", (End.BEYOND, End.BEYOND), "01 Jan 2024 \u2013 01 Mar 2027"),
        ("", "2026-03-01", (End.NOT_STATED, End.SHOWN), "until 01 Mar 2026, start not stated"),
        ("", "", (End.NOT_STATED, End.NOT_STATED), "start and stop not stated"),
    ],
)
def test_open_ends_are_marked_and_said(start, stop, ends, said) -> None:
    bar = only(event("supplement", "iron", start, stop, 65))
    assert (bar.starts, bar.stops) == ends
    assert bar.label == f"iron 65 mg a day \u00b7 {said}"
    assert WINDOW[0] <= bar.start < bar.end <= WINDOW[1]


def test_a_stop_on_the_last_day_there_is_runs_beyond_the_period() -> None:
    """31 Dec 9999 is how databases write that there is no end."""
    bar = only(event("medicine", "levothyroxine", "2026-01-01", "9999-12-31"))
    assert bar.stops is End.BEYOND and bar.end == WINDOW[1]


def test_the_last_day_of_a_bar_is_part_of_it() -> None:
    bar = only(event("illness", "fever", "2026-03-01", "2026-03-01"))
    assert bar.end - bar.start == timedelta(days=1)


def test_infusion_is_a_mark_on_its_day_and_not_a_dose_a_day() -> None:
    bar = only(event("infusion", "iron", "2026-03-01", "2026-03-01", 1000))
    assert bar.start == bar.end == datetime.fromisoformat("2026-03-01")
    assert bar.label == "iron 1000 mg \u00b7 01 Mar 2026"


def test_what_lies_outside_the_period_is_counted_in_words() -> None:
    found = lanes(
        event("supplement", "iron", "2024-01-01", "2024-02-01"),
        event("medicine", "omeprazole", "2025-01-01", "2025-11-01"),
        event("supplement", "zinc", "2026-12-01"),
        event("infusion", "iron"),
    )
    assert found.lanes == ()
    assert found.not_shown == (
        "2 events before this period",
        "1 event after the as-of date",
        "1 event without a date",
    )


def test_every_event_is_drawn_or_counted() -> None:
    events = [event("medicine", f"medicine {number}", "2026-01-01") for number in range(MOST_ROWS + 3)]
    found = lanes(*events)
    assert sum(len(lane.bars) for lane in found.lanes) == MOST_ROWS
    assert found.not_shown == ("3 events more, no room here",)


def test_bars_that_do_not_meet_share_a_row_and_others_do_not() -> None:
    (lane,) = lanes(
        event("illness", "flu", "2025-11-10", "2025-11-20"),
        event("illness", "cold", "2026-10-20", "2026-10-25"),
        event("illness", "gout", "2026-10-22", "2026-10-28"),
    ).lanes
    assert {bar.name: bar.row for bar in lane.bars} == {"flu": 0, "cold": 0, "gout": 1}
    assert lane.rows == 2


def test_relative_time_has_no_lanes_and_says_so() -> None:
    found = lanes_info([event("supplement", "iron", "2026-01-01")], WINDOW, relative=True)
    assert found.lanes == () and found.not_shown == ("1 event not drawn: no calendar date",)
    track, said = track_info([score("IRLS", 20, "2026-01-01")], knowledge(), WINDOW, relative=True)
    assert track is None and said == ("1 total not drawn: no calendar date",)


# --- severity ----------------------------------------------------------------------------------------------


def score(scale: str, total: int, day: str) -> Score:
    return Score("P1", scale, Decimal(total), date.fromisoformat(day))


def test_track_is_of_one_scale_and_the_others_are_said() -> None:
    scores = [
        score("CGI-I", 2, "2026-05-01"),
        score("IRLS", 27, "2026-01-01"),
        score("IRLS", 12, "2026-06-01"),
        score("IRLS", 30, "2020-06-01"),
        score("IRLS", 9, "2026-11-02"),
    ]
    track, said = track_info(scores, knowledge(), WINDOW, relative=False)
    assert track is not None
    assert (track.title, track.meaning, track.low, track.high) == (
        "IRLS total, 0 to 40",
        "higher is worse",
        0,
        40,
    )
    assert [point.label for point in track.points] == ["27", "12"]
    assert said == ("CGI-I 2 (01 May 2026)", "1 total before this period", "1 total after the as-of date")


def test_scale_that_nobody_knows_has_no_range_of_its_own() -> None:
    track, _ = track_info([score("own scale", 55, "2026-01-01")], knowledge(), WINDOW, relative=False)
    assert track is not None and track.title == "own scale total, range of the scale not known"
    assert track.high == 55 and track.meaning == ""


def test_nothing_to_show_is_no_track() -> None:
    assert track_info([], knowledge(), WINDOW, relative=False) == (None, ())


# --- iron by vein ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "expected"), [(0, True), (27, True), (28, False), (55, False), (56, None), (-1, None)]
)
def test_weeks_after_iron_by_vein_are_those_of_rule_t1(days: int, expected: bool | None) -> None:
    given = event("infusion", "ferric carboxymaltose", "2026-01-01")
    found = after_iron(date(2026, 1, 1) + timedelta(days=days), [given], knowledge())
    assert (found.too_early if found else None) is expected


def test_only_the_iron_panel_is_too_early() -> None:
    given = event("infusion", "ferric carboxymaltose", "2026-09-25", dose=1000)
    table = """
    analyte     | value | unit  | date
    ferritin    | 420   | ng/mL | 2026-10-01
    vitamin_b12 | 300   | pg/mL | 2026-10-01
    """
    found = trend_info(assess(results(table), knowledge()), knowledge(), AS_OF, events=(given,))
    assert [point.too_early for panel in found.panels for point in panel.points] == [True, False]
    assert "6 days after iron by vein: not interpretable before 4 weeks" in found.panels[0].header.notes


# --- context panels ----------------------------------------------------------------------------------------


def test_everything_measured_has_a_panel_the_saturation_first() -> None:
    others = [name for name in knowledge().analytes if name not in PANELS]
    rows = ["analyte|value", *(f"{name}|10" for name in reversed(others))]
    found = context_info(assess(results("\n".join(rows)), knowledge()), knowledge(), AS_OF)
    assert found is not None and found.small
    assert sorted(panel.analyte for panel in found.panels) == sorted(others)
    assert [panel.analyte for panel in found.panels][: len(CONTEXT)] == list(CONTEXT)
    assert found.panels[0].analyte == "transferrin_saturation"


@pytest.mark.parametrize("table", ["", "analyte|value\nferritin|42"])
def test_nothing_else_measured_is_no_context(table: str) -> None:
    frame = results(table) if table else empty_results()
    assert context_info(assess(frame, knowledge()), knowledge(), AS_OF) is None


def test_context_shares_the_time_axis_of_the_trends() -> None:
    table = "analyte|value|date\nferritin|42|2024-10-01\ncrp|2|2026-10-01"
    rows = assess(results(table), knowledge())
    main, context = trend_info(rows, knowledge(), AS_OF), context_info(rows, knowledge(), AS_OF)
    assert context is not None and (context.start, context.end) == (main.start, main.end)


def test_computed_saturation_says_that_it_is_computed() -> None:
    table = "analyte|value|notes\ntransferrin_saturation|18.2|computed from_tibc"
    rows = assess(results(table), knowledge()).assign(
        reported_value="", reported_unit="", unit_code="", reported_number=float("nan"),
        computed_from="100 \u00d7 Iron 60 \u00b5g/dL / TIBC 330 \u00b5g/dL",
    )  # fmt: skip
    found = context_info(rows, knowledge(), AS_OF)
    assert found is not None
    panel = found.panels[0]
    assert panel.header.value == "18.2 % (computed)"
    assert panel.points[0].hover[:2] == (
        "Transferrin saturation: 18.2 %, computed",
        "100 \u00d7 Iron 60 \u00b5g/dL / TIBC 330 \u00b5g/dL",
    )


def test_summary_tells_lanes_severity_and_what_is_not_drawn() -> None:
    rows = assess(results("analyte|value\nferritin|42"), knowledge())
    events = (event("supplement", "iron", "2026-08-01", dose=65), event("infusion", "iron"))
    found = trend_info(rows, knowledge(), AS_OF, events=events, scores=(score("IRLS", 12, "2026-09-01"),))
    text = trend_summary(found)
    assert "Supplements: iron 65 mg a day \u00b7 since 01 Aug 2026." in text
    assert "IRLS total, 0 to 40: latest 12, 01 Sep 2026." in text
    assert "Not drawn: 1 event without a date." in text
    assert "TSAT: no result on file" in text
