"""The sample clinic: reproducible, fictional, coherent, and telling the stories it promises."""

from __future__ import annotations

import ast
import csv
import io
import re
import sys
import tomllib
from datetime import date, datetime, time
from pathlib import Path

import pandas as pd
import pytest

from rls_dash.context.side_files import SideFiles, completed, read_side_files
from rls_dash.context.sorting import sort_files
from rls_dash.knowledge import load_knowledge
from rls_dash.model import Severity
from rls_dash.normalise.units import factor
from rls_dash.pipeline import Analysis, InputFile, analyse
from rls_dash.sample_clinic import clinic
from rls_dash.sample_clinic.catalogue import tests as catalogue

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"
CLINIC = tomllib.loads((SAMPLES / "clinic.toml").read_text(encoding="utf-8"))
AS_OF = date.fromisoformat(CLINIC["as_of"])
REQUIRED_STORIES = {
    "oral_iron_response",
    "iv_iron_slow_fall",
    "inflammation_low_tsat",
    "ferritin_75_to_100",
    "lab_switch",
    "overload_pattern",
    "b12_low",
    "b12_indeterminate",
    "low_folate_b12_unknown",
    "low_magnesium_poor_renal_function",
    "end_stage_renal_disease",
    "pregnancy",
    "child",
    "single_result",
    "mixed_units",
    "censored_values",
    "ferritin_exactly_75",
    "in_lab_range_below_rls_limit",
    "everything_in_range",
    "stale_results",
}
PATIENT_COLUMNS = ("patient_id", "PATIENT", "person_id", "USUBJID", "subject_id", "Patient", "name")


def unturned(content: bytes) -> bytes:
    """Content with line ends evened out: a checkout on Windows may have turned them."""
    return content.replace(b"\r\n", b"\n")


def read(name: str) -> list[dict[str, str]]:
    """Rows of one sample file as text."""
    german = name.startswith("labor")
    text = (SAMPLES / name).read_bytes().decode("cp1252" if german else "utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter=";" if german else ","))


def beside() -> SideFiles:
    """What the side files of the clinic say."""
    kinds = {
        kind: [InputFile(CLINIC[kind], (SAMPLES / CLINIC[kind]).read_bytes())]
        for kind in ("patients", "events", "scores")
    }
    return read_side_files(load_knowledge(), **kinds)


def patients_of(story: str) -> list[str]:
    """Patients who tell a story."""
    return [row["patient_id"] for row in read("stories.csv") if row["story"] == story]


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    files = [InputFile(name, (SAMPLES / name).read_bytes()) for name in CLINIC["exports"]]
    return analyse(files, load_knowledge())


@pytest.fixture(scope="module")
def results(analysis: Analysis) -> pd.DataFrame:
    return analysis.results.sort_values("collected_on", kind="stable")


def course(results: pd.DataFrame, patient: str, analyte: str) -> pd.DataFrame:
    """Results of one analyte in one patient, oldest first."""
    return results[(results["patient_id"] == patient) & (results["analyte"] == analyte)]


def latest(results: pd.DataFrame, patient: str, analyte: str) -> pd.Series:
    """The newest result of one analyte."""
    return course(results, patient, analyte).iloc[-1]


# --- the files as files -----------------------------------------------------------------------------


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in clinic.write(tmp_path / "a")}
    second = {path.name: path.read_bytes() for path in clinic.write(tmp_path / "b")}
    assert first == second
    committed = {path.name: unturned(path.read_bytes()) for path in SAMPLES.iterdir()}
    assert committed == {name: unturned(content) for name, content in first.items()}, (
        "run python -m rls_dash.sample_clinic"
    )


def test_another_seed_writes_other_values() -> None:
    assert clinic.files(1)["plain_results.csv"] != clinic.files(2)["plain_results.csv"]


