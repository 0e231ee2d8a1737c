"""Text on the pages: the one escape for text of a file, and the sentences that are always the same."""

from __future__ import annotations

import re
import string

from rls_dash.report.fixed import INTENDED_USE
from rls_dash.report.fixed import NO_ALL_CLEAR as NO_ALL_CLEAR  # the pages say text.NO_ALL_CLEAR
from rls_dash.report.fixed import NO_MEDICINES as NO_MEDICINES
from rls_dash.report.fixed import SAMPLE_MARK as SAMPLE_MARK

APP_NAME = "RLS Dash"
NO_RESULTS = "No usable result is loaded. See the Import page for what was read and what was set aside."
STAYS_HERE = "Files are read on this machine only; nothing is sent anywhere, and nothing is kept afterwards."
READING_NOTES = (
    "A finding that is pressed lights what it rests on: its points, its caution row, its lines in the file.",
    "L, H: below or above a limit used here; ind.: between limits, or not decided. Words name the limit.",
    NO_ALL_CLEAR,
    "The laboratory's own interval is the pale band; it is judged apart from the limits for RLS.",
)
BEYOND_MARK = "\u2020"
BEYOND_LEGEND = f"{BEYOND_MARK} beyond the source document; its own source is on the page Limits and sources."

_WORD_JOINER = "\u2060"
_JOIN_AFTER = frozenset(":.@-<>=")
_PUNCTUATION = frozenset(string.punctuation)
_LINE_BREAKS = re.compile(r"[\r\n\t\v\f\x1c-\x1f\x85\u2028\u2029]+")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>$~|#])")


def esc(text: str) -> str:
    """Text of a file as Markdown that shows it and does nothing else: no image, link, icon or colour.

    Every ASCII punctuation mark gets a backslash, and an invisible word joiner after those that make
    links and arrows. Prefer st.text and st.dataframe, which need no escape and copy unchanged.
    """
    shown = []
    for character in _LINE_BREAKS.sub(" ", text):
        shown.append(f"\\{character}" if character in _PUNCTUATION else character)
        if character in _JOIN_AFTER:
            shown.append(_WORD_JOINER)
    return "".join(shown)


def own(text: str) -> str:
    """Text of our own tables and numbers we format, safe from being read as Markdown by accident."""
    return _MARKDOWN.sub(r"\\\1", text)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 row", "1,204 rows"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


ABOUT: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Intended use",
        INTENDED_USE,
    ),
    (
        "What it does not do",
        (
            "It gives no all clear. What was not measured, not read or set aside is not normal.",
            "It is not for emergencies and not for use by patients on their own.",
            "It does not know diagnoses, medicines or symptoms unless a file says so.",
            "Limits for adults are not applied to children; an age not stated is said beside the result.",
            "It changes nothing in your files and nothing in the record they come from.",
        ),
    ),
    (
        "Privacy",
        (
            "The program runs on this machine, answers this machine only and opens no connection to another.",
            "No usage statistics, no outside fonts, scripts or pictures.",
            "Files stay in memory for this session. Nothing is written to disk unless you download it.",
            "One person, one machine: it has no log-in and is not made to be shared over a network.",
        ),
    ),
)
