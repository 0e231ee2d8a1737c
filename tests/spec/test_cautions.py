"""The supplement cautions table: all rows always there, those the results bring up first, with the reason."""

from __future__ import annotations

from datetime import date

import pytest

from rls_dash.context.patients import PatientContext
from rls_dash.findings.about import rules_about
from rls_dash.findings.engine import findings_of
from rls_dash.findings.rules import medicines, stops
from rls_dash.interpret.cautions import CautionRow, Relevance, caution_rows
from rls_dash.interpret.limits import assess
from rls_dash.knowledge import Origin, Prominence
from rls_dash.schema import empty_results
from tests.spec.clinic import knowledge, results
from tests.spec.findings.cases import AS_OF, case, event

ADULT = {"P1": PatientContext("P1", birth_date=date(1970, 5, 1))}


def table(text: str, context=ADULT, as_of: date | None = None) -> dict[str, CautionRow]:
    """Caution rows by supplement, in their order."""
    rows = caution_rows(assess(results(text), knowledge(), context), knowledge(), as_of)
    return {row.supplement: row for row in rows}


def test_every_supplement_is_listed_with_its_cautions_and_says_not_measured():
    rows = caution_rows(assess(empty_results(), knowledge()), knowledge())
    assert [row.supplement for row in rows] == list(knowledge().supplements)
    assert {row.relevance for row in rows} == {Relevance.NOT_MEASURED}
    assert all(row.cautions and row.missing and not row.reasons for row in rows)


def test_relevant_row_comes_first_and_gives_its_reason():
    rows = table(
        """
        analyte | value | unit  | date
        folate  | 2.4   | ng/mL | 2026-10-01
        """
    )
    assert next(iter(rows)) == "folate"
    assert rows["folate"].relevance is Relevance.RELEVANT
    (reason,) = rows["folate"].reasons
    assert reason.startswith("Folate 2.4 ng/mL < 3 ng/mL: deficiency \u00b7 01 Oct 2026")


def test_reason_reads_as_value_limit_date_and_source():
    (reason,) = table("analyte|value|unit\nferritin|42|ng/mL")["iron"].reasons
    assert (
        reason
        == "Ferritin 42 ng/mL \u2264 75 \u00b5g/L: iron considered \u00b7 01 Oct 2026 (AASM 2025, secondary)"
    )


def test_limit_is_named_in_the_unit_its_source_printed():
    (reason,) = table("analyte|value|unit\nvitamin_b12|120|pmol/L")["vitamin_b12"].reasons
    assert "120 pmol/L < 133 pmol/L" in reason


def test_region_with_two_ends_is_written_out():
    (reason,) = table("analyte|value|unit\nferritin|90|ng/mL")["iron"].reasons
    assert reason.startswith("Ferritin 90 ng/mL, >75 to 100 \u00b5g/L: only IV iron suggested \u00b7")


def test_only_the_latest_result_counts():
    rows = table(
        """
        analyte  | value | unit  | date
        ferritin | 42    | ng/mL | 2026-03-01
        ferritin | 180   | ng/mL | 2026-10-01
        """
    )
    assert rows["iron"].relevance is Relevance.NOTHING_IN_RESULTS
    assert rows["iron"].reasons == ()


def test_several_analytes_light_one_row():
    rows = table(
        """
        analyte                | value | unit
        ferritin               | 180   | ng/mL
        transferrin_saturation | 48    | %
        """
    )
    assert rows["iron"].relevance is Relevance.AGAINST
    reasons = [reason.split(" \u00b7 ")[0] for reason in rows["iron"].reasons]
    assert reasons == ["TSAT 48 % \u2265 45 %: no iron from here"]


def test_kidney_function_lights_magnesium_even_where_magnesium_is_not_measured():
    rows = table("analyte|value|unit\negfr|24|mL/min/{1.73_m2}")
    assert rows["magnesium"].relevance is Relevance.AGAINST
    assert "24 mL/min/1.73 m\u00b2 < 30" in rows["magnesium"].reasons[0]
    assert "Magnesium" in " ".join(rows["magnesium"].missing)


def test_safety_analyte_alone_leaves_the_row_not_measured():
    rows = table("analyte|value|unit\negfr|95|mL/min/{1.73_m2}")
    assert rows["magnesium"].relevance is Relevance.NOT_MEASURED


def test_censored_result_that_proves_the_limit():
    (reason,) = table("analyte|value|unit\nferritin|<5|ng/mL")["iron"].reasons
    assert reason.startswith("Ferritin <5 ng/mL, \u226475 \u00b5g/L")