def test_the_generator_needs_the_standard_library_only_and_no_clock() -> None:
    for path in (ROOT / "rls_dash" / "sample_clinic").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names += [
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        ]
        foreign = {name for name in names if name.split(".")[0] not in sys.stdlib_module_names}
        assert all(name.startswith("rls_dash.sample_clinic") for name in foreign), f"{path.name}: {foreign}"
        called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not called & {"today", "now", "utcnow", "uuid4"}, path.name


def test_about_48_patients_known_by_id_only() -> None:
    seen = set()
    for name in [*CLINIC["exports"], "patients.csv", "events.csv", "scores.csv", "stories.csv"]:
        for row in read(name):
            column = next(known for known in PATIENT_COLUMNS if known in row)
            assert re.fullmatch(r"RLS-\d{3}", row[column]), f"{name}: {row[column]}"
            seen.add(row[column])
    assert 44 <= len(seen) <= 52


def test_the_clinic_is_small_and_spread_over_many_systems() -> None:
    rows = {name: len(read(name)) for name in CLINIC["exports"]}
    assert 1500 <= sum(rows.values()) <= 2500
    assert all(count > 100 for count in rows.values()), rows
    assert CLINIC["as_of"] == "2026-11-01"


def test_every_story_is_told() -> None:
    told = {row["story"] for row in read("stories.csv")}
    assert told >= REQUIRED_STORIES
    assert {row["patient_id"] for row in read("stories.csv")} == {person.patient_id for person in clinic.CAST}
    assert all(row["title"] and row["what_to_see"] for row in read("stories.csv"))


