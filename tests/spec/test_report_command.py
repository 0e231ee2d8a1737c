"""`python -m rls_dash report`: the same report as on the page, and words where there is none."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from rls_dash.__main__ import main
from rls_dash.interpret.words import UnitSystem
from rls_dash.report.files import Kind, report_bytes
from rls_dash.report.model import Note, Paper
from rls_dash.report.note import note_of
from rls_dash.report.pdf import pages_in
from rls_dash.ui import sample
from tests.spec.report.sample import HEADER, material, of_texts, report

LABS = HEADER + "P1,2026-09-01,Ferritin,42,ng/mL,15,150,North\nP2,2026-09-01,Ferritin,90,ng/mL,15,150,North\n"
SIDE = ("patients.csv", "events.csv", "scores.csv")


def run(tmp_path: Path, *options: str, labs: str = LABS, more: tuple[str, ...] = ()) -> int:
    """Exit code of the command on one small export, and more files."""
    (tmp_path / "labs.csv").write_text(labs, encoding="utf-8")
    return main(["report", str(tmp_path / "labs.csv"), *more, "--as-of", "2026-11-01", *options])


def of_sample(*options: str) -> int:
    """Exit code of the command on the sample clinic."""
    exports = [str(sample.DIRECTORY / one.name) for one in sample.files() if one.name not in SIDE]
    side = [
        part for name in SIDE for part in (f"--{name.removesuffix('.csv')}", str(sample.DIRECTORY / name))
    ]
    return main(["report", *exports, *side, "--as-of", "2026-11-01", *options])


@pytest.mark.parametrize("kind", list(Kind))
def test_page_and_command_give_the_same_bytes(tmp_path: Path, kind: Kind) -> None:
    out = tmp_path / f"report.{kind.value}"
    assert of_sample("--patient", "RLS-001", "--out", str(out), "--units", "si", "--paper", "letter") == 0
    assert out.read_bytes() == report_bytes(material(), "RLS-001", kind, UnitSystem.SI, Paper.LETTER)


def test_all_patients_as_one_document_and_as_numbered_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--all", "--out", str(tmp_path / "all.pdf")) == 0
    assert pages_in((tmp_path / "all.pdf").read_bytes()) == 2
    assert run(tmp_path, "--all", "--out", str(tmp_path / "all.zip"), "--pages", "txt") == 0
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == ["rls-report-2026-11-01-001.txt", "rls-report-2026-11-01-002.txt"]
        whose = [archive.read(name).decode().split()[2] for name in archive.namelist()]
    assert whose == list(of_texts(LABS).patient_ids), "in the order of the list: who needs attention first"
    said = capsys.readouterr()
    assert said.out.splitlines() == ["2 reports written"] * 2
    assert said.err == "", "no progress where nobody watches"


def test_progress_is_shown_on_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert run(tmp_path, "--all", "--out", str(tmp_path / "all.zip"), "--pages", "txt") == 0
    assert capsys.readouterr().err == "\r1 of 2 reports\r2 of 2 reports\n"


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--patient", "P9", "--out", "r.pdf"], 2, "No patient of these files has the id P9"),
        (["--patient", "P1", "--out", "r.doc"], 2, "it ends in .html, .pdf, .txt"),
        (["--all", "--out", "r.html"], 2, "a .pdf (one document) or a .zip"),
        (["--patient", "P1", "--out", "none/r.pdf"], 1, "none/r.pdf: No such file"),
    ],
)
def test_what_cannot_be_written_is_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(tmp_path, *options) == code
    said = capsys.readouterr().err
    assert words in said and ".part" not in said
    assert sorted(one.name for one in tmp_path.iterdir()) == ["labs.csv"]


def test_a_file_without_a_result_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labs = HEADER + "P1,2026-09-01,Sodium,140,mmol/L,,,\n"
    assert run(tmp_path, "--all", "--out", str(tmp_path / "r.pdf"), labs=labs) == 1
    assert "No patient has a result that could be used" in capsys.readouterr().err
    assert not (tmp_path / "r.pdf").exists()


def test_an_export_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "labs.txt").write_text(LABS, encoding="utf-8")
    given = ["report", str(tmp_path / "labs.txt"), "--as-of", "2026-11-01", "--patient", "P1"]
    assert main([*given, "--out", str(tmp_path / "labs.txt")]) == 2
    assert (tmp_path / "labs.txt").read_text(encoding="utf-8") == LABS


def test_the_patient_of_the_report_gives_no_row_to_anyone(tmp_path: Path) -> None:
    """A file without a patient column is not the chosen patient's unless that is said with its own option."""
    nobody = tmp_path / "nobody.csv"
    nobody.write_text("collected_at,test,value,unit\n2026-10-01,Ferritin,999,ng/mL\n", encoding="utf-8")
    out = tmp_path / "note.txt"
    options = ["--patient", "P1", "--out", str(out)]
    run(tmp_path, *options, more=(str(nobody),))
    assert not out.exists() or "999" not in out.read_text(encoding="utf-8")
    assert run(tmp_path, *options, "--force", "--files-patient", "P1", more=(str(nobody),)) == 0
    assert "999 ng/mL" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-13-01", "20261", "today"])
