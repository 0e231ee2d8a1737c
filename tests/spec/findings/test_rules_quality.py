"""Chapter: rules Q1 to Q9, what the data themselves allow."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rls_dash.findings.case import Case
from rls_dash.findings.engine import all_findings, findings_of
from rls_dash.findings.model import Finding, Rule, Verdict
from rls_dash.findings.rules import inflammation, quality
from rls_dash.interpret.limits import assess
from rls_dash.knowledge import Knowledge, Urgency
from rls_dash.model import Truth
from rls_dash.pipeline import InputFile, analyse
from tests.spec.clinic import knowledge
from tests.spec.findings.cases import PATIENT, case, wordings

RULES = {one.rule_id: one for one in quality.RULES}
C1 = inflammation.RULES[0]
AS_OF = date(2026, 11, 1)
HEADER = "patient_id,date,test,loinc,specimen,value,unit,reference_range"


def said(one: Case, rule: str) -> list[Finding]:
    """Findings of one rule as they are read."""
    return list(findings_of(one, [RULES[rule]]).findings)


def text(one: Case, rule: str) -> str:
    """All that a rule says."""
    return " / ".join(found.text for found in said(one, rule))


def outcome(one: Case, rule: str) -> list[str]:
    """Wordings of a rule; "?" where it could not be evaluated."""
    return wordings(RULES[rule], one)


def verdicts(one: Case, rule: str) -> list[Verdict]:
    return RULES[rule].decide(one)


def held(code: str, analyte: str = "ferritin", line: int = 7, severity: str = "held") -> dict[str, object]:
    """A row that is not used, as the issues tell it."""
    return {
        "source_file": "labs.csv",
        "source_row": line,
        "severity": severity,
        "code": code,
        "column": "",
        "reported": "=1+1",
        "message": "",
        "patient_id": PATIENT,
        "analyte": analyte,
    }


def with_held(*rows: dict[str, object]) -> Case:
    return replace(case("crp 2 mg/L"), held=rows)


def from_file(*records: str) -> dict[str, list[Finding]]:
    """Quality findings of an export, by rule: the whole way from bytes."""
    tables = knowledge()
    content = "\n".join([HEADER, *records]) + "\n"
    read = analyse([InputFile("labs.csv", content.encode())], tables)
    found = all_findings(assess(read.results, tables), tables, AS_OF, issues=read.issues)
    by_rule: dict[str, list[Finding]] = {}
    for finding in found["P1"].findings if "P1" in found else ():
        by_rule.setdefault(finding.rule_id, []).append(finding)
    return {key: by_rule[key] for key in by_rule if key.startswith("Q")}


def test_the_family_is_complete_and_in_order() -> None:
    assert list(RULES) == [f"Q{number}" for number in range(1, 10)]


# --- Q1, Q2, Q4: rows that are not used ---------------------------------------------------------------------

NOT_USED = """
Q1 | unit_missing        | held
Q1 | unit_unknown        | held
Q1 | unit_unusual        | held
Q1 | unit_conflict       | set_aside
Q1 | unit_not_accepted   | set_aside
Q1 | unit_range_conflict | held
Q1 | loinc_unit_conflict | held
Q2 | impossible          | set_aside
Q4 | specimen            | set_aside
Q4 | specimen_unknown    | held
-  | no_date             | set_aside
-  | withdrawn           | set_aside
-  | near_name           | held
"""


@pytest.mark.parametrize("line", NOT_USED.strip().splitlines(), ids=lambda line: line.split("|")[1].strip())
def test_every_reason_has_its_rule(line: str) -> None:
    rule, code, severity = (cell.strip() for cell in line.split("|"))
    one = with_held(held(code, severity=severity))
    assert [key for key in ("Q1", "Q2", "Q4") if outcome(one, key)] == ([rule] if rule != "-" else [])
    for found in said(one, rule) if rule != "-" else ():
        assert (found.urgency, found.wording_id, found.truth) == (Urgency.STOP, rule, Truth.TRUE)
        assert "Ferritin in labs.csv, line 7" in found.text and found.text.startswith("1 row not used")


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        ("P1,2026-10-01,Ferritin,,,42,,", "Q1"),
        ("P1,2026-10-01,Ferritin,,,42,blorb/L,", "Q1"),
        ("P1,2026-10-01,Ferritin,,,168.5,pmol/L,", "Q1"),
        ("P1,2026-10-01,Ferritin,,,42,mmol/mol,", "Q1"),
        ("P1,2026-10-01,Ferritin,,,42,%,", "Q1"),
        ("P1,2026-10-01,Vitamin B12,14685-2,,300,pg/mL,", "Q1"),
        ("P1,2026-10-01,Magnesium,,,210,mg/dL,", "Q2"),
        ("P1,2026-10-01,Magnesium,,,8.9,mg/dL,", "Q3"),
        ("P1,2026-10-01,Magnesium,19123-9,urine,5.0,mg/dL,", "Q4"),
        ("P1,2026-10-01,Magnesium,,blorb,2.0,mg/dL,", "Q4"),
        ("P1,2026-10-01,Magnesium,,serum,2.0,mg/dL,", ""),
        ("P1,2026-10-01,Magnesium,,,2.0,mg/dL,", ""),  # no specimen named: taken for the one asked for
        ("P1,2026-10-01,Magnesium,,urine,5.0,mg/dL,", ""),  # another test, none of ours
    ],
)
def test_rows_of_an_export_reach_their_rule(record: str, rule: str) -> None:
    found = from_file(record, "P1,2026-10-01,CRP,,,2,mg/L,")
    assert [key for key in found if key in ("Q1", "Q2", "Q3", "Q4")] == ([rule] if rule else [])
    if rule:
        assert "in labs.csv, line 2" in found[rule][0].text


def test_several_rows_make_one_finding_that_names_them() -> None:
    rows = [held("unit_missing", analyte, line) for line, analyte in enumerate(("ferritin", "folate"), 3)]
    (found,) = said(with_held(*rows, held("impossible", line=9)), "Q1")
    assert found.text.startswith("2 rows not used")
    assert "Ferritin in labs.csv, line 3; Folate in labs.csv, line 4" in found.text
    assert [(one.name, one.source_file, one.source_row) for one in found.inputs] == [
        ("ferritin", "labs.csv", 3),
        ("folate", "labs.csv", 4),
    ]
    many = said(with_held(*(held("unit_missing", line=line) for line in range(2, 10))), "Q1")[0]
    assert "line 6; and 3 more" in many.text and len(many.inputs) == 8


def test_no_cell_of_a_row_that_is_not_used_reaches_the_sentence() -> None:
    assert "=1+1" not in text(with_held(held("unit_unknown")), "Q1")


def test_a_stop_about_a_row_takes_no_supplement_out_of_other_findings() -> None:
    assert {knowledge().wordings[key].about for key in ("Q1", "Q2", "Q4")} == {""}


# --- Q3: unusual values -------------------------------------------------------------------------------------


def test_unusual_values_are_named_once_for_all() -> None:
    one = case(
        "magnesium 8.9 mg/dL 2026-10-01 !implausible\nferritin 42 ng/mL 2026-10-01\n"
        "ferritin 500 ng/mL 2026-01-01 !unit_suspect\nfolate 9 ng/mL 2026-10-01 !delta"
    )
    (found,) = said(one, "Q3")
    assert found.urgency is Urgency.NOTE and found.text.startswith("2 rows with an unusual value")
    assert [one.name for one in found.inputs] == ["ferritin", "magnesium"]
    assert outcome(case("ferritin 42 ng/mL"), "Q3") == []


def test_a_computed_value_is_not_unusual_beside_its_unusual_input() -> None:
    one = case("iron 590 ug/dL !implausible\ntransferrin_saturation 110 % !implausible")
    (rows,) = [[row for row in one.rows]]
    rows[1]["notes"] = "computed from_tibc implausible"
    assert [found.name for found in said(replace(one, rows=rows), "Q3")[0].inputs] == ["iron"]


# --- Q5: a censored result against a limit on its open side -------------------------------------------------

CENSORED = """
ferritin               | <100    | ng/mL             | Q5 | 75
ferritin               | <=76    | ng/mL             | Q5 | 75
ferritin               | <75     | ng/mL             | -  |
ferritin               | <=75    | ng/mL             | -  |
ferritin               | <5      | ng/mL             | -  |
ferritin               | <224    | pmol/L            | Q5 | 75
ferritin               | <168    | pmol/L            | -  |
ferritin               | >2000   | ng/mL             | -  |
ferritin               | >300    | ng/mL             | -  |
ferritin               | >=300   | ng/mL             | Q5 | 300
ferritin               | >75     | ng/mL             | Q5 | 300
ferritin               | 80      | ng/mL             | -  |
transferrin_saturation | <5      | %                 | -  |
transferrin_saturation | >40     | %                 | Q5 | 45
vitamin_b12            | <150    | pg/mL             | -  |
vitamin_b12            | <200    | pg/mL             | Q5 | 180
vitamin_b12            | <133    | pmol/L            | -  |
vitamin_b12            | <=133   | pmol/L            | Q5 | 133
vitamin_b12            | >2000   | pg/mL             | -  |
vitamin_b12            | >300    | pg/mL             | Q5 | 350
folate                 | >20     | ng/mL             | -  |
folate                 | <3.5    | ng/mL             | Q5 | 3
crp                    | <5      | mg/L              | -  |
crp                    | <6      | mg/L              | Q5 | 5
crp                    | <0.6    | mg/dL             | Q5 | 5
egfr                   | >60     | mL/min/{1.73_m2}  | -  |
egfr                   | >59     | mL/min/{1.73_m2}  | Q5 | 60
egfr                   | <15     | mL/min/{1.73_m2}  | -  |
egfr                   | <20     | mL/min/{1.73_m2}  | Q5 | 15
"""


@pytest.mark.parametrize(
    "line", CENSORED.strip().splitlines(), ids=lambda line: " ".join(line.split("|")[:3])
)
def test_a_censored_result_decides_only_what_it_proves(line: str) -> None:
    analyte, value, unit, rule, limit = (cell.strip() for cell in line.split("|"))
    one = case(f"{analyte} {value} {unit}")
    assert outcome(one, "Q5") == ([] if rule == "-" else [rule])
    if limit:
        assert f" {limit} " in text(one, "Q5") and value.lstrip("<>=") in text(one, "Q5")


def test_only_the_latest_result_counts_and_limits_for_adults_leave_nothing_open_in_a_child() -> None:
    assert outcome(case("ferritin <100 ng/mL 2026-01-01\nferritin 60 ng/mL 2026-10-01"), "Q5") == []
    assert outcome(case("vitamin_b12 <200 pg/mL", age=10), "Q5") == []
    assert outcome(case("ferritin <100 ng/mL", age=10), "Q5") == ["Q5"]  # against the limits for children


def test_a_moved_limit_moves_what_is_left_open() -> None:
    tables = knowledge()
    limit = replace(tables.limits["ferritin_rls_75"], high=Decimal(110), paired={})
    other = replace(tables, limits={**tables.limits, "ferritin_rls_75": limit})
    assert outcome(case("ferritin <76 ng/mL"), "Q5") == ["Q5"]
    now = case("ferritin <76 ng/mL", tables=other)
    assert "75 µg/L (AASM" not in text(now, "Q5")


# --- Q6: two results of one collection ----------------------------------------------------------------------


def test_conflicting_results_are_both_named() -> None:
    line = "ferritin {} ng/mL 2026-10-01 !conflicting_results\n"
    one = case(line.format(60) + line.format(190))
    (found,) = said(one, "Q6")
    assert found.urgency is Urgency.NOTE
    assert "60 ng/mL" in found.text and "190 ng/mL" in found.text and len(found.inputs) == 2
    assert one.latest("ferritin") is None


def test_conflicts_are_told_by_analyte_and_only_of_the_latest_collection() -> None:
    pair = "{0} 60 - 2026-0{1}-01 !conflicting_results\n{0} 90 - 2026-0{1}-01 !conflicting_results\n"
    both = case(pair.format("ferritin", 9) + pair.format("folate", 9))
    assert outcome(both, "Q6") == ["Q6", "Q6"]
    earlier = case(pair.format("ferritin", 5) + "ferritin 70 - 2026-09-01")
    assert outcome(earlier, "Q6") == []
    assert outcome(case("ferritin 60 ng/mL"), "Q6") == []


def test_conflicts_of_an_export_reach_the_rule() -> None:
    found = from_file("P1,2026-10-01,Ferritin,,,60,ng/mL,", "P1,2026-10-01,Ferritin,,,190,ng/mL,")
    assert list(found) == ["Q6"]


# --- Q7: old results ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2025-10-31", ["Q7"]), ("2025-11-01", []), ("2026-10-01", []), ("2020-01-01", ["Q7"])],
)
def test_older_than_a_year(day: str, expected: list[str]) -> None:
    assert outcome(case(f"ferritin 42 ng/mL {day}"), "Q7") == expected  # as of 01 Nov 2026


def test_the_latest_of_each_listed_test_counts_in_one_finding() -> None:
    one = case(
        "ferritin 42 ng/mL 2024-01-01\nferritin 44 ng/mL 2026-09-01\nfolate 9 ng/mL 2024-01-01\n"
        "vitamin_b12 500 pg/mL 2025-01-01\nmagnesium 2 mg/dL 2026-09-01\ncrp 2 mg/L 2020-01-01"
    )
    (found,) = said(one, "Q7")
    assert [one.name for one in found.inputs] == ["vitamin_b12", "folate"]
    assert found.historical and found.urgency is Urgency.NOTE and "365 days" in found.text


def test_relative_time_has_no_age() -> None:
    (verdict,) = verdicts(case("ferritin 42 ng/mL 1700-01-05"), "Q7")
    assert (verdict.truth, verdict.wording) == (Truth.UNKNOWN, "") and "calendar" in verdict.why


def test_the_age_comes_from_the_tables() -> None:
    tables = knowledge()
    shorter = replace(tables.parameters["historical_days"], value=Decimal(20))
    other = replace(tables, parameters={**tables.parameters, "historical_days": shorter})
    one = case("ferritin 42 ng/mL 2026-10-01", tables=other)
    assert "20 days" in text(one, "Q7")


# --- Q8: within expected variation --------------------------------------------------------------------------

CHANGES = """
ferritin    | 50 ng/mL       | 56 ng/mL       | Q8
ferritin    | 100 ng/mL      | 62.3 ng/mL     | Q8
ferritin    | 100 ng/mL      | 62.1 ng/mL     | -
ferritin    | 100 ng/mL      | 160.7 ng/mL    | Q8
ferritin    | 100 ng/mL      | 160.9 ng/mL    | -
ferritin    | 20 ng/mL       | 64 ng/mL       | -
vitamin_b12 | 400 pg/mL      | 380 pg/mL      | Q8
vitamin_b12 | 400 pg/mL      | 200 pg/mL      | -
folate      | 10 ng/mL       | 9 ng/mL        | Q8
folate      | 10 ng/mL       | 4 ng/mL        | -
magnesium   | 2.0 mg/dL      | 2.1 mg/dL      | Q8.unverified
magnesium   | 0.82 mmol/L    | 2.1 mg/dL      | Q8.unverified
magnesium   | 2.0 mg/dL      | 1.6 mg/dL      | -
ferritin    | <5 ng/mL       | 6 ng/mL        | ?
ferritin    | 50 ng/mL @A    | 56 ng/mL @B    | ?
ferritin    | 50 ng/mL @A    | 56 ng/mL       | ?
ferritin    | 50 ng/mL       | 56 ng/mL #preliminary | ?
transferrin_saturation | 30 % | 47 % | Q8
transferrin_saturation | 20 % | 45 % | -
transferrin_saturation | 30 % | 13 % | -
crp         | 2 mg/L         | 2.1 mg/L       | -
"""


@pytest.mark.parametrize("line", CHANGES.strip().splitlines(), ids=lambda line: " ".join(line.split()))
def test_changes_against_expected_variation(line: str) -> None:
    analyte, before, after, expected = (cell.strip() for cell in line.split("|"))
    rows = []
    for printed, day in ((before, "2026-04-01"), (after, "2026-10-01")):
        value, unit, *marks = printed.split()
        rows.append(" ".join([analyte, value, unit, day, *marks]))
    assert outcome(case("\n".join(rows)), "Q8") == ([] if expected == "-" else [expected])


def test_the_finding_names_both_results_limits_source_and_grade() -> None:
    (found,) = said(case("ferritin 50 ng/mL 2026-04-01\nferritin 56 ng/mL 2026-10-01"), "Q8")
    for part in ("56 ng/mL (01 Oct 2026)", "50 ng/mL (01 Apr 2026)", "+12%", "−38% to +61%", "Ozkanay 2023"):
        assert part in found.text
    assert found.urgency is Urgency.INFO and len(found.inputs) == 2
    (weaker,) = said(case("magnesium 2.0 mg/dL 2026-04-01\nmagnesium 2.1 mg/dL 2026-10-01"), "Q8")
    assert weaker.evidence == "background" and "not verified" in weaker.text


def test_one_result_is_no_trend_and_that_is_listed() -> None:
    (verdict,) = verdicts(case("ferritin 50 ng/mL\nfolate 9 ng/mL"), "Q8")
    assert (verdict.truth, verdict.wording) == (Truth.UNKNOWN, "")
    assert verdict.why == "Ferritin: one result only; Folate: one result only"
    assert outcome(case("crp 2 mg/L"), "Q8") == []


def test_no_change_is_judged_while_it_is_too_early_or_conflicting() -> None:
    early = case(
        "ferritin 50 ng/mL 2026-04-01\nferritin 56 ng/mL 2026-10-01",
        events=["infusion|ferric carboxymaltose|1000 mg|iv|2026-09-20"],
    )
    assert outcome(early, "Q8") == ["?"]
    conflict = "ferritin {} ng/mL 2026-10-01 !conflicting_results\n"
    assert outcome(
        case("ferritin 50 ng/mL 2026-04-01\n" + conflict.format(55) + conflict.format(52)), "Q8"
    ) == ["?"]


@pytest.mark.parametrize(("infusion", "before"), [("2026-03-05", "60"), ("2026-03-04", "150")])
def test_a_result_drawn_too_soon_after_iron_by_vein_is_nothing_to_compare_with(infusion, before) -> None:
    """27 days after the infusion the ferritin of 150 is passed over, 28 days after it counts."""
    lines = "ferritin 60 ng/mL 2026-02-01\nferritin 150 ng/mL 2026-04-01\nferritin {} ng/mL 2026-10-01"
    events = [f"infusion|ferric carboxymaltose|1000 mg|iv|{infusion}"]
    now = {"60": "65", "150": "140"}[before]
    (found,) = said(case(lines.format(now), events=events), "Q8")
    assert f"after ferritin {before} ng/mL" in found.text
    later = "\nferritin 62 ng/mL 2026-12-01\nferritin 61 ng/mL 2027-02-01"
    (found,) = said(case(lines.format(now) + later, as_of=date(2027, 3, 1), events=events), "Q8")
    assert ("(3 results)" if before == "60" else "(4 results)") in found.text


PNEUMONIA = """
    ferritin 60 ng/mL 2025-04-01
    ferritin 55 ng/mL 2025-10-01
    ferritin 210 ng/mL 2026-01-10
    crp 88 mg/L 2026-01-12
    ferritin 58 ng/mL 2026-04-01
    ferritin 56 ng/mL 2026-10-01
