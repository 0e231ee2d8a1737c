"""Every report fits its page, and what does not fit is counted on it: nothing vanishes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rls_dash.report.inert import breakable
from rls_dash.report.model import Paper, Report, ResultLine
from rls_dash.report.pdf import fitted, pages_in, pdf_of, words_of
from rls_dash.report.shorten import Shortened, removals, shortened
from rls_dash.report.svg import WIDTH
from rls_dash.report.widths import width
from tests.spec.report.sample import HEADER, of_texts, patients, printed, report, report_of


@pytest.mark.parametrize("paper", list(Paper))
def test_the_report_of_every_sample_patient_is_one_page(paper: Paper) -> None:
    reports = [printed(patient, paper) for patient in patients()]
    assert pages_in(pdf_of(reports, paper)) == len(reports) == 48


def left_out_problems(whole: Report, brief: Shortened) -> list[str]:
    """What is neither printed nor named among what is left out."""
    said, found = brief.left_out, []
    gone = [one for one in whole.findings if one not in brief.report.findings]
    found += [f"{one.rule_id} is gone" for one in gone if f"{one.rule_id} {one.title}" not in said]
    number = re.search(r"(\d+) findings? \(", said)
    if len(gone) != (int(number[1]) if number else 0):
        found.append(f"{len(gone)} findings are gone, not {number}")
    kept = {one.analyte for one in brief.report.results}
    found += [
        f"{one.test} is gone" for one in whole.results if one.analyte not in kept and one.test not in said
    ]
    fewer = sum(len(one.cautions) for one in whole.cautions) - sum(
        len(one.cautions) for one in brief.report.cautions
    )
    if fewer and f"{fewer} caution" not in said:
        found.append(f"{fewer} cautions are gone")
    if [one.label for one in whole.cautions] != [one.label for one in brief.report.cautions]:
        found.append("a supplement is gone")
    if whole.not_evaluated and not brief.report.not_evaluated and "not evaluated" not in said:
        found.append("rules not evaluated are gone")
    return found


@pytest.mark.parametrize("patient", ["RLS-001", "RLS-021", "RLS-036", "RLS-038", "RLS-042", "RLS-045"])
def test_what_is_left_out_is_named_at_every_step(patient: str) -> None:
    whole = report(patient)
    groups = removals(whole)
    for step in range(len(groups) + 1):
        brief = shortened(whole, groups[:step])
        assert not left_out_problems(whole, brief), brief.left_out
        assert bool(brief.left_out) is any(groups[:step])


def test_stops_acts_and_the_four_tests_always_stay() -> None:
    for patient in patients():
        whole = report(patient)
        brief = shortened(whole, removals(whole)).report
        urgent = [one for one in whole.findings if one.urgency in ("stop", "act")]
        assert list(brief.findings) == urgent
        assert [one.core for one in brief.results] == [True] * 4
        assert [one.label for one in brief.cautions] == [one.label for one in whole.cautions]
        assert all(one.reasons for one in brief.cautions if one.brought_up)


def test_rows_that_state_nothing_go_before_words_of_cautions_and_haemoglobin_last() -> None:
    """Iron, TIBC and creatinine inside their intervals tell less than a caution that applies here."""
    for patient in patients():
        whole = report(patient)
        order = [whole, *(shortened(whole, removals(whole)[:step]).report for step in range(1, 14))]
        for brief in order:
            left = {one.analyte for one in brief.results}
            silent = [one for one in brief.results if is_silent(one)]
            fewer = sum(len(one.cautions) for one in brief.cautions) < sum(
                len(one.cautions) for one in whole.cautions
            )
            assert not (fewer and silent), f"{patient}: {silent[0].test} stays and a caution goes"
            if "hemoglobin" not in left and any(one.analyte == "hemoglobin" for one in whole.results):
                assert not [one for one in brief.results if not one.core], patient


def is_silent(line: ResultLine) -> bool:
    """A further test with a number and nothing said of it."""
    told = line.letter or "see " in line.words or not line.words.startswith("no letter")
    return not (line.core or told or line.analyte == "hemoglobin" or line.interval[:5] in ("below", "above"))


def test_of_the_other_rows_haemoglobin_is_the_last_to_go() -> None:
    whole = report("RLS-001")
    assert any(one.analyte == "hemoglobin" for one in whole.results)
    groups = removals(whole)
    gone: list[str] = []
    kept = [one.analyte for one in whole.results]
    for group in groups:
        for at in range(len(group)):
            now = [one.analyte for one in shortened(whole, [group[: at + 1]]).report.results]
            gone += [one for one in kept if one not in now and one not in gone]
    assert gone[-1] == "hemoglobin"


def test_what_still_finds_room_is_put_back() -> None:
    """Long cautions push nothing from the column of findings that would have stayed there for free."""
    brief = printed("RLS-045", Paper.A4)
    assert any(one.urgency == "info" for one in brief.report.findings)
    assert "caution" in brief.left_out


def test_hundreds_of_results_and_long_texts_fit_one_page() -> None:
    rows = "".join(
        f"P1,20{year}-{month:02}-{day:02},Ferritin,{20 + month * day % 90},ng/mL,15,150,{'L' * 99}\n"
        for year in range(16, 27) for month in range(1, 11) for day in (3, 17)
    )  # fmt: skip
    events = "patient_id,kind,name,dose,unit,started_on,stopped_on\n" + "".join(
        f"P1,medicine,{'very long name ' * 60}{number},,,2025-01-01,\n" for number in range(12)
    )
    found = of_texts(HEADER + rows, events=events)
    brief = fitted(report_of(found, "P1"), Paper.LETTER)
    assert len(brief.report.trend.panels[0].points) > 200
    assert pages_in(pdf_of([brief], Paper.LETTER)) == 1


def test_more_than_a_page_of_what_always_stays_takes_two_numbered_pages() -> None:
    """Never cut: the limit of one page gives way before a stop does."""
    whole = report("RLS-001")
    many = Report(**{**whole.__dict__, "findings": whole.findings[:2] * 60})
    brief = fitted(many, Paper.A4)
    assert len(brief.report.findings) == 120
    assert pages_in(pdf_of([brief], Paper.A4)) > 1


LINE = re.compile(r'<text x="([-\d.]+)" [^>]*?font-size="([\d.]+)"([^>]*)>([^<]*)')


@pytest.mark.parametrize("letter", ["W", "\U0001f600"])
def test_no_text_of_a_file_leaves_the_page_or_its_place(letter: str) -> None:
    """A word without a blank breaks or is cut with an ellipsis, also where a letter shows as its number."""
    word = letter * 3000
    labs = HEADER + f"{word},2026-09-01,Ferritin,42,ng/mL,15,150,North\n"
    labs += f"{word},2026-03-01,Ferritin,40,ng/mL,15,150,{word}\n"
    events = "patient_id,kind,name,dose,unit,started_on,stopped_on\n" + "".join(
        f"{word},{kind},{name}{word},65,{word},2026-01-01,\n"
        for kind, name in (("supplement", "iron "), ("medicine", "levothyroxine "), ("infusion", ""))
    )
    scores = f"patient_id,scale,total,scored_on\n{word},{word},20,2026-02-01\n{word},X{word},9,2026-02-01\n"
    patients = f"patient_id,birth_date,ferritin_assay\n{word},1980-01-01,{word}\n"
    found = of_texts(labs, events=events, scores=scores, patients=patients)
    whole = report_of(found, word)
    texts = [one for page in words_of([shortened(whole)], Paper.A4, False)["pages"] for one in leaves(page)]
    unbroken = {one for text in texts if not text.startswith("<svg") for one in re.split(r"[\s\u200b]", text)}
    assert max(map(len, unbroken)) <= 40
    assert any("levothyroxine" in one.text for one in whole.findings), "behind a long name too"
    for svg in (whole.drawing.svg, *(text for text in texts if text.startswith("<svg"))):
        long = [one for one in LINE.findall(svg) if letter in one[3] or "1F600" in one[3]]
        assert len(long) >= 2
        for x, size, style, words in long:
            room = width(words, float(size))
            left = float(x) - room * ("end" in style)
            assert left >= -1 and left + room <= WIDTH + 1, words


def leaves(data: Any) -> list[str]:
    """Every text in plain data."""
    if isinstance(data, str):
        return [data]
    inside = data.values() if isinstance(data, dict) else data if isinstance(data, list | tuple) else ()
    return [text for one in inside for text in leaves(one)]


def test_an_id_of_usual_length_is_not_broken() -> None:
    for name in ("550e8400-e29b-41d4-a716-446655440000", "a" * 30, "RLS-001"):
        assert breakable(name) == name
    assert breakable("b" * 31).replace("\u200b", "") == "b" * 31 != breakable("b" * 31)
