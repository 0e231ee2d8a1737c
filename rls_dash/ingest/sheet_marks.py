"""One decimal mark for a sheet that holds numbers and texts of numbers (`12,5`, `<0,5`) side by side.

A stored number has no mark of its own; written with a point beside texts with a comma, it would be read
by the comma. So the texts decide, and the stored numbers are written with their mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rls_dash.answers import Answers, Choice, Question
from rls_dash.ingest.cell_formats import Stored
from rls_dash.ingest.layout import layout_key
from rls_dash.model import FileError

_MARKED = re.compile(r"[<>=≤≥~\s]*(?P<whole>[0-9]{0,9})(?P<rest>(?:[.,][0-9]{1,15})+)\s*", re.ASCII)
_LONGEST = 40
_SHOWN = 5
_MARKS = {".": "decimal point (4.5)", ",": "decimal comma (4,5)"}
_LABEL = "workbook"


def agree_on_mark(name: str, records: Sequence[tuple[int, list[str]]], answers: Answers) -> str:
    """Write the stored numbers with the mark of the texts; return the mark, "" where none is certain.

    Raises FileError with a question where texts such as `1,250` stand beside stored fractions and
    nothing decides how they read.
    """
    stored = any(isinstance(cell, Stored) and "." in cell for _, cells in records for cell in cells)
    texts = {
        cell
        for _, cells in records
        for cell in cells
        if ("." in cell or "," in cell) and not isinstance(cell, Stored) and len(cell) <= _LONGEST
    }
    mark = _decide(name, records, texts, answers) if stored else ""
    for _, cells in records:
        for column, cell in enumerate(cells):
            if isinstance(cell, Stored):
                cells[column] = cell.replace(".", mark) if mark == "," else str(cell)
    return mark


def _decide(
    name: str, records: Sequence[tuple[int, list[str]]], texts: Iterable[str], answers: Answers
) -> str:
    proofs, open_cells = set(), []
    for text in sorted(texts):
        match = _MARKED.fullmatch(text)
        if not match:
            continue
        proven = _proves(match["whole"], match["rest"])
        if proven:
            proofs.add(proven)
        else:
            open_cells.append(text)
    if len(proofs) == 2:
        return ""  # the reader of numbers says so of each row
    if proofs or not open_cells:
        return proofs.pop() if proofs else "."
    if answers.decimal in _MARKS:
        return answers.decimal
    question = _question(name, layout_key(records[0][1], _LABEL), open_cells[:_SHOWN])
    message = (
        "A sheet holds texts such as 1,250 beside true numbers, and nothing shows whether their "
        "mark is a decimal one. Say which it is (--decimal)."
    )
    raise FileError(name, "ambiguous_decimal", message, questions=(question,))


def _proves(whole: str, rest: str) -> str:
    """The decimal mark that one text proves, "" when it can be read with both."""
    marks = [char for char in rest if char in _MARKS]
    last = marks[-1]
    if len(set(marks)) == 2:
        return last
    other = "," if last == "." else "."
    if len(marks) > 1:
        return other
    return last if len(rest) - 1 != 3 or len(whole) > 3 or not whole.strip("0") else ""


def _question(name: str, layout: str, cells: Sequence[str]) -> Question:
    text = "Does the mark in these texts stand before decimals, or does it group thousands?"
    choices = tuple(
        Choice(mark, label, tuple(_as_read(cell, mark) for cell in cells)) for mark, label in _MARKS.items()
    )
    return Question(name, layout, "decimal", "", text, choices, tuple(cells))


def _as_read(cell: str, mark: str) -> str:
    """A number as it reads when `mark` is decimal and the other one groups thousands."""
    return cell.replace("." if mark == "," else ",", "").replace(mark, ".")
