"""`<` and `>` in the column of flags: a sign that belongs to the number, or the laboratory's flag.

HL7 uses them for "off the scale of the instrument" (the result lies below the number), other systems for
"below the reference range" (the number stands as it is). A file does not say which, so it is asked.
"""

from __future__ import annotations

from rls_dash.answers import Choice
from rls_dash.ingest.encoded import Encoded
from rls_dash.ingest.formats import Role, header_key, header_roles, value_flags
from rls_dash.ingest.mapping import column_names
from rls_dash.ingest.sign_columns import signs
from rls_dash.model import Severity
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.issues import Problem

_SHOWN = 5
_UNSURE = Problem(
    "flag_may_be_sign",
    "The column of flags holds a sign: the result may lie below or above the number, or only outside the "
    "reference range. Answer the question on the Import page, or write the sign before the number.",
    Severity.HELD,
)


def ask_of_flags(draft: Draft, reported: Encoded, comparator: Encoded) -> None:
    """Hold numbers without a sign beside a flag that is one, and ask what it means.

    `reported`: the value cells; `comparator`: the sign of every row so far.
    """
    if not draft.has(Role.LAB_FLAG):
        return
    flags = draft.cells(Role.LAB_FLAG)
    if not any(word in signs() for word in flags.texts):
        return
    column = draft.rows.mapping.roles[Role.LAB_FLAG][0]
    name = column_names(draft.rows.header)[column]
    waiting = flags.where(signs().__contains__) & comparator.where(_empty) & draft.log.usable
    if not waiting.any():
        return
    answered = draft.answers.columns.get(name) == Role.LAB_FLAG
    if not answered:
        draft.log.block(waiting, _UNSURE, Role.LAB_FLAG)
    pairs = zip(
        flags.take(waiting).rows().to_pylist()[:_SHOWN],
        reported.take(waiting).rows().to_pylist()[:_SHOWN],
        strict=True,
    )
    cells = [(sign, number) for sign, number in pairs]
    choices = [
        Choice(
            Role.COMPARATOR.value,
            "the sign of the number: the result lies below or above it",
            tuple(f"{sign}{number}" for sign, number in cells),
        ),
        Choice(
            Role.LAB_FLAG.value,
            "a flag of the laboratory: the number is the result",
            tuple(number for _, number in cells),
        ),
    ]
    text = f"Beside some numbers the column '{name}' holds < or >. What does it say?"
    rows = 0 if answered else int(waiting.sum())
    draft.log.ask("columns", text, choices, name, [number for _, number in cells], rows)


def is_flag(draft: Draft, word: str) -> bool:
    """Whether a word in the column of signs is a flag: only where the user said that flags are signs."""
    header = header_key(draft.rows.header_of(Role.COMPARATOR))
    of_flags = any(role is Role.LAB_FLAG for _, role in header_roles().get(header, ()))
    return of_flags and word in value_flags("behind")


def _empty(text: str) -> bool:
    return not text
