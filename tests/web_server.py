"""A real web server on this computer that misbehaves in chosen ways."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What the server gives at an address.

    cuts : after how many bytes each of the first answers ends. errors : status codes of the first answers.
    delay : seconds before each byte. location : where it sends the client. tag, modified : validators.
    has_ranges : Range is understood.
    """

    content: bytes = b""
    cuts: list[int] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    delay: float = 0.0
    location: str = ""
    tag: str = '"v1"'
    modified: str = "Wed, 18 Sep 2024 10:00:00 GMT"
    has_ranges: bool = True
    says_length: bool = True
    retry_after: str = ""


@dataclass
class Site:
    """A running server: its address, its pages by path, and the requests that came (path, Range header)."""

    address: str
    pages: dict[str, Page]
    requests: list[tuple[str, str]]

    def url(self, path: str) -> str:
        return f"{self.address}{path}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, pages: dict[str, Page]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = Site(f"http://127.0.0.1:{self.server_port}", pages, [])


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.site.requests.append((self.path, self.headers.get("Range", "")))
        page = self.server.site.pages.get(self.path)
        if page is None:
            self.send_error(404)
        elif page.errors:
            self._answer(page.errors.pop(0), {"Retry-After": page.retry_after, "Content-Length": "0"})
        elif page.location:
            self._answer(302, {"Location": page.location, "Content-Length": "0"})
        else:
            with contextlib.suppress(OSError):  # the client may leave
                self._send(page)

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()

    def _send(self, page: Page) -> None:
        start, size = self._start(page), len(page.content)
        if start >= size > 0:
            self._answer(416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
            return
        headers = {"ETag": page.tag, "Last-Modified": page.modified}
        if start:
            headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        if page.says_length:
            headers["Content-Length"] = str(size - start)
        self._answer(206 if start else 200, headers)
        body = page.content[start:]
        body = body[: page.cuts.pop(0)] if page.cuts else body
        for i in range(0, len(body), 1 if page.delay else len(body)):
            self.wfile.write(body[i : i + 1] if page.delay else body)
            time.sleep(page.delay)
        self.close_connection = True

    def _start(self, page: Page) -> int:
        asked = self.headers.get("Range", "")
        is_same = self.headers.get("If-Range", "") in (page.tag, page.modified)
        return int(asked.removeprefix("bytes=").rstrip("-")) if asked and page.has_ranges and is_same else 0

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@contextlib.contextmanager
def serve(pages: dict[str, Page]) -> Iterator[Site]:
    """Run a server on a free port of 127.0.0.1 until the block ends."""
    with _Server(pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.site
        finally:
            server.shutdown()
            thread.join()
