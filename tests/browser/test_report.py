"""The report as HTML, printed by a real browser: one sheet each, and nothing asked of anyone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser
from watched import Watch

from rls_dash.report.html_page import html_of
from rls_dash.report.model import Paper
from tests.spec.report.sample import patients, printed

SHEETS = re.compile(rb"/Type\s*/Page(?!s)\b")


@pytest.mark.parametrize("paper", list(Paper))
def test_the_report_of_every_sample_patient_prints_on_one_sheet(
    browser: Browser, watch: Watch, paper: Paper
) -> None:
    context = browser.new_context()
    watch.follow(context)
    wrong = []
    for patient in patients():
        page = context.new_page()
        page.set_content(html_of(printed(patient, paper), paper))
        sheets = len(SHEETS.findall(page.pdf(prefer_css_page_size=True)))
        if sheets != 1:
            wrong.append(f"{patient}: {sheets} sheets")
        page.close()
    context.close()
    assert not wrong, "\n".join(wrong)
    assert watch.outside == [] and watch.errors == []
