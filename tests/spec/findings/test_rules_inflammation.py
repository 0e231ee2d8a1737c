"""Chapter: C1 to C3 inflammation, T1 to T4 the time at which the iron panel was drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rls_dash.findings.engine import findings_of
from rls_dash.findings.iron_status import iron_panel
from rls_dash.findings.model import Finding
from rls_dash.findings.rules import inflammation, iron, kidney, stops
from rls_dash.knowledge import Knowledge
from tests.spec.clinic import knowledge
from tests.spec.findings.cases import patient, rows, wordings
from tests.spec.findings.edges import edge_cases

RULES = (*stops.RULES, *inflammation.RULES, *iron.RULES, *kidney.RULES)
RULE = {rule.rule_id: rule for rule in inflammation.RULES}


def said(rule: str, results: str, about: str = "", **more) -> str:
    return ", ".join(wordings(RULE[rule], patient(results, about, **more)))


def found(results: str, about: str = "", **more) -> dict[str, Finding]:
    return {one.wording_id: one for one in findings_of(patient(results, about, **more), RULES).findings}


def events(text: str) -> list[str]:
    return [one.strip().replace("&", "|") for one in text.split(";") if one.strip()]


def with_limit(limit: str, **numbers: str) -> Knowledge:
    tables = knowledge()
    changed = replace(tables.limits[limit], **{name: Decimal(number) for name, number in numbers.items()})
    return replace(tables, limits={**tables.limits, limit: changed})


def with_parameter(parameter: str, value: str) -> Knowledge:
    tables = knowledge()
    changed = replace(tables.parameters[parameter], value=Decimal(value))
    return replace(tables, parameters={**tables.parameters, parameter: changed})


# rule | limit | beside | about | just below | at | just above
EDGES = """
C1 | crp 5 mg/L        | ferritin 90 ug/L | - | - | - | C1
C1 | hs_crp 5 mg/L     | ferritin 90 ug/L | - | - | - | C1.hs_crp
C1 | ferritin 75 ug/L  | crp 12 mg/L      | - | - | - | C1
C1 | ferritin 200 ug/L | crp 12 mg/L      | - | C1 | C1 | C1.above
C1 | ferritin 300 ug/L | crp 12 mg/L      | - | C1.above | C1.above | -
C2 | ferritin 75 ug/L  | -                | - | - | - | C2
C2 | ferritin 300 ug/L | -                | - | C2 | C2 | -
C3 | crp 5 mg/L        | ferritin 60 ug/L | - | - | - | C3
C3 | hs_crp 5 mg/L     | ferritin 60 ug/L | - | - | - | C3.hs_crp
C3 | ferritin 75 ug/L  | crp 12 mg/L      | - | C3 | C3 | -
T4 | ferritin 1200 ug/L | tsat 30 % !computed | - | - | - | T4
"""


@pytest.mark.parametrize(("rule", "result", "beside", "about", "expected"), edge_cases(rows(EDGES)))
def test_at_and_around_each_limit_in_each_unit(rule, result, beside, about, expected) -> None:
    assert said(rule, f"{result}; {beside}".strip("; "), about) == expected


# rule | results | outcome; "?" is listed as not evaluated
CRP = """
C1 | ferritin 90 ug/L                                          | ?
C1 | ferritin 60 ug/L                                          | -
C1 | crp 12 mg/L                                               | ?
C1 | ferritin 90 ug/L; crp <5 mg/L                             | -
C1 | ferritin 90 ug/L; crp <=5 mg/L                            | -
C1 | ferritin 90 ug/L; crp <10 mg/L                            | ?
C1 | ferritin 90 ug/L; crp >=5 mg/L                            | ?
C1 | ferritin 90 ug/L; crp >5 mg/L                             | C1
C1 | ferritin 90 ug/L; crp 0.8 mg/dL                           | C1
C1 | ferritin 90 ug/L; crp 0.5 mg/dL                           | -
C1 | ferritin <100 ug/L; crp 12 mg/L                           | ?
C1 | ferritin >75 ug/L; crp 12 mg/L                            | ?
C1 | ferritin >200 ug/L; crp 12 mg/L                           | -
C1 | ferritin 212 ug/L; crp <10 mg/L                           | ?
C1 | ferritin 212 ug/L; crp 2 mg/L                             | -
C1 | ferritin 900 ug/L; crp 38.4 mg/L                          | -
C1 | ferritin 212 ug/L; hs_crp 38.4 mg/L                       | C1.above.hs_crp
C1 | ferritin <=75 ug/L; crp 12 mg/L                           | -
C1 | ferritin <100 ug/L; crp 2 mg/L                            | -
C1 | ferritin 90 ug/L; crp 2 mg/L; hs_crp 8 mg/L               | C1.hs_crp
C1 | ferritin 90 ug/L; crp 12 mg/L; hs_crp 2 mg/L              | C1
C1 | ferritin 90 ug/L; crp 2 mg/L; hs_crp 2 mg/L               | -
C1 | ferritin 90 ug/L; crp <10 mg/L; hs_crp 2 mg/L             | ?
C1 | ferritin 90 ug/L 2026-09-10; crp 12 mg/L 2026-09-03       | C1
C1 | ferritin 90 ug/L 2026-09-10; crp 12 mg/L 2026-09-17       | C1
C1 | ferritin 90 ug/L 2026-09-10; crp 12 mg/L 2026-09-02       | ?
C1 | ferritin 90 ug/L 2026-09-10; crp 12 mg/L 2026-09-18       | ?
C1 | ferritin 90 ug/L 2026-09-10; crp 12 mg/L 2026-09-10; crp 2 mg/L 2026-10-10 | C1
C1 | ferritin 90 ug/L 2026-09-10; crp 2 mg/L 2026-09-10; crp 12 mg/L 2026-09-14 | -
C2 | ferritin 90 ug/L; crp 2 mg/L                              | -
C2 | ferritin 90 ug/L; hs_crp 2 mg/L                           | -
C2 | ferritin 90 ug/L; crp <10 mg/L                            | -
C2 | ferritin 90 ug/L 2026-09-10; crp 12 mg/L 2026-09-18       | C2
C2 | ferritin 90 ug/L 2026-09-10; crp 12 mg/L 2026-09-17       | -
C2 | ferritin <=300 ug/L                                       | ?
C2 | ferritin <5 ug/L                                          | -
C2 | ferritin >2000 ug/L                                       | -
C2 | -                                                         | ?
C3 | ferritin 60 ug/L                                          | ?
C3 | ferritin 60 ug/L; crp 2 mg/L                              | -
C3 | ferritin <5 ug/L; crp 12 mg/L                             | C3
C3 | ferritin <100 ug/L; crp 12 mg/L                           | ?
C3 | ferritin >75 ug/L; crp 12 mg/L                            | -
C3 | ferritin 60 ug/L; crp <10 mg/L                            | ?
C3 | -                                                         | ?
"""


@pytest.mark.parametrize(("rule", "results", "expected"), rows(CRP))
def test_inflammation(rule, results, expected) -> None:
    assert said(rule, results) == expected
    assert said(rule, results, "age=9") == expected and said(rule, results, "age=?") == expected


def test_the_ferritin_and_the_crp_are_printed_with_their_limits() -> None:
    one = found("ferritin 90 ng/mL; crp 0.8 mg/dL")["C1"]
    assert "Ferritin 90 ng/mL (01 Oct 2026) is above 75 and at or below 200" in one.text
    assert "CRP 0.8 mg/dL (01 Oct 2026), which is above 5 mg/L (BRINDA 2017, primary)" in one.text
    assert "28 days" in one.text
    missing = found("ferritin 90 ug/L 2026-09-10; crp 12 mg/L 2026-08-01")["C2"]
    assert missing.missing == ("crp",)
    assert "CRP 12 mg/L (01 Aug 2026) is from another time than the ferritin" in missing.text


def test_a_high_ferritin_beside_a_raised_crp_is_said_not_to_rule_out_low_iron() -> None:
    """Up to 300 rule C2 asks for a CRP, so a CRP of 38 must stand in a finding; above, the stop S1 speaks."""
    one = found("ferritin 212 ng/mL; tsat 13 %; crp 38.4 mg/L")["C1.above"]
    assert "CRP 38.4 mg/L (01 Oct 2026), which is above 5 mg/L (BRINDA 2017, primary)" in one.text
    assert "does not rule out low iron" in one.text and "saturation is what to judge by" in one.text
    assert [who.source for who in one.sources][:1] == ["BRINDA"]


def test_conflicting_crp_results_are_not_used() -> None:
    results = "ferritin 90 ug/L; crp 2 mg/L !conflicting_results; crp 12 mg/L !conflicting_results"
    assert (said("C1", results), said("C2", results)) == ("?", "C2")
    assert "CRP: conflicting results of 01 Oct 2026" in found(results)["C2"].text


# --- T1: iron by vein ------------------------------------------------------------------------------------

# collected | events | outcome
BY_VEIN = """
2026-09-01 | infusion&iron sucrose&1000 mg&iv&2026-08-05            | T1
2026-09-01 | infusion&iron sucrose&1000 mg&iv&2026-08-04            | T1.early
2026-09-01 | infusion&iron sucrose&1000 mg&iv&2026-07-08            | T1.early
2026-09-01 | infusion&iron sucrose&1000 mg&iv&2026-07-07            | -
2026-09-01 | infusion&iron sucrose&1000 mg&iv&2026-09-01            | T1
2026-09-01 | infusion&iron sucrose&1000 mg&iv&2026-09-02            | -
2026-09-01 | infusion&iron sucrose&1000 mg&iv&2026-05-01; infusion&iron sucrose&200 mg&iv&2026-08-20 | T1
2026-09-01 | medicine&ferric carboxymaltose&1000 mg&i.v.&2026-08-20 | T1
2026-09-01 | supplement&ferrous sulfate&65 mg&oral&2026-08-20       | -
2026-09-01 | infusion&saline&&iv&2026-08-20                         | -
2026-09-01 | illness&iron deficiency&&&2026-08-20                   | -
2026-09-01 | infusion&iron sucrose&1000 mg&iv                       | ?T1.date_needed
2026-09-01 | infusion&iron sucrose&&iv; infusion&iron sucrose&&iv&2026-08-20 | ?T1.date_needed, T1
2026-09-01 | -                                                      | ?
-          | infusion&iron sucrose&1000 mg&iv                       | -
0999-06-01 | infusion&iron sucrose&1000 mg&iv&2026-08-20            | ?
"""


@pytest.mark.parametrize(("collected", "given", "expected"), rows(BY_VEIN))
def test_results_after_iron_by_vein(collected, given, expected) -> None:
    results = f"ferritin 300 ug/L {collected}; tsat 30 % {collected}" if collected else ""
    assert said("T1", results, events=events(given)) == expected


def test_iron_by_vein_names_both_results_once() -> None:
    given = events("infusion&iron sucrose&1000 mg&iv&2026-08-20")
    one = found("ferritin 300 ug/L 2026-09-01; tsat 30 % 2026-09-01", events=given)["T1"]
    assert one.text.startswith(
        "Ferritin 300 \u00b5g/L (01 Sep 2026) and TSAT 30 % (01 Sep 2026) taken 12 days after"
    )
    assert [each.name for each in one.inputs] == ["ferritin", "transferrin_saturation", "event:iron sucrose"]
    apart = "ferritin 300 ug/L 2026-09-01; tsat 30 % 2026-10-01"
    assert said("T1", apart, events=given) == "T1, T1.early"
    undated = found("ferritin 300 ug/L", events=events("infusion&iron sucrose&&iv"))["T1.date_needed"]
    assert undated.missing == ("events",) and undated.text.startswith("Iron sucrose has no date")


# --- T2: time of draw ------------------------------------------------------------------------------------

DRAWN = """
tsat 30 % 2026-09-01 07:40                              | -
tsat 30 % 2026-09-01 12:00                              | -
tsat 30 % 2026-09-01 12:01                              | T2
tsat 30 % 2026-09-01 23:59                              | T2
tsat 30 % 2026-09-01                                    | ?T2.time_unknown
iron 60 ug/dL 2026-09-01 15:00                          | T2
iron 60 ug/dL 2026-09-01 15:00; tsat 30 % 2026-09-01 15:00 | T2
iron 60 ug/dL 2026-09-01; tsat 30 % 2026-09-01; tibc 300 ug/dL 2026-09-01 | ?T2.time_unknown
ferritin 60 ug/L 2026-09-01 15:00                       | ?
-                                                       | ?
tsat 30 % 0999-06-01 15:00                              | ?T2.time_unknown
"""


@pytest.mark.parametrize(("results", "expected"), rows(DRAWN))
def test_the_time_of_draw(results, expected) -> None:
    assert said("T2", results) == expected


ON_THE_DAY = """
supplement&ferrous sulfate&65 mg&oral&2026-08-01            | ?T2.oral_iron
supplement&ferrous sulfate&65 mg&oral&2026-09-01            | ?T2.oral_iron
supplement&ferrous sulfate&65 mg&oral&2026-08-01&2026-08-31 | ?T2.oral_iron
supplement&ferrous sulfate&65 mg&oral&2026-08-01&2026-08-30 | -
supplement&ferrous sulfate&65 mg&oral&2026-09-02            | -
supplement&magnesium&250 mg&oral&2026-08-01                 | -
infusion&iron sucrose&200 mg&iv&2026-06-01                  | -
"""


@pytest.mark.parametrize(("given", "expected"), rows(ON_THE_DAY))
def test_iron_that_may_have_been_taken_before_the_draw(given, expected) -> None:
    assert said("T2", "tsat 30 % 2026-09-01 08:00", events=events(given)) == expected


def test_what_is_said_of_the_draw() -> None:
    one = found("tsat 30 % 2026-09-01 14:30")["T2"]
    assert "TSAT 30 % (01 Sep 2026) was drawn at 14:30, after noon" in one.text and "24 h" in one.text
    given = events("supplement&ferrous sulfate&65 mg&oral&2026-08-01")
    taken = found("tsat 30 % 2026-09-01 08:00", events=given)["T2.oral_iron"]
    assert "(ferrous sulfate 65 mg, since 01 Aug 2026): some may have been taken" in taken.text
    assert found("tsat 30 %")["T2.time_unknown"].missing == ("time_of_draw",)


# --- T3: a new panel on oral iron ------------------------------------------------------------------------

# as of 1 November 2026: results | events | outcome
PANEL_DUE = """
-                           | supplement&ferrous sulfate&65 mg&oral&2026-08-09            | T3
-                           | supplement&ferrous sulfate&65 mg&oral&2026-08-10            | -
ferritin 60 ug/L 2026-08-08 | supplement&ferrous sulfate&65 mg&oral&2026-08-09            | T3
ferritin 60 ug/L 2026-08-09 | supplement&ferrous sulfate&65 mg&oral&2026-08-09            | -
tsat 30 % 2026-10-01        | supplement&ferrous sulfate&65 mg&oral&2026-08-09            | -
hemoglobin 13 g/dL 2026-10-01 | supplement&ferrous sulfate&65 mg&oral&2026-08-09          | T3
-                           | supplement&ferrous sulfate&65 mg&oral&2026-01-01&2026-10-01 | -
-                           | supplement&ferrous sulfate&65 mg&oral                       | -
-                           | supplement&magnesium&250 mg&oral&2026-01-01                 | -
-                           | infusion&iron sucrose&200 mg&iv&2026-01-01                  | ?
-                           | medicine&iron sucrose&200 mg&intravenous&2026-01-01         | -
-                           | supplement&iron&&&2026-10-01; supplement&ferrous sulfate&&&2026-01-01 | T3
-                           | -                                                           | ?
ferritin 60 ug/L 0999-06-01 | supplement&ferrous sulfate&65 mg&oral&2026-08-09            | ?
"""


@pytest.mark.parametrize(("results", "given", "expected"), rows(PANEL_DUE))
def test_a_new_panel_is_due_on_iron_by_mouth(results, given, expected) -> None:
    assert said("T3", results, events=events(given)) == expected


def test_what_is_said_of_the_panel_due() -> None:
    one = found("", events=events("supplement&ferrous sulfate&65 mg&oral&2026-01-01"))["T3"]
    assert "84 days or longer (ferrous sulfate 65 mg, since 01 Jan 2026)" in one.text
    assert one.missing == ("ferritin", "transferrin_saturation")


# --- T4: a saturation computed in vain -------------------------------------------------------------------

IN_VAIN = """
ferritin 1500 ug/L; tsat 30 % !computed  | T4
ferritin 1500 ug/L; tsat 30 %            | -
ferritin >2000 ug/L; tsat 30 % !computed | T4
ferritin >=1200 ug/L; tsat 30 % !computed | ?
ferritin >1000 ug/L; tsat 30 % !computed | ?
ferritin <1500 ug/L; tsat 30 % !computed | ?
ferritin <=1200 ug/L; tsat 30 % !computed | -
ferritin 60 ug/L; tsat 30 % !computed    | -
tsat 30 % !computed                      | -
ferritin 1500 ug/L 2026-09-01; tsat 30 % 2026-09-20 !computed | T4
ferritin 1500 ug/L 2026-08-01; tsat 30 % 2026-09-20 !computed | -
ferritin 1500 ug/L                       | -
"""


@pytest.mark.parametrize(("results", "expected"), rows(IN_VAIN))
def test_a_saturation_computed_beside_a_very_high_ferritin(results, expected) -> None:
    assert said("T4", results) == expected


def test_a_saturation_marked_when_it_was_computed() -> None:
    one = patient("ferritin 60 ug/L; tsat 30 %")
    one.rows[1]["notes"] = "computed computed_invalid"
    assert wordings(RULE["T4"], one) == ["T4.marked"]
    assert iron_panel(one).tsat is None
    one.rows[0].update(value=1500.0, reported_number=1500.0)
    assert wordings(RULE["T4"], one) == ["T4"]
    texts = {each.wording_id: each.text for each in findings_of(one, RULES).findings}
    assert "above 1200 \u00b5g/L" in texts["T4"] and "It decides no rule" in texts["T4"]


# --- time from a start nobody states ---------------------------------------------------------------------


def test_results_in_relative_time_pair_among_themselves_but_not_with_the_calendar() -> None:
    near = "ferritin 90 ug/L 0999-06-01; tsat 18 % 0999-06-20"
    assert iron_panel(patient(near)).paired
    assert not iron_panel(patient(near.replace("0999-06-20", "2026-06-20"))).paired
    assert not iron_panel(patient(near.replace("06-20", "07-20"))).paired


def test_of_visits_only_the_order_is_known_so_they_do_not_pair() -> None:
    one = patient("ferritin 90 ug/L 0999-06-01; tsat 18 % 0999-06-03")
    for row, visit in zip(one.rows, (1, 3), strict=True):
        row["collected_at"] = f"visit {visit}"
    assert not iron_panel(one).paired
    one.rows[1]["collected_on"] = one.rows[0]["collected_on"]
    assert iron_panel(replace(one)).paired


# --- knowledge is never code -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "numbers", "rule", "results", "before", "after", "says"),
    [
        ("crp_raised_5", {"low": "10"}, "C1", "ferritin 90 ug/L; crp 8 mg/L", "C1", "", ""),
        ("crp_raised_5", {"low": "3"}, "C3", "ferritin 60 ug/L; crp 4 mg/L", "", "C3", "above 3"),
        (
            "hs_crp_raised_5",
            {"low": "3"},
            "C1",
            "ferritin 90 ug/L; hs_crp 4 mg/L",
            "",
            "C1.hs_crp",
            "above 3",
        ),
        (
            "ferritin_crp_window_200",
            {"high": "250"},
            "C1",
            "ferritin 220 ug/L; crp 8 mg/L",
            "C1.above",
            "C1",
            "below 250",
        ),
        ("ferritin_crp_unknown_300", {"high": "400"}, "C2", "ferritin 350 ug/L", "", "C2", "below 400"),
        ("ferritin_rls_75", {"high": "50"}, "C3", "ferritin 60 ug/L; crp 8 mg/L", "C3", "", ""),
        (
            "ferritin_tsat_invalid_1200",
            {"low": "900"},
            "T4",
            "ferritin 1000 ug/L; tsat 30 % !computed",
            "",
            "T4",
            "above 900",
        ),
    ],
)
def test_another_number_in_the_table_is_another_finding(
    limit, numbers, rule, results, before, after, says
) -> None:
    tables = with_limit(limit, **numbers)
    assert (said(rule, results), said(rule, results, tables=tables)) == (before, after)
    if after:
        assert says in found(results, tables=tables)[after].text


@pytest.mark.parametrize(
    ("parameter", "value", "rule", "results", "given", "before", "after", "says"),
    [
        (
            "ferritin_crp_days",
            "30",
            "C1",
            "ferritin 90 ug/L 2026-09-01; crp 8 mg/L 2026-09-20",
            "",
            "?",
            "C1",
            "",
        ),
        ("illness_repeat_days", "42", "C1", "ferritin 90 ug/L; crp 8 mg/L", "", "C1", "C1", "42 days"),
        (
            "iv_iron_too_early_days",
            "14",
            "T1",
            "ferritin 90 ug/L",
            "infusion&iron&&iv&2026-09-10",
            "T1",
            "T1.early",
            "",
        ),
        (
            "iv_iron_early_days",
            "90",
            "T1",
            "ferritin 90 ug/L",
            "infusion&iron&&iv&2026-08-01",
            "",
            "T1.early",
            "90 days",
        ),
        ("draw_noon_hour", "10", "T2", "tsat 30 % 2026-09-01 11:00", "", "", "T2", ""),
        (
            "iron_before_draw_hours",
            "48",
            "T2",
            "tsat 30 % 2026-09-03 08:00",
            "supplement&iron&&&2026-01-01&2026-09-01",
            "",
            "?T2.oral_iron",
            "48 h",
        ),
        ("oral_iron_recheck_days", "30", "T3", "", "supplement&iron&&&2026-09-20", "", "T3", "30 days"),
        (
            "ferritin_tsat_days",
            "10",
            "T4",
            "ferritin 1500 ug/L 2026-09-01; tsat 30 % 2026-09-20 !computed",
            "",
            "T4",
            "",
            "",
        ),
    ],
)
def test_another_parameter_is_another_finding(
    parameter, value, rule, results, given, before, after, says
) -> None:
    tables = with_parameter(parameter, value)
    assert said(rule, results, events=events(given)) == before
    assert said(rule, results, events=events(given), tables=tables) == after
    if says:
        assert says in found(results, events=events(given), tables=tables)[after.removeprefix("?")].text


# --- all wordings of these chapters ----------------------------------------------------------------------


def test_relative_days_are_older_than_every_date() -> None:
    """Guards the tables above: a day before year 1000 stands for relative time here."""
    assert iron_panel(patient("ferritin 60 ug/L 0999-06-01")).ferritin.relative
    assert date(999, 6, 1).year == 999
