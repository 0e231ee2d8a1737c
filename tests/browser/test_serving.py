"""What the running program answers, and to whom."""

from __future__ import annotations

import http.client
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from watched import Server, Watch, settle

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """The answer to one request, with exactly these headers."""
    host, port = server.address.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in ({"Host": f"{host}:{port}"} | headers).items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    connection.close()
    return answer


@pytest.mark.parametrize(
    "path", ["/", "/_stcore/health", "/_stcore/host-config", "/media/none.csv", "/import"]
)
@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_other_names_and_other_pages_are_refused(server: Server, path: str, headers: dict[str, str]) -> None:
    assert ask(server, path, **headers).status == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 101),
        ({"Host": "evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_the_socket_opens_for_this_machine_only(server: Server, headers: dict[str, str], status: int) -> None:
    assert ask(server, "/_stcore/stream", **(UPGRADE | headers)).status == status


def test_every_answer_carries_the_policy(server: Server) -> None:
    for path in ("/", "/_stcore/health", "/media/none.csv", "/favicon.png"):
        answer = ask(server, path)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"], path
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "no-referrer", path


def test_an_upload_without_the_token_of_the_page_is_refused(server: Server) -> None:
    assert ask(server, "/_stcore/upload_file/someone/somefile", "PUT", Content_Length="0").status == 403


def test_nobody_can_drive_the_app_as_a_program(server: Server) -> None:
    answer = ask(
        server, "/_stcore/agent/interact", "POST", Content_Type="application/json", Content_Length="0"
    )
    assert answer.status in (403, 404, 501), answer.status


def test_the_policy_stops_what_a_page_might_load(page: Page, watch: Watch) -> None:
    """The policy works in the browser: an outside picture is refused before anything is sent."""
    refused = page.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', event => done(event.violatedDirective))
            const image = new Image(); image.src = 'http://evil.example/beacon.png'
            setTimeout(() => done('nothing was refused'), 3000)
        })"""
    )
    assert refused == "img-src"
    assert len(watch.errors) == 1, "the refusal, and nothing else, is told on the console"
    watch.errors.clear()
    watch.outside.clear()  # Chromium names the request it refused to send


def test_two_browsers_do_not_share_a_session(new_page: Callable[..., Page], server: Server) -> None:
    first, second = new_page(), new_page()
    for page in (first, second):
        page.goto(server.address)
        settle(page)
    cookies = [
        {cookie["name"]: cookie["value"] for cookie in page.context.cookies()} for page in (first, second)
    ]
    assert all("ajs_anonymous_id" not in jar for jar in cookies), "a tracking cookie was set"
