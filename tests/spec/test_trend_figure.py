"""The plotly dictionary: everything the info objects hold is drawn, inert and apart."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import plotly.graph_objects as go
import pytest

from rls_dash.answers import AnswerBook
from rls_dash.figures import layout, theme
from rls_dash.figures.axis import AxisInfo
from rls_dash.figures.plain import PlainFigure
from rls_dash.figures.plot import PLOT_CONFIG, trend_figure
from rls_dash.figures.trend import context_info, trend_info
from rls_dash.interpret.limits import State, assess
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import load_knowledge
from rls_dash.schema import empty_results
from rls_dash.ui import sample
from tests.spec.clinic import knowledge, results

AS_OF = date(2026, 11, 1)
RICH = """
analyte     | value | unit  | date       | low | high | lab   | status      | notes
ferritin    | 30    | ng/mL | 2025-01-01 | 15  | 150  | North | final       |
ferritin    | <5    | ng/mL | 2025-03-01 | 15  | 150  | North | final       |
ferritin    | 60    | ng/mL | 2025-06-01 | 15  | 150  | North | final       | conflicting_results
ferritin    | 160   | ng/mL | 2025-06-01 | 15  | 150  | North | final       | conflicting_results
ferritin    | 120   | ng/mL | 2025-09-01 | 30  | 400  | South | final       |
ferritin    | 90    | ng/mL | 2026-09-01 | 30  | 400  | South | preliminary |
vitamin_b12 | 300   | pg/mL | 2026-09-01 |     |      |       | final       |
folate      | >24   | ng/mL | 2026-09-01 | 4.8 |      |       | final       |
"""


def figure(table: str = RICH, dark: bool = False, system=UnitSystem.CONVENTIONAL) -> dict[str, Any]:
    """The figure of the results in a table."""
    frame = results(table) if table else empty_results()
    return trend_figure(trend_info(assess(frame, knowledge()), knowledge(), AS_OF, system), dark)


def placed(table: str) -> layout.Places:
    """Where things stand in the figure of the results in a table."""
    frame = results(table) if table else empty_results()
    return layout.places(trend_info(assess(frame, knowledge()), knowledge(), AS_OF))


def trace(found: dict[str, Any], meta: str) -> dict[str, Any]:
    """The trace of one kind in one panel."""
    return next(one for one in found["data"] if one.get("meta") == meta)


@pytest.mark.parametrize("table", ["", RICH, "analyte|value\nferritin|5000"])
@pytest.mark.parametrize("dark", [False, True])
def test_plotly_accepts_the_figure(table, dark):
    found = figure(table, dark)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    go.Figure(found)


def test_limit_lines_names_and_axes_stand_in_every_panel_even_without_data():
    found = figure("")
    frame = found["layout"]
    lines = {shape["name"]: shape["yref"] for shape in frame["shapes"] if shape["type"] == "line"}
    names = [one for one in found["data"] if one["mode"] == "text"]
    labels = {name: one["yaxis"] for one in names for name in one["ids"]}
    expected = {
        "ferritin_rls_75": "y",
        "ferritin_rls_iv_100": "y",
        "b12_low_180": "y2",
        "b12_indeterminate_350": "y2",
        "folate_low_3": "y3",
        "folate_possible_4": "y3",
        "magnesium_low_075": "y4",
        "magnesium_proposed_085": "y4",
        "magnesium_high_105": "y4",
    }
    assert lines == expected
    assert labels == {f"{limit} label": axis for limit, axis in expected.items()}
    regions = {shape["name"] for shape in frame["shapes"] if shape["type"] == "rect"}
    assert regions == {f"{limit} region" for limit in expected}
    titles = [frame[axis]["title"]["text"] for axis in ("yaxis", "yaxis2", "yaxis3", "yaxis4")]
    assert [title.replace("<br>", " ") for title in titles] == [
        "Ferritin, ng/mL",
        "Vitamin B12, pg/mL",
        "Folate, ng/mL",
        "Magnesium, mg/dL",
    ]
    assert sum("not the same as never measured" in note["text"] for note in frame["annotations"]) == 4
    assert {one["yaxis"] for one in found["data"]} == {"y", "y2", "y3", "y4"}


def test_lines_are_straight_and_thin_and_time_is_true():
    found = figure()
    frame = found["layout"]
    assert frame["xaxis"]["type"] == "date"
    assert frame["xaxis"]["range"][1] == "2026-11-02T00:00:00"
    for one in found["data"]:
        if one["mode"] == "lines":
            assert one["line"]["shape"] == "linear" and one["line"]["width"] < 2 and not one["connectgaps"]


def test_symbols_tell_the_states_apart_without_colour():
    assert len(set(theme.SYMBOLS.values())) == len(State)
    assert not any("triangle" in symbol for symbol in theme.SYMBOLS.values())


def test_censored_open_triangle_points_away_and_preliminary_is_hollow():
    found = figure()
    symbols = trace(found, "ferritin results")["marker"]["symbol"]
    assert symbols[1] == "triangle-down-open"
    assert symbols[-1] == "cross-open"
    assert trace(found, "folate results")["marker"]["symbol"] == ["triangle-up-open"]


def test_conflicting_results_are_ringed():
    rings = [one for one in figure()["data"] if one.get("marker", {}).get("size") == theme.RING_SIZE]
    assert [one["y"] for one in rings] == [[60, 160]]


def test_break_between_laboratories_is_drawn_and_said():
    frame = figure()["layout"]
    assert "ferritin break" in [shape["name"] for shape in frame["shapes"]]
    assert "other laboratory" in [note["text"] for note in frame["annotations"]]


def test_bands_step():
    bands = [shape for shape in figure()["layout"]["shapes"] if shape["name"] == "ferritin interval"]
    assert [(band["y0"], band["y1"]) for band in bands] == [(15, 150), (30, 400)]
    assert bands[0]["x1"] == bands[1]["x0"]


def test_hostile_text_of_a_file_stays_text():
    evil = '<a href="http://x.example">x</a><br>%{y} $a$ & "q"'
    rows = results("analyte|value\nferritin|42").assign(
        laboratory=evil, reported_unit=evil, lab_flag=evil, source_file=evil, reported_value=f"42 {evil}"
    )
    found = trend_figure(trend_info(assess(rows, knowledge()), knowledge(), AS_OF))
    text = json.dumps(found)
    assert "<a href" not in text
    points = trace(found, "ferritin results")
    assert points["hovertemplate"] == "%{customdata}<extra></extra>"
    assert '&lt;a href="http://x.example"&gt;' in points["customdata"][0]
    assert "%{y}" not in points["hovertemplate"]
    assert "&quot;" not in points["customdata"][0]


def test_nothing_of_the_tool_bar_sends_the_figure_away():
    assert PLOT_CONFIG["showSendToCloud"] is False
    assert PLOT_CONFIG["plotlyServerURL"] == ""


def test_ground_is_transparent_and_palettes_differ():
    light, dark = figure()["layout"], figure(dark=True)["layout"]
    assert light["paper_bgcolor"] == dark["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert light["font"]["color"] != dark["font"]["color"]


@pytest.mark.parametrize(
    ("palette", "ground"), [(theme.LIGHT, "#FFFFFF"), (theme.DARK, "#0E1117")], ids=["light", "dark"]
)
def test_symbols_and_words_are_legible(palette, ground):
    """WCAG: 3:1 for symbols, 4.5:1 for words."""
    poor = {state: contrast(colour, ground) for state, colour in palette.states.items()}
    assert {state: ratio for state, ratio in poor.items() if ratio < 3} == {}
    assert min(contrast(colour, ground) for colour in (palette.ink, palette.muted, palette.limit)) >= 4.5


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours after WCAG 2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of a #RRGGBB colour."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


# --- layout --------------------------------------------------------------------------------------


def test_ferritin_is_taller_and_panels_do_not_touch():
    slots, inner = placed("").panels, placed("").inner
    assert slots[0].height > slots[1].height
    for upper, lower in zip(slots, slots[1:], strict=False):
        assert (upper.bottom - lower.top) * inner >= layout.HEAD - 0.01
    assert slots[-1].bottom == pytest.approx(0)


@pytest.mark.parametrize(
    ("wanted", "placed"),
    [
        ([50.0], [50.0]),
        ([20.0, 60.0], [20.0, 60.0]),
        ([50.0, 52.0], [50.0, 64.0]),
        ([95.0, 96.0], [79.0, 93.0]),
        ([0.0, 1.0, 2.0], [7.0, 21.0, 35.0]),
    ],
)
def test_labels_are_kept_apart_and_inside(wanted, placed):
    assert layout.spread(wanted, 14, 100) == placed


def test_labels_of_every_panel_stand_apart_in_the_figure():
    for table in ("", RICH, "analyte|value\nferritin|1400\nvitamin_b12|1500\nfolate|90\nmagnesium|2.5"):
        found = figure(table)
        for number, slot in enumerate(placed(table).panels, start=1):
            axis = "y" if number == 1 else f"y{number}"
            low, high = found["layout"][axis.replace("y", "yaxis")]["range"]
            names = [one for one in found["data"] if one["mode"] == "text" and one["yaxis"] == axis]
            scale = math.log10 if found["layout"][axis.replace("y", "yaxis")]["type"] == "log" else float
            heights = sorted((scale(y) - low) / (high - low) * slot.height for one in names for y in one["y"])
            gaps = [after - before for before, after in zip(heights, heights[1:], strict=False)]
            assert min(gaps, default=99) >= layout.SHORT_LABEL_GAP - 0.01
            assert heights[0] > 0 and heights[-1] < slot.height


def test_height_above_the_floor_on_both_scales():
    assert layout.pixels_up(AxisInfo(0, 200, False, 50, 0), 50, 100) == 25
    assert layout.pixels_up(AxisInfo(1, 100, True, 1, 0), 10, 100) == pytest.approx(50)


def test_what_is_shown_unchecked_is_a_figure_that_plotly_accepts() -> None:
    """Streamlit is handed the dictionaries as they are: each property is checked here instead."""
    loaded = sample.read_with(AnswerBook(), load_knowledge())
    refused = []
    for patient in loaded.patient_ids:
        rows, events = loaded.patient_rows(patient), loaded.events.get(patient, ())
        scores = loaded.scores.get(patient, ())
        info = trend_info(rows, load_knowledge(), loaded.as_of, events=events, scores=scores)
        beside = context_info(rows, load_knowledge(), loaded.as_of, events=events)
        for one in (info, beside):
            if one is None:
                continue
            plain = trend_figure(one)
            try:
                go.Figure(plain)
            except ValueError as error:
                refused.append(f"{patient}: {error}")
            assert PlainFigure(plain).to_dict() is plain
    assert not refused, "\n".join(refused)
