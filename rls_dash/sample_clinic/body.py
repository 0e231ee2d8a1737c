"""Courses → measurements: visits, which tests are asked for, and the noise within one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from rls_dash.sample_clinic.catalogue import ADULT_YEARS, fillers
from rls_dash.sample_clinic.person import (
    AS_OF,
    DAYS_PER_YEAR,
    Course,
    Person,
    Sex,
    Source,
    Spot,
    day,
    level,
    weekday,
)

# Coefficient of variation within one person, biological and analytical together.
NOISE = {
    "ferritin": 0.15,
    "vitamin_b12": 0.08,
    "folate": 0.10,
    "magnesium": 0.04,
    "iron": 0.27,
    "tibc": 0.04,
    "hemoglobin": 0.025,
    "crp": 0.40,
    "creatinine": 0.05,
}
WIDEST = 2.0  # [standard deviations] beyond it a story could turn into another one
IRON_PANEL = "iron_panel"  # iron, TIBC or transferrin, and the saturation from the same tube
CHANCE = {
    "ferritin": 0.9,
    IRON_PANEL: 0.28,
    "vitamin_b12": 0.32,
    "folate": 0.28,
    "magnesium": 0.33,
    "hemoglobin": 0.32,
    "crp": 0.24,
    "creatinine": 0.16,
}
OFTEN = 0.85
FILLERS = "fillers"  # the tests that only fill an export, in Person.never
FILLER = 0.11  # share of visits at which each test that only fills an export is asked for
# Analytes that some clinics never ask for, with the share of patients this happens to.
OMITTED = {"vitamin_b12": 0.15, "folate": 0.25, "magnesium": 0.2}
# Without inflammation or overload, saturation and binding capacity go with ferritin [µg/L].
TSAT_BY_FERRITIN: Course = ((-5, 5), (-10, 9), (-20, 14), (-40, 20), (-75, 25), (-150, 30), (-300, 35))
TIBC_BY_FERRITIN: Course = ((-5, 450), (-20, 400), (-75, 340), (-150, 315), (-300, 285))
TRANSFERRIN_PER_TIBC = 1 / 1.40  # [mg/dL per µg/dL]
CLOSEST_VISITS = 24  # [days]
LATEST_DAYS = 70  # the last visits of the patients spread over this many days
HIGHEST_TSAT = 95.0  # [%]


@dataclass(frozen=True)
class Measurement:
    """What the tube held, before any laboratory rounds, converts or censors it."""

    person: Person
    source: Source
    collected: datetime
    analyte: str
    value: float  # [conventional unit]


def noise(rng: Random) -> float:
    """About standard normal, within WIDEST; sums only, so that every platform gives the same bits."""
    total = sum(rng.random() for _ in range(12)) - 6.0
    return max(-WIDEST, min(WIDEST, total))


def between(rng: Random, low: float, high: float) -> float:
    """A number drawn evenly from an interval."""
    return low + (high - low) * rng.random()


def visit_days(person: Person, rng: Random) -> list[date]:
    """Weekdays of the visits, oldest first."""
    first, last = person.span
    found = [day(years) for years in person.extra_visits]
    gap = DAYS_PER_YEAR / person.visits_per_year
    when = day(last) - timedelta(days=round(between(rng, 0, LATEST_DAYS)))
    while when >= day(first):
        if all(abs((when - other).days) >= CLOSEST_VISITS for other in found):
            found.append(when)
        when -= timedelta(days=round(gap * between(rng, 0.75, 1.3)))
    return sorted({weekday(when) for when in found})


def base_levels(person: Person, rng: Random) -> dict[str, Course]:
    """Courses of everything: those of the story, else a level this person keeps."""
    woman = person.sex is Sex.FEMALE
    usual = {
        "ferritin": between(rng, 95, 170),
        "vitamin_b12": between(rng, 400, 720),
        "folate": between(rng, 6.5, 16),
        "magnesium": between(rng, 1.96, 2.26),
        "hemoglobin": between(rng, 12.9, 14.4) if woman else between(rng, 14.3, 16.0),
        "crp": between(rng, 0.7, 3.0),
        "creatinine": between(rng, 0.62, 0.92) if woman else between(rng, 0.82, 1.12),
    }
    return {analyte: ((0.0, value),) for analyte, value in usual.items()} | person.levels


def age_on(born: date, on: date) -> float:
    """Age [years]."""
    return (on - born).days / DAYS_PER_YEAR


def egfr(creatinine: float, age: float, sex: Sex) -> float:
    """CKD-EPI 2021 [mL/min/1.73 m²] from serum creatinine [mg/dL]."""
    kappa, alpha = (0.7, -0.241) if sex is Sex.FEMALE else (0.9, -0.302)
    ratio = creatinine / kappa
    rate = 142 * min(ratio, 1.0) ** alpha * max(ratio, 1.0) ** -1.2 * 0.9938**age
    return float(rate * (1.012 if sex is Sex.FEMALE else 1.0))


class Tube:
    """One visit's blood: values of the tests asked for, coherent with each other."""

    def __init__(self, person: Person, levels: dict[str, Course], years: float, rng: Random) -> None:
        self._person, self._levels, self._years, self._rng = person, levels, years, rng
        self.values: dict[str, float] = {}

    def _level(self, analyte: str) -> float:
        return level(self._levels[analyte], self._years)

    def _noisy(self, analyte: str, value: float) -> float:
        return value * (1 + NOISE[analyte] * noise(self._rng))

    def draw(self, analyte: str, when: date) -> None:
        """Measure one analyte, or the iron panel."""
        if analyte == IRON_PANEL:
            self._iron_panel(None)
            return
        self.values[analyte] = self._noisy(analyte, self._level(analyte))
        if analyte == "creatinine":
            self._renal(when)

    def put(self, analyte: str, value: float, when: date) -> None:
        """Set one value exactly, and what is computed from it."""
        if analyte == "transferrin_saturation":
            self._iron_panel(value)
            return
        self.values[analyte] = value
        if analyte == "creatinine":
            self._renal(when)

    def _renal(self, when: date) -> None:
        age = age_on(self._person.born, when)
        if age >= ADULT_YEARS:
            self.values["egfr"] = egfr(self.values["creatinine"], age, self._person.sex)

    def _iron_panel(self, saturation: float | None) -> None:
        ferritin = -self._level("ferritin")
        tibc = self._level("tibc") if "tibc" in self._levels else level(TIBC_BY_FERRITIN, ferritin)
        tibc = self._noisy("tibc", tibc)
        if saturation is None:
            known = "transferrin_saturation" in self._levels
            usual = self._level("transferrin_saturation") if known else level(TSAT_BY_FERRITIN, ferritin)
            saturation = min(HIGHEST_TSAT, self._noisy("iron", usual))
        self.values |= {
            "iron": round(saturation * round(tibc) / 100),
            "tibc": float(round(tibc)),
            "transferrin": tibc * TRANSFERRIN_PER_TIBC,
        }
        self.values["transferrin_saturation"] = 100 * self.values["iron"] / self.values["tibc"]


