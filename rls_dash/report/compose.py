"""One patient's material → what stands on the report. The one composer behind page and command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rls_dash import __version__
from rls_dash.context.patients import PatientContext, facts_words
from rls_dash.figures.trend import trend_info, trend_summary
from rls_dash.findings.model import Finding, PatientFindings
from rls_dash.findings.undecided import missing_words, not_evaluated_words, old_words, quiet_words
from rls_dash.interpret.limits import NOT_MADE_FOR
from rls_dash.interpret.recorded import has_list
from rls_dash.interpret.words import UnitSystem, short_id
from rls_dash.knowledge import Knowledge
from rls_dash.report.behind import behind
from rls_dash.report.cautions import caution_lines
from rls_dash.report.fixed import NO_MEDICINES, SAMPLE_MARK
from rls_dash.report.material import Material
from rls_dash.report.model import FindingLine, Report, ResultLine
from rls_dash.report.results import NO_LETTER, READ, result_lines
from rls_dash.report.svg import trend_svg
from rls_dash.report.widths import shortened

_LONGEST_ID, _LONGEST_TEXT = 60, 700  # characters


def report_of(material: Material, patient_id: str, units: UnitSystem = UnitSystem.CONVENTIONAL) -> Report:
    """The report of a patient of `material.patient_ids`, in one of the unit systems."""
    knowledge, as_of = material.knowledge, material.as_of
    rows, known = material.rows(patient_id), material.beside
    events = known.events.get(patient_id, ())
    found = material.findings.get(patient_id, PatientFindings(patient_id, (), ()))
    scores = known.scores.get(patient_id, ())
    trend = trend_info(rows, knowledge, as_of, units, events=events, scores=scores)
    trend_words = trend_summary(trend)
    return Report(
        patient_id=short_id(" ".join(patient_id.split()), _LONGEST_ID),
        facts=patient_words(known.contexts.get(patient_id), material),
        as_of=as_of,
        units=units,
        trend=trend,
        trend_words=trend_words,
        drawing=trend_svg(trend, trend_words),
        results=tuple(_read_by(one, found.findings) for one in result_lines(rows, knowledge, as_of, units)),
        findings=tuple(_finding(one, knowledge) for one in found.findings),
        nothing_found=quiet_words(found),
        cautions=caution_lines(rows, knowledge, as_of, known.contexts.get(patient_id), events),
        cautions_note="" if has_list(events) else NO_MEDICINES,
        missing=_missing(found, knowledge),
        not_evaluated=not_evaluated_words(found.not_evaluated, knowledge),
        behind=behind(material, patient_id),
        clinic=_clinic(knowledge),
        sample=SAMPLE_MARK if material.is_sample else "",
        versions=f"RLS Dash {__version__}, knowledge tables {knowledge.version}",
    )


def patient_words(facts: PatientContext | None, material: Material) -> str:
    """Who the patient is, and the assay of the ferritin where it is recorded."""
    said = facts_words(facts, material.as_of)
    if facts is not None and facts.ferritin_assay:
        said.append(f"ferritin assay {shortened(facts.ferritin_assay, _LONGEST_ID)}")
    return ", ".join(said)


def _finding(one: Finding, knowledge: Knowledge) -> FindingLine:
    more = []
    if old := old_words(one, knowledge):
        more.append(old)
    if one.missing:
        more.append(f"Missing: {', '.join(missing_words(one.missing, knowledge))}.")
    if one.overridden:
        more.append("Decided with the clinic\u2019s own number.")
    return FindingLine(
        urgency=one.urgency.value,
        rule_id=one.rule_id,
        title=knowledge.rule_titles[one.rule_id].title,
        text=shortened(one.text, _LONGEST_TEXT),
        sources="; ".join(f"{who.name}, {who.evidence}" for who in one.sources),
        more=" ".join(more),
    )


def _read_by(line: ResultLine, findings: Sequence[Finding]) -> ResultLine:
    """A result without a letter, or beside a limit not made for the patient, names the findings that speak of
    it: a haemoglobin is not unread, and rule K1 reads a ferritin on dialysis by a limit of its own."""
    if line.words != NO_LETTER and NOT_MADE_FOR not in line.words:
        return line
    reading = [one.rule_id for one in findings if any(ground.name == line.analyte for ground in one.inputs)]
    rules = list(dict.fromkeys(one for one in reading if not one.startswith("Q")))
    return replace(line, words=f"{line.words}{READ}{', '.join(rules)}") if rules else line


def _missing(found: PatientFindings, knowledge: Knowledge) -> str:
    """What would decide more: tests without a result that counts, and facts that are not recorded."""
    asked = [*(one.missing for one in found.findings), *(one.missing for one in found.not_evaluated)]
    names = dict.fromkeys(name for missing in asked for name in missing)
    tests = _named([name for name in names if name in knowledge.analytes], knowledge)
    facts = _named([name for name in names if name not in knowledge.analytes], knowledge)
    said = [f"No result that decides: {tests}." if tests else "", f"Not recorded: {facts}." if facts else ""]
    return " ".join(filter(None, said))


def _named(names: Sequence[str], knowledge: Knowledge) -> str:
    return ", ".join(missing_words(names, knowledge))


def _clinic(knowledge: Knowledge) -> str:
    """The clinic's own numbers in use, by id."""
    clinic = knowledge.clinic
    if clinic is None:
        return ""
    named = [*clinic.limits, *clinic.parameters]
    named += ["ferritin assay"] if clinic.ferritin_assay else []
    named += [
        f"interval of {shortened(one.laboratory, _LONGEST_ID)} for {one.analyte}" for one in clinic.intervals
    ]
    file = shortened(clinic.name, _LONGEST_ID)
    return f"The clinic\u2019s own numbers are in use ({file}): {', '.join(named)}."
