"""A heatmap of very many cells (R26): one canvas, whose picture costs what is seen and not what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from core_pages import viewer_pages

from heatleaf import Heatmap

OpenTab = Callable[[str], tuple[Any, list[str]]]

# Counts what is asked of canvases from now on, and the pixels that are coloured one by one.
COUNT = """() => {
  const counted = window.counted = { calls: 0, pixels: 0 };
  for (const kind of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(kind.prototype))) {
      if (typeof value !== "function") continue;
      kind.prototype[name] = function (...given) {
        counted.calls += 1;
        if (name === "putImageData") counted.pixels += given[0].width * given[0].height;
        return value.apply(this, given);
      };
    }
  }
}"""
NEXT_PICTURE = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def show(open_tab: OpenTab) -> Iterator[Callable[..., Any]]:
    with viewer_pages(open_tab) as show_heatmap:
        yield show_heatmap


def many(n_genes: int, n_samples: int) -> Heatmap:
    values = np.random.default_rng(1).normal(size=(n_genes, n_samples))
    frame = pd.DataFrame(values, [f"g{i}" for i in range(n_genes)], [f"s{i}" for i in range(n_samples)])
    return Heatmap(frame).scale("none").show_genes("all").cluster_rows(False).cluster_columns(False).split_rows(None)


def cost(tab: Any) -> dict[str, int]:
    """Zoom once; return the nodes of the page, the calls to canvases and the pixels coloured meanwhile."""
    tab.evaluate(COUNT)
    tab.locator(".hl-body").focus()
    tab.keyboard.press("+")
    tab.evaluate(NEXT_PICTURE)
    tab.wait_for_function("counted.calls > 0")
    nodes = tab.evaluate("document.querySelectorAll('*').length")
    return {
        "nodes": nodes,
        **tab.evaluate("counted"),
        "canvas": tab.evaluate("(({ width, height }) => width * height)(document.querySelector('.hl-canvas'))"),
    }


@pytest.mark.browser
@pytest.mark.slow
def test_a_picture_of_a_million_cells_costs_what_is_seen(show: Callable[..., Any]) -> None:
    """R26: 5,000 x 200 cells need no more nodes than 200 x 20, and colour no more pixels than there are, once each."""
    few, most = cost(show(many(200, 20))), cost(show(many(5_000, 200)))
    assert most["nodes"] <= few["nodes"] + 20
    assert 0 < most["calls"] < 5_000
    assert 0 < most["pixels"] < 3 * most["canvas"]
