"""Who is who: ids that a spreadsheet changed, one patient under two spellings, two patients under one id.

Nothing here merges patients. It finds what must be asked, and applies what was answered.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rls_dash.answers import Choice, Question

_AS_FLOAT = re.compile(r"\d+\.0", re.ASCII)
_SURE_DIGITS = 15  # a spreadsheet keeps so many digits of a number, and makes zeros of the rest
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+", re.ASCII)


# --- ids a spreadsheet changed ---------------------------------------------------------------------------


def damaged_id(text: str) -> bool:
    """Whether digits of an id are lost: `1.23457E+11`, or more digits before `.0` than a number keeps."""
    if _EXPONENT.fullmatch(text):
        return True
    return bool(_AS_FLOAT.fullmatch(text)) and len(text) - len(".0") > _SURE_DIGITS


def all_as_floats(ids: Iterable[str]) -> bool:
    """Whether every id of a file reads `12345.0`: then the `.0` is a spreadsheet's and may go."""
    printed = [text for text in ids if text]
    return bool(printed) and all(_AS_FLOAT.fullmatch(text) and not damaged_id(text) for text in printed)


def without_point_zero(text: str) -> str:
    """An id without the `.0` of a spreadsheet."""
    return text.removesuffix(".0")


# --- one id, two people ----------------------------------------------------------------------------------


People = frozenset[tuple[str, str, str, str]]
"""Distinct (id, name, date of birth, sex) as the rows of a file print them; "" where one says nothing."""


@dataclass(frozen=True)
class IdentityConflict:
    """An id under which the files name two people."""

    patient_id: str
    names: tuple[str, ...]
    births: tuple[str, ...]
    message: str


def identity_conflicts(people: Iterable[tuple[str, ...]]) -> tuple[IdentityConflict, ...]:
    """Ids with two names or two dates of birth, out of distinct (id, name, date of birth, …) of all
    files.

    "" where a file does not say. Names agree when one is the other with fewer or shortened parts
    (`Doe, Jane` = `JANE DOE` = `J. Doe`); dates when they can be the same day. A surname changed by
    marriage is told from two people by nobody, so it is asked.
    """
    said: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for patient, name, birth, *_ in people:
        if patient:
            said[patient][0].update(filter(None, [name]))
            said[patient][1].update(filter(None, [birth]))
    found = []
    for patient, (names, births) in said.items():
        differ = ["name"] * _names_differ(names) + ["date of birth"] * _births_differ(births)
        what = " and ".join(differ)
        if what:
            message = (
                f"The files give this patient id more than one {what}: they may be two people, and nothing "
                "of theirs is shown together. Correct the id in one of the files."
            )
            found.append(IdentityConflict(patient, tuple(sorted(names)), tuple(sorted(births)), message))
    return tuple(found)


def _names_differ(names: set[str]) -> bool:
    parts = [_name_parts(name) for name in sorted(names)] if len(names) > 1 else []
    return any(not _may_be_one(a, b) for place, a in enumerate(parts) for b in parts[place + 1 :])


def _name_parts(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W\d_]+", _bare(name)))


