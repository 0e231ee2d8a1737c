"""Parsers of the tables behind findings: row → frozen object."""

from __future__ import annotations

from rls_dash.knowledge.rows import TableRow
from rls_dash.knowledge.rule_types import (
    Assay,
    Authority,
    Effect,
    FactCaution,
    Interaction,
    Parameter,
    RecordedFact,
    RuleTitle,
    Scale,
    Substance,
    UpperLimit,
    Urgency,
    Variation,
    Wording,
)

COLUMNS: dict[str, tuple[str, ...]] = {
    "rules.csv": ("wording_id", "rule_id", "urgency", "about", "text", "stopped_text", "also"),
    "rule_titles.csv": ("rule_id", "title"),
    "parameters.csv": ("parameter", "value", "unit", "meaning"),
    "substances.csv": ("word", "substance"),
    "assays.csv": ("word", "maker"),
    "variation.csv": ("analyte", "cvi", "cva", "published_rcv", "published_note"),
    "upper_limits.csv": ("supplement", "authority", "amount", "unit", "scope", "note"),
    "spacing.csv": ("supplement", "substance", "effect", "hours", "why"),
    "fact_cautions.csv": ("fact", "supplement", "against", "text"),
    "scales.csv": ("scale", "spelled", "lowest", "highest", "whole", "meaning"),
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


def rule_title(row: TableRow) -> RuleTitle:
    """Name of a rule; it carries no number, for numbers stand in the tables they come from."""
    title = row.text("title")
    if any(letter.isdigit() for letter in title.replace("B12", "").replace("B6", "")):
        raise row.error("title", "a title has no number")
    return RuleTitle(row.text("rule_id"), title, row.provenance())


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


def assay(row: TableRow) -> Assay:
    """A word that says whose ferritin assay it is."""
    word = row.text("word")
    if word != word.casefold():
        raise row.error("word", "words are written in lower case")
    return Assay(word, row.text("maker"), row.provenance())


def upper_limit(row: TableRow) -> UpperLimit:
    """An upper level of intake; an amount and its unit go together."""
    amount = row.decimal("amount")
    if (amount is None) != (row.optional("unit") == ""):
        raise row.error("unit", "an amount and its unit go together")
    if amount is not None and amount <= 0:
        raise row.error("amount", "an upper level is above 0")
    return UpperLimit(
        row.text("supplement"),
        row.choice("authority", Authority),
        amount,
        row.optional("unit"),
        row.text("scope"),
        row.optional("note"),
        row.provenance(),
    )


def interaction(row: TableRow) -> Interaction:
    """A supplement beside another substance; only spacing has hours."""
    effect, hours = row.choice("effect", Effect), row.optional("hours")
    if hours and effect is not Effect.SPACING:
        raise row.error("hours", "only spacing has an interval")
    return Interaction(
        row.text("supplement"), row.text("substance"), effect, hours, row.text("why"), row.provenance()
    )


def variation(row: TableRow) -> Variation:
    """Variation of an analyte; figures are above 0."""
    cvi, cva, published = (row.decimal(name) for name in ("cvi", "cva", "published_rcv"))
    if cvi is None:
        raise row.error("cvi", "the cell is empty")
    for name, figure in (("cvi", cvi), ("cva", cva), ("published_rcv", published)):
        if figure is not None and figure <= 0:
            raise row.error(name, "a variation is above 0")
    return Variation(
        row.text("analyte"), cvi, cva, published, row.optional("published_note"), row.provenance()
    )


def fact_caution(row: TableRow) -> FactCaution:
    """A caution that a recorded state of the patient brings up."""
    return FactCaution(
        row.choice("fact", RecordedFact),
        row.text("supplement"),
        row.yes_no("against"),
        row.text("text"),
        row.provenance(),
    )


def scale(row: TableRow) -> Scale:
    """A symptom scale; both ends of its total are stated, or neither where it has none."""
    lowest, highest = row.decimal("lowest"), row.decimal("highest")
    if (lowest is None) != (highest is None):
        raise row.error("highest", "both ends of the total are stated, or neither")
    if lowest is not None and highest is not None and lowest >= highest:
        raise row.error("highest", "the range of the total is empty")
    return Scale(
        row.text("scale"),
        tuple(row.text("spelled").split("|")),
        lowest,
        highest,
        row.yes_no("whole"),
        row.text("meaning"),
        row.provenance(),
    )
