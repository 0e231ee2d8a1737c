"""Chapter: what the engine adds to a verdict: stops, grades of sources, and how findings are counted."""

from __future__ import annotations

from dataclasses import replace

from rls_dash.findings.counts import counts_text
from rls_dash.findings.engine import findings_of
from rls_dash.findings.model import Finding
from rls_dash.findings.rules import RULES
from rls_dash.findings.undecided import old_words
from tests.spec.clinic import knowledge
from tests.spec.findings.cases import case

HELD = {"code": "unit_missing", "analyte": "folate", "source_file": "labs.csv", "source_row": 9}
LINES = "ferritin 90 ug/L 2026-10-01 08:00\ntransferrin_saturation 25 % 2026-10-01 08:00"


def found() -> dict[str, Finding]:
    one = findings_of(replace(case(LINES), held=[HELD]), RULES)
    return {each.wording_id: each for each in one.findings}


def test_a_stop_about_a_row_takes_no_supplement_out_of_any_finding() -> None:
    assert found()["Q1"].urgency.value == "stop"
    assert [key for key, one in found().items() if one.stopped] == []


def test_each_further_source_carries_its_own_grade() -> None:
    grades = {who.source: who.evidence.value for who in found()["I2"].sources}
    assert grades["AASM25"] == "secondary"
    one = findings_of(case("ferritin 60 ug/L"), RULES).findings
    low = next(each for each in one if each.wording_id == "I1")
    assert {who.source: who.evidence.value for who in low.sources} == {
        "AASM25": "secondary",
        "IRLSSG18": "primary",
        "MAYO21": "secondary",
    }


def test_a_stop_about_a_row_counts_as_a_note_of_the_patient() -> None:
    one = findings_of(replace(case(LINES), held=[HELD]), RULES)
    assert sorted(each.rule_id for each in one.findings if each.urgency.value != "info") == ["I2", "I8", "Q1"]
    assert counts_text(one) == "1 act, 2 note"
    high = findings_of(case("ferritin 400 ug/L 2026-10-01 08:00"), RULES)
    assert counts_text(high).startswith("1 stop")


def test_an_illness_brings_no_substance_and_a_child_no_limit_of_adults() -> None:
    ill = findings_of(case("", events=["illness|iron deficiency", "medicine|levothyroxine"]), RULES)
    assert "D1" not in {each.rule_id for each in ill.findings}
    child = findings_of(case("magnesium 0.6 mmol/L", age=9), RULES)
    assert "M1" not in {each.rule_id for each in child.findings}
    assert "not stated for this age" in next(one.why for one in child.not_evaluated if one.rule_id == "M1")


def test_in_pregnancy_its_finding_leads_and_the_general_limits_follow() -> None:
    """What no limit was made for must not stand first: the eye stops at the first line that says iron."""
    low = "ferritin 13 ug/L"  # without a saturation, so that S4 speaks as well
    acts = [one for one in findings_of(case(low, sex="female", age=31, pregnant=True)).findings]
    urgent = [one.rule_id for one in acts if one.urgency.value == "act"]
    assert urgent == ["I7", "S4", "I1", "I5"]
    not_pregnant = findings_of(case(low, sex="female", age=31, pregnant=False)).findings
    assert [one.rule_id for one in not_pregnant if one.urgency.value == "act"] == ["S4", "I1", "I5"]


def test_a_stop_still_stands_before_the_finding_of_pregnancy() -> None:
    lines = "ferritin 13 ug/L\ntransferrin_saturation 50 %"
    one = findings_of(case(lines, sex="female", age=31, pregnant=True)).findings
    assert [each.urgency.value for each in one][:2] == ["stop", "act"]
    assert next(each.rule_id for each in one if each.urgency.value == "act") == "I7"


def test_a_finding_on_old_results_names_the_old_ones_and_no_other() -> None:
    lines = "ferritin 60 ug/L 2026-10-01\nmagnesium 0.8 mmol/L 2025-01-09\negfr 55 - 2025-02-03"
    one = {each.rule_id: each for each in findings_of(case(lines), RULES).findings}
    assert (
        old_words(one["M2"], knowledge())
        == "Rests on a result older than 12 months: magnesium of 09 Jan 2025."
    )
    assert one["M2"].historical and not one["I1"].historical and old_words(one["I1"], knowledge()) == ""
    assert old_words(one["Q7"], knowledge()) == "", "it names them itself"
    both = replace(one["M2"], old=(one["M2"].old[0], one["Q7"].inputs[-1]))
    said = "Rests on results older than 12 months: magnesium of 09 Jan 2025, eGFR of 03 Feb 2025."
    assert old_words(both, knowledge()) == said
