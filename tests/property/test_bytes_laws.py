"""Laws of the readers of bytes and messages: any bytes give a table, a text, or the reader's own error."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rls_dash.ingest import fhir, hl7v2, ldt
from rls_dash.ingest.containers import unpack
from rls_dash.ingest.decode import decode, encoding_question
from rls_dash.ingest.table import RawTable
from rls_dash.ingest.workbook import is_workbook, workbook_records
from rls_dash.model import FileError

DIALECTS = Path(__file__).resolve().parents[1] / "golden" / "dialects"
SAMPLES = [
    sample
    for name in ("hl7v2", "ldt", "fhir_bundle", "fhir_ndjson", "workbook")
    for sample in sorted((DIALECTS / name).glob("export.*"))
]
MESSAGES = [sample for sample in SAMPLES if sample.suffix != ".xlsx"]  # a cut zip package has no directory
NAMES = ("labs.csv", "labs.csv.gz", "labs.zip", "labs.xlsx")
SPLICES = (
    b"",
    b"\0",
    b"\xff",
    b"\xb5",
    b'"',
    b"|",
    b"{",
    b"}",
    b"\r",
    b"\n",
    b"1e9",
    b"-1",
    b"\\X",
    b"<!DOCTYPE x>",
)
READERS = (hl7v2.read_message, ldt.read_message, fhir.read_message)


def survive(name: str, content: bytes) -> None:
    """Read content in every way there is; nothing but the reader's own error may come out."""
    try:
        members = unpack(name, content)
    except FileError:
        return
    for member in members:
        try:
            if is_workbook(member.name, member.content):
                for sheet in workbook_records(member.name, member.content):
                    assert len({len(cells) for _, cells in sheet.records}) <= 1
                continue
            read(member.name, member.content)
        except FileError as error:
            assert error.reason and error.code


def read(name: str, content: bytes) -> None:
    text = decode(name, content)
    if text.ask:
        encoding_question(name, "", content)
    for reader in READERS:
        table = reader(name, text.text)
        if table is not None:
            check(table, text.text)


def check(table: RawTable, text: str) -> None:
    assert len(table.rows) == len(table.lines)
    assert all(len(row) == len(table.header) for row in table.rows)
    assert all(1 <= line <= text.count("\n") + text.count("\r") + 1 for line in table.lines)
    "".join(cell for row in table.rows for cell in row).encode()  # no half letters


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, removed, doubled, or with something spliced in."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(changed) + 1)
        kind = chance.randrange(5)
        if kind == 0 and place < len(changed):
            changed[place] = chance.randrange(256)
        elif kind == 1:
            del changed[place : place + chance.randint(1, 40)]
        elif kind == 2:
            changed[place:place] = chance.choice(SPLICES)
        elif kind == 3:
            changed[place:place] = changed[place : place + chance.randint(1, 80)]
        elif place:
            del changed[place:]
    return bytes(changed)


def repacked(content: bytes, chance: random.Random) -> bytes:
    """A workbook with one of its parts mutated, so that the package itself stays whole."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        chosen = chance.randrange(len(old.infolist()))
        for number, entry in enumerate(old.infolist()):
            inside = old.read(entry)
            new.writestr(entry.filename, mutated(inside, chance) if number == chosen else inside)
    return packed.getvalue()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), st.binary(max_size=300))
def test_random_bytes_give_the_readers_own_error_or_a_text(name: str, content: bytes) -> None:
    survive(name, content)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.binary(max_size=200))
def test_random_bytes_behind_a_magic_number(name: str, content: bytes) -> None:
    for start in (
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"MSH|^~\\&|",
        b'{"resourceType":',
    ):
        survive(name, start + content)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 2**32))
def test_mutated_samples(sample: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - to break files, not to keep secrets
    content = sample.read_bytes()
    workbook = sample.suffix == ".xlsx"
    survive(sample.name, mutated(content, chance))
    if workbook:
        survive(sample.name, repacked(content, chance))
    else:
        survive("labs.csv.gz", gzip.compress(mutated(content, chance), mtime=0))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\x1a"), min_size=1))
def test_utf8_text_comes_back_as_it_was(text: str) -> None:
    content = f"patient,{text}".encode()
    assert decode("labs.csv", content).text == f"patient,{text}"


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,12})?", fullmatch=True))
def test_a_fhir_number_keeps_its_digits(number: str) -> None:
    text = f'{{"resourceType": "Observation", "valueQuantity": {{"value": {number}}}}}'
    table = fhir.read_message("export.json", text)
    assert table is not None
    assert table.rows[0][table.header.index("value")] == number


@pytest.mark.parametrize("sample", MESSAGES, ids=lambda one: one.parent.name)
def test_a_file_cut_anywhere_never_gives_a_number_the_whole_file_has_not(sample: Path) -> None:
    """A number cut in half (250 → 25) is the worst a truncated file can do."""
    content = sample.read_bytes()
    whole = numbers(sample.name, content)
    for end in range(1, len(content), 1 + len(content) // 2_000):
        assert numbers(sample.name, content[:end]) <= whole, f"cut after {end} bytes"


def numbers(name: str, content: bytes) -> set[tuple[str, ...]]:
    """(test, value, unit) of every row, nothing where the file is refused."""
    try:
        text = decode(name, content).text
        found = next((table for one in READERS if (table := one(name, text))), None)
    except FileError:
        return set()
    if found is None:
        return set()
    wanted = [found.header.index(key) for key in found.header if key in ("OBX-5", "8420", "value")]
    return {tuple(row[place] for place in wanted) for row in found.rows}
