"""Work that makes objects by the million and no circles of them, without the search for circles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Python looks through every object for circles each time their number has grown; here it does not.

    That search took a third of reading row by row, and a fifth of the findings of a thousand patients.
    What is no longer used is given back all the same, circles alone wait until the end.
    """
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()
