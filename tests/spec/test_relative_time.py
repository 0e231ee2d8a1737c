"""Chapter: relative time. Results that count days from a start nobody states never show a calendar date."""

from __future__ import annotations

import re
from datetime import date

import pytest

from rls_dash.answers import ReadOptions
from rls_dash.figures.plot import trend_figure
from rls_dash.figures.trend import TrendRange, trend_info, trend_summary
from rls_dash.interpret.cautions import caution_rows
from rls_dash.interpret.limits import assess
from rls_dash.interpret.words import age_text, date_text
from rls_dash.interpret.worklist import worklist
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse

AS_OF = date(2026, 11, 1)
HEADER = "patientunitstayid,labresultoffset,labname,labresult,labmeasurenamesystem\n"


def read(*rows: str) -> Analysis:
    content = (HEADER + "\n".join(rows) + "\n").encode()
    return analyse([InputFile("lab.csv", content)], load_knowledge(), ReadOptions(as_of=AS_OF))


STAY = ("7,-1440,Ferritin,40,ng/mL", "7,0,Ferritin,44,ng/mL", "7,14410,Ferritin,52,ng/mL")


def test_minutes_before_and_after_the_start_load_as_days() -> None:
    results = read(*STAY).results
    assert list(results["collected_at"]) == ["day -1 00:00", "day 0 00:00", "day 10 00:10"]
    assert results["relative"].all()


def test_a_study_day_has_no_time_of_day_and_a_minute_has() -> None:
    trial = b"USUBJID,LBTEST,LBORRES,LBORRESU,LBDY\n7,Ferritin,40,ng/mL,-1\n7,Ferritin,44,ng/mL,12\n"
    results = analyse([InputFile("lb.csv", trial)], load_knowledge(), ReadOptions(as_of=AS_OF)).results
    assert list(results["collected_at"]) == ["day -1", "day 12"]
    assert results["relative"].all() and not results["has_time"].any()
    minutes = read(*STAY).results
    assert minutes["relative"].all() and minutes["has_time"].all()


def test_a_date_beside_study_days_stays_a_date() -> None:
    rows = ("2025-03-05T08:15Z,1", ",9", ",10", ",90", ",12.0", ",12.00", "2025-03-06,2")
    trial = "USUBJID,LBTEST,LBORRES,LBORRESU,LBDTC,LBDY\n" + "".join(
        f"7,Ferritin,{40 + number},ng/mL,{row}\n" for number, row in enumerate(rows)
    )
    file = InputFile("lb.csv", trial.encode())
    results = analyse([file], load_knowledge(), ReadOptions(as_of=AS_OF)).results.sort_values("source_row")
    days = ["day 9", "day 10", "day 90", "day 12", "day 12"]
    assert list(results["collected_at"]) == ["2025-03-05T08:15Z", *days, "2025-03-06"]
    assert list(results["relative"]) == [False, *([True] * 5), False]


@pytest.mark.parametrize(("days", "text"), [(-3, "day -3"), (0, "day 0"), (12, "day 12"), (700, "day 700")])
def test_a_relative_day_is_told_as_a_count(days: int, text: str) -> None:
    day = date.fromordinal(date(1000, 1, 1).toordinal() + days)
    assert date_text(day) == text
    assert age_text(day, AS_OF) == "no calendar date"


@pytest.mark.parametrize("chosen", list(TrendRange))
def test_no_calendar_date_stands_in_the_figure(chosen: TrendRange) -> None:
    knowledge = load_knowledge()
    assessed = assess(read(*STAY).results, knowledge)
    info = trend_info(assessed, knowledge, AS_OF, range=chosen)
    assert info.relative
    ferritin = info.panels[0]
    assert len(ferritin.points) == len(STAY)
    figure = trend_figure(info)
    assert "day 0" in figure["layout"]["xaxis"]["ticktext"]
    shown = " ".join(
        [trend_summary(info), *(str(one.get("text", "")) for one in figure["layout"]["annotations"])]
        + figure["layout"]["xaxis"]["ticktext"]
        + [str(text) for trace in figure["data"] for text in (trace.get("customdata") or ())]
    )
    assert not re.search(r"\b(1000|999|2026)\b|\b(Jan|Dec|Nov)\b", shown)
    assert "years ago" not in shown


def test_no_caution_calls_such_a_result_old_or_new() -> None:
    knowledge = load_knowledge()
    rows = assess(read(*STAY).results, knowledge)
    said = " ".join(str(row) for row in caution_rows(rows, knowledge, AS_OF))
    assert "day 10, no calendar date" in said
    assert "older than" not in said


def test_the_list_of_patients_makes_no_claim_of_age() -> None:
    knowledge = load_knowledge()
    assessed = assess(read(*STAY).results, knowledge)
    row = worklist(assessed, knowledge, AS_OF, {}).iloc[0]
    assert row["ferritin_age"] == "no calendar date"
    assert "year" not in str(row["ferritin_old"])
