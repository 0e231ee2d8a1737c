"""Chapter: what a value cell means. A number, a censored number, or a reason; never a guess."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rls_dash.model import Comparator
from rls_dash.normalise.values import (
    Decimals,
    decimal_mark,
    parse_comparator,
    parse_reference_range,
    parse_value,
)

NUMBERS = """
cell                    | mark | comparator | number   | unit
12.5                    | .    |            | 12.5     |
0.82                    | .    |            | 0.82     |
.88                     | .    |            | 0.88     |
75                      | .    |            | 75       |
8,69                    | ,    |            | 8.69     |
1,250                   | .    |            | 1250     |
1.250                   | ,    |            | 1250     |
1.250,5                 | ,    |            | 1250.5   |
<5                      | .    | <          | 5        |
< 0.5                   | .    | <          | 0.5      |
>2000                   | .    | >          | 2000     |
>=20.0                  | .    | >=         | 20.0     |
≤4                      | .    | <=         | 4        |
> OR = 40               | .    | >=         | 40       |
GREATER THAN 20 NG/ML   | .    | >          | 20       | NG/ML
LESS THAN 0.4           | .    | <          | 0.4      |
12.5 L                  | .    |            | 12.5     |
H 300                   | .    |            | 300      |
250*                    | .    |            | 250      |
12.5 ng/mL              | .    |            | 12.5     | ng/mL
>45.4 nmol/L            | .    | >          | 45.4     | nmol/L
8.87458                 | .    |            | 8.87458  |
"""


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]


@pytest.mark.parametrize(("cell", "mark", "comparator", "number", "unit"), _table(NUMBERS))
def test_a_number_keeps_its_digits_its_sign_and_its_unit(
    cell: str, mark: str, comparator: str, number: str, unit: str
) -> None:
    value = parse_value(cell, Decimals(mark))
    assert (value.problem, value.number, value.comparator, value.unit) == (
        "",
        Decimal(number),
        Comparator(comparator),
        unit,
    )


REFUSED = """
cell              | problem
                  | no_value
NA                | no_value
--                | no_value
Puuttuu           | no_value
haemolysed        | no_result
See comments      | no_result
Test result pending | no_result
#VALUE!           | spreadsheet_error
######            | spreadsheet_error
12-May            | date_in_value
5-Mar             | date_in_value
2.Mai             | date_in_value
Mar-25            | date_in_value
10-20             | not_a_number
1:80              | not_a_number
1/80              | not_a_number
Pos               | not_a_number
2+                | not_a_number
-5                | not_a_number
−5                | not_a_number
(5)               | not_a_number
1_2               | not_a_number
0x10              | not_a_number
1e5               | not_a_number
12E4              | not_a_number
2.34 X 10^12      | not_a_number
nan               | no_value
inf               | not_a_number
½                 | not_a_number
١٢                | not_a_number
１２.５            | not_a_number
12..5             | not_a_number
1,2,5             | not_a_number
12,50,000         | not_a_number
0                 | zero_value
0.0               | zero_value
<0                | not_a_number
12 May            | date_in_value
1'250             | ambiguous_decimal
1 250             | ambiguous_decimal
"""


@pytest.mark.parametrize(("cell", "problem"), _table(REFUSED))
def test_what_is_no_number_says_why(cell: str, problem: str) -> None:
    value = parse_value(cell, Decimals.POINT)
    assert value.problem == problem
    assert value.detail
    assert value.number is None or problem == "zero_value"


MARKS = """
cells                | mark
12,5                 | ,
12.5                 | .
12,5678              | ,
0,825                | ,
1234,567             | ,
1.250,5              | ,
1,250.5              | .
1,250,000            | .
1.250.000            | ,
1.250                | unproven
1,250                | unproven
75 300               | unproven
<0,5                 | ,
GREATER THAN 20.5    | .
12,5 12.5            | contradictory
"""


@pytest.mark.parametrize(("cells", "mark"), _table(MARKS))
def test_the_decimal_mark_is_what_the_file_proves(cells: str, mark: str) -> None:
    parts = [cells] if cells.startswith("GREATER") else cells.split()
    assert decimal_mark(parts) is Decimals(mark)


@pytest.mark.parametrize(
    ("cell", "decimals", "number"),
    [
        ("1.250", Decimals.UNPROVEN, None),
        ("1,250", Decimals.UNPROVEN, None),
        ("1.250", Decimals.POINT, Decimal("1.250")),
        ("1,250", Decimals.COMMA, Decimal("1.250")),
        ("0.825", Decimals.UNPROVEN, Decimal("0.825")),
        ("12.5", Decimals.CONTRADICTORY, None),
        ("75", Decimals.CONTRADICTORY, Decimal(75)),
        ("12,5", Decimals.POINT, None),
        ("0,825", Decimals.POINT, None),
    ],
)
def test_a_mark_that_may_group_thousands_is_asked_not_guessed(
    cell: str, decimals: Decimals, number: Decimal | None
) -> None:
    value = parse_value(cell, decimals)
    assert value.number == number
    assert bool(value.problem) == (number is None)


@pytest.mark.parametrize(
    ("cell", "comparator"),
    [
        ("", ""),
        ("<", "<"),
        ("LT", "<"),
        ("EQ", ""),
        ("GE", ">="),
        ("4172704", ">"),
        ("0", ""),
        ("yli", ">"),
        ("about", None),
    ],
)
def test_a_comparator_column_is_a_closed_list(cell: str, comparator: str | None) -> None:
    assert parse_comparator(cell) == (None if comparator is None else Comparator(comparator))


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [
        ("13.5-17.5", "13.5", "17.5"),
        ("3.98 - 10.04", "3.98", "10.04"),
        ("[0,7-1,0]", "0.7", "1.0"),
        ("15 - 150 ng/mL", "15", "150"),
        ("<5.0", None, "5.0"),
        ("≤ 4", None, "4"),
        ("> OR = 60", "60", None),
        ("negative", None, None),
        ("42", None, None),
        ("13-150 male, 5-60 female", None, None),
        ("150-15", None, None),
        ("1.250-2.500", None, None),
    ],
)
def test_a_printed_interval_is_read_only_when_certain(
    printed: str, low: str | None, high: str | None
) -> None:
    expected = tuple(None if side is None else Decimal(side) for side in (low, high))
    interval = parse_reference_range(printed)
    assert (interval.low, interval.high) == expected
