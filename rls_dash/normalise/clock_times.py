"""Text of a time of day → hour, minute, second and offset, as the wall clock showed them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from rls_dash.ingest.formats import date_words, plain_word

# Issue code of a remark on a date that is used → what to tell the user.
HOUR_24, ZONE_NAME = "hour_24", "zone_name"
_TIME = re.compile(
    r"(?P<word>[^\W\d_]+\.?\s+)?"
    r"(?P<hour>[0-9]{1,2})(?:[:.]|\s?[hH]\s?)(?P<minute>[0-9]{2})"
    r"(?:[:.](?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?(?P<tail>(?![0-9]).*)"
)
_COMPACT = re.compile(
    r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?(?P<tail>(?![0-9.,]).*)"
)
_JAPANESE = re.compile(r"(?P<hour>[0-9]{1,2})時(?P<minute>[0-9]{1,2})分(?:(?P<second>[0-9]{1,2})秒)?")
_OFFSET = r"[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?"
_TAIL = re.compile(
    rf"\s*(?:(?P<utc>Z|UTC|GMT)|(?:UTC|GMT)?(?P<offset>{_OFFSET}))?(?![0-9])"
    r"\s*(?P<region>\[[A-Za-z_/-]+\])?\s*(?P<words>[^0-9]*)",
    re.IGNORECASE,
)
# Days that spreadsheets and databases put before a time of day that has none.
_NULL_DAY = re.compile(r"^(?:1899-12-3[01]|1900-01-0[01]|1970-01-01)[T ]+")


@dataclass(frozen=True)
class ClockTime:
    """A time of day. Hour 24 is midnight at the end of the day."""

    hour: int
    minute: int
    second: int | None = None  # None: not printed
    offset: str = ""  # from UTC as printed, in ISO 8601: Z, +01:00
    zone_named: bool = False

    @property
    def midnight(self) -> bool:
        """Whether it is 00:00:00, which many systems print for "no time"."""
        return not (self.hour or self.minute or self.second)

    def on(self, day: date) -> datetime:
        """The wall clock of this time on a day; hour 24 is 0:00 of the next one."""
        if self.hour == 24:
            return datetime.combine(day, time()) + timedelta(days=1)
        return datetime.combine(day, time(self.hour, self.minute, self.second or 0))

    @property
    def notes(self) -> tuple[str, ...]:
        """Issue codes of what is worth knowing about how it was read."""
        return (HOUR_24,) * (self.hour == 24) + (ZONE_NAME,) * self.zone_named


@lru_cache(maxsize=100_000)  # a day has 86,400 seconds; a column repeats them; emptied after each reading
def parse_clock(text: str) -> ClockTime | None:
    """The time of day in a text; None where it is none.

    Forms: `14:30`, `14:30:05.123`, `2:30 PM`, `14.30`, `14h30`, `1430`, `143005`, `14時30分`, each with
    an offset, `Z`, the name of a zone, or a word such as `Uhr`.
    """
    bare = _NULL_DAY.sub("", text.strip())
    match = _TIME.fullmatch(bare) or _COMPACT.fullmatch(bare) or _JAPANESE.fullmatch(bare)
    if not match:
        return None
    parts = match.groupdict()
    word = parts.get("word")
    if word and plain_word(word) not in date_words("filler"):
        return None
    zone = _zone(parts.get("tail") or "")
    hour = _hour(int(parts["hour"]), (parts.get("half") or "").lower())
    minute, second = int(parts["minute"]), int(parts["second"]) if parts["second"] else None
    if zone is None or hour is None or minute > 59 or (second or 0) > 59:
        return None
    if hour == 24 and (minute or second):
        return None
    return ClockTime(hour, minute, second, *zone)


def forget_clocks() -> None:
    """Empty what `parse_clock` keeps: called at the end of every reading, so that no cell stays."""
    parse_clock.cache_clear()


def _hour(hour: int, half: str) -> int | None:
    """The hour of 24, or None where there is no such hour."""
    if half:
        return hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else None
    return hour if hour <= 24 else None


def _zone(tail: str) -> tuple[str, bool] | None:
    """(offset in ISO 8601, whether a zone is named) behind a time; None where a word is not known."""
    if not tail:
        return "", False
    match = _TAIL.fullmatch(tail)
    if not match:
        return None
    named = bool(match["region"])
    for word in re.sub(r"[()]", " ", match["words"]).split():
        plain = plain_word(word)
        if plain in date_words("zone"):
            named = True
        elif plain not in date_words("filler"):
            return None
    return _iso_offset(match["utc"], match["offset"] or ""), named


def _iso_offset(utc: str | None, printed: str) -> str:
    if utc:
        return "Z"
    digits = re.sub(r"[^0-9]", "", printed)
    return f"{printed[0]}{digits[:2]}:{digits[2:] or '00'}" if digits else ""
