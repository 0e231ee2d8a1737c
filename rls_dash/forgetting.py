"""Forgets what a closed tab had loaded.

Streamlit keeps the session of a closed tab for a while, in case it comes back. When that time is over it
drops the session only as another one takes its place, and the last one not even then: an upload would stay in
memory until the program stops.
"""

from __future__ import annotations

import asyncio
import gc
from typing import Any

EVERY = 15.0  # [s]


async def forget_closed_tabs() -> None:
    """Drop the sessions whose time to come back is over, again and again until cancelled."""
    from streamlit import runtime

    while True:
        await asyncio.sleep(EVERY)
        if runtime.exists():
            manager: Any = runtime.get_instance()._session_mgr  # noqa: SLF001 - no public way
            if _forget(manager._session_storage):  # noqa: SLF001
                gc.collect()  # a session stands in circles of references


def _forget(storage: Any) -> bool:
    """End what has expired in a `MemorySessionStorage` and empty its state; whether there was anything."""
    gone = storage._cache.expire()  # noqa: SLF001
    for _, info in gone:
        session = info.session
        session.shutdown()
        # The loop of the runtime goes on holding the session it saw last: what was loaded must not hang
        # on it, neither in the state nor in what the fragments were drawn from.
        session.session_state.clear()
        session._fragment_storage.clear()  # noqa: SLF001
        session._browser_queue.clear()  # noqa: SLF001
    return bool(gone)
