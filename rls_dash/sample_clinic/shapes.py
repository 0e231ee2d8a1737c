"""Rows → the columns of each export system. Layouts only; no row comes from a real export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from rls_dash.sample_clinic.person import File
from rls_dash.sample_clinic.report import Line

Row = list[str]

# OMOP standard concepts of the tests and units; 0 is "no matching concept".
_OMOP_TESTS = {
    "ferritin": "3001122",
    "magnesium": "3001420",
    "iron": "3002400",
    "tibc": "3021044",
    "transferrin_saturation": "3000185",
    "hemoglobin": "3000963",
    "creatinine": "3016723",
    "x_hba1c": "3004410",
}
_OMOP_UNITS = {"ug/L": "8748", "ug/dL": "8837", "mg/dL": "8840", "g/dL": "8713", "%": "8554"}
_OMOP_OPERATORS = {"": "0", "<": "4171756", ">": "4172704"}
_WORDS = {"<": "LESS THAN ", ">": "GREATER THAN ", "": ""}
_CDISC_FLAGS = {"": "NORMAL", "L": "LOW", "H": "HIGH"}
_UCUM = {"mL/min/1.73m2": "mL/min/{1.73_m2}", "uIU/mL": "u[IU]/mL"}
_FHIR_UNITS = {"ug/dL": "mcg/dL"}
_GERMAN_UNITS = {
    "ug/L": "µg/l",
    "umol/L": "µmol/l",
    "mmol/L": "mmol/l",
    "nmol/L": "nmol/l",
    "pmol/L": "pmol/l",
    "g/L": "g/l",
    "mg/L": "mg/l",
    "mU/L": "mU/l",
    "mL/min/1.73m2": "ml/min/1,73m²",
}


@dataclass(frozen=True)
class Shape:
    """How one system writes its export."""

    header: str
    rows: Callable[[list[Line]], Iterable[Row]]
    delimiter: str = ","
    encoding: str = "utf-8"
    line_end: str = "\n"


def _in_order(lines: list[Line], key: Callable[[Line], tuple[object, ...]]) -> list[Line]:
    return sorted(lines, key=key)


def _by_patient(lines: list[Line]) -> list[Line]:
    return _in_order(lines, lambda line: (line.person.patient_id, line.collected))


def _plain(lines: list[Line]) -> Iterable[Row]:
    for line in _by_patient(lines):
        us = line.us
        yield [
            line.person.patient_id,
            line.collected.isoformat(timespec="minutes"),
            line.name,
            us.text,
            us.unit,
            us.low,
            us.high,
            us.flag,
            line.status,
            line.laboratory,
        ]


def _token(*parts: object) -> str:
    """A made-up identifier in the shape of a UUID, the same every time."""
    digits = sha256("|".join(map(str, parts)).encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def _draws(lines: list[Line]) -> list[list[Line]]:
    """The rows of each visit together."""
    found: dict[tuple[object, ...], list[Line]] = {}
    for line in _by_patient(lines):
        found.setdefault((line.person.patient_id, line.collected), []).append(line)
    return list(found.values())


def _synthea(lines: list[Line]) -> Iterable[Row]:
    for visit, draw in enumerate(_draws(lines)):
        patient, when = draw[0].person.patient_id, draw[0].collected
        start = [when.isoformat() + "Z", patient, _token("encounter", patient, when)]
        kilograms = 58 + int(patient[-2:]) % 30 + visit % 3 * 0.4
        yield [*start, "vital-signs", "29463-7", "Body Weight", f"{kilograms:.1f}", "kg", "numeric"]
        pressure = str(112 + (visit * 7) % 23)
        yield [*start, "vital-signs", "8480-6", "Systolic Blood Pressure", pressure, "mm[Hg]", "numeric"]
        for line in draw:
            unit = _UCUM.get(line.us.unit, line.us.unit)
            kind = "text" if line.us.sign else "numeric"
            yield [*start, "laboratory", line.test.loinc, line.name, line.us.text, unit, kind]
        if visit % 3 == 0:
            answer = "Never smoked tobacco (finding)"
            yield [*start, "social-history", "72166-2", "Tobacco smoking status", answer, "", "text"]
            yield [*start, "survey", "93038-8", "Stress level", "A little bit", "", "text"]


def _omop(lines: list[Line]) -> Iterable[Row]:
    number = 1000
    for visit, draw in enumerate(_draws(lines)):
        when = draw[0].collected
        moment = [when.date().isoformat(), when.isoformat(sep=" "), when.time().isoformat(), "38000267"]
        tail = ["31", str(5000 + visit), ""]
        person = draw[0].person.patient_id
        if any(line.test.analyte == "hemoglobin" for line in draw):
            number += 1
            panel = ["0", "", "0", "0", "", "", *tail, "104091002", "4015052", "", "", "", "", ""]
            yield [str(number), person, "4015052", *moment, *panel]
        for line in draw:
            number += 1
            us, test = line.us, line.test
            unit = (
                "ug/L" if us.unit == "ng/mL" and test.analyte == "ferritin" else _UCUM.get(us.unit, us.unit)
            )
            concept = _OMOP_TESTS.get(test.analyte, "0")
            value = [_OMOP_OPERATORS[us.sign], us.number, "0", _OMOP_UNITS.get(unit, "0"), us.low, us.high]
            source = [test.loinc, concept, unit, "", us.number, "", ""]
            yield [str(number), person, concept, *moment, *value, *tail, *source]


def _cdisc(lines: list[Line]) -> Iterable[Row]:
    ordered = _in_order(lines, lambda x: (x.person.patient_id, x.test.cdisc_code, x.collected))
    days = {
        line.person.patient_id: sorted({x.collected.date() for x in lines if x.person is line.person})
        for line in ordered
    }
    sequence: dict[str, int] = {}
    for line in ordered:
        patient, when = line.person.patient_id, line.collected
        sequence[patient] = sequence.get(patient, 0) + 1
        visits = days[patient]
        visit = visits.index(when.date())
        study_day = _study_day(visits[0], when.date())
        us, si = line.us, line.si
        category = "HEMATOLOGY" if line.test.cdisc_code in ("HGB", "MCHC") else "CHEMISTRY"
        yield [
            "RLSCLINIC", "LB", patient, str(sequence[patient]), line.test.cdisc_code, line.name, category,
            us.text, us.unit, us.low, us.high,
            si.text, "" if si.sign else si.number, si.unit, si.low, si.high,
            _CDISC_FLAGS[us.flag], "Y" if visit == 0 else "",
            f"{visit + 1}.0", f"VISIT {visit + 1}", study_day, when.isoformat(timespec="minutes"), study_day,
        ]  # fmt: skip


def _study_day(first: date, when: date) -> str:
    """CDISC study day: the first day is 1, there is no day 0."""
    return str((when - first).days + 1)


def _fhir(lines: list[Line]) -> Iterable[Row]:
    newest_first = sorted(_by_patient(lines), key=lambda line: line.collected, reverse=True)
    for line in _in_order(newest_first, lambda x: (x.person.patient_id, x.name)):
        offset = "-04:00" if _summer_time(line.collected.date()) else "-05:00"
        unit = _FHIR_UNITS.get(line.us.unit, line.us.unit)
        yield [
            line.person.patient_id,
            line.test.loinc,
            line.name,
            line.laboratory,
            line.us.text,
            unit,
            line.collected.isoformat() + offset,
        ]


def _summer_time(when: date) -> bool:
    """Eastern summer time: second Sunday of March to first Sunday of November."""
    march, november = date(when.year, 3, 8), date(when.year, 11, 1)
    starts = march + timedelta(days=(6 - march.weekday()) % 7)
    ends = november + timedelta(days=(6 - november.weekday()) % 7)
    return starts <= when < ends


def _mimic(lines: list[Line]) -> Iterable[Row]:
    for line in _by_patient(lines):
        us = line.us
        stored = line.collected + timedelta(minutes=95 + int(line.test.mimic_item) % 80)
        fluid = "Urine" if line.test.analyte == "x_urine_creatinine" else "Blood"
        yield [
            line.person.patient_id,
            "",
            line.test.mimic_item,
            line.name,
            fluid,
            line.collected.isoformat(sep=" "),
            stored.isoformat(sep=" "),
            _WORDS[us.sign] + us.number,
            "" if us.sign else us.number,
            us.unit,
            us.low,
            us.high,
            "abnormal" if us.flag else "",
        ]


def _german(lines: list[Line]) -> Iterable[Row]:
    for line in _in_order(lines, lambda x: (x.collected.date(), x.person.patient_id)):
        si = line.si
        yield [
            line.person.patient_id,
            line.collected.strftime("%d.%m.%Y"),
            line.name,
            si.text.replace(".", ","),
            _GERMAN_UNITS.get(si.unit, si.unit),
            si.low.replace(".", ","),
            si.high.replace(".", ","),
            line.laboratory,
        ]


SHAPES = {
    File.PLAIN: Shape(
        "patient_id,collected_at,test,value,unit,reference_low,reference_high,flag,status,laboratory", _plain
    ),
    File.SYNTHEA: Shape("DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE", _synthea),
    File.OMOP: Shape(
        "measurement_id,person_id,measurement_concept_id,measurement_date,measurement_datetime,"
        "measurement_time,measurement_type_concept_id,operator_concept_id,value_as_number,"
        "value_as_concept_id,unit_concept_id,range_low,range_high,provider_id,visit_occurrence_id,"
        "visit_detail_id,measurement_source_value,measurement_source_concept_id,unit_source_value,"
        "unit_source_concept_id,value_source_value,measurement_event_id,meas_event_field_concept_id",
        _omop,
    ),
    File.CDISC: Shape(
        "STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBTEST,LBCAT,LBORRES,LBORRESU,LBORNRLO,LBORNRHI,LBSTRESC,"
        "LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI,LBNRIND,LBBLFL,VISITNUM,VISIT,VISITDY,LBDTC,LBDY",
        _cdisc,
    ),
    File.FHIR: Shape("name,loinc,loinc_desc,fhir,result,result_units,date", _fhir),
    File.MIMIC: Shape(
        "subject_id,hadm_id,itemid,label,fluid,charttime,storetime,value,valuenum,valueuom,"
        "ref_range_lower,ref_range_upper,flag",
        _mimic,
    ),
    File.GERMAN: Shape(
        "Patient;Entnahmedatum;Untersuchung;Ergebnis;Einheit;Referenz unten;Referenz oben;Labor",
        _german,
        delimiter=";",
        encoding="cp1252",
        line_end="\r\n",
    ),
}


def table(header: Row, rows: Iterable[Row], delimiter: str = ",", line_end: str = "\n") -> str:
    """A table as CSV text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def export(file: File, lines: list[Line]) -> bytes:
    """One export as the bytes of its system."""
    shape = SHAPES[file]
    header = shape.header.split(shape.delimiter)
    return table(header, shape.rows(lines), shape.delimiter, shape.line_end).encode(shape.encoding)
