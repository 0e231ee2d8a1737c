"""The unit in the name of a test as a witness: `Vitamin B12 (pg/mL)` beside pmol/L is one of the two.

The name is never read for the unit of a row; where it contradicts the unit of the row, neither is taken.
"""

from __future__ import annotations

import math

from rls_dash.ingest.encoded import Encoded, combine
from rls_dash.ingest.formats import Role
from rls_dash.ingest.header_units import split_header
from rls_dash.knowledge import Knowledge
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.issues import Problem
from rls_dash.normalise.reported_units import UnitColumns, unit_columns
from rls_dash.normalise.units import clean_unit, factor


def units_beside_names(draft: Draft, cell_unit: Encoded) -> UnitColumns:
    """The unit of every row; rows whose test is named with a unit of another size are set aside."""
    units = unit_columns(draft, cell_unit)
    if draft.has(Role.TEST):
        index, found = combine(draft.analyte, draft.cells(Role.TEST), units.code)
        problems = [_problem(draft.knowledge, *one) for one in found]
        draft.log.block_each(index, problems, Role.TEST)
    return units


def _problem(knowledge: Knowledge, analyte: str, test: str, code: str) -> Problem | None:
    if not code or (analyte, code) not in knowledge.accepted_units:
        return None
    named = split_header(test, lambda text: clean_unit(text) in knowledge.unit_spellings).unit
    meant = knowledge.unit_spellings.get(clean_unit(named), "") if named else ""
    if not meant or meant == code or _same_size(knowledge, analyte, meant, code):
        return None
    message = (
        f"The name of this test says {meant}, and the unit of the row is {code}: one of them is wrong. Look "
        "it up in the laboratory's report, and correct it in the export."
    )
    return Problem("unit_conflict", message)


def _same_size(knowledge: Knowledge, analyte: str, one: str, other: str) -> bool:
    if (analyte, one) not in knowledge.accepted_units:
        return False
    return math.isclose(factor(analyte, one), factor(analyte, other), rel_tol=1e-9)
