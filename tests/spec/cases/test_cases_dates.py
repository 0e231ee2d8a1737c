"""Chapter: cases 92-102 of the damaged and unusual files, dates, each through the whole pipeline.

What is expected is the case table's; where it is not, the reason stands in the test.
"""

from __future__ import annotations

from datetime import date

import pytest

from rls_dash.answers import AnswerBook, Answers, Question, ReadOptions
from rls_dash.knowledge import load_knowledge
from rls_dash.normalise.dates import DateOrder, DateRules, parse_collected
from rls_dash.pipeline import Analysis, InputFile, analyse

HEADER = "patient_id,date,test,value,unit\n"
TODAY = date(2026, 11, 1)


def read(content: str, **answers: str) -> Analysis:
    """One file through the pipeline, with answers about every file; its rows always add up."""
    book = AnswerBook(Answers(**answers))  # type: ignore[arg-type]
    options = ReadOptions(as_of=TODAY, answers=book)
    analysis = analyse([InputFile("labs.csv", content.encode())], load_knowledge(), options)
    counts = analysis.counts
    assert not analysis.errors
    assert counts["rows_in"] == sum(count for name, count in counts.items() if name != "rows_in")
    return analysis


def dated(*cells: str, **answers: str) -> Analysis:
    """A file of ferritin results with these dates of collection, values counting up from 41."""
    rows = [f'P1,"{cell}",Ferritin,{value},ng/mL\n' for value, cell in enumerate(cells, start=41)]
    return read(HEADER + "".join(rows), **answers)


def collected(analysis: Analysis) -> list[str]:
    """When each result was collected, as printed, in the order of the file."""
    return list(analysis.results.sort_values("source_row")["collected_at"].astype(str))


def blocked(analysis: Analysis) -> list[tuple[str, str, str]]:
    """(severity, code, cell) of every row that is not used."""
    issues = analysis.issues[analysis.issues["severity"] != "note"]
    return list(issues[["severity", "code", "reported"]].astype(str).itertuples(index=False, name=None))


def notes(analysis: Analysis) -> set[str]:
    return set(analysis.issues.loc[analysis.issues["severity"] == "note", "code"])


def asked(analysis: Analysis, kind: str) -> Question:
    """The one open question of a kind."""
    (found,) = [one for one in analysis.questions if one.kind == kind]
    return found


def test_case_092_iso_and_hl7_times_stay_as_printed_and_the_day_never_moves() -> None:
    analysis = dated(
        "2025-03-05",
        "2025-03-06T08:15",
        "2025-03-07 08:15:30",
        "2025-03-08T23:30-05:00",
        "2025-03-09T00:15:00Z",
        "20250310",
        "202503111430",
        "202503122330+0100",
        "20250313143000.123-0500",
    )
    assert collected(analysis) == [
        "2025-03-05",
        "2025-03-06T08:15",
        "2025-03-07T08:15:30",
        "2025-03-08T23:30-05:00",
        "2025-03-09T00:15:00Z",
        "2025-03-10",
        "2025-03-11T14:30",
        "2025-03-12T23:30+01:00",
        "2025-03-13T14:30:00-05:00",
    ]
    days = [
        moment.date().isoformat() for moment in analysis.results.sort_values("source_row")["collected_on"]
    ]
    assert days == [f"2025-03-{day:02d}" for day in range(5, 14)]


def test_case_093_a_part_above_twelve_decides_the_order_for_the_file() -> None:
    assert collected(dated("05/03/2025", "26/04/2025")) == ["2025-03-05", "2025-04-26"]
    assert collected(dated("05/03/2025", "9/28/2023")) == ["2025-05-03", "2023-09-28"]


def test_case_093_proofs_of_both_orders_hold_those_rows() -> None:
    """The case table refuses the whole file. Here the rows with such dates wait, all of them and only they:
    the ISO dates of the same file are certain."""
    analysis = dated("26/04/2025", "9/28/2023", "05/03/2025", "2025-03-05")
    assert collected(analysis) == ["2025-03-05"]
    assert [(severity, code) for severity, code, _ in blocked(analysis)] == [("held", "date_order")] * 3
    assert collected(dated("26/04/2025", "9/28/2023", "2025-03-05", date_order="dmy")) == ["2025-03-05"]


def test_case_093_without_a_proof_the_order_is_asked_once_with_both_readings() -> None:
    analysis = dated("05/03/2025", "06/03/2025", "2025-03-07")
    assert collected(analysis) == ["2025-03-07"]
    assert [(severity, code) for severity, code, _ in blocked(analysis)] == [("held", "date_order")] * 2
    question = asked(analysis, "date_order")
    assert (question.cells, question.rows) == (("05/03/2025", "06/03/2025"), 2)
    assert {choice.answer: choice.preview for choice in question.choices} == {
        "dmy": ("2025-03-05", "2025-03-06"),
        "mdy": ("2025-05-03", "2025-06-03"),
    }
    answered = dated("05/03/2025", "06/03/2025", "2025-03-07", date_order="mdy")
    assert collected(answered) == ["2025-05-03", "2025-06-03", "2025-03-07"]


