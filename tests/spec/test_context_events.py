"""events.csv and scores.csv: what each cell may hold, what a bad one does, and the same words in a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from rls_dash.context.edits import (
    THIS_SESSION,
    EntryError,
    with_event,
    with_score,
    without_event,
    without_score,
)
from rls_dash.context.events import Event, EventKind
from rls_dash.context.scores import Score
from rls_dash.context.side_files import SideFiles, read_side_files
from rls_dash.ingest.given import InputFile
from rls_dash.knowledge import load_knowledge
from rls_dash.model import Issue, Severity

COLUMNS = "patient_id|kind|name|dose|unit|route|started_on|stopped_on"
GOOD = dict(
    zip(COLUMNS.split("|"), "P1|supplement|iron|65|mg|oral|2026-01-01|2026-02-01".split("|"), strict=True)
)
SCORE = {"patient_id": "P1", "scale": "IRLS", "total": "20", "scored_on": "2026-01-01"}


def events(*rows: Mapping[str, str], columns: str = COLUMNS) -> SideFiles:
    """What an events.csv with these rows says."""
    return read_side_files(load_knowledge(), events=[_file("events.csv", columns, rows)])


def scores(*rows: Mapping[str, str]) -> SideFiles:
    """What a scores.csv with these rows says."""
    return read_side_files(load_knowledge(), scores=[_file("scores.csv", "|".join(SCORE), rows)])


def _file(name: str, columns: str, rows: tuple[Mapping[str, str], ...]) -> InputFile:
    names = columns.split("|")
    lines = [";".join(names), *(";".join(row.get(column, "") for column in names) for row in rows)]
    return InputFile(name, ("\n".join(lines) + "\n").encode())


def blocked(issues: tuple[Issue, ...]) -> list[str]:
    """Codes of the issues; those of rows that are not used with a `!`."""
    return [("!" if one.severity is Severity.SET_ASIDE else "") + one.code for one in issues]


# --- events ----------------------------------------------------------------------------------------------

# column | cell | what is read of it, "-" for nothing | codes
CELLS = """
kind       | supplement    | supplement   |
kind       | Supplements   | supplement   |
kind       | drug          | medicine     |
kind       | Medication    | medicine     |
kind       | infusion      | infusion     |
kind       | disease       | illness      |
kind       | iron          | -            | !kind_unknown
kind       |               | -            | !kind_missing
name       | ferrous  sulfate, elemental | ferrous sulfate, elemental |
name       | =HYPERLINK()  | =HYPERLINK() |
name       |               | -            | !name_missing
dose       | 0.5           | 0.5          |
dose       | 1,5           | None         | number_unreadable
dose       | 1,500         | None         | number_unreadable
dose       | -65           | None         | number_unreadable
dose       | 1e3           | None         | number_unreadable
dose       | 65 mg         | None         | number_unreadable
dose       | .5            | None         | number_unreadable
dose       | 0             | None         | dose_of_zero
dose       | ٦٥            | None         | number_unreadable
dose       |               | None         |
unit       | MG            | mg           |
unit       | µg            | mcg          |
unit       | μg            | mcg          |
unit       | ug            | mcg          |
unit       | mcg/day       | mcg          |
unit       | g             | g            |
unit       | iu            | IU           |
unit       | tablets       | tablets      | dose_unit_unknown
unit       |               |              | dose_unit_missing
route      | p.o.          | oral         |
route      | IV            | intravenous  |
route      | patch         | patch        |
route      |               |              |
started_on | 2026-02-01    | 2026-02-01   |
started_on | 2026-02-02    | -            | !stop_before_start
started_on | 01.02.2026    | None         | date_unreadable
started_on | 2026-02-30    | None         | date_impossible
started_on |               | None         |
stopped_on | 2026-01-01    | 2026-01-01   |
stopped_on | 2025-12-31    | -            | !stop_before_start
stopped_on | 2026-02       | -            | !date_unreadable
stopped_on | 2026-02-29    | -            | !date_impossible
stopped_on |               | None         |
patient_id |               | -            | !no_patient
"""


@pytest.mark.parametrize("case", [line for line in CELLS.splitlines() if line])
def test_cells_of_events(case: str) -> None:
    column, cell, expected, codes = (part.strip() for part in case.split("|"))
    side = events({**GOOD, column: cell})
    assert " ".join(blocked(side.issues)) == codes
    found = [one for of_patient in side.events.values() for one in of_patient]
    assert (str(getattr(found[0], column)) if found else "-") == expected
    assert {one.source_row for one in side.issues} <= {2}
    if "stop_before_start" not in codes and column != "patient_id":
        assert {one.reported for one in side.issues} <= {cell}
    assert not any(cell in one.message for one in side.issues if len(cell) > 3)
    assert [(one.used, one.set_aside) for one in side.reports] == [(len(found), 1 - len(found))]


@pytest.mark.parametrize(
    "case", [line for line in CELLS.splitlines() if line and not line.startswith("patient_id")]
)
def test_a_form_says_what_the_file_says(case: str) -> None:
    column, cell, _, codes = (part.strip() for part in case.split("|"))
    cells = {**GOOD, column: cell}
    side = events(cells)
    remarks = {"dose_unit_unknown", "dose_unit_missing"}
    if codes.removeprefix("!") in {"", *remarks}:
        found, faults = with_event({}, "P1", cells)
        assert [one.message for one in faults] == [one.message for one in side.issues]
        assert found["P1"][0].source_file == THIS_SESSION
        return
    with pytest.raises(EntryError) as refused:
        with_event({}, "P1", cells)
    assert [one.message for one in refused.value.faults] == [one.message for one in side.issues]


def test_an_event_knows_its_line_and_an_infusion_wants_its_day() -> None:
    side = events(GOOD, {"patient_id": "P1", "kind": "infusion", "name": "ferric carboxymaltose"})
    assert side.events["P1"][0] == Event(
        "P1",
        EventKind.SUPPLEMENT,
        "iron",
        Decimal(65),
        "mg",
        "oral",
        date(2026, 1, 1),
        date(2026, 2, 1),
        "events.csv",
        2,
    )
    assert side.events["P1"][1].started_on is None
    assert blocked(side.issues) == ["infusion_without_day"]


def test_columns_may_be_missing_and_stand_in_any_order() -> None:
    side = events({"NAME": "iron", "Kind": "supplement", "patient id": "P1"}, columns="NAME|Kind|patient id")
    assert side.events["P1"] == (
        Event("P1", EventKind.SUPPLEMENT, "iron", source_file="events.csv", source_row=2),
    )
    assert side.issues == ()
    without_kind = events(GOOD, GOOD, columns="patient_id|name|dose|unit")
    assert blocked(without_kind.issues) == ["!kind_missing", "!kind_missing"]


def test_the_same_row_twice_counts_once_and_another_dose_is_another_product() -> None:
    side = events(GOOD, GOOD, {**GOOD, "kind": "Supplements"}, {**GOOD, "dose": "30"})
    assert len(side.events["P1"]) == 2
    assert blocked(side.issues) == ["duplicate", "duplicate"]
    assert [(one.rows_in, one.used, one.duplicates) for one in side.reports] == [(4, 2, 2)]


def test_an_event_is_added_once_and_taken_back() -> None:
    found, _ = with_event(events(GOOD).events, "P1", {**GOOD, "name": "'=iron"})
    assert [one.name for one in found["P1"]] == ["iron", "=iron"]
    with pytest.raises(EntryError, match="on file already"):
        with_event(found, "P1", GOOD)
    for one in found["P1"]:
        found = without_event(found, one)
    assert found == {}


# --- scores ----------------------------------------------------------------------------------------------

# scale | total | day | what is read, "-" for nothing | codes
TOTALS = """
IRLS   | 0    | 2026-01-01 | IRLS 0    |
irls   | 40   | 2026-01-01 | IRLS 40   |
IRLSSG | 21.0 | 2026-01-01 | IRLS 21.0 |
IRLS   | 41   | 2026-01-01 | -         | !total_out_of_range
IRLS   | 20.5 | 2026-01-01 | -         | !total_not_whole
IRLS   | -1   | 2026-01-01 | -         | !number_unreadable
IRLS   | 1,5  | 2026-01-01 | -         | !number_unreadable
IRLS   |      | 2026-01-01 | -         | !total_missing
IRLS   | 20   |            | -         | !date_missing
IRLS   | 20   | 01/02/2026 | -         | !date_unreadable
IRLS   | 20   | 2026-13-01 | -         | !date_impossible
CGI S  | 1    | 2026-01-01 | CGI-S 1   |
CGI-I  | 7    | 2026-01-01 | CGI-I 7   |
CGI    | 8    | 2026-01-01 | -         | !total_out_of_range
CGI    | 0    | 2026-01-01 | -         | !total_out_of_range
ASRS   | 24   | 2026-01-01 | ASRS 24   |
ASRS   | 25   | 2026-01-01 | -         | !total_out_of_range
RLS-6  | 20   | 2026-01-01 | -         | !scale_without_total
ISI    | 99.5 | 2026-01-01 | ISI 99.5  | scale_unknown
       | 20   | 2026-01-01 | -         | !scale_missing
