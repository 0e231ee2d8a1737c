"""Plain ISO dates of a whole column at once; whatever else stands in it is left to `dates`.

A million dates hardly repeat, so reading each word by itself would cost more than everything else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rls_dash.ingest.encoded import Mask

Moments = npt.NDArray[np.datetime64]
_FORMS = {  # length → (places of the digits, {place: separators allowed})
    10: ((0, 1, 2, 3, 5, 6, 8, 9), {4: "-", 7: "-"}),
    16: ((0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15), {4: "-", 7: "-", 10: "T ", 13: ":"}),
    19: (
        (0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18),
        {4: "-", 7: "-", 10: "T ", 13: ":", 16: ":"},
    ),
}
_ZERO = ord("0")
_DAY_US = 86_400_000_000
_DAY = 10  # letters of a date without a time


@dataclass(frozen=True)
class PlainDates:
    """What the words of a column say as ISO dates."""

    moments: Moments  # [us], NaT where a word is no plain ISO date or no day of the calendar
    timed: Mask  # a time other than midnight is printed


def plain_dates(words: pa.Array) -> PlainDates:
    """The moments in words such as 2025-03-05, 2025-03-05T08:15 and 2025-03-05 08:15:30."""
    lengths = _lengths(words)
    alike = len(lengths) > 0 and bool((lengths == lengths[0]).all())
    usual = lengths[0] in _FORMS if alike else np.isin(lengths, list(_FORMS)).all()
    if usual and (quick := _by_arrow(words)) is not None:
        if alike and lengths[0] == _DAY:
            return PlainDates(quick, np.zeros(len(words), dtype=bool))
        since = quick.view(np.int64)
        # A whole-number division by a constant and a product take a third of the time of a remainder.
        return PlainDates(quick, since // _DAY_US * _DAY_US != since)
    moments = np.full(len(words), np.datetime64("NaT", "us"))
    timed = np.zeros(len(words), dtype=bool)
    for length in _FORMS:
        places = np.flatnonzero(lengths == length)
        if len(places):
            some = words.take(
                pa.array(places)
            )  # one beside the other: a tenth of the time of picking letters
            shaped = np.flatnonzero(_shaped(_letters(some, length), length))
            places, some = places[shaped], some.take(pa.array(shaped))
            moments[places], timed[places] = _of_length(some, length)
    return PlainDates(moments, timed)


def _of_length(words: pa.Array, length: int) -> tuple[Moments, Mask]:
    quick = _by_arrow(words)
    if quick is None:
        return _read(_letters(words, length), length)
    since = quick.view(np.int64)
    return quick, since // _DAY_US * _DAY_US != since


def _shaped(letters: npt.NDArray[np.uint8], length: int) -> Mask:
    """Which words have their separators in place."""
    good = np.ones(len(letters), dtype=bool)
    for place, allowed in _FORMS[length][1].items():
        good &= np.logical_or.reduce([letters[:, place] == ord(letter) for letter in allowed])
    return good


def _by_arrow(words: pa.Array) -> Moments | None:
    """All words as moments where every one is such a date; Arrow refuses them all for a single other."""
    try:
        return np.asarray(words.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:
        return None


def iso_text(words: pa.Array) -> pa.Array:
    """Plain ISO dates with the `T` that ISO 8601 wants between date and time."""
    lengths = _lengths(words)
    if not len(lengths):
        return words
    if int(lengths[0]) in _FORMS and (lengths == lengths[0]).all():
        # Where all are as long, one letter of each is looked at in place of all (40 ms for a million).
        letters = _letters(words, int(lengths[0]))
        blank = letters[:, _DAY] == ord(" ") if lengths[0] > _DAY else np.zeros(0, dtype=bool)
        return _with_t(words) if blank.any() else words
    content = words.buffers()[2]
    if content is None or not (np.frombuffer(content, dtype=np.uint8) == ord(" ")).any():
        return words
    return _with_t(words)


def _with_t(words: pa.Array) -> pa.Array:
    return pc.replace_substring(words, " ", "T", max_replacements=1)


def _lengths(words: pa.Array) -> npt.NDArray[np.int64]:
    """Bytes of each word."""
    ends = words.buffers()[1]
    if not len(words) or ends is None:
        return np.zeros(0, dtype=np.int64)
    return np.diff(np.frombuffer(ends, dtype=np.int64)[words.offset : words.offset + len(words) + 1])


def _letters(words: pa.Array, length: int) -> npt.NDArray[np.uint8]:
    """(words, length) bytes of words that are all of one length."""
    _, ends, content = words.buffers()
    if not len(words) or ends is None or content is None:
        return np.zeros((0, length), dtype=np.uint8)
    begin = int(np.frombuffer(ends, dtype=np.int64)[words.offset])
    data = np.frombuffer(content, dtype=np.uint8)
    return data[begin : begin + length * len(words)].reshape(-1, length)


def _read(letters: npt.NDArray[np.uint8], length: int) -> tuple[Moments, Mask]:
    good = _shaped(letters, length)
    values = {}
    for place in _FORMS[length][0]:
        value = letters[:, place] - np.uint8(_ZERO)
        good &= value <= 9
        values[place] = value.astype(np.int64)  # microseconds of a day outgrow 32 bits

    def number(*places: int) -> npt.NDArray[np.int64]:
        total = values[places[0]]
        for place in places[1:]:
            total = total * 10 + values[place]
        return total

    month, day = number(5, 6), number(8, 9)
    months = (number(0, 1, 2, 3) - 1970) * 12 + month - 1
    start = months.astype("datetime64[M]").astype("datetime64[D]")
    after = (months + 1).astype("datetime64[M]").astype("datetime64[D]")
    date = start + (day - 1).astype("timedelta64[D]")
    good &= (month >= 1) & (month <= 12) & (day >= 1) & (date < after)
    seconds = np.zeros(len(letters), dtype=np.int64)
    if length > 10:
        hour, minute = number(11, 12), number(14, 15)
        good &= (hour < 24) & (minute < 60)
        seconds = hour * 3600 + minute * 60
    if length > 16:
        second = number(17, 18)
        good &= second < 60
        seconds = seconds + second
    moments = date.astype("datetime64[us]") + (seconds * 1_000_000).astype("timedelta64[us]")
    moments[~good] = np.datetime64("NaT", "us")
    return moments, good & (seconds != 0)
