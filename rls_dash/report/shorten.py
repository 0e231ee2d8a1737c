"""What is left out, one thing after another in a fixed order, where a report does not fit its page.

The page says what is missing from it and where it stands. The order, first to go first: what says least of
this patient, so rows that state nothing before words of cautions that apply to him.
Results of further tests that state nothing: no letter, no finding that reads them, not outside the
laboratory's interval; findings INFO that only say a change is no more than chance; cautions beyond three of
a supplement; other findings INFO; which rules were not evaluated; cautions beyond two, beyond one; reasons
beyond two of a supplement; further tests that no letter marks and no finding reads; the last caution; the
other further tests, haemoglobin last; findings NOTE, and reasons beyond one. Findings STOP and ACT, the
four tests of the trends and the names of all supplements always stay. What then still finds room, in the
order of its weight, is put back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from rls_dash.knowledge import Urgency
from rls_dash.report.behind import counted
from rls_dash.report.model import CautionLine, FindingLine, Report, ResultLine
from rls_dash.report.results import NO_LETTER, READ

WHERE = "All of it stands on the page Patient; findings also in findings.csv of the command findings."
_ALWAYS_READ = "hemoglobin"  # low iron is read with it, whether a finding names it or not
Change = Callable[[Report], Report]


class _Says(Enum):
    """What stands beside the number of a further test."""

    NOTHING = 0
    LITTLE = 1  # within limits, or outside the laboratory's interval
    MUCH = 2  # a letter, or a finding that reads it


@dataclass(frozen=True)
class Shortened:
    """A report as it is printed."""

    report: Report
    left_out: str  # "" where nothing is


def removals(report: Report) -> list[list[Change]]:
    """What can be taken from a report, in groups; each step after the ones before it."""
    info = Urgency.INFO.value
    return [
        list(_results(report, _Says.NOTHING)),
        list(_findings(report, lambda one: one.urgency == info and one.rule_id == "Q8")),
        list(_cautions_beyond(report, 3)),
        list(_findings(report, lambda one: one.urgency == info and one.rule_id != "Q8")),
        [lambda one: replace(one, not_evaluated="")] if report.not_evaluated else [],
        list(_cautions_beyond(report, 2)),
        list(_cautions_beyond(report, 1)),
        list(_reasons_beyond(report, 2)),
        list(_results(report, _Says.LITTLE)),
        list(_cautions_beyond(report, 0)),
        list(_results(report, _Says.MUCH)),
        list(_findings(report, lambda one: one.urgency == Urgency.NOTE.value)),
        list(_reasons_beyond(report, 1)),
    ]


# Groups by the part of the page they stand in, weightiest first: findings and cautions stand in two columns,
# and what one of them needs may be free in the other.
_PARTS = ((11, 4, 3, 1), (12, 9, 7, 6, 5, 2), (10, 8, 0))


def shortened_to(report: Report, fits: Callable[[Shortened], bool]) -> Shortened:
    """The report with as much as fits. After the last step it may still not fit: nothing else is left out."""
    groups = removals(report)
    steps = sum(map(len, groups))
    taken = _first(groups, _least(steps, lambda number: fits(shortened(report, _first(groups, number)))))
    for part in _PARTS:
        taken = _put_back(report, taken, part, fits)
    return shortened(report, taken)


def _put_back(
    report: Report, taken: list[list[Change]], part: Sequence[int], fits: Callable[[Shortened], bool]
) -> list[list[Change]]:
    """The changes less those of one part of the page that turn out not to be needed, weightiest first."""
    for at in part:
        before = taken

        def still_fits(length: int, before: list[list[Change]] = before, at: int = at) -> bool:
            return fits(shortened(report, _cut(before, at, length)))

        length = _least(len(before[at]), still_fits)
        taken = _cut(before, at, length)
        if length:
            break
    return taken


def _least(most: int, holds: Callable[[int], bool]) -> int:
    """The least number up to `most` for which it holds, which is not asked of `most`; 0 is asked first."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2 if low else 0
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _cut(taken: Sequence[list[Change]], at: int, length: int) -> list[list[Change]]:
    """The groups, one of them cut to its first steps."""
    return [group[:length] if number == at else group for number, group in enumerate(taken)]


def _first(groups: Sequence[list[Change]], steps: int) -> list[list[Change]]:
    """The groups cut to their first steps."""
    found = []
    for group in groups:
        found.append(group[: max(steps, 0)])
        steps -= len(group)
    return found


