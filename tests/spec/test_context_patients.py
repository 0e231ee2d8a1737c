"""patients.csv: facts about patients, what a bad cell does, and facts that rows of exports print."""

from __future__ import annotations

from datetime import date

import pytest

from rls_dash.context.cells import Effect
from rls_dash.context.edits import EntryError, with_fact
from rls_dash.context.patients import Menopause, PatientContext, Sex
from rls_dash.context.side_files import SideFiles, completed, read_side_files
from rls_dash.ingest.given import InputFile
from rls_dash.knowledge import load_knowledge
from rls_dash.model import Severity
from rls_dash.pipeline import analyse

HEADER = "patient_id,birth_date,sex,pregnant,dialysis,haemochromatosis,menopause,ferritin_assay\n"


def patients(*texts: str, same: dict[str, str] | None = None) -> SideFiles:
    """What files called patients.csv say."""
    files = [InputFile("patients.csv", text.encode()) for text in texts]
    return read_side_files(load_knowledge(), patients=files, same_patients=same)


def lines(side: SideFiles) -> list[str]:
    """The issues as `line column code` in order."""
    return [" ".join([str(one.source_row), one.column, one.code]) for one in side.issues]


# --- the file --------------------------------------------------------------------------------------------


def test_a_row_becomes_facts_and_a_bad_cell_is_not_stated() -> None:
    side = patients(
        HEADER
        + "P1,1970-05-01,F,no,yes,,after,Beckman\n"
        + "P2,01/05/1970,x,perhaps,,,,\n"
        + "P3,19700501,,,,,,\n"
        + "P4,1970-02-30,,,,,,\n"
    )
    assert side.contexts == {
        "P1": PatientContext(
            "P1", date(1970, 5, 1), Sex.FEMALE, False, True, None, Menopause.AFTER, "Beckman"
        ),
        "P2": PatientContext("P2"),
        "P3": PatientContext("P3"),
        "P4": PatientContext("P4"),
    }
    assert lines(side) == [
        "3 birth_date date_unreadable",
        "3 sex word_unknown",
        "3 pregnant word_unknown",
        "4 birth_date date_unreadable",
        "5 birth_date date_impossible",
    ]
    assert all(one.reported and one.reported not in one.message for one in side.issues)
    assert {one.severity for one in side.issues} == {Severity.NOTE}


# cell | fact | value, "" for not stated
WORDS = """
sex        | F        | female
sex        | Female   | female
sex        | weiblich | female
sex        | M        | male
sex        | 1        |
pregnant   | Y        | True
pregnant   | TRUE     | True
pregnant   | 0        | False
dialysis   | No       | False
dialysis   | maybe    |
menopause  | pre      | before
menopause  | POST     | after
menopause  | peri     |
ferritin_assay | ="Roche" | Roche
ferritin_assay | '=cmd()  | =cmd()
ferritin_assay | @sum(A1) | @sum(A1)
birth_date | 2000-02-29 | 2000-02-29
birth_date | 1900-02-29 |
birth_date | 2000-2-9   |
birth_date | ٢٠٠٠-٠٢-٢٩ |
"""


@pytest.mark.parametrize("case", [line for line in WORDS.splitlines() if line])
def test_words_of_facts(case: str) -> None:
    fact, cell, expected = (part.strip() for part in case.split("|"))
    side = patients(f"patient_id;{fact}\nP1;{cell}\n")
    value = getattr(side.contexts["P1"], fact)
    assert ("" if value is None else str(value)) == expected
    assert len(side.issues) == (not expected)


def test_two_rows_complete_each_other_and_a_disputed_fact_stays_unknown_whatever_a_third_says() -> None:
    side = patients("patient_id;sex;pregnant\nP1;F;yes\nP1;M;\nP1;F;\n")
    assert side.contexts["P1"] == PatientContext("P1", pregnant=True)
    assert lines(side) == ["3 sex patient_fact_conflict", "4 sex patient_fact_conflict"]


