"""Laws of the tables that bear witness: typical intervals, usual changes, and tests of others."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from rls_dash.knowledge import KNOWLEDGE_DIRECTORY, KnowledgeError, load_knowledge
from rls_dash.normalise.identify import Fate, Identifier, fold_name
from rls_dash.normalise.units import derive_factor


def test_names_of_others_stand_folded_once_and_are_not_ours() -> None:
    knowledge = load_knowledge()
    names = [one.name for one in knowledge.other_tests]
    assert len(names) > 400
    assert [name for name in names if fold_name(name) != name] == []
    assert [name for name, count in Counter(names).items() if count > 1] == []
    identifier = Identifier(knowledge)
    assert [
        name for name in names if identifier.identify(name, "", "", "").fate is not Fate.NOT_TRACKED
    ] == []


def test_typical_ends_lie_inside_what_is_possible() -> None:
    """An interval no laboratory could print would make every genuine one suspect."""
    knowledge = load_knowledge()
    wrong = []
    for key, typical in knowledge.typical_intervals.items():
        facts = knowledge.analytes[key]
        ratio = derive_factor(facts, typical.unit, facts.range_unit)
        ends = [end * ratio for span in (typical.low, typical.high) if span for end in span]
        assert facts.impossible_low is not None and facts.impossible_high is not None
        if min(ends) < facts.impossible_low or max(ends) > facts.impossible_high:
            wrong.append(key)
    assert wrong == []


def test_a_span_is_wide_enough_for_laboratories_that_differ() -> None:
    spans = {
        (key, end): span[1] / span[0]
        for key, one in load_knowledge().typical_intervals.items()
        for end, span in (("low", one.low), ("high", one.high))
        if span
    }
    assert {where: float(width) for where, width in spans.items() if width < 1.3} == {}


def test_steady_is_less_than_notable() -> None:
    changes = load_knowledge().usual_changes.values()
    assert [one.analyte for one in changes if one.steady_fold and not one.delta_fold] == []
    assert {one.analyte for one in changes if one.steady_fold} == {"magnesium", "magnesium_rbc"}
    assert {one.analyte for one in changes if one.delta_fold is None} == {"crp", "hs_crp"}
    both = [one for one in changes if one.steady_fold and one.delta_fold]
    assert [
        one.analyte
        for one in both
        if one.steady_fold and one.delta_fold and one.steady_fold >= one.delta_fold
    ] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "column", "reason"),
    [
        ("typical_intervals.csv", ",3,200,80,700,", ",200,3,80,700,", "low_most", "stand in that order"),
        ("typical_intervals.csv", ",3,200,80,700,", ",3,,80,700,", "low_most", "stand in that order"),
        ("typical_intervals.csv", ",3,200,80,700,", ",0,200,80,700,", "low_most", "positive"),
        ("typical_intervals.csv", ",3,200,80,700,", ",3,200,,,", "high_least", "empty"),
        ("typical_intervals.csv", "ferritin,ug/L,", "ferritin,furlong,", "unit", "not a unit of ferritin"),
        ("typical_intervals.csv", "ferritin,ug/L,", "ferrum,ug/L,", "analyte", "not in analytes.csv"),
        ("usual_changes.csv", "ferritin,5,", "ferritin,1,", "delta_fold", "above 1"),
        ("usual_changes.csv", "ferritin,5,", "iron,5,", "analyte", "already in row"),
        ("other_tests.csv", "\nsodium,", "\npotassium,", "name", "already in row"),
    ],
)
def test_a_bad_table_is_refused_where_it_is_bad(
    tmp_path: Path, file: str, old: str, new: str, column: str, reason: str
) -> None:
    directory = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE_DIRECTORY, directory)
    text = (directory / file).read_text(encoding="utf-8")
    assert old in text
    (directory / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(directory)
    assert (caught.value.file, caught.value.column) == (file, column)
    assert reason in caught.value.reason
