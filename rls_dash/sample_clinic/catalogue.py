"""How seven laboratory systems call, code, convert and bound the same tests: reads tests.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rls_dash.sample_clinic.person import File, Sex

TABLE = Path(__file__).with_name("tests.csv")

# Column of tests.csv with the name of a test in each export; an empty cell: not reported there.
NAME_COLUMN = {
    File.PLAIN: "plain_name",
    File.SYNTHEA: "long_name",
    File.OMOP: "long_name",
    File.CDISC: "cdisc_name",
    File.FHIR: "short_name",
    File.MIMIC: "mimic_label",
    File.GERMAN: "german_name",
}

ADULT_YEARS = 18

Interval = tuple[float | None, float | None]


@dataclass(frozen=True)
class Scale:
    """One unit system's way to print a test."""

    unit: str  # UCUM code; a system may spell it its own way
    factor: float  # from the conventional unit
    digits: int
    lowest: float | None  # [unit] results below are printed as "<"
    highest: float | None  # [unit] results above are printed as ">"


@dataclass(frozen=True)
class Test:
    """One test in every system that reports it."""

    analyte: str  # x_... for tests that only fill an export
    loinc: str
    cdisc_code: str
    mimic_item: str
    names: dict[File, str]
    conventional: Scale
    si: Scale
    women: Interval  # reference interval [conventional unit]
    men: Interval
    children: Interval | None  # None: printed as for adults
    usual: Interval  # level of a test that only fills an export [conventional unit]

    def interval(self, sex: Sex, age: float) -> Interval:
        """Reference interval printed for a sex and an age [years], in the conventional unit."""
        if age < ADULT_YEARS and self.children:
            return self.children
        return self.women if sex is Sex.FEMALE else self.men


def _number(text: str) -> float | None:
    return float(text) if text else None


def _scale(row: dict[str, str], prefix: str) -> Scale:
    return Scale(
        unit=row[f"{prefix}unit"],
        factor=float(row.get(f"{prefix}factor") or 1),
        digits=int(row[f"{prefix}digits"]),
        lowest=_number(row[f"{prefix}lowest"]),
        highest=_number(row[f"{prefix}highest"]),
    )


def _test(row: dict[str, str]) -> Test:
    return Test(
        analyte=row["analyte"],
        loinc=row["loinc"],
        cdisc_code=row["cdisc_code"],
        mimic_item=row["mimic_item"],
        names={file: row[column] for file, column in NAME_COLUMN.items() if row[column]},
        conventional=_scale(row, ""),
        si=_scale(row, "si_"),
        women=(_number(row["women_low"]), _number(row["women_high"])),
        men=(_number(row["men_low"]), _number(row["men_high"])),
        children=(_number(row["child_low"]), _number(row["child_high"])) if row["child_low"] else None,
        usual=(_number(row["usual_low"]), _number(row["usual_high"])),
    )


@cache
def tests() -> dict[str, Test]:
    """Every test by analyte."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["analyte"]: _test(row) for row in csv.DictReader(file)}


def fillers(file: File) -> list[Test]:
    """The tests that only fill an export of one system."""
    return [test for test in tests().values() if test.analyte.startswith("x_") and file in test.names]
