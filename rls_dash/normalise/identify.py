"""Test → analyte: LOINC first, then exact name, then bounded name minus exclusions. Never by likeness."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rls_dash.ingest.formats import specimen_words
from rls_dash.knowledge import Knowledge, Loinc
from rls_dash.normalise.units import clean_unit

_LOINC = re.compile(
    r"(?:LOINC[:\s]*|http://loinc\.org[|/])?(?P<code>\d{1,7}-\d)(?:\^.*)?", re.IGNORECASE | re.ASCII
)

# A category column speaks of the specimen only where it names one that is not blood.
_OTHER_MATRIX = re.compile(
    r"urin|\bcsf\b|cerebrospinal|stool|fa?ecal|faeces|feces|fluid|semen|sweat|dialysate"
)


class Fate(StrEnum):
    """What is done with the rows of one test."""

    TRACKED = "tracked"
    NOT_TRACKED = "not_tracked"
    SET_ASIDE = "set_aside"
    HELD = "held"


@dataclass(frozen=True)
class Identity:
    """The analyte of a test, or why it has none."""

    fate: Fate
    analyte: str = ""
    code: str = ""  # issue code for a held or set-aside test
    detail: str = ""
    loinc: Loinc | None = None


NOT_TRACKED = Identity(Fate.NOT_TRACKED)


def loinc_code(text: str) -> str:
    """The LOINC code in a cell when its mod-10 check digit is right, else ""."""
    match = _LOINC.fullmatch(text.strip())
    return match["code"] if match and _check_digit_holds(match["code"]) else ""


def _check_digit_holds(code: str) -> bool:
    digits, check = code.split("-")
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return (10 - total % 10) % 10 == int(check)


def _is_of(matrix: str, analyte: str) -> bool:
    """Whether every word of a specimen column is one the analyte is measured in; an empty one is assumed."""
    words = specimen_words()
    kinds = {"any", analyte, "cells" if analyte.endswith("_rbc") else "any"}
    allowed = frozenset().union(*(words.get(kind, frozenset()) for kind in kinds))
    return all(word in allowed for word in re.findall(r"[^\W\d_]+", matrix))


def fold_name(text: str) -> str:
    """A test name as the names table lists it: NFKC, casefolded, commas and underscores as blanks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s,;_]+", " ", folded).strip(" .:")


