"""Running apps and browsers that tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from app_process import RunningApp, running
from browser_app import running_app, running_browser


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Return an app that runs for all tests that leave it as it is."""
    with running(tmp_path_factory.mktemp("app") / "studies") as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of an app that the browser tests of a module share."""
    with running_app(tmp_path_factory.mktemp("app") / "studies") as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Return a Chromium that the tests of a module share."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with running_browser(chromium, api) as browser:
        yield browser
