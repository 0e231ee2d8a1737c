"""A column nobody named that holds nothing but `<` and `>`: what it says decides whether 5 is a result.

An export that prints the sign apart from the number often leaves its header empty, or calls it `Symbol`.
Passed over like other unknown columns, it would turn "below 5" into 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from rls_dash.answers import Answers
from rls_dash.ingest.formats import Role, comparator_words
from rls_dash.ingest.mapping import Mapping
from rls_dash.ingest.unnamed_columns import with_column_of


@cache
def signs() -> frozenset[str]:
    """Signs of a limit as laboratories print them by themselves: `<`, `>=`, `≤`; no words."""
    return frozenset(word for word in comparator_words("before") if not any(map(str.isalnum, word)))


def with_sign_column(
    mapping: Mapping, header: Sequence[str], rows: Sequence[Sequence[str]], answers: Answers
) -> Mapping:
    """The mapping, with a column of signs that no header names.

    Beside a column of flags it is the comparator. Where there is none it may be either, and becomes the
    flag, of which `normalise.flag_signs` asks. A named dialect has said what its columns are.
    """
    if mapping.dialect or Role.COMPARATOR in mapping.roles:
        return mapping
    role = Role.COMPARATOR if Role.LAB_FLAG in mapping.roles else Role.LAB_FLAG
    return with_column_of(role, only_signs, mapping, header, rows, answers)


def only_signs(cells: Iterable[str]) -> bool:
    """Whether cells are signs or blank, and not all blank."""
    found = False
    for cell in cells:
        bare = cell.strip()
        if bare and bare not in signs():
            return False
        found = found or bool(bare)
    return found
