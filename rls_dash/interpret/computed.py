"""Results that follow from others of the same draw: transferrin saturation and eGFR, where none is reported.

A computed row is no row of a file: it is in no export and no count. It carries the note `computed`, the
file and line of its main input, and in `computed_from` the formula with every number that went in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from rls_dash.context.patients import Contexts, Sex
from rls_dash.interpret import words
from rls_dash.interpret.draws import (
    COMPUTED_FROM,
    Mask,
    Numbers,
    computed_rows,
    days,
    has_reported,
    in_draws,
    in_unit,
    inputs,
    noted,
    partners,
    possible,
    quoted,
    series,
)
from rls_dash.interpret.ladder import limit_words
from rls_dash.interpret.latest import CONFLICTING, WITHDRAWN
from rls_dash.interpret.limits import COMPUTED_INVALID, assess, may_meet
from rls_dash.knowledge import Knowledge

__all__ = ["assessed_with_computed", "computed_results", "together"]

_TSAT, _EGFR = "transferrin_saturation", "egfr"
_CAPACITIES = ("tibc", "uibc", "transferrin")  # in order of preference
_INVALID_FROM = "ferritin_tsat_invalid_1200"  # limit


def assessed_with_computed(
    results: pd.DataFrame, knowledge: Knowledge, contexts: Contexts | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(results assessed, computed ones assessed): apart, for only the first are exported and counted."""
    computed = computed_results(results, knowledge, contexts)
    return assess(results, knowledge, contexts), assess(computed, knowledge, contexts)


def together(assessed: pd.DataFrame, computed: pd.DataFrame) -> pd.DataFrame:
    """Both in one frame with `computed_from`, "" for a reported result, for pages and findings."""
    reported = assessed.assign(**{COMPUTED_FROM: pd.Series("", index=assessed.index, dtype="str")})
    return pd.concat([reported, computed], ignore_index=True) if len(computed) else reported


def computed_results(
    results: pd.DataFrame, knowledge: Knowledge, contexts: Contexts | None = None
) -> pd.DataFrame:
    """Saturations and eGFR of draws without a reported one: columns of `results`, and `computed_from`.

    A draw is one patient, one time of collection as printed and one laboratory. Inputs are exact, not
    withdrawn, and nothing of their kind conflicts in the draw; from a preliminary input follows a
    preliminary result. Values are rounded as laboratories print them, so that the number shown is the
    number compared.
    """
    parts = [_saturations(results, knowledge), _filtration_rates(results, knowledge, contexts or {})]
    found = [part for part in parts if len(part)]
    if found:
        return pd.concat(found, ignore_index=True)
    return results.iloc[:0].assign(**{COMPUTED_FROM: pd.Series(dtype="str")}).reset_index(drop=True)


# --- transferrin saturation --------------------------------------------------------------------------------