class Identifier:
    """Identifies tests by the tables of `knowledge`; compiled once, asked once per distinct test."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._loinc = knowledge.loinc
        self._spellings = knowledge.unit_spellings
        self._exact: dict[str, set[str]] = defaultdict(set)
        bounded: dict[str, list[str]] = defaultdict(list)
        for name in knowledge.names:
            self._exact[fold_name(name.name)].add(name.analyte)
            if name.match == "bounded":
                bounded[name.analyte].append(re.escape(fold_name(name.name)))
        self._bounded = {
            analyte: re.compile(
                r"(?<![^\W_])(?:" + "|".join(sorted(names, key=len, reverse=True)) + r")(?![^\W_])"
            )
            for analyte, names in bounded.items()
        }
        self._ambiguous: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for item in knowledge.ambiguous_names:
            self._ambiguous[fold_name(item.name)].append((item.analyte, item.units))
        patterns: dict[str, list[str]] = defaultdict(list)
        for exclusion in knowledge.exclusions:
            patterns[exclusion.analyte].append(exclusion.pattern)
        everywhere = patterns.pop("*", [])
        self._vetoes = {
            analyte: re.compile(
                "|".join(f"(?:{p})" for p in everywhere + patterns.get(analyte, [])) or r"(?!)"
            )
            for analyte in knowledge.analytes
        }

    def identify(self, test: str, code: str, specimen: str, unit: str, category: str = "") -> Identity:
        """The analyte of one distinct (test, code, specimen, unit, category) as the file spells them."""
        name, matrix = fold_name(test), fold_name(specimen)
        if _OTHER_MATRIX.search(fold_name(category)):
            matrix = f"{matrix} {fold_name(category)}".strip()
        loinc = loinc_code(code)
        # Some layouts keep a local test name in their code column.
        found = (
            self._by_loinc(loinc, name, matrix, unit)
            if loinc
            else self._by_name(name or fold_name(code), matrix, unit)
        )
        if found.fate is Fate.TRACKED and not _is_of(matrix, found.analyte):
            detail = f"the specimen of this row is not known for {found.analyte}"
            return Identity(Fate.HELD, found.analyte, "specimen_unknown", detail, found.loinc)
        return found

    def _by_loinc(self, code: str, name: str, matrix: str, unit: str) -> Identity:
        known = self._loinc.get(code)
        if known is None:
            return self._unknown_loinc(code, name, matrix, unit)
        if known.role == "look_alike":
            return NOT_TRACKED
        analyte = known.analyte
        if matrix and self._vetoes[analyte].search(matrix):
            detail = (
                f"LOINC {code} is {analyte} in {known.system}, but the specimen column names another specimen"
            )
            return Identity(Fate.SET_ASIDE, analyte, "specimen", detail, known)
        named = self._exact.get(name, set())
        if named and analyte not in named and name not in self._ambiguous:
            detail = f"LOINC {code} is {analyte}, the name says {' or '.join(sorted(named))}"
            return Identity(Fate.HELD, analyte, "loinc_name_conflict", detail, known)
        if name and name not in self._exact and self._vetoes[analyte].search(name):
            detail = f"LOINC {code} is {analyte} in {known.system}, but the name speaks of something else"
            return Identity(Fate.HELD, analyte, "loinc_name_conflict", detail, known)
        return Identity(Fate.TRACKED, analyte, loinc=known)

    def _unknown_loinc(self, code: str, name: str, matrix: str, unit: str) -> Identity:
        by_name = self._by_name(name, matrix, unit)
        if by_name.fate is not Fate.TRACKED:
            return NOT_TRACKED if by_name.fate is Fate.NOT_TRACKED else by_name
        detail = f"the name says {by_name.analyte}, but LOINC {code} is not known for it"
        return Identity(Fate.HELD, by_name.analyte, "loinc_unknown", detail)

    def _by_name(self, name: str, matrix: str, unit: str) -> Identity:
        if name in self._ambiguous:
            return self._ambiguous_name(name, matrix, unit)
        named = self._exact.get(name, set())
        found = named or self._bounded_names(name)
        survivors = {a for a in found if not (matrix and self._vetoes[a].search(matrix))}
        if not survivors:
            return NOT_TRACKED
        if len(survivors) > 1:
            detail = f"the name fits {' and '.join(sorted(survivors))}"
            return Identity(Fate.HELD, "", "ambiguous_name", detail)
        return Identity(Fate.TRACKED, survivors.pop())

    def _bounded_names(self, name: str) -> set[str]:
        return {
            analyte
            for analyte, pattern in self._bounded.items()
            if pattern.search(name) and not self._vetoes[analyte].search(name)
        }

    def _ambiguous_name(self, name: str, matrix: str, unit: str) -> Identity:
        """A name that the unit decides, such as FER: iron in French, ferritin as a US code."""
        code = self._spellings.get(clean_unit(unit), "")
        meanings = self._ambiguous[name]
        for analyte, units in meanings:
            if code in units and not (matrix and self._vetoes[analyte].search(matrix)):
                return Identity(Fate.TRACKED, analyte)
        wanted = "; ".join(f"{analyte} with {', '.join(units)}" for analyte, units in meanings)
        return Identity(
            Fate.HELD,
            meanings[0][0],
            "ambiguous_name",
            f"this name means {wanted}; the unit does not say which",
        )


@cache
def identifier_for(knowledge: Knowledge) -> Identifier:
    """The identifier of one set of tables, compiled once per process."""
    return Identifier(knowledge)
