"""Which of the files given are side files: by their name, or by a header that is clearly one of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from rls_dash.context.cells import SideKind, columns_of
from rls_dash.context.side_table import header_of
from rls_dash.ingest.containers import open_zip, unpack
from rls_dash.ingest.decode import decode
from rls_dash.ingest.formats import header_key
from rls_dash.ingest.given import InputFile
from rls_dash.ingest.mapping import score_header
from rls_dash.ingest.shapes import wide_score
from rls_dash.knowledge import Knowledge
from rls_dash.model import FileError
from rls_dash.normalise.identify import identifier_for
from rls_dash.normalise.vocabulary import vocabulary_of

_HEAD = 16_384  # bytes in which a header ends
_GZIP = ".gz"
# Columns without which a file of another name is not taken for one of these.
_NEEDED = {
    SideKind.EVENTS: frozenset({"patient_id", "kind", "name"}),
    SideKind.SCORES: frozenset({"patient_id", "scale", "total"}),
    SideKind.PATIENTS: frozenset({"patient_id"}),
}


@dataclass(frozen=True)
class SortedFiles:
    """The files of one reading by what they are."""

    exports: list[InputFile] = field(default_factory=list)
    patients: list[InputFile] = field(default_factory=list)
    events: list[InputFile] = field(default_factory=list)
    scores: list[InputFile] = field(default_factory=list)

    def of(self, kind: SideKind) -> list[InputFile]:
        """The side files of one kind."""
        return {
            SideKind.PATIENTS: self.patients,
            SideKind.EVENTS: self.events,
            SideKind.SCORES: self.scores,
        }[kind]


def sort_files(files: Sequence[InputFile], knowledge: Knowledge) -> SortedFiles:
    """Files told apart; side files inside a zip are taken out of it."""
    found = SortedFiles()
    for file in files:
        for part in _parts(file):
            kind = kind_of(part, knowledge)
            (found.exports if kind is None else found.of(kind)).append(part)
    return found


def kind_of(file: InputFile, knowledge: Knowledge) -> SideKind | None:
    """What a side file holds; None for an export, and for everything that is not clearly a side file.

    A header with a test and a result is an export, whatever the file is called.
    """
    named = _named(file.name)
    if file.name.casefold().endswith(_GZIP):
        return named
    try:
        text = decode(file.name, file.content[:_HEAD]).text
        header = _header(file.name, text)
    except FileError:
        return named
    kind = named or _by_header(header)
    return None if kind is None or _is_export(header, kind, knowledge) else kind


def _named(name: str) -> SideKind | None:
    bare = PurePosixPath(name.replace("\\", "/")).name.casefold().removesuffix(_GZIP)
    return next((kind for kind in SideKind if bare == kind.file_name), None)


def _header(name: str, text: str) -> list[str]:
    wanted = {key: column for kind in SideKind for key, column in columns_of(kind).items()}
    found = header_of(name, text.removeprefix("\ufeff"), wanted)
    return [] if found is None else [cell.strip() for cell in found[1][1]]


def _is_export(header: Sequence[str], kind: SideKind, knowledge: Knowledge) -> bool:
    """Whether a header has a test and a result, or columns of analytes beside those of the side file."""
    names_analyte = vocabulary_of(identifier_for(knowledge), knowledge).names_analyte
    known = {key: column for key, column in columns_of(kind).items() if column != "patient_id"}
    strange = [cell for cell in header if header_key(cell) not in known]  # ferritin_assay is no result
    return score_header(header) > 0 or wide_score(strange, names_analyte) > 0


def _by_header(header: Sequence[str]) -> SideKind | None:
    """The kind a header is clearly of. For patients.csv every column must be one of its own: a table of
    results may well carry a birth date and a sex."""
    keys = [header_key(cell) for cell in header if cell]
    for kind, needed in _NEEDED.items():
        known = columns_of(kind)
        columns = {known[key] for key in keys if key in known}
        strange = [key for key in keys if key not in known]
        if not needed <= columns or len(columns) == len(needed):
            continue
        if kind is not SideKind.PATIENTS or not strange:
            return kind
    return None


def _parts(file: InputFile) -> list[InputFile]:
    """The files inside a zip that holds a side file; any other file as it is."""
    if not file.name.casefold().endswith(".zip"):
        return [file]
    try:
        inside = [entry.filename for entry in open_zip(file.name, file.content).infolist()]
        if not any(map(_named, inside)):
            return [file]
        return [InputFile(member.name, member.content) for member in unpack(file.name, file.content)]
    except FileError:  # the reader of exports says what is wrong with it
        return [file]
