"""B1 to B6: vitamin B12, total and active, and what confirms or disturbs it."""

from __future__ import annotations

from collections.abc import Sequence

from rls_dash.context.events import Event
from rls_dash.findings.ages import beside, old_enough, said_to
from rls_dash.findings.case import Case, Reading, event_input
from rls_dash.findings.iron_status import fact_input
from rls_dash.findings.logic import all_of, any_of, negation, truth_of
from rls_dash.findings.model import SILENT, Rule, Verdict, fires, undecided
from rls_dash.interpret.ladder import limit_words
from rls_dash.interpret.limits import setting_words
from rls_dash.interpret.recorded import has_list
from rls_dash.interpret.words import in_sentence
from rls_dash.model import Flag, Truth

TOTAL, ACTIVE, MMA = "vitamin_b12", "holotranscobalamin", "methylmalonic_acid"
_LOW = {TOTAL: "b12_low_180", ACTIVE: "holotc_low_25"}
_BETWEEN = {TOTAL: "b12_indeterminate_350", ACTIVE: "holotc_indeterminate_70"}
_UNLIKELY = {TOTAL: "b12_unlikely_350", ACTIVE: "holotc_unlikely_70"}


def markers(case: Case) -> list[Reading]:
    """The latest valid total and active B12, as far as on file."""
    return [one for one in (case.latest(TOTAL), case.latest(ACTIVE)) if one]


def b12_low(case: Case) -> Truth:
    """Deficiency by either marker (NICE NG239); unknown without any."""
    return _by_any(case, _LOW)


def b12_not_safe(case: Case) -> Truth:
    """Low or indeterminate by either marker: not every marker on file makes deficiency unlikely."""
    found = markers(case)
    return negation(all_of(*(_meets(case, _UNLIKELY, one) for one in found))) if found else Truth.UNKNOWN


def unlikely_words(case: Case, marker: Reading) -> str:
    """ "vitamin B12 above 350 pg/mL (NICE 2024, secondary)"."""
    limit = case.knowledge.limits[_UNLIKELY[marker.analyte.analyte]]
    return f"{in_sentence(marker.analyte.short_label)} {limit_words(limit, marker.shown_unit)}"


def _by_any(case: Case, limits: dict[str, str]) -> Truth:
    found = markers(case)
    return any_of(*(_meets(case, limits, one) for one in found)) if found else Truth.UNKNOWN


def _meets(case: Case, limits: dict[str, str], reading: Reading) -> Truth:
    return case.meets(limits[reading.analyte.analyte], reading)


def no_b12(case: Case) -> Verdict:
    """Not evaluated, because no B12 can be used."""
    return undecided(TOTAL, why=case.why_none(TOTAL))


def b1(case: Case) -> list[Verdict]:
    """Total B12 below 180 or active B12 below 25 (NICE NG239, from 16 years)."""
    low = b12_low(case)
    if low is not Truth.TRUE:
        return [SILENT if low is Truth.FALSE else no_b12(case)]
    return [_of_markers(case, "B1", _LOW)]


def b2(case: Case) -> list[Verdict]:
    """Total B12 of 180 to 350 or active B12 of 25 to 70, none low, and no MMA of that time (rule B4)."""
    low, between = b12_low(case), _by_any(case, _BETWEEN)
    tested = any(case.near(MMA, one, "b12_mma_days") for one in markers(case))
    if low is Truth.TRUE or between is Truth.FALSE or tested:
        return [SILENT]
    if all_of(negation(low), between) is not Truth.TRUE:
        return [no_b12(case)]
    return [_of_markers(case, "B2", _BETWEEN)]


def _of_markers(case: Case, rule: str, limits: dict[str, str]) -> Verdict:
    """The finding of the markers that lie in their region, with the other one beside them."""
    found = markers(case)
    met = [one for one in found if _meets(case, limits, one) is Truth.TRUE]
    names = [one.analyte.analyte for one in met]
    wording = f"{rule}.both" if len(met) > 1 else f"{rule}.active" if names == [ACTIVE] else rule
    others = [one for one in found if one not in met]
    setting = setting_words("pregnancy" if case.facts.pregnant and TOTAL in names else "")
    caveat = "".join(f" {one[:1].upper()}{one[1:]}." for one in setting)
    words = {"beside": beside(*others), "caveat": caveat}
    return said_to(case, old_enough(case, "b12_from_years"), wording, *met, *others, words=words)


def _treatment(case: Case, reading: Reading) -> list[Event]:
    """Recorded B12 that runs on the day of a collection."""
    day = case.as_of if reading.relative else reading.day
    return [one for one in case.events_with("vitamin_b12") if one.active_on(day)]


