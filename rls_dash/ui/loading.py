"""Files → everything the pages read, computed once per set of files. No Streamlit in here."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.answers import AnswerBook, ReadOptions
from rls_dash.answers_file import AnswersError, read_answers, read_headers
from rls_dash.clinic import OverridesError, apply_overrides
from rls_dash.context.events import Event, Events
from rls_dash.context.patients import Contexts, PatientContext
from rls_dash.context.scores import Score, Scores
from rls_dash.context.side_files import SideReport, completed, read_side_files
from rls_dash.context.sorting import sort_files
from rls_dash.findings.compose import Beside, interpreted
from rls_dash.findings.counts import by_urgency
from rls_dash.findings.groups import Group, groups_of
from rls_dash.findings.model import PatientFindings
from rls_dash.interpret.computed import together
from rls_dash.interpret.worklist import worklist, worst_first
from rls_dash.knowledge import Knowledge, load_knowledge
from rls_dash.model import Severity
from rls_dash.pipeline import Analysis, InputFile, analyse
from rls_dash.report.material import Material
from rls_dash.schema import issues_frame
from rls_dash.ui import text

ANSWERS_SUFFIX = ".toml"


@dataclass(frozen=True)
class Loaded:
    """One set of files, read and assessed."""

    key: str  # fingerprint of the files and of how they were read
    inputs: tuple[InputFile, ...]
    options: ReadOptions
    analysis: Analysis  # its results carry the assessment
    computed: pd.DataFrame  # assessed results that follow from others of their draw; none of a file
    contexts: Contexts
    events: Events
    scores: Scores
    side_files: tuple[SideReport, ...]  # where the rows of patients.csv, events.csv and scores.csv went
    findings: dict[str, PatientFindings]  # by patient
    patients: pd.DataFrame  # the worklist
    as_of: date
    is_sample: bool
    recorded: frozenset[str] = frozenset()  # patients with facts, events or totals recorded in the session

    @cached_property
    def patient_ids(self) -> list[str]:
        """Patients in the order of the list."""
        return self.patients["patient_id"].tolist()

    @cached_property
    def places(self) -> dict[str, int]:
        """Patient → place in the list."""
        return {patient_id: place for place, patient_id in enumerate(self.patient_ids)}

    @cached_property
    def _computed_rows(self) -> Mapping[Hashable, npt.NDArray[np.intp]]:
        return self.computed.groupby("patient_id", sort=False).indices

    def patient_rows(self, patient_id: str) -> pd.DataFrame:
        """Results of one patient and those computed from them, with `computed_from`."""
        own = self.computed.iloc[self._computed_rows.get(patient_id, [])]
        return together(self.analysis.patient_results(patient_id), own)

    @cached_property
    def groups(self) -> dict[Group, frozenset[str]]:
        """Filter of the list → ids of its patients."""
        issues = self.analysis.issues
        blocking = issues["severity"].isin([Severity.SET_ASIDE.value, Severity.HELD.value])
        not_used = set(issues.loc[blocking, "patient_id"]) - {""}
        without = self.patients.loc[self.patients["tsat"] == "", "patient_id"]
        return groups_of(self.findings, set(without), not_used & set(self.patient_ids))

    @property
    def headers(self) -> dict[str, tuple[str, ...]]:
        """Layout → its columns, of the files that were read."""
        return {file.layout: tuple(one.header for one in file.columns) for file in self.analysis.files}


@dataclass(frozen=True)
class AnswersFile:
    """What mapping files say."""

    book: AnswerBook
    headers: dict[str, tuple[str, ...]]  # of its layouts

    @property
    def words(self) -> str:
        """How much it says."""
        count = sum(len(one.given()) for one in (self.book.everywhere, *self.book.layouts.values()))
        about = text.counted(len(self.book.layouts), "layout") if self.book.layouts else "every file"
        return f"{text.counted(count, 'answer')} about {about} taken from the mapping file."


def split_answers(files: Sequence[InputFile]) -> tuple[list[InputFile], list[InputFile]]:
    """(mapping files, all others)."""
    mappings = [file for file in files if file.name.casefold().endswith(ANSWERS_SUFFIX)]
    return mappings, [file for file in files if file not in mappings]


def read_answers_files(files: Sequence[InputFile]) -> AnswersFile:
    """The answers of mapping files, a later one over an earlier. Raises AnswersError with the name."""
    book, headers = AnswerBook(), dict[str, tuple[str, ...]]()
    for file in files:
        try:
            content = file.content.decode("utf-8")
            book = read_answers(content, load_knowledge()).over(book)
        except UnicodeDecodeError:
            raise AnswersError(f"{file.name}: the mapping file is not UTF-8 text.") from None
        except AnswersError as error:
            raise AnswersError(f"{file.name}: {error}") from None
        headers |= read_headers(content)
    return AnswersFile(book, headers)


def overridden(file: InputFile) -> Knowledge:
    """The knowledge tables with a clinic's numbers. Raises OverridesError with the line."""
    try:
        return apply_overrides(load_knowledge(), file.content.decode("utf-8"), file.name)
    except UnicodeDecodeError:
        raise OverridesError(file.name, None, "the file is not UTF-8 text.") from None


