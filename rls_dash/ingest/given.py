"""The files of one reading as they were given: unpacked, told apart, each content once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

import pandas as pd

from rls_dash.ingest.beside import beside
from rls_dash.ingest.containers import Member, unpack
from rls_dash.model import FileError, Issue, Severity
from rls_dash.schema import issues_frame


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class InputFile:
    """A file as the user gave it."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Fingerprint of the content: the only key a cache may use."""
        return _fingerprint(self.content)


class Given:
    """The files as given, unpacked, each content once, with names that tell them apart."""

    def __init__(self, files: Sequence[InputFile]) -> None:
        self.members: list[Member] = []
        self.errors: list[FileError] = []
        self.notes: list[pd.DataFrame] = []
        self._sha256: dict[str, str] = {}
        self._later: dict[str, Future[str]] = {}
        first: dict[str, str] = {}
        members = list(self._unpacked(files))
        if len(members) == 1:
            # It repeats no other file: its fingerprint is worked out beside the reading (50 ms for 80 MB).
            self._later[members[0].name] = beside(_fingerprint, members[0].content)
            self.members = members
            return
        for member in members:
            digest = _fingerprint(member.content)
            if digest in first:
                message = f"The same file as {first[digest]}; it is read once."
                self.notes.append(_file_note(member.name, "same_file", message))
                continue
            first[digest] = member.name
            self._sha256[member.name] = digest
            self.members.append(member)

    def sha256(self, name: str) -> str:
        """Fingerprint of a file by the name of one of its tables."""
        self._sha256 |= {file: found.result() for file, found in self._later.items()}
        return next((digest for file, digest in self._sha256.items() if name.startswith(file)), "")

    def _unpacked(self, files: Sequence[InputFile]) -> Iterator[Member]:
        for file in _distinctly_named(files):
            try:
                yield from unpack(file.name, file.content)
            except FileError as error:
                self.errors.append(error)


def _distinctly_named(files: Sequence[InputFile]) -> list[InputFile]:
    """Files whose names differ, so that a source line always names one file."""
    taken: set[str] = set()
    named = []
    for file in files:
        name, number = file.name, 1
        while name in taken:
            number += 1
            name = f"{file.name} ({number})"
        taken.add(name)
        named.append(replace(file, name=name))
    return named


def _file_note(name: str, code: str, message: str) -> pd.DataFrame:
    return issues_frame([Issue(name, None, Severity.NOTE, code, "", "", message)])
