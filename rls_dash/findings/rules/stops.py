"""S1 to S4: results that speak against iron, or that must come before it."""

from __future__ import annotations

from dataclasses import replace

from rls_dash.findings.case import Case, Reading
from rls_dash.findings.iron_status import (
    TSAT,
    IronPanel,
    fact_input,
    iron_by_ferritin,
    iron_panel,
    kidney_rules_today,
    said,
    said_of_adults,
)
from rls_dash.findings.logic import all_of, any_of
from rls_dash.findings.model import SILENT, Rule, Verdict, undecided
from rls_dash.model import Truth

_ADULTS_ONLY = "{} would be met, but it is a limit for adults"


def s1(case: Case) -> list[Verdict]:
    """Ferritin above 300, saturation of 45 % or more, or haemochromatosis: against iron.

    By results: adults (while the age is not stated it stands, and asks for it), not on dialysis and without
    kidney disease with anaemia, where K2 speaks. Each result stands by itself: the two need not be of one
    time. Haemochromatosis: everybody. Mayo 2021, IRLSSG 2018; UK product text.
    """
    by_results = _by_results(case, iron_panel(case))
    if not case.facts.haemochromatosis:
        return [by_results]
    fact = fact_input("haemochromatosis", "haemochromatosis recorded")
    if not by_results.wording:
        return [Verdict(Truth.TRUE, "S1.haemochromatosis", (fact,))]
    caveat = f" Haemochromatosis is recorded as well.{by_results.words['caveat']}"
    return [
        replace(
            by_results,
            truth=Truth.TRUE,
            inputs=(*by_results.inputs, fact),
            words={**by_results.words, "caveat": caveat},
        )
    ]


def _by_results(case: Case, panel: IronPanel) -> Verdict:
    ferritin, tsat = panel.ferritin, panel.latest_tsat
    high = case.meets("ferritin_stop_300", ferritin)
    full = case.meets("tsat_stop_45", tsat)
    met = any_of(high, full)
    if kidney_rules_today(case) is Truth.TRUE or met is Truth.FALSE:
        return SILENT
    if met is Truth.UNKNOWN:
        return SILENT if case.adult is Truth.FALSE else _open(case, panel, high, full)
    if case.adult is Truth.FALSE:
        return undecided(why=_ADULTS_ONLY.format(_texts(ferritin, high, tsat, full)))
    missing = _not_stated(case, "dialysis")
    if high is full is Truth.TRUE:
        return said_of_adults(case, "S1.both", ferritin, tsat, missing=missing)
    if high is Truth.TRUE:
        return said_of_adults(case, "S1", ferritin, tsat, missing=missing if tsat else (*missing, TSAT))
    return said_of_adults(case, "S1.tsat", tsat, ferritin, missing=missing)


def _open(case: Case, panel: IronPanel, high: Truth, full: Truth) -> Verdict:
    """Which of the two results leaves the rule open, and why."""
    whys = []
    if high is Truth.UNKNOWN:
        ferritin = panel.ferritin
        whys.append(f"{ferritin.text} does not decide the limit" if ferritin else case.why_none("ferritin"))
    if full is Truth.UNKNOWN:
        tsat = panel.latest_tsat
        whys.append(
            f"{tsat.text} does not decide the limit" if tsat else panel.no_tsat or case.why_none(TSAT)
        )
    names = (("ferritin", high), (TSAT, full))
    return undecided(*(name for name, one in names if one is Truth.UNKNOWN), why="; ".join(whys))


def _texts(ferritin: Reading | None, high: Truth, tsat: Reading | None, full: Truth) -> str:
    met = [one.text for one, truth in ((ferritin, high), (tsat, full)) if one and truth is Truth.TRUE]
    return " and ".join(met)


def _not_stated(case: Case, *facts: str) -> tuple[str, ...]:
    return tuple(name for name in facts if getattr(case.facts, name) is None)


def s2(case: Case) -> list[Verdict]:
    """Ferritin above 200 with saturation above 45 % in women before menopause, above 300 with above 50 %
    in men and after menopause; unknown: the lower pair, and it is said. EASL 2022, adults."""
    panel = iron_panel(case)
    lower = all_of(case.meets("ferritin_easl_200", panel.ferritin), case.meets("tsat_easl_45", panel.tsat))
    upper = all_of(case.meets("ferritin_easl_300", panel.ferritin), case.meets("tsat_easl_50", panel.tsat))
    wording, met, unstated = _pair(case, lower, upper)
    if met is Truth.FALSE:
        return [SILENT]
    if met is Truth.UNKNOWN:
        return [SILENT if case.adult is Truth.FALSE else _pair_open(panel)]
    if case.adult is Truth.FALSE:
        text = _texts(panel.ferritin, Truth.TRUE, panel.tsat, Truth.TRUE)
        return [undecided(why=_ADULTS_ONLY.format(text))]
    what = f"{' and '.join(unstated)} {'is' if len(unstated) == 1 else 'are'}"
    return [said_of_adults(case, wording, panel.ferritin, panel.tsat, missing=unstated, what=what)]


def _pair(case: Case, lower: Truth, upper: Truth) -> tuple[str, Truth, tuple[str, ...]]:
    """Wording, outcome and what was not stated, by sex and menopause."""
    sex, menopause = case.facts.sex, case.facts.menopause
    if sex == "male" or menopause == "after":
        return "S2", upper, ()
    if menopause == "before":
        return "S2.before_menopause", lower, ()
    return "S2.not_stated", lower, ("menopause",) if sex else ("sex", "menopause")


def _pair_open(panel: IronPanel) -> Verdict:
    """Why a rule that needs ferritin and saturation together is open."""
    if panel.ferritin is None:
        return undecided("ferritin", why=panel.no_ferritin)
    if panel.tsat is None:
        return undecided(TSAT, why=panel.no_tsat)
    return undecided("ferritin", TSAT, why=f"{panel.ferritin.text} and {panel.tsat.text} do not decide it")


def s3(case: Case) -> list[Verdict]:
    """Ferritin above 1000, at any age: assessment by a specialist. No source verified."""
    ferritin = case.latest("ferritin")
    met = case.meets("ferritin_specialist_1000", ferritin)
    if met is Truth.TRUE:
        return [said(case, "S3", ferritin)]
    if met is Truth.FALSE:
        return [SILENT]
    why = f"{ferritin.text} does not decide the limit" if ferritin else case.why_none("ferritin")
    return [undecided("ferritin", why=why)]


def s4(case: Case) -> list[Verdict]:
    """Ferritin where rule I1 or I2 considers iron, and no saturation of that time. Mayo 2021, adults."""
    panel = iron_panel(case)
    if case.adult is Truth.FALSE or case.dialysis is Truth.TRUE or panel.tsat is not None:
        return [SILENT]
    considered = iron_by_ferritin(case, panel)
    if considered is Truth.FALSE:
        return [SILENT]
    if panel.ferritin is None:
        return [undecided("ferritin", why=panel.no_ferritin)]
    if considered is Truth.UNKNOWN:
        return [undecided("ferritin", why=f"{panel.ferritin.text} does not decide the limit")]
    if case.adult is Truth.UNKNOWN:
        return [undecided("birth_date", TSAT, why="age not stated: see I6")]
    return [said(case, "S4", panel.ferritin, missing=(TSAT,), no_tsat=panel.no_tsat)]


RULES: tuple[Rule, ...] = (Rule("S1", s1), Rule("S2", s2), Rule("S3", s3), Rule("S4", s4))
