"""D1 to D3 and X1: recorded medicines, and symptoms on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rls_dash.context.events import Event, EventKind
from rls_dash.context.scores import Score
from rls_dash.findings.case import Case, Reading, event_input
from rls_dash.findings.logic import all_of, truth_of
from rls_dash.findings.model import SILENT, Input, Rule, Verdict, asks, fires, undecided
from rls_dash.interpret.recorded import has_list
from rls_dash.interpret.words import brief, date_text, plain
from rls_dash.knowledge import Interaction
from rls_dash.model import Truth

# classes of substances.csv; which of them D1 speaks of is its row in the decision table
_BESIDE_IRON = ("levothyroxine", "levodopa", "tetracycline", "quinolone", "bisphosphonate", "mycophenolate")
_BLEEDING = ("anticoagulant", "antiplatelet")
_DOPAMINERGIC = ("dopamine_agonist", "levodopa")
_AGGRAVATING = ("dopamine_blocker", "sedating_antihistamine", "lithium")
_TRIGGERS = ("alcohol", "caffeine")
_IRLS = "irls"


def _inputs(events: Sequence[Event]) -> list[Input]:
    return [event_input(one) for one in events]


def _names(events: Sequence[Event]) -> str:
    return ", ".join(one.text for one in _inputs(events))


# --- D1 --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Iron:
    """Why spacing from iron matters to a patient."""

    truth: Truth
    recorded: tuple[Event, ...] = ()
    ferritin: Reading | None = None

    @property
    def inputs(self) -> list[Input]:
        if self.recorded:
            return _inputs(self.recorded)
        return [self.ferritin.as_input()] if self.ferritin else []


def _iron(case: Case) -> _Iron:
    """Iron by mouth that is recorded, or that ferritin brings up."""
    by_mouth = tuple(one for one in case.active("iron") if one.kind is not EventKind.INFUSION)
    if by_mouth:
        return _Iron(Truth.TRUE, by_mouth)
    ferritin = case.latest("ferritin")
    limit = "ferritin_child_50" if case.adult is Truth.FALSE else "ferritin_rls_75"
    return _Iron(case.meets(limit, ferritin), ferritin=ferritin)


def d1(case: Case) -> list[Verdict]:
    """Iron recorded, or brought up by ferritin at or below 75 µg/L, beside a medicine whose uptake it lowers.

    Sources of each interval: spacing.csv.
    """
    if not has_list(case.events):
        return [undecided("events")]
    beside = [
        (one, medicines)
        for one in case.knowledge.interactions
        if one.supplement == "iron" and one.substance in _BESIDE_IRON
        if (medicines := case.active(one.substance))
    ]
    iron = _iron(case)
    if not beside or iron.truth is Truth.FALSE:
        return [SILENT]
    if iron.truth is Truth.UNKNOWN:
        return [undecided("ferritin", why=case.why_none("ferritin"))]
    return [_spacing(one, medicines, iron, case) for one, medicines in beside]


def _spacing(one: Interaction, medicines: Sequence[Event], iron: _Iron, case: Case) -> Verdict:
    base = "D1" if iron.recorded else "D1.if_iron"
    own = f"{base}.{one.substance}"
    general = base if one.hours else f"{base}.no_interval"
    words = {
        "iron": _names(iron.recorded),
        "medicines": _names(medicines),
        "hours": one.hours,
        "why": one.why,
    }
    wording = own if own in case.knowledge.wordings else general
    return fires(wording, *iron.inputs, *_inputs(medicines), **words)


# --- D2, D3 ----------------------------------------------------------------------------------------------


def d2(case: Case) -> list[Verdict]:
    """Vitamin E beside an anticoagulant or a platelet inhibitor, both recorded as running."""
    if not has_list(case.events):
        return [undecided("events")]
    vitamin, medicines = case.active("vitamin_e"), case.active(*_BLEEDING)
    if not vitamin or not medicines:
        return [SILENT]
    words = {"vitamin_e": _names(vitamin), "medicines": _names(medicines)}
    return [fires("D2", *_inputs(vitamin), *_inputs(medicines), **words)]


def d3(case: Case) -> list[Verdict]:
    """A medicine or substance is recorded that is reported to bring on or worsen RLS.

    Dopaminergic medicines are not among them: X1 looks at those together with the symptoms.
    """
    if not has_list(case.events):
        return [undecided("events")]
    mirtazapine = case.active("mirtazapine")
    groups = (
        ("D3", case.active(*_AGGRAVATING)),
        ("D3.mirtazapine", mirtazapine),
        ("D3.antidepressant", [one for one in case.active("antidepressant") if one not in mirtazapine]),
        ("D3.trigger", case.active(*_TRIGGERS)),
        ("D3.nicotine", case.active("nicotine")),
    )
    found = [
        fires(wording, *_inputs(events), medicines=_names(events)) for wording, events in groups if events
    ]
    return found or [SILENT]


# --- X1 --------------------------------------------------------------------------------------------------


def x1(case: Case) -> list[Verdict]:
    """The IRLS total rises on a dopaminergic medicine, with ferritin at or below 75 µg/L, in an adult.

    Rising: the latest total is no lower than the one before it, and exceeds the lowest earlier one on the
    medicine by `irls_rise_points` or more. [IRLS: points, 0 to 40]
    """
    if not has_list(case.events):
        return [undecided("events")]
    medicines = case.active(*_DOPAMINERGIC)
    if not medicines or case.adult is Truth.FALSE:
        return [SILENT]
    ferritin = case.latest("ferritin")
    totals = _totals(case, medicines)
    rising = _rising(totals, case.number("irls_rise_points"))
    truth = all_of(rising, case.meets("ferritin_rls_75", ferritin))
    if truth is Truth.FALSE:
        return [SILENT]
    if truth is Truth.UNKNOWN or ferritin is None:
        return [_undecided_x1(rising, case)]
    low, last = _lowest(totals), totals[-1]
    grounds = [_score_input(low), _score_input(last), ferritin.as_input(), *_inputs(medicines)]
    words = {
        "rise": plain(last.total - low.total),
        "low": _score_text(low),
        "last": _score_text(last),
        "medicines": _names(medicines),
    }
    if case.adult is Truth.UNKNOWN:
        return [asks("X1.age", *grounds, missing=("birth_date",), **words)]
    return [fires("X1", *grounds, **words)]


def _totals(case: Case, medicines: Sequence[Event]) -> list[Score]:
    """IRLS totals on the medicines, oldest first; without a stated start of each, all totals."""
    starts = [one.started_on for one in medicines]
    first = None if None in starts else min(one for one in starts if one)
    found = [
        one
        for one in case.scores
        if one.scale.casefold().strip() == _IRLS
        and one.scored_on <= case.as_of
        and (first is None or one.scored_on >= first)
    ]
    return sorted(found, key=lambda one: one.scored_on)


def _rising(totals: Sequence[Score], points: float) -> Truth:
    if len(totals) < 2:  # noqa: PLR2004
        return Truth.UNKNOWN
    last, before = totals[-1].total, totals[-2].total
    return truth_of(last >= before and float(last - _lowest(totals).total) >= points)


def _lowest(totals: Sequence[Score]) -> Score:
    """The lowest total before the last; the later one of equals."""
    return min(reversed(totals[:-1]), key=lambda one: one.total)


def _undecided_x1(rising: Truth, case: Case) -> Verdict:
    missing = ("scores",) if rising is Truth.UNKNOWN else ()
    if case.meets("ferritin_rls_75", case.latest("ferritin")) is Truth.UNKNOWN:
        return undecided(*missing, "ferritin", why="" if missing else case.why_none("ferritin"))
    return undecided(*missing, why="fewer than two IRLS totals on the medicine")


def _score_text(score: Score) -> str:
    return f"{plain(score.total)} ({date_text(score.scored_on)})"


def _score_input(score: Score) -> Input:
    return Input(
        name="score",
        text=f"{brief(score.scale)} {_score_text(score)}",
        value=float(score.total),
        collected_at=score.scored_on.isoformat(),
        source_file=score.source_file,
        source_row=score.source_row,
    )


RULES: tuple[Rule, ...] = (Rule("D1", d1), Rule("D2", d2), Rule("D3", d3), Rule("X1", x1))
