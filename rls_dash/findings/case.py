"""One patient as the rules see him: the latest valid results, what they pair with, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from rls_dash.context.events import Event
from rls_dash.context.patients import PatientContext, age_years
from rls_dash.context.scores import Score
from rls_dash.findings.logic import truth_of
from rls_dash.findings.model import Input
from rls_dash.interpret.draws import days_between
from rls_dash.interpret.inflammation import CRP, crp_beside
from rls_dash.interpret.iv_iron import IRON_PANEL, AfterIron, after_iron, iron_by_vein
from rls_dash.interpret.latest import COMPUTED, Row, day_of, is_conflicting, newest, reported_text
from rls_dash.interpret.limits import COMPUTED_INVALID, meets
from rls_dash.interpret.substances import substances_of
from rls_dash.interpret.words import brief, date_text, in_sentence, is_relative
from rls_dash.knowledge import Analyte, Knowledge, Limit
from rls_dash.model import Truth

T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """One result that rules may use."""

    row: Row
    analyte: Analyte

    @property
    def day(self) -> date:
        """Calendar day of collection."""
        return day_of(self.row)

    @property
    def moment(self) -> datetime:
        """Wall clock of collection."""
        found: datetime = self.row["collected_on"]
        return found

    @property
    def relative(self) -> bool:
        """True when the time counts from a start nobody states."""
        return is_relative(self.day)

    @property
    def computed(self) -> bool:
        """True when the number was computed from other results of the same draw."""
        return COMPUTED in self.row["notes"].split()

    def meets(self, limit: Limit) -> Truth:
        """Whether the result lies in the region of a limit; the reported unit decides where it can."""
        row = self.row
        return meets(
            limit, row["value"], row["comparator"], row["unit"], row["reported_number"], row["unit_code"]
        )

    @cached_property
    def text(self) -> str:
        """ "ferritin 42 ng/mL (03 Apr 2026)"."""
        how = ", computed" if self.computed else ""
        label = in_sentence(self.analyte.short_label)
        return f"{label} {reported_text(self.row)} ({date_text(self.day)}{how})"

    @property
    def shown_unit(self) -> str:
        """UCUM code in which the result is printed."""
        return str(self.row["unit_code"] or self.row["unit"])

    def as_input(self) -> Input:
        """The result as the ground of a finding."""
        row = self.row
        reported = bool(row["unit_code"]) and row["reported_number"] == row["reported_number"]
        return Input(
            name=self.analyte.analyte,
            text=self.text,
            value=float(row["reported_number"] if reported else row["value"]),
            unit=self.shown_unit if reported else row["unit"],
            comparator=row["comparator"],
            collected_at=row["collected_at"],
            source_file=row["source_file"],
            source_row=int(row["source_row"]),
            computed=str(row.get("computed_from") or "") if self.computed else "",
        )


@dataclass
class Case:
    """Everything the rules may read about one patient, as on one day."""

    patient_id: str
    as_of: date
    knowledge: Knowledge
    rows: Sequence[Row]  # usable results, computed ones too, oldest first inside each analyte
    facts: PatientContext
    events: Sequence[Event] = ()
    scores: Sequence[Score] = ()
    held: Sequence[Row] = field(
        default_factory=tuple
    )  # rows set aside or held: code, analyte, source_file, …
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)
    _histories: dict[str, tuple[Reading, ...]] = field(default_factory=dict, init=False, repr=False)
    _newest: dict[str, tuple[Reading, ...]] = field(default_factory=dict, init=False, repr=False)
    _latest_found: dict[str, tuple[Reading | None, str]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def _by_analyte(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            if row["collected_on"].date() <= self.as_of or is_relative(day_of(row)):
                found.setdefault(row["analyte"], []).append(row)
        return found

    # --- results: asked for again and again by the rules, so each is made once per patient -----------------

    def history(self, analyte: str) -> tuple[Reading, ...]:
        """All usable results of an analyte, oldest first, conflicting ones too."""
        if analyte not in self._histories:
            self._histories[analyte] = self._readings(analyte, self._by_analyte.get(analyte, ()))
        return self._histories[analyte]

    def newest(self, analyte: str) -> tuple[Reading, ...]:
        """The latest result, or all that conflict at its time; empty when none is on file."""
        if analyte not in self._newest:
            rows = self._by_analyte.get(analyte)
            self._newest[analyte] = self._readings(analyte, newest(rows) if rows else ())
        return self._newest[analyte]

    def _readings(self, analyte: str, rows: Sequence[Row]) -> tuple[Reading, ...]:
        kind = self.knowledge.analytes[analyte]
        return tuple(Reading(row, kind) for row in rows)

    def latest(self, analyte: str) -> Reading | None:
        """The latest valid result; None while results of its collection conflict (rule Q6), and for the
        iron panel also while it is too early after iron by vein (rule T1)."""
        return self._latest(analyte)[0]

    def why_none(self, analyte: str) -> str:
        """Why there is no valid latest result: "" when there is one."""
        return self._latest(analyte)[1]

    def _latest(self, analyte: str) -> tuple[Reading | None, str]:
        """(latest valid result, why there is none), found once."""
        if analyte not in self._latest_found:
            self._latest_found[analyte] = self._found(analyte)
        return self._latest_found[analyte]

    def _found(self, analyte: str) -> tuple[Reading | None, str]:
        readings = self.newest(analyte)
        why = self._why_not(analyte, readings)
        return (None, why) if why else (readings[-1], "")

    def kept(self, key: Hashable, build: Callable[[], T]) -> T:
        """What `build` gives, computed once for this patient."""
        if key not in self._kept:
            self._kept[key] = build()
        found: T = self._kept[key]
        return found

    def _why_not(self, analyte: str, readings: Sequence[Reading]) -> str:
        label = self.knowledge.analytes[analyte].short_label
        if not readings:
            waiting = any(one["analyte"] == analyte for one in self.held)
            return f"{label}: only results that are held or set aside" if waiting else f"{label} not on file"
        last = readings[-1]
        if len(readings) > 1 or is_conflicting(last.row["notes"]):
            return f"{label}: conflicting results of {date_text(last.day)}"
        if COMPUTED_INVALID in last.row["notes"].split():
            return f"{label} of {date_text(last.day)}: computed, and not valid beside so high a ferritin"
        after = self.after_iv_iron(last)
        if after and after.too_early:
            return f"{label} of {date_text(last.day)}: {after.days} days after iron by vein"
        return ""

    def historical(self, analyte: str) -> bool:
        """Whether the latest valid result is older than rule Q7 allows; relative time has no age."""
        one = self.latest(analyte)
        if one is None or one.relative:
            return False
        return (self.as_of - one.day).days > self.number("historical_days")

    def near(self, analyte: str, to: Reading | None, window: str) -> Reading | None:
        """The latest valid result of an analyte, where it was drawn within a window of another.

        `window` is the parameter with the days. Results in relative time pair among themselves.
        """
        one = self.latest(analyte)
        if one is None or to is None:
            return None
        return one if days_apart(one, to) <= self.number(window) else None

    def meets(self, limit_id: str, reading: Reading | None) -> Truth:
        """Whether a result lies in the region of a limit; unknown without a result."""
        limit = self.knowledge.limits[limit_id]
        if reading is None:
            return Truth.UNKNOWN
        if reading.analyte.analyte != limit.analyte:
            raise ValueError(f"{limit_id} is no limit of {reading.analyte.analyte}")
        return reading.meets(limit)

    # --- numbers of the tables ---------------------------------------------------------------------------

    def number(self, parameter: str) -> float:
        """A parameter of the tables."""
        return float(self.knowledge.parameters[parameter].value)

    # --- what is recorded --------------------------------------------------------------------------------

    def age_on(self, day: date) -> int | None:
        """Whole years of age on a day; None when the birth date is not stated."""
        born = self.facts.birth_date
        return age_years(born, day) if born and not is_relative(day) else None

    @property
    def adult(self) -> Truth:
        """Whether the patient is of age on the as-of date."""
        age = self.age_on(self.as_of)
        return Truth.UNKNOWN if age is None else truth_of(age >= self.number("adult_from_years"))

    @property
    def dialysis(self) -> Truth:
        """Dialysis or end-stage renal disease, as recorded."""
        return truth_of(self.facts.dialysis)

    @property
    def pregnant(self) -> Truth:
        """Pregnancy, as recorded."""
        return truth_of(self.facts.pregnant)

    def substances_of(self, event: Event) -> frozenset[str]:
        """What an event of this name brings: "iron", "magnesium", "levothyroxine"."""
        return substances_of(event, self.knowledge)

    def events_with(self, *substances: str) -> list[Event]:
        """Events that bring one of these substances, in the order of the file."""
        wanted = set(substances)
        return [one for one in self.events if wanted & self.substances_of(one)]

    def active(self, *substances: str) -> list[Event]:
        """Events with one of these substances that run on the as-of date."""
        return [one for one in self.events_with(*substances) if one.active_on(self.as_of)]

    @cached_property
    def iv_iron(self) -> list[Event]:
        """Iron by vein."""
        return iron_by_vein(self.events, self.knowledge)

    def after_iv_iron(self, reading: Reading) -> AfterIron | None:
        """Whether a result of the iron panel is too early or early after iron by vein; None: neither."""
        if reading.analyte.analyte not in IRON_PANEL:
            return None
        return after_iron(reading.day, self.iv_iron, self.knowledge)

    def too_early(self, reading: Reading) -> bool:
        """Whether a result of the iron panel was drawn too soon after iron by vein to be read (rule T1)."""
        after = self.after_iv_iron(reading)
        return after is not None and after.too_early

    def crp_beside(self, ferritin: Reading) -> tuple[Truth, Reading | None]:
        """Whether CRP near a ferritin is raised, and the result that decides it."""
        rows = [row for analyte in CRP for row in self._by_analyte.get(analyte, ())]
        truth, row = crp_beside(ferritin.row, rows, self.knowledge)
        return truth, Reading(row, self.knowledge.analytes[row["analyte"]]) if row else None

    def inflamed(self, reading: Reading) -> bool:
        """Whether a result is a ferritin drawn beside a raised CRP: no comparison uses it."""
        return reading.analyte.analyte == "ferritin" and self.crp_beside(reading)[0] is Truth.TRUE


def days_apart(one: Reading, other: Reading) -> float:
    """Days between two collections; infinite where they cannot be told."""
    return days_between(one.row, other.row)


def event_input(event: Event) -> Input:
    """A recorded medicine, supplement, infusion or illness as the ground of a finding."""
    dose = f" {event.dose:f} {brief(event.unit)}".rstrip() if event.dose is not None else ""
    since = f", since {date_text(event.started_on)}" if event.started_on else ""
    started = event.started_on.isoformat() if event.started_on else ""
    return Input(
        f"event:{event.name}",
        f"{brief(event.name)}{dose}{since}",
        float(event.dose) if event.dose is not None else None,
        event.unit,
        "",
        started,
        event.source_file,
        event.source_row,
    )
