"""Text of files made inert: characters that steer a text, or that a font lacks, are shown by their number."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# What the typefaces inside typst hold for certain: Latin, Greek, Cyrillic, and the marks of our own words.
_RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x386, 0x3CE), (0x400, 0x45F))
_MARKS = frozenset(
    "\u2002\u2009\u2010\u2011\u2012\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2020\u2021\u2022\u2026\u202f"
    "\u2030\u20ac\u2122\u2190\u2191\u2192\u2193\u2212\u2248\u2260\u2264\u2265\ufffd"
)
# A column holds 40 letters of mean width; at a hyphen a line breaks by itself, but not before a digit.
_LONG_WORD = re.compile(r"\S{41,}|[^\s-]{31,}")
_PIECES = re.compile(r".{1,12}")


def visible(text: str) -> str:
    """Text without characters that cannot be seen but change how the rest reads: they show as [U+202E]."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"[U+{ord(one):04X}]" if unicodedata.category(one) in _UNSEEN else one for one in text)


def displayable(text: str) -> str:
    """Text in characters that the PDF can show; any other one stands by its number, for a blank box could be
    any name."""
    seen = unicodedata.normalize("NFC", visible(text))
    if seen.isascii():
        return seen
    return "".join(one if _has_glyph(one) else f"[U+{ord(one):04X}]" for one in seen)


def breakable(text: str) -> str:
    """Text in which a word too long for a line may break, so that it neither leaves the page nor covers what
    stands beside it. Ids of usual length stay whole, to be found and copied."""
    return _LONG_WORD.sub(lambda word: "\u200b".join(_PIECES.findall(word[0])), text)


def _has_glyph(character: str) -> bool:
    code = ord(character)
    return character in _MARKS or any(low <= code <= high for low, high in _RANGES)
