"""The Patient page: findings light what they rest on, dates are compared, a row opens its line."""

from __future__ import annotations

from datetime import date

from streamlit.testing.v1 import AppTest

from tests.ui.opened import PATIENT, opened, with_files, words

LABS = (
    "patient_id,collected_at,test,value,unit\n"
    "T-1,2026-01-05,Ferritin,30,ng/mL\n"
    "T-1,2026-09-01,Ferritin,60,ng/mL\nT-1,2026-09-01,Transferrin saturation,25,%\n"
    "T-1,2026-09-01,Magnesium,2.0,mg/dL\n"
)
FACTS = "patient_id,birth_date,sex\nT-1,1960-05-01,male\n"


def patient() -> AppTest:
    return with_files(("labs.csv", LABS), ("patients.csv", FACTS)).switch_page(PATIENT).run()


def unfold(at: AppTest, key: str) -> AppTest:
    """Open a folded part, as a click on it does."""
    at.session_state[key] = True
    return at.run()


def press(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return words(at).replace("\\", "").replace("\u2060", "")


def test_a_finding_lights_its_row_of_the_cautions_and_its_results_with_their_lines() -> None:
    at = press(patient(), "finding_I1")
    table = next(one.value for one in at.table if "Supplement" in one.value)
    lit = table[table["Supplement"].str.contains("lit by I1")]
    assert lit["Supplement"].str.startswith("**Iron**").all() and len(lit) == 1
    results = next(one.value for one in at.dataframe if "Rests on it" in one.value)
    marked = results["Rests on it"] == "I1"
    assert set(results.loc[marked, "Test"]) == {"Ferritin", "TSAT"}
    assert marked.tolist() == sorted(marked, reverse=True), "its results come first"
    assert "T-1,2026-09-01,Ferritin,60,ng/mL" in [one.value for one in at.code]


def test_the_same_finding_pressed_again_goes_out() -> None:
    at = press(press(patient(), "finding_I1"), "finding_I1")
    assert not [one for one in at.dataframe if "Rests on it" in one.value]
    assert not at.code


def test_a_finding_lit_on_one_patient_is_not_lit_on_another() -> None:
    at = opened(PATIENT)
    at.selectbox(key="patient_picker").set_value("RLS-002").run()
    key = next(one.key for one in at.button if (one.key or "").startswith("finding_"))
    press(at, key)
    at.selectbox(key="patient_picker").set_value("RLS-003").run()
    assert not [one for one in at.dataframe if "Rests on it" in one.value]


def test_stops_and_acts_are_sentences_and_every_other_finding_is_there_by_name() -> None:
    at = unfold(patient(), "all_findings_open")
    found = at.session_state["_loaded"].findings["T-1"].findings
    labels = " ".join(one.label for one in at.button if (one.key or "").startswith("finding_"))
    for one in found:
        assert f"**{one.rule_id}**" in labels.replace("\\", "")
    assert "Ferritin 60 ng/mL (01 Sep 2026) is at or below 75" in said(at)


def test_since_the_last_visit_tells_what_is_new_and_what_was_not_repeated() -> None:
    at = patient()
    assert "Since" not in said(at)
    at.date_input(key="since").set_value(date(2026, 3, 1)).run()
    assert "Since 01 Mar 2026:" in said(at)
    table = next(one.value for one in at.table if "Earlier" in one.value)
    ferritin = table.set_index("Test").loc["Ferritin"]
    assert ferritin["Earlier"].startswith("30 ng/mL") and ferritin["Later"].startswith("60 ng/mL")
    assert "more than expected variation" in ferritin["Change"]


def test_the_last_visit_is_each_patients_own() -> None:
    labs = "patient_id,date,test,value,unit\n" + "".join(
        f"{who},2026-0{month}-01,Ferritin,{month}0,ng/mL\n" for who in ("T-1", "T-2") for month in (1, 6)
    )
    at = with_files(("labs.csv", labs)).switch_page(PATIENT).run()
    at.date_input(key="since").set_value(date(2026, 3, 1)).run()
    at.button(key="step_Next").click().run()
    assert at.date_input(key="since").value is None and "Since 01 Mar 2026" not in said(at)
    at.button(key="step_Previous").click().run()
    assert at.date_input(key="since").value == date(2026, 3, 1) and "Since 01 Mar 2026" in said(at)


def test_any_two_dates_are_compared() -> None:
    assert not [one for one in patient().table if "Earlier" in one.value], "folded at first"
    at = unfold(patient(), "compare_open")
    table = next(one.value for one in at.table if "Earlier" in one.value)
    assert set(table["Test"]) == {"Ferritin", "TSAT", "Magnesium"}
    assert table.set_index("Test").loc["Magnesium", "Earlier"] == "no result"
    at.selectbox(key="compare_earlier_T-1").set_value(at.selectbox(key="compare_later_T-1").value).run()
    assert "Choose two different dates" in said(at)


def test_one_date_alone_is_said_to_be_one() -> None:
    text = "patient_id,date,test,value,unit\nT-1,2026-01-10,Ferritin,180,ng/mL\n"
    at = unfold(with_files(("labs.csv", text)).switch_page(PATIENT).run(), "compare_open")
    assert "there is nothing to compare" in said(at)


def test_the_first_screen_always_says_where_the_patient_stands_with_iron() -> None:
    """A ferritin of 148 has no stop and no act: what guidelines say of it is not behind a fold."""
    above = LABS.replace("Ferritin,60", "Ferritin,148").replace("Ferritin,30", "Ferritin,140")
    facts = ("patients.csv", FACTS)
    at = with_files(("labs.csv", above), facts).switch_page(PATIENT).run()
    buttons = {one.key: one.label for one in at.button if (one.key or "").startswith("finding_")}
    assert "outside consensus" in buttons["finding_I4"] and "rule **I4**" in buttons["finding_I4"]
    at = with_files(("labs.csv", above)).switch_page(PATIENT).run()
    assert "Whether iron is considered is not decided" in said(at) and "age" in said(at)
    assert "UNDECIDED" not in said(patient()), "a rule speaks of iron"
