"""Who needs attention: one row per patient, the worst state first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from rls_dash.context.patients import Contexts, age_years
from rls_dash.interpret.change import change_since
from rls_dash.interpret.latest import (
    Row,
    historical_days,
    historical_words,
    newest,
    records,
    result_text,
    usable,
)
from rls_dash.interpret.limits import State, judged_for_rls, state_words
from rls_dash.interpret.words import UnitSystem, age_text
from rls_dash.knowledge import Knowledge
from rls_dash.model import Flag, Status
from rls_dash.normalise.dates import EARLIEST

# analyte → column of the list
LISTED = {
    "ferritin": "ferritin",
    "transferrin_saturation": "tsat",
    "vitamin_b12": "vitamin_b12",
    "folate": "folate",
    "magnesium": "magnesium",
}
# Worst first. A result beyond a limit on either side comes before what cannot be decided; "not
# assessed" stands before "within", because unknown is not normal.
URGENCY = {
    State.BELOW_LIMIT: 0,
    State.BELOW_LIMIT_INSIDE_INTERVAL: 0,
    State.ABOVE_LIMIT: 0,
    State.INDETERMINATE: 1,
    State.NOT_ASSESSED: 2,
    State.WITHIN: 3,
}
NOTHING_ON_FILE = 4
_NEEDED = [
    *(
        "patient_id",
        "analyte",
        "collected_on",
        "comparator",
        "value",
        "unit",
        "reported_value",
        "reported_number",
    ),
    *(
        "unit_code",
        "laboratory",
        "status",
        "notes",
        "source_file",
        "source_row",
        "flag",
        "state",
        "flag_words",
    ),
]
_NOTHING_WORDS = "none of the listed tests on file"
_NOT_USED_WORDS = "no row of this patient is used: see Import"


def worklist(
    assessed: pd.DataFrame,
    knowledge: Knowledge,
    as_of: date,
    contexts: Contexts | None = None,
    system: UnitSystem = UnitSystem.CONVENTIONAL,
    not_used: Iterable[str] = (),
) -> pd.DataFrame:
    """One row per patient, worst first, from the latest result of each listed analyte.

    `not_used`: patients with rows that were held or set aside; they are listed even without a result.

    Columns: patient_id, age, sex, worst (State value or ""), worst_words, beyond (number of listed
    analytes beyond a limit), then per analyte `x` (value as reported with its unit), `x_flag`,
    `x_state`, `x_words`, `x_on` (datetime), `x_age`, `x_old` (the age when
    historical); `ferritin_change`; `missing`. Absent is "".
    """
    past = assessed["collected_on"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)
    rows = usable(assessed.loc[past & assessed["analyte"].isin(list(LISTED)), _NEEDED])
    without = set(not_used) - set(assessed["patient_id"])
    patients = pd.Index(sorted({*assessed["patient_id"].unique(), *without}), name="patient_id")
    table = pd.DataFrame(index=patients)
    for analyte, column in LISTED.items():
        mine = rows[rows["analyte"] == analyte]
        part = _columns(column, mine, as_of, historical_days(knowledge)).reindex(patients)
        texts = [name for name in part.columns if not name.endswith("_on")]
        part = part.assign(**{name: part[name].astype("str").where(part[name].notna(), "") for name in texts})
        moments = pd.to_datetime(part[f"{column}_on"]).astype("datetime64[us]")
        table = pd.concat([table, part.assign(**{f"{column}_on": moments})], axis=1)
    table["ferritin_change"] = _ferritin_changes(rows, knowledge, system).reindex(patients).fillna("")
    table = pd.concat(
        [_who(patients, contexts or {}, as_of), _attention(table, knowledge, as_of), table], axis=1
    )
    table["missing"] = _missing(table, knowledge)
    table.loc[sorted(without), "worst_words"] = _NOT_USED_WORDS
    return worst_first(table.reset_index())


def worst_first(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of a worklist in its order."""
    rank = [URGENCY[State(worst)] if worst else NOTHING_ON_FILE for worst in table["worst"]]
    ordered = table.assign(_rank=rank).sort_values(
        ["_rank", "beyond", "patient_id"], ascending=[True, False, True]
    )
    return ordered.drop(columns="_rank").reset_index(drop=True)


def _columns(column: str, rows: pd.DataFrame, as_of: date, oldest: int) -> pd.DataFrame:
    """Columns of one analyte from its latest collections, by patient; `rows` stand by patient and time."""
    kept = rows[rows["collected_on"] == rows.groupby("patient_id")["collected_on"].transform("max")]
    by_patient: dict[str, list[Row]] = {}
    for row in records(kept):
        by_patient.setdefault(row["patient_id"], []).append(row)
    cells = {patient: _cells(newest(latest), as_of, oldest) for patient, latest in by_patient.items()}
    table = pd.DataFrame.from_dict(cells, orient="index", columns=list(_CELLS))
    return table.rename(columns={name: f"{column}{name}" for name in _CELLS})


