"""One FHIR Observation → its results under field names. Knows nothing of files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rls_dash.ingest.file_kinds import specimen_codes, unit_systems
from rls_dash.ingest.formats import Role, coding_systems, fold
from rls_dash.ingest.json_text import Written
from rls_dash.ingest.messages import Entry, Field, Layout

Resource = Mapping[str, Any]

LAYOUT = Layout(
    "FHIR Observation resources",
    (
        Field("subject", Role.PATIENT_ID),
        Field("effective", Role.COLLECTED_AT),
        Field("category", Role.CATEGORY),
        Field("code", Role.TEST),
        Field("code (LOINC)", Role.CODE),
        Field("value", Role.VALUE),
        Field("comparator", Role.COMPARATOR),
        Field("unit", Role.UNIT),
        Field("unit as printed"),
        Field("referenceRange.low", Role.REFERENCE_LOW),
        Field("referenceRange.high", Role.REFERENCE_HIGH),
        Field("referenceRange.text", Role.REFERENCE_RANGE),
        Field("interpretation", Role.LAB_FLAG),
        Field("status", Role.STATUS),
        Field("specimen", Role.SPECIMEN),
        Field("performer", Role.LABORATORY),
        Field("issued", Role.REPORTED_AT),
        Field("birthDate", Role.BIRTH_DATE),
        Field("gender", Role.SEX),
        Field("note"),
    ),
)
_HALF_LETTER = re.compile("[\ud800-\udfff]")  # half of a pair, as a broken escape leaves it
_OFF_SCALE = ("<", ">")  # interpretations that say: beyond the measuring range
_SIGNS = "<>=≤≥"
_UNUSUAL = ("modifierExtension", "focus")  # change what a result means, or whose it is


@dataclass
class Found(Entry):
    """A result whose references are still to be looked up."""

    subject: Resource = field(default_factory=dict)
    specimen: Resource = field(default_factory=dict)
    performers: tuple[Resource, ...] = ()
    inside: Mapping[str, Resource] = field(default_factory=dict)  # contained resources by "#id"


def text_of(value: Any) -> str:
    """A JSON value as text, "" for one that is none."""
    if isinstance(value, bool):
        return str(value).lower()
    return _HALF_LETTER.sub("\ufffd", value).strip() if isinstance(value, str) else ""


def part(value: Any, *path: str) -> Any:
    """What lies along a path of names; None when nothing does."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def parts(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, of one of them, or of nothing."""
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, dict)]


def words(concept: Any) -> str:
    """What a coded text says: its text, else the words of a coding, else a code."""
    codings = parts(part(concept, "coding"))
    of_codings = [text_of(one.get(key)) for key in ("display", "code") for one in codings]
    return next(filter(None, [text_of(part(concept, "text")), *of_codings]), "")


def system_of(coding: Resource) -> str:
    """ "loinc", "ucum" or "" of the coding system named beside a code."""
    return coding_systems().get(fold(text_of(coding.get("system"))), "")


def results(observation: Resource, line: int, inside: Mapping[str, Resource]) -> Iterator[Found]:
    """The results of an Observation: its own value, and each of its components."""
    common = _common(observation)
    components = parts(observation.get("component"))
    has_value = any(key.startswith("value") or key == "dataAbsentReason" for key in observation)
    members = [observation] if has_value or not components else []
    for one in [*members, *components]:
        cells = {**common, **_code(one), **_value(one), **_range(one)}
        flags = _flags(one)
        cells["interpretation"] = " ".join(flags)
        signs = [flag for flag in flags if flag in _OFF_SCALE]
        if len(signs) == 1 and cells["value"] and not cells["comparator"] and cells["value"][0] not in _SIGNS:
            cells["comparator"] = signs[0]
        number = part(one, "valueQuantity", "value")
        yield Found(
            line=line,
            cells=cells,
            point=isinstance(number, Written) and "." in number,
            subject=next(iter(parts(observation.get("subject"))), {}),
            specimen=next(iter(parts(observation.get("specimen"))), {}),
            performers=tuple(parts(observation.get("performer"))),
            inside=inside,
        )


def _common(observation: Resource) -> dict[str, str]:
    """What all results of an Observation share."""
    status = text_of(observation.get("status"))
    unusual = [key for key in _UNUSUAL if observation.get(key)]
    taken = [
        observation.get("effectiveDateTime"),
        observation.get("effectiveInstant"),
        part(observation, "effectivePeriod", "start"),
    ]
    return {
        "effective": next(filter(None, map(text_of, taken)), ""),
        "category": " ".join(filter(None, (words(one) for one in parts(observation.get("category"))))),
        # A status nobody knows keeps such a result out of every plot, and shows why.
        "status": f"{status} with {' and '.join(unusual)}" if unusual else status,
        "issued": text_of(observation.get("issued")),
        "note": " ".join(filter(None, (text_of(one.get("text")) for one in parts(observation.get("note"))))),
    }


