"""Chapter: reports of one collection. Repeats count once, corrections replace, withdrawals take back."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rls_dash.knowledge import load_knowledge
from rls_dash.normalise.duplicates import DRAW, Deduplicated, deduplicate
from rls_dash.normalise.issued import issued, latest_of
from rls_dash.normalise.units import factor
from rls_dash.schema import EXTRA_DTYPES, RESULT_DTYPES, empty_results

STATUS = {"F": "final", "P": "preliminary", "C": "corrected", "-": "not_stated"}
KINDS = RESULT_DTYPES | EXTRA_DTYPES | {"reported_at": "str"}
NOBODY = pd.DataFrame()


def row(text: str, line: int, file: str = "a.csv") -> dict[str, object]:
    """`patient analyte date status number unit [reported_at]` as a result of rls_dash.schema."""
    patient, analyte, day, status, number, unit, *reported = text.split()
    sign, digits = (number[0], number[1:]) if number[0] in "<>" else ("", number)
    result: dict[str, object] = dict.fromkeys(RESULT_DTYPES | EXTRA_DTYPES, "")
    return result | {
        "patient_id": patient,
        "analyte": analyte,
        "collected_at": day,
        "collected_on": datetime.fromisoformat(day),
        "comparator": sign,
        "value": round(float(digits) * float(factor(analyte, unit)), 9),
        "unit": load_knowledge().analytes[analyte].canonical_unit,
        "reported_number": float(digits),
        "reported_value": number,
        "reported_unit": unit,
        "unit_code": unit,
        "reference_low": float("nan"),
        "reference_high": float("nan"),
        "status": STATUS[status],
        "source_file": file,
        "source_row": line,
        "has_time": "T" in day,
        "relative": False,
        "reported_at": (reported or [""])[0],
    }


def results(*rows: str, file: str = "a.csv") -> pd.DataFrame:
    if not rows:
        return empty_results().assign(reported_at=pd.Series(dtype="str"))
    found = [row(text, line, file) for line, text in enumerate(rows, 2)]
    return pd.DataFrame(
        {name: pd.Series([one[name] for one in found], dtype=kind) for name, kind in KINDS.items()}
    )


def taken_back(*rows: str) -> pd.DataFrame:
    """`patient analyte date [reported_at]`."""
    parts = [text.split() for text in rows]
    return pd.DataFrame(
        {
            "patient_id": [part[0] for part in parts],
            "analyte": [part[1] for part in parts],
            "collected_on": pd.Series([part[2] for part in parts]).astype("datetime64[us]"),
            "reported_at": [(part[3:] or [""])[0] for part in parts],
        }
    )


def standing(found: Deduplicated) -> list[str]:
    """Lines of the results that stand."""
    return [str(line) for line in found.results["source_row"]]


def issues(found: Deduplicated) -> list[tuple[int, str, str]]:
    frame = found.issues
    return sorted(zip(frame["source_row"], frame["severity"], frame["code"], strict=True))


FE = "P1 ferritin 2025-03-05"

# What happens to the reports of one collection: reports (status number unit [issued]); lines that stand;
# issues of lines. The first report stands on line 2.
STORIES = [
    ("one report", ["F 42 ng/mL"], "2", []),
    ("a repeat", ["F 42 ng/mL", "F 42 ng/mL"], "2", ["3 note duplicate"]),
    ("a repeat in another name of the unit", ["F 42 ng/mL", "F 42 ug/L"], "2", ["3 note duplicate"]),
    ("stated final and not stated", ["- 42 ng/mL", "F 42 ng/mL"], "3", ["2 note duplicate"]),
    (
        "two values, both final",
        ["F 42 ng/mL", "F 58 ng/mL"],
        "2 3",
        ["2 note conflicting_results", "3 note conflicting_results"],
    ),
    (
        "a number and a limit",
        ["F 5 ng/mL", "F <5 ng/mL"],
        "2 3",
        ["2 note conflicting_results", "3 note conflicting_results"],
    ),
    ("a preliminary report", ["P 40 ng/mL", "F 42 ng/mL"], "3", ["2 set_aside superseded"]),
    ("a preliminary report of the same value", ["F 42 ng/mL", "P 42 ng/mL"], "2", ["3 set_aside superseded"]),
    ("a correction", ["F 420 ng/mL", "C 42 ng/mL"], "3", ["2 set_aside superseded"]),
    ("a correction that stands first", ["C 42 ng/mL", "F 420 ng/mL"], "2", ["3 set_aside superseded"]),
    ("a correction alone", ["C 42 ng/mL"], "2", ["2 note correction_alone"]),
    (
        "a correction twice",
        ["C 42 ng/mL", "C 42 ng/mL"],
        "2",
        ["2 note correction_alone", "3 note correction_alone", "3 note duplicate"],
    ),
    (
        "two corrections, the later issued stands",
        ["F 400 ng/mL", "C 44 ng/mL 2025-03-08T10:00", "C 42 ng/mL 2025-03-07T10:00"],
        "3",
        ["2 set_aside superseded", "4 set_aside superseded"],
    ),
    (
        "two corrections on two days",
        ["C 44 ng/mL 2025-03-07", "C 42 ng/mL 20250308"],
        "3",
        ["2 note correction_alone", "2 set_aside superseded", "3 note correction_alone"],
    ),
    (
        "two corrections without a time of issue",
        ["F 400 ng/mL", "C 44 ng/mL", "C 42 ng/mL"],
        "",
        ["2 set_aside superseded", "3 held corrections_conflict", "4 held corrections_conflict"],
    ),
    (
        "two corrections, one without a time of issue",
        ["F 400 ng/mL", "C 44 ng/mL 2025-03-07", "C 42 ng/mL"],
        "",
        ["2 set_aside superseded", "3 held corrections_conflict", "4 held corrections_conflict"],
    ),
    (
        "two corrections on one day, one without the hour",
        ["F 400 ng/mL", "C 44 ng/mL 2025-03-07", "C 42 ng/mL 2025-03-07T10:00"],
        "",
        ["2 set_aside superseded", "3 held corrections_conflict", "4 held corrections_conflict"],
    ),
    (
        "two corrections issued at one time",
        ["F 400 ng/mL", "C 44 ng/mL 2025-03-07T10:00", "C 42 ng/mL 2025-03-07T10:00"],
        "",
        ["2 set_aside superseded", "3 held corrections_conflict", "4 held corrections_conflict"],
    ),
    (
        "a final report issued before its correction",
        ["F 400 ng/mL 2025-03-06", "C 42 ng/mL 2025-03-07"],
        "3",
        ["2 set_aside superseded"],
    ),
    (
        "a final report issued after the correction, with another value",
        ["F 400 ng/mL 2025-03-08", "C 42 ng/mL 2025-03-07"],
        "2 3",
        ["2 note conflicting_results", "3 note conflicting_results"],
    ),
    (
        "a final report issued after the correction, with its value",
        ["F 42 ng/mL 2025-03-08", "C 42 ng/mL 2025-03-07"],
        "3",
        ["2 note duplicate"],
    ),
    (
        "a preliminary report issued after the final one replaces nothing",
        ["P 40 ng/mL 2025-03-08", "F 42 ng/mL 2025-03-07"],
        "3",
        ["2 set_aside superseded"],
    ),
]


@pytest.mark.parametrize(
    ("reports", "stands", "expected"), [story[1:] for story in STORIES], ids=[s[0] for s in STORIES]
)
def test_the_reports_of_one_collection(reports: list[str], stands: str, expected: list[str]) -> None:
    found = deduplicate(results(*(f"{FE} {report}" for report in reports)), NOBODY)
    assert standing(found) == stands.split()
    assert [f"{line} {severity} {code}" for line, severity, code in issues(found)] == expected
    blocked = found.set_aside.get("a.csv", 0) + found.held.get("a.csv", 0) + found.duplicates.get("a.csv", 0)
    assert len(found.results) + blocked == len(reports)
    assert (found.issues["message"] != "").all()


# Withdrawals: reports; issue of the withdrawal; lines that stand.
WITHDRAWALS = [
    ("the original goes", ["F 42 ng/mL"], "", ""),
    ("a preliminary one goes", ["P 42 ng/mL"], "", ""),
    ("its correction stays", ["F 420 ng/mL", "C 42 ng/mL"], "", "3"),
    ("a correction taken back later goes", ["C 42 ng/mL 2025-03-07"], "2025-03-08", ""),
    ("a correction issued later stays", ["C 42 ng/mL 2025-03-08"], "2025-03-07", "2"),
    ("a report issued after the withdrawal stands", ["F 42 ng/mL 2025-03-09"], "2025-03-08", "2"),
    ("a report issued before it goes", ["F 42 ng/mL 2025-03-07"], "2025-03-08", ""),
    ("a report without a time of issue goes", ["F 42 ng/mL"], "2025-03-08", ""),
]


@pytest.mark.parametrize(
    ("reports", "when", "stands"), [w[1:] for w in WITHDRAWALS], ids=[w[0] for w in WITHDRAWALS]
)
def test_a_withdrawal_takes_earlier_reports_back_and_says_so(
    reports: list[str], when: str, stands: str
) -> None:
    other = "P2 ferritin 2025-03-05 F 7 ng/mL"
    found = deduplicate(
        results(*(f"{FE} {report}" for report in reports), other),
        taken_back(f"P1 ferritin 2025-03-05 {when}"),
    )
    last = str(len(reports) + 2)
    assert standing(found) == [*stands.split(), last]
    gone = len(reports) - len(stands.split())
    assert found.set_aside.get("a.csv", 0) == gone
    taken = found.issues[found.issues["severity"] == "set_aside"]
    assert len(taken) == gone and set(taken["code"]) <= {"withdrawn", "superseded"}


def test_a_withdrawal_without_times_of_issue_is_read() -> None:
    plain = taken_back("P1 ferritin 2025-03-05").drop(columns="reported_at")
    found = deduplicate(results(f"{FE} F 42 ng/mL").drop(columns="reported_at"), plain)
    assert standing(found) == []
    assert issues(found) == [(2, "set_aside", "withdrawn")]


# One result printed in two units, as exports with two unit systems do: alike within the rounding of print.
IN_TWO_UNITS = """
vitamin_b12 | 200 pg/mL | 148 pmol/L | same
vitamin_b12 | 200 pg/mL | 147.6 pmol/L | same
vitamin_b12 | 200 pg/mL | 150 pmol/L | two
vitamin_b12 | 200 pg/mL | 200 pmol/L | two
folate | 8.4 ng/mL | 19.0 nmol/L | same
folate | 8.4 ng/mL | 18.4 nmol/L | two
magnesium | 2.0 mg/dL | 0.82 mmol/L | same
magnesium | 2 meq/L | 0.9 mmol/L | two
magnesium | 2.0 mg/dL | 2.0 mmol/L | two
hemoglobin | 13.5 g/dL | 8.4 mmol/L | same
hemoglobin | 13.5 g/dL | 135 g/L | same
creatinine | 0.9 mg/dL | 80 umol/L | same
creatinine | 0.9 mg/dL | 84 umol/L | two
crp | <0.5 mg/dL | <5 mg/L | same
crp | <0.5 mg/dL | 5 mg/L | two
"""


@pytest.mark.parametrize(
    ("analyte", "left", "right", "expected"),
    [[cell.strip() for cell in line.split("|")] for line in IN_TWO_UNITS.strip().splitlines()],
)
def test_one_result_in_two_units_counts_once(analyte: str, left: str, right: str, expected: str) -> None:
    for pair in ((left, right), (right, left)):
        found = deduplicate(results(*(f"P1 {analyte} 2025-03-05 F {cell}" for cell in pair)), NOBODY)
        assert len(found.results) == (1 if expected == "same" else 2)
        if expected == "same":
            assert "in another unit" in found.issues["message"].iloc[0] or "g/L" in right
        else:
            assert set(found.issues["code"]) == {"conflicting_results"}


def test_which_of_two_equal_rows_stands_does_not_hang_on_their_order() -> None:
    rows = results(f"{FE} - 42 ug/L", f"{FE} F 42.0 ng/mL", f"{FE} F 42 ng/mL")
    fuller = rows.assign(reference_high=[float("nan"), 150.0, float("nan")])
    ahead, behind = (deduplicate(order, NOBODY).results for order in (fuller, fuller.iloc[::-1]))
    assert list(ahead["source_row"]) == list(behind["source_row"]) == [3]
    texts = [
        deduplicate(order, NOBODY).results["reported_value"].iloc[0] for order in (rows, rows.iloc[::-1])
    ]
    assert texts[0] == texts[1]


def test_the_first_of_identical_rows_stands_and_the_note_names_it() -> None:
    both = pd.concat([results(f"{FE} F 42 ng/mL"), results(f"{FE} F 42 ng/mL", file="b.csv")])
    found = deduplicate(both.reset_index(drop=True), NOBODY)
    assert list(found.results["source_file"]) == ["a.csv"]
    assert found.issues["message"].iloc[0] == "The same result as a.csv, line 2; it is counted once."
    assert found.duplicates == {"b.csv": 1}


def test_other_patients_analytes_and_times_are_left_alone() -> None:
    rows = results(
        f"{FE} F 42 ng/mL", "P2 ferritin 2025-03-05 F 43 ng/mL", "P1 iron 2025-03-05 F 18 umol/L",
        "P1 ferritin 2025-03-05T08:30 F 44 ng/mL",
    )  # fmt: skip
    found = deduplicate(rows, NOBODY)
    assert standing(found) == ["2", "3", "4", "5"]
    assert found.issues.empty


def test_nothing_stays_nothing() -> None:
    assert deduplicate(results(), NOBODY).results.empty
    assert deduplicate(results(), taken_back("P1 ferritin 2025-03-05")).results.empty


# --- laws ------------------------------------------------------------------------------------------------

REPORTS = st.lists(
    st.builds(
        "{} {} {} {} {} {}{}".format,
        st.sampled_from(["P1", "P2"]),
        st.sampled_from(["ferritin"]),
        st.sampled_from(["2025-03-05", "2025-03-06"]),
        st.sampled_from(["F", "F", "P", "C", "-"]),
        st.sampled_from(["42", "42.0", "58", "<5"]),
        st.sampled_from(["ng/mL", "ug/L"]),
        st.sampled_from(["", " 2025-03-07", " 2025-03-08T10:00"]),
    ),
    max_size=7,
)
CONTENT = [
    "patient_id",
    "collected_on",
    "comparator",
    "value",
    "status",
    "reported_unit",
    "reported_value",
    "notes",
]


def content(found: Deduplicated) -> list[tuple[object, ...]]:
    return sorted(found.results[CONTENT].itertuples(index=False, name=None), key=str)


@settings(max_examples=25, deadline=None)
@given(REPORTS)
def test_every_row_stands_or_is_counted(rows: list[str]) -> None:
    """And it is enough to hand over the rows whose draw is repeated or corrected, as the pipeline does."""
    frame = results(*rows)
    found = deduplicate(frame, NOBODY)
    taken = sum(sum(part.values()) for part in (found.duplicates, found.set_aside, found.held))
    assert len(found.results) + taken == len(rows)
    blocking = found.issues[found.issues["severity"] != "note"]
    assert len(blocking) == sum(found.set_aside.values()) + sum(found.held.values())
    assert (found.issues["code"] == "duplicate").sum() == sum(found.duplicates.values())

    concerned = (frame.duplicated(DRAW, keep=False) | (frame["status"] == "corrected")).to_numpy(dtype=bool)
    part = deduplicate(frame[concerned].reset_index(drop=True), NOBODY)
    rest = frame[~concerned][CONTENT].itertuples(index=False, name=None)
    assert sorted([*content(part), *rest], key=str) == content(found)
    assert issues(part) == issues(found)


@settings(max_examples=25, deadline=None)
@given(REPORTS, st.randoms())
def test_neither_an_overlapping_export_nor_the_order_of_rows_changes_a_result(
    rows: list[str], random
) -> None:
    first = results(*rows)
    once = content(deduplicate(first, NOBODY))
    again = pd.concat([first, results(*rows, file="again.csv")], ignore_index=True)
    twice = deduplicate(again, NOBODY)
    assert content(twice) == once
    assert set(twice.results["source_file"]) <= {"a.csv"}
    order = list(range(len(first)))
    random.shuffle(order)
    assert content(deduplicate(first.iloc[order], NOBODY)) == once


# --- time of issue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-03-07", "2025-03-07T00:00:00", "2025-03-07T23:59:59.999999"),
        ("20250307", "2025-03-07T00:00:00", "2025-03-07T23:59:59.999999"),
        ("2025-03-07T10:30", "2025-03-07T10:30:00", "2025-03-07T10:30:00"),
        ("2025-03-07 10:30:15", "2025-03-07T10:30:15", "2025-03-07T10:30:15"),
        ("202503071030", "2025-03-07T10:30:00", "2025-03-07T10:30:00"),
        ("20250307103015", "2025-03-07T10:30:15", "2025-03-07T10:30:15"),
        ("2025-03-07T10:30:00+02:00", "2025-03-07T10:30:00", "2025-03-07T10:30:00"),
        ("2025-03-07T10:30:00Z", "2025-03-07T10:30:00", "2025-03-07T10:30:00"),
        ("", None, None),
        ("07.03.2025", None, None),
        ("20251307", None, None),
        ("202503071", None, None),
        ("202503071030x", None, None),
        ("soon", None, None),
    ],
)
def test_a_time_of_issue_is_read_as_a_span_or_not_at_all(
    text: str, first: str | None, last: str | None
) -> None:
    earliest, latest = issued(pd.Series([text], dtype="str"))
    read = [None if pd.isna(end) else pd.Timestamp(end).isoformat() for end in (earliest[0], latest[0])]
    assert read == [first, last]


@pytest.mark.parametrize(
    ("texts", "latest"),
    [
        (["2025-03-07", "2025-03-08", "2025-03-06"], 1),
        (["2025-03-08T10:30", "2025-03-07", "2025-03-08T10:29"], 0),
        (["2025-03-08T10:30", "2025-03-08T10:30", "2025-03-07"], None),  # at one time
        (["2025-03-08", "2025-03-08T10:30", "2025-03-07"], None),  # some time of that day
        (["2025-03-08", "", "2025-03-07"], None),  # not known of one
        (["", "", ""], None),
    ],
)
def test_the_latest_report_is_later_than_every_other(texts: list[str], latest: int | None) -> None:
    first, last = issued(pd.Series(texts, dtype="str"))
    assert latest_of(first, last, np.arange(3)) == latest


def test_two_reports_of_one_result_do_not_dispute_each_other() -> None:
    first, last = issued(pd.Series(["2025-03-08", "2025-03-08", "2025-03-07"], dtype="str"))
    assert latest_of(first, last, np.array([5, 5, 6])) == 5