def test_censored_result_that_does_not_decide_is_neither_relevant_nor_nothing():
    rows = table("analyte|value|unit\nferritin|<100|ng/mL")
    assert rows["iron"].relevance is Relevance.UNDECIDED
    assert next(iter(rows)) == "iron"
    assert "does not decide" in rows["iron"].reasons[0]


def test_conflicting_results_decide_only_together():
    both = """
        analyte  | value | unit  | notes
        ferritin | {0}   | ng/mL | conflicting_results
        ferritin | 60    | ng/mL | conflicting_results
    """
    apart = table(both.format(180))["iron"]
    assert apart.relevance is Relevance.UNDECIDED
    assert "180 ng/mL and 60 ng/mL" in apart.reasons[0]
    assert "conflicting results, not settled" in apart.reasons[0]
    assert table(both.format(42))["iron"].relevance is Relevance.RELEVANT


def test_preliminary_and_old_are_said():
    rows = table(
        "analyte|value|unit|status|date\nferritin|42|ng/mL|preliminary|2025-01-01", as_of=date(2026, 11, 1)
    )
    assert "01 Jan 2025, older than 12 months, preliminary" in rows["iron"].reasons[0]


def test_withdrawn_result_counts_as_not_measured():
    rows = table("analyte|value|unit|status\nferritin|42|ng/mL|entered_in_error")
    assert rows["iron"].relevance is Relevance.NOT_MEASURED


def test_adult_limits_light_nothing_for_a_child():
    child = {"P1": PatientContext("P1", birth_date=date(2016, 1, 1))}
    assert table("analyte|value|unit\nferritin|60|ng/mL", child)["iron"].relevance is not Relevance.RELEVANT


def test_what_speaks_against_a_supplement_comes_before_what_speaks_for_it():
    rows = table(
        """
        analyte                | value | unit
        ferritin               | 42    | ng/mL
        transferrin_saturation | 52    | %
        folate                 | 2.4   | ng/mL
        """
    )
    assert list(rows)[:2] == ["iron", "folate"]
    assert rows["iron"].relevance is Relevance.AGAINST
    assert [reason.split()[0] for reason in rows["iron"].reasons] == ["TSAT", "Ferritin"]


def test_recorded_haemochromatosis_speaks_against_iron_whatever_the_results():
    rows = caution_rows(
        assess(results("analyte|value|unit\nferritin|42|ng/mL"), knowledge(), ADULT),
        knowledge(),
        facts=PatientContext("P1", haemochromatosis=True),
    )
    assert rows[0].supplement == "iron"
    assert rows[0].relevance is Relevance.AGAINST
    assert "Haemochromatosis" in rows[0].reasons[0]


def test_a_clear_limit_comes_before_a_value_between_limits():
    rows = table(
        """
        analyte     | value | unit
        ferritin    | 90    | ng/mL
        vitamin_b12 | 150   | pg/mL
        """
    )
    assert list(rows)[:2] == ["vitamin_b12", "iron"]


def test_the_laboratorys_own_interval_brings_a_row_up_where_no_limit_does():
    rows = table(
        """
        analyte  | value | unit  | low | high
        ferritin | 150   | ng/mL | 15  | 200
        crp      | 18    | mg/L  |     | 5
        """
    )
    assert rows["iron"].relevance is Relevance.RELEVANT
    (reason,) = rows["iron"].reasons
    assert reason.startswith("CRP 18 mg/L, above the laboratory's interval, up to 5 mg/L")


def test_a_child_without_a_limit_is_not_assessed_and_its_laboratory_is_heard():
    child = {"P1": PatientContext("P1", birth_date=date(2016, 1, 1))}
    silent = table("analyte|value|unit\nmagnesium|2.0|mg/dL", child)["magnesium"]
    assert silent.relevance is Relevance.NOT_ASSESSED
    low = table("analyte|value|unit|low|high\nmagnesium|1.2|mg/dL|1.7|2.4", child)["magnesium"]
    assert low.relevance is Relevance.RELEVANT
    assert "below the laboratory's interval" in low.reasons[0]


def test_pregnancy_and_dialysis_stand_beside_a_limit_not_made_for_them():
    pregnant = {"P1": PatientContext("P1", birth_date=date(1990, 1, 1), pregnant=True, dialysis=True)}
    (reason,) = table("analyte|value|unit\nferritin|42|ng/mL", pregnant)["iron"].reasons
    assert "pregnancy recorded: the limit was not made for it" in reason
    assert "dialysis recorded: the limit was not made for it" in reason


# --- what is recorded ------------------------------------------------------------------------------------


