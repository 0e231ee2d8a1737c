"""Reads all tables of a directory, refuses duplicates, and resolves every id across tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Hashable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from rls_dash.knowledge import rule_tables, tables
from rls_dash.knowledge.rows import PROVENANCE_COLUMNS, TableRow, read_table
from rls_dash.knowledge.types import Knowledge, Limit

KNOWLEDGE_DIRECTORY = Path(__file__).resolve().parents[2] / "data" / "knowledge"
_ANY_ANALYTE = "*"
_COLUMNS = tables.COLUMNS | rule_tables.COLUMNS

Fact = TypeVar("Fact")


def load_knowledge(directory: Path = KNOWLEDGE_DIRECTORY) -> Knowledge:
    """The knowledge tables of a directory, read and cross-checked once per process.

    Raises KnowledgeError naming file, row and column of the first violation.
    """
    return _load(Path(directory).resolve())


def notices() -> str:
    """Licence notices that go with the tables, to be shown where the program speaks of itself."""
    return (KNOWLEDGE_DIRECTORY / "NOTICE.txt").read_text(encoding="utf-8").strip()


@cache
def _load(directory: Path) -> Knowledge:
    rows = {file: read_table(directory, file, columns) for file, columns in _COLUMNS.items()}
    knowledge = _assemble(rows, _version(directory))
    for file in rows:
        if file != "sources.csv":
            _resolve(rows[file], PROVENANCE_COLUMNS[0], knowledge.sources, "sources.csv")
    _check_ids(rows, knowledge)
    _check_units(rows, knowledge)
    return replace(knowledge, limits=_with_source_names(knowledge))


def _with_source_names(knowledge: Knowledge) -> dict[str, Limit]:
    return {
        key: replace(limit, source_name=knowledge.sources[limit.provenance.source].short_name)
        for key, limit in knowledge.limits.items()
    }


def _assemble(rows: dict[str, list[TableRow]], version: str) -> Knowledge:
    """All tables parsed, each with a unique key, in the order in which they are shown."""
    sources = _facts(rows["sources.csv"], tables.source, lambda one: one.source)
    analytes = _facts(rows["analytes.csv"], tables.analyte, lambda one: one.analyte)
    spellings = _facts(rows["unit_spellings.csv"], tables.unit_spelling, lambda one: one[0])
    units = _facts(rows["accepted_units.csv"], tables.accepted_unit, lambda one: (one.analyte, one.unit))
    supplements = _facts(rows["supplements.csv"], tables.supplement, lambda one: one.supplement)
    links = rows["supplement_analytes.csv"]
    ambiguous = rows["ambiguous_names.csv"]
    return Knowledge(
        sources={one.source: one for one in sources},
        analytes={one.analyte: one for one in sorted(analytes, key=lambda one: one.display_order)},
        loinc=_keyed(rows["loinc.csv"], tables.loinc, lambda one: one.loinc),
        names=_facts(rows["names.csv"], tables.name, lambda one: (one.name, one.match)),
        exclusions=_facts(rows["exclusions.csv"], tables.exclusion, lambda one: (one.analyte, one.pattern)),
        ambiguous_names=_facts(ambiguous, tables.ambiguous_name, lambda one: (one.name, one.analyte)),
        other_tests=_facts(rows["other_tests.csv"], tables.other_test, lambda one: one.name),
        typical_intervals=_keyed(
            rows["typical_intervals.csv"], tables.typical_interval, lambda one: one.analyte
        ),
        usual_changes=_keyed(rows["usual_changes.csv"], tables.usual_change, lambda one: one.analyte),
        unit_spellings=dict(spellings),
        accepted_units={(one.analyte, one.unit): one for one in units},
        limits=_keyed(rows["limits.csv"], tables.limit, lambda one: one.limit_id),
        supplements={one.supplement: one for one in sorted(supplements, key=lambda one: one.display_order)},
        cautions=_facts(rows["cautions.csv"], tables.caution, lambda one: one.caution_id),
        supplement_analytes=_facts(
            links, tables.supplement_analyte, lambda one: (one.supplement, one.analyte)
        ),
        **_behind_findings(rows),
        version=version,
    )


def _behind_findings(rows: dict[str, list[TableRow]]) -> dict[str, Any]:
    """The tables that rules read, by their names in Knowledge."""
    substances = rows["substances.csv"]
    uppers = _facts(rows["upper_limits.csv"], rule_tables.upper_limit, lambda u: (u.supplement, u.authority))
    return {
        "wordings": _keyed(rows["rules.csv"], rule_tables.wording, lambda one: one.wording_id),
        "rule_titles": _keyed(rows["rule_titles.csv"], rule_tables.rule_title, lambda one: one.rule_id),
        "parameters": _keyed(rows["parameters.csv"], rule_tables.parameter, lambda one: one.parameter),
        "substances": _facts(substances, rule_tables.substance, lambda one: (one.word, one.substance)),
        "assays": _facts(rows["assays.csv"], rule_tables.assay, lambda one: one.word),
        "upper_limits": {(one.supplement, one.authority): one for one in uppers},
        "interactions": _facts(
            rows["spacing.csv"], rule_tables.interaction, lambda one: (one.supplement, one.substance)
        ),
        "fact_cautions": _facts(
            rows["fact_cautions.csv"], rule_tables.fact_caution, lambda one: (one.fact, one.supplement)
        ),
        "variation": _keyed(rows["variation.csv"], rule_tables.variation, lambda one: one.analyte),
        "scales": _keyed(rows["scales.csv"], rule_tables.scale, lambda one: one.scale),
    }


def _keyed(
    rows: list[TableRow], parse: Callable[[TableRow], Fact], key: Callable[[Fact], str]
) -> dict[str, Fact]:
    return {key(one): one for one in _facts(rows, parse, key)}


def _facts(
    rows: list[TableRow], parse: Callable[[TableRow], Fact], key: Callable[[Fact], Hashable]
) -> tuple[Fact, ...]:
    """The parsed rows of a table; its key must be unique."""
    seen: dict[Hashable, int] = {}
    facts = []
    for row in rows:
        fact = parse(row)
        first = seen.setdefault(key(fact), row.line)
        if first != row.line:
            column = next(iter(row.cells))
            raise row.error(column, f"the same fact stands already in row {first}")
        facts.append(fact)
    return tuple(facts)


def _version(directory: Path) -> str:
    """First 12 hex digits of the SHA-256 over names and bytes of all tables."""
    digest = hashlib.sha256()
    for file in sorted(_COLUMNS):
        # line ends are equalised: a checkout on Windows must not look like other knowledge
        content = (directory / file).read_bytes().replace(b"\r\n", b"\n")
        digest.update(file.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:12]


def _check_ids(rows: dict[str, list[TableRow]], knowledge: Knowledge) -> None:
    with_analyte = [file for file, columns in _COLUMNS.items() if "analyte" in columns]
    for file in with_analyte:
        allowed = {*knowledge.analytes, _ANY_ANALYTE} if file == "exclusions.csv" else knowledge.analytes
        _resolve(rows[file], "analyte", allowed, "analytes.csv")
    for file in (
        "cautions.csv",
        "supplement_analytes.csv",
        "upper_limits.csv",
        "spacing.csv",
        "fact_cautions.csv",
    ):
        _resolve(rows[file], "supplement", knowledge.supplements, "supplements.csv")
    _resolve(rows["rules.csv"], "rule_id", knowledge.rule_titles, "rule_titles.csv")
    worded = {row.cells["rule_id"] for row in rows["rules.csv"]}
    _resolve(rows["rule_titles.csv"], "rule_id", worded, "rules.csv")
    for row in rows["rules.csv"]:
        about = row.cells["about"]
        if about and about not in knowledge.supplements:
            raise row.error("about", f"{about!r} is not in supplements.csv")
        for source in row.cells["also"].split():
            if source not in knowledge.sources:
                raise row.error("also", f"{source!r} is not in sources.csv")
    named = {one.substance for one in knowledge.substances}
    _resolve(rows["spacing.csv"], "substance", named, "substances.csv")
    lit = [row for row in rows["limits.csv"] if row.cells["lights"]]
    _resolve(lit, "lights", knowledge.supplements, "supplements.csv")


def _resolve(rows: list[TableRow], column: str, known: Container[str], table: str) -> None:
    for row in rows:
        if row.text(column) not in known:
            raise row.error(column, f"{row.cells[column]!r} is not in {table}")


def _check_units(rows: dict[str, list[TableRow]], knowledge: Knowledge) -> None:
    """Every unit named for an analyte is one of its accepted units."""
    accepted = knowledge.accepted_units
    for row in rows["analytes.csv"]:
        for column in ("canonical_unit", "conventional_unit", "range_unit"):
            _accepted(row, column, row.cells["analyte"], row.cells[column], accepted)
    for row in rows["typical_intervals.csv"]:
        _accepted(row, "unit", row.cells["analyte"], row.cells["unit"], accepted)
    for row in rows["limits.csv"]:
        limit = knowledge.limits[row.cells["limit_id"]]
        for unit in (limit.unit, *limit.paired):
            _accepted(row, "unit" if unit == limit.unit else "paired", limit.analyte, unit, accepted)
    for row in rows["ambiguous_names.csv"]:
        for unit in row.cells["units"].split():
            _accepted(row, "units", row.cells["analyte"], unit, accepted)


def _accepted(
    row: TableRow, column: str, analyte: str, unit: str, accepted: Container[tuple[str, str]]
) -> None:
    if (analyte, unit) not in accepted:
        raise row.error(column, f"{unit!r} is not a unit of {analyte} in accepted_units.csv")
