"""Chapter: two dates side by side, and what is new since the last visit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd

from rls_dash.context.events import Event, EventKind
from rls_dash.context.scores import Score
from rls_dash.interpret.change import ChangeVerdict
from rls_dash.interpret.compare import Compared, collection_days, compare_days, since
from rls_dash.interpret.limits import assess
from rls_dash.interpret.words import UnitSystem
from tests.spec.clinic import knowledge, results

TABLE = """
analyte     | value | unit  | date       | lab
ferritin    | 20    | ng/mL | 2026-01-10 | North
vitamin_b12 | 400   | pg/mL | 2026-01-10 | North
folate      | >20   | ng/mL | 2026-01-10 | North
ferritin    | 60    | ng/mL | 2026-06-10 | North
folate      | 9.1   | ng/mL | 2026-06-10 | North
magnesium   | 2.0   | mg/dL | 2026-06-10 | South
ferritin    | 66    | ng/mL | 2026-09-10 | South
"""
WINTER, SUMMER, AUTUMN = date(2026, 1, 10), date(2026, 6, 10), date(2026, 9, 10)


def rows(table: str = TABLE) -> pd.DataFrame:
    return assess(results(table), knowledge())


def compared(one: date, other: date, table: str = TABLE) -> dict[str, Compared]:
    found = compare_days(rows(table), knowledge(), one, other, UnitSystem.CONVENTIONAL)
    return {line.analyte: line for line in found}


def test_every_date_with_a_usable_result_is_offered_newest_first() -> None:
    withdrawn = TABLE + "ferritin | 70 | ng/mL | 2026-10-10 | South\n"
    frame = rows(withdrawn)
    frame.loc[frame.index[-1], "status"] = "entered_in_error"
    assert collection_days(frame) == (AUTUMN, SUMMER, WINTER)


def test_each_test_of_either_date_stands_with_both_values_and_its_change() -> None:
    found = compared(WINTER, SUMMER)
    assert list(found) == ["ferritin", "vitamin_b12", "folate", "magnesium"]
    ferritin = found["ferritin"]
    assert ferritin.earlier and ferritin.later
    assert (ferritin.earlier.text, ferritin.later.text) == ("20 ng/mL L", "60 ng/mL L")
    assert ferritin.change == "+40 ng/mL in 5 months, more than expected variation"
    assert ferritin.verdict is ChangeVerdict.BEYOND
    assert ferritin.expected == "\u221238% to +61%"


def test_the_order_in_which_dates_are_chosen_does_not_turn_the_change_round() -> None:
    assert compared(SUMMER, WINTER) == compared(WINTER, SUMMER)


def test_what_one_date_lacks_is_said_to_be_lacking_not_normal() -> None:
    found = compared(WINTER, SUMMER)
    assert found["vitamin_b12"].later is None and found["magnesium"].earlier is None
    assert found["vitamin_b12"].change == "" and found["vitamin_b12"].verdict is None


def test_what_cannot_be_compared_says_why_and_has_no_expected_change() -> None:
    folate = compared(WINTER, SUMMER)["folate"]
    assert folate.verdict is ChangeVerdict.NOT_COMPARABLE
    assert folate.change.startswith("not compared: censored") and folate.expected == ""
    moved = compared(SUMMER, AUTUMN)["ferritin"]
    assert moved.change.startswith("not compared: other laboratory")


def test_results_that_conflict_stand_together() -> None:
    table = """
analyte  | value | date       | notes
ferritin | 20    | 2026-01-10 |
ferritin | 60    | 2026-06-10 | conflicting_results
ferritin | 90    | 2026-06-10 | conflicting_results
"""
    later = compared(WINTER, SUMMER, table)["ferritin"].later
    assert later and "60 µg/L L and 90 µg/L" in later.text


def test_since_sets_the_latest_after_a_day_against_the_last_on_or_before_it() -> None:
    found = since(rows(), knowledge(), SUMMER, UnitSystem.CONVENTIONAL)
    assert [one.analyte for one in found.new] == ["ferritin"]
    assert found.new[0].earlier and found.new[0].earlier.day == SUMMER
    assert found.not_repeated == ("Vitamin B12", "Folate", "Magnesium")


def test_since_a_day_before_all_results_everything_is_new_and_nothing_is_compared() -> None:
    found = since(rows(), knowledge(), date(2025, 1, 1), UnitSystem.CONVENTIONAL)
    assert len(found.new) == 4 and not found.not_repeated
    assert all(one.earlier is None and one.change == "" for one in found.new)


def test_events_that_started_or_stopped_since_and_totals_since_are_told() -> None:
    def event(name: str, start: date | None, stop: date | None = None) -> Event:
        return Event("P1", EventKind.SUPPLEMENT, name, None, "", "", start, stop)

    events = (
        event("started", AUTUMN),
        event("stopped", WINTER, AUTUMN),
        event("runs on", WINTER),
        event("no dates", None),
    )
    scores = (Score("P1", "IRLS", Decimal(20), SUMMER), Score("P1", "IRLS", Decimal(12), AUTUMN))
    found = since(rows(), knowledge(), SUMMER, UnitSystem.CONVENTIONAL, events, scores)
    assert [one.name for one in found.events] == ["started", "stopped"]
    assert [one.total for one in found.scores] == [Decimal(12)]


def test_si_units_change_the_difference_not_the_reported_values() -> None:
    found = compare_days(rows(), knowledge(), SUMMER, WINTER, UnitSystem.SI)
    ferritin = next(one for one in found if one.analyte == "ferritin")
    assert ferritin.earlier and ferritin.earlier.text == "20 ng/mL L"
    assert ferritin.change.startswith("+40 µg/L")
