"""Test → analyte: LOINC first, then exact name, then bounded name minus exclusions.

Never by likeness: a name that is almost one of ours is held with a question, and what a file leaves open
is decided only by an answer of the user.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from types import MappingProxyType

from rls_dash.ingest.formats import specimen_words
from rls_dash.ingest.header_units import split_header
from rls_dash.ingest.specimens import OTHER_MATRIX
from rls_dash.knowledge import Knowledge, Loinc, Match
from rls_dash.normalise.name_patterns import Patterns, at_word_bounds, vetoes
from rls_dash.normalise.near_names import NearNames
from rls_dash.normalise.units import clean_unit

_LOINC = re.compile(
    r"(?:LOINC[:\s]*|http://loinc\.org[|/])?(?P<code>\d{1,7}-\d)(?:\^.*)?", re.IGNORECASE | re.ASCII
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
    notes: tuple[str, ...] = ()  # codes of NOTES: used, with something worth a look
    candidates: tuple[str, ...] = ()  # analytes an answer may choose among; any, where there is none


NOT_TRACKED = Identity(Fate.NOT_TRACKED)
NOTES = {
    "name_unchecked": "The name of this test is not known here; its LOINC code alone says what it is.",
    "loinc_check_digit": "This LOINC code has a wrong check digit and is not used; the name decides.",
}
UNTRACKED = "not_tracked"  # the answer that a test is none of ours
# What an answer about a test may settle. Another specimen is no matter of the name.
ANSWERABLE = frozenset(
    {"near_name", "ambiguous_name", "loinc_name_conflict", "loinc_unknown", "loinc_check_digit"}
)
_NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


def loinc_code(text: str) -> str:
    """The LOINC code in a cell when its mod-10 check digit is right, else ""."""
    code = _loinc_shape(text)
    return code if code and _check_digit_holds(code) else ""


def _loinc_shape(text: str) -> str:
    match = _LOINC.fullmatch(text.strip())
    return match["code"] if match else ""


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
        self._analytes = frozenset(knowledge.analytes)
        self._exact: dict[str, set[str]] = defaultdict(set)
        bounded: dict[str, list[str]] = defaultdict(list)
        for name in knowledge.names:
            self._exact[fold_name(name.name)].add(name.analyte)
            if name.match is Match.BOUNDED:
                bounded[name.analyte].append(fold_name(name.name))
        self._listed = bounded
        self._bounded = Patterns({analyte: at_word_bounds(names) for analyte, names in bounded.items()})
        self._others = frozenset(fold_name(other.name) for other in knowledge.other_tests)
        self._ambiguous: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for item in knowledge.ambiguous_names:
            self._ambiguous[fold_name(item.name)].append((item.analyte, item.units))
        self._vetoes = vetoes(knowledge)

    @cached_property
    def _near(self) -> NearNames:
        """Names that a slip of the pen may hide; built when a test is met that is none of them."""
        of_analyte = ((name, analyte) for analyte, names in self._listed.items() for name in names)
        # Names found as the whole field only are codes: a letter more is another code.
        return NearNames((*of_analyte, *((name, "") for name in self._others)))

    def identify(
        self,
        test: str,
        code: str,
        specimen: str,
        unit: str,
        category: str = "",
        *,
        answers: Mapping[str, str] = _NO_ANSWERS,
    ) -> Identity:
        """The analyte of one distinct (test, code, specimen, unit, category) as the file spells them.

        `answers`: test as printed → analyte or "not_tracked". They decide what the file leaves open, and
        never overrule a name or code that identifies, a look-alike code, or a word that vetoes the answer.
        """
        name, matrix = self._less_unit(test), fold_name(specimen)
        if OTHER_MATRIX.search(fold_name(category)):
            matrix = f"{matrix} {fold_name(category)}".strip()
        # Some layouts keep a local test name in their code column, or the code in the column of the test.
        loinc, of_test = loinc_code(code), loinc_code(test)
        name = "" if of_test else name or ("" if loinc else fold_name(code))
        if loinc and of_test and loinc != of_test:
            detail = f"the column of the test says LOINC {of_test}, the column of the code {loinc}"
            found = Identity(Fate.HELD, "", "loinc_name_conflict", detail)
        elif loinc or of_test:
            found = self._by_loinc(loinc or of_test, name, matrix, unit)
        else:
            found = self._unsure_of_code(code or test, self._by_name(name, matrix, unit))
        if answers and found.fate is not Fate.TRACKED:
            found = self._answered(found, _answer(answers, test, code), name, matrix, loinc or of_test)
        if found.fate is Fate.TRACKED and not _is_of(matrix, found.analyte):
            detail = f"the specimen of this row is not known for {found.analyte}"
            return Identity(Fate.HELD, found.analyte, "specimen_unknown", detail, found.loinc)
        return found

    def _less_unit(self, test: str) -> str:
        """The folded name; less a unit behind it where only what is left is listed: `B12 (pg/mL)`."""
        name = fold_name(test)
        if name in self._exact or not ("/" in name or "(" in name or "[" in name):
            return name
        bare = fold_name(split_header(test, lambda text: clean_unit(text) in self._spellings).name)
        return bare if bare in self._exact or bare in self._ambiguous else name

    def _answered(self, found: Identity, answer: str, name: str, matrix: str, code: str) -> Identity:
        """What the user's answer makes of a test that is not identified."""
        known = self._loinc.get(code)
        is_open = found.code in ANSWERABLE or (found.fate is Fate.NOT_TRACKED and not known)
        if not (answer and is_open):
            return found
        if answer == UNTRACKED:
            return NOT_TRACKED
        if answer not in self._analytes or (found.candidates and answer not in found.candidates):
            return found
        if self._vetoed(answer, name, matrix):
            return found
        return Identity(Fate.TRACKED, answer, loinc=known if known and known.analyte == answer else None)

    def _unsure_of_code(self, code: str, by_name: Identity) -> Identity:
        """What the name says, beside a LOINC code whose check digit is wrong."""
        shape = _loinc_shape(code)
        if not shape:
            return by_name
        if by_name.fate is Fate.TRACKED:
            return replace(by_name, notes=("loinc_check_digit",))
        body = shape.split("-")[0]
        meant = [one for key, one in self._loinc.items() if key.split("-")[0] == body]
        if by_name.fate is not Fate.NOT_TRACKED or not meant or meant[0].role == "look_alike":
            return by_name
        detail = f"LOINC {shape} has a wrong check digit; {meant[0].loinc} would be {meant[0].analyte}"
        return Identity(Fate.HELD, "", "loinc_check_digit", detail, candidates=(meant[0].analyte,))

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
        named = self._exact.get(name, set()) or self._bounded_names(name)
        if name in self._ambiguous or analyte in named or not name:
            return Identity(Fate.TRACKED, analyte, loinc=known)
        near = self._near.analytes(name)
        told = sorted(named) or ([] if analyte in near else near)
        if told or name in self._others or self._vetoes[analyte].search(name):
            says = f"the name says {' or '.join(told)}" if told else "the name speaks of something else"
            detail = f"LOINC {code} is {analyte} in {known.system}, but {says}"
            candidates = (analyte, *told)
            return Identity(Fate.HELD, analyte, "loinc_name_conflict", detail, known, candidates=candidates)
        return Identity(Fate.TRACKED, analyte, loinc=known, notes=() if near else ("name_unchecked",))

    def _unknown_loinc(self, code: str, name: str, matrix: str, unit: str) -> Identity:
        by_name = self._by_name(name, matrix, unit)
        if by_name.fate is not Fate.TRACKED:
            # A code that is well formed and none of ours: a likeness of the name proves nothing.
            return NOT_TRACKED if by_name.code == "near_name" else by_name
        detail = f"the name says {by_name.analyte}, but LOINC {code} is not known for it"
        held = Identity(Fate.HELD, by_name.analyte, "loinc_unknown", detail)
        return replace(held, candidates=(by_name.analyte,))

    def _by_name(self, name: str, matrix: str, unit: str) -> Identity:
        if name in self._ambiguous:
            return self._ambiguous_name(name, matrix, unit)
        found = self._exact.get(name, set()) or self._bounded_names(name)
        if not found:
            return self._nearly_named(name, matrix)
        survivors = sorted(a for a in found if not (matrix and self._vetoes[a].search(matrix)))
        if not survivors:
            return NOT_TRACKED
        if len(survivors) > 1:
            detail = f"the name fits {' and '.join(survivors)}"
            return Identity(Fate.HELD, "", "ambiguous_name", detail, candidates=tuple(survivors))
        return Identity(Fate.TRACKED, survivors[0])

    def _nearly_named(self, name: str, matrix: str) -> Identity:
        """A name none of ours, but within a slip of the pen of one: asked about, never guessed."""
        near = tuple(
            analyte for analyte in self._near.analytes(name) if not self._vetoed(analyte, name, matrix)
        )
        if not near:
            return NOT_TRACKED
        detail = f"this name is not known, but it is almost a name of {' or '.join(near)}"
        return Identity(Fate.HELD, near[0] if len(near) == 1 else "", "near_name", detail, candidates=near)

    def _vetoed(self, analyte: str, name: str, matrix: str) -> bool:
        veto = self._vetoes[analyte]
        return bool(veto.search(name) or (matrix and veto.search(matrix)))

    def _bounded_names(self, name: str) -> set[str]:
        # Most tests are none of ours and hold none of the names: that is seen without compiling the patterns
        # of all analytes, which takes 130 ms.
        return {
            analyte
            for analyte, listed in self._listed.items()
            if any(one in name for one in listed)
            and self._bounded[analyte].search(name)
            and not self._vetoes[analyte].search(name)
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
            candidates=tuple(analyte for analyte, _ in meanings),
        )


def _answer(answers: Mapping[str, str], test: str, code: str) -> str:
    """The answer about a test, by the name as printed or, where there is none, by the code."""
    wanted = fold_name(test) or fold_name(code)
    return next((answer for printed, answer in answers.items() if fold_name(printed) == wanted), "")


@cache
def identifier_for(knowledge: Knowledge) -> Identifier:
    """The identifier of one set of tables, compiled once per process."""
    return Identifier(knowledge)
