"""Collects why rows are not used: each row is blocked once, by the first reason found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rls_dash.answers import Choice, Question
from rls_dash.ingest.encoded import Encoded, Index, Mask, constant
from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapped import MappedRows
from rls_dash.model import Issue, Severity
from rls_dash.normalise.texts import visible_column
from rls_dash.schema import ISSUE_DTYPES, ISSUE_EXTRA_DTYPES, issues_frame, text_column

_USABLE, _OUTCOMES = 0, {Severity.SET_ASIDE: 1, Severity.HELD: 2}


@dataclass(frozen=True)
class Problem:
    """Why rows with one text cannot be used as they stand."""

    code: str
    message: str
    severity: Severity = Severity.SET_ASIDE


@dataclass(frozen=True)
class _Entry:
    """Rows with problems in one column."""

    rows: Index
    role: Role | None
    which: Index  # problem of each row
    problems: tuple[Problem, ...]


class IssueLog:
    """The issues of one file, and which of its rows are still usable."""

    def __init__(self, rows: MappedRows) -> None:
        self._rows = rows
        self._entries: list[_Entry] = []
        self._of_file: list[Issue] = []
        self._outcome: npt.NDArray[np.int8] = np.zeros(len(rows), dtype=np.int8)
        self.questions: list[Question] = []
        self.analyte = constant("", len(rows))  # filled in once the tests are identified

    def has(self, role: Role) -> bool:
        """Whether the file has a column of this role."""
        return self._rows.has(role)

    @property
    def usable(self) -> Mask:
        """Rows no reason has blocked yet."""
        return np.asarray(self._outcome == _USABLE, dtype=bool)

    def count(self, severity: Severity) -> int:
        """Rows blocked with this severity."""
        return int((self._outcome == _OUTCOMES[severity]).sum())

    def blocked_by(self, code: str) -> int:
        """Rows blocked for one reason."""
        entries = [(entry, [problem.code == code for problem in entry.problems]) for entry in self._entries]
        return sum(int(np.asarray(alike)[entry.which].sum()) for entry, alike in entries if any(alike))

    def block(self, mask: Mask, problem: Problem, role: Role | None) -> None:
        """Block the rows of `mask` that are still usable, for one reason."""
        self.block_each(mask.astype(np.int64), (None, problem), role)

    def block_each(
        self, which: npt.NDArray[np.integer], problems: Sequence[Problem | None], role: Role | None
    ) -> None:
        """Block every usable row whose problem, `problems[which[row]]`, is not None."""
        if not any(problems):
            return
        wrong = np.array([problem is not None for problem in problems])
        rows = np.flatnonzero(wrong[which] & self.usable)
        if len(rows):
            known = tuple(problem or Problem("", "") for problem in problems)
            self._entries.append(_Entry(rows, role, which[rows].astype(np.int64), known))
            outcome = np.array([_OUTCOMES[problem.severity] for problem in known], dtype=np.int8)
            self._outcome[rows] = outcome[which[rows]]

    def note(self, mask: Mask, code: str, role: Role | None, message: str) -> None:
        """Remark on usable rows without blocking them."""
        rows = np.flatnonzero(mask & self.usable)
        if len(rows):
            remark = Problem(code, message, Severity.NOTE)
            self._entries.append(_Entry(rows, role, np.zeros(len(rows), dtype=np.int64), (remark,)))

    def note_file(
        self, code: str, message: str, reported: str = "", column: str = "", line: int | None = None
    ) -> None:
        """Remark on the file as a whole, or on the first of many alike rows."""
        self._of_file.append(Issue(self._rows.name, line, Severity.NOTE, code, column, reported, message))

    def ask(
        self,
        kind: str,
        text: str,
        choices: Sequence[Choice] = (),
        subject: str = "",
        cells: Sequence[str] = (),
        rows: int = 0,
    ) -> None:
        """Ask the user what the file does not prove; `kind` is a field of Answers."""
        rows_of = self._rows
        self.questions.append(
            Question(rows_of.name, rows_of.layout, kind, subject, text, tuple(choices), tuple(cells), rows)
        )

    def frame(self) -> pd.DataFrame:
        """All issues, by line; remarks on the whole file first."""
        parts = [issues_frame(self._of_file)] if self._of_file else []
        if self._entries:
            patient = visible_column(self._rows.cells(Role.PATIENT_ID))
            parts += [self._part(entry, patient) for entry in self._entries]
        if not parts:
            return issues_frame(())
        together = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
        order = np.argsort(together["source_row"].fillna(0).to_numpy(dtype=np.int64), kind="stable")
        return together.take(order).reset_index(drop=True)

    def _part(self, entry: _Entry, patient: Encoded) -> pd.DataFrame:
        def each(texts: Sequence[str]) -> pd.Series:
            return text_column(np.array(texts, dtype=object)[entry.which])

        rows = entry.rows
        reported = self._rows.cells(entry.role).take(rows) if entry.role else constant("", len(rows))
        column = self._rows.header_of(entry.role) if entry.role else ""
        columns = {
            "source_file": text_column(constant(self._rows.name, len(rows)).rows()),
            "source_row": pd.array(self._rows.lines[rows], dtype="Int64"),
            "severity": each([problem.severity.value for problem in entry.problems]),
            "code": each([problem.code for problem in entry.problems]),
            "column": text_column(constant(column, len(rows)).rows()),
            "reported": text_column(reported.rows()),
            "message": each([problem.message for problem in entry.problems]),
            "patient_id": text_column(patient.take(rows).rows()),
            "analyte": text_column(self.analyte.take(rows).rows()),
        }
        return pd.DataFrame(columns, columns=list(ISSUE_DTYPES | ISSUE_EXTRA_DTYPES))
