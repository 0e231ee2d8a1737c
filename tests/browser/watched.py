"""What the browser tests share: the running server, the watch kept on a page, and waiting for a page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 1024, "height": 768}
_LOOKS, _LOOK = 3, 50  # [1], [ms]
LOCAL_ADDRESS = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)(:\d+)?(/|$)|(data|blob|about):")


@dataclass
class Server:
    """A running app: where it answers, and what it has said on standard error."""

    address: str
    log: list[str]

    def complaints(self) -> list[str]:
        """Lines about errors, and about other machines the program itself wanted to reach."""
        return [line for line in self.log if re.search(r"OUTSIDE|Uncaught|Traceback|Error\b", line)]


@dataclass
class Watch:
    """What a page did that it should not."""

    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def address(self, url: str) -> None:
        """Note an address that is not of this machine."""
        if not LOCAL_ADDRESS.match(url):
            self.outside.append(url)

    def console(self, message: ConsoleMessage) -> None:
        """Note an error written to the console, a refused load among them."""
        # A page opened by its own address is first looked for by Streamlit under that address.
        probe = re.search(r"/\w+/_stcore/(health|host-config)$", message.location.get("url", ""))
        if message.type == "error" and not probe:
            self.errors.append(message.text)

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of the context, those still to open too."""
        context.on("request", lambda request: self.address(request.url))
        context.on("console", self.console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("page", lambda page: page.on("websocket", lambda socket: self.address(socket.url)))


def settle(page: Page) -> None:
    """Wait until the script has run and the page shows its outcome.

    At rest a few looks in a row: one look alone may fall between an action and the run it asks for, or
    between two runs.
    """
    app = page.get_by_test_id("stApp")
    calm = 0
    while calm < _LOOKS:
        page.wait_for_selector("[data-testid='stApp'][data-test-connection-state='CONNECTED']")
        page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
        # Not wait_for_function: it evaluates text as code, which the app's policy refuses.
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        page.wait_for_timeout(_LOOK)
        calm = calm + 1 if app.get_attribute("data-test-script-state") == "notRunning" else 0
