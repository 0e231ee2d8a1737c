"""The record of a file that a result came from, found again in the bytes of this session."""

from __future__ import annotations

from rls_dash.ingest.given import Given
from rls_dash.ingest.physical import PhysicalRecord, record_at
from rls_dash.ui import state


def record(source_file: str, line: int) -> PhysicalRecord | None:
    """A record of a delimited file as it stands there; None for files that have no lines of cells."""
    report = next((one for one in state.loaded().analysis.files if one.name == source_file), None)
    if report is None or not report.delimiter:
        return None
    header = [one.header for one in report.columns]

    def read() -> PhysicalRecord | None:
        members = Given(state.loaded().inputs).members
        content = next((one.content for one in members if one.name == source_file), None)
        if content is None:
            return None
        return record_at(content, report.encoding, report.delimiter, line, header)

    return state.kept(("record", source_file, line), read)