def test_case_094_an_iso_date_never_flips_whatever_the_other_dates_are() -> None:
    for other in ("26/04/2025", "9/28/2023"):
        assert collected(dated("2025-03-05", "2025-12-11", other))[:2] == ["2025-03-05", "2025-12-11"]


def test_case_095_two_digits_of_a_year_wait_for_their_century() -> None:
    analysis = dated("21-Jul-26", "2025-03-05")
    assert collected(analysis) == ["2025-03-05"]
    assert blocked(analysis) == [("held", "two_digit_year", "21-Jul-26")]
    question = asked(analysis, "century")
    previews = {choice.answer: choice.preview for choice in question.choices}
    assert previews.keys() == {"2000", "1900"}
    assert previews["2000"] == ("2026-07-21",)
    assert collected(dated("21-Jul-26", "2025-03-05", century="2000")) == ["2026-07-21", "2025-03-05"]
    assert collected(dated("21-Jul-86", "2025-03-05", century="1900")) == ["1986-07-21", "2025-03-05"]


def test_case_095_a_year_that_may_stand_first_proves_no_order() -> None:
    assert [code for _, code, _ in blocked(dated("26/04/23", "25/04/23", century="2000"))] == [
        "date_order"
    ] * 2
    assert collected(dated("04/26/23", "05/03/23", century="2000")) == ["2023-04-26", "2023-05-03"]


def test_case_096_day_numbers_of_a_spreadsheet_wait_for_the_year_they_count_from() -> None:
    analysis = dated("45721", "45722.604166667")
    assert collected(analysis) == []
    assert [(severity, code) for severity, code, _ in blocked(analysis)] == [("held", "serial_date")] * 2
    question = asked(analysis, "serial_dates")
    assert {choice.answer: choice.preview[0] for choice in question.choices}["1900"] == "2025-03-05"
    assert {choice.answer for choice in question.choices} == {"1900", "1904"}
    assert collected(dated("45721", "45722.604166667", serial_dates="1900")) == [
        "2025-03-05",
        "2025-03-06T14:30:00",
    ]
    assert collected(dated("44259", serial_dates="1904")) == ["2025-03-05"]


def test_case_096_one_date_in_words_or_digits_shows_that_no_number_is_a_day() -> None:
    for other in ("2025-03-05", "5 Mar 2025"):
        analysis = dated("45721", other, serial_dates="1900")
        assert collected(analysis) == ["2025-03-05"]
        assert blocked(analysis) == [("set_aside", "not_a_date", "45721")]


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("21-Jul-2026", "2026-07-21"),
        ("5. März 2025", "2025-03-05"),
        ("5.Mär.2025", "2025-03-05"),
        ("12 août 2025", "2025-08-12"),
        ("5 de marzo de 2025", "2025-03-05"),
        ("5 maggio 2025", "2025-05-05"),
        ("5 de março de 2025", "2025-03-05"),
        ("5 mrt 2025", "2025-03-05"),
        ("5 października 2025", "2025-10-05"),
        ("5. maaliskuuta 2025", "2025-03-05"),
        ("5 maj 2025", "2025-05-05"),
        ("5. desember 2024", "2024-12-05"),
        ("5. března 2025", "2025-03-05"),
        ("2023年11月11日", "2023-11-11"),
        ("Apr 3, 2026", "2026-04-03"),
    ],
)
def test_case_097_names_of_months_are_read_by_a_table(cell: str, iso: str) -> None:
    assert collected(dated(cell)) == [iso]


@pytest.mark.parametrize(
    "cell", ["5-Mar", "Mar-25", "########", "0000-00-00", "2025-02-31", "31. April 2025", "May"]
)
def test_case_098_what_is_no_whole_day_of_the_calendar_is_set_aside(cell: str) -> None:
    analysis = dated("2025-03-05", cell)
    assert collected(analysis) == ["2025-03-05"]
    assert blocked(analysis) == [("set_aside", "not_a_date", cell)]


def test_case_098_hour_24_is_the_start_of_the_next_day_and_remarked_on() -> None:
    analysis = dated("2025-03-05T24:00", "202512312400")
    assert collected(analysis) == ["2025-03-06T00:00", "2026-01-01T00:00"]
    assert "hour_24" in notes(analysis)


