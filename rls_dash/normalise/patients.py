"""Whose result it is, and whether the laboratory stands by it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rls_dash.ingest.encoded import Encoded, constant, words_of
from rls_dash.ingest.formats import Role, deletions, fold, side_words, statuses
from rls_dash.model import Severity, Status
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.issues import Problem
from rls_dash.normalise.people import all_as_floats, damaged_id, stands_for, without_point_zero

# What a spreadsheet makes of a long number; two patients may end up with the same text.
_MAY_BE_DAMAGED = r"[0-9][eE]|[.]0$"
_NO_PATIENT = Problem(
    "no_patient", "The patient is empty in this row. Fill in the id and load the file again."
)
_DAMAGED = Problem(
    "identifier_damaged",
    "A spreadsheet shortened this identifier and its digits are lost. Export the file again.",
)
_SEVERAL = Problem(
    "patients_unnamed",
    "No column names the patient, and the rows say both sexes: they are of several people. Add a column "
    "patient_id, or say on the Import page which column names the patient.",
    Severity.HELD,
)
_DELETION_UNKNOWN = Problem("status_unknown", "This word does not say whether the row was deleted.")
_OF_STATUS = {
    "": Problem(
        "status_unknown",
        "This status is not known, so the result may not be final. Ask the laboratory, or "
        "export final results only.",
    ),
    Status.CANCELLED.value: Problem(
        "cancelled", "The laboratory reports no result for this test. Nothing to do; look for a repeat."
    ),
    Status.ENTERED_IN_ERROR.value: Problem(
        "entered_in_error", "The laboratory withdrew this result. Nothing to do; look for a repeat."
    ),
}


def patient_column(draft: Draft) -> Encoded:
    """The patient of every row, as printed; `007` and `None` stay what they are."""
    if not draft.has(Role.PATIENT_ID):
        return _one_patient(draft)
    patient = _as_printed(draft)
    empty = pc.equal(patient.words, "").to_numpy(zero_copy_only=False)
    damaged = pc.match_substring_regex(patient.words, _MAY_BE_DAMAGED).to_numpy(zero_copy_only=False).copy()
    for place in np.flatnonzero(damaged):
        damaged[place] = damaged_id(patient.words[int(place)].as_py())
    kind = np.where(empty, 1, np.where(damaged, 2, 0))
    draft.log.block_each(patient.spread(kind), (None, _NO_PATIENT, _DAMAGED), Role.PATIENT_ID)
    given = draft.answers.patients
    return patient.map(lambda text: stands_for(text, given)) if given else patient


def _as_printed(draft: Draft) -> Encoded:
    """The ids without the `.0` that a spreadsheet put behind every one of a file."""
    patient = draft.cells(Role.PATIENT_ID)
    suspect = pc.match_substring_regex(patient.words, r"[.]0$")
    if not (len(patient.words) and pc.any(suspect).as_py() and all_as_floats(patient.texts)):
        return patient
    message = "Every patient id ends in .0, as a spreadsheet writes numbers; it is left out."
    draft.log.note_file("ids_as_floats", message, patient.texts[0], draft.rows.header_of(Role.PATIENT_ID))
    return patient.map(without_point_zero)


def _one_patient(draft: Draft) -> Encoded:
    """One patient for all rows, as no column names any; unless the rows cannot be of one."""
    # The whole name, so that two files never become one patient, nor a file somebody's id.
    patient = constant(draft.answers.patient or f"unnamed patient of {draft.rows.name}", len(draft))
    if _both_sexes(draft):
        draft.log.block(np.ones(len(draft), dtype=bool), _SEVERAL, Role.SEX)
        return patient
    if not draft.answers.patient:
        message = (
            "No column names the patient: all rows are taken as one patient, named after the file. "
            "Say whose they are on the Import page (--patient)."
        )
        draft.log.note_file("no_patient_column", message)
    if any(draft.has(role) for role in (Role.TEST, Role.CODE)):  # first the columns, then the patient
        draft.log.ask("patient", "No column names the patient. Whose results are these?")
    return patient


def _both_sexes(draft: Draft) -> bool:
    printed, meaning = draft.cells(Role.SEX), side_words("sex")
    said = map(fold, printed.words.filter(pa.array(printed.used)).to_pylist())
    return len({meaning[word] for word in said if word in meaning}) > 1


def status_column(draft: Draft) -> Encoded:
    """The state of every result; withdrawn, cancelled and unknown states are set aside."""
    words = draft.cells(Role.STATUS)
    taken_back = draft.cells(Role.DELETED)
    deleted = [_taken_back(word) for word in taken_back.texts]
    status = [_status(draft, word) for word in words.texts]
    draft.log.block_each(
        taken_back.codes, [_DELETION_UNKNOWN if one is None else None for one in deleted], Role.DELETED
    )
    gone = taken_back.spread(np.array([bool(one) for one in deleted]))
    draft.log.block(gone, _OF_STATUS[Status.ENTERED_IN_ERROR], Role.STATUS)
    draft.log.block_each(words.codes, [_OF_STATUS.get(one) for one in status], Role.STATUS)
    if draft.has(Role.STATUS) and (words.where(_is_empty) & draft.log.usable).any():
        message = (
            "Some rows have no status; they are used as if final. Check that the export gives final results."
        )
        draft.log.note_file("status_blank", message, "", draft.rows.header_of(Role.STATUS))
    names = [one.value for one in Status] + [""]
    of_word = np.array([names.index(one) for one in status], dtype=np.int32)
    codes = np.where(gone, names.index(Status.ENTERED_IN_ERROR), words.spread(of_word)).astype(np.int32)
    return Encoded(codes, words_of(names))


def _is_empty(text: str) -> bool:
    return not text


def _taken_back(text: str) -> bool | None:
    """Whether a deletion column says the row was taken back; None for a word that is not listed."""
    return deletions().get(fold(text)) if text else False


def _status(draft: Draft, text: str) -> str:
    if not text:
        return Status.NOT_STATED.value
    word = fold(text)
    known = draft.rows.mapping.statuses.get(word) or statuses().get(word)
    return known.value if known else ""
