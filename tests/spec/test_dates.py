"""Chapter: when a specimen was taken. Wall clock as printed; day and month never ordered by guess."""

from __future__ import annotations

from datetime import date

import pytest

from rls_dash.normalise.dates import DateOrder, date_order, parse_collected

READ = """
cell                        | clock | order    | iso
2025-03-05                  |       | unproven | 2025-03-05
2025-3-5                    |       | unproven | 2025-03-05
2023/11/11                  |       | unproven | 2023-11-11
2014-08-22T18:34:30Z        |       | unproven | 2014-08-22T18:34:30Z
2007-09-18T12:30:00-04:00   |       | unproven | 2007-09-18T12:30:00-04:00
2025-03-05T23:30-05:00      |       | unproven | 2025-03-05T23:30-05:00
2113-08-25 12:29:00+00:00   |       | unproven | 2113-08-25T12:29:00+00:00
2013-12-26T14:45            |       | unproven | 2013-12-26T14:45
2019-06-21 00:00:00         |       | unproven | 2019-06-21T00:00:00
20250924183444              |       | unproven | 2025-09-24T18:34:44
20250305                    |       | unproven | 2025-03-05
05/03/2025                  |       | dmy      | 2025-03-05
05/03/2025                  |       | mdy      | 2025-05-03
26.04.2023                  |       | dmy      | 2023-04-26
9/28/2023 12:00:00 AM       |       | mdy      | 2023-09-28T00:00:00
9/28/2023 1:05 PM           |       | mdy      | 2023-09-28T13:05
3 Apr 2026                  |       | unproven | 2026-04-03
21-Jul-2026                 |       | unproven | 2026-07-21
Apr 3, 2026                 |       | unproven | 2026-04-03
2022-09-29                  | 16:21 | unproven | 2022-09-29T16:21
1979-04-22                  |       | unproven | 1979-04-22
2025-03-05T24:00            |       | unproven | 2025-03-06T00:00
"""


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]


@pytest.mark.parametrize(("cell", "clock", "order", "iso"), _table(READ))
def test_the_day_and_wall_clock_are_as_printed(cell: str, clock: str, order: str, iso: str) -> None:
    collected = parse_collected(cell, clock, DateOrder(order), None)
    assert (collected.problem, collected.iso) == ("", iso)
    assert collected.moment is not None
    assert collected.moment.tzinfo is None
    assert collected.moment.strftime("%Y-%m-%d") == iso[:10]


REFUSED = """
cell             | order         | problem
                 | unproven      | no_date
05/03/2025       | unproven      | date_order
05/03/2025       | contradictory | date_order
05.03.2025       | unproven      | date_order
7/2/26           | mdy           | two_digit_year
21-Jul-26        | unproven      | two_digit_year
5-Mar            | unproven      | not_a_date
May              | unproven      | not_a_date
2025             | unproven      | not_a_date
12               | unproven      | not_a_date
now              | unproven      | not_a_date
45721            | unproven      | not_a_date
########         | unproven      | not_a_date
0000-00-00       | unproven      | not_a_date
2025-02-31       | unproven      | not_a_date
31/04/2025       | dmy           | not_a_date
2025-03-05 25:00 | unproven      | not_a_date
1970-01-01       | unproven      | date_too_early
1900-01-01       | unproven      | date_too_early
0025-03-05       | unproven      | date_too_early
2026-11-03       | unproven      | date_in_future
"""


@pytest.mark.parametrize(("cell", "order", "problem"), _table(REFUSED))
def test_what_is_no_certain_date_says_why(cell: str, order: str, problem: str) -> None:
    collected = parse_collected(cell, "", DateOrder(order), date(2026, 11, 1))
    assert collected.problem == problem
    assert collected.moment is None
    assert collected.detail


def test_shifted_research_years_are_not_the_future() -> None:
    assert not parse_collected("2150-01-01", "", DateOrder.UNPROVEN, date(2026, 11, 1)).problem


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["05/03/2025", "26/04/2025"], "dmy"),
        (["05/03/2025", "9/28/2023"], "mdy"),
        (["05/03/2025"], "unproven"),
        (["12/11/2025", "11/12/2025"], "unproven"),
        (["26/04/2025", "9/28/2023"], "contradictory"),
        (["2025-13-01", "2025-01-26", "3 Apr 2026"], "not_needed"),
        (["26/04/2023 10:15"], "dmy"),
    ],
)
def test_only_a_part_above_twelve_proves_the_order(cells: list[str], order: str) -> None:
    assert date_order(cells) is DateOrder(order)
