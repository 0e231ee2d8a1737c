"""Whose result it is, and whether the laboratory stands by it."""

from __future__ import annotations

import re

import numpy as np

from rls_dash.ingest.formats import Role, deletions, fold, statuses
from rls_dash.model import Severity, Status
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.texts import Texts, map_texts

_YES, _UNKNOWN = "yes", "?"
# What a spreadsheet makes of a long number; two patients may end up with the same text.
_DAMAGED_ID = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+", re.ASCII)


def patient_column(draft: Draft) -> Texts:
    """The patient of every row, as printed; `007` and `None` stay what they are."""
    if not draft.has(Role.PATIENT_ID):
        message = "No column names the patient: all rows are taken as one patient, named after the file."
        draft.log.note_file("no_patient_column", message)
        # The whole name, so that two files never become one patient, nor a file somebody's id.
        return np.full(len(draft), f"unnamed patient of {draft.rows.name}", dtype=object)
    patient = draft.cells(Role.PATIENT_ID)
    message = "The patient is empty in this row."
    draft.log.block(patient == "", Severity.SET_ASIDE, "no_patient", Role.PATIENT_ID, message)
    damaged = map_texts(patient, lambda text: bool(_DAMAGED_ID.fullmatch(text))).astype(bool)
    message = "A spreadsheet shortened this identifier and its digits are lost. Export the file again."
    draft.log.block(damaged, Severity.SET_ASIDE, "identifier_damaged", Role.PATIENT_ID, message)
    return patient


def status_column(draft: Draft) -> Texts:
    """The state of every result; withdrawn, cancelled and unknown states are set aside."""
    words = draft.cells(Role.STATUS)
    taken_back = map_texts(draft.cells(Role.DELETED), _taken_back)
    status = np.where(taken_back == _YES, Status.ENTERED_IN_ERROR.value, map_texts(words, _status))
    log = draft.log
    message = "This word does not say whether the row was deleted."
    log.block(taken_back == _UNKNOWN, Severity.SET_ASIDE, "status_unknown", Role.DELETED, message)
    message = "This status is not known, so the result may not be final."
    log.block(status == "", Severity.SET_ASIDE, "status_unknown", Role.STATUS, message)
    message = "The laboratory reports no result for this test."
    log.block(status == Status.CANCELLED, Severity.SET_ASIDE, "cancelled", Role.STATUS, message)
    message = "The laboratory withdrew this result."
    log.block(status == Status.ENTERED_IN_ERROR, Severity.SET_ASIDE, "entered_in_error", Role.STATUS, message)
    return status


def _taken_back(text: str) -> str:
    if not text:
        return ""
    known = deletions().get(fold(text))
    return _UNKNOWN if known is None else _YES if known else ""


def _status(text: str) -> str:
    if not text:
        return Status.NOT_STATED.value
    known = statuses().get(fold(text))
    return known.value if known else ""
