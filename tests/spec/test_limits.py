"""Where a result stands against the decision limits and against its laboratory's own interval."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from rls_dash.context.patients import Audience, PatientContext, age_years
from rls_dash.interpret.limits import State, assess, deciding_limits, meets
from rls_dash.interpret.regions import Region, comparison_unit, covered, edges_of, placed, step_runs
from rls_dash.interpret.words import range_words, reported_number_text, unit_text
from rls_dash.model import Flag, Truth
from rls_dash.normalise.units import convert
from rls_dash.schema import empty_results
from tests.spec.clinic import knowledge, results

ADULT = {"P1": PatientContext("P1", birth_date=date(1970, 5, 1))}


def one(analyte: str, value: str, unit: str = "", context=ADULT, **cells: str):
    """The assessed row of one result."""
    columns = ["analyte", "value", "unit", *cells]
    table = "|".join(columns) + "\n" + "|".join([analyte, value, unit, *cells.values()])
    return assess(results(table), knowledge(), context).iloc[0]


def truth(limit_id: str, value: str, unit: str) -> Truth:
    """Whether one result meets one limit."""
    limit = knowledge().limits[limit_id]
    row = one(limit.analyte, value, unit)
    return meets(
        limit, row["value"], row["comparator"], row["unit"], row["reported_number"], row["unit_code"]
    )


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "flag", "state"),
    [
        # ferritin: 75 is at, not above, the limit
        ("ferritin", "74.9", "ng/mL", "L", "below_limit"),
        ("ferritin", "75", "ng/mL", "L", "below_limit"),
        ("ferritin", "75.0", "ug/L", "L", "below_limit"),
        ("ferritin", "75.1", "ng/mL", "ind.", "indeterminate"),
        ("ferritin", "100", "ng/mL", "ind.", "indeterminate"),
        ("ferritin", "100.1", "ng/mL", "N", "within"),
        ("ferritin", "300", "ng/mL", "N", "within"),
        ("ferritin", "300.1", "ng/mL", "H", "above_limit"),
        ("ferritin", "168.5", "pmol/L", "L", "below_limit"),
        ("ferritin", "168.6", "pmol/L", "ind.", "indeterminate"),
        # B12: the two numbers the source printed, each in its own unit
        ("vitamin_b12", "179.9", "pg/mL", "L", "below_limit"),
        ("vitamin_b12", "180", "pg/mL", "ind.", "indeterminate"),
        ("vitamin_b12", "180", "ng/L", "ind.", "indeterminate"),
        ("vitamin_b12", "350", "pg/mL", "ind.", "indeterminate"),
        ("vitamin_b12", "350.1", "pg/mL", "N", "within"),
        ("vitamin_b12", "132.9", "pmol/L", "L", "below_limit"),
        ("vitamin_b12", "133", "pmol/L", "ind.", "indeterminate"),
        ("vitamin_b12", "0.1329", "nmol/L", "L", "below_limit"),  # 180.1 pg/mL, yet below 133 pmol/L
        ("vitamin_b12", "258", "pmol/L", "ind.", "indeterminate"),
        ("vitamin_b12", "258.1", "pmol/L", "N", "within"),
        ("vitamin_b12", "914", "pg/mL", "N", "within"),
        ("vitamin_b12", "915", "pg/mL", "H", "above_limit"),
        # folate: 4 ng/mL and 10 nmol/L are the source's pair, not conversions of each other
        ("folate", "2.9", "ng/mL", "L", "below_limit"),
        ("folate", "3", "ng/mL", "ind.", "indeterminate"),
        ("folate", "4", "ng/mL", "N", "within"),
        ("folate", "6.9", "nmol/L", "L", "below_limit"),
        ("folate", "7", "nmol/L", "ind.", "indeterminate"),
        ("folate", "9.5", "nmol/L", "ind.", "indeterminate"),
        ("folate", "10", "nmol/L", "N", "within"),
        # magnesium in three units
        ("magnesium", "0.74", "mmol/L", "L", "below_limit"),
        ("magnesium", "0.75", "mmol/L", "ind.", "indeterminate"),
        ("magnesium", "1.4", "meq/L", "L", "below_limit"),
        ("magnesium", "1.5", "meq/L", "ind.", "indeterminate"),
        ("magnesium", "1.7", "meq/L", "N", "within"),
        ("magnesium", "1.8", "mg/dL", "L", "below_limit"),
        ("magnesium", "1.9", "mg/dL", "ind.", "indeterminate"),
        ("magnesium", "1.05", "mmol/L", "N", "within"),
        ("magnesium", "1.06", "mmol/L", "H", "above_limit"),
        ("transferrin_saturation", "19.9", "%", "L", "below_limit"),
        ("transferrin_saturation", "20", "%", "N", "within"),
        ("transferrin_saturation", "44.9", "%", "N", "within"),
        ("transferrin_saturation", "45", "%", "H", "above_limit"),
    ],
)
def test_letter_just_below_at_and_just_above_every_limit(analyte, value, unit, flag, state):
    row = one(analyte, value, unit)
    assert (row["flag"], row["state"]) == (flag, state)


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "flag"),
    [
        ("ferritin", "<5", "ng/mL", "L"),
        ("ferritin", "<75", "ng/mL", "L"),
        ("ferritin", "<=75", "ng/mL", "L"),
        ("ferritin", "<75.1", "ng/mL", "ind."),  # may be 75.05
        ("ferritin", "<100", "ng/mL", "ind."),
        ("ferritin", ">75", "ng/mL", "ind."),
        ("ferritin", ">100", "ng/mL", "ind."),  # may be beyond 300
        (
            "ferritin",
            ">300",
            "ng/mL",
            "H",
        ),  # `>` leaves 300 itself out
        ("ferritin", ">=300", "ng/mL", "ind."),
        ("ferritin", ">2000", "ng/mL", "H"),
        ("folate", ">24", "ng/mL", "N"),
        ("folate", ">=4", "ng/mL", "N"),
        ("folate", ">3", "ng/mL", "ind."),
        ("folate", "<3", "ng/mL", "L"),
        ("folate", "<=3", "ng/mL", "ind."),
        ("vitamin_b12", "<180", "pg/mL", "L"),
        ("vitamin_b12", "<133", "pmol/L", "L"),
        ("vitamin_b12", "<150", "pmol/L", "ind."),
        ("vitamin_b12", ">350", "pg/mL", "ind."),  # may be beyond 914
    ],
)
def test_censored_result_decides_only_what_it_proves(analyte, value, unit, flag):
    assert one(analyte, value, unit)["flag"] == flag


@pytest.mark.parametrize(
    ("limit_id", "value", "unit", "expected"),
    [
        ("ferritin_rls_75", "75", "ng/mL", Truth.TRUE),
        ("ferritin_rls_75", "<5", "ng/mL", Truth.TRUE),
        ("ferritin_rls_75", "<100", "ng/mL", Truth.UNKNOWN),
        ("ferritin_rls_75", ">2000", "ng/mL", Truth.FALSE),
        ("ferritin_rls_75", ">75", "ng/mL", Truth.FALSE),
        ("ferritin_rls_75", ">=75", "ng/mL", Truth.UNKNOWN),
        ("ferritin_rls_75_source_document", "75", "ng/mL", Truth.FALSE),
        ("ferritin_rls_75_source_document", "<75", "ng/mL", Truth.TRUE),
        ("ferritin_rls_75_source_document", "<=75", "ng/mL", Truth.UNKNOWN),
        ("folate_low_3", ">24", "ng/mL", Truth.FALSE),
        ("vitamin_d_low_20", "20.0", "ng/mL", Truth.FALSE),
        ("vitamin_d_low_20", "49.95", "nmol/L", Truth.TRUE),  # 20.01 ng/mL by exact conversion
        ("vitamin_d_low_20", "50", "nmol/L", Truth.FALSE),
        ("vitamin_d_low_20", "49.9", "nmol/L", Truth.TRUE),
        ("mma_raised_027", "270", "nmol/L", Truth.FALSE),
        ("mma_raised_027", "271", "nmol/L", Truth.TRUE),
        ("egfr_low_30", ">60", "mL/min/{1.73_m2}", Truth.FALSE),
    ],
)
def test_one_limit_is_proved_disproved_or_open(limit_id, value, unit, expected):
    assert truth(limit_id, value, unit) is expected


def test_every_edge_of_every_limit_in_every_accepted_unit():
    """A number at an edge meets exactly those limits whose region holds that edge; whole-table law."""
    tables, wrong = knowledge(), []
    for limit in tables.limits.values():
        for analyte, unit in tables.accepted_units:
            if analyte != limit.analyte:
                continue
            printed = comparison_unit(limit, unit)
            bounds = (limit.low, limit.high) if printed == limit.unit else limit.paired[printed]
            for op, bound in zip((limit.low_op, limit.high_op), bounds, strict=True):
                if bound is None:
                    continue
                at = float(convert([float(bound)], analyte, printed, unit)[0])
                if printed != unit and float(convert([at], analyte, unit, printed)[0]) != float(bound):
                    continue  # the edge has no exact decimal in this unit: no report can stand on it
                expected = Truth.TRUE if op in ("<=", ">=") else Truth.FALSE
                found = meets(limit, np.nan, "", "", at, unit)
                if found is not expected:
                    wrong.append((limit.limit_id, unit, at, found))
                step = at * 1e-6
                inside = at - step if op.startswith("<") else at + step
                if meets(limit, np.nan, "", "", inside, unit) is not Truth.TRUE:
                    wrong.append((limit.limit_id, unit, inside, "should be inside"))
    assert wrong == []


def test_nothing_falls_through_to_normal():
    """An analyte without an applicable limit is not assessed, with the reason in words."""
    row = one("iron", "60", "ug/dL")
    assert (row["flag"], row["state"]) == (Flag.NOT_ASSESSED, State.NOT_ASSESSED)
    assert row["flag_words"] == "not assessed: no limit of the tables decides a letter for it"
    assert row["limit_id"] == ""


@pytest.mark.parametrize("status", ["cancelled", "entered_in_error"])
def test_withdrawn_result_is_not_assessed(status):
    row = one("ferritin", "12", "ng/mL", status=status)
    assert (row["flag"], row["limit_id"]) == ("not assessed", "")
    assert "withdrew" in row["flag_words"]


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "said"),
    [
        ("ferritin", "75", "ng/mL", "at or below 75 \u00b5g/L (AASM 2025, secondary)"),
        ("ferritin", "90", "ng/mL", "above 75 and at or below 100 \u00b5g/L (AASM 2025, secondary)"),
        (
            "ferritin",
            "150",
            "ng/mL",
            "within the limits used here: above 100 \u00b5g/L and at or below 300 \u00b5g/L",
        ),
        ("vitamin_b12", "170", "ng/L", "below 180 pg/mL (NICE 2024, secondary)"),
        ("vitamin_b12", "120", "pmol/L", "below 133 pmol/L (NICE 2024, secondary)"),
        (
            "ferritin",
            "<100",
            "ng/mL",
            "\u201c<100 ng/mL\u201d does not decide "
            "\u201cat or below 75 \u00b5g/L (AASM 2025, secondary)\u201d",
        ),
    ],
)
def test_words_name_limit_unit_source_and_evidence(analyte, value, unit, said):
    assert one(analyte, value, unit)["flag_words"] == said


def test_undecided_words_keep_the_digits_reported():
    assert one("ferritin", "<100.0", "ng/mL")["flag_words"].startswith("\u201c<100.0 ng/mL\u201d")


def test_implausible_value_is_said():
    assert one("ferritin", "60", "ng/mL", notes="implausible")["flag_words"].endswith(
        "check unit and specimen"
    )


# --- the laboratory's own interval ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "low", "high", "flag"),
    [
        ("14", "15", "150", "L"),
        ("15", "15", "150", "N"),
        ("150", "15", "150", "N"),
        ("151", "15", "150", "H"),
        ("14", "15", "", "L"),
        ("900", "15", "", "N"),
        ("151", "", "150", "H"),
        ("2", "", "150", "N"),
        ("60", "", "", "not assessed"),
        ("<5", "15", "150", "L"),
        ("<15", "15", "150", "L"),
        ("<=15", "15", "150", "ind."),
        ("<20", "15", "150", "ind."),
        ("<20", "", "150", "N"),
        (">150", "15", "150", "H"),
        (">100", "15", "150", "ind."),
        (">100", "15", "", "N"),
    ],
)
def test_interval_of_the_laboratory_is_a_separate_flag(value, low, high, flag):
    row = one("ferritin", value, "ng/mL", low=low, high=high)
    assert row["interval_flag"] == flag


def test_interval_words_use_the_unit_reported():
    row = one("vitamin_b12", "170", "pg/mL", low="200", high="900")
    assert row["interval_words"] == "below the laboratory's interval, 200 to 900 pg/mL"
    assert one("ferritin", "60")["interval_words"] == "the laboratory gave no interval"


@pytest.mark.parametrize(
    ("value", "low", "high", "state"),
    [
        ("42", "15", "150", State.BELOW_LIMIT_INSIDE_INTERVAL),
        ("12", "15", "150", State.BELOW_LIMIT),
        ("42", "", "", State.BELOW_LIMIT),
        ("90", "15", "150", State.INDETERMINATE),
        ("<5", "", "150", State.BELOW_LIMIT_INSIDE_INTERVAL),
    ],
)
def test_inside_the_interval_yet_below_the_limit_is_its_own_state(value, low, high, state):
    assert one("ferritin", value, "ng/mL", low=low, high=high)["state"] == state


# --- age -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "value", "flag", "limit_id"),
    [
        ("2008-10-02", "49", "L", "ferritin_child_50"),  # the day before turning 18
        ("2008-10-02", "50", "N", ""),
        ("2008-10-01", "50", "L", "ferritin_rls_75"),  # 18 on the day
        ("2016-01-01", "60", "N", ""),
    ],
)
def test_adult_limits_stop_under_18(birth, value, flag, limit_id):
    row = one("ferritin", value, "ng/mL", {"P1": PatientContext("P1", birth_date=date.fromisoformat(birth))})
    assert (row["flag"], row["limit_id"]) == (flag, limit_id)


def test_use_of_the_childrens_limit_is_said():
    child = {"P1": PatientContext("P1", birth_date=date(2016, 1, 1))}
    row = one("ferritin", "42", "ng/mL", child)
    assert row["flag_words"].startswith("below 50 \u00b5g/L")
    assert row["flag_words"].endswith("limit for children; adult limits do not apply at this age")


def test_adult_limits_on_a_child_are_not_assessed():
    child = {"P1": PatientContext("P1", birth_date=date(2016, 1, 1))}
    row = one("vitamin_b12", "100", "pg/mL", child)
    assert row["flag"] == "not assessed"
    assert row["flag_words"] == "not assessed: adult limits do not apply at this age"


def test_b12_limit_is_stated_from_16_years():
    youth = {"P1": PatientContext("P1", birth_date=date(2010, 1, 1))}
    assert one("vitamin_b12", "100", "pg/mL", youth)["flag"] == "L"


@pytest.mark.parametrize(
    "context", [None, {"P1": PatientContext("P1")}, {"P1": PatientContext("P1", date(2030, 1, 1))}]
)
def test_unknown_age_is_assessed_and_said(context):
    row = one("ferritin", "42", "ng/mL", context)
    assert row["flag"] == "L"
    assert row["flag_words"].endswith("adult limit; age not stated")


@pytest.mark.parametrize(("fact", "said"), [("pregnant", "pregnancy"), ("dialysis", "dialysis")])
def test_pregnancy_and_dialysis_are_said(fact, said):
    row = one(
        "ferritin", "42", "ng/mL", {"P1": PatientContext("P1", birth_date=date(1990, 1, 1), **{fact: True})}
    )
    assert row["flag"] == "L"
    assert row["flag_words"].endswith(f"{said} recorded: the limit was not made for it")


def test_limit_for_everyone_needs_no_remark_on_age_or_pregnancy():
    words = one("crp", "12", "mg/L", {"P1": PatientContext("P1", pregnant=True)})["flag_words"]
    assert words == "above 5 mg/L (BRINDA 2017, primary)"


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [("2000-02-29", "2018-02-28", 17), ("2000-02-29", "2018-03-01", 18), ("2027-01-01", "2026-01-01", None)],
)
def test_age_in_whole_years(birth, on, years):
    assert age_years(date.fromisoformat(birth), date.fromisoformat(on)) == years


# --- frame laws ----------------------------------------------------------------------------------


def test_frame_is_not_mutated_and_row_order_changes_nothing():
    frame = results(
        """
        patient_id | analyte     | value | unit
        P1         | ferritin    | 42    | ng/mL
        P2         | vitamin_b12 | <150  | pmol/L
        P1         | folate      | >24   | ng/mL
        P2         | iron        | 60    | ug/dL
        """
    )
    before = frame.copy(deep=True)
    straight = assess(frame, knowledge(), ADULT)
    backwards = assess(frame.iloc[::-1], knowledge(), ADULT).iloc[::-1].reset_index(drop=True)
    assert frame.equals(before)
    assert straight.equals(backwards)
    assert len(straight) == len(frame)


def test_empty_frame_gets_the_columns():
    found = assess(empty_results(), knowledge())
    assert {"flag", "limit_id", "flag_words", "interval_flag", "interval_words", "state"} <= set(
        found.columns
    )
    assert found.empty


def test_flag_is_monotone_in_the_value():
    """No ferritin is "lower" than a smaller one."""
    order = ["L", "ind.", "N", "H"]
    values = np.round(np.arange(0.5, 400, 0.5), 1)
    table = "analyte|value|unit\n" + "\n".join(f"ferritin|{value}|ng/mL" for value in values)
    ranks = [order.index(flag) for flag in assess(results(table), knowledge(), ADULT)["flag"]]
    assert ranks == sorted(ranks)


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ucum", "text"),
    [
        ("ug/L", "\u00b5g/L"),
        ("umol/L", "\u00b5mol/L"),
        ("ng/mL", "ng/mL"),
        ("ug/dL", "\u00b5g/dL"),
        ("meq/L", "mEq/L"),
        ("%", "%"),
        ("mL/min/{1.73_m2}", "mL/min/1.73 m\u00b2"),
    ],
)
def test_unit_text(ucum, text):
    assert unit_text(ucum) == text


@pytest.mark.parametrize(
    ("reported", "number", "text"),
    [
        ("42", 42.0, "42"),
        ("42.0", 42.0, "42.0"),
        ("<5,50", 5.5, "5.50"),
        ("1,234", 1234.0, "1234"),
        ("1.234,50", 1234.5, "1234.50"),
        (".5", 0.5, "0.5"),
        ("0.050 mmol", 0.05, "0.050"),
        ("4.2e1", 42.0, "42"),
        ("<b>42</b>", 42.0, "42"),
        ("none", 7.25, "7.25"),
    ],
)
def test_reported_digits_are_kept(reported, number, text):
    assert reported_number_text(reported, number) == text


def test_range_words():
    assert range_words(">", "75", "<=", "100", "ug/L") == "above 75 and at or below 100 \u00b5g/L"


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "said"),
    [
        ("magnesium", "2.2", "mg/dL", "at or above 2.07 mg/dL and at or below 2.55 mg/dL"),
        ("vitamin_b12", "400", "pmol/L", "above 258 pmol/L and at or below 674 pmol/L"),
        ("ferritin", "150", "ng/mL", "above 100 \u00b5g/L and at or below 300 \u00b5g/L"),
    ],
)
def test_the_room_between_limits_is_said_in_one_unit(analyte, value, unit, said):
    assert said in one(analyte, value, unit)["flag_words"]


def test_one_result_is_placed_as_a_column_of_them_is() -> None:
    """The plain comparison of the rules and the vectorised one of the flags say the same."""
    ends = [("", np.nan), (">", 2.0), (">=", 2.0)], [("", np.nan), ("<", 4.0), ("<=", 4.0)]
    wrong = []
    for (low_op, low), (high_op, high) in product(*ends):
        region = Region(low_op, low, high_op, high)
        edges = edges_of([region])
        for number, sign in product((1.0, 2.0, 3.0, 4.0, 5.0), ("", "<", "<=", ">", ">=")):
            first, last = step_runs(edges, [number], [sign])
            inside = covered(region, edges)[first[0] : last[0] + 1]
            expected = Truth.TRUE if inside.all() else Truth.UNKNOWN if inside.any() else Truth.FALSE
            if region.edges and placed(region, number, sign) is not expected:
                wrong.append((region, number, sign))
    assert not wrong


def test_the_order_of_the_table_decides_no_flag() -> None:
    tables = knowledge()
    backwards = replace(tables, limits=dict(reversed(tables.limits.items())))
    for analyte in tables.analytes:
        for audience in Audience:
            chosen = deciding_limits(tables, analyte, audience)
            assert deciding_limits(backwards, analyte, audience) == chosen
            assert [limit.rank for limit in chosen] == sorted(limit.rank or 0 for limit in chosen)


@pytest.mark.parametrize(
    ("analyte", "value", "flag"),
    [
        ("ferritin", "182", "not assessed"),  # inside the general limits, below the 200 of dialysis
        ("ferritin", "250", "not assessed"),
        ("ferritin", "60", "L"),
        ("ferritin", "400", "H"),
        ("transferrin_saturation", "25", "not assessed"),
        ("transferrin_saturation", "15", "L"),
        ("magnesium", "0.9", "N"),
    ],
)
def test_on_dialysis_nothing_of_the_iron_panel_is_within_limits_that_were_not_made_for_it(
    analyte: str, value: str, flag: str
) -> None:
    frame = results(f"analyte | value | date\n{analyte} | {value} | 2026-10-01")
    facts = {"P1": PatientContext("P1", birth_date=date(1970, 1, 1), dialysis=True)}
    row = assess(frame, knowledge(), facts).iloc[0]
    assert row["flag"] == flag
    if flag == "not assessed":
        assert row["state"] == State.NOT_ASSESSED.value
        assert row["flag_words"].startswith("not assessed by itself: on dialysis below 20")
        other = "TSAT" if analyte == "ferritin" else "Ferritin"
        assert row["flag_words"].endswith(f", together with {other}")
    without = assess(frame, knowledge(), {"P1": replace(facts["P1"], dialysis=None)}).iloc[0]
    assert (without["flag"] == "N") == (flag in ("N", "not assessed"))


@pytest.mark.parametrize(
    ("number", "unit", "truth"),
    [
        (80.0, "ng/mL", Truth.FALSE),  # as reported
        (80.0, "", Truth.TRUE),  # a number without its unit is none
        (float("nan"), "ng/mL", Truth.TRUE),
        (float("nan"), "", Truth.TRUE),
    ],
)
def test_the_canonical_value_is_compared_where_the_report_is_not_known(
    number: float, unit: str, truth: Truth
) -> None:
    limit = knowledge().limits["ferritin_rls_75"]
    assert meets(limit, 50.0, "", "ug/L", number, unit) is truth
    frame = results("analyte|value|unit\nferritin|50|ng/mL").assign(reported_number=number, unit_code=unit)
    (flag,) = assess(frame, knowledge())["flag"]
    assert (flag == Flag.LOW.value) is (truth is Truth.TRUE)


@pytest.mark.parametrize("comparator", ["", "<", "<=", ">", ">="])
def test_a_result_lies_on_every_step_its_sign_leaves_open(comparator: str) -> None:
    edges = np.array([1.0, 2.0, 3.0])
    bounds = [-np.inf, *edges, np.inf]
    allowed = {
        "": lambda low, high, x: low == high == x or low < x < high,
        "<": lambda low, high, x: low < x,
        "<=": lambda low, high, x: low < x or low == high == x,
        ">": lambda low, high, x: high > x,
        ">=": lambda low, high, x: high > x or low == high == x,
    }[comparator]
    for x in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5):
        steps = [step for step in range(7) if allowed(bounds[(step + 1) // 2], bounds[step // 2 + 1], x)]
        first, last = step_runs(edges, [x], [comparator])
        assert (int(first[0]), int(last[0])) == (steps[0], steps[-1]), x


def test_an_undecided_result_names_a_limit_that_is_open_for_it() -> None:
    tables = knowledge()
    for limit in tables.limits.values():
        for bound in (limit.low, limit.high):
            if bound is None or limit.flag is None:
                continue
            for step, comparator in product(("0.9", "1", "1.1"), ("<", "<=", ">", ">=")):
                number = f"{bound * Decimal(step):f}"
                row = one(limit.analyte, f"{comparator}{number}", limit.unit)
                if row["flag"] == Flag.INDETERMINATE.value and "does not decide" in row["flag_words"]:
                    named = tables.limits[row["limit_id"]]
                    assert meets(
                        named, row["value"], comparator, row["unit"], float(number), row["unit_code"]
                    ) is (Truth.UNKNOWN), (limit.limit_id, comparator, number)