def shortened(report: Report, taken: Sequence[Sequence[Change]] = ()) -> Shortened:
    """The report after changes (none: whole), with the words that say what is missing from it."""
    brief = report
    for group in taken:
        for change in group:
            brief = change(brief)
    return Shortened(brief, _left_out(report, brief))


def _cautions_beyond(report: Report, most: int) -> Iterator[Change]:
    """One caution less each, from the last supplement upwards."""
    longest = max((len(one.cautions) for one in report.cautions), default=0)
    for length in range(longest - 1, most - 1, -1):
        for at in reversed(range(len(report.cautions))):
            if length < len(report.cautions[at].cautions) and length < _kept_before(most, longest):
                yield _cut_cautions(at, length)


def _kept_before(most: int, longest: int) -> int:
    """How many an earlier step has left: each step goes on where the one before it ended."""
    return longest if most == 3 else most + 1


def _cut_cautions(at: int, length: int) -> Change:
    def change(report: Report) -> Report:
        line = report.cautions[at]
        less = len(line.cautions) - length
        return _with_line(report, at, replace(line, cautions=line.cautions[:length], more=line.more + less))

    return change


def _reasons_beyond(report: Report, most: int) -> Iterator[Change]:
    for at in reversed(range(len(report.cautions))):
        if len(report.cautions[at].reasons) > most:
            yield _cut_reasons(at, most)


def _cut_reasons(at: int, most: int) -> Change:
    return lambda one: _with_line(one, at, replace(one.cautions[at], reasons=one.cautions[at].reasons[:most]))


def _with_line(report: Report, at: int, line: CautionLine) -> Report:
    return replace(report, cautions=(*report.cautions[:at], line, *report.cautions[at + 1 :]))


def _findings(report: Report, wanted: Callable[[FindingLine], bool]) -> Iterator[Change]:
    """One finding less each, from the last upwards."""
    for line in reversed([one for one in report.findings if wanted(one)]):
        yield _without_finding(line)


def _without_finding(line: FindingLine) -> Change:
    return lambda one: replace(one, findings=tuple(other for other in one.findings if other is not line))


def _results(report: Report, says: _Says) -> Iterator[Change]:
    """One further test less each, from the last upwards; haemoglobin last."""
    chosen = [one for one in report.results if not one.core and _says(one) is says]
    for line in sorted(reversed(chosen), key=lambda one: one.analyte == _ALWAYS_READ):
        yield _without_result(line.analyte)


def _says(line: ResultLine) -> _Says:
    """How much a row says of this patient beyond its number."""
    if line.letter or READ in line.words or line.analyte == _ALWAYS_READ:
        return _Says.MUCH
    placed = line.interval.startswith(("below", "above"))
    return _Says.LITTLE if placed or not line.words.startswith(NO_LETTER) else _Says.NOTHING


def _without_result(analyte: str) -> Change:
    return lambda one: replace(one, results=tuple(row for row in one.results if row.analyte != analyte))


def _left_out(whole: Report, brief: Report) -> str:
    """What the brief report lacks, in words."""
    pairs = list(zip(whole.cautions, brief.cautions, strict=True))
    kept = {one.analyte for one in brief.results}
    tests = [one.test for one in whole.results if one.analyte not in kept]
    reasons = sum(len(one.reasons) - len(other.reasons) for one, other in pairs)
    parts = [
        _left_findings([one for one in whole.findings if not any(one is other for other in brief.findings)]),
        _number(sum(other.more - one.more for one, other in pairs), "caution of supplements named here",
                "cautions of supplements named here"),
        _number(reasons, "reason that brings up a supplement", "reasons that bring up a supplement"),
        f"results of {', '.join(tests)}" if tests else "",
        "which rules were not evaluated" if whole.not_evaluated and not brief.not_evaluated else "",
    ]  # fmt: skip
    said = "; ".join(filter(None, parts))
    return f"Left out to fit one page: {said}. {WHERE}" if said else ""


def _left_findings(left: Sequence[FindingLine]) -> str:
    """By urgency, rule and its name with their number: "3 findings (INFO: Q8 Change (2), …)"."""
    groups: dict[str, Counter[str]] = {}
    for one in left:
        groups.setdefault(one.urgency.upper(), Counter())[f"{one.rule_id} {one.title}"] += 1
    said = [
        f"{urgency}: {', '.join(f'{rule} ({count})' if count > 1 else rule for rule, count in rules.items())}"
        for urgency, rules in groups.items()
    ]
    return f"{counted(len(left), 'finding')} ({'; '.join(said)})" if left else ""


def _number(count: int, one: str, many: str) -> str:
    return counted(count, one, many) if count else ""
