"""Laws over every wording of the decision table."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rls_dash.findings.rules import RULES
from rls_dash.findings.wording import names_in, rendered
from rls_dash.knowledge import KnowledgeError, load_knowledge
from rls_dash.knowledge.loader import KNOWLEDGE_DIRECTORY
from tests.spec.clinic import knowledge

# As orders of ours; "guidelines consider", "sources ask" and "is taken up" are what others say.
PRESCRIBES = re.compile(
    r"\b(give|start|take|takes|prescribe|treat with|increase|reduce|stop taking|supplement with|must)\b",
    re.I,
)
CODE = "".join(
    path.read_text(encoding="utf-8")
    for path in sorted((KNOWLEDGE_DIRECTORY.parents[1] / "rls_dash" / "findings").rglob("*.py"))
)


def test_no_verb_prescribes() -> None:
    wrong = [
        (one.wording_id, found.group())
        for one in knowledge().wordings.values()
        for text in (one.text, one.stopped_text)
        if (found := PRESCRIBES.search(text))
    ]
    assert not wrong


def test_every_wording_belongs_to_a_rule_that_runs() -> None:
    assert {one.rule_id for one in knowledge().wordings.values()} == {one.rule_id for one in RULES}


def test_every_place_of_a_template_is_a_limit_a_parameter_an_input_or_a_word_of_the_rules() -> None:
    tables = knowledge()
    known = tables.limits.keys() | tables.parameters.keys() | tables.analytes.keys()
    unknown = [
        (one.wording_id, name)
        for one in tables.wordings.values()
        for text in (one.text, one.stopped_text)
        for name in names_in(text)
        if name not in known and not re.search(rf'\b{name}=|"{name}"', CODE)
    ]
    assert not unknown


def test_bare_numbers_stand_in_no_wording() -> None:
    """A number of the rules comes out of a table, so that changing it there changes the sentence."""
    years = re.compile(r"\b(19|20)\d\d\b")
    # What a study found, not what a rule compares with: 66%, 40%, 18 studies.
    allowed = {"I8", "Q9", "B4.kidney", "B4.kidney_by_lab", "D3.antidepressant"}
    wrong = [
        (one.wording_id, found)
        for one in knowledge().wordings.values()
        for found in re.findall(
            r"(?<![\w{.])\d+(?:\.\d+)?(?![\w}])", years.sub("", re.sub(r"\{[^}]*\}", "", one.text))
        )
        if one.wording_id not in allowed
    ]
    assert not wrong


def test_a_sentence_whose_place_nothing_fills_is_an_error_and_no_sentence() -> None:
    one = replace(knowledge().wordings["M5"], text="{nothing} is known")
    with pytest.raises(KeyError):
        rendered(one.text, (), {}, knowledge())


def test_a_wording_without_its_source_is_refused(tmp_path) -> None:
    for path in KNOWLEDGE_DIRECTORY.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        if path.name == "sources.csv":
            text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("MAYO21,"))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="MAYO21"):
        load_knowledge(tmp_path)