"""


def test_a_ferritin_beside_a_raised_crp_is_left_out_of_change_and_slope_and_named() -> None:
    """One value drawn during pneumonia must not bend the line a clinician reads."""
    (found,) = said(case(PNEUMONIA), "Q8")
    without = case("\n".join(line for line in PNEUMONIA.splitlines() if "2026-01" not in line))
    slope = re.search(r"Slope: [^(]*\(4 results\)", found.text)
    assert slope and slope.group() in text(without, "Q8")
    assert found.text.endswith("Left out, drawn with a raised CRP: ferritin 210 ng/mL (10 Jan 2026).")
    assert "Left out" not in text(without, "Q8")


def test_the_change_since_the_previous_passes_over_a_ferritin_beside_a_raised_crp() -> None:
    (found,) = said(case("\n".join(PNEUMONIA.strip().splitlines()[:-1])), "Q8")
    assert "Ferritin 58 ng/mL (01 Apr 2026) after ferritin 55 ng/mL (01 Oct 2025)" in found.text


def test_a_latest_ferritin_beside_a_raised_crp_is_compared_with_nothing_and_that_is_listed() -> None:
    (verdict,) = verdicts(case("\n".join(PNEUMONIA.strip().splitlines()[:4])), "Q8")
    assert (verdict.truth, verdict.wording) == (Truth.UNKNOWN, "")
    assert verdict.why == "Ferritin: not comparable, drawn with a raised CRP"
    (verdict,) = verdicts(
        case("ferritin 210 ng/mL 2026-01-10\ncrp 88 mg/L 2026-01-10\nferritin 58 ng/mL"), "Q8"
    )
    assert verdict.why == "Ferritin: one result only, others drawn with a raised CRP"


@pytest.mark.parametrize(
    ("crp", "left_out"),
    [
        ("crp 88 mg/L 2026-01-17", True),  # seven days apart are read together, as by rule C1
        ("crp 88 mg/L 2026-01-18", False),
        ("crp 5 mg/L 2026-01-10", False),
        ("hs_crp 5.1 mg/L 2026-01-10", True),
        ("crp <10 mg/L 2026-01-10", False),  # not known to be raised
    ],
)
def test_what_counts_as_inflammation_beside_a_ferritin_is_what_rule_c1_calls_so(crp, left_out) -> None:
    lines = PNEUMONIA.replace("crp 88 mg/L 2026-01-12", crp)
    assert ("Left out" in text(case(lines), "Q8")) is left_out
    c1 = case("\n".join(lines.strip().splitlines()[2:4]), as_of=date(2026, 2, 1))
    assert bool(wordings(C1, c1) in (["C1.above"], ["C1.above.hs_crp"])) is left_out


def test_no_slope_is_drawn_across_an_infusion() -> None:
    """Ferritin 30, infusion, then 220 falling to 91: a line through all rises while the patient falls."""
    before = "ferritin 32 ng/mL 2023-06-01\nferritin 30 ng/mL 2023-12-01\n"
    after = "ferritin 105 ng/mL 2026-04-01\nferritin 91 ng/mL 2026-10-01"
    events = ["infusion|ferric carboxymaltose|1000 mg|iv|2024-10-17"]
    assert "Slope: +" in text(case(before + after), "Q8")
    assert "Slope" not in text(case(before + after, events=events), "Q8")
    fall = "ferritin 220 ng/mL 2025-03-01\n" + after
    assert "Slope: \u2212" in text(case(before + fall, events=events), "Q8")
    assert "(3 results)" in text(case(before + fall, events=events), "Q8")
    other = "magnesium 2.0 mg/dL 2024-01-01\nmagnesium 2.1 mg/dL 2025-01-01\nmagnesium 2.1 mg/dL 2026-10-01"
    assert "(3 results)" in text(case(other, events=events), "Q8"), "other tests are not of the iron panel"


def test_results_of_which_all_are_too_early_are_named() -> None:
    events = ["infusion|ferric carboxymaltose|1000 mg|iv|2026-09-20"]
    (verdict,) = verdicts(case("ferritin 56 ng/mL 2026-10-01", events=events), "Q8")
    assert verdict.why == "Ferritin of 01 Oct 2026: 11 days after iron by vein"


def test_the_variation_comes_from_the_tables() -> None:
    tables = knowledge()
    steady = replace(tables.variation["ferritin"], cvi=Decimal("3"), cva=None)
    other: Knowledge = replace(tables, variation={**tables.variation, "ferritin": steady})
    lines = "ferritin 50 ng/mL 2026-04-01\nferritin {} ng/mL 2026-10-01"
    assert outcome(case(lines.format(56), tables=other), "Q8") == []
    assert "−8% to +9%" in text(case(lines.format(51), tables=other), "Q8")


def test_the_slope_stands_beside_with_its_span() -> None:
    one = case("ferritin 70 ng/mL 2025-10-01\nferritin 60 ng/mL 2026-04-01\nferritin 50 ng/mL 2026-10-01")
    assert "Slope: −20 ng/mL a year over 12 months (3 results)." in text(one, "Q8")
    assert "Slope" not in text(case("ferritin 60 ng/mL 2026-04-01\nferritin 50 ng/mL 2026-10-01"), "Q8")


# --- Q9: another laboratory or assay ------------------------------------------------------------------------

LABORATORIES = """
ferritin    | @North | @South |       | Q9
ferritin    | @North | @South | Roche | Q9
ferritin    | @North | @North |       | -
ferritin    | @North |        |       | ?Q9.not_stated
ferritin    |        | @South |       | ?Q9.not_stated
ferritin    |        |        |       | ?
ferritin    |        |        | Roche | -
vitamin_b12 | @North | @South |       | Q9.other
vitamin_b12 | @North |        |       | ?Q9.not_stated
vitamin_b12 |        |        |       | -
magnesium   | @North | @North |       | -
transferrin_saturation | @North | @South | | Q9.other
crp         | @North | @South |       | -
"""


@pytest.mark.parametrize("line", LABORATORIES.strip().splitlines(), ids=lambda line: " ".join(line.split()))
def test_laboratories_of_the_last_two_results(line: str) -> None:
    analyte, before, after, assay, expected = (cell.strip() for cell in line.split("|"))
    one = case(f"{analyte} 50 - 2026-04-01 {before}\n{analyte} 56 - 2026-10-01 {after}", assay=assay or None)
    assert outcome(one, "Q9") == ([] if expected == "-" else [expected])


def test_the_finding_names_both_laboratories_and_says_whether_the_assay_is_stated() -> None:
    lines = "ferritin 70 ng/mL 2026-01-15 @North\nferritin 118 ng/mL 2026-09-15 @South"
    (found,) = said(case(lines), "Q9")
    assert "Ferritin 15 Jan 2026 (North), then Ferritin 15 Sep 2026 (South)" in found.text
    assert found.urgency is Urgency.NOTE and "assay not stated" in found.text
    assert "assay stated for this patient: Roche" in text(case(lines, assay="Roche"), "Q9")


def test_only_the_last_two_collections_count() -> None:
    back = "ferritin 70 - 2025-01-15 @North\nferritin 60 - 2026-01-15 @South\nferritin 65 - 2026-09-15 @South"
    assert outcome(case(back), "Q9") == []
    assert outcome(case("ferritin 70 ng/mL @North"), "Q9") == []


def test_when_the_laboratory_changed_every_test_it_broke_is_named() -> None:
    """B12 was last drawn before the change, ferritin twice since: the line of both is broken by it."""
    lines = """
        vitamin_b12 750 pg/mL 2024-08-07 @Epic
        vitamin_b12 680 pg/mL 2026-10-16 @Hillcrest
        ferritin 60 ng/mL 2025-03-31 @Epic
        ferritin 55 ng/mL 2026-07-24 @Hillcrest
        ferritin 71 ng/mL 2026-10-16 @Hillcrest
        folate 9 ng/mL 2025-03-31 @Hillcrest
        folate 9 ng/mL 2026-10-16 @Hillcrest
    """
    assert outcome(case(lines), "Q9") == ["Q9", "Q9.other"]
    ferritin, other = (one.text for one in said(case(lines), "Q9"))
    assert "Ferritin 31 Mar 2025 (Epic), then Ferritin 24 Jul 2026 (Hillcrest)" in ferritin
    assert "assay not stated" in ferritin
    assert "Vitamin B12 07 Aug 2024 (Epic), then Vitamin B12 16 Oct 2026 (Hillcrest)" in other
    assert "Folate" not in ferritin + other


def test_what_is_missing_is_said() -> None:
    (found,) = verdicts(case("ferritin 50 - 2026-04-01 @North\nferritin 56 - 2026-10-01"), "Q9")
    assert found.missing == ("laboratory", "ferritin_assay")
    (unknown,) = verdicts(case("ferritin 50 - 2026-04-01\nferritin 56 - 2026-10-01"), "Q9")
    assert unknown.missing == ("laboratory", "ferritin_assay")
    (other,) = verdicts(case("folate 9 - 2026-04-01 @North\nfolate 9 - 2026-10-01"), "Q9")
    assert other.missing == ("laboratory",)


# --- all of them --------------------------------------------------------------------------------------------


def test_good_data_give_no_remark() -> None:
    one = case(
        "ferritin 20 ng/mL 2026-04-01 @North\nferritin 64 ng/mL 2026-10-01 @North\n"
        "transferrin_saturation 24 % 2026-10-01 @North\ncrp 2 mg/L 2026-10-01 @North"
    )
    assert findings_of(one, quality.RULES).findings == ()


def test_every_wording_names_its_source_and_every_template_is_filled() -> None:
    tables = knowledge()
    mine = [key for key, one in tables.wordings.items() if one.rule_id in RULES]
    assert sorted(mine) == ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q8.unverified", "Q9",
                            "Q9.not_stated", "Q9.other"]  # fmt: skip
    assert all(isinstance(RULES[tables.wordings[key].rule_id], Rule) for key in mine)
