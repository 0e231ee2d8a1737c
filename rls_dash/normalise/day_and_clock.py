"""Dates with a time behind them, in any form but plain ISO: the day is read once, the time as digits.

A million moments hardly repeat, but they fall on some thousand days: reading `05 Mar 2024 08:15` word by
word takes 50 microseconds each, and was nine tenths of a reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rls_dash.ingest.encoded import Codes, Index, Mask
from rls_dash.normalise.calendar_dates import printed_date
from rls_dash.normalise.dates import Collected
from rls_dash.normalise.iso_dates import letters_at
from rls_dash.normalise.texts import visible

_MINUTES, _SECONDS = len(" 08:15"), len(" 08:15:30")
_DIGITS = {_MINUTES: (1, 2, 4, 5), _SECONDS: (1, 2, 4, 5, 7, 8)}
_COLONS = {_MINUTES: (3,), _SECONDS: (3, 6)}
_ZERO = ord("0")
_ANY_DIGIT = str.maketrans("123456789", "000000000")
_T = pa.scalar("T", type=pa.large_string())


@dataclass(frozen=True)
class Timed:
    """Words that are a day and a plain time of day behind it."""

    places: Index  # of these words, ascending
    day: Codes  # of each
    seconds: Index  # since midnight
    clock: pa.Array  # as printed: 08:15 or 08:15:30
    days: tuple[str, ...]  # distinct texts of days


@dataclass(frozen=True)
class Moments:
    """What timed words say: the moment [us], whether it has a time, and its text in ISO 8601."""

    places: Index
    moment: npt.NDArray[np.datetime64]
    timed: Mask
    iso: pa.Array


def timed_words(words: pa.Array, wanted: Mask) -> Timed:
    """The wanted words that end in a blank or `T` and a time, before which a date stands by itself."""
    parts = [_of_length(words, np.flatnonzero(wanted), size) for size in (_MINUTES, _SECONDS)]
    places = np.concatenate([part[0] for part in parts])
    seconds = np.concatenate([part[2] for part in parts])
    texts, clock = (pa.concat_arrays([part[one] for part in parts]) for one in (1, 3))
    if all(len(part[0]) for part in parts):  # most files have times of one length, in order as they stand
        order = np.argsort(places)
        places, seconds = places[order], seconds[order]
        texts, clock = texts.take(pa.array(order)), clock.take(pa.array(order))
    coded = texts.dictionary_encode()
    day = coded.indices.to_numpy(zero_copy_only=False)
    days = tuple(visible(text) for text in coded.dictionary.to_pylist())
    return _less_doubtful(words, Timed(places, day, seconds, clock, days))


def moments_of(found: Timed, read: Sequence[Collected]) -> Moments:
    """The moments of words whose day could be read; `read`: every day, read by itself."""
    clean = np.array([bool(one.moment) and not (one.notes or one.has_time or one.relative) for one in read])
    kept = np.flatnonzero(clean[found.day]) if len(read) else np.zeros(0, dtype=np.int64)
    starts = np.array([one.moment or "NaT" for one in read], dtype="datetime64[us]")
    day, seconds = found.day[kept], found.seconds[kept]
    iso = pa.array([one.iso for one in read], type=pa.large_string()).take(pa.array(day))
    return Moments(
        found.places[kept],
        starts[day] + (seconds * 1_000_000).astype("timedelta64[us]"),
        seconds != 0,
        pc.binary_join_element_wise(iso, found.clock.take(pa.array(kept)), _T),
    )


def _of_length(words: pa.Array, places: Index, size: int) -> tuple[Index, pa.Array, Index, pa.Array]:
    """(places, texts of the days, seconds, texts of the times) of words with a time of so many letters."""
    ends = words.buffers()[1]
    edges = (
        np.frombuffer(ends, dtype=np.int64)[words.offset : words.offset + len(words) + 1] if ends else None
    )
    if edges is None or not len(places):
        none = pa.array([], type=pa.large_string())
        return places[:0], none, places[:0], none
    places = places[edges[places + 1] - edges[places] > size]
    content = words.buffers()[2]
    data = np.frombuffer(content, dtype=np.uint8) if content else np.zeros(0, dtype=np.uint8)
    letters = letters_at(data, edges[places + 1] - size, size)
    good = (letters[:, 0] == ord(" ")) | (letters[:, 0] == ord("T"))
    for colon in _COLONS[size]:
        good &= letters[:, colon] == ord(":")
    values = letters[:, _DIGITS[size]] - np.uint8(_ZERO)
    good &= (values <= 9).all(axis=1)
    pairs = values[:, 0::2].astype(np.int64) * 10 + values[:, 1::2]
    good &= (pairs[:, 0] < 24) & (pairs[:, 1:] < 60).all(axis=1)
    kept = np.flatnonzero(good)
    texts = words.take(pa.array(places[kept]))
    seconds = pairs[kept] @ np.array([3600, 60, 1])[: pairs.shape[1]]
    days = pc.utf8_slice_codeunits(texts, 0, -size)
    return places[kept], days, seconds, pc.utf8_slice_codeunits(texts, 1 - size)


def _less_doubtful(words: pa.Array, found: Timed) -> Timed:
    """Without the days of which the whole word says anything else than the day by itself does."""
    first = np.zeros(len(found.days), dtype=np.int64)
    first[found.day[::-1]] = np.arange(len(found.day) - 1, -1, -1)
    # Whether a text is a date hangs on its letters and on where its digits stand, not on which digits: some
    # thousand days have a dozen shapes.
    shapes = [text.translate(_ANY_DIGIT) for text in found.days]
    of_shape = {shape: day for day, shape in enumerate(shapes)}
    good = {shape: _is_sure(words, found, day, int(first[day])) for shape, day in of_shape.items()}
    sure = np.array([good[shape] for shape in shapes], dtype=np.bool_)
    if sure.all():
        return found
    kept = np.flatnonzero(sure[found.day])
    number = np.cumsum(sure) - 1
    return Timed(
        found.places[kept],
        number[found.day[kept]].astype(np.int32),
        found.seconds[kept],
        found.clock.take(pa.array(kept)),
        tuple(text for text, kept_day in zip(found.days, sure, strict=True) if kept_day),
    )


def _is_sure(words: pa.Array, found: Timed, day: int, place: int) -> bool:
    alone = printed_date(found.days[day])
    if alone is None or alone.clock:
        return False
    whole = printed_date(visible(words[int(found.places[place])].as_py()))
    return whole == replace(alone, clock=found.clock[int(place)].as_py())
