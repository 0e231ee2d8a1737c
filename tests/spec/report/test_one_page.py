"""Every report fits its page, and what does not fit is counted on it: nothing vanishes."""

from __future__ import annotations

import re

import pytest

from rls_dash.report.model import Paper, Report
from rls_dash.report.pdf import fitted, pages_in, pdf_of
from rls_dash.report.shorten import Shortened, removals, shortened
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
