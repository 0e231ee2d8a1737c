"""Chapter: silence is never an all clear, on the page as in the report."""

from __future__ import annotations

import pytest

from rls_dash.findings.model import Cited, Finding, NotEvaluated, PatientFindings
from rls_dash.findings.undecided import quiet_words
from rls_dash.knowledge import Urgency
from rls_dash.model import Evidence, Truth

CITED = (Cited("AASM25", "AASM 2025", Evidence.SECONDARY),)
OPEN = (NotEvaluated("I3", ("transferrin_saturation",), ""), NotEvaluated("V1", ("vitamin_b6",), ""))


def found(*urgencies: Urgency, undecided: tuple[NotEvaluated, ...] = OPEN) -> PatientFindings:
    own = tuple(Finding("M5", "M5", one, Truth.TRUE, "text", (), (), CITED, ()) for one in urgencies)
    return PatientFindings("P1", own, undecided)


def test_no_finding_at_all_says_how_much_was_not_evaluated() -> None:
    said = "No rule speaks up in what was measured; 2 rules could not be evaluated. This is not an all clear."
    assert quiet_words(found()) == said


def test_findings_for_information_alone_are_not_taken_for_attention() -> None:
    assert quiet_words(found(Urgency.INFO)).startswith("No stop, act or note in what was measured; 2 rules")
    assert "rules" not in quiet_words(found(Urgency.INFO, undecided=()))


@pytest.mark.parametrize("urgency", [Urgency.STOP, Urgency.ACT, Urgency.NOTE])
def test_nothing_of_the_kind_is_said_beside_a_finding_that_asks_for_attention(urgency: Urgency) -> None:
    assert quiet_words(found(urgency, Urgency.INFO)) == ""
