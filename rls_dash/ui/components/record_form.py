"""What is recorded of a patient beside the results: read, add to it, take it away as side files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import pandas as pd
import streamlit as st

from rls_dash.context.edits import (
    THIS_SESSION,
    EntryError,
    remarks_on,
    with_event,
    with_fact,
    with_score,
    without_event,
    without_score,
)
from rls_dash.context.events import Event, EventKind
from rls_dash.context.patients import PatientContext
from rls_dash.context.scores import Score
from rls_dash.context.writing import events_csv, patients_csv, scores_csv
from rls_dash.interpret.words import short_id
from rls_dash.knowledge import Knowledge
from rls_dash.ui import state
from rls_dash.ui.components.folded import folded
from rls_dash.ui.loading import Loaded, Recorded
from rls_dash.ui.text import counted, esc

Entry = TypeVar("Entry", Event, Score)
_YES_NO = ("", "yes", "no")
_CHOICES = {
    "sex": ("", "female", "male"),
    "menopause": ("", "before", "after"),
    "pregnant": _YES_NO,
    "dialysis": _YES_NO,
    "haemochromatosis": _YES_NO,
}
_LABELS = {
    "birth_date": "Birth date (YYYY-MM-DD)",
    "sex": "Sex",
    "menopause": "Menopause",
    "pregnant": "Pregnant",
    "dialysis": "Dialysis",
    "haemochromatosis": "Haemochromatosis",
    "ferritin_assay": "Ferritin assay",
}
_EVENT = ("kind", "name", "dose", "unit", "route", "started_on", "stopped_on")
_SCORE = ("scale", "total", "scored_on")
_WORDS = {"started_on": "Started (YYYY-MM-DD)", "stopped_on": "Stopped", "scored_on": "Date (YYYY-MM-DD)"}


def render(found: Loaded, patient_id: str, knowledge: Knowledge) -> None:
    """Folded: facts, events and severity totals, each with a form; kept for this session only."""
    now = _now(found, patient_id)
    told = f"{counted(len(now.events), 'event')}, {counted(len(now.scores), 'severity total')}"
    with folded(f"Recorded beside the results: {told}", state.Widget.RECORD) as is_open:
        if is_open:
            _forms(found, now, patient_id, knowledge)


def _forms(found: Loaded, now: Recorded, patient_id: str, knowledge: Knowledge) -> None:
    if short_id(patient_id) != patient_id:  # the banner shows it shortened
        st.text(f"Patient: {patient_id}")
    st.caption(
        "For this session only. What is added here stands in place of what the files say of this "
        "patient; the buttons below give side files to load with the next export."
    )
    facts, events, scores = st.columns(3)
    with facts:
        _facts(now, patient_id)
    with events:
        rows = [[str(getattr(one, name) or "") for name in _EVENT] for one in now.events]
        _entries("Events", rows, _EVENT)
        _remarks(now.events, knowledge)
        place = f"{patient_id}{_added(now.events)}"
        _remove("event", now.events, place, lambda one: replace(now, events=_less_event(now, one)))
        _form("event", _EVENT, patient_id, place, lambda cells: _add_event(now, patient_id, cells))
    with scores:
        rows = [[str(getattr(one, name)) for name in _SCORE] for one in now.scores]
        _entries("Severity totals", rows, _SCORE)
        _remarks(now.scores, knowledge)
        place = f"{patient_id}{_added(now.scores)}"
        _remove("total", now.scores, place, lambda one: replace(now, scores=_less_score(now, one)))
        _form("score", _SCORE, patient_id, place, lambda cells: _add_score(now, patient_id, cells, knowledge))
    _downloads(found)


def _now(found: Loaded, patient_id: str) -> Recorded:
    context = found.contexts.get(patient_id, PatientContext(patient_id))
    return Recorded(context, tuple(found.events.get(patient_id, ())), tuple(found.scores.get(patient_id, ())))


def _facts(now: Recorded, patient_id: str) -> None:
    with st.form(f"facts_{patient_id}", border=False):
        st.markdown("**Facts** (empty: not stated)")
        said = {name: _fact(name, _as_text(getattr(now.context, name)), patient_id) for name in _LABELS}
        if st.form_submit_button("Use these facts"):
            context = now.context
            try:
                for name, text in said.items():
                    context = with_fact(context, name, str(text or ""))
            except EntryError as error:
                st.error(esc(str(error)))
                return
            state.record(patient_id, replace(now, context=context))
            st.rerun()


def _fact(name: str, value: str, patient_id: str) -> str | None:
    key = f"fact_{name}_{patient_id}"
    if name in _CHOICES:
        choices = _CHOICES[name]
        at = choices.index(value) if value in choices else 0
        return st.selectbox(_LABELS[name], choices, at, key=key)
    return st.text_input(_LABELS[name], value, key=key)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _entries(title: str, rows: list[list[str]], columns: tuple[str, ...]) -> None:
    st.markdown(f"**{title}**")
    if rows:
        st.dataframe(
            pd.DataFrame(rows, columns=[_label(one) for one in columns]),
            hide_index=True,
            alt=f"{title}: {len(rows)} on file",
        )
    else:
        st.caption("None on file.")


def _remarks(entries: Sequence[Entry], knowledge: Knowledge) -> None:
    """What the reader of side files remarks on entries of this session; those of files stand on Import."""
    for one in entries:
        if one.source_file == THIS_SESSION:
            for remark in remarks_on(one, knowledge):
                st.info(esc(f"{_in_a_line(one)}: {remark}"))


def _remove(what: str, entries: Sequence[Entry], place: str, less: Callable[[Entry], Recorded]) -> None:
    """Takes one entry away, for this session: a file keeps what it says."""
    if not entries:
        return
    with st.form(f"remove_{what}_{place}", border=False):
        at = st.selectbox(
            f"Remove {what}",
            range(len(entries)),
            index=None,
            format_func=lambda number: _in_a_line(entries[number]),
            key=f"removed_{what}_{place}",
        )
        if st.form_submit_button(f"Remove {what}") and at is not None:
            state.record(entries[at].patient_id, less(entries[at]))
            st.rerun()


def _in_a_line(entry: Event | Score) -> str:
    columns = _EVENT if isinstance(entry, Event) else _SCORE
    return " ".join(str(getattr(entry, name)) for name in columns if getattr(entry, name))


def _less_event(now: Recorded, one: Event) -> tuple[Event, ...]:
    return tuple(without_event({one.patient_id: now.events}, one).get(one.patient_id, ()))


def _less_score(now: Recorded, one: Score) -> tuple[Score, ...]:
    return tuple(without_score({one.patient_id: now.scores}, one).get(one.patient_id, ()))


def _label(name: str) -> str:
    return _WORDS.get(name, name.capitalize())


def _added(entries: Sequence[Event] | Sequence[Score]) -> str:
    """A mark for the keys of a form: empty after each entry, as written after one that is refused."""
    count = sum(one.source_file == THIS_SESSION for one in entries)
    return f"_{count}" if count else ""


def _form(
    what: str,
    columns: tuple[str, ...],
    patient_id: str,
    place: str,
    add: Callable[[Mapping[str, str]], Recorded],
) -> None:
    """Cells of one more entry; what the reader of side files would refuse is refused in the same words."""
    with st.form(f"{what}_{place}", border=False):
        cells = {
            name: st.selectbox(_label(name), [kind.value for kind in EventKind], key=f"{what}_{name}_{place}")
            if name == "kind"
            else st.text_input(_label(name), key=f"{what}_{name}_{place}")
            for name in columns
        }
        if st.form_submit_button(f"Add {what}"):
            try:
                recorded = add({name: str(cell or "") for name, cell in cells.items()})
            except EntryError as error:
                st.error(esc(f"Not added. {_without_file_words(str(error))}"))
                return
            state.record(patient_id, recorded)
            st.rerun()


def _without_file_words(message: str) -> str:
    """What is wrong with an entry, less what a reader of files does about it."""
    return message.replace(" Treated as not stated.", "")


def _add_event(now: Recorded, patient_id: str, cells: Mapping[str, str]) -> Recorded:
    events = with_event({patient_id: now.events}, patient_id, cells)[0]  # remarks stand below the list
    return replace(now, events=tuple(events[patient_id]))


def _add_score(now: Recorded, patient_id: str, cells: Mapping[str, str], knowledge: Knowledge) -> Recorded:
    scores = with_score({patient_id: now.scores}, patient_id, cells, knowledge)[0]
    return replace(now, scores=tuple(scores[patient_id]))


def _downloads(found: Loaded) -> None:
    """The side files of all patients, as they stand now."""
    texts: dict[str, Callable[[], str]] = {
        "patients.csv": lambda: patients_csv(found.contexts),
        "events.csv": lambda: events_csv(found.events),
        "scores.csv": lambda: scores_csv(found.scores),
    }
    with st.container(horizontal=True, gap="small"):
        for name, build in texts.items():
            _button(name, build)


def _button(name: str, build: Callable[[], str]) -> None:
    st.download_button(
        f"Download {name}",
        lambda: build().encode(),
        name,
        "text/csv",
        on_click="ignore",
        key=f"side_{name}",
    )
