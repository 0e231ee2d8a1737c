"""Colours that everybody can read: states differ by shape, and every colour stands off its ground.

Contrasts of WCAG 2.2: 4.5 for text (1.4.3), 3 for marks, lines and the edges of controls (1.4.11); as they
are, and as deuteranopia, protanopia and a grey print show them.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from rls_dash.figures.plot import trend_figure
from rls_dash.figures.theme import CENSORED_HIGH, CENSORED_LOW, DARK, LIGHT, RING, SYMBOLS, Palette
from rls_dash.figures.trend import trend_info
from rls_dash.interpret.limits import State, assess
from tests.spec.clinic import knowledge, results
from tests.spec.seeing import SEEN, Colour, contrast, read, too_faint

ROOT = Path(__file__).resolve().parents[2]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
STYLES = (ROOT / "rls_dash" / "ui" / "layout.css").read_text(encoding="utf-8")
PALETTES = {"light": LIGHT, "dark": DARK}
TEXT, MARK = 4.5, 3.0
EVERY_STATE = """
analyte     | value | unit  | date       | low | high
ferritin    | 30    | ng/mL | 2025-01-01 | 15  | 150
ferritin    | 12    | ng/mL | 2025-03-01 | 15  | 150
ferritin    | 90    | ng/mL | 2025-06-01 | 15  | 150
ferritin    | 120   | ng/mL | 2025-09-01 | 30  | 400
ferritin    | 900   | ng/mL | 2026-09-01 | 30  | 400
vitamin_b12 | 300   | pg/mL | 2026-09-01 |     |
"""
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


def ground(scheme: str) -> Colour:
    """The page the figures lie on; they are transparent."""
    return read(THEME[scheme]["backgroundColor"])


def test_the_measure_is_the_one_of_wcag() -> None:
    white, black = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(read("#767676"), white) == pytest.approx(4.54, abs=0.01)
    assert read("rgba(0, 0, 0, 0.5)", white) == (0.5, 0.5, 0.5)
    for how, seen in SEEN.items():
        for plain in (white, black, (0.5, 0.5, 0.5)):
            assert seen(plain) == pytest.approx(plain, abs=0.005), f"{how} changes what has no colour"
    red, green = read("#D62728"), read("#2CA02C")
    for how in ("deuteranopia", "protanopia"):
        apart = [abs(a - b) for a, b in zip(SEEN[how](red), SEEN[how](green), strict=True)]
        assert max(apart) < 0.35, f"{how} keeps red and green as far apart as they are"


def test_every_two_states_differ_by_shape() -> None:
    shapes = {state.name: SYMBOLS[state] for state in State}
    shapes |= {"censored low": CENSORED_LOW, "censored high": CENSORED_HIGH, "conflicting": RING}
    same = [f"{one} and {two}" for one, two in combinations(shapes, 2) if shapes[one] == shapes[two]]
    assert not same, f"told apart by colour alone: {same}"


@schemes
def test_every_mark_and_line_stands_off_the_ground(scheme: str) -> None:
    palette, page = PALETTES[scheme], ground(scheme)
    drawn = {state.name: colour for state, colour in palette.states.items()}
    drawn |= {"limit": palette.limit, "line": palette.line}
    # A mark may lie on the band of the laboratory's interval as well as on the page.
    grounds = {"page": page, "interval": read(palette.interval, page)}
    wrong = [
        f"{scheme}: {faint}"
        for name, colour in drawn.items()
        for place, under in grounds.items()
        for faint in too_faint(f"{name} on the {place}", read(colour, under), under, MARK)
    ]
    assert not wrong, "\n".join(wrong)


@schemes
def test_every_text_of_the_figures_can_be_read(scheme: str) -> None:
    palette, page = PALETTES[scheme], ground(scheme)
    wrong = [f"{scheme}: {faint}" for faint in _faint_texts(palette, page)]
    assert not wrong, "\n".join(wrong)


def _faint_texts(palette: Palette, page: Colour) -> list[str]:
    band, hover = read(palette.interval, page), read(palette.hover)
    pairs = {
        "ink on the page": (read(palette.ink), page),
        "ink on the interval": (read(palette.ink), band),
        "ink in the hover box": (read(palette.ink), hover),
        "muted on the page": (read(palette.muted), page),
        "limit on the page": (read(palette.limit), page),
    }
    return [faint for name, pair in pairs.items() for faint in too_faint(name, *pair, TEXT)]


@schemes
def test_letters_beside_the_points_can_be_read(scheme: str) -> None:
    rows = assess(results(EVERY_STATE), knowledge())
    figure = trend_figure(trend_info(rows, knowledge(), date(2026, 11, 1)), dark=scheme == "dark")
    letters = [one["textfont"]["color"] for one in figure["data"] if any(one.get("text") or ())]
    colours = {colour for one in letters for colour in ([one] if isinstance(one, str) else one)}
    assert colours, "no letter is drawn"
    page = ground(scheme)
    wrong = [faint for one in sorted(colours) for faint in too_faint(one, read(one), page, TEXT)]
    assert not wrong, "\n".join(wrong)


@schemes
def test_every_text_and_edge_of_the_pages_can_be_seen(scheme: str) -> None:
    theme = THEME[scheme]
    grounds = {name: read(theme[name]) for name in ("backgroundColor", "secondaryBackgroundColor")}
    least = {"textColor": TEXT, "primaryColor": TEXT, "linkColor": TEXT, "borderColor": MARK}
    wrong = [
        f"{scheme}: {faint}"
        for name, wanted in least.items()
        for place, under in grounds.items()
        if (name, place) != ("borderColor", "secondaryBackgroundColor")  # an edge parts from the page
        for faint in too_faint(f"{name} on {place}", read(theme[name]), under, wanted)
    ]
    header = read(theme["dataframeHeaderTextColor"]), read(theme["dataframeHeaderBackgroundColor"])
    wrong += [f"{scheme}: {faint}" for faint in too_faint("header of a table", *header, TEXT)]
    assert not wrong, "\n".join(wrong)


@schemes
def test_the_ring_of_the_keyboard_is_seen_on_every_ground(scheme: str) -> None:
    rings = re.findall(r"outline: 2px solid (#[0-9A-F]{6})", STYLES)
    assert rings, "no ring is drawn"
    names = ("backgroundColor", "secondaryBackgroundColor")
    wrong = [
        faint
        for ring in rings
        for name in names
        for faint in too_faint(f"{scheme}: {ring} on {name}", read(ring), read(THEME[scheme][name]), MARK)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_button_is_filled_with_the_primary_colour() -> None:
    """Streamlit writes white on it, which the primary colour of the dark theme is too bright for."""
    white = (1.0, 1.0, 1.0)
    assert contrast(read(THEME["dark"]["primaryColor"]), white) < TEXT, "it could be filled now"
    pages = (ROOT / "rls_dash" / "ui").rglob("*.py")
    filled = [page.name for page in pages if re.search(r"type=[^,\n]*primary", page.read_text("utf-8"))]
    assert not filled, f"a filled button in {filled}"
