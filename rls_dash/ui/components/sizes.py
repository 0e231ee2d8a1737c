"""Heights of the tables."""

from __future__ import annotations

from typing import Literal

_ROW = 33  # [px] of a dataframe row at the font size of .streamlit/config.toml


def table_height(rows: int, at_most: int) -> int | Literal["content"]:
    """Height of a dataframe: all its rows, or `at_most` of them and a bar to scroll by."""
    return "content" if rows <= at_most else _ROW * (at_most + 1)
