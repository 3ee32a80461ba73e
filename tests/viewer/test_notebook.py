"""The viewer as anywidget runs it: the selection goes to Python and comes from there."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from view_cases import CASES

from heatleaf.analysis.views import view_of_heatmap
from heatleaf.viewer.bundle import joined_style, notebook_module
from heatleaf.viewer.encode import pack, short_text

Opener = Callable[[str], tuple[Any, list[str]]]
# What anywidget gives a widget: values by name, and events when Python changes one.
SHOW = """async ([source, style, packed]) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets = [sheet];
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const values = { document: new DataView(bytes.buffer), selected_rows: [] };
  const listeners = new Map();
  window.python = { values, listeners, saved: [] };
  const model = {
    get: (name) => values[name],
    set: (name, value) => { values[name] = value; },
    save_changes: () => { window.python.saved.push(values.selected_rows); },
    on: (event, listener) => listeners.set(event, listener),
    off: (event) => listeners.delete(event),
  };
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: widget } = await import(address);
  window.python.stop = await widget.render({ model, el: document.body });
}"""
CHANGE = """(rows) => {
  window.python.values.selected_rows = rows;
  window.python.listeners.get("change:selected_rows")();
}"""


@pytest.mark.browser
@pytest.mark.slow
def test_the_selection_goes_both_ways(open_tab: Opener) -> None:
    heatmap = CASES["ordinary"]()
    packed = base64.b64encode(pack(short_text(view_of_heatmap(heatmap)).encode())).decode()
    tab, noise = open_tab("about:blank")
    tab.evaluate(SHOW, [notebook_module(), joined_style(), packed])
    assert tab.locator(".hl-notebook.hl-viewer").is_visible()
    tab.evaluate(CHANGE, [3, 4, 5])
    assert "3 genes" in tab.locator(".hl-viewer").inner_text()
    assert tab.evaluate("window.python.saved") == [], "what Python chose is not sent back to it"
    tab.locator(".hl-body").focus()
    tab.keyboard.press("Escape")
    assert tab.evaluate("window.python.saved") == [[]]
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("b")
    assert tab.evaluate("window.python.saved.at(-1)") == list(range(heatmap.spec.row_blocks[0].stop))
    tab.evaluate("window.python.stop()")
    assert tab.evaluate("window.python.listeners.size") == 0 and tab.locator(".hl-viewer").count() == 0
    assert noise == []
