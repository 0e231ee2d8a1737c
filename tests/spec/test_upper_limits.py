"""Recorded doses beside the upper limits of IOM and EFSA, and the tables of limits and interactions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rls_dash.interpret.doses import Intake, intake_of, intake_text, upper_limit_text, upper_limits_of
from rls_dash.knowledge import Authority, Effect, Knowledge
from rls_dash.model import Evidence, Truth
from tests.spec.clinic import knowledge
from tests.spec.findings.cases import AS_OF, event

UPPER_LIMITS = """
    iron        | IOM  | 45   | mg  | secondary
    iron        | EFSA | 40   | mg  | background
    magnesium   | IOM  | 350  | mg  | primary
    magnesium   | EFSA | 250  | mg  | background
    vitamin_b6  | IOM  | 100  | mg  | secondary
    vitamin_b6  | EFSA | 12   | mg  | primary
    vitamin_b12 | IOM  |      |     | primary
    folate      | IOM  | 1000 | mcg | secondary
    folate      | EFSA | 1000 | mcg | primary
    vitamin_c   | IOM  | 2000 | mg  | secondary
    vitamin_e   | IOM  | 1000 | mg  | secondary
    vitamin_e   | EFSA | 300  | mg  | background
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


def intake(supplement: str, *events: str, tables: Knowledge | None = None) -> Intake:
    return intake_of([event(one) for one in events], supplement, tables or knowledge(), AS_OF)


def said(supplement: str, *events: str, tables: Knowledge | None = None) -> str:
    used = tables or knowledge()
    return intake_text(intake(supplement, *events, tables=used), used)


# --- the tables ------------------------------------------------------------------------------------------


def test_upper_limits_are_those_of_clinical_md_with_their_grades() -> None:
    found = [
        (
            one.supplement,
            one.authority.value,
            "" if one.amount is None else f"{one.amount:f}",
            one.unit,
            one.provenance.evidence.value,
        )
        for one in knowledge().upper_limits.values()
    ]
    assert sorted(found) == sorted(rows(UPPER_LIMITS))


def test_iron_says_that_its_limit_is_not_for_treatment() -> None:
    assert "not meant for prescribed treatment" in knowledge().upper_limits["iron", Authority.IOM].note
    assert said("iron", "supplement|iron|65 mg").endswith(
        "above IOM and EFSA; IOM: not meant for prescribed treatment; EFSA: a safe level of intake of 2024"
    )
    assert "prescribed" not in said("iron", "supplement|iron|45 mg")


def test_limits_not_read_are_called_background() -> None:
    unread = [one for one in knowledge().upper_limits.values() if one.provenance.source == "NONE"]
    assert unread and {one.provenance.evidence for one in unread} == {Evidence.BACKGROUND}


SPACING = """
    iron      | levothyroxine  | 4 hours apart
    iron      | tetracycline   | 2 to 3 hours apart
    iron      | quinolone      | quinolone 2 hours before or 4 hours after iron
    iron      | bisphosphonate | at least 2 hours apart
    iron      | calcium        | at least 2 hours apart
    iron      | antacid        | at least 2 hours apart
    iron      | magnesium      | at least 2 hours apart
    iron      | levodopa       |
    iron      | methyldopa     |
    iron      | mycophenolate  |
    iron      | penicillamine  |
    iron      | zinc           |
    iron      | entacapone     |
    magnesium | tetracycline   | 2 to 3 hours apart
    magnesium | fluoride       | 2 to 3 hours apart
    magnesium | iron           | 3 to 4 hours apart
    magnesium | bisphosphonate | 3 to 4 hours apart
    magnesium | nitrofurantoin | 3 to 4 hours apart
    magnesium | penicillamine  | 3 to 4 hours apart
    magnesium | eltrombopag    | 3 to 4 hours apart
    magnesium | quinolone      | quinolone 2 hours before or 4 to 6 hours after magnesium
    magnesium | levothyroxine  |
    magnesium | gabapentin     |
    vitamin_e | iron           |
"""


def test_spacing_is_that_of_clinical_md() -> None:
    found = [
        (one.supplement, one.substance, one.hours)
        for one in knowledge().interactions
        if one.effect is Effect.SPACING
    ]
    assert sorted(found) == sorted(rows(SPACING))


def test_only_a_source_that_was_read_gives_an_interval() -> None:
    graded = {one.provenance.evidence for one in knowledge().interactions if one.hours}
    assert graded == {Evidence.PRIMARY, Evidence.SECONDARY}
    (secondary,) = [
        one for one in knowledge().interactions if one.hours and one.provenance.evidence is Evidence.SECONDARY
    ]
    assert (secondary.supplement, secondary.substance) == ("iron", "levothyroxine")


# --- which dose counts -----------------------------------------------------------------------------------

