"""Parsers of the tables behind findings: row → frozen object."""

from __future__ import annotations

from rls_dash.knowledge.rows import TableRow
from rls_dash.knowledge.rule_types import Parameter, Substance, Urgency, Wording

COLUMNS: dict[str, tuple[str, ...]] = {
    "rules.csv": ("wording_id", "rule_id", "urgency", "about", "text", "stopped_text", "also"),
    "parameters.csv": ("parameter", "value", "unit", "meaning"),
    "substances.csv": ("word", "substance"),
}


def wording(row: TableRow) -> Wording:
    """What one outcome of a rule says; its id starts with the id of the rule."""
    key, rule = row.text("wording_id"), row.text("rule_id")
    if key != rule and not key.startswith(f"{rule}."):
        raise row.error("wording_id", f"{key!r} does not belong to rule {rule!r}")
    return Wording(
        key,
        rule,
        row.choice("urgency", Urgency),
        row.optional("about"),
        row.text("text"),
        row.optional("stopped_text"),
        tuple(row.optional("also").split()),
        row.provenance(),
    )


def parameter(row: TableRow) -> Parameter:
    """A number of the rules that is no limit."""
    value = row.decimal("value")
    if value is None:
        raise row.error("value", "the cell is empty")
    return Parameter(
        row.text("parameter"), value, row.optional("unit"), row.text("meaning"), row.provenance()
    )


def substance(row: TableRow) -> Substance:
    """A word that says what a product holds."""
    word = row.text("word")
    if word != word.casefold():
        raise row.error("word", "words are written in lower case")
    return Substance(word, row.text("substance"), row.provenance())
