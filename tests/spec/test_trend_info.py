"""What the trend figure shows, decided before it is drawn."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from rls_dash.context.patients import PatientContext
from rls_dash.figures.axis import axis_info
from rls_dash.figures.panel import PanelInfo
from rls_dash.figures.trend import PANELS, TrendInfo, TrendRange, trend_info, trend_summary
from rls_dash.interpret.limits import State, assess
from rls_dash.interpret.words import UnitSystem
from rls_dash.schema import empty_results
from tests.spec.clinic import knowledge, results

AS_OF = date(2026, 11, 1)
ADULT = {"P1": PatientContext("P1", birth_date=date(1970, 5, 1))}
CONVENTIONAL, SI = UnitSystem.CONVENTIONAL, UnitSystem.SI


def at(day: str) -> datetime:
    """Midnight at the start of a day, on the wall clock as everywhere in the figures."""
    return datetime.fromisoformat(day)


def info(table: str, system=CONVENTIONAL, span=TrendRange.ALL, contexts=ADULT) -> TrendInfo:
    """The trends of the results in a table."""
    frame = results(table) if table else empty_results()
    return trend_info(assess(frame, knowledge(), contexts), knowledge(), AS_OF, system, span)


def panel(table: str, analyte: str = "ferritin", **options) -> PanelInfo:
    """One panel of the trends of the results in a table."""
    return next(one for one in info(table, **options).panels if one.analyte == analyte)


# --- the whole -----------------------------------------------------------------------------------


def test_four_panels_on_one_axis_that_ends_with_the_as_of_day():
    found = info("analyte|value|unit|date\nferritin|42|ng/mL|2026-03-01")
    assert tuple(one.analyte for one in found.panels) == PANELS
    assert found.end == at("2026-11-02")
    assert found.start < at("2026-03-01")


@pytest.mark.parametrize(
    ("span", "start"),
    [
        (TrendRange.SIX_MONTHS, at("2026-05-02")),
        (TrendRange.ONE_YEAR, at("2025-11-02")),
        (TrendRange.TWO_YEARS, at("2024-11-02")),
        (TrendRange.FIVE_YEARS, at("2021-11-02")),
    ],
)
def test_presets(span, start):
    assert info("analyte|value|date\nferritin|42|2026-03-01", span=span).start == start


def test_range_hides_older_points_but_the_header_keeps_the_latest():
    found = panel("analyte|value|date\nferritin|42|2024-03-01", span=TrendRange.SIX_MONTHS)
    assert found.points == ()
    assert found.empty_text == "no result in this period; latest 01 Mar 2024"
    assert found.header.when == "01 Mar 2024, 2.7 years ago"


def test_line_enters_the_range_from_the_last_point_before_it():
    found = panel(
        """
        analyte  | value | date
        ferritin | 30    | 2024-03-01
        ferritin | 42    | 2026-03-01
        ferritin | 50    | 2026-08-01
        ferritin | 60    | 2026-10-01
        """,
        span=TrendRange.SIX_MONTHS,
    )
    assert [point.y for point in found.points] == [50, 60]
    assert [y for _, y in found.segments[0]] == [42, 50, 60]


def test_none_is_said_and_is_not_never_measured():
    found = panel("")
    assert found.empty_text == "no result on file (not the same as never measured)"
    assert [line.limit_id for line in found.limits] == ["ferritin_rls_75", "ferritin_rls_iv_100"]


def test_one_is_said_to_be_one():
    found = panel("analyte|value\nferritin|42")
    assert len(found.points) == 1
    assert found.segments == ()
    assert "1 result: no trend" in found.header.notes


def test_result_after_the_as_of_day_is_not_drawn_and_said():
    found = panel("analyte|value|date\nferritin|42|2026-10-01\nferritin|50|2026-11-02")
    assert [point.y for point in found.points] == [42]
    assert "1 dated after the as-of date is not shown" in found.header.notes


def test_result_on_the_as_of_day_is_drawn():
    assert len(panel("analyte|value|date\nferritin|42|2026-11-01 23:30").points) == 1


# --- points and joins ----------------------------------------------------------------------------


def test_point_carries_state_letter_and_label():
    found = panel(
        """
        analyte  | value | unit  | date       | low | high
        ferritin | 12.0  | ng/mL | 2026-01-01 | 15  | 150
        ferritin | 42    | ng/mL | 2026-02-01 | 15  | 150
        ferritin | 90    | ng/mL | 2026-03-01 | 15  | 150
        ferritin | 420   | ng/mL | 2026-04-01 | 15  | 150
        ferritin | 140.0 | ng/mL | 2026-05-01 | 15  | 150
        ferritin | 60.0  | ng/mL | 2026-06-01 | 15  | 150
        """
    )
    assert [point.state for point in found.points] == [
        State.BELOW_LIMIT,
        State.BELOW_LIMIT_INSIDE_INTERVAL,
        State.INDETERMINATE,
        State.ABOVE_LIMIT,
        State.WITHIN,
        State.BELOW_LIMIT_INSIDE_INTERVAL,
    ]
    assert [point.letter for point in found.points] == ["L", "L", "ind.", "H", "", "L"]
    assert [point.label for point in found.points] == ["L", "L", "ind.", "H", "", "60.0 L"]


def test_censored_result_is_neither_joined_nor_bridged():
    found = panel(
        """
        analyte  | value | date
        ferritin | 30    | 2026-01-01
        ferritin | 20    | 2026-02-01
        ferritin | <5    | 2026-03-01
        ferritin | 25    | 2026-04-01
        ferritin | 35    | 2026-05-01
        """
    )
    assert [[y for _, y in segment] for segment in found.segments] == [[30, 20], [25, 35]]
    assert [point.comparator for point in found.points] == ["", "", "<", "", ""]
    assert found.breaks == ()


def test_other_laboratory_breaks_the_line_and_says_so():
    found = panel(
        """
        analyte  | value | date       | lab
        ferritin | 30    | 2026-01-01 | North
        ferritin | 35    | 2026-03-01 | North
        ferritin | 60    | 2026-05-01 | South
        ferritin | 65    | 2026-07-01 | South
        """
    )
    assert [[y for _, y in segment] for segment in found.segments] == [[30, 35], [60, 65]]
    assert [(one.words, one.x.month) for one in found.breaks] == [("other laboratory", 3)]
    assert "Not joined to the result before: other laboratory" in found.points[2].hover


def test_unnamed_laboratory_is_not_taken_for_the_same():
    found = panel("analyte|value|date|lab\nferritin|30|2026-01-01|North\nferritin|35|2026-03-01|")
    assert found.segments == ()
    assert found.breaks[0].words == "laboratory not stated on one side"


def test_conflicting_results_are_both_shown_and_neither_joined():
    found = panel(
        """
        analyte  | value | date       | notes
        ferritin | 30    | 2026-01-01 |
        ferritin | 35    | 2026-02-01 |
        ferritin | 60    | 2026-03-01 | conflicting_results
        ferritin | 180   | 2026-03-01 | conflicting_results
        """
    )
    assert [point.conflicting for point in found.points] == [False, False, True, True]
    assert [[y for _, y in segment] for segment in found.segments] == [[30, 35]]
    assert found.header.value == "60 and 180 ng/mL"
    assert found.header.flag_words == "conflicting results, not settled"
    assert "conflicting results are ringed" in found.header.notes


def test_preliminary_is_marked():
    found = panel("analyte|value|status\nferritin|42|preliminary")
    assert found.points[0].preliminary
    assert found.header.when.endswith("preliminary")


def test_withdrawn_result_is_not_drawn():
    assert panel("analyte|value|status\nferritin|42|entered_in_error").points == ()


# --- header --------------------------------------------------------------------------------------


def test_header_has_value_flag_age_and_change():
    found = panel("analyte|value|unit|date\nferritin|54|ng/mL|2026-06-01\nferritin|42|ng/mL|2026-10-01")
    assert found.header.value == "42 ng/mL"
    assert found.header.letter == "L"
    assert found.header.flag_words == "at or below 75 \u00b5g/L (AASM 2025, secondary)"
    assert found.header.when == "01 Oct 2026, 4 weeks ago"
    said = "\u221212 ng/mL in 4 months, within expected variation"
    assert found.header.change.replace(".0", "") == said


def test_header_keeps_the_value_as_reported_beside_the_converted_one():
    found = panel("analyte|value|unit\nvitamin_b12|200|pg/mL", "vitamin_b12", system=SI)
    assert found.header.value.endswith(" pmol/L (reported 200 pg/mL)")
    assert found.points[0].y == pytest.approx(147.6, abs=0.05)


# --- units, limits, bands ------------------------------------------------------------------------


def test_unit_switch_moves_values_limits_and_bands_together():
    table = "analyte|value|unit|low|high\nvitamin_b12|200|pg/mL|200|900"
    mass, amount = panel(table, "vitamin_b12"), panel(table, "vitamin_b12", system=SI)
    assert (mass.axis_title.split(", ")[-1], amount.axis_title.split(", ")[-1]) == ("pg/mL", "pmol/L")
    assert [line.y for line in mass.limits] == [180, 350]
    assert [line.y for line in amount.limits] == [133, 258]
    assert mass.band[0].low == 200
    assert amount.band[0].low == pytest.approx(147.56, abs=0.01)


def test_limit_lines_have_number_name_source_and_region():
    first, second = panel("").limits
    assert (first.y, first.number) == (75, "\u226475")
    assert (second.y, second.number, second.region_low, second.region_high) == (100, "75\u2013100", 75, 100)
    assert "AASM" in first.source
    assert first.source.endswith("secondary")
    assert first.name and second.name


def test_every_limit_drawn_has_a_name_and_a_source_apart():
    drawn = [limit for limit in knowledge().limits.values() if limit.on_trend]
    bad = [limit.limit_id for limit in drawn if limit.region_name in (limit.short_label, limit.meaning)]
    assert bad == []


def test_stop_limit_appears_where_results_reach_it():
    assert "ferritin_stop_300" not in [line.limit_id for line in panel("analyte|value\nferritin|90").limits]
    assert "ferritin_stop_300" in [line.limit_id for line in panel("analyte|value\nferritin|420").limits]


def test_child_gets_the_childrens_line_only():
    child = {"P1": PatientContext("P1", birth_date=date(2016, 1, 1))}
    found = panel("analyte|value\nferritin|42", contexts=child)
    assert [line.limit_id for line in found.limits] == ["ferritin_child_50"]


def test_pair_that_is_no_conversion_is_said_when_it_matters():
    other = panel("analyte|value|unit\nfolate|9.5|nmol/L", "folate")
    assert any(
        note == "nmol/L results compared with the source\u2019s own 7 and 10 nmol/L"
        for note in other.header.notes
    )
    same = panel("analyte|value|unit\nfolate|4.2|ng/mL", "folate")
    assert not any("source\u2019s own" in note for note in same.header.notes)


def test_band_steps_where_the_laboratory_changes_it_and_stops_where_it_gives_none():
    found = panel(
        """
        analyte  | value | date       | low | high
        ferritin | 30    | 2026-01-01 | 15  | 150
        ferritin | 35    | 2026-02-01 | 15  | 150
        ferritin | 40    | 2026-03-01 | 20  | 
        ferritin | 45    | 2026-04-01 |     | 
        ferritin | 50    | 2026-05-01 |     | 300
        """
    )
    whole = info("analyte|value|date\nferritin|30|2026-01-01")
    assert [(band.low, band.high) for band in found.band] == [(15, 150), (20, None), (None, 300)]
    assert [band.start for band in found.band] == [whole.start, at("2026-03-01"), at("2026-05-01")]
    assert [band.end for band in found.band] == [at("2026-03-01"), at("2026-04-01"), whole.end]


# --- axis ----------------------------------------------------------------------------------------


def test_axis_holds_data_and_limits():
    assert panel("analyte|value\nferritin|500").y_range == (0, pytest.approx(580))
    low, high = panel("analyte|value\nferritin|12").y_range
    assert low == 0 and high >= 100


def test_axis_of_a_narrow_range_does_not_start_at_zero_and_ticks_tell_apart():
    axis = panel("analyte|value|unit\nmagnesium|0.8|mmol/L", "magnesium", system=SI).axis
    assert 0 < axis.low < 0.75
    assert axis.digits >= 1
    ticks = {f"{axis.low + step * axis.step:.{axis.digits}f}" for step in range(4)}
    assert len(ticks) == 4


@pytest.mark.parametrize(
    ("values", "step", "digits"),
    [
        ([0.70, 1.0], 0.1, 1),
        ([30, 100], 25, 0),
        ([2, 22], 10, 0),
        ([0.71, 0.78], 0.025, 3),
        ([1.6, 2.6], 0.5, 1),
    ],
)
def test_tick_distance_has_the_digits_it_needs(values, step, digits):
    axis = axis_info(values, [], False)
    assert (axis.step, axis.digits) == (pytest.approx(step), digits)


def test_axis_turns_logarithmic_only_where_limits_would_be_squashed():
    assert not panel("analyte|value\nferritin|1500").axis.logarithmic
    found = panel("analyte|value|date\nferritin|5000|2026-01-01\nferritin|30|2026-02-01").axis
    assert found.logarithmic
    assert found.low < 30 and found.high > 5000


# --- hover and summary ---------------------------------------------------------------------------


def test_hover_tells_everything_known():
    found = panel(
        """
        analyte     | value | unit  | date             | low | high | lab   | lab_flag
        vitamin_b12 | 170.0 | pg/mL | 2026-10-01 08:30 | 200 | 900  | North | L
        """,
        "vitamin_b12",
        system=SI,
    )
    text = "\n".join(found.points[0].hover)
    for part in (
        "170.0 pg/mL as reported",
        "pmol/L",
        "L: below 180 pg/mL (NICE 2024, secondary)",
        "L: below the laboratory's interval, 200 to 900 pg/mL",
        "Letter printed by the laboratory: L",
        "Collected 01 Oct 2026 08:30",
        "Laboratory: North",
        "labs.csv, line 2",
    ):
        assert part in text


def test_hover_says_what_is_not_stated():
    text = "\n".join(panel("analyte|value\nferritin|<100").points[0].hover)
    assert "time not stated" in text
    assert "Laboratory not stated" in text
    assert "No laboratory interval" in text
    assert "ind.: \u201c<100 \u00b5g/L\u201d does not decide" in text


def test_summary_is_one_sentence_a_panel():
    text = trend_summary(
        info("analyte|value|unit|date\nferritin|54|ng/mL|2026-06-01\nferritin|42|ng/mL|2026-10-01")
    )
    first, *_ = text.split(". ")
    assert first.startswith("Ferritin: 2 results shown, latest 42 ng/mL, at or below 75 \u00b5g/L")
    assert "4 weeks ago" in first and "change \u221212" in first
    assert text.count("no result on file (not the same as never measured)") == 3
