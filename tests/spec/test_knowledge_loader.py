"""The loader of the knowledge tables: what it returns, and what it says of a bad table."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from rls_dash.knowledge import KNOWLEDGE_DIRECTORY, KnowledgeError, load_knowledge
from rls_dash.model import Evidence, Flag

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A copy of the tables in which one text of one file is replaced once."""

    def edit(file: str, old: str, new: str) -> Path:
        directory = tmp_path / "knowledge"
        shutil.copytree(KNOWLEDGE_DIRECTORY, directory)
        path = directory / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r} to edit"
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
        return directory

    return edit


def line_of(directory: Path, file: str, text: str) -> int:
    lines = (directory / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_facts_are_typed_and_frozen() -> None:
    limit = load_knowledge().limits["b12_indeterminate_350"]
    assert (limit.low_op, limit.low, limit.high_op, limit.high) == (">=", Decimal(180), "<=", Decimal(350))
    assert dict(limit.paired) == {"pmol/L": (Decimal(133), Decimal(258))}
    assert limit.flag is Flag.INDETERMINATE and limit.on_trend is True
    assert limit.provenance.evidence is Evidence.SECONDARY
    with pytest.raises(dataclasses.FrozenInstanceError):
        limit.high = Decimal(1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        limit.paired["g/L"] = (None, None)  # type: ignore[index]


def test_one_sided_pairs_keep_the_side_of_the_limit() -> None:
    limits = load_knowledge().limits
    assert dict(limits["b12_low_180"].paired) == {"pmol/L": (None, Decimal(133))}
    assert dict(limits["b12_unlikely_350"].paired) == {"pmol/L": (Decimal(258), None)}


def test_tables_are_read_once_and_the_version_follows_their_content(edited: Edit) -> None:
    assert load_knowledge() is load_knowledge(KNOWLEDGE_DIRECTORY)
    other = load_knowledge(edited("limits.csv", "75 \u00b7 iron considered", "75 \u00b7 iron is considered"))
    assert len(other.version) == 12 and other.version != load_knowledge().version


def test_line_ends_of_a_checkout_do_not_change_the_version(tmp_path: Path) -> None:
    directory = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE_DIRECTORY, directory)
    for path in directory.glob("*.csv"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_knowledge(directory).version == load_knowledge().version


@pytest.mark.parametrize(
    ("file", "old", "new", "column", "reason"),
    [
        (
            "limits.csv",
            "\nferritin_rls_75,ferritin,",
            "\nferritin_rls_75,ferritine,",
            "analyte",
            "not in analytes.csv",
        ),
        ("limits.csv", "<=,75,ug/L", '<=,"75,5",ug/L', "high", "not a plain number"),
        ("limits.csv", "<=,75,ug/L", "<=,7.5e1,ug/L", "high", "not a plain number"),
        ("limits.csv", "<=,75,ug/L", "<=,,ug/L", "high_op", "does not fit"),
        ("limits.csv", "<=,75,ug/L", "=<,75,ug/L", "high_op", "does not fit"),
        ("limits.csv", "<=,75,ug/L", "<=,75,mmol/L", "unit", "not a unit of ferritin"),
        ("limits.csv", ">,75,<=,100,", ">,100,<=,75,", "high", "the region is empty"),
        ("limits.csv", "pmol/L=133..258", "pmol/L=133", "paired", "in another unit"),
        ("limits.csv", "pmol/L=133,", "pmol/L=133..258,", "paired", "in another unit"),
        ("limits.csv", "pmol/L=133,", "mol=133,", "paired", "not a unit of vitamin_b12"),
        ("limits.csv", ",L,2,1,", ",LOW,2,1,", "flag", "is none of"),
        ("limits.csv", ",L,2,1,", ",L,,1,", "rank", "has a rank"),
        ("limits.csv", ",L,2,1,", ",L,2,yes,", "on_trend", "neither 1 nor 0"),
        ("limits.csv", ",iron,for,", ",irons,for,", "lights", "not in supplements.csv"),
        ("limits.csv", ",for,AASM25,", ",for,AASM99,", "source", "not in sources.csv"),
        ("limits.csv", ",iron,for,", ",iron,,", "speaks", "for or against exactly when"),
        ("limits.csv", ",secondary,2026-11-22", ",certain,2026-11-22", "evidence", "is none of"),
        ("limits.csv", ",secondary,2026-11-22", ",secondary,22.11.2026", "reviewed_on", "not a date"),
        ("limits.csv", "\nferritin_rls_75,", "\nferritin_rls_iv_100,", "limit_id", "already in row"),
        ("limits.csv", "limit_id,analyte,", "limit_id,analyt,", "analyte", "the header is not as agreed"),
        ("limits.csv", ",requires,lights,", ",lights,requires,", "", "columns in another order"),
        ("analytes.csv", ",core,10,", ",core,ten,", "display_order", "not a whole number"),
        ("analytes.csv", ",convention,,ug/L", ",weighed,,ug/L", "mass_basis", "measured or convention"),
        (
            "analytes.csv",
            "0.5,5000,0,200000",
            "0.5,5000,1,200000",
            "plausible_low",
            "inside the possible one",
        ),
        ("analytes.csv", ",ug/L,ng/mL,", ",ug/L,cells/mL,", "conventional_unit", "not a unit of ferritin"),
        ("accepted_units.csv", "ferritin,pmol/L,ask", "ferritin,pmol/L,perhaps", "handling", "is none of"),
        ("accepted_units.csv", "ask,0.445,", "ask,,", "published_where", "go together"),
        ("loinc.csv", ",accept,MCnc,", ",accept,,", "property", "the cell is empty"),
        ("names.csv", ",bounded,", ",anywhere,", "match", "is none of"),
        ("exclusions.csv", "\\bharn", "(harn", "pattern", "no regular expression"),
        (
            "ambiguous_names.csv",
            "ng/mL ug/L nmol/L",
            "ng/mL ug/L furlong",
            "units",
            "not a unit of vitamin_d",
        ),
        ("unit_spellings.csv", "\nug/L,", "\n ug/L,", "spelling", "blanks stand around"),
        ("supplements.csv", ",source_document,", ",hearsay,", "origin", "is none of"),
        (
            "cautions.csv",
            "iron_overload,iron,",
            "iron_overload,irons,",
            "supplement",
            "not in supplements.csv",
        ),
        ("supplement_analytes.csv", "iron,ferritin,primary", "iron,ferritin,main", "role", "is none of"),
        ("sources.csv", "\nAASM25,", "\nSEED,", "source", "already in row"),
    ],
)
def test_a_bad_table_is_refused_where_it_is_bad(
    edited: Edit, file: str, old: str, new: str, column: str, reason: str
) -> None:
    directory = edited(file, old, new)
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(directory)
    error = caught.value
    assert (error.file, error.column) == (file, column)
    assert reason in error.reason
    assert str(error).startswith(f"{file}, row {error.line}")
    assert (error.line == 1) == ("header" in error.reason)


def test_an_error_names_the_row_of_the_mistake(edited: Edit) -> None:
    directory = edited("limits.csv", "pmol/L=133..258", "pmol/L=133")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(directory)
    assert caught.value.line == line_of(directory, "limits.csv", "b12_indeterminate_350")


def test_a_missing_or_unreadable_table_is_named(tmp_path: Path) -> None:
    directory = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE_DIRECTORY, directory)
    (directory / "names.csv").write_bytes(b"name,analyte\n\xff\xfe")
    with pytest.raises(KnowledgeError, match=r"names\.csv: the table cannot be read"):
        load_knowledge(directory)
    (directory / "names.csv").unlink()
    with pytest.raises(KnowledgeError, match=r"names\.csv: the table cannot be read"):
        load_knowledge(directory)


def test_an_unclosed_quote_and_a_short_row_are_named(edited: Edit) -> None:
    directory = edited("cautions.csv", "iron_overload,iron,10,", 'iron_overload,iron,10,"')
    with pytest.raises(KnowledgeError, match=r"cautions\.csv, row \d+"):
        load_knowledge(directory)


def test_a_short_row_is_named(edited: Edit) -> None:
    directory = edited("supplement_analytes.csv", "iron,crp,safety,", "iron,crp,")
    with pytest.raises(
        KnowledgeError, match=r"supplement_analytes\.csv, row \d+: 6 cells?, 7 wanted|row \d+: 6"
    ):
        load_knowledge(directory)
