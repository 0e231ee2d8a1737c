"""One file on its way from rows to results: what every column of it is worked out from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rls_dash.answers import Answers
from rls_dash.ingest.encoded import Encoded
from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapped import MappedRows
from rls_dash.knowledge import Knowledge
from rls_dash.normalise.issues import IssueLog
from rls_dash.normalise.texts import visible_column


@dataclass(frozen=True)
class Draft:
    """The rows of one file that may hold results, the log of what is wrong with them, their analytes."""

    rows: MappedRows
    log: IssueLog
    knowledge: Knowledge
    answers: Answers
    as_of: date | None
    analyte: Encoded  # "" where the test could not be identified
    loinc_property: Encoded  # "" where no LOINC code decided the analyte
    _visible: dict[Role, Encoded] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, role: Role) -> bool:
        """Whether the file has a column of this role."""
        return self.rows.has(role)

    def cells(self, role: Role) -> Encoded:
        """The stripped cells of a role, "" where the file has no such column."""
        if role not in self._visible:
            self._visible[role] = visible_column(self.rows.cells(role).compact())
        return self._visible[role]
