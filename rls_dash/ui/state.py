"""What one browser session remembers. The only module that touches st.session_state.

Patient data lives here and nowhere else: session state ends with the session, and neither
st.cache_data nor a module global ever holds a row of a user's file.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

import streamlit as st

from rls_dash.answers import AnswerBook, Question, ReadOptions
from rls_dash.answers_file import AnswersError, checked
from rls_dash.clinic import OverridesError
from rls_dash.figures.trend import TrendRange
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import Knowledge, load_knowledge
from rls_dash.pipeline import InputFile
from rls_dash.questions import key_of
from rls_dash.ui import sample
from rls_dash.ui.loading import (
    Loaded,
    Recorded,
    load,
    overridden,
    read_answers_files,
    split_answers,
    with_recorded,
)
from rls_dash.ui.widgets import Key as _Key
from rls_dash.ui.widgets import Said
from rls_dash.ui.widgets import Widget as Widget  # other modules say state.Widget

T = TypeVar("T")
_KEPT_AT_MOST = 128
READING = "Reading the files…"


def knowledge() -> Knowledge:
    """The knowledge tables, with the clinic's own numbers where the user gave a file of them."""
    found: Knowledge = st.session_state.get(_Key.KNOWLEDGE) or load_knowledge()
    return found


def take_overrides() -> None:
    """Read the files on screen again with the clinic's file in its uploader, or without one."""
    upload = st.session_state[Widget.OVERRIDES]
    try:
        found = overridden(InputFile(upload.name, upload.getvalue())) if upload else None
    except OverridesError as error:
        _say(f"{error} None of its numbers is used.", refused=True)
        return
    st.session_state[_Key.KNOWLEDGE] = found
    _use(answers())


def loaded() -> Loaded:
    """The files on screen: the sample clinic until the user gives others."""
    if _Key.LOADED not in st.session_state:
        load_sample()
    found: Loaded = st.session_state[_Key.LOADED]
    return found


def load_sample() -> None:
    """Put the sample clinic on screen in place of the user's files; answers given stay given."""
    _put(sample.read_with(answers(), knowledge()))
    st.session_state[_Key.UPLOAD_ROUND] = upload_round() + 1  # a fresh uploader without the old files


def load_files(files: Sequence[InputFile]) -> None:
    """Put the user's files on screen in place of whatever is there, read with the answers given so far."""
    today = datetime.now().astimezone().date()
    with st.spinner(READING):
        _put(load(files, ReadOptions(today, answers()), today, False, knowledge()))


def answers() -> AnswerBook:
    """What the user has said of files in this session, by their layout."""
    book: AnswerBook = st.session_state.get(_Key.BOOK, AnswerBook())
    return book


def headers() -> dict[str, tuple[str, ...]]:
    """Layout → columns, of every layout met in this session or in a mapping file."""
    known: dict[str, tuple[str, ...]] = st.session_state.setdefault(_Key.HEADERS, {})
    return known


def _use(book: AnswerBook) -> None:
    """Read the files on screen again with these answers."""
    st.session_state[_Key.BOOK] = book
    now = loaded()
    with st.spinner(READING):
        _put(load(now.inputs, ReadOptions(now.as_of, book), now.as_of, now.is_sample, knowledge()))


def show_answer(key: str, answer: object) -> None:
    """Make the widget of a question show the answer in use; call before it is drawn."""
    st.session_state[key] = answer


def take_answer(key: str, layout: str, kind: str, subject: str) -> None:
    """Read again with the answer now in a widget; an empty one opens the question again."""
    given = st.session_state[key]
    answer = given.isoformat() if isinstance(given, date) else str(given or "").strip()
    if not answer:
        forget_answer(layout, kind, subject)
        return
    try:
        checked(kind, answer, "This answer", load_knowledge(), subject)
    except AnswersError as error:
        _say(str(error), refused=True)
        return
    _use(answers().with_answer(layout, kind, subject, answer))


def take_answers(layout: str, kind: str, changes: Mapping[str, str]) -> None:
    """Read again with several answers of one kind (subject → answer)."""
    book = answers()
    for subject, answer in changes.items():
        book = book.with_answer(layout, kind, subject, answer)
    _use(book)


def forget_answer(layout: str, kind: str, subject: str) -> None:
    """Open a question again."""
    _use(answers().without_answer(layout, kind, subject))


def forget_answers(layout: str, kind: str) -> None:
    """Take back all answers of one kind about a layout."""
    book = answers()
    for said, subject, _ in book.of(layout).given():
        if said == kind:
            book = book.without_answer(layout, kind, subject)
    _use(book)


def _say(text: str, refused: bool = False) -> None:
    st.session_state[_Key.SAID] = Said(text, refused)


def said() -> Said | None:
    """What became of the answers just given; once."""
    one: Said | None = st.session_state.pop(_Key.SAID, None)
    return one


