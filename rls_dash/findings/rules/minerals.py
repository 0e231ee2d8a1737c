"""M1 to M5 and H1: magnesium and haemoglobin."""

from __future__ import annotations

from rls_dash.findings.ages import said_to
from rls_dash.findings.anaemia import haemoglobin_limits
from rls_dash.findings.case import Case, Reading, event_input
from rls_dash.findings.iron_status import fact_input, may_be_pregnant
from rls_dash.findings.logic import all_of, any_of, truth_of
from rls_dash.findings.model import SILENT, Rule, Verdict, undecided
from rls_dash.interpret.doses import intake_of
from rls_dash.interpret.recorded import has_list
from rls_dash.model import Flag, Truth

MAGNESIUM = "magnesium"
_WINDOW = "egfr_magnesium_days"
_MONTHS_A_YEAR = 12


def _open(case: Case, reading: Reading | None, analyte: str) -> Verdict:
    why = case.why_none(analyte) if reading is None else f"{reading.text} does not decide"
    return undecided(analyte, why=why)


# --- magnesium -------------------------------------------------------------------------------------------


def _low(case: Case, magnesium: Reading | None) -> Truth:
    """Below 0.75 mmol/L, or below the laboratory's own interval (serum or plasma, adults)."""
    if magnesium is None:
        return Truth.UNKNOWN
    return any_of(case.meets("magnesium_low_075", magnesium), _below_interval(magnesium))


def _below_interval(reading: Reading) -> Truth:
    return truth_of(reading.row.get("interval_flag") == Flag.LOW.value)


def m1(case: Case) -> list[Verdict]:
    """Low magnesium, with kidney function and the medicines that lower it (Warsaw 2020; laboratories)."""
    magnesium = case.latest(MAGNESIUM)
    low = _low(case, magnesium)
    if magnesium is None or low is Truth.UNKNOWN:
        return [_open(case, magnesium, MAGNESIUM)]
    if low is Truth.FALSE:
        return [SILENT]
    by_limit = case.meets("magnesium_low_075", magnesium) is Truth.TRUE
    egfr = case.near("egfr", magnesium, _WINDOW)
    wording = ".".join(filter(None, ("M1", "" if by_limit else "by_lab", "" if egfr else "no_egfr")))
    lowering = [event_input(one) for one in case.active("ppi", "diuretic")]
    recorded = (
        f" Recorded: {', '.join(one.text for one in lowering)}; such medicines can lower magnesium."
        if lowering
        else ""
    )
    missing = () if egfr else ("egfr",)
    kidney = f" {egfr.text}." if egfr else ""
    return [
        said_to(
            case,
            case.adult,
            wording,
            magnesium,
            egfr,
            *lowering,
            missing=missing,
            recorded=recorded,
            kidney=kidney,
        )
    ]


def m2(case: Case) -> list[Verdict]:
    """Magnesium of 0.75 to 0.85 mmol/L: below a proposed limit (Rosanoff 2022)."""
    magnesium = case.latest(MAGNESIUM)
    between = case.meets("magnesium_proposed_085", magnesium)
    if magnesium is None or between is Truth.UNKNOWN:
        return [_open(case, magnesium, MAGNESIUM)]
    if between is Truth.FALSE or _low(case, magnesium) is Truth.TRUE:
        return [SILENT]
    return [said_to(case, case.adult, "M2", magnesium)]


def m3(case: Case) -> list[Verdict]:
    """An eGFR below 30, or dialysis, with recorded magnesium, or a low one (drug labels)."""
    magnesium = case.latest(MAGNESIUM)
    taken = [
        event_input(one.event) for one in intake_of(case.events, MAGNESIUM, case.knowledge, case.as_of).doses
    ]
    low = _low(case, magnesium) is Truth.TRUE
    if not (taken or low):
        return [SILENT if has_list(case.events) or magnesium else undecided(MAGNESIUM, "events")]
    egfr = case.latest("egfr") if taken else case.near("egfr", magnesium, _WINDOW)
    reduced = any_of(case.meets("egfr_low_30", egfr), truth_of(case.dialysis is Truth.TRUE))
    what = ", ".join(one.text for one in taken)
    if reduced is Truth.TRUE:
        words = {"what": f"{what} recorded" if taken else magnesium.text if magnesium else ""}
        failing = None if egfr else fact_input("dialysis", "dialysis recorded")
        grounds = (egfr, failing, *taken, magnesium if low else None)
        wording = "M3" if case.meets("egfr_low_30", egfr) is Truth.TRUE else "M3.dialysis"
        return [said_to(case, Truth.TRUE, wording, *grounds, words=words)]
    if reduced is Truth.FALSE:
        return [SILENT]
    if egfr is not None or not taken:  # M1 asks for the eGFR where nothing is taken
        return [undecided("egfr", why=case.why_none("egfr") or "the eGFR does not decide")]
    return [
        said_to(case, Truth.TRUE, "M3.egfr_needed", *taken, missing=("egfr",), truth=Truth.UNKNOWN, what=what)
    ]


def m4(case: Case) -> list[Verdict]:
    """Magnesium above 1.05 mmol/L (manufacturer)."""
    magnesium = case.latest(MAGNESIUM)
    high = case.meets("magnesium_high_105", magnesium)
    if magnesium is None or high is Truth.UNKNOWN:
        return [_open(case, magnesium, MAGNESIUM)]
    if high is Truth.FALSE:
        return [SILENT]
    egfr = case.near("egfr", magnesium, _WINDOW)
    missing = () if egfr else ("egfr",)
    kidney = f" {egfr.text}." if egfr else " Kidney function of that time is not on file."
    return [said_to(case, case.adult, "M4", magnesium, egfr, missing=missing, kidney=kidney)]


