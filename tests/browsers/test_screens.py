"""The heatmap as a file, on screens of every kind: what is pointed at is what is painted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from browsers import Browser, running_browser
from heatleaf import Heatmap

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZE = (1280, 1300)
# each changes the room too: Chromium does not tell its pages of a ratio that is emulated alone
SCREENS = [(1.0, 0.5), (1.0, 1.0), (1.0, 2.0), (1.5, 1.0), (2.0, 0.5), (2.0, 1.0)]
# WebKitGTK counts a zoom into no ratio, knows whole ratios only, and is started anew for each
WEBKIT_SCREENS = [(1.0, 0.5), (1.0, 2.0), (2.0, 1.0)]
_IS_SHARP = """[...document.querySelectorAll(".hl-canvas")].every(
  ({ width, clientWidth }) => Math.abs(width / clientWidth - devicePixelRatio) < 0.01)"""
# The pointer is moved by the page itself: WebKit's driver counts places of a zoomed page in other units.
_SEEN = """const [done] = arguments;
(async () => {
  const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const body = document.querySelector(".hl-body"), front = document.querySelector(".hl-front");
  const painted = document.querySelector(".hl-canvas"), said = document.querySelector(".hl-hover");
  const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const seen = [];
  body.scrollTop = 170;
  await drawn();
  const sight = body.getBoundingClientRect(), box = painted.getBoundingClientRect();
  for (let i = 0; i < 28; i++) {
    const clientX = Math.round(sight.x + sight.width * (0.25 + 0.06 * (3 * i % 7)));
    const clientY = Math.round(sight.y + 5 + (sight.height - 10) * (i + 0.5) / 28);
    front.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true, pointerType: "mouse" }));
    await drawn();
    const sample = [...said.querySelectorAll("dt")].find((one) => one.textContent === "sample");
    if (said.hidden || !sample) continue;
    const perPixel = painted.width / box.width;
    const [x, y] = [(clientX - box.x) * perPixel, (clientY - box.y) * perPixel];
    copy.drawImage(painted, Math.floor(x), Math.floor(y), 1, 1, 0, 0, 1, 1);
    const colour = [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3);
    seen.push([said.querySelector(".hl-hover-title").textContent, sample.nextElementSibling.textContent, colour]);
  }
  return seen;
})().then(done, (error) => done(String(error)))"""


def check_screen(browser: Browser, heatmap: Heatmap) -> None:
    """Cells that are pointed at say whose they are, and have the colour of their value."""
    tab = browser.tab
    tab.settle()
    assert tab.ask("document.documentElement.scrollWidth <= innerWidth")
    tab.wait(_IS_SHARP)
    panel = heatmap.spec.first
    colours = panel.scale.colours(panel.matrix.astype(np.float32).astype(float))
    rows, columns = list(heatmap.spec.row_names), list(panel.column_names)
    agree = {}
    for gene, sample, found in tab.wait_for_script(_SEEN):
        agree[gene, sample] = bool(np.abs(colours[rows.index(gene), columns.index(sample)] - found).max() <= 1)
    assert len({gene for gene, _ in agree}) >= 3
    assert len({sample for _, sample in agree}) >= 3
    assert sum(agree.values()) >= len(agree) - 1, agree  # one may be the edge between two cells


def test_each_cell_is_painted_where_it_is_found(browser: Browser, heatmap: Heatmap, page: str, tmp_path: Path) -> None:
    """R27: devicePixelRatio 1, 1.5, 2 and zoom 50-200 %, which change under an open page."""
    if browser.name == "webkit":
        for i, (ratio, zoom) in enumerate(WEBKIT_SCREENS):
            with running_browser("webkit", tmp_path / str(i), ratio=ratio, zoom=zoom) as another:
                another.resize(*SIZE)
                another.open_page(page)
                check_screen(another, heatmap)
                assert another.tab.ask("[devicePixelRatio, innerWidth]") == [ratio, round(SIZE[0] / zoom)]
                assert another.complaints() == []
        return
    browser.tab.open("about:blank")
    browser.open_page(page)
    for ratio, zoom in SCREENS:
        browser.resize(*SIZE, ratio, zoom)
        browser.tab.wait(f"Math.abs(devicePixelRatio - {ratio * zoom}) < 0.01")
        check_screen(browser, heatmap)
        assert browser.tab.ask("innerWidth") == pytest.approx(SIZE[0] / zoom, abs=2)
    assert browser.complaints() == []
