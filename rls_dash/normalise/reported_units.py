"""What the unit text of a row means for its analyte: a factor, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rls_dash.answers import Choice
from rls_dash.ingest.encoded import Codes, Encoded, Mask, combine, words_of
from rls_dash.ingest.formats import Role
from rls_dash.knowledge import Knowledge
from rls_dash.model import Severity
from rls_dash.normalise.draft import Draft
from rls_dash.normalise.issues import Problem
from rls_dash.normalise.texts import Numbers
from rls_dash.normalise.units import AMOUNT, CHARGE, FILTRATION, FRACTION, MASS, clean_unit, dimension, factor

_SHOWN = 5
# LOINC property → what a unit must measure. MSCnc (mass or substance) and unlisted ones prove nothing.
_PROPERTY_DIMENSIONS = {
    "MCnc": {MASS},
    "SCnc": {AMOUNT, CHARGE},
    "MFr": {FRACTION},
    "SFr": {FRACTION},
    "ArVRat": {FILTRATION},
}


@dataclass(frozen=True)
class ResolvedUnit:
    """The unit of one distinct (analyte, unit text, in-cell unit, LOINC property)."""

    reported: str = ""
    code: str = ""  # UCUM
    factor: float = np.nan  # to the canonical unit
    canonical: str = ""
    problem: Problem | None = None

    @property
    def unusual(self) -> bool:
        """Convertible, but so odd for this analyte that the user is asked."""
        return self.problem is not None and self.problem.code == "unit_unusual"


@dataclass(frozen=True)
class UnitColumns:
    """The resolved unit of every row."""

    reported: Encoded
    code: Encoded
    canonical: Encoded
    index: Codes  # of the resolved unit of each row
    factor: Numbers  # per resolved unit
    unusual: tuple[Problem | None, ...]  # per resolved unit: convertible, but must be asked for
    of: tuple[tuple[str, str], ...]  # per resolved unit: analyte and UCUM code


def unit_columns(draft: Draft, cell_unit: Encoded) -> UnitColumns:
    """The unit of every row, from its column or its cell; rows without a certain one are blocked."""
    index, found = combine(draft.analyte, draft.cells(Role.UNIT), cell_unit, draft.loinc_property)
    answers = draft.answers.units
    units = [
        resolve(draft.knowledge, analyte, column or ("" if cell else answers.get(analyte, "")), cell, kind)
        for analyte, column, cell, kind in found
    ]
    for role in (Role.VALUE, Role.UNIT):  # text behind a number is a fault of the value cell
        problems = [unit.problem if _role(unit) is role and not unit.unusual else None for unit in units]
        draft.log.block_each(index, problems, role)

    def column(texts: list[str]) -> Encoded:
        return Encoded(index, words_of(texts))

    return UnitColumns(
        reported=column([unit.reported for unit in units]),
        code=column([unit.code for unit in units]),
        canonical=column([unit.canonical for unit in units]),
        index=index,
        factor=np.array([unit.factor for unit in units], dtype=float),
        unusual=tuple(unit.problem if unit.unusual else None for unit in units),
        of=tuple((analyte, unit.code) for (analyte, *_), unit in zip(found, units, strict=True)),
    )


def block_unusual(draft: Draft, units: UnitColumns) -> None:
    """Hold rows in convertible but odd units, unless the user says that the laboratory reports them so;
    after impossible values have been set aside."""
    counts = np.bincount(units.index[draft.log.usable], minlength=len(units.of))
    held = [None if _confirmed(draft, *of) else one for of, one in zip(units.of, units.unusual, strict=True)]
    asked: dict[tuple[str, str], int] = {}
    for of, problem, still, count in zip(units.of, units.unusual, held, counts, strict=True):
        if problem and count:
            asked[of] = asked.get(of, 0) + (int(count) if still else 0)
    draft.log.block_each(units.index, held, Role.UNIT)
    for (analyte, code), rows in asked.items():
        label = _label(draft.knowledge, analyte)
        text = f"{label} is printed in {code}, which is unusual for it. Does the laboratory report it so?"
        choice = Choice(code, f"yes, {code} is right; otherwise correct it in the export")
        draft.log.ask("units", text, [choice], analyte, (), rows)


def _confirmed(draft: Draft, analyte: str, code: str) -> bool:
    """Whether the user said that an analyte is reported in this unit."""
    said = draft.answers.units.get(analyte, "")
    return bool(code) and draft.knowledge.unit_spellings.get(clean_unit(said), "") == code


def ask_for_units(draft: Draft, asked: Mask, value: Encoded) -> None:
    """Ask for the unit of each analyte of which rows print none; `asked`: rows still worth asking for."""
    rows_asked = np.flatnonzero(asked)
    if not len(rows_asked):
        return
    analyte, printed = draft.analyte.take(rows_asked).distinct(), value.take(rows_asked)
    counts = np.bincount(analyte.codes, minlength=len(analyte.words))
    for name, rows in zip(analyte.texts, counts, strict=True):
        if rows and name in draft.knowledge.analytes:
            label = draft.knowledge.analytes[name].label
            codes = sorted(code for one, code in draft.knowledge.accepted_units if one == name)
            text = f"{label} is printed without a unit. In which unit does this file give it?"
            of_it = analyte.where(name.__eq__)
            cells = list(
                dict.fromkeys(
                    printed.take(of_it).take(np.arange(min(of_it.sum(), _SHOWN))).rows().to_pylist()
                )
            )
            choices = [Choice(code, code, tuple(f"{cell} {code}" for cell in cells)) for code in codes]
            draft.log.ask("units", text, choices, name, cells, int(rows))


def _role(unit: ResolvedUnit) -> Role:
    return Role.VALUE if unit.problem and unit.problem.code == "not_a_number" else Role.UNIT


def resolve(
    knowledge: Knowledge, analyte: str, column_unit: str, cell_unit: str, loinc_property: str
) -> ResolvedUnit:
    """The unit of a result, from its column, its cell, or both when they agree."""
    if analyte not in knowledge.analytes:
        return ResolvedUnit()
    if cell_unit and clean_unit(cell_unit) not in knowledge.unit_spellings:
        return _problem(
            "not_a_number",
            Severity.SET_ASIDE,
            column_unit,
            "Text stands behind the number that is no known unit. Take it out, or move a unit to its column.",
        )
    text = column_unit or cell_unit
    if not text:
        return _problem(
            "unit_missing",
            Severity.HELD,
            text,
            f"The unit is empty: without it {_label(knowledge, analyte)} meets no limit. Say it on the "
            "Import page (--unit), or add it to the export.",
        )
    code = knowledge.unit_spellings.get(clean_unit(text), "")
    if not code:
        return _problem("unit_unknown", Severity.HELD, text, _unknown(knowledge, analyte, text))
    if cell_unit and column_unit and knowledge.unit_spellings[clean_unit(cell_unit)] != code:
        return _problem(
            "unit_conflict",
            Severity.SET_ASIDE,
            text,
            "The unit beside the value and the unit in its cell differ. Keep the one on the report.",
        )
    return _accepted(knowledge, analyte, text, code, loinc_property)


def _accepted(knowledge: Knowledge, analyte: str, text: str, code: str, loinc_property: str) -> ResolvedUnit:
    accepted = knowledge.accepted_units.get((analyte, code))
    label = _label(knowledge, analyte)
    if accepted is None:
        usual = knowledge.analytes[analyte].conventional_unit
        return _problem(
            "unit_not_accepted",
            Severity.SET_ASIDE,
            text,
            f"{label} is not measured in this unit ({code}); usual is {usual}. Check the report.",
        )
    wanted = _PROPERTY_DIMENSIONS.get(loinc_property)
    if wanted and dimension(code) not in wanted:
        kind = "mass" if MASS in wanted else "amount of substance" if AMOUNT in wanted else "another quantity"
        return _problem(
            "loinc_unit_conflict",
            Severity.HELD,
            text,
            f"The LOINC code of this row stands for {kind}, which {code} does not measure. "
            "Correct the wrong one.",
        )
    canonical = knowledge.analytes[analyte].canonical_unit
    exact = float(factor(analyte, code))
    if accepted.handling == "ask":
        usual = knowledge.analytes[analyte].conventional_unit
        message = f"{code} is so unusual for {label} that it may be a typing error (usual: {usual})."
        return ResolvedUnit(text, code, exact, canonical, Problem("unit_unusual", message, Severity.HELD))
    return ResolvedUnit(text, code, exact, canonical)


def _unknown(knowledge: Knowledge, analyte: str, text: str) -> str:
    message = (
        f"This unit is not known for {_label(knowledge, analyte)}, and units are never guessed. "
        "Correct it in the export; until then the row is held."
    )
    lower = {spelling.lower(): code for spelling, code in knowledge.unit_spellings.items()}
    near = lower.get(clean_unit(text).lower())
    if near:
        message += f" If it means {near}, write it so: capital letters change a unit (M is mega, P is peta)."
    return message


def _label(knowledge: Knowledge, analyte: str) -> str:
    return knowledge.analytes[analyte].label


def _problem(code: str, severity: Severity, text: str, message: str) -> ResolvedUnit:
    return ResolvedUnit(reported=text, problem=Problem(code, message, severity))
