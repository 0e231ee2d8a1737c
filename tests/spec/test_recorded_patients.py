"""What the user records of a patient is read as if it had stood in the files, and changes nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pandas.testing import assert_frame_equal

from rls_dash.answers import AnswerBook, ReadOptions
from rls_dash.context.patients import PatientContext
from rls_dash.findings.compose import Beside, interpreted
from rls_dash.findings.counts import by_urgency
from rls_dash.interpret.worklist import worklist
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import InputFile
from rls_dash.ui import sample
from rls_dash.ui.loading import Loaded, Recorded, load, with_recorded


def recorded_of(found: Loaded, patient_id: str, **facts: Any) -> Recorded:
    context = found.contexts.get(patient_id, PatientContext(patient_id))
    return Recorded(
        replace(context, **facts),
        found.events.get(patient_id, ()),
        found.scores.get(patient_id, ()),
    )


def read_afresh(found: Loaded) -> Loaded:
    """Everything that follows from results and records, worked out for all patients anew."""
    knowledge, analysis = load_knowledge(), found.analysis
    beside = Beside(found.contexts, found.events, found.scores)
    said = interpreted(analysis.merged.frame, analysis.issues, knowledge, found.as_of, beside)
    listed = worklist(said.rows, knowledge, found.as_of, found.contexts, not_used=analysis.unused_patients)
    return replace(
        found,
        analysis=replace(analysis, assessed=said.assessed),
        computed=said.computed,
        findings=said.findings,
        patients=by_urgency(listed, said.findings),
    )


def the_same(one: Loaded, two: Loaded) -> None:
    assert_frame_equal(one.analysis.results, two.analysis.results)
    assert_frame_equal(one.patients, two.patients)
    assert one.findings == two.findings
    for patient in two.patient_ids:
        assert_frame_equal(one.patient_rows(patient), two.patient_rows(patient))


@pytest.fixture(scope="module")
def clinic() -> Loaded:
    return sample.read_with(AnswerBook(), load_knowledge())


def test_facts_of_some_patients_give_what_reading_all_of_them_again_gives(clinic: Loaded) -> None:
    ids = clinic.patient_ids
    said = {
        ids[0]: recorded_of(clinic, ids[0], dialysis=True),
        ids[-1]: recorded_of(clinic, ids[-1], birth_date=date(2014, 3, 1)),
        ids[7]: recorded_of(clinic, ids[7], birth_date=None),
    }
    found = with_recorded(clinic, said, load_knowledge())
    assert found.findings != clinic.findings
    the_same(found, read_afresh(found))


def test_what_is_recorded_of_a_patient_whose_rows_are_all_held_gives_the_same_too() -> None:
    labs = "patient_id,date,test,value,unit\nA,2026-01-10,Ferritin,42,\nB,2026-01-10,Ferritin,42,ng/mL\n"
    as_of = date(2026, 11, 1)
    found = load([InputFile("labs.csv", labs.encode())], ReadOptions(as_of), as_of, False)
    assert found.analysis.unused_patients == ["A"]
    said = {"A": recorded_of(found, "A", birth_date=date(1980, 1, 1))}
    the_same(
        with_recorded(found, said, load_knowledge()),
        read_afresh(with_recorded(found, said, load_knowledge())),
    )


def test_a_second_record_stands_beside_the_first(clinic: Loaded) -> None:
    first, second = clinic.patient_ids[3], clinic.patient_ids[12]
    one = {first: recorded_of(clinic, first, dialysis=True)}
    both = {**one, second: recorded_of(clinic, second, dialysis=True)}
    found = with_recorded(with_recorded(clinic, one, load_knowledge()), both, load_knowledge())
    the_same(found, read_afresh(found))
