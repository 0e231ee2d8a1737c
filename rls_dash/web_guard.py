"""Lets only this machine's own pages talk to the app, and says so in the headers of every answer.

Plain ASGI, no framework: it wraps whatever serves the app.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

# Names under which a browser on this machine reaches the loopback address. A page of another site that
# points its own name here (DNS rebinding) sends that name, and is refused.
_LOCAL_HOST = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d{1,5})?")

# The one inline script of Streamlit's index.html (`window.prerenderReady = false`).
# tests/spec/test_launch.py compares it with the installed version.
INLINE_SCRIPT_SHA256 = "THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA="

_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def content_security_policy(host: str) -> str:
    """Policy under which a page may load nothing from, and send nothing to, any other machine.

    `host`: the checked Host header, so that the page's WebSocket is allowed by name too; not every
    browser counts ws: as 'self'.
    """
    rules = {
        "default-src": "'self'",
        "script-src": f"'self' 'wasm-unsafe-eval' 'sha256-{INLINE_SCRIPT_SHA256}'",
        "style-src": "'self' 'unsafe-inline'",  # Streamlit and plotly style elements as they draw
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' ws://{host}",
        "worker-src": "'self' blob:",
        "frame-src": "'self' blob:",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def security_headers(host: str, path: str) -> list[Header]:
    """Headers for an answer to a page of this machine."""
    headers = {
        "content-security-policy": content_security_policy(host),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": _PERMISSIONS,
    }
    # Streamlit's own scripts and fonts hold no data, and without the cache each visit loads 9 MB again.
    if not path.startswith("/static/"):
        headers["cache-control"] = "no-store"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def allowed_host(headers: Iterable[Header]) -> str | None:
    """The Host header when the request is of this machine's own pages, otherwise None.

    Requests of programs carry no Origin; a browser's must name the very page that is served here, so
    that neither another site nor another local server can drive the app.
    """
    hosts = [value.decode("latin-1").lower() for name, value in headers if name == b"host"]
    origins = [value.decode("latin-1").lower() for name, value in headers if name == b"origin"]
    if len(hosts) != 1 or not _LOCAL_HOST.fullmatch(hosts[0]):
        return None
    if any(origin != f"http://{hosts[0]}" for origin in origins):
        return None
    return hosts[0]


class LocalOnly:
    """ASGI middleware: refuses foreign hosts and origins with 403 and adds the security headers."""

    def __init__(self, app: AsgiApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it before the app sees it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        host = allowed_host(scope["headers"])
        if host is None:
            await _refuse(scope, receive, send)
            return
        added = security_headers(host, str(scope.get("path", "")))
        replaced = {name for name, _ in added}

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in replaced]
                message = {**message, "headers": [*kept, *added]}
            await send(message)

        await self.app(scope, receive, send_guarded)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()  # the connection request; closing before accepting it answers 403
        await send({"type": "websocket.close", "code": 1008})
        return
    text = b"Only pages opened on this machine may use RLS Dash."
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": text})
