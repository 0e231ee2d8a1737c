"""Chapter: the pipeline without a browser."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from rls_dash import command_line
from rls_dash.__main__ import main
from rls_dash.answers import AnswerBook, Answers, Choice, Question
from rls_dash.answers_file import answers_toml
from rls_dash.knowledge import load_knowledge
from rls_dash.model import FileError
from rls_dash.pipeline import Analysis, InputFile, analyse
from rls_dash.schema import ISSUE_COLUMNS, RESULT_COLUMNS

REPO = Path(__file__).resolve().parents[2]
PLAIN = (
    "patient_id,date,test,value,unit\nP1,2025-03-05,Ferritin,75,ng/mL\n"
    "P1,2025-03-05,Magnesium,2,Mg/dL\nP1,2025-03-05,Sodium,140,mmol/L\n"
)


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rls_dash", *map(str, arguments)]
    return subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False, env=None)


def normalise(tmp_path: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    return run(
        "normalise",
        *files,
        "--out",
        tmp_path / "results.csv",
        "--issues",
        tmp_path / "issues.csv",
        "--json",
        cwd=tmp_path,
    )


def test_results_issues_and_counts_are_written(tmp_path: Path) -> None:
    export = tmp_path / "labs.csv"
    export.write_text(PLAIN, encoding="utf-8")
    done = normalise(tmp_path, export)
    assert (done.returncode, done.stderr) == (0, "")
    counts = json.loads(done.stdout)
    assert {
        name: counts[name]
        for name in ("rows_in", "results", "set_aside", "held", "not_tracked", "duplicates")
    } == {
        "rows_in": 3,
        "results": 1,
        "set_aside": 0,
        "held": 1,
        "not_tracked": 1,
        "duplicates": 0,
    }
    assert counts["issues"] == {"not_tracked": 1, "unit_unknown": 1}
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        results = list(csv.DictReader(file))
    assert list(results[0]) == RESULT_COLUMNS
    assert results[0] == {
        "patient_id": "P1",
        "analyte": "ferritin",
        "collected_at": "2025-03-05",
        "comparator": "",
        "value": "75",
        "unit": "ug/L",
        "reported_test": "Ferritin",
        "reported_code": "",
        "reported_value": "75",
        "reported_unit": "ng/mL",
        "reference_low": "",
        "reference_high": "",
        "lab_flag": "",
        "status": "not_stated",
        "source_file": "labs.csv",
        "source_row": "2",
    }
    with (tmp_path / "issues.csv").open(encoding="utf-8", newline="") as file:
        issues = list(csv.DictReader(file))
    assert list(issues[0]) == ISSUE_COLUMNS
    held = next(issue for issue in issues if issue["severity"] == "held")
    assert (held["source_row"], held["column"], held["reported"]) == ("3", "unit", "Mg/dL")


def test_a_file_that_cannot_be_read_writes_nothing_and_says_why(tmp_path: Path) -> None:
    good, bad = tmp_path / "labs.csv", tmp_path / "book.csv"
    good.write_text(PLAIN, encoding="utf-8")
    bad.write_bytes(b"PK\x03\x04")
    done = normalise(tmp_path, good, bad)
    assert done.returncode == 1
    assert "book.csv" in done.stderr
    assert "zip archive" in done.stderr
    assert not (tmp_path / "results.csv").exists()
    assert not (tmp_path / "issues.csv").exists()


def test_a_missing_file_is_reported_without_its_folder(tmp_path: Path) -> None:
    done = normalise(tmp_path, tmp_path / "nowhere.csv")
    assert done.returncode == 1
    assert "nowhere.csv" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("normalise",), ("normalise", "labs.csv"), ("prescribe",)])
def test_wrong_usage_exits_with_two(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert run(*arguments, cwd=tmp_path).returncode == 2


def test_a_cell_that_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    export = tmp_path / "labs.csv"
    export.write_text(
        PLAIN.replace("P1,2025-03-05,Ferritin", '"=HYPERLINK(""x"")",2025-03-05,Ferritin'), encoding="utf-8"
    )
    assert normalise(tmp_path, export).returncode == 0
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["patient_id"] == '\'=HYPERLINK("x")'


def test_a_place_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    export = tmp_path / "labs.csv"
    export.write_text(PLAIN, encoding="utf-8")
    done = run(
        "normalise", export, "--out", tmp_path / "r.csv", "--issues", tmp_path / "no" / "i.csv", cwd=tmp_path
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labs.csv"]


def test_an_export_is_never_overwritten(tmp_path: Path) -> None:
    export = tmp_path / "labs.csv"
    export.write_text(PLAIN, encoding="utf-8")
    done = run("normalise", export, "--out", export, "--issues", tmp_path / "i.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert export.read_text(encoding="utf-8") == PLAIN


# --- what a file does not prove about itself -------------------------------------------------------------

HEADER = "patient_id,date,test,value,unit\n"
OPEN_DATES = HEADER + "P1,03/04/2025,Ferritin,42,ng/mL\nP1,05/04/2025,Ferritin,44,ng/mL\n"


@dataclass(frozen=True)
class Done:
    """What one run left behind."""

    code: int
    said: dict[str, Any]
    errors: str
    results: list[dict[str, str]]


@pytest.fixture
def ran(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Runs the command in this process on one export; `ran(text, "--decimal", ",")`."""

    def run_it(text: str | bytes, *options: str | Path, name: str = "labs.csv") -> Done:
        export, out = tmp_path / name, tmp_path / "r.csv"
        out.unlink(missing_ok=True)
        export.write_bytes(text if isinstance(text, bytes) else text.encode())
        arguments = ["normalise", export, "--out", out, "--issues", tmp_path / "i.csv", "--json", *options]
        code = main([str(one) for one in arguments])
        said = capsys.readouterr()
        with out.open(encoding="utf-8", newline="") if out.exists() else io.StringIO() as file:
            rows = list(csv.DictReader(file))
        return Done(code, json.loads(said.out or "{}"), said.err, rows)

    return run_it


