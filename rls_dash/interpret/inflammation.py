"""Ferritin drawn beside a raised CRP: it may read falsely high, so no comparison uses it. Decided here alone.

Rules C1 and C3 speak by it, rule Q8 and every other comparison of two results leave such a ferritin out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from rls_dash.interpret.draws import days_between, nearness
from rls_dash.interpret.latest import WITHDRAWN, Row, is_conflicting, records
from rls_dash.interpret.limits import may_meet, meets
from rls_dash.knowledge import Knowledge, Limit
from rls_dash.model import Truth

INFLAMED = "inflamed"  # note on a ferritin that no comparison may use
DRAWN_SO = "drawn with a raised CRP"  # in words
CRP = {"crp": "crp_raised_5", "hs_crp": "hs_crp_raised_5"}  # plain and sensitive test → limit


def crp_beside(ferritin: Row, crp: Sequence[Row], knowledge: Knowledge) -> tuple[Truth, Row | None]:
    """Whether CRP near a ferritin is raised, and the result that decides it: (unknown, None) without one.

    `crp`: usable results of both tests of the patient, oldest first; of each the one nearest in time counts.
    """
    days = float(knowledge.parameters["ferritin_crp_days"].value)
    fit = [row for row in crp if not is_conflicting(row["notes"]) and days_between(row, ferritin) <= days]
    found = []
    for analyte, limit_id in CRP.items():
        own = [row for row in reversed(fit) if row["analyte"] == analyte]  # the later of two equally near
        if own:
            near = min(own, key=lambda row: nearness(row, ferritin))
            found.append((_meets(knowledge.limits[limit_id], near), near))
    for truth in (Truth.TRUE, Truth.UNKNOWN, Truth.FALSE):  # one raised test decides
        for outcome, row in found:
            if outcome is truth:
                return truth, row
    return Truth.UNKNOWN, None


def _meets(limit: Limit, row: Row) -> Truth:
    return meets(
        limit, row["value"], row["comparator"], row["unit"], row["reported_number"], row["unit_code"]
    )


def with_inflammation_notes(rows: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """`rows` with the note `inflamed` on each ferritin drawn beside a raised CRP.

    The note keeps every comparison of two results (trend headers, two dates, the list) from reading it.
    """
    usable = rows["collected_on"].notna() & ~rows["status"].isin(WITHDRAWN)
    crp = rows[usable & rows["analyte"].isin(list(CRP))]
    raised = _raised_patients(crp, knowledge)
    mine = usable & (rows["analyte"] == "ferritin") & rows["patient_id"].isin(raised)
    at = np.flatnonzero(mine.to_numpy())
    if not len(at):
        return rows
    by_patient: dict[str, list[Row]] = {}
    for row in records(crp[crp["patient_id"].isin(raised)].sort_values("collected_on", kind="stable")):
        by_patient.setdefault(row["patient_id"], []).append(row)
    inflamed = [
        place
        for place, row in zip(at, records(rows.iloc[at]), strict=True)
        if crp_beside(row, by_patient[row["patient_id"]], knowledge)[0] is Truth.TRUE
    ]
    notes = rows["notes"].to_numpy(dtype=object, copy=True)
    notes[inflamed] = [f"{notes[place]} {INFLAMED}".strip() for place in inflamed]
    return rows.assign(notes=pd.Series(notes, index=rows.index, dtype="str")) if inflamed else rows


def _raised_patients(crp: pd.DataFrame, knowledge: Knowledge) -> Iterable[str]:
    """Patients with a CRP that may be raised: few of many, so that only their ferritins are looked at."""
    found: set[str] = set()
    for analyte, limit_id in CRP.items():
        own = crp[crp["analyte"] == analyte]
        found |= set(own["patient_id"][may_meet(knowledge.limits[limit_id], own)])
    return found
