"""A handful of realistic faults, so that the Import page has something to show honestly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from rls_dash.sample_clinic.person import File
from rls_dash.sample_clinic.report import Line


@dataclass(frozen=True)
class Defect:
    """One fault in one row: the n-th result of a test of one patient (0 is the oldest)."""

    patient_id: str
    file: File
    analyte: str
    which: int
    see: str
    change: Callable[[Line], list[Line]]


def _unit(unit: str) -> Callable[[Line], list[Line]]:
    return lambda line: [replace(line, us=replace(line.us, unit=unit))]


def _number(number: str) -> Callable[[Line], list[Line]]:
    return lambda line: [replace(line, us=replace(line.us, sign="", number=number, flag=""))]


def _twice(line: Line) -> list[Line]:
    return [line, line]


def _preliminary(line: Line) -> list[Line]:
    return [replace(line, status="preliminary")]


def _corrected(line: Line) -> list[Line]:
    """The laboratory first reported a tenth of the value, a slipped decimal point."""
    wrong = replace(line.us, number=f"{float(line.us.number) / 10:.1f}", flag="L")
    return [replace(line, us=wrong), replace(line, status="corrected")]


DEFECTS = (
    Defect(
        "RLS-019", File.PLAIN, "magnesium", 1, "A magnesium without a unit waits for an answer.", _unit("")
    ),
    Defect(
        "RLS-001", File.PLAIN, "magnesium", 1, "A unit 'Mg/dL' (megagrams) is not converted.", _unit("Mg/dL")
    ),
    Defect(
        "RLS-015",
        File.PLAIN,
        "magnesium",
        0,
        "'haemolysed' stands where a number should be.",
        _number("haemolysed"),
    ),
    Defect(
        "RLS-025",
        File.FHIR,
        "magnesium",
        0,
        "A magnesium of 210 mg/dL is impossible: a lost point.",
        _number("210"),
    ),
    Defect("RLS-029", File.SYNTHEA, "ferritin", 2, "One ferritin row is in the file twice.", _twice),
    Defect("RLS-017", File.PLAIN, "vitamin_b12", -1, "The latest B12 is preliminary.", _preliminary),
    Defect(
        "RLS-030",
        File.PLAIN,
        "ferritin",
        3,
        "A ferritin was corrected; the first report is replaced.",
        _corrected,
    ),
)


def with_defects(lines: list[Line]) -> list[Line]:
    """The rows with every fault in its place. Raises LookupError when a row for one is missing."""
    changed = list(lines)
    for defect in DEFECTS:
        places = [
            index
            for index, line in enumerate(changed)
            if (line.person.patient_id, line.file, line.test.analyte)
            == (defect.patient_id, defect.file, defect.analyte)
        ]
        if not places:
            raise LookupError(f"{defect.patient_id} has no {defect.analyte} for a defect")
        index = places[defect.which]
        changed[index : index + 1] = defect.change(changed[index])
    return changed
