"""Keeps patient data out of the terminal: logs and tracebacks say where, never what.

Streamlit logs every uncaught exception with its message and traceback whatever its settings say, and
exception messages of libraries quote the values they choke on. So in the process that serves the app
no log record keeps an exception's text or a value filled into its message. What stays is enough to
report a defect: the kind of exception and the places in the code it came through.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

WITHHELD = "…"
_PLACES_KEPT = 6
_PLACEHOLDER = re.compile(r"%(?:\([^)]*\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[a-zA-Z]")
# asyncio writes the exception itself into the text of its messages.
_LOGGERS_WITH_DATA_IN_TEXT = ("asyncio", "concurrent", "py.warnings")


def where(error: BaseException | None) -> str:
    """Kind of an exception and the code places it came through, innermost last; none of its text."""
    if error is None:
        return "no exception"
    frames = traceback.extract_tb(error.__traceback__, limit=-_PLACES_KEPT)
    places = [f"{_short(frame.filename)}:{frame.lineno}" for frame in frames]
    return " > ".join([*places, type(error).__name__])


def _short(filename: str) -> str:
    """Last two parts of a source path: enough to find it, without the folders of this machine."""
    return "/".join(Path(filename).parts[-2:])


def withhold(record: logging.LogRecord) -> logging.LogRecord:
    """The record without values, exception text and stack."""
    if record.name.split(".")[0] in _LOGGERS_WITH_DATA_IN_TEXT or record.name in _LOGGERS_WITH_DATA_IN_TEXT:
        record.msg = f"{record.name}: message withheld, it may hold data"
    elif record.args:
        record.msg = _PLACEHOLDER.sub(WITHHELD, str(record.msg)).replace("%%", "%")
    elif isinstance(record.msg, BaseException):
        record.msg = type(record.msg).__name__
    record.args = ()
    if record.exc_info:
        record.msg = f"{record.msg} [{where(record.exc_info[1])}; text withheld, it may hold data]"
    record.exc_info = record.exc_text = record.stack_info = None
    return record


def install() -> None:
    """Apply `withhold` to every logger of this process and to exceptions nobody caught. Once is enough."""
    current = logging.getLogRecordFactory()
    if getattr(current, "withholds", False):
        return

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return withhold(current(*args, **kwargs))

    factory.withholds = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(factory)
    logging.captureWarnings(True)
    sys.excepthook = _report_uncaught
    threading.excepthook = _report_thread
    sys.unraisablehook = _report_unraisable


def _report_uncaught(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    print(f"RLS Dash stopped: {where(error)}; text withheld, it may hold data", file=sys.stderr)


def _report_thread(caught: threading.ExceptHookArgs) -> None:
    if caught.exc_type is not SystemExit:
        print(f"A thread stopped: {where(caught.exc_value)}; text withheld", file=sys.stderr)


def _report_unraisable(caught: sys.UnraisableHookArgs) -> None:
    print(f"Ignored while cleaning up: {where(caught.exc_value)}; text withheld", file=sys.stderr)
