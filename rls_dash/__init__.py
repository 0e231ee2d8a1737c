"""RLS Dash: lab exports read against the limits that matter for Restless Legs Syndrome."""

__version__ = "0.1.0"
