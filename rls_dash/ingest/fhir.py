"""FHIR JSON (a Bundle, one Observation, a list, or NDJSON of a bulk export) → raw table.

The time of collection is `effective…`, else that of the Specimen; never `issued`. Names of patients are
never read: a patient is `Patient/123`, an identifier, or the id of the Patient resource in the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rls_dash.ingest.fhir_rows import (
    LAYOUT,
    Found,
    Resource,
    loinc_codes,
    part,
    parts,
    results,
    specimen_taken,
    specimen_words,
    text_of,
)
from rls_dash.ingest.json_text import JsonText
from rls_dash.ingest.messages import count_note, message_table
from rls_dash.ingest.table import FileNote, RawTable
from rls_dash.model import FileError

_STARTS_LIKE_JSON = re.compile(r'[\ufeff \t\r\n]*(?:\{\s*["}]|\[\s*[\]{])')
_REFERENCE = re.compile(
    r"(?:(?P<base>.*)/)?(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[^/]+)(?:/_history/[^/]+)?", re.DOTALL
)
_LOOKED_UP = ("Patient", "Specimen", "Organization")
_KIND = re.compile(r"[A-Z][A-Za-z]{2,40}")
_DEEPEST = 8  # bundles in bundles, contained resources in them


def read_message(name: str, text: str) -> RawTable | None:
    """The results of a FHIR file; None when it is no JSON.

    Raises FileError, with the line, for JSON that is not valid, not FHIR, or holds no Observation.
    """
    if not _STARTS_LIKE_JSON.match(text):
        return None
    if '"resourceType"' not in text:
        message = "This is JSON, but not FHIR. Ask the laboratory system for a CSV or FHIR export."
        raise FileError(name, "not_text", message)
    reader = _Reader(JsonText(name, text))
    reader.read()
    if not reader.found and not reader.observations:
        message = "This FHIR file holds no Observation, so no result. Export the Observations."
        raise FileError(name, "no_results", message)
    reader.look_up()
    message = "Resources that are no Observation are not read as results"
    notes = count_note("fhir_other_resources", reader.others, message)
    return message_table(name, LAYOUT, reader.found, [*notes, *reader.remarks.values()])


class _Reader:
    """Collects the results of a file, and what they refer to."""

    def __init__(self, json: JsonText) -> None:
        self.json = json
        self.found: list[Found] = []
        self.observations = 0
        self.others: Counter[str] = Counter()
        self.remarks: dict[str, FileNote] = {}
        self.known: dict[str, Resource] = {}  # by full address and by Type/id

    def read(self) -> None:
        """Read every JSON value of the text."""
        json = self.json
        at = json.skip(1 if json.text.startswith("\ufeff") else 0)
        while at < len(json.text):
            if json.text[at] == "[":
                at = json.elements(at, self._element)
            elif json.text[at] == "{":
                at = self._document(at)
            else:
                raise json.fault(at)
            at = json.skip(at)

    def _document(self, at: int) -> int:
        """A Bundle, read entry by entry so that each knows its line, or one resource."""
        document: dict[str, Any] = {}

        def member(key: str, position: int) -> int:
            if key == "entry" and self.json.text[position : position + 1] == "[":
                return self.json.elements(position, self._entry)
            document[key], end = self.json.value(position)
            return end

        line = self.json.line(at)
        end = self.json.members(at, member)
        self._take(document, line, "", _DEEPEST)
        return end

    def _entry(self, at: int) -> int:
        if self.json.text[at : at + 1] != "{":
            _, end = self.json.value(at)
            return end
        address, resource, line = "", None, 0

        def member(key: str, position: int) -> int:
            nonlocal address, resource, line
            value, end = self.json.value(position)
            if key == "fullUrl":
                address = text_of(value)
            elif key == "resource":
                resource, line = value, self.json.line(position)
            return end

        end = self.json.members(at, member)
        if isinstance(resource, dict):
            self._take(resource, line, address, _DEEPEST)
        return end

    def _element(self, at: int) -> int:
        line = self.json.line(at)
        value, end = self.json.value(at)
        for resource in parts(value):
            self._take(resource, line, "", _DEEPEST)
        return end

    def _take(self, resource: dict[str, Any], line: int, address: str, deep: int) -> None:
        """Take one resource, and those inside it."""
        kind = text_of(resource.get("resourceType"))
        inside = {f"#{text_of(one.get('id'))}": one for one in parts(resource.get("contained"))}
        if kind == "Bundle":
            self._bundle(resource, line, deep)
        elif kind == "Observation":
            self._observation(resource, line, inside)
        else:
            self.others[kind if _KIND.fullmatch(kind) else "unknown"] += 1
        if kind in _LOOKED_UP:
            number = text_of(resource.get("id"))
            for key in filter(None, (address, f"{kind}/{number}" if number else "")):
                # Two that go by one name: neither is looked up.
                self.known[key] = resource if self.known.get(key, resource) == resource else {}
        for one in inside.values():  # a report may carry its results inside
            if one.get("resourceType") == "Observation" and deep:
                self._observation({"subject": resource.get("subject"), **one}, line, inside)

    def _bundle(self, bundle: dict[str, Any], line: int, deep: int) -> None:
        if any(text_of(link.get("relation")) == "next" for link in parts(bundle.get("link"))):
            message = "This is one page of several: load the other pages as well, or results are missing."
            self._remark("more_pages", message, line)
        for entry in parts(bundle.get("entry")):  # a bundle inside a bundle or list
            for resource in parts(entry.get("resource")):
                if deep:
                    self._take(resource, line, text_of(entry.get("fullUrl")), deep - 1)

    def _observation(self, resource: Resource, line: int, inside: Mapping[str, Resource]) -> None:
        self.observations += 1
        if len(loinc_codes(resource)) > 1:
            message = "A result carries several LOINC codes; the first is used."
            self._remark("several_codes", message, line)
        self.found += results(resource, line, inside)

    def _remark(self, code: str, message: str, line: int) -> None:
        self.remarks.setdefault(code, FileNote(code, message, line))

    def look_up(self) -> None:
        """Put patients, specimens and laboratories in the place of references to them."""
        for one in self.found:
            one.cells["subject"], one.authority = self._patient(one)
            patient = self._resource(one.subject, one.inside, "Patient")
            one.cells["birthDate"] = text_of(part(patient, "birthDate"))
            one.cells["gender"] = text_of(part(patient, "gender"))
            specimen = self._resource(one.specimen, one.inside, "Specimen")
            one.cells["specimen"] = specimen_words(specimen) or text_of(one.specimen.get("display"))
            one.cells["effective"] = one.cells["effective"] or specimen_taken(specimen)
            one.cells["performer"] = self._laboratory(one.performers, one.inside)

    def _resource(self, reference: Resource, inside: Mapping[str, Resource], kind: str) -> Resource:
        """The resource a reference means, {} where the file does not hold it."""
        address = text_of(reference.get("reference"))
        match = _REFERENCE.fullmatch(address)
        by_id = self.known.get(f"{match['kind']}/{match['id']}", {}) if match else {}
        found = inside.get(address) or self.known.get(address) or by_id
        return found if found.get("resourceType") == kind else {}

    def _patient(self, one: Found) -> tuple[str, str]:
        """(identifier, who gave it) of the patient of a result; "" when it is nobody's."""
        address = text_of(one.subject.get("reference"))
        patient = self._resource(one.subject, one.inside, "Patient")
        if address.startswith("#"):  # its id means something inside this one resource only
            return _identified(patient.get("identifier"))
        if match := _REFERENCE.fullmatch(address):
            return (match["id"], match["base"] or "") if match["kind"] == "Patient" else ("", "")
        if address:
            return text_of(patient.get("id")) or address.removeprefix("urn:uuid:").removeprefix(
                "urn:oid:"
            ), ""
        return _identified(one.subject.get("identifier"))

    def _laboratory(self, performers: Sequence[Resource], inside: Mapping[str, Resource]) -> str:
        """The laboratory among those who performed a test; no name of a person."""
        for one in performers:
            match = _REFERENCE.fullmatch(text_of(one.get("reference")))
            if match and match["kind"] != "Organization":
                continue
            organization = self._resource(one, inside, "Organization")
            if name := text_of(organization.get("name")) or text_of(one.get("display")):
                return name
        return ""


def _identified(identifier: Any) -> tuple[str, str]:
    """(value, system) of the first identifier that has a value."""
    for one in parts(identifier):
        if value := text_of(one.get("value")):
            return value, text_of(one.get("system"))
    return "", ""
