"""What hands and keys do with the heatmap: hover, select, zoom, move, cut, undo; an address brings it all back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from core_pages import viewer_pages
from view_cases import CASES, HOSTILE, make_values

from heatleaf import Heatmap

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OpenTab = Callable[[str], tuple[Any, list[str]]]
REST = 600  # ms until a movement counts as chosen


@pytest.fixture
def show(open_tab: OpenTab) -> Iterator[Callable[..., Any]]:
    with viewer_pages(open_tab) as show_heatmap:
        yield show_heatmap


@pytest.fixture
def tab(show: Callable[..., Any]) -> Any:
    return show(CASES["ordinary"]())


def _layout(tab: Any, expression: str) -> Any:
    return tab.evaluate(f"(() => {{ const layout = core.layout(); return {expression}; }})()")


def _state(tab: Any, expression: str) -> Any:
    return tab.evaluate(f"core.store.state.{expression}")


def _body(tab: Any) -> dict[str, float]:
    """Return the rectangle of the cells on the page."""
    box = tab.locator(".hl-front").bounding_box()
    body = _layout(tab, "layout.body")
    return {**body, "x": body["x"] + box["x"], "y": body["y"] + box["y"]}


def _place(tab: Any, row: float, column: float) -> tuple[float, float]:
    """Return where a displayed cell stands while everything is in sight."""
    body = _body(tab)
    found = []
    for axis, unit, start, length in (
        ("columnAxis", column, body["x"], body["width"]),
        ("rowAxis", row, body["y"], body["height"]),
    ):
        n, starts, gaps = _layout(tab, f"[layout.{axis}.n, [...layout.{axis}.starts], [...layout.{axis}.gaps]]")
        block = max(i for i, first in enumerate(starts) if first <= unit)
        found.append(start + (unit + 0.5) * (length - gaps[-1]) / n + gaps[block])
    return found[0], found[1]


def _cut_line(tab: Any, k: int) -> float:
    return float(
        tab.evaluate(
            """async (k) => { const { cutPixel } = await import("/branches.js"); const layout = core.layout();
            return cutPixel(core.view.heatmaps[0].linkage, core.arrangement().rowTrees[0], layout.rowTree, k); }""",
            k,
        )
    )


def test_hovering_says_all_that_is_known_of_a_cell(tab: Any) -> None:
    tab.mouse.move(*_place(tab, 4, 7))
    said = tab.locator(".hl-hover").inner_text()
    name, sample, value = tab.evaluate(
        "[core.view.heatmaps[0].spec.row_names[4], core.arrangement().columnNames[7], core.arrangement().value(4, 7)]"
    )
    assert said.splitlines()[0] == name
    for words in (sample, f"{value:.2f}".replace("-", "−"), "C1 · ", "group", "VST"):
        assert words in said
    tab.mouse.move(5, 60)
    assert not tab.locator(".hl-hover").is_visible()


def test_hostile_names_stay_words(show: Callable[..., Any]) -> None:
    """S14."""
    tab = show(CASES["hostile"]())
    row = tab.evaluate(f"core.view.heatmaps[0].spec.row_names.indexOf({HOSTILE[0]!r})")
    tab.mouse.move(*_place(tab, row, 0))
    assert HOSTILE[0] in tab.locator(".hl-hover").inner_text()
    assert tab.locator(".hl-hover img").count() == 0


def test_dragging_over_rows_selects_them_and_shift_adds(tab: Any) -> None:
    for first, last, shift in ((3, 7, False), (20, 22, True)):
        if shift:
            tab.keyboard.down("Shift")
        tab.mouse.move(*_place(tab, first, 1))
        tab.mouse.down()
        tab.mouse.move(*_place(tab, last, 2), steps=4)
        tab.mouse.up()
        tab.keyboard.up("Shift")
    assert sorted(_state(tab, "selection.rows")) == [3, 4, 5, 6, 7, 20, 21, 22]
    assert _state(tab, "selection.source") == "drag"
    tab.keyboard.press("Escape")
    assert _state(tab, "selection.rows") == []
    tab.keyboard.press("Control+z")
    assert len(_state(tab, "selection.rows")) == 8


def test_clicking_selects_a_row_a_cluster_a_branch(tab: Any) -> None:
    tab.mouse.click(*_place(tab, 9, 3))
    assert _state(tab, "selection.rows") == [9]
    box = tab.locator(".hl-front").bounding_box()
    second = tab.evaluate("core.arrangement().rowBlocks[1]")
    _, middle = _place(tab, (second["start"] + second["stop"] - 1) / 2, 0)
    tab.mouse.click(box["x"] + _layout(tab, "layout.labelX") - 8, middle)
    assert _state(tab, "selection.rows") == list(range(second["start"], second["stop"]))
    # right of the cut line: what a cut there would hold together
    tab.mouse.click(box["x"] + _cut_line(tab, 2) + 8, _place(tab, 2, 0)[1])
    assert _state(tab, "selection.source") == "tree"
    first = tab.evaluate("core.arrangement().rowBlocks[0]")
    assert _state(tab, "selection.rows") == list(range(first["start"], first["stop"]))


def test_the_cut_line_cuts_where_it_is_dragged_in_one_step_to_undo(tab: Any) -> None:
    box = tab.locator(".hl-front").bounding_box()
    tree, body = _layout(tab, "layout.rowTree"), _body(tab)
    line = _cut_line(tab, 2)
    grip = body["y"] + body["height"] + 10
    tab.mouse.move(box["x"] + line, grip)
    tab.mouse.down()
    seen = set()
    for step in range(1, 9):
        tab.mouse.move(box["x"] + line + step * (tree["x"] + tree["width"] - 12 - line) / 8, grip)
        seen.add(tab.evaluate("core.arrangement().rowBlocks.length"))
    tab.mouse.up()
    k = _state(tab, "k")
    assert k == max(seen) > 2
    assert len(seen) >= 3
    blocks = tab.evaluate("core.arrangement().rowBlocks.map(({ start, stop, label }) => [start, stop, label])")
    assert len(blocks) == k
    assert "cut into" in tab.evaluate("core.layout().footnotes.lines.at(-1)")
    assert blocks[0][2] == f"C1 · {blocks[0][1]} gene{'s' if blocks[0][1] > 1 else ''}"
    assert [start for start, *_ in blocks[1:]] == [stop for _, stop, _ in blocks[:-1]]
    tab.keyboard.press("Control+z")
    assert _state(tab, "k") is None
    assert tab.evaluate("core.store.canUndo") is False
    tab.keyboard.press("Control+Shift+z")
    assert _state(tab, "k") == k


def test_the_wheel_zooms_and_moves_and_home_shows_everything(tab: Any) -> None:
    x, y = _place(tab, 40, 5)
    tab.mouse.move(x, y)
    tab.keyboard.down("Control")
    for _ in range(4):
        tab.mouse.wheel(0, -100)
    tab.keyboard.up("Control")
    tab.wait_for_timeout(REST)
    seen = _state(tab, "window")
    assert seen["top"] < 40.5 < seen["bottom"]
    assert seen["bottom"] - seen["top"] < 40
    tab.mouse.wheel(0, -60)
    tab.wait_for_timeout(REST)
    moved = _state(tab, "window")
    assert moved["top"] < seen["top"]
    assert moved["bottom"] - moved["top"] == pytest.approx(seen["bottom"] - seen["top"], abs=1.5)
    tab.locator(".hl-body").focus()
    tab.keyboard.press("Home")
    tab.wait_for_timeout(REST)
    assert _state(tab, "window") is None
    tab.keyboard.press("Control+z")
    assert _state(tab, "window") == moved


def test_two_fingers_zoom_one_moves_and_a_tap_selects(tab: Any) -> None:
    page = tab.context.new_cdp_session(tab)
    page.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    x, y = _place(tab, 30, 4)

    def touch(kind: str, *places: float) -> None:
        points = [{"x": x, "y": place, "id": i} for i, place in enumerate(places)]
        page.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", y - 20)
    touch("touchStart", y - 20, y + 20)
    for step in range(1, 9):
        touch("touchMove", y - 20 - 8 * step, y + 20 + 8 * step)
    touch("touchEnd")
    tab.wait_for_timeout(REST)
    seen = _state(tab, "window")
    assert seen["top"] < 30 < seen["bottom"]
    assert seen["bottom"] - seen["top"] < 45
    touch("touchStart", y)
    for step in range(1, 6):
        touch("touchMove", y - 10 * step)
    touch("touchEnd")
    tab.wait_for_timeout(REST)
    assert _state(tab, "window")["top"] > seen["top"]
    assert _state(tab, "selection.rows") == []
    touch("touchStart", y)
    touch("touchEnd")
    tab.wait_for_timeout(200)
    assert len(_state(tab, "selection.rows")) == 1


def test_the_page_scrolls_on_where_the_heatmap_cannot_move(tab: Any) -> None:
    tab.mouse.move(*_place(tab, 10, 3))
    assert (
        tab.evaluate(
            """() => { const event = new WheelEvent("wheel", { deltaY: 50, cancelable: true });
        document.querySelector(".hl-front").dispatchEvent(event); return event.defaultPrevented; }"""
        )
        is False
    )


def test_more_names_are_written_as_one_zooms_in(show: Callable[..., Any]) -> None:
    tab = show(CASES["more rows than pixels"]())
    written = """async () => { const { placedNames } = await import("/paint_rows.js");
      const { makeScene } = await import("/scene.js");
      const layout = core.layout(), arrangement = core.arrangement(), { body } = layout;
      const heatmap = core.view.heatmaps[0];
      const names = ([top, bottom]) => {
        const rows = core.sightOf(layout.rowAxis, top, bottom, body.height);
        const columns = core.sightOf(layout.columnAxis, 0, 6, body.width);
        const scene = makeScene({ spec: heatmap.spec, arrangement, layout, inks: {}, ratio: 1, selected: new Set(),
          isWhole: bottom - top >= 3000, rows, columns });
        const { isAll, names } = placedNames(heatmap, scene);
        return [isAll, names.map((one) => one.row), names.map((one) => one.y)]; };
      return [[0, 3000], [100, 400], [100, 120]].map(names); }"""
    (is_all, whole, _), (_, part, heights), (is_close, close, _) = tab.evaluate(written)
    assert not is_all
    assert 15 <= len(whole) <= 30
    assert sum(100 <= row < 400 for row in whole) < sum(100 <= row < 400 for row in part)
    assert part == sorted(part)
    assert min(np.diff(heights)) >= 12  # no two names meet, and in order no connectors cross
    assert is_close
    assert set(range(101, 119)) <= set(close)


def test_keys_alone_move_select_cut_and_speak(tab: Any) -> None:
    """The focused cell is spoken in a live region."""
    tab.locator(".hl-body").focus()
    live = tab.locator(".hl-viewer > [aria-live=polite]")
    tab.keyboard.press("ArrowDown")
    first = live.text_content()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        tab.keyboard.press(key)
    name, sample = tab.evaluate("[core.view.heatmaps[0].spec.row_names[2], core.arrangement().columnNames[1]]")
    assert live.text_content() != first
    assert live.text_content().startswith(f"{name}, ")
    assert f"sample {sample}" in live.text_content()
    tab.keyboard.press("Enter")
    assert _state(tab, "selection.rows") == [2]
    tab.keyboard.press("Shift+ArrowDown")
    assert _state(tab, "selection.rows") == [2, 3]
    tab.keyboard.press("b")
    assert len(_state(tab, "selection.rows")) == tab.evaluate("core.arrangement().rowBlocks[0].stop")
    tab.keyboard.press("]")
    assert _state(tab, "k") == 3
    assert live.text_content() == "3 clusters"
    tab.keyboard.press("+")
    tab.wait_for_timeout(REST)
    assert _state(tab, "window") is not None
    tab.keyboard.press("?")
    assert _state(tab, "panel") == "help"
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.classList.contains('hl-search-field')")


def test_each_cluster_of_each_cut_is_said_in_words(tab: Any) -> None:
    for k in (None, 2, 3, 7):
        tab.evaluate("(k) => core.store.update({ k })", k)
        blocks = tab.evaluate("core.arrangement().rowBlocks.map(({ label, meaning }) => [label, meaning])")
        assert all(label.startswith(f"C{i} · ") and meaning for i, (label, meaning) in enumerate(blocks, start=1))
        summary = tab.evaluate("core.viewer.summary()")
        assert all(meaning in summary for _, meaning in blocks)


def test_hidden_samples_splits_and_orders_follow_the_state(tab: Any) -> None:
    tab.evaluate("core.store.update({ hidden: ['s0', 's7'] })")
    assert not {"s0", "s7"} & set(tab.evaluate("core.arrangement().columnNames"))
    tab.evaluate("core.store.update({ splitColumns: 'batch', columnOrder: 'name' })")
    blocks = tab.evaluate("core.arrangement().columnBlocks.map(({ name, start, stop }) => [name, stop - start])")
    assert blocks == [["b1", 5], ["b2", 5]]
    assert tab.evaluate("core.arrangement().columnNames").index("s10") == 4  # after s8: numbers compare as numbers
    tab.evaluate("core.store.update({ rowOrder: 'name', k: 1 })")
    names = tab.evaluate("core.view.heatmaps[0].spec.row_names")
    order = tab.evaluate("[...core.arrangement().rows]")
    assert [names[row] for row in order] == [f"g{i}" for i in range(60)]
    tab.evaluate("core.store.update({ columnOrder: `gene:${5}`, splitColumns: '' })")
    row = order.index(5)
    values = tab.evaluate(f"core.arrangement().columnNames.map((_, i) => core.arrangement().value({row}, i))")
    assert values == sorted(values, reverse=True)
    for _ in range(4):
        tab.keyboard.press("Control+z")
    assert len(tab.evaluate("core.arrangement().columnNames")) == 12
    assert tab.evaluate("core.store.canUndo") is False


def test_other_layers_are_of_the_same_cells(tab: Any) -> None:
    vst = tab.evaluate("[...core.view.heatmaps[0].layers.vst]")
    width = len(tab.evaluate("core.arrangement().columnNames"))
    values = np.array(vst).reshape(-1, width)
    for layer, expected in (
        ("vst", values),
        ("centred", values - values.mean(axis=1, keepdims=True)),
        ("z", (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, ddof=1, keepdims=True)),
    ):
        tab.evaluate(f"core.store.update({{ layer: '{layer}' }})")
        found = tab.evaluate("core.arrangement().columnNames.map((_, i) => core.arrangement().value(11, i))")
        np.testing.assert_allclose(found, expected[11], rtol=1e-4, atol=1e-4)
        scale = tab.evaluate("core.arrangement().scale")
        assert scale["low"] < np.quantile(expected, 0.05)
        assert scale["clipped"] == pytest.approx(
            ((expected < scale["low"]) | (expected > scale["high"])).mean(), abs=0.003
        )


def test_the_address_brings_the_view_back(show: Callable[..., Any]) -> None:
    tab = show(CASES["ordinary"]())
    tab.evaluate("core.store.update({ k: 4, hidden: ['s3'], selection: { rows: [1, 2, 3, 9], source: 'drag' } })")
    tab.evaluate("core.store.update({ window: { top: 5, bottom: 25, left: 0, right: 11 } })")
    tab.wait_for_timeout(REST)
    fragment = tab.evaluate("location.hash")
    assert fragment.startswith("#")
    other = show(CASES["ordinary"](), fragment)
    assert _state(other, "k") == 4
    assert _state(other, "selection.rows") == [1, 2, 3, 9]
    assert _state(other, "window") == {"top": 5, "bottom": 25, "left": 0, "right": 11}
    assert other.evaluate("core.arrangement().columnNames.length") == 11


def test_a_foreign_address_changes_nothing(show: Callable[..., Any]) -> None:
    bad = ["k=%22x%22", "heatmap=99", "limits=[3,1]", "selection={%22rows%22:%220-99999999%22}", "window=5", "k"]
    tab = show(CASES["ordinary"](), f"#{'&'.join(bad)}&hidden=%5B%22no%22%5D&__proto__=1")
    assert tab.evaluate("core.toFragment({ ...core.store.state, theme: 'auto' })") == ""
    every = [f"s{i}" for i in range(12)]
    hidden = tab.evaluate("(names) => core.fitState(core.view, { ...core.store.state, hidden: names }).hidden", every)
    assert hidden == []  # never an empty heatmap


def test_undo_keeps_the_panel_that_is_read(tab: Any) -> None:
    tab.evaluate("core.store.update({ k: 5 })")
    tab.evaluate("core.store.update({ panel: 'cards' }, { undo: false })")
    tab.keyboard.press("Control+z")
    assert _state(tab, "k") is None
    assert _state(tab, "panel") == "cards"


def test_nothing_glides_where_less_motion_is_wished(tab: Any) -> None:
    tab.emulate_media(reduced_motion="reduce")
    changed = tab.evaluate(
        """() => new Promise((resolve) => { const canvas = document.querySelector(".hl-canvas");
        const sum = () => canvas.toDataURL().length;
        core.store.update({ window: { top: 0, bottom: 10, left: 0, right: 12 } });
        requestAnimationFrame(() => requestAnimationFrame(() => { const early = sum();
          setTimeout(() => resolve([early, sum()]), 500); })); })"""
    )
    assert changed[0] == changed[1]


def test_many_columns_are_named_every_so_often(show: Callable[..., Any]) -> None:
    tab = show(Heatmap(make_values(30, 170)[0]))
    x, y = _place(tab, 3, 100)
    tab.mouse.move(x, y)
    assert tab.evaluate("core.arrangement().columnNames[100]") in tab.locator(".hl-hover").inner_text()
    tab.mouse.move(x, y + _body(tab)["height"] * 27 / 30 + 20)
    assert tab.locator(".hl-hover").is_visible()  # a sample says its name where it is not written


def test_destroying_leaves_nothing_behind(tab: Any) -> None:
    tab.evaluate("core.viewer.destroy()")
    assert tab.evaluate("document.getElementById('root').childElementCount") == 0
    tab.mouse.move(300, 300)
    tab.keyboard.press("ArrowDown")
    tab.set_viewport_size({"width": 900, "height": 700})
    tab.wait_for_timeout(200)
