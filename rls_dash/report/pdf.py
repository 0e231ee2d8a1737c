"""Reports as PDF, by typst: tagged (PDF/UA-1), fonts of its own, the same bytes for the same reports."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from rls_dash.interpret.words import date_text
from rls_dash.report.inert import breakable, displayable
from rls_dash.report.model import Paper, Report
from rls_dash.report.page import SIZES, page_data, page_of, title_of
from rls_dash.report.shorten import Shortened, shortened_to
from rls_dash.report.svg import trend_svg

_TEMPLATE = Path(__file__).resolve().parent / "page.typ"
_PAGES = re.compile(rb"/Type/Pages/Count (\d+)")


def fitted(report: Report, paper: Paper) -> Shortened:
    """The report with as much as fits one page; pages are numbered should it ever take two."""
    return shortened_to(report, lambda printed: page_count([printed], paper) == 1)


def pdf_of(printed: Sequence[Shortened], paper: Paper) -> bytes:
    """One document, a page a report. Raises ValueError without one."""
    if not printed:
        raise ValueError("no report to print")
    return _compiled(printed, paper, draft=False)


def page_count(printed: Sequence[Shortened], paper: Paper) -> int:
    """Number of pages that reports take, found on a draft without figures and tags."""
    return pages_in(_compiled(printed, paper, draft=True))


def pages_in(pdf: bytes) -> int:
    """Number of pages of a document made here."""
    return max(int(count) for count in _PAGES.findall(pdf))


def _compiled(printed: Sequence[Shortened], paper: Paper, draft: bool) -> bytes:
    compiled = _compiler(printed, paper, draft).compile(
        format="pdf",
        pdf_standards=[] if draft else ["ua-1"],
        pdf_tags=not draft,
        timestamp=datetime.combine(printed[0].report.as_of, time(), UTC),
    )
    if not isinstance(compiled, bytes):
        raise TypeError("typst gave several files for one document")
    return compiled


def _compiler(printed: Sequence[Shortened], paper: Paper, draft: bool) -> typst.Compiler:
    """typst with the template and the reports as its data; no file and no font of the system."""
    return typst.Compiler(
        input=_TEMPLATE.read_bytes(),
        root=_TEMPLATE.parent,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(words_of(printed, paper, draft), ensure_ascii=False)},
    )


def words_of(printed: Sequence[Shortened], paper: Paper, draft: bool) -> dict[str, Any]:
    """What the template lays out, in texts that can neither act nor leave their place."""
    pages = [page_of(one) for one in printed]
    width, height = SIZES[paper]
    day = printed[0].report.as_of
    words: dict[str, Any] = _inert(
        {
            "title": title_of(date_text(day)),
            "day": [day.year, day.month, day.day],
            "width": width,
            "height": height,
            "footer": pages[0].footer,
            "draft": draft,
            "pages": [page_data(page) | {"svg": ""} for page in pages],
        }
    )
    if not draft:
        for page, one in zip(words["pages"], printed, strict=True):
            page["svg"] = _drawing(one.report)
    return words


def _drawing(report: Report) -> str:
    """The figure in characters the fonts have: drawn anew where one is replaced, for that needs more room."""
    svg = report.drawing.svg
    if displayable(svg) == svg:
        return svg
    return displayable(trend_svg(report.trend, report.trend_words, displayable).svg)


def _inert(data: Any) -> Any:
    """Every text of the data in characters the fonts have, with no word longer than a line."""
    if isinstance(data, str):
        return breakable(displayable(data))
    if isinstance(data, dict):
        return {key: _inert(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_inert(value) for value in data]
    return data
