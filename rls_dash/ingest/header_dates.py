"""Dates in headers: which columns of a wide table belong to which day. The date itself stays text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rls_dash.ingest.formats import Role, fold, header_key, header_roles, months, plain_word, preamble_labels

# A year and month alone are no day of collection, but such a column is one of results all the same.
_DATE = (
    r"(?:(?:19|20|21|22)[0-9]{2}(?P<iso>[-./])[0-9]{1,2}(?P=iso)[0-9]{1,2}"
    r"|[0-9]{1,2}(?P<mark>[-./])[0-9]{1,2}(?P=mark)(?:[0-9]{4}|[0-9]{2})"
    r"|(?:19|20|21)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日|(?:19|20|21)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|[0-9]{1,2}[-. ]+(?P<word>[^\W\d_]{3,12})\.?[-., ]+(?:[0-9]{4}|[0-9]{2})"
    r"|(?P<first>[^\W\d_]{3,12})\.? +[0-9]{1,2},? +[0-9]{4}"
    r"|(?:19|20|21)[0-9]{2}[-./](?:0[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])[-./](?:19|20|21)[0-9]{2})"
)
_CLOCK = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
_INSIDE = re.compile(rf"(?<![\w.]){_DATE}(?![\w.]*\w)")
_WHOLE = re.compile(rf"(?P<date>{_DATE}{_CLOCK})")
_DATE_THEN_WORD = re.compile(rf"(?P<date>{_DATE}{_CLOCK})[\s_:,|()\-]+(?P<role>.*[^\s()])[\s()]*")
_WORD_THEN_DATE = re.compile(rf"(?P<role>\D*[^\s0-9(])[\s_:,|()\-]+(?P<date>{_DATE}{_CLOCK})[\s()]*")
_OF_A_DATE = (  # what may stand once per date
    Role.VALUE,
    Role.UNIT,
    Role.REFERENCE_RANGE,
    Role.REFERENCE_LOW,
    Role.REFERENCE_HIGH,
    Role.LAB_FLAG,
    Role.COMPARATOR,
    Role.STATUS,
)


def is_date(text: str) -> bool:
    """Whether a header is a date and nothing else."""
    match = _WHOLE.fullmatch(text.strip())
    return bool(match and _month_is_known(match))


def holds_date(text: str) -> bool:
    """Whether a date stands somewhere in a header: `Ferritin 2023-06-12`."""
    return any(_month_is_known(match) for match in _INSIDE.finditer(text))


def dated_column(header: str) -> tuple[str, Role] | None:
    """(date as printed, what the column holds of it) for `2023-06-12`, `2023-04-05 range`, `Wert 5.4.23`."""
    bare = header.strip()
    if is_date(bare):
        return bare, Role.VALUE
    for pattern in (_DATE_THEN_WORD, _WORD_THEN_DATE):
        match = pattern.fullmatch(bare)
        if match and _month_is_known(match) and (role := role_of_a_date(match["role"])):
            return match["date"].strip(), role
    return None


def role_of_a_date(word: str) -> Role | None:
    """What a word beside a date says of the column: `Result`, `Unit`, `Range`; None for any other word."""
    known = header_roles().get(header_key(word), ())
    return next((role for _, role in known if role in _OF_A_DATE), None)


def dates_only(cells: Sequence[str]) -> int:
    """How many dates stand in a record that holds nothing else and starts blank; 0 for any other record."""
    filled = [cell for cell in cells if cell.strip()]
    if not filled or cells[0].strip() or not all(is_date(cell) for cell in filled):
        return 0
    return len(filled)


def under_dates(above: Sequence[str], cells: Sequence[str]) -> list[str]:
    """A header whose columns of results carry the dates of the record above it.

    A date over merged cells stands once and speaks of the columns up to the next date, the last one of as
    many columns as the one before it.
    """
    starts = [column for column, cell in enumerate(above) if cell.strip() and column < len(cells)]
    if not starts:
        return list(cells)
    ends = [*starts[1:], starts[-1] + (starts[-1] - starts[-2] if len(starts) > 1 else len(cells))]
    named = list(cells)
    for start, end in zip(starts, ends, strict=True):
        date = above[start].strip()
        for column in range(start, min(end, len(cells))):
            if role_of_a_date(cells[column]):
                named[column] = f"{date} {cells[column].strip()}"
            elif column == start:
                named[column] = date
    return named


def is_stamp(text: str) -> bool:
    """Whether a header only tells when the file was made: `Exported: Aug 9, 2026`."""
    label, colon, _ = text.partition(":")
    return bool(colon) and preamble_labels().get(fold(label)) == "stamp"


def _month_is_known(match: re.Match[str]) -> bool:
    parts = match.groupdict()
    word = parts.get("word") or parts.get("first")
    return not word or plain_word(word) in months()
