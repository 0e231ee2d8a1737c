"""A header of a wide table → test, unit and reference range: `Ferritin {ng/ml} [15-150]`, `crp_mg_dl`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from rls_dash.ingest.formats import Role, fold, header_units, table_rows

IsUnit = Callable[[str], bool]
"""Whether a text is a known spelling of a unit."""
NamesAnalyte = Callable[[str], bool]
"""Whether a text names an analyte, for certain or with a unit still to decide."""

_GROUP = re.compile(r"\{(?P<braces>[^{}]*)\}|\[(?P<square>[^\[\]]*)\]|\((?P<round>[^()]*)\)")
_NUMBER = r"\d+(?:[.,]\d+)?"
_INTERVAL = re.compile(
    rf"(?:{_NUMBER}\s*(?:-|–|—|to|bis|\.\.)\s*{_NUMBER}|[<>≤≥]\s*=?\s*{_NUMBER})", re.IGNORECASE
)
_AROUND = " \t,;:_-–"
_WORDS = re.compile(r"[\s_\-.:]+")
_LONGEST_COMPANION = 2  # words: `reference low`
_LONGEST_UNIT = 5  # words: `mL/min per 1.73 square meters`


@dataclass(frozen=True)
class NamedColumn:
    """What a header says of its column."""

    name: str
    unit: str = ""  # as printed
    interval: str = ""  # the reference range, as printed
    role: Role = Role.VALUE  # or what the column holds beside the value: `ferritin_flag`


def analyte_column(header: str, names_analyte: NamesAnalyte, is_unit: IsUnit) -> NamedColumn | None:
    """The test, unit and range in a header that names an analyte, None for any other header."""
    bare = unicodedata.normalize("NFKC", header).strip()
    if not bare or is_unit(bare):
        return None
    found = split_header(bare, is_unit)
    if beside := _companion(found, names_analyte):
        return beside
    if names_analyte(found.name):
        return found
    return NamedColumn(bare) if names_analyte(bare) else None


def split_header(text: str, is_unit: IsUnit) -> NamedColumn:
    """The unit and the range taken out of a header; what is neither stays in the name."""
    found = NamedColumn(text.strip())
    groups = [(match, _inside(match)) for match in _GROUP.finditer(found.name)][::-1]
    told = [_unit_and_interval(inside, is_unit) for _, inside in groups]
    # Braces mark a unit, known or not; beside a known unit they hold a remark, which stays in the name.
    known = any(one and one[0] for one in told)
    for (match, inside), taken in zip(groups, told, strict=True):
        if taken is None and match["braces"] is not None and inside and not known:
            taken = inside, ""
        if taken is None or (taken[0] and found.unit) or (taken[1] and found.interval):
            continue
        name = found.name[: match.start()] + " " + found.name[match.end() :]
        found = NamedColumn(name, taken[0] or found.unit, taken[1] or found.interval)
    found = replace(found, name=" ".join(found.name.split()).strip(_AROUND))
    return found if found.unit else _with_unit_at_the_end(found, is_unit)


def _inside(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None).strip()


def _unit_and_interval(text: str, is_unit: IsUnit) -> tuple[str, str] | None:
    """(unit, interval) of the text between brackets: either, or both; None when it is something else."""
    if _INTERVAL.fullmatch(text):
        return "", text
    if unit := _unit(text, is_unit):
        return unit, ""
    match = _INTERVAL.search(text)
    if match and (match.start() == 0 or match.end() == len(text)):
        rest = (text[: match.start()] + text[match.end() :]).strip(_AROUND)
        if unit := _unit(rest, is_unit):
            return unit, match[0]
    return None


def _unit(text: str, is_unit: IsUnit) -> str:
    return text if is_unit(text) else header_units().get(text, "")


def _with_unit_at_the_end(found: NamedColumn, is_unit: IsUnit) -> NamedColumn:
    """`Ferritin, µg/L`, `Vitamin B12 pmol/L`, `ferritin_ng_ml`, `TSAT %` (which keeps its sign)."""
    name = found.name
    head, comma, tail = name.rpartition(",")
    if comma and (unit := _unit(tail.strip(), is_unit)):
        return replace(found, name=head.strip(_AROUND), unit=unit)
    for ending, unit in header_units().items():
        for joint in "_ .-":
            if name.endswith(joint + ending) and len(name) > len(ending) + 1:
                return replace(found, name=name[: -len(ending) - 1].strip(_AROUND), unit=unit)
    words = name.split(" ")
    for size in range(1, min(_LONGEST_UNIT + 1, len(words))):
        tail = " ".join(words[-size:])
        if "/" in tail and is_unit(tail):
            return replace(found, name=" ".join(words[:-size]).strip(_AROUND), unit=tail)
    if "%" in (name[:1], name[-1:]):
        return replace(found, unit="%")
    return found


@cache
def _companions() -> dict[str, Role]:
    return {fold(row["word"]): Role(row["role"]) for row in table_rows("companion_words.csv")}


def _companion(found: NamedColumn, names_analyte: NamesAnalyte) -> NamedColumn | None:
    """The column with its role, where the last words of its name say that it stands beside a test."""
    words = _WORDS.split(found.name)
    for size in range(min(_LONGEST_COMPANION, len(words) - 1), 0, -1):
        role = _companions().get(fold(" ".join(words[-size:])))
        name = " ".join(words[:-size])
        if role and names_analyte(name):
            return replace(found, name=name, role=role)
    return None