def _put(found: Loaded) -> None:
    before = st.session_state.get(_Key.LOADED)
    others = before is None or before.inputs != found.inputs
    recorded = {} if others else st.session_state.get(_Key.RECORDED, {})
    st.session_state[_Key.LOADED] = with_recorded(found, recorded, knowledge()) if recorded else found
    headers().update(found.headers)
    if others:
        st.session_state[_Key.RECORDED] = {}
        for key in (_Key.PATIENT, _Key.SINCE, Widget.SEARCH, Widget.GROUPS):
            st.session_state.pop(key, None)
        st.session_state[_Key.ASKED] = {}
        st.session_state[_Key.FILES_ROUND] = st.session_state.get(_Key.FILES_ROUND, 0) + 1
        st.session_state[_Key.KEPT] = OrderedDict()
    st.session_state[_Key.ASKED] |= {key_of(one): one for one in found.analysis.questions}


def record(patient_id: str, recorded: Recorded) -> None:
    """Read the patient with what the user recorded; it lasts until other files are given."""
    st.session_state[_Key.RECORDED] = {**st.session_state.get(_Key.RECORDED, {}), patient_id: recorded}
    _put(loaded())


def asked_before() -> tuple[Question, ...]:
    """Every question that the files on screen have asked, also where an answer leaves nothing to ask."""
    return tuple(st.session_state[_Key.ASKED].values())


def of_these_files(widget: Widget) -> str:
    """Key of a widget that starts afresh with other files, and stays when the same are read again."""
    return f"{widget}_{st.session_state.get(_Key.FILES_ROUND, 0)}"


def upload_round() -> int:
    """Number of the current uploader; a new number is an empty uploader."""
    number: int = st.session_state.get(_Key.UPLOAD_ROUND, 0)
    return number


def take_uploads() -> None:
    """Read what the uploader now holds, a mapping file among it; an emptied uploader changes nothing."""
    uploads = st.session_state[f"{Widget.UPLOADS}_{upload_round()}"]
    mappings, files = split_answers([InputFile(one.name, one.getvalue()) for one in uploads or ()])
    kept = bool(mappings) and _kept_from(mappings)
    if files:
        load_files(files)
    elif kept:
        _use(answers())


def take_answers_file() -> None:
    """Read the files on screen again with the mapping file now in its uploader."""
    upload = st.session_state[Widget.ANSWERS_FILE]
    if upload and _kept_from([InputFile(upload.name, upload.getvalue())]):
        _use(answers())


def _kept_from(mappings: Sequence[InputFile]) -> bool:
    """Keep the answers of mapping files; False, and a word to the user, when one is refused."""
    try:
        given = read_answers_files(mappings)
    except AnswersError as error:
        _say(f"{error} None of its answers is used.", refused=True)
        return False
    headers().update(given.headers)
    st.session_state[_Key.BOOK] = given.book.over(answers())
    _say(given.words)
    return True


def patient() -> str | None:
    """The patient on screen: the chosen one, else the first of the list."""
    found = loaded()
    chosen: str | None = st.session_state.get(_Key.PATIENT)
    return chosen if chosen in found.places else next(iter(found.patient_ids), None)


def choose_patient(patient_id: str) -> None:
    """Put a patient on screen."""
    st.session_state[_Key.PATIENT] = patient_id


def clicked_row(widget: Widget) -> int | None:
    """Row whose button of a table's column was just clicked; in the run after the click only."""
    click = st.session_state.get(widget)
    return int(click["row"]) if click else None


def take_patient() -> None:
    """Put the patient of the picker on screen; an id nobody has is remembered as unknown."""
    asked = str(st.session_state[Widget.PATIENT] or "").strip()
    if asked in loaded().places:
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


def choose_finding(patient_id: str, key: str) -> None:
    """Light what a finding of the patient rests on; the one that is lit already goes out."""
    now = st.session_state.get(_Key.FINDING)
    st.session_state[_Key.FINDING] = None if now == (patient_id, key) else (patient_id, key)


def chosen_finding(patient_id: str) -> str:
    """Key of the finding of this patient that is lit; "" for none."""
    at, key = st.session_state.get(_Key.FINDING) or ("", "")
    return key if at == patient_id else ""


def since(patient_id: str) -> date | None:
    """The day of this patient's last visit, where the user gave one."""
    found: date | None = st.session_state.get(_Key.SINCE, {}).get(patient_id)
    return found


def show_since(patient_id: str) -> None:
    """Make the input show the day of this patient; call before it is drawn.

    One input for all patients: a new one for each is built afresh by the browser, with its calendar.
    """
    st.session_state[Widget.SINCE] = since(patient_id)


def take_since(patient_id: str) -> None:
    """Remember the day now in the input; it lasts until other files are given."""
    days = st.session_state.get(_Key.SINCE, {})
    st.session_state[_Key.SINCE] = {**days, patient_id: st.session_state[Widget.SINCE]}


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
