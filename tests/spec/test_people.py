"""Chapter: who is who. Damaged ids, one id for two people, one person with two ids; nobody merged unasked."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rls_dash.normalise.people import (
    alike_ids,
    all_as_floats,
    damaged_id,
    identity_conflicts,
    open_groups,
    patient_questions,
    possible_days,
    similar_ids,
    stands_for,
    without_point_zero,
)

# --- ids a spreadsheet changed ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1.23457E+11", "1,23457E+11", "5e10", "1234567890123456.0"])
def test_an_id_whose_digits_are_lost_is_damaged(text: str) -> None:
    assert damaged_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "007",
        "12345",
        "12345.0",
        "123456789012345.0",
        "E12",
        "12E4",
        "A12E4",
        "12-4",
        "None",
        "1234567890123456",
    ],
)
def test_an_id_that_may_be_whole_is_not(text: str) -> None:
    assert not damaged_id(text)


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["12345.0", "7.0"], True),
        (["12345.0", ""], True),
        (["12345.0", "12346"], False),
        (["12345.0", "12346.5"], False),
        (["12345.0", "P1.0"], False),
        (["12345.0", "1.23457E+11"], False),
        (["12345.0", "1234567890123456.0"], False),
        (["12345.00"], False),
        ([""], False),
        ([], False),
    ],
)
def test_point_zero_goes_only_when_every_id_has_it(ids: list[str], expected: bool) -> None:
    assert all_as_floats(ids) is expected


def test_an_id_without_its_point_zero_keeps_every_digit() -> None:
    assert [without_point_zero(text) for text in ("12345.0", "10.0", "007.0")] == ["12345", "10", "007"]


# --- one id, two people ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "one_person"),
    [
        (("Doe, Jane", "DOE, JANE"), True),
        (("Doe, Jane", "Jane Doe"), True),
        (("Doe, Jane", "Doe, J."), True),
        (("Doe, Jane", "Doe, Jane Ann"), True),
        (("Müller, Jörg", "MULLER JORG"), True),
        (("Doe, Jane", ""), True),
        (("Doe, Jane", "Doe, John"), False),
        (("Doe, Jane", "Roe, Jane"), False),  # a marriage or another person: asked
        (("Doe, J.", "Doe, K."), False),
        (("Li, Wei", "Li Li"), False),
    ],
)
def test_two_spellings_of_a_name_are_no_conflict_and_two_names_are(
    names: tuple[str, str], one_person: bool
) -> None:
    found = identity_conflicts([("1", name, "") for name in names])
    assert [one.patient_id for one in found] == ([] if one_person else ["1"])


@pytest.mark.parametrize(
    ("births", "one_person"),
    [
        (("1970-05-03", "19700503"), True),
        (("1970-05-03", "1970-05-03T00:00:00"), True),
        (("1970-05-03", "03.05.1970"), True),
        (("1970-05-03", "05/03/1970"), True),
        (("1970-05-03", "03/05/70"), True),
        (("1970-05-03", "unknown"), True),
        (("1970-05-03", ""), True),
        (("1970-05-03", "1970-05-04"), False),
        (("1970-05-13", "05/31/1970"), False),
        (("13.05.1970", "14/05/70"), False),
        (("1970-05-03", "03/06/1970"), False),
    ],
)
def test_two_forms_of_a_birth_date_are_no_conflict_and_two_dates_are(
    births: tuple[str, str], one_person: bool
) -> None:
    found = identity_conflicts([("1", "", birth) for birth in births])
    assert [one.patient_id for one in found] == ([] if one_person else ["1"])


def test_three_births_of_which_each_pair_agrees_may_still_be_two_people() -> None:
    """03/05 and 05/03 agree with either reading, but not with both at once."""
    births = ["03/05/1970", "1970-05-03", "1970-03-05"]
    assert len(identity_conflicts([("1", "", birth) for birth in births])) == 1


def test_a_conflict_names_what_differs_and_shows_all_of_it() -> None:
    people = [
        ("1", "Doe, Jane", "1970-05-03"),
        ("1", "Roe, John", "1980-01-01"),
        ("2", "Poe, Ann", "1990-01-01"),
    ]
    (found,) = identity_conflicts(people)
    assert (found.patient_id, found.names) == ("1", ("Doe, Jane", "Roe, John"))
    assert found.births == ("1970-05-03", "1980-01-01")
    assert "name and date of birth" in found.message
    assert identity_conflicts([("", "Doe, Jane", ""), ("", "Roe, John", "")]) == ()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1970-05-03", [(1970, 5, 3)]),
        ("13.05.1970", [(1970, 5, 13)]),
        ("05/13/1970", [(1970, 5, 13)]),
        ("03/05/1970", [(1970, 3, 5), (1970, 5, 3)]),
        ("13/05/70", [(1970, 5, 13), (2070, 5, 13)]),
        ("1970-02-31", []),
        ("May 1970", []),
        ("1970", []),
        ("", []),
    ],
)
def test_a_birth_date_means_the_days_it_can_mean(text: str, days: list[tuple[int, int, int]]) -> None:
    assert sorted(possible_days(text)) == [date(*day) for day in days]


# --- one person, two ids ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "group",
    [
        ("P-001", "P001", "p001"),
        ("P001", "P1"),
        ("P 1", "P1"),
        ("001", "1"),
        ("001", "P001"),
        ("1", "MRN 0001"),
        ("P-001", "P001", "p001", "001", "1"),
        ("Doe, Jane", "DOE, JANE", "Jane Doe"),
        ("Müller", "MULLER"),
        ("943 076 5919", "9430765919"),
        ("S01-007", "s1-7"),
        ("550e8400-e29b-41d4", "550E8400-E29B-41D4"),
    ],
)
def test_spellings_of_one_id_are_one_group(group: tuple[str, ...]) -> None:
    others = ["Q77", "88", "Roe, John", "T-5-5"]
    assert similar_ids([*group, *others]) == [tuple(sorted(group))]


@pytest.mark.parametrize(
    "ids",
    [
        ("1", "2", "10", "100"),
        ("A-001", "B-001"),
        ("M1", "F1", "1"),
        ("P001", "001", "Q001"),
        ("1-23", "12-3"),
        ("1-23", "12-3", "123"),
        ("Doe, Jane", "Doe, John"),
        ("P1", "P10", "P100"),
        ("P001A", "P001B"),
        ("", "P1"),
        ("same", "same"),
    ],
)
def test_ids_of_two_people_are_no_group(ids: tuple[str, ...]) -> None:
    assert similar_ids(ids) == []


def test_few_alike_ids_are_asked_about_and_two_ways_of_numbering_are_not() -> None:
    few = [f"P{number}" for number in range(1, 21)] + [str(number) for number in range(1, 21)]
    many = [f"P{number}" for number in range(1, 200)] + [str(number) for number in range(1, 200)]
    assert (len(alike_ids(few).groups), alike_ids(few).unasked) == (20, 0)
    assert (len(alike_ids(many).groups), alike_ids(many).unasked) == (0, 199)
    assert similar_ids([*many, "007"]) == [("007", "7", "P7")] or alike_ids([*many, "007"]).unasked


POPULATIONS = {
    "numbers": [str(number) for number in range(1, 100_001)],
    "padded": [f"{number:06d}" for number in range(100_000)],
    "prefixed": [f"P-{number}" for number in range(100_000)],
    "sites": [f"S{number % 20:02d}-{number // 20:04d}" for number in range(100_000)],
    "uuids": [str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))) for number in range(100_000)],
}


@pytest.mark.parametrize("kind", POPULATIONS)
def test_a_hundred_thousand_ids_raise_no_false_alarm(kind: str) -> None:
    ids = POPULATIONS[kind]
    quiet = alike_ids(ids)
    assert (quiet.groups, quiet.unasked) == ((), 0)
    twin = {"numbers": "00777", "padded": "777", "prefixed": "P777", "sites": "s07-0777"}
    if kind in twin:
        assert len(alike_ids([*ids, twin[kind]]).groups) == 1


@given(st.lists(st.text(alphabet="Pp0123 -", max_size=6), max_size=8), st.randoms())
def test_groups_do_not_hang_on_the_order_of_ids(ids: list[str], shuffler) -> None:
    shuffled = list(ids)
    shuffler.shuffle(shuffled)
    groups = similar_ids(ids)
    assert similar_ids(shuffled) == groups
    assert all(len(group) > 1 and set(group) <= set(ids) for group in groups)


# --- answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "patient", "expected"),
    [
        ({}, "1", "1"),
        ({"1": "001"}, "1", "001"),
        ({"1": "001", "001": "P001"}, "1", "P001"),
        ({"1": "1"}, "1", "1"),
        ({"1": "001", "001": "1"}, "1", "001"),
        ({"1": "001", "001": "1"}, "001", "001"),
        ({"2": "1"}, "1", "1"),
    ],
)
def test_an_answer_leads_to_the_id_an_id_stands_for(
    answers: dict[str, str], patient: str, expected: str
) -> None:
    assert stands_for(patient, answers) == expected


def test_a_group_is_asked_until_every_id_of_it_is_spoken_of() -> None:
    groups = [("001", "1", "P001")]
    assert open_groups(groups, {}) == (("001", "1", "P001"),)
    assert open_groups(groups, {"1": "001"}) == (("001", "1", "P001"),)
    assert open_groups(groups, {"1": "001", "P001": "P001"}) == ()
    assert open_groups([("001", "P001")], {"001": "P001"}) == ()


def test_the_question_offers_one_patient_or_two() -> None:
    asked = patient_questions([("001", "1", "P001")], {"1": "001"})
    assert [(one.kind, one.subject, one.layout) for one in asked] == [("patients", "P001", "")]
    assert [choice.answer for choice in asked[0].choices] == ["001", "P001"]
    assert asked[0].cells == ("001", "P001")
    for choice in asked[0].choices:
        answers = {"1": "001", asked[0].subject: choice.answer}
        assert patient_questions([("001", "1", "P001")], answers) == ()
