"""Which files are side files, how they are written, and the laws of all three."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rls_dash.answers import ReadOptions
from rls_dash.context.cells import SideKind, cleaned, column_names, escaped
from rls_dash.context.events import EVENT_COLUMNS, Event, EventKind
from rls_dash.context.patients import PATIENT_COLUMNS, Menopause, PatientContext, Sex
from rls_dash.context.scores import SCORE_COLUMNS, Score
from rls_dash.context.side_files import SideFiles, read_side_files
from rls_dash.context.sorting import kind_of, sort_files
from rls_dash.context.writing import events_csv, patients_csv, scores_csv
from rls_dash.export import safe_cell
from rls_dash.ingest.decode import DAMAGED
from rls_dash.ingest.given import InputFile
from rls_dash.knowledge import load_knowledge
from rls_dash.model import Severity
from rls_dash.normalise.people import damaged_id
from rls_dash.ui.loading import load

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "dialects"
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
LABS = b"patient_id,date,test,value,unit\nP1,2026-01-10,Ferritin,50,ng/mL\n"
EVENTS = b"patient_id,kind,name,started_on\nP1,medicine,pramipexole,2025-01-01\n"
SCORES = b"patient_id,scale,total,scored_on\nP1,IRLS,20,2026-01-01\n"
PATIENTS = b"patient_id,birth_date,sex\nP1,1970-01-01,F\n"

# --- recognised ------------------------------------------------------------------------------------------

# name | header | kind, "" for an export
HEADERS = """
patients.csv       | patient_id,sex                                | patients
PATIENTS.CSV       | patient_id;sex                                | patients
patients.csv       | patient_id,sex,ferritin_assay                 | patients
who.csv            | patient_id,menopause,ferritin_assay           | patients
Events.csv         | patient_id,kind,name                          | events
scores.csv         | patient_id,scale,total,scored_on              | scores
clinic/events.csv  | patient_id,kind,name                          | events
events.csv         | nothing,of,ours                               | events
events.csv         | patient_id,test,value,unit,date               |
patients.csv       | patient_id,date,Ferritin,Vitamin B12          |
patients.csv       | patient_id,sex,Ferritin                       |
events.csv.gz      | patient_id,kind,name                          | events
events.txt         | patient_id,kind,name,dose,started_on          | events
medication.csv     | stopped_on;dose;name;kind;patient_id          | events
medication.csv     | patient_id,kind,name,dose,prescriber          | events
irls.tsv           | patient_id\tscale\ttotal\tscored_on           | scores
who.csv            | patient_id,birth_date,sex                     | patients
who.csv            | patient_id,pregnant,dialysis                  | patients
who.csv            | patient_id,birth_date,sex,weight              |
who.csv            | patient_id,birth_date,sex,Ferritin            |
ids.csv            | patient_id                                    |
labs.csv           | patient_id,kind,name,value,unit,date          |
labs.csv           | patient_id,birth_date,sex,date,test,value,unit |
labs.csv           | patient_id,scale,total                        |
labs.csv           | kind,name,dose                                |
"""


@pytest.mark.parametrize("case", [line for line in HEADERS.splitlines() if line])
def test_files_are_known_by_name_or_by_a_clear_header(case: str) -> None:
    name, header, kind = (part.strip() for part in case.split("|"))
    content = header.replace("\\t", "\t").encode() + b"\n"
    assert (kind_of(InputFile(name, content), load_knowledge()) or "") == kind


def test_no_export_is_taken_for_a_side_file() -> None:
    files = [path for path in GOLDEN.rglob("*") if path.is_file() and not path.name.startswith("expected")]
    files += [path for path in SAMPLES.glob("*.csv") if path.stem not in ("patients", "events", "scores")]
    assert len(files) > 40
    wrong = [path for path in files if kind_of(InputFile(path.name, path.read_bytes()), load_knowledge())]
    assert wrong == []


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04", b"\xff\xfe", b'"open\n', b"\n\n"])
def test_what_cannot_be_read_is_left_to_the_reader_of_exports(content: bytes) -> None:
    assert kind_of(InputFile("labs.csv", content), load_knowledge()) is None


def test_side_files_inside_a_zip_are_taken_out_of_it() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("out/labs.csv", LABS)
        archive.writestr("out/Events.csv", EVENTS)
    found = sort_files([InputFile("all.zip", packed.getvalue())], load_knowledge())
    assert [one.name for one in found.exports] == ["all.zip/out/labs.csv"]
    assert [one.name for one in found.events] == ["all.zip/out/Events.csv"]
    broken = InputFile("all.zip", b"PK\x03\x04" + b"x" * 90)
    assert sort_files([broken], load_knowledge()).exports == [broken]


def test_the_app_reads_them_with_the_exports() -> None:
    files = [
        InputFile("labs.csv", LABS),
        InputFile("medication.csv", EVENTS),
        InputFile("SCORES.csv", SCORES + b"P9,IRLS,99,2026-01-01\nP8,IRLS,9,2026-01-01\n"),
        InputFile("patients.csv", PATIENTS),
    ]
    found = load(files, ReadOptions(date(2026, 11, 1)), date(2026, 11, 1), is_sample=False)
    assert found.contexts["P1"].sex is Sex.FEMALE
    assert [one.name for one in found.events["P1"]] == ["pramipexole"]
    assert [one.total for one in found.scores["P1"]] == [Decimal(20)]
    listed = found.analysis.issues[["source_file", "source_row", "code"]].values.tolist()
    assert listed == [["SCORES.csv", 3, "total_out_of_range"], ["SCORES.csv", 4, "no_results"]]
    assert [(one.name, one.kind) for one in found.side_files] == [
        ("patients.csv", SideKind.PATIENTS),
        ("medication.csv", SideKind.EVENTS),
        ("SCORES.csv", SideKind.SCORES),
    ]


def test_a_patient_of_side_files_alone_is_not_listed() -> None:
    files = [InputFile("labs.csv", LABS), InputFile("scores.csv", SCORES + b"P9,IRLS,99,2026-01-01\n")]
    found = load(files, ReadOptions(date(2026, 11, 1)), date(2026, 11, 1), is_sample=False)
    assert found.patient_ids == ["P1"]
    assert list(found.analysis.patient_issues("P9")["code"]) == ["total_out_of_range"]


def test_a_side_file_that_cannot_be_read_is_an_error_and_nothing_else_is_lost() -> None:
    files = [InputFile("labs.csv", LABS), InputFile("events.csv", b"name,kind\nx,medicine\n")]
    found = load(files, ReadOptions(date(2026, 11, 1)), date(2026, 11, 1), is_sample=False)
    assert [one.code for one in found.analysis.errors] == ["patient_column_missing"]
    assert found.patient_ids == ["P1"]


# --- written ---------------------------------------------------------------------------------------------


def test_the_columns_are_those_of_the_table() -> None:
    assert column_names(SideKind.PATIENTS) == PATIENT_COLUMNS
    assert column_names(SideKind.EVENTS) == EVENT_COLUMNS
    assert column_names(SideKind.SCORES) == SCORE_COLUMNS


def read_back(patients: str = "", events: str = "", scores: str = "") -> SideFiles:
    """What the three files say."""
    given = {"patients": patients, "events": events, "scores": scores}
    files = {kind: [InputFile(f"{kind}.csv", text.encode())] for kind, text in given.items() if text}
    return read_side_files(load_knowledge(), **files)


def test_what_is_written_is_plain_to_read() -> None:
    facts = {
        "P1": PatientContext("P1", date(1970, 1, 2), Sex.MALE, pregnant=False),
        "P2": PatientContext("P2"),
    }
    assert patients_csv(facts) == (
        "patient_id,birth_date,sex,pregnant,dialysis,haemochromatosis,menopause,ferritin_assay\n"
        "P1,1970-01-02,male,no,,,,\n"
    )
    event = Event("P1", EventKind.INFUSION, "=iron, by vein", Decimal("1000"), "mg", "intravenous")
    assert (
        events_csv({"P1": (event,)}).splitlines()[1] == 'P1,infusion,"\'=iron, by vein",1000,mg,intravenous,,'
    )
    score = Score("P1", "IRLS", Decimal("20"), date(2026, 1, 1))
    assert scores_csv({"P1": (score,)}).splitlines()[1] == "P1,IRLS,20,2026-01-01"


TEXT = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cf", "Cn", "Co"), exclude_characters=DAMAGED
    ),
    min_size=1,
    max_size=12,
)
FORMULAS = st.sampled_from(["=1+1", "'=1", "''@x", "+49", "-5", '="007"', '\'="7"', "=", "'", "＝x"])
NAMES = st.one_of(TEXT, FORMULAS).map(cleaned).filter(lambda text: bool(text) and cleaned(text) == text)
DAYS = st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
DECIMALS = st.decimals("0.1", 9999, places=1).map(lambda one: Decimal(str(one)))


def _refused(key: str) -> bool:
    """Whether an id is one that a spreadsheet wrote, which no file is believed to mean."""
    return key.endswith(".0") or damaged_id(key)


def test_an_id_that_a_spreadsheet_shortened_is_put_aside_and_said() -> None:
    side = read_back(patients=patients_csv({key: PatientContext(key, sex=Sex.MALE) for key in ("0", "0E0")}))
    assert list(side.contexts) == ["0"]
    assert [(one.code, one.reported) for one in side.issues] == [("identifier_damaged", "0E0")]


@settings(max_examples=150)
@given(
    st.dictionaries(
        NAMES,
        st.tuples(
            NAMES,
            DAYS,
            st.sampled_from([None, *Sex]),
            st.sampled_from([None, *Menopause]),
            *[st.sampled_from([None, True, False])] * 3,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_facts_come_back_as_they_were_written(drawn: dict[str, tuple]) -> None:  # type: ignore[type-arg]
    facts = {
        key: PatientContext(key, birth, sex, *states, menopause, name)
        for key, (name, birth, sex, menopause, *states) in drawn.items()
    }
    if any(_refused(key) for key in facts):
        return
    side = read_back(patients=patients_csv(facts))
    assert side.contexts == facts
    assert [one for one in side.issues if one.code != "mojibake"] == []  # drawn text may look like it


@settings(max_examples=150)
@given(
    NAMES,
    NAMES,
    st.one_of(st.none(), DECIMALS),
    st.sampled_from(["", "mg", "mcg", "drops"]),
    st.sampled_from(list(EventKind)),
    DAYS,
)
def test_events_and_scores_come_back_as_they_were_written(
    key: str, name: str, dose: Decimal | None, unit: str, kind: EventKind, day: date | None
) -> None:
    if _refused(key):
        return
    event = Event(key, kind, name, dose, unit, "oral", day, None, "events.csv", 2)
    score = Score(key, "IRLS", Decimal(20), day or date(2026, 1, 1), "scores.csv", 2)
    side = read_back(events=events_csv({key: (event,)}), scores=scores_csv({key: (score,)}))
    assert side.events == {key: (event,)}
    assert side.scores == {key: (score,)}


@given(st.one_of(FORMULAS, st.text(max_size=8)))
def test_no_cell_that_is_written_runs_in_a_spreadsheet(text: str) -> None:
    assert safe_cell(escaped(text)) == escaped(text)
    assert not escaped(text).startswith(tuple("=+-@"))


# --- laws ------------------------------------------------------------------------------------------------

BITS = st.sampled_from(
    ["patient_id", "kind", "name", "dose", "scale", "total", "scored_on", "started_on", "birth_date", "sex"]
    + ["P1", "P2", "IRLS", "20", "41", "1,5", "medicine", "2026-01-01", "2026-02-30", "F", "yes", "=1+1"]
    + [",", ",", ",", ";", "\t", "\n", "\n", "\n", '"', "\r\n", " ", "\x00", "\x1a", "\u00b5g", "\ufeff"]
)
SOUP = st.lists(BITS, max_size=60).map("".join)
STARTS = st.sampled_from(
    ["", "patient_id,kind,name,dose\n", "patient_id;scale;total;scored_on\n", "patient_id,sex,birth_date\n"]
)


@settings(max_examples=300)
@given(
    st.builds(lambda start, soup: (start + soup).encode(), STARTS, SOUP) | st.binary(max_size=200),
    st.sampled_from(list(SideKind)),
)
def test_every_row_of_any_text_is_accounted_for(content: bytes, kind: SideKind) -> None:
    side = read_side_files(load_knowledge(), **{kind.value: [InputFile(kind.file_name, content)]})
    assert len(side.errors) + len(side.reports) == 1
    for one in side.reports:
        assert one.rows_in == one.used + one.set_aside + one.duplicates
        assert min(one.rows_in, one.used, one.set_aside, one.duplicates) >= 0
        blocking = [issue for issue in side.issues if issue.severity is Severity.SET_ASIDE]
        assert len(blocking) == one.set_aside
        assert sum(issue.code == "duplicate" for issue in side.issues) == one.duplicates
    entries = sum(map(len, side.events.values())) + sum(map(len, side.scores.values()))
    if kind is not SideKind.PATIENTS:
        assert entries == sum(one.used for one in side.reports)
    assert all(issue.message.endswith(".") and issue.code for issue in side.issues)
    kind_of(InputFile("any.csv", content), load_knowledge())


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["P1", "P2"]), st.sampled_from(["F", "M", ""]), st.sampled_from(["yes", "no", ""])
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_the_order_of_rows_changes_no_fact(rows: list[tuple[str, str, str]], random) -> None:  # type: ignore[no-untyped-def]
    def facts(ordered: list[tuple[str, str, str]]) -> dict[str, PatientContext]:
        out = io.StringIO()
        csv.writer(out).writerows([("patient_id", "sex", "dialysis"), *ordered])
        return dict(read_back(patients=out.getvalue()).contexts)

    mixed = random.sample(rows, len(rows))
    assert facts(rows) == facts(mixed)
