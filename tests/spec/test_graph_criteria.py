"""Chapter: what a graph of laboratory results must show. One named test a criterion.

Sittig et al., JAMIA 2015;22:900: eleven criteria, of which none of eight systems met all. Our notes name
ten (patient; label, scale and values of x; label, scale and values of y; reference range; details of a
point; legend); the title of the graph is taken as the eleventh, for the table itself could not be read.
NHS Common User Interface, Displaying Graphs and Tables: rules by their number, GTAB-001 and on.
The rest are the conventions of this project's own design of the patient page.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from rls_dash.context.events import Event, EventKind
from rls_dash.context.patients import PatientContext
from rls_dash.context.scores import Score
from rls_dash.figures import layout, theme
from rls_dash.figures.legend import entries
from rls_dash.figures.panel import PanelInfo
from rls_dash.figures.plot import trend_figure
from rls_dash.figures.trend import TrendInfo, TrendRange, trend_info
from rls_dash.interpret.limits import State, assess
from rls_dash.interpret.words import UnitSystem
from rls_dash.schema import empty_results
from tests.spec.clinic import knowledge, results

AS_OF = date(2026, 11, 1)
ADULT = {"P1": PatientContext("P1", birth_date=date(1970, 5, 1))}
GIVEN = date(2025, 8, 20)
INFUSION = Event("P1", EventKind.INFUSION, "ferric carboxymaltose", Decimal(1000), "mg", "", GIVEN)
IRON = Event("P1", EventKind.SUPPLEMENT, "ferrous sulfate", Decimal(65), "mg", "oral", date(2025, 2, 1))
TOTALS = (
    Score("P1", "IRLS", Decimal(27), date(2025, 2, 1)),
    Score("P1", "IRLS", Decimal(12), date(2026, 9, 1)),
)
EVERYTHING = """
analyte     | value | unit  | date       | low | high | lab   | status      | notes
ferritin    | 30    | ng/mL | 2025-01-01 | 15  | 150  | North | final       |
ferritin    | <5    | ng/mL | 2025-03-01 | 15  | 150  | North | final       |
ferritin    | 60    | ng/mL | 2025-06-01 | 15  | 150  | North | final       | conflicting_results
ferritin    | 160   | ng/mL | 2025-06-01 | 15  | 150  | North | final       | conflicting_results
ferritin    | 420   | ng/mL | 2025-09-01 | 30  | 400  | South | final       |
ferritin    | 120   | ng/mL | 2026-03-01 | 30  | 400  | South | final       |
ferritin    | 90    | ng/mL | 2026-09-01 | 30  | 400  | South | preliminary |
vitamin_b12 | 300   | pg/mL | 2026-09-01 |     |      |       | final       |
folate      | >24   | ng/mL | 2026-09-01 | 4.8 |      |       | final       |
"""


def info(table: str = EVERYTHING, **options: Any) -> TrendInfo:
    """The trends of the results in a table, with everything recorded."""
    frame = results(table) if table else empty_results()
    given = {"events": (INFUSION, IRON), "scores": TOTALS, **options}
    return trend_info(assess(frame, knowledge(), ADULT), knowledge(), AS_OF, **given)


def ferritin(table: str = EVERYTHING, **options: Any) -> PanelInfo:
    return info(table, **options).panels[0]


def drawn(found: TrendInfo | None = None) -> dict[str, Any]:
    return trend_figure(found or info())


def trace(figure: dict[str, Any], meta: str) -> dict[str, Any]:
    return next(one for one in figure["data"] if one.get("meta") == meta)


def texts(figure: dict[str, Any]) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]


def heads(figure: dict[str, Any]) -> list[str]:
    """The two lines over each panel, without their sizes and colours."""
    found = [note for note in figure["layout"]["annotations"] if note.get("name", "").endswith(" head")]
    return [re.sub(r"</?span[^>]*>", "", note["text"]) for note in found]


def limit_names(figure: dict[str, Any]) -> dict[str, str]:
    """Limit id → the words beside its line."""
    traces = [one for one in figure["data"] if one.get("meta", "").endswith(" limit names")]
    return {
        key.removesuffix(" label"): text
        for one in traces
        for key, text in zip(one["ids"], one["text"], strict=True)
    }


def shapes(figure: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in figure["layout"]["shapes"] if one.get("name") == name]


# --- Sittig 2015 -------------------------------------------------------------------------------------------


def test_sittig_1_title_names_what_is_plotted() -> None:
    for panel, head in zip(info().panels, heads(drawn()), strict=True):
        assert head.startswith(f"<b>{panel.title}</b>")


def test_sittig_2_patient_is_named_on_the_graph() -> None:
    notes = {note.get("name"): note["text"] for note in drawn()["layout"]["annotations"]}
    assert notes["patient"] == "<b>P1</b>"


def test_sittig_3_x_axis_says_what_time_it_is() -> None:
    assert any(text.startswith("collected; as of 01 Nov 2026") for text in texts(drawn()))


def test_sittig_4_x_scale_is_true_time() -> None:
    axis = drawn()["layout"]["xaxis"]
    assert axis["type"] == "date" and "rangebreaks" not in axis


def test_sittig_5_x_values_run_from_left_to_right_and_name_their_year() -> None:
    figure = drawn()
    first, last = figure["layout"]["xaxis"]["range"]
    assert first < last == "2026-11-02T00:00:00"
    assert all("%Y" in one["value"] for one in figure["layout"]["xaxis"]["tickformatstops"])
    for one in figure["data"]:
        for before, after in zip(one["x"], one["x"][1:], strict=False):
            assert before is None or after is None or before <= after


def test_sittig_6_y_label_has_name_and_unit() -> None:
    figure = drawn()
    for number, panel in enumerate(info().panels, start=1):
        text = figure["layout"]["yaxis" if number == 1 else f"yaxis{number}"]["title"]["text"]
        assert text.replace("<br>", " ") == f"{panel.title}, {panel.unit_text}"


def test_sittig_7_y_scale_holds_every_value_and_limit() -> None:
    for panel in info().panels:
        low, high = panel.y_range
        assert all(low <= point.y <= high for point in panel.points)
        assert all(low <= line.y <= high for line in panel.limits)


@pytest.mark.parametrize("system", list(UnitSystem))
def test_sittig_8_y_values_are_as_precise_as_the_data(system: UnitSystem) -> None:
    table = "analyte|value|unit|date\nmagnesium|0.70|mmol/L|2026-01-01\nmagnesium|1.00|mmol/L|2026-06-01"
    axis = info(table, unit_system=system).panels[3].axis
    ticks = [f"{axis.low + step * axis.step:.{axis.digits}f}" for step in range(4)]
    assert len(set(ticks)) == len(ticks)
    figure = drawn(info(table, unit_system=system))
    assert figure["layout"]["yaxis4"]["tickformat"] == f".{axis.digits}f"


def test_sittig_9_reference_range_of_the_laboratory_is_shown() -> None:
    bands = shapes(drawn(), "ferritin interval")
    assert [(one["y0"], one["y1"]) for one in bands] == [(15, 150), (30, 400)]


def test_sittig_10_details_of_every_point_are_in_reach() -> None:
    table = """
    analyte     | value | unit  | date             | low | high | lab   | lab_flag
    vitamin_b12 | 170.0 | pg/mL | 2026-10-01 08:30 | 200 | 900  | North | L
    """
    said = "\n".join(info(table, unit_system=UnitSystem.SI).panels[1].points[0].hover)
    for part in (
        "170.0 pg/mL as reported",
        "= 125",  # converted
        "L: below 180 pg/mL (NICE 2024, secondary)",  # flag in words, limit and source
        "200 to 900 pg/mL",  # the laboratory's interval
        "Collected 01 Oct 2026 08:30",
        "Laboratory: North",
        "labs.csv, line 2",
    ):
        assert part in said, part
    comparators = "\n".join(point.hover[0] for point in ferritin().points)
    assert "<5 ng/mL as reported" in comparators
    for panel in info().panels:
        if panel.points:
            boxes = trace(drawn(), f"{panel.analyte} results")["customdata"]
            assert len(boxes) == len(panel.points) and all(boxes)


def test_sittig_11_legend_names_every_symbol_drawn() -> None:
    found = info(lit=frozenset({("labs.csv", 7)}))
    figure = drawn(found)
    used = {
        symbol
        for one in figure["data"]
        if "marker" in one and one["meta"] != "severity"
        for symbol in (
            [one["marker"]["symbol"]] if isinstance(one["marker"]["symbol"], str) else one["marker"]["symbol"]
        )
    }
    named = {marker["symbol"]: words for words, marker in entries(found, theme.LIGHT)}
    solid = {symbol for symbol in used if symbol not in named}
    assert {symbol.removesuffix("-open") for symbol in solid} <= named.keys(), "hollow: preliminary"
    assert set(named.values()) <= set(texts(figure))


# --- NHS CUI -----------------------------------------------------------------------------------------------


def test_gtab_001_164_166_symbols_at_every_result_joined_by_straight_thin_lines() -> None:
    figure = drawn()
    for panel in info().panels:
        if panel.points:
            assert len(trace(figure, f"{panel.analyte} results")["x"]) == len(panel.points)
    lines = [one["line"] for one in figure["data"] if "lines" in one["mode"]]
    assert lines and all(one["shape"] == "linear" and one["width"] < 2 for one in lines)
    assert {one["type"] for one in figure["data"]} == {"scatter"}
    assert not any("fill" in one for one in figure["data"])


def test_gtab_002_161_states_differ_in_shape_as_well_as_colour() -> None:
    assert len({theme.SYMBOLS[state] for state in State}) == len(State)
    words = {
        theme.BLUE, theme.VERMILLION, theme.GREEN, theme.PURPLE,
    }  # fmt: skip
    assert {theme.LIGHT.states[State.BELOW_LIMIT], theme.LIGHT.states[State.WITHIN]} <= words


def test_gtab_010_symbols_are_larger_than_lines() -> None:
    assert min(theme.SIZES.values()) > 2 * 1.25


def test_gtab_018_020_027_name_and_unit_stand_over_each_panel_at_all_times() -> None:
    for table in ("", EVERYTHING):
        figure = drawn(info(table))
        for number, panel in enumerate(info(table).panels, start=1):
            axis = figure["layout"]["yaxis" if number == 1 else f"yaxis{number}"]
            assert panel.unit_text in axis["title"]["text"]


def test_gtab_028_one_panel_has_one_unit_and_a_converted_value_says_so() -> None:
    table = "analyte|value|unit|date\nfolate|4.2|ng/mL|2026-01-01\nfolate|9.5|nmol/L|2026-06-01"
    panel = info(table).panels[2]
    assert panel.unit_text == "ng/mL"
    assert any(line.startswith("= 4.2 ng/mL") for line in panel.points[1].hover)
    assert "9.5 nmol/L as reported" in panel.points[1].hover[0]
    assert panel.header.value == "4.2 ng/mL (reported 9.5 nmol/L)"


def test_gtab_045_047_050_latest_value_stands_out_and_the_change_since_the_one_before_is_said() -> None:
    table = "analyte|value|unit|date\nferritin|54|ng/mL|2026-06-01\nferritin|42|ng/mL|2026-10-01"
    head = next(text for text in heads(drawn(info(table))) if text.startswith("<b>Ferritin"))
    assert "<b>42 ng/mL L</b>" in head
    assert "01 Oct 2026, 4 weeks ago" in head
    assert "12" in head and "in 4 months, within expected variation" in head


def test_gtab_054_values_keep_their_reported_digits() -> None:
    table = "analyte|value|unit|date\nferritin|42.0|ng/mL|2026-10-01"
    assert ferritin(table).header.value == "42.0 ng/mL"
    assert ferritin(table).points[0].label == "42.0 L"


def test_gtab_067_096_periods_are_a_set_of_presets() -> None:
    assert [str(one) for one in TrendRange] == ["6 m", "1 y", "2 y", "5 y", "All"]


def test_gtab_085_086_time_is_proportional_also_under_the_ferritin() -> None:
    figure = drawn()
    assert {one["xaxis"] for one in figure["data"] if one["mode"] != "text"} == {"x"}
    assert [one["x0"] for one in shapes(figure, "supplement bar")] == ["2025-02-01T00:00:00"]
    assert trace(figure, "severity")["x"] == ["2025-02-01T00:00:00", "2026-09-01T00:00:00"]


def test_gtab_145_147_small_multiples_share_one_time_axis() -> None:
    frame = drawn()["layout"]
    assert [name for name in frame if name.startswith("xaxis")] == ["xaxis", "xaxis2"]
    assert not frame["xaxis2"]["visible"], "it holds the names of the limits in their place alone"
    assert all(frame[name]["anchor"] == "x" for name in frame if name.startswith("yaxis"))


def test_gtab_174_185_one_pale_band_and_limits_as_lines() -> None:
    figure = drawn()
    alpha = float(theme.LIGHT.interval.rpartition(",")[2].rstrip(")"))
    assert alpha <= 0.25
    lines = [one for one in figure["layout"]["shapes"] if one["type"] == "line" and one.get("yref") == "y"]
    assert {one["name"] for one in lines} >= {"ferritin_rls_75", "ferritin_rls_iv_100"}
    assert all(one["y0"] == one["y1"] for one in lines)


# --- our own conventions -----------------------------------------------------------------------------------


def test_limit_line_names_its_number_its_meaning_and_its_source() -> None:
    label = limit_names(drawn())["ferritin_rls_75"]
    for part in ("75", "iron considered", "AASM 2025, secondary"):
        assert part in label


def test_regions_are_named_not_only_coloured() -> None:
    figure = drawn()
    regions = [one["name"] for one in figure["layout"]["shapes"] if one.get("name", "").endswith(" region")]
    named = limit_names(figure)
    lines = {line.limit_id: line for panel in info().panels for line in panel.limits}
    assert {one.removesuffix(" region") for one in regions} == lines.keys()
    for limit, line in lines.items():
        flat = named[limit].replace("<br>", " ")
        assert line.name.split()[0] in flat, limit


def test_inside_the_labs_range_below_the_limit_is_a_state_of_its_own() -> None:
    panel = ferritin("analyte|value|unit|low|high\nferritin|42|ng/mL|15|150")
    assert panel.points[0].state is State.BELOW_LIMIT_INSIDE_INTERVAL
    assert panel.header.flag_words.endswith("inside the lab\u2019s interval")
    assert "Inside the lab's interval, below the RLS limit" in panel.points[0].hover
    figure = drawn(info("analyte|value|unit|low|high\nferritin|42|ng/mL|15|150"))
    assert trace(figure, "ferritin results")["marker"]["symbol"] == ["diamond"]
    assert "inside lab\u2019s range, below limit" in texts(figure)


def test_letters_stand_beside_the_values() -> None:
    assert [point.label for point in ferritin().points] == ["L", "L", "L", "", "H too early", "", "90 ind."]


def test_every_label_that_covers_no_other_is_drawn() -> None:
    shown = [text.strip("\u2003\u2009") for text in trace(drawn(), "ferritin results")["text"]]
    assert shown[-1] == "90 ind." and shown[4] == "H too early" and shown[:2] == ["L", "L"]


def test_censored_result_is_an_open_triangle_that_points_away_and_is_never_joined() -> None:
    figure = drawn()
    assert trace(figure, "ferritin results")["marker"]["symbol"][1] == "triangle-down-open"
    assert trace(figure, "folate results")["marker"]["symbol"] == ["triangle-up-open"]
    joined = {y for segment in ferritin().segments for _, y in segment}
    assert 5 not in joined


def test_preliminary_result_is_hollow() -> None:
    assert trace(drawn(), "ferritin results")["marker"]["symbol"][-1].endswith("-open")


def test_line_is_broken_at_another_laboratory_and_the_break_says_why() -> None:
    panel = ferritin()
    assert [(one.words, one.x) for one in panel.breaks] == [
        ("other laboratory", datetime.fromisoformat("2025-07-17"))
    ]
    assert "other laboratory" in texts(drawn())
    assert shapes(drawn(), "ferritin break")


def test_line_is_broken_between_reported_and_computed() -> None:
    table = """
    analyte                | value | unit | date       | notes
    transferrin_saturation | 20    | %    | 2026-01-01 |
    transferrin_saturation | 25    | %    | 2026-06-01 | computed from_tibc
    """
    panel = info(table, analytes=("transferrin_saturation",)).panels[0]
    assert panel.segments == ()
    assert [one.short for one in panel.breaks] == ["other method"]
    assert panel.breaks[0].words.startswith("computed")


def test_result_too_early_after_iv_iron_has_a_mark_and_words() -> None:
    point = ferritin().points[4]
    assert point.too_early
    assert point.too_early_words == "12 days after iron by vein: not interpretable before 4 weeks"
    assert "too early" in point.label
    assert any("not interpretable" in line for line in point.hover)
    figure = drawn()
    assert trace(figure, "ferritin too early")["y"] == [420]
    assert "framed: early after IV iron" in texts(figure)


def test_one_point_is_said_to_be_one_and_none_is_not_never_measured() -> None:
    one = ferritin("analyte|value\nferritin|42")
    assert "1 result: no trend" in one.header.notes and one.segments == ()
    assert ferritin("").empty_text == "no result on file (not the same as never measured)"
    assert ferritin("").empty_text in texts(drawn(info("")))


def test_transferrin_saturation_stands_in_words_over_the_ferritin() -> None:
    table = """
    analyte                | value | unit  | date
    ferritin               | 42    | ng/mL | 2026-10-01
    transferrin_saturation | 17    | %     | 2026-10-01
    """
    assert ferritin(table).header.beside == "TSAT 17 % L, 01 Oct 2026, same draw"
    assert any("TSAT 17 % L" in text for text in texts(drawn(info(table))))


def test_events_and_severity_stand_directly_under_the_ferritin() -> None:
    found = info()
    places = layout.places(found)
    track = places.track
    assert track is not None and track.top < places.panels[0].bottom
    assert track.bottom > places.panels[1].top
    assert all(places.panels[0].bottom > row > track.top for row in places.rows)
    said = " ".join(texts(drawn(found)))
    assert "ferrous sulfate 65 mg a day \u00b7 since 01 Feb 2025" in said
    assert "ferric carboxymaltose 1000 mg \u00b7 20 Aug 2025" in said
    assert "IRLS total, 0 to 40" in said


def test_lit_results_have_a_halo_that_is_seen_in_grey() -> None:
    found = info(lit=frozenset({("labs.csv", 2)}))
    assert [point.lit for point in found.panels[0].points] == [True, *[False] * 6]
    halo = trace(drawn(found), "ferritin lit")
    assert halo["y"] == [30]
    assert halo["marker"]["line"]["width"] >= 2 and halo["marker"]["line"]["color"] == theme.LIGHT.ink


def test_since_is_a_thin_line_with_its_date() -> None:
    figure = drawn(info(since=date(2026, 4, 3)))
    lines = shapes(figure, "since")
    assert len(lines) == 5 and all(one["x0"] == one["x1"] == "2026-04-03T00:00:00" for one in lines)
    assert "since 03 Apr 2026" in texts(figure)
    assert info(since=date(2020, 1, 1)).since is None


@pytest.mark.parametrize("recorded", [{}, {"events": (), "scores": ()}])
def test_the_whole_figure_is_low(recorded: dict[str, Any]) -> None:
    assert drawn(info(**recorded))["layout"]["height"] <= 630


def test_text_of_a_file_stays_text_in_lanes_and_track() -> None:
    evil = '<a href="http://x.example">x</a><img src=x>'
    event = Event("P1", EventKind.SUPPLEMENT, evil, None, "", evil, date(2025, 2, 1), None, evil, 2)
    score = Score("P1", evil, Decimal(3), date(2026, 2, 1), evil, 2)
    text = json.dumps(drawn(info(events=(event,), scores=(score,))))
    assert "<a " not in text and "<img" not in text
    rows = results("analyte|value\nferritin|42").assign(patient_id=evil)
    found = trend_info(assess(rows, knowledge()), knowledge(), AS_OF)
    assert "<a " not in json.dumps(trend_figure(found))
