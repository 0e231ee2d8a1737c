"""A clinic's own numbers: read, marked wherever they show, refused with their line otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rls_dash.clinic import OverridesError, apply_overrides
from rls_dash.context.patients import PatientContext
from rls_dash.export import findings_csv
from rls_dash.figures.trend import TrendRange, trend_info
from rls_dash.findings.compose import Beside, interpreted
from rls_dash.findings.engine import findings_of
from rls_dash.findings.rules import iron
from rls_dash.interpret.cautions import caution_rows
from rls_dash.interpret.words import UnitSystem
from rls_dash.interpret.worklist import worklist
from rls_dash.knowledge import Knowledge
from rls_dash.schema import empty_issues
from tests.spec.clinic import knowledge, results
from tests.spec.findings.cases import AS_OF, patient

HEAD = (
    'clinic = "Example clinic"\napproved_by = "Dr A. Example"\napproved_on = 2026-10-01\nwhy = "our assay"\n'
)
WHO = "Example clinic, Dr A. Example, 2026-10-01"
FERRITIN_50 = '[limits.ferritin_rls_75]\nhigh = 50\nunit = "ug/L"\n'


def with_file(text: str, head: str = HEAD) -> Knowledge:
    return apply_overrides(knowledge(), head + text, "clinic.toml")


def read(table: str, tables: Knowledge, **facts):
    known = {"P1": PatientContext("P1", birth_date=date(1970, 1, 1), **facts)}
    return interpreted(results(table), empty_issues(), tables, AS_OF, Beside(known))


def texts(table: str, tables: Knowledge, **facts) -> dict[str, str]:
    return {one.wording_id: one.text for one in read(table, tables, **facts).findings["P1"].findings}


FERRITIN_60 = "analyte | value | unit\nferritin | 60 | ug/L\ntransferrin_saturation | 30 | %"


def test_a_replaced_limit_decides_and_says_who_replaced_it_and_what_the_source_prints() -> None:
    tables = with_file(FERRITIN_50)
    assert "I1" in texts(FERRITIN_60, knowledge())
    assert "I1" not in texts(FERRITIN_60, tables)
    low = texts("analyte | value | unit\nferritin | 45 | ug/L\ntransferrin_saturation | 30 | %", tables)["I1"]
    assert f"at or below 50 µg/L (clinic limit, {WHO}; AASM 2025 75 ug/L)" in low


def test_a_finding_names_the_limits_and_parameters_that_were_replaced() -> None:
    tables = with_file(FERRITIN_50)
    found = read("analyte | value | unit\nferritin | 45 | ug/L", tables).findings["P1"].findings
    named = {one.rule_id: one.overridden for one in found}
    assert named["I1"] == ("ferritin_rls_75",)
    assert named["S4"] == ()
    by_published = read("analyte | value | unit\nferritin | 45 | ug/L", knowledge()).findings["P1"].findings
    assert {one.overridden for one in by_published} == {()}


def test_the_flag_of_a_result_follows() -> None:
    rows = read(FERRITIN_60, with_file(FERRITIN_50)).assessed
    ferritin = rows[rows["analyte"] == "ferritin"].iloc[0]
    assert ferritin["flag"] == "ind."
    assert "clinic limit" in ferritin["flag_words"]


def test_a_limit_that_shared_the_edge_moves_with_it_so_that_no_gap_opens() -> None:
    tables = with_file(FERRITIN_50)
    assert tables.limits["ferritin_rls_iv_100"].low == 50
    assert tables.limits["ferritin_rls_iv_100"].override.moved_with == "ferritin_rls_75"
    assert tables.limits["ferritin_rls_iv_100"].override.before == "75 to 100 ug/L"
    assert tables.limits["ferritin_oral_75_irlssg"].override is None, "what another source says stays"


WITH_CRP = "analyte | value | unit\nferritin | {} | ug/L\ntransferrin_saturation | 30 | %\ncrp | {} | mg/L"


@pytest.mark.parametrize(
    ("high", "ferritin", "crp", "expected"),
    [
        (50, 60, 12, {"I2", "C1"}),  # 60 is above the clinic's limit: inflammation may have raised it
        (50, 50, 12, {"I1", "C3"}),
        (95, 90, 12, {"I1.exactly_75", "C3"}),
        (95, 96, 12, {"I2", "C1"}),
    ],
)
def test_what_is_said_of_inflammation_moves_with_the_limit(high, ferritin, crp, expected) -> None:
    tables = with_file(f'[limits.ferritin_rls_75]\nhigh = {high}\nunit = "ug/L"\n')
    found = texts(WITH_CRP.format(ferritin, crp), tables, ferritin_assay="Beckman")
    assert found.keys() - {"T2.time_unknown"} == expected


def test_inflammation_that_was_not_assessed_is_named_from_the_clinics_limit_on() -> None:
    assert "C2" not in texts(FERRITIN_60, knowledge())
    assert (
        f"above 50 and at or below 300 \u00b5g/L (clinic limit, {WHO};"
        in (texts(FERRITIN_60, with_file(FERRITIN_50))["C2"])
    )


def test_a_clinics_number_is_marked_where_its_source_is_not_named_too() -> None:
    tables = with_file('[limits.ferritin_rls_75]\nhigh = 95\nunit = "ug/L"\n')
    found = texts(WITH_CRP.format(90, 12), tables, ferritin_assay="Beckman")
    assert f"at or below 95 \u00b5g/L (clinic limit, {WHO}; AASM 2025 75 ug/L) though CRP" in found["C3"]


def test_a_clinics_limit_above_the_source_document_shows_both_readings() -> None:
    tables = with_file('[limits.ferritin_rls_75]\nhigh = 95\nunit = "ug/L"\n')
    both = texts(FERRITIN_60.replace("60", "90"), tables)["I1.exactly_75"]
    assert f"it is at or below 95 \u00b5g/L (clinic limit, {WHO}; AASM 2025 75 ug/L)" in both
    assert "but not below 75 \u00b5g/L (source document, primary)" in both and "exactly" not in both


def test_without_an_age_nothing_untrue_is_said_of_children_where_limits_overlap() -> None:
    results_ = "ferritin 60 ug/L; tsat 30 %"
    published = {
        one.wording_id for one in findings_of(patient("ferritin 80 ug/L", "age=?"), iron.RULES).findings
    }
    assert "I6.age_needed_iv" in published
    own = findings_of(patient(results_, "age=?", tables=with_file(FERRITIN_50)), iron.RULES).findings
    (asked,) = (one for one in own if one.rule_id == "I6")
    assert asked.wording_id == "I6.age_needed" and "is not" not in asked.text.partition(".")[2]


def test_a_comparison_of_assays_at_the_published_figure_says_nothing_at_another() -> None:
    table = FERRITIN_60.replace("60", "80")
    assert "I8.not_stated" in texts(table, knowledge())
    one = read(table, with_file(FERRITIN_50)).findings["P1"]
    assert "I8" not in {found.rule_id for found in one.findings}
    assert "not at the clinic's" in next(open_.why for open_ in one.not_evaluated if open_.rule_id == "I8")
    own = FERRITIN_50 + '[limits.ferritin_assay_window_121]\nlow = 50\nhigh = 83\nunit = "ug/L"\n'
    assert "I8.not_stated" in texts(table, with_file(own))


def test_a_neighbour_named_in_the_file_itself_must_meet_the_edge() -> None:
    both = FERRITIN_50 + '[limits.ferritin_rls_iv_100]\nlow = 50\nhigh = 90\nunit = "ug/L"\n'
    assert with_file(both).limits["ferritin_rls_iv_100"].high == 90
    with pytest.raises(OverridesError, match="share this edge"):
        with_file(both.replace("low = 50", "low = 60"))


def test_numbers_printed_for_other_units_no_longer_hold() -> None:
    tables = with_file('[limits.b12_low_180]\nhigh = 200\nunit = "pg/mL"\n')
    assert not tables.limits["b12_low_180"].paired
    assert "B1" in texts("analyte | value | unit\nvitamin_b12 | 140 | pmol/L", tables)
    assert "B1" not in texts("analyte | value | unit\nvitamin_b12 | 140 | pmol/L", knowledge())


def test_the_line_of_a_trend_has_the_clinics_number_and_says_so() -> None:
    tables = with_file(FERRITIN_50)
    rows = read(FERRITIN_60, tables).assessed
    info = trend_info(rows, tables, AS_OF, UnitSystem.CONVENTIONAL, TrendRange.ALL)
    shown = repr(info)
    assert "clinic limit; AASM 2025 75 ug/L" in shown
    assert "≤50" in shown
    assert "≤75" not in shown


def test_another_recheck_interval_counts_and_is_marked_beside_cautions_and_in_the_list() -> None:
    tables = with_file("[parameters.historical_days]\nvalue = 180\n")
    table = "analyte | value | unit | date\nferritin | 60 | ug/L | 2026-04-01"
    for used, said in ((knowledge(), ""), (tables, "older than 6 months (clinic)")):
        rows = read(table, used).rows
        listed = worklist(rows, used, AS_OF).iloc[0]
        iron = next(one for one in caution_rows(rows, used, AS_OF) if one.supplement == "iron")
        assert (said in listed["worst_words"]) and (listed["ferritin_old"] != "") == bool(said)
        assert (said in iron.reasons[0]) and ("older than" in iron.reasons[0]) == bool(said)
        exported = findings_csv(read(table, used).findings, used)
        assert exported.count("Rests on a result older than 6 months (clinic): ferritin of 01 Apr 2026.") == (
            2 if said else 0
        )  # S4, I1


def test_another_recheck_interval() -> None:
    old = "analyte | value | date\nferritin | 160 | 2026-01-01"
    tables = with_file("[parameters.historical_days]\nvalue = 180\n")
    assert "Q7" not in texts(old, knowledge())
    assert f"180 days (clinic, {WHO}; otherwise 365 days)" in texts(old, tables)["Q7"]


def test_the_clinics_assay_counts_for_patients_without_a_recorded_one() -> None:
    table = "analyte | value | unit\nferritin | 90 | ug/L\ntransferrin_saturation | 30 | %"
    tables = with_file('[assay]\nferritin = "Beckman Coulter"\n')
    assert "I8.not_stated" in texts(table, knowledge())
    assert not [one for one in texts(table, tables) if one.startswith("I8")]
    assert "I8" in texts(table, tables, ferritin_assay="Roche")


def test_the_clinics_interval_of_a_laboratory_stands_in_for_the_printed_one() -> None:
    head = '[[laboratory_interval]]\nlaboratory = "North"\nanalyte = "ferritin"\n'
    entry = head + 'low = 10\nhigh = 20\nunit = "ug/L"\n'
    table = "analyte | value | unit | low | high | lab\nferritin | 42 | ug/L | 30 | 400 | {}"
    north = read(table.format("north"), with_file(entry)).assessed.iloc[0]
    assert north["interval_flag"] == "H"
    assert "the clinic's interval for this laboratory, 10 to 20 µg/L" in north["interval_words"]
    south = read(table.format("South"), with_file(entry)).assessed.iloc[0]
    assert south["interval_flag"] == "N"


def test_the_version_of_the_tables_says_that_they_were_changed() -> None:
    first, second = with_file(FERRITIN_50), with_file(FERRITIN_50.replace("50", "60"))
    assert len({knowledge().version, first.version, second.version}) == 3
    assert first.version.startswith(knowledge().version)


def test_the_tables_themselves_stay_as_they_were() -> None:
    with_file(FERRITIN_50)
    assert knowledge().limits["ferritin_rls_75"].high == Decimal(75)
    assert knowledge().clinic is None


def test_who_and_why_may_stand_in_the_entry() -> None:
    head = 'clinic = "Example clinic"\n'
    entry = FERRITIN_50 + 'approved_by = "Dr B. Example"\napproved_on = 2026-09-01\nwhy = "trial"\n'
    assert (
        with_file(entry, head).limits["ferritin_rls_75"].override.who
        == "Example clinic, Dr B. Example, 2026-09-01"
    )


INTERVAL = "[[laboratory_interval]]\n"
# what the file says after its four lines of who and why | line named | words of the refusal
REFUSED = [
    ("[limits.ferritin_75]\nhigh = 50\nunit = 'ug/L'\n", 5, "there is no limit ferritin_75"),
    ("# a remark\n[limits.ferritin_rls_75]\nhigh = 50\n", 6, 'write the unit of the limit, unit = "ug/L"'),
    ("[limits.ferritin_rls_75]\nhigh = 50\nunit = 'mg/L'\n", 7, 'write the unit of the limit, unit = "ug/L"'),
    ("[limits.ferritin_rls_75]\nlow = 50\nunit = 'ug/L'\n", 6, "has no low end"),
    ("[limits.ferritin_rls_75]\nunit = 'ug/L'\n", 5, "give low or high"),
    ("[limits.ferritin_rls_75]\nhigh = 'fifty'\nunit = 'ug/L'\n", 6, "high must be a number"),
    ("[limits.ferritin_rls_75]\nhigh = true\nunit = 'ug/L'\n", 6, "high must be a number"),
    ("[limits.ferritin_rls_75]\nhigh = nan\nunit = 'ug/L'\n", 6, "high must be a number"),
    ("[limits.ferritin_rls_75]\nhigh = 75000\nunit = 'ug/L'\n", 6, "outside what is plausible"),
    ("[limits.ferritin_rls_75]\nhigh = 0.1\nunit = 'ug/L'\n", 6, "outside what is plausible"),
    ("[limits.ferritin_rls_75]\nhigh = 120\nunit = 'ug/L'\n", 5, "leaves no room for"),
    ("[limits.ferritin_rls_iv_100]\nlow = 100\nunit = 'ug/L'\n", 6, "region is empty"),
    ("[limits.ferritin_rls_75]\nhigh = 50\nunit = 'ug/L'\nnote = 'x'\n", 8, "note is not understood"),
    ("[parameters.historical_day]\nvalue = 100\n", 5, "there is no parameter"),
    ("[parameters.ckd_epi_constant]\nvalue = 141\n", 5, "no choice of a clinic"),
    ("[parameters.transferrin_to_tibc]\nvalue = 1.25\n", 5, "no choice of a clinic"),
    ("[parameters.historical_days]\nvalue = 0\n", 6, "above zero"),
    ("[parameters.historical_days]\nvalue = 'soon'\n", 6, "value must be a number"),
    ("[thresholds]\nferritin = 50\n", 5, "thresholds is not understood"),
    ("[assay]\nfolate = 'x'\n", 6, "folate is not understood"),
    (
        "[[laboratory_interval]]\nlaboratory = 'N'\nanalyte = 'sodium'\nlow = 1\nunit = 'mmol/L'\n",
        7,
        "no analyte",
    ),
    (
        "[[laboratory_interval]]\nlaboratory = 'N'\nanalyte = 'ferritin'\nlow = 1\nunit = 'mmol/L'\n",
        9,
        "no unit of",
    ),
    ("[[laboratory_interval]]\nanalyte = 'ferritin'\nlow = 1\nunit = 'ug/L'\n", 5, "name the laboratory"),
    (
        INTERVAL
        + "laboratory = 'N'\nanalyte = 'ferritin'\nlow = 30\nhigh = 400\nunit = 'ug/L'\n"
        + INTERVAL
        + "laboratory = 'S'\nanalyte = 'ferritin'\nlow = 400\nhigh = 30\nunit = 'ug/L'\n",
        14,
        "interval is empty",
    ),
    ("[limits.ferritin_rls_75\nhigh = 50\n", 5, "no TOML"),
    ("[limits.ferritin_rls_75]\nhigh = [\n", 6, "no TOML"),
]


@pytest.mark.parametrize(("text", "line", "reason"), REFUSED)
def test_what_makes_no_sense_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(OverridesError) as refused:
        with_file(text)
    assert reason in refused.value.reason
    assert refused.value.line == line
    assert str(refused.value).startswith(f"clinic.toml, line {line}: ")


@pytest.mark.parametrize("key", ["clinic", "approved_by", "approved_on", "why"])
def test_a_number_without_who_and_why_is_refused(key: str) -> None:
    head = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(key))
    with pytest.raises(OverridesError, match=f"{key} is missing"):
        with_file(FERRITIN_50, head)


def test_an_empty_file_changes_no_number() -> None:
    tables = with_file("")
    assert tables.limits == knowledge().limits
    assert tables.parameters == knowledge().parameters
