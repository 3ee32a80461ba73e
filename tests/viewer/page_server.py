"""A server of this computer alone, of a page that a test wrote with the modules and styles of the viewer."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import ClassVar

from heatleaf.viewer.encode import to_text

STATIC = resources.files("heatleaf.viewer") / "static"


class _Handler(BaseHTTPRequestHandler):
    page: ClassVar[bytes] = b""
    document: ClassVar[bytes] = b""

    def do_GET(self) -> None:
        name = self.path.split("?")[0].lstrip("/")
        if name == "":
            self._answer(self.page, "text/html")
        elif name == "document":
            self._answer(self.document, "application/json")
        elif (STATIC / name).is_file():
            self._answer((STATIC / name).read_bytes(), "text/css" if name.endswith(".css") else "text/javascript")
        else:
            self.send_error(404)

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal quiet."""


@contextmanager
def serve_page(page: str, document: Mapping[str, object]) -> Iterator[str]:
    """Serve a page, the modules of the viewer and a document ("/document"); give the address of the page."""
    handler = type("Handler", (_Handler,), {"page": page.encode(), "document": to_text(document).encode("ascii")})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
