"""Groups of patients by what their findings say: the filters of the list of patients. Decides nothing new."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from rls_dash.findings.model import Finding, PatientFindings
from rls_dash.knowledge import Urgency
from rls_dash.model import Truth


class Group(StrEnum):
    """A filter, by the words on it."""

    STOP = "stop"
    IRON = "iron considered"
    B12 = "B12 low or indeterminate"
    TSAT_MISSING = "TSAT missing or too old"
    RECHECK = "iron recheck due"
    NOT_USED = "rows not used"


# Rules whose finding, where it applies and no stop stands against it, considers iron.
_IRON_RULES = frozenset({"I1", "I2", "I6", "K1"})
_B12_RULES = frozenset({"B1", "B2"})
_RECHECK, _OLD = "T3", "Q7"
_TSAT = "transferrin_saturation"
_IRON_PANEL = frozenset({"ferritin", _TSAT})


def groups_of(
    findings: Mapping[str, PatientFindings], without_tsat: Collection[str], not_used: Collection[str]
) -> dict[Group, frozenset[str]]:
    """Group → ids of its patients.

    `without_tsat`: patients without a usable saturation, reported or computed; `not_used`: patients with a
    row that was set aside or held.
    """
    found: dict[Group, set[str]] = {group: set() for group in Group}
    for patient, own in findings.items():
        rules = {one.rule_id for one in own.findings}
        if any(_is_stop(one) for one in own.findings):
            found[Group.STOP].add(patient)
        if any(_considers_iron(one) for one in own.findings):
            found[Group.IRON].add(patient)
        if rules & _B12_RULES:
            found[Group.B12].add(patient)
        if any(_asks_for_recheck(one) for one in own.findings):
            found[Group.RECHECK].add(patient)
        if any(_wants_tsat(one) for one in own.findings):
            found[Group.TSAT_MISSING].add(patient)
    found[Group.TSAT_MISSING] |= set(without_tsat)
    found[Group.NOT_USED] = set(not_used)
    return {group: frozenset(ids) for group, ids in found.items()}


def _is_stop(one: Finding) -> bool:
    """A stop about the patient; one about a row that is not used (rules Q) is in its own group."""
    return one.urgency is Urgency.STOP and not one.rule_id.startswith("Q")


def _asks_for_recheck(one: Finding) -> bool:
    """A panel is due while iron runs, or the latest of the iron panel itself is old; other old results are
    in nearly every patient, and would make the filter worthless."""
    return one.rule_id == _RECHECK or (
        one.rule_id == _OLD and any(ground.name in _IRON_PANEL for ground in one.inputs)
    )


def _wants_tsat(one: Finding) -> bool:
    """A finding says that no saturation decides, or that the latest is old; one that is only due while iron
    runs has its own filter."""
    if one.rule_id == _OLD:
        return any(ground.name == _TSAT for ground in one.inputs)
    return _TSAT in one.missing and one.rule_id != _RECHECK


def _considers_iron(one: Finding) -> bool:
    applies = one.truth is Truth.TRUE and one.urgency is Urgency.ACT
    return one.rule_id in _IRON_RULES and applies and not one.stopped
