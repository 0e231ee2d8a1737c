"""The reports of the sample clinic, made once for all tests of a process."""

from __future__ import annotations

from functools import cache

from rls_dash.answers import ReadOptions
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import InputFile
from rls_dash.report.compose import report_of as report_of
from rls_dash.report.material import Material
from rls_dash.report.model import Paper, Report
from rls_dash.report.pdf import fitted
from rls_dash.report.shorten import Shortened
from rls_dash.ui import sample
from rls_dash.ui.loading import Loaded, load, material_of_loaded

HEADER = "patient_id,collected_at,test,value,unit,reference_low,reference_high,laboratory\n"


@cache
def loaded() -> Loaded:
    """The sample clinic as the pages read it."""
    day = sample.as_of()
    return load(sample.files(), ReadOptions(as_of=day), day, is_sample=True)


@cache
def material() -> Material:
    """The sample clinic."""
    return material_of_loaded(loaded(), load_knowledge())


@cache
def report(patient_id: str, units: UnitSystem = UnitSystem.CONVENTIONAL) -> Report:
    """The report of a sample patient."""
    return report_of(material(), patient_id, units)


@cache
def printed(patient_id: str, paper: Paper = Paper.A4) -> Shortened:
    """The report of a sample patient as it is printed."""
    return fitted(report(patient_id), paper)


def patients() -> list[str]:
    """Every sample patient."""
    return sorted(material().patient_ids)


def of_texts(labs: str, **side: str) -> Material:
    """The material of files given as text: an export, and side files by kind."""
    files = [InputFile("labs.csv", labs.encode())]
    files += [InputFile(f"{kind}.csv", text.encode()) for kind, text in side.items()]
    day = sample.as_of()
    return material_of_loaded(load(files, ReadOptions(as_of=day), day, is_sample=False), load_knowledge())
