"""Laws: a date with a time behind it says the same, whether its day is read once or with each cell."""

from __future__ import annotations

from datetime import date, time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rls_dash.ingest.encoded import words_of
from rls_dash.normalise.calendar_dates import printed_date
from rls_dash.normalise.dates import DateOrder, DateRules, parse_collected
from rls_dash.normalise.day_and_clock import moments_of, timed_words

days = st.dates(date(1940, 1, 1), date(2210, 12, 31))
clocks = st.times()
DAYS = (
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d.%m.%y",
    "%d-%b-%y",
    "%Y-%m-%d",
)
odd = st.sampled_from(
    [
        *(
            "08:15",
            "12 08:15",
            "5 Mar 10:20:30",
            "5 Mar 08:15",
            "2024 08:15",
            "45000 08:15",
            "31.02.2024 08:15",
        ),
        *(
            "05.03.2024, 08:15",
            "05.03.2024  08:15",
            "05.03.2024 24:00",
            "05.03.2024 08:60",
            "05.03.2024 08:15 PM",
        ),
        *(
            "5 de marzo de 2025 08:15",
            "OctT08:15",
            "5 octT08:15",
            "\u00a005.03.2024 08:15",
            "05.03.2024 8:15",
            "",
        ),
        *(
            "2024-W10-2 08:15",
            "1 Mar 24 08:15",
            "Mar 2024 08:15",
            "05.03.2024 08:15:61",
            "é 08:15",
            "2024年3月5日 08:15",
        ),
    ]
)


@st.composite
def printed(draw) -> str:
    day, clock = draw(days), draw(clocks)
    mark = draw(st.sampled_from([" ", "T", "  ", ", "]))
    form = draw(st.sampled_from(["%H:%M", "%H:%M:%S", "%H:%M:%S.25", "%H.%M", "%H:%MZ"]))
    return day.strftime(draw(st.sampled_from(DAYS))) + mark + clock.strftime(form)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.one_of(printed(), odd), min_size=1, max_size=8),
    st.sampled_from(list(DateOrder)),
    st.sampled_from(["", "1900", "2000"]),
    st.sampled_from([None, date(2026, 11, 27)]),
)
def test_read_by_days_is_read_cell_by_cell(
    cells: list[str], order: DateOrder, century: str, as_of: date | None
) -> None:
    rules = DateRules(order, century, as_of=as_of)
    found = timed_words(words_of(cells), np.ones(len(cells), dtype=bool))
    by_day = moments_of(found, [parse_collected(day, "", rules) for day in found.days])
    assert sorted(set(by_day.places.tolist())) == by_day.places.tolist()
    for place, moment, timed, iso in zip(
        by_day.places, by_day.moment, by_day.timed, by_day.iso.to_pylist(), strict=True
    ):
        one = parse_collected(cells[place], "", rules)
        assert (one.problem, one.notes, one.relative) == ("", (), False), cells[place]
        assert (moment, bool(timed), iso) == (np.datetime64(one.moment), one.has_time, one.iso)


@settings(deadline=None)
@given(days, clocks, st.sampled_from([*DAYS, "%d de %B de %Y", "%d. %b %Y"]), st.sampled_from(["", " %H:%M"]))
def test_each_date_of_a_form_has_its_own_digits(day: date, clock: time, form: str, behind: str) -> None:
    """Texts of one shape are matched once; the parts are those of each text."""
    found = printed_date(day.strftime(form) + clock.strftime(behind))
    assert found
    month_first = form.startswith("%m")
    parts = (found.day, found.month) if month_first else (found.month, found.day)
    assert (int(found.year) % 100, *parts) == (day.year % 100, day.month, day.day)
    assert found.clock == clock.strftime(behind).strip()


def test_the_usual_forms_are_read_by_days() -> None:
    cells = ["05.03.2024 08:15", "05.03.2024 23:59:59", "5 Mar 2024 08:15", "05.03.2024T08:15", "05.03.2024"]
    found = timed_words(words_of(cells), np.ones(len(cells), dtype=bool))
    assert found.places.tolist() == [0, 1, 2, 3]
    assert len(found.days) == 2
    assert found.seconds[1] == 86_399
    assert time.fromisoformat(found.clock[1].as_py()) == time(23, 59, 59)


def test_a_time_is_known_by_every_colon_of_it() -> None:
    cells = ["05.03.2024 08:15:30", "05.03.2024 08-15:30", "05.03.2024 08:15 30"]
    assert timed_words(words_of(cells), np.ones(3, dtype=bool)).places.tolist() == [0]


def test_a_day_that_its_whole_cell_does_not_confirm_is_left_out_among_good_ones() -> None:
    """45000 alone is the number of a day, with a time behind it no date at all."""
    cells = ["45000 08:15", "05.03.2024 08:15", "45000 09:30", "06.03.2024 10:00"]
    found = timed_words(words_of(cells), np.ones(4, dtype=bool))
    assert found.places.tolist() == [1, 3]
    assert [found.days[day] for day in found.day] == ["05.03.2024", "06.03.2024"]
    assert found.seconds.tolist() == [8 * 3600 + 15 * 60, 36_000]
    assert found.clock.to_pylist() == ["08:15", "10:00"]