_CELLS = ("", "_flag", "_state", "_words", "_on", "_age", "_old")


def _cells(latest: list[Row], as_of: date, oldest: int) -> tuple[object, ...]:
    """Value, letter, state, words, time and age of the latest; conflicting results decide only together."""
    last = latest[-1]
    flag, state, text = Flag(last["flag"]), last["state"], last["flag_words"]
    if len(latest) > 1:
        text = "conflicting results at this time, not settled"
        if len({row["flag"] for row in latest}) > 1:
            flag, state = Flag.INDETERMINATE, State.INDETERMINATE.value
    if last["status"] == Status.PRELIMINARY.value:
        text += "; preliminary"
    letter = "" if flag in (Flag.NORMAL, Flag.NOT_ASSESSED) else flag.value
    value = " and ".join(result_text(row) for row in latest)
    moment = pd.Timestamp(last["collected_on"])
    age = age_text(moment.date(), as_of)
    old = age if (as_of - moment.date()).days > oldest else ""
    return value, letter, state, text, moment, age, old


def _ferritin_changes(rows: pd.DataFrame, knowledge: Knowledge, system: UnitSystem) -> pd.Series:
    """Change of ferritin since the previous collection in words, by patient with two or more."""
    mine = rows[rows["analyte"] == "ferritin"]
    texts: dict[str, str] = {}
    latest: dict[str, Row] = {}
    for row in reversed(records(mine.groupby("patient_id", sort=False).tail(3))):
        patient = row["patient_id"]
        last = latest.setdefault(patient, row)
        if patient not in texts and row["collected_on"] < last["collected_on"]:
            texts[patient] = change_since(last, row, knowledge, system).words
    return pd.Series(texts, dtype="str")


def _attention(table: pd.DataFrame, knowledge: Knowledge, as_of: date) -> pd.DataFrame:
    """Worst state of the listed analytes, in words with their names, and how many are beyond a limit."""
    states = [table[f"{column}_state"] for column in LISTED.values()]
    labels = {analyte: knowledge.analytes[analyte].short_label for analyte in LISTED}
    for_rls = judged_for_rls(knowledge)
    worst, named, beyond = [], [], []
    for row in zip(*states, strict=True):
        known = {analyte: State(state) for analyte, state in zip(LISTED, row, strict=True) if state}
        first = min(known.values(), key=lambda state: URGENCY[state], default=None)
        worst.append(first.value if first else "")
        named.append(_worst_words(known, labels, for_rls))
        beyond.append(sum(URGENCY[state] == 0 for state in known.values()))
    latest = table[[f"{column}_on" for column in LISTED.values()]].max(axis=1)
    # How old a result in relative time is, nobody knows.
    oldest = historical_days(knowledge)
    stale = ((pd.Timestamp(as_of) - latest).dt.days > oldest) & (latest >= pd.Timestamp(EARLIEST))
    said = f"; all {historical_words(knowledge)}"
    texts = [text + (said if old else "") for text, old in zip(named, stale, strict=True)]
    columns = {"worst": pd.array(worst, dtype="str"), "worst_words": pd.array(texts, dtype="str")}
    return pd.DataFrame({**columns, "beyond": pd.array(beyond, dtype="int64")}, index=table.index)


def _worst_words(known: dict[str, State], labels: dict[str, str], for_rls: frozenset[str]) -> str:
    """The most urgent states with the tests that have them: "Ferritin, TSAT below the limit"."""
    if not known:
        return _NOTHING_WORDS
    most = min(URGENCY[state] for state in known.values())
    groups: dict[str, list[str]] = {}
    for analyte, state in known.items():
        if URGENCY[state] == most:
            groups.setdefault(state_words(state, analyte in for_rls), []).append(labels[analyte])
    return "; ".join(f"{', '.join(names)} {words}" for words, names in groups.items())


def _who(patients: pd.Index, contexts: Contexts, as_of: date) -> pd.DataFrame:
    """Age [years, on the as-of date] and sex where they are stated."""
    ages, sexes = [], []
    for patient in patients:
        facts = contexts.get(patient)
        age = age_years(facts.birth_date, as_of) if facts and facts.birth_date else None
        ages.append(age)
        sexes.append(facts.sex.value if facts and facts.sex else "")
    return pd.DataFrame({"age": pd.array(ages, dtype="Int64"), "sex": sexes}, index=patients)


def _missing(table: pd.DataFrame, knowledge: Knowledge) -> list[str]:
    """Short labels of the listed analytes without any result, comma-separated."""
    labels = {column: knowledge.analytes[analyte].short_label for analyte, column in LISTED.items()}
    absent = [(label, (table[column] == "").to_numpy()) for column, label in labels.items()]
    return [", ".join(label for label, gone in absent if gone[row]) for row in range(len(table))]
