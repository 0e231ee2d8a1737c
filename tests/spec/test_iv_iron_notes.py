"""Chapter: what was drawn too soon after iron by vein is compared with nothing, wherever two results meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pandas as pd

from rls_dash.context.events import Event, EventKind
from rls_dash.figures.trend import trend_info
from rls_dash.findings.compose import Beside, interpreted
from rls_dash.interpret.compare import compare_days
from rls_dash.interpret.iv_iron import TOO_EARLY, with_early_notes
from rls_dash.interpret.words import UnitSystem
from rls_dash.schema import empty_issues
from tests.spec.clinic import knowledge, results, rows_with

AS_OF = date(2026, 11, 1)
GIVEN = Event("P1", EventKind.INFUSION, "ferric carboxymaltose", Decimal(1000), "mg", "", date(2026, 3, 1))
TABLE = """
analyte                | value | date       | patient_id | lab
ferritin               | 40    | 2026-02-01 | P1         | North
ferritin               | 420   | 2026-03-15 | P1         | North
transferrin_saturation | 60    | 2026-03-15 | P1         | North
hemoglobin             | 130   | 2026-03-15 | P1         | North
ferritin               | 150   | 2026-06-15 | P1         | North
ferritin               | 420   | 2026-03-15 | P2         | North
"""


def noted(table: str = TABLE, *events: Event) -> list[tuple[str, str, str]]:
    rows = with_early_notes(results(table), {"P1": events or (GIVEN,)}, knowledge())
    return rows_with(TOO_EARLY, rows)


def test_only_the_iron_panel_of_the_patient_who_was_given_iron_is_noted() -> None:
    assert noted() == [("P1", "ferritin", "420.0"), ("P1", "transferrin_saturation", "60.0")]


def test_the_first_day_that_is_not_too_early_carries_no_note() -> None:
    days = int(knowledge().parameters["iv_iron_too_early_days"].value)
    given = pd.Timestamp(GIVEN.started_on)
    for after, expected in ((0, 1), (days - 1, 1), (days, 0)):
        day = (given + pd.Timedelta(days=after)).date().isoformat()
        assert len(noted(f"analyte|value|date\nferritin|420|{day}")) == expected, after


def test_iron_by_mouth_makes_no_note_and_no_event_leaves_the_rows_as_they_are() -> None:
    tablets = replace(GIVEN, kind=EventKind.SUPPLEMENT, route="oral", name="ferrous sulfate")
    assert noted(TABLE, tablets) == []
    rows = results(TABLE)
    assert with_early_notes(rows, {}, knowledge()) is rows


def test_other_notes_stay_and_rows_are_not_changed_in_place() -> None:
    rows = results("analyte|value|date|notes\nferritin|420|2026-03-15|implausible")
    found = with_early_notes(rows, {"P1": (GIVEN,)}, knowledge())
    assert found["notes"].tolist() == [f"implausible {TOO_EARLY}"]
    assert rows["notes"].tolist() == ["implausible"]


def test_trend_header_and_two_dates_say_why_there_is_no_change() -> None:
    beside = Beside({}, {"P1": (GIVEN,)}, {})
    found = interpreted(results(TABLE), empty_issues(), knowledge(), AS_OF, beside)
    own = found.rows[found.rows["patient_id"] == "P1"]
    header = trend_info(own, knowledge(), AS_OF, events=(GIVEN,)).panels[0].header
    assert header.change.startswith("not compared: too soon after iron by vein")
    days = (date(2026, 2, 1), date(2026, 3, 15))
    ferritin = compare_days(own, knowledge(), *days, UnitSystem.SI)[0]
    assert ferritin.change.startswith("not compared: too soon after iron by vein")
    fair = compare_days(own, knowledge(), days[0], date(2026, 6, 15), UnitSystem.SI)[0]
    assert "more than expected variation" in fair.change