def _saturations(results: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """100 x iron / binding capacity [%]; the capacity is TIBC, else iron + UIBC, else from transferrin."""
    kinds = ("iron", *_CAPACITIES)
    panel = results[results["analyte"].isin([*kinds, _TSAT, "ferritin"])]
    of = {str(name): part for name, part in panel.groupby("analyte", sort=False)}
    if "iron" not in of:
        return panel.iloc[:0]
    conflicts = panel[panel["analyte"].isin(kinds) & noted(panel, (CONFLICTING,))]
    iron = inputs(of["iron"])
    iron = iron[~in_draws(iron, conflicts) & ~has_reported(iron, of.get(_TSAT))].reset_index(drop=True)
    parts = []
    left = np.ones(len(iron), dtype=bool)
    for kind in _CAPACITIES:
        if kind not in of:
            continue
        other = inputs(of[kind]).reset_index(drop=True)
        at = partners(iron, other)
        rows = np.flatnonzero(left & (at >= 0))
        part = _saturation(iron.iloc[rows], other.iloc[at[rows]], kind, knowledge)
        kept = possible(part, knowledge.analytes[_TSAT])
        left[rows[kept]] = False
        parts.append(part[kept])
    found = pd.concat(parts, ignore_index=True) if parts else panel.iloc[:0]
    return _marked_invalid(found, of.get("ferritin"), knowledge)


def _saturation(iron: pd.DataFrame, other: pd.DataFrame, kind: str, knowledge: Knowledge) -> pd.DataFrame:
    """Saturations from pairs of rows; infinite where the capacity is 0."""
    amount = in_unit(iron, "ug/dL")
    unit = "mg/dL" if kind == "transferrin" else "ug/dL"
    measured = in_unit(other, unit)
    named, partner = quoted(iron, "ug/dL", knowledge), quoted(other, unit, knowledge)
    ratio = "100 \u00d7 " + named + " / "
    if kind == "tibc":
        capacity, text = measured, ratio + partner
    elif kind == "uibc":
        capacity, text = amount + measured, ratio + "(the same iron + " + partner + ")"
    else:
        factor = knowledge.parameters["transferrin_to_tibc"].value
        older = knowledge.parameters["transferrin_to_tibc_older"].value
        capacity, text = measured * float(factor), ratio + f"({words.plain(factor)} \u00d7 " + partner + ")"
        otherwise = [f"{one:.1f}" for one in _percent(amount, measured * float(older))]
        text = text + f"; with the factor {words.plain(older)}, also in use, " + series(otherwise) + "%"
    value = np.round(_percent(amount, capacity), knowledge.analytes[_TSAT].conventional_digits)
    return computed_rows(iron, [iron, other], knowledge.analytes[_TSAT], value, f"from_{kind}", text)


def _percent(part: Numbers, whole: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(100 * part / whole, dtype=float)


def _marked_invalid(found: pd.DataFrame, ferritin: pd.DataFrame | None, knowledge: Knowledge) -> pd.DataFrame:
    """`found` with a note where the ferritin of the same patient and day is, or may be, too high for it."""
    if ferritin is None or not len(found):
        return found
    limit = knowledge.limits[_INVALID_FROM]
    ferritin = ferritin[~ferritin["status"].isin(WITHDRAWN)]
    high = ferritin[may_meet(limit, ferritin)]
    at = days(found).isin(days(high))
    why = f"; not valid: the ferritin of this day is, or may be, {limit_words(limit, limit.unit)}"
    notes = found["notes"].where(~at, found["notes"] + f" {COMPUTED_INVALID}")
    return found.assign(
        notes=notes, computed_from=found[COMPUTED_FROM].where(~at, found[COMPUTED_FROM] + why)
    )


# --- eGFR --------------------------------------------------------------------------------------------------


def _filtration_rates(results: pd.DataFrame, knowledge: Knowledge, contexts: Contexts) -> pd.DataFrame:
    """eGFR [mL/min/1.73 m2] of adults by CKD-EPI 2021: creatinine, age at collection, sex (INKER21)."""
    creatinine = results[results["analyte"] == "creatinine"]
    born = {key: facts.birth_date for key, facts in contexts.items() if facts.birth_date}
    sexes = {key: facts.sex.value for key, facts in contexts.items() if facts.sex and facts.birth_date}
    if not len(creatinine) or not sexes:
        return creatinine.iloc[:0]
    rows = inputs(creatinine)
    rows = rows[rows["patient_id"].isin(list(sexes)) & ~rows["relative"]]
    reported = results[results["analyte"] == _EGFR]
    rows = rows[~has_reported(rows, reported)]
    years = _years(rows, born)
    of_age = years >= float(knowledge.parameters["ckd_epi_from_years"].value)
    rows, years = rows[of_age].reset_index(drop=True), years[of_age]
    sex = rows["patient_id"].map(sexes).astype("str")
    rate = ckd_epi(in_unit(rows, "mg/dL"), years, (sex == Sex.FEMALE.value).to_numpy(), knowledge)
    text = "CKD-EPI 2021 from " + quoted(rows, "mg/dL", knowledge) + ", " + sex
    text = text + ", " + series([f"{year:.0f}" for year in years]) + " years"
    if settings := _settings(contexts):
        text = text + rows["patient_id"].map(settings).astype("str").fillna("")
    egfr = knowledge.analytes[_EGFR]
    found = computed_rows(
        rows, [rows], egfr, np.round(rate, egfr.conventional_digits), "from_creatinine", text
    )
    return found[possible(found, egfr)]


def ckd_epi(creatinine: Numbers, years: Numbers, female: Mask, knowledge: Knowledge) -> Numbers:
    """eGFR [mL/min/1.73 m2] from creatinine [mg/dL], age [years] and sex; coefficients of parameters.csv.

    142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.200 x 0.9938^age (x 1.012 for women).
    """

    def number(name: str) -> float:
        return float(knowledge.parameters[f"ckd_epi_{name}"].value)

    scaled = creatinine / np.where(female, number("kappa_female"), number("kappa_male"))
    with np.errstate(divide="ignore"):  # of no creatinine at all no rate follows: infinite, left out later
        below = np.minimum(scaled, 1) ** np.where(female, number("alpha_female"), number("alpha_male"))
    above = np.maximum(scaled, 1) ** number("exponent_above")
    by_sex = np.where(female, number("female_factor"), 1.0)
    return np.asarray(
        number("constant") * below * above * number("age_factor") ** years * by_sex, dtype=float
    )


def _years(rows: pd.DataFrame, born: Mapping[str, date]) -> Numbers:
    """Whole years of age at collection; negative for a collection before birth."""
    birth, taken = pd.to_datetime(rows["patient_id"].map(born)).dt, rows["collected_on"].dt
    early = (taken.month < birth.month) | ((taken.month == birth.month) & (taken.day < birth.day))
    years: Numbers = (taken.year - birth.year - early.astype(float)).to_numpy(dtype=float)
    return years


def _settings(contexts: Contexts) -> dict[str, str]:
    """What must be said of patients for whom the equation was not made."""
    said = {}
    for key, facts in contexts.items():
        states = [name for name, on in (("pregnancy", facts.pregnant), ("dialysis", facts.dialysis)) if on]
        if states:
            said[key] = f"; the equation was not made for {' or '.join(states)}, which is recorded"
    return said
