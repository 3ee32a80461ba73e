"""The running app in the browsers that its story is not told in: from dropped files to the answer, and back to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from app_process import RunningApp, running, small_sheet, small_table
from browser_app import DROP, sent_file

from browsers import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(200)]
TAB_KEY = "\ue004"
LONG_NAME = b"TRINITY_DN10025_c0_g"  # as an assembly names its genes: longer than the column has room for
WIDTHS = (1000, 1280, 1600)
_BAR = "document.querySelector('.rerun:not([hidden]) span')?.textContent"
_ALPHA = "document.querySelector('#option-alpha')?.value"
_OVERFLOW = """[...document.querySelectorAll(".hl-panel:not([hidden]) .hl-scroll, .hl-tabs")]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className)"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Return an app that runs for all tests here."""
    with running(tmp_path_factory.mktemp("app") / "studies") as started:
        yield started


def open_app(browser: Browser, app: RunningApp) -> None:
    browser.tab.open("about:blank")
    browser.widen(1280)
    browser.tab.open(app.address)
    browser.tab.wait("document.querySelector('.drop')")
    assert "token" not in browser.tab.ask("location.href")


def wait_for_answer(browser: Browser) -> None:
    browser.tab.wait("document.querySelector('.optionbox .option')")
    browser.tab.wait("performance.getEntriesByName('heatleaf:painted').length > 0")


@pytest.mark.parametrize("name", ["firefox", "webkit"], indirect=True, scope="session")
def test_from_dropped_files_to_the_answer_and_its_options(browser: Browser, app: RunningApp) -> None:
    """R25, R27."""
    tab = browser.tab
    open_app(browser, app)
    table = small_table().replace(b"gene", LONG_NAME).replace(LONG_NAME, b"gene", 1)  # the head keeps its word
    files = [sent_file("counts.tsv", table), sent_file("samples.tsv", small_sheet())]
    tab.ask(f"({DROP})(arguments[0])", [".drop", files])
    tab.wait("document.querySelector('#analyse')")
    said = tab.ask("[...document.querySelectorAll('.understood .file b')].map((one) => one.textContent)")
    assert said == ["counts.tsv", "samples.tsv"]
    chips = "[...document.querySelectorAll('.groups .level')].map((one) => one.querySelectorAll('.chip').length)"
    assert tab.ask(chips) == [3, 3, 0]
    tab.click_on("#analyse")
    wait_for_answer(browser)
    lead = tab.ask("document.querySelector('.findings .lead').textContent")
    assert lead.startswith("kd vs ctrl: ") and "adjusted p-value below 0.05" in lead
    tab.ask("document.querySelector('figure img').scrollIntoView()")  # figures are fetched when they come into sight
    tab.wait("document.querySelector('figure img').naturalWidth")
    check_panels(browser)
    check_drafts(browser, lead)
    assert browser.complaints() == []


def check_panels(browser: Browser) -> None:
    """A selection of the heatmap is in the panel, which no width of the window cuts."""
    tab = browser.tab
    tab.wait("document.querySelector('.hl-table tbody th')")
    cell = tab.ask("""(({ title, scrollWidth, clientWidth }) => [title, scrollWidth > clientWidth])(
      document.querySelector(".hl-table tbody th"))""")
    assert cell[0].startswith(LONG_NAME.decode()) and cell[1]
    for width in WIDTHS:
        browser.widen(width)
        tab.settle()
        assert tab.ask(_OVERFLOW) == [], width
        assert tab.ask("document.documentElement.scrollWidth <= innerWidth")
    browser.widen(1280)


def check_drafts(browser: Browser, lead: str) -> None:
    """A changed option is still there after a reload, and no draft any more once it was applied."""
    tab = browser.tab
    tab.click_on("#option-alpha")
    tab.ask("document.querySelector('#option-alpha').select()")
    tab.press(*"0.001", TAB_KEY)
    assert tab.wait(_BAR) == "Changed: Adjusted p-value"
    tab.reload()
    wait_for_answer(browser)
    assert tab.wait(_BAR) == "Changed: Adjusted p-value"
    assert tab.ask(_ALPHA) == "0.001"
    tab.click_on(".rerun button")
    tab.wait("document.querySelector('.findings .lead')?.textContent.includes('below 0.001')")
    assert tab.ask("document.querySelector('.findings .lead').textContent") != lead
    tab.reload()
    wait_for_answer(browser)
    assert tab.ask(_ALPHA) == "0.001"
    assert not tab.ask(_BAR)