DOSES = """
    vitamin_b6 | supplement;vitamin B6;75 mg                         | 75     |
    vitamin_b6 | supplement;vitamin B6;12 mg/day                     | 12     |
    vitamin_b6 | supplement;vitamin B6;12 mg daily                   | 12     |
    vitamin_b6 | supplement;pyridoxine;25000 mcg                     | 25     |
    vitamin_b6 | supplement;vitamin B6;0.1 g                         | 100    |
    vitamin_b6 | medicine;Pyridoxin;40 MG;po                         | 40     |
    vitamin_b6 | supplement;vitamin B6;75                            |        | unit not recorded
    vitamin_b6 | supplement;vitamin B6                               |        | dose not recorded
    vitamin_b6 | supplement;vitamin B6;2 tablets                     |        | unit not known
    vitamin_b6 | supplement;vitamin B6;75 mg bd                      |        | unit not known
    vitamin_b6 | supplement;vitamin B6;1 kg                          |        | unit not known
    vitamin_b6 | supplement;B complex;50 mg                          |        | holds several
    vitamin_b6 | supplement;multivitamin;1 g                         |        | holds several
    vitamin_b6 | supplement;magnesium with vitamin B6;200 mg         |        | holds several
    vitamin_b6 | supplement;magnesium citrate with vitamin B6, elemental magnesium;200 mg | | holds several
    magnesium  | supplement;magnesium citrate with vitamin B6, elemental magnesium;200 mg | 200 |
    magnesium  | supplement;magnesium;300 mg                         | 300    |
    magnesium  | supplement;magnesium oxide;400 mg                   |        | salt
    magnesium  | supplement;magnesium oxide, elemental magnesium;240 mg | 240 |
    magnesium  | supplement;magnesium and zinc;300 mg                |        | holds several
    magnesium  | supplement;milk of magnesia;400 mg                  |        | salt
    iron       | supplement;ferrous sulfate;325 mg                   |        | salt
    iron       | supplement;iron (ferrous sulfate);325 mg            |        | salt
    iron       | supplement;ferrous sulfate, elemental iron;65 mg    | 65     |
    iron       | supplement;elemental iron and elemental magnesium;300 mg |      | holds several
    iron       | supplement;iron;45 mg                               | 45     |
    iron       | supplement;Ferrograd;105 mg                         |        | salt
    folate     | supplement;folic acid;400 mcg                       | 0.4    |
    folate     | supplement;folic acid;400 \u00b5g                   | 0.4    |
    folate     | supplement;folic acid;400 \u03bcg                   | 0.4    |
    folate     | supplement;folic acid;5 mg                          | 5      |
    vitamin_e  | supplement;vitamin E;400 IU                         |        | international units
    vitamin_e  | supplement;vitamin E;400 I.E.                       |        | international units
    vitamin_e  | supplement;vitamin E;400 mg                         | 400    |
"""


@pytest.mark.parametrize(("supplement", "recorded", "milligrams", "why"), rows(DOSES))
def test_amount_of_a_supplement_a_day(supplement: str, recorded: str, milligrams: str, why: str) -> None:
    (dose,) = intake(supplement, recorded.replace(";", "|")).doses
    assert dose.milligrams == (Decimal(milligrams) if milligrams else None)
    assert why in dose.why_unknown and bool(why) == bool(dose.why_unknown)


@pytest.mark.parametrize(
    "recorded",
    [
        "supplement|vitamin B6|75 mg|oral|2026-11-02",
        "supplement|vitamin B6|75 mg|oral|2025-01-01|2026-10-31",
        "infusion|vitamin B6|75 mg||2026-11-01",
        "medicine|vitamin B6|75 mg|intramuscular",
        "illness|vitamin B6 deficiency",
        "supplement|vitamin B1|75 mg",
    ],
)
def test_what_is_not_taken_by_mouth_on_the_day_does_not_count(recorded: str) -> None:
    assert intake("vitamin_b6", recorded).doses == ()
    assert said("vitamin_b6", recorded) == ""


@pytest.mark.parametrize("dates", ["2026-11-01", "2025-01-01|2026-11-01", "", "|2026-11-01"])
def test_first_and_last_day_count(dates: str) -> None:
    assert intake("vitamin_b6", f"supplement|vitamin B6|75 mg|oral|{dates}").milligrams == 75


def test_products_add_up_across_units() -> None:
    total = intake(
        "vitamin_b6", "supplement|vitamin B6|10 mg", "medicine|pyridoxine|2500 mcg", "supplement|B6|0.001 g"
    )
    assert total.milligrams == Decimal("13.5")


# --- against the limits ----------------------------------------------------------------------------------

