"""I5 to I9: iron deficiency in general, children, pregnancy, the assay, and iron already taken."""

from __future__ import annotations

from dataclasses import replace

from rls_dash.findings.case import Case, Reading, event_input
from rls_dash.findings.iron_status import (
    TSAT,
    IronPanel,
    asked,
    beckman,
    fact_input,
    iron_panel,
    low_iron,
    may_be_pregnant,
    no_medicines_recorded,
    oral_iron,
    said,
    tsat_meeting,
    years_old,
)
from rls_dash.findings.logic import any_of
from rls_dash.findings.model import SILENT, Rule, Verdict, fires, undecided
from rls_dash.interpret.words import brief
from rls_dash.model import Truth

_CHILD = ("ferritin_child_50", "ferritin_child_50_75_uptodate")  # iron considered, by mouth an option


def i5(case: Case) -> list[Verdict]:
    """Ferritin below 15 (WHO 2020, from 5 years; below 12 under 5), or below 30 in clinical use."""
    ferritin = case.latest("ferritin")
    if ferritin is None:
        return [undecided("ferritin", why=case.why_none("ferritin"))]
    age = years_old(case)
    young = age is not None and age < case.number("who_ferritin_age")
    steps = (
        (("I5.under_5_years", "ferritin_who_child_12"),)
        if young
        else (("I5", "ferritin_who_15"), ("I5.below_30", "ferritin_clinical_30"))
    )
    wording = next((one for one, limit in steps if case.meets(limit, ferritin) is Truth.TRUE), "")
    if wording:
        if wording == "I5.below_30" and case.meets("ferritin_who_15", ferritin) is Truth.UNKNOWN:
            wording = "I5.below_30_at_least"  # censored: below 30 for certain, below 15 or not
        hemoglobin = case.latest("hemoglobin")
        missing = () if hemoglobin else ("hemoglobin",)
        hb = hemoglobin.text if hemoglobin else case.why_none("hemoglobin")
        return [said(case, wording, ferritin, hemoglobin, missing=missing, hb=hb)]
    if any_of(*(case.meets(limit, ferritin) for _, limit in steps)) is Truth.UNKNOWN:
        return [undecided("ferritin", why=f"{ferritin.text} does not decide the limit")]
    return [SILENT]


def i6(case: Case) -> list[Verdict]:
    """Children: ferritin below 50 (AASM 2025), 50 to 75 iron by mouth as an option (UpToDate 2015).

    While the age is not stated neither this nor I1 and I2 is applied: both readings are shown.
    """
    if case.adult is Truth.TRUE:
        return [SILENT]
    if case.adult is Truth.UNKNOWN:
        return [_age_needed(case)]
    panel = iron_panel(case)
    ferritin = panel.ferritin
    if ferritin is None:
        return [undecided("ferritin", why=panel.no_ferritin)]
    low, option = (case.meets(one, ferritin) for one in _CHILD)
    if Truth.TRUE not in (low, option):
        open_ = any_of(low, option) is Truth.UNKNOWN
        why = f"{ferritin.text} does not decide the limit"
        return [undecided("ferritin", why=why) if open_ else SILENT]
    if full := tsat_meeting(case, panel, "tsat_stop_45"):
        return [said(case, "I6.tsat_high", ferritin, full)]
    wording = "I6" if low is Truth.TRUE else "I6.option"
    missing = () if panel.tsat else (TSAT,)
    return [said(case, wording, ferritin, panel.tsat, missing=missing, beside=panel.beside)]


def _age_needed(case: Case) -> Verdict:
    panel = iron_panel(case)
    missing = ("birth_date",) if panel.tsat or panel.ferritin is None else ("birth_date", TSAT)
    readings = (panel.ferritin, panel.tsat)
    if case.meets("ferritin_rls_75", panel.ferritin) is Truth.TRUE:
        return asked(case, "I6.age_needed", *readings, missing=missing)
    if low := tsat_meeting(case, panel, "tsat_low_20"):
        return asked(case, "I6.age_needed_tsat", low, panel.ferritin, missing=missing)
    if case.meets("ferritin_rls_iv_100", panel.ferritin) is Truth.TRUE:
        apart = case.meets("ferritin_child_50_75_uptodate", panel.ferritin) is Truth.FALSE
        wording = "I6.age_needed_iv" if apart else "I6.age_needed"  # a clinic's limits may overlap
        return asked(case, wording, *readings, missing=missing)
    return undecided(
        "birth_date", why="age not stated: neither the adult nor the paediatric rule was applied"
    )


