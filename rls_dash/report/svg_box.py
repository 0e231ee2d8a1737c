"""Where the plot of one panel stands on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rls_dash.figures import layout
from rls_dash.figures.panel import PanelInfo


@dataclass(frozen=True)
class Box:
    """Place of the plot of one panel, and the time it spans."""

    left: float
    top: float
    width: float
    height: float
    start: datetime
    end: datetime
    panel: PanelInfo

    def x(self, moment: datetime) -> float:
        """Place of a moment on true time."""
        return self.left + self.width * ((moment - self.start) / (self.end - self.start))

    def y(self, value: float) -> float:
        """Place of a value on the axis of the panel."""
        return self.top + self.height - layout.pixels_up(self.panel.axis, value, 1) * self.height

    @property
    def bottom(self) -> float:
        """Floor of the plot."""
        return self.top + self.height

    @property
    def right(self) -> float:
        """End of the plot: the as-of day."""
        return self.left + self.width
