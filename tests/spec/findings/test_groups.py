"""Chapter: the filters of the list of patients say what the findings say, and nothing else."""

from __future__ import annotations

import pytest

from rls_dash.findings.engine import findings_of
from rls_dash.findings.groups import Group, groups_of
from rls_dash.findings.model import Cited, Finding, Input, PatientFindings
from rls_dash.knowledge import Urgency
from rls_dash.model import Evidence, Truth
from tests.spec.findings.cases import case

CITED = (Cited("AASM25", "AASM 2025", Evidence.SECONDARY),)

TSAT = "transferrin_saturation"


def finding(
    rule: str,
    urgency: Urgency,
    truth: Truth = Truth.TRUE,
    stopped: bool = False,
    of: str = "",
    missing: str = "",
) -> Finding:
    grounds = (Input(of, of),) if of else ()
    return Finding(
        rule, rule, urgency, truth, "text", grounds, (), CITED, tuple(missing.split()), "iron", stopped
    )


def groups(*findings: Finding) -> set[Group]:
    own = {"P1": PatientFindings("P1", findings, ())}
    return {group for group, ids in groups_of(own, (), ()).items() if "P1" in ids}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (finding("I1", Urgency.ACT), {Group.IRON}),
        (finding("I2", Urgency.ACT), {Group.IRON}),
        (finding("K1", Urgency.ACT), {Group.IRON}),
        (finding("I1", Urgency.ACT, stopped=True), set()),
        (finding("I1", Urgency.NOTE, Truth.UNKNOWN), set()),
        (finding("I6", Urgency.NOTE), set()),
        (finding("I4", Urgency.INFO), set()),
        (finding("S4", Urgency.ACT), set()),
        (finding("S1", Urgency.STOP), {Group.STOP}),
        (finding("Q1", Urgency.STOP), set()),
        (finding("B1", Urgency.ACT), {Group.B12}),
        (finding("B2", Urgency.ACT), {Group.B12}),
        (finding("B5", Urgency.INFO), set()),
        (finding("T3", Urgency.NOTE), {Group.RECHECK}),
        (finding("Q7", Urgency.NOTE, of="ferritin"), {Group.RECHECK}),
        (finding("Q7", Urgency.NOTE, of=TSAT), {Group.RECHECK, Group.TSAT_MISSING}),
        (finding("S4", Urgency.ACT, missing=TSAT), {Group.TSAT_MISSING}),
        (finding("K1", Urgency.NOTE, Truth.UNKNOWN, missing=TSAT), {Group.TSAT_MISSING}),
        (finding("I6", Urgency.NOTE, missing=f"birth_date {TSAT}"), {Group.TSAT_MISSING}),
        (finding("T3", Urgency.NOTE, missing=f"ferritin {TSAT}"), {Group.RECHECK}),
        (finding("Q7", Urgency.NOTE, of="folate"), set()),
    ],
    ids=lambda value: f"{value.rule_id}-{value.urgency}" if isinstance(value, Finding) else None,
)
def test_a_finding_puts_its_patient_into_the_group_it_speaks_of(one: Finding, expected: set[Group]) -> None:
    assert groups(one) == expected


def test_what_is_not_a_finding_comes_from_the_results_and_rows() -> None:
    found = groups_of({}, {"P1"}, {"P2"})
    assert found[Group.TSAT_MISSING] == {"P1"} and found[Group.NOT_USED] == {"P2"}
    assert set(found) == set(Group)


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-10-01", False), ("2026-08-01", True), ("2024-10-01", True)]
)
def test_a_saturation_of_another_time_or_too_old_is_as_good_as_missing(day: str, expected: bool) -> None:
    """The pill says what rule S4 says: measured once is not measured when it matters."""
    own = findings_of(case(f"ferritin 60 ug/L 2026-10-01\ntransferrin_saturation 25 % {day}"))
    assert any(one.rule_id == "S4" for one in own.findings) is expected
    assert ("P1" in groups_of({"P1": own}, (), ())[Group.TSAT_MISSING]) is expected
