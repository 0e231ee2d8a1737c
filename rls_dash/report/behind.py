"""What stands behind a report: results, entries of side files and of the session, and rows not used."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rls_dash.context.edits import THIS_SESSION
from rls_dash.context.events import Event
from rls_dash.context.scores import Score
from rls_dash.model import Severity
from rls_dash.report.material import Material
from rls_dash.report.widths import shortened

_FILES, _ROWS, _LONGEST = 4, 3, 60  # listed at most; characters of a name
_KINDS = {Severity.HELD.value: "held", Severity.SET_ASIDE.value: "set aside"}
_WHERE = "Import page, or issues.csv of the command normalise"


def behind(material: Material, patient_id: str) -> tuple[str, ...]:
    """Sentences, each on one thing; every number of rows adds up."""
    found = (
        _results(material, patient_id),
        _entries(material, patient_id),
        _session(material, patient_id),
        _not_used(material, patient_id),
        _all_rows(material),
    )
    return tuple(filter(None, found))


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 row", "1,204 rows"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _named(names: Collection[str]) -> str:
    """Names of files in order, the first few of them, and how many there are."""
    listed = sorted(names)
    more = len(listed) - _FILES
    said = ", ".join(shortened(name, _LONGEST) for name in listed[:_FILES])
    return f"{said} and {counted(more, 'more file')}" if more > 0 else said


def _results(material: Material, patient_id: str) -> str:
    own = material.analysis.patient_results(patient_id)
    if own.empty:
        return "No result of this patient could be used."
    computed = int((material.computed["patient_id"] == patient_id).sum())
    more = f"; {counted(computed, 'value')} computed from them" if computed else ""
    return (
        f"{counted(len(own), 'result')} of this patient used, from {_named(set(own['source_file']))}{more}."
    )


def _entries(material: Material, patient_id: str) -> str:
    """What side files and exports say beside the results."""
    events = _of_files(material.beside.events.get(patient_id, ()))
    scores = _of_files(material.beside.scores.get(patient_id, ()))
    said = [
        f"{counted(len(found), word)} from {_named({one.source_file for one in found})}"
        for found, word in ((events, "event"), (scores, "severity total"))
        if found
    ]
    facts = material.beside.contexts.get(patient_id)
    stated = [] if facts is None else [
        words for words, value in (
            ("birth date", facts.birth_date), ("sex", facts.sex), ("pregnancy", facts.pregnant),
            ("dialysis", facts.dialysis), ("haemochromatosis", facts.haemochromatosis),
            ("menopause", facts.menopause), ("ferritin assay", facts.ferritin_assay),
        ) if value is not None
    ]  # fmt: skip
    said.append(f"facts stated: {', '.join(stated)}" if stated else "no fact of the patient is stated")
    said = said if events or scores else [*said, "no event and no severity total on file"]
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def _of_files(entries: Sequence[Event] | Sequence[Score]) -> list[Event | Score]:
    return [one for one in entries if one.source_file != THIS_SESSION]


def _session(material: Material, patient_id: str) -> str:
    """What the user recorded and no file holds."""
    if patient_id not in material.recorded:
        return ""
    events = material.beside.events.get(patient_id, ())
    scores = material.beside.scores.get(patient_id, ())
    parts = [
        counted(sum(one.source_file == THIS_SESSION for one in found), word)
        for found, word in ((events, "event"), (scores, "severity total"))
        if any(one.source_file == THIS_SESSION for one in found)
    ]
    held = f" {' and '.join(parts)} of it stand in no file." if parts else ""
    return f"Facts, events or totals of this patient were recorded or changed in this session.{held}"


def _not_used(material: Material, patient_id: str) -> str:
    """Rows of this patient that no result stands for: a newer one may be among them."""
    issues = material.analysis.patient_issues(patient_id)
    if issues.empty:
        return ""
    labels = {key: one.short_label for key, one in material.knowledge.analytes.items()}
    said = [
        f"{labels.get(row.analyte, 'unknown test')}, {_KINDS[row.severity]} "
        f"({shortened(row.source_file, _LONGEST)}, line {row.source_row}: {_first_sentence(row.message)})"
        for row in issues.head(_ROWS).itertuples()
    ]
    more = len(issues) - len(said)
    rest = f"; {more} more" if more else ""
    return f"{counted(len(issues), 'row')} of this patient not used: {'; '.join(said)}{rest}. See {_WHERE}."


def _first_sentence(message: str) -> str:
    return shortened(message.partition(". ")[0].removesuffix("."), 2 * _LONGEST)


def _all_rows(material: Material) -> str:
    counts = material.analysis.counts
    ownerless = material.analysis.ownerless_issues
    text = (
        f"All files: {counted(counts['rows_in'], 'row')} = {counted(counts['results'], 'result')} used"
        f" + {counts['set_aside']:,} set aside + {counts['held']:,} held"
        f" + {counts['not_tracked']:,} of tests not tracked + {counted(counts['duplicates'], 'duplicate')}."
    )
    return f"{text} {counted(ownerless, 'row')} without a certain patient not used." if ownerless else text
