"""K1 and K2: dialysis and chronic kidney disease."""

from __future__ import annotations

from dataclasses import replace

from rls_dash.findings.anaemia import anaemia
from rls_dash.findings.case import Case
from rls_dash.findings.iron_status import (
    TSAT,
    IronPanel,
    asked,
    fact_input,
    iron_panel,
    kidney_rules,
    said,
    said_of_adults,
)
from rls_dash.findings.logic import all_of
from rls_dash.findings.model import SILENT, Rule, Verdict, undecided
from rls_dash.model import Truth

_CHILD = "the kidney rules are made for adults"


def k1(case: Case) -> list[Verdict]:
    """Dialysis or end-stage renal disease with ferritin below 200 AND saturation below 20 % (AASM 2025,
    conditional). Both are needed; not stated with an eGFR below 15, the rule asks for the diagnosis."""
    if case.dialysis is Truth.FALSE:
        return [SILENT]
    if case.adult is Truth.FALSE:
        return [undecided(why=_CHILD) if case.dialysis is Truth.TRUE else SILENT]
    if case.dialysis is Truth.UNKNOWN:
        return [_diagnosis_needed(case)]
    panel = iron_panel(case)
    tsat = panel.latest_tsat if panel.ferritin is None else panel.tsat
    met = all_of(case.meets("ferritin_esrd_200", panel.ferritin), case.meets("tsat_esrd_20", tsat))
    if met is Truth.TRUE:
        return [said_of_adults(case, "K1", panel.ferritin, panel.tsat)]
    if met is Truth.FALSE:
        return [SILENT]
    return [_needed(case, panel, "K1.both_needed")]


def _diagnosis_needed(case: Case) -> Verdict:
    egfr = case.latest("egfr")
    failing = case.meets("egfr_low_15", egfr)
    if failing is Truth.TRUE:
        return asked(case, "K1.dialysis_unknown", egfr, missing=("dialysis",))
    if failing is Truth.FALSE:
        return SILENT
    return undecided("dialysis", "egfr", why="neither dialysis nor kidney function is known for this")


def _needed(case: Case, panel: IronPanel, wording: str, **words: str) -> Verdict:
    """What a rule with two conditions lacks; a censored result that leaves it open asks for nothing."""
    if panel.paired and panel.ferritin and panel.tsat:
        return undecided(
            "ferritin", TSAT, why=f"{panel.ferritin.text} and {panel.tsat.text} do not decide the limits"
        )
    lacking = [
        ("ferritin", panel.no_ferritin or (panel.ferritin.text if panel.ferritin else "")),
        (TSAT, panel.no_tsat or case.why_none(TSAT) or (panel.latest_tsat.text if panel.latest_tsat else "")),
    ]
    missing = tuple(
        name for (name, _), one in zip(lacking, (panel.ferritin, panel.tsat), strict=True) if one is None
    )
    what = "; ".join(dict(lacking)[name] for name in missing)
    return asked(case, wording, panel.ferritin, panel.latest_tsat, missing=missing, what=what, **words)


def k2(case: Case) -> list[Verdict]:
    """Kidney disease with anaemia, or dialysis: ferritin up to 500 and saturation up to 30 % (KDIGO 2012)
    beside the limits of the RLS guideline; above 500, or from 45 % on, a stop in the place of S1."""
    if case.adult is Truth.FALSE:
        return [SILENT]
    if kidney_rules(case) is not Truth.TRUE:
        disease = case.meets("egfr_low_60", case.latest("egfr"))
        return [SILENT if all_of(disease, anaemia(case)) is Truth.FALSE else _setting_open(case)]
    panel = iron_panel(case)
    return [_stop(case, panel) or _trial(case, panel)]


def _setting_open(case: Case) -> Verdict:
    """Kidney disease or anaemia could not be told; silent while nothing points to either."""
    egfr, hemoglobin = case.latest("egfr"), case.latest("hemoglobin")
    lacking = [name for name, one in (("egfr", egfr), ("hemoglobin", hemoglobin)) if one is None]
    if case.facts.dialysis is None and "egfr" in lacking:
        lacking.append("dialysis")
    if hemoglobin is not None and case.facts.sex is None:
        lacking.append("sex")
    whys = [case.why_none(name) for name in ("egfr", "hemoglobin") if name in lacking]
    return undecided(*lacking, why="; ".join(whys) or "kidney disease with anaemia cannot be told")


def _kidney(case: Case) -> str:
    if case.dialysis is Truth.TRUE:
        return "Dialysis is recorded"
    parts = [one.text for one in (case.latest("egfr"), case.latest("hemoglobin")) if one]
    return f"Kidney disease with anaemia ({', '.join(parts)})"


def _stop(case: Case, panel: IronPanel) -> Verdict | None:
    """The stop of the kidney rules; each result stands by itself, as in S1."""
    ferritin, tsat = panel.ferritin, panel.latest_tsat
    high = case.meets("ferritin_kdigo12_stop_500", ferritin) is Truth.TRUE
    full = case.meets("tsat_stop_45", tsat) is Truth.TRUE
    if not (high or full):
        return None
    wording = "K2.stop_both" if high and full else "K2.stop" if high else "K2.stop_tsat"
    readings = [one for one, met in ((ferritin, high), (tsat, full)) if met]
    return _with_setting(case, said_of_adults(case, wording, *readings, kidney=_kidney(case)))


def _trial(case: Case, panel: IronPanel) -> Verdict:
    """What KDIGO 2012 says of a trial of iron; it speaks of anaemia, which dialysis alone does not prove."""
    anaemic = anaemia(case)
    if anaemic is not Truth.TRUE:
        return SILENT if anaemic is Truth.FALSE else _setting_open(case)
    inside = all_of(
        case.meets("ferritin_kdigo12_500", panel.ferritin), case.meets("tsat_kdigo12_30", panel.tsat)
    )
    kidney = _kidney(case)
    if inside is Truth.UNKNOWN or not panel.paired:
        return _with_setting(case, _needed(case, panel, "K2.missing", kidney=kidney))
    wording = "K2" if inside is Truth.TRUE else "K2.outside"
    if case.dialysis is Truth.TRUE:  # the RLS guideline has its own pair of limits there
        wording = "K2.on_dialysis" if inside is Truth.TRUE else "K2.outside_on_dialysis"
    return _with_setting(case, said(case, wording, panel.ferritin, panel.tsat, kidney=kidney))


def _with_setting(case: Case, verdict: Verdict) -> Verdict:
    """A verdict with what makes the kidney rules apply among its inputs."""
    known = [one.as_input() for one in (case.latest("egfr"), case.latest("hemoglobin")) if one]
    recorded = [fact_input("dialysis", "dialysis recorded")] if case.dialysis is Truth.TRUE else []
    return replace(verdict, inputs=(*verdict.inputs, *recorded, *known))


RULES: tuple[Rule, ...] = (Rule("K1", k1), Rule("K2", k2))
