"""One file on its way from rows to results: what every column of it is worked out from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from rls_dash.answers import Answers
from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapped import MappedRows
from rls_dash.knowledge import Knowledge
from rls_dash.normalise.issues import IssueLog
from rls_dash.normalise.texts import Texts, map_texts, visible


@dataclass(frozen=True)
class Draft:
    """The rows of one file, the log of what is wrong with them, and the analyte of each."""

    rows: MappedRows
    log: IssueLog
    knowledge: Knowledge
    answers: Answers
    as_of: date | None
    analyte: Texts  # "" for rows of tests that are not tracked
    loinc_property: Texts  # "" where no LOINC code decided the analyte

    def __len__(self) -> int:
        return len(self.rows.frame)

    def has(self, role: Role) -> bool:
        """Whether the file has a column of this role."""
        return role.value in self.rows.frame

    def cells(self, role: Role) -> Texts:
        """The stripped cells of a role, "" where the file has no such column."""
        return map_texts(cells_of(self.rows, role), visible)


def cells_of(rows: MappedRows, role: Role) -> Texts:
    """The cells of a role as they stand in the file, "" where it has no such column."""
    if role.value in rows.frame:
        return np.asarray(rows.frame[role.value], dtype=object)
    return np.full(len(rows.frame), "", dtype=object)
