"""The whole clinic as files: exports, the side files about patients, and the stories."""

from __future__ import annotations

from pathlib import Path

from rls_dash.sample_clinic.body import measurements
from rls_dash.sample_clinic.cast_ferritin import FERRITIN_CAST
from rls_dash.sample_clinic.cast_iron import IRON_CAST
from rls_dash.sample_clinic.cast_special import SPECIAL_CAST
from rls_dash.sample_clinic.cast_vitamins import VITAMIN_CAST
from rls_dash.sample_clinic.defects import DEFECTS, with_defects
from rls_dash.sample_clinic.person import AS_OF, Event, File, Person, day, weekday
from rls_dash.sample_clinic.report import Line, line
from rls_dash.sample_clinic.scores import SCALES
from rls_dash.sample_clinic.shapes import export, table

SEED = 2026
DIRECTORY = Path(__file__).resolve().parents[2] / "data" / "samples"
CAST: tuple[Person, ...] = IRON_CAST + FERRITIN_CAST + VITAMIN_CAST + SPECIAL_CAST

# story → title
STORIES = {
    "oral_iron_response": "Response to oral iron",
    "iv_iron_slow_fall": "Iron infusion and slow fall",
    "inflammation_low_tsat": "Ferritin raised by inflammation, saturation low",
    "ferritin_75_to_100": "Ferritin between 75 and 100",
    "lab_switch": "Change of laboratory",
    "overload_pattern": "Overload pattern",
    "ferritin_exactly_75": "Ferritin exactly 75",
    "in_lab_range_below_rls_limit": "Inside the laboratory's range, below the RLS limit",
    "stale_results": "Last results over a year old",
    "ordinary": "Ordinary course",
    "b12_low": "Vitamin B12 low",
    "b12_indeterminate": "Vitamin B12 indeterminate",
    "low_folate_b12_unknown": "Low folate, B12 never measured",
    "low_magnesium_poor_renal_function": "Low magnesium with poor renal function",
    "end_stage_renal_disease": "End-stage renal disease",
    "pregnancy": "Pregnancy",
    "child": "A child",
    "single_result": "One single result",
    "mixed_units": "Results in mixed units",
    "censored_values": "Values beyond the measuring range",
    "everything_in_range": "Everything in range",
    "import_defect": "A fault in the export",
}
PATIENT_FACTS = ("pregnant", "dialysis", "haemochromatosis", "menopause", "ferritin_assay")


def lines(seed: int) -> list[Line]:
    """Every row of every export, patient by patient, with the faults in place."""
    measured = (item for person in CAST for item in measurements(person, seed))
    return with_defects([row for row in map(line, measured) if row is not None])


def _patients() -> str:
    rows = []
    for person in CAST:
        birth_and_sex = [person.born.isoformat(), person.sex.value] if person.stated else ["", ""]
        rows.append(
            [person.patient_id, *birth_and_sex, *(person.context.get(fact, "") for fact in PATIENT_FACTS)]
        )
    kept = [row for row in rows if any(row[1:])]
    return table(["patient_id", "birth_date", "sex", *PATIENT_FACTS], kept)


def _event_day(event: Event, years: float) -> str:
    when = day(years)
    return (weekday(when) if event.kind == "infusion" else when).isoformat()


def _events() -> str:
    rows = [
        [person.patient_id, event.kind, event.name, event.dose, event.unit, event.route]
        + [_event_day(event, event.start), "" if event.stop is None else _event_day(event, event.stop)]
        for person in CAST
        for event in person.events
    ]
    header = ["patient_id", "kind", "name", "dose", "unit", "route", "started_on", "stopped_on"]
    return table(header, rows)


def _scores() -> str:
    rows = [
        [person.patient_id, scale, str(total), weekday(day(years)).isoformat()]
        for person in CAST
        for scale, totals in SCALES.items()
        for years, total in totals.get(person.patient_id, ())
    ]
    return table(["patient_id", "scale", "total", "scored_on"], rows)


def _stories() -> str:
    rows = [[person.patient_id, person.story, STORIES[person.story], person.see] for person in CAST]
    rows += [[item.patient_id, "import_defect", STORIES["import_defect"], item.see] for item in DEFECTS]
    return table(["patient_id", "story", "title", "what_to_see"], rows)


def _clinic(seed: int) -> str:
    exports = ", ".join(f'"{file.value}.csv"' for file in File)
    return (
        "# Fictional patients. Written by `python -m rls_dash.sample_clinic`; do not edit by hand.\n"
        f'as_of = "{AS_OF.isoformat()}"\n'
        f"seed = {seed}\n"
        f"exports = [{exports}]\n"
        'patients = "patients.csv"\n'
        'events = "events.csv"\n'
        'scores = "scores.csv"\n'
        'stories = "stories.csv"\n'
    )


def files(seed: int = SEED) -> dict[str, bytes]:
    """File name → content."""
    rows = lines(seed)
    exports = {f"{file.value}.csv": export(file, [row for row in rows if row.file is file]) for file in File}
    beside = {
        "clinic.toml": _clinic(seed),
        "patients.csv": _patients(),
        "events.csv": _events(),
        "scores.csv": _scores(),
        "stories.csv": _stories(),
    }
    return exports | {name: text.encode() for name, text in beside.items()}


def write(directory: Path = DIRECTORY, seed: int = SEED) -> list[Path]:
    """Write the clinic into a directory and name the files."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files(seed).items():
        path = directory / name
        path.write_bytes(content)
        written.append(path)
    return written
