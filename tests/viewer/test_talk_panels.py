"""What a user does beside the heatmap: search, read a selection, re-cut, compare, save, come back; by hand and key."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from page_server import serve_page
from talk_pages import N_ELSEWHERE, PAGE, document_with_comparison
from view_cases import CASES, HOSTILE, make_values

from heatleaf import Heatmap
from heatleaf.analysis.views import view_of_heatmap
from heatleaf.enrich.hypergeometric import hypergeometric_tail
from heatleaf.viewer.bundle import make_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OpenTab = Callable[[str], tuple[Any, list[str]]]
READY = "window.talk !== undefined"


def _noise(noise: list[str], address: str) -> list[str]:
    return [line for line in noise if not line.startswith(f"request {address}")]


@pytest.fixture
def page(open_tab: OpenTab) -> Iterator[Any]:
    """The page of a heatmap of 60 genes in two groups, with a comparison; nothing may fail or ask on it."""
    with serve_page(PAGE, document_with_comparison()) as address:
        tab, noise = open_tab(address)
        tab.wait_for_function(READY)
        yield tab
        assert _noise(noise, address) == []


def _state(tab: Any, expression: str) -> Any:
    return tab.evaluate(f"(() => {{ const state = talk.store.state; return {expression}; }})()")


def _names(tab: Any, panel: str = "genes") -> list[str]:
    return list(tab.locator(f".hl-panel-{panel} .hl-table tbody th").all_inner_texts())


def _saved(tab: Any, click: str) -> tuple[str, bytes]:
    with tab.expect_download() as download:
        tab.click(click)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_searching_suggests_jumps_and_selects(page: Any) -> None:
    field = page.get_by_role("combobox", name=re.compile("Find genes"))
    field.fill("g1")
    options = page.get_by_role("option")
    assert options.first.inner_text().startswith("g1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".hl-hits [aria-selected=true]").inner_text().split("\n")[0]
    page.keyboard.press("Enter")
    assert _names(page) == [chosen]
    window = _state(page, "state.window")
    row = page.evaluate("talk.arrangement().rows.indexOf(talk.store.state.selection.rows[0])")
    assert window["top"] <= row < window["bottom"] <= window["top"] + 31
    field.fill("nosuchgene")
    assert "No gene is called" in page.locator(".hl-hits-foot").inner_text()


def test_a_pasted_list_tells_found_elsewhere_and_not_found(page: Any) -> None:
    field = page.get_by_role("combobox", name=re.compile("Find genes"))
    field.fill("g3, g7; G11\tother5 nothing1 nothing2")
    said = page.locator(".hl-hits-foot").inner_text()
    assert "3 of 6 names found on this heatmap" in said
    assert "Tested, but not on this heatmap: other5." in said
    assert "Not found: nothing1, nothing2." in said
    field.press("Enter")
    assert set(_names(page)) == {"g3", "g7", "g11", "other5"}
    assert page.locator(".hl-hits-foot").inner_text() == "4 genes selected. Not found: nothing1, nothing2."
    assert "1 not on this heatmap" in page.locator(".hl-heading-line").inner_text()


def test_a_selection_is_a_sortable_list_with_profile_and_sets(page: Any) -> None:
    page.get_by_role("tab", name="Clusters").click()
    page.locator(".hl-card-name").first.click()
    page.get_by_role("tab", name="Genes").click()
    n_genes = _state(page, "state.selection.rows.length")
    assert page.locator(".hl-panel-genes .hl-heading").inner_text() == f"{n_genes} genes selected"
    page.get_by_role("button", name="log₂ FC").click()
    assert page.locator("th[aria-sort=descending]").count() == 1
    changes = page.locator(".hl-panel-genes tbody td:nth-child(3)").all_inner_texts()
    numbers = [float(text.replace("\u2212", "-")) for text in changes]
    assert numbers == sorted(numbers, reverse=True)
    assert page.locator("canvas.hl-profile").get_attribute("aria-label").startswith(f"Profile of {n_genes} genes")
    assert "rising genes" in page.locator(".hl-terms-brief").inner_text()
    page.locator(".hl-terms-brief button").click()
    said = page.locator(".hl-panel-terms .hl-said").inner_text()
    assert "200 genes that could have been shown" in said
    selected = _state(page, "state.selection.rows")
    shown = page.evaluate("talk.view.heatmaps[0].spec.row_ids")
    overlap = sum(shown[row] in {f"g{i}" for i in range(14)} for row in selected)
    p_value = float(hypergeometric_tail(overlap, 20, n_genes, 200))
    line = page.locator(".hl-term-table tbody tr", has_text=re.compile("^rising genes")).inner_text()
    assert f"{overlap} of 20" in line and p_value < 1e-6
    page.locator(".hl-term-table .hl-link", has_text=re.compile("^rising genes")).click()
    assert _state(page, "state.selection.rows.length") == overlap


def test_only_these_rows_and_back_by_undo(page: Any) -> None:
    page.evaluate("talk.store.update({ selection: { rows: [3, 9, 40], source: 'search' } })")
    page.get_by_role("button", name="Only these").click()
    assert page.evaluate("[...talk.arrangement().rows]") == [3, 9, 40]
    page.get_by_role("button", name="All rows").click()
    assert page.evaluate("talk.arrangement().rows.length") == 60
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
    assert page.evaluate("talk.arrangement().rows.length") == 60 and _state(page, "state.selection.rows") == [3, 9, 40]
    page.get_by_role("button", name="Zoom").click()
    assert _state(page, "state.window.top") <= 3 and _state(page, "state.window.bottom") >= 41
    page.get_by_role("button", name="Reset").click()
    assert _state(page, "state.window") is None and _state(page, "state.selection.rows") == []


def test_recutting_renews_cards_and_terms(page: Any) -> None:
    page.get_by_role("tab", name="Clusters").click()
    assert page.locator(".hl-card").count() == 2
    page.locator(".hl-panel-cards").get_by_role("button", name="One cluster more").click()
    assert _state(page, "state.k") == 3 and page.locator(".hl-card").count() == 3
    assert "3 clusters" in page.locator(".hl-panel-cards .hl-said").inner_text()
    page.locator(".hl-panel-cards .hl-number").fill("40")
    page.locator(".hl-panel-cards .hl-number").press("Enter")
    assert page.locator(".hl-card").count() == 40
    assert any("It is highest in" in card for card in page.locator(".hl-card").all_inner_texts())
    page.locator(".hl-panel-cards .hl-link").first.click()
    assert _state(page, "state.k") is None
    cards = page.locator(".hl-card").all_inner_texts()
    assert any("rising genes" in card or "steady genes" in card for card in cards) or all(
        "padj" not in c for c in cards
    )


def test_colours_order_and_samples(page: Any) -> None:
    page.get_by_role("button", name="Colours").click()
    page.get_by_label("red-black-green").check()
    assert "1 man in 12" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Use magenta-black-green").click()
    assert _state(page, "state.palette") == "magenta-black-green"
    assert page.get_by_role("alert").count() == 0
    page.get_by_label("Limit, exact").fill("0.5")
    page.get_by_label("Limit, exact").press("Enter")
    assert _state(page, "state.limits") == [-0.5, 0.5]
    share = page.evaluate("talk.arrangement().scale.clipped")
    assert f"{round(100 * share)} % of cells lie beyond ±0.5" in page.locator(".hl-limits p").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".hl-sheet:visible").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Colours"
    page.get_by_role("button", name="Order").click()
    page.locator("[data-key=row-order]").select_option("change:dex")
    page.locator("[data-key=split]").select_option("batch")
    assert [block["name"] for block in page.evaluate("talk.arrangement().columnBlocks")] == ["b1", "b2"]
    page.get_by_role("button", name="Samples").click()
    page.get_by_label("s3", exact=True).uncheck()
    assert _state(page, "state.hidden") == ["s3"]
    page.locator("[data-key=group-b2]").check()
    assert _state(page, "state.hidden") == []
    page.locator("[data-key=group-b2]").uncheck()
    assert page.evaluate("talk.arrangement().columns.length") == 6
    page.get_by_role("button", name="show all").click()
    assert _state(page, "state.hidden") == []


def test_the_volcano_and_the_heatmap_select_each_other(page: Any) -> None:
    page.get_by_role("tab", name="Volcano").click()
    page.locator(".hl-up").click()
    n_rows, n_others = _state(page, "state.selection.rows.length"), _state(page, "state.selection.genes.length")
    n_up = page.evaluate(
        "(({ is_called, log2_fold_change }) => is_called.filter((on, i) => on && log2_fold_change[i] > 0).length)"
        "(talk.view.comparisons[0])"
    )
    assert n_rows + n_others == n_up and n_rows >= 25
    canvas = page.locator(".hl-scatter-canvas")
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] - 12, steps=4)
    page.mouse.up()
    n_all = _state(page, "state.selection.rows.length") + _state(page, "state.selection.genes.length")
    assert n_all == 60 + N_ELSEWHERE
    assert f"{N_ELSEWHERE} of them not on this heatmap" in page.locator(".hl-panel-volcano .hl-said").inner_text()
    canvas.focus()
    page.keyboard.press("ArrowRight")
    assert "log₂ FC" in page.locator(".hl-scatter [aria-live]").inner_text()
    page.keyboard.press("Enter")
    assert _state(page, "state.selection.rows.length") == 1
    page.get_by_role("tab", name="MA").click()
    assert page.locator(".hl-panel-ma .hl-table tbody th").count() == 1
    page.locator(".hl-panel-ma .hl-scatter-canvas").focus()
    page.keyboard.press("Escape")
    assert _state(page, "state.selection.rows") == []


def test_tabs_and_table_by_keyboard(page: Any) -> None:
    page.get_by_role("tab", name="Genes").focus()
    page.keyboard.press("ArrowRight")
    assert _state(page, "state.panel") == "cards"
    page.keyboard.press("Home")
    page.locator(".hl-panel-genes .hl-table").focus()
    for key in ("ArrowDown", "ArrowDown", "End", "Enter"):
        page.keyboard.press(key)
    table = page.locator(".hl-panel-genes .hl-table")
    assert table.get_attribute("aria-activedescendant").endswith("-59")
    assert table.get_attribute("aria-rowcount") == "61"
    assert _state(page, "state.window.bottom") == 60


def test_tables_for_spreadsheets_hold_the_visual_order(page: Any) -> None:
    page.evaluate("talk.store.update({ k: 4, rowOrder: 'name' })")
    page.get_by_role("button", name="Save").click()
    name, content = _saved(page, ".hl-sheet >> text=CSV")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    assert name == "Two_patterns_heatmap.csv"
    assert lines[0][:5] == [
        "gene_id",
        "gene_name",
        "cluster",
        "position",
        page.evaluate("talk.arrangement().columnNames[0]"),
    ]
    rows = page.evaluate("[...talk.arrangement().rows].map((row) => talk.view.heatmaps[0].spec.row_ids[row])")
    assert [line[0] for line in lines[1:]] == rows
    clusters = [int(line[2][1:]) for line in lines[1:]]
    assert clusters == sorted(clusters) and set(clusters) == {1, 2, 3, 4}
    assert float(lines[1][4]) == pytest.approx(page.evaluate("talk.arrangement().value(0, 0)"), rel=1e-5)


def test_drawings_hold_text_as_text_and_the_colours_of_the_screen(page: Any) -> None:  # R28
    page.evaluate("talk.store.update({ k: 3, palette: 'orange-white-purple' })")
    drawing = page.evaluate("talk.drawing()")
    root = ElementTree.fromstring(drawing["text"].encode("utf-8"))
    space = "{http://www.w3.org/2000/svg}"
    words = {text.text for text in root.iter(f"{space}text")}
    assert {"g0", "g59", "s0", "control", "treated", "C3", "row z-score (log scale)"} <= words
    assert "Cut into 3 in place of 2 clusters." in words
    cells = next(group for group in root.iter(f"{space}g") if group.get("id") == "cells")
    drawn = {rect.get("fill") for rect in cells}
    colour = page.evaluate(
        "import('/colour.js').then((c) => c.colourOfValue(talk.arrangement().scale, talk.arrangement().value(0, 0)))"
    )
    assert next(iter(cells)).get("fill") == colour and len(drawn) > 20
    name, content = (page.get_by_role("button", name="Save").click(), _saved(page, ".hl-sheet >> text=SVG"))[1]
    assert name.endswith(".svg") and content.decode("utf-8") == drawing["text"]


def test_drawings_hold_every_kind_of_track(open_tab: OpenTab) -> None:
    values, sheet = make_values()
    numbers = pd.Series(np.linspace(0.2, 0.9, 12), index=values.columns, name="share mapped")
    change = pd.Series(np.linspace(-2, 2, 60), index=values.index, name="change")
    heatmap = Heatmap(values, sheet).split_columns("group").annotate_columns(sheet[["batch"]], points=numbers)
    heatmap = heatmap.annotate_rows(bars=change).annotate_rows(points=-change.rename("fall"), side="left")
    with serve_page(PAGE, view_of_heatmap(heatmap)) as address:
        tab, noise = open_tab(address)
        tab.wait_for_function(READY)
        root = ElementTree.fromstring(tab.evaluate("talk.drawing()")["text"].encode("utf-8"))
        space = "{http://www.w3.org/2000/svg}"
        groups = {group.get("id"): group for group in root.iter(f"{space}g") if group.get("id")}
        words = {text.text for text in root.iter(f"{space}text")}
        assert len(list(groups["sample_tracks"].iter(f"{space}circle"))) == 12
        assert len([rect for rect in groups["gene_tracks"].iter(f"{space}rect")]) >= 60
        assert {"batch", "share mapped", "change", "b1", "b2"} <= words
        left = min(float(rect.get("x", "0")) for rect in groups["cells"].iter(f"{space}rect"))
        dots = [float(dot.get("cx", "0")) for dot in groups["gene_tracks"].iter(f"{space}circle")]
        assert len(dots) == 60 and max(dots) < left
        assert _noise(noise, address) == []


PIXELS_AND_COLOURS = """async () => {
  const { colourOfValue } = await import("/colour.js");
  const { pngOfSvg } = await import("/export_png.js");
  const { layOutDrawing } = await import("/export_layout.js");
  const { view, store } = talk, arrangement = talk.arrangement(), drawing = talk.drawing();
  const layout = layOutDrawing(view, store.state, arrangement);
  const image = await createImageBitmap(await pngOfSvg(drawing));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0);
  const scale = image.width / drawing.width, pairs = [];
  arrangement.rows.forEach((_, row) => arrangement.columns.forEach((_, column) => {
    const [x, y] = [layout.x(column), layout.y(row)].map((place) => Math.round(place * scale));
    const parts = [...pen.getImageData(x, y, 1, 1).data.slice(0, 3)];
    const shown = "#" + parts.map((part) => part.toString(16).padStart(2, "0")).join("");
    pairs.push([shown, colourOfValue(arrangement.scale, arrangement.value(row, column)).toLowerCase()]);
  }));
  return pairs;
}"""


def test_pictures_have_the_colours_of_the_values(page: Any) -> None:  # R28
    pairs = page.evaluate(PIXELS_AND_COLOURS)
    assert len(pairs) == 60 * 12 and all(shown == wanted for shown, wanted in pairs)


def test_a_saved_state_comes_back(page: Any) -> None:
    page.evaluate(
        "talk.store.update({ k: 5, hidden: ['s1'], palette: 'grey', selection: { rows: [1, 2], source: 'card' } })"
    )
    before = _state(page, "JSON.stringify(state)")
    page.get_by_role("button", name="Save").click()
    name, content = _saved(page, ".hl-sheet >> text=Save state")
    assert name == "Two_patterns_view.json" and json.loads(content)["format"] == "heatleaf-view-state"
    page.get_by_role("button", name="Reset").click()
    assert _state(page, "state.k") is None
    page.evaluate("(text) => talk.loadState(text)", content.decode())
    assert _state(page, "JSON.stringify(state)") == before
    said = page.evaluate("(() => { try { talk.loadState('{}'); } catch (error) { return error.message; } })()")
    assert said == "this is not a saved state of a Heatleaf heatmap"


def test_names_never_become_markup(open_tab: OpenTab) -> None:  # S14
    with serve_page(PAGE, view_of_heatmap(CASES["hostile"]())) as address:
        tab, noise = open_tab(address)
        tab.wait_for_function(READY)
        for panel in ("genes", "cards", "help"):
            tab.evaluate(f"talk.store.update({{ panel: '{panel}' }})")
        for sheet in ("Colours", "Order", "Samples", "Save"):
            tab.get_by_role("button", name=sheet, exact=True).click()
        tab.keyboard.press("Escape")
        tab.get_by_role("combobox", name=re.compile("Find genes")).fill("img src")
        assert HOSTILE[0] in tab.get_by_role("option").first.inner_text()
        drawing = tab.evaluate("talk.drawing()")["text"]
        ElementTree.fromstring(drawing.encode("utf-8"))
        assert "<script" not in drawing and "<img" not in drawing and "\u202e" not in drawing
        assert tab.evaluate("talk.png()") > 10_000
        assert tab.locator("img, script:not([type=module]), svg script").count() == 0
        assert _noise(noise, address) == []


@pytest.mark.parametrize("case", sorted(set(CASES) - {"hostile", "ordinary"}))
def test_every_kind_of_heatmap_has_its_panels(open_tab: OpenTab, case: str) -> None:
    with serve_page(PAGE, view_of_heatmap(CASES[case]())) as address:
        tab, noise = open_tab(address)
        tab.wait_for_function(READY)
        for panel in ("genes", "cards", "help"):
            tab.evaluate(f"talk.store.update({{ panel: '{panel}' }})")
        tab.evaluate("talk.store.update({ selection: { rows: [0], source: 'card' }, panel: 'genes' })")
        drawing = tab.evaluate("talk.drawing()")
        ElementTree.fromstring(drawing["text"].encode("utf-8"))
        assert np.isfinite([drawing["width"], drawing["height"]]).all() and "NaN" not in drawing["text"]
        tab.evaluate("talk.destroy()")
        assert tab.locator(".hl-bar > *, .hl-side > *").count() == 0
        assert _noise(noise, address) == []


def test_a_mailed_file_searches_compares_and_draws(open_tab: OpenTab, tmp_path: Path) -> None:
    path = tmp_path / "heatmap.html"
    path.write_bytes(make_page(document_with_comparison(), "A heatmap."))
    tab, noise = open_tab(path.as_uri())
    tab.locator(".hl-search-field").fill("g7")
    tab.keyboard.press("Enter")
    assert tab.locator(".hl-panel-genes .hl-table tbody th").all_inner_texts() == ["g7"]
    tab.get_by_role("button", name="Only these").click()
    tab.locator(".hl-opens", has_text="Save").click()
    for kind, start in (("PNG", b"\x89PNG"), ("SVG", b"<?xml"), ("CSV", b"gene_id")):
        name, content = _saved(tab, f".hl-sheet >> text={kind}")
        assert name == f"Two_patterns_heatmap.{kind.lower()}" and content.startswith(start)
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="All rows").click()
    tab.get_by_role("tab", name="Volcano").click()
    tab.locator(".hl-up").click()
    assert "not on this heatmap" in tab.locator(".hl-panel-volcano .hl-said").inner_text()
    body = tab.locator(".hl-body").bounding_box()
    for panel in ("Genes", "Clusters", "MA", "Help"):
        tab.get_by_role("tab", name=panel).click()
        assert tab.locator(".hl-body").bounding_box() == body
    tab.keyboard.press("Escape")
    assert [line for line in noise if not line.startswith(f"request {path.as_uri()}")] == []


def test_an_app_draws_pdfs_and_tests_genes_that_are_not_shown(open_tab: OpenTab) -> None:
    with serve_page(PAGE, document_with_comparison()) as address:
        tab, noise = open_tab(f"{address}?host")
        tab.wait_for_function(READY)
        selection = "{ rows: [2], source: 'volcano', genes: ['other2', 'other3'] }"
        tab.evaluate(f"talk.store.update({{ panel: 'terms', k: 3, selection: {selection} }})")
        said = tab.locator(".hl-panel-terms .hl-said")
        assert "Not counted: 2 selected genes not on this heatmap." in said.inner_text()
        tab.get_by_label("Genes whose gene sets are shown").select_option("all 3 selected genes")
        tab.locator(".hl-term-table tbody tr", has_text="from the app").wait_for()
        assert "1 distinct gene set at padj below 0.05" in said.inner_text()
        assert tab.evaluate("enriched") == [tab.evaluate("talk.view.heatmaps[0].spec.row_ids[2]"), "other2", "other3"]
        tab.locator(".hl-opens", has_text="Save").click()
        name, content = _saved(tab, ".hl-sheet >> text=PDF")
        assert (name, content) == ("Two_patterns_heatmap.pdf", b"%PDF-1.4")
        assert tab.evaluate("[asked.format, asked.state.k]") == ["pdf", 3]
        tab.evaluate("talk.store.update({ only: [1, 2] })")
        tab.locator(".hl-sheet >> text=PDF").click()
        tab.locator(".hl-notice", has_text="Not saved: the study is gone").wait_for()
        assert _noise(noise, address) == []


def test_a_slider_that_is_moved_is_one_step_of_undo(page: Any) -> None:
    page.get_by_role("button", name="Colours").click()
    box = page.get_by_label("Limit", exact=True).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.6, y)
    page.mouse.down()
    seen = []
    for share in (0.5, 0.4, 0.3):
        page.mouse.move(box["x"] + box["width"] * share, y, steps=3)
        seen.append(_state(page, "state.limits[1]"))
    page.mouse.up()
    assert seen == sorted(seen, reverse=True) and len(set(seen)) == 3
    assert page.get_by_role("button", name="limits of the figure").count() == 1
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    assert _state(page, "state.limits") is None
