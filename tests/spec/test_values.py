"""Chapter: what a value cell means. A number, a censored number, or a reason; never a guess."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest

from rls_dash.ingest.formats import comparator_words, months, plain_word
from rls_dash.knowledge import load_knowledge
from rls_dash.model import Comparator
from rls_dash.normalise.numerals import MARKS as MARKS_OF_NUMBERS
from rls_dash.normalise.numerals import read_with
from rls_dash.normalise.units import clean_unit
from rls_dash.normalise.values import (
    REMARKS,
    Decimals,
    decimal_mark,
    is_missing,
    parse_comparator,
    parse_reference_range,
    parse_value,
)

NUMBERS = """
cell                    | mark | comparator | number   | unit | flag
12.5                    | .    |            | 12.5     |      |
0.82                    | .    |            | 0.82     |      |
.88                     | .    |            | 0.88     |      |
,825                    | ,    |            | 0.825    |      |
02.9                    | .    |            | 2.9      |      |
007                     | .    |            | 7        |      |
75                      | .    |            | 75       |      |
75                      | ,    |            | 75       |      |
123456789               | .    |            | 123456789 |     |
123456789,5             | ,    |            | 123456789.5 |   |
8,69                    | ,    |            | 8.69     |      |
1,250                   | .    |            | 1250     |      |
1.250                   | ,    |            | 1250     |      |
1.250,5                 | ,    |            | 1250.5   |      |
1,250.5                 | .    |            | 1250.5   |      |
12,250,000              | .    |            | 12250000 |      |
100,250,000             | .    |            | 100250000 |     |
8.87458                 | .    |            | 8.87458  |      |
0.123456789012345       | .    |            | 0.123456789012345 |  |
0,123456789012345       | ,    |            | 0.123456789012345 |  |
20.00001                | .    |            | 20.00001 |      |
<5                      | .    | <          | 5        |      |
< 0.5                   | .    | <          | 0.5      |      |
<.5                     | .    | <          | 0.5      |      |
<5.                     | .    | <          | 5        |      |
<5.                     | ,    | <          | 5        |      |
<250.                   | .    | <          | 250      |      |
<3*.                    | .    | <          | 3        |      | *
<3**.                   | .    | <          | 3        |      | **
>2000                   | .    | >          | 2000     |      |
>=20.0                  | .    | >=         | 20.0     |      |
> = 20.0                | .    | >=         | 20.0     |      |
=>20                    | .    | >=         | 20       |      |
≤4                      | .    | <=         | 4        |      |
＜4                     | .    | <          | 4        |      |
&lt;4                   | .    | <          | 4        |      |
<1,250.5                | .    | <          | 1250.5   |      |
> OR = 40               | .    | >=         | 40       |      |
GREATER THAN 20 NG/ML   | .    | >          | 20       | NG/ML |
>20 NG/ML               | .    | >          | 20       | NG/ML |
LESS THAN 0.4           | .    | <          | 0.4      |      |
12.5 L                  | .    |            | 12.5     |      | L
12.5L                   | .    |            | 12.5     |      | L
H 300                   | .    |            | 300      |      | H
H 256                   | .    |            | 256      |      | H
H <300                  | .    | <          | 300      |      | H
H > OR = 40             | .    | >=         | 40       |      | H
H less than 5           | .    | <          | 5        |      | H
LL  3                   | .    |            | 3        |      | LL
250*                    | .    |            | 250      |      | *
250**                   | .    |            | 250      |      | **
*250                    | .    |            | 250      |      | *
250* ng/mL              | .    |            | 250      | ng/mL | *
33 Normal               | .    |            | 33       |      | Normal
12.5 (H)                | .    |            | 12.5     |      | (H)
12.5 ↑                  | .    |            | 12.5     |      | ↑
12.5 A                  | .    |            | 12.5     |      | A
12.5 N                  | .    |            | 12.5     |      | N
12.5 ng/mL              | .    |            | 12.5     | ng/mL |
12.5ng/mL               | .    |            | 12.5     | ng/mL |
12.5 (ng/mL)            | .    |            | 12.5     | ng/mL |
12.5 ()                 | .    |            | 12.5     |      |
12.5 []                 | .    |            | 12.5     |      |
12.5 [ ng/mL ]          | .    |            | 12.5     | ng/mL |
12.5 H mg / dL          | .    |            | 12.5     | mg / dL | H
12.5 mg / dL H          | .    |            | 12.5     | mg / dL | H
250*ng/mL               | .    |            | 250      | ng/mL | *
5 mg/100 mL             | .    |            | 5        | mg/100 mL |
5 pg mL-1               | .    |            | 5        | pg mL-1 |
12.5 [ng/mL]            | .    |            | 12.5     | ng/mL |
12.5 H ng/mL            | .    |            | 12.5     | ng/mL | H
12.5 ng/mL H            | .    |            | 12.5     | ng/mL | H
12.5 ng/mL L            | .    |            | 12.5     | ng/mL | L
105 mg/dL +++           | .    |            | 105      | mg/dL | +++
12.5 Mg/dL              | .    |            | 12.5     | Mg/dL |
12.5 ngxmL H            | .    |            | 12.5     | ngxmL H |
12.5 g                  | .    |            | 12.5     | g    |
30 %Sat                 | .    |            | 30       | %Sat |
30 %                    | .    |            | 30       | %    |
30%                     | .    |            | 30       | %    |
30 % L                  | .    |            | 30       | %    | L
60 mL/min/1.73 m2       | .    |            | 60       | mL/min/1.73 m2 |
>45.4 nmol/L            | .    | >          | 45.4     | nmol/L |
5未満                   | .    | <          | 5        |      |
5 以下                  | .    | <=         | 5        |      |
40以上                  | .    | >=         | 40       |      |
20超                    | .    | >          | 20       |      |
40 ng/mL以上            | .    | >=         | 40       | ng/mL |
40 or more              | .    | >=         | 40       |      |
40 ng/mL OR LESS        | .    | <=         | 40       | ng/mL |
"""


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]


@pytest.mark.parametrize(("cell", "mark", "comparator", "number", "unit", "flag"), _table(NUMBERS))
def test_a_number_keeps_its_digits_its_sign_its_unit_and_its_flag(
    cell: str, mark: str, comparator: str, number: str, unit: str, flag: str
) -> None:
    value = parse_value(cell, Decimals(mark))
    assert (value.problem, value.number, value.comparator, value.unit, value.flag) == (
        "",
        Decimal(number),
        Comparator(comparator),
        unit,
        flag,
    )
    assert str(value.number) == number
    assert (value.detail, value.notes, value.candidates) == ("", (), ())


# Signs as words in the languages of the laboratories; each is looked up, none is guessed.
WORDED = """
words                    | comparator
GREATER THAN             | >
LESS THAN                | <
at least                 | >=
yli                      | >
alle                     | <
vähintään                | >=
unter                    | <
über                     | >
kleiner                  | <
kleiner als              | <
größer                   | >
GRÖSSER ALS              | >
höchstens                | <=
inférieur à              | <
INFERIEUR A              | <
inf. à                   | <
inf à                    | <
supérieur à              | >
sup. à                   | >
inférieur ou égal à      | <=
menor de                 | <
menor que                | <
mayor de                 | >
mayor que                | >
mayor o igual a          | >=
inferior a               | <
superior a               | >
maior que                | >
minore di                | <
maggiore di              | >
lager dan                | <
hoger dan                | >
mniejsze niż             | <
większe niż              | >
poniżej                  | <
powyżej                  | >
under                    | <
over                     | >
över                     | >
mindre än                | <
mindre end               | <
mer enn                  | >
méně než                 | <
více než                 | >
"""


@pytest.mark.parametrize(("words", "comparator"), _table(WORDED))
def test_a_sign_in_words_is_read_in_the_languages_of_the_laboratories(words: str, comparator: str) -> None:
    for cell in (f"{words} 20.5", f"{words.upper()}  20.5", f"\u200b{words}\u00a020.5 ng/mL\u00a0"):
        value = parse_value(cell, Decimals.POINT)
        assert (value.problem, value.comparator, value.number) == (
            "",
            Comparator(comparator),
            Decimal("20.5"),
        )
    assert parse_comparator(words) is Comparator(comparator)


@pytest.mark.parametrize("place", ["before", "after"])
def test_every_listed_sign_is_understood_in_its_place(place: str) -> None:
    for word, comparator in comparator_words(place).items():
        cell = f"{word} 7" if place == "before" else f"7 {word}"
        assert parse_value(cell, Decimals.POINT).comparator is comparator, cell


def test_a_sign_of_another_place_is_no_sign() -> None:
    for cell in ("未満 5", "4172704 5", "４１７２７０４5", "eq 5", "up to 40", "bis 40"):
        assert parse_value(cell, Decimals.POINT).problem == "not_a_number", cell


GROUPED = """
cell             | number
1'250            | 1250
1’250            | 1250
1 250            | 1250
1_nbsp_250       | 1250
1_thin_250       | 1250
1_narrow_250     | 1250
1_figure_250     | 1250
1 909            | 1909
9 090 900        | 9090900
12 250 000       | 12250000
1'250'000.5      | 1250000.5
> 2 000 ng/mL    | 2000
1 250.500        | 1250.500
"""
BLANKS = {"_nbsp_": "\u00a0", "_thin_": "\u2009", "_narrow_": "\u202f", "_figure_": "\u2007"}


@pytest.mark.parametrize(("cell", "number"), _table(GROUPED))
def test_digits_in_groups_of_three_are_one_number_and_remarked_on(cell: str, number: str) -> None:
    for name, blank in BLANKS.items():
        cell = cell.replace(name, blank)
    value = parse_value(cell, Decimals.POINT)
    assert (value.problem, str(value.number), value.notes) == ("", number, ("grouped_digits",))
    assert set(value.notes) <= set(REMARKS)


REFUSED = """
cell              | problem           | detail
                  | no_value          | empty
