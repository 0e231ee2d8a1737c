"""Clean delimited files → mapped rows by Arrow; whatever is not certainly clean is left to `tabular`.

Arrow's reader forgives what `tabular` refuses (a quote in the middle of a cell, a blank line that shifts
the line numbers). So each such thing is looked for in the bytes first, and the file is handed back when
one is found. Both ways must give the same rows for every file that this one takes; a property test holds
them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from rls_dash.answers import Answers
from rls_dash.ingest.beside import each
from rls_dash.ingest.body import header_words
from rls_dash.ingest.decode import DAMAGED
from rls_dash.ingest.encoded import Encoded, one_word_per_row, words_of
from rls_dash.ingest.file_kinds import mojibake
from rls_dash.ingest.footers import is_footer_label, label_pattern
from rls_dash.ingest.formats import Role
from rls_dash.ingest.joined import columns_to_read, join_columns
from rls_dash.ingest.lookup import Lookup
from rls_dash.ingest.mapped import MappedRows, assemble, is_blank, mapping_of, samples_of
from rls_dash.ingest.mapping import Mapping, columns_of, map_columns
from rls_dash.ingest.sign_columns import only_signs
from rls_dash.ingest.specimens import is_heading, only_specimens
from rls_dash.ingest.table import RawTable
from rls_dash.ingest.unnamed_columns import cells_of, unclaimed

_HEAD = 1 << 16
_CACHED = 1 << 17  # what the nearer memory of a processor holds
_WINDOW = 1 << 19  # a line of a megabyte, the longest allowed, leaves one without a line end
_ANSWERED_STRICTLY = ("delimiter", "quoting", "table", "header", "cut_off")
# Columns whose cells hardly repeat, or that few rows are needed of, are not worth looking up words for.
_SEEN_ONCE = frozenset({Role.COLLECTED_AT})
# Thousands of patients are other words in each block: their words are looked up once for all blocks instead,
# which saves a sixth of the reading.
_MANY_WORDS = frozenset({Role.PATIENT_ID})
_BLOCK = 4 << 20  # of 1 and 2 MB the allocator now and then takes 0.3 s more, in page faults


def first_lines(content: bytes) -> bytes | None:
    """The first complete lines of a file that may be clean, None where it certainly is not."""
    if not content.endswith(b"\n"):
        return None
    # A spreadsheet's `="007"` is unwrapped by the strict reader, which also says where letters were lost.
    signs = [sign.encode() for sign in ('="', DAMAGED, *mojibake())]
    present = _present(content, {b"\x00", b"\r", *(sign[:1] for sign in signs)})
    if b"\x00" in present or any(sign in content for sign in signs if sign[:1] in present):
        return None
    if b"\r" in present and content.count(b"\r") != content.count(b"\r\n"):
        return None
    if len(content) <= _HEAD:
        return content
    if any(content.find(b"\n", start, start + _WINDOW) < 0 for start in range(0, len(content), _WINDOW)):
        return None  # a line so long is a fault that the strict reader names
    return content[: content.rfind(b"\n", 0, _HEAD) + 1] or None


def _present(content: bytes, letters: Iterable[bytes]) -> set[bytes]:
    """Which of these bytes stand in a file.

    Window by window, so that the memory is walked through once for all of them: a third of the time. A byte
    is found at once, a sign of several takes ten times as long.
    """
    found: set[bytes] = set()
    absent = set(letters)
    for start in range(0, len(content), _CACHED):
        seen = {letter for letter in absent if content.find(letter, start, start + _CACHED) >= 0}
        found |= seen
        absent -= seen
    return found


@dataclass(frozen=True)
class CleanTable:
    """The columns of a clean file as words, not yet under their roles."""

    head: RawTable  # of the first lines alone
    mapping: Mapping
    layout: str
    columns: dict[int, Encoded]
    size: int

    def mapped(self, lookups: Sequence[Lookup], answers: Answers) -> MappedRows:
        """The records under their roles, with the names that dictionaries give."""
        head, mapping = self.head, self.mapping
        joined = join_columns(head.header, mapping, lookups, self.columns)
        if joined.header != head.header:
            mapping = map_columns(head.name, joined.header, answers)
        nothing = np.zeros(self.size, dtype=np.bool_)
        rows = MappedRows(
            name=head.name,
            mapping=mapping,
            layout=self.layout,
            header=joined.header,
            header_line=head.header_line,
            delimiter=head.delimiter,
            columns={},
            lines=np.arange(2, self.size + 2, dtype=np.int64),
            short=nothing,
            surplus=nothing,
            notes=joined.notes,
            samples=samples_of(head),
        )
        return assemble(rows, joined.columns)


def read_clean(content: bytes, head: RawTable, answers: Answers) -> CleanTable | None:
    """The records of a clean file, or None when the strict reader must decide.

    `head`: the table of the first lines alone, as the strict reader reads them.
    """
    if any(getattr(answers, kind) for kind in _ANSWERED_STRICTLY) or not _is_plain(head):
        return None
    if not (_is_utf8(content) and _quotes_are_regular(content, head.delimiter)):
        return None
    mapping = mapping_of(head, answers)
    if mapping.escape:
        return None
    # The first column is read in any case: a header or a blank line further down shows itself there.
    late = _still_open(head, mapping, answers)
    used = sorted(columns_to_read(head.header, mapping) | {0} | late)
    once = _of_roles(mapping, _SEEN_ONCE)
    table = _read(content, head, used, once | _of_roles(mapping, _MANY_WORDS))
    if table is None or not table.num_rows:
        return None
    parts = [(table.column(str(column)), column in once) for column in used]
    read = each(lambda part: _encoded(*part), parts)
    del parts
    columns = dict(zip(used, read, strict=True))
    size = table.num_rows
    del table
    pa.default_memory_pool().release_unused()  # it keeps the text that was parsed: as much as the file
    columns[0] = columns[0].compact()
    if not _known_alike(head, mapping, answers, columns, late):
        return None
    if _needs_a_look(columns[0], columns, head) or _has_sections(columns, mapping, size):
        return None
    if _has_headings(columns):
        return None
    return CleanTable(head, mapping, head.layout, columns, size)


def _still_open(head: RawTable, mapping: Mapping, answers: Answers) -> set[int]:
    """Columns without a role of which `<` or `serum` further down would make signs or specimens."""
    if mapping.dialect:
        return set()
    cells = {column: list(cells_of(column, head.rows)) for column in unclaimed(mapping, head.header, answers)}
    return {
        column
        for column, found in cells.items()
        if only_signs([*found, "<"]) or only_specimens([*found, "serum"])
    }


def _known_by_cells(cells: Sequence[str]) -> bool:
    return only_signs(cells) or only_specimens(cells)


def _known_alike(
    head: RawTable, mapping: Mapping, answers: Answers, columns: dict[int, Encoded], late: set[int]
) -> bool:
    """Whether all cells of a column say the same of its role as those of the first lines."""
    named = map_columns(head.name, head.header, answers, head.roles, head.label).roles
    by_cells = columns_of(mapping.roles) - columns_of(named)
    still = all(_known_by_cells(columns[column].texts) for column in by_cells)
    return still and not any(_known_by_cells(columns[column].texts) for column in late)


def _of_roles(mapping: Mapping, roles: frozenset[Role]) -> set[int]:
    return {column for role, columns in mapping.roles.items() if role in roles for column in columns}


def _is_plain(head: RawTable) -> bool:
    """Whether nothing about the first lines asks for the strict reader."""
    aside = head.preamble or head.repeated_headers or head.notes or head.roles
    return head.header_line == 1 and not aside and len(set(head.header)) == len(head.header)


def _is_utf8(content: bytes) -> bool:
    """Whether every byte is UTF-8: Arrow's reader looks at the columns it is asked for only."""
    if content.isascii():
        return True
    ends = pa.array([0, len(content)], type=pa.int64()).buffers()[1]
    whole = pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(content))
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _quotes_are_regular(content: bytes, delimiter: str) -> bool:
    """Whether every quote opens or closes a whole cell on one line, or is doubled inside such a cell."""
    if b'"' not in content:
        return True
    letters = np.frombuffer(content, dtype=np.uint8)
    quotes = np.flatnonzero(letters == ord('"'))
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = letters[np.maximum(opening - 1, 0)]
    after = letters[np.minimum(closing + 1, len(letters) - 1)]
    # A doubled quote closes and opens again at once: its two halves are neighbours.
    reopened = np.zeros(len(opening), dtype=bool)
    reopened[1:] = opening[1:] == closing[:-1] + 1
    closed_again = np.append(reopened[1:], False)
    ends = [ord(delimiter), ord("\n")]
    good_open = reopened | (opening == 0) | np.isin(before, ends)
    good_close = closed_again | np.isin(after, [*ends, ord("\r")])
    if not (good_open.all() and good_close.all()):
        return False
    newlines = np.flatnonzero(letters == ord("\n"))
    return bool((np.searchsorted(newlines, opening) == np.searchsorted(newlines, closing)).all())