def mapping(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_open_question_is_said_with_the_option_that_answers_it(ran: Callable[..., Done]) -> None:
    done = ran(OPEN_DATES)
    assert done.code == 0, "nothing is wrong; the rows wait"
    assert (done.said["rows_in"], done.said["held"], done.results) == (2, 2, [])
    assert "labs.csv" in done.errors
    assert "2 row(s) held" in done.errors
    assert "--date-order dmy or --date-order mdy" in done.errors
    (question,) = done.said["questions"]
    assert {"file": "labs.csv", "kind": "date_order", "subject": ""}.items() <= question.items()
    assert question["option"] == "--date-order dmy or --date-order mdy"
    assert "day or month" in question["text"]


def test_the_sentence_comes_first_and_the_questions_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = tmp_path / "labs.csv"
    export.write_text(OPEN_DATES, encoding="utf-8")
    files = ["--out", str(tmp_path / "r.csv"), "--issues", str(tmp_path / "i.csv")]
    assert main(["normalise", str(export), *files]) == 0
    said = capsys.readouterr()
    assert said.out == ("2 rows = 0 results + 0 set aside + 2 held + 0 of tests not tracked + 0 duplicates\n")
    assert "--date-order" in said.err


def test_an_answered_question_is_not_asked(ran: Callable[..., Done]) -> None:
    done = ran(OPEN_DATES, "--date-order", "dmy")
    assert (done.errors, done.said["questions"]) == ("", [])
    assert [row["collected_at"] for row in done.results] == ["2025-04-03", "2025-04-05"]
    done = ran(OPEN_DATES, "--date-order", "mdy")
    assert [row["collected_at"] for row in done.results] == ["2025-03-04", "2025-05-04"]


@pytest.mark.parametrize(
    ("text", "options", "column", "wanted"),
    [
        (HEADER + 'P1,2025-03-05,Ferritin,"1,250",ng/mL\n', ("--decimal", "."), "value", "1250"),
        (HEADER + 'P1,2025-03-05,Ferritin,"1,250",ng/mL\n', ("--decimal", ","), "value", "1.25"),
        (HEADER + "P1,2025-03-05,Ferritin,42,\n", ("--unit", "ferritin=ug/L"), "value", "42"),
        ("date,test,value,unit\n2025-03-05,Ferritin,42,ng/mL\n", ("--patient", "P 7"), "patient_id", "P 7"),
        (
            "patient_id,test,value,unit\nP1,Ferritin,42,ng/mL\n",
            ("--collected", "2025-03-05"),
            "collected_at",
            "2025-03-05",
        ),
    ],
)
def test_every_option_answers_its_question(
    ran: Callable[..., Done], text: str, options: tuple[str, str], column: str, wanted: str
) -> None:
    before = ran(text)
    assert any(options[0] in one["option"] for one in before.said["questions"])
    done = ran(text, *options)
    assert [row[column] for row in done.results] == [wanted]
    assert done.said["questions"] == []


def test_units_are_asked_by_test_and_each_is_answered_by_itself(ran: Callable[..., Done]) -> None:
    text = HEADER + "P1,2025-03-05,Ferritin,42,\nP1,2025-03-05,Magnesium,0.8,\n"
    options = [one["option"] for one in ran(text).said["questions"]]
    assert any("--unit ferritin=ug/L" in one for one in options)
    done = ran(text, "--unit", "ferritin=µg/L", "--unit", "magnesium=mmol/L")
    assert [row["analyte"] for row in done.results] == ["ferritin", "magnesium"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--date-order", "ymd"), '--date-order: "ymd" is not known. Allowed: "dmy", "mdy"'),
        (("--decimal", ";"), "--decimal"),
        (("--encoding", "klingon"), '"cp1252"'),
        (("--collected", "5.3.2025"), "YYYY-MM-DD"),
        (("--unit", "ferritin"), "ANALYTE=UNIT"),
        (("--unit", "lead=ug/L"), '"ferritin"'),
        (("--unit", "ferritin=furlong"), '"ug/L"'),
        (("--unit", "ferritin=ug/L", "--unit", "ferritin=ng/mL"), "two units are given for ferritin"),
        (("--patient", " "), "not empty"),
    ],
)
def test_an_answer_that_is_not_allowed_exits_with_two(
    ran: Callable[..., Done], options: tuple[str, ...], said: str
) -> None:
    done = ran(OPEN_DATES, *options)
    assert (done.code, done.results) == (2, [])
    assert said in done.errors


