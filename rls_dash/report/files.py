"""Reports as files: bytes and neutral names. Page and command line write what stands here.

No name of a file holds an id: names of files are seen in lists of recent files, in logs and by who carries
them. Of several files each has a number, in the order of the list; whose it is stands inside.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum

from rls_dash.interpret.words import UnitSystem
from rls_dash.report.compose import report_of
from rls_dash.report.html_page import html_of
from rls_dash.report.material import Material
from rls_dash.report.model import Note, Paper
from rls_dash.report.note import note_of
from rls_dash.report.pdf import fitted, pdf_of

Progress = Callable[[int, int], None]  # (reports made, of how many)


class Kind(StrEnum):
    """What a report is written as."""

    HTML = "html"
    PDF = "pdf"
    TEXT = "txt"


def report_name(as_of: date, kind: Kind) -> str:
    """Name of the file of one patient."""
    return f"rls-report-{as_of.isoformat()}.{kind.value}"


def all_name(as_of: date, ending: str) -> str:
    """Name of the document ("pdf") or archive ("zip") of all patients."""
    return f"rls-reports-{as_of.isoformat()}.{ending}"


def report_bytes(
    material: Material,
    patient_id: str,
    kind: Kind,
    units: UnitSystem,
    paper: Paper,
    note: Note = Note.FULL,
) -> bytes:
    """The report of one patient as a file; `note` says how much of it stands in plain text."""
    report = report_of(material, patient_id, units)
    if kind is Kind.TEXT:
        return note_of(report, note).encode()
    printed = fitted(report, paper)
    return pdf_of([printed], paper) if kind is Kind.PDF else html_of(printed, paper).encode()


def all_as_pdf(
    material: Material, patients: Sequence[str], units: UnitSystem, paper: Paper, progress: Progress
) -> bytes:
    """One document with a page of each patient, in the order given. Raises ValueError without a patient."""
    printed = []
    for number, patient in enumerate(patients, start=1):
        printed.append(fitted(report_of(material, patient, units), paper))
        progress(number, len(patients))
    return pdf_of(printed, paper)


def all_as_archive(
    material: Material,
    patients: Sequence[str],
    kind: Kind,
    units: UnitSystem,
    paper: Paper,
    progress: Progress,
    note: Note = Note.FULL,
) -> bytes:
    """A zip with one file a patient, numbered in the order given; the same bytes for the same reports.

    Raises ValueError without a patient.
    """
    if not patients:
        raise ValueError("no report to write")
    digits = max(3, len(str(len(patients))))
    day = material.as_of
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, patient in enumerate(patients, start=1):
            content = report_bytes(material, patient, kind, units, paper, note)
            name = f"rls-report-{day.isoformat()}-{number:0{digits}}.{kind.value}"
            entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
            progress(number, len(patients))
    return out.getvalue()