def _read(content: bytes, head: RawTable, columns: Sequence[int], plain: set[int]) -> pa.Table | None:
    """The wanted columns as text; None where Arrow finds a ragged line.

    A blank line counts as ragged, so that line numbers can be counted.
    """
    names = [str(column) for column in range(len(head.header))]
    text = {name: pa.large_string() for name in names}
    words = pa.dictionary(pa.int32(), pa.large_string())
    try:
        return csv.read_csv(
            pa.BufferReader(content),
            read_options=csv.ReadOptions(column_names=names, skip_rows=1, block_size=_BLOCK),
            parse_options=csv.ParseOptions(delimiter=head.delimiter, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=text | {str(column): words for column in columns if column not in plain},
                include_columns=[str(column) for column in columns],
                strings_can_be_null=False,
                check_utf8=False,  # every byte has been checked: saves a twentieth of the reading
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None


def _encoded(cells: pa.ChunkedArray, plain: bool) -> Encoded:
    """A column as words, or plain as it was read."""
    if plain:
        return one_word_per_row(pa.concat_arrays(cells.chunks) if cells.num_chunks else words_of([]))
    coded = pa.types.is_dictionary(cells.type)
    chunks = (cells.unify_dictionaries() if coded else cells.dictionary_encode()).chunks
    codes = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in chunks]
    # Unified chunks share one dictionary.
    words = chunks[0].dictionary if chunks else words_of([])
    return Encoded(np.concatenate(codes) if codes else np.zeros(0, dtype=np.int32), words)


def _has_sections(columns: dict[int, Encoded], mapping: Mapping, size: int) -> bool:
    """Whether lines between the records may say whose or of when they are, because no column does."""
    dated = Role.COLLECTED_AT in mapping.roles or Role.COLLECTED_DATE in mapping.roles
    if Role.PATIENT_ID in mapping.roles and dated:
        return False
    alone = np.ones(size, dtype=np.bool_)
    for number, column in columns.items():
        if number > 1 and alone.any():  # a label and its value stand in the first two cells
            alone &= column.where(is_blank)
    return bool(alone.any())


def _has_headings(columns: dict[int, Encoded]) -> bool:
    """Whether a line with one filled cell may name the specimen of the rows below it."""
    filled: list[Encoded] = []
    for column in sorted(columns.values(), key=lambda one: len(one.words)):
        if not _has_blank(column):
            filled.append(column)
            if len(filled) > 1:
                return False  # every line has two filled cells: so it is in nearly all files
    blank = [column.where(is_blank) for column in columns.values()]
    alone = np.sum(blank, axis=0, dtype=np.int32) == len(blank) - 1
    return any(
        is_heading(word)
        for column, none in zip(columns.values(), blank, strict=True)
        for word in column.take(alone & ~none).rows().to_pylist()
    )


def _has_blank(column: Encoded) -> bool:
    return bool(pc.any(pc.equal(pc.utf8_trim_whitespace(column.words), "")).as_py())


def _needs_a_look(first: Encoded, columns: dict[int, Encoded], head: RawTable) -> bool:
    """Whether a line may be a header, a footer or nothing but delimiters; `first`: the first column."""
    bare = pc.utf8_lower(pc.utf8_trim_whitespace(first.words))
    headers = pa.array(sorted(header_words(head.header)), type=pa.large_string())
    if pc.any(pc.is_in(bare, value_set=headers)).as_py():
        return True
    labelled = pc.match_substring_regex(first.words, label_pattern(), ignore_case=True)
    if any(is_footer_label(word) for word in first.words.filter(labelled).to_pylist()):
        return True
    blank = first.spread(pc.equal(bare, "").to_numpy(zero_copy_only=False)).copy()
    for column in columns.values():
        if blank.any():
            blank &= column.where(is_blank)
    return bool(blank.any())
