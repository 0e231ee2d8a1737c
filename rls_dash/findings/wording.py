"""Template of a wording → sentence: inputs, limits and parameters put in their places."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rls_dash.findings.model import Input
from rls_dash.interpret import words
from rls_dash.interpret.ladder import limit_words
from rls_dash.interpret.regions import comparison_unit, printed_bounds
from rls_dash.knowledge import Knowledge, Limit, Parameter


@dataclass(frozen=True)
class _LimitText:
    """`{id}` region with its source, `{id.region}` the region alone; a clinic's number is always marked."""

    limit: Limit
    unit: str

    def __format__(self, spec: str) -> str:
        return limit_words(self.limit, self.unit)

    @property
    def region(self) -> str:
        if self.limit.override:
            return limit_words(self.limit, self.unit)
        printed = comparison_unit(self.limit, self.unit)
        low, high = printed_bounds(self.limit, printed)
        return words.range_words(
            self.limit.low_op if low is not None else "",
            words.plain(low) if low is not None else "",
            self.limit.high_op if high is not None else "",
            words.plain(high) if high is not None else "",
            printed,
        )


@dataclass(frozen=True)
class _ParameterText:
    """`{id}` number with its unit, `{id.number}` the number alone."""

    parameter: Parameter

    def __format__(self, spec: str) -> str:
        text = words.amount(self.number, self.parameter.unit)
        changed = self.parameter.override
        return f"{text} (clinic, {changed.who}; otherwise {changed.before})" if changed else text

    @property
    def number(self) -> str:
        return words.plain(self.parameter.value)


@cache  # of the tables' wordings; never a cell of a file
def names_in(template: str) -> tuple[str, ...]:
    """What a template has places for, in order of appearance: inputs, limit ids, parameters, words."""
    fields = (field for _, field, _, _ in string.Formatter().parse(template) if field is not None)
    return tuple(dict.fromkeys(field.partition(".")[0] for field in fields))


def rendered(template: str, inputs: Sequence[Input], extra: Mapping[str, str], knowledge: Knowledge) -> str:
    """The sentence of a template; a limit stands in the unit of the input of its analyte.

    Raises KeyError for a place that nothing fills.
    """
    by_name = {one.name: one for one in inputs}
    places: dict[str, object] = {name: one.text for name, one in by_name.items()}
    places.update(extra)
    for name in names_in(template):
        if name in knowledge.limits:
            limit = knowledge.limits[name]
            source = by_name.get(limit.analyte)
            places[name] = _LimitText(limit, source.unit if source else limit.unit)
        elif name in knowledge.parameters:
            places[name] = _ParameterText(knowledge.parameters[name])
    text = template.format_map(places)
    return _sentence_start(knowledge).sub(lambda first: first[0].upper(), text)


@cache  # of the tables; never a cell of a file
def _sentence_start(knowledge: Knowledge) -> re.Pattern[str]:
    """A small letter that begins a sentence, other than that of a label written small, such as eGFR."""
    labels = [
        re.escape(one.short_label) for one in knowledge.analytes.values() if one.short_label[:1].islower()
    ]
    return re.compile(rf"(^|(?<=\. ))(?!{'|'.join(labels) or 'a^'})[a-z]")
