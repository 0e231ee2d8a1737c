"""Chapter: messages (HL7 v2, LDT, FHIR). Each result is one row; nothing is guessed, nothing vanishes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from rls_dash.ingest import fhir, hl7v2, ldt
from rls_dash.ingest.decode import decode
from rls_dash.ingest.formats import Role
from rls_dash.ingest.table import RawTable
from rls_dash.knowledge import load_knowledge
from rls_dash.model import FileError
from rls_dash.pipeline import InputFile, analyse

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "dialects"
SAMPLES = ("hl7v2", "ldt", "fhir_bundle", "fhir_ndjson", "workbook")
READERS = (hl7v2.read_message, ldt.read_message, fhir.read_message)


def table(text: str) -> RawTable:
    """What the one reader that knows this text makes of it."""
    found = [read for one in READERS if (read := one("export", text)) is not None]
    (only,) = found
    assert all(len(row) == len(only.header) == len(only.roles) for row in only.rows)
    assert len(only.rows) == len(only.lines)
    return only


def cells(read: RawTable, role: Role) -> list[str]:
    place = read.roles.index(role)
    return [row[place] for row in read.rows]


def one(text: str, role: Role) -> str:
    (cell,) = cells(table(text), role)
    return cell


def notes(read: RawTable) -> list[str]:
    return [note.code for note in read.notes]


def refused(text: str) -> tuple[str, int | None]:
    with pytest.raises(FileError) as error:
        table(text)
    return error.value.code, error.value.line


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_gives_what_a_reader_finds_by_hand(name: str) -> None:
    expected = list(csv.DictReader((GOLDEN / name / "expected.csv").read_text(encoding="utf-8").splitlines()))
    (sample,) = (GOLDEN / name).glob("export.*")
    analysis = analyse([InputFile(sample.name, sample.read_bytes())], load_knowledge())
    assert not analysis.errors
    columns = ["patient_id", "analyte", "collected_at", "comparator", "unit"]
    found = {
        tuple(map(str, row[:-1])): row[-1]
        for row in analysis.results[[*columns, "value"]].itertuples(index=False, name=None)
    }
    wanted = {tuple(row[column] for column in columns): float(row["value"]) for row in expected}
    assert found == pytest.approx(wanted, rel=1e-6)
    assert len(analysis.results) == len(expected)


@pytest.mark.parametrize(
    "text", ["patient_id,date\nP1,x\n", "", "MSH,a,b\n1,2,3\n", "1,2\n", "[Header]\n", "{x}\n"]
)
def test_other_texts_are_none_of_these_formats(text: str) -> None:
    assert [read("labs.csv", text) for read in READERS] == [None, None, None]


# HL7 v2

MSH = "MSH|^~\\&|LIS|LAB|CLINIC|RLS|20250401||ORU^R01|1|P|2.5.1"
PID = "PID|1||P1^^^LAB^MR||^^|"
OBR = "OBR|1|||IRON^Iron status^L|||202503050815"


def hl7(*lines: str, end: str = "\r") -> str:
    return "".join(line + end for line in (MSH, PID, OBR, *lines))


def obx(
    kind: str = "NM", value: str = "42", unit: str = "ng/mL", test: str = "F^Ferritin^L", more: str = ""
) -> str:
    return f"OBX|1|{kind}|{test}||{value}|{unit}|30-400|N|||F{more}"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_hl7_segments_end_in_any_way(end: str) -> None:
    read = table(hl7(obx(), end=end))
    assert (read.lines, cells(read, Role.VALUE), cells(read, Role.PATIENT_ID)) == ([4], ["42"], ["P1"])


def test_hl7_other_marks_are_those_of_the_header() -> None:
    text = hl7(obx(unit="ug\\S\\L")).replace("|", "#").replace("^", "$")
    assert one(text, Role.UNIT) == "ug$L"
    assert one(text, Role.TEST) == "Ferritin"


def test_hl7_messages_of_the_network_keep_their_frame_characters_out() -> None:
    assert one("\x0b" + hl7(obx()) + "\x1c\r", Role.VALUE) == "42"


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("\\Z03BC\\g/L", "\u03bcg/L"),
        ("\\XB5\\g/L", "\u00b5g/L"),
        ("\\XC2B5\\g/L", "\u00b5g/L"),
        ("ug\\T\\L", "ug&L"),
        ("a\\F\\b\\R\\c\\E\\d", "a|b~c\\d"),
        ("x\\H\\y\\N\\", "xy"),
        ("x\\.br\\y", "x y"),
        ("x\\Q1\\y", "x\\Q1\\y"),
        ("x\\Y", "x\\Y"),
        ("x\\F", "x\\F"),
        ("\\ZD800\\x", "\\ZD800\\x"),
        ("ug/L^micrograms^UCUM", "ug/L"),
        ("^ng/mL", "ng/mL"),
        ('""', ""),
    ],
)
def test_hl7_escapes_and_the_first_part_of_a_unit(unit: str, text: str) -> None:
    assert one(hl7(obx(unit=unit)), Role.UNIT) == text


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("NM", "42.50", ["42.50"]),
        ("ST", "<0.6", ["<0.6"]),
        ("ST", "12^5", ["12^5"]),
        ("SN", "<^150", ["<150"]),
        ("SN", ">=^20", [">=20"]),
        ("SN", "=^20", ["20"]),
        ("SN", "^1^:^80", ["1:80"]),
        ("SN", "^10^-^20", ["10-20"]),
        ("SN", "^2^+", ["2+"]),
        ("CE", "POS^Positive^L", ["Positive"]),
        ("CWE", "POS", ["POS"]),
        ("TX", "one~two", ["one / two"]),
        ("FT", "one~two", ["one / two"]),
        ("CNE", "POS^Positive^L", ["Positive"]),
        ("RP", "LAB^Image^PNG^file", ["Image PNG"]),
        ("NM", "41~43", ["41", "43"]),
        ("ST", "1~250", ["1", "250"]),
        ("ED", "LAB^Application^PDF^Base64^JVBERi0x", ["Application PDF"]),
        ("NM", "", [""]),
        ("NM", '""', [""]),
    ],
)
def test_hl7_values_of_every_type(kind: str, value: str, expected: list[str]) -> None:
    assert cells(table(hl7(obx(kind, value))), Role.VALUE) == expected


def test_hl7_a_flag_beyond_the_measuring_range_is_a_sign() -> None:
    """A bare 20 with the flag > lies above 20; without this it would be read as 20."""
    text = hl7(obx(value="20").replace("|N|", "|>|"))
    assert one(text, Role.COMPARATOR) == ">"
    assert one(hl7(obx("ST", ">20").replace("|N|", "|>|")), Role.COMPARATOR) == ""
    assert one(hl7(obx().replace("|N|", "|H|")), Role.COMPARATOR) == ""


@pytest.mark.parametrize(
    ("test", "code", "name"),
    [
        ("2276-4^Ferritin^LN", "2276-4", "Ferritin"),
        ("F^Ferr^L^2276-4^Ferritin SerPl^LN", "2276-4", "Ferr"),
        ("2276-4^Ferritin^L", "", "Ferritin"),
        ("2276-4^Ferritin", "", "Ferritin"),
        ("F^^L^X^Ferritin^99Z", "", "Ferritin"),
        ("FERR", "", "FERR"),
    ],
)
def test_hl7_a_code_is_loinc_only_where_its_system_says_so(test: str, code: str, name: str) -> None:
    text = hl7(obx(test=test))
    assert (one(text, Role.CODE), one(text, Role.TEST)) == (code, name)


def test_hl7_collection_is_the_observation_else_the_order_else_the_specimen_never_the_report() -> None:
    late = OBR + "|" * 15 + "202503061200"
    assert one(hl7(obx(more="|||202503050700")), Role.COLLECTED_AT) == "202503050700"
    assert one(hl7(obx()), Role.COLLECTED_AT) == "202503050815"
    bare = hl7(obx()).replace(OBR, late.replace("202503050815", ""))
    assert one(bare, Role.COLLECTED_AT) == ""
    assert one(bare, Role.REPORTED_AT) == "202503061200"
    assert one(bare + "SPM|1|||SER" + "|" * 13 + "202503050600\r", Role.COLLECTED_AT) == "202503050600"


def test_hl7_the_specimen_belongs_to_its_order() -> None:
    text = hl7(obx(), "SPM|1|||SER", OBR, obx(), "SPM|1|||^Urine", OBR, obx())
    assert cells(table(text), Role.SPECIMEN) == ["Serum", "Urine", ""]


def test_hl7_a_specimen_above_the_orders_leads_them() -> None:
    text = f"{MSH}\r{PID}\rSPM|1|||UR\r{OBR}\r{obx()}\r{OBR}\r{obx()}\rSPM|2|||SER\r{OBR}\r{obx()}\r"
    assert cells(table(text), Role.SPECIMEN) == ["Urine", "Urine", "Serum"]


def test_hl7_specimens_lead_in_messages_that_are_ordered_by_them() -> None:
    text = f"{MSH}\r{PID}\r{OBR}\r{obx()}\rSPM|1|||UR\r{OBR}\r{obx()}\r".replace("ORU^R01", "OUL^R22")
    assert cells(table(text), Role.SPECIMEN) == ["", "Urine"]


def test_hl7_columns_are_called_by_their_fields() -> None:
    read = table(hl7(obx(), "NTE|1||a", "NTE|2||b"))
    shown = dict(zip(read.header, read.rows[0], strict=True))
    assert (shown["OBX-11"], shown["OBX-7"], shown["OBX-8"], shown["NTE-3"]) == ("F", "30-400", "N", "a b")
    assert shown["OBX-3 (local code)"] == "F"
    assert shown["OBR-4"] == "Iron status"


def test_hl7_test_messages_are_read_and_noted() -> None:
    read = table(hl7(obx()).replace("|1|P|2.5.1", "|1|T|2.5.1"))
    assert (len(read.rows), notes(read)) == (1, ["hl7_not_production"])


def test_hl7_two_specimens_of_one_order_are_both_named() -> None:
    assert one(hl7(obx(), "SPM|1|||SER", "SPM|2|||UR"), Role.SPECIMEN) == "Serum / Urine"


def test_hl7_the_specimen_of_older_versions() -> None:
    for source in ("SER&Serum&HL70070^EDTA", "SER^EDTA", "&Serum"):
        assert one(hl7(obx()).replace(OBR, OBR + "|" * 8 + source), Role.SPECIMEN) == "Serum"


def test_hl7_the_laboratory() -> None:
    assert one(hl7(obx(more="||||CL^City")), Role.LABORATORY) == "City"
    assert (
        one(hl7(obx(more="||||CL^City" + "|" * 8 + "Hospital laboratory^L")), Role.LABORATORY)
        == "Hospital laboratory"
    )


def test_hl7_the_medical_record_number_is_preferred() -> None:
    text = hl7(obx()).replace("P1^^^LAB^MR", "9^^^NAT^NI~P1^^^LAB^MR")
    assert one(text, Role.PATIENT_ID) == "P1"
    assert notes(table(text)) == ["several_patient_ids"]
    assert one(hl7(obx()).replace("P1^^^LAB^MR", "9^^^NAT^NI~8"), Role.PATIENT_ID) == "9"


def test_hl7_one_number_of_two_authorities_is_two_patients() -> None:
    read = table(hl7(obx()) + hl7(obx()).replace("^LAB^MR", "^OTHER^MR"))
    assert cells(read, Role.PATIENT_ID) == ["P1 (LAB)", "P1 (OTHER)"]
    assert notes(read) == ["patient_authorities"]


def test_hl7_a_message_without_patient_takes_none_from_the_message_before() -> None:
    read = table(hl7(obx()) + f"{MSH}\r{OBR}\r{obx()}\r")
    assert cells(read, Role.PATIENT_ID) == ["P1", ""]


def test_hl7_a_second_patient_in_one_message() -> None:
    read = table(hl7(obx(), "PID|2||P2", OBR, obx()))
    assert cells(read, Role.PATIENT_ID) == ["P1", "P2"]


def test_hl7_names_of_patients_are_not_read() -> None:
    text = hl7(obx()).replace("PID|1||P1^^^LAB^MR||^^|", "PID|1||P1||DOE^JANE||19610402")
    assert "DOE" not in str(table(text))
    assert "JANE" not in str(table(text))


def test_hl7_messages_of_another_kind_are_noted() -> None:
    read = table(hl7(obx()) + hl7(obx()).replace("ORU^R01", "ADT^A01"))
    assert (len(read.rows), notes(read)) == (1, ["hl7_other_messages"])
    assert refused(hl7(obx()).replace("ORU^R01", "ADT^A01"))[0] == "no_results"


def test_hl7_numbers_with_a_point_prove_it_and_texts_with_a_comma_are_kept_from_it() -> None:
    read = table(hl7(obx("NM", "1.250"), obx("ST", "12,5"), obx("ST", "1,250"), obx("NM", "42")))
    assert read.decimal == "."
    assert cells(read, Role.VALUE) == ["1.250", "text: 12,5", "text: 1,250", "42"]
    assert notes(read) == ["comma_in_text"]
    assert table(hl7(obx("NM", "42"), obx("ST", "12,5"))).decimal == ""


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (hl7(obx(), "a line of text"), "hl7_segment", 5),
        (hl7(obx(), "obx|2"), "hl7_segment", 5),
        (hl7(obx()).replace("^~\\&", "^~"), "hl7_header", 1),
        (hl7(obx()).replace("^~\\&", "^^\\&"), "hl7_header", 1),
        (hl7() + "OBX|1|NM|F^Ferritin||2", "truncated", 4),
        ("BHS|^~\\&\r" + hl7(obx()) + "BTS|2\r", "count_mismatch", 6),
        ("FHS|^~\\&\rBHS|^~\\&\r", "no_results", 1),
    ],
)
def test_hl7_damage_is_refused_with_the_line(text: str, code: str, line: int) -> None:
    assert refused(text) == (code, line)


def test_hl7_batches_count_their_messages() -> None:
    assert len(table("BHS|^~\\&\r" + hl7(obx()) * 2 + "BTS|2\rFTS|1\r").rows) == 2


def test_hl7_a_complete_last_segment_needs_no_line_end() -> None:
    assert one(hl7(obx())[:-1], Role.VALUE) == "42"


@pytest.mark.parametrize(
    ("charset", "encoding"), [("8859/1", "iso8859-1"), ("8859/15", "iso8859-15"), ("", "cp1252")]
)
def test_hl7_says_its_encoding(charset: str, encoding: str) -> None:
    text = hl7(obx(unit="µg/L")).replace(MSH, f"{MSH}||||||{charset}")
    read = decode("export.hl7", text.encode(encoding))
    assert (read.encoding, read.guessed) == (encoding, not charset)
    assert one(read.text, Role.UNIT) == "µg/L"


# LDT


def record(kind: str, *fields: tuple[str, str], length: int | None = None) -> str:
    lines = [("8000", kind), ("8100", "00000"), *fields]
    size = sum(len(content) + 9 for _, content in lines) if length is None else length
    lines[1] = ("8100", f"{size:05d}")
    return "".join(f"{len(content) + 9:03d}{field}{content}\r\n" for field, content in lines)


TEST = (("8410", "FERR"), ("8411", "Ferritin"), ("8432", "05032025"), ("8420", "42"), ("8421", "ng/ml"))


def ldt_file(*fields: tuple[str, str], kind: str = "8201", patient: str = "4711") -> str:
    who = (("3000", patient),) if patient else ()
    return record("8220", ("8320", "Labor")) + record(kind, *who, *fields) + record("8221")


def test_ldt_a_report() -> None:
    read = table(ldt_file(*TEST))
    assert (read.lines, read.label) == ([7], ldt.LABEL)
    assert [cells(read, role) for role in (Role.PATIENT_ID, Role.TEST, Role.VALUE, Role.UNIT)] == [
        ["4711"],
        ["Ferritin"],
        ["42"],
        ["ng/ml"],
    ]
    assert cells(read, Role.LABORATORY) == ["Labor"]


@pytest.mark.parametrize(
    ("day", "clock", "text"),
    [
        ("05032025", "", "2025-03-05"),
        ("05032025", "0815", "2025-03-05T08:15"),
        ("20250305", "081500", "2025-03-05T08:15"),
        ("20102012", "", "2012-10-20"),
        ("20121020", "", "2012-10-20"),
        ("31022025", "", "31022025"),
        ("00000000", "", "00000000"),
        ("05032025", "8 Uhr", "2025-03-05 8 Uhr"),
        ("0503", "", "0503"),
        ("", "", ""),
    ],
)
def test_ldt_dates_are_iso_text(day: str, clock: str, text: str) -> None:
    fields = [("8410", "FERR"), ("8432", day), *([("8433", clock)] if clock else []), ("8420", "42")]
    assert one(ldt_file(*fields), Role.COLLECTED_AT) == text


def test_ldt_arrival_and_report_are_never_the_draw() -> None:
    text = ldt_file(("8301", "05032025"), ("8302", "06032025"), ("8410", "FERR"), ("8420", "42"))
    assert one(text, Role.COLLECTED_AT) == ""
    assert one(text, Role.REPORTED_AT) == "2025-03-06"


def test_ldt_several_results_keep_their_own_fields() -> None:
    read = table(
        ldt_file(*TEST, ("8410", "B12"), ("8420", "300"), ("8420", "310"), ("8480", "a"), ("8480", "b"))
    )
    assert cells(read, Role.TEST) == ["Ferritin", "B12", "B12"]
    assert cells(read, Role.VALUE) == ["42", "300", "310"]
    assert cells(read, Role.VALUE_TEXT) == ["", "", "a b"]
    assert cells(read, Role.UNIT) == ["ng/ml", "", ""], "a unit is not lent to the next test"
    assert cells(read, Role.COLLECTED_AT) == ["2025-03-05", "", ""]


@pytest.mark.parametrize(
    ("report", "test", "status"),
    [
        ("E", "", "final"),
        ("V", "", "preliminary"),
        ("T", "", "partial"),
        ("E", "K", "corrected"),
        ("V", "B", "final"),
        ("Z", "", "Z"),
    ],
)
def test_ldt_status(report: str, test: str, status: str) -> None:
    fields = [("8401", report), ("8410", "F"), *([("8418", test)] if test else []), ("8420", "42")]
    assert one(ldt_file(*fields), Role.STATUS) == status


def test_ldt_patients_without_a_number() -> None:
    named = (("3101", "Muster"), ("3102", "Maria"), ("3103", "02041961"))
    read = table(ldt_file(*named, *TEST, patient=""))
    assert (cells(read, Role.PATIENT_ID), notes(read)) == (["Muster, Maria, 1961-04-02"], ["patient_by_name"])
    read = table(ldt_file(("8405", "A 77"), *TEST, patient=""))
    assert (cells(read, Role.PATIENT_ID), notes(read)) == (["A 77"], ["patient_by_text"])
    assert one(ldt_file(*TEST, patient=""), Role.PATIENT_ID) == ""
    assert one(ldt_file(*named, *TEST), Role.PATIENT_ID) == "4711"


def test_ldt_orders_are_no_results() -> None:
    text = ldt_file(*TEST).replace(record("8221"), record("8218", ("8410", "NA")) + record("8221"))
    read = table(text)
    assert (len(read.rows), notes(read)) == (1, ["ldt_other_records"])
    assert refused(ldt_file(("8410", "NA"), kind="8218"))[0] == "no_results"


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_ldt_line_ends(newline: str) -> None:
    assert one(ldt_file(*TEST).replace("\r\n", newline), Role.VALUE) == "42"


GOOD = ldt_file(*TEST)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (GOOD.replace("042", "04").replace("0118420" + "42", "0118420" + "4"), "truncated", 10),
        (GOOD[: GOOD.index("8421") + 6], "truncated", 11),
        (GOOD[: GOOD.index("0168421") if "0168421" in GOOD else GOOD.index("0148421")], "truncated", 4),
        (GOOD.replace(record("8221"), ""), "truncated", 11),
        (GOOD.replace("0138410FERR\r\n", ""), "truncated", 4),
        (GOOD + "rubbish\r\n", "truncated", 14),
    ],
)
def test_ldt_damage_is_refused_with_the_line(text: str, code: str, line: int) -> None:
    assert refused(text) == (code, line)


@pytest.mark.parametrize(("number", "encoding"), [("2", "cp437"), ("3", "iso8859-1"), ("4", "iso8859-15")])
def test_ldt_says_its_encoding(number: str, encoding: str) -> None:
    text = ldt_file(*TEST[:4], ("8421", "µg/l")).replace(
        record("8220", ("8320", "Labor")), record("8220", ("9106", number))
    )
    read = decode("export.ldt", text.encode(encoding))
    assert (read.encoding, read.guessed) == (encoding, False)
    assert one(read.text, Role.UNIT) == "µg/l"


def test_ldt_in_utf8_states_lengths_in_bytes() -> None:
    unit = "µg/l"
    text = ldt_file(*TEST[:4], ("8421", unit))
    assert one(text, Role.UNIT) == unit
    in_bytes = text.replace("0138421", "0148421")
    in_bytes = in_bytes.replace(
        "8100" + text.split("8100")[2][:5], f"8100{int(text.split('8100')[2][:5]) + 1:05d}"
    )
    assert one(in_bytes, Role.UNIT) == unit


# FHIR

LOINC = "http://loinc.org"


def observation(**more: object) -> dict[str, object]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "2276-4", "display": "Ferritin"}]},
        "subject": {"reference": "Patient/123"},
        "effectiveDateTime": "2025-03-05",
        "valueQuantity": {"value": 42, "unit": "ng/mL"},
        **more,
    }


def bundle(*resources: object, **more: object) -> str:
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in resources], **more})


def fhir_cell(role: Role, **more: object) -> str:
    return one(json.dumps(observation(**more)), role)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(observation()),
        json.dumps([observation()]),
        bundle(observation()),
        json.dumps([{"resourceType": "Bundle", "entry": [{"resource": observation()}]}]),
        bundle({"resourceType": "Bundle", "entry": [{"resource": observation()}]}),
        bundle({"resourceType": "DiagnosticReport", "contained": [observation()]}),
        "\ufeff" + json.dumps(observation()) + "\n",
        '{"entry": [{"resource": ' + json.dumps(observation()) + '}], "resourceType": "Bundle"}',
    ],
)
def test_fhir_in_every_wrapping(text: str) -> None:
    assert cells(table(text), Role.VALUE) == ["42"]
    assert cells(table(text), Role.PATIENT_ID) == ["123"]


def test_fhir_lines_are_those_where_the_resource_starts() -> None:
    text = json.dumps(json.loads(bundle(observation(), observation())), indent=1)
    read = table(text)
    lines = text.split("\n")
    assert [lines[line - 1].strip() for line in read.lines] == ['"resource": {'] * 2
    assert table("\n".join(json.dumps(observation()) for _ in range(3))).lines == [1, 2, 3]
    assert table("\n\n" + bundle(observation())).lines == [3]


@pytest.mark.parametrize(
    "written", ["75.0", "0.790", "12.50", "1e2", "123456789012345678901234567890.5", "-1"]
)
def test_fhir_numbers_keep_the_digits_they_are_written_with(written: str) -> None:
    text = json.dumps(observation()).replace('"value": 42', f'"value": {written}')
    assert one(text, Role.VALUE) == written
    assert table(text).decimal == ("." if "." in written else "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueQuantity": {"value": 42, "comparator": "<"}}, ("42", "<")),
        ({"valueQuantity": {"value": "42.0"}}, ("42.0", "")),
        ({"valueQuantity": {"unit": "ng/mL"}, "dataAbsentReason": {"text": "clotted"}}, ("clotted", "")),
        ({"valueString": "<5 ng/mL"}, ("<5 ng/mL", "")),
        ({"valueCodeableConcept": {"coding": [{"code": "POS", "display": "Positive"}]}}, ("Positive", "")),
        ({"valueInteger": 42}, ("42", "")),
        ({"valueBoolean": True}, ("true", "")),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 2}}}, ("1 - 2", "")),
        ({"valueRange": {"high": {"value": 5}}}, ("? - 5", "")),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 80}}}, ("1:80", "")),
        ({"dataAbsentReason": {"coding": [{"code": "not-performed"}]}}, ("not-performed", "")),
        ({"valueQuantity": {"value": 1}, "valueString": "2"}, ("1 / 2", "")),
        ({"valueQuantity": [{"value": 1}, {"value": 2}]}, ("", "")),
        ({"valueQuantity": {"value": 20}, "interpretation": [{"coding": [{"code": ">"}]}]}, ("20", ">")),
        ({"valueQuantity": {"value": 5}, "interpretation": [{"text": "<"}]}, ("5", "<")),
        ({"valueString": ">20", "interpretation": [{"coding": [{"code": ">"}]}]}, (">20", "")),
        ({"valueQuantity": {"value": 20}, "interpretation": {"coding": [{"code": "H"}]}}, ("20", "")),
        ({}, ("", "")),
    ],
)
def test_fhir_values_of_every_type(value: dict[str, object], expected: tuple[str, str]) -> None:
    resource = observation(**value)
    if "valueQuantity" not in value:
        del resource["valueQuantity"]
    text = json.dumps(resource)
    assert (one(text, Role.VALUE), one(text, Role.COMPARATOR)) == expected


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        ({"unit": "mcg/L", "code": "ug/L", "system": "http://unitsofmeasure.org"}, "ug/L"),
        ({"unit": "ng/mL", "code": "258806002", "system": "http://snomed.info/sct"}, "ng/mL"),
        ({"code": "ug/L"}, "ug/L"),
        ({"unit": "ng/mL", "system": "http://unitsofmeasure.org"}, "ng/mL"),
        ({}, ""),
    ],
)
def test_fhir_units(quantity: dict[str, object], unit: str) -> None:
    assert fhir_cell(Role.UNIT, valueQuantity={"value": 42, **quantity}) == unit


@pytest.mark.parametrize(
    ("subject", "patient"),
    [
        ({"reference": "Patient/123"}, "123"),
        ({"reference": "https://server.example/fhir/Patient/123/_history/4"}, "123"),
        ({"reference": "urn:uuid:0a"}, "0a"),
        ({"reference": "Group/123"}, ""),
        ({"reference": "#p"}, ""),
        ({"identifier": {"system": "x", "value": "007"}}, "007"),
        ({"display": "Doe, Jane"}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_fhir_patients(subject: object, patient: str) -> None:
    assert fhir_cell(Role.PATIENT_ID, subject=subject) == patient


def test_fhir_references_inside_the_file_are_looked_up() -> None:
    who = {"resourceType": "Patient", "id": "007", "name": [{"family": "Doe"}]}
    what = {
        "resourceType": "Specimen",
        "id": "s",
        "type": {"text": "Urine"},
        "collection": {"collectedDateTime": "2025-01-01"},
    }
    result = observation(subject={"reference": "urn:uuid:p"}, specimen={"reference": "urn:uuid:s"})
    entries = [
        {"resource": result},
        {"fullUrl": "urn:uuid:p", "resource": who},
        {"fullUrl": "urn:uuid:s", "resource": what},
    ]
    del result["effectiveDateTime"]
    text = json.dumps({"resourceType": "Bundle", "entry": entries})
    assert one(text, Role.PATIENT_ID) == "007"
    assert one(text, Role.SPECIMEN) == "Urine"
    assert one(text, Role.COLLECTED_AT) == "2025-01-01"
    assert "Doe" not in str(table(text))


def test_fhir_a_contained_patient_is_known_by_its_identifier_only() -> None:
    """`#p` is another person in every resource."""
    inside = [{"resourceType": "Patient", "id": "p", "identifier": [{"value": "4711"}]}]
    assert fhir_cell(Role.PATIENT_ID, subject={"reference": "#p"}, contained=inside) == "4711"


def test_fhir_one_id_on_two_servers_is_two_patients() -> None:
    ids = [{"reference": f"https://{host}.example/Patient/1"} for host in ("a", "b")]
    read = table(bundle(*(observation(subject=one) for one in ids)))
    assert len(set(cells(read, Role.PATIENT_ID))) == 2
    mixed = table(bundle(observation(subject=ids[0]), observation(subject={"reference": "Patient/1"})))
    assert cells(mixed, Role.PATIENT_ID) == ["1", "1"]


def test_fhir_two_resources_of_one_name_are_not_looked_up() -> None:
    specimens = [
        {"resourceType": "Specimen", "id": "s", "type": {"text": text}} for text in ("Serum", "Urine")
    ]
    assert one(bundle(*specimens, observation(specimen={"reference": "Specimen/s"})), Role.SPECIMEN) == ""


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"effectiveDateTime": "2025-03-05T08:15:00+01:00"}, "2025-03-05T08:15:00+01:00"),
        ({"effectivePeriod": {"start": "2025-03-05", "end": "2025-03-06"}}, "2025-03-05"),
        ({"effectiveInstant": "2025-03-05T08:15:00Z"}, "2025-03-05T08:15:00Z"),
        ({"issued": "2025-03-05T08:15:00Z"}, ""),
    ],
)
def test_fhir_collection_is_the_effective_time_never_the_issue(
    when: dict[str, object], expected: str
) -> None:
    resource = observation()
    del resource["effectiveDateTime"]
    assert one(json.dumps(resource | when), Role.COLLECTED_AT) == expected


def test_fhir_components_are_rows() -> None:
    part = {"code": {"text": "Ferritin"}, "valueQuantity": {"value": 7, "unit": "ng/mL"}}
    panel = observation(component=[part, {**part, "valueQuantity": {"value": 8}}])
    read = table(json.dumps(panel))
    assert (cells(read, Role.VALUE), read.lines) == (["42", "7", "8"], [1, 1, 1])
    assert cells(read, Role.CODE) == ["2276-4", "", ""], "a component has no code of its panel"
    del panel["valueQuantity"]
    assert cells(table(json.dumps(panel)), Role.VALUE) == ["7", "8"]


@pytest.mark.parametrize(
    ("ranges", "low", "high", "text"),
    [
        ([{"low": {"value": 30}, "high": {"value": 400}}], "30", "400", ""),
        ([{"low": {"value": 30, "unit": "ng/mL"}, "text": "30-400"}], "30", "", ""),
        (
            [{"low": {"value": 30, "unit": "ug/dL"}, "high": {"value": 40, "unit": "ug/dL"}}],
            "",
            "",
            "30 - 40 ug/dL",
        ),
        ([{"high": {"value": 40, "unit": "ug/dL"}}], "", "", "<= 40 ug/dL"),
        ([{"text": "30 - 400"}], "", "", "30 - 400"),
        ([{"low": {"value": 3, "unit": "ug/dL"}, "high": {"value": 4, "unit": "mg/dL"}}], "", "", ""),
        ([{"low": {"unit": "ug/dL"}, "text": "normal"}], "", "", "normal"),
        ([{"low": {"value": 1}}, {"low": {"value": 2}}], "", "", ""),
        (
            [{"low": {"value": 1}}, {"low": {"value": 2}, "type": {"coding": [{"code": "therapeutic"}]}}],
            "1",
            "",
            "",
        ),
        ([], "", "", ""),
    ],
)
def test_fhir_reference_ranges(ranges: list[object], low: str, high: str, text: str) -> None:
    read = json.dumps(observation(valueQuantity={"value": 42, "unit": "ng/mL"}, referenceRange=ranges))
    assert one(read, Role.REFERENCE_LOW) == low
    assert one(read, Role.REFERENCE_HIGH) == high
    assert one(read, Role.REFERENCE_RANGE) == text


@pytest.mark.parametrize(
    "status", ["final", "amended", "corrected", "entered-in-error", "preliminary", "cancelled", "unknown"]
)
def test_fhir_status_is_handed_on(status: str) -> None:
    assert fhir_cell(Role.STATUS, status=status) == status


@pytest.mark.parametrize(
    ("performers", "laboratory"),
    [
        ([{"display": "City laboratory"}], "City laboratory"),
        ([{"reference": "Practitioner/1", "display": "Dr Doe"}], ""),
        ([{"reference": "Practitioner/1", "display": "Dr Doe"}, {"reference": "Organization/o"}], "Hospital"),
        ([{"reference": "Organization/x"}, {"reference": "Organization/y", "display": "Other"}], "Other"),
        ([], ""),
    ],
)
def test_fhir_the_laboratory_is_no_person(performers: list[object], laboratory: str) -> None:
    place = {"resourceType": "Organization", "id": "o", "name": "Hospital"}
    assert one(bundle(place, observation(performer=performers)), Role.LABORATORY) == laboratory


@pytest.mark.parametrize("key", ["modifierExtension", "focus"])
def test_fhir_what_changes_the_meaning_of_a_result_keeps_it_from_being_final(key: str) -> None:
    assert fhir_cell(Role.STATUS, **{key: [{"url": "x"}]}) == f"final with {key}"


def test_fhir_what_is_no_result_is_noted() -> None:
    read = table(bundle({"resourceType": "Patient", "id": "1"}, observation(), link=[{"relation": "next"}]))
    assert notes(read) == ["fhir_other_resources", "more_pages"]


def test_fhir_several_loinc_codes_are_noted() -> None:
    codings = [{"system": LOINC, "code": "2276-4"}, {"system": LOINC, "code": "24373-3"}]
    read = table(json.dumps(observation(code={"coding": codings})))
    assert (cells(read, Role.CODE), notes(read)) == (["2276-4"], ["several_codes"])


def test_fhir_half_a_letter_is_a_lost_one() -> None:
    assert fhir_cell(Role.TEST, code={"text": "Fer\ud83dritin"}) == "Fer\ufffdritin"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('{"resourceType": "Observation",\n"status": "final", "status": "amended"}', "json", 2),
        ('{"resourceType": "Observation",\n"code": {"text": "a", "text": "b"}}', "json", 2),
        ('{"resourceType": "Observation",\n"valueInteger": NaN}', "json", 2),
        ('{"resourceType": "Observation",\n"valueInteger": -Infinity}', "json", 2),
        ('{"resourceType": "Observation",\n"valueInteger": 042}', "json", 2),
        ('{"resourceType": "Observation",\n"status": "fin', "truncated", 2),
        ('{"resourceType": "Observation",\n"status": "final"', "truncated", 2),
        ('{"resourceType": "Observation"\n"status": "final"}', "json", 2),
        ('{"resourceType": "Observation"} rubbish', "json", 1),
        ('{"resourceType": "Observation", "x": ' + "[" * 100_000 + "]" * 100_000 + "}", "json", 1),
        ('{"resourceType": "Patient"}', "no_results", None),
        ('{"results": [{"test": "Ferritin"}]}', "not_text", None),
        ("[]", "not_text", None),
    ],
)
def test_fhir_what_is_no_strict_json_is_refused_with_the_line(text: str, code: str, line: int | None) -> None:
    assert refused(text) == (code, line)


def test_two_dates_of_birth_under_one_id_hold_the_results() -> None:
    """Names are never read, but the day of birth tells two people with one number apart."""
    born = [hl7(obx()).replace("||^^|", f"||^^||{day}") for day in ("19610402", "19720513")]
    assert cells(table("".join(born)), Role.BIRTH_DATE) == ["19610402", "19720513"]
    analysis = analyse([InputFile("export.hl7", "".join(born).encode())], load_knowledge())
    assert analysis.results.empty
    assert set(analysis.issues["code"]) >= {"identity_conflict"}
    who = (("3000", "1"), ("3103", "02041961"))
    assert one(ldt_file(*who, *TEST, patient=""), Role.BIRTH_DATE) == "1961-04-02"
    patient = {"resourceType": "Patient", "id": "123", "birthDate": "1961-04-02"}
    assert one(bundle(patient, observation()), Role.BIRTH_DATE) == "1961-04-02"


def test_the_sex_of_a_patient_is_read_where_a_message_states_it() -> None:
    assert cells(table(hl7(obx()).replace("||^^|", "||^^||19610402|F")), Role.SEX) == ["F"]
    who = (("3000", "1"), ("3110", "W"))
    assert one(ldt_file(*who, *TEST, patient=""), Role.SEX) == "W"
    patient = {"resourceType": "Patient", "id": "123", "gender": "female"}
    assert one(bundle(patient, observation()), Role.SEX) == "female"


def test_no_cell_stands_in_an_error() -> None:
    for text in ('{"resourceType": "Observation", "a": Xq7}', hl7("Xq7 secret"), GOOD + "Xq7\r\n"):
        with pytest.raises(FileError) as error:
            table(text)
        assert "Xq7" not in str(error.value)