def i7(case: Case) -> list[Verdict]:
    """Pregnancy with low iron: the obstetric pathway. Not stated in a woman of the age for it: asked.

    Under age low iron is what rule I6 calls so; of the saturation no limit for children is known.
    """
    if case.pregnant is Truth.FALSE:
        return [SILENT]
    possible = Truth.TRUE if case.facts.pregnant else may_be_pregnant(case)
    panel, child = iron_panel(case), case.adult is Truth.FALSE
    low, readings = (_low_in_child if child else _low_in_adult)(case, panel)
    if possible is Truth.FALSE or low is Truth.FALSE:
        return [SILENT]
    if low is Truth.UNKNOWN:
        return [undecided("ferritin", TSAT, "pregnant", why="low iron is neither shown nor ruled out")]
    low_words = " and ".join(one.text for one in readings)
    if case.facts.pregnant:
        recorded = fact_input("pregnant", "pregnancy recorded")
        verdict = said(case, "I7.child" if child else "I7", *readings, low=low_words)
        return [replace(verdict, inputs=(*verdict.inputs, recorded))]
    if possible is Truth.UNKNOWN:
        facts = {"birth_date": case.facts.birth_date, "sex": case.facts.sex}
        missing = (name for name, fact in facts.items() if fact is None)
        return [undecided("pregnant", *missing, why="pregnancy not stated")]
    wording = "I7.pregnancy_unknown_child" if child else "I7.pregnancy_unknown"
    return [asked(case, wording, *readings, missing=("pregnant",), low=low_words)]


def _low_in_adult(case: Case, panel: IronPanel) -> tuple[Truth, list[Reading]]:
    """Low iron by the limits of rule I1, and the results that show it."""
    low_ferritin = panel.ferritin if case.meets("ferritin_rls_75", panel.ferritin) is Truth.TRUE else None
    shown = (low_ferritin, tsat_meeting(case, panel, "tsat_low_20"))
    return low_iron(case, panel), [one for one in shown if one]


def _low_in_child(case: Case, panel: IronPanel) -> tuple[Truth, list[Reading]]:
    """Low iron by the limits of rule I6; a saturation low by the limit of adults leaves it open."""
    met = any_of(*(case.meets(one, panel.ferritin) for one in _CHILD))
    if met is Truth.TRUE and panel.ferritin:
        return met, [panel.ferritin]
    return (Truth.UNKNOWN if tsat_meeting(case, panel, "tsat_low_20") else met), []


def i8(case: Case) -> list[Verdict]:
    """Ferritin above 75 and up to 121 on another assay than Beckman, or none stated (RLS assay study)."""
    ferritin = case.latest("ferritin")
    if ferritin is None:
        return [undecided("ferritin", why=case.why_none("ferritin"))]
    if beckman(case.facts.ferritin_assay, case.knowledge) is Truth.TRUE:
        return [SILENT]
    limits = case.knowledge.limits
    if limits["ferritin_rls_75"].override and not limits["ferritin_assay_window_121"].override:
        return [undecided(why="the assays were compared at the published figure, not at the clinic's")]
    met = case.meets("ferritin_assay_window_121", ferritin)
    if met is Truth.FALSE:
        return [SILENT]
    if met is Truth.UNKNOWN:
        return [undecided("ferritin", why=f"{ferritin.text} does not decide the limit")]
    assay = case.facts.ferritin_assay
    if not assay or not assay.strip():
        return [said(case, "I8.not_stated", ferritin, missing=("ferritin_assay",))]
    verdict = said(case, "I8", ferritin)
    recorded = fact_input("ferritin_assay", f"ferritin assay recorded: {brief(assay.strip())}")
    return [replace(verdict, inputs=(*verdict.inputs, recorded))]


def i9(case: Case) -> list[Verdict]:
    """Iron by mouth running with a ferritin above 100, or a saturation of 45 % or more (Mayo 2021)."""
    if no_medicines_recorded(case):
        return [undecided("events", why="no supplements or medicines on file")]
    iron = [event_input(one) for one in oral_iron(case, case.as_of)]
    if not iron:
        return [SILENT]
    panel = iron_panel(case)
    events = " and ".join(one.text for one in iron)
    ample = case.meets("ferritin_oral_iron_100", panel.ferritin)
    full = case.meets("tsat_stop_45", panel.latest_tsat)
    if Truth.TRUE in (ample, full):
        met = [
            one.as_input()
            for one, truth in ((panel.ferritin, ample), (panel.latest_tsat, full))
            if one and truth is Truth.TRUE
        ]
        wording = "I9.both" if len(met) > 1 else "I9" if ample is Truth.TRUE else "I9.tsat"
        return [fires(wording, *met, *iron, events=events)]
    if any_of(ample, full) is Truth.FALSE:
        return [SILENT]
    missing = [name for name, one in (("ferritin", ample), (TSAT, full)) if one is Truth.UNKNOWN]
    return [undecided(*missing, why="no recent result decides whether more iron by mouth is needed")]


RULES: tuple[Rule, ...] = (Rule("I5", i5), Rule("I6", i6), Rule("I7", i7), Rule("I8", i8), Rule("I9", i9))
