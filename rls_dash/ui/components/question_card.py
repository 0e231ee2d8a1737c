"""One question about files: the cells it is about, read each way, and the answer."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from rls_dash.answers import Question
from rls_dash.interpret.words import date_text, unit_text
from rls_dash.questions import Asked
from rls_dash.ui import state, text

_FEW = 5  # choices to pick from at sight; more go into a list
_PER_LETTER, _AROUND, _WIDEST = 8, 24, 480  # [px]
_AS_PRINTED = "In the file"
_OF_DATES = ("date_order", "century", "serial_dates")
_ISO_DAY = len("2025-03-05")
# What is done with the rows as long as a question that holds none of them is open.
_MEANWHILE = {
    "encoding": "read in the first of these ways",
    "patient": "its rows count as one unnamed patient",
    "patients": "they are kept apart",
}
_EARLIEST = date(1950, 1, 1)


def render(asked: Asked) -> None:
    """Files and rows that wait, preview beside the answer; an answer is used at once."""
    st.caption(text.esc(waiting_words(asked)))
    if asked.unread:
        st.text(asked.unread)
    preview = preview_table(asked.question)
    with st.container(horizontal=True, gap="large", vertical_alignment="top"):
        if not preview.empty:
            st.dataframe(
                preview,
                hide_index=True,
                width="content",
                column_config=_wide_enough(preview),
                alt=f"{text.counted(len(preview), 'example')} read each way: {asked.question.text}",
            )
        _answer(asked)


def waiting_words(asked: Asked) -> str:
    """Which files ask, and what waits for the answer."""
    first, more = asked.files[0], len(asked.files) - 1
    others = f" and {text.counted(more, 'more file', 'more files')} with the same columns" if more else ""
    if asked.answer:
        return f"{first}{others}"
    if asked.unread:
        return f"{first}{others}: not read until this is answered."
    if not asked.rows:
        meanwhile = _MEANWHILE.get(asked.question.kind, "nothing is held")
        return f"{first}{others}: {meanwhile} until this is answered."
    return f"{first}{others}: {text.counted(asked.rows, 'row')} held until this is answered."


def choice_labels(question: Question) -> dict[str, str]:
    """Answer → how it is shown; a unit as printed, not as its code."""
    as_unit = question.kind == "units"
    return {one.answer: unit_text(one.label) if as_unit else one.label for one in question.choices}


def preview_table(question: Question) -> pd.DataFrame:
    """What each answer would make of the file; no rows where there is nothing to show.

    Cells stand beside their readings, a column each; whole lines of a file stand below each other.
    """
    labels = choice_labels(question)
    shown = _as_date if question.kind in _OF_DATES else str
    read = {one.answer: [shown(cell) for cell in one.preview] for one in question.choices if one.preview}
    beside = all(len(lines) == len(question.cells) for lines in read.values())
    if question.cells and beside:
        of_columns = question.kind == "columns"  # the choices are columns, their previews the cells
        columns = {} if of_columns else {_AS_PRINTED: list(question.cells)}
        for answer, lines in read.items():
            name = labels[answer] if of_columns else f"Read as {labels[answer]}"
            columns[_free_name(name, columns)] = lines
        return pd.DataFrame(columns)
    rows = [
        {"With the answer": labels[answer] if number == 0 else "", "the file reads": line}
        for answer, lines in read.items()
        for number, line in enumerate(lines)
    ]
    return pd.DataFrame(rows)


def _wide_enough(preview: pd.DataFrame) -> dict[str, Any]:
    """Columns as wide as their longest text: what is to be compared must not be cut off."""
    longest = {name: max(len(str(one)) for one in [name, *preview[name]]) for name in preview}
    return {
        name: st.column_config.TextColumn(width=min(_PER_LETTER * letters + _AROUND, _WIDEST))
        for name, letters in longest.items()
    }


def _free_name(name: str, taken: dict[str, list[str]]) -> str:
    while name in taken:
        name += " "
    return name


def _as_date(cell: str) -> str:
    """A reading of a date as the pages write it: 03 Apr 2026."""
    try:
        day = date.fromisoformat(cell[:_ISO_DAY]) if len(cell) >= _ISO_DAY else None
    except ValueError:
        day = None
    return f"{date_text(day)}{cell[_ISO_DAY:].replace('T', ' ')}" if day else cell


def _answer(asked: Asked) -> None:
    key = f"answer_{hashlib.sha256(repr(asked.key).encode()).hexdigest()[:16]}"
    if asked.question.choices:
        _choose(asked, key)
    elif asked.question.kind == "collected":
        given = date.fromisoformat(asked.answer) if asked.answer else None
        state.show_answer(key, given)
        st.date_input(
            "Date of collection",
            key=key,
            min_value=min(given or _EARLIEST, _EARLIEST),
            max_value=max(given or _EARLIEST, state.loaded().as_of),
            format="YYYY-MM-DD",
            on_change=state.take_answer,
            args=(key, *asked.key),
            help="Left empty, the rows stay held.",
            width=280,
        )
    else:
        state.show_answer(key, asked.answer)
        st.text_input(
            "Patient id" if asked.question.kind == "patient" else "Your answer",
            key=key,
            on_change=state.take_answer,
            args=(key, *asked.key),
            help="Press Enter to use it.",
            width=280,
        )


def _choose(asked: Asked, key: str) -> None:
    labels = choice_labels(asked.question)
    if asked.answer and asked.answer not in labels:  # said in a mapping file, or about another file
        labels[asked.answer] = asked.answer
    labels[""] = _unanswered(asked)
    state.show_answer(key, asked.answer)
    label = f"Your answer: {text.esc(asked.question.text)}"  # not shown, but read out
    if len(labels) <= _FEW:
        st.radio(
            label,
            list(labels),
            format_func=lambda answer: text.esc(labels[answer]),
            key=key,
            on_change=state.take_answer,
            args=(key, *asked.key),
            label_visibility="collapsed",
        )
        return
    st.selectbox(
        label,
        list(labels),
        format_func=labels.__getitem__,
        key=key,
        on_change=state.take_answer,
        args=(key, *asked.key),
        width=420,
        label_visibility="collapsed",
    )


def _unanswered(asked: Asked) -> str:
    if asked.unread:
        return "not answered: the file is not read"
    return "not answered: rows are held" if asked.rows or asked.answer else "not answered"
