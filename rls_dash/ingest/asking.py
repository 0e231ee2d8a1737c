"""Questions about a whole file: raised as an error that an answer resolves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from rls_dash.answers import AnswerBook, Answers, Choice, Question
from rls_dash.model import FileError

Read = TypeVar("Read")
SHOWN = 5  # records in a preview
_WIDEST_LINE = 160  # characters of a record in a preview


def question(name: str, layout: str, kind: str, text: str, choices: Sequence[Choice]) -> Question:
    """A question on which the reading of the whole file waits."""
    return Question(name, layout, kind, "", text, tuple(choices))


def preview(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The first records as lines of text, their cells set apart by bars."""
    lines = (" | ".join(" ".join(cell.split()) for cell in cells) for cells in rows[:SHOWN])
    return tuple(line if len(line) <= _WIDEST_LINE else line[:_WIDEST_LINE] + " …" for line in lines)


def answered(read: Callable[[Answers], Read], book: AnswerBook) -> tuple[Read, tuple[Question, ...]]:
    """What `read` gives with the answers of its own layout, and the questions these have answered.

    Which layout a file has is known only while it is read: the first reading has the answers about every
    file, and each question names the layout whose answers the next reading has as well. Raises the
    FileError of a question that is not answered.
    """
    answers, tried = book.everywhere, set[str]()
    met: dict[tuple[str, str, str], Question] = {}
    while True:
        try:
            return read(answers), tuple(met.values())
        except FileError as error:
            layouts = {one.layout for one in error.questions if one.layout in book.layouts} - tried
            if not layouts:
                raise
            tried |= layouts
            met |= {(one.layout, one.kind, one.subject): one for one in error.questions}
            for layout in sorted(layouts):
                answers = book.layouts[layout].over(answers)
