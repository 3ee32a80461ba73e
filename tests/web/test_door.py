"""The door of the app: hosts, origins, tokens, headers, limits (requirements S1-S7, S15, S18, S21, S22, S25)."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from app_process import FILES, RunningApp
from starlette.responses import Response

from heatleaf.errors import UserError
from heatleaf.web import security
from heatleaf.web.patience import make_config
from heatleaf.web.security import Door, Keys, check_request, needs_token, open_to_all, require_marks
from heatleaf.web.server import bind

ELSEWHERE = "This address does not belong to heatleaf; open the one that the terminal shows."
OTHER_PAGE = "This request comes from another page than heatleaf's own."


def status_of(answer: bytes) -> int:
    match = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    return int(match[1]) if match else 0


def get(app: RunningApp, host_lines: str, target: str = "/api/hello") -> bytes:
    lines = f"GET {target} HTTP/1.1\r\n{host_lines}Authorization: Bearer {app.token}\r\nConnection: close\r\n\r\n"
    return app.raw(lines.replace("PORT", str(app.port)).encode())


@pytest.mark.parametrize(
    "host", ["127.0.0.1:PORT", "localhost:PORT", "[::1]:PORT", "LOCALHOST:PORT", "127.0.0.1", "localhost"]
)
def test_own_hosts_are_answered(app: RunningApp, host: str) -> None:  # S2
    assert status_of(get(app, f"Host: {host}\r\n")) == 200


@pytest.mark.parametrize(
    "lines",
    [
        "Host: evil.com\r\n",
        "Host: evil.com:PORT\r\n",
        "Host: 127.0.0.1.evil.com:PORT\r\n",
        "Host: localhost.:PORT\r\n",
        "Host: 0.0.0.0:PORT\r\n",
        "Host: 127.1:PORT\r\n",
        "Host: 127.0.0.1:1\r\n",
        "Host: user@127.0.0.1:PORT\r\n",
        "Host: \r\n",
        "Host: 127.0.0.1:PORT\r\nHost: evil.com\r\n",
        "",
    ],
)
def test_other_hosts_are_refused_before_anything(app: RunningApp, lines: str) -> None:  # S2, S7
    for target in ("/api/hello", "/", "/static/app.js", "/nowhere"):
        assert status_of(get(app, lines, target)) == 400


def test_the_sentence_of_another_host_tells_nothing_of_the_app(app: RunningApp) -> None:
    answer = app.ask("GET", "/api/hello", headers={"Host": "evil.com"})
    assert answer.json["error"] == ELSEWHERE and answer.json["code"] == "request"


def test_an_address_with_a_host_in_it_is_refused(app: RunningApp) -> None:  # S2
    assert status_of(get(app, "Host: 127.0.0.1:PORT\r\n", "http://evil.com/api/hello")) == 400
    assert status_of(get(app, "Host: 127.0.0.1:PORT\r\n", "http://127.0.0.1:PORT/api/hello")) == 400


UNSAFE = [
    # Sec-Fetch-Site, Origin, with a bearer token, status
    ("same-origin", "own", True, 200),
    ("none", None, True, 200),
    ("same-origin", None, True, 200),
    ("cross-site", "own", True, 403),
    ("same-site", "own", True, 403),
    ("cross-site", None, True, 403),
    ("same-origin", "http://evil.com", True, 403),
    ("none", "null", True, 403),
    (None, "own", True, 200),
    (None, "null", True, 403),
    (None, "http://evil.com", True, 403),
    (None, "http://127.0.0.1", True, 403),
    (None, "https://127.0.0.1:PORT", True, 403),
    (None, None, True, 200),
    (None, None, False, 403),
    ("same-origin", "own", False, 401),
    (None, "own", False, 401),
]


@pytest.mark.parametrize(("site", "origin", "key", "status"), UNSAFE)
def test_changes_come_from_own_pages_only(
    app: RunningApp, site: str | None, origin: str | None, key: bool, status: int
) -> None:  # S3
    study_id = app.ask("POST", "/api/studies", {"example": True}).json["id"] if status == 200 and key else "none"
    headers = {"Sec-Fetch-Site": site} if site else {}
    if origin:
        headers["Origin"] = f"http://127.0.0.1:{app.port}" if origin == "own" else origin.replace("PORT", str(app.port))
    answer = app.ask("POST", f"/api/studies/{study_id}/rename", {"name": "new"}, headers, key=key)
    assert answer.status == status
    if status == 403:
        assert answer.json["error"] == OTHER_PAGE and answer.json["code"] == "not_allowed"


def test_a_page_of_another_site_reads_nothing(app: RunningApp) -> None:
    assert app.ask("GET", "/api/studies", headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    assert app.ask("GET", "/static/app.js", headers={"Sec-Fetch-Site": "same-site"}).status == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/hello"),
        ("GET", "/api/studies"),
        ("GET", "/static/app.js"),
        ("GET", "/static/viewer/boot.js"),
        ("GET", "/api/studies/x"),
        ("GET", "/api/studies/x/result"),
        ("GET", "/api/studies/x/files/y"),
        ("GET", "/api/compare?a=x&b=y"),
    ],
)
def test_everything_needs_the_key(app: RunningApp, method: str, path: str) -> None:  # S4
    answer = app.ask(method, path, key=False)
    assert answer.status == 401 and answer.json["code"] == "no_token"
    assert answer.json["error"] == "Open the address that the terminal shows; it holds the key to this page."
    for wrong in ("Bearer x", f"Basic {app.token}", "Bearer ", app.token):
        assert app.ask(method, path, headers={"Authorization": wrong}, key=False).status == 401


def test_the_address_of_the_terminal_sets_a_cookie_and_leaves_no_token_behind(app: RunningApp) -> None:  # S4, S25
    answer = app.ask("GET", f"/?token={app.token}", key=False)
    assert answer.status == 303 and answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"heatleaf_{app.port}=") and "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert app.token not in cookie
    page = app.ask("GET", "/", headers={"Cookie": cookie.split(";")[0]}, key=False)
    assert page.status == 200 and b"<script" in page.body
    assert app.ask("GET", "/", key=False).status == 401
    for path in ("/?token=wrong", "/?token=%C3%A9", "/?token="):
        assert app.ask("GET", path, key=False).status == 401
    assert app.ask("GET", f"/?token={app.token}&next=//evil.com", key=False).headers["location"] == "/"


def test_the_browser_is_started_with_a_key_that_opens_once(tmp_path: Path) -> None:  # S4
    """Other users of the machine see with what address a browser was started; it is of no use to them."""
    opener, opened = tmp_path / "opener", tmp_path / "opened"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    opener.chmod(0o700)
    command = [sys.executable, "-m", "heatleaf", "app", "--studies", str(tmp_path / "studies")]
    environment = {**os.environ, "BROWSER": str(opener)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        try:
            assert process.stdout is not None
            shown = process.stdout.readline().decode().strip()
            until = time.monotonic() + 60
            while not opened.exists():
                assert time.monotonic() < until
                time.sleep(0.05)
            once = opened.read_text()
            assert once.partition("=")[0] == shown.partition("=")[0] and once != shown
            statuses = [ask_once(address) for address in (once, once, shown, shown)]
            assert statuses == [303, 401, 303, 303]
        finally:
            process.terminate()


def ask_once(address: str) -> int:
    """Return the status of an answer without following it."""
    url = urlparse(address)
    connection = http.client.HTTPConnection(str(url.hostname), url.port or 0, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", f"{url.path}?{url.query}")
        return connection.getresponse().status


def test_a_ticket_is_good_for_a_while_and_is_no_bearer(monkeypatch: pytest.MonkeyPatch) -> None:  # S4
    keys = Keys(8717)
    late, soon = keys.give_ticket(), keys.give_ticket()
    assert not keys.opens(soon) and keys.admits(soon) and not keys.admits(soon)
    monkeypatch.setattr(security.time, "monotonic", lambda: time.perf_counter() + 10**9)
    assert not keys.admits(late) and not keys.admits("") and keys.admits(keys.launch)


def test_a_cookie_of_another_port_opens_nothing(app: RunningApp) -> None:
    cookie = app.ask("GET", f"/?token={app.token}", key=False).headers["set-cookie"].split(";")[0]
    renamed = cookie.replace(f"heatleaf_{app.port}", "heatleaf_1")
    assert app.ask("GET", "/api/hello", headers={"Cookie": renamed}, key=False).status == 401


def test_every_answer_carries_the_headers(app: RunningApp) -> None:  # S5, S6
    paths = ["/", "/api/hello", "/api/studies", "/static/app.js", "/static/none.js", "/nowhere", "/api/studies/x", "//"]
    answers = [app.ask("GET", path) for path in paths] + [app.ask("PUT", "/api/hello"), app.ask("GET", "/", key=False)]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "no-store" in answer.headers["cache-control"] or answer.headers["cache-control"] == "no-cache"
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert "server" not in answer.headers


def test_get_changes_nothing(app: RunningApp) -> None:  # S5
    for path in ("/api/stop", "/api/studies/x/read", "/api/studies/x/analyse", "/api/studies/x/rename"):
        assert app.ask("GET", path).status == 405
    assert app.ask("GET", "/api/hello").status == 200


@pytest.mark.parametrize(
    "name",
    ["../server.py", "..%2fserver.py", "%2e%2e/security.py", "..%5cserver.py", "/etc/passwd", "viewer/../../web/app.py",
     "C:%5cWindows", "app.js%00.css", "....//server.py", "viewer/", ""],
)  # fmt: skip
def test_only_known_names_are_served(app: RunningApp, name: str) -> None:  # S8
    answer = app.ask("GET", f"/static/{name}")
    assert answer.status in (400, 404) and b"import" not in answer.body


def test_a_websocket_is_not_opened(app: RunningApp) -> None:  # S21
    lines = (
        f"GET /api/hello HTTP/1.1\r\nHost: 127.0.0.1:{app.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert status_of(app.raw(lines.encode(), wait=1.0)) != 101


def test_a_websocket_is_closed_at_the_door_with_the_key_or_without() -> None:  # S21
    keys = Keys(8717)
    headers = [(b"host", b"127.0.0.1:8717"), (b"authorization", f"Bearer {keys.launch}".encode())]
    sent: list[Any] = []

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("it was let in")

    async def send(message: Any) -> None:
        sent.append(message)

    guard = security.Guard(inside, Door(keys))
    scope = {"type": "websocket", "path": "/api/hello", "raw_path": b"/api/hello", "headers": headers}
    asyncio.run(guard(scope, None, send))  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert make_config(guard).ws == "none"


def test_unknown_addresses_and_methods_are_answered_in_one_shape(app: RunningApp) -> None:
    answer = app.ask("GET", "/nowhere")
    assert answer.status == 404 and answer.json["error"] == "There is nothing at this address."
    missing = app.ask("GET", "/api/studies/20200101-0000000000000000")
    assert missing.status == 404 and missing.json["code"] == "not_found"
    assert missing.json["error"] == "There is no such study; it may have been deleted."


@pytest.mark.parametrize("body", [b"", b"[]", b"nul", b'{"a":', b"\xff\xfe", b"[" * 5000, b'{"folder": 3}'])
def test_requests_that_are_no_json_objects(app: RunningApp, body: bytes) -> None:
    answer = app.ask("POST", "/api/studies", body, {"Content-Type": "application/json"})
    assert answer.status == 400 and answer.json["code"] == "request"


def test_large_requests_are_refused(app: RunningApp) -> None:  # S10
    answer = app.ask("POST", "/api/studies", b'{"a": "' + b"x" * 1_100_000 + b'"}')
    assert answer.status == 413 and answer.json["error"] == "The request is too large."


def test_large_headers_are_refused(app: RunningApp) -> None:  # S10
    lines = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{app.port}\r\nX: {'y' * 70_000}\r\n\r\n"
    assert status_of(app.raw(lines.encode(), wait=3.0)) in (400, 431)


def test_too_many_requests_at_once_are_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:  # S22
    monkeypatch.setattr(security, "MAX_AT_ONCE", 3)
    keys = Keys(8717)
    headers = [(b"host", b"127.0.0.1:8717"), (b"authorization", f"Bearer {keys.launch}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": headers}
    statuses: list[int] = []

    async def knock(guard: security.Guard, answered: asyncio.Event) -> None:
        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
                answered.set()

        await guard(dict(scope), receive, send)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def knock_often() -> None:
        door_opens, refused = asyncio.Event(), asyncio.Event()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            await door_opens.wait()
            await Response()(scope, receive, send)

        guard = security.Guard(slow, Door(keys))
        waiting = [asyncio.create_task(knock(guard, asyncio.Event())) for _ in range(3)]
        await asyncio.sleep(0)
        await asyncio.wait_for(knock(guard, refused), 10)
        assert statuses == [503] and refused.is_set()
        door_opens.set()
        await asyncio.gather(*waiting)
        await knock(guard, asyncio.Event())

    asyncio.run(asyncio.wait_for(knock_often(), 20))
    assert statuses == [503, 200, 200, 200, 200]


def test_slow_headers_are_given_up_and_others_are_answered(app: RunningApp) -> None:  # S22
    with socket.create_connection(("127.0.0.1", app.port), timeout=30) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: ")
        began = time.monotonic()
        assert app.ask("GET", "/api/hello").status == 200
        slow.settimeout(25)
        with contextlib.suppress(ConnectionError):
            assert slow.recv(10) == b""
        assert time.monotonic() - began < 22


def test_a_fault_of_ours_is_told_by_an_incident_number_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:  # S18, S26
    keys = Keys(8717)
    secret = f"/home/someone/secret {keys.launch} {keys.session} \x1b[2J\nERROR forged"
    answer = security._explain(RuntimeError(secret), keys)
    text = bytes(answer.body).decode()
    incident = re.search(r"incident ([0-9a-f]{8})", text)
    assert answer.status_code == 500 and incident
    assert "/home" not in text and "RuntimeError" not in text and "Traceback" not in text
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert incident[1] in logged and "/home/someone/secret" in logged
    assert keys.launch not in logged and keys.session not in logged and "\x1b" not in logged
    assert all(incident[1] in record.getMessage() for record in caplog.records)


def test_keys_are_long_and_new_at_each_start() -> None:  # S4
    keys = [Keys(8717) for _ in range(3)]
    secrets = {one for key in keys for one in (key.launch, key.session)}
    assert len(secrets) == 6
    assert all(len(one) >= 43 for one in secrets)  # 32 bytes, six bits a letter
    assert not any(one in repr(key) for key in keys for one in (key.launch, key.session))


def test_an_unmarked_route_keeps_the_app_from_starting() -> None:  # S4
    async def unmarked(request: object) -> None: ...

    async def marked(request: object) -> None: ...

    require_marks([needs_token(marked), open_to_all(marked)])  # type: ignore[type-var]
    with pytest.raises(RuntimeError, match="routes without a mark of who may use them: unmarked"):
        require_marks([marked, unmarked])


def test_a_named_host_is_let_in_and_no_other() -> None:  # S1
    from starlette.requests import Request

    door = Door(Keys(8717), ("lab.example",))

    def knock(host: str) -> None:
        scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "headers": [(b"host", host.encode())]}
        check_request(Request(scope), door)

    knock("lab.example:8717")
    with pytest.raises(Exception, match="does not belong to heatleaf"):
        knock("other.example:8717")


def test_a_taken_port_is_named_and_without_one_another_is_found() -> None:  # R31
    with bind("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(UserError, match=rf"--port: cannot listen on 127\.0\.0\.1 port {port}: .*in use") as caught:
            bind("127.0.0.1", port)
        assert caught.value.code == "option"
        with bind("127.0.0.1", 0) as second:
            assert second.getsockname()[1] != port


def test_it_listens_on_this_machine_alone(app: RunningApp) -> None:  # S1
    import psutil

    listening = [
        one.laddr.ip for one in psutil.Process(app.process.pid).net_connections("tcp") if one.status == "LISTEN"
    ]
    assert listening == ["127.0.0.1"]


def test_the_token_is_in_no_file_and_no_log(app: RunningApp) -> None:  # S19
    app.make(FILES)
    for path in app.studies.rglob("*"):
        if path.is_file():
            assert app.token.encode() not in path.read_bytes()
    assert app.token not in app.log