def test_the_mapping_file_of_the_app_answers_on_the_command_line(
    ran: Callable[..., Done], tmp_path: Path
) -> None:
    layout = analyse([InputFile("labs.csv", OPEN_DATES.encode())], load_knowledge()).files[0].layout
    book = AnswerBook(layouts={layout: Answers(date_order="mdy")})
    done = ran(OPEN_DATES, "--map", mapping(tmp_path, answers_toml(book)))
    assert [row["collected_at"] for row in done.results] == ["2025-03-04", "2025-05-04"]
    assert done.errors == ""


def test_the_lines_named_for_a_mapping_file_answer_the_question(
    ran: Callable[..., Done], tmp_path: Path
) -> None:
    """A question without an option of its own names lines that can be copied into a mapping file."""
    text, order = HEADER + "P1,13.04.25,Ferritin,42,ng/mL\n", ("--date-order", "dmy")
    option = next(one["option"] for one in ran(text, *order).said["questions"] if one["kind"] == "century")
    assert option.startswith("--map")
    done = ran(text, *order, "--map", mapping(tmp_path, option.partition("\n")[2]))
    assert [row["collected_at"] for row in done.results] == ["2025-04-13"]


def test_one_mapping_file_is_named_for_all_questions_that_need_it(
    ran: Callable[..., Done], tmp_path: Path
) -> None:
    text = HEADER + "P1,13.04.25,Magnesum,0.8,mmol/L\nP1,14.04.25,Ferritn,42,ng/mL\n"
    done = ran(text, "--date-order", "dmy")
    assert [one["kind"] for one in done.said["questions"]].count("tests") == 2
    lines = done.errors.partition("choose before you use it:\n")[2]
    done = ran(text, "--date-order", "dmy", "--map", mapping(tmp_path, lines))
    assert [row["analyte"] for row in done.results] == ["ferritin", "magnesium"]
    assert done.said["questions"] == []


