"""Reports as files: inert, neutral in name, the same bytes again, honest about what stands behind them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from html.parser import HTMLParser

import pytest

from rls_dash.clinic import apply_overrides
from rls_dash.context.edits import with_event
from rls_dash.context.patients import PatientContext
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import InputFile
from rls_dash.report.files import Kind, all_as_archive, all_as_pdf, all_name, report_bytes, report_name
from rls_dash.report.html_page import html_of
from rls_dash.report.inert import _MARKS, _RANGES, displayable, visible
from rls_dash.report.model import Note, Paper
from rls_dash.report.note import in_words, note_of
from rls_dash.report.pdf import pages_in, pdf_of
from rls_dash.report.shorten import shortened
from rls_dash.report.svg_marks import text
from rls_dash.ui.components.clinic_numbers import EXAMPLE
from rls_dash.ui.loading import Recorded, load, material_of_loaded, with_recorded
from tests.spec.report.sample import HEADER, loaded, material, of_texts, patients, printed, report, report_of

NASTY = '<img src=x onerror=alert(1)>&#panic()*b*$x$]"\\u{202e}@style'
LABS = HEADER + "P1,2026-09-01,Ferritin,42,ng/mL,15,150,North\nP1,2026-03-01,Ferritin,<5,ng/mL,15,150,South\n"
ONE = (UnitSystem.CONVENTIONAL, Paper.A4)


class Reading(HTMLParser):
    """What a browser would make of a page: elements with attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_html_holds_no_script_and_nothing_from_outside() -> None:
    for patient in ("RLS-001", "RLS-009", "RLS-038"):
        text = html_of(printed(patient), Paper.A4)
        page = Reading(text)
        names = {name for name, _ in page.elements}
        assert not names & {
            "script",
            "link",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "a",
            "use",
            "image",
        }
        outside = [
            (name, key)
            for name, given in page.elements
            for key, value in given.items()
            if key in ("src", "href", "style", "xlink:href")
            or key.startswith("on")
            or "url(" in (value or "")
        ]
        assert outside == []
        assert set(re.findall(r"https?://[^\"' <]+", text)) == {"http://www.w3.org/2000/svg"}
        policy = next(
            given["content"]
            for name, given in page.elements
            if given.get("http-equiv") == "Content-Security-Policy"
        )
        assert policy and policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy


def test_text_of_files_is_shown_and_does_nothing() -> None:
    labs = (
        HEADER + f'"{NASTY.replace(chr(34), chr(34) * 2)}",2026-09-01,Ferritin,42,ng/mL,15,150,"<b>{{x}}"\n'
    )
    found = of_texts(labs)
    (patient,) = found.patient_ids
    brief = shortened(report_of(found, patient))
    page = Reading(html_of(brief, Paper.A4))
    assert "img" not in {name for name, _ in page.elements}
    assert NASTY in "".join(page.words)
    assert pages_in(pdf_of([brief], Paper.A4)) == 1
    assert NASTY in note_of(brief.report)


def test_characters_that_steer_or_that_the_fonts_lack_show_by_their_number() -> None:
    assert visible("a\u202eb\u200bc\x00") == "a[U+202E]b[U+200B]c[U+0000]"
    assert displayable("\u4f60\u0301 \u00b5g Łódź Ω Ж") == "[U+4F60][U+0301] \u00b5g Łódź Ω Ж"
    found = of_texts(HEADER + "你好😀\u202e,2026-09-01,Ferritin,42,ng/mL,15,150,北\n")
    (patient,) = found.patient_ids
    brief = shortened(report_of(found, patient))
    assert pages_in(pdf_of([brief], Paper.A4)) == 1
    assert "你好" in html_of(brief, Paper.A4) and "\u202e" not in html_of(brief, Paper.A4)


def test_the_figure_too_holds_no_character_that_steers() -> None:
    drawn = text(0.0, 0.0, "a\u202eb\ud800<", data_words="\u2066c\ud800")
    assert drawn.isprintable() and "a[U+202E]b[U+D800]&lt;" in drawn and "[U+2066]c[U+D800]" in drawn
    drawn.encode()


def test_the_fonts_have_every_character_that_is_not_replaced() -> None:
    """typst refuses a tagged document with a character its fonts lack."""
    whole = report("RLS-042")
    every = "".join(chr(one) for low, high in _RANGES for one in range(low, high + 1)) + "".join(
        sorted(_MARKS)
    )
    kept = displayable(every.replace("\xad", ""))
    pdf_of([shortened(type(whole)(**{**whole.__dict__, "clinic": kept}))], Paper.A4)


