"""Text of a date → its year, month, day and the text of its time. Which part is which comes from its shape.

Only the order of day and month in `05/03/2025`, the century of `26` and the start of a spreadsheet's day
numbers do not show in a shape; those are for the file to prove or the user to say.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

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
Span = tuple[int, int]
_NOWHERE: Span = (0, 0)
_ANY_DIGIT = str.maketrans("123456789", "000000000")
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
    # Which part is which hangs on the letters and on where the digits stand, not on which digits they are:
    # some thousand days have a dozen shapes, and matching each by itself was a tenth of a reading.
    shape = _shape(bare.translate(_ANY_DIGIT), compact)
    return shape.of(bare) if shape else None


@dataclass(frozen=True)
class _Shape:
    """Where the parts of a date stand in every text of one shape: (first letter, letter after the last)."""

    year: Span
    day: Span
    month: Span
    clock: Span
    named: int = 0  # number of the month that stands there by its name
    ordered: bool = True
    joined: bool = False  # joining words are to be left out first

    def of(self, text: str) -> PrintedDate:
        """The parts of one text of this shape."""
        if self.joined:
            text = _joining_word().sub("", text)
        return PrintedDate(
            text[self.year[0] : self.year[1]],
            self.named or int(text[self.month[0] : self.month[1]]),
            int(text[self.day[0] : self.day[1]]),
            text[self.clock[0] : self.clock[1]],
            self.ordered,
        )


@lru_cache(maxsize=4096)  # a column of remarks has a shape for every cell
def _shape(bare: str, compact: str) -> _Shape | None:
    """The parts of a text with zeros for its digits, None where it is no date."""
    match = _ISO.fullmatch(bare) or _JAPANESE.fullmatch(bare) or _bare_digits(bare, compact)
    if match:
        return _Shape(match.span("year"), match.span("day"), match.span("month"), _clock(match))
    if match := _NUMERIC.fullmatch(bare):
        first, second = match.span("first"), match.span("second")
        return _Shape(match.span("year"), first, second, _clock(match), ordered=False)
    without = _joining_word().sub("", bare)
    match = _DAY_NAMED.fullmatch(without) or _NAMED_DAY.fullmatch(without) or _YEAR_NAMED.fullmatch(without)
    month = _month(match) if match else 0
    if not (match and month):
        return None
    name, joined = match.span("name"), without != bare
    return _Shape(match.span("year"), match.span("day"), name, _clock(match), month, joined=joined)


def _clock(match: re.Match[str]) -> Span:
    """Where the time stands; an empty span where there is none."""
    found = match.span("clock") if "clock" in match.re.groupindex else _NOWHERE
    return found if found[0] >= 0 else _NOWHERE


def _bare_digits(bare: str, compact: str) -> re.Match[str] | None:
    return (_COMPACT_DAY_FIRST if compact == "dmy" else _COMPACT).fullmatch(bare)


@cache
def _joining_word() -> re.Pattern[str]:
    """Words between the parts of a date, as in `5 de marzo de 2025`."""
    words = "|".join(sorted(date_words("joint"), key=len, reverse=True))
    return re.compile(rf"(?<=\s)(?:{words})\s+", re.IGNORECASE)


def _month(match: re.Match[str]) -> int:
    """The number of the month of which the name stands; 0 where that or a word beside it is not known."""
    parts = match.groupdict()
    ordinal = plain_word(parts.get("ordinal") or "")
    known = ordinal in {"", *date_words("ordinal")}
    return months().get(plain_word(parts["name"]), 0) if known else 0


def lacks_year(text: str) -> bool:
    """Whether a text is a day and a month without a year, such as `5-Mar`."""
    match = re.fullmatch(r"(?:[0-9]{1,2}[-./ ]*)?([^\W\d_]+)\.?(?:[-./ ]*[0-9]{1,2})?", text)
    return match is not None and plain_word(match[1]) in months()
