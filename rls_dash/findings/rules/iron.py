"""I1 to I4: where guidelines consider iron in adults with RLS."""

from __future__ import annotations

from rls_dash.findings.case import Case
from rls_dash.findings.iron_status import (
    TSAT,
    IronPanel,
    asked,
    iron_panel,
    low_iron,
    said,
    tsat_meeting,
    unstated,
)
from rls_dash.findings.logic import all_of, negation
from rls_dash.findings.model import SILENT, Rule, Verdict, undecided
from rls_dash.findings.rules import iron_groups
from rls_dash.model import Truth

_AGE_NEEDED = "age not stated: see I6"


def i1(case: Case) -> list[Verdict]:
    """Ferritin at or below 75, or saturation below 20 %, in an adult who is not on dialysis.

    AASM 2025 (OR), IRLSSG 2018, Mayo 2021; the source document says below 75, so exactly 75 shows both.
    Above 300 the saturation no longer counts, except where the kidney rules take the place of S1.
    """
    if case.adult is Truth.FALSE or case.dialysis is Truth.TRUE:
        return [SILENT]
    panel = iron_panel(case)
    if panel.ferritin is None and not panel.tsats:
        return [_status_unknown(case, panel)]
    met = low_iron(case, panel)
    if met is Truth.FALSE:
        return [SILENT]
    if met is Truth.UNKNOWN:
        return [_open(panel)]
    if case.adult is Truth.UNKNOWN:
        return [undecided("birth_date", why=_AGE_NEEDED)]
    return [_considered(case, panel)]


def _status_unknown(case: Case, panel: IronPanel) -> Verdict:
    """Neither result can be used: not on file, or a reason that another rule names."""
    if case.newest("ferritin") or case.newest(TSAT):
        return undecided("ferritin", TSAT, why=f"{panel.no_ferritin}; {panel.no_tsat}")
    missing = ("ferritin", "iron", "tibc")
    return asked(case, "I1.unknown", missing=missing, what=f"{panel.no_ferritin}; {panel.no_tsat}")


def _open(panel: IronPanel) -> Verdict:
    """Neither result proves low iron, and one of them leaves it open."""
    lacking = [("ferritin", panel.ferritin, panel.no_ferritin), (TSAT, panel.tsat, panel.no_tsat)]
    missing = [name for name, one, _ in lacking if one is None]
    whys = [
        f"{one.text} does not decide the limit" if one and one.row["comparator"] else why
        for _, one, why in lacking
    ]
    return undecided(*(missing or ["ferritin", TSAT]), why="; ".join(filter(None, whys)))


def _considered(case: Case, panel: IronPanel) -> Verdict:
    ferritin, tsat = panel.ferritin, tsat_meeting(case, panel, "tsat_low_20")
    missing = (*_absent(panel), *unstated(case))
    if case.meets("ferritin_rls_75", ferritin) is Truth.TRUE:
        return said(
            case, _by_ferritin(case, panel), ferritin, panel.tsat, missing=missing, beside=panel.beside
        )
    if not panel.paired or ferritin is None or tsat is not panel.tsat:
        other = f"On file from another time is {ferritin.text}" if ferritin else panel.no_ferritin
        return said(case, "I1.tsat_alone", tsat, missing=missing, no_ferritin=other)
    over = case.meets("ferritin_iv_ceiling_100_irlssg", ferritin) is Truth.FALSE
    return said(case, "I1.tsat_over_100" if over else "I1.tsat", tsat, ferritin, missing=missing)


def _by_ferritin(case: Case, panel: IronPanel) -> str:
    if case.meets("ferritin_rls_75_source_document", panel.ferritin) is Truth.FALSE:
        return "I1.exactly_75"
    return "I1.both" if case.meets("tsat_low_20", panel.tsat) is Truth.TRUE else "I1"


def _absent(panel: IronPanel) -> tuple[str, ...]:
    both = (("ferritin", panel.ferritin), (TSAT, panel.tsat if panel.ferritin else panel.latest_tsat))
    return tuple(name for name, one in both if one is None)


def i2(case: Case) -> list[Verdict]:
    """Ferritin above 75 and up to 100 with a saturation of 20 to below 45 %: iron by vein (AASM 2025)."""
    panel = iron_panel(case)
    return [_in_range(case, panel, "I2", "ferritin_rls_iv_100", _between(case, panel))]


def i3(case: Case) -> list[Verdict]:
    """Ferritin above 100 and up to 300 with a saturation below 20 %: guidelines disagree."""
    panel = iron_panel(case)
    low = case.meets("tsat_low_20", panel.tsat)
    return [_in_range(case, panel, "I3", "ferritin_no_consensus_300", low)]


def i4(case: Case) -> list[Verdict]:
    """Ferritin above 100 and up to 300 with a saturation of 20 to below 45 %: outside consensus, inside
    trial range (IRLSSG 2018), at its edge where the trials stopped short of the figure."""
    panel = iron_panel(case)
    range_met = case.meets("ferritin_no_consensus_300", panel.ferritin)
    if (
        range_met is Truth.TRUE
        and panel.tsat is None
        and case.adult is Truth.TRUE
        and not case.facts.dialysis
    ):
        return [asked(case, "I4.tsat_needed", panel.ferritin, missing=(TSAT,), no_tsat=panel.no_tsat)]
    in_trial = case.meets("ferritin_trial_300_irlssg", panel.ferritin)
    wording = "I4.edge" if in_trial is Truth.FALSE else "I4"
    return [_in_range(case, panel, wording, "ferritin_no_consensus_300", _between(case, panel))]


def _between(case: Case, panel: IronPanel) -> Truth:
    """Saturation neither low nor a stop."""
    return all_of(
        negation(case.meets("tsat_low_20", panel.tsat)), case.meets("tsat_iron_45_mayo", panel.tsat)
    )


def _in_range(case: Case, panel: IronPanel, wording: str, limit: str, saturation: Truth) -> Verdict:
    """A rule of adults, not on dialysis, on a range of ferritin together with a saturation."""
    if case.adult is Truth.FALSE or case.dialysis is Truth.TRUE:
        return SILENT
    met = all_of(case.meets(limit, panel.ferritin), saturation)
    if met is Truth.FALSE:
        return SILENT
    if panel.ferritin is None:
        return undecided("ferritin", why=panel.no_ferritin)
    if panel.tsat is None:
        return undecided(TSAT, why=panel.no_tsat)
    if met is Truth.UNKNOWN:
        why = f"{panel.ferritin.text} with {panel.tsat.text} does not decide it"
        return undecided("ferritin", TSAT, why=why)
    if case.adult is Truth.UNKNOWN:
        return undecided("birth_date", why=_AGE_NEEDED)
    return said(case, wording, panel.ferritin, panel.tsat, missing=unstated(case))


RULES: tuple[Rule, ...] = (
    Rule("I1", i1),
    Rule("I2", i2),
    Rule("I3", i3),
    Rule("I4", i4),
    *iron_groups.RULES,
)