@pytest.mark.parametrize("kind", list(Kind))
def test_the_same_inputs_give_the_same_bytes(kind: Kind) -> None:
    found = of_texts(LABS)
    first, second = (report_bytes(found, "P1", kind, *ONE) for _ in range(2))
    assert first == second
    again = report_bytes(of_texts(LABS), "P1", kind, *ONE)
    assert again == first
    assert report_bytes(found, "P1", kind, UnitSystem.SI, Paper.A4) != first


def test_pdf_is_tagged_titled_dated_and_names_nobody_outside_its_pages() -> None:
    content = pdf_of([printed("RLS-042")], Paper.A4)
    assert b"pdfuaid" in content and b"/StructTreeRoot" in content and b"/Alt" in content
    assert b"2026-11-01" in content, "the day of reading, not of making"
    title = re.search(rb"<dc:title>.*?</dc:title>", content, re.S)
    assert title and b"RLS report as of 01 Nov 2026" in title[0] and b"RLS-042" not in title[0]
    assert "<title>RLS report as of 01 Nov 2026</title>" in html_of(printed("RLS-042"), Paper.A4)


def test_nothing_but_our_headings_is_a_heading() -> None:
    """A sign of our own at the start of a cell must not become markup either: "= 508 pg/mL" is no title."""
    for patient in ("RLS-021", "RLS-006"):
        assert any(one.converted for one in report(patient).results)
        content = pdf_of([shortened(report(patient))], Paper.A4)
        titles = {one.decode("latin-1") for one in re.findall(rb"/Title ?\(([^)]*)\)", content)}
        assert titles == {"Latest and previous results", "Findings", "Missing, not evaluated",
                          "Supplement cautions", "What stands behind this page",
                          "RLS report as of 01 Nov 2026"}, titles  # fmt: skip


