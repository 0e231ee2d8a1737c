"""How wide words are on paper: widths of Helvetica's characters, which Arial and Liberation Sans share."""

from __future__ import annotations

# [thousandths of the size]; other Latin characters are taken for a digit, those of wide scripts for a square
_BY_WIDTH = {
    222: "ijl'",
    278: " !,./:;I[\\]ft|\u00b7",
    333: "()-r`\u201c\u201d",
    389: '*"',
    500: "Jckvsxyz",
    584: "+<=>~^\u2212\u2264\u2265",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@\u2014\u2026",
}
_WIDTHS = {character: width for width, characters in _BY_WIDTH.items() for character in characters}
_DIGIT, _SQUARE, _FIRST_WIDE_SCRIPT = 556, 1000, "\u1100"
_SPARE = 1.06  # for fonts that stand in for Arial


def width(words: str, size: float) -> float:
    """Width [pt] of words set in a size [pt], with a little to spare."""
    total = sum(
        _WIDTHS.get(one, _SQUARE if one >= _FIRST_WIDE_SCRIPT and one not in _WIDTHS else _DIGIT)
        for one in words
    )
    return total * size * _SPARE / 1000


def cut(words: str, size: float, room: float) -> str:
    """Words that fit a room [pt]; an ellipsis says that the rest is left out."""
    if width(words, size) <= room:
        return words
    kept = words
    while kept and width(f"{kept}\u2026", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}\u2026"


def wrapped(words: str, size: float, room: float) -> list[str]:
    """Words in lines that fit a room [pt]; a single longer word is cut."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [cut(one, size, room) for one in lines]


def shortened(words: str, most: int) -> str:
    """Words of a file cut to a length [characters], saying how long they were; line breaks become spaces."""
    flat = " ".join(words.split())
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}\u2026 (cut, {len(flat)} characters)"