def _code(one: Resource) -> dict[str, str]:
    loinc = loinc_codes(one)
    return {"code": words(one.get("code")), "code (LOINC)": loinc[0] if loinc else ""}


def loinc_codes(one: Resource) -> list[str]:
    """The distinct LOINC codes of an Observation or component."""
    found = [
        text_of(coding.get("code"))
        for coding in parts(part(one.get("code"), "coding"))
        if coding_systems().get(fold(text_of(coding.get("system")))) == "loinc"
    ]
    return list(dict.fromkeys(filter(None, found)))


def _value(one: Resource) -> dict[str, str]:
    """The value as printed, its sign and unit; two values in one place are no value to read."""
    kinds = [key for key in one if key.startswith("value") and one[key] is not None]
    absent = words(one.get("dataAbsentReason"))
    if kinds == ["valueQuantity"]:
        cells = _quantity(one["valueQuantity"])
        return cells | {"value": cells["value"] or absent}
    texts = [_as_text(key, one[key]) for key in kinds]
    shown = " / ".join(filter(None, texts)) or absent
    return {"value": shown, "comparator": "", "unit": ""}


def _quantity(quantity: Any) -> dict[str, str]:
    unit, code = text_of(part(quantity, "unit")), text_of(part(quantity, "code"))
    ucum = fold(text_of(part(quantity, "system"))) in unit_systems()
    chosen = (code or unit) if ucum else (unit or code)
    return {
        "value": text_of(part(quantity, "value")),
        "comparator": text_of(part(quantity, "comparator")),
        "unit": chosen,
        "unit as printed": unit if unit != chosen else "",
    }


def _as_text(kind: str, value: Any) -> str:
    """A value that is no plain quantity as text."""
    if kind == "valueCodeableConcept":
        return words(value)
    if kind == "valueQuantity":
        return " ".join(filter(None, _quantity(value).values()))
    if kind in ("valueRange", "valueRatio"):
        ends = ("low", "high") if kind == "valueRange" else ("numerator", "denominator")
        joint = " - " if kind == "valueRange" else ":"
        return joint.join(text_of(part(value, end, "value")) or "?" for end in ends)
    if kind == "valuePeriod":
        return " - ".join(text_of(part(value, end)) or "?" for end in ("start", "end"))
    return text_of(value)


def _flags(one: Resource) -> list[str]:
    """Codes of the laboratory's judgement; a list in newer versions of FHIR, one in older."""
    found = []
    for concept in parts(one.get("interpretation")):
        codes = [text_of(coding.get("code")) for coding in parts(concept.get("coding"))]
        found.append(next(filter(None, codes), words(concept)))
    return [flag for flag in found if flag]


def _range(one: Resource) -> dict[str, str]:
    """The printed reference interval, where there is just one for normal results."""
    ranges = [r for r in parts(one.get("referenceRange")) if _is_normal(r)]
    if len(ranges) != 1:
        return {}
    low, high = ranges[0].get("low"), ranges[0].get("high")
    ends = {"low": text_of(part(low, "value")), "high": text_of(part(high, "value"))}
    units = {unit for end in (low, high) if (unit := _quantity(end)["unit"])}
    if units <= {_quantity(one.get("valueQuantity"))["unit"]}:
        text = "" if any(ends.values()) else text_of(ranges[0].get("text"))
        return {f"referenceRange.{end}": number for end, number in ends.items()} | {
            "referenceRange.text": text
        }
    # Its own unit is part of the interval: it may not be read in the unit of the value.
    stated = [end for end in ends if ends[end]]
    if len(units) != 1 or not stated:
        return {"referenceRange.text": text_of(ranges[0].get("text"))}
    sign = {"low": ">= ", "high": "<= "}[stated[0]] if len(stated) == 1 else ""
    return {"referenceRange.text": f"{sign}{' - '.join(ends[end] for end in stated)} {units.pop()}"}


def _is_normal(interval: Resource) -> bool:
    codes = [text_of(coding.get("code")) for coding in parts(part(interval.get("type"), "coding"))]
    return not codes or "normal" in codes


def specimen_words(specimen: Resource) -> str:
    """What a Specimen resource is: words, else the name of its code."""
    found = words(specimen.get("type"))
    return specimen_codes().get(fold(found), found)


def specimen_taken(specimen: Resource) -> str:
    """When a Specimen resource was collected."""
    collection = specimen.get("collection")
    taken = (part(collection, "collectedDateTime"), part(collection, "collectedPeriod", "start"))
    return next(filter(None, map(text_of, taken)), "")
