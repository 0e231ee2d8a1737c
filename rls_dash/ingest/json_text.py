"""JSON read strictly and with lines: numbers keep the digits they are written with, no key stands twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from rls_dash.model import FileError

_LARGEST = 64 * 1024 * 1024  # characters of one resource
_BLANK = re.compile(r"[ \t\r\n]*")


class Written(str):
    """A number exactly as it is written."""

    __slots__ = ()


class _NotStrict(Exception):
    """What JSON allows, or Python reads, and a laboratory result must not hold."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotStrict("A name stands twice in one object here, so that its value is not certain.")
    return found


def _no_constant(_: str) -> None:
    raise _NotStrict("NaN or Infinity stands here, which are no numbers of JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=Written, parse_int=Written, parse_constant=_no_constant
)


class JsonText:
    """A text of one or more JSON values, read piece by piece by position."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._line_end = "\n" if "\n" in text else "\r"
        self._counted, self._line = 0, 1

    def skip(self, at: int) -> int:
        """The next position that is not blank."""
        match = _BLANK.match(self.text, at)
        return match.end() if match else at

    def line(self, at: int) -> int:
        """The line of a position; cheap where positions come in order."""
        if at < self._counted:
            self._counted, self._line = 0, 1
        self._line += self.text.count(self._line_end, self._counted, at)
        self._counted = at
        return self._line

    def value(self, at: int) -> tuple[Any, int]:
        """(the value that starts here, the position behind it)."""
        try:
            found, end = _DECODER.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            raise self.fault(error.pos, cut=error.msg.startswith("Unterminated")) from None
        except _NotStrict as error:
            message = f"{error} Export the file again."
            raise FileError(self.name, "json", message, line=self.line(at)) from None
        except RecursionError:
            message = "What starts here is nested deeper than any FHIR resource. Export the file again."
            raise FileError(self.name, "json", message, line=self.line(at)) from None
        if end - at > _LARGEST:
            message = "What starts here is larger than any result. Export the file without attachments."
            raise FileError(self.name, "too_large", message, line=self.line(at))
        return found, end

    def members(self, at: int, read: Callable[[str, int], int]) -> int:
        """Give every (name, position of its value) of the object that starts here to `read`.

        `read` returns the position behind the value. Returns the position behind the object.
        """
        seen: set[str] = set()

        def pair(position: int) -> int:
            key, behind = self.value(position)
            behind = self.skip(behind)
            if not isinstance(key, str) or isinstance(key, Written) or self._char(behind) != ":":
                raise self.fault(position)
            if key in seen:
                message = "A name stands twice in one object here, so that its value is not certain."
                raise FileError(self.name, "json", f"{message} Export the file again.", self.line(position))
            seen.add(key)
            return read(key, self.skip(behind + 1))

        return self._sequence(at, "}", pair)

    def elements(self, at: int, read: Callable[[int], int]) -> int:
        """Give the position of every element of the list that starts here to `read`, as `members` does."""
        return self._sequence(at, "]", read)

    def _sequence(self, at: int, close: str, read: Callable[[int], int]) -> int:
        position = self.skip(at + 1)
        if self._char(position) == close:
            return position + 1
        while True:
            position = self.skip(read(position))
            mark = self._char(position)
            if mark == close:
                return position + 1
            if mark != ",":
                raise self.fault(position)
            position = self.skip(position + 1)

    def _char(self, at: int) -> str:
        return self.text[at : at + 1]

    def fault(self, at: int, cut: bool = False) -> FileError:
        """The error of a text that is no JSON from here on, or that just ends."""
        line = self.line(min(at, len(self.text)))
        if cut or self.skip(at) >= len(self.text):
            message = "The file looks cut off: its JSON is not closed. Export it again."
            return FileError(self.name, "truncated", message, line=line)
        return FileError(
            self.name, "json", "The text is no valid JSON here. Export the file again.", line=line
        )
