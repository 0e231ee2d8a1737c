"""Laws that hold for any input: rows are conserved, digits are kept, order and spelling change nothing."""

from __future__ import annotations

import re
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rls_dash.knowledge import load_knowledge
from rls_dash.model import FileError
from rls_dash.normalise.units import convert, factor
from rls_dash.normalise.values import Decimals, decimal_mark, parse_value
from rls_dash.pipeline import Analysis, InputFile, analyse

HEADER = "patient_id,date,test,value,unit"
CELLS = st.sampled_from
RECORDS = st.tuples(
    CELLS(["P1", "P2", "None", ""]),
    CELLS(["2025-03-05", "2025-06-05T08:30", "05/03/2025", "1970-01-01", ""]),
    CELLS(["Ferritin", "Vitamin B12", "Folate, RBC", "Magnesium", "Sodium", "Transferrin", "FER", ""]),
    CELLS(["42", "<5", ">24.0", "12.5", "0", "-5", "haemolysed", "1.250", "900000", "12-May", ""]),
    CELLS(["ng/mL", "pg/mL", "µg/L", "mg/dL", "Mg/dL", "mmol/L", "%", ""]),
)


def read(records: list[tuple[str, ...]], delimiter: str = ",", newline: str = "\n") -> Analysis:
    lines = [delimiter.join(HEADER.split(",")), *(delimiter.join(f'"{cell}"' for cell in r) for r in records)]
    return analyse([InputFile("labs.csv", (newline.join(lines) + newline).encode())], load_knowledge())


def content(analysis: Analysis) -> list[tuple[object, ...]]:
    columns = [
        name
        for name in analysis.results.columns
        if name not in ("source_row", "reference_low", "reference_high")
    ]
    return sorted(analysis.results[columns].itertuples(index=False, name=None), key=str)


@settings(max_examples=60, deadline=None)
@given(st.lists(RECORDS, max_size=30))
def test_every_row_is_a_result_or_accounted_for(records: list[tuple[str, ...]]) -> None:
    analysis = read(records)
    counts = analysis.counts
    assert counts["rows_in"] == len([r for r in records if any(r)])
    assert counts["rows_in"] == sum(n for name, n in counts.items() if name != "rows_in")
    assert len(analysis.results) == counts["results"]
    blocking = analysis.issues[analysis.issues["severity"] != "note"]
    assert len(blocking) == counts["set_aside"] + counts["held"]
    assert (analysis.issues["code"] == "duplicate").sum() == counts["duplicates"]
    assert (analysis.issues["message"] != "").all()


@settings(max_examples=40, deadline=None)
@given(st.lists(RECORDS, max_size=20), st.randoms())
def test_the_order_of_rows_changes_no_result(records: list[tuple[str, ...]], random) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)
    assert content(read(records)) == content(read(shuffled))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(RECORDS, min_size=1, max_size=10), st.sampled_from(";\t|"), st.sampled_from(["\n", "\r\n", "\r"])
)
def test_delimiter_and_line_ends_change_no_result(
    records: list[tuple[str, ...]], delimiter: str, newline: str
) -> None:
    assert content(read(records)) == content(read(records, delimiter, newline))


@given(st.text(alphabet="0123456789.,<>=≤ '-+eExX*HLngmu/٣１½%", max_size=14))
def test_an_accepted_number_has_the_digits_of_its_cell(cell: str) -> None:
    for mark in (Decimals.POINT, Decimals.COMMA, decimal_mark([cell])):
        value = parse_value(cell, mark)
        if value.problem or value.number is None:
            continue
        digits = re.sub(r"[^0-9]", "", cell.split(value.unit)[0] if value.unit else cell).lstrip("0")
        assert "".join(map(str, value.number.as_tuple().digits)).lstrip("0").rstrip("0") == digits.rstrip("0")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_the_readers_own_error(data: bytes) -> None:
    analysis = analyse([InputFile("noise.csv", data)], load_knowledge())
    assert all(isinstance(error, FileError) for error in analysis.errors)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_below_a_good_header_raises(text: str) -> None:
    analyse([InputFile("noise.csv", f"{HEADER}\n{text}".encode("utf-8", "surrogatepass"))], load_knowledge())


@given(st.sampled_from(sorted(load_knowledge().accepted_units)), st.decimals("0.001", "10000", places=3))
def test_converting_there_and_back_is_the_identity(pair: tuple[str, str], number: Decimal) -> None:
    analyte, unit = pair
    canonical = load_knowledge().analytes[analyte].canonical_unit
    there = convert([float(number)], analyte, unit, canonical)
    assert float(convert(there, analyte, canonical, unit)[0]) == pytest.approx(
        float(number), rel=1e-5, abs=2e-9 / float(factor(analyte, unit))
    )


@given(
    st.sampled_from(sorted(load_knowledge().accepted_units)),
    st.lists(st.floats(0.001, 1e5), min_size=2, max_size=5),
)
def test_a_larger_report_is_a_larger_value(pair: tuple[str, str], numbers: list[float]) -> None:
    analyte, unit = pair
    canonical = load_knowledge().analytes[analyte].canonical_unit
    assert pd.Series(convert(sorted(numbers), analyte, unit, canonical)).is_monotonic_increasing
