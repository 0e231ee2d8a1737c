"""The command `findings`: what the rules say of every patient, without a browser."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rls_dash.answers import AnswerBook, ReadOptions
from rls_dash.answers_file import AnswersError
from rls_dash.clinic import OverridesError, apply_overrides
from rls_dash.command_line import OK, UNREADABLE, USAGE, answers_of, fail, os_words, printable, say
from rls_dash.context.side_files import SideFiles, completed, read_side_files
from rls_dash.export import NOT_EVALUATED, findings_csv, write_exports
from rls_dash.findings.compose import Beside, interpreted
from rls_dash.findings.model import PatientFindings
from rls_dash.knowledge import Knowledge, load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse
from rls_dash.questions import open_questions


@dataclass(frozen=True)
class FilesRead:
    """The files of a command, read, and what is known beside the results."""

    analysis: Analysis
    side: SideFiles  # completed by what exports say of patients
    options: ReadOptions
    knowledge: Knowledge


def findings(chosen: argparse.Namespace) -> int:
    """Run the command; 0, also with rows held, 1 when a file could not be read, 2 for usage."""
    read = read_files(chosen)
    if isinstance(read, int):
        return read
    known = Beside(read.side.contexts, read.side.events, read.side.scores)
    analysis = read.analysis
    found = interpreted(analysis.results, analysis.issues, read.knowledge, chosen.as_of, known).findings
    try:
        write_exports({chosen.out: findings_csv(found, read.knowledge)})
    except OSError as error:
        return fail(UNREADABLE, os_words(error))
    _report(found, analysis, read.side, read.options, chosen.json)
    return OK


def read_files(chosen: argparse.Namespace) -> FilesRead | int:
    """The files that the options name, or the exit code when one cannot be used, which is said."""
    beside = [*chosen.patients, *chosen.events, *chosen.scores]
    given = [path for path in (chosen.map, chosen.overrides) if path]
    paths = [*chosen.files, *beside, *given, chosen.out]
    if len({path.resolve() for path in paths}) < len(paths):
        return fail(USAGE, "The files read and the file written must all be different.")
    try:
        knowledge = _knowledge(chosen.overrides)
        options = ReadOptions(chosen.as_of, answers_of(chosen, knowledge))
        exports = _inputs(chosen.files)
        side = _side_files(chosen, knowledge, options.answers)
    except (AnswersError, OverridesError) as error:
        return fail(USAGE, str(error))
    except OSError as error:
        return fail(UNREADABLE, os_words(error))
    analysis = analyse(exports, knowledge, options)
    side = completed(side, analysis.people, analysis.known_ids)
    errors = [*analysis.errors, *side.errors]
    if errors:
        for unread in errors:
            say(str(unread))
        return fail(UNREADABLE, "Nothing was written.")
    return FilesRead(analysis, side, options, knowledge)


def _knowledge(overrides: Path | None) -> Knowledge:
    """The tables, with a clinic's own numbers where a file of them is given."""
    if overrides is None:
        return load_knowledge()
    name = printable(overrides.name)
    try:
        return apply_overrides(load_knowledge(), overrides.read_bytes().decode("utf-8"), name)
    except UnicodeDecodeError:
        raise OverridesError(name, None, "the file is not UTF-8 text.") from None


def _inputs(paths: Sequence[Path]) -> list[InputFile]:
    return [InputFile(printable(path.name), path.read_bytes()) for path in paths]


def _side_files(chosen: argparse.Namespace, knowledge: Knowledge, book: AnswerBook) -> SideFiles:
    said = book.everywhere
    return read_side_files(
        knowledge,
        _inputs(chosen.patients),
        _inputs(chosen.events),
        _inputs(chosen.scores),
        said.patients,
        said.encoding,
    )


def _report(
    found: dict[str, PatientFindings],
    analysis: Analysis,
    side: SideFiles,
    options: ReadOptions,
    as_json: bool,
) -> None:
    """Counts on standard output; what waits for an answer, and what of side files is not used, beside it."""
    counted = Counter(one.urgency.value for patient in found.values() for one in patient.findings)
    undecided = sum(len(patient.not_evaluated) for patient in found.values())
    if as_json:
        print(json.dumps({"patients": len(found), **counted, NOT_EVALUATED: undecided, **analysis.counts}))
    else:
        kinds = ", ".join(f"{counted[kind]} {kind}" for kind in ("stop", "act", "note", "info"))
        print(f"{len(found)} patients: {kinds}; {undecided} rules not evaluated")
    say_open(analysis, side, options)
    sys.stdout.flush()


def say_open(analysis: Analysis, side: SideFiles, options: ReadOptions) -> None:
    """What waits for an answer, and what of side files is not used, on standard error."""
    waiting, held = open_questions(analysis, options.answers), analysis.counts["held"]
    if waiting or held:
        say(f"{held} row(s) held and {len(waiting)} question(s) open: the command normalise lists them.")
    for issue in side.issues:
        place = f"{issue.source_file}, line {issue.source_row}" if issue.source_row else issue.source_file
        say(f"{place}: {issue.message}" if place else issue.message)
