"""Birth dates and sexes that rows of exports print → facts, where they leave no choice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from rls_dash.context.patients import Contexts, PatientContext, Sex
from rls_dash.ingest.formats import fold, side_words
from rls_dash.model import Issue, Severity
from rls_dash.normalise.people import possible_days

People = Mapping[str, Iterable[tuple[str, str, str, str]]]
"""Source file → distinct (id, name, date of birth, sex) as its rows print them; "" where one says nothing."""

_DAY_AND_MONTH = re.compile(r"\s*(\d{1,2})[-./](\d{1,2})[-./]\d{2,4}(?:[T ].*)?", re.ASCII)
_MONTHS = 12
_ASK = "State it in patients.csv."
_EITHER = f"The date of birth of {{count}} patient(s) may be read with day or month first. {_ASK}"
_NO_DATE = f"The date of birth of {{count}} patient(s) is not read: no date as 1970-12-31. {_ASK}"
_NO_SEX = f"The sex of {{count}} patient(s) is not read: not a word for female or male. {_ASK}"
_DIFFER = (
    "The exports disagree about it, so it is not taken from them. Correct one, or state it in patients.csv."
)

_NEVER: frozenset[date] = frozenset()
Said = dict[str, list[tuple[str, Any]]]  # patient → (file, what it says), in the order of the files


@dataclass
class Stated:
    """What exports say of patients, as far as they agree."""

    births: dict[str, frozenset[date]] = field(default_factory=dict)  # the days it may be: several, or one
    sexes: dict[str, Sex] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # patient → file that says it first
    notes: list[Issue] = field(default_factory=list)


def stated_facts(people: People) -> Stated:
    """What exports print of people, and notes on what they disagree about or cannot be read.

    Where others of its file prove the order of day and month, a date of birth is one day.
    """
    births: Said = defaultdict(list)
    sexes: Said = defaultdict(list)
    found = Stated()
    for name, rows in people.items():
        known = list(rows)
        found.notes += [*_collect_births(name, known, births), *_collect_sexes(name, known, sexes)]
    for patient, said in births.items():
        found.files.setdefault(patient, said[0][0])
        days = said[0][1] if len(said) == 1 else frozenset.intersection(*(one for _, one in said))
        if days:
            found.births[patient] = days
        else:
            found.notes.append(_note(said[0][0], "patient_fact_conflict", _DIFFER, patient, "birth_date"))
    for patient, told in sexes.items():
        if len({sex for _, sex in told}) == 1:
            found.sexes[patient] = told[0][1]
        else:
            found.notes.append(_note(told[0][0], "patient_fact_conflict", _DIFFER, patient, "sex"))
    return found


@dataclass(frozen=True)
class Conflict:
    """A fact on which a side file and an export differ: it is not stated."""

    patient_id: str
    fact: str
    stated: str  # as the side file has it


def combined(side: Contexts, stated: Stated) -> tuple[dict[str, PatientContext], list[Conflict], list[Issue]]:
    """(facts of side files completed by those of exports, where they differ, notes on what stays open)."""
    found, conflicts = dict(side), []
    open_ids: dict[str, int] = defaultdict(int)
    for patient in {**stated.births, **stated.sexes}:
        own = found.get(patient)
        days, sex = stated.births.get(patient, _NEVER), stated.sexes.get(patient)
        birth = next(iter(days)) if len(days) == 1 else None
        if own is None:
            open_ids[stated.files.get(patient, "")] += len(days) > 1
            found[patient] = PatientContext(patient, birth, sex)
            continue
        if own.birth_date is not None and days and own.birth_date not in days:
            conflicts.append(Conflict(patient, "birth_date", own.birth_date.isoformat()))
            own = replace(own, birth_date=None)
        elif own.birth_date is None:
            if len(days) > 1:
                open_ids[stated.files[patient]] += 1
            own = replace(own, birth_date=birth)
        if own.sex is not None and sex is not None and own.sex is not sex:
            conflicts.append(Conflict(patient, "sex", own.sex.value))
            own = replace(own, sex=None)
        elif own.sex is None:
            own = replace(own, sex=sex)
        found[patient] = own
    notes = [
        _note(name, "birth_date_order", _EITHER.format(count=count))
        for name, count in open_ids.items()
        if count
    ]
    return found, conflicts, notes


def _collect_births(name: str, rows: list[tuple[str, str, str, str]], births: Said) -> Iterator[Issue]:
    """Adds the days each date of birth of a file may mean."""
    texts = {birth for _, _, birth, _ in rows if birth}
    order = _order(texts)
    days = {text: _in_order(text, order) for text in texts}
    unread = set()
    for patient, _, birth, _ in rows:
        if not (patient and birth):
            continue
        if days[birth]:
            births[patient].append((name, days[birth]))
        else:
            unread.add(patient)
    if unread:
        yield _note(name, "birth_date_unreadable", _NO_DATE.format(count=len(unread)))


def _order(texts: Iterable[str]) -> str:
    """ "dmy" or "mdy" where some date of the column can only be read so and none only the other way."""
    proofs = set()
    for text in texts:
        if match := _DAY_AND_MONTH.fullmatch(text):
            first, second = int(match[1]), int(match[2])
            proofs |= (
                {"dmy"} if first > _MONTHS >= second else {"mdy"} if second > _MONTHS >= first else set()
            )
    return proofs.pop() if len(proofs) == 1 else ""


def _in_order(text: str, order: str) -> frozenset[date]:
    days = possible_days(text)
    match = _DAY_AND_MONTH.fullmatch(text)
    if not (order and match):
        return days
    first = int(match[1])
    return frozenset(one for one in days if first == (one.day if order == "dmy" else one.month))


def _collect_sexes(name: str, rows: list[tuple[str, str, str, str]], sexes: Said) -> Iterator[Issue]:
    """Adds the sex each row of a file states; words that state none are passed over."""
    meanings = {word: _sex(word) for word in {row[3] for row in rows}}
    unread = set()
    for patient, _, _, word in rows:
        meaning = meanings[word]
        if not patient or meaning is None:
            continue
        if meaning:
            sexes[patient].append((name, meaning))
        else:
            unread.add(patient)
    if unread:
        yield _note(name, "sex_unreadable", _NO_SEX.format(count=len(unread)))


def _sex(word: str) -> Sex | Literal[""] | None:
    """The sex a word means; None for one that states none, "" for one that is not known."""
    key = fold(word)
    if not key or key in side_words("sex_unstated"):
        return None
    meaning = side_words("sex").get(key)
    return Sex(meaning) if meaning else ""


def _note(name: str, code: str, message: str, patient: str = "", column: str = "") -> Issue:
    return Issue(name, None, Severity.NOTE, code, column, "", message, patient)