def _given_before(case: Case, reading: Reading) -> list[Event]:
    """Recorded B12 that is no longer running at a collection, or was given on one day: an injection acts
    for months. What began after the collection does not count; without a day of either it may."""
    day = case.as_of if reading.relative else reading.day
    recorded = case.events_with("vitamin_b12")
    return [one for one in recorded if one.started_on is None or one.started_on <= day]


def b3(case: Case) -> list[Verdict]:
    """Total B12 above 914 without recorded B12 (North Bristol); unknown supplements are asked about."""
    total = case.latest(TOTAL)
    high = case.meets("b12_high_914", total)
    if total is None or high is Truth.UNKNOWN:
        return [no_b12(case)]
    if high is Truth.FALSE or _treatment(case, total):
        return [SILENT]
    if earlier := _given_before(case, total):
        given = map(event_input, earlier)
        return [said_to(case, case.adult, "B3.earlier", total, *given, events=_names(earlier))]
    if not has_list(case.events):
        return [said_to(case, case.adult, "B3.list_needed", total, missing=("events",), truth=Truth.UNKNOWN)]
    return [said_to(case, case.adult, "B3", total)]


def _mma(case: Case) -> Reading | None:
    return case.latest(MMA)


def b4(case: Case) -> list[Verdict]:
    """MMA above the laboratory's limit, else above 0.27 µmol/L, with an eGFR of 60 or more; with less, or
    without one, MMA does not tell."""
    mma = _mma(case)
    if mma is None:
        return [undecided(MMA, why=case.why_none(MMA))]
    by_lab = _above_interval(mma)
    raised = case.meets("mma_raised_027", mma) if by_lab is Truth.UNKNOWN else by_lab
    if raised is not Truth.TRUE:
        return [SILENT if raised is Truth.FALSE else undecided(MMA, why=f"{mma.text} does not decide")]
    how = "" if by_lab is Truth.UNKNOWN else "_by_lab"
    egfr = case.near("egfr", mma, "egfr_mma_days")
    reduced = case.meets("egfr_low_60", egfr)
    if reduced is Truth.UNKNOWN:
        wording, missing = f"B4.kidney_unknown{how}", () if egfr else ("egfr",)
        return [said_to(case, case.adult, wording, mma, egfr, missing=missing, truth=Truth.UNKNOWN)]
    wording = f"B4.kidney{how}" if reduced is Truth.TRUE else f"B4{'.by_lab' if how else ''}"
    words = {"beside": beside(*markers(case))}
    return [said_to(case, case.adult, wording, mma, egfr, *markers(case), words=words)]


def _above_interval(reading: Reading) -> Truth:
    """Whether a result lies above the laboratory's own interval; unknown where none decides."""
    flag = reading.row.get("interval_flag")
    if flag not in (Flag.LOW.value, Flag.NORMAL.value, Flag.HIGH.value):
        return Truth.UNKNOWN
    has_upper = reading.row["reference_high"] == reading.row["reference_high"]
    return truth_of(flag == Flag.HIGH.value) if has_upper else Truth.UNKNOWN


def b5(case: Case) -> list[Verdict]:
    """Total B12 drawn while B12 was taken (NHS pages)."""
    total = case.latest(TOTAL)
    if total is None:
        return [no_b12(case)]
    if not has_list(case.events):
        return [undecided("events", why="no list of medicines and supplements")]
    taken = _treatment(case, total)
    return (
        [fires("B5", total.as_input(), *map(event_input, taken), events=_names(taken))] if taken else [SILENT]
    )


def b6(case: Case) -> list[Verdict]:
    """Total B12 in pregnancy, or with nitrous oxide (NICE NG239)."""
    total = case.latest(TOTAL)
    if total is None:
        return [no_b12(case)]
    found = []
    if case.facts.pregnant:
        found.append(fires("B6", total.as_input(), fact_input("pregnant", "pregnancy recorded")))
    gas = [
        one
        for one in case.events_with("nitrous_oxide")
        if one.started_on is None or one.started_on <= case.as_of
    ]
    if gas:
        found.append(fires("B6.nitrous_oxide", total.as_input(), *map(event_input, gas), events=_names(gas)))
    if found:
        return found
    if case.facts.pregnant is None and case.facts.sex != "male":
        return [_not_recorded("pregnant")]
    return [SILENT]


def _not_recorded(fact: str) -> Verdict:
    """Not evaluated for want of a recorded fact."""
    return undecided(fact, why="not recorded")


def _names(events: Sequence[Event]) -> str:
    return ", ".join(event_input(one).text for one in events)


RULES: tuple[Rule, ...] = (
    Rule("B1", b1),
    Rule("B2", b2),
    Rule("B3", b3),
    Rule("B4", b4),
    Rule("B5", b5),
    Rule("B6", b6),
)