def test_rows_of_two_files_count_as_rows_of_one() -> None:
    side = patients("patient_id,sex\nP1,F\n", "patient_id,sex,dialysis\nP1,F,yes\nP1,F,\n")
    assert side.contexts["P1"] == PatientContext("P1", sex=Sex.FEMALE, dialysis=True)
    assert [(one.source_file, one.code) for one in side.issues] == [("patients.csv (2)", "duplicate")]
    assert [(one.rows_in, one.used, one.duplicates) for one in side.reports] == [(1, 1, 0), (2, 1, 1)]


# text | ids that are read | codes of the issues or of the error
FILES = r"""
patient_id,sex\nP1,F                           | P1       |
PATIENT_ID;Sex\nP1;F                           | P1       |
sex\tPatient Id\nF\tP1                         | P1       |
\ufeffpatient_id,sex\nP1,F                     | P1       |
\n  \npatient_id,sex\n\nP1,F\n,\n              | P1       |
patient_id\nP1\nP2                             | P1 P2    |
patient_id,sex\nP1                             | P1       |
patient_id,sex,,\nP1,F,,,                      | P1       |
patient_id,sex\nP1,F,x                         |          | surplus_fields
patient_id,sex,weight\nP1,F,70                 | P1       | unknown_column
patient_id,sex\n,F                             |          | no_patient
patient_id,sex\n123.0,F\n456.0,M               | 123 456  | ids_as_floats
patient_id,sex\n123.0,F\n456,M                 | 123.0 456 |
patient_id,sex\n1.23457E+11,F                  |          | identifier_damaged
patient_id,sex\n="007",F                       | 007      |
patient_id,sex\n'-7,F                          | -7       |
patient_id,sex\n\u00a0P1 ,F                    | P1       |
patient_id,sex\nP1,F\nP1,F                     | P1       | duplicate
patient_id,sex\n2,F                            | P2       |
patient_id                                     |          |
id,sex\nP1,F                                   |          | error patient_column_missing
patient_id,sex,Sex\nP1,F,F                     |          | error ambiguous_columns
patient_id,sex\n"P1,F                          |          | error quoting
"""


@pytest.mark.parametrize("case", [line for line in FILES.splitlines() if line])
def test_shapes_of_the_file(case: str) -> None:
    text, ids, codes = (part.strip() for part in case.split("|"))
    side = patients(text.encode().decode("unicode_escape"), same={"2": "P2"})
    assert " ".join(side.contexts) == ids
    found = [f"error {one.code}" for one in side.errors] + [one.code for one in side.issues]
    assert " ".join(found) == codes
    assert all(one.rows_in == one.used + one.set_aside + one.duplicates for one in side.reports)


def test_another_encoding_is_read_with_a_note() -> None:
    file = InputFile("patients.csv", "patient_id,ferritin_assay\nMüller,Roche\n".encode("cp1252"))
    side = read_side_files(load_knowledge(), patients=[file])
    assert list(side.contexts) == ["Müller"]
    assert [one.code for one in side.issues] == ["encoding"]


# --- with exports ----------------------------------------------------------------------------------------


def together(side_text: str, *exports: str) -> SideFiles:
    """Facts of a patients.csv completed by those of exports."""
    files = [InputFile(f"labs{number}.csv", text.encode()) for number, text in enumerate(exports, 1)]
    analysis = analyse(files, load_knowledge())
    assert not analysis.errors
    side = patients(side_text) if side_text else SideFiles()
    return completed(side, analysis.people, analysis.known_ids)


def export(*rows: str) -> str:
    """An export with `id;born;sex` and one ferritin a row."""
    cells = ((*row.split(";"), number) for number, row in enumerate(rows, 1))
    body = "".join(f"{i},{b},{s},2026-01-{n:02},Ferritin,50,ng/mL\n" for i, b, s, n in cells)
    return "patient_id,DOB,Gender,collected,test,value,unit\n" + body


