"""One file's mapped rows → results and issues. Every row is accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from rls_dash.answers import Answers
from rls_dash.ingest.formats import Role
from rls_dash.ingest.mapped import RAGGED, MappedRows
from rls_dash.knowledge import Knowledge
from rls_dash.model import Severity
from rls_dash.normalise import dates
from rls_dash.normalise.columns import draft_results
from rls_dash.normalise.draft import Draft, cells_of
from rls_dash.normalise.identify import Fate, Identifier, Identity
from rls_dash.normalise.issues import IssueLog
from rls_dash.normalise.texts import Index, Texts, distinct, sentence, spread
from rls_dash.normalise.values import Decimals


@dataclass(frozen=True)
class NormalisedFile:
    """What one file gave, before duplicates across files are looked for."""

    results: pd.DataFrame
    withdrawn: pd.DataFrame  # draws whose earlier report the laboratory took back
    issues: pd.DataFrame
    set_aside: int
    held: int
    not_tracked: int
    not_tracked_tests: tuple[tuple[str, int], ...]  # (test, rows), most rows first
    decimals: Decimals
    order: dates.DateOrder


def normalise_rows(
    rows: MappedRows, knowledge: Knowledge, identifier: Identifier, answers: Answers, as_of: date | None
) -> NormalisedFile:
    """Results and issues of one file.

    rows in = results + set aside + held + not tracked; nothing is dropped. Result columns as in
    rls_dash.schema, `value` and the reference interval in the analyte's canonical unit.
    """
    log = IssueLog(rows)
    _block_ragged(rows, log)
    index, identities = _identify(rows, identifier)
    not_tracked = _mark_not_tracked(
        rows, log, spread(index, [i.fate is Fate.NOT_TRACKED for i in identities])
    )
    analyte = spread(index, [identity.analyte for identity in identities])
    log.analyte = analyte
    _block_unidentified(log, index, identities)
    properties = [identity.loinc.property if identity.loinc else "" for identity in identities]
    drafted = draft_results(Draft(rows, log, knowledge, answers, as_of, analyte, spread(index, properties)))
    return NormalisedFile(
        results=drafted.results,
        withdrawn=drafted.withdrawn,
        issues=log.frame(),
        set_aside=int((log.outcome == Severity.SET_ASIDE.value).sum()),
        held=int((log.outcome == Severity.HELD.value).sum()),
        not_tracked=int((log.outcome == Fate.NOT_TRACKED.value).sum()),
        not_tracked_tests=not_tracked,
        decimals=drafted.decimals,
        order=drafted.order,
    )


def _block_ragged(rows: MappedRows, log: IssueLog) -> None:
    ragged = rows.frame[RAGGED].to_numpy(dtype=object)
    expected = len(rows.header)
    log.block(
        ragged == "surplus",
        Severity.SET_ASIDE,
        "surplus_fields",
        None,
        f"More fields than the {expected} of the header: probably an unquoted comma in a value or name. "
        "Quote the cell, or export with semicolons.",
    )
    log.block(
        ragged == "short",
        Severity.SET_ASIDE,
        "short_row",
        None,
        f"Fewer fields than the {expected} of the header, and one that is needed is missing.",
    )


def _identify(rows: MappedRows, identifier: Identifier) -> tuple[Index, list[Identity]]:
    """(index of the distinct test per row, the identity of each distinct test)."""
    roles = (Role.TEST, Role.CODE, Role.SPECIMEN, Role.UNIT, Role.CATEGORY)
    index, tests = distinct(*(cells_of(rows, role) for role in roles))
    return index, [identifier.identify(*test) for test in tests]


def _mark_not_tracked(rows: MappedRows, log: IssueLog, other: Texts) -> tuple[tuple[str, int], ...]:
    """Take the rows of other tests out, and list those tests with their number of rows."""
    mask = other.astype(bool) & log.usable
    log.outcome[mask] = Fate.NOT_TRACKED.value
    names, codes = cells_of(rows, Role.TEST)[mask], cells_of(rows, Role.CODE)[mask]
    index, found = distinct(names, codes)
    labels = pd.Series(
        spread(index, [name.strip() or code.strip() or "(no test name)" for name, code in found])
    )
    lines = pd.Series(rows.frame["source_row"].to_numpy()[mask])
    counts = labels.value_counts()
    column = rows.header_of(Role.TEST) or rows.header_of(Role.CODE)
    for label, line in lines.groupby(labels.to_numpy()).first().items():
        message = f"Not a test that is tracked here; {counts[label]} row(s) of it are not used."
        log.note_file("not_tracked", message, str(label), column, int(line))
    return tuple((str(label), int(count)) for label, count in counts.items())


def _block_unidentified(log: IssueLog, index: Index, identities: list[Identity]) -> None:
    """Hold or set aside the tests that could be an analyte but are not certain to be."""
    wrong_specimen = [identity.code.startswith("specimen") for identity in identities]
    for role, concerned in ((Role.SPECIMEN, True), (Role.TEST, False)):
        pairs = zip(identities, wrong_specimen, strict=True)
        log.block_each(
            spread(index, [identity.code if wrong is concerned else "" for identity, wrong in pairs]),
            spread(index, [identity.fate.value for identity in identities]),
            spread(index, [f"{sentence(i.detail)} Check the test's name and code." for i in identities]),
            role,
        )
