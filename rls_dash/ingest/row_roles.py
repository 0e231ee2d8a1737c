"""The columns of a wide table that speak of a whole row: the patient, the date, the specimen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rls_dash.ingest.formats import Role, header_key, header_roles

ROW_ROLES = (
    Role.PATIENT_ID,
    Role.PATIENT_NAME,
    Role.BIRTH_DATE,
    Role.COLLECTED_AT,
    Role.COLLECTED_DATE,
    Role.COLLECTED_TIME,
    Role.REPORTED_AT,
    Role.STATUS,
    Role.DELETED,
    Role.SPECIMEN,
    Role.CATEGORY,
    Role.LABORATORY,
)
# Several columns may hold it; all are read.
JOINED = frozenset({Role.SPECIMEN, Role.CATEGORY, Role.PATIENT_NAME})


def claimed(
    header: Sequence[str], allowed: Collection[Role], last_priority: int = 100
) -> dict[Role, tuple[int, ...]]:
    """Role → columns, of the roles in `allowed`; of several columns the preferred ones.

    Claims weaker than `last_priority` do not count. A test outranks a patient in a header that may be both.
    """
    candidates = sorted(
        (priority, role is not Role.TEST, column, role)
        for column, cell in enumerate(header)
        for priority, role in header_roles().get(header_key(cell), ())
        if role in allowed and priority <= last_priority
    )
    roles: dict[Role, tuple[int, ...]] = {}
    won: dict[Role, int] = {}
    taken: set[int] = set()
    for priority, _, column, role in candidates:
        if column in taken or (role in roles and won[role] != priority and role not in JOINED):
            continue
        roles[role] = (*roles.get(role, ()), column)
        won.setdefault(role, priority)
        taken.add(column)
    return roles
