"""C1 to C3 and T1 to T4: inflammation, and the time at which the iron panel was drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from rls_dash.context.events import Event
from rls_dash.findings.case import Case, Reading, event_input
from rls_dash.findings.iron_status import (
    TSAT,
    computed_in_vain,
    nearest_of,
    no_medicines_recorded,
    oral_iron,
    said,
)
from rls_dash.findings.logic import all_of, negation
from rls_dash.findings.model import SILENT, Rule, Verdict, asks, fires, undecided
from rls_dash.interpret.inflammation import CRP
from rls_dash.interpret.words import brief
from rls_dash.model import Truth

_ENDING = {"crp": "", "hs_crp": ".hs_crp"}  # of the wording, by the test that decides


def c1(case: Case) -> list[Verdict]:
    """CRP above 5 beside a ferritin above 75 and up to 200: it may read falsely high (BRINDA, Mayo 2021).

    Above that window, as far as C2 asks for a CRP, the source still reads it so: it cannot exclude low iron.
    """
    ferritin = case.latest("ferritin")
    inside = case.meets("ferritin_crp_window_200", ferritin)
    above = all_of(negation(inside), case.meets("ferritin_crp_unknown_300", ferritin))
    if above is Truth.TRUE:
        return [_with_crp(case, "C1.above", above)]
    return [_with_crp(case, "C1", inside)]


def c3(case: Case) -> list[Verdict]:
    """CRP above 5 beside a ferritin at or below 75: iron deficiency likely all the same (WHO 2020)."""
    return [_with_crp(case, "C3", case.meets("ferritin_rls_75", case.latest("ferritin")))]


def _with_crp(case: Case, wording: str, inside: Truth) -> Verdict:
    """`inside`: whether the latest ferritin lies where the wording speaks."""
    ferritin = case.latest("ferritin")
    if ferritin is None:
        return undecided("ferritin", why=case.why_none("ferritin"))
    raised, crp = case.crp_beside(ferritin)
    met = all_of(inside, raised)
    if met is Truth.FALSE:
        return SILENT
    if met is Truth.TRUE and crp:
        return fires(wording + _ENDING[crp.analyte.analyte], ferritin.as_input(), crp.as_input())
    if crp is None:
        return undecided("crp", why=_no_crp(case))
    return undecided("ferritin", "crp", why=f"{ferritin.text} with {crp.text} does not decide it")


def _no_crp(case: Case) -> str:
    """Why there is no CRP beside the ferritin."""
    others = [one for analyte in CRP for one in case.newest(analyte)]
    if not others:
        return case.why_none("crp")
    last = max(others, key=lambda one: one.moment)
    if reason := case.why_none(last.analyte.analyte):
        return reason
    return f"{last.text} is from another time than the ferritin"


def c2(case: Case) -> list[Verdict]:
    """No CRP beside a ferritin above 75 and up to 300: inflammation was not assessed (Mayo 2021)."""
    ferritin = case.latest("ferritin")
    if ferritin is None:
        return [undecided("ferritin", why=case.why_none("ferritin"))]
    inside = case.meets("ferritin_crp_unknown_300", ferritin)
    if inside is Truth.FALSE or case.crp_beside(ferritin)[1] is not None:
        return [SILENT]
    if inside is Truth.UNKNOWN:
        return [undecided("ferritin", why=f"{ferritin.text} does not decide the limit")]
    return [said(case, "C2", ferritin, missing=("crp",), no_crp=_no_crp(case))]


# --- time ------------------------------------------------------------------------------------------------


def t1(case: Case) -> list[Verdict]:
    """Ferritin or saturation drawn within 28 days of iron by vein cannot be read; until 56 days it is early.
    Iron by vein without a date: the date is asked for. Intervals as secondary texts state them."""
    readings = [one for analyte in ("ferritin", TSAT) for one in case.newest(analyte)[-1:]]
    if readings and not case.events:
        return [undecided("events", why="iron by vein: no list of events on file")]
    undated = [one for one in case.iv_iron if one.started_on is None]
    found: list[Verdict] = []
    if readings and undated:
        event = undated[0]
        ground = [event_input(event), *(one.as_input() for one in readings)]
        found.append(asks("T1.date_needed", *ground, missing=("events",), event=_titled(brief(event.name))))
    if case.iv_iron and any(one.relative for one in readings):
        why = "iron by vein has a date, the results count from a start nobody states"
        found.append(undecided("ferritin", why=why))
    after = [(one, reading) for reading in readings if (one := case.after_iv_iron(reading))]
    groups = {
        "T1": [(one.days, reading) for one, reading in after if one.too_early],
        "T1.early": [(one.days, reading) for one, reading in after if not one.too_early],
    }
    found += [_after_iv_iron(case, wording, group) for wording, group in groups.items() if group]
    return found or [SILENT]


def _after_iv_iron(case: Case, wording: str, group: list[tuple[int, Reading]]) -> Verdict:
    """What is said of results so many days after iron by vein."""
    readings = [one for _, one in group]
    days = sorted({days for days, _ in group})
    last = [one for one in case.iv_iron if one.started_on and one.started_on <= readings[0].day]
    given = max(last, key=lambda one: one.started_on.toordinal() if one.started_on else 0)
    inputs = [*(one.as_input() for one in readings), event_input(given)]
    results = " and ".join(one.text for one in readings)
    return fires(wording, *inputs, results=results, days=" and ".join(map(str, days)))


def _titled(name: str) -> str:
    return name[:1].upper() + name[1:]


def t2(case: Case) -> list[Verdict]:
    """Saturation (or iron, where none is on file) drawn after noon, or while iron by mouth ran: it may
    mislead; without a time of draw that is said. Once for the panel (AASM 2025)."""
    reading = case.latest(TSAT) or case.latest("iron")
    if reading is None:
        return [undecided(TSAT, why=case.why_none(TSAT))]
    found: list[Verdict] = []
    moment = reading.moment
    # A count of hours from an unknown start is no time of day.
    timed = bool(reading.row["has_time"]) and not reading.relative
    since_midnight = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    if timed and since_midnight > timedelta(hours=case.number("draw_noon_hour")):
        words = {"result": reading.text, "time": f"{moment:%H:%M}"}
        found.append(fires("T2", reading.as_input(), **words))
    inputs = [event_input(one) for one in _iron_before(case, reading)]
    if inputs:
        events = " and ".join(one.text for one in inputs)
        found.append(
            asks("T2.oral_iron", reading.as_input(), *inputs, missing=(), result=reading.text, events=events)
        )
    if not timed:
        missing = ("time_of_draw",)
        found.append(asks("T2.time_unknown", reading.as_input(), missing=missing, result=reading.text))
    return found or [SILENT]


def _iron_before(case: Case, reading: Reading) -> list[Event]:
    """Iron by mouth that ran on the day of a collection, or so shortly before it that it may count."""
    if reading.relative:
        return []
    day = reading.day
    before = day - timedelta(hours=case.number("iron_before_draw_hours"))
    running = oral_iron(case, before)
    return [*running, *(one for one in oral_iron(case, day) if one not in running)]


def t3(case: Case) -> list[Verdict]:
    """Iron by mouth started 12 weeks ago or more, and neither ferritin nor saturation since (Mayo 2021)."""
    if no_medicines_recorded(case):
        return [undecided("events", why="no supplements or medicines on file")]
    started = [one for one in oral_iron(case, case.as_of) if one.started_on]
    if not started:
        return [SILENT]
    first = min(started, key=lambda one: (one.started_on or case.as_of, one.source_row or 0))
    since = first.started_on or case.as_of
    if (case.as_of - since).days < case.number("oral_iron_recheck_days"):
        return [SILENT]
    panel = [one for analyte in ("ferritin", TSAT) for one in case.history(analyte)]
    if any(one.relative for one in panel):
        return [undecided("ferritin", TSAT, why="results count from a start nobody states")]
    if any(one.day >= since for one in panel):
        return [SILENT]
    event = event_input(first)
    return [replace(fires("T3", event, events=event.text), missing=("ferritin", TSAT))]


def t4(case: Case) -> list[Verdict]:
    """A saturation computed beside a ferritin above 1200: not valid (manufacturer text)."""
    computed = [one for one in case.newest(TSAT)[-1:] if one.computed]
    if not computed:
        return [SILENT]
    tsat = computed[0]
    in_vain = computed_in_vain(case, tsat)
    if in_vain is Truth.FALSE:
        return [SILENT]
    limit = "ferritin_tsat_invalid_1200"
    beside = nearest_of(tsat, case.history("ferritin"), case.number("ferritin_tsat_days"))
    if in_vain is Truth.UNKNOWN and beside:
        why = f"{beside.text} does not tell whether {tsat.text} is valid"
        return [undecided("ferritin", why=why)]
    if beside and case.meets(limit, beside) is Truth.TRUE:
        return [fires("T4", tsat.as_input(), beside.as_input())]
    return [fires("T4.marked", tsat.as_input())]


RULES: tuple[Rule, ...] = (
    Rule("C1", c1),
    Rule("C2", c2),
    Rule("C3", c3),
    Rule("T1", t1),
    Rule("T2", t2),
    Rule("T3", t3),
    Rule("T4", t4),
)
