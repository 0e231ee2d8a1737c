"""One file's mapped rows → results and issues. Every row is accounted for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from rls_dash.answers import Answers, Choice, Question
from rls_dash.ingest.encoded import Codes, Encoded, Mask, combine, encode, words_of
from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapped import MappedRows, is_blank
from rls_dash.knowledge import Knowledge
from rls_dash.model import Severity
from rls_dash.normalise import dates
from rls_dash.normalise.assembled import Columns
from rls_dash.normalise.columns import draft_results
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.identify import ANSWERABLE, NOTES, UNTRACKED, Fate, Identifier, Identity
from rls_dash.normalise.issues import IssueLog, Problem
from rls_dash.normalise.kinds import by_kind
from rls_dash.normalise.people import People
from rls_dash.normalise.texts import sentence
from rls_dash.normalise.values import Decimals

_DAMAGED = "\ufffd\x00"  # what stands where a letter could not be written, and where a disk failed
_LETTERS_LOST = Problem(
    "damaged_text", "Letters of this cell were lost before the file was written. Export the file again."
)
_NO_TEST = Problem("no_test", "No test is named in this row: perhaps a sum or a remark of the program.")
_TEST = (Role.TEST, Role.CODE, Role.SPECIMEN, Role.UNIT, Role.CATEGORY)


@dataclass(frozen=True)
class NormalisedFile:
    """What one file gave, before duplicates across files are looked for."""

    results: Columns
    withdrawn: pd.DataFrame  # draws whose earlier report the laboratory took back
    issues: pd.DataFrame
    questions: tuple[Question, ...]
    rows_in: int
    set_aside: int
    held: int
    not_tracked: int
    not_tracked_tests: tuple[tuple[str, int], ...]  # (test, rows), most rows first
    decimals: Decimals
    order: dates.DateOrder
    relative: bool  # times count from a start that nobody states
    people: People


@dataclass(frozen=True)
class _Tests:
    """The tests of a file: what each row asks for, and what that is."""

    index: Codes  # per row
    cells: list[tuple[str, ...]]
    identities: list[Identity]


def normalise_rows(
    rows: MappedRows, knowledge: Knowledge, identifier: Identifier, answers: Answers, as_of: date | None
) -> NormalisedFile:
    """Results and issues of one file.

    rows in = results + set aside + held + not tracked; nothing is dropped. Result columns as in
    rls_dash.schema, `value` and the reference interval in the analyte's canonical unit.
    """
    tests = _identify(rows, identifier, answers)
    not_tracked = (_others(tests) | _panels(rows, tests)) & ~rows.short & ~rows.surplus
    kept = np.flatnonzero(~not_tracked)
    rows = replace(rows, columns=rows.columns | _by_test(rows, tests))
    concerned = rows if len(kept) == len(rows) else rows.take(kept)
    log = IssueLog(concerned)
    listed = _list_not_tracked(rows, log, tests, not_tracked)
    _block_ragged(concerned, log)
    _block_damaged(concerned, log)
    index = tests.index if len(kept) == len(rows) else tests.index[kept]
    log.block_each(index, [_NO_TEST if _nameless(*cells[:2]) else None for cells in tests.cells], Role.TEST)
    log.analyte = _column(index, [identity.analyte for identity in tests.identities])
    _block_unidentified(log, index, tests.identities)
    _note_tests(log, tests, index)
    _ask_tests(log, tests, index, knowledge)
    kinds, kind, test = by_kind(concerned, log.analyte)
    found = [tests.identities[one] for one in test]
    analyte = _column(kind, [identity.analyte for identity in found])
    properties = _column(kind, [identity.loinc.property if identity.loinc else "" for identity in found])
    draft = Draft(kinds, log, knowledge, answers, as_of, analyte, properties)
    drafted = draft_results(draft)
    return NormalisedFile(
        results=drafted.results,
        withdrawn=drafted.withdrawn,
        issues=log.frame(),
        questions=tuple(log.questions),
        rows_in=len(rows),
        set_aside=log.count(Severity.SET_ASIDE),
        held=log.count(Severity.HELD),
        not_tracked=int(not_tracked.sum()),
        not_tracked_tests=listed,
        decimals=drafted.decimals,
        order=drafted.order,
        relative=bool(drafted.results.numbers("relative").any()),
        people=drafted.people,
    )


def _others(tests: _Tests) -> Mask:
    """Rows of tests that are none of ours."""
    other = [
        identity.fate is Fate.NOT_TRACKED and not _is_damaged(*cells[:2]) and not _nameless(*cells[:2])
        for identity, cells in zip(tests.identities, tests.cells, strict=True)
    ]
    return np.array(other, dtype=np.bool_).take(tests.index)


def _by_test(rows: MappedRows, tests: _Tests) -> dict[Role, Encoded]:
    """The columns that make up a test, as what each test says."""
    said = zip(*tests.cells, strict=True) if tests.cells else [()] * len(_TEST)
    return {
        role: _column(tests.index, list(one)) for role, one in zip(_TEST, said, strict=True) if rows.has(role)
    }


def _panels(rows: MappedRows, tests: _Tests) -> Mask:
    """Rows whose test is only a number and that hold no value: the headings of panels of tests."""
    numbers = np.array([one.code == "dictionary_missing" for one in tests.identities], dtype=np.bool_)
    if not numbers.any():
        return np.zeros(len(rows), dtype=np.bool_)
    empty = numbers[tests.index]
    for role in (Role.VALUE, Role.VALUE_NUMBER, Role.VALUE_TEXT):
        empty &= rows.cells(role).where(is_blank)
    return empty


def _column(index: Codes, texts: list[str]) -> Encoded:
    return Encoded(index, words_of(texts))


def _block_ragged(rows: MappedRows, log: IssueLog) -> None:
    expected = len(rows.header)
    surplus = Problem(
        "surplus_fields",
        f"More fields than the {expected} of the header: probably an unquoted comma in a value or name. "
        "Quote the cell, or export with semicolons.",
    )
    short = Problem(
        "short_row", f"Fewer fields than the {expected} of the header, and one that is needed is missing."
    )
    log.block(rows.surplus, surplus, None)
    log.block(rows.short, short, None)


def _is_damaged(*cells: str) -> bool:
    return any(letter in cell for cell in cells for letter in _DAMAGED)


def _block_damaged(rows: MappedRows, log: IssueLog) -> None:
    """Set aside rows in which a letter of something that matters was lost before the file was written."""
    for role in (Role.PATIENT_ID, Role.TEST, Role.CODE, Role.VALUE, Role.UNIT):
        if rows.has(role):
            log.block(rows.cells(role).containing(_DAMAGED), _LETTERS_LOST, role)


def _nameless(test: str, code: str) -> bool:
    return not (test.strip() or code.strip())


def _identify(rows: MappedRows, identifier: Identifier, answers: Answers) -> _Tests:
    index, tests = combine(*(rows.cells(role) for role in _TEST))
    coded = rows.mapping.coded_message if rows.mapping.coded_tests else ""
    found = [identifier.identify(*test, answers=answers.tests) for test in tests]
    waiting = [
        Identity(Fate.HELD, "", "dictionary_missing", coded)
        if coded and identity.fate is Fate.NOT_TRACKED and rows.mapping.waits_for_dictionary(*test[:2])
        else identity
        for identity, test in zip(found, tests, strict=True)
    ]
    return _Tests(index, tests, waiting)


def _list_not_tracked(
    rows: MappedRows, log: IssueLog, tests: _Tests, mask: np.ndarray
) -> tuple[tuple[str, int], ...]:
    """List the tests that are not tracked, with their number of rows and the first line of each."""
    if not mask.any():
        return ()
    places = np.flatnonzero(mask)
    names = encode([test.strip() or code.strip() for test, code, *_ in tests.cells])
    codes = names.codes.take(tests.index.take(places))
    # An own place for every name, so that the first row of each is found without sorting.
    counts = np.bincount(codes, minlength=len(names.words))
    first = np.zeros(len(counts), dtype=np.int64)
    first[codes[::-1]] = places[::-1]
    found = [
        (names.texts[code], int(counts[code]), int(rows.lines[first[code]]))
        for code in np.flatnonzero(counts)
    ]
    column = rows.header_of(Role.TEST) or rows.header_of(Role.CODE)
    for label, count, line in sorted(found):
        message = f"Not a test that is tracked here; {count} row(s) of it are not used."
        log.note_file("not_tracked", message, label, column, line)
    return tuple((label, count) for label, count, _ in sorted(found, key=lambda item: (-item[1], item[2])))


def _block_unidentified(log: IssueLog, index: Codes, identities: list[Identity]) -> None:
    """Hold or set aside the tests that could be an analyte but are not certain to be."""
    wrong_specimen = [identity.code.startswith("specimen") for identity in identities]
    for role, concerned in ((Role.SPECIMEN, True), (Role.TEST, False)):
        problems = [
            _problem(identity) if identity.code and wrong is concerned else None
            for identity, wrong in zip(identities, wrong_specimen, strict=True)
        ]
        log.block_each(index, problems, role)


def _note_tests(log: IssueLog, tests: _Tests, index: Codes) -> None:
    """Remark on tests that are used although something about their name or code is odd."""
    for code, message in NOTES.items():
        said = np.array([code in identity.notes for identity in tests.identities], dtype=np.bool_)
        log.note(said[index], code, Role.TEST if log.has(Role.TEST) else Role.CODE, message)


def _ask_tests(log: IssueLog, tests: _Tests, index: Codes, knowledge: Knowledge) -> None:
    """Ask what the tests are that only the user can tell, once for each name as printed."""
    rows = np.bincount(index, minlength=len(tests.cells))
    asked: dict[str, tuple[Identity, int]] = {}
    for cells, identity, count in zip(tests.cells, tests.identities, rows, strict=True):
        if identity.code in ANSWERABLE and count:
            name = cells[0].strip() or cells[1].strip()
            asked[name] = (identity, asked.get(name, (identity, 0))[1] + int(count))
    for name, (identity, count) in asked.items():
        candidates = identity.candidates or ((identity.analyte,) if identity.analyte else ())
        choices = [Choice(analyte, knowledge.analytes[analyte].label) for analyte in candidates]
        choices.append(Choice(UNTRACKED, "none of the tests tracked here"))
        log.ask("tests", f"Which test is '{name}'? {sentence(identity.detail)}", choices, name, (), count)


def _problem(identity: Identity) -> Problem:
    if identity.code == "dictionary_missing":
        return Problem(identity.code, identity.detail, Severity.HELD)
    remedy = "Check the test's name and code."
    if identity.code in ANSWERABLE:
        remedy = "Answer the question on the Import page, or correct the name and code in the export."
    message = f"{sentence(identity.detail)} {remedy}"
    return Problem(identity.code, message, Severity(identity.fate.value))
