"""Collects why rows are not used: each row is blocked once, by the first reason found."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapped import MappedRows
from rls_dash.model import Issue, Severity
from rls_dash.normalise.texts import Mask, Texts, map_texts, visible
from rls_dash.schema import issues_frame


class IssueLog:
    """The issues of one file, and which of its rows are still usable."""

    def __init__(self, rows: MappedRows) -> None:
        self._rows = rows
        self._lines = rows.frame["source_row"].to_numpy()
        self._issues: list[Issue] = []
        self._patient = map_texts(self._reported(Role.PATIENT_ID), visible)
        self.analyte = np.full(len(rows.frame), "", dtype=object)  # filled in once the tests are identified
        self.outcome = np.full(len(rows.frame), "", dtype=object)  # "", or the severity that blocks the row

    @property
    def usable(self) -> Mask:
        """Rows no reason has blocked yet."""
        return np.asarray(self.outcome == "", dtype=bool)

    def block(self, mask: Mask, severity: Severity, code: str, role: Role | None, message: str) -> None:
        """Block the rows of `mask` that are still usable, for one reason."""
        hit = mask & self.usable
        self._add(hit, severity.value, code, role, message)
        self.outcome[hit] = severity.value

    def block_each(self, codes: Texts, severities: Texts, messages: Texts, role: Role | None) -> None:
        """Block every usable row whose code is not "", each with its own severity and message."""
        hit = (codes != "") & self.usable
        self._add(hit, severities[hit], codes[hit], role, messages[hit])
        self.outcome[hit] = severities[hit]

    def note(self, mask: Mask, code: str, role: Role | None, message: str) -> None:
        """Remark on usable rows without blocking them."""
        self._add(mask & self.usable, Severity.NOTE.value, code, role, message)

    def note_file(
        self, code: str, message: str, reported: str = "", column: str = "", line: int | None = None
    ) -> None:
        """Remark on the file as a whole, or on the first of many alike rows."""
        self._issues.append(Issue(self._rows.name, line, Severity.NOTE, code, column, reported, message))

    def frame(self) -> pd.DataFrame:
        """All issues, by line; remarks on the whole file first."""
        return issues_frame(sorted(self._issues, key=lambda issue: issue.source_row or 0))

    def _add(
        self, hit: Mask, severity: str | Texts, code: str | Texts, role: Role | None, message: str | Texts
    ) -> None:
        lines, reported = self._lines[hit], self._reported(role)[hit]
        column = self._rows.header_of(role) if role else ""
        each = (
            np.broadcast_to(np.asarray(part, dtype=object), len(lines)) for part in (severity, code, message)
        )
        whose = (self._patient[hit], self.analyte[hit])
        for line, cell, kind, reason, text, patient, analyte in zip(
            lines, reported, *each, *whose, strict=True
        ):
            self._issues.append(
                Issue(
                    self._rows.name, int(line), Severity(kind), reason, column, cell, text, patient, analyte
                )
            )

    def _reported(self, role: Role | None) -> Texts:
        if role is None or role.value not in self._rows.frame:
            return np.full(len(self._lines), "", dtype=object)
        return np.asarray(self._rows.frame[role.value], dtype=object)
