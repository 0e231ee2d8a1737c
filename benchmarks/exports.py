"""Invented long exports for the benchmarks: one like those of laboratories, one of pure chance."""

from __future__ import annotations

import csv
import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Way = tuple[str, str, list[tuple[str, float, float, int]], str]
_FIRST_DAY = date(2021, 1, 1)
_HEADER = "patient_id,collected_at,test,loinc,value,unit,reference_range,flag,status\n"

# Spelling, LOINC, (unit, low, high, digits) per way of reporting, printed interval.
_TRACKED: list[Way] = [
    ("Ferritin", "2276-4", [("ng/mL", 5, 400, 0), ("ug/L", 5, 400, 1), ("µg/L", 5, 400, 0)], "30-400"),
    ("Vitamin B12", "2132-9", [("pg/mL", 120, 1200, 0), ("ng/L", 120, 1200, 0)], "200-900"),
    ("Folate", "2284-8", [("ng/mL", 1.5, 20, 1), ("ug/L", 1.5, 20, 1)], ">4.0"),
    ("Magnesium", "19123-9", [("mg/dL", 1.4, 2.7, 1)], "1.6-2.6"),
    ("Iron", "2498-4", [("ug/dL", 20, 200, 0)], "60-170"),
    ("Transferrin saturation", "2502-3", [("%", 5, 60, 0)], "20-50"),
]
_NOT_TRACKED: list[Way] = [
    ("Sodium", "2951-2", [("mmol/L", 130, 150, 0)], "135-145"),
    ("Potassium", "2823-3", [("mmol/L", 3, 6, 1)], "3.5-5.1"),
    ("Glucose", "2345-7", [("mg/dL", 60, 300, 0)], "70-99"),
    ("Platelets", "777-3", [("10*3/uL", 100, 450, 0)], "150-400"),
]


