"""The only composer: files → one merged analysis. No clock, no environment, no file access."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from rls_dash.answers import ReadOptions
from rls_dash.ingest.decode import Text, decode
from rls_dash.ingest.mapped import MappedRows, map_rows
from rls_dash.ingest.mapping import score_header
from rls_dash.ingest.table import RawTable
from rls_dash.ingest.tabular import read_table
from rls_dash.knowledge import Knowledge
from rls_dash.model import FileError, Issue, Severity
from rls_dash.normalise.duplicates import deduplicate
from rls_dash.normalise.identify import Identifier, identifier_for
from rls_dash.normalise.rows import NormalisedFile, normalise_rows
from rls_dash.schema import empty_issues, empty_results, issues_frame

COUNTS = ("rows_in", "results", "set_aside", "held", "not_tracked", "duplicates")


@dataclass(frozen=True)
class InputFile:
    """A file as the user gave it."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Fingerprint of the content: the only key a cache may use."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class ColumnRole:
    """What one column of the file was taken for; role "" means it is not used."""

    header: str
    role: str


@dataclass(frozen=True)
class FileReport:
    """What one file held and how it was read.

    rows_in = results + set_aside + held + not_tracked + duplicates.
    """

    name: str
    sha256: str
    encoding: str
    delimiter: str
    dialect: str
    decimal_mark: str
    date_order: str
    header_line: int
    columns: tuple[ColumnRole, ...]
    rows_in: int
    results: int
    set_aside: int
    held: int
    not_tracked: int
    duplicates: int
    not_tracked_tests: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Analysis:
    """Everything the pages, figures and exports read."""

    results: pd.DataFrame  # schema.RESULT_COLUMNS + EXTRA_COLUMNS, by patient, analyte, time, source line
    issues: pd.DataFrame
    files: tuple[FileReport, ...]
    errors: tuple[FileError, ...]
    _offsets: dict[str, tuple[int, int]] = field(repr=False, default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Row counts over all files; the first equals the sum of the others."""
        return {name: sum(getattr(file, name) for file in self.files) for name in COUNTS}

    @property
    def patient_ids(self) -> list[str]:
        """Patients with at least one usable result, sorted."""
        return list(self._offsets)

    def patient_issues(self, patient_id: str) -> pd.DataFrame:
        """Rows of one patient that were set aside or held."""
        blocking = self.issues["severity"].isin([Severity.SET_ASIDE.value, Severity.HELD.value])
        return self.issues[blocking & (self.issues["patient_id"] == patient_id)]

    @property
    def ownerless_issues(self) -> int:
        """Rows set aside or held of which nobody knows whose they are."""
        return len(self.patient_issues(""))

    def patient_results(self, patient_id: str) -> pd.DataFrame:
        """The results of one patient; no rows for an unknown one."""
        start, stop = self._offsets.get(patient_id, (0, 0))
        return self.results.iloc[start:stop]


def analyse(files: Sequence[InputFile], knowledge: Knowledge, options: ReadOptions | None = None) -> Analysis:
    """Read, normalise and merge files.

    A file that cannot be read is in `errors` and adds nothing else. The same content given twice is
    read once.
    """
    identifier = identifier_for(knowledge)
    reports: list[FileReport] = []
    parts: list[NormalisedFile] = []
    errors: list[FileError] = []
    seen: dict[str, str] = {}
    repeated: list[pd.DataFrame] = []
    for file in _distinctly_named(files):
        if file.sha256 in seen:
            repeated.append(
                _file_note(file.name, "same_file", f"The same file as {seen[file.sha256]}; it is read once.")
            )
            continue
        seen[file.sha256] = file.name
        try:
            report, part = _read(file, knowledge, identifier, options or ReadOptions())
        except FileError as error:
            errors.append(error)
            continue
        reports.append(report)
        parts.append(part)
    return _merge(reports, parts, errors, repeated)


def _distinctly_named(files: Sequence[InputFile]) -> list[InputFile]:
    """Files whose names differ, so that a source line always names one file."""
    taken: set[str] = set()
    named = []
    for file in files:
        name, number = file.name, 1
        while name in taken:
            number += 1
            name = f"{file.name} ({number})"
        taken.add(name)
        named.append(replace(file, name=name))
    return named


def _read(
    file: InputFile, knowledge: Knowledge, identifier: Identifier, options: ReadOptions
) -> tuple[FileReport, NormalisedFile]:
    text = decode(file.name, file.content)
    table = read_table(file.name, text.text, score_header)
    rows = map_rows(table)
    part = normalise_rows(rows, knowledge, identifier, options.answers.everywhere, options.as_of)
    part = replace(part, issues=_with_file_notes(part.issues, text, table))
    return _report(file, text, table, rows, part), part


def _with_file_notes(issues: pd.DataFrame, text: Text, table: RawTable) -> pd.DataFrame:
    notes = []
    if text.guessed:
        message = (
            f"Read as {text.encoding}; nothing in the file proves it. Check µ and accents in names and units."
        )
        notes.append(_file_note(table.name, "encoding", message))
    if table.preamble:
        notes.append(
            _file_note(
                table.name,
                "preamble",
                f"{table.preamble} record(s) above the header are not part of the table.",
            )
        )
    if table.repeated_headers:
        notes.append(
            _file_note(
                table.name,
                "repeated_header",
                f"The header is repeated {table.repeated_headers} time(s) inside the table.",
            )
        )
    return pd.concat([*notes, issues], ignore_index=True) if notes else issues


def _file_note(name: str, code: str, message: str) -> pd.DataFrame:
    return issues_frame([Issue(name, None, Severity.NOTE, code, "", "", message)])


def _report(
    file: InputFile, text: Text, table: RawTable, rows: MappedRows, part: NormalisedFile
) -> FileReport:
    role_of = {column: role.value for role, columns in rows.mapping.roles.items() for column in columns}
    return FileReport(
        name=file.name,
        sha256=file.sha256,
        encoding=text.encoding,
        delimiter=table.delimiter,
        dialect=rows.mapping.label,
        decimal_mark=part.decimals.value,
        date_order=part.order.value,
        header_line=table.header_line,
        columns=tuple(
            ColumnRole(header, role_of.get(column, "")) for column, header in enumerate(table.header)
        ),
        rows_in=len(table.rows),
        results=len(part.results),
        set_aside=part.set_aside,
        held=part.held,
        not_tracked=part.not_tracked,
        duplicates=0,
        not_tracked_tests=part.not_tracked_tests,
    )


def _merge(
    reports: list[FileReport],
    parts: list[NormalisedFile],
    errors: list[FileError],
    repeated: list[pd.DataFrame],
) -> Analysis:
    usable = [part.results for part in parts if len(part.results)]
    withdrawn = pd.concat([part.withdrawn for part in parts]) if parts else pd.DataFrame()
    together = deduplicate(pd.concat(usable, ignore_index=True) if usable else empty_results(), withdrawn)
    results = together.results.sort_values(
        ["patient_id", "analyte", "collected_on", "source_file", "source_row"],
        kind="stable",
        ignore_index=True,
    )
    issues = [frame for frame in (*repeated, *(part.issues for part in parts), together.issues) if len(frame)]
    return Analysis(
        results=results,
        issues=pd.concat(issues, ignore_index=True) if issues else empty_issues(),
        files=tuple(_less_repeats(report, together.duplicates, together.set_aside) for report in reports),
        errors=tuple(errors),
        _offsets=_patient_offsets(results),
    )


def _less_repeats(report: FileReport, duplicates: dict[str, int], superseded: dict[str, int]) -> FileReport:
    repeats, replaced = duplicates.get(report.name, 0), superseded.get(report.name, 0)
    return replace(
        report,
        results=report.results - repeats - replaced,
        duplicates=repeats,
        set_aside=report.set_aside + replaced,
    )


def _patient_offsets(results: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Patient → (start, stop) in the sorted frame."""
    if results.empty:
        return {}
    codes, patients = pd.factorize(results["patient_id"])
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    stops = np.append(starts[1:], len(results))
    return {str(patient): (int(a), int(b)) for patient, a, b in zip(patients, starts, stops, strict=True)}