# rows of the export | patients.csv | birth date, sex | code of the issue
STATED = """
P1;1970-05-01;F                  |              | 1970-05-01 female |
P1;1970-05-01;F                  | 1970-05-01,F | 1970-05-01 female |
P1;1970-05-01;F                  | ,            | 1970-05-01 female |
P1;1970-05-01;F                  | 1970-05-02,  | - female          | patient_fact_conflict
P1;1970-05-01;F                  | ,M           | 1970-05-01 -      | patient_fact_conflict
P1;;F + P1;;M                    |              | - -               | patient_fact_conflict
P1;;F + P1;;M                    | ,F           | - female          | patient_fact_conflict
P1;;U + P1;;F                    |              | - female          |
P1;;2                            |              | - -               | sex_unreadable
P1;05/03/1970;                   |              | - -               | birth_date_order
P1;05/03/1970;                   | 1970-03-05,  | 1970-03-05 -      |
P1;05/03/1970;                   | 1971-03-05,  | - -               | patient_fact_conflict
P1;05/03/1970; + P2;25/03/1970;  |              | 1970-03-05 -      |
P1;05/03/1970; + P2;03/25/1970;  |              | 1970-05-03 -      |
P1;05/05/1970;                   |              | 1970-05-05 -      |
P1;12 May 1970;                  |              | - -               | birth_date_unreadable
P1;;                             |              | - -               |
"""


@pytest.mark.parametrize("case", [line for line in STATED.splitlines() if line])
def test_facts_that_exports_print(case: str) -> None:
    rows, own, expected, codes = (part.strip() for part in case.split("|"))
    side_text = f"patient_id,birth_date,sex\nP1,{own}\n" if own else ""
    side = together(side_text, export(*rows.split(" + ")))
    facts = side.contexts.get("P1", PatientContext("P1"))
    assert f"{facts.birth_date or '-'} {facts.sex or '-'}" == expected
    assert " ".join(one.code for one in side.issues) == codes


def test_two_exports_that_disagree_leave_the_fact_unknown() -> None:
    side = together("", export("P1;1970-05-01;F"), export("P1;1970-05-01;M"))
    assert side.contexts["P1"] == PatientContext("P1", birth_date=date(1970, 5, 1))
    assert [(one.code, one.patient_id, one.column) for one in side.issues] == [
        ("patient_fact_conflict", "P1", "sex")
    ]


def test_one_export_settles_what_another_leaves_open() -> None:
    side = together("", export("P1;05/03/1970;"), export("P1;1970-03-05;"))
    assert side.contexts["P1"].birth_date == date(1970, 3, 5)
    assert side.issues == ()


def test_an_id_without_results_is_noted_and_kept() -> None:
    side = together("patient_id,sex\nP1,F\nP9,M\n", export("P1;;"))
    assert lines(side) == ["3 patient_id no_results"]
    assert side.contexts["P9"].sex is Sex.MALE


def test_a_register_of_the_whole_clinic_is_counted_instead() -> None:
    side = together("patient_id,sex\n" + "".join(f"X{n},F\n" for n in range(500)), export("P1;;"))
    assert lines(side) == ["None patient_id no_results"]
    assert "500 ids" in side.issues[0].message


# --- in the session --------------------------------------------------------------------------------------


def test_a_fact_set_in_the_session_is_read_as_in_the_file() -> None:
    start = PatientContext("P1", sex=Sex.MALE)
    assert with_fact(start, "sex", " Female ").sex is Sex.FEMALE
    assert with_fact(start, "sex", "").sex is None
    assert with_fact(start, "birth_date", "1970-05-01").birth_date == date(1970, 5, 1)
    with pytest.raises(EntryError) as refused:
        with_fact(start, "birth_date", "1.5.1970")
    side = patients("patient_id,birth_date\nP1,1.5.1970\n")
    assert side.issues[0].message.startswith(str(refused.value))
    assert refused.value.faults[0].effect is Effect.CELL
