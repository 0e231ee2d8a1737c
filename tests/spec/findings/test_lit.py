"""Chapter: what lights up when a finding is chosen."""

from __future__ import annotations

from rls_dash.findings.lit import NOTHING, keyed, lit_by
from rls_dash.findings.model import Cited, Finding, Input
from rls_dash.knowledge import Urgency
from rls_dash.model import Evidence, Truth

TESTS = ("ferritin", "transferrin_saturation")


def finding(wording: str, *inputs: Input, about: str = "") -> Finding:
    rule = wording.partition(".")[0]
    cited = (Cited("AASM25", "AASM 2025", Evidence.SECONDARY),)
    return Finding(rule, wording, Urgency.ACT, Truth.TRUE, "text", inputs, (), cited, (), about)


def test_a_finding_lights_the_lines_of_its_results_and_its_supplement() -> None:
    ferritin = Input("ferritin", "ferritin 42", 42.0, source_file="labs.csv", source_row=7)
    tsat = Input("transferrin_saturation", "TSAT 15", 15.0, source_file="other.csv", source_row=3)
    lit = lit_by(finding("I1.both", ferritin, tsat, about="iron"), TESTS)
    assert lit.results == {("labs.csv", 7), ("other.csv", 3)}
    assert (lit.rule_id, lit.supplement) == ("I1", "iron")


def test_an_event_or_a_fact_has_no_point_even_when_it_stands_in_a_file() -> None:
    event = Input("event:iron", "iron since 2025", source_file="events.csv", source_row=2)
    fact = Input("dialysis", "dialysis recorded")
    assert lit_by(finding("T3", event, fact), TESTS).results == frozenset()


def test_nothing_chosen_lights_nothing() -> None:
    assert lit_by(None, TESTS) is NOTHING
    assert not NOTHING
    assert lit_by(finding("I1"), TESTS), "a finding without results is still chosen"


def test_keys_tell_findings_of_one_wording_apart_and_keep_their_order() -> None:
    every = [finding("Q8"), finding("I1"), finding("Q8"), finding("Q8.unverified"), finding("Q8")]
    assert list(keyed(every)) == ["Q8", "I1", "Q8#1", "Q8.unverified", "Q8#2"]
    assert [one.wording_id for one in keyed(every).values()] == [one.wording_id for one in every]
