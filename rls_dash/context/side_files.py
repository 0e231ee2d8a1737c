"""Side files beside the exports → what is known of patients: facts, events, scores. One reader for all.

The law of the exports holds here too: every row is used, counted once, or listed with its line, its cell,
the reason and what can be done.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from rls_dash.context.cells import Effect, Fault, SideKind
from rls_dash.context.events import Event, Events, read_event
from rls_dash.context.patients import FACTS, Contexts, PatientContext, read_patient
from rls_dash.context.scores import Score, Scores, read_score
from rls_dash.context.side_table import SideRow, SideTable, read_side_table
from rls_dash.context.stated import Conflict, People, combined, stated_facts
from rls_dash.ingest.decode import decode
from rls_dash.ingest.given import Given, InputFile
from rls_dash.knowledge import Knowledge
from rls_dash.model import FileError, Issue, Severity

_SAME_AS_ABOVE = "The same row stands above; it counts once."
_DISPUTED = "Another row of this patient says otherwise; treated as not stated until one is removed."
_TWO_TOTALS = (
    "Another row has another total of this scale on the same day. Remove the wrong one; neither is used."
)
_CONTRADICTS = (
    "An export says otherwise, so it is treated as not stated. Correct one of the two, or leave the column "
    "of the export out on the Import page."
)
_IDS_AS_PRINTED = "Ids are compared as they are printed: check their spelling."
_NO_RESULTS = f"No results for this id in the exports. {_IDS_AS_PRINTED}"
_MOST_UNKNOWN_IDS = 20  # so many are listed one by one; a register of the whole clinic is counted
_SHOWN_IDS = 5


@dataclass(frozen=True)
class SideReport:
    """Where the rows of one side file went: rows_in = used + set_aside + duplicates."""

    name: str
    kind: SideKind
    rows_in: int
    used: int
    set_aside: int
    duplicates: int


@dataclass(frozen=True)
class SideFiles:
    """What side files say, and what of them was not used."""

    contexts: Contexts = field(default_factory=dict)
    events: Events = field(default_factory=dict)
    scores: Scores = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    errors: tuple[FileError, ...] = ()
    reports: tuple[SideReport, ...] = ()
    places: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # file → id → its first line


@dataclass(frozen=True)
class _Read:
    """The entries of all files of one kind, each with the table and row it comes from."""

    tables: list[SideTable]
    found: list[tuple[SideTable, SideRow, object]]
    repeats: Counter[str]  # rows by file
    issues: list[Issue]
    errors: list[FileError]

    def all_issues(self) -> list[Issue]:
        """Those of the files, then those of their rows by line."""
        of_rows = [
            issue
            for table in self.tables
            for issue in sorted(table.issues, key=lambda one: one.source_row or 0)
        ]
        return [*self.issues, *of_rows]


def read_side_files(
    knowledge: Knowledge,
    patients: Sequence[InputFile] = (),
    events: Sequence[InputFile] = (),
    scores: Sequence[InputFile] = (),
    same_patients: Mapping[str, str] | None = None,
    encoding: str = "",
) -> SideFiles:
    """What the side files of each kind say.

    `same_patients`: id → the id it stands for (`Answers.patients` of every file), `encoding`: what the user
    says of files that are not UTF-8. A file that cannot be read is in `errors` and adds nothing.
    """
    same = same_patients or {}
    of_patients = _read(patients, SideKind.PATIENTS, same, encoding, read_patient)
    of_events = _read(events, SideKind.EVENTS, same, encoding, read_event)
    of_scores = _read(
        scores, SideKind.SCORES, same, encoding, lambda one, cells: read_score(one, cells, knowledge)
    )
    reads = (of_patients, of_events, of_scores)
    contexts, kept_events, kept_scores = _contexts(of_patients), _events(of_events), _scores(of_scores)
    # The issues are gathered last: putting together finds some, too.
    return SideFiles(
        contexts=contexts,
        events=kept_events,
        scores=kept_scores,
        issues=tuple(issue for read in reads for issue in read.all_issues()),
        errors=tuple(error for read in reads for error in read.errors),
        reports=tuple(_report(table, read) for read in reads for table in read.tables),
        places=_first_places(reads),
    )


def completed(side: SideFiles, people: People, known_ids: Collection[str]) -> SideFiles:
    """The side files with the birth dates and sexes that rows of exports print.

    `people`: what each export says of its patients; `known_ids`: ids that exports have. A fact on which
    side file and export disagree is not stated, with an issue; so is one on which exports disagree.
    """
    stated = stated_facts(people)
    contexts, conflicts, notes = combined(side.contexts, stated)
    differing = [_conflict(side, one) for one in conflicts]
    added = (*_unknown_ids(side, known_ids), *differing, *stated.notes, *notes)
    return replace(side, contexts=contexts, issues=(*side.issues, *added))


def _conflict(side: SideFiles, one: Conflict) -> Issue:
    """The issue of a fact on which a patients.csv and an export differ."""
    files = [report.name for report in side.reports if report.kind is SideKind.PATIENTS]
    name = next((file for file in files if one.patient_id in side.places.get(file, {})), "")
    line = side.places[name][one.patient_id] if name else None
    return Issue(
        name, line, Severity.NOTE, "patient_fact_conflict", one.fact, one.stated, _CONTRADICTS, one.patient_id
    )


# --- reading ---------------------------------------------------------------------------------------------


def _read(
    files: Sequence[InputFile],
    kind: SideKind,
    same: Mapping[str, str],
    encoding: str,
    entry_of: Callable[[str, Mapping[str, str]], tuple[object | None, tuple[Fault, ...]]],
) -> _Read:
    given = Given(files)
    read = _Read([], [], Counter(), [], list(given.errors))
    for frame in given.notes:
        for row in frame.itertuples():
            read.issues.append(Issue(row.source_file, None, Severity.NOTE, row.code, "", "", row.message))
    seen: set[object] = set()
    for member in given.members:
        try:
            text = decode(member.name, member.content, encoding)
            table = read_side_table(member.name, text.text, kind, same)
        except FileError as error:
            read.errors.append(error)
            continue
        for note in text.notes:
            table.note_file(note.code, note.message, reported=note.reported, line=note.line)
        read.tables.append(table)
        for row in table.rows:
            _take(read, table, row, entry_of(row.patient_id, row.cells), seen)
    return read


def _take(
    read: _Read,
    table: SideTable,
    row: SideRow,
    outcome: tuple[object | None, tuple[Fault, ...]],
    seen: set[object],
) -> None:
    """Add what a row says, or list why it is not used or not counted again."""
    entry, faults = outcome
    if entry is None:
        worst = next(fault for fault in faults if fault.effect is Effect.ENTRY)
        table.put_aside(worst.code, worst.message, row, worst.column)
        return
    # A cell that is not used still tells two rows apart.
    key = entry, tuple(row.cells[fault.column] for fault in faults if fault.effect is Effect.CELL)
    if key in seen:
        read.repeats[table.name] += 1
        table.note("duplicate", _SAME_AS_ABOVE, row)
        return
    seen.add(key)
    for fault in faults:
        table.note(fault.code, fault.message, row, fault.column)
    read.found.append((table, row, entry))


def _report(table: SideTable, read: _Read) -> SideReport:
    repeats = read.repeats[table.name]
    used = table.rows_in - table.set_aside - repeats
    return SideReport(table.name, table.kind, table.rows_in, used, table.set_aside, repeats)


# --- putting together ------------------------------------------------------------------------------------


def _contexts(read: _Read) -> dict[str, PatientContext]:
    """Facts by patient; one on which two rows disagree is not stated, whatever a third one says."""
    said: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for table, row, entry in read.found:
        if not isinstance(entry, PatientContext):
            continue
        facts = said[entry.patient_id]
        for fact in FACTS:
            value = getattr(entry, fact)
            if value is None:
                continue
            if any(other != value for other in facts[fact]):
                table.note("patient_fact_conflict", _DISPUTED, row, fact)
            facts[fact].append(value)
    found = {}
    for patient, facts in said.items():
        agreed: dict[str, Any] = {fact: values[0] for fact, values in facts.items() if len(set(values)) == 1}
        found[patient] = PatientContext(patient, **agreed)
    return found


def _events(read: _Read) -> dict[str, tuple[Event, ...]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for table, row, entry in read.found:
        if isinstance(entry, Event):
            sourced = replace(entry, source_file=table.name, source_row=row.line)
            found[entry.patient_id].append(sourced)
    return {patient: tuple(entries) for patient, entries in found.items()}


def _scores(read: _Read) -> dict[str, tuple[Score, ...]]:
    """Scores by patient, oldest first; two totals of one scale on one day are both put aside."""
    entries = [(table, row, one) for table, row, one in read.found if isinstance(one, Score)]
    totals: dict[tuple[str, str, date], set[Decimal]] = defaultdict(set)
    for _, _, one in entries:
        totals[one.patient_id, one.scale, one.scored_on].add(one.total)
    found: dict[str, list[Score]] = defaultdict(list)
    for table, row, one in entries:
        if len(totals[one.patient_id, one.scale, one.scored_on]) > 1:
            table.put_aside("score_conflict", _TWO_TOTALS, row, "total")
        else:
            found[one.patient_id].append(replace(one, source_file=table.name, source_row=row.line))
    return {
        patient: tuple(sorted(scores, key=lambda one: one.scored_on)) for patient, scores in found.items()
    }


def _first_places(reads: Sequence[_Read]) -> dict[str, dict[str, int]]:
    """File → id → line that names it first, of rows that are used."""
    places: dict[str, dict[str, int]] = defaultdict(dict)
    for read in reads:
        for table, row, _ in read.found:
            places[table.name].setdefault(row.patient_id, row.line)
    return dict(places)


def _unknown_ids(side: SideFiles, known_ids: Collection[str]) -> Iterator[Issue]:
    """A note on every id of a side file that no export has; with many, one that counts them."""
    known = set(known_ids)
    for name, lines in side.places.items():
        unknown = {patient: line for patient, line in lines.items() if patient not in known}
        if len(unknown) <= _MOST_UNKNOWN_IDS:
            for patient, line in unknown.items():
                yield Issue(
                    name, line, Severity.NOTE, "no_results", "patient_id", patient, _NO_RESULTS, patient
                )
            continue
        message = f"{len(unknown):,} ids of this file have no results in the exports. {_IDS_AS_PRINTED}"
        shown = ", ".join(list(unknown)[:_SHOWN_IDS])
        yield Issue(name, None, Severity.NOTE, "no_results", "patient_id", f"{shown}, …", message)
