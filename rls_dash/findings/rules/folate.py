"""F1 to F4: folate, and B12 before it."""

from __future__ import annotations

from collections.abc import Sequence

from rls_dash.findings.ages import beside, said_to
from rls_dash.findings.case import Case, Reading
from rls_dash.findings.logic import any_of, truth_of
from rls_dash.findings.model import SILENT, Rule, Verdict, undecided
from rls_dash.findings.rules.b12 import ACTIVE, TOTAL, b12_not_safe, markers, unlikely_words
from rls_dash.model import Flag, Truth

FOLATE = "folate"


def _low(case: Case) -> tuple[Reading | None, Truth]:
    """(latest folate, whether it is below 3 ng/mL)."""
    folate = case.latest(FOLATE)
    return folate, case.meets("folate_low_3", folate)


def _open(case: Case, folate: Reading | None) -> Verdict:
    why = case.why_none(FOLATE) if folate is None else f"{folate.text} does not decide"
    return undecided(FOLATE, why=why)


def _b12_words(case: Case, found: Sequence[Reading]) -> dict[str, str]:
    """The B12 results beside the folate, and the limits they were held against."""
    limits = " and ".join(unlikely_words(case, one) for one in found)
    said = {"b12": ", ".join(one.text for one in found)}
    return {**said, "unlikely": f" B12 deficiency is called unlikely with {limits}."}


def f1(case: Case) -> list[Verdict]:
    """Low folate while no B12 can be used (GPnotebook, EFSA, BSH)."""
    folate, low = _low(case)
    if low is not Truth.TRUE:
        return [SILENT if low is Truth.FALSE else _open(case, folate)]
    if markers(case):
        return [SILENT]
    why = " ".join(
        f"{case.why_none(one)}." for one in (TOTAL, ACTIVE) if "not on file" not in case.why_none(one)
    )
    return [said_to(case, case.adult, "F1", folate, missing=(TOTAL,), why=f" {why}".rstrip())]


def f2(case: Case) -> list[Verdict]:
    """Low folate with a B12 that is low, indeterminate, or not shown to be neither."""
    folate, low = _low(case)
    if low is not Truth.TRUE:
        return [SILENT if low is Truth.FALSE else _open(case, folate)]
    found = markers(case)
    not_safe = b12_not_safe(case)
    if not found or not_safe is Truth.FALSE:
        return [SILENT]
    wording = "F2" if not_safe is Truth.TRUE else "F2.open"
    return [said_to(case, case.adult, wording, folate, *found, words=_b12_words(case, found))]


def f3(case: Case) -> list[Verdict]:
    """Low folate with a B12 that makes deficiency of it unlikely."""
    folate, low = _low(case)
    if low is not Truth.TRUE:
        return [SILENT if low is Truth.FALSE else _open(case, folate)]
    found = markers(case)
    if b12_not_safe(case) is not Truth.FALSE:
        return [SILENT]
    return [said_to(case, case.adult, "F3", folate, *found, words=_b12_words(case, found))]


def f4(case: Case) -> list[Verdict]:
    """Folate of 3 to 4 ng/mL, or below the laboratory's own interval without being below 3."""
    folate, low = _low(case)
    if folate is None or low is Truth.UNKNOWN:
        return [_open(case, folate)]
    if low is Truth.TRUE:
        return [SILENT]
    between = case.meets("folate_possible_4", folate)
    by_lab = truth_of(folate.row.get("interval_flag") == Flag.LOW.value)
    if any_of(between, by_lab) is not Truth.TRUE:
        return [SILENT if between is Truth.FALSE else _open(case, folate)]
    wording = "F4" if between is Truth.TRUE else "F4.by_lab"
    return [said_to(case, case.adult, wording, folate, beside=beside(*markers(case)))]


RULES: tuple[Rule, ...] = (Rule("F1", f1), Rule("F2", f2), Rule("F3", f3), Rule("F4", f4))
