"""The unit in the name of a test as a witness: `Vitamin B12 (pg/mL)` beside pmol/L is one of the two.

The name is never read for the unit of a row. Where it contradicts it neither is taken, unless no body can
have that number in the unit of the name: catalogues of tests print `Iron SerPl mg/dL` for results in ug/dL.
"""

from __future__ import annotations

import math

import numpy as np

from rls_dash.ingest.encoded import Encoded, combine
from rls_dash.ingest.formats import Role
from rls_dash.ingest.header_units import split_header
from rls_dash.knowledge import Knowledge
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.issues import Problem
from rls_dash.normalise.numbers import NumberColumns
from rls_dash.normalise.plausibility import possible_between
from rls_dash.normalise.units import clean_unit, same_size

_NOT_OF_THE_NAME = (
    "The name of this test states another unit, in which no body can have this number. The unit of the row "
    "is used; correct the name in the export."
)


def block_contradicted(draft: Draft, numbers: NumberColumns, code: Encoded) -> None:
    """Set rows aside whose test is named with a unit of another size; `code`: that of the row [UCUM]."""
    if not draft.has(Role.TEST):
        return
    index, found = combine(draft.analyte, draft.cells(Role.TEST), code)
    named = [_contradicting(draft.knowledge, *one) for one in found]
    if not any(named):
        return
    bounds = [
        possible_between(draft.knowledge, analyte, unit) if unit else (-math.inf, math.inf)
        for (analyte, *_), unit in zip(found, named, strict=True)
    ]
    low, high = np.array(bounds).T
    number = numbers.number.rows()
    impossible = (number < low[index]) | (number > high[index])
    problems = [
        None,
        *(_problem(unit, one) if unit else None for (*_, one), unit in zip(found, named, strict=True)),
    ]
    draft.log.block_each(np.where(impossible, 0, index + 1), problems, Role.TEST)
    contradicted = np.array([bool(unit) for unit in named])[index]
    draft.log.note(contradicted & impossible, "unit_in_name", Role.TEST, _NOT_OF_THE_NAME)


def _contradicting(knowledge: Knowledge, analyte: str, test: str, code: str) -> str:
    """The unit [UCUM] a test is named with, where it is of another size than that of the row; else ""."""
    if not code or (analyte, code) not in knowledge.accepted_units:
        return ""
    named = split_header(test, lambda text: clean_unit(text) in knowledge.unit_spellings).unit
    meant = knowledge.unit_spellings.get(clean_unit(named), "") if named else ""
    return "" if not meant or meant == code or same_size(analyte, meant, code) else meant


def _problem(named: str, code: str) -> Problem:
    message = (
        f"The name of this test says {named}, and the unit of the row is {code}: one of them is wrong. Look "
        "it up in the laboratory's report, and correct it in the export."
    )
    return Problem("unit_conflict", message)
