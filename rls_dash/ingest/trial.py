"""How the cells of a text are told apart, found by trial: the form whose records have a header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from rls_dash.answers import Answers, Choice
from rls_dash.ingest.asking import SHOWN, preview, question
from rls_dash.ingest.delimited import DELIMITERS, Form, Quoting, Record, records
from rls_dash.ingest.heading import SEARCHED, Heading, ScoreHeader, find_heading
from rls_dash.ingest.layout import layout_key
from rls_dash.ingest.mapping import stated_escape
from rls_dash.ingest.table import FileNote
from rls_dash.model import FileError

_RECTANGULAR = 0.8  # of the records have one width: a table, not a letter
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_QUOTES = {
    Quoting.DOUBLE: 'Double quotes: "…"',
    Quoting.SINGLE: "Single quotes: '…'",
    Quoting.BACKSLASH: 'Double quotes, with \\" for a quote inside',
}


@dataclass(frozen=True)
class Trial:
    """The form of a text and its records; `heading` is None where no record is a header."""

    form: Form
    records: list[Record]
    heading: Heading | None
    notes: tuple[FileNote, ...] = ()


def find_form(name: str, text: str, first: Form, score: ScoreHeader, answers: Answers) -> Trial:
    """The form of a text whose header fills the most roles.

    `first`: the number of the first line, and the delimiter that a `sep=` line names ("" without one).
    Raises FileError, with a question where an answer helps, when two forms fit.
    """
    hinted = [first.delimiter] if first.delimiter else []
    notes: tuple[FileNote, ...] = ()
    forms = _with_header(name, text, [replace(first, delimiter=one) for one in hinted or DELIMITERS], score)
    if hinted and not forms:
        forms = _with_header(name, text, [replace(first, delimiter=one) for one in DELIMITERS], score)
        if forms:
            message = "The sep= line names another delimiter than the one the table is written with."
            notes = (FileNote("sep_line", message, line=1),)
    if not forms:
        return _without_header(name, text, first, answers)
    form = forms[0] if len(forms) == 1 else _one_of(name, text, forms, score, answers)
    return _read(name, text, form, score, answers, notes)


def _with_header(name: str, text: str, forms: Sequence[Form], score: ScoreHeader) -> list[Form]:
    """The forms whose header fills the most roles, read with the quotes that show one."""
    found: list[tuple[int, Form]] = []
    for form in forms:
        heading = find_heading(_head(name, text, form), score)
        if heading is None and _may_be_single(text, form.delimiter):
            form = replace(form, quoting=Quoting.SINGLE)
            heading = find_heading(_head(name, text, form), score)
        if heading is not None:
            found.append((heading.score, form))
    best = max((points for points, _ in found), default=0)
    return [form for points, form in found if points == best]


def _may_be_single(text: str, delimiter: str) -> bool:
    """Whether a cell starts with a single quote."""
    return "'" in text and re.search(rf"(?:^|[\r{re.escape(delimiter)}]) *'", text, re.MULTILINE) is not None


def in_doubt(text: str, delimiter: str) -> bool:
    """Whether quotes other than plain double ones, or blanks before them, may matter in this text.

    For readers that know double quotes only: when it is so, the file is not theirs.
    """
    quoted = '"' in text
    return (
        (quoted and '\\"' in text)
        or f"\\{delimiter}" in text
        or (quoted and re.search(rf"{re.escape(delimiter)} +\"", text) is not None)
        or _may_be_single(text, delimiter)
    )


def _head(name: str, text: str, form: Form) -> list[Record]:
    """The first records, up to a fault: where the header is good, reading on will name the fault."""
    head: list[Record] = []
    with suppress(FileError):
        head.extend(islice(records(name, text, form), SEARCHED))
    return head


def _one_of(name: str, text: str, forms: list[Form], score: ScoreHeader, answers: Answers) -> Form:
    """The only form in which every record is as wide as the header, else the one the user says."""
    read = {form: _try(name, text, form) for form in forms}
    even = [form for form, found in read.items() if found and _ragged(found, score, remarks=0) == 0]
    if len(even) == 1:
        return even[0]
    chosen = [form for form in forms if form.delimiter == answers.delimiter]
    if chosen:
        return chosen[0]
    choices = [
        Choice(
            form.delimiter,
            _NAMES[form.delimiter].capitalize(),
            preview([c for _, c in (read[form] or [])[:SHOWN]]),
        )
        for form in forms
    ]
    heads = [find_heading(_head(name, text, form), score) for form in forms]
    layout = layout_key([cell for heading in heads if heading for cell in heading.cells])
    asked = question(name, layout, "delimiter", "Which character stands between the columns?", choices)
    message = "Two delimiters fit this file equally well. Say which one it is, or save it again as CSV UTF-8."
    raise FileError(name, "delimiter", message, questions=[asked])


def _read(
    name: str,
    text: str,
    form: Form,
    score: ScoreHeader,
    answers: Answers,
    notes: tuple[FileNote, ...],
) -> Trial:
    found, quoted = _settle_quoting(name, text, form, score, answers)
    spaced = _without_spaces(name, text, found, score)
    heading = find_heading(spaced.records, score)
    return replace(spaced, heading=heading, notes=(*notes, *quoted, *spaced.notes))


def _settle_quoting(
    name: str, text: str, form: Form, score: ScoreHeader, answers: Answers
) -> tuple[Trial, tuple[FileNote, ...]]:
    """The records as double quotes read them, unless other quotes read them otherwise: then it is asked."""
    plain_form = replace(form, quoting=Quoting.DOUBLE)
    plain = _try(name, text, plain_form)
    read: dict[Quoting, list[Record]] = {}
    if '\\"' in text or f"\\{form.delimiter}" in text:
        _add_reading(read, name, text, replace(form, quoting=Quoting.BACKSLASH), plain, score)
    if _may_be_single(text, form.delimiter):
        _add_reading(read, name, text, replace(form, quoting=Quoting.SINGLE), plain, score)
        if Quoting.SINGLE in read and not _speaks_for_single(plain, read[Quoting.SINGLE], score):
            del read[Quoting.SINGLE]
    if not read:
        return Trial(plain_form, list(records(name, text, plain_form)) if plain is None else plain, None), ()
    heading = find_heading(next(iter(read.values())), score)
    header = heading.cells if heading else []
    declared = Quoting.BACKSLASH.value if stated_escape(header) == "\\" else ""
    answer = declared or answers.quoting
    if plain is not None:
        read = {Quoting.DOUBLE: plain, **read}
    if answer in read:
        kind = Quoting(answer)
        note = FileNote("quoting", f"Read with this quoting: {_QUOTES[kind]}")
        return Trial(replace(form, quoting=kind), read[kind], None), () if declared else (note,)
    raise _ask_quoting(name, read, layout_key(header), _fault(name, text, plain_form))


def _add_reading(
    read: dict[Quoting, list[Record]],
    name: str,
    text: str,
    form: Form,
    plain: list[Record] | None,
    score: ScoreHeader,
) -> None:
    """Add a reading that is complete, has a header and differs from the plain one."""
    found = _try(name, text, form)
    if found is not None and found != plain and find_heading(found, score):
        read[form.quoting] = found


def _speaks_for_single(plain: list[Record] | None, single: list[Record], score: ScoreHeader) -> bool:
    """Whether single quotes are more than an apostrophe here and there."""
    if plain is None or _ragged(single, score) < _ragged(plain, score):
        return True
    quoted = sum(any(len(c) > 1 and c[0] == c[-1] == "'" for c in cells) for _, cells in plain)
    return quoted * 2 >= len(plain)


def _ask_quoting(name: str, read: dict[Quoting, list[Record]], layout: str, fault: int | None) -> FileError:
    choices, lines = [], []
    for kind, found in read.items():
        others = [dict(other) for one, other in read.items() if one is not kind]
        differing = (one for one in found if any(other.get(one[0]) != one[1] for other in others))
        shown = list(islice(differing, SHOWN)) or found[:SHOWN]
        lines.append(shown[0][0])
        choices.append(Choice(kind.value, _QUOTES[kind], preview([cells for _, cells in shown])))
    asked = question(name, layout, "quoting", "How are cells quoted in this file?", choices)
    message = (
        "The quotes of this file can be read in more than one way, with other cells each time. Say which is "
        "right on the Import page or in the file of answers (--map), or export it as CSV with double quotes."
    )
    return FileError(name, "quoting", message, line=fault or min(lines), questions=[asked])


def _fault(name: str, text: str, form: Form) -> int | None:
    """The line at which a reading breaks off, None when it does not."""
    try:
        list(records(name, text, form))
    except FileError as error:
        return error.line
    return None


def _without_spaces(name: str, text: str, found: Trial, score: ScoreHeader) -> Trial:
    """The records without blanks before quotes, where that makes every record as wide as the header."""
    quote = "'" if found.form.quoting is Quoting.SINGLE else '"'
    if not re.search(rf"{re.escape(found.form.delimiter)} +{quote}", text):
        return found
    form = replace(found.form, skip_spaces=True)
    spaced = _try(name, text, form)
    if spaced is None or spaced == found.records or _ragged(spaced, score):
        return found
    note = FileNote("spaces_before_quotes", "Blanks between a delimiter and a quote are left out.")
    return Trial(form, spaced, None, (note,))


def _try(name: str, text: str, form: Form) -> list[Record] | None:
    try:
        return list(records(name, text, form))
    except FileError:
        return None


def _ragged(found: list[Record], score: ScoreHeader, remarks: int = 1) -> int:
    """How many records below the header are not as wide as it; remarks of one cell do not count.

    `remarks`: the width of a remark, 0 where they count too.
    """
    heading = find_heading(found, score)
    if heading is None:
        return len(found)
    width = len(heading.cells)
    return sum(len(cells) not in (remarks, width) for _, cells in found[heading.position + 1 :])


def _without_header(name: str, text: str, first: Form, answers: Answers) -> Trial:
    """The most columns in which most records agree, for the user to name. Raises when there is no table."""
    best: Trial | None = None
    widest = 1
    for delimiter in DELIMITERS:
        form = replace(first, delimiter=delimiter)
        found = _try(name, text, form) or []
        width = common_width(found)
        if width > widest or (width == widest > 1 and delimiter == answers.delimiter):
            best, widest = Trial(form, found, None), width
    return best or Trial(replace(first, delimiter=","), [], None)


def common_width(found: Sequence[Record]) -> int:
    """How many cells most records have; 1 where they do not agree, or are no table."""
    widths = Counter(len(cells) for _, cells in found if len(cells) > 1)
    if not widths:
        return 1
    width, count = widths.most_common(1)[0]
    return width if count >= _RECTANGULAR * len(found) else 1
