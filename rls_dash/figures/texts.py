"""Text as plotly draws it."""

from __future__ import annotations

import html
from typing import Any


def esc(text: str) -> str:
    """Text made inert in plotly, which reads a part of HTML in every text it draws."""
    return html.escape(text, quote=False)


def plain_text(text: str, colour: str, size: int) -> dict[str, Any]:
    """An annotation without place or arrow; `text` is read as HTML."""
    return {"text": text, "showarrow": False, "font": {"size": size, "color": colour}}