def test_names_of_files_hold_no_id() -> None:
    assert report_name(date(2026, 11, 1), Kind.PDF) == "rls-report-2026-11-01.pdf"
    assert all_name(date(2026, 11, 1), "zip") == "rls-reports-2026-11-01.zip"
    found = of_texts(LABS + "Ana Nym,2026-09-01,Ferritin,60,ng/mL,15,150,North\n")
    made: list[tuple[int, int]] = []
    first, second = (
        all_as_archive(found, found.patient_ids, kind, *ONE, lambda *done: made.append(done))
        for kind in (Kind.HTML, Kind.TEXT)
    )
    assert made == [(1, 2), (2, 2)] * 2
    for content, ending in ((first, "html"), (second, "txt")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.namelist() == [f"rls-report-2026-11-01-{one:03}.{ending}" for one in (1, 2)]
            inside = [archive.read(name).decode() for name in archive.namelist()]
        assert ["Ana Nym" in text for text in inside] == [one == "Ana Nym" for one in found.patient_ids]
    assert first == all_as_archive(found, found.patient_ids, Kind.HTML, *ONE, lambda *_: None)


def test_all_patients_are_one_document_in_the_order_of_the_list() -> None:
    found = of_texts(LABS + "P2,2026-09-01,Ferritin,60,ng/mL,15,150,North\n")
    assert pages_in(all_as_pdf(found, found.patient_ids, *ONE, lambda *_: None)) == 2
    with pytest.raises(ValueError, match="no report"):
        all_as_pdf(found, (), *ONE, lambda *_: None)


def test_sample_data_is_marked_and_other_data_is_not() -> None:
    assert "Sample data" in html_of(printed("RLS-001"), Paper.A4)
    assert report_of(of_texts(LABS), "P1").sample == ""
    given = [InputFile(f"mine-{one.name}", one.content) for one in loaded().inputs]
    again = load(given, loaded().options, loaded().as_of, is_sample=False)
    assert material_of_loaded(again, load_knowledge()).is_sample, "under another name, too"


def test_what_was_recorded_in_the_session_is_said() -> None:
    found = loaded()
    assert not any("session" in one for one in report("RLS-002").behind)
    cells = {"kind": "supplement", "name": "magnesium citrate", "started_on": "2026-01-01"}
    events = with_event(found.events, "RLS-002", cells)[0]["RLS-002"]
    said = Recorded(PatientContext("RLS-002"), events, found.scores.get("RLS-002", ()))
    now = with_recorded(found, {"RLS-002": said}, load_knowledge())
    behind = " ".join(report_of(material_of_loaded(now, load_knowledge()), "RLS-002").behind)
    assert "recorded or changed in this session. 1 event of it stand" in behind.replace("stands", "stand")
    assert "2 events from events.csv" in behind


def test_clinic_numbers_are_marked() -> None:
    knowledge = apply_overrides(load_knowledge(), EXAMPLE, "clinic.toml")
    day = loaded().as_of
    found = load([InputFile("labs.csv", LABS.encode())], loaded().options, day, False, knowledge)
    whole = report_of(material_of_loaded(found, knowledge), "P1")
    assert "clinic.toml" in whole.clinic and "ferritin_rls_75" in whole.clinic
    assert any("clinic\u2019s own number" in one.more for one in whole.findings)
    assert "clinic limit" in whole.drawing.svg
    assert knowledge.version in whole.versions and "+" in whole.versions
    assert report("RLS-001").clinic == ""


def test_rows_add_up_and_those_not_used_are_named() -> None:
    counts = material().analysis.counts
    behind = " ".join(report("RLS-001").behind)
    assert f"{counts['rows_in']:,} rows = {counts['results']:,} results used" in behind
    assert "1 row of this patient not used: Magnesium, held (plain_results.csv, line 20" in behind


def test_a_patient_without_a_usable_row_has_a_report_that_says_so() -> None:
    found = of_texts(
        HEADER + "P1,2026-09-01,Ferritin,42,mugs,,,\n" + LABS.replace(HEADER, "").replace("P1", "P2")
    )
    brief = shortened(report_of(found, "P1"))
    assert brief.report.behind[0] == "No result of this patient could be used."
    assert [one.found for one in brief.report.results] == [False] * 4
    assert pages_in(pdf_of([brief], Paper.A4)) == 1


def test_there_is_no_all_clear() -> None:
    for patient in patients():
        text = note_of(report(patient)).replace("\n", " ")
        assert text.count("all clear") == text.count("is not an all clear") == 1


def test_the_short_note_says_in_few_lines_what_report_and_full_note_say() -> None:
    """The four against their limits, findings by name, what is missing: no word of its own about them."""
    lengths = []
    for patient in patients():
        whole = report(patient)
        short, full = (" ".join(note_of(whole, one).split()) for one in (Note.SHORT, Note.FULL))
        lines = note_of(whole, Note.SHORT).splitlines()
        lengths.append(len(lines))
        assert max(map(len, lines)) <= 72 and whole.patient_id in lines[0] and "as of" in short
        for line in (one for one in whole.results if one.core):
            said = in_words(f"{line.test}: {line.latest}")
            assert said in short and said in full
            for part in line.words.split("; "):
                once = part.endswith("the limit was not made for it")  # said once for all of them
                few = part.partition(":")[0] if once or part.startswith("within limits") else part
                assert (in_words(few).capitalize() if once else in_words(few)) in short, few
                assert in_words(part) in full
        for one in whole.findings:
            named = in_words(f"{one.title} ({one.rule_id})")
            assert (named in short) is (one.urgency != "info"), named
        assert (whole.nothing_found == "") or in_words(whole.nothing_found) in short
        assert in_words(whole.missing) in short
        brought_up = [one for one in whole.cautions if one.brought_up]
        assert all(f"{one.label}, {one.state}" in short for one in brought_up[:2])
        assert len(brought_up) <= 2 or f"{len(brought_up) - 2} more supplement" in short
        assert "informs, does not diagnose" in short
    assert sorted(lengths)[len(lengths) // 2] <= 21 and max(lengths) <= 26


def test_the_note_is_plain_short_lined_and_whole() -> None:
    for patient in patients():
        whole = report(patient)
        note = note_of(whole)
        assert max(map(len, note.splitlines())) <= 72
        assert not re.search(r"[<>\u2264\u2265]\s*\d", note)
        assert {one for one in note if not one.isascii()} <= {"\u00b5"}
        flat = " ".join(note.split())
        for one in whole.findings:
            assert f"{one.urgency.upper()} (rule {one.rule_id}):" in flat
            assert all(name.split(",")[0] in flat for name in one.sources.split("; "))
        for part in ("LATEST RESULTS", "MISSING", "informs, does not diagnose", whole.versions):
            assert part in flat
        assert all(one.label in flat for one in whole.cautions)
