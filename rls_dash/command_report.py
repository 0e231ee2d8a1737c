"""The command `report`: one page a patient as HTML, PDF or plain text, without a browser."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rls_dash.command_findings import read_files, say_open
from rls_dash.command_line import OK, UNREADABLE, USAGE, fail, os_words, printable, say
from rls_dash.export import write_exports
from rls_dash.interpret.words import UnitSystem
from rls_dash.report.files import Kind, all_as_archive, all_as_pdf, report_bytes
from rls_dash.report.material import Material, material_of
from rls_dash.report.model import Note, Paper

_KINDS = {f".{kind.value}": kind for kind in Kind}
_ARCHIVE = ".zip"


def report(chosen: argparse.Namespace) -> int:
    """Run the command; 0, also with rows held, 1 when a file could not be read or nothing is in it, 2 for
    usage: a patient nobody has, or a name that says no format."""
    wrong = _wrong_name(chosen.out, chosen.all)
    if wrong:
        return fail(USAGE, wrong)
    if not chosen.force and (chosen.out.exists() or chosen.out.is_symlink()) and not chosen.out.is_dir():
        return fail(
            USAGE, f"{printable(str(chosen.out))} is there already. Name another file, or add --force."
        )
    read = read_files(chosen)
    if isinstance(read, int):
        return read
    material = material_of(read.analysis, read.side, read.knowledge, chosen.as_of)
    if not material.patient_ids:
        say_open(read.analysis, read.side, read.options)
        return fail(UNREADABLE, "No patient has a result that could be used. Nothing was written.")
    whose = None if chosen.all else printable(chosen.whose)
    if whose is not None and whose not in material.patient_ids:
        say(f"No patient of these files has the id {whose}. Ids are compared as they are printed.")
        return fail(USAGE, "Nothing was written.")
    try:
        write_exports({chosen.out: _content(material, whose, chosen)})
    except OSError as error:
        return fail(UNREADABLE, os_words(error))
    count = len(material.patient_ids) if whose is None else 1
    print("1 report written" if count == 1 else f"{count:,} reports written")
    say_open(read.analysis, read.side, read.options)
    sys.stdout.flush()
    return OK


def _wrong_name(out: Path, every: bool) -> str:
    """Why the name of the file cannot say what is to be written, "" when it can."""
    ending = out.suffix.lower()
    if every and ending not in (".pdf", _ARCHIVE):
        return "--out: reports of all patients go to a .pdf (one document) or a .zip (a file each)."
    if not every and ending not in _KINDS:
        return f"--out: the name says the format: it ends in {', '.join(_KINDS)}."
    return ""


def _content(material: Material, whose: str | None, chosen: argparse.Namespace) -> bytes:
    units, paper, note = UnitSystem(chosen.units), Paper(chosen.paper), Note(chosen.note)
    if whose is not None:
        return report_bytes(material, whose, _KINDS[chosen.out.suffix.lower()], units, paper, note)
    shown = _progress if sys.stderr.isatty() else _silent
    if chosen.out.suffix.lower() == _ARCHIVE:
        return all_as_archive(material, material.patient_ids, Kind(chosen.pages), units, paper, shown, note)
    return all_as_pdf(material, material.patient_ids, units, paper, shown)


def _progress(made: int, of: int) -> None:
    """A line that is written over; no id stands on it."""
    print(f"\r{made:,} of {of:,} reports", end="\n" if made == of else "", file=sys.stderr, flush=True)


def _silent(made: int, of: int) -> None:
    """Where nobody watches, nothing is said of progress."""
