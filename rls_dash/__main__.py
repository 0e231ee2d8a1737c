"""`python -m rls_dash` opens the app; `python -m rls_dash normalise` is the pipeline without a browser."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

OK, UNREADABLE, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 when a file could not be read, 2 for usage."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.command == "normalise":
        return _normalise(chosen)
    from rls_dash.launch import launch  # Streamlit is not needed, and slow to load, for the other commands

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
    normalise = commands.add_parser("normalise", help="write normalised results and issues as CSV")
    normalise.add_argument("files", nargs="+", type=Path, metavar="FILE")
    normalise.add_argument("--out", type=Path, required=True, metavar="results.csv")
    normalise.add_argument("--issues", type=Path, required=True, metavar="issues.csv")
    normalise.add_argument("--json", action="store_true", help="print the counts as one JSON object")
    normalise.add_argument(
        "--date-order", choices=["dmy", "mdy"], help="order of day and month where a file does not prove it"
    )
    normalise.add_argument(
        "--decimal", choices=[".", ","], help="decimal mark where a file does not prove it"
    )
    normalise.add_argument(
        "--as-of",
        type=date.fromisoformat,
        default=None,
        metavar="YYYY-MM-DD",
        help="day of reading; later results are set aside (default today)",
    )
    return parser


def _normalise(chosen: argparse.Namespace) -> int:
    from rls_dash.answers import AnswerBook, Answers, ReadOptions
    from rls_dash.export import issues_csv, results_csv, write_exports
    from rls_dash.knowledge import load_knowledge
    from rls_dash.pipeline import InputFile, analyse

    if len({path.resolve() for path in (*chosen.files, chosen.out, chosen.issues)}) < len(chosen.files) + 2:
        print("The files read and the two files written must all be different.", file=sys.stderr)
        return USAGE
    try:
        files = [InputFile(_printable(path.name), path.read_bytes()) for path in chosen.files]
    except OSError as error:
        print(f"{Path(error.filename or '').name}: {error.strerror}", file=sys.stderr)
        return UNREADABLE
    options = ReadOptions(
        as_of=chosen.as_of or datetime.now().astimezone().date(),
        answers=AnswerBook(Answers(date_order=chosen.date_order or "", decimal=chosen.decimal or "")),
    )
    analysis = analyse(files, load_knowledge(), options)
    if analysis.errors:
        for unreadable in analysis.errors:
            print(unreadable, file=sys.stderr)
        return UNREADABLE
    try:
        write_exports({chosen.out: results_csv(analysis.results), chosen.issues: issues_csv(analysis.issues)})
    except OSError as error:
        print(f"{Path(error.filename or '').name}: {error.strerror}", file=sys.stderr)
        return UNREADABLE
    codes = {
        str(code): int(count) for code, count in analysis.issues["code"].value_counts().sort_index().items()
    }
    summary = {**analysis.counts, "issues": codes}
    print(json.dumps(summary) if chosen.json else _sentence(analysis.counts))
    return OK


def _printable(name: str) -> str:
    """A file name that can be written as UTF-8, whatever bytes the file system holds."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _sentence(counts: dict[str, int]) -> str:
    return (
        f"{counts['rows_in']} rows = {counts['results']} results + {counts['set_aside']} set aside"
        f" + {counts['held']} held + {counts['not_tracked']} of tests not tracked"
        f" + {counts['duplicates']} duplicates"
    )


if __name__ == "__main__":
    sys.exit(main())
