"""The viewer on a page of its own, served from this computer, with the modules that a test asks questions of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any, ClassVar

from heatleaf import Heatmap
from heatleaf.analysis.views import view_of_heatmap
from heatleaf.viewer.encode import to_text

STATIC = resources.files("heatleaf.viewer") / "static"
READY = "window.core !== undefined && performance.getEntriesByName('heatleaf:painted').length > 0"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>test</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/panels.css"><link rel="stylesheet" href="/viewer.css"><style>body{margin:0}</style>
<body class="hl-page"><main id="root"></main><script type="module">
import { arrange } from "/arrange.js";
import { sightOf } from "/axis.js";
import { colourIndex, niceLimit, paletteTable, roundLimits } from "/colour.js";
import { decodeView } from "/decode.js";
import { sampleAxis } from "/grid.js";
import { layOut } from "/layout.js";
import { fitState, fromFragment, makeStore, toFragment } from "/state.js";
import { spreadApart } from "/text.js";
import { mountViewer } from "/viewer.js";
const doc = await (await fetch("/document")).json();
const view = await decodeView(doc);
const viewer = await mountViewer(document.getElementById("root"), doc, { fragment: true, theme: "auto" });
const body = document.querySelector(".hl-body");
const arrangement = () => arrange(view, viewer.store.state);
const room = () => ({ width: body.clientWidth, height: body.clientHeight });
const layout = () => layOut(view, viewer.store.state, arrangement(), room());
window.core = { view, viewer, store: viewer.store, arrangement, layout, sightOf, sampleAxis, colourIndex, paletteTable,
  niceLimit, roundLimits, fitState, fromFragment, toFragment, makeStore, spreadApart };
</script></body></html>"""


class _Handler(BaseHTTPRequestHandler):
    document: ClassVar[bytes] = b""

    def do_GET(self) -> None:
        name = self.path.split("?")[0].lstrip("/")
        if name == "":
            self._answer(PAGE.encode(), "text/html")
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
def serve_viewer(document: Mapping[str, object]) -> Iterator[str]:
    """Serve the viewer with a document; give its address."""
    handler = type("Handler", (_Handler,), {"document": to_text(document).encode("ascii")})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def viewer_pages(open_tab: Callable[[str], tuple[Any, list[str]]]) -> Iterator[Callable[..., Any]]:
    """Give a function that shows a heatmap; at the end nothing may have failed, asked or been said on the console."""
    noises: list[tuple[str, list[str]]] = []
    with ExitStack() as servers:

        def show_heatmap(heatmap: Heatmap, fragment: str = "") -> Any:
            address = servers.enter_context(serve_viewer(view_of_heatmap(heatmap)))
            tab, noise = open_tab(address + fragment)
            noises.append((address, noise))
            tab.wait_for_function(READY)
            return tab

        yield show_heatmap
    for address, noise in noises:
        assert [line for line in noise if not line.startswith(f"request {address}")] == []
