"""Columns → roles: answers of the user first, then a named dialect, then header spellings by priority.

The order of columns is never assumed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from dataclasses import dataclass, field

from rls_dash.answers import Answers, Choice, Question
from rls_dash.ingest.dialects import Dialect, LookupColumn, dialects, lookup_columns, lookup_tables
from rls_dash.ingest.formats import Role, header_key, header_roles
from rls_dash.ingest.nhanes import is_nhanes
from rls_dash.model import FileError, Status

_LOINC = re.compile(r"\d{1,7}-\d", re.ASCII)
_TEST = (Role.TEST, Role.CODE)
_VALUE = (Role.VALUE, Role.VALUE_NUMBER, Role.STANDARD_VALUE)
_OF_DIALECT = 100  # a dialect's priorities lie so far below those of spellings
NO_NAME = "(no name)"  # of a column with a blank header
_UNIT_BEHIND = re.compile(r"(?P<name>.*\w)\s*[\[({](?:[^\[\](){}]*[/%][^\[\](){}]*)[\])}]\s*")
_BY_ANSWER = -2 * _OF_DIALECT  # outranks everything


@dataclass(frozen=True)
class Mapping:
    """Which columns hold which role, and what the recognised format itself defines.

    `roles` may list several columns, preferred first.
    """

    dialect: str
    label: str
    roles: dict[Role, tuple[int, ...]]
    unused: tuple[str, ...]
    sentinels: frozenset[str] = frozenset()  # numbers that stand for "no number", as printed
    date_order: str = ""  # "dmy", "mdy" or "": the format does not say
    decimal: str = ""  # "." or ","
    century: str = ""  # of years with two digits: "2000"
    relative: str = ""  # dates that are plain numbers count these: "minutes", "days"
    statuses: dict[str, Status] = field(default_factory=dict)  # folded word of this format alone → status
    escape: str = ""
    lookups: tuple[str, ...] = ()  # dictionaries that an export of this format needs
    coded_tests: bool = False  # tests are numbers of a dictionary
    codes_are_keys: bool = False  # and the code column holds those numbers, whatever they look like
    coded_message: str = ""  # what to tell of a row that waits for its dictionary

    def waits_for_dictionary(self, test: str, code: str) -> bool:
        """Whether nobody can say what a row is of, without the dictionary or with the one given.

        Such a row is held: it must not be called a test that is not tracked.
        """
        bare = code.strip()
        if not self.coded_tests or test.strip() or _LOINC.fullmatch(bare):
            return False
        return self.codes_are_keys or not any(char.isalpha() for char in bare)


def score_header(cells: Sequence[str], answers: Answers | None = None) -> int:
    """How many roles these cells would fill as a header; 0 without a test and a value.

    The header of a dictionary (`ingest.lookup`) and of an NHANES file count too.
    """
    if len(cells) == 1 and not (answers and answers.columns):
        return 0  # a test and a value are two columns; most lines are one cell with a wrong delimiter
    stripped = [cell.strip() for cell in cells]
    try:
        roles = map_columns("", stripped, answers or Answers()).roles
    except FileError:
        return 1
    if any(role in roles for role in _TEST) and any(role in roles for role in _VALUE):
        return len(roles)
    return len(stripped) if dictionary_of(stripped) or is_nhanes(stripped) else 0


def dictionary_of(header: Sequence[str]) -> str:
    """The dictionary (lookups.csv) whose header this is, "" for an export."""
    keys = {header_key(cell) for cell in header}
    fitting = [table for table in lookup_tables().values() if table.required <= keys]
    if not fitting or any(_is_value(key) for key in keys):
        return ""
    return max(fitting, key=lambda table: len(table.required)).lookup


def columns_of(roles: Mapped[Role, Sequence[int]]) -> set[int]:
    """Every column that has a role."""
    return {column for columns in roles.values() for column in columns}


def column_key(header: str) -> str:
    """The key of a header; of a value named with its unit, `Result (ng/mL)`, that of the value alone."""
    key = header_key(header)
    match = _UNIT_BEHIND.fullmatch(header)
    if match and key not in header_roles() and _is_value(header_key(match["name"])):
        return header_key(match["name"])
    return key


def _is_value(key: str) -> bool:
    return any(role in _VALUE for _, role in header_roles().get(key, ()))


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """Headers made distinct: the second `value` is called `value (2)`, a blank one `(no name)`.

    Answers name columns so.
    """
    seen: Counter[str] = Counter()
    names = []
    for text in header:
        cell = text or NO_NAME
        seen[cell] += 1
        names.append(f"{cell} ({seen[cell]})" if seen[cell] > 1 else cell)
    return tuple(names)


def map_columns(
    name: str,
    header: Sequence[str],
    answers: Answers | None = None,
    given: Sequence[Role | None] = (),
    label: str = "",
) -> Mapping:
    """The roles of a header's columns.

    An answer of the user outranks what the format of the file says of its columns (`given`), and that
    a named dialect, which decides the headers it lists; spelling decides the others. Raises FileError
    for an answer that names no role.
    """
    keys = [column_key(cell) for cell in header]
    dialect = None if given else _dialect_of(frozenset(keys))
    listed = _listed(dialect)
    answered = _answered(name, header, answers or Answers())
    candidates = []
    for column, key in enumerate(keys):
        known: Sequence[tuple[int, Role]]
        if column in answered:
            known = ((_BY_ANSWER, answered[column]),)
        elif given:
            stated = given[column]
            known = () if stated is None else ((0, stated),)
        else:
            known = (listed[key],) if key in listed else header_roles().get(key, ())
        candidates += [(priority, role, column) for priority, role in known if role is not Role.IGNORE]
    roles = _with_standard_pair(_claimed(candidates))
    used = columns_of(roles)
    unused = tuple(cell for column, cell in enumerate(header) if column not in used)
    codes = {keys[column] for column in roles.get(Role.CODE, ())}
    return _mapping(dialect, label, roles, unused, codes)


def _dialect_of(keys: frozenset[str]) -> Dialect | None:
    return next((one for one in dialects() if one.fits(keys)), None)


def _listed(dialect: Dialect | None) -> dict[str, tuple[int, Role]]:
    """Header key → (priority, role) as a dialect and its dictionaries say; they outrank spelling."""
    if dialect is None:
        return {}
    added = {header_key(added_header(one)): (-_OF_DIALECT, one.role) for one in lookups_of(dialect.dialect)}
    own = {key: (one.priority - _OF_DIALECT, one.role) for key, one in dialect.columns.items()}
    return added | own


def lookups_of(dialect: str) -> tuple[LookupColumn, ...]:
    """What dictionaries can give to exports of one dialect."""
    return tuple(one for one in lookup_columns() if one.dialect == dialect)


def added_header(column: LookupColumn) -> str:
    """The name of a column that a dictionary adds to an export: "label of itemid"."""
    return f"{column.column} of {column.join_on}"


def _answered(name: str, header: Sequence[str], answers: Answers) -> dict[int, Role]:
    """Column → role where the user said it."""
    found = {}
    for column, cell in enumerate(column_names(header)):
        said = answers.columns.get(cell, "")
        if not said:
            continue
        if said not in set(Role):
            allowed = ", ".join(role.value for role in Role)
            message = (
                f"The answers give a column a role that does not exist. Use one of: {allowed}. "
                "'ignore' leaves a column out."
            )
            raise FileError(name, "unknown_role", message)
        found[column] = Role(said)
    return found


def _mapping(
    dialect: Dialect | None,
    label: str,
    roles: dict[Role, tuple[int, ...]],
    unused: tuple[str, ...],
    codes: set[str],
) -> Mapping:
    if dialect is None:
        return Mapping("", label or "columns by their names", roles, unused)
    lookups = tuple(dict.fromkeys(one.lookup for one in lookups_of(dialect.dialect)))
    numbers = {header_key(one.join_on) for one in lookups_of(dialect.dialect) if one.role is Role.TEST}
    return Mapping(
        dialect.dialect,
        dialect.label,
        roles,
        unused,
        sentinels=_printed(dialect.sentinels),
        date_order=dialect.date_order,
        decimal=dialect.decimal,
        century=dialect.century,
        relative=dialect.relative,
        statuses={word: Status(meaning) for word, meaning in dialect.words.get(Role.STATUS, {}).items()},
        escape=dialect.escape,
        lookups=lookups,
        coded_tests=dialect.coded_tests,
        codes_are_keys=not codes.isdisjoint(numbers),
        coded_message=_coded_message(dialect, Role.TEST in roles),
    )


def _printed(sentinels: frozenset[str]) -> frozenset[str]:
    """A sentinel as databases and spreadsheets print it: 9999999, 9999999.0, 9999999.00."""
    return frozenset(f"{number}{tail}" for number in sentinels for tail in ("", ".0", ".00"))


def _coded_message(dialect: Dialect, named: bool) -> str:
    """What a row waits for whose test is only a number."""
    if not dialect.coded_tests:
        return ""
    wanted = next((one.lookup for one in lookups_of(dialect.dialect) if one.role is Role.TEST), "")
    label = lookup_tables()[wanted].label if wanted else "a dictionary"
    if named:
        return f"The number of this test is not in {label}. Load a complete {label} together with this file."
    return f"The tests of this file are numbers of {label}; load that file together with this one."


def _claimed(candidates: Sequence[tuple[int, Role, int]]) -> dict[Role, tuple[int, ...]]:
    """The columns of each role: the lowest priority number wins, equal ones are settled by the cells."""
    roles: dict[Role, tuple[int, ...]] = {}
    won: dict[Role, int] = {}
    taken: set[int] = set()
    # On a tie a test outranks a patient (a bare `name`).
    for priority, role, column in sorted(
        candidates, key=lambda one: (one[0], one[1] is not Role.TEST, one[2])
    ):
        if column in taken or (role in roles and won[role] != priority):
            continue
        roles[role] = (*roles.get(role, ()), column)
        won.setdefault(role, priority)
        taken.add(column)
    return roles


def _with_standard_pair(roles: dict[Role, tuple[int, ...]]) -> dict[Role, tuple[int, ...]]:
    """Where only the standardised value is given, it is the value, and its own unit the unit.

    A value of one pair is never read with the unit of the other.
    """
    if Role.STANDARD_VALUE not in roles or any(role in roles for role in (Role.VALUE, Role.VALUE_NUMBER)):
        return roles
    of_reported = (Role.UNIT, Role.REFERENCE_LOW, Role.REFERENCE_HIGH, Role.REFERENCE_RANGE)
    kept = {role: columns for role, columns in roles.items() if role not in of_reported}
    kept[Role.VALUE] = kept.pop(Role.STANDARD_VALUE)
    if Role.STANDARD_UNIT in kept:
        kept[Role.UNIT] = kept.pop(Role.STANDARD_UNIT)
    return kept


def stated_escape(header: Sequence[str]) -> str:
    """The character that escapes quotes in files with this header, "" where its format does not say."""
    dialect = _dialect_of(frozenset(header_key(cell) for cell in header))
    return dialect.escape if dialect else ""


def column_question(
    name: str, layout: str, role: Role, headers: Sequence[str], samples: Sequence[Sequence[str]]
) -> Question:
    """Which of several columns holds a role: asked where their cells differ.

    `headers` are names as of `column_names`, `samples` the cells of each column. Two columns give one
    choice each; of more, the first is chosen or left out, and what remains is asked again. The answer
    is the role of the first column, as `Answers.columns` keeps it.
    """
    meaning = role.value.replace("_", " ")
    first, *others = headers
    named = " or ".join(f"'{header}'" for header in headers)
    text = f"Which column is the {meaning}: {named}? Their cells differ."
    rest = tuple(
        cell if len(others) == 1 else f"{header}: {cell}"
        for header, cells in zip(others, samples[1:], strict=True)
        for cell in cells
    )
    choices = (
        Choice(role.value, first, tuple(samples[0])),
        Choice(Role.IGNORE.value, " or ".join(others), rest),
    )
    return Question(name, layout, "columns", first, text, choices, tuple(samples[0]))
