"""Rows that agree in all that hardly varies share one number, so that the rest is worked out per kind of row.

Test, code, unit, interval, flag and status of a million rows make some dozens of kinds. Columns that share
one array of codes cost nothing to combine, and are taken, chosen and looked up once for all of them.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from rls_dash.ingest.encoded import Codes, Encoded, pair_up
from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapped import MappedRows

_HARDLY_VARY = (
    *(Role.TEST, Role.CODE, Role.SPECIMEN, Role.UNIT, Role.CATEGORY, Role.REFERENCE_RANGE),
    *(Role.REFERENCE_LOW, Role.REFERENCE_HIGH, Role.LAB_FLAG, Role.STATUS, Role.LABORATORY, Role.DELETED),
)
_MOST_KINDS = 1 << 16  # possible ones; a column that would make more of them stays by itself


def by_kind(rows: MappedRows, tests: Encoded) -> tuple[MappedRows, Codes, Codes]:
    """(the same rows with columns by kind, the kind of each row, the test of each kind).

    `tests`: the test of every row, as a number in its codes.
    """
    chosen = {role: rows.columns[role] for role in _HARDLY_VARY if rows.has(role)}
    sizes = {id(tests.codes): len(tests.words)}
    size = len(tests.words)
    for role, column in list(chosen.items()):
        words = 1 if id(column.codes) in sizes else max(len(column.words), 1)
        if size * words > _MOST_KINDS:
            del chosen[role]
            continue
        sizes[id(column.codes)] = words
        size *= words
    index, (test, *codes) = pair_up(tests, *chosen.values())
    shared = {
        role: Encoded(index, column.words.take(pa.array(picked)))
        for (role, column), picked in zip(chosen.items(), codes, strict=True)
    }
    return replace(rows, columns=rows.columns | shared), index, test
