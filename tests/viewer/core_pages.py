"""The viewer on a page of its own, served from this computer, with the modules that a test asks questions of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from page_server import serve_page

from heatleaf import Heatmap
from heatleaf.analysis.views import view_of_heatmap

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


@contextmanager
def viewer_pages(open_tab: Callable[[str], tuple[Any, list[str]]]) -> Iterator[Callable[..., Any]]:
    """Give a function that shows a heatmap; at the end nothing may have failed, asked or been said on the console."""
    noises: list[tuple[str, list[str]]] = []
    with ExitStack() as servers:

        def show_heatmap(heatmap: Heatmap, fragment: str = "") -> Any:
            address = servers.enter_context(serve_page(PAGE, view_of_heatmap(heatmap)))
            tab, noise = open_tab(address + fragment)
            noises.append((address, noise))
            tab.wait_for_function(READY)
            return tab

        yield show_heatmap
    for address, noise in noises:
        assert [line for line in noise if not line.startswith(f"request {address}")] == []
