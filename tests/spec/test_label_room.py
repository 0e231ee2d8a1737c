"""Chapter: every label of a limit fits its panel, so that two never cover each other."""

from __future__ import annotations

from rls_dash.figures.layout import LABEL_GAP, PANEL_HEIGHTS
from rls_dash.figures.limit_names import _WIDE
from rls_dash.knowledge import load_knowledge

CORE = ("ferritin", "vitamin_b12", "folate", "magnesium")


def test_a_label_is_two_lines_and_the_lines_of_a_panel_fit_its_height() -> None:
    knowledge = load_knowledge()
    long = []
    for analyte, height in zip(CORE, PANEL_HEIGHTS, strict=True):
        drawn = [
            one for one in knowledge.limits.values() if one.analyte == analyte and (one.on_trend or one.flag)
        ]
        adult = [one for one in drawn if not one.population.startswith("child")]
        assert len(adult) * LABEL_GAP <= height, analyte
        for one in adult:
            long += [
                part for part in (f"0.00-0.00 {one.region_name}", one.label_source) if len(part) > _WIDE + 4
            ]
    assert long == []
