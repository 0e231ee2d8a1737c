"""The command `normalise`: the pipeline without a browser."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from rls_dash.answers import AnswerBook, Answers, ReadOptions
from rls_dash.answers_file import AnswersError, checked, read_answers
from rls_dash.export import issues_csv, results_csv, write_exports
from rls_dash.knowledge import Knowledge, load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse
from rls_dash.questions import Asked, has_option, mapping_lines, open_questions, option

OK, UNREADABLE, USAGE = 0, 1, 2
_ANSWERS = ("date_order", "decimal", "collected", "encoding", "patient")  # options that are fields of Answers


def normalise(chosen: argparse.Namespace) -> int:
    """Run the command; 0, also with rows held, 1 when a file could not be read, 2 for usage."""
    paths = [*chosen.files, chosen.out, chosen.issues, *([chosen.map] if chosen.map else [])]
    if len({path.resolve() for path in paths}) < len(paths):
        return fail(USAGE, "The files read and the two files written must all be different.")
    if any(path.suffix.lower() == ".toml" for path in chosen.files):
        return fail(USAGE, "A .toml file holds answers, not results: give it as --map mapping.toml.")
    knowledge = load_knowledge()
    try:
        book = answers_of(chosen, knowledge)
        files = [InputFile(printable(path.name), path.read_bytes()) for path in chosen.files]
    except AnswersError as error:
        return fail(USAGE, str(error))
    except OSError as error:
        return fail(UNREADABLE, os_words(error))
    options = ReadOptions(chosen.as_of or datetime.now().astimezone().date(), book)
    return _write(analyse(files, knowledge, options), options, chosen)


def _write(analysis: Analysis, options: ReadOptions, chosen: argparse.Namespace) -> int:
    """Write the outcome of a reading: all of it, or nothing when a file could not be read."""
    waiting = open_questions(analysis, options.answers)
    if not analysis.errors:
        texts = {chosen.out: results_csv(analysis.results), chosen.issues: issues_csv(analysis.issues)}
        try:
            write_exports(texts)
        except OSError as error:
            return fail(UNREADABLE, os_words(error))
    if chosen.json:
        print(json.dumps(_summary(analysis, options)))
    elif not analysis.errors:
        print(_sentence(analysis.counts))
    for line in (*map(str, analysis.errors), *_unused(analysis, options), *_questions(waiting)):
        say(line)
    if analysis.errors:
        say("Nothing was written.")
    return UNREADABLE if analysis.errors else OK


def answers_of(chosen: argparse.Namespace, knowledge: Knowledge) -> AnswerBook:
    """The answers of the options and of the mapping file; raises AnswersError, OSError."""
    given = _given(chosen, knowledge)
    if chosen.map is None:
        return AnswerBook(given)
    name = printable(chosen.map.name)
    try:
        book = read_answers(chosen.map.read_bytes().decode("utf-8"), knowledge)
    except UnicodeDecodeError:
        raise AnswersError(f"{name}: the mapping file is not UTF-8 text.") from None
    except AnswersError as error:
        raise AnswersError(f"{name}: {error}") from None
    _refuse_contradiction(given, (book.everywhere, *book.layouts.values()))
    return AnswerBook(given).over(book)


def _given(chosen: argparse.Namespace, knowledge: Knowledge) -> Answers:
    """The answers of the options; they speak of every file."""
    given = Answers()
    for kind in _ANSWERS:
        said = getattr(chosen, kind)
        if said is not None:
            answer = checked(kind, printable(said), f"--{kind.replace('_', '-')}", knowledge)
            given = given.with_answer(kind, "", answer)
    for pair in chosen.unit:
        analyte, sign, unit = pair.partition("=")
        if not sign:
            raise AnswersError("--unit: write it as ANALYTE=UNIT, for example ferritin=ug/L.")
        answer = checked("units", unit, "--unit", knowledge, analyte)
        if given.units.get(analyte, answer) != answer:
            raise AnswersError(f"--unit: two units are given for {analyte}. Keep one.")
        given = given.with_answer("units", analyte, answer)
    return given


def _refuse_contradiction(given: Answers, kept: Iterable[Answers]) -> None:
    """An option that says other than the mapping file would silently win in some files and lose in others."""
    for answers in kept:
        for kind, subject, answer in given.given():
            if answers.answer(kind, subject) not in ("", answer):
                name = "--unit" if kind == "units" else f"--{kind.replace('_', '-')}"
                about = f" for {subject}" if subject else ""
                raise AnswersError(
                    f"{name} says {answer}{about}, the mapping file says {answers.answer(kind, subject)}. "
                    "Change one of them."
                )


def _questions(waiting: Sequence[Asked]) -> Iterator[str]:
    """Every open question with the files that ask it, and how it is answered."""
    for one in waiting:
        more = f" and {len(one.files) - 1} more of this layout" if len(one.files) > 1 else ""
        held = f"{one.rows:,} row(s) held" if one.rows else "no row waits"
        held = "not read until answered" if one.unread else held
        how = option(one.question) if has_option(one.question) else "a mapping file (--map), see below"
        yield f"{one.files[0]}{more}: {one.question.text} ({held})\n  answer with {how}"
    if lines := [one.question for one in waiting if not has_option(one.question)]:
        yield "\n    ".join(
            ["A mapping file that answers them; choose before you use it:", *mapping_lines(lines)]
        )


def _unused(analysis: Analysis, options: ReadOptions) -> Iterator[str]:
    """A word where a mapping file speaks only of other layouts than those read."""
    layouts = {file.layout for file in analysis.files} | {one.layout for one in analysis.questions}
    book = options.answers
    if book.layouts and not layouts & book.layouts.keys() and not book.everywhere.given():
        yield "The mapping file speaks of other layouts than these files have; none of its answers was used."


def _summary(analysis: Analysis, options: ReadOptions) -> dict[str, Any]:
    codes = analysis.issues["code"].value_counts().sort_index().items()
    summary = {**analysis.counts, "issues": {str(code): int(count) for code, count in codes}}
    summary["questions"] = [
        {
            "file": one.source_file,
            "kind": one.kind,
            "subject": one.subject,
            "text": one.text,
            "option": option(one),
        }
        for one in analysis.questions
        if not options.answers.of(one.layout).answer(one.kind, one.subject)
    ]
    if analysis.errors:
        summary["errors"] = [
            {"file": one.source_file, "line": one.line, "code": one.code, "message": one.reason}
            for one in analysis.errors
        ]
    return summary


def fail(code: int, message: str) -> int:
    say(message)
    return code


def say(message: str) -> None:
    """A message on standard error; a name out of a file must not steer the terminal."""
    safe = "".join(
        one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in message
    )
    print(safe, file=sys.stderr)


def os_words(error: OSError) -> str:
    """The path as the user gave it, and what is wrong with it."""
    return f"{printable(str(error.filename or ''))}: {error.strerror}"


def printable(text: str) -> str:
    """Text of the command line that can be written as UTF-8, whatever bytes it holds."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _sentence(counts: dict[str, int]) -> str:
    return (
        f"{counts['rows_in']} rows = {counts['results']} results + {counts['set_aside']} set aside"
        f" + {counts['held']} held + {counts['not_tracked']} of tests not tracked"
        f" + {counts['duplicates']} duplicates"
    )
