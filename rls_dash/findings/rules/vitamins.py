"""B1 to B6, F1 to F4, V1 to V5: vitamins. Here V1 to V5: B6, C, E and D."""

from __future__ import annotations

from rls_dash.context.events import Event, EventKind
from rls_dash.findings.ages import said_to
from rls_dash.findings.case import Case, Reading, event_input
from rls_dash.findings.iron_status import nearest
from rls_dash.findings.model import SILENT, Rule, Verdict, asks, undecided
from rls_dash.findings.rules import b12, folate
from rls_dash.interpret.doses import intake_of, intake_text
from rls_dash.interpret.ladder import limit_words
from rls_dash.interpret.recorded import has_list
from rls_dash.interpret.substances import illnesses_of
from rls_dash.interpret.words import brief
from rls_dash.knowledge import Authority
from rls_dash.model import Truth

PLP = "vitamin_b6"


def _one_limit(case: Case, analyte: str, *steps: tuple[str, str], adults: bool, **words: str) -> Verdict:
    """The wording of the first limit an analyte meets; (limit id, wording) in the order they are tried."""
    reading = case.latest(analyte)
    if reading is None:
        return undecided(analyte, why=case.why_none(analyte))
    truths = [(case.meets(limit, reading), wording) for limit, wording in steps]
    for truth, wording in truths:
        if truth is Truth.UNKNOWN:
            return undecided(analyte, why=f"{reading.text} does not decide")
        if truth is Truth.TRUE:
            concerned = case.adult if adults else Truth.TRUE
            return said_to(case, concerned, wording, reading, _crp(case, reading), words=words)
    return SILENT


def _crp(case: Case, reading: Reading | None) -> Reading | None:
    """C-reactive protein of the same days; levels of vitamins fall with inflammation."""
    return nearest(case, "crp", reading, "vitamin_crp_days") or nearest(
        case, "hs_crp", reading, "vitamin_crp_days"
    )


def v1(case: Case) -> list[Verdict]:
    """PLP below 20 nmol/L (IOM 1998), or 20 to 30 (an older lower end of normal)."""
    crp = _crp(case, case.latest(PLP))
    beside = f" Beside it: {crp.text}." if crp else " CRP of those days is not on file."
    steps = (("plp_low_20", "V1"), ("plp_low_30", "V1.low_normal"))
    return [_one_limit(case, PLP, *steps, adults=True, beside=beside)]


def v2(case: Case) -> list[Verdict]:
    """Recorded B6 above the EFSA limit, or PLP above 200 nmol/L; a stop where neuropathy is recorded."""
    plp = case.latest(PLP)
    intake = intake_of(case.events, PLP, case.knowledge, case.as_of)
    above = intake.above(case.knowledge.upper_limits[PLP, Authority.EFSA])
    high = case.meets("plp_high_200", plp)
    if Truth.TRUE not in (above, high):
        return [_b6_open(case, plp, above, high)]
    taken = tuple(event_input(one.event) for one in intake.doses)
    ill = _neuropathy(case)
    grounds = (*taken, plp if high is Truth.TRUE else None, *map(event_input, ill))
    recorded = intake_text(intake, case.knowledge) if intake.doses else ""
    words = {"recorded": recorded, "ill": ", ".join(brief(one.name) for one in ill)}
    kind = "both" if recorded and high is Truth.TRUE else "level" if high is Truth.TRUE else ""
    wording = ".".join(filter(None, ("V2", "neuropathy" if ill else "", kind)))
    return [said_to(case, Truth.TRUE, wording, *grounds, words=words)]


def _b6_open(case: Case, plp: Reading | None, above: Truth, high: Truth) -> Verdict:
    intake = intake_of(case.events, PLP, case.knowledge, case.as_of)
    if intake.unknown and above is Truth.UNKNOWN:
        taken = [event_input(one.event) for one in intake.doses]
        return asks("V2.dose_needed", *taken, missing=("dose",), recorded=intake_text(intake, case.knowledge))
    if not has_list(case.events):
        return undecided("events", *(() if plp else (PLP,)), why="no list of medicines and supplements")
    if plp is not None and high is Truth.UNKNOWN:
        return undecided(PLP, why=f"{plp.text} does not decide")
    return SILENT


def _neuropathy(case: Case) -> list[Event]:
    return [
        one
        for one in case.events
        if one.kind is EventKind.ILLNESS
        and "neuropathy" in illnesses_of(one.name, case.knowledge)
        and one.active_on(case.as_of)
    ]


def v3(case: Case) -> list[Verdict]:
    """Vitamin C below 11 µmol/L, or 11 to 23; hard to read with a CRP above 10."""
    crp = _crp(case, case.latest("vitamin_c"))
    words = {"crp_words": " CRP of those days is not on file."}
    if crp is not None:
        limit = case.knowledge.limits["crp_vitamin_c_10"]
        raised = crp.analyte.analyte == limit.analyte and case.meets("crp_vitamin_c_10", crp) is Truth.TRUE
        region = limit_words(limit, crp.shown_unit)
        words["crp_words"] = (
            f" {crp.text} is {region}, where it falls with inflammation."
            if raised
            else f" Beside it: {crp.text}."
        )
    steps = (("vitamin_c_low_11", "V3"), ("vitamin_c_low_23", "V3.low"))
    return [_one_limit(case, "vitamin_c", *steps, adults=False, **words)]


def v4(case: Case) -> list[Verdict]:
    """Vitamin E below 12 µmol/L (IOM 2000); cholesterol and triglycerides are not read here."""
    return [_one_limit(case, "vitamin_e", ("vitamin_e_low_12", "V4"), adults=True)]


def v5(case: Case) -> list[Verdict]:
    """25-hydroxyvitamin D below 12 or 20 ng/mL (IOM 2011); no criterion of RLS."""
    steps = (("vitamin_d_low_12", "V5"), ("vitamin_d_low_20", "V5.inadequate"))
    return [_one_limit(case, "vitamin_d", *steps, adults=False)]


RULES: tuple[Rule, ...] = (
    *b12.RULES,
    *folate.RULES,
    Rule("V1", v1),
    Rule("V2", v2),
    Rule("V3", v3),
    Rule("V4", v4),
    Rule("V5", v5),
)
