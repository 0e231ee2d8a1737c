"""A report as plain text for pasting into any record: short lines, no markup, signs in words."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rls_dash.interpret.limits import NOT_MADE_FOR
from rls_dash.interpret.words import UnitSystem, date_text
from rls_dash.knowledge import Urgency
from rls_dash.report.behind import counted
from rls_dash.report.fixed import INFORMS, NO_ALL_CLEAR
from rls_dash.report.inert import visible
from rls_dash.report.model import Note, Report, ResultLine

_WIDTH = 72  # characters: what mail and most records keep on one line
# Signs that a record may take for markup, or lose, in words; µ and letters of names stay as they are.
_SIGNS = (
    (r"\s*(?:<=|\u2264)\s*(?=\d)", " at or below "),
    (r"\s*(?:>=|\u2265)\s*(?=\d)", " at or above "),
    (r"\s*<\s*(?=\d)", " below "),
    (r"\s*>\s*(?=\d)", " above "),
)
_PLAIN = str.maketrans(
    "\u2212\u2013\u2014\u2022\u2018\u2019\u201c\u201d\u00b7\u00a0\u2009\u202f\u00b2",
    "----''\"\",   2",
)
_BESIDE = "transferrin_saturation"  # ferritin is not read without it
_HEADLINES = (Urgency.STOP, Urgency.ACT, Urgency.NOTE)
_SETTING = re.compile(rf"; (\w+) recorded: {NOT_MADE_FOR}")
_WITHIN = re.compile(r"^(within limits): [^;]*")  # in few words without the limits that are kept
_FIRST = 2  # supplements named in the short note
_UNITS = {UnitSystem.CONVENTIONAL: "conventional", UnitSystem.SI: "SI"}


def note_of(report: Report, note: Note = Note.FULL) -> str:
    """The note, short or full; each says in one language what the report says."""
    return "\n".join(_short(report) if note is Note.SHORT else _full(report)) + "\n"


def _full(report: Report) -> list[str]:
    """Nothing is left out but the words of cautions, which are counted."""
    return [
        *_wrapped(f"RLS report, {report.patient_id} ({report.facts})"),
        f"As of {date_text(report.as_of)}; values as reported, {_UNITS[report.units]} units beside them",
        *(_wrapped(report.sample.upper()) if report.sample else ()),
        *(_wrapped(report.clinic) if report.clinic else ()),
        *_section("LATEST RESULTS", map(_result, report.results)),
        *_section("FINDINGS", _findings(report)),
        *_section("SUPPLEMENT CAUTIONS", _cautions(report)),
        *_section("MISSING", _missing(report)),
        *_section("DATA", report.behind),
        "",
        *_wrapped(f"{report.versions}. {INFORMS} {NO_ALL_CLEAR}"),
    ]


def _short(report: Report) -> list[str]:
    """Who, as of when, the four and the saturation, findings by name, what is missing, the first cautions."""
    shown = [one for one in report.results if one.core or (one.analyte == _BESIDE and one.found)]
    entries = [
        *map(_against_limit, shown),
        *_not_made_for(shown),
        *_headlines(report),
        *([f"Missing. {report.missing}"] if report.missing else []),
        *_first_cautions(report),
        f"Short form; {_informing(report)}sources: full note. {INFORMS}",
    ]
    return [
        *_wrapped(f"RLS report, {report.patient_id} ({report.facts}), as of {date_text(report.as_of)}"),
        *(_wrapped(report.sample.upper()) if report.sample else ()),
        *(_wrapped(report.clinic) if report.clinic else ()),
        *(line for one in entries for line in _wrapped(one, "  ")),
    ]


def _against_limit(line: ResultLine) -> str:
    """A result with its date and the words of its flag, as in the full note."""
    if not line.found:
        return f"{line.test}: {line.latest}"
    letter = f" {line.letter}" if line.letter else ""
    said = _WITHIN.sub(r"\1", _SETTING.sub("", line.words))
    return f"{line.test}: {line.latest}{letter} ({line.when}), {said}"


def _not_made_for(shown: Sequence[ResultLine]) -> Iterator[str]:
    """Once for all limits above, what the full note says beside each."""
    for state in dict.fromkeys(state for one in shown for state in _SETTING.findall(one.words)):
        yield f"{state.capitalize()} recorded: the limits above were not made for it."


def _informing(report: Report) -> str:
    count = sum(one.urgency == Urgency.INFO.value for one in report.findings)
    return f"{counted(count, 'more finding')} for information, " if count else ""


def _headlines(report: Report) -> Iterator[str]:
    """Findings by urgency, each by the name of its rule; those for information are counted at the end."""
    for urgency in _HEADLINES:
        own = [one for one in report.findings if one.urgency == urgency.value]
        names = Counter(f"{one.title} ({one.rule_id})" for one in own)
        said = (f"{name}, {number} times" if number > 1 else name for name, number in names.items())
        if own:
            yield f"{urgency.value.upper()}: {'; '.join(said)}"
    if report.nothing_found:
        yield report.nothing_found


def _first_cautions(report: Report) -> Iterator[str]:
    """The supplements that are brought up first, each with its first reason."""
    brought_up = [one for one in report.cautions if one.brought_up]
    for one in brought_up[:_FIRST]:
        reason = _SETTING.sub("", next(iter((*one.reasons, *one.interactions)), ""))
        yield f"{one.label}, {one.state}{f': {reason}' if reason else ''}"
    more = len(brought_up) - _FIRST
    if more > 0:
        yield f"{counted(more, 'more supplement')} brought up: see the full note"
    if report.cautions_note:
        yield report.cautions_note


def _section(name: str, entries: Iterable[str]) -> Iterator[str]:
    yield ""
    yield name
    for entry in entries:
        yield from _wrapped(f"- {entry}", "  ")


def in_words(text: str) -> str:
    """Text without comparison signs before numbers and without typographic signs."""
    found = visible(text)
    for sign, words in _SIGNS:
        found = re.sub(sign, words, found)
    return (
        " ".join(found.translate(_PLAIN).replace("\u2026", "...").split())
        .replace("( ", "(")
        .replace(" ,", ",")
    )


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(in_words(text), _WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]


def _result(line: ResultLine) -> str:
    if not line.found:
        return f"{line.test}: {line.latest}"
    converted = f" = {line.converted}" if line.converted else ""
    letter = f" {line.letter}" if line.letter else ""
    previous = "" if line.previous == "none" else f"; previous {line.previous}"
    side, _, ends = line.interval.partition(" ")
    outside = f"; {side} the laboratory\u2019s interval, {ends}" if side in ("below", "above") else ""
    return f"{line.test}: {line.latest}{converted}{letter} ({line.when}), {line.words}{outside}{previous}"


def _findings(report: Report) -> Iterator[str]:
    for one in report.findings:
        yield f"{one.urgency.upper()} (rule {one.rule_id}): {one.text} [{one.sources}] {one.more}".strip()
    if report.nothing_found:
        yield report.nothing_found


def _cautions(report: Report) -> Iterator[str]:
    for one in report.cautions:
        count = one.more + len(one.cautions)
        reasons = (
            f": {'; '.join((*one.reasons, *one.interactions))}" if one.reasons or one.interactions else ""
        )
        yield f"{one.label}, {one.state}{reasons}. {counted(count, 'caution')} in the program."
    if report.cautions_note:
        yield report.cautions_note


def _missing(report: Report) -> Iterator[str]:
    if report.missing:
        yield report.missing
    if report.not_evaluated:
        yield f"Rules not evaluated: {report.not_evaluated}."
