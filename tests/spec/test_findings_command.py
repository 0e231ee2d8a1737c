"""`python -m rls_dash findings`: what the rules say of every patient, as a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from rls_dash.__main__ import main
from rls_dash.export import FINDING_COLUMNS

HEADER = "patient_id,collected_at,test,value,unit\n"
LABS = HEADER + "P1,2026-09-01T07:40,Ferritin,42,ng/mL\nP1,2026-09-01T07:40,Transferrin saturation,18,%\n"
PATIENTS = "patient_id,birth_date,sex\nP1,1980-05-01,female\n"


def run(tmp_path: Path, labs: str = LABS, *more: str, **side: str) -> int:
    """Exit code of the command on these files; findings stand in findings.csv."""
    (tmp_path / "labs.csv").write_text(labs, encoding="utf-8")
    options = []
    for name, text in side.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        options += [f"--{name}", str(path)]
    given = ["findings", str(tmp_path / "labs.csv"), *options, "--as-of", "2026-11-01"]
    return main([*given, "--out", str(tmp_path / "findings.csv"), *more])


def rows(tmp_path: Path) -> list[dict[str, str]]:
    """The rows of findings.csv."""
    with (tmp_path / "findings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_finding_has_its_inputs_sources_and_grade(tmp_path: Path) -> None:
    assert run(tmp_path, patients=PATIENTS) == 0
    found = rows(tmp_path)
    assert list(found[0]) == FINDING_COLUMNS
    iron = next(row for row in found if row["rule_id"] == "I1")
    assert (iron["patient_id"], iron["severity"], iron["evidence"]) == ("P1", "act", "secondary")
    assert "Ferritin 42 ng/mL (01 Sep 2026)" in iron["text"]
    assert "AASM25 (secondary)" in iron["sources"].split("; ")
    inputs = {one["analyte"]: one for one in json.loads(iron["inputs"])}
    assert inputs["ferritin"] == {
        "analyte": "ferritin",
        "value": 42.0,
        "unit": "ng/mL",
        "comparator": "",
        "collected_at": "2026-09-01T07:40",
        "source_file": "labs.csv",
        "source_row": 2,
    }


def test_rules_that_could_not_be_decided_are_listed_with_what_they_miss(tmp_path: Path) -> None:
    run(tmp_path, patients=PATIENTS)
    undecided = {row["rule_id"]: row for row in rows(tmp_path) if row["severity"] == "not_evaluated"}
    assert "events" in undecided["D3"]["missing"].split()
    assert undecided["D3"]["inputs"] == "[]"


def test_the_most_urgent_comes_first_within_each_patient(tmp_path: Path) -> None:
    more = "P0,2026-09-01,Ferritin,900,ng/mL\nP0,2026-09-01,Transferrin saturation,61,%\n"
    run(tmp_path, LABS + more, patients=PATIENTS + "P0,1970-01-01,male\n")
    order = ["stop", "act", "note", "info", "not_evaluated"]
    found = [(row["patient_id"], order.index(row["severity"])) for row in rows(tmp_path)]
    assert found == sorted(found)
    assert {patient for patient, _ in found} == {"P0", "P1"}
    assert ("P0", 0) in found


def test_recorded_events_and_scores_reach_the_rules(tmp_path: Path) -> None:
    events = (
        "patient_id,kind,name,dose,unit,route,started_on,stopped_on\nP1,medicine,pramipexole,,,,2024-01-01,\n"
    )
    scores = "patient_id,scale,total,scored_on\nP1,IRLS,12,2026-01-10\nP1,IRLS,26,2026-10-10\n"
    run(tmp_path, patients=PATIENTS, events=events, scores=scores)
    x1 = next(row for row in rows(tmp_path) if row["rule_id"] == "X1")
    facts = [one["fact"] for one in json.loads(x1["inputs"]) if not one["analyte"]]
    assert any("pramipexole" in fact for fact in facts)


def test_a_computed_saturation_names_what_went_in(tmp_path: Path) -> None:
    labs = HEADER + "P1,2026-09-01T07:40,Ferritin,90,ng/mL\nP1,2026-09-01T07:40,Iron,40,ug/dL\n"
    run(tmp_path, labs + "P1,2026-09-01T07:40,TIBC,400,ug/dL\n", patients=PATIENTS)
    inputs = [one for row in rows(tmp_path) for one in json.loads(row["inputs"])]
    computed = next(one for one in inputs if one["analyte"] == "transferrin_saturation")
    assert computed["value"] == 10
    assert "TIBC" in computed["computed"]


def test_a_cell_that_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    run(tmp_path, HEADER + "=P1+1,2026-09-01,Ferritin,42,ng/mL\n")
    assert {row["patient_id"] for row in rows(tmp_path)} == {"'=P1+1"}


@pytest.mark.parametrize("damaged", ["labs", "events"])
def test_a_file_that_cannot_be_read_writes_nothing_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damaged: str
) -> None:
    side = {"events": "this is no table of events"} if damaged == "events" else {}
    assert run(tmp_path, "nothing of use" if damaged == "labs" else LABS, **side) == 1
    assert not (tmp_path / "findings.csv").exists()
    assert f"{damaged}.csv" in capsys.readouterr().err


def test_rows_of_side_files_that_are_not_used_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, events="patient_id,kind,name\nP1,potion,dragon blood\n")
    assert "events.csv, line 2" in capsys.readouterr().err


def test_counts_in_words_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, patients=PATIENTS)
    assert capsys.readouterr().out.startswith("1 patients: 0 stop, ")
    run(tmp_path, LABS, "--json", patients=PATIENTS)
    counts = json.loads(capsys.readouterr().out)
    found = rows(tmp_path)
    assert counts["patients"] == 1
    assert counts["act"] == sum(row["severity"] == "act" for row in found)
    assert counts["not_evaluated"] == sum(row["severity"] == "not_evaluated" for row in found)


def test_an_export_is_never_overwritten(tmp_path: Path) -> None:
    labs = tmp_path / "labs.csv"
    labs.write_text(LABS, encoding="utf-8")
    assert main(["findings", str(labs), "--as-of", "2026-11-01", "--out", str(labs)]) == 2
    assert labs.read_text(encoding="utf-8") == LABS


def test_the_day_of_reading_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as usage:
        main(["findings", str(tmp_path / "labs.csv"), "--out", str(tmp_path / "findings.csv")])
    assert usage.value.code == 2


CLINIC = 'clinic = "C"\napproved_by = "D"\napproved_on = 2026-10-01\nwhy = "w"\n'


def test_the_clinics_numbers_decide_and_are_marked(tmp_path: Path) -> None:
    clinic = tmp_path / "clinic.toml"
    clinic.write_text(CLINIC + '[limits.ferritin_rls_75]\nhigh = 30\nunit = "ug/L"\n', encoding="utf-8")
    labs = LABS.replace("18,%", "25,%")
    run(tmp_path, labs, patients=PATIENTS)
    assert "I1" in {row["rule_id"] for row in rows(tmp_path) if row["severity"] == "act"}
    assert run(tmp_path, labs, "--overrides", str(clinic), patients=PATIENTS) == 0
    found = {row["rule_id"]: row for row in rows(tmp_path) if row["severity"] == "act"}
    assert "I1" not in found
    assert "clinic limit, C, D, 2026-10-01" in found["I2"]["text"]


def test_a_clinics_file_that_makes_no_sense_is_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = tmp_path / "clinic.toml"
    clinic.write_text(CLINIC + "[limits.ferritin_rls_75]\nhigh = 30\n", encoding="utf-8")
    assert run(tmp_path, LABS, "--overrides", str(clinic)) == 2
    assert "clinic.toml, line 5: write the unit" in capsys.readouterr().err
    assert not (tmp_path / "findings.csv").exists()