def random_export(path: Path, rows: int, tracked: float, seed: int = 7) -> None:
    """Results without a patient behind them: censored values, status words, several units for one test."""
    chance = random.Random(seed)
    patients = max(1, rows // 15)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEADER)
        for _ in range(rows):
            tests = _TRACKED if chance.random() < tracked else _NOT_TRACKED
            name, loinc, ways, interval = chance.choice(tests)
            unit, low, high, digits = chance.choice(ways)
            value = f"{chance.uniform(low, high):.{digits}f}"
            if chance.random() < 0.02:
                value = f"<{value}"
            day = _FIRST_DAY + timedelta(days=chance.randrange(1800))
            clock = f"{chance.randrange(24):02}:{chance.randrange(60):02}"
            status = "final" if chance.random() < 0.97 else "preliminary"
            patient = f"P{chance.randrange(patients):06}"
            row = (patient, f"{day.isoformat()}T{clock}", name, loinc, value, unit, interval, "", status)
            file.write(",".join(row) + "\n")


@dataclass(frozen=True)
class Test:
    """A test as laboratories report it; the first unit is that of the median."""

    analyte: str
    loinc: str
    names: tuple[str, ...]
    units: tuple[tuple[str, float, int], ...]  # (spelling, times the first unit, digits)
    interval: str
    median: float
    between: float  # persons: standard deviation of logarithms


_SERUM = "in Serum or Plasma"
_TESTS = (
    Test(
        "ferritin", "2276-4",
        ("Ferritin", "Ferritin Ser/Plas", "Serum Ferritin", f"Ferritin [Mass/volume] {_SERUM}"),
        (("ng/mL", 1, 0), ("ug/L", 1, 1), ("µg/L", 1, 0), ("ng/ml", 1, 1)), "30-400", 90, 0.9,
    ),
    Test(
        "vitamin_b12", "2132-9",
        ("Vitamin B12", "Vit B12", "Cobalamin", f"Cobalamin (Vitamin B12) [Mass/volume] {_SERUM}"),
        (("pg/mL", 1, 0), ("ng/L", 1, 0), ("pg/ml", 1, 0)), "200-900", 420, 0.4,
    ),
    Test(
        "folate", "2284-8", ("Folate", "Folic acid", f"Folate [Mass/volume] {_SERUM}"),
        (("ng/mL", 1, 1), ("ug/L", 1, 1), ("µg/L", 1, 1)), ">4.0", 9, 0.4,
    ),
    Test(
        "magnesium", "19123-9", ("Magnesium", "Magnesium Serum", f"Magnesium [Mass/volume] {_SERUM}"),
        (("mg/dL", 1, 2), ("mg/dl", 1, 1)), "1.6-2.6", 2.05, 0.07,
    ),
    Test(
        "iron", "2498-4", ("Iron", "Serum Iron", f"Iron [Mass/volume] {_SERUM}"),
        (("ug/dL", 1, 0), ("µg/dL", 1, 0), ("mcg/dL", 1, 0)), "60-170", 90, 0.3,
    ),
    Test(
        "transferrin_saturation", "2502-3", ("Transferrin saturation", "Iron saturation", "TSAT"),
        (("%", 1, 0), ("%", 1, 1)), "20-50", 27, 0.3,
    ),
)  # fmt: skip
_OTHERS = (
    Test("", "2951-2", (f"Sodium [Moles/volume] {_SERUM}",), (("mmol/L", 1, 0),), "135-145", 140, 0.01),
    Test("", "2823-3", (f"Potassium [Moles/volume] {_SERUM}",), (("mmol/L", 1, 1),), "3.5-5.1", 4.2, 0.05),
    Test("", "2345-7", ("Glucose", "Glucose Fasting"), (("mg/dL", 1, 0),), "70-99", 95, 0.2),
    Test("", "777-3", ("Platelets",), (("10*3/uL", 1, 0),), "150-400", 240, 0.25),
)
# Forms of a date that leave no doubt, and how many of a hundred laboratories write them.
_FORMS = (
    ("%Y-%m-%dT%H:%M", 50),
    ("%Y-%m-%d %H:%M:%S", 20),
    ("%Y-%m-%d", 10),
    ("%d %b %Y %H:%M", 10),
    ("%Y/%m/%d %H:%M", 10),
)
_CLOCK = {"%Y-%m-%dT%H:%M": "T{}", "%Y-%m-%d %H:%M:%S": " {}:00", "%Y-%m-%d": ""}
_CHANGED, _CHANGE, _ELSEWHERE, _CENSORED = 0.02, 4.0, 0.03, 0.02
_ELSE_WITHIN = 6.0  # percent, of tests without a line in variation.csv


def _within() -> dict[str, float]:
    """Within-person and analytical variation together, per analyte [%]."""
    with (ROOT / "data" / "knowledge" / "variation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["analyte"]: math.hypot(float(row["cvi"] or 0), float(row["cva"] or 0)) for row in rows}


def realistic_export(path: Path, rows: int, tracked: float, seed: int = 7) -> None:
    """Results of patients as laboratories print them, about 89 MB for a million rows.

    Each patient has a usual value of each test, which varies from draw to draw as data/knowledge says
    (variation.csv); one result in fifty is changed in earnest, up to four times. A laboratory keeps to one
    spelling of test and unit and one form of date (five forms); one draw in thirty is done elsewhere. Two
    results in a hundred lie beyond the measuring range, one in forty is flagged. No decimal commas: a file
    that mixes both marks proves none.
    """
    chance = random.Random(seed)
    patients = max(1, rows // 15)
    within = {name: share / 100 for name, share in _within().items()}
    dates = [_FIRST_DAY + timedelta(days=day) for day in range(1800)]
    days = {form: [day.strftime(form.split(" %H")[0].split("T%H")[0]) for day in dates] for form, _ in _FORMS}
    forms, shares = zip(*_FORMS, strict=True)
    homes = chance.choices(forms, shares, k=97)  # laboratories
    levels = {
        test: [math.exp(chance.gauss(0, test.between)) for _ in range(patients)]
        for test in (*_TESTS, *_OTHERS)
    }
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEADER)
        for _ in range(rows):
            patient = chance.randrange(patients)
            test = chance.choice(_TESTS if chance.random() < tracked else _OTHERS)
            home = patient % 97 if chance.random() > _ELSEWHERE else chance.randrange(97)
            share = within.get(test.analyte, _ELSE_WITHIN / 100)
            value = test.median * levels[test][patient] * math.exp(chance.gauss(0, share))
            if chance.random() < _CHANGED:
                value *= _CHANGE ** chance.uniform(-1, 1) if test.analyte != "magnesium" else 1
            unit, times, digits = test.units[home % len(test.units)]
            text = f"{value * times:.{digits}f}"
            if chance.random() < _CENSORED:
                text = f"<{text}"
            form = homes[home]
            clock = f"{chance.randrange(6, 20):02}:{chance.randrange(60):02}"
            when = days[form][chance.randrange(1800)] + _CLOCK.get(form, " {}").format(clock)
            flag = "H" if chance.random() < 0.025 else ""
            status = "final" if chance.random() < 0.97 else "preliminary"
            name = test.names[home % len(test.names)]
            row = (f"MRN{patient:08}", when, name, test.loinc, text, unit, test.interval, flag, status)
            file.write(",".join(row) + "\n")