def test_the_german_file_has_german_habits() -> None:
    content = (SAMPLES / "laborbefunde_de.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    rows = read("laborbefunde_de.csv")
    assert "Folsäure" in {row["Untersuchung"] for row in rows}
    assert "µg/l" in {row["Einheit"] for row in rows}
    assert not any("." in row["Ergebnis"] for row in rows)
    assert any(int(row["Entnahmedatum"][:2]) > 12 for row in rows)


def test_the_side_files_are_readable_and_partial() -> None:
    side = beside()
    assert not side.issues and not side.errors
    facts = side.contexts
    born = [person for person in facts.values() if person.birth_date]
    assert 0.6 <= len(born) / len(clinic.CAST) <= 0.75
    assert all(person.birth_date < AS_OF for person in born if person.birth_date)
    for event in read("events.csv"):
        assert event["kind"] in {"supplement", "medicine", "infusion", "illness"}
        assert date.fromisoformat(event["started_on"]) <= AS_OF
        if event["stopped_on"]:
            assert event["started_on"] <= event["stopped_on"] <= CLINIC["as_of"]
    scores = [one for found in side.scores.values() for one in found]
    assert {one.scale for one in scores} == {"IRLS", "CGI-I"}
    assert all(one.scored_on <= AS_OF for one in scores)


def test_the_side_files_speak_of_patients_with_results(analysis: Analysis) -> None:
    assert completed(beside(), analysis.people, analysis.known_ids).issues == ()
    names = [*CLINIC["exports"], "patients.csv", "events.csv", "scores.csv"]
    found = sort_files([InputFile(name, (SAMPLES / name).read_bytes()) for name in names], load_knowledge())
    assert [one.name for one in found.exports] == CLINIC["exports"]


# --- the files through the reader -------------------------------------------------------------------


def test_every_export_is_read_and_no_row_is_lost(analysis: Analysis) -> None:
    assert not analysis.errors
    counts = analysis.counts
    assert counts["rows_in"] == sum(counts[name] for name in counts if name != "rows_in")
    assert len({report.dialect for report in analysis.files} | {r.delimiter for r in analysis.files}) >= 5
    assert analysis.patient_ids == [person.patient_id for person in clinic.CAST]


def test_only_the_planned_faults_are_reported(analysis: Analysis) -> None:
    issues = analysis.issues
    stopped = issues[issues["severity"] != Severity.NOTE.value]
    assert len(stopped) == 5, stopped.to_string()
    assert set(stopped["reported"]) >= {"", "Mg/dL", "haemolysed", "210"}
    assert (issues["code"] == "superseded").sum() == 1
    assert (issues["code"] == "duplicate").sum() == analysis.counts["duplicates"] == 1
    assert not (issues["code"] == "conflicting_results").any()
    status = analysis.results["status"].value_counts()
    assert status["preliminary"] == 1 and status["corrected"] == 1


def test_what_is_not_tracked_was_not_meant_to_be(analysis: Analysis) -> None:
    fillers = {
        name for test in catalogue().values() if test.analyte.startswith("x_") for name in test.names.values()
    }
    # OMOP has codes instead of names; the vitals and surveys of Synthea are no laboratory tests.
    fillers |= {test.loinc for test in catalogue().values() if test.analyte.startswith("x_")} | {"104091002"}
    fillers |= {"Body Weight", "Systolic Blood Pressure", "Tobacco smoking status", "Stress level"}
    for report in analysis.files:
        lost = {name for name, _ in report.not_tracked_tests} - fillers
        assert not lost, f"{report.name}: {lost}"


def test_blood_is_drawn_on_weekday_mornings_within_four_years(results: pd.DataFrame) -> None:
    moments = [stamp.to_pydatetime() for stamp in results["collected_on"]]
    assert all(when.date() <= AS_OF and (AS_OF - when.date()).days < 4 * 366 for when in moments)
    assert all(when.weekday() < 5 for when in moments)
    timed: list[datetime] = [w for w, has in zip(moments, results["has_time"], strict=True) if has]
    assert all(time(7) <= when.time() <= time(11) for when in timed)


def test_iron_binding_capacity_and_saturation_agree(results: pd.DataFrame) -> None:
    panel = results[results["analyte"].isin(["iron", "tibc", "transferrin_saturation"])]
    wide = panel.pivot_table("value", ["patient_id", "collected_at"], "analyte").dropna()
    assert len(wide) > 60
    assert ((100 * wide["iron"] / wide["tibc"] - wide["transferrin_saturation"]).abs() <= 1.0).all()


def test_the_two_values_of_a_cdisc_row_are_the_same_result() -> None:
    keys = {test.cdisc_code: test.analyte for test in catalogue().values()}
    for row in read("cdisc_lb.csv"):
        analyte = keys[row["LBTESTCD"]]
        if analyte.startswith("x_") or not row["LBSTRESN"] or analyte == "egfr":
            continue
        by_one, by_other = (float(factor(analyte, row[unit])) for unit in ("LBORRESU", "LBSTRESU"))
        converted = float(row["LBORRES"]) * by_one / by_other
        assert float(row["LBSTRESN"]) == pytest.approx(converted, rel=0.02, abs=0.6), row


def test_values_vary_within_a_person_as_they_do_in_life(results: pd.DataFrame) -> None:
    for patient, analyte, low, high in (
        ("RLS-020", "ferritin", 0.05, 0.25),
        ("RLS-048", "vitamin_b12", 0.03, 0.13),
        ("RLS-048", "magnesium", 0.01, 0.07),
    ):
        values = course(results, patient, analyte)["value"]
        assert low < values.std() / values.mean() < high, f"{patient} {analyte}"


# --- the stories ------------------------------------------------------------------------------------


def test_iron_stories(results: pd.DataFrame) -> None:
    for patient in patients_of("oral_iron_response"):
        ferritin = course(results, patient, "ferritin")["value"]
        assert ferritin.iloc[0] < 45 and ferritin.max() > 1.8 * ferritin.iloc[0]
    for patient in patients_of("iv_iron_slow_fall"):
        ferritin = course(results, patient, "ferritin")["value"]
        assert ferritin.max() > 200 > ferritin.iloc[-1]
    for patient in patients_of("overload_pattern"):
        assert latest(results, patient, "ferritin")["value"] > 300
        assert latest(results, patient, "transferrin_saturation")["value"] >= 45
    for patient in patients_of("inflammation_low_tsat"):
        own = results[results["patient_id"] == patient]
        draws = own.pivot_table("value", "collected_at", "analyte")
        inflamed = (draws["crp"] > 5) & (draws["ferritin"] > 75) & (draws["transferrin_saturation"] < 20)
        assert inflamed.any()


def test_ferritin_stories(results: pd.DataFrame) -> None:
    for patient in patients_of("ferritin_75_to_100"):
        assert 75 < latest(results, patient, "ferritin")["value"] < 100
    for patient in patients_of("ferritin_exactly_75"):
        assert latest(results, patient, "ferritin")["value"] == 75
    for patient in patients_of("in_lab_range_below_rls_limit"):
        last = latest(results, patient, "ferritin")
        assert last["reference_low"] <= last["value"] <= min(70, last["reference_high"])
    for patient in patients_of("lab_switch"):
        ferritin = course(results, patient, "ferritin")
        assert ferritin["source_file"].nunique() == 2 and ferritin["laboratory"].nunique() == 2
        level = ferritin.groupby("laboratory")["value"].mean()
        assert 1.35 < level.max() / level.min() < 1.9


def test_vitamin_stories(results: pd.DataFrame) -> None:
    assert all(course(results, p, "vitamin_b12")["value"].min() < 133 for p in patients_of("b12_low"))
    indeterminate = patients_of("b12_indeterminate")
    assert all(133 <= latest(results, p, "vitamin_b12")["value"] <= 258.3 for p in indeterminate)
    assert any(len(course(results, p, "methylmalonic_acid")) for p in indeterminate)
    for patient in patients_of("low_folate_b12_unknown"):
        assert latest(results, patient, "folate")["value"] < 6.8
        assert course(results, patient, "vitamin_b12").empty


def test_kidney_stories(results: pd.DataFrame) -> None:
    for patient in patients_of("low_magnesium_poor_renal_function"):
        assert latest(results, patient, "magnesium")["value"] < 0.75
        assert 20 <= latest(results, patient, "egfr")["value"] < 30
    facts = beside().contexts
    assert all(facts[p].dialysis for p in patients_of("end_stage_renal_disease"))
    assert all(facts[p].pregnant for p in patients_of("pregnancy"))
    for patient in patients_of("child"):
        born = facts[patient].birth_date
        assert born and (AS_OF - born).days < 16 * 365
        assert latest(results, patient, "ferritin")["value"] < 50


def test_stories_about_the_reports_themselves(results: pd.DataFrame) -> None:
    assert all((results["patient_id"] == p).sum() == 1 for p in patients_of("single_result"))
    for patient in patients_of("mixed_units"):
        own = results[results["patient_id"] == patient]
        assert own["source_file"].nunique() == 2
        assert course(results, patient, "magnesium")["unit_code"].nunique() == 2
    censored = results[
        results["patient_id"].isin(patients_of("censored_values")) & (results["comparator"] != "")
    ]
    seen = set(zip(censored["analyte"], censored["comparator"], censored["reported_value"], strict=True))
    assert seen >= {("ferritin", "<", "<5"), ("folate", ">", ">24.0"), ("vitamin_b12", ">", ">2000")}
    assert "omop_measurement.csv" in set(censored["source_file"])
    for patient in patients_of("stale_results"):
        newest = results[results["patient_id"] == patient]["collected_on"].max()
        assert (pd.Timestamp(AS_OF) - newest).days > 366


def test_everything_in_range_is_complete(results: pd.DataFrame) -> None:
    for patient in patients_of("everything_in_range"):
        assert 100 < latest(results, patient, "ferritin")["value"] <= 300
        assert 258.3 < latest(results, patient, "vitamin_b12")["value"] < 674
        assert latest(results, patient, "folate")["value"] > 10
        assert 0.85 <= latest(results, patient, "magnesium")["value"] <= 1.05
        assert 20 <= latest(results, patient, "transferrin_saturation")["value"] < 45
