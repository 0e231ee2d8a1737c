"""Is a change real: reference change values, comparable pairs, slopes on dates."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import pytest

from rls_dash.interpret.change import (
    Change,
    ChangeVerdict,
    Direction,
    RealChange,
    Slope,
    change_since,
    real_change,
    slope_of,
)
from rls_dash.interpret.computed import assessed_with_computed, together
from rls_dash.interpret.latest import Row, records, usable
from rls_dash.interpret.limits import assess
from rls_dash.interpret.variation import change_limits, classical_percent
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import KNOWLEDGE_DIRECTORY, Knowledge, KnowledgeError, Tier, load_knowledge
from tests.spec.clinic import knowledge, results

Z = 1.96


def rows_of(table: str, analyte: str = "ferritin") -> list[Row]:
    """Assessed results of a table, oldest first."""
    frame = usable(assess(results(table), knowledge()))
    return records(frame[frame["analyte"] == analyte])


def pair(before: str, after: str, analyte: str = "ferritin", unit: str = "ng/mL") -> RealChange:
    """Change from one result to another four months later."""
    header = "analyte|value|unit|date"
    found = rows_of(
        f"{header}\n{analyte}|{before}|{unit}|2026-06-01\n{analyte}|{after}|{unit}|2026-10-01", analyte
    )
    return real_change(found[1], found[0], knowledge())


def test_the_smallest_rise_is_a_rise_and_the_smallest_fall_a_fall() -> None:
    assert pair("100", "100.5").direction is Direction.UP
    assert pair("100", "99.5").direction is Direction.DOWN
    assert pair("100", "100.0").direction is Direction.SAME


# --- reference change values -----------------------------------------------------------------------------


def test_the_conservative_48_percent_of_ferritin_follows_from_its_variation() -> None:
    ferritin = knowledge().variation["ferritin"]
    assert (ferritin.cvi, ferritin.cva) == (Decimal("16.9"), Decimal("3.5"))
    assert round(classical_percent(ferritin, Z)) == 48 == ferritin.published_rcv


def test_published_reference_change_values_follow_from_the_figures_beside_them() -> None:
    wrong = [
        f"{key}: {classical_percent(one, Z):.1f} here, {one.published_rcv} printed"
        for key, one in knowledge().variation.items()
        if one.published_rcv and abs(classical_percent(one, Z) - float(one.published_rcv)) > 1
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("cvi", "cva", "down", "up"),
    [
        # by hand: s = sqrt(ln(1 + cvi^2 + cva^2)), exp(+-1.96 x 1.41421 x s) - 1
        ("16.9", "3.5", -37.80, 60.78),  # s 0.17131, reach 0.47484
        ("28.0", None, -53.30, 114.15),  # s 0.27473, reach 0.76152
        ("10.7", "4.0", -27.06, 37.10),  # s 0.11386, reach 0.31560
        ("3.6", "1.8", -10.55, 11.80),  # s 0.04023, reach 0.11152
    ],
)
def test_the_log_normal_reference_change_value_is_asymmetric(
    cvi: str, cva: str | None, down: float, up: float
) -> None:
    one = replace(
        knowledge().variation["ferritin"], cvi=Decimal(cvi), cva=Decimal(cva) if cva is not None else None
    )
    found = change_limits(one, Z)
    assert (found.down, found.up) == (pytest.approx(down, abs=0.01), pytest.approx(up, abs=0.01))
    assert (1 + found.down / 100) * (1 + found.up / 100) == pytest.approx(1)  # back is as far as there


def test_log_normal_and_classical_agree_where_variation_is_small() -> None:
    small = replace(knowledge().variation["ferritin"], cvi=Decimal("0.5"), cva=None)
    assert change_limits(small, Z).up == pytest.approx(classical_percent(small, Z), rel=0.01)
    assert -change_limits(small, Z).down == pytest.approx(classical_percent(small, Z), rel=0.01)


def test_every_core_analyte_and_saturation_has_its_variation() -> None:
    tables = knowledge()
    core = {key for key, one in tables.analytes.items() if one.tier is Tier.CORE}
    assert core | {"transferrin_saturation"} <= set(tables.variation)


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("ferritin,16.9,", "ferritin,,", "cvi", "empty"),
        ("ferritin,16.9,", "ferritin,0,", "cvi", "above 0"),
        ("ferritin,16.9,3.5", "ferritin,16.9,-1", "cva", "above 0"),
        ("ferritin,16.9,", "ferritine,16.9,", "analyte", "not in analytes.csv"),
        ("ferritin,16.9,", "folate,16.9,", "analyte", "already in row"),
    ],
)
def test_a_bad_table_is_refused(tmp_path, old: str, new: str, column: str, reason: str) -> None:
    for path in KNOWLEDGE_DIRECTORY.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        text = text.replace(f"\n{old}", f"\n{new}", 1) if path.name == "variation.csv" else text
        (tmp_path / path.name).write_text(text, encoding="utf-8", newline="\n")
    with pytest.raises(KnowledgeError, match=reason) as caught:
        load_knowledge(tmp_path)
    assert (caught.value.file, caught.value.column) == ("variation.csv", column)


# --- a pair of results -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "direction", "verdict"),
    [
        ("100", "62.3", Direction.DOWN, ChangeVerdict.WITHIN),
        ("100", "62.1", Direction.DOWN, ChangeVerdict.BEYOND),
        ("100", "160.7", Direction.UP, ChangeVerdict.WITHIN),
        ("100", "160.9", Direction.UP, ChangeVerdict.BEYOND),
        ("100", "152", Direction.UP, ChangeVerdict.WITHIN),  # the symmetric 48% would call it a change
        ("100", "58", Direction.DOWN, ChangeVerdict.BEYOND),  # and overlook this one
        ("42", "42", Direction.SAME, ChangeVerdict.WITHIN),
    ],
)
def test_ferritin_at_the_edges(before: str, after: str, direction: Direction, verdict: ChangeVerdict) -> None:
    found = pair(before, after)
    assert (found.direction, found.verdict, found.why) == (direction, verdict, "")
    assert found.percent == pytest.approx(100 * (float(after) / float(before) - 1))
    assert found.limits is not None


def test_the_verdict_does_not_depend_on_the_unit() -> None:
    table = "analyte|value|unit|date\nferritin|100|ng/mL|2026-06-01\nferritin|137.08|pmol/L|2026-10-01"
    before, after = rows_of(table)  # 61.0 ug/L
    assert real_change(after, before, knowledge()).verdict is ChangeVerdict.BEYOND


def test_an_analyte_without_variation_is_not_judged() -> None:
    found = pair("10", "1000", "crp", "mg/L")
    assert (found.verdict, found.limits) == (ChangeVerdict.NOT_KNOWN, None)
    assert found.verdict == "expected variation not known"


def test_the_tables_decide() -> None:
    tables = knowledge()
    header = "analyte|value|unit|date"
    table = f"{header}\nferritin|100|ug/L|2026-06-01\nferritin|90|ug/L|2026-10-01"
    before, after = rows_of(table)
    steady = replace(tables.variation["ferritin"], cvi=Decimal("1"), cva=None)
    other = replace(tables, variation={**tables.variation, "ferritin": steady})
    surer = replace(tables.parameters["rcv_z"], value=Decimal("0.1"))
    bolder = replace(tables, parameters={**tables.parameters, "rcv_z": surer})
    assert real_change(after, before, tables).verdict is ChangeVerdict.WITHIN
    assert real_change(after, before, other).verdict is ChangeVerdict.BEYOND
    assert real_change(after, before, bolder).verdict is ChangeVerdict.BEYOND


COMPARED = """
same laboratory         | 54 @North                     | 42 @North                     |
laboratory never stated | 54                            | 42                            |
other laboratory        | 54 @North                     | 42 @South                     | other laboratory
stated on one side      | 54 @North                     | 42                            | stated on one side
earlier censored        | <5                            | 42                            | censored
latest censored         | 54                            | >1000                         | censored
earlier conflicting     | 54 !conflicting_results       | 42                            | conflicting
latest conflicting      | 54                            | 42 !conflicting_results       | conflicting
latest preliminary      | 54                            | 42 #preliminary               | preliminary
earlier preliminary     | 54 #preliminary               | 42                            | preliminary
corrected is final      | 54                            | 42 #corrected                 |
state not stated        | 54 #not_stated                | 42                            |
earlier withdrawn       | 54 #entered_in_error          | 42                            | withdrawn
latest unusual          | 54                            | 42 !implausible               | unusual value
unit in doubt           | 54 !unit_suspect              | 42                            | unusual value
computed from too much  | 54 !computed+computed_invalid | 42 !computed                  | unusual value
far from the others     | 54                            | 42 !delta                     |
computed and reported   | 54 !computed                  | 42                            | other reported
computed in two ways    | 54 !computed+from_tibc        | 42 !computed+from_transferrin | in another way
computed in one way     | 54 !computed+from_tibc        | 42 !computed+from_tibc        |
previous result 0       | 0                             | 42                            | previous result 0
"""


@pytest.mark.parametrize("line", COMPARED.strip().splitlines(), ids=lambda line: line.split("|")[0].strip())
def test_what_may_be_compared(line: str) -> None:
    _, before, after, why = (cell.strip() for cell in line.split("|"))
    rows = ["analyte|value|unit|date|lab|status|notes"]
    for text, day in ((before, "2026-06-01"), (after, "2026-10-01")):
        value, *rest = text.split()
        marks = {part[0]: part[1:].replace("+", " ") for part in rest}
        rows.append("|".join(["ferritin", value, "ng/mL", day, *(marks.get(sign, "") for sign in "@#!")]))
    frame = assess(results("\n".join(rows)), knowledge())
    first, last = records(frame)
    found = real_change(last, first, knowledge())
    assert (found.verdict is ChangeVerdict.NOT_COMPARABLE) == bool(why)
    assert why in found.why if why else found.why == ""
    if why:
        assert (found.direction, found.percent, found.limits) == (None, None, None)
        said = change_since(last, first, knowledge(), UnitSystem.CONVENTIONAL)
        assert said.amount is None and f"not compared: {found.why}" in said.words


def test_relative_and_calendar_time_have_no_common_span() -> None:
    rows = rows_of("analyte|value|unit|date\nferritin|54|ng/mL|1700-01-05\nferritin|42|ng/mL|2026-10-01")
    assert real_change(rows[1], rows[0], knowledge()).why == "no common time"


# --- words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "analyte", "unit", "words"),
    [
        ("54.5", "42.0", "ferritin", "ng/mL", "−12.5 ng/mL in 4 months, within expected variation"),
        ("54.5", "20.0", "ferritin", "ng/mL", "−34.5 ng/mL in 4 months, more than expected variation"),
        ("54", "54", "ferritin", "ng/mL", "no change in 4 months, within expected variation"),
        ("5", "9", "crp", "mg/L", "+4 mg/L in 4 months, expected variation not known"),
        ("40", "42.25", "ferritin", "ng/mL", "+2.25 ng/mL in 4 months, within expected variation"),
        ("42.25", "40", "ferritin", "ng/mL", "−2.25 ng/mL in 4 months, within expected variation"),
        ("0.9", "0.5", "crp", "mg/L", "−0.4 mg/L in 4 months, expected variation not known"),
    ],
)
def test_change_in_words(before: str, after: str, analyte: str, unit: str, words: str) -> None:
    header = "analyte|value|unit|date"
    rows = rows_of(
        f"{header}\n{analyte}|{before}|{unit}|2026-06-01\n{analyte}|{after}|{unit}|2026-10-01", analyte
    )
    found = change_since(rows[1], rows[0], knowledge(), UnitSystem.CONVENTIONAL)
    assert isinstance(found, Change) and found.words == words


def test_computed_saturations_compare_among_themselves() -> None:
    header = "analyte|value|unit|date"
    table = (
        f"{header}\niron|60|ug/dL|2026-06-01\ntibc|330|ug/dL|2026-06-01\n"
        "iron|66|ug/dL|2026-10-01\ntibc|330|ug/dL|2026-10-01"
    )
    frame = usable(together(*assessed_with_computed(results(table), knowledge())))
    first, last = records(frame[frame["analyte"] == "transferrin_saturation"])
    said = change_since(last, first, knowledge(), UnitSystem.CONVENTIONAL)
    assert said.words == "+1.8 percentage points in 4 months, within expected variation"


# --- slopes ----------------------------------------------------------------------------------------------


def slope(*points: str, unit: str = "ng/mL", tables: Knowledge | None = None) -> Slope | None:
    """Slope of ferritin through "date value [@laboratory] [!note]"."""
    rows = ["analyte|value|unit|date|lab|notes"]
    for point in points:
        day, value, *rest = point.split()
        marks = {part[0]: part[1:] for part in rest}
        rows.append(f"ferritin|{value}|ng/mL|{day}|{marks.get('@', '')}|{marks.get('!', '')}")
    return slope_of(rows_of("\n".join(rows)), tables or knowledge(), unit)


def test_slope_is_taken_on_dates_never_on_the_number_of_the_result() -> None:
    # one straight line of -24 ng/mL a year, drawn at uneven times
    line = slope("2024-01-01 100", "2024-02-01 97.9630", "2026-01-01 52.0", "2026-03-01 48.1232")
    assert line is not None and line.per_year == pytest.approx(-24, abs=0.05)
    assert (line.results, line.days, line.unit) == (4, 790, "ng/mL")
    assert line.words == "−24 ng/mL a year over 2.2 years (4 results)"


@pytest.mark.parametrize(
    ("per_year", "words"),
    [
        (-123.4, "−120 ng/mL a year"),
        (10.0, "+10 ng/mL a year"),
        (9.5, "+9.5 ng/mL a year"),
        (5.26, "+5.3 ng/mL a year"),
        (-0.526, "−0.53 ng/mL a year"),
        (0.0526, "+0.053 ng/mL a year"),
        (0.0, "no change a year"),
    ],
)
def test_a_slope_is_said_with_two_digits(per_year: float, words: str) -> None:
    assert Slope(per_year, "ng/mL", 4, 790).words == f"{words} over 2.2 years (4 results)"


def test_slope_equals_least_squares_by_hand() -> None:
    found = slope("2025-01-01 40", "2025-07-02 60", "2026-01-01 50")  # 0, 182, 365 days
    days, values = [0, 182, 365], [40, 60, 50]
    mean, middle = sum(days) / 3, sum(values) / 3
    by_day = sum((d - mean) * (v - middle) for d, v in zip(days, values, strict=True))
    by_day /= sum((d - mean) ** 2 for d in days)
    assert found is not None and found.per_year == pytest.approx(by_day * 365.25)


@pytest.mark.parametrize(
    ("points", "results_used"),
    [
        (("2025-01-01 40", "2026-01-01 50"), None),  # two points always lie on a line
        (("2025-01-01 40", "2026-01-01 50", "2026-01-01 51"), None),  # nor do two of one day make a third
        (("2025-01-01 40", "2025-02-01 45", "2025-03-01 50"), None),  # 59 days
        (("2025-01-01 40", "2025-02-01 45", "2025-04-01 50"), 3),  # 90 days
        (("2025-01-01 40", "2025-02-01 45", "2025-03-31 50"), None),  # 89 days
        (("2024-01-01 9", "2025-01-01 40 @A", "2025-06-01 45 @A", "2025-12-01 50 @A"), 3),
        (("2025-01-01 40 @A", "2025-06-01 45 @B", "2025-12-01 50 @B"), None),
        (("2025-01-01 40", "2025-03-01 <5", "2025-06-01 45", "2025-12-01 50"), None),
        (("2025-01-01 40", "2025-06-01 45", "2025-12-01 50", "2026-01-01 <5"), None),
        (("2025-01-01 40 !conflicting_results", "2025-06-01 45", "2025-12-01 50"), None),
        ((), None),
    ],
)
def test_slope_needs_three_comparable_results_over_three_months(
    points: tuple[str, ...], results_used: int | None
) -> None:
    found = slope(*points)
    assert (found.results if found else None) == results_used


def test_slope_in_another_unit_and_by_the_tables() -> None:
    points = ("2025-01-01 40", "2025-07-02 60", "2026-01-01 50")
    conventional, molar = slope(*points), slope(*points, unit="pmol/L")
    assert conventional and molar
    assert molar.per_year == pytest.approx(conventional.per_year / 0.445)
    assert not math.isclose(molar.per_year, conventional.per_year)
    tables = knowledge()
    for name in ("slope_results", "slope_days"):
        more = replace(tables.parameters[name], value=Decimal(1000))
        assert slope(*points, tables=replace(tables, parameters={**tables.parameters, name: more})) is None
