"""A report as the strings of one page: what HTML and PDF lay out alike."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from rls_dash.interpret.words import UnitSystem, date_text
from rls_dash.report.fixed import INTENDED_USE, NO_ALL_CLEAR
from rls_dash.report.model import CautionLine, FindingLine, Paper, ResultLine
from rls_dash.report.shorten import Shortened

# width, height [mm]; the text is 190 mm wide on both
SIZES = {Paper.A4: (210.0, 297.0), Paper.LETTER: (215.9, 279.4)}
# A blank between a number and its unit; dates keep together too.
_UNIT = re.compile(
    r"(?<=\d) (?=(?:%|[\u00b5nmpkM]?(?:g|mol|L|U|IU|Eq)(?:/|\b)|[A-Z][a-z]{2} \d{4}))"
    r"|(?<=[A-Z][a-z]{2}) (?=\d{4}\b)"
)
_UNITS = {UnitSystem.CONVENTIONAL: "conventional units", UnitSystem.SI: "SI units"}


@dataclass(frozen=True)
class Page:
    """Everything on the page in reading order; "" and () where there is nothing to say."""

    head: str
    facts: str
    as_of: str
    units: str
    sample: str
    clinic: str
    svg: str
    svg_height: float  # [mm] at a width of 190 mm
    alt: str
    result_head: tuple[str, ...]
    results: tuple[ResultLine, ...]
    findings: tuple[FindingLine, ...]
    nothing_found: str
    cautions: tuple[CautionLine, ...]  # of supplements that results or records bring up
    cautions_rest: tuple[str, ...]  # the others by name, and what was not checked
    missing: tuple[str, ...]
    behind: tuple[str, ...]
    left_out: str
    intended: str
    footer: str


def title_of(as_of_text: str) -> str:
    """Title of the document: shown by viewers and kept in lists of recent files, so it names no patient."""
    return f"RLS report as of {as_of_text}"


def page_of(printed: Shortened) -> Page:
    """The strings of one page."""
    report = printed.report
    brought_up = tuple(one for one in report.cautions if one.brought_up)
    units = _UNITS[report.units]
    return Page(
        head=f"RLS report \u00b7 {report.patient_id}",
        facts=report.facts,
        as_of=f"As of {date_text(report.as_of)}",
        units=f"values in {units}",
        sample=report.sample,
        clinic=report.clinic,
        svg=report.drawing.svg,
        svg_height=report.drawing.height * 190 / report.drawing.width,
        alt=report.trend_words,
        result_head=("Test", "Latest, as reported", "Collected", "Flag, limit and source",
                     "Laboratory\u2019s interval", "Previous, as reported"),
        results=report.results,
        findings=report.findings,
        nothing_found=report.nothing_found,
        cautions=brought_up,
        cautions_rest=_rest(report.cautions, report.cautions_note),
        missing=tuple(filter(None, (
            report.missing,
            f"Rules not evaluated: {report.not_evaluated}." if report.not_evaluated else "",
        ))),
        behind=report.behind,
        left_out=printed.left_out,
        intended=f"{' '.join(INTENDED_USE)} {NO_ALL_CLEAR}",
        footer=f"{report.versions} \u00b7 informs, does not diagnose",
    )  # fmt: skip


def _rest(cautions: tuple[CautionLine, ...], note: str) -> tuple[str, ...]:
    """Supplements that nothing brings up, by what is known of them."""
    groups: dict[str, list[CautionLine]] = {}
    for one in cautions:
        if not one.brought_up:
            groups.setdefault(one.state, []).append(one)
    said = [
        f"{state[0].upper()}{state[1:]}: {', '.join(one.label for one in lines)}."
        for state, lines in groups.items()
    ]
    count = sum(one.more for lines in groups.values() for one in lines)
    more = f"Their {count} cautions stand on the pages Patient and Limits and sources." if count else ""
    return tuple(filter(None, (*said, more, note)))


def page_data(page: Page) -> dict[str, Any]:
    """The page as plain data, urgencies in capitals and counts in words."""
    data = asdict(page)
    data["findings"] = [asdict(replace(one, urgency=one.urgency.upper())) for one in page.findings]
    data["cautions"] = [
        asdict(one)
        | {
            "more": more_words(one),
            "missing": f"No result on file: {one.missing}." if one.missing else "",
        }
        for one in page.cautions
    ]
    data["svg"] = ""
    held: dict[str, Any] = _bound(data)
    return held | {"svg": page.svg}


def _bound(data: Any) -> Any:
    """Every text with numbers held to their units at the end of a line."""
    if isinstance(data, str):
        return _UNIT.sub("\u00a0", data)
    if isinstance(data, dict):
        return {key: _bound(value) for key, value in data.items()}
    return [_bound(value) for value in data] if isinstance(data, list | tuple) else data


def more_words(line: CautionLine) -> str:
    """How many cautions are not printed, and where they are."""
    if not line.more:
        return ""
    return f"{line.more} more {'caution' if line.more == 1 else 'cautions'} on the page Limits and sources."