def test_case_099_dates_of_the_future_and_placeholders_are_set_aside_and_old_ones_kept() -> None:
    """Deviation: dates before 1990 are kept with a remark. Exports of old systems hold them, and they are
    certain; only what a computer writes for "no date" is set aside."""
    analysis = dated("2026-11-02", "2026-11-03", "1979-04-22", "1970-01-01", "9999-12-31", "1900-01-01")
    assert collected(analysis) == ["2026-11-02", "1979-04-22"]
    assert sorted(blocked(analysis)) == [
        ("set_aside", "date_in_future", "2026-11-03"),
        ("set_aside", "date_in_future", "9999-12-31"),
        ("set_aside", "date_too_early", "1900-01-01"),
        ("set_aside", "date_too_early", "1970-01-01"),
    ]
    assert "old_date" in notes(analysis)


def test_case_099_research_dates_moved_to_later_centuries_load() -> None:
    cells = ("2113-08-25 12:29:00+00:00", "2115-05-13 14:53:00", "2200-12-31")
    assert collected(dated(*cells)) == ["2113-08-25T12:29:00+00:00", "2115-05-13T14:53:00", "2200-12-31"]


def test_case_100_the_date_of_collection_is_taken_and_no_other() -> None:
    header = "patient_id,order_date,collected,received,result_date,test,value,unit\n"
    row = "P1,2025-03-01,2025-03-05,2025-03-06,2025-03-07,Ferritin,42,ng/mL\n"
    assert collected(read(header + row)) == ["2025-03-05"]


def test_case_100_without_a_date_of_collection_it_is_asked() -> None:
    header = "patient_id,result_date,test,value,unit\n"
    row = "P1,2025-03-07,Ferritin,42,ng/mL\n"
    analysis = read(header + row)
    assert [(severity, code) for severity, code, _ in blocked(analysis)] == [("held", "no_date_column")]
    assert asked(analysis, "collected").rows == 1
    assert collected(read(header + row, collected="2025-03-05")) == ["2025-03-05"]


def test_case_101_hours_that_summer_time_skips_or_repeats_stay_on_the_wall_clock() -> None:
    cells = ("2025-10-26 02:30", "2025-03-30 02:30", "2025-10-26 02:30:00", "2025-10-26 01:59")
    analysis = dated(*cells)
    assert collected(analysis) == [
        "2025-10-26T02:30",
        "2025-03-30T02:30",
        "2025-10-26T02:30:00",
        "2025-10-26T01:59",
    ]
    assert list(analysis.results["reported_number"]) == [42.0, 44.0, 41.0, 43.0]  # by date, time, line


def test_case_102_the_name_of_a_time_zone_moves_nothing_and_is_remarked_on() -> None:
    analysis = dated("2025-03-05 23:30 EST", "2025-03-06 00:15 CET", "2025-03-07 08:00 MESZ")
    assert collected(analysis) == ["2025-03-05T23:30", "2025-03-06T00:15", "2025-03-07T08:00"]
    assert "zone_name" in notes(analysis)
    assert blocked(dated("2025-03-05 23:30 QQT")) == [("set_aside", "not_a_date", "2025-03-05 23:30 QQT")]


# --- a file and its cells --------------------------------------------------------------------------------

# The first and last days of every rule, as a program and as people write them. The first proves the order.
AT_THE_EDGES = """
26/04/2025          | 26/04/2025 10:15    | 1949-12-31          | 1949-12-31 23:59
1950-01-01          | 1950-01-01T00:01    | 01/01/1950          | 31/12/1949
1959-12-31T23:59:59 | 1960-01-01          | 1960-01-01 12:00    | 1960-01-02
1969-12-31          | 1970-01-01          | 1970-01-01T00:00:00 | 1970-01-02T00:00
1979-12-31          | 1980-01-01          | 1980-01-01 23:59:59 | 1980-01-02
2026-11-01T23:59    | 2026-11-02          | 2026-11-02 23:59:59 | 2026-11-03
2026-11-03 00:01    | 02/11/2026 23:59    | 03/11/2026          | 2099-12-31
2100-01-01          | 2100-01-01 00:00    | 31/12/2099          | 01/01/2100 08:15
2200-12-31          | 2200-12-31T23:59:59 | 2201-01-01          | 2201-01-01 00:00
2025-03-05T24:00    | 2025-02-29          | 2025-03-05 08:15Z   | 9999-12-31
05/03/2025 0::15    | 05/03/2025 08:15-30 | 05/03/2025 08:1?    | 05/03/2025 08:15.30
"""