def load(
    inputs: Sequence[InputFile],
    options: ReadOptions,
    as_of: date,
    is_sample: bool,
    knowledge: Knowledge | None = None,
) -> Loaded:
    """Read, normalise and assess a set of files as on a given day; `knowledge`: with a clinic's numbers."""
    knowledge = knowledge or load_knowledge()
    given = sort_files(inputs, knowledge)
    everywhere = options.answers.everywhere
    side = read_side_files(
        knowledge, given.patients, given.events, given.scores, everywhere.patients, everywhere.encoding
    )
    analysis = analyse(given.exports, knowledge, options)
    side = completed(side, analysis.people, analysis.known_ids)
    notes, not_used = issues_frame(side.issues), analysis.unused_patients
    beside = Beside(side.contexts, side.events, side.scores)
    found = interpreted(analysis.results, analysis.issues, knowledge, as_of, beside)
    analysis = replace(
        analysis,
        assessed=found.assessed,
        issues=pd.concat([notes, analysis.issues], ignore_index=True) if len(notes) else analysis.issues,
        errors=(*analysis.errors, *side.errors),
    )
    return Loaded(
        key=_key(inputs, options, knowledge),
        inputs=tuple(inputs),
        options=options,
        analysis=analysis,
        computed=found.computed,
        contexts=side.contexts,
        events=side.events,
        scores=side.scores,
        side_files=side.reports,
        findings=found.findings,
        patients=by_urgency(
            worklist(found.rows, knowledge, as_of, side.contexts, not_used=not_used),
            found.findings,
        ),
        as_of=as_of,
        is_sample=is_sample,
    )


@dataclass(frozen=True)
class Recorded:
    """What the user recorded of one patient on the Patient page, in place of what the files say."""

    context: PatientContext
    events: tuple[Event, ...]
    scores: tuple[Score, ...]


def with_recorded(found: Loaded, recorded: Mapping[str, Recorded], knowledge: Knowledge) -> Loaded:
    """The files read, with findings and list as what was recorded makes them.

    Reads no file again, and assesses only the patients of whom something was recorded: what is recorded of
    one says nothing about another.
    """
    contexts = {**found.contexts, **{key: one.context for key, one in recorded.items()}}
    events = {**found.events, **{key: one.events for key, one in recorded.items()}}
    scores = {**found.scores, **{key: one.scores for key, one in recorded.items()}}
    analysis = found.analysis
    concerned = _of(analysis.merged.frame, recorded)
    said = interpreted(
        analysis.merged.frame[concerned],
        analysis.issues[_of(analysis.issues, recorded)],
        knowledge,
        found.as_of,
        Beside(contexts, events, scores),
    )
    fresh = said.assessed.set_axis(np.flatnonzero(concerned))
    assessed = pd.concat([analysis.results[~concerned], fresh]).sort_index(ignore_index=True)
    computed = found.computed[~_of(found.computed, recorded)]
    unused = [one for one in analysis.unused_patients if one in recorded]
    listed = worklist(said.rows, knowledge, found.as_of, contexts, not_used=unused)
    others = found.patients[~_of(found.patients, recorded)].drop(columns="findings")
    findings = {**found.findings, **said.findings}
    return replace(
        found,
        key=hashlib.sha256(f"{found.key}{recorded!r}".encode()).hexdigest(),
        analysis=replace(analysis, assessed=assessed),
        computed=pd.concat([computed, said.computed], ignore_index=True),
        contexts=contexts,
        events=events,
        scores=scores,
        recorded=frozenset(recorded),
        findings=findings,
        patients=by_urgency(worst_first(pd.concat([others, listed], ignore_index=True)), findings),
    )


def _of(frame: pd.DataFrame, patients: Mapping[str, Recorded]) -> npt.NDArray[np.bool_]:
    """Which rows are of these patients."""
    return frame["patient_id"].isin(list(patients)).to_numpy()


def material_of_loaded(found: Loaded, knowledge: Knowledge) -> Material:
    """What reports of the files on screen are made from."""
    return Material(
        analysis=found.analysis,
        computed=found.computed,
        beside=Beside(found.contexts, found.events, found.scores),
        findings=found.findings,
        patient_ids=tuple(found.patient_ids),
        knowledge=knowledge,
        as_of=found.as_of,
        recorded=found.recorded,
    )


def _key(inputs: Sequence[InputFile], options: ReadOptions, knowledge: Knowledge) -> str:
    parts = [*(f"{file.name}:{file.sha256}" for file in inputs), repr(options), knowledge.version]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