def recorded(*events: str, text: str = "", as_of: date | None = AS_OF, **facts) -> dict[str, CautionRow]:
    """Caution rows by supplement, with events and facts."""
    assessed = assess(results(text) if text else empty_results(), knowledge(), ADULT)
    given = [event(one) for one in events]
    rows = caution_rows(assessed, knowledge(), as_of, PatientContext("P1", **facts), given)
    return {row.supplement: row for row in rows}


def test_a_recorded_dose_makes_the_row_relevant_and_stands_beside_both_limits():
    rows = recorded("supplement|vitamin B6|75 mg|oral|2025-06-08")
    assert next(iter(rows)) == "vitamin_b6"
    assert rows["vitamin_b6"].relevance is Relevance.RELEVANT
    (reason,) = rows["vitamin_b6"].reasons
    assert reason.startswith(
        "75 mg a day recorded since 08 Jun 2025; upper limit a day IOM 100 mg (secondary)"
    )
    assert "EFSA 12 mg (primary): above EFSA" in reason
    others = {row.relevance for key, row in rows.items() if key != "vitamin_b6"}
    assert others == {Relevance.NOT_MEASURED}


def test_upper_limits_of_adults_are_not_held_against_a_child():
    iron = "supplement|ferrous sulfate, elemental iron|45 mg|oral|2025-06-08"
    (of_child,) = recorded(iron, birth_date=date(AS_OF.year - 9, 1, 1))["iron"].reasons
    assert of_child.startswith("45 mg a day recorded") and "IOM" not in of_child
    assert "not compared with upper limits: those on file are for adults" in of_child
    for birth in (date(AS_OF.year - 40, 1, 1), None):
        assert "upper limit a day IOM 45 mg" in recorded(iron, birth_date=birth)["iron"].reasons[0]


def test_a_high_b12_on_recorded_b12_does_not_speak_against_b12():
    high = "analyte|value|unit\nvitamin_b12|>2000|pg/mL"
    for given in ("medicine|hydroxocobalamin|1000 mcg|im|2025-07-21", "supplement|vitamin B12|1 mg|oral"):
        row = recorded(given, text=high)["vitamin_b12"]
        assert row.relevance is Relevance.RELEVANT
        assert any("drawn while it was taken, so the limit does not speak" in one for one in row.reasons)
    assert recorded(text=high)["vitamin_b12"].relevance is Relevance.AGAINST
    stopped = "medicine|hydroxocobalamin|1000 mcg|im|2020-07-21|2020-08-21"
    assert recorded(stopped, text=high)["vitamin_b12"].relevance is Relevance.AGAINST
    b6 = "analyte|value|unit\nvitamin_b6|268|nmol/L"
    on_b6 = recorded("supplement|vitamin B6|75 mg|oral|2025-06-08", text=b6)["vitamin_b6"]
    assert on_b6.relevance is Relevance.AGAINST, "what is high because it is taken is the point of B6"


def test_events_count_on_the_day_only_and_not_without_one():
    stopped = "supplement|vitamin B6|75 mg|oral|2025-06-08|2026-01-01"
    assert recorded(stopped)["vitamin_b6"].relevance is Relevance.NOT_MEASURED
    running = "supplement|vitamin B6|75 mg|oral|2025-06-08"
    assert recorded(running, as_of=None)["vitamin_b6"].relevance is Relevance.NOT_MEASURED


FACTS = """
    haemochromatosis | iron        | against  | Haemochromatosis is recorded: product text rules iron out
    haemochromatosis | vitamin_c   | against  | it raises the uptake of iron
    dialysis         | magnesium   | against  | it accumulates
    dialysis         | iron        | relevant | rules for kidney disease
    dialysis         | vitamin_c   | relevant | conditional suggestion of low certainty
    dialysis         | vitamin_e   | relevant | one small trial
    pregnant         | iron        | relevant | obstetric pathway
    pregnant         | folate      | relevant | dose advised for pregnancy
    pregnant         | vitamin_b12 | relevant | total B12 limits may not fit
"""


def cells(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("fact", "supplement", "relevance", "part"), cells(FACTS))
def test_a_recorded_state_is_said_with_its_source_without_any_result(fact, supplement, relevance, part):
    row = recorded(**{fact: True})[supplement]
    assert row.relevance is Relevance(relevance)
    (reason,) = row.reasons
    assert part in reason and reason.endswith(("primary)", "secondary)", "background)"))


