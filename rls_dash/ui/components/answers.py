"""What files do not prove about themselves: asked once per layout, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rls_dash.pipeline import FileReport
from rls_dash.questions import Asked, asked
from rls_dash.ui import file_words, state, text
from rls_dash.ui.components import mapping_tables, question_card
from rls_dash.ui.loading import Loaded

# Shown in the tables of columns and tests, where they are also taken back.
_SHOWN_ELSEWHERE = ("columns", "tests")


def render(found: Loaded) -> None:
    """Open questions first, each a card; what is answered stays below, and can be changed."""
    everything = asked(found.analysis, found.options.answers, state.asked_before())
    waiting = sorted((one for one in everything if not one.answer), key=lambda one: not one.unread)
    done = [one for one in everything if one.answer]
    unmapped = _unmapped(found)
    if waiting or unmapped:
        count = text.counted(len(waiting) + len(unmapped), "answer")
        st.subheader(f"What is needed from you: {count}", anchor=False)
        st.caption(_summary(waiting))
    for file, missing in unmapped.items():
        with st.container(border=True):
            st.markdown(f"**What does each column hold? None is known to hold {missing}.**")
            st.caption(f"{text.esc(file.name)}: click a cell under “Taken for”, then apply.")
            mapping_tables.render_columns(file, f"asked_{file.layout}")
    for one in waiting:
        with st.container(border=True):
            st.markdown(f"**{text.esc(one.question.text)}**")
            question_card.render(one)
    silent = _said_without_question(found, everything)
    if done or silent:
        st.subheader("What you have answered", anchor=False)
    for one in done:
        with st.expander(f"{text.esc(one.question.text)} **{text.esc(_label(one))}**"):
            question_card.render(one)
    for layout, kind, subject, answer in silent:
        _line(layout, kind, subject, answer)


def _unmapped(found: Loaded) -> dict[FileReport, str]:
    """Files in which nothing can be a result, one of each layout → what no column is known to hold."""
    files = {file.layout: file for file in reversed(found.analysis.files)}.values()
    missing = {file: mapping_tables.missing_roles(file) for file in files}
    return {file: words for file, words in missing.items() if words}


def _summary(waiting: Sequence[Asked]) -> str:
    rows = sum(one.rows for one in waiting if not one.unread)
    files = len({name for one in waiting if one.unread for name in one.files})
    said = [text.counted(rows, "row") + (" is held" if rows == 1 else " are held")] if rows else []
    said += (
        [text.counted(files, "file") + (" is not read" if files == 1 else " are not read")] if files else []
    )
    until = f"{' and '.join(said)} until then. " if said else ""
    return (
        f"{until}An answer counts for all files with the same columns, now and later in this session. "
        "It never overrules what a file itself proves."
    )


def _label(one: Asked) -> str:
    labels = question_card.choice_labels(one.question)
    return labels.get(one.answer, file_words.answer_words(one.question.kind, one.answer))


def _said_without_question(found: Loaded, everything: Sequence[Asked]) -> list[tuple[str, str, str, str]]:
    """Answers in use for these files that none of them asks for (layout, kind, subject, answer)."""
    asked_for = {one.key for one in everything}
    book = found.options.answers
    layouts = dict.fromkeys([file.layout for file in found.analysis.files if file.layout in book.layouts])
    said = [(layout, *one) for layout in layouts for one in book.layouts[layout].given()]
    said += [("", *one) for one in book.everywhere.given()]
    return [
        one for one in said if one[:3] not in asked_for and (one[1] not in _SHOWN_ELSEWHERE or not one[0])
    ]


def _line(layout: str, kind: str, subject: str, answer: str) -> None:
    where = (
        ", ".join(file.name for file in state.loaded().analysis.files if file.layout == layout)
        if layout
        else "every file"
    )
    about = f"{file_words.KINDS[kind]}{f' {subject}' if subject else ''}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(f"{about}: {file_words.answer_words(kind, answer)} ({where})", width="content")
        st.button(
            "Take back",
            key=f"forget_{layout}_{kind}_{subject}",
            on_click=state.forget_answer,
            args=(layout, kind, subject),
            type="tertiary",
        )
