"""How files and their columns are put into words a clinician reads."""

from __future__ import annotations

from rls_dash.context.cells import SideKind
from rls_dash.ingest.formats import Role
from rls_dash.pipeline import FileReport

ROLES: dict[str, str] = {
    Role.PATIENT_ID: "patient",
    Role.PATIENT_NAME: "patient: name",
    Role.BIRTH_DATE: "patient: date of birth",
    Role.SEX: "patient: sex",
    Role.COLLECTED_AT: "collected: date, or date and time",
    Role.COLLECTED_DATE: "collected: date, where the other is empty",
    Role.COLLECTED_TIME: "collected: time",
    Role.REPORTED_AT: "reported: date",
    Role.TEST: "test: name",
    Role.CODE: "test: code (LOINC)",
    Role.VALUE: "result",
    Role.VALUE_NUMBER: "result: number, where the result is empty",
    Role.VALUE_TEXT: "result: text, where both are empty",
    Role.STANDARD_VALUE: "standardised result",
    Role.STANDARD_UNIT: "unit of the standardised result",
    Role.COMPARATOR: "sign before the result (below, above)",
    Role.UNIT: "unit",
    Role.REFERENCE_LOW: "laboratory interval: lower end",
    Role.REFERENCE_HIGH: "laboratory interval: upper end",
    Role.REFERENCE_RANGE: "laboratory interval: both ends",
    Role.LAB_FLAG: "laboratory's own flag (L, H)",
    Role.STATUS: "status (final, preliminary)",
    Role.DELETED: "deleted or not",
    Role.SPECIMEN: "specimen",
    Role.CATEGORY: "category of the test",
    Role.LABORATORY: "laboratory",
    Role.IGNORE: "not used",
}
SIDE_FILES = {
    SideKind.PATIENTS: "facts about patients",
    SideKind.EVENTS: "medicines, supplements and events",
    SideKind.SCORES: "severity scores",
}
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows (cp1252)",
    "mac_roman": "Macintosh (Mac Roman)",
    "cp850": "DOS (cp850)",
    "workbook": "Excel workbook",
}
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", "": "none"}
_DECIMALS = {
    ".": "point",
    ",": "comma",
    "unproven": "not proved by the file",
    "contradictory": "contradictory",
    "": "not needed",
}
_ORDERS = {
    "dmy": "day before month",
    "mdy": "month before day",
    "not_needed": "year first, or month named",
    "relative": "counted from an unstated start",
    "unproven": "not proved by the file",
    "contradictory": "contradictory",
    "": "not needed",
}
# What an answer is about, for answers no question on the page speaks of.
KINDS: dict[str, str] = {
    "encoding": "Encoding of the text",
    "delimiter": "Delimiter between columns",
    "quoting": "Quoting of cells",
    "table": "Table or sheet read",
    "header": "Header line",
    "cut_off": "File that looks cut off",
    "columns": "Column",
    "date_order": "Order of day and month",
    "century": "Years with two digits",
    "serial_dates": "Day numbers count from",
    "decimal": "Decimal mark",
    "units": "Unit of rows that print none, or an unusual one",
    "collected": "Date of collection",
    "patient": "Patient of the file",
    "tests": "Test",
    "patients": "Patient id",
}
_SAID = {
    ("date_order", "dmy"): "day before month",
    ("date_order", "mdy"): "month before day",
    ("decimal", "."): "point",
    ("decimal", ","): "comma",
    ("header", "none"): "there is none",
    ("cut_off", "use"): "use its complete rows",
}


def is_dictionary(file: FileReport) -> bool:
    """Whether a file only names the codes of others: it has no layout that could be asked about."""
    return file.is_dictionary


def role_words(role: str) -> str:
    """What a column holds; "" is not used."""
    return ROLES.get(role or Role.IGNORE, role.replace("_", " "))


def encoding_words(encoding: str) -> str:
    """Name of an encoding."""
    return _ENCODINGS.get(encoding, encoding)


def delimiter_words(delimiter: str) -> str:
    """Name of a delimiter."""
    return _DELIMITERS.get(delimiter, delimiter)


def decimal_words(mark: str) -> str:
    """Decimal mark and how sure it is."""
    return _DECIMALS.get(mark, mark)


def date_order_words(order: str) -> str:
    """Order of day and month and how sure it is."""
    return _ORDERS.get(order, order)


def answer_words(kind: str, answer: str) -> str:
    """An answer as a person would say it."""
    if kind == "delimiter":
        return delimiter_words(answer)
    if kind == "encoding":
        return encoding_words(answer)
    return role_words(answer) if kind == "columns" else _SAID.get((kind, answer), answer.replace("_", " "))
