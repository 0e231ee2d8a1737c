"""Serves the app to the browser of this machine and to nobody else.

The safe settings are given here, so they hold from any working directory and over any
`config.toml` or `STREAMLIT_*` variable; `.streamlit/config.toml` repeats them for `streamlit run app.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from rls_dash import quiet_log
from rls_dash.forgetting import forget_closed_tabs
from rls_dash.warm_up import warm_up
from rls_dash.web_guard import LocalOnly

APP = Path(__file__).resolve().parent.parent / "app.py"
ADDRESS = "127.0.0.1"
USUAL_PORT = 8501
ANY_FREE_PORT = 0
# [s] after which a thread lets another one go on: each of the sixty messages of a page waits for such a turn
# while the script goes on, and Python's own turns are of 5 ms.
_TURN = 0.0005
SET_UP = "Set everything up and open the app with:  python3 -m rls_dash.bootstrap open"

SAFE_SETTINGS: dict[str, Any] = {
    "global.developmentMode": False,
    "server.address": ADDRESS,
    "server.allowedHosts": ["localhost", ADDRESS],
    "server.corsAllowedOrigins": [],
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "strict",
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.maxUploadSize": 20,  # [MB]
    "server.maxMessageSize": 50,  # [MB]
    "server.disconnectedSessionTTL": 30,  # [s] an upload is forgotten soon after its tab is closed
    "server.showEmailPrompt": False,
    "browser.serverAddress": ADDRESS,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "viewer",
    "client.disableDataExport": True,  # its CSV is not safe against formulas; ours is
    "client.allowedOrigins": [],
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,  # 40 to 100 ms after every click; Python collects by itself
    "logger.level": "warning",
    "logger.enableRich": False,  # would print exceptions past every log filter
    "logger.hideWelcomeMessage": True,
}


def port_is_free(port: int) -> bool:
    """True when the loopback port can be listened on."""
    with socket.socket() as trial:
        if os.name != "nt":  # there this option would let two programs share the port
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def launch(open_browser: bool = True, port: int | None = None) -> int:
    """Serve the app until stopped; exit code for the shell.

    open_browser: also show it, where there is a screen. port: loopback port; None takes the usual one,
    or any free one when that is taken.
    """
    if port is None:
        port = USUAL_PORT if port_is_free(USUAL_PORT) else ANY_FREE_PORT
    elif not port_is_free(port):
        print(f"Port {port} is taken by another program. Choose another one.", file=sys.stderr)
        return 1
    quiet_log.install()
    sys.setswitchinterval(_TURN)
    # Streamlit looks for `.streamlit/config.toml` (the theme) beside the script it believes was started.
    sys.argv = [str(APP)]
    try:
        _app(open_browser).run(config={**SAFE_SETTINGS, "server.port": port})
    except ModuleNotFoundError as missing:
        print(f"The package {missing.name} is not installed for this Python. {SET_UP}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("RLS Dash has stopped; nothing was kept.", file=sys.stderr)
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def _app(open_browser: bool) -> Any:
    """The Streamlit application behind the guard."""
    from starlette.middleware import Middleware
    from streamlit import App

    @contextlib.asynccontextmanager
    async def announce(_app: Any) -> AsyncIterator[None]:
        # The port is bound by now, so a browser that is quick only waits.
        _announce(open_browser)
        threading.Thread(target=warm_up, daemon=True).start()
        forgetting = asyncio.create_task(forget_closed_tabs())
        yield
        forgetting.cancel()

    return App(APP, middleware=[Middleware(LocalOnly)], on_script_error=_show_error, lifespan=announce)


def _announce(open_browser: bool) -> None:
    """Print the address and open it in the browser when there is a screen."""
    from streamlit import config

    address = f"http://{ADDRESS}:{config.get_option('server.port')}"
    print(f"RLS Dash is open at {address}  (stop it with Ctrl+C; nothing leaves this machine)", flush=True)
    if open_browser and not config.get_option("server.headless"):
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _show_error(error: Exception) -> bool:
    """Say on the page that it failed, and where in the program; never the exception's text."""
    import streamlit as st

    st.error("This page could not be shown. Your files are unchanged, and nothing has left this machine.")
    st.text(f"To report it, copy this line; it holds no patient data:\n{quiet_log.where(error)}")
    return True
