"""The clinic's own numbers: the file they come from, and what they replace."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rls_dash.interpret.words import amount, plain, range_words, unit_text
from rls_dash.knowledge import Knowledge, Limit, Override
from rls_dash.ui import state
from rls_dash.ui.text import counted, esc

EXAMPLE = """# The clinic's own numbers. Who approved them and why must be named, here or in each entry.
clinic = "Example sleep clinic"
approved_by = "Dr A. Example"
approved_on = 2026-10-01
why = "Ferritin assay of our laboratory"

[limits.ferritin_rls_75]   # ids stand in the table of limits
high = 50
unit = "ug/L"

[parameters.historical_days]
value = 180

[assay]                    # of patients without a recorded one
ferritin = "Beckman Coulter"

[[laboratory_interval]]    # used in place of the interval the laboratory prints
laboratory = "Northside Laboratory"
analyte = "ferritin"
low = 30
high = 400
unit = "ug/L"
"""


def render(knowledge: Knowledge) -> None:
    """Uploader and example, and while a file is in use every number it replaces."""
    clinic = knowledge.clinic
    label = f"The clinic's own numbers: {esc(clinic.name)} in use" if clinic else "The clinic's own numbers"
    said = state.said()
    with st.expander(label, expanded=clinic is not None or said is not None):
        st.caption(
            "A TOML file that names who approved the numbers and why. It is used in this session only; "
            "replaced numbers are marked wherever they show. Removing it brings the tables' own back."
        )
        st.file_uploader(
            "File of the clinic's numbers",
            type="toml",
            key=state.Widget.OVERRIDES,
            on_change=state.take_overrides,
        )
        st.download_button("Example", EXAMPLE, "clinic.toml", "application/toml", on_click="ignore")
        if said is not None:
            st.error(esc(said.text))
        if clinic:
            replaced = table(knowledge)
            alt = f"{counted(len(replaced), 'number')} replaced by {clinic.name}"
            st.dataframe(replaced, hide_index=True, alt=alt)


def table(knowledge: Knowledge) -> pd.DataFrame:
    """One row a replaced number: what it was, what it is, who says so and why."""
    clinic = knowledge.clinic
    if clinic is None:
        return pd.DataFrame(columns=_COLUMNS)
    rows = [
        _row(limit.limit_id, _region(limit), limit.override)
        for limit in knowledge.limits.values()
        if limit.override
    ]
    rows += [
        _row(one.parameter, amount(plain(one.value), one.unit), one.override)
        for one in knowledge.parameters.values()
        if one.override
    ]
    rows += [
        _row(
            f"{one.laboratory}: {knowledge.analytes[one.analyte].label}",
            f"{_end(one.low)} to {_end(one.high)} {unit_text(one.unit)}",
            one.override,
        )
        for one in clinic.intervals
    ]
    if clinic.ferritin_assay:
        rows.append(_row("ferritin assay", clinic.ferritin_assay, clinic.assay_override))
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = ["What", "Clinic", "Otherwise", "Who", "Why"]


def _row(what: str, now: str, override: Override | None) -> list[str]:
    if override is None:
        return [what, now, "", "", ""]
    why = override.why if not override.moved_with else f"{override.why} (moves with {override.moved_with})"
    return [what, now, override.before, override.who, why]


def _region(limit: Limit) -> str:
    low, high = (plain(end) if end is not None else "" for end in (limit.low, limit.high))
    return range_words(limit.low_op, low, limit.high_op, high, limit.unit)


def _end(number: object) -> str:
    return "" if number is None else f"{number:f}"
