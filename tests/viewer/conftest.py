"""Pages that tell whatever they say, ask or fail at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

SIZE = {"width": 1280, "height": 900}


@pytest.fixture
def open_tab(browser: Any) -> Iterator[Callable[[str], tuple[Any, list[str]]]]:
    """Open an address in a new tab; return it and a list that grows by each request, message, error and dialog."""
    tabs = []

    def open_address(address: str) -> tuple[Any, list[str]]:
        noise: list[str] = []
        tab = browser.new_page(viewport=SIZE)
        tabs.append(tab)
        quiet = ("data:", "blob:")
        tab.on("request", lambda one: None if one.url.startswith(quiet) else noise.append(f"request {one.url}"))
        tab.on("console", lambda one: noise.append(f"console {one.text}"))
        tab.on("pageerror", lambda error: noise.append(f"error {error}"))
        tab.on("dialog", lambda dialog: (noise.append("dialog"), dialog.dismiss()))
        tab.goto(address)
        return tab, noise

    yield open_address
    for tab in tabs:
        tab.close()
