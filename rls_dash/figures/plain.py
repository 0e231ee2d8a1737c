"""A figure of plain dictionaries in the form that Streamlit takes without building it anew.

`st.plotly_chart` checks every property of a dictionary by making a plotly Figure of it, half of the time
that a page needs for another patient. That check is made by the tests, over every sample patient.
"""

from __future__ import annotations

from typing import Any

from plotly.basedatatypes import BaseFigure


class PlainFigure(BaseFigure):  # type: ignore[misc]  # plotly has no types
    """`figure` (data and layout) as it is."""

    def __init__(self, figure: dict[str, Any]) -> None:
        self.__dict__["plain"] = figure  # past plotly's own guard of attributes

    def to_dict(self) -> dict[str, Any]:
        """The dictionaries themselves; whoever shows them must not change them."""
        found: dict[str, Any] = self.__dict__["plain"]
        return found