def m5(case: Case) -> list[Verdict]:
    """Magnesium in the range that no limit speaks of: stores may be low all the same."""
    magnesium = case.latest(MAGNESIUM)
    if magnesium is None:
        return [_open(case, magnesium, MAGNESIUM)]
    spoken = any_of(
        _low(case, magnesium),
        case.meets("magnesium_proposed_085", magnesium),
        case.meets("magnesium_high_105", magnesium),
    )
    if spoken is Truth.UNKNOWN:
        return [_open(case, magnesium, MAGNESIUM)]
    return [SILENT if spoken is Truth.TRUE else said_to(case, case.adult, "M5", magnesium)]


# --- haemoglobin -----------------------------------------------------------------------------------------


def limits_at(case: Case) -> tuple[str, ...]:
    """The WHO limits that may be the patient's at this age; several where sex or trimester is not stated."""
    months = _age_months(case)
    if case.facts.pregnant and (months is None or months >= _years(case, "pregnancy_age_from")):
        return haemoglobin_limits(case)
    if months is None or months >= _years(case, "hb_adult_from_years"):
        if case.adult is not Truth.FALSE:
            return haemoglobin_limits(case)
        by_sex = {"male": ("hemoglobin_who_men_13",), "female": ("hemoglobin_who_women_12",)}
        return by_sex.get(str(case.facts.sex), ("hemoglobin_who_men_13", "hemoglobin_who_women_12"))
    for parameter, limit in (
        ("hb_child_12_from_years", "hemoglobin_who_women_12"),
        ("hb_child_5_from_years", "hemoglobin_who_child_115"),
        ("hb_child_2_from_years", "hemoglobin_who_child_110"),
    ):
        if months >= _years(case, parameter):
            return (limit,)
    return ("hemoglobin_who_child_105",) if months >= case.number("hb_child_from_months") else ()


def _years(case: Case, parameter: str) -> float:
    return case.number(parameter) * _MONTHS_A_YEAR


def _age_months(case: Case) -> int | None:
    born, day = case.facts.birth_date, case.as_of
    if born is None or case.age_on(day) is None:
        return None
    return (day.year - born.year) * _MONTHS_A_YEAR + day.month - born.month - (day.day < born.day)


def h1(case: Case) -> list[Verdict]:
    """Haemoglobin below the WHO limit for age, sex and pregnancy (WHO 2024)."""
    hemoglobin, limits = case.latest("hemoglobin"), limits_at(case)
    if hemoglobin is None or not limits:
        return [
            _open(case, hemoglobin, "hemoglobin")
            if hemoglobin is None
            else undecided("birth_date", why="no limit is stated for this age")
        ]
    truths = [case.meets(limit, hemoglobin) for limit in limits]
    if any_of(*truths) is Truth.FALSE:
        return [SILENT]
    if Truth.TRUE not in truths:
        return [_open(case, hemoglobin, "hemoglobin")]
    known = Truth.UNKNOWN if case.facts.birth_date is None else Truth.TRUE
    if all_of(*truths) is not Truth.TRUE:
        lacking = "trimester" if case.facts.pregnant else "sex"
        wording = f"H1.{lacking}_{'needed' if Truth.FALSE in truths else 'open'}"  # open: censored
        return [
            said_to(case, known, wording, hemoglobin, missing=(lacking,), truth=Truth.UNKNOWN, bleeding="")
        ]
    asked = (
        ("pregnant",)
        if limits == ("hemoglobin_who_women_12",) and may_be_pregnant(case) is Truth.TRUE
        else ()
    )
    wording = _H1[limits[0]] if len(limits) == 1 else "H1.pregnant" if case.facts.pregnant else "H1.any_sex"
    grounds = (hemoglobin, *_deficiency(case))
    return [said_to(case, known, wording, *grounds, missing=asked, bleeding=_bleeding(case))]


_H1 = {
    "hemoglobin_who_men_13": "H1.men",
    "hemoglobin_who_women_12": "H1.women",
    "hemoglobin_who_child_115": "H1.child_5",
    "hemoglobin_who_child_110": "H1.child_2",
    "hemoglobin_who_child_105": "H1.infant",
}


def _deficiency(case: Case) -> list[Reading]:
    """Ferritin that shows iron deficiency in a man or after menopause: bleeding is then looked for."""
    ferritin = case.latest("ferritin")
    concerned = case.adult is Truth.TRUE and (case.facts.sex == "male" or case.facts.menopause == "after")
    deficient = case.meets("ferritin_clinical_30", ferritin) is Truth.TRUE
    return [ferritin] if ferritin and concerned and deficient else []


def _bleeding(case: Case) -> str:
    found = _deficiency(case)
    if not found:
        return ""
    return (
        f" With {found[0].text}, in a man or after menopause, guidelines look for bleeding from the gut "
        "(general knowledge, background)."
    )


RULES: tuple[Rule, ...] = (
    Rule("M1", m1),
    Rule("M2", m2),
    Rule("M3", m3),
    Rule("M4", m4),
    Rule("M5", m5),
    Rule("H1", h1),
)