def _may_be_one(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether every part of the shorter name is a part of the longer one, or its initial."""
    short, rest = (left, list(right)) if len(left) <= len(right) else (right, list(left))
    for part in sorted(short, key=len, reverse=True):
        same = [one for one in rest if one == part]
        initial = [one for one in rest if 1 in (len(one), len(part)) and one[0] == part[0]]
        if not (same or initial):
            return False
        rest.remove((same or initial)[0])
    return True


def _births_differ(births: set[str]) -> bool:
    readings = [days for days in map(possible_days, births) if days] if len(births) > 1 else []
    return bool(readings) and not frozenset.intersection(*readings)


_BIRTH = re.compile(r"(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})(?:[T ].*)?", re.ASCII)
_BIRTH_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4,6})?", re.ASCII)


def possible_days(text: str) -> frozenset[date]:
    """The days a date of birth may mean: two where day and month are open; none where it is no date.

    Two digits of a year may mean either century. Month names are not read: they say nothing here.
    """
    match = _BIRTH.fullmatch(text.strip()) or _BIRTH_PLAIN.fullmatch(text.strip())
    if not match:
        return frozenset()
    first, middle, last = match.groups()
    if len(first) == len("1970"):
        orders = [(first, middle, last)]
    else:
        orders = [(last, middle, first), (last, first, middle)]
    days = (_day(year, month, day) for text, month, day in orders for year in _years(text))
    return frozenset(day for day in days if day)


def _years(text: str) -> tuple[int, ...]:
    return (int(text),) if len(text) == len("1970") else (1900 + int(text), 2000 + int(text))


def _day(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


# --- one person, two ids ---------------------------------------------------------------------------------

# Alike ids are asked about while they are few: who is asked a hundred times answers without looking. Many
# that differ by a prefix alone are two ways of numbering side by side (`P001` private, `001` not).
_MOST_GROUPS = 100
_MOST_WEAK_GROUPS = 20
_SERIES = re.compile(r"(?P<letters>[A-Za-z]*)(?P<digits>[0-9]+)", re.ASCII)
_RUN = re.compile(r"\d+|[^\W\d_]+")
_MARKS = str.maketrans("", "", " -_./,;:#'()0")


@dataclass(frozen=True)
class AlikeIds:
    """Ids that may be one patient written in two ways."""

    groups: tuple[tuple[str, ...], ...]  # to be asked about
    unasked: int  # further groups, too many to ask about: kept apart, with a note


def similar_ids(ids: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of ids that may be one patient written in two ways: see `alike_ids`."""
    return list(alike_ids(ids).groups)


def alike_ids(ids: Iterable[str] | pa.Array) -> AlikeIds:
    """Ids that differ only in case, blanks, marks, leading zeros, order of name parts, or a letter prefix.

    `P-001`, `P001`, `p1` and `001` are alike; `A-001` and `B-001` are not, nor `1-23` and `12-3`. Time
    grows with the number of ids, not with its square.
    """
    known = ids if isinstance(ids, pa.Array) else pa.array(dict.fromkeys(ids), type=pa.large_string())
    if _one_series(known):
        return AlikeIds((), 0)
    candidates = _worth_a_look(pc.unique(known.filter(pc.not_equal(known, ""))))
    spelled: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for text in candidates:
        spelled[_key(text)].append(text)
    strong = [tuple(sorted(group)) for group in spelled.values() if len(group) > 1]
    weak = _with_other_groups(spelled)
    merged = {text for group in weak for text in group}
    strong = [group for group in strong if group[0] not in merged]
    asked, unasked = [], 0
    for groups, most in ((strong, _MOST_GROUPS), (weak, _MOST_WEAK_GROUPS)):
        if len(groups) > most:
            unasked += len(groups)
        else:
            asked += groups
    return AlikeIds(tuple(sorted(asked)), unasked)


def _one_series(ids: pa.Array) -> bool:
    """Whether all ids are one run of letters followed by as many digits: no two of them can be alike."""
    first = _SERIES.fullmatch(ids[0].as_py()) if len(ids) else None
    if first is None:
        return False
    pattern = f"^{first['letters']}[0-9]{{{len(first['digits'])}}}$"
    return bool(pc.all(pc.match_substring_regex(ids, pattern)).as_py())


def _worth_a_look(ids: pa.Array) -> list[str]:
    """Ids that can have a second spelling among the others: a cheap necessary condition, in Arrow."""
    if not len(ids) or pc.all(pc.match_substring_regex(ids, "^[1-9][0-9]*$")).as_py():
        return []
    # Zeros may lead every run of digits, or the digits of one number that marks cut into groups.
    bare_runs = pc.replace_substring_regex(ids, pattern="(^|[^0-9])0+", replacement="\\1")
    whole = pc.replace_substring_regex(_digits(ids), pattern="^0+", replacement="")
    wordy = pc.equal(pc.utf8_length(_digits(ids)), 0)
    often = pc.or_(_repeated(_digits(bare_runs)), _repeated(whole))
    numbered: list[str] = ids.filter(pc.and_(often, pc.invert(wordy))).to_pylist()
    named: list[str] = ids.filter(wordy).to_pylist()
    letters = [_letter_sum(text) for text in named]
    times = Counter(letters)
    return numbered + [text for text, total in zip(named, letters, strict=True) if times[total] > 1]


def _digits(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(texts, pattern="[^0-9]+", replacement="")


def _repeated(texts: pa.Array) -> pa.Array:
    """Whether each text stands more than once."""
    coded = texts.dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    return pa.array((np.bincount(codes, minlength=len(coded.dictionary)) > 1)[codes])


def _letter_sum(text: str) -> int:
    """A number that two orders of the same name parts share."""
    return sum(_bare(text).translate(_MARKS).encode())


def _bare(text: str) -> str:
    """Text without case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _key(text: str) -> tuple[str, ...]:
    """What two spellings of one id share: runs of letters, and of digits without leading zeros.

    A name is its parts in any order. Digits that a mark separates stay apart: `1-23` is not `12-3`.
    """
    runs = _RUN.findall(_bare(text))
    if not any(run[0].isdigit() for run in runs):
        return tuple(sorted(runs))
    joined: list[str] = []
    for numeric, found in groupby(runs, key=lambda run: run[0].isdigit()):
        parts = list(found)
        joined += [part.lstrip("0") or "0" for part in parts] if numeric else ["".join(parts)]
    return tuple(joined)


def _with_other_groups(spelled: Mapping[tuple[str, ...], Sequence[str]]) -> list[tuple[str, ...]]:
    """Groups of spellings that are one but for a letter prefix, or for marks between digits.

    `001` may be `P001` as long as there is no `Q001`; `943 476` may be `943476` unless `94 3476` exists.
    """
    families: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for key, texts in spelled.items():
        has_prefix = len(key) > 1 and not key[0][0].isdigit()
        families["prefix", *(key[1:] if has_prefix else key)].append(key)
        if all(run[0].isdigit() for run in key):
            families["marks", re.sub(r"\D", "", texts[0]).lstrip("0")].append(key)
    found = []
    for (_, *bare), keys in families.items():
        if len(keys) == 2 and tuple(bare) in keys and any(run[0].isdigit() for run in bare):
            found.append(tuple(sorted(text for key in keys for text in spelled[key])))
    return found


# --- answers ---------------------------------------------------------------------------------------------


def stands_for(patient: str, answers: Mapping[str, str]) -> str:
    """The id an id stands for by the answers given; itself where nothing is answered.

    Answers may lead on (`1` is `001`, `001` is `P001`); where they lead in a circle its ids are one patient,
    named by the first of them in order.
    """
    path = [patient]
    while meant := answers.get(path[-1], ""):
        if meant in path:
            return min(path[path.index(meant) :])
        path.append(meant)
    return path[-1]


def open_groups(groups: Iterable[tuple[str, ...]], answers: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Groups with an id beside the first that no answer speaks of."""
    named = {*answers, *answers.values()}
    return tuple(group for group in groups if any(text not in named for text in group[1:]))


def patient_questions(
    groups: Iterable[tuple[str, ...]], answers: Mapping[str, str], source_file: str = ""
) -> tuple[Question, ...]:
    """One question per id that may be another spelling of the first id of its group."""
    named = {*answers, *answers.values()}
    found = []
    for first, *others in open_groups(groups, answers):
        for text in (one for one in others if one not in named):
            choices = (
                Choice(first, "the same patient, written in two ways"),
                Choice(text, "another patient"),
            )
            wording = "Two ids differ only in their spelling. They are kept apart until you say they are one."
            found.append(Question(source_file, "", "patients", text, wording, choices, (first, text)))
    return tuple(found)
