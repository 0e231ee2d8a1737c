"""The supplement cautions table: all rows always there, those the results bring up first, with the reason."""

from __future__ import annotations

from datetime import date

from rls_dash.context.patients import PatientContext
from rls_dash.interpret.cautions import CautionRow, Relevance, caution_rows
from rls_dash.interpret.limits import assess
from rls_dash.schema import empty_results
from tests.spec.clinic import knowledge, results

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
