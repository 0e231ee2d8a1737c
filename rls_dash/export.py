"""Results and issues as CSV that a spreadsheet cannot mistake for formulas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pandas as pd

from rls_dash.findings.model import Finding, Input, PatientFindings
from rls_dash.findings.undecided import old_words
from rls_dash.knowledge import Knowledge
from rls_dash.schema import ISSUE_COLUMNS, RESULT_COLUMNS

# CWE-1236. Full-width forms too: spreadsheets fold them.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
FINDING_COLUMNS = ["patient_id", "rule_id", "severity", "text", "inputs", "sources", "evidence", "missing"]
NOT_EVALUATED = "not_evaluated"  # severity of a rule that could not be decided
_NUMERIC = {"value", "reference_low", "reference_high", "source_row"}


def safe_cell(text: str) -> str:
    """Text that a spreadsheet shows as text: an apostrophe before what it would run."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def results_csv(results: pd.DataFrame) -> str:
    """results.csv with the columns of schema.RESULT_COLUMNS."""
    return _csv(results, RESULT_COLUMNS)


def issues_csv(issues: pd.DataFrame) -> str:
    """issues.csv with the columns of schema.ISSUE_COLUMNS."""
    return _csv(issues, ISSUE_COLUMNS)


def findings_csv(findings: Mapping[str, PatientFindings], knowledge: Knowledge) -> str:
    """findings.csv with the columns of FINDING_COLUMNS: by patient, most urgent first, then rules that could
    not be decided. `inputs` is a JSON list; sources are keys of sources.csv with their evidence grade."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FINDING_COLUMNS)
    for patient in sorted(findings):
        writer.writerows(map(safe_cell, cells) for cells in _finding_rows(findings[patient], knowledge))
    return out.getvalue()


def _finding_rows(found: PatientFindings, knowledge: Knowledge) -> Iterator[list[str]]:
    for one in found.findings:
        yield [
            found.patient_id,
            one.rule_id,
            one.urgency.value,
            _text(one, knowledge),
            json.dumps([_input(ground, knowledge) for ground in one.inputs], ensure_ascii=False),
            "; ".join(f"{who.source} ({who.evidence})" for who in one.sources),
            one.evidence.value,
            " ".join(one.missing),
        ]
    for rule in found.not_evaluated:
        yield [found.patient_id, rule.rule_id, NOT_EVALUATED, rule.why, "[]", "", "", " ".join(rule.missing)]


def _text(one: Finding, knowledge: Knowledge) -> str:
    """The sentence, which says where it rests on old results; rules about the data name their dates."""
    return f"{one.text} {old_words(one, knowledge)}".strip()


def _input(ground: Input, knowledge: Knowledge) -> dict[str, object]:
    """A result, or with `fact` something recorded about the patient."""
    measured = ground.name in knowledge.analytes
    said: dict[str, object] = {
        "analyte": ground.name if measured else "",
        "value": ground.value,
        "unit": ground.unit,
        "comparator": ground.comparator,
        "collected_at": ground.collected_at,
        "source_file": ground.source_file,
        "source_row": ground.source_row,
    }
    return (
        said
        | ({} if measured else {"fact": ground.name})
        | ({"computed": ground.computed} if ground.computed else {})
    )


def write_exports(contents: Mapping[Path, str | bytes]) -> None:
    """Write files where the user asked, texts as UTF-8: all of them, or none when one cannot be written.

    An OSError names the path that was asked for, never the draft beside it.
    """
    drafts: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            with _named(path):
                if path.is_dir():
                    raise IsADirectoryError(21, "this is a folder")
                drafts[path] = _unused(path)
                drafts[path].write_bytes(content.encode() if isinstance(content, str) else content)
        for path, draft in drafts.items():
            with _named(path):
                draft.replace(path)
    finally:
        for draft in drafts.values():
            with suppress(OSError):  # a folder that took no draft has none
                draft.unlink()


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors inside as errors about this path."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _unused(path: Path) -> Path:
    """A name beside a file that nothing has yet: what a user keeps there is not ours to replace."""
    names = (path.with_name(f"{path.name}.part{number or ''}") for number in count())
    return next(name for name in names if not name.exists() and not name.is_symlink())


def _csv(frame: pd.DataFrame, columns: list[str]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(_column(name, frame[name]) for name in columns), strict=True))
    return out.getvalue()


def _column(name: str, cells: pd.Series) -> list[str]:
    """A column as text; numbers are written and text is made safe once per distinct cell."""
    index, found = pd.factorize(cells, use_na_sentinel=True)
    texts = [_format(name, cell) for cell in found.tolist()]
    return [texts[code] if code >= 0 else "" for code in index.tolist()]


def _format(name: str, cell: object) -> str:
    if name in _NUMERIC:
        return _number(cell) if isinstance(cell, float) else str(cell)
    return safe_cell(str(cell))


def _number(value: float) -> str:
    """The shortest decimal text of a number, without an exponent: 75, 147.559221962."""
    text = f"{value:.9f}".rstrip("0").rstrip(".")
    return text or "0"