PAIR = """
    182 | 17  | 2026-10-01 | meet it: dialysis, IV iron sucrose
    182 | 25  | 2026-10-01 | do not meet it
    215 | 17  | 2026-10-01 | do not meet it
    182 | -   | -          | not assessed, no usable TSAT
    182 | 17  | 2026-08-01 | not assessed, Ferritin 182 µg/L and TSAT 17 % are of different times
    182 | <30 | 2026-10-01 | not assessed, Ferritin 182 µg/L and TSAT <30 % do not decide it
"""


@pytest.mark.parametrize(("ferritin", "tsat", "day", "part"), cells(PAIR))
def test_on_dialysis_the_iron_row_speaks_of_the_two_limits_that_count_together(ferritin, tsat, day, part):
    """Ferritin below 200 is no limit by itself: rule K1 and the row read it with the saturation."""
    lines = f"analyte|value|unit|date\nferritin|{ferritin}|ug/L|2026-10-01"
    lines += f"\ntransferrin_saturation|{tsat}|%|{day}" if tsat != "-" else ""
    (reason,) = [one for one in recorded(text=lines, dialysis=True)["iron"].reasons if "On dialysis" in one]
    assert reason.startswith("On dialysis Ferritin <200 µg/L together with TSAT <20 % counts")
    assert part in reason and reason.endswith("(AASM 2025, secondary)")
    others = recorded(text=lines, dialysis=False)
    assert not any("On dialysis" in one for row in others.values() for one in row.reasons)


def test_the_two_limits_of_dialysis_come_first_where_both_hold_and_are_not_read_under_age():
    lines = "analyte|value|unit\nferritin|182|ug/L\ntransferrin_saturation|17|%"
    reasons = recorded(text=lines, dialysis=True)["iron"].reasons
    assert reasons[0].startswith("On dialysis") and "TSAT 17 % < 20 %" in reasons[1]
    child = recorded(text=lines, dialysis=True, birth_date=date(2015, 1, 1))["iron"].reasons
    assert not any("On dialysis" in one for one in child)


@pytest.mark.parametrize("fact", ["haemochromatosis", "dialysis", "pregnant"])
@pytest.mark.parametrize("answer", [False, None])
def test_a_state_denied_or_not_stated_brings_nothing_up(fact, answer):
    assert {row.relevance for row in recorded(**{fact: answer}).values()} == {Relevance.NOT_MEASURED}


def test_what_the_table_says_of_states_is_all_tested():
    assert {(one.fact.value, one.supplement) for one in knowledge().fact_cautions} == {
        (fact, supplement) for fact, supplement, *_ in cells(FACTS)
    }


def test_a_medicine_that_lowers_a_level_brings_its_row_up():
    rows = recorded("medicine|metformin|1000 mg|oral|2021-11-01", "medicine|omeprazole|20 mg")
    causes = "among the causes of a low B12 (NICE 2024, secondary)"
    assert rows["vitamin_b12"].reasons == (
        f"Metformin recorded since 01 Nov 2021: metformin is {causes}",
        f"Omeprazole recorded: proton pump inhibitors are {causes}",
    )
    assert rows["magnesium"].relevance is Relevance.RELEVANT
    assert rows["folate"].relevance is Relevance.NOT_MEASURED


def test_spacing_from_a_recorded_medicine_is_said_without_making_the_row_relevant():
    row = recorded("medicine|Euthyrox|75 mcg|oral|2020-01-01")["iron"]
    assert row.relevance is Relevance.NOT_MEASURED and row.reasons == ()
    (said,) = row.interactions
    assert said.startswith("Euthyrox recorded since 01 Jan 2020: 4 hours apart;")
    assert said.endswith("(NIH ODS, secondary)")


def test_a_medicine_that_does_not_run_on_the_day_is_not_mentioned():
    for dates in ("2020-01-01|2026-10-31", "2026-11-02"):
        rows = recorded(f"medicine|levothyroxine|75 mcg|oral|{dates}", f"medicine|metformin|1 g|oral|{dates}")
        assert not any(row.interactions or row.reasons for row in rows.values())


def test_two_medicines_of_one_kind_are_said_once():
    assert len(recorded("medicine|Euthyrox", "medicine|levothyroxine")["iron"].interactions) == 1


def test_spacing_between_two_supplements_is_said_where_the_row_is_brought_up():
    iron, magnesium = "supplement|iron|45 mg", "supplement|magnesium|300 mg"
    both = recorded(iron, magnesium)
    assert "Magnesium recorded: at least 2 hours apart" in both["iron"].interactions[0]
    assert "Iron recorded: 3 to 4 hours apart" in both["magnesium"].interactions[0]
    assert recorded(iron)["magnesium"].interactions == ()


