"""The only composer: files → one merged analysis. No clock, no environment, no file access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd
import pyarrow as pa

from rls_dash.answers import Question, ReadOptions
from rls_dash.ingest.given import Given, InputFile
from rls_dash.ingest.source import Opened, Source, map_tables, open_file
from rls_dash.ingest.table import RawTable
from rls_dash.knowledge import Knowledge
from rls_dash.model import FileError, Issue, Severity
from rls_dash.normalise.clock_times import forget_clocks
from rls_dash.normalise.identify import identifier_for
from rls_dash.normalise.merged import Merged, hold_conflicts, merge
from rls_dash.normalise.people import People, alike_ids, open_groups, patient_questions
from rls_dash.normalise.rows import NormalisedFile, normalise_rows
from rls_dash.normalise.vocabulary import vocabulary_of
from rls_dash.normalise.witnesses import Witnessed, witnessed
from rls_dash.schema import empty_issues, issues_frame
from rls_dash.uncollected import uncollected

__all__ = ["COUNTS", "Analysis", "ColumnRole", "FileReport", "InputFile", "analyse"]

COUNTS = ("rows_in", "results", "set_aside", "held", "not_tracked", "duplicates")


@dataclass(frozen=True)
class ColumnRole:
    """What one column of the file was taken for; role "" means it is not used."""

    header: str
    role: str
    samples: tuple[str, ...] = ()  # some of its cells


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
    layout: str = ""  # fingerprint of the header: what answers are remembered for
    questions: tuple[Question, ...] = ()  # what the file does not prove, answered or not
    is_dictionary: bool = False  # it names the coded tests of other files, and holds no results


@dataclass(frozen=True)
class Analysis:
    """Everything the pages, figures and exports read."""

    issues: pd.DataFrame
    files: tuple[FileReport, ...]
    errors: tuple[FileError, ...]
    merged: Merged = field(repr=False)
    assessed: pd.DataFrame | None = field(repr=False, default=None)  # results with columns added to them
    across: tuple[Question, ...] = ()  # questions about several files together
    people: Mapping[str, People] = field(default_factory=dict, repr=False)  # file → what it says of patients

    @cached_property
    def results(self) -> pd.DataFrame:
        """schema.RESULT_COLUMNS + EXTRA_COLUMNS, by patient, analyte, time, file and line."""
        return self.merged.frame if self.assessed is None else self.assessed

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the files leave open, answered or not; unreadable files first."""
        of_errors = [question for error in self.errors for question in error.questions]
        of_files = [question for file in self.files for question in file.questions]
        return (*of_errors, *self.across, *of_files)

    @property
    def counts(self) -> dict[str, int]:
        """Row counts over all files; the first equals the sum of the others."""
        return {name: sum(getattr(file, name) for file in self.files) for name in COUNTS}

    @property
    def patient_ids(self) -> list[str]:
        """Patients with at least one usable result, sorted."""
        return list(self.merged.offsets)

    @cached_property
    def unused_patients(self) -> list[str]:
        """Patients of whom every row was set aside or held, sorted."""
        blocking = self.issues["severity"].isin([Severity.SET_ASIDE.value, Severity.HELD.value])
        named = self.issues.loc[blocking & (self.issues["patient_id"] != ""), "patient_id"]
        return sorted(set(named) - set(self.merged.offsets))

    @property
    def known_ids(self) -> frozenset[str]:
        """Every id that a result has, or a row that was set aside or held."""
        return frozenset(self.patient_ids) | frozenset(self.unused_patients)

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
        start, stop = self.merged.offsets.get(patient_id, (0, 0))
        return self.results.iloc[start:stop]


def analyse(files: Sequence[InputFile], knowledge: Knowledge, options: ReadOptions | None = None) -> Analysis:
    """Read, normalise and merge files.

    A file that cannot be read is in `errors` and adds nothing else. The same content given twice is
    read once. A dictionary among the files names the coded tests of the others.
    """
    try:
        with uncollected():
            return _analysed(files, knowledge, options or ReadOptions())
    finally:
        forget_clocks()  # times of day are patient data: none outlives its reading


def _analysed(files: Sequence[InputFile], knowledge: Knowledge, options: ReadOptions) -> Analysis:
    given = Given(files)
    vocabulary = vocabulary_of(identifier_for(knowledge), knowledge)
    opened: list[Opened] = []
    for member in given.members:
        try:
            opened += open_file(member, options, vocabulary)
        except FileError as error:
            given.errors.append(error)
    reports = [_dictionary_report(one, given) for one in opened if one.lookup]
    parts: dict[str, NormalisedFile] = {}
    for found in map_tables(opened, options):
        if isinstance(found, FileError):
            given.errors.append(found)
            continue
        part = _normalised(found, knowledge, options)
        parts[found.rows.name] = part
        reports.append(_report(given.sha256(found.rows.name), found, part))
    return _merge(reports, parts, given, knowledge, options)


