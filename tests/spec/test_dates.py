"""Chapter: when a specimen was taken. Wall clock as printed; day and month never ordered by guess."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from rls_dash.answers import Answers
from rls_dash.ingest.formats import date_words, months, plain_word
from rls_dash.knowledge import load_knowledge
from rls_dash.normalise.clock_times import ClockTime, parse_clock
from rls_dash.normalise.dates import (
    EARLIEST,
    LATEST,
    OLD,
    REMARKS,
    Collected,
    DateEvidence,
    DateOrder,
    DateRules,
    date_evidence,
    date_order,
    parse_collected,
    rules_for,
)
from rls_dash.normalise.relative_time import RELATIVE_ORIGIN
from rls_dash.pipeline import InputFile, analyse

DAY_FIRST, MONTH_FIRST = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST
TODAY = date(2026, 11, 1)

READ = """
cell                        | clock | order    | iso
2025-03-05                  |       | unproven | 2025-03-05
2025-3-5                    |       | unproven | 2025-03-05
2023/11/11                  |       | unproven | 2023-11-11
2023.11.12                  |       | unproven | 2023-11-12
2025-03-05                  |       | mdy      | 2025-03-05
2025-12-11                  |       | dmy      | 2025-12-11
2024-02-29                  |       | unproven | 2024-02-29
2014-08-22T18:34:30Z        |       | unproven | 2014-08-22T18:34:30Z
2014-08-22t18:34:30z        |       | unproven | 2014-08-22T18:34:30Z
2007-09-18T12:30:00-04:00   |       | unproven | 2007-09-18T12:30:00-04:00
2025-03-05T23:30-05:00      |       | unproven | 2025-03-05T23:30-05:00
2025-03-05T23:30-0500       |       | unproven | 2025-03-05T23:30-05:00
2025-03-05T00:30+14         |       | unproven | 2025-03-05T00:30+14:00
2025-03-05T00:30+10:00      |       | unproven | 2025-03-05T00:30+10:00
2025-03-05 10:30 UTC        |       | unproven | 2025-03-05T10:30Z
2025-03-05 10:30 GMT        |       | unproven | 2025-03-05T10:30Z
2025-03-05 10:30 UTC+05:30  |       | unproven | 2025-03-05T10:30+05:30
2113-08-25 12:29:00+00:00   |       | unproven | 2113-08-25T12:29:00+00:00
2013-12-26T14:45            |       | unproven | 2013-12-26T14:45
2019-06-21 00:00:00         |       | unproven | 2019-06-21T00:00:00
2019-06-21 23:59:59         |       | unproven | 2019-06-21T23:59:59
2019-06-21 09:05:00         |       | unproven | 2019-06-21T09:05:00
2025-03-05T14:30:15.123     |       | unproven | 2025-03-05T14:30:15
2025-03-05 14:30:15,123456789 |     | unproven | 2025-03-05T14:30:15
2025-03-05 14.30            |       | unproven | 2025-03-05T14:30
2025-03-05 14h30            |       | unproven | 2025-03-05T14:30
2025-03-05 1430             |       | unproven | 2025-03-05T14:30
2025-03-05, 14:30           |       | unproven | 2025-03-05T14:30
2025-03-05 14:30 Uhr        |       | unproven | 2025-03-05T14:30
2025-03-05 kl. 14:30        |       | unproven | 2025-03-05T14:30
20250924183444              |       | unproven | 2025-09-24T18:34:44
20250924183444.1234+0100    |       | unproven | 2025-09-24T18:34:44+01:00
202503051430                |       | unproven | 2025-03-05T14:30
202503051430+0100           |       | unproven | 2025-03-05T14:30+01:00
202503052330-0500           |       | unproven | 2025-03-05T23:30-05:00
20250305T143000Z            |       | unproven | 2025-03-05T14:30:00Z
20250305 14:30              |       | unproven | 2025-03-05T14:30
20250305                    |       | unproven | 2025-03-05
05/03/2025                  |       | dmy      | 2025-03-05
05/03/2025                  |       | mdy      | 2025-05-03
5.3.2025                    |       | dmy      | 2025-03-05
5. 3. 2025                  |       | dmy      | 2025-03-05
26.04.2023                  |       | dmy      | 2023-04-26
26-04-2023 08:15            |       | dmy      | 2023-04-26T08:15
26/04/2023T08:15            |       | dmy      | 2023-04-26T08:15
26/04/2023   08:15          |       | dmy      | 2023-04-26T08:15
2025-03-05  14:30           |       | unproven | 2025-03-05T14:30
5 Mar 2025T08:15            |       | unproven | 2025-03-05T08:15
5 Mar 2025  08:15           |       | unproven | 2025-03-05T08:15
Apr 13, 2026T08:15          |       | unproven | 2026-04-13T08:15
Sept.13, 2026  08:15        |       | unproven | 2026-09-13T08:15
Apr-13-2026                 |       | unproven | 2026-04-13
Apr/13/2026:08:15           |       | unproven | 2026-04-13T08:15
5/Mar/2025:08:15            |       | unproven | 2025-03-05T08:15
5 - Mar - 2025              |       | unproven | 2025-03-05
5, marzo, 2025              |       | unproven | 2025-03-05
2026 Apr 13 08:15           |       | unproven | 2026-04-13T08:15
2026.Apr.13T08:15           |       | unproven | 2026-04-13T08:15
2026/Apr/13                 |       | unproven | 2026-04-13
26/04/2023:08:15:30         |       | dmy      | 2023-04-26T08:15:30
26/04/2029:08:15            |       | dmy      | 2029-04-26T08:15
9/28/2023 12:00:00 AM       |       | mdy      | 2023-09-28T00:00:00
9/28/2023 12:00:00 PM       |       | mdy      | 2023-09-28T12:00:00
9/28/2023 1:05 PM           |       | mdy      | 2023-09-28T13:05
9/28/2023 11:05 p.m.        |       | mdy      | 2023-09-28T23:05
9/28/2023 11:05 a. m.       |       | mdy      | 2023-09-28T11:05
9/28/2023 12:30am           |       | mdy      | 2023-09-28T00:30
3 Apr 2026                  |       | unproven | 2026-04-03
21-Jul-2026                 |       | unproven | 2026-07-21
21-JUL-2026 08:15           |       | unproven | 2026-07-21T08:15
05MAR2025                   |       | unproven | 2025-03-05
05MAR2025:14:30:00          |       | unproven | 2025-03-05T14:30:00
Apr 3, 2026                 |       | unproven | 2026-04-03
April 3rd, 2026             |       | unproven | 2026-04-03
3rd  of  April 2026         |       | unproven | 2026-04-03
5 marzo de 2025             |       | unproven | 2025-03-05
5 DE MARÇO 2025             |       | unproven | 2025-03-05
Sept.13  2026  08:15        |       | unproven | 2026-09-13T08:15
2023年 1月 5日             |       | unproven | 2023-01-05
Sept  3, 2026               |       | unproven | 2026-09-03
April ,3rd, 2026            |       | unproven | 2026-04-03
2026 Apr  03                |       | unproven | 2026-04-03
3rd of April 2026           |       | unproven | 2026-04-03
Sept. 3, 2026 2:15 PM       |       | unproven | 2026-09-03T14:15
2026 Apr 3                  |       | unproven | 2026-04-03
2026-Apr-03                 |       | unproven | 2026-04-03
5. März 2025                |       | unproven | 2025-03-05
5.Mär.2025 08:15            |       | unproven | 2025-03-05T08:15
1er mars 2025               |       | unproven | 2025-03-01
5° mars 2025                |       | unproven | 2025-03-05
5º de março de 2025         |       | unproven | 2025-03-05
12 févr. 2025               |       | unproven | 2025-02-12
12 AOÛT 2025                |       | unproven | 2025-08-12
5 de marzo de 2025          |       | unproven | 2025-03-05
5 de março del 2025         |       | unproven | 2025-03-05
5 marzo 2025                |       | unproven | 2025-03-05
5 mrt. 2025                 |       | unproven | 2025-03-05
5 października 2025         |       | unproven | 2025-10-05
5. maaliskuuta 2025         |       | unproven | 2025-03-05
5 maj 2025                  |       | unproven | 2025-05-05
5. března 2025              |       | unproven | 2025-03-05
2023年11月11日              |       | unproven | 2023-11-11
2023年1月5日 14時30分       |       | unproven | 2023-01-05T14:30
2022-09-29                  | 16:21 | unproven | 2022-09-29T16:21
2022-09-29                  | 1621  | unproven | 2022-09-29T16:21
2022-09-29                  | 4:21 PM | unproven | 2022-09-29T16:21
2022-09-29 00:00:00         | 16:21 | unproven | 2022-09-29T16:21
2022-09-29                  | 1899-12-30 16:21:00 | unproven | 2022-09-29T16:21:00
2022-09-29T16:21            | 16:21:30 | unproven | 2022-09-29T16:21
2022-09-29                  | NULL  | unproven | 2022-09-29
29.09.2022                  | 16:21 | dmy      | 2022-09-29T16:21
1950-01-01                  |       | unproven | 1950-01-01
1979-04-22                  |       | unproven | 1979-04-22
2200-12-31                  |       | unproven | 2200-12-31
2200-12-31 14:30            |       | unproven | 2200-12-31T14:30
"""


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]


@pytest.mark.parametrize(("cell", "clock", "order", "iso"), _table(READ))
def test_the_day_and_wall_clock_are_as_printed(cell: str, clock: str, order: str, iso: str) -> None:
    collected = parse_collected(f"\u00a0{cell} ", clock, DateRules(DateOrder(order)))
    assert (collected.problem, collected.iso) == ("", iso)
    assert collected.moment is not None
    assert collected.moment.tzinfo is None
    wall = datetime.fromisoformat(iso.replace("Z", "+00:00")).replace(tzinfo=None)
    assert collected.moment == wall
    assert collected.has_time is (wall.time() != datetime.min.time())
    assert (collected.notes, collected.relative, collected.detail) == ((), False, "")


def test_the_earlier_way_of_asking_gives_the_same() -> None:
    for cell in ("05/03/2025", "2025-03-05", "2026-11-03", "45721"):
        rules = DateRules(DAY_FIRST, as_of=TODAY)
        assert parse_collected(cell, "", DAY_FIRST, TODAY) == parse_collected(cell, "", rules)


REFUSED = """
cell             | order         | problem        | detail
                 | unproven      | no_date        | empty