"""


@pytest.mark.parametrize("case", [line for line in TOTALS.splitlines() if line])
def test_totals_of_scales(case: str) -> None:
    scale, total, when, expected, codes = (part.strip() for part in case.split("|"))
    cells = {"patient_id": "P1", "scale": scale, "total": total, "scored_on": when}
    side = scores(cells)
    assert " ".join(blocked(side.issues)) == codes
    found = side.scores.get("P1", ())
    assert (f"{found[0].scale} {found[0].total}" if found else "-") == expected
    if found:
        added, faults = with_score({}, "P1", cells, load_knowledge())
        assert added["P1"][0].total == found[0].total
        assert [one.message for one in faults] == [one.message for one in side.issues]
    else:
        with pytest.raises(EntryError) as refused:
            with_score({}, "P1", cells, load_knowledge())
        assert [one.message for one in refused.value.faults] == [one.message for one in side.issues]


def test_scores_stand_oldest_first_and_two_totals_of_one_day_are_both_put_aside() -> None:
    later = {**SCORE, "scored_on": "2026-03-01"}
    side = scores(later, SCORE, {**later, "total": "21"}, {**later, "scale": "CGI-S", "total": "4"}, SCORE)
    assert [(one.scale, one.scored_on.isoformat()) for one in side.scores["P1"]] == [
        ("IRLS", "2026-01-01"),
        ("CGI-S", "2026-03-01"),
    ]
    assert blocked(side.issues) == ["!score_conflict", "!score_conflict", "duplicate"]
    assert [(one.rows_in, one.used, one.set_aside, one.duplicates) for one in side.reports] == [(5, 2, 2, 1)]


def test_a_score_is_added_in_order_once_a_day_and_taken_back() -> None:
    found, _ = with_score(scores(SCORE).scores, "P1", {**SCORE, "scored_on": "2025-01-01"}, load_knowledge())
    assert [one.scored_on.year for one in found["P1"]] == [2025, 2026]
    with pytest.raises(EntryError, match="on file already"):
        with_score(found, "P1", {**SCORE, "total": "3"}, load_knowledge())
    assert without_score(found, Score("P1", "IRLS", Decimal(1), date(2026, 1, 1))) == found
    for one in found["P1"]:
        found = without_score(found, one)
    assert found == {}
