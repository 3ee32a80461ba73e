"""The heatmap as a file in the hands of a reader: point, search, select, zoom, sort, cut, save, by mouse and by key."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from browsers import Browser
from heatleaf import Heatmap

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ENTER, ESCAPE, HOME, CONTROL = "\ue007", "\ue00c", "\ue011", "\ue009"
DOWN, RIGHT = "\ue015", "\ue014"
_BOX = (
    "(({ x, y, width, height }) => [x, y, width, height])(document.querySelector('.hl-front').getBoundingClientRect())"
)
SHEET = "[...document.querySelectorAll('.hl-sheet')].some((one) => one.checkVisibility())"
ADDRESS = "decodeURIComponent(location.hash)"


@pytest.fixture
def opened(browser: Browser, page: str) -> Browser:
    browser.tab.let_go()
    browser.tab.open("about:blank")
    browser.widen(1280)
    browser.open_page(page)
    return browser


def find_cell(tab: Any) -> tuple[float, float, str]:
    """Return a place among the cells, and the gene that is said there."""
    box = tab.ask(_BOX)
    x, y = box[0] + box[2] * 0.4, box[1] + box[3] * 0.4
    tab.move(x, y)
    return x, y, tab.wait("document.querySelector('.hl-hover:not([hidden]) .hl-hover-title')?.textContent")


def wait_for_file(folder: Path, ending: str) -> bytes:
    """Return what was saved under a name of an ending, once it is whole."""
    end = time.monotonic() + 30
    while not (found := [path for path in folder.rglob(f"*{ending}") if path.stat().st_size]):
        assert time.monotonic() < end, f"no {ending} in {[path.name for path in folder.rglob('*')]}"
        time.sleep(0.1)
    return found[0].read_bytes()


def test_pointing_dragging_and_keys_select(opened: Browser) -> None:
    """R27."""
    tab = opened.tab
    x, y, gene = find_cell(tab)
    tab.click(x, y)
    tab.wait(f"{ADDRESS}.includes('selection=')")
    assert gene in tab.wait("document.querySelector('.hl-side').textContent")
    tab.press(ESCAPE)
    tab.wait(f"!{ADDRESS}.includes('selection=')")
    tab.drag((x + 20, y + 8), (x + 20, y + 90))  # elsewhere, so that no click is counted as the second of two
    tab.wait("/[2-9] genes selected/.test(document.querySelector('.hl-side').textContent)")
    tab.press("z", held=CONTROL)
    tab.wait("/none selected/.test(document.querySelector('.hl-side').textContent)")
    tab.ask("document.querySelector('.hl-body').focus()")
    tab.press(HOME, DOWN, DOWN, RIGHT, "b")
    tab.wait("/\\d+ genes selected/.test(document.querySelector('.hl-side').textContent)")
    assert "genes selected" in tab.ask("document.querySelector('[aria-live=polite]').textContent")
    assert opened.complaints() == []


def test_wheel_and_keys_zoom(opened: Browser) -> None:
    """R27."""
    tab = opened.tab
    x, y, _ = find_cell(tab)
    if opened.name != "webkit":  # whose driver turns the wheel without the keys that are held
        tab.wheel(x, y, -240, CONTROL)
        tab.wait(f"{ADDRESS}.includes('window=')")
    tab.ask("document.querySelector('.hl-body').focus()")
    tab.press(HOME)
    tab.wait(f"!{ADDRESS}.includes('window=')")
    tab.press("+")
    tab.wait(f"{ADDRESS}.includes('window=')")
    assert opened.complaints() == []


def test_search_cut_order_and_panels_answer(opened: Browser, heatmap: Heatmap) -> None:
    """R27."""
    tab = opened.tab
    tab.click_on(".hl-search-field")
    tab.press(*"g17")
    tab.wait("document.querySelector('.hl-hits').textContent.includes('g17')")
    tab.press(ENTER)
    tab.wait(f"{ADDRESS}.includes('selection=')")
    tab.ask("document.querySelector('.hl-body').focus()")
    tab.press(ESCAPE)
    tab.click_on(".hl-step", "+")
    tab.wait(f"{ADDRESS}.includes('k=3')")
    tab.click_on(".hl-tab", "Clusters")
    tab.wait("document.querySelectorAll('.hl-card').length === 3")
    tab.click_on(".hl-tab", "Genes")
    tab.click_on(".hl-table thead button", "Mean")
    tab.wait("document.querySelector('[aria-sort=ascending], [aria-sort=descending]')?.textContent.includes('Mean')")
    cells = "document.querySelectorAll('.hl-table tbody td:last-child')"
    means = tab.ask(f"[...{cells}].map((one) => Number(one.textContent)).filter(Boolean)")
    assert len(means) > 5 and means in (sorted(means), sorted(means, reverse=True))
    tab.click_on(".hl-opens", "Order")
    tab.wait(SHEET)
    tab.press(ESCAPE)
    tab.click_on(".hl-tab", "Help")
    tab.wait("document.querySelector('.hl-help')")
    assert opened.complaints() == []


def test_pictures_and_numbers_are_saved(opened: Browser, heatmap: Heatmap) -> None:
    """R27."""
    tab = opened.tab
    for label, ending in (("SVG", ".svg"), ("PNG", ".png"), ("CSV", ".csv")):
        if not tab.ask(SHEET):
            tab.click_on(".hl-opens", "Save")
        tab.click_on(".hl-sheet button", label)
        saved = wait_for_file(opened.downloads, ending)
        if ending == ".svg":
            said = "".join(ElementTree.fromstring(saved).itertext())
            assert all(gene in said for gene in heatmap.spec.row_names)
        elif ending == ".png":
            with Image.open(io.BytesIO(saved)) as picture:
                assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 50
        else:
            assert len(saved.splitlines()) > len(heatmap.spec.row_names)
    assert opened.complaints() == []