def test_answers_about_other_layouts_are_said_to_be_unused(ran: Callable[..., Done], tmp_path: Path) -> None:
    text = answers_toml(AnswerBook(layouts={"another": Answers(decimal=",")}))
    assert "none of its answers was used" in ran(PLAIN, "--map", mapping(tmp_path, text)).errors


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('version = 1\n[all]\ndate_order = "mdy"\n', ("--date-order", "dmy")),
        (
            'version = 1\n[[layout]]\nkey = "a"\n[layout.units]\nferritin = "ng/mL"\n',
            ("--unit", "ferritin=ug/L"),
        ),
    ],
)
def test_options_that_contradict_the_mapping_file_are_refused(
    ran: Callable[..., Done], tmp_path: Path, text: str, options: tuple[str, str]
) -> None:
    done = ran(OPEN_DATES, "--map", mapping(tmp_path, text), *options)
    assert done.code == 2
    assert f"{options[0]} says" in done.errors
    assert "Change one of them" in done.errors


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"version = 1\n[all]\nunits = 3\n", "mapping.toml: [all], units"),
        (b"\xff\xfe\x00", "mapping.toml: the mapping file is not UTF-8 text"),
    ],
)
def test_a_mapping_file_that_is_refused_exits_with_two(
    ran: Callable[..., Done], tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "mapping.toml"
    path.write_bytes(content)
    done = ran(PLAIN, "--map", path)
    assert (done.code, done.results) == (2, [])
    assert said in done.errors


def test_a_mapping_file_among_the_exports_is_pointed_to_its_option(
    ran: Callable[..., Done], tmp_path: Path
) -> None:
    done = ran(PLAIN, name="mapping.toml")
    assert done.code == 2
    assert "--map" in done.errors


def test_a_mapping_file_that_is_missing_is_a_file_that_cannot_be_read(
    ran: Callable[..., Done], tmp_path: Path
) -> None:
    done = ran(PLAIN, "--map", tmp_path / "no.toml")
    assert done.code == 1
    assert "no.toml" in done.errors


def test_the_mapping_file_is_never_written_over(ran: Callable[..., Done], tmp_path: Path) -> None:
    path = tmp_path / "i.csv"
    path.write_text("version = 1\n", encoding="utf-8")
    assert ran(PLAIN, "--map", path).code == 2
    assert path.read_text(encoding="utf-8") == "version = 1\n"


def test_a_file_that_is_read_only_with_an_answer_names_it_and_nothing_is_written(
    ran: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    question = Question(
        "labs.csv", "abc", "encoding", "", "Which reads right?", (Choice("cp1252", "Windows"),)
    )

    def refuse(*_: object) -> Analysis:
        error = FileError("labs.csv", "encoding", "The file is not UTF-8.", questions=[question])
        return replace(analyse([], load_knowledge()), errors=(error,))

    monkeypatch.setattr(command_line, "analyse", refuse)
    done = ran(PLAIN)
    assert (done.code, done.results) == (1, [])
    assert "The file is not UTF-8." in done.errors
    assert "answer with --encoding cp1252" in done.errors
    assert "not read until answered" in done.errors
    assert done.said["errors"] == [
        {"file": "labs.csv", "line": None, "code": "encoding", "message": "The file is not UTF-8."}
    ]
    assert done.said["questions"][0]["option"] == "--encoding cp1252"


def test_a_name_out_of_a_file_does_not_steer_the_terminal(ran: Callable[..., Done]) -> None:
    assert "\x1b" not in ran(OPEN_DATES, name="\x1b[2Jlabs.csv").errors
