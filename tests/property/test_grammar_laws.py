"""Laws of values and dates that hold for any text: digits are kept, nothing raises, ISO never flips."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from rls_dash.normalise.dates import DateOrder, DateRules, date_evidence, parse_collected
from rls_dash.normalise.numerals import MARKS, read_numeral
from rls_dash.normalise.ranges import parse_reference_range
from rls_dash.normalise.values import Decimals, decimal_mark, parse_comparator, parse_value

CELLS = st.text(
    alphabet="0123456789.,<>=≤≥ '’-+−eExX*()HLNngmu/µ%٣１½未満以下\u00a0\u2009\u200b", max_size=16
)
PIECES = st.lists(
    st.sampled_from(
        ["<", ">=", " ", "12", "1", "250", "000", ".", ",", "'", "\u00a0", "H", "L", "*", "ng/mL", "%", "-"]
        + ["inf. à ", "less than ", "up to ", "以上", "May", "e", "5", "0", "x10", "12.5"]
    ),
    max_size=7,
).map("".join)
ANY = st.text(max_size=30)
RULES = st.builds(
    DateRules,
    order=st.sampled_from(DateOrder),
    century=st.sampled_from(["", "1900", "2000", "18"]),
    serial=st.sampled_from(["", "1900", "1904", "x"]),
    as_of=st.sampled_from([None, date(2026, 11, 1)]),
    relative=st.sampled_from(["", "", "", "minutes", "days", "visit", "moons"]),
    compact=st.sampled_from(["ymd", "dmy"]),
    all_serial=st.booleans(),
)
DATES = st.text(alphabet="0123456789-/.: TZ+,年月日MarchAprPMEST[]#", max_size=26)


def digits_of(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def without_padding(digits: str) -> str:
    return digits.lstrip("0")


@given(CELLS | PIECES | ANY, st.sampled_from(Decimals))
@example("12.5 mL/min/1.73 m2", Decimals.POINT)
@example("H 1 250,5* ng/mL", Decimals.COMMA)
def test_the_digits_of_an_accepted_number_are_the_digits_of_its_cell(cell: str, decimals: Decimals) -> None:
    value = parse_value(cell, decimals)
    if value.number is None:
        assert value.problem
        return
    assert value.number.is_finite()
    assert value.number >= 0
    beside = digits_of(value.unit)
    printed = digits_of(cell)
    printed = printed[: len(printed) - len(beside)] if beside else printed
    number = f"{value.number:f}"
    assert without_padding(digits_of(number)) == without_padding(printed)
    fraction = number.partition(".")[2]
    assert not fraction or re.search(rf"[.,]{fraction}(?![0-9.,])", cell)


@given(CELLS | PIECES | ANY)
def test_no_text_raises_and_every_refusal_says_why(cell: str) -> None:
    for decimals in Decimals:
        value = parse_value(cell, decimals, frozenset({"9999999", "-1", "x"}))
        assert bool(value.problem) == bool(value.detail)
        assert value.problem or value.number is not None
        assert not value.notes or not value.problem
    decimal_mark([cell])
    parse_comparator(cell)
    interval = parse_reference_range(cell)
    assert interval.low is None or interval.high is None or interval.low < interval.high


@given(st.lists(CELLS | PIECES, max_size=5))
def test_the_mark_of_a_file_does_not_depend_on_the_order_of_its_cells(cells: list[str]) -> None:
    assert decimal_mark(cells) is decimal_mark(reversed(cells)) is decimal_mark(cells * 2)


@given(CELLS | PIECES, CELLS | PIECES)
def test_a_mark_once_proved_can_be_disputed_but_not_reversed(one: str, two: str) -> None:
    alone, together = decimal_mark([one]), decimal_mark([one, two])
    assert alone is Decimals.UNPROVEN or together in (alone, Decimals.CONTRADICTORY)


@given(CELLS | PIECES)
def test_a_number_that_only_its_cell_proves_reads_the_same_once_the_file_proves_it(cell: str) -> None:
    alone = parse_value(cell, Decimals.UNPROVEN)
    if alone.number is not None:
        assert parse_value(cell, decimal_mark([cell])) == alone


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1), st.integers(1, 9), st.sampled_from(MARKS))
def test_a_larger_printed_number_is_a_larger_number(one: int, two: int, places: int, mark: Decimals) -> None:
    texts = [f"{number:0{places + 1}d}" for number in (one, two)]
    numbers = [parse_value(f"<{text[:-places]}{mark}{text[-places:]}", mark).number for text in texts]
    if None not in numbers:
        assert (numbers[0] < numbers[1]) == (one < two)


@given(st.integers(1, 999_999_999), st.sampled_from(["'", "’", " ", "\u00a0", "\u2009", "\u202f"]))
def test_groups_of_three_are_the_number_without_them(number: int, gap: str) -> None:
    value = parse_value(f"{number:,}".replace(",", gap), Decimals.UNPROVEN)
    assert value.number == number
    assert value.notes == (("grouped_digits",) if number > 999 else ())


@given(st.integers(1, 999_999_999), st.integers(0, 999))
def test_either_way_of_writing_thousands_gives_the_same_number(number: int, thousandths: int) -> None:
    english = f"{number:,}.{thousandths:03d}"
    german = english.replace(",", "_").replace(".", ",").replace("_", ".")
    for text, mark in ((english, Decimals.POINT), (german, Decimals.COMMA)):
        assert parse_value(text, mark).number == Decimal(f"{number}.{thousandths:03d}")
        assert read_numeral(text, Decimals.UNPROVEN).number in (None, Decimal(f"{number}.{thousandths:03d}"))


@given(st.text(alphabet="０１２３٠١٢٣०१२³½①Ⅻ.,< ", min_size=1, max_size=8))
def test_digits_of_other_scripts_are_no_number(cell: str) -> None:
    for decimals in Decimals:
        assert parse_value(cell, decimals).number is None
    assert parse_reference_range(f"{cell}-{cell}") == parse_reference_range("")


@given(st.dates(date(1990, 1, 1), date(2026, 10, 31)), RULES)
def test_an_iso_date_never_flips(day: date, rules: DateRules) -> None:
    if rules.relative:
        return
    for text in (
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day:%Y-%m-%d}T23:30-05:00",
        f"{day:%Y.%m.%d} 00:15 EST",
    ):
        found = parse_collected(text, "", rules)
        assert found.moment is not None
        assert found.moment.date() == day
        assert found.iso.startswith(day.isoformat())


@given(st.dates(date(1990, 1, 1), date(2026, 10, 31)), st.times())
def test_a_numeric_date_reads_only_in_the_order_it_was_written_in(day: date, clock: datetime) -> None:
    shown = f"{clock:%H:%M}"
    for order, text in ((DateOrder.DAY_FIRST, f"{day:%d/%m/%Y}"), (DateOrder.MONTH_FIRST, f"{day:%m/%d/%Y}")):
        found = parse_collected(f"{text} {shown}", "", DateRules(order))
        assert found.iso == f"{day.isoformat()}T{shown}"
        proved = date_evidence([text]).order
        assert proved in (order, DateOrder.UNPROVEN)
        for unsure in (DateOrder.UNPROVEN, DateOrder.CONTRADICTORY):
            assert parse_collected(text, "", DateRules(unsure)).problem == "date_order"


@given(
    st.lists(st.dates(date(1990, 1, 1), date(2099, 12, 31)), min_size=1),
    st.sampled_from(["%d/%m/%y", "%m/%d/%y", "%y/%m/%d"]),
)
def test_years_of_two_digits_never_prove_a_wrong_order(days: list[date], form: str) -> None:
    found = date_evidence([day.strftime(form) for day in days])
    right = {"%d": DateOrder.DAY_FIRST, "%m": DateOrder.MONTH_FIRST, "%y": DateOrder.CONTRADICTORY}[form[:2]]
    assert found.order in (right, DateOrder.UNPROVEN)
    assert found.two_digit_years


@given(DATES | ANY, st.sampled_from(["", "14:30", "soon"]) | DATES, RULES)
def test_no_text_of_a_date_raises_and_every_refusal_says_why(text: str, clock: str, rules: DateRules) -> None:
    found = parse_collected(text, clock, rules)
    assert bool(found.problem) == bool(found.detail)
    assert (found.moment is None) == bool(found.problem) == (not found.iso)
    assert found.moment is None or found.moment.tzinfo is None
    date_evidence([text])


@given(st.integers(10_000, 99_999))
def test_both_starts_of_a_spreadsheet_lie_four_years_and_a_day_apart(serial: int) -> None:
    one, four = (
        parse_collected(str(serial), "", DateRules(serial=start, all_serial=True))
        for start in ("1900", "1904")
    )
    if one.moment and four.moment:
        assert four.moment - one.moment == timedelta(days=1462)


@given(st.integers(-10_000_000, 10_000_000), st.integers(-10_000_000, 10_000_000))
def test_relative_time_keeps_its_order(one: int, two: int) -> None:
    found = [parse_collected(str(minutes), "", DateRules(relative="minutes")) for minutes in (one, two)]
    assert all(each.relative and each.moment for each in found)
    assert (found[0].moment < found[1].moment) == (one < two)