NA                | no_value          | missing
--                | no_value          | missing
Puuttuu           | no_value          | missing
haemolysed        | no_result         |
HÄMOLYTISCH       | no_result         |
See comments      | no_result         |
See comment.      | no_result         |
Test result pending | no_result       |
QNS               | no_result         |
溶血              | no_result         |
#VALUE!           | spreadsheet_error | spreadsheet
#WERT!            | spreadsheet_error | spreadsheet
#N/A              | spreadsheet_error | spreadsheet
######            | spreadsheet_error | spreadsheet
Err:502           | spreadsheet_error | spreadsheet
12-May            | date_in_value     | date
May-12            | date_in_value     | date
5-Mar             | date_in_value     | date
2.Mai             | date_in_value     | date
Mar-25            | date_in_value     | date
12 May            | date_in_value     | date
5 MAR 2025        | date_in_value     | date
5Mar              | date_in_value     | date
5mars.            | date_in_value     | date
5\u00a0\u00a0 mar 25 | date_in_value | date
5/Mar             | date_in_value     | date
5/Mar/25          | date_in_value     | date
012 May           | date_in_value     | date
2025 Mar          | date_in_value     | date
May/12            | date_in_value     | date
May. 12,  2025    | date_in_value     | date
12 maj            | date_in_value     | date
5. března         | date_in_value     | date
May 12, 2025      | date_in_value     | date
5月12日           | date_in_value     | date
12.05.2025        | date_in_value     | date
5/3/25            | date_in_value     | date
2025-03-05        | date_in_value     | date
2025-03-05 00:00:00 | date_in_value   | date
10-20             | not_a_number      | range
10 – 20           | not_a_number      | range
10 to 20          | not_a_number      | range
01-02             | not_a_number      | range
1 -2              | not_a_number      | range
0-2               | not_a_number      | range
1:80              | not_a_number      | titre
1/80              | not_a_number      | titre
>1:80             | not_a_number      | titre
Pos               | not_a_number      | word
negative          | not_a_number      | word
inf               | not_a_number      | word
2+                | not_a_number      | grade
+++               | not_a_number      | grade
-5                | not_a_number      | negative
- 5               | not_a_number      | negative
−5                | not_a_number      | negative
(5)               | not_a_number      | negative
5-                | not_a_number      | negative
negative 0.1      | not_a_number      | more than
Négatif 0.3       | not_a_number      | more than
ca. 5             | not_a_number      | more than
~5                | not_a_number      | more than
=5                | not_a_number      | more than
≮5                | not_a_number      | more than
<>5               | not_a_number      | more than
<<5               | not_a_number      | more than
<5>               | not_a_number      | more than
<5 未満           | not_a_number      | more than
H =5              | not_a_number      | more than
* or 15           | not_a_number      | more than
12 mg/dL - 150    | not_a_number      | range
12%5 ng/mL        | not_a_number      | more than
1A2.5 ng/mL       | not_a_number      | more than
12.5 mg/dL 3      | not_a_number      | more than
12.5 mg/dL 0      | not_a_number      | more than
5e0               | not_a_number      | power
12.5 [ng/mL] x    | not_a_number      | more than
12.5 mg/dL < 3    | not_a_number      | more than
12.5_mg/dL        | not_a_number      | more than
12.5 ng/>L        | not_a_number      | more than
12.5 ng/<L        | not_a_number      | more than
12.5 ng/≤L        | not_a_number      | more than
12.5 ng/≥L        | not_a_number      | more than
12.5 a & b        | not_a_number      | more than
5 pg mL-12        | not_a_number      | more than
5 mg/1000 mL      | not_a_number      | more than
5 L or 15         | not_a_number      | more than
H 5 L             | not_a_number      | more than
<5 (>4)           | not_a_number      | more than
12.5 ± 0.3        | not_a_number      | more than
5 or 15           | not_a_number      | more than
LT5               | not_a_number      | more than
H300              | not_a_number      | more than
12A               | not_a_number      | more than
inf.5             | not_a_number      | more than
1_2               | not_a_number      | more than
0x10              | not_a_number      | power
1e5               | not_a_number      | power
12E4              | not_a_number      | power
1E+9              | not_a_number      | power
1d5               | not_a_number      | power
2.34 X 10^12      | not_a_number      | power
2 x 10            | not_a_number      | power
5×10^3            | not_a_number      | power
nan               | no_value          | missing
½                 | not_a_number      | digits
١٢                | not_a_number      | digits
１２.５           | not_a_number      | digits
12..5             | not_a_number      | marks
12.               | not_a_number      | marks
<12.5.            | not_a_number      | marks
<1.250.           | not_a_number      | marks
<5,               | not_a_number      | marks
12,               | not_a_number      | marks
1,2,5             | not_a_number      | marks
1,250,5           | not_a_number      | marks
12,50,000         | not_a_number      | marks
1,250.500.000     | not_a_number      | marks
1.250.000,5       | not_a_number      | mark
0,250             | not_a_number      | mark
12,5              | not_a_number      | mark
12 50             | not_a_number      | marks
1 2500            | not_a_number      | marks
0 250             | not_a_number      | marks
1 250'000         | not_a_number      | marks
1'250,000         | not_a_number      | mark
12,591,250,000    | not_a_number      | marks
12 591 250 000    | not_a_number      | marks
12.5 ng/=L        | not_a_number      | more than
1234567890        | not_a_number      | marks
0.1234567890123456 | not_a_number     | marks
0                 | zero_value        | zero
0.0               | zero_value        | zero
0 ng/mL           | zero_value        | zero
>0                | zero_value        | zero
<0                | not_a_number      | below zero
<=0.00            | not_a_number      | below zero
"""


@pytest.mark.parametrize(("cell", "problem", "detail"), _table(REFUSED))
def test_what_is_no_number_says_why(cell: str, problem: str, detail: str) -> None:
    value = parse_value(cell, Decimals.POINT)
    assert value.problem == problem
    assert value.detail
    assert detail in value.detail
    assert value.number is None or (problem == "zero_value" and value.number == 0)
    assert value.notes == ()


def test_blanks_and_marks_of_direction_around_a_cell_do_not_count_and_inside_a_number_they_do() -> None:
    blanks = (chr(code) for code in range(0xFFFF) if unicodedata.category(chr(code)) in ("Zs", "Zl", "Zp"))
    marks = "\t\r\n\v\f\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
    embeddings = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    for invisible in (*blanks, *marks, *embeddings, "\r\n"):
        assert parse_value(f"{invisible}12.5{invisible}", Decimals.POINT).number == Decimal("12.5"), invisible
        assert decimal_mark([f"{invisible}12,5{invisible}"]) is Decimals.COMMA, invisible
    for inside in ("12\u200b5", "12\u200e.5", "12\t5", "12\n500", "1\u3000250"):
        assert parse_value(inside, Decimals.POINT).problem == "not_a_number", repr(inside)


def test_every_spelling_of_a_unit_behind_a_number_stays_whole() -> None:
    """No letter of a unit is taken for a flag, no number of it for a second value."""
    for spelling in load_knowledge().unit_spellings:
        if not spelling[:1].isdigit():
            printed = spelling.replace("1\u20444", "\u00bc")  # as the wrongly decoded cell holds it
            assert clean_unit(parse_value(f"12.5 {printed}", Decimals.POINT).unit) == spelling
            assert clean_unit(parse_value(f"12.5 {printed} H", Decimals.POINT).unit) == spelling


def test_a_sign_in_words_behind_a_number_stands_by_itself() -> None:
    for cell in ("5 tor less", "5or less", "40 ng/mL1or more", "5 or less ng/mL", "5未満 ng/mL"):
        assert parse_value(cell, Decimals.POINT).comparator is Comparator.NONE, cell


def test_no_name_of_a_month_is_a_unit() -> None:
    spellings = {plain_word(spelling) for spelling in load_knowledge().unit_spellings}
    assert not spellings & set(months())


MARKS = """
cells                | mark
12,5                 | ,
12.5                 | .
12,50                | ,
12,5678              | ,
0,825                | ,
,825                 | ,
.825                 | .
0.123456789012345    | .
0.1234567890123456   | unproven
1234567890.5         | unproven
00,825               | ,
1234,567             | ,
1.250,5              | ,
1,250.5              | .
1,250,000            | .
1.250.000            | ,
1.250                | unproven
1,250                | unproven
01,250               | unproven
<1.250               | unproven
75 300               | unproven
<0,5                 | ,
0,5*                 | ,
12,5_mg/dL           | ,
H_12,5               | ,
1'250,500            | ,
1'250                | unproven
GREATER_THAN_20.5    | .
12,5 12.5            | contradictory
12,5 1,250,000       | contradictory
12,5 1.250 1,250     | ,
1,250,5              | unproven
1,2,5                | unproven
12..5                | unproven
5.                   | unproven
12.05.2025           | unproven
1,5-2,5              | unproven
-1,5                 | unproven
v1.5                 | unproven
1.5_or_2.5           | unproven
"""


@pytest.mark.parametrize(("cells", "mark"), _table(MARKS))
def test_the_decimal_mark_is_what_the_file_proves(cells: str, mark: str) -> None:
    assert decimal_mark(cell.replace("_", " ") for cell in cells.split()) is Decimals(mark)


def test_a_mark_of_a_whole_file_is_proved_by_one_cell() -> None:
    assert decimal_mark([*(f"{n}.250" for n in range(1, 400)), "12,5"]) is Decimals.COMMA
    assert decimal_mark([]) is Decimals.UNPROVEN


@pytest.mark.parametrize(
    ("cell", "decimals", "number", "problem"),
    [
        ("1.250", Decimals.UNPROVEN, None, "ambiguous_decimal"),
        ("1,250", Decimals.UNPROVEN, None, "ambiguous_decimal"),
        ("<1,250 ng/mL", Decimals.UNPROVEN, None, "ambiguous_decimal"),
        ("01,250", Decimals.UNPROVEN, None, "ambiguous_decimal"),
        ("1.250", Decimals.POINT, "1.250", ""),
        ("1,250", Decimals.COMMA, "1.250", ""),
        ("1,250", Decimals.POINT, "1250", ""),
        ("0.825", Decimals.UNPROVEN, "0.825", ""),
        ("12.5", Decimals.UNPROVEN, "12.5", ""),
        ("12,5", Decimals.UNPROVEN, "12.5", ""),
        ("12.5", Decimals.CONTRADICTORY, None, "ambiguous_decimal"),
        ("1.250", Decimals.CONTRADICTORY, None, "ambiguous_decimal"),
        ("75", Decimals.CONTRADICTORY, "75", ""),
        ("1 250", Decimals.CONTRADICTORY, "1250", ""),
        ("1,2,5", Decimals.CONTRADICTORY, None, "not_a_number"),
        ("12,5", Decimals.POINT, None, "not_a_number"),
        ("12.5", Decimals.COMMA, None, "not_a_number"),
        ("0,825", Decimals.POINT, None, "not_a_number"),
    ],
)
def test_a_mark_that_may_group_thousands_is_asked_not_guessed(
    cell: str, decimals: Decimals, number: str | None, problem: str
) -> None:
    value = parse_value(cell, decimals)
    assert value.number == (None if number is None else Decimal(number))
    assert value.problem == problem


def test_an_open_mark_shows_both_readings() -> None:
    both = ((Decimals.POINT, Decimal("1.250")), (Decimals.COMMA, Decimal("1250")))
    assert parse_value("1.250", Decimals.UNPROVEN).candidates == both
    assert parse_value("1.250", Decimals.CONTRADICTORY).candidates == both
    one = ((Decimals.POINT, Decimal("12.5")),)
    assert parse_value("12.5", Decimals.CONTRADICTORY).candidates == one
    assert parse_value("1.250", Decimals.POINT).candidates == ()


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("9999999", "no_value"),
        ("9999999.0", "no_value"),
        ("9999999 ng/mL", "no_value"),
        ("-1", "no_value"),
        ("-9000004", "no_value"),
        ("9999998", ""),
        ("12.5", ""),
        ("1", ""),
        ("-5", "not_a_number"),
    ],
)
def test_a_number_the_layout_writes_for_none_is_no_number(cell: str, problem: str) -> None:
    sentinels = frozenset({"9999999", "-1", "-9000004"})
    value = parse_value(cell, Decimals.POINT, sentinels)
    assert value.problem == problem
    assert (value.number is None) == bool(problem)
    if problem == "no_value":
        assert "this export" in value.detail
    assert parse_value("9999999", Decimals.POINT).number == 9999999


def test_a_number_that_waits_for_its_mark_is_not_the_one_the_layout_writes_for_none() -> None:
    """A sentinel with a sign reads as no number, and so does such a cell: that makes them no match."""
    value = parse_value("1.250", Decimals.UNPROVEN, frozenset({"-1"}))
    assert (value.problem, len(value.candidates)) == ("ambiguous_decimal", 2)


def test_a_month_is_known_in_either_unicode_form() -> None:
    for form in ("NFC", "NFD"):
        assert (
            parse_value(unicodedata.normalize(form, "5. března"), Decimals.POINT).problem == "date_in_value"
        )


def test_no_digits_are_no_number() -> None:
    for numeral in ("", ".", ","):
        assert [read_with(numeral, mark) for mark in MARKS_OF_NUMBERS] == [None, None]


@pytest.mark.parametrize(
    ("cell", "missing"),
    [
        ("", True),
        (" \u00a0", True),
        ("NULL", True),
        ("n/a", True),
        ("0", False),
        ("QNS", False),
        ("x", False),
    ],
)
def test_a_missing_value_is_a_closed_list(cell: str, missing: bool) -> None:
    assert is_missing(cell) is missing


@pytest.mark.parametrize(
    ("cell", "comparator"),
    [
        ("", ""),
        (" ", ""),
        ("<", "<"),
        ("LT", "<"),
        ("EQ", ""),
        ("GE", ">="),
        ("4172704", ">"),
        ("0", ""),
        ("yli", ">"),
        ("以上", ">="),
        ("up to", None),
        ("about", None),
    ],
)
def test_a_comparator_column_is_a_closed_list(cell: str, comparator: str | None) -> None:
    assert parse_comparator(cell) == (None if comparator is None else Comparator(comparator))


INTERVALS = """
printed                 | low   | high  | unit
13.5-17.5               | 13.5  | 17.5  |
3.98 - 10.04            | 3.98  | 10.04 |
12–150                  | 12    | 150   |
12 — 150                | 12    | 150   |
12～150                 | 12    | 150   |
12 .. 150               | 12    | 150   |
0-5                     | 0     | 5     |
[0,7-1,0]               | 0.7   | 1.0   |
[12 - 150]              | 12    | 150   |
(12 - 150)              | 12    | 150   |
[12 - 150) ng/mL        | 12    | 150   | ng/mL
15 - 150 ng/mL          | 15    | 150   | ng/mL
12–150 ng/mL            | 12    | 150   | ng/mL
12 ng/mL - 150 ng/mL    | 12    | 150   | ng/mL
12 - 150 (ng/mL)        | 12    | 150   | ng/mL
20%-50%                 | 20    | 50    | %
from  12 to 150         | 12    | 150   |
12 to  150              | 12    | 150   |
1'000 - 2'000.5         | 1000  | 2000.5 |
1\u00a0000 - 2\u00a0000 | 1000  | 2000  |
.12 - 150               | 0.12  | 150   |
from ,2 to 150          | 0.2   | 150   |
,7-1,0                  | 0.7   | 1.0   |
12 - 150 g              | 12    | 150   | g
12 g - 150 g            | 12    | 150   | g
12  to 150              | 12    | 150   |
(12 - 150) (ng/mL)      | 12    | 150   | ng/mL
12 - 150 [ng/mL]        | 12    | 150   | ng/mL
12 ... 150              | 12    | 150   |
1.5 - 2,500             | 1.5   | 2500  |
>20 NG/ML               | 20    |       | NG/ML
12 to 150               | 12    | 150   |
from 12 to 150          | 12    | 150   |
von 12 bis 150 µg/L     | 12    | 150   | µg/L
12 à 150                | 12    | 150   |
12 až 150               | 12    | 150   |
1 000 - 2 000           | 1000  | 2000  |
<5.0                    |       | 5.0   |
≤ 4                     |       | 4     |
up to 40                |       | 40    |
bis 40 ng/mL            |       | 40    | ng/mL
Jusqu'à 40              |       | 40    |
40 以下                 |       | 40    |
> OR = 60               | 60    |       |
> OR = 40               | 40    |       |
>=3.0                   | 3.0   |       |
from 40                 | 40    |       |
ab 40                   | 40    |       |
(>40)                   | 40    |       |
negative                |       |       |
42                      |       |       |
40 -                    |       |       |
- 40                    |       |       |
-2 - 2                  |       |       |
13-150 male, 5-60 female |      |       |
M: 13-150               |       |       |
150-15                  |       |       |
15-15                   |       |       |
0-0                     |       |       |
<0                      |       |       |
>=0                     |       |       |
H >5                    |       |       |
<5 or >10               |       |       |
1.250-2.500             |       |       |
<1.250                  |       |       |
1,5-2.5                 |       |       |
12 mg/dL - 150 ng/mL    |       |       |
12 mg/dL - 150          |       |       |
12. - 150               |       |       |
12 - 150.               |       |       |
12 a1 150               |       |       |
12 to150                |       |       |
12to 150                |       |       |
from12 to 150           |       |       |
about 12 - 150          |       |       |
MA 13-150               |       |       |
[12 - 150) ng mL        |       |       |
12 - 150 u 200          |       |       |
12 - 150 2              |       |       |
12 - 150 ng,mL          |       |       |
[0,7-1x,0]              |       |       |
12x ng/mL - 150 ng/mL   |       |       |
12..150                 |       |       |
12/150                  |       |       |
12 and 150              |       |       |
12 - 150 - 200          |       |       |
1:80-1:160              |       |       |
12 - 150 (ng/mL         |       |       |
1e1-1e2                 |       |       |
"""


@pytest.mark.parametrize(("printed", "low", "high", "unit"), _table(INTERVALS))
def test_a_printed_interval_is_read_only_when_certain(printed: str, low: str, high: str, unit: str) -> None:
    interval = parse_reference_range(f" {printed}\u00a0")
    assert (str(interval.low or low and "0" or ""), str(interval.high or "")) == (low, high)
    assert (interval.low is None, interval.high is None) == (not low, not high)
    assert interval.unit == unit


def test_the_two_ends_of_an_interval_prove_the_mark_together() -> None:
    """`1,250-2.5`: the second end proves the point, so the comma of the first groups thousands; but then
    the interval runs downwards, and none is used."""
    assert parse_reference_range("1,250-2.5").low is None
    assert parse_reference_range("1,250-2,000.5").low == Decimal(1250)
    assert parse_reference_range("1,250-2,5").low == Decimal("1.250")


def test_an_interval_of_each_sex_on_its_own_line_is_none_of_this_patient() -> None:
    assert parse_reference_range("[12 - 150]\n[5 - 60] female").low is None