def test_a_date_means_in_a_file_what_it_means_alone() -> None:
    """Plain dates are read a whole column at once; at the edges of every rule that changes nothing."""
    every = [cell.strip() for line in AT_THE_EDGES.strip().splitlines() for cell in line.split("|")]
    rules = DateRules(DateOrder.DAY_FIRST, as_of=TODAY)
    for cells in (
        every,
        *([every[0], cell] for cell in every[1:]),
        *([cell] for cell in every if "/" not in cell),
    ):
        analysis = dated(*cells)
        rows = analysis.results.set_index("source_row")
        blocked = analysis.issues[analysis.issues["severity"] != "note"].set_index("source_row")["code"]
        for line, cell in enumerate(cells, start=2):
            alone = parse_collected(cell, "", rules)
            if alone.problem:
                assert blocked[line] == alone.problem, cell
                continue
            row = rows.loc[line]
            assert row["collected_at"] == alone.iso, cell
            assert row["collected_on"] == alone.moment, cell
            assert (bool(row["has_time"]), bool(row["relative"])) == (alone.has_time, False), cell


@pytest.mark.parametrize(("day", "used"), [("2025-03-05", "2025-03-05"), ("", None)])
def test_a_date_said_for_a_file_without_one_is_that_of_every_row(day: str, used: str | None) -> None:
    rows = "P1,Ferritin,42,ng/mL\nP1,CRP,3,mg/L\n"
    analysis = read(f"patient_id,test,value,unit\n{rows}", **({"collected": day} if day else {}))
    found = analysis.results
    assert [str(moment.date()) for moment in found["collected_on"]] == ([used] * 2 if used else [])
    assert list(found["collected_at"]) == ([used] * 2 if used else [])
    assert not found["has_time"].any() and not found["relative"].any()


def test_a_day_number_with_a_time_of_day_behind_it_is_no_date() -> None:
    analysis = dated("45721", "45722 08:15", serial_dates="1900")
    assert ("set_aside", "not_a_date", "45722 08:15") in blocked(analysis)
    assert not [day for day in collected(analysis) if "08:15" in day]


@pytest.mark.parametrize(
    ("cells", "answers", "kinds"),
    [
        (("26/03/2025", "05/03/2025"), {}, []),  # the file proves the order
        (("26/03/2025", "05/03/25"), {}, ["century"]),
        (("26/03/2025", "05/03/25"), {"century": "2000"}, ["century"]),  # an answered one stays in sight
        (("05/03/2025", "06/03/2025"), {"date_order": "dmy"}, ["date_order"]),
        (("45721", "45722"), {"serial_dates": "1900"}, ["serial_dates"]),
        (("5 Mar 2025", "45721"), {}, []),  # words show that no number is a day
        (("05/03/25",), {"date_order": "dmy"}, ["date_order", "century"]),
    ],
)
def test_only_what_the_file_leaves_open_is_asked(
    cells: tuple[str, ...], answers: dict[str, str], kinds: list[str]
) -> None:
    analysis = dated(*cells, **answers)
    assert [question.kind for question in analysis.questions] == kinds
    assert all(question.cells and question.choices for question in analysis.questions)


def test_only_the_old_rows_of_a_file_are_remarked_on() -> None:
    issues = dated("1989-12-31", "1990-01-01", "2025-03-05", "1960-01-02").issues
    assert list(issues["source_row"]) == [2, 5]
    assert set(issues["code"]) == {"old_date"} and set(issues["column"]) == {"date"}
    assert all("before 1990" in message for message in issues["message"])


def test_a_time_beside_a_date_that_has_another_time_is_remarked_on() -> None:
    rows = "P1,26/03/2025 08:15,09:00,Ferritin,42,ng/mL\nP1,25/03/2025 08:15,08:15,Ferritin,43,ng/mL\n"
    analysis = read(f"patient_id,date,collection_time,test,value,unit\n{rows}")
    assert collected(analysis) == ["2025-03-26T08:15", "2025-03-25T08:15"]
    remarks = analysis.issues[analysis.issues["code"] == "time_conflict"]
    assert list(remarks["source_row"]) == [2]


def test_minutes_since_admission_count_whatever_their_digits_and_are_no_day_numbers() -> None:
    header = "patientunitstayid,labresultoffset,labname,labresult,labresulttext,labmeasurenamesystem\n"
    offsets = ("9", "-1439", "45729", "90.0")
    rows = [f"1,{offset},ferritin,{40 + row},{40 + row},ng/mL\n" for row, offset in enumerate(offsets)]
    analysis = read(header + "".join(rows))
    assert collected(analysis) == ["day 0 00:09", "day -1 00:01", "day 31 18:09", "day 0 01:30"]
    assert analysis.results["relative"].all()
    assert analysis.questions == ()


def test_what_a_format_states_of_its_dates_is_not_asked() -> None:
    """WHOOP writes the month first and two digits of years after 2000."""
    rows = "Ferritin,42,ng/mL,In range,03/05/25\nFerritin,43,ng/mL,In range,04/06/25\n"
    analysis = read(f"Biomarker_Name,Value,Unit,Status,Recorded_On_Date\n{rows}")
    assert collected(analysis) == ["2025-03-05", "2025-04-06"]
    assert not {question.kind for question in analysis.questions} & {"date_order", "century"}