NULL             | unproven      | no_date        | empty
--               | unproven      | no_date        | empty
05/03/2025       | unproven      | date_order     | whether
05/03/2025       | not_needed    | date_order     | whether
05/03/2025       | contradictory | date_order     | contradict
05.03.2025       | unproven      | date_order     | whether
7/2/26           | unproven      | date_order     | whether
7/2/26           | mdy           | two_digit_year | century
21-Jul-26        | unproven      | two_digit_year | century
5-Mar            | unproven      | not_a_date     | year is missing
Mar-25           | unproven      | not_a_date     | year is missing
5. März          | unproven      | not_a_date     | year is missing
May              | unproven      | not_a_date     | year is missing
5 Mar 10:20:30   | unproven      | not_a_date     | complete
2025             | unproven      | not_a_date     | complete
2025-03          | unproven      | not_a_date     | complete
12               | unproven      | not_a_date     | complete
12.5             | unproven      | not_a_date     | complete
now              | unproven      | not_a_date     | complete
today            | unproven      | not_a_date     | complete
2025-W10-3       | unproven      | not_a_date     | complete
2025W103         | unproven      | not_a_date     | complete
2025-064         | unproven      | not_a_date     | complete
2025064          | unproven      | not_a_date     | complete
1741185000       | unproven      | not_a_date     | complete
1741185000.5     | unproven      | not_a_date     | complete
2025030514       | unproven      | not_a_date     | complete
2025030514305    | unproven      | not_a_date     | complete
25042025         | unproven      | not_a_date     | no such day
45721            | unproven      | not_a_date     | spreadsheet
45721.5          | unproven      | not_a_date     | spreadsheet
########         | unproven      | not_a_date     | narrow
0000-00-00       | unproven      | not_a_date     | no such day
2025-02-31       | unproven      | not_a_date     | no such day
2025-02-29       | unproven      | not_a_date     | no such day
2025-13-01       | unproven      | not_a_date     | no such day
2025-00-10       | unproven      | not_a_date     | no such day
31/04/2025       | dmy           | not_a_date     | no such day
13/13/2025       | dmy           | not_a_date     | no such day
05/13/2025       | dmy           | not_a_date     | no such day
13/05/2025       | mdy           | not_a_date     | no such day
29/02/0025       | dmy           | not_a_date     | no such day
2025-03/05       | unproven      | not_a_date     | complete
05/03-2025       | dmy           | not_a_date     | complete
05/03/025        | dmy           | not_a_date     | complete
9/28/20:23 1:05 PM | mdy         | not_a_date     | complete
26/04/2023T:08:15 | dmy          | not_a_date     | time
2025-03-05T23:30:05:00 | unproven | not_a_date    | time
2019-006-21      | unproven      | not_a_date     | complete
2025-03-025      | unproven      | not_a_date     | complete
2025--05         | unproven      | not_a_date     | complete
2025-03-         | unproven      | not_a_date     | complete
051/03/2025      | dmy           | not_a_date     | complete
05/003/2025      | dmy           | not_a_date     | complete
/03/2025         | dmy           | not_a_date     | complete
05//2025         | dmy           | not_a_date     | complete
2023年001月11日  | unproven      | not_a_date     | complete
2023年1月011日   | unproven      | not_a_date     | complete
2023年月11日     | unproven      | not_a_date     | complete
2023年1月日      | unproven      | not_a_date     | complete
2026 Apr03       | unproven      | not_a_date     | complete
2026Apr 03       | unproven      | not_a_date     | complete
2026 Apr 003     | unproven      | not_a_date     | complete
2026 Apr.        | unproven      | not_a_date     | complete
Apr 3, 20265     | unproven      | not_a_date     | complete
Apr 3, 2026x     | unproven      | not_a_date     | complete
Apr 003, 2026    | unproven      | not_a_date     | complete
Apr , 2026       | unproven      | not_a_date     | complete
Apr3, 2026       | unproven      | not_a_date     | complete
Apr 3rdx 2026    | unproven      | not_a_date     | complete
211Jul-2026      | unproven      | not_a_date     | complete
21/-Jul-2026     | unproven      | not_a_date     | complete
21-Jul/-2026     | unproven      | not_a_date     | complete
2023年15日       | unproven      | not_a_date     | complete
9/28/2023 12:00  PM | mdy        | not_a_date     | time
2025-03-05:14:30 | unproven      | not_a_date     | complete
20250305T 14:30  | unproven      | not_a_date     | complete
12 févr. .2025   | unproven      | not_a_date     | complete
5 March,xx 2025  | unproven      | not_a_date     | complete
5 demarzo 2025   | unproven      | not_a_date     | complete
5de marzo 2025   | unproven      | not_a_date     | complete
5 March xx 2025  | unproven      | not_a_date     | complete
5 de xx March 2025 | unproven    | not_a_date     | complete
5 Foo 2025       | unproven      | not_a_date     | complete
5xx March 2025   | unproven      | not_a_date     | complete
5 in March 2025  | unproven      | not_a_date     | complete
0 March 2025     | unproven      | not_a_date     | no such day
32 March 2025    | unproven      | not_a_date     | no such day
２０２５-03-05   | unproven      | not_a_date     | complete
２０２５年3月5日 | unproven      | not_a_date     | complete
2025-03-05 25:00 | unproven      | not_a_date     | time
2025-03-05 24:01 | unproven      | not_a_date     | time
2025-03-05 24:00:01 | unproven   | not_a_date     | time
2025-03-05 10:60 | unproven      | not_a_date     | time
2025-03-05 10:30:60 | unproven   | not_a_date     | time
2025-03-05 10:3  | unproven      | not_a_date     | time
2025-03-05 10:30:5 | unproven    | not_a_date     | time
2025-03-05 10:30.5 | unproven    | not_a_date     | time
2025-03-05 10    | unproven      | not_a_date     | time
2025-03-05 13:05 PM | unproven   | not_a_date     | time
2025-03-05 00:05 AM | unproven   | not_a_date     | time
2025-03-05 10:30 XYZ | unproven  | not_a_date     | time
2025-03-05 10:30+15:00 | unproven | not_a_date    | time
2025-03-05 10:30+01:60 | unproven | not_a_date    | time
2025-03-05 10:30+1 | unproven    | not_a_date     | time
2025-03-05 foo 10:30 | unproven  | not_a_date     | time
2025-03-05 sample | unproven     | not_a_date     | time
202503051430+0160 | unproven     | not_a_date     | time
20250305143060   | unproven      | not_a_date     | time
1960-01-01       | unproven      | date_too_early | placeholder
1970-01-01       | unproven      | date_too_early | placeholder
1970-01-01 00:00:00 | unproven   | date_too_early | placeholder
1980-01-01       | unproven      | date_too_early | placeholder
1900-01-01       | unproven      | date_too_early | placeholder
1949-12-31       | unproven      | date_too_early | placeholder
0025-03-05       | unproven      | date_too_early | placeholder
2026-11-03       | unproven      | date_in_future | 2026-11-01
2099-12-31       | unproven      | date_in_future | 2026-11-01
2201-01-01       | unproven      | date_in_future | no date
2200-12-31 24:00 | unproven      | date_in_future | no date
9999-12-31       | unproven      | date_in_future | no date
9999-12-31 24:00 | unproven      | date_in_future | no date
"""


@pytest.mark.parametrize(("cell", "order", "problem", "detail"), _table(REFUSED))
def test_what_is_no_certain_date_says_why(cell: str, order: str, problem: str, detail: str) -> None:
    collected = parse_collected(cell, "", DateRules(DateOrder(order), as_of=TODAY))
    assert collected.problem == problem
    assert detail in collected.detail
    assert (collected.moment, collected.iso, collected.notes) == (None, "", ())
    assert collected.detail
    asked = problem in ("date_order", "two_digit_year", "serial_date")
    assert bool(collected.advice) is asked


def test_the_day_after_the_last_allowed_one_is_the_future() -> None:
    rules = DateRules(as_of=TODAY)
    assert not parse_collected("2026-11-02", "", rules).problem  # the laboratory's clock may be ahead
    assert parse_collected("2026-11-03", "", rules).problem == "date_in_future"
    assert not parse_collected("2026-11-03", "", DateRules()).problem


def test_shifted_research_years_are_not_the_future() -> None:
    for cell in ("2100-01-01", "2150-01-01", "2200-12-31T23:59"):
        assert not parse_collected(cell, "", DateRules(as_of=TODAY)).problem


ORDERS = """
cells                         | order
05/03/2025 26/04/2025         | dmy
05/03/2025 9/28/2023          | mdy
05/03/2025                    | unproven
12/11/2025 11/12/2025         | unproven
12/12/2025                    | unproven
13/12/2025                    | dmy
12/13/2025                    | mdy
26/04/2025 9/28/2023          | contradictory
2025-13-01 2025-01-26 3-Apr-2026 | not_needed
26.04.2023_10:15              | dmy
32/04/2025                    | unproven
31/04/2025                    | unproven
13/13/2025                    | unproven
29/02/2024                    | dmy
29/02/2025                    | unproven
26/04/23                      | unproven
04/26/23                      | mdy
31/12/99                      | dmy
12/31/99                      | mdy
5/13/25                       | mdy
29/02/96                      | dmy
26/04/23 31/12/99             | dmy
26/04/23 26/04/2023           | dmy
29/02/00                      | dmy
29/02/99                      | unproven
98/04/26                      | contradictory
32/04/26                      | contradictory
96/02/29                      | contradictory
98/02/29                      | unproven
98/04/26 26/04/2023           | contradictory
31/04/23                      | unproven
NULL 12 now                   | not_needed
"""


@pytest.mark.parametrize(("cells", "order"), _table(ORDERS))
def test_only_a_day_that_reads_one_way_proves_the_order(cells: str, order: str) -> None:
    assert date_order(cell.replace("_", " ") for cell in cells.split()) is DateOrder(order)


EVIDENCE = """
cells                   | two_digits | serials
45721 45722.604         | no         | yes
45721 NULL              | no         | yes
45721 2025-03-05        | no         | no
2025-03-05 45721        | no         | no
45721 soon              | no         | no
45721 5/3/25            | yes        | no
4572 45721              | no         | no
45721 457210            | no         | no
NULL                    | no         | no
5/3/25 2025-03-05       | yes        | no
21-Jul-26               | yes        | no
21-Jul-2026             | no         | no
"""


@pytest.mark.parametrize(("cells", "two_digits", "serials"), _table(EVIDENCE))
def test_what_the_cells_of_a_file_show_together(cells: str, two_digits: str, serials: str) -> None:
    found = date_evidence(cells.split())
    assert (found.two_digit_years, found.serial_numbers) == (two_digits == "yes", serials == "yes")


def test_blanks_around_a_cell_hide_nothing() -> None:
    assert date_order([" 26/04/2025\u00a0"]) is DAY_FIRST
    assert parse_collected("2025-03-05", "\u00a0 ", DateRules()).notes == ()
    assert parse_collected("2025-03-05", "\u00a014:30 ", DateRules()).iso == "2025-03-05T14:30"


CENTURIES = """
cell           | century | iso
21-Jul-26      | 2000    | 2026-07-21
21-Jul-26      | 1900    |
21-Jul-86      | 1900    | 1986-07-21
05/03/00       | 2000    | 2000-03-05
05/03/99       | 2000    | 2099-03-05
05/03/86 10:15 | 1900    | 1986-03-05T10:15
29/02/00       | 2000    | 2000-02-29
29/02/00       | 1900    |
5 Mar 25 10:15 | 2000    | 2025-03-05T10:15
05/03/2025     | 1900    | 2025-03-05
"""


@pytest.mark.parametrize(("cell", "century", "iso"), _table(CENTURIES))
def test_two_digits_of_a_year_wait_for_their_century(cell: str, century: str, iso: str) -> None:
    assert parse_collected(cell, "", DateRules(DAY_FIRST, century)).iso == iso
    if len(cell.split()[0]) < 10:
        assert parse_collected(cell, "", DateRules(DAY_FIRST)).problem == "two_digit_year"
        assert parse_collected(cell, "", DateRules(DAY_FIRST, "18")).problem == "two_digit_year"


SERIALS = """
cell          | clock | start | iso
45721         |       | 1900  | 2025-03-05
45721         |       | 1904  | 2029-03-06
18264         |       | 1900  | 1950-01-01
16802         |       | 1904  | 1950-01-01
45721         | 14:30 | 1900  | 2025-03-05T14:30
45721.0       |       | 1900  | 2025-03-05T00:00:00
45721.5       |       | 1900  | 2025-03-05T12:00:00
45721.500000000000000 |  | 1900 | 2025-03-05T12:00:00
45721.3472222222 |    | 1900  | 2025-03-05T08:20:00
49999.0902778 |       | 1900  | 2036-11-20T02:10:00
45721,50      |       | 1900  | 2025-03-05T12:00:00
45721,604167  |       | 1900  | 2025-03-05T14:30:00
45721.9999999 |       | 1900  | 2025-03-05T23:59:59
"""


@pytest.mark.parametrize(("cell", "clock", "start", "iso"), _table(SERIALS))
def test_day_numbers_of_a_spreadsheet_wait_for_their_start(
    cell: str, clock: str, start: str, iso: str
) -> None:
    rules = DateRules(serial=start, all_serial=True)
    found = parse_collected(cell, clock, rules)
    assert (found.problem, found.iso) == ("", iso)
    waiting = parse_collected(cell, clock, DateRules(all_serial=True))
    assert (waiting.problem, waiting.moment) == ("serial_date", None)
    assert waiting.advice
    assert parse_collected(cell, clock, DateRules(serial=start)).problem == "not_a_date"


def test_a_day_number_before_every_laboratory_is_too_early() -> None:
    rules = DateRules(serial="1900", all_serial=True)
    assert parse_collected("10000", "", rules).problem == "date_too_early"
    assert parse_collected("9999", "", rules).problem == "not_a_date"
    assert parse_collected("457210", "", rules).problem == "not_a_date"
    assert parse_collected("45721,", "", rules).problem == "not_a_date"
    assert parse_collected("45721.9.9", "", rules).problem == "not_a_date"
    assert parse_collected("45721.1234567890123456", "", rules).problem == "not_a_date"


def test_the_time_of_a_day_number_outranks_the_one_beside_it() -> None:
    rules = DateRules(serial="1900", all_serial=True)
    both = parse_collected("45721.5", "08:15", rules)
    assert (both.iso, both.notes) == ("2025-03-05T12:00:00", ("time_conflict",))
    unread = parse_collected("45721", "soon", rules)
    assert (unread.iso, unread.notes) == ("2025-03-05", ("time_unread",))


def test_a_month_is_known_in_either_unicode_form() -> None:
    for form in ("NFC", "NFD"):
        assert (
            parse_collected(unicodedata.normalize(form, "5. března 2025"), "", DateRules()).iso
            == "2025-03-05"
        )


# Between them every digit stands in every place that can hold it.
DAYS = [
    (1989, 9, 9),
    (1990, 1, 19),
    (1999, 10, 29),
    (2009, 12, 10),
    (2018, 8, 18),
    (2190, 2, 20),
    (2099, 7, 30),
]
DAY_FORMS = {
    "{y}-{m}-{d}": "",
    "{y}/{m}/{d}": "",
    "{y}年{m}月{d}日": "",
    "{y}{m}{d}": "",
    "{d}{m}{y}": "compact",
    "{d}/{m}/{y}": "dmy",
    "{m}/{d}/{y}": "mdy",
    "{d} {name} {y}": "",
    "{d}{name}{y}": "",
    "{name} {d}, {y}": "",
    "{y} {name} {d}": "",
}
NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@pytest.mark.parametrize("form", DAY_FORMS)
def test_every_digit_of_a_day_is_read_in_every_form(form: str) -> None:
    said = DAY_FORMS[form]
    rules = DateRules(DateOrder(said) if said in ("dmy", "mdy") else DateOrder.UNPROVEN)
    rules = replace(rules, compact="dmy") if said == "compact" else rules
    for year, month, day in DAYS:
        cell = form.format(y=year, m=f"{month:02d}", d=f"{day:02d}", name=NAMES[month - 1])
        assert parse_collected(cell, "", rules).iso == date(year, month, day).isoformat(), cell


@pytest.mark.parametrize("form", ["{d} {name} {y}", "{d}/{m}/{y}", "{name} {d} {y}"])
def test_every_digit_of_a_short_year_is_read(form: str) -> None:
    for year, month, day in ((2009, 9, 9), (2090, 10, 19), (2019, 1, 29), (2028, 12, 30)):
        cell = form.format(y=f"{year % 100:02d}", m=f"{month:02d}", d=f"{day:02d}", name=NAMES[month - 1])
        found = parse_collected(cell, "", DateRules(DAY_FIRST, "2000"))
        assert found.iso == ("" if form.startswith("{name}") else date(year, month, day).isoformat()), cell


MOMENTS = [(9, 9, 9), (19, 59, 59), (10, 50, 20), (0, 1, 0), (23, 48, 38), (20, 19, 10)]
CLOCK_FORMS = (
    "{h}:{m}",
    "{h}:{m}:{s}",
    "{h}.{m}.{s}",
    "{h}h{m}",
    "{h}{m}",
    "{h}{m}{s}",
    "{h}:{m}:{s}.{s}90{m}",
    "{h}{m}{s}.{s}90{m}",
    "{h}{m}{s}.9",
    "{h}{m}{s}.090909090",
    "{h}時{m}分",
    "{h}時{m}分{s}秒",
    "{h}:{m}:{s}+10:00",
    "{h}{m}{s}-0930",
)


@pytest.mark.parametrize("form", CLOCK_FORMS)
def test_every_digit_of_a_clock_is_read_in_every_form(form: str) -> None:
    for hour, minute, second in MOMENTS:
        text = form.format(h=f"{hour:02d}", m=f"{minute:02d}", s=f"{second:02d}")
        shown = second if "{s}" in form else None
        found = parse_clock(text)
        assert found is not None, text
        assert (found.hour, found.minute, found.second) == (hour, minute, shown), text
        if form.startswith(("{h}{m}", "{h}:")):
            day = parse_collected(
                f"20250309{text}" if ":" not in text else f"2025-03-09 {text}", "", DateRules()
            )
            assert day.moment == datetime.combine(date(2025, 3, 9), time(hour, minute, shown or 0)), text


def test_a_time_followed_by_anything_else_is_none() -> None:
    for text in ("14:30\nlate", "1430\nlate", "14時30分\nlate", "14時30分x", "14:30 []", "kl14:30"):
        assert parse_clock(text) is None, text
    for text in ("時30分", "14時分", "14時30分秒", "014時30分", "14時030分", "14時30分005秒"):
        assert parse_clock(text) is None, text


def test_blanks_inside_a_time_do_not_count() -> None:
    assert parse_clock("kl  14:30") == ClockTime(14, 30)
    assert parse_clock("14時30分5秒") == ClockTime(14, 30, 5)


def test_eight_bare_digits_start_with_the_day_only_where_the_format_says_so() -> None:
    german = DateRules(compact="dmy")
    assert parse_collected("25042025", "1430", german).iso == "2025-04-25T14:30"
    assert parse_collected("05032025", "", german).iso == "2025-03-05"
    assert parse_collected("20250425", "", german).problem == "not_a_date"
    assert parse_collected("25042025", "", DateRules()).problem == "not_a_date"
    assert parse_collected("2025-04-25", "", german).iso == "2025-04-25"


NOTED = """
cell                                    | clock    | iso                       | notes
2025-03-05T24:00                        |          | 2025-03-06T00:00          | hour_24
2025-03-05 24:00:00                     |          | 2025-03-06T00:00:00       | hour_24
202512312400                            |          | 2026-01-01T00:00          | hour_24
2025-03-05                              | 24:00    | 2025-03-06T00:00          | hour_24
2025-03-05 14:30 EST                    |          | 2025-03-05T14:30          | zone_name
2025-03-05 23:30 (CET)                  |          | 2025-03-05T23:30          | zone_name
2025-03-05 14:30:05 MESZ                |          | 2025-03-05T14:30:05       | zone_name
9/5/2025 11:30 PM PST                   |          | 2025-05-09T23:30          | zone_name
2025-03-05T14:30+01:00 CET              |          | 2025-03-05T14:30+01:00    | zone_name
2025-03-05T14:30+01:00[Europe/Berlin]   |          | 2025-03-05T14:30+01:00    | zone_name
2025-03-05                              | soon     | 2025-03-05                | time_unread
2025-03-05 10:15                        | 0.5      | 2025-03-05T10:15          | time_unread
2025-03-05 10:15                        | 11:15    | 2025-03-05T10:15          | time_conflict
2025-03-05 10:15                        | 10:16    | 2025-03-05T10:15          | time_conflict
2025-03-05 24:00                        | 10:16    | 2025-03-06T00:00          | time_conflict hour_24
"""


@pytest.mark.parametrize(("cell", "clock", "iso", "notes"), _table(NOTED))
def test_what_is_worth_knowing_about_a_date_is_said(cell: str, clock: str, iso: str, notes: str) -> None:
    found = parse_collected(cell, clock, DateRules(DAY_FIRST))
    assert (found.problem, found.iso, " ".join(found.notes)) == ("", iso, notes)
    assert set(found.notes) <= set(REMARKS)
    assert found.moment is not None
    assert found.moment.strftime("%Y-%m-%d") == iso[:10]


def test_midnight_printed_as_24_is_a_time_and_as_0_is_none() -> None:
    assert parse_collected("2025-03-05T24:00", "", DateRules()).has_time
    assert not parse_collected("2025-03-05T00:00", "", DateRules()).has_time


@pytest.mark.parametrize(
    "cell", ["2025-03-30 02:30", "2025-10-26 02:30", "2025-03-09T02:15:00", "2025-03-30T02:30+01:00"]
)
def test_hours_that_summer_time_skips_or_repeats_stay_as_printed(cell: str) -> None:
    assert parse_collected(cell, "", DateRules()).iso == cell.replace(" ", "T")


RELATIVE = """
cell      | kind    | iso               | moment
0         | minutes | day 0 00:00       | 1000-01-01T00:00
17        | minutes | day 0 00:17       | 1000-01-01T00:17
1440      | minutes | day 1 00:00       | 1000-01-02T00:00
-1        | minutes | day -1 23:59      | 0999-12-31T23:59
-6475     | minutes | day -5 12:05      | 0999-12-27T12:05
105192000 | minutes | day 73050 00:00   | 1200-01-03T00:00
12        | days    | day 12            | 1000-01-13T00:00
-4        | days    | day -4            | 0999-12-28T00:00
12.0      | days    | day 12            | 1000-01-13T00:00
73050     | days    | day 73050         | 1200-01-03T00:00
3         | visit   | visit 3           | 1000-01-04T00:00
9         | visit   | visit 9           | 1000-01-10T00:00
1.9       | visit   | visit 1.9         | 1000-01-02T21:36
Visit 3   | visit   | visit 3           | 1000-01-04T00:00
V03       | visit   | visit 3           | 1000-01-04T00:00
3.0       | visit   | visit 3           | 1000-01-04T00:00
0         | visit   | visit 0           | 1000-01-01T00:00
3.5       | visit   | visit 3.5         | 1000-01-04T12:00
3.125     | visit   | visit 3.125       | 1000-01-04T03:00
Visit  3  | visit   | visit 3           | 1000-01-04T00:00
3.00      | visit   | visit 3           | 1000-01-04T00:00
1000      | visit   | visit 1000        | 1002-09-28T00:00
12.00     | days    | day 12            | 1000-01-13T00:00
"""


@pytest.mark.parametrize(("cell", "kind", "iso", "moment"), _table(RELATIVE))
def test_time_counted_from_an_unknown_start_is_no_date(cell: str, kind: str, iso: str, moment: str) -> None:
    found = parse_collected(f" {cell} ", "", DateRules(relative=kind, as_of=TODAY))
    assert (found.problem, found.iso, found.relative) == ("", iso, True)
    assert found.moment == datetime.fromisoformat(moment)
    assert found.has_time is (kind == "minutes")
    assert RELATIVE_ORIGIN.isoformat() == "1000-01-01T00:00:00"


@pytest.mark.parametrize(
    ("cell", "kind", "problem"),
    [
        ("", "minutes", "no_date"),
        ("NA", "days", "no_date"),
        ("2025-03-05", "minutes", "not_a_date"),
        ("12.5", "days", "not_a_date"),
        ("+4", "days", "not_a_date"),
        ("٣", "days", "not_a_date"),
        ("73051", "days", "not_a_date"),
        ("-73051", "days", "not_a_date"),
        ("999999999", "minutes", "not_a_date"),
        ("1234567890", "minutes", "not_a_date"),
        ("baseline", "visit", "not_a_date"),
        ("visit", "visit", "not_a_date"),
        (" ", "visit", "no_date"),
        ("12.0.0", "days", "not_a_date"),
        ("--4", "days", "not_a_date"),
        ("12.", "days", "not_a_date"),
        ("12345", "visit", "not_a_date"),
        ("3.1234", "visit", "not_a_date"),
        ("3.", "visit", "not_a_date"),
        ("3.1.2", "visit", "not_a_date"),
        ("vv3", "visit", "not_a_date"),
        ("-1", "visit", "not_a_date"),
        ("12", "moons", "not_a_date"),
    ],
)
def test_what_is_no_count_is_refused(cell: str, kind: str, problem: str) -> None:
    found = parse_collected(cell, "", DateRules(relative=kind))
    assert (found.problem, found.moment, found.relative) == (problem, None, False)


def test_nothing_is_assumed_of_a_file_that_says_nothing() -> None:
    assert DateRules() == DateRules(DateOrder.UNPROVEN, "", "", None, "", "ymd", False)
    assert DateEvidence(DAY_FIRST) == DateEvidence(DAY_FIRST, False, False)
    assert Collected() == Collected("", None, False, "", "", "", (), False)
    assert (EARLIEST, OLD, LATEST) == (date(1950, 1, 1), date(1990, 1, 1), date(2200, 12, 31))


def test_an_answer_never_overrules_what_a_file_proves() -> None:
    answers = Answers(date_order="mdy", century="2000", serial_dates="1904")
    proved = rules_for(DateEvidence(DAY_FIRST, True, False), answers, TODAY)
    assert proved == DateRules(DAY_FIRST, "2000", "1904", TODAY)
    assert not proved.all_serial
    asked = rules_for(DateEvidence(DateOrder.UNPROVEN), answers, None, "days")
    assert (asked.order, asked.relative, asked.as_of) == (MONTH_FIRST, "days", None)
    for order in (DateOrder.CONTRADICTORY, DateOrder.NOT_NEEDED):
        assert rules_for(DateEvidence(order), answers, None).order is order
    assert rules_for(DateEvidence(DateOrder.UNPROVEN), Answers(), None).order is DateOrder.UNPROVEN
    assert rules_for(DateEvidence(DateOrder.NOT_NEEDED, False, True), answers, None).all_serial


def test_every_name_of_a_month_means_one_month_in_every_language() -> None:
    path = Path(__file__).resolve().parents[2] / "data" / "formats" / "months.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert months()[plain_word(row["spelling"])] == int(row["month"]), row
        found = parse_collected(f"5 {row['spelling'].upper()} 2025", "", DateRules())
        assert found.iso == f"2025-{int(row['month']):02d}-05", row
    for language in {row["language"] for row in rows}:
        assert {int(row["month"]) for row in rows if row["language"] == language} == set(range(1, 13))
    assert len({row["language"] for row in rows}) >= 13


def test_every_listed_name_of_a_zone_leaves_the_day_alone() -> None:
    for zone in date_words("zone"):
        found = parse_collected(f"2025-03-05 23:30 {zone.upper()}", "", DateRules())
        assert (found.iso, found.notes) == ("2025-03-05T23:30", ("zone_name",)), zone


@pytest.mark.parametrize(
    "text",
    ["", "12", "now", "14:30:", "14::30", "143", "14305", "14:30 15:30", "1900-01-02 14:30", "٣:30"]
    + [
        "14:30:05.1234567890",
        "143005.1234567890",
        "2025-030025",
        "1970-01-0114:30",
        "05032025",
        "143000.",
        "143000,5",
        "143000.5.5",
        "14300",
        "1430.5",
        "14:30:05:00",
        "14:30:00.",
        "14:30:00.5.5",
    ]
    + [
        "14:300",
        "014:30",
        "1:2",
        "14:30,5",
        "14:30:00,",
        "14:30 +1",
        "14:30 [5]",
        "14:30 Europe/Berlin",
        "14時3",
    ]
    + ["14:30 am", "0:30 pm", "13:00 pm", "10:30 pmm", "10:30 x.m."],
)
def test_what_is_no_time_of_day_is_none(text: str) -> None:
    assert parse_clock(text) is None


CLOCKS = """
text                    | hour | minute | second | offset | named
14:30                   | 14   | 30     |        |        | no
9:05                    | 9    | 5      |        |        | no
14.30                   | 14   | 30     |        |        | no
14.30.05                | 14   | 30     | 5      |        | no
14h30                   | 14   | 30     |        |        | no
14 H 30                 | 14   | 30     |        |        | no
14:30:05.123456789      | 14   | 30     | 5      |        | no
14:30:05,5              | 14   | 30     | 5      |        | no
1430                    | 14   | 30     |        |        | no
143005                  | 14   | 30     | 5      |        | no
143005.1                | 14   | 30     | 5      |        | no
143005.123456789Z       | 14   | 30     | 5      | Z      | no
1430Z                   | 14   | 30     |        | Z      | no
9時5分                  | 9    | 5      |        |        | no
14時30分05秒            | 14   | 30     | 5      |        | no
12:00 AM                | 0    | 0      |        |        | no
12:59 pm                | 12   | 59     |        |        | no
1:05 P.M.               | 13   | 5      |        |        | no
11:59:59 p. m. EST      | 23   | 59     | 59     |        | yes
24:00                   | 24   | 0      |        |        | no
24:00:00                | 24   | 0      | 0      |        | no
23:59                   | 23   | 59     |        |        | no
14:30 UTC               | 14   | 30     |        | Z      | no
14:30 gmt               | 14   | 30     |        | Z      | no
14:30 GMT+02            | 14   | 30     |        | +02:00 | no
14:30 -0930             | 14   | 30     |        | -09:30 | no
14:30+14:00             | 14   | 30     |        | +14:00 | no
14:30 [Europe/Berlin]   | 14   | 30     |        |        | yes
14:30[America/Port-au-Prince] | 14 | 30 |        |        | yes
14:30Z [America/New_York] | 14 | 30     |        | Z      | yes
14:30 (CET)             | 14   | 30     |        |        | yes
14:30 Uhr               | 14   | 30     |        |        | no
kl 14:30                | 14   | 30     |        |        | no
klo 14.30 Uhr           | 14   | 30     |        |        | no
1899-12-30 14:30        | 14   | 30     |        |        | no
1899-12-31T14:30        | 14   | 30     |        |        | no
1900-01-00  14:30       | 14   | 30     |        |        | no
1900-01-01 14:30        | 14   | 30     |        |        | no
1970-01-01T14:30        | 14   | 30     |        |        | no
"""


@pytest.mark.parametrize(("text", "hour", "minute", "second", "offset", "named"), _table(CLOCKS))
def test_a_time_of_day_is_what_the_clock_showed(
    text: str, hour: str, minute: str, second: str, offset: str, named: str
) -> None:
    found = parse_clock(f" {text} ")
    expected = ClockTime(int(hour), int(minute), int(second) if second else None, offset, named == "yes")
    assert found == expected
    assert ClockTime(1, 2) == ClockTime(1, 2, None, "", False)


def test_only_0_00_00_is_midnight() -> None:
    assert ClockTime(0, 0).midnight
    assert ClockTime(0, 0, 0).midnight
    assert not any(
        one.midnight for one in (ClockTime(24, 0), ClockTime(0, 1), ClockTime(0, 0, 1), ClockTime(1, 0))
    )


def test_no_time_of_day_is_kept_after_a_reading() -> None:
    """Times of draws are patient data: none stays with the process once the files are read."""
    export = "patient_id,collected_at,test,value,unit\nP1,2026-10-01 07:43:21,Ferritin,42,ng/mL\n"
    read = analyse([InputFile("labs.csv", export.encode())], load_knowledge())
    assert read.results["collected_at"].tolist() == ["2026-10-01T07:43:21"]
    parse_clock("07:43:21")
    assert parse_clock.cache_info().currsize == 1
    analyse([InputFile("labs.csv", export.encode())], load_knowledge())
    assert parse_clock.cache_info().currsize == 0
