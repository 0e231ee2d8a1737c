"""Whether a haemoglobin is below the WHO limit that is stated for the patient."""

from __future__ import annotations

from rls_dash.findings.case import Case
from rls_dash.findings.logic import all_of, any_of
from rls_dash.model import Truth


def haemoglobin_limits(case: Case) -> tuple[str, ...]:
    """The WHO limits that may be the patient's, where what is recorded leaves more than one: both while
    the sex is not stated, and both of pregnancy, whose trimester nobody records. None for children."""
    if case.facts.pregnant:
        return ("hemoglobin_who_pregnant_11", "hemoglobin_who_pregnant_105")
    if case.adult is Truth.FALSE:
        return ()
    by_sex = {"male": ("hemoglobin_who_men_13",), "female": ("hemoglobin_who_women_12",)}
    return by_sex.get(str(case.facts.sex), ("hemoglobin_who_men_13", "hemoglobin_who_women_12"))


def anaemia(case: Case) -> Truth:
    """Anaemia by the latest haemoglobin; unknown where the limits that may be the patient's disagree."""
    hemoglobin = case.latest("hemoglobin")
    met = [case.meets(limit, hemoglobin) for limit in haemoglobin_limits(case)]
    if not met:
        return Truth.UNKNOWN
    return Truth.TRUE if all_of(*met) is Truth.TRUE else all_of(any_of(*met), Truth.UNKNOWN)
