"""What one browser session remembers. The only module that touches st.session_state.

Patient data lives here and nowhere else: session state ends with the session, and neither
st.cache_data nor a module global ever holds a row of a user's file.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import TypeVar

import streamlit as st

from rls_dash.answers import AnswerBook, Answers, ReadOptions
from rls_dash.figures.trend import TrendRange
from rls_dash.interpret.words import UnitSystem
from rls_dash.pipeline import InputFile
from rls_dash.ui import sample
from rls_dash.ui.loading import Loaded, load

T = TypeVar("T")
_KEPT_AT_MOST = 128


class Widget(StrEnum):
    """Keys of the widgets that the state reads or resets."""

    UNITS = "units"
    RANGE = "range"
    PATIENT = "patient_picker"
    UPLOADS = "uploads"
    SEARCH = "patient_search"
    DATE_ORDER = "date_order"
    DECIMAL = "decimal_mark"


# What was searched for or answered about other files.
_OF_THESE_FILES = (Widget.SEARCH, Widget.DATE_ORDER, Widget.DECIMAL)


class _Key(StrEnum):
    LOADED = "_loaded"
    PATIENT = "_patient"
    UNKNOWN = "_unknown_patient"
    KEPT = "_kept"
    UPLOAD_ROUND = "_upload_round"


@cache
def _sample() -> Loaded:
    """The sample clinic; fictional, so it may be shared by all sessions of this process."""
    day = sample.as_of()
    return load(sample.files(), ReadOptions(as_of=day), day, is_sample=True)


def loaded() -> Loaded:
    """The files on screen: the sample clinic until the user gives others."""
    if _Key.LOADED not in st.session_state:
        load_sample()
    found: Loaded = st.session_state[_Key.LOADED]
    return found


def load_sample() -> None:
    """Put the sample clinic on screen and forget the user's files."""
    _put(_sample())
    st.session_state[_Key.UPLOAD_ROUND] = upload_round() + 1  # a fresh uploader without the old files


def load_files(files: Sequence[InputFile]) -> None:
    """Put the user's files on screen in place of whatever is there."""
    today = _today()
    _put(load(files, ReadOptions(as_of=today), today, is_sample=False))


def take_answers() -> None:
    """Read the same files again with the user's answers."""
    now, given = loaded(), st.session_state
    everywhere = Answers(date_order=given[Widget.DATE_ORDER] or "", decimal=given[Widget.DECIMAL] or "")
    options = ReadOptions(now.as_of, AnswerBook(everywhere))
    _put(load(now.inputs, options, now.as_of, now.is_sample))


def _put(found: Loaded) -> None:
    before = st.session_state.get(_Key.LOADED)
    st.session_state[_Key.LOADED] = found
    if before is None or before.inputs != found.inputs:
        for key in (_Key.PATIENT, *_OF_THESE_FILES):
            st.session_state.pop(key, None)
        st.session_state[_Key.KEPT] = OrderedDict()


def _today() -> date:
    return datetime.now().astimezone().date()


def upload_round() -> int:
    """Number of the current uploader; a new number is an empty uploader."""
    number: int = st.session_state.get(_Key.UPLOAD_ROUND, 0)
    return number


def take_uploads() -> None:
    """Read what the uploader now holds; an emptied uploader changes nothing."""
    uploads = st.session_state[f"{Widget.UPLOADS}_{upload_round()}"]
    if uploads:
        load_files([InputFile(upload.name, upload.getvalue()) for upload in uploads])


def patient() -> str | None:
    """The patient on screen: the chosen one, else the first of the list."""
    ids = loaded().patient_ids
    chosen: str | None = st.session_state.get(_Key.PATIENT)
    return chosen if chosen in ids else (ids[0] if ids else None)


def choose_patient(patient_id: str) -> None:
    """Put a patient on screen."""
    st.session_state[_Key.PATIENT] = patient_id


def take_patient() -> None:
    """Put the patient of the picker on screen; an id nobody has is remembered as unknown."""
    asked = str(st.session_state[Widget.PATIENT] or "").strip()
    if asked in loaded().patient_ids:
        choose_patient(asked)
    elif asked:
        st.session_state[_Key.UNKNOWN] = asked


def unknown_patient() -> str | None:
    """The id just asked for that no patient has; said once."""
    asked: str | None = st.session_state.pop(_Key.UNKNOWN, None)
    return asked


def show_patient_in_picker() -> None:
    """Make the picker show the patient on screen; call before it is drawn."""
    st.session_state[Widget.PATIENT] = patient()


def units() -> UnitSystem:
    """The unit system chosen."""
    return UnitSystem(st.session_state.get(Widget.UNITS) or UnitSystem.CONVENTIONAL)


def trend_range() -> TrendRange:
    """The time range chosen."""
    return TrendRange(st.session_state.get(Widget.RANGE) or TrendRange.ALL)


def dark() -> bool:
    """Whether the page is dark."""
    return st.context.theme.type == "dark"


def kept(key: tuple[object, ...], build: Callable[[], T]) -> T:
    """What `build` gives, kept for the latest keys of the files on screen."""
    store: OrderedDict[tuple[object, ...], T] = st.session_state.setdefault(_Key.KEPT, OrderedDict())
    full_key = (loaded().key, *key)
    if full_key not in store:
        store[full_key] = build()
    store.move_to_end(full_key)
    while len(store) > _KEPT_AT_MOST:
        store.popitem(last=False)
    return store[full_key]
