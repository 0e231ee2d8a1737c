"""The roles of a table's columns, as the reader of files finds them."""

from __future__ import annotations

from rls_dash.answers import Answers
from rls_dash.ingest.mapping import Mapping, map_columns
from rls_dash.ingest.table import RawTable


def map_table(table: RawTable, answers: Answers | None = None) -> Mapping:
    """What the format of a table says of its columns, else what their spelling says."""
    return map_columns(table.name, table.header, answers, table.roles, table.label)
