"""A Chromium without a window and without a network of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
)


@contextlib.contextmanager
def running_browser(chromium: str, playwright_api: Any) -> Iterator[Any]:
    """Start a Chromium."""
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS.split())
        yield browser
        browser.close()