def test_an_interval_that_no_source_names_is_said_not_to_be_named():
    (said,) = recorded("medicine|Madopar")["iron"].interactions
    assert "no interval named; iron lowers the uptake of levodopa" in said


def test_vitamin_e_and_clotting():
    row = recorded("supplement|vitamin E|400 IU", "medicine|warfarin")["vitamin_e"]
    assert "Warfarin recorded: vitamin E adds to the risk of bleeding" in row.interactions[0]
    assert "international units are not converted" in row.reasons[0]


def test_an_illness_is_no_supplement_and_no_medicine():
    rows = recorded("illness|iron deficiency anaemia", "illness|alcohol use disorder")
    assert {row.relevance for row in rows.values()} == {Relevance.NOT_MEASURED}
    assert not any(row.interactions for row in rows.values())


def test_results_come_before_records_and_what_speaks_against_before_all():
    rows = recorded(
        "supplement|iron|45 mg|oral|2026-01-01",
        text="analyte|value|unit\nferritin|42|ng/mL\ntransferrin_saturation|48|%",
        dialysis=True,
    )
    first = [reason.split()[0] for reason in rows["iron"].reasons]
    assert first == ["TSAT", "Ferritin", "On", "Dialysis", "45"]
    assert rows["iron"].relevance is Relevance.AGAINST
    assert list(rows)[:2] == ["iron", "magnesium"]


def test_text_of_a_file_never_reaches_the_table():
    hostile = "medicine|levothyroxine ![x](http://example.org/x.png) <script>|75 <b>|oral|2020-01-01"
    rows = recorded(hostile, hostile.replace("levothyroxine", "vitamin B6").replace("medicine", "supplement"))
    said = " ".join(text for row in rows.values() for text in (*row.reasons, *row.interactions))
    assert "Levothyroxine recorded" in said and "unit not known" in said
    assert not any(mark in said for mark in ("example", "<", "![", "script"))


# --- findings about a supplement -------------------------------------------------------------------------


def test_a_row_names_the_rules_whose_findings_speak_of_it():
    events = [
        "supplement|iron|65 mg",
        "medicine|levothyroxine",
        "medicine|ciprofloxacin",
        "medicine|haloperidol",
    ]
    one = case("ferritin 42 ug/L\ntransferrin_saturation 48 %", events=events)
    found = findings_of(one, (*stops.RULES, *medicines.RULES))
    assert rules_about(found)["iron"] == ("S1", "D1")
    assert rules_about(None) == {}


# --- where the evidence qualifies the source document ----------------------------------------------------

QUALIFIED = """
    vitamin C with iron | iron | iron_with_vitamin_c | iron_vitamin_c_trial | worked as well without vitamin C
    magnesium, a strong link | magnesium |  | magnesium_review | without a significant effect
    magnesium, with B6 | magnesium |  | magnesium_trial | never combined
    magnesium, better than oxide | magnesium | magnesium_forms | magnesium_trial | oxide 250 mg
    iron and magnesium supported | magnesium |  | magnesium_guidelines | guidelines support iron only
    B12 and severity | vitamin_b12 |  | vitamin_b12_evidence | misprint
    folate in pregnancy | folate |  | folate_pregnancy_study | far above deficiency
    iron by ferritin alone | iron |  | iron_saturation | half the picture
    iron, inflammation | iron |  | iron_inflammation | CRP
    iron, assay | iron |  | iron_assay | not one trend
    C and E in ESRD | vitamin_c | vitamin_c_esrd | vitamin_c_aasm | conditional
    B6 with magnesium, dose | vitamin_b6 |  | vitamin_b6_trial_dose | three times
"""


@pytest.mark.parametrize(("claim", "supplement", "says", "qualifier", "part"), cells(QUALIFIED))
def test_evidence_stands_beside_the_claim_it_qualifies(claim, supplement, says, qualifier, part):
    row = {one.supplement: one for one in caution_rows(assess(empty_results(), knowledge()), knowledge())}
    shown = {one.caution_id: one for one in row[supplement].cautions}
    told = shown[qualifier]
    assert told.origin is Origin.BEYOND and told.prominence is Prominence.BESIDE_TRENDS, claim
    assert part in told.text and told.provenance.source != "SEED", claim
    if says:
        assert shown[says].origin is Origin.SOURCE_DOCUMENT, claim
        order = list(shown)
        assert order.index(says) < order.index(qualifier), claim
    else:
        claims = (told.text, row[supplement].consider_when, *(one.text for one in shown.values()))
        assert any("source document" in text or "blood test" in text for text in claims), claim
