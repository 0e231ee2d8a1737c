"""A second thread for work of Arrow and numpy, which leaves Python's lock alone: two cores in place of one.

Only for functions of their arguments alone: nothing here may log, ask or change what another thread reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")

_POOL = ThreadPoolExecutor(2, thread_name_prefix="beside")


def beside(work: Callable[[Given], Found], given: Given) -> Future[Found]:
    """Start a piece of work; `result()` of what is returned waits for it and raises what it raised."""
    return _POOL.submit(work, given)


def each(work: Callable[[Given], Found], given: Iterable[Given]) -> list[Found]:
    """The same work for each, two at a time, in the order given."""
    return list(_POOL.map(work, given))
