"""Runs `python -m rls_dash` for the browser tests, watched.

Ends when its standard input closes, so it never outlives the tests, however they end; and says
`OUTSIDE` on standard error when the program itself looks up or connects to another machine.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading
from pathlib import Path
from typing import Any

LOCAL = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "", None}  # noqa: S104 - names, nothing is bound


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Report an address that is not of this machine."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
    else:
        return
    if host not in LOCAL:
        print(f"OUTSIDE {event} {host}", file=sys.stderr, flush=True)


def end_with_the_tests() -> None:
    """Wait for the end of standard input, then leave at once."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.addaudithook(watch)
    threading.Thread(target=end_with_the_tests, daemon=True).start()
    runpy.run_module("rls_dash", run_name="__main__", alter_sys=True)