EDGES = """
    vitamin_b6 | EFSA | 12 mg     | false
    vitamin_b6 | EFSA | 12.1 mg   | true
    vitamin_b6 | EFSA | 11.9 mg   | false
    vitamin_b6 | EFSA | 12000 mcg | false
    vitamin_b6 | EFSA | 12001 mcg | true
    vitamin_b6 | EFSA | 12        | unknown
    vitamin_b6 | IOM  | 100 mg    | false
    vitamin_b6 | IOM  | 0.1001 g  | true
    folate     | EFSA | 1 mg      | false
    folate     | EFSA | 1001 mcg  | true
    vitamin_e  | EFSA | 300 mg    | false
    vitamin_e  | EFSA | 400 mg    | true
    vitamin_e  | EFSA | 4000 IU   | unknown
    vitamin_b12| IOM  | 1000 mcg  | unknown
"""
PLAIN = {"vitamin_b6": "vitamin B6", "folate": "folic acid", "vitamin_e": "vitamin E", "vitamin_b12": "B12"}


@pytest.mark.parametrize(("supplement", "authority", "dose", "expected"), rows(EDGES))
def test_above_means_above(supplement: str, authority: str, dose: str, expected: str) -> None:
    upper = knowledge().upper_limits[supplement, Authority(authority)]
    assert intake(supplement, f"supplement|{PLAIN[supplement]}|{dose}").above(upper) is Truth(expected)


def test_an_unknown_dose_leaves_open_what_the_known_ones_do_not_prove() -> None:
    efsa, iom = (knowledge().upper_limits["vitamin_b6", one] for one in (Authority.EFSA, Authority.IOM))
    found = intake("vitamin_b6", "supplement|vitamin B6|75 mg", "supplement|B complex")
    assert (found.above(efsa), found.above(iom)) == (Truth.TRUE, Truth.UNKNOWN)


def test_nothing_recorded_is_not_above() -> None:
    assert intake("vitamin_b6").above(knowledge().upper_limits["vitamin_b6", Authority.EFSA]) is Truth.FALSE


# --- in words --------------------------------------------------------------------------------------------


def test_a_single_dose_stands_beside_both_limits() -> None:
    assert said("vitamin_b6", "supplement|vitamin B6 in two products|75 mg|oral|2025-06-08") == (
        "75 mg a day recorded since 08 Jun 2025; upper limit a day IOM 100 mg (secondary), EFSA 12 mg "
        "(primary): above EFSA"
    )


def test_several_doses_are_summed_in_the_unit_of_the_limit_and_each_is_named() -> None:
    text = said("folate", "supplement|folic acid|0.4 mg|oral|2026-03-27", "supplement|Folsäure|400 mcg")
    assert text.startswith("800 mcg a day recorded: folic acid 0.4 mg since 27 Mar 2026, folsäure 400 mcg;")
    assert "above" not in text


def test_what_is_not_known_is_said_and_never_shown_as_a_dose_of_the_supplement() -> None:
    text = said("vitamin_b6", "supplement|vitamin B6|75 mg", "supplement|magnesium with vitamin B6|200 mg")
    assert text.startswith("at least 75 mg a day recorded: Vitamin B6 75 mg, Vitamin B6 (holds several;")
    assert "200" not in text
    assert said("vitamin_e", "supplement|vitamin E|400 IU").startswith(
        "recorded: Vitamin E 400 IU (international units are not converted); upper limit a day IOM 1000 mg"
    )


def test_text_of_a_file_never_reaches_the_sentence() -> None:
    text = said("vitamin_b6", "supplement|vitamin B6 ![x](http://example.org)|75 <b>mg</b>")
    assert "example" not in text and "<" not in text and "unit not known" in text


def test_without_an_upper_limit_the_dose_still_stands() -> None:
    assert said("vitamin_b12", "supplement|cyanocobalamin|1000 mcg|oral|2025-12-07") == (
        "1000 mcg a day recorded since 07 Dec 2025"
    )


def test_a_limit_changed_in_the_table_changes_decision_and_text() -> None:
    tables = knowledge()
    key = ("vitamin_b6", Authority.EFSA)
    raised = replace(tables.upper_limits[key], amount=Decimal(80))
    changed = replace(tables, upper_limits={**tables.upper_limits, key: raised})
    text = said("vitamin_b6", "supplement|vitamin B6|75 mg", tables=changed)
    assert "EFSA 80 mg" in text and "above" not in text
    assert [upper_limit_text(one) for one in upper_limits_of("vitamin_b6", changed)] == [
        "IOM 100 mg",
        "EFSA 80 mg",
    ]


def test_doses_are_of_the_day_asked_about() -> None:
    events = [event("supplement|vitamin B6|75 mg|oral|2025-06-08|2025-12-31")]
    assert intake_of(events, "vitamin_b6", knowledge(), date(2025, 7, 1)).milligrams == 75
    assert intake_of(events, "vitamin_b6", knowledge(), date(2025, 6, 7)).doses == ()
