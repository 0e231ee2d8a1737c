"""Files → mapped rows: the only place that knows in which order the readers are tried.

Two steps, because a dictionary (the names of coded tests) is a file of its own: `open_file` gives the
tables of one file, `map_tables` puts the columns of all of them under their roles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rls_dash.answers import Answers, Question, ReadOptions
from rls_dash.ingest import fhir, hl7v2, ldt
from rls_dash.ingest.asking import answered
from rls_dash.ingest.containers import Member
from rls_dash.ingest.decode import Text, decode, encoding_question
from rls_dash.ingest.fast import CleanTable, first_lines, read_clean
from rls_dash.ingest.layout import layout_key
from rls_dash.ingest.lookup import Lookup, join, lookup_of, unused_dictionary
from rls_dash.ingest.mapped import MappedRows, map_rows, mapping_of
from rls_dash.ingest.mapping import score_header
from rls_dash.ingest.nhanes import nhanes_to_long
from rls_dash.ingest.preamble import ask_above, refuse_sections
from rls_dash.ingest.shapes import to_long, wide_score
from rls_dash.ingest.specimens import with_headings
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.ingest.tabular import read_table, table_of_records
from rls_dash.ingest.workbook import Sheet, is_workbook, workbook_records
from rls_dash.model import FileError

_MESSAGES = (hl7v2.read_message, ldt.read_message, fhir.read_message)


@dataclass(frozen=True)
class Vocabulary:
    """What the names in a wide table are known by; lent by the layers that know analytes and units."""

    names_analyte: Callable[[str], bool]
    is_unit: Callable[[str], bool]


@dataclass(frozen=True)
class Opened:
    """One table of a file, not yet mapped; a dictionary when `lookup` is set."""

    name: str
    table: RawTable | CleanTable
    encoding: str
    questions: tuple[Question, ...] = ()
    lookup: Lookup | None = None


@dataclass(frozen=True)
class Source:
    """The records of one table under their roles, and how its file was read."""

    rows: MappedRows
    encoding: str
    questions: tuple[Question, ...] = ()


def open_file(file: Member, options: ReadOptions, vocabulary: Vocabulary) -> list[Opened]:
    """The tables of one file: several in a workbook.

    Raises FileError when the file cannot be read without an answer of the user, or at all.
    """
    if is_workbook(file.name, file.content):
        return _open_workbook(file, options, vocabulary)
    clean = None if options.strict else _open_clean(file, options, vocabulary)
    return [clean or _open_text(file, options, vocabulary)]


def map_tables(opened: Sequence[Opened], options: ReadOptions) -> Iterator[Source | FileError]:
    """The records of each table, with the names that the dictionaries among them give."""
    lookups = [one.lookup for one in opened if one.lookup]
    used: set[str] = set()
    for one in opened:
        if one.lookup:
            continue
        try:
            source = _mapped(one, options, lookups)
        except FileError as error:
            yield error
            continue
        used |= set(source.rows.mapping.lookups)
        yield source
    yield from (unused_dictionary(lookup) for lookup in lookups if lookup.lookup not in used)


def _mapped(one: Opened, options: ReadOptions, lookups: Sequence[Lookup]) -> Source:
    if isinstance(one.table, CleanTable):
        answers = options.answers.of(one.table.layout)
        return Source(one.table.mapped(lookups, answers), one.encoding, one.questions)
    answers = options.answers.of(one.table.layout)
    table = join(one.table, mapping_of(one.table, answers), lookups)
    return Source(map_rows(table, answers), one.encoding, one.questions)


def _score(vocabulary: Vocabulary, answers: Answers) -> Callable[[Sequence[str]], int]:
    def score(cells: Sequence[str]) -> int:
        return max(score_header(cells, answers), wide_score(cells, vocabulary.names_analyte))

    return score


def _open_clean(file: Member, options: ReadOptions, vocabulary: Vocabulary) -> Opened | None:
    head = first_lines(file.content)
    if head is None:
        return None
    try:
        text = decode(file.name, head)
        if text.guessed or text.notes or _message(file.name, text.text):
            return None
        score = _score(vocabulary, options.answers.everywhere)
        table = read_table(file.name, text.text, score, options.answers.everywhere)
        if table.above or lookup_of(table) or _shaped(table, vocabulary) is not table:
            return None
        table = replace(table, layout=layout_key(table.header, table.label))
        clean = read_clean(file.content, table, options.answers.of(table.layout))
    except FileError:  # the strict reader says what is wrong, with the line
        return None
    return Opened(file.name, clean, text.encoding) if clean else None


def _open_text(file: Member, options: ReadOptions, vocabulary: Vocabulary) -> Opened:
    def read(text: Text) -> tuple[RawTable, tuple[Question, ...]]:
        return answered(lambda answers: _table(file.name, text.text, answers, vocabulary), options.answers)

    text = decode(file.name, file.content, options.answers.everywhere.encoding)
    table, questions = read(text)
    if text.ask:
        questions = (*questions, encoding_question(file.name, table.layout, file.content))
        wanted = options.answers.of(table.layout).encoding
        if wanted and wanted != text.encoding:
            # The layout keeps its name, although accents of its header may read differently now.
            text = decode(file.name, file.content, wanted)
            table = replace(read(text)[0], layout=table.layout)
    opened = _long(table, text.notes, options, vocabulary)
    return replace(opened, encoding=text.encoding, questions=questions)


def _message(name: str, text: str) -> RawTable | None:
    return next((table for read in _MESSAGES if (table := read(name, text))), None)


def _table(name: str, text: str, answers: Answers, vocabulary: Vocabulary) -> RawTable:
    table = _message(name, text) or read_table(name, text, _score(vocabulary, answers), answers)
    return table if table.layout else replace(table, layout=layout_key(table.header, table.label))


def _shaped(table: RawTable, vocabulary: Vocabulary) -> RawTable:
    """The table with one result a row."""
    return nhanes_to_long(table) or to_long(table, vocabulary.names_analyte, vocabulary.is_unit)


def _long(table: RawTable, notes: Sequence[FileNote], options: ReadOptions, vocabulary: Vocabulary) -> Opened:
    """A table as it can be mapped: its shape made long, what stands above it asked, or a dictionary."""
    if lookup := lookup_of(table):
        return Opened(table.name, table, "", (), lookup)
    layout = table.layout or layout_key(table.header, table.label)
    table = with_headings(table)
    shaped = replace(_shaped(table, vocabulary), layout=layout)
    answers = options.answers.of(layout)
    roles = mapping_of(shaped, answers).roles
    refuse_sections(table, roles)
    asked = ask_above(shaped, roles, answers, layout)
    return Opened(table.name, replace(asked, notes=(*notes, *asked.notes)), "")


def _open_workbook(file: Member, options: ReadOptions, vocabulary: Vocabulary) -> list[Opened]:
    """The sheets that hold a table; the others are named in a note."""
    sheets, questions = answered(
        lambda answers: workbook_records(file.name, file.content, answers), options.answers
    )
    opened: list[Opened] = []
    refused: list[FileError] = []
    visible = [sheet for sheet in sheets if not sheet.hidden]
    for sheet in visible:
        name = file.name if len(visible) == 1 else f"{file.name}/{sheet.name}"
        try:
            opened.append(_open_sheet(name, sheet, options, vocabulary))
        except FileError as error:
            refused.append(error)
    others = [error for error in refused if error.code != "no_header" or error.line]
    if others or not opened:
        raise (others or refused or [_no_sheet(file.name)])[0]
    aside = [FileNote("sheet_without_table", error.reason, reported=error.source_file) for error in refused]
    hidden = [note for sheet in sheets if sheet.hidden for note in sheet.notes]
    first = opened[0] = replace(opened[0], questions=(*questions, *opened[0].questions))
    if isinstance(first.table, RawTable) and (aside or hidden):
        table = replace(first.table, notes=(*first.table.notes, *hidden, *aside))
        opened[0] = replace(first, table=table)
    return opened


def _open_sheet(name: str, sheet: Sheet, options: ReadOptions, vocabulary: Vocabulary) -> Opened:
    def read(answers: Answers) -> RawTable:
        found = table_of_records(name, sheet.records, _score(vocabulary, answers), answers)
        return replace(found, layout=found.layout or layout_key(found.header, found.label))

    found, questions = answered(read, options.answers)
    table = replace(found, decimal=sheet.decimal)
    return replace(_long(table, sheet.notes, options, vocabulary), encoding="workbook", questions=questions)


def _no_sheet(name: str) -> FileError:
    return FileError(name, "empty", "No visible sheet of this workbook holds anything.")
