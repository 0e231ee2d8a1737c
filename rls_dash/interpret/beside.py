"""The transferrin saturation in words beside a ferritin: value, letter, date, same draw or not."""

from __future__ import annotations

from collections.abc import Sequence

from rls_dash.context.events import Event
from rls_dash.interpret.draws import same_draw
from rls_dash.interpret.iv_iron import after_iron
from rls_dash.interpret.latest import Row, day_of, newest, result_text
from rls_dash.interpret.words import date_text, is_relative, span_text
from rls_dash.knowledge import Knowledge
from rls_dash.model import Flag

TSAT = "transferrin_saturation"


def saturation_beside(
    ferritin: Row | None, saturations: Sequence[Row], iron_by_vein: Sequence[Event], knowledge: Knowledge
) -> str:
    """ "TSAT 17 % L, 22 Sep 2026, same draw": the latest of usable assessed rows, oldest first."""
    label = knowledge.analytes[TSAT].short_label
    if not saturations:
        return f"{label}: no result on file"
    found = newest(list(saturations))
    last = found[-1]
    day = day_of(last)
    if len(found) > 1:
        values = " and ".join(result_text(row) for row in found)
        return f"{label} {values}, {date_text(day)}, conflicting results, not settled"
    flag = Flag(last["flag"])
    said = {Flag.NORMAL: "", Flag.NOT_ASSESSED: ", not assessed"}.get(flag, f" {flag.value}")
    after = after_iron(day, iron_by_vein, knowledge)
    parts = [f"{label} {result_text(last)}{said}", date_text(day), _apart(ferritin, last)]
    return ", ".join(filter(None, (*parts, after.short if after else "")))


def _apart(ferritin: Row | None, saturation: Row) -> str:
    """How far the saturation is from the ferritin."""
    if ferritin is None:
        return ""
    if same_draw(ferritin, saturation):
        return "same draw"
    one, other = day_of(ferritin), day_of(saturation)
    if is_relative(one) != is_relative(other):
        return "no common time with the ferritin"
    days = (other - one).days
    if not days:
        return "same day, not the same draw"
    return f"{span_text(abs(days))} {'after' if days > 0 else 'before'} the ferritin"