def _normalised(source: Source, knowledge: Knowledge, options: ReadOptions) -> NormalisedFile:
    rows = source.rows
    answers = options.answers.of(rows.layout)
    part = normalise_rows(rows, knowledge, identifier_for(knowledge), answers, options.as_of)
    notes = [
        Issue(rows.name, note.line, Severity.NOTE, note.code, "", note.reported, note.message)
        for note in rows.notes
    ]
    if not notes:
        return part
    return replace(part, issues=pd.concat([issues_frame(notes), part.issues], ignore_index=True))


def _dictionary_report(one: Opened, given: Given) -> FileReport:
    """A dictionary holds no results."""
    table = one.table
    header, delimiter, line = (
        (table.header, table.delimiter, table.header_line) if isinstance(table, RawTable) else ((), "", 0)
    )
    return FileReport(
        name=one.name,
        sha256=given.sha256(one.name),
        encoding=one.encoding,
        delimiter=delimiter,
        dialect=f"dictionary: {one.lookup.label}" if one.lookup else "",
        decimal_mark="",
        date_order="",
        header_line=line,
        columns=tuple(ColumnRole(cell, "") for cell in header),
        rows_in=0,
        results=0,
        set_aside=0,
        held=0,
        not_tracked=0,
        duplicates=0,
        not_tracked_tests=(),
        is_dictionary=True,
    )


def _report(sha256: str, source: Source, part: NormalisedFile) -> FileReport:
    rows = source.rows
    shown = len(rows.samples)  # a dictionary may have added columns
    role_of = {column: role.value for role, columns in rows.mapping.roles.items() for column in columns}
    return FileReport(
        name=rows.name,
        sha256=sha256,
        encoding=source.encoding,
        delimiter=rows.delimiter,
        dialect=rows.mapping.label,
        decimal_mark=part.decimals.value,
        date_order="relative" if part.relative else part.order.value,
        header_line=rows.header_line,
        columns=tuple(
            ColumnRole(header, role_of.get(column, ""), rows.samples[column] if column < shown else ())
            for column, header in enumerate(rows.header)
        ),
        rows_in=part.rows_in,
        results=len(part.results),
        set_aside=part.set_aside,
        held=part.held,
        not_tracked=part.not_tracked,
        duplicates=0,
        not_tracked_tests=part.not_tracked_tests,
        layout=rows.layout,
        questions=(*source.questions, *part.questions),
    )


def _merge(
    reports: list[FileReport],
    parts: Mapping[str, NormalisedFile],
    given: Given,
    knowledge: Knowledge,
    options: ReadOptions,
) -> Analysis:
    read = list(parts.values())
    withdrawn = pd.concat([part.withdrawn for part in read]) if read else pd.DataFrame()
    merged = merge([part.results for part in read if len(part.results)], withdrawn)
    merged = hold_conflicts(merged, [person for part in read for person in part.people])
    notes, across = _across(merged, knowledge, options)
    merged = replace(merged, columns=notes.columns)
    issues = [frame for frame in (*given.notes, *(part.issues for part in read), merged.issues, notes.issues)]
    issues = [frame for frame in issues if len(frame)]
    return Analysis(
        merged=merged,
        issues=pd.concat(issues, ignore_index=True) if issues else empty_issues(),
        files=tuple(_less_repeats(report, merged) for report in reports),
        errors=tuple(given.errors),
        across=across,
        people={name: part.people for name, part in parts.items() if part.people},
    )


def _across(
    merged: Merged, knowledge: Knowledge, options: ReadOptions
) -> tuple[Witnessed, tuple[Question, ...]]:
    """Remarks on the series of patients, and questions about ids that look alike."""
    if not len(merged.columns):
        return Witnessed(merged.columns, empty_issues()), ()
    found = witnessed(merged.columns, knowledge)
    patients = merged.columns.texts("patient_id")
    alike = alike_ids(patients.words.filter(pa.array(patients.used)))
    answers = options.answers.everywhere.patients
    notes = [
        Issue("", None, Severity.NOTE, "ids_alike", "", " / ".join(group), _ALIKE)
        for group in open_groups(alike.groups, answers)
    ]
    if alike.unasked:
        message = f"{alike.unasked} groups of patient ids differ only in spelling; they are kept apart."
        notes.append(Issue("", None, Severity.NOTE, "ids_alike", "", "", message))
    if notes:
        found = replace(found, issues=pd.concat([found.issues, issues_frame(notes)], ignore_index=True))
    return found, patient_questions(alike.groups, answers, "All files")


_ALIKE = "These ids differ only in their spelling. They are kept apart until you say they are one patient."


def _less_repeats(report: FileReport, merged: Merged) -> FileReport:
    """The counts of a file after repeats, replaced and held results of all files are known."""
    repeats, replaced, held = (
        counts.get(report.name, 0) for counts in (merged.duplicates, merged.set_aside, merged.held)
    )
    return replace(
        report,
        results=report.results - repeats - replaced - held,
        duplicates=repeats,
        set_aside=report.set_aside + replaced,
        held=report.held + held,
    )
