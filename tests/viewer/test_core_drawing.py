"""What the browser draws: the colours of the figure, every cell once, every kind of heatmap without complaint."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from core_pages import viewer_pages
from view_cases import CASES

from heatleaf import Heatmap
from heatleaf.figures.heatmap.marks import spread
from heatleaf.figures.heatmap.scale import nice_limit, round_limits
from heatleaf.figures.palettes import HEAT_PALETTES, palette_table

OpenTab = Callable[[str], tuple[Any, list[str]]]
JSCONFIG = Path(__file__).parent / "jsconfig.json"


@pytest.fixture
def show(open_tab: OpenTab) -> Iterator[Callable[..., Any]]:
    with viewer_pages(open_tab) as show_heatmap:
        yield show_heatmap


def _pixels(tab: Any, points: list[tuple[float, float]]) -> np.ndarray:
    """Return the colours at places of the drawing, shape (n_points, 3)."""
    colours = tab.evaluate(
        """(points) => { const canvas = document.querySelector(".hl-canvas"), ratio = devicePixelRatio;
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        const { data, width } = copy.getImageData(0, 0, canvas.width, canvas.height);
        return points.map(([x, y]) => { const at = 4 * (Math.floor(y * ratio) * width + Math.floor(x * ratio));
          return [...data.slice(at, at + 3)]; }); }""",
        points,
    )
    return np.array(colours)


def _middles(tab: Any) -> tuple[list[float], list[float]]:
    """Return the middles of all columns and rows when everything is in sight."""
    return tuple(
        tab.evaluate(
            """() => { const layout = core.layout(); const { body } = layout;
            const middles = (axis, start, length) => { const gaps = axis.gaps[axis.gaps.length - 1];
              const scale = (length - gaps) / axis.n;
              return Array.from({ length: axis.n }, (_, i) => { let block = 0;
                while (axis.starts[block + 1] <= i) block++;
                return start + (i + 0.5) * scale + axis.gaps[block]; }); };
            return [middles(layout.columnAxis, body.x, body.width), middles(layout.rowAxis, body.y, body.height)]; }"""
        )
    )


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("case", ["ordinary", "parked", "hostile", "two samples"])
def test_every_cell_has_the_colour_of_the_figure(show: Any, case: str) -> None:
    """R28: the same spec gives the same order and colours."""
    heatmap = CASES[case]()
    tab = show(heatmap)
    columns, rows = _middles(tab)
    # a little below the middle, where no stroke of a missing cell passes
    found = _pixels(tab, [(x + 1.5, y + 1.5) for y in rows for x in columns])
    panel = heatmap.spec.first
    expected = panel.scale.colours(panel.matrix.astype(np.float32).astype(float)).reshape(-1, 3)
    is_known = np.isfinite(panel.matrix).ravel()
    np.testing.assert_array_equal(found[is_known], expected[is_known])


@pytest.mark.browser
@pytest.mark.slow
def test_tables_and_limits_are_those_of_the_figure(show: Any) -> None:
    """R28."""
    tab = show(CASES["one gene"]())
    for stops in HEAT_PALETTES.values():
        table = tab.evaluate("(stops) => [...core.paletteTable(stops)]", list(stops))
        assert table == palette_table(stops).ravel().tolist()
    rng = np.random.default_rng(1)
    values = [*(10 ** rng.uniform(-3, 4, 60)).tolist(), 1.05, 2.1, 10.0, 10.5]
    assert tab.evaluate("(values) => values.map(core.niceLimit)", values) == pytest.approx(
        [nice_limit(v) for v in values]
    )
    ranges = [[low, low + span] for low, span in zip(rng.normal(0, 5, 60).tolist(), values[:60], strict=True)]
    found = tab.evaluate("(ranges) => ranges.map((one) => core.roundLimits(...one))", ranges)
    np.testing.assert_allclose(found, [round_limits(low, high) for low, high in ranges], atol=1e-12)
    targets = np.sort(rng.uniform(0, 100, 30)).tolist()
    placed = tab.evaluate("(targets) => core.spreadApart(targets, () => 2.5, 0, 100)", targets)
    np.testing.assert_allclose(placed, spread(targets, 2.5, 0, 100))
    halves = [0.5, 1.5, 126.5, 127.5, -3.0, 300.0]
    found = tab.evaluate("(v) => v.map((one) => core.colourIndex({ low: 0, high: 255 }, one))", halves)
    assert found == np.round(np.clip(halves, 0, 255)).tolist()
    assert tab.evaluate("core.colourIndex({ low: 0, high: 1 }, NaN)") == -1


@pytest.mark.browser
@pytest.mark.slow
def test_each_cell_counts_in_one_pixel_however_small_it_is(show: Any) -> None:
    tab = show(CASES["more rows than pixels"]())
    for ratio, length in ((1, 400), (1.5, 333), (2, 517), (1, 90)):
        starts, stops, runs = tab.evaluate(
            """([ratio, length]) => { const { rowAxis } = core.layout();
            const sight = { scale: (length - rowAxis.gaps[rowAxis.gaps.length - 1]) / rowAxis.n, offset: 0 };
            const { starts, stops, runs } = core.sampleAxis(rowAxis, sight, length, ratio);
            return [[...starts], [...stops], runs]; }""",
            [ratio, length],
        )
        assert starts[0] == 0
        assert stops[-1] == 3_000
        assert starts[1:] == stops[:-1]
        assert sum(run["n"] for run in runs) == len(starts) <= length * ratio


@pytest.mark.browser
@pytest.mark.slow
def test_cells_smaller_than_a_pixel_show_the_mean_of_their_values(show: Any) -> None:
    """Two values that cancel show the colour of their mean, which no cell has."""
    values = np.tile([[-1.0, 1.0], [1.0, -1.0]], (2_000, 3))
    heatmap = Heatmap(pd.DataFrame(values)).scale("none").cluster_rows(False).cluster_columns(False).split_rows(None)
    tab = show(heatmap.colours("red-white-blue", limits=(-1, 1)))
    columns, rows = _middles(tab)
    found = _pixels(tab, [(columns[0], y) for y in rows[200:3800:97]])
    middle = palette_table(HEAT_PALETTES["red-white-blue"])[128]
    assert np.abs(found - middle).max() <= 60  # an odd number of rows in a pixel leaves a rest
    assert np.median(np.abs(found - middle)) <= 20


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_heatmap_is_drawn_and_said(show: Any, case: str) -> None:
    """S14 too: hostile names are drawn as they are written."""
    heatmap = CASES[case]()
    tab = show(heatmap)
    drawn = tab.evaluate(
        """() => { const { data } = document.querySelector(".hl-canvas").getContext("2d").getImageData(0, 0, 700, 400);
        return new Set(new Uint32Array(data.buffer)).size; }"""
    )
    assert drawn > 20
    summary = tab.evaluate("core.viewer.summary()")
    assert re.search(rf"Heatmap of {heatmap.spec.n_genes:,} gene", summary)
    assert tab.locator(".hl-body").get_attribute("role") == "application"
    described = tab.locator(".hl-body").get_attribute("aria-describedby")
    assert tab.locator(f"#{described}").text_content()
    assert tab.evaluate("document.querySelectorAll('.hl-stage *').length") == 2  # canvases, never a node a cell


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("size", [(360, 640), (820, 700), (1920, 1080)])
def test_everything_stays_within_rooms_of_any_size(show: Any, size: tuple[int, int]) -> None:
    tab = show(CASES["ordinary"]())
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    tab.wait_for_timeout(300)
    layout = tab.evaluate(
        """() => { const { body, keys, width, height, footnotes } = core.layout();
        const right = Math.max(...keys.map((key) => key.x + key.width));
        return { body, width, height, right, foot: footnotes.y }; }"""
    )
    assert layout["body"]["x"] > 0
    assert layout["body"]["x"] + layout["body"]["width"] <= max(layout["width"], 360)
    assert layout["right"] <= layout["width"]
    assert layout["foot"] <= layout["height"]
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
@pytest.mark.slow
def test_dark_and_light_follow_the_system_and_the_choice(show: Any) -> None:
    tab = show(CASES["ordinary"]())
    corner = [(3.0, 3.0)]
    assert _pixels(tab, corner).min() > 240
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_timeout(200)
    assert _pixels(tab, corner).max() < 60
    tab.evaluate("core.store.update({ theme: 'light' })")
    tab.wait_for_timeout(200)
    assert _pixels(tab, corner).min() > 240


@pytest.mark.browser
@pytest.mark.slow
def test_a_document_of_another_kind_is_refused_in_words(show: Any) -> None:
    tab = show(CASES["one gene"]())
    said = tab.evaluate(
        """async () => { const { decodeView } = await import("/decode.js");
        const bad = [{}, { format: "heatleaf-view", version: 9 }];
        return Promise.all(bad.map((one) => decodeView(one).catch((error) => error.message))); }"""
    )
    assert said == [
        "this is not a heatmap document of Heatleaf",
        "this document has version 9; this viewer reads 1",
    ]


def test_types_of_the_modules_hold() -> None:
    """The JSDoc types are checked strictly wherever a TypeScript compiler is at hand."""
    compiler = shutil.which("tsc")
    if not compiler:
        pytest.skip("tsc (TypeScript) is not installed")
    done = subprocess.run([compiler, "-p", str(JSCONFIG)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:4000]
