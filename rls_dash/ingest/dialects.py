"""Named layouts and their dictionaries, as data/formats lists them: a new vendor is a new row, not code."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from rls_dash.ingest.formats import Role, fold, header_key, table_rows


@dataclass(frozen=True)
class DialectColumn:
    """What a known layout says of one header."""

    role: Role
    priority: int  # among the columns of one role: a higher number is used only where the lower is absent
    reads: str  # how its cells are read before anything else, see `ingest.cells`; "" as they stand


@dataclass(frozen=True)
class Dialect:
    """A known export layout: the headers that identify it, and what the format itself defines."""

    dialect: str
    label: str
    required: tuple[frozenset[str], ...]  # of each group one header key must be there
    columns: dict[str, DialectColumn]  # by header key
    sentinels: frozenset[str]  # numbers that stand for "no number"
    date_order: str  # "dmy", "mdy" or "" where the format does not say
    decimal: str  # "." or ","
    relative: str  # unit of dates that are plain numbers: "minutes", "days"
    century: str  # of years with two digits: "2000"
    escape: str  # character that escapes a quote inside a quoted cell
    coded_tests: bool  # tests are numbers of a dictionary
    words: dict[str, dict[str, str]]  # role → folded spelling → meaning, where the layout has its own

    def fits(self, keys: frozenset[str]) -> bool:
        """Whether a header with these keys is of this layout."""
        return all(group & keys for group in self.required)


@dataclass(frozen=True)
class LookupColumn:
    """One text that a dictionary gives to the exports of one layout."""

    lookup: str
    dialect: str
    join_on: str  # header of the export's column that holds the number
    column: str  # header of the dictionary's column that holds the text
    role: Role
    where: tuple[str, str]  # (header key, folded cell) that a row of the dictionary must have; ("", "") any
    then: tuple[str, str]  # (dictionary, its column) in which the text is looked up again; ("", "") it is not


@dataclass(frozen=True)
class LookupTable:
    """A dictionary that some systems give beside an export."""

    lookup: str
    label: str  # as its file is called
    required: frozenset[str]  # header keys that identify it
    key: str  # header key of the number
    empty_keys: frozenset[str]  # numbers that mean "none"


@cache
def dialects() -> tuple[Dialect, ...]:
    """Named dialects, the one with the most required headers first."""
    columns: dict[str, dict[str, DialectColumn]] = defaultdict(dict)
    for row in table_rows("dialect_columns.csv"):
        one = DialectColumn(Role(row["role"]), int(row["priority"] or 0), row["reads"])
        columns[row["dialect"]][header_key(row["header"])] = one
    words: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in table_rows("dialect_words.csv"):
        words[row["dialect"]][row["role"]][fold(row["spelling"])] = row["meaning"]
    found = [
        Dialect(
            dialect=row["dialect"],
            label=row["label"],
            required=tuple(_keys(group, "|") for group in row["required"].split()),
            columns=columns[row["dialect"]],
            sentinels=frozenset(row["sentinels"].split()),
            date_order=row["date_order"],
            decimal=row["decimal"],
            relative=row["relative"],
            century=row["century"],
            escape=row["escape"],
            coded_tests=row["coded_tests"] == "1",
            words={role: dict(spellings) for role, spellings in words[row["dialect"]].items()},
        )
        for row in table_rows("dialects.csv")
    ]
    return tuple(sorted(found, key=lambda dialect: -len(dialect.required)))


def _keys(headers: str, separator: str | None = None) -> frozenset[str]:
    return frozenset(header_key(header) for header in headers.split(separator))


@cache
def lookup_tables() -> dict[str, LookupTable]:
    """Dictionaries by name."""
    return {
        row["lookup"]: LookupTable(
            row["lookup"],
            row["label"],
            _keys(row["required"]),
            header_key(row["key"]),
            frozenset(row["empty_keys"].split()),
        )
        for row in table_rows("lookups.csv")
    }


@cache
def lookup_columns() -> tuple[LookupColumn, ...]:
    """What each dictionary gives to each dialect, in the order of the table."""
    return tuple(
        LookupColumn(
            row["lookup"],
            row["dialect"],
            row["join_on"],
            row["column"],
            Role(row["role"]),
            _pair(row["where"]),
            _then(row["then"]),
        )
        for row in table_rows("lookup_columns.csv")
    )


def _pair(text: str) -> tuple[str, str]:
    """`header=cell` as (header key, folded cell)."""
    header, _, cell = text.partition("=")
    return header_key(header), fold(cell)


def _then(text: str) -> tuple[str, str]:
    """`dictionary=header` as (dictionary, header)."""
    lookup, _, header = text.partition("=")
    return lookup, header
