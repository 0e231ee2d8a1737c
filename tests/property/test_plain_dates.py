"""Laws: dates read a whole column at once are the dates read one by one, and nothing else is read."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rls_dash.ingest.encoded import words_of
from rls_dash.normalise.dates import DateOrder, DateRules, parse_collected
from rls_dash.normalise.iso_dates import iso_text, plain_dates

RULES = DateRules(DateOrder.NOT_NEEDED)
days = st.dates(date(1950, 1, 2), date(2200, 12, 30))
clocks = st.times()


@st.composite
def plain(draw) -> str:
    day, clock = draw(days), draw(clocks)
    form = draw(st.sampled_from(["", "T%H:%M", " %H:%M", "T%H:%M:%S", " %H:%M:%S"]))
    return day.isoformat() + (clock.strftime(form) if form else "")


damaged = st.sampled_from(
    [
        "2025-02-29",
        "2025-13-01",
        "2025-00-10",
        "2025-01-00",
        "2025-03-05T24:00",
        "2025-03-05T23:60",
        "2025-03-05T23:59:60",
        "2025-03-05T08",
        "2025-03-05T08:15Z",
        "2025-03-05T08:15:30.25",
        "2025/03/05",
        "05/03/2025",
        "20250305",
        "",
        "２025-03-05",
        "2025-03-05_08:15",
        "-025-03-05",
        "2025-3-5",
    ]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(plain(), min_size=1, max_size=8), st.lists(damaged, max_size=2))
def test_a_column_reads_as_its_cells_do(good: list[str], bad: list[str]) -> None:
    words = words_of([*good, *bad])
    found = plain_dates(words)
    texts = iso_text(words).to_pylist()
    for place, cell in enumerate([*good, *bad]):
        moment = found.moments[place]
        one = parse_collected(cell, "", RULES)
        if cell in good:
            assert not np.isnat(moment), cell
        if np.isnat(moment) or one.problem == "date_too_early":
            continue
        assert moment == np.datetime64(one.moment), cell
        assert bool(found.timed[place]) is one.has_time, cell
        assert texts[place] == one.iso


@given(damaged)
def test_what_is_no_such_day_is_left_to_the_careful_reader(cell: str) -> None:
    for companions in ([], ["2025-03-05T08:15"], ["2025-03-05"], ["2025-03-05T08:15:30"]):
        assert np.isnat(plain_dates(words_of([cell, *companions])).moments[0])


def test_the_last_minute_of_a_day_is_that_minute() -> None:
    for words in (["2025-07-14T23:59"], ["2025-07-14T23:59", ""], ["2025-07-14T23:59", "x" * 16]):
        assert plain_dates(words_of(words)).moments[0] == np.datetime64(
            datetime.combine(date(2025, 7, 14), time(23, 59))
        )


def oracle(word: str) -> datetime | None:
    """The moment of a plain ISO date, letter by letter and without any library of dates reading it."""
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?", word, re.ASCII)
    try:
        return datetime(*(int(part or 0) for part in match.groups())) if match else None  # noqa: DTZ001
    except ValueError:
        return None


def test_each_letter_of_a_plain_date_is_looked_at() -> None:
    """Alone, where the whole column is read at once, and among words that are no dates."""
    good = [
        "2025-03-05",
        "2025-03-05T08:15",
        "2025-03-05 08:15:30",
        "1999-12-31T23:59:59",
        "2024-02-29 10:09",
    ]
    words = {
        good_one[:place] + letter + good_one[place + 1 :]
        for good_one in good
        for place in range(len(good_one))
        for letter in "/0123459:-T x"
    }
    listed = sorted(words)
    together = plain_dates(words_of([*listed, "soon"]))
    for place, word in enumerate(listed):
        expected = oracle(word)
        alone = plain_dates(words_of([word]))
        for found, timed in (
            (together.moments[place], together.timed[place]),
            (alone.moments[0], alone.timed[0]),
        ):
            if expected is None:
                assert np.isnat(found), word
                assert not timed, word
            else:
                assert found == np.datetime64(expected), word
                assert bool(timed) is (expected.time() != time()), word


def test_only_the_blank_between_date_and_time_becomes_a_t() -> None:
    words = ["2025-03-05 08:15", "2025-03-05", "2025-03-05T08:15", "5 Mar 2025"]
    assert iso_text(words_of(words)).to_pylist()[:3] == ["2025-03-05T08:15", "2025-03-05", "2025-03-05T08:15"]
    assert iso_text(words_of(words[1:3])).to_pylist() == words[1:3]


def test_only_a_blank_or_a_t_stands_between_a_plain_date_and_its_time() -> None:
    for letter in map(chr, range(32, 127)):
        words = words_of([f"2025-03-05{letter}08:15", f"2025-03-05{letter}08:15:30", "2025-03-05?08:15"])
        known = ~np.isnat(plain_dates(words).moments)
        assert list(known) == [letter in "T "] * 2 + [False], letter


@given(st.lists(st.one_of(plain(), damaged), min_size=3, max_size=8))
def test_part_of_a_column_reads_as_that_part_alone(cells: list[str]) -> None:
    whole = words_of(cells)
    part, alone = whole.slice(1, len(cells) - 2), words_of(cells[1:-1])
    np.testing.assert_array_equal(plain_dates(part).moments, plain_dates(alone).moments)
    assert iso_text(part).to_pylist() == iso_text(alone).to_pylist()


@given(st.lists(plain(), min_size=1, max_size=4))
def test_the_cells_stay_as_they_are_printed(cells: list[str]) -> None:
    words = words_of(cells)
    iso_text(words)
    assert words.to_pylist() == cells
