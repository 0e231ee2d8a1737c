"""Text of a side file → its rows under the columns of the form it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rls_dash.context.cells import SideKind, cleaned, column_names, columns_of
from rls_dash.ingest.delimited import Form, Record, records, refuse_long_lines
from rls_dash.ingest.formats import header_key
from rls_dash.model import FileError, Issue, Severity
from rls_dash.normalise.people import all_as_floats, damaged_id, stands_for, without_point_zero

_DELIMITERS = (",", ";", "\t")
_PATIENT = "patient_id"
_SHOWN = 200  # letters of a row that is listed as a whole


@dataclass(frozen=True)
class SideRow:
    """One row of a side file; `cells` as they count, `reported` as they stand in the file."""

    line: int
    patient_id: str
    cells: Mapping[str, str]
    reported: Mapping[str, str]

    @property
    def whole(self) -> str:
        """The row as it is listed when it is not used."""
        return " | ".join(self.reported.values())[:_SHOWN]


@dataclass
class SideTable:
    """The rows of one side file, and those that cannot be used whatever they say."""

    name: str
    kind: SideKind
    headers: Mapping[str, str]  # column → how the file calls it
    rows: list[SideRow] = field(default_factory=list)
    rows_in: int = 0
    set_aside: int = 0
    issues: list[Issue] = field(default_factory=list)

    def note(self, code: str, message: str, row: SideRow, column: str = "") -> None:
        """Remark on a row that is used."""
        self.issues.append(self._issue(Severity.NOTE, code, message, row, column))

    def put_aside(self, code: str, message: str, row: SideRow, column: str = "") -> None:
        """List a row that is not used."""
        self.set_aside += 1
        self.issues.append(self._issue(Severity.SET_ASIDE, code, message, row, column))

    def note_file(
        self, code: str, message: str, column: str = "", reported: str = "", line: int | None = None
    ) -> None:
        """Remark on the file as a whole."""
        self.issues.append(Issue(self.name, line, Severity.NOTE, code, column, reported, message))

    def _issue(self, severity: Severity, code: str, message: str, row: SideRow, column: str) -> Issue:
        reported = row.reported.get(column, "") if column else row.whole
        header = self.headers.get(column, column)
        return Issue(self.name, row.line, severity, code, header, reported, message, row.patient_id)


def header_of(name: str, text: str, wanted: Mapping[str, str]) -> tuple[str, Record] | None:
    """(delimiter, first record that is not blank), split by the delimiter that gives most wanted columns.

    None where there is no such record. Raises FileError for quoting that is no CSV.
    """
    best: tuple[int, str, Record] | None = None
    fault: FileError | None = None
    for delimiter in _DELIMITERS:
        try:
            first = next(
                (one for one in records(name, text, Form(delimiter)) if any(map(_full, one[1]))), None
            )
        except FileError as error:
            fault = fault or error
            continue
        if first is None:
            return None
        known = len({wanted.get(header_key(cell), "") for cell in first[1]} - {""})
        if best is None or known > best[0]:
            best = known, delimiter, first
    if best is None:
        raise fault or FileError(name, "quoting", "The first line cannot be read as CSV.")
    return best[1], best[2]


def read_side_table(name: str, text: str, kind: SideKind, same: Mapping[str, str]) -> SideTable:
    """The rows of a side file. `same`: id → the id it stands for, as the user answered.

    Raises FileError for a file without a column of ids, and for quoting that is no CSV.
    """
    body = text.removeprefix("\ufeff")
    refuse_long_lines(name, body)
    found = header_of(name, body, columns_of(kind))
    if found is None:
        raise FileError(name, "empty", "The file is empty.")
    delimiter, (header_line, header) = found
    places = _places(name, kind, header, header_line)
    table = SideTable(name, kind, {column: header[place].strip() for column, place in places.items()})
    lines = [
        one
        for one in records(name, body, Form(delimiter))
        if one[0] > header_line and any(map(_full, one[1]))
    ]
    table.rows_in = len(lines)
    _note_columns(table, header, header_line, lines)
    shaped = [(line, cells, _row(line, cells, places)) for line, cells in lines]
    table.rows += _with_ids(table, _rectangular(table, len(header), shaped), same)
    return table


def _full(cell: str) -> bool:
    return bool(cell.strip())


def _places(name: str, kind: SideKind, header: Sequence[str], line: int) -> dict[str, int]:
    """Column → where it stands."""
    known = columns_of(kind)
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        column = known.get(header_key(cell))
        if column is None:
            continue
        if column in places:
            message = f"Two columns hold {column}. Keep one of them."
            raise FileError(name, "ambiguous_columns", message, line=line)
        places[column] = place
    if _PATIENT not in places:
        message = f"No column is called {_PATIENT}. The columns of {kind.file_name} are: " + ", ".join(
            column_names(kind)
        )
        raise FileError(name, "patient_column_missing", f"{message}.", line=line)
    return places


def _note_columns(table: SideTable, header: Sequence[str], line: int, lines: Sequence[Record]) -> None:
    """Name the columns that are not read, unless there is nothing in them."""
    known = columns_of(table.kind)
    for place, cell in enumerate(header):
        if header_key(cell) in known:
            continue
        first = next((cells[place] for _, cells in lines if len(cells) > place and _full(cells[place])), "")
        if cell.strip() or first:
            message = f"Not a column of {table.kind.file_name}; it is not read."
            table.note_file("unknown_column", message, cell.strip(), first, line)


def _row(line: int, cells: Sequence[str], places: Mapping[str, int]) -> SideRow:
    reported = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
    clean = {column: cleaned(cell) for column, cell in reported.items()}
    return SideRow(line, clean[_PATIENT], clean, reported)


def _rectangular(
    table: SideTable, width: int, shaped: Sequence[tuple[int, Sequence[str], SideRow]]
) -> Iterator[SideRow]:
    """Rows that have no more cells than there are columns: an unquoted comma moves all that follow."""
    for _, cells, row in shaped:
        if any(map(_full, cells[width:])):
            message = (
                f"More cells than the {width} columns: probably a comma in a name. Put the name into quotes."
            )
            table.put_aside("surplus_fields", message, row)
        else:
            yield row


def _with_ids(table: SideTable, rows: Iterator[SideRow], same: Mapping[str, str]) -> Iterator[SideRow]:
    """Rows with their ids as those of exports are read; rows without one are listed."""
    kept = list(rows)
    floats = all_as_floats(row.patient_id for row in kept)
    if floats:
        message = "Every patient id ends in .0, as a spreadsheet writes numbers; it is left out."
        table.note_file("ids_as_floats", message, table.headers[_PATIENT], kept[0].patient_id)
    for row in kept:
        if not row.patient_id:
            table.put_aside("no_patient", "The patient is empty in this row. Fill in the id.", row)
        elif damaged_id(row.patient_id):
            message = "A spreadsheet shortened this identifier and its digits are lost. Write it out again."
            table.put_aside("identifier_damaged", message, row, _PATIENT)
        else:
            bare = without_point_zero(row.patient_id) if floats else row.patient_id
            yield SideRow(row.line, stands_for(bare, same), row.cells, row.reported)
