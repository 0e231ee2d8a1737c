"""`python -m rls_dash` opens the app; its commands are the pipeline without a browser."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 when a file could not be read, 2 for usage."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "normalise":
        from rls_dash.command_line import normalise  # neither command loads what only the other one needs

        return normalise(chosen)
    if chosen.command == "findings":
        from rls_dash.command_findings import findings

        return findings(chosen)
    if chosen.command == "report":
        from rls_dash.command_report import report

        return report(chosen)
    from rls_dash.launch import launch

    return launch(open_browser=not chosen.no_browser, port=chosen.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rls_dash",
        description="RLS Dash: laboratory exports against the limits that matter for RLS.",
    )
    parser.add_argument("--no-browser", action="store_true", help="start the app without opening a browser")
    parser.add_argument(
        "--port", type=int, default=None, help="port of the app on this machine (default 8501, or a free one)"
    )
    commands = parser.add_subparsers(dest="command")
    _add_normalise(commands)
    _add_findings(commands)
    _add_report(commands)
    return parser


def _add_normalise(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "normalise",
        help="write normalised results and issues as CSV",
        description="Write normalised results and issues as CSV. What a file does not prove about itself is "
        "asked for on standard error, with the option that answers it; until then such rows are held.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="results.csv")
    parser.add_argument("--issues", type=Path, required=True, metavar="issues.csv")
    parser.add_argument("--json", action="store_true", help="print counts and questions as one JSON object")
    parser.add_argument(
        "--as-of",
        type=_day,
        metavar="YYYY-MM-DD",
        help="day of reading; later results are set aside (default today)",
    )
    _add_answers(parser.add_argument_group("answers to what a file does not prove about itself"))


def _add_findings(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "findings",
        help="write what the rules say of every patient as CSV",
        description="Write what the rules say of every patient as CSV, each finding with its inputs and "
        "sources, and the rules that could not be decided with what they miss.",
    )
    _add_inputs(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="findings.csv")
    parser.add_argument("--json", action="store_true", help="print counts as one JSON object")
    _add_answers(parser.add_argument_group("answers to what a file does not prove about itself"))


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    """Exports, what is known beside them, and the day of reading."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    for name, what in _SIDE_FILES.items():
        parser.add_argument(
            f"--{name}", action="append", default=[], type=Path, metavar=f"{name}.csv", help=what
        )
    parser.add_argument("--overrides", type=Path, metavar="clinic.toml", help="the clinic's own numbers")
    parser.add_argument("--as-of", type=_day, required=True, metavar="YYYY-MM-DD", help="day of reading")


def _add_report(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "report",
        help="write the one-page report of a patient, or of all",
        description="Write the report of one patient as one page (.html, .pdf) or as a note in plain text "
        "(.txt), or the reports of all patients as one document (.pdf) or numbered files (.zip).",
    )
    _add_inputs(parser)
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--patient", dest="whose", metavar="ID", help="the patient of the report")
    whose.add_argument("--all", action="store_true", help="all patients, who needs attention first")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.html|.pdf|.txt|.zip")
    parser.add_argument("--units", choices=("conventional", "si"), default="conventional")
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4")
    parser.add_argument(
        "--pages", choices=("html", "pdf", "txt"), default="html", help="what a .zip holds (default html)"
    )
    parser.add_argument(
        "--note", choices=("short", "full"), default="full", help="how much a .txt says (default full)"
    )
    parser.add_argument("--force", action="store_true", help="replace the file of --out where it is there")
    answers = parser.add_argument_group("answers to what a file does not prove about itself")
    _add_answers(answers, patient="--files-patient")  # --patient says whose report, and gives nobody a row


def _day(text: str) -> date:
    """A day of reading. Raises ArgumentTypeError, which says what to write."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write a day of the calendar as 2026-12-31.") from None
    from rls_dash.normalise.dates import EARLIEST, LATEST  # opening the app needs none of it

    if not EARLIEST <= found <= LATEST:
        raise argparse.ArgumentTypeError(f"write a day from {EARLIEST} to {LATEST}.")
    return found


_SIDE_FILES = {
    "patients": "facts about patients: birth date, sex, pregnancy, dialysis and others",
    "events": "supplements, medicines, infusions and illnesses with their dates",
    "scores": "totals of symptom scales",
}


def _add_answers(group: argparse._ArgumentGroup, patient: str = "--patient") -> None:
    group.add_argument(
        "--map", type=Path, metavar="mapping.toml", help="answers kept in a file, as saved on the Import page"
    )
    group.add_argument("--date-order", metavar="dmy|mdy", help="whether day or month stands first")
    group.add_argument("--decimal", metavar=".|,", help="decimal mark of numbers such as 1,234")
    group.add_argument(
        "--unit",
        action="append",
        default=[],
        metavar="ANALYTE=UNIT",
        help="unit of the rows of a test that print none, such as ferritin=ug/L; may be repeated",
    )
    group.add_argument("--collected", metavar="YYYY-MM-DD", help="date of collection of files without dates")
    group.add_argument("--encoding", metavar="NAME", help="of files that are not UTF-8, such as cp1252")
    group.add_argument(
        patient, dest="patient", metavar="ID", help="whose results files without a patient column hold"
    )


if __name__ == "__main__":
    sys.exit(main())
