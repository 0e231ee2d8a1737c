"""Ferritin and transferrin saturation as the iron rules read them together, and who the rules are for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rls_dash.context.events import Event, EventKind
from rls_dash.findings.anaemia import anaemia
from rls_dash.findings.case import Case, Reading, days_apart
from rls_dash.findings.logic import all_of, any_of
from rls_dash.findings.model import Input, Verdict
from rls_dash.interpret.draws import nearness
from rls_dash.interpret.iv_iron import by_vein
from rls_dash.interpret.latest import is_conflicting
from rls_dash.interpret.limits import COMPUTED_INVALID, setting_words
from rls_dash.interpret.substances import folded
from rls_dash.interpret.words import date_text
from rls_dash.knowledge import Knowledge
from rls_dash.model import Truth

TSAT = "transferrin_saturation"
_BECKMAN = "beckman"  # maker in assays.csv


@dataclass(frozen=True)
class IronPanel:
    """The latest valid ferritin, and the saturation that may be read with it."""

    ferritin: Reading | None
    tsat: Reading | None  # drawn near the ferritin
    latest_tsat: Reading | None  # whenever drawn
    no_ferritin: str  # why there is none: "Ferritin not on file"; "" when there is one
    no_tsat: str  # why none can be read with the ferritin; "" when there is one

    @property
    def paired(self) -> bool:
        """Whether ferritin and saturation of one time are known."""
        return self.ferritin is not None and self.tsat is not None

    @property
    def tsats(self) -> tuple[Reading, ...]:
        """The saturations that may be read by themselves: the latest, unless it is older than the ferritin
        and of another time, and the one that belongs to the ferritin."""
        latest, ferritin = self.latest_tsat, self.ferritin
        newer = latest is not None and (
            ferritin is None or (latest.relative == ferritin.relative and latest.moment > ferritin.moment)
        )
        found = [latest if newer else None, None if newer and latest is self.tsat else self.tsat]
        return tuple(one for one in found if one)

    @property
    def beside(self) -> str:
        """The saturation beside the ferritin, or why there is none."""
        return self.tsat.text if self.tsat else self.no_tsat


def iron_panel(case: Case) -> IronPanel:
    """Ferritin and saturation of a patient, paired by the window `ferritin_tsat_days`."""
    return case.kept("iron_panel", lambda: _paired_panel(case))


def _paired_panel(case: Case) -> IronPanel:
    ferritin, latest = case.latest("ferritin"), case.latest(TSAT)
    why = case.why_none(TSAT)
    if latest is not None and computed_in_vain(case, latest) is not Truth.FALSE:
        why, latest = f"{latest.text} cannot be relied on at this ferritin (T4)", None
    tsat = None
    if ferritin is not None:
        latest_only = [latest] if latest else []
        window = case.number("ferritin_tsat_days")
        tsat = nearest_of(ferritin, latest_only, window) or nearest(
            case, TSAT, ferritin, "ferritin_tsat_days"
        )
    if latest is not None and ferritin is not None:
        why = f"{latest.text} is from another time than the ferritin"
    return IronPanel(ferritin, tsat, latest, case.why_none("ferritin"), "" if tsat else why)


def computed_in_vain(case: Case, tsat: Reading) -> Truth:
    """Whether a computed saturation is not valid: marked so, or computed with a ferritin too high for it
    (rule T4). A ferritin that is only known to be above something leaves it open."""
    if not tsat.computed:
        return Truth.FALSE
    if COMPUTED_INVALID in tsat.row["notes"].split():
        return Truth.TRUE
    days = case.number("ferritin_tsat_days")
    beside = [one for one in case.history("ferritin") if days_apart(one, tsat) <= days]
    return any_of(Truth.FALSE, *(case.meets("ferritin_tsat_invalid_1200", one) for one in beside))


def nearest(case: Case, analyte: str, to: Reading | None, window: str) -> Reading | None:
    """The valid result of an analyte drawn nearest to another, inside a window of days.

    Not only the latest: a CRP of the same draw counts though a later one is on file.
    """
    if to is None:
        return None
    days = case.number(window)
    near = [one for one in case.history(analyte) if days_apart(one, to) <= days]
    return nearest_of(to, [one for one in near if valid(case, one)], days)


def nearest_of(to: Reading, readings: Iterable[Reading], days: float) -> Reading | None:
    """The reading drawn nearest to another, inside so many days; the later of two equally near."""
    found = [one for one in readings if days_apart(one, to) <= days]
    return min(reversed(found), key=lambda one: nearness(one.row, to.row), default=None)


def valid(case: Case, reading: Reading) -> bool:
    """Whether rules may use a result: not in conflict (Q6), not too early after iron by vein (T1), not
    computed in vain (T4)."""
    if is_conflicting(reading.row["notes"]) or case.too_early(reading):
        return False
    return reading.analyte.analyte != TSAT or computed_in_vain(case, reading) is Truth.FALSE


# --- what the results say of iron ------------------------------------------------------------------------


def low_iron(case: Case, panel: IronPanel) -> Truth:
    """Whether the guideline for adults considers iron: ferritin at or below 75, or saturation below 20 %
    (AASM 2025: OR, other than in end-stage renal disease)."""
    by_tsat = [case.meets("tsat_low_20", one) for one in panel.tsats] or [Truth.UNKNOWN]
    return any_of(case.meets("ferritin_rls_75", panel.ferritin), *by_tsat)


def tsat_meeting(case: Case, panel: IronPanel, limit: str) -> Reading | None:
    """The saturation that lies in the region of a limit, the newer of two."""
    return next((one for one in panel.tsats if case.meets(limit, one) is Truth.TRUE), None)


def iron_by_ferritin(case: Case, panel: IronPanel) -> Truth:
    """Whether the ferritin alone lies where iron is considered: rule I1, or I2 with a saturation."""
    return any_of(
        case.meets("ferritin_rls_75", panel.ferritin), case.meets("ferritin_rls_iv_100", panel.ferritin)
    )


# --- for whom the rules are ------------------------------------------------------------------------------


def kidney_rules(case: Case) -> Truth:
    """Whether the kidney rules speak: dialysis, or kidney disease with anaemia."""
    disease = case.meets("egfr_low_60", case.latest("egfr"))
    return any_of(case.dialysis, all_of(disease, anaemia(case)))


def kidney_rules_today(case: Case) -> Truth:
    """Whether they take the place of S1: results that are historical do not disarm a stop."""
    if case.dialysis is not Truth.TRUE and any(case.historical(one) for one in ("egfr", "hemoglobin")):
        return Truth.FALSE
    return kidney_rules(case)


def years_old(case: Case) -> int | None:
    """Age on the as-of date; None when not stated."""
    return case.age_on(case.as_of)


def may_be_pregnant(case: Case) -> Truth:
    """Whether pregnancy has to be asked about: not stated, female, of the age for it, before menopause."""
    facts, age = case.facts, years_old(case)
    if facts.pregnant is not None or facts.sex == "male" or facts.menopause == "after":
        return Truth.FALSE
    if age is not None and not case.number("pregnancy_age_from") <= age <= case.number("pregnancy_age_to"):
        return Truth.FALSE
    return Truth.UNKNOWN if age is None or facts.sex is None else Truth.TRUE


def unstated(case: Case) -> tuple[str, ...]:
    """Facts that would change how iron is read, and that nobody recorded."""
    facts = case.facts
    known = {
        "birth_date": facts.birth_date is not None,
        "dialysis": facts.dialysis is not None,
        "haemochromatosis": facts.haemochromatosis is not None,
        "pregnant": may_be_pregnant(case) is Truth.FALSE,
    }
    return tuple(name for name, stated in known.items() if not stated)


def beckman(assay: str | None, knowledge: Knowledge) -> Truth:
    """Whether the recorded ferritin assay is one of Beckman; unknown when none is recorded."""
    if not assay or not assay.strip():
        return Truth.UNKNOWN
    return Truth.TRUE if _makers(assay, knowledge) & {_BECKMAN} else Truth.FALSE


def _makers(assay: str, knowledge: Knowledge) -> frozenset[str]:
    name = folded(assay)
    return frozenset(
        one.maker
        for one in knowledge.assays
        if re.search(rf"(?<![^\W\d_]){re.escape(one.word)}(?![^\W\d_])", name)
    )


def oral_iron(case: Case, day: date) -> list[Event]:
    """Iron that runs on a day and is not given by vein."""
    return [one for one in case.events_with("iron") if one.active_on(day) and not by_vein(one)]


def no_medicines_recorded(case: Case) -> bool:
    """Whether no list of supplements and medicines is on file: then iron by mouth is unknown, not absent."""
    return not any(one.kind in (EventKind.SUPPLEMENT, EventKind.MEDICINE) for one in case.events)


# --- how it is said --------------------------------------------------------------------------------------


def said(
    case: Case, wording: str, *readings: Reading | None, missing: tuple[str, ...] = (), **words: str
) -> Verdict:
    """A finding that names what was not stated, and ends with what qualifies it."""
    return _verdict(Truth.TRUE, case, wording, readings, missing, words)


def said_of_adults(
    case: Case, wording: str, *readings: Reading | None, missing: tuple[str, ...] = (), **words: str
) -> Verdict:
    """A finding of a rule for adults: while the age is not stated it is open, and says so."""
    truth = Truth.TRUE if case.adult is Truth.TRUE else Truth.UNKNOWN
    unknown = () if case.adult is Truth.TRUE else ("birth_date",)
    return _verdict(truth, case, wording, readings, (*unknown, *missing), words)


def asked(
    case: Case, wording: str, *readings: Reading | None, missing: tuple[str, ...], **words: str
) -> Verdict:
    """A finding that says what has to be known."""
    return _verdict(Truth.UNKNOWN, case, wording, readings, missing, words)


def _verdict(
    truth: Truth,
    case: Case,
    wording: str,
    readings: tuple[Reading | None, ...],
    missing: tuple[str, ...],
    words: dict[str, str],
) -> Verdict:
    known = [one for one in readings if one]
    inputs = tuple(one.as_input() for one in known)
    return Verdict(
        truth, wording, inputs, missing, words={"age": _age(case), "caveat": caveat(case, known), **words}
    )


def _age(case: Case) -> str:
    """What a statement about adults adds while the age is not stated."""
    return "" if years_old(case) is not None else " Age not stated: the limit is one for adults."


def caveat(case: Case, readings: list[Reading]) -> str:
    """What qualifies a statement about iron: sentences, each with a blank before it, or nothing."""
    parts = setting_words("pregnancy" if case.facts.pregnant else "")
    ferritin = [one for one in readings if one.analyte.analyte == "ferritin"]
    if any("mol" in one.shown_unit for one in ferritin):
        parts.append("ferritin in molar units is compared by a conventional molar mass")
    since = [
        one.started_on
        for one in case.iv_iron
        if one.started_on and ferritin and ferritin[0].day < one.started_on <= case.as_of
    ]
    if since and not ferritin[0].relative:
        parts.append(f"iron by vein is recorded after this ferritin, on {date_text(max(since))}")
    return "".join(f" {one[:1].upper()}{one[1:]}." for one in parts)


def fact_input(name: str, text: str) -> Input:
    """Something recorded about the patient as the ground of a finding."""
    return Input(name, text)
