"""Names of widgets, and words that are shown once. Holds no state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Widget(StrEnum):
    """Keys of the widgets that the state reads or resets."""

    UNITS = "units"
    RANGE = "range"
    PATIENT = "patient_picker"
    SINCE = "since"
    COMPARE = "compare_open"
    ALL_FINDINGS = "all_findings_open"
    RECORD = "record_open"
    CONTEXT = "context_open"
    REPORT = "report_open"
    REPORT_PAPER = "report_paper"
    REPORT_NOTE = "report_note"
    LIST_REPORTS = "list_reports_open"
    LIST_PAPER = "list_paper"
    REPORT_ALL = "report_all"
    COMPARE_EARLIER = "compare_earlier"
    COMPARE_LATER = "compare_later"
    PATIENT_BUTTON = "patient_button"
    UPLOADS = "uploads"
    ANSWERS_FILE = "answers_file"
    OVERRIDES = "overrides_file"
    SEARCH = "patient_search"
    GROUPS = "patient_groups"
    DETAILS_OF = "file_of_details"
    ISSUES = "issues_table"
    ISSUE_SEVERITY = "issues_severity"
    ISSUE_FILE = "issues_file"
    ISSUE_REASON = "issues_reason"
    ISSUE_SEARCH = "issues_search"


@dataclass(frozen=True)
class Said:
    """What became of answers just given: shown once."""

    text: str
    refused: bool = False


class Key(StrEnum):
    """What a session remembers beside its widgets."""

    LOADED = "_loaded"
    BOOK = "_answers"
    HEADERS = "_headers_of_layouts"
    ASKED = "_asked_by_these_files"
    SAID = "_said_of_answers"
    PATIENT = "_patient"
    UNKNOWN = "_unknown_patient"
    KEPT = "_kept"
    UPLOAD_ROUND = "_upload_round"
    FILES_ROUND = "_files_round"
    KNOWLEDGE = "_knowledge"
    RECORDED = "_recorded"
    FINDING = "_finding"
    SINCE = "_last_visits"