@pytest.mark.parametrize("command", ["report", "findings", "normalise"])
def test_a_day_of_reading_that_no_calendar_of_results_has_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, day: str
) -> None:
    (tmp_path / "labs.csv").write_text(LABS, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main([command, str(tmp_path / "labs.csv"), "--out", str(tmp_path / "a.txt"), "--as-of", day])
    assert ended.value.code == 2
    assert "argument --as-of: write a day" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labs.csv"]


def test_a_draft_takes_the_place_of_no_file_of_the_user(tmp_path: Path) -> None:
    kept = tmp_path / "note.txt.part"
    kept.write_text("mine", encoding="utf-8")
    assert run(tmp_path, "--patient", "P1", "--out", str(tmp_path / "note.txt")) == 0
    assert kept.read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labs.csv", "note.txt", "note.txt.part"]


def test_a_file_that_is_there_is_replaced_only_when_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "note.txt"
    out.write_text("the letter of another patient", encoding="utf-8")
    assert run(tmp_path, "--patient", "P1", "--out", str(out)) == 2
    assert f"{out} is there already" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "the letter of another patient"
    assert run(tmp_path, "--patient", "P1", "--out", str(out), "--force") == 0
    assert "RLS report, P1" in out.read_text(encoding="utf-8")


def test_what_is_read_is_never_replaced_whatever_is_said(tmp_path: Path) -> None:
    labs = tmp_path / "labs.txt"
    labs.write_text(LABS, encoding="utf-8")
    given = ["report", str(labs), "--as-of", "2026-11-01", "--patient", "P1", "--out", str(labs), "--force"]
    assert main(given) == 2
    assert labs.read_text(encoding="utf-8") == LABS


def test_a_folder_that_takes_no_file_is_named_as_the_user_named_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs the tests may write everywhere, so the refusal is made here."""

    def refused(path: Path, content: bytes) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "write_bytes", refused)
    out = tmp_path / "kept" / "r.pdf"
    out.parent.mkdir()
    assert run(tmp_path, "--patient", "P1", "--out", str(out)) == 1
    assert capsys.readouterr().err.strip() == f"{out}: Permission denied"


@pytest.mark.parametrize("length", list(Note))
def test_the_note_is_as_short_as_asked_for(tmp_path: Path, length: Note) -> None:
    out = tmp_path / "note.txt"
    assert of_sample("--patient", "RLS-001", "--out", str(out), "--note", length.value) == 0
    assert out.read_text(encoding="utf-8") == note_of(report("RLS-001"), length)
    archive = tmp_path / "all.zip"
    assert run(tmp_path, "--all", "--out", str(archive), "--pages", "txt", "--note", length.value) == 0
    with zipfile.ZipFile(archive) as read:
        first = read.read(read.namelist()[0]).decode()
    assert ("Short form" in first) is (length is Note.SHORT)
