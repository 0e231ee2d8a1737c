"""What the first page needs, made ready while the browser still loads the page around it."""

from __future__ import annotations

import gc


def warm_up() -> None:
    """Load the libraries and read the sample clinic; for a thread beside the server.

    Nothing of a user is known yet, so what is there afterwards may stay for good: the garbage collector
    need not look through it after every few clicks.
    """
    import plotly.io
    import plotly.tools  # noqa: F401

    from rls_dash.ui import sample

    sample.ready()
    gc.collect()
    gc.freeze()