def asked_for(person: Person, rng: Random) -> dict[str, float]:
    """Chance of each test at one visit of this person."""
    chance = dict(CHANCE)
    for analyte, share in OMITTED.items():
        if rng.random() < share and analyte not in person.levels and analyte not in person.often:
            chance[analyte] = 0.0
    return chance | dict.fromkeys(person.often, OFTEN) | dict.fromkeys(person.never, 0.0)


def spots_by_visit(person: Person, days: list[date]) -> dict[date, list[Spot]]:
    """The set values under the visit they belong to."""
    found: dict[date, list[Spot]] = {}
    for spot in person.spots:
        nearest = min(days, key=lambda when: abs((when - day(spot.years)).days))
        found.setdefault(nearest, []).append(spot)
    return found


def measurements(person: Person, seed: int) -> list[Measurement]:
    """Everything ever measured in one person, oldest first. Each person has a random stream of their own."""
    rng = Random(f"{seed}:{person.patient_id}")  # noqa: S311 - synthetic patients, not secrets
    levels, chance = base_levels(person, rng), asked_for(person, rng)
    days = visit_days(person, rng)
    spots = spots_by_visit(person, days)
    found = []
    for when in days:
        minutes = 7 * 60 + 5 * int(rng.random() * 43)
        collected = datetime.combine(when, time(minutes // 60, minutes % 60))
        years = (AS_OF - when).days / DAYS_PER_YEAR
        tube = Tube(person, levels, years, rng)
        for analyte, share in chance.items():
            if rng.random() < share:
                tube.draw(analyte, when)
        _set_spots(tube, spots.get(when, []), when)
        source = next(s for s in person.sources if years >= s.until)
        others = {} if FILLERS in person.never else _others(source, rng)
        values = tube.values | others
        if "ferritin" in values and not any(s.analyte == "ferritin" for s in spots.get(when, [])):
            values["ferritin"] *= source.ferritin_bias
        found += [Measurement(person, source, collected, name, value) for name, value in values.items()]
    return found


def _set_spots(tube: Tube, spots: list[Spot], when: date) -> None:
    for spot in spots:
        tube.put(spot.analyte, spot.value, when)


def _others(source: Source, rng: Random) -> dict[str, float]:
    """Tests nobody tracks here, as any export holds them."""
    return {
        test.analyte: between(rng, test.usual[0] or 0.0, test.usual[1] or 0.0)
        for test in fillers(source.file)
        if rng.random() < FILLER
    }
