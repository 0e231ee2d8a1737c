"""The two lines of text over each panel of the trend figure."""

from __future__ import annotations

from typing import Any

from rls_dash.figures import layout
from rls_dash.figures.panel import PanelInfo
from rls_dash.figures.texts import esc, plain_text
from rls_dash.figures.theme import Palette
from rls_dash.interpret.words import brief

Part = dict[str, Any]
_FIRST, _SECOND = 118, 160  # characters that fit the lines
_TITLE_SIZE = 13  # [px]; the second line has the size of the annotation
_DOT = " \u00b7 "


def head_notes(panel: PanelInfo, slot: layout.Slot, colours: Palette) -> list[Part]:
    """Name, latest value, age and change; below, the flag in words and what must be known of the panel."""
    head = panel.header
    first = [head.value, head.when, head.change]
    second = [head.flag_words, head.beside]
    if sum(map(len, (panel.title, head.letter, *first))) > _FIRST:
        second.append(first.pop())
    letter = f" {esc(head.letter)}" if head.letter else ""
    value = f"<b>{esc(head.value)}{letter}</b>" if head.value else ""
    line = _DOT.join(filter(None, (value, *map(esc, first[1:]))))
    words = _DOT.join(filter(None, (*second, *head.notes)))
    title = f"<b>{esc(panel.title)}</b>  {line}"
    style = f"font-size:{_TITLE_SIZE}px;color:{colours.ink}"
    # One annotation for both lines: a browser measures each one it draws, the longest part of a drawing.
    both = f'<span style="{style}">{title}</span><br>{esc(brief(words, _SECOND)) or " "}'
    place = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": 4 - layout.LEFT, "align": "left"}
    place |= {"y": slot.top, "yref": "paper", "yanchor": "bottom", "borderpad": 0}
    found = {**plain_text(both, colours.muted, 11), **place, "name": f"{panel.analyte} head"}
    if len(words) > _SECOND:
        found["hovertext"] = "<br>".join(esc(part) for part in words.split(_DOT))
    return [found]
