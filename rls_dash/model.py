"""The vocabulary: frozen types shared by every layer. Imports nothing of ours but the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rls_dash.answers import Question


class Comparator(StrEnum):
    """Sign before a number; a censored result lies beyond the measuring range."""

    NONE = ""
    BELOW = "<"
    AT_OR_BELOW = "<="
    ABOVE = ">"
    AT_OR_ABOVE = ">="

    @property
    def censored_low(self) -> bool:
        """True when the truth lies at or under the printed number."""
        return self in (Comparator.BELOW, Comparator.AT_OR_BELOW)

    @property
    def censored_high(self) -> bool:
        """True when the truth lies at or over the printed number."""
        return self in (Comparator.ABOVE, Comparator.AT_OR_ABOVE)


class Severity(StrEnum):
    """What an issue means for its row."""

    SET_ASIDE = "set_aside"  # cannot be used
    HELD = "held"  # waits for an answer of the user
    NOTE = "note"  # the row is used; something about it is worth knowing


class Status(StrEnum):
    """State of a result in the laboratory, in FHIR's words."""

    FINAL = "final"
    PRELIMINARY = "preliminary"
    CORRECTED = "corrected"
    NOT_STATED = "not_stated"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered_in_error"


class Evidence(StrEnum):
    """How far a fact of the knowledge tables has been checked."""

    PRIMARY = "primary"  # the text of the cited source was read
    SECONDARY = "secondary"  # seen only in a text about the cited source
    BACKGROUND = "background"  # from general knowledge, not verified


class Flag(StrEnum):
    """Position of a result against one interval or limit: HL7 letters plus the two honest ones."""

    CRITICAL_LOW = "LL"
    LOW = "L"
    NORMAL = "N"
    HIGH = "H"
    CRITICAL_HIGH = "HH"
    INDETERMINATE = "ind."
    NOT_ASSESSED = "not assessed"


class Truth(StrEnum):
    """Three-valued answer to "does this result meet this limit?"."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Issue:
    """Why one record, or one whole file, was not used as it stands."""

    source_file: str
    source_row: int | None  # line on which the record starts; None speaks of the whole file
    severity: Severity
    code: str
    column: str  # header of the column at fault, "" for the whole row
    reported: str  # the cell as it stands in the file
    message: str  # what is wrong and what to do
    patient_id: str = ""  # whose row it is, where that is known
    analyte: str = ""  # what it would have been a result of, where that is known


class FileError(Exception):
    """A file that cannot be read at all. Its text holds no cell of the file."""

    def __init__(
        self,
        source_file: str,
        code: str,
        message: str,
        line: int | None = None,
        questions: Sequence[Question] = (),
    ) -> None:
        self.source_file = source_file
        self.code = code
        self.line = line
        self.reason = message
        self.questions = tuple(questions)  # whose answers would let the file be read
        where = f"{source_file}, line {line}" if line else source_file
        super().__init__(f"{where}: {message}")
