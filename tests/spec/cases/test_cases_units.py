"""Ingest cases 90, 91 and 103-110: units, and values that only another unit explains."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rls_dash.answers import AnswerBook, Answers, ReadOptions
from rls_dash.knowledge import load_knowledge
from rls_dash.pipeline import Analysis, InputFile, analyse

HEADER = "patient_id,date,test,value,unit"
RANGED = f"{HEADER},reference_range"


def read(*records: str, header: str = HEADER, answers: Answers | None = None) -> Analysis:
    content = "\n".join([header, *records]) + "\n"
    options = ReadOptions(answers=AnswerBook(answers or Answers()))
    return analyse([InputFile("labs.csv", content.encode())], load_knowledge(), options)


def outcome(analysis: Analysis) -> list[tuple[str, str]]:
    """(severity, code) of everything that blocked a row."""
    blocked = analysis.issues[analysis.issues["severity"] != "note"]
    return list(zip(blocked["severity"], blocked["code"], strict=True))


def notes(analysis: Analysis) -> list[str]:
    return sorted(analysis.issues.loc[analysis.issues["severity"] == "note", "code"])


def message(analysis: Analysis, code: str) -> str:
    return str(analysis.issues.loc[analysis.issues["code"] == code, "message"].iloc[0])


def values(analysis: Analysis) -> list[float]:
    return list(analysis.results["value"].round(4))


def draws(test: str, *results: str) -> list[str]:
    """`value unit` of one patient, a month apart."""
    pairs = [result.split() for result in results]
    return [f"P1,2025-{month:02d}-05,{test},{value},{unit}" for month, (value, unit) in enumerate(pairs, 1)]


# --- 90, 91: values far out -----------------------------------------------------------------------------


def at_and_beyond(tier: str) -> list[tuple[str, str, bool]]:
    """(analyte, value [range unit], whether it lies outside) at each bound of a tier and a hair beyond it."""
    found = []
    for name, facts in load_knowledge().analytes.items():
        for side, beyond in (("low", Decimal("0.999")), ("high", Decimal("1.001"))):
            bound = getattr(facts, f"{tier}_{side}")
            if bound:
                found += [(name, f"{bound:f}", False), (name, f"{bound * beyond:f}", True)]
    return found


def read_each(cases: list[tuple[str, str, bool]]) -> Analysis:
    """One row a case, in the unit in which the bounds stand, all in one file."""
    analytes = load_knowledge().analytes
    return read(
        *(
            f'P{number:03d},2025-03-05,"{analytes[name].label}",{value},{analytes[name].range_unit}'
            for number, (name, value, _) in enumerate(cases)
        )
    )


def test_case_090_the_bounds_of_the_possible_are_possible_themselves() -> None:
    cases = at_and_beyond("impossible")
    analysis = read_each(cases)
    outside = [place + 2 for place, case in enumerate(cases) if case[2]]
    refused = analysis.issues[analysis.issues["code"] == "impossible"].sort_values("source_row")
    assert list(refused["source_row"]) == outside
    labels = [load_knowledge().analytes[name].label for name, _, beyond in cases if beyond]
    for text, label in zip(refused["message"], labels, strict=True):
        assert text.startswith(f"Not possible for {label}: ")
    assert sorted(analysis.results["source_row"]) == sorted(set(range(2, len(cases) + 2)) - set(outside))


def test_case_091_the_bounds_of_the_plausible_are_plausible_themselves() -> None:
    cases = at_and_beyond("plausible")
    results = read_each(cases).results.sort_values("source_row")
    assert list(results["source_row"]) == list(range(2, len(cases) + 2))
    assert list(results["notes"].str.contains("implausible")) == [beyond for _, _, beyond in cases]


@pytest.mark.parametrize(
    ("record", "slips"),
    [
        ("P1,2025-03-05,Magnesium,820,mmol/L", ["umol/L", "1/1000 of it"]),
        ("P1,2025-03-05,Magnesium,20,mmol/L", ["mg/L", "1/10 of it"]),
        ("P1,2025-03-05,Ferritin,900000,ng/mL", ["1/1000 of it"]),
        ("P1,2025-03-05,Hemoglobin,140,g/dL", ["g/L", "1/10 of it"]),
        ("P1,2025-03-05,Creatinine,80,mg/dL", ["umol/L"]),
    ],
)
def test_case_090_an_impossible_value_is_set_aside_with_what_would_explain_it(
    record: str, slips: list[str]
) -> None:
    analysis = read(record)
    assert outcome(analysis) == [("set_aside", "impossible")]
    assert [slip for slip in slips if slip not in message(analysis, "impossible")] == []
    assert analysis.results.empty


def test_case_091_an_unusual_value_is_kept_and_marked() -> None:
    analysis = read("P1,2025-03-05,Ferritin,9000,ng/mL")
    assert values(analysis) == [9000.0]
    assert list(analysis.results["notes"]) == ["implausible"]
    assert notes(analysis) == ["implausible"]


@pytest.mark.parametrize(
    ("results", "marked"),
    [
        (("30 ng/mL", "28 ng/mL", "31 ng/mL", "240 ng/mL"), [3]),
        (("300 ng/mL", "28 ng/mL", "31 ng/mL"), [0]),
        (("150 ng/mL", "160 ng/mL", "12 ng/mL"), [2]),
        (("30 ng/mL", "28 ng/mL", "140 ng/mL"), []),
        (("30 ng/mL", "300 ng/mL"), []),
    ],
)
def test_case_091_five_times_the_patients_other_results_is_kept_and_marked(
    results: tuple[str, ...], marked: list[int]
) -> None:
    """It may be real, as after intravenous iron, so nothing is blocked. Of two results nobody knows which
    is the odd one."""
    analysis = read(*draws("Ferritin", *results))
    assert len(analysis.results) == len(results)
    assert [place for place, note in enumerate(analysis.results["notes"]) if note == "delta"] == marked
    assert notes(analysis) == ["delta"] * len(marked)
    if marked:
        assert "may be real" in message(analysis, "delta")


def test_case_091_crp_changes_so_much_by_itself() -> None:
    """The case speaks of any analyte. CRP rises a hundredfold within a day; the remark would say nothing."""
    analysis = read(*draws("CRP", "1 mg/L", "1.2 mg/L", "110 mg/L"))
    assert set(analysis.results["notes"]) == {""}


# --- 103-107: spellings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "value"),
    [
        ("P1,2025-03-05,Ferritin,75,µg/L", 75.0),
        ("P1,2025-03-05,Ferritin,75,μg/L", 75.0),
        ("P1,2025-03-05,Ferritin,75,mcg/L", 75.0),
        ("P1,2025-03-05,Folate,4,ng/ml", 9.062),
        ("P1,2025-03-05,Magnesium,0.82,mmol/l", 0.82),
        ("P1,2025-03-05,Vitamin B12,200,pg/mL", 147.5592),
    ],
)
def test_case_103_a_listed_spelling_is_converted(record: str, value: float) -> None:
    assert values(read(record)) == [value]


@pytest.mark.parametrize("unit", ["ng/mLL", "nanogram", "ng pro ml", "ng·mL", "units"])
def test_case_103_an_unlisted_spelling_never_converts(unit: str) -> None:
    assert outcome(read(f"P1,2025-03-05,Ferritin,75,{unit}")) == [("held", "unit_unknown")]


@pytest.mark.parametrize(
    ("record", "value"),
    [
        ("P1,2025-03-05,Ferritin,75,NG/ML", 75.0),
        ("P1,2025-03-05,Magnesium,2,MG/DL", 0.8229),
        ("P1,2025-03-05,Magnesium,0.82,MMOL/L", 0.82),
        ("P1,2025-03-05,Vitamin B12,200,PG/ML", 147.5592),
    ],
)
def test_case_104_all_capitals_are_listed_one_by_one(record: str, value: float) -> None:
    assert values(read(record)) == [value]


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ("Magnesium", "Mg/dL"),
        ("Magnesium", "Mmol/L"),
        ("Hemoglobin", "G/L"),
        ("Magnesium", "M/L"),
        ("Ferritin", "kU/L"),
        ("Vitamin B12", "Pg/mL"),
    ],
)
def test_case_105_mixed_capitals_are_mega_and_never_converted(test: str, unit: str) -> None:
    """The case sets such rows aside. They wait instead: the user knows the meaning, the file does not."""
    analysis = read(f"P1,2025-03-05,{test},2,{unit}")
    assert outcome(analysis) == [("held", "unit_unknown")]
    assert analysis.results.empty


def test_case_105_the_message_says_what_capitals_do() -> None:
    text = message(read("P1,2025-03-05,Magnesium,2,Mg/dL"), "unit_unknown")
    assert "mg/dL" in text and "capital" in text.lower()


@pytest.mark.parametrize("unit", ["mEq/L", "meq/L", "mval/l"])
def test_case_106_milliequivalents_of_magnesium_are_half_a_millimole(unit: str) -> None:
    assert values(read(f"P1,2025-03-05,Magnesium,1.7,{unit}")) == [0.85]


def test_case_106_no_other_analyte_has_equivalents() -> None:
    assert outcome(read("P1,2025-03-05,Ferritin,42,mEq/L")) == [("set_aside", "unit_not_accepted")]


@pytest.mark.parametrize(
    ("test", "unit", "severity", "code"),
    [
        ("Ferritin", "IU/L", "held", "unit_unknown"),
        ("Ferritin", "U", "held", "unit_unknown"),
        ("Ferritin", "mg%", "held", "unit_unknown"),
        ("Ferritin", "%", "set_aside", "unit_not_accepted"),
        ("Vitamin B12", "%", "set_aside", "unit_not_accepted"),
    ],
)
def test_case_107_a_unit_of_another_quantity_is_never_used(
    test: str, unit: str, severity: str, code: str
) -> None:
    """`%` is set aside; what is no known spelling at all waits, so that it may be told."""
    analysis = read(f"P1,2025-03-05,{test},42,{unit}")
    assert outcome(analysis) == [(severity, code)]
    assert analysis.results.empty


# --- 108: no unit ----------------------------------------------------------------------------------------

UNITLESS = ("P1,2025-03-05,Ferritin,42,ng/mL", "P1,2025-04-05,Ferritin,58,", "P1,2025-04-05,Iron,18,umol/L")


def test_case_108_rows_without_a_unit_wait_and_are_asked_about() -> None:
    analysis = read(*UNITLESS)
    assert outcome(analysis) == [("held", "unit_missing")]
    (question,) = analysis.questions
    assert (question.kind, question.subject, question.rows) == ("units", "ferritin", 1)
    accepted = {code for analyte, code in load_knowledge().accepted_units if analyte == "ferritin"}
    assert [choice.answer for choice in question.choices] == sorted(accepted)


def test_case_108_the_answer_applies_only_where_the_unit_is_missing() -> None:
    analysis = read(*UNITLESS, answers=Answers(units={"ferritin": "ug/dL", "iron": "ug/dL"}))
    ferritin = analysis.results[analysis.results["analyte"] == "ferritin"]
    assert list(ferritin["value"])[:1] == [42.0]
    assert list(analysis.results.loc[analysis.results["analyte"] == "iron", "value"]) == [18.0]
    good = read(*UNITLESS, answers=Answers(units={"ferritin": "ng/mL"}))
    assert sorted(values(good)) == [18.0, 42.0, 58.0]


UNUSUAL = (
    "P1,2025-03-05,Ferritin,168.5,pmol/L",
    "P1,2025-04-05,Ferritin,58,ng/mL",
    "P1,2025-04-05,Iron,18,umol/L",
)


def test_a_unit_that_is_unusual_for_the_test_waits_and_is_asked_about() -> None:
    analysis = read(*UNUSUAL)
    assert outcome(analysis) == [("held", "unit_unusual")]
    (question,) = analysis.questions
    assert (question.kind, question.subject, question.rows) == ("units", "ferritin", 1)
    assert [choice.answer for choice in question.choices] == ["pmol/L"] and "pmol/L" in question.text


def test_an_unusual_unit_may_be_confirmed_by_any_spelling_of_it() -> None:
    confirmed = read(*UNUSUAL, answers=Answers(units={"ferritin": "pmol/l"}))
    assert outcome(confirmed) == []


def test_a_confirmed_unusual_unit_is_read_as_printed_and_changes_no_other_row() -> None:
    confirmed = read(*UNUSUAL, answers=Answers(units={"ferritin": "pmol/L"}))
    assert outcome(confirmed) == []
    assert sorted(values(confirmed)) == [18.0, 58.0, 74.9825]
    assert [question.rows for question in confirmed.questions] == [0]
    for other in ("ng/mL", "nmol/L"):
        assert outcome(read(*UNUSUAL, answers=Answers(units={"ferritin": other}))) == [
            ("held", "unit_unusual")
        ]
    assert outcome(read(*UNUSUAL, answers=Answers(units={"iron": "pmol/L"}))) == [("held", "unit_unusual")]


# --- 109: the unit changes -------------------------------------------------------------------------------


def test_case_109_a_change_of_unit_is_converted_and_said_once() -> None:
    analysis = read(*draws("Magnesium", "2.0 mg/dL", "2.1 mg/dL", "0.84 mmol/L", "0.86 mmol/L"))
    assert values(analysis) == [0.8229, 0.864, 0.84, 0.86]
    assert list(analysis.results["reported_unit"]) == ["mg/dL", "mg/dL", "mmol/L", "mmol/L"]
    assert notes(analysis) == ["unit_changed"]
    text = message(analysis, "unit_changed")
    assert "mg/dL and mmol/L" in text and "method" in text


def test_case_109_two_names_of_one_unit_are_no_change() -> None:
    assert notes(read(*draws("Ferritin", "42 ng/mL", "44 µg/L", "43 ug/L"))) == []


def test_case_109_two_patients_in_two_units_are_no_change() -> None:
    analysis = read("P1,2025-03-05,Magnesium,2.0,mg/dL", "P2,2025-03-05,Magnesium,0.84,mmol/L")
    assert notes(analysis) == []


# --- 110 and A6: another unit than the one that stands there ---------------------------------------------


@pytest.mark.parametrize(
    ("test", "value", "unit", "printed", "likely"),
    [
        ("Magnesium", "2.0", "mmol/L", "1.7-2.4", "mg/dL"),
        ("Magnesium", "1.7", "mmol/L", "1.3-2.1", "meq/L"),
        ("Folate", "8", "nmol/L", "3.0-17.0", "ng/mL"),
        ("Folate", "20", "ng/mL", "10.4-42.4", "nmol/L"),
        ("CRP", "0.3", "mg/L", "<0.5", "mg/dL"),
        ("Creatinine", "0.9", "umol/L", "0.6-1.2", "mg/dL"),
    ],
)
def test_case_110_a_printed_range_of_another_unit_holds_its_row(
    test: str, value: str, unit: str, printed: str, likely: str
) -> None:
    analysis = read(f"P1,2025-03-05,{test},{value},{unit},{printed}", header=RANGED)
    assert [code for _, code in outcome(analysis)] == ["unit_range_conflict"]
    assert outcome(analysis)[0][0] == "held"
    assert f"looks like {likely}" in message(analysis, "unit_range_conflict")
    assert analysis.results.empty


def test_case_110_the_two_columns_of_a_range_are_read_as_well() -> None:
    header = f"{HEADER},reference_low,reference_high"
    analysis = read("P1,2025-03-05,Magnesium,2.0,mmol/L,1.7,2.4", header=header)
    assert outcome(analysis) == [("held", "unit_range_conflict")]


def test_case_110_only_the_unit_its_range_contradicts_is_asked_about_and_any_spelling_confirms_it() -> None:
    records = (
        "P1,2025-03-05,Magnesium,2.0,mmol/L,1.7-2.4",
        "P1,2025-03-06,Ferritin,42,ng/mL,15-150",
        "P1,2025-03-07,Iron,,umol/L,6-33",  # of no usable row: its range counts for nothing
    )
    asked = read(*records, header=RANGED)
    assert outcome(asked) == [("held", "unit_range_conflict"), ("set_aside", "no_value")]
    (question,) = asked.questions
    assert (question.kind, question.subject, question.rows) == ("units", "magnesium", 1)
    assert [choice.answer for choice in question.choices] == ["mmol/L"]
    for spelling in ("mmol/L", "mmol/l"):
        said = read(*records, header=RANGED, answers=Answers(units={"magnesium": spelling}))
        assert outcome(said) == [("set_aside", "no_value")]
        assert [question.rows for question in said.questions] == [0]


@pytest.mark.parametrize(
    "record",
    [
        "P1,2025-03-05,Magnesium,0.82,mmol/L,0.65-1.05",
        "P1,2025-03-05,Magnesium,2.0,mg/dL,1.7-2.4",
        "P1,2025-03-05,Vitamin B12,300,pmol/L,200-900",  # 1.36 times: nobody can tell
        "P1,2025-03-05,Ferritin,42,ng/mL,30-400",
        "P1,2025-03-05,CRP,3,mg/L,<5",
        "P1,2025-03-05,Magnesium,0.82,mmol/L,",
    ],
)
def test_case_110_a_range_that_fits_or_proves_nothing_holds_no_row(record: str) -> None:
    analysis = read(record, header=RANGED)
    assert outcome(analysis) == []
    assert len(analysis.results) == 1


def test_case_110_the_other_rows_of_the_file_are_read() -> None:
    records = ("P1,2025-03-05,Magnesium,2.0,mmol/L,1.7-2.4", "P1,2025-04-05,Magnesium,2.0,mg/dL,1.7-2.4")
    analysis = read(*records, header=RANGED)
    assert values(analysis) == [0.8229]
    assert (analysis.counts["held"], analysis.counts["results"]) == (1, 1)


@pytest.mark.parametrize(
    ("value", "unit", "said", "used"),
    [
        ("42", "", {"ferritin": "ng/mL"}, [42.0]),
        ("42", "", {"ferritin": "ug/L"}, [42.0]),
        ("42", "", {"crp": "mg/L"}, []),
        ("42 ng/mL", "", {"ferritin": "pmol/L"}, [42.0]),  # what is printed outranks what is said
        ("42", "ng/mL", {"ferritin": "pmol/L"}, [42.0]),
    ],
)
def test_case_103_a_unit_said_is_used_only_where_none_is_printed(
    value: str, unit: str, said: dict[str, str], used: list[float]
) -> None:
    analysis = read(f"P1,2025-03-05,Ferritin,{value},{unit}", answers=Answers(units=said))
    assert values(analysis) == used


@pytest.mark.parametrize(
    ("said", "used"),
    [({}, []), ({"magnesium": "mmol/L"}, [2.0]), ({"magnesium": "mg/dL"}, []), ({"ferritin": "mmol/L"}, [])],
)
def test_case_110_only_the_unit_said_to_be_right_releases_its_rows(
    said: dict[str, str], used: list[float]
) -> None:
    record = "P1,2025-03-05,Magnesium,2.0,mmol/L,1.7-2.4"
    analysis = read(record, header=RANGED, answers=Answers(units=said))
    assert values(analysis) == used
    (question,) = (one for one in analysis.questions if one.kind == "units" and one.subject == "magnesium")
    assert question.rows == len([record]) - len(used)


def test_case_110_the_property_of_a_loinc_code_speaks_second() -> None:
    analysis = read("P1,2025-03-05,Folate,2284-8,8,nmol/L", header="patient_id,date,test,loinc,value,unit")
    assert outcome(analysis) == [("held", "loinc_unit_conflict")]


@pytest.mark.parametrize(
    ("test", "results", "likely"),
    [
        ("Magnesium", ("2.0 mg/dL", "2.1 mg/dL", "2.05 mmol/L"), "mg/dL"),  # 2.43 times
        ("Magnesium", ("0.82 mmol/L", "0.86 mmol/L", "2.05 mmol/L"), "mg/dL"),
        ("Folate", ("8.0 ng/mL", "8.4 ng/mL", "8.2 nmol/L"), "ng/mL"),  # 2.27 times
    ],
)
def test_case_110_the_patients_own_series_speaks_third(
    test: str, results: tuple[str, ...], likely: str
) -> None:
    analysis = read(*draws(test, *results))
    assert len(analysis.results) == len(results)
    assert list(analysis.results["notes"]) == ["", "", "unit_suspect"]
    assert likely in message(analysis, "unit_suspect")


def test_case_110_a_ratio_within_biology_says_nothing_by_itself() -> None:
    """A6 names 1.36 (B12 pg/mL as pmol/L) among the ratios. B12 of one person varies as much from draw to
    draw, so the remark would be wrong far more often than right; only the change of unit is said."""
    analysis = read(*draws("Vitamin B12", "300 pg/mL", "310 pg/mL", "305 pmol/L"))
    assert notes(analysis) == ["unit_changed"]
