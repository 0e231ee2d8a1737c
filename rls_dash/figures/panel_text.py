"""The words of a panel: header, hover box, what is said of an empty one."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rls_dash.interpret import words
from rls_dash.interpret.change import change_since
from rls_dash.interpret.iv_iron import AfterIron
from rls_dash.interpret.latest import Row, day_of, is_computed, is_conflicting, reported_text
from rls_dash.interpret.limits import STATE_WORDS, State
from rls_dash.interpret.words import UnitSystem
from rls_dash.knowledge import Analyte, Knowledge
from rls_dash.model import Flag, Status

NO_RESULT = "no result on file (not the same as never measured)"
_LONGEST = 60  # characters of one cell of the file in a hover box


@dataclass(frozen=True)
class HeaderInfo:
    """Head of a panel: the latest result, whatever range is shown."""

    value: str  # [unit of the panel], "" when there is none
    letter: str
    flag_words: str
    when: str
    change: str  # since the collection before, with the interval, and whether beyond expected variation
    notes: tuple[str, ...]
    beside: str = ""  # over the ferritin: the latest transferrin saturation


def letter_of(flag: Flag) -> str:
    """The letter shown beside a value; none for normal, none for what was not assessed."""
    return "" if flag in (Flag.NORMAL, Flag.NOT_ASSESSED) else flag.value


def shown_number(row: Row, unit: str, digits: int) -> str:
    """Sign and number in the unit of the panel, with the digits reported where it is the same number."""
    if _same_number(row):
        number = words.reported_number_text(row["reported_value"], row["reported_number"])
    else:
        number = f"{row['shown']:.{digits}f}"
    return words.value_text(row["comparator"], number, "1")


def _same_number(row: Row) -> bool:
    """True when the number of the report is the number shown (ng/mL and µg/L are one size)."""
    return bool(row["reported_number"] == row["shown"])


def header_info(
    records: Sequence[Row],
    knowledge: Knowledge,
    analyte: Analyte,
    as_of: date,
    system: UnitSystem,
    notes: tuple[str, ...],
    beside: str = "",
) -> HeaderInfo:
    """Latest value, its flag in words, its age, and the change since the collection before."""
    if not records:
        return HeaderInfo("", "", "", "", "", notes, beside)
    latest = records[-1]
    same = [row for row in records if row["collected_on"] == latest["collected_on"]] or [latest]
    conflicting = [row for row in same if is_conflicting(row["notes"])]
    earlier = [row for row in records if row["collected_on"] < latest["collected_on"]]
    unit, _ = words.display_unit(analyte, system)
    if len(conflicting) > 1:
        numbers = " and ".join(row["shown_text"] for row in conflicting)
        value, letter, text = words.amount(numbers, unit), "", "conflicting results, not settled"
    else:
        value = words.amount(latest["shown_text"], unit)
        if is_computed(latest["notes"]):
            value = f"{value} (computed)"
        elif not _same_number(latest):
            value = f"{value} (reported {reported_text(latest)})"
        letter, text = letter_of(Flag(latest["flag"])), _flag_words(latest)
    day = day_of(latest)
    when = f"{words.date_text(day)}, {words.age_text(day, as_of)}"
    if latest["status"] == Status.PRELIMINARY.value:
        when += ", preliminary"
    change = change_since(latest, earlier[-1], knowledge, system).words if earlier else ""
    return HeaderInfo(value, letter, text, when, change, notes, beside)


def _flag_words(row: Row) -> str:
    """The flag in words, and the laboratory's interval where it says something else."""
    words_of_flag: str = row["flag_words"]
    if row["state"] == State.BELOW_LIMIT_INSIDE_INTERVAL:
        return f"{words_of_flag}; inside the lab\u2019s interval"
    if not letter_of(Flag(row["flag"])) and row["interval_flag"] in (Flag.LOW, Flag.HIGH):
        return f"{words_of_flag}; {row['interval_words'].partition(',')[0]}"
    return words_of_flag


def empty_text(records: Sequence[Row], visible: Sequence[Row]) -> str:
    """What is written in a panel without points: never a blank without a reason."""
    if visible:
        return ""
    if not records:
        return NO_RESULT
    return f"no result in this period; latest {words.date_text(day_of(records[-1]))}"


def hover_lines(row: Row, analyte: Analyte, unit: str, after: AfterIron | None) -> tuple[str, ...]:
    """Everything known of one result, a line each; text of the file is not escaped here."""
    flag, lab = Flag(row["flag"]), Flag(row["interval_flag"])
    converted = words.amount(row["shown_text"], unit)
    exact = words.plain(round(float(row["value"]), analyte.canonical_digits))
    canonical = words.value_text(row["comparator"], exact, row["unit"])
    values = dict.fromkeys(text for text in (converted, canonical) if text != reported_text(row))
    day = words.date_text(day_of(row))
    moment = f"{day} {row['collected_on']:%H:%M}" if row["has_time"] else f"{day}, time not stated"
    state = row["state"] == State.BELOW_LIMIT_INSIDE_INTERVAL
    lines = [
        *_value_lines(row, analyte, converted, " = ".join(values)),
        f"{flag.value}: {row['flag_words']}" if flag is not Flag.NOT_ASSESSED else row["flag_words"],
        f"{lab.value}: {row['interval_words']}" if lab is not Flag.NOT_ASSESSED else "No laboratory interval",
        _sentence(STATE_WORDS[State.BELOW_LIMIT_INSIDE_INTERVAL]) if state else "",
        f"Letter printed by the laboratory: {_cell(row['lab_flag'])}" if row["lab_flag"] else "",
        f"Collected {moment}",
        f"Laboratory: {_cell(row['laboratory'])}" if row["laboratory"] else "Laboratory not stated",
        "Preliminary result" if row["status"] == Status.PRELIMINARY.value else "",
        "Conflicts with another result of this collection" if is_conflicting(row["notes"]) else "",
        _sentence(after.words) if after else "",
        f"Not joined to the result before: {row['broken']}" if row["broken"] else "",
        f"{_cell(row['source_file'])}, line {row['source_row']}",
    ]
    return tuple(line for line in lines if line)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _value_lines(row: Row, analyte: Analyte, shown: str, otherwise: str) -> list[str]:
    """The value as reported and converted, or how it was computed."""
    if is_computed(row["notes"]):
        return [
            f"{analyte.label}: {shown}, computed",
            *textwrap.wrap(str(row.get("computed_from") or ""), _LONGEST),
        ]
    reported = " ".join(filter(None, (_cell(row["reported_value"]), _cell(row["reported_unit"]))))
    return [f"{analyte.label}: {reported} as reported", f"= {otherwise}" if otherwise else ""]


def _cell(text: str) -> str:
    """A cell of the file, cut to a length that keeps the hover box readable."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\u2026"
