"""Text of a date → its year, month, day and the text of its time. Which part is which comes from its shape.

Only the order of day and month in `05/03/2025`, the century of `26` and the start of a spreadsheet's day
numbers do not show in a shape; those are for the file to prove or the user to say.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from rls_dash.ingest.formats import date_words, months, plain_word

# A colon joins date and time only behind four digits: `5 Mar 10:20:30` has a time and no year.
_CLOCK = r"(?:(?:[Tt]|,?\s+|(?<=[0-9]{4}):)(?P<clock>\S.*))?"
_ISO = re.compile(
    r"(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})" + _CLOCK
)
_JAPANESE = re.compile(
    r"(?P<year>[0-9]{4})年\s?(?P<month>[0-9]{1,2})月\s?(?P<day>[0-9]{1,2})日\s*(?P<clock>.*)"
)
_COMPACT = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:(?:T|\s+)?(?P<clock>(?:(?:[0-9]{6}(?:\.[0-9]{1,9})?|[0-9]{4})(?![0-9.])|[0-9]{2}:).*))?"
)
_COMPACT_DAY_FIRST = re.compile(r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{4})")
_NUMERIC = re.compile(
    r"(?P<first>[0-9]{1,2})(?P<sep>[/.-])\s?(?P<second>[0-9]{1,2})(?P=sep)\s?(?P<year>[0-9]{4}|[0-9]{2})"
    + _CLOCK
)
_NAME = r"(?P<name>[^\W\d_]+)"
_JOINT = r"(?:\s*[-./,]\s*|\s+)"
_DAY = r"(?P<day>[0-9]{1,2})(?P<ordinal>[^\W\d_]{1,2}\b|[º°])?"
_DAY_NAMED = re.compile(f"{_DAY}{_JOINT}?{_NAME}{_JOINT}?(?P<year>[0-9]{{4}}|[0-9]{{2}}){_CLOCK}")
_NAMED_DAY = re.compile(f"{_NAME}{_JOINT}{_DAY}{_JOINT}(?P<year>[0-9]{{4}}){_CLOCK}")
_YEAR_NAMED = re.compile(f"(?P<year>[0-9]{{4}}){_JOINT}{_NAME}{_JOINT}(?P<day>[0-9]{{1,2}}){_CLOCK}")
SERIAL = re.compile(r"(?P<days>[0-9]{5})(?:[.,](?P<part>[0-9]{1,15}))?")


@dataclass(frozen=True)
class PrintedDate:
    """A date as its shape shows it. `ordered`: day and month are known, else they are the first two parts."""

    year: str  # four digits or two
    month: int
    day: int
    clock: str = ""
    ordered: bool = True


def printed_date(text: str, compact: str = "ymd") -> PrintedDate | None:
    """The parts of a date, or None for a text that is none. `compact`: order of eight bare digits."""
    bare = text if text.isascii() else unicodedata.normalize("NFC", text)
    match = _ISO.fullmatch(bare) or _JAPANESE.fullmatch(bare) or _bare_digits(bare, compact)
    if match:
        month, day = int(match["month"]), int(match["day"])
        return PrintedDate(match["year"], month, day, match.groupdict().get("clock") or "")
    if match := _NUMERIC.fullmatch(bare):
        first, second = int(match["first"]), int(match["second"])
        return PrintedDate(match["year"], second, first, match["clock"] or "", ordered=False)
    bare = _joining_word().sub("", bare)
    match = _DAY_NAMED.fullmatch(bare) or _NAMED_DAY.fullmatch(bare) or _YEAR_NAMED.fullmatch(bare)
    return _named(match) if match else None


def _bare_digits(bare: str, compact: str) -> re.Match[str] | None:
    return (_COMPACT_DAY_FIRST if compact == "dmy" else _COMPACT).fullmatch(bare)


@cache
def _joining_word() -> re.Pattern[str]:
    """Words between the parts of a date, as in `5 de marzo de 2025`."""
    words = "|".join(sorted(date_words("joint"), key=len, reverse=True))
    return re.compile(rf"(?<=\s)(?:{words})\s+", re.IGNORECASE)


def _named(match: re.Match[str]) -> PrintedDate | None:
    """A date with the name of its month; None where that or a word beside it is not known."""
    parts = match.groupdict()
    month = months().get(plain_word(parts["name"]))
    ordinal = plain_word(parts.get("ordinal") or "")
    if not month or ordinal not in {"", *date_words("ordinal")}:
        return None
    return PrintedDate(parts["year"], month, int(parts["day"]), parts["clock"] or "")


def lacks_year(text: str) -> bool:
    """Whether a text is a day and a month without a year, such as `5-Mar`."""
    match = re.fullmatch(r"(?:[0-9]{1,2}[-./ ]*)?([^\W\d_]+)\.?(?:[-./ ]*[0-9]{1,2})?", text)
    return match is not None and plain_word(match[1]) in months()
