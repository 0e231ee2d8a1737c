"""Chapter: a ferritin beside a raised CRP is compared with nothing, wherever two results meet."""

from __future__ import annotations

from datetime import date

from rls_dash.figures.trend import trend_info
from rls_dash.findings.compose import Beside, interpreted
from rls_dash.interpret.compare import compare_days
from rls_dash.interpret.inflammation import INFLAMED, with_inflammation_notes
from rls_dash.interpret.words import UnitSystem
from rls_dash.interpret.worklist import worklist
from rls_dash.schema import empty_issues
from tests.spec.clinic import knowledge, results, rows_with

AS_OF = date(2026, 11, 1)
TABLE = """
analyte  | value | date       | patient_id | lab
ferritin | 60    | 2026-02-01 | P1         | North
ferritin | 210   | 2026-03-15 | P1         | North
crp      | 88    | 2026-03-16 | P1         | North
ferritin | 210   | 2026-03-15 | P2         | North
ferritin | 55    | 2026-03-15 | P3         | North
crp      | 2     | 2026-03-15 | P3         | North
"""


def noted(table: str = TABLE) -> list[tuple[str, str, str]]:
    rows = with_inflammation_notes(results(table), knowledge())
    return rows_with(INFLAMED, rows)


def test_only_the_ferritin_of_the_patient_and_the_days_of_the_raised_crp_is_noted() -> None:
    assert noted() == [("P1", "ferritin", "210.0")]


def test_without_a_raised_crp_the_rows_stay_as_they_are() -> None:
    rows = results(TABLE.replace("| 88 ", "| 5 "))
    assert with_inflammation_notes(rows, knowledge()) is rows


def test_other_notes_stay_and_a_withdrawn_crp_notes_nothing() -> None:
    head = "analyte|value|date|notes|status\nferritin|210|2026-03-15|implausible|final\n"
    rows = results(head + "crp|88|2026-03-15||final")
    assert with_inflammation_notes(rows, knowledge())["notes"].tolist() == [f"implausible {INFLAMED}", ""]
    assert rows["notes"].tolist() == ["implausible", ""]
    assert noted(head + "crp|88|2026-03-15||cancelled") == []


def test_trend_header_two_dates_and_the_list_say_why_there_is_no_change() -> None:
    found = interpreted(results(TABLE), empty_issues(), knowledge(), AS_OF, Beside())
    own = found.rows[found.rows["patient_id"] == "P1"]
    why = "not compared: drawn with a raised CRP"
    assert trend_info(own, knowledge(), AS_OF).panels[0].header.change.startswith(why)
    two = compare_days(own, knowledge(), date(2026, 2, 1), date(2026, 3, 15), UnitSystem.SI)
    assert next(one for one in two if "Ferritin" in one.label).change.startswith(why)
    listed = worklist(found.rows, knowledge(), AS_OF).set_index("patient_id")
    assert listed.loc["P1", "ferritin_change"].startswith(why)
