"""The clinic's assay and its intervals of laboratories, put in place before results are assessed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from rls_dash.context.patients import Contexts, PatientContext
from rls_dash.interpret.intervals import CLINIC_INTERVAL
from rls_dash.knowledge import Knowledge
from rls_dash.normalise.units import convert


def with_clinic_assay(contexts: Contexts, patient_id: pd.Series, knowledge: Knowledge) -> Contexts:
    """Facts in which patients without a recorded ferritin assay have that of the clinic."""
    assay = knowledge.clinic.ferritin_assay if knowledge.clinic else ""
    if not assay:
        return contexts
    known = {str(one): contexts.get(str(one), PatientContext(str(one))) for one in patient_id.unique()}
    said = f"{assay} (clinic)"
    return {
        key: facts if facts.ferritin_assay else replace(facts, ferritin_assay=said)
        for key, facts in {**contexts, **known}.items()
    }


def with_clinic_intervals(results: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Results with the clinic's intervals of a laboratory in place of the printed ones, noted on the row."""
    intervals = knowledge.clinic.intervals if knowledge.clinic else ()
    for one in intervals:
        of_laboratory = results["laboratory"].str.casefold() == one.laboratory.casefold()
        mine = (of_laboratory & (results["analyte"] == one.analyte)).to_numpy()
        unit = knowledge.analytes[one.analyte].canonical_unit
        given = [float("nan") if end is None else float(end) for end in (one.low, one.high)]
        low, high = (float(end) for end in convert(given, one.analyte, one.unit, unit))
        noted = (results["notes"] + f" {CLINIC_INTERVAL}").str.strip()
        results = results.assign(
            reference_low=results["reference_low"].where(~mine, low),
            reference_high=results["reference_high"].where(~mine, high),
            notes=results["notes"].where(~mine, noted),
        )
    return results
