"""What files leave open, each question once per layout: for the Import page and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rls_dash.answers import AnswerBook, Question
from rls_dash.answers_file import VERSION, quoted
from rls_dash.pipeline import Analysis

# Kind of question → the option of the command line that answers it; the others need a mapping file.
_OPTIONS = {
    "date_order": "--date-order",
    "decimal": "--decimal",
    "units": "--unit",
    "collected": "--collected",
    "encoding": "--encoding",
    "patient": "--patient",
}
_TYPED = {"collected": "YYYY-MM-DD", "patient": "ID", "units": "UNIT"}


@dataclass(frozen=True)
class Asked:
    """One question about one layout, and the files that ask it."""

    question: Question  # as the first file asks it
    files: tuple[str, ...]
    rows: int  # rows that wait for the answer
    unread: str  # why a whole file waits for the answer, "" when only rows do
    answer: str  # "" while it is open

    @property
    def key(self) -> tuple[str, str, str]:
        """What the answer is remembered for: layout, kind, subject."""
        return key_of(self.question)


def key_of(question: Question) -> tuple[str, str, str]:
    """What the answer to a question is remembered for: layout, kind, subject."""
    return question.layout, question.kind, question.subject


def asked(analysis: Analysis, book: AnswerBook, earlier: Sequence[Question] = ()) -> tuple[Asked, ...]:
    """Every question once per layout, answered or not, in the order in which the files ask.

    `earlier`: questions the same files asked before; they stay while they are answered, also where the
    answer leaves nothing to ask.
    """
    together: dict[tuple[str, str, str], list[Question]] = {}
    for question in analysis.questions:
        together.setdefault(key_of(question), []).append(question)
    for question in earlier:
        if book.of(question.layout).answer(question.kind, question.subject):
            together.setdefault(key_of(question), [question])
    unread = {id(question): error.reason for error in analysis.errors for question in error.questions}
    return tuple(
        Asked(
            question=questions[0],
            files=tuple(dict.fromkeys(question.source_file for question in questions)),
            rows=sum(question.rows for question in questions),
            unread=next((unread[id(one)] for one in questions if id(one) in unread), ""),
            answer=book.of(layout).answer(kind, subject),
        )
        for (layout, kind, subject), questions in together.items()
    )


def open_questions(analysis: Analysis, book: AnswerBook) -> tuple[Asked, ...]:
    """The questions without an answer; those that keep a whole file from being read come first."""
    still = [one for one in asked(analysis, book) if not one.answer]
    return tuple(sorted(still, key=lambda one: not one.unread))


def has_option(question: Question) -> bool:
    """Whether the command line has an option of its own for the answer; else a mapping file gives it."""
    return question.kind in _OPTIONS


def option(question: Question) -> str:
    """How the command line is given the answer: an option, or lines to put into a mapping file."""
    if not has_option(question):
        lines = mapping_lines([question])
        return "\n".join(["--map mapping.toml, with these lines in that file:", *lines])
    subject = f"{question.subject}=" if question.subject else ""
    return " or ".join(f"{_OPTIONS[question.kind]} {subject}{answer}" for answer in _answers(question))


def mapping_lines(questions: Sequence[Question]) -> list[str]:
    """A mapping file that answers questions with their first choice; the others stand beside it."""
    lines = [f"version = {VERSION}"]
    for layout in dict.fromkeys(question.layout for question in questions):
        name = "layout" if layout else "all"
        lines += ["[[layout]]", f"key = {quoted(layout)}"] if layout else ["[all]"]
        here = [question for question in questions if question.layout == layout]
        lines += [_line(one.kind, one) for one in here if not one.subject]
        for kind in dict.fromkeys(one.kind for one in here if one.subject):
            lines.append(f"[{name}.{kind}]")
            lines += [_line(quoted(one.subject), one) for one in here if one.subject and one.kind == kind]
    return lines


def _line(name: str, question: Question) -> str:
    first, *others = (quoted(answer) for answer in _answers(question))
    return f"{name} = {first}" + (f"  # or {' or '.join(others)}" if others else "")


def _answers(question: Question) -> list[str]:
    return [one.answer for one in question.choices] or [_TYPED.get(question.kind, "ANSWER")]
