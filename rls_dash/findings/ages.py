"""For whom limits are stated: findings of rules for adults, or for people from an age on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rls_dash.findings.case import Case, Reading
from rls_dash.findings.logic import truth_of
from rls_dash.findings.model import Input, Verdict, undecided
from rls_dash.model import Truth


def old_enough(case: Case, parameter: str) -> Truth:
    """Whether the patient has reached the age [years] of a parameter; unknown without a birth date."""
    age = case.age_on(case.as_of)
    return Truth.UNKNOWN if age is None else truth_of(age >= case.number(parameter))


def said_to(
    case: Case,
    concerned: Truth,
    wording: str,
    *grounds: Reading | Input | None,
    missing: tuple[str, ...] = (),
    truth: Truth = Truth.TRUE,
    words: Mapping[str, str] = MappingProxyType({}),
    **more: str,
) -> Verdict:
    """A finding for those the limit is stated for. Younger: not evaluated. Age not stated: open, and said.

    `truth` UNKNOWN for a finding that says what has to be known first.
    """
    if concerned is Truth.FALSE:
        return undecided(why="the limit is not stated for this age")
    inputs = tuple(one.as_input() if isinstance(one, Reading) else one for one in grounds if one)
    stated = concerned is Truth.TRUE
    unknown = () if stated else ("birth_date",)
    return Verdict(
        truth if stated else Truth.UNKNOWN,
        wording,
        inputs,
        (*unknown, *missing),
        words={"age": "" if stated else " Age not stated: the limit is one for adults.", **words, **more},
    )


def beside(*readings: Reading | None) -> str:
    """What stands beside a finding: " Beside it: active B12 80 pmol/L (01 Oct 2026)."; "" for nothing."""
    said = [one.text for one in readings if one]
    return f" Beside it: {', '.join(said)}." if said else ""
