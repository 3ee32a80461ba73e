"""Shared fixtures: where the real data lives, and tools that a test cannot do without."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headless_chromium import running_browser

# What the developer fetched must not change any test; children of tests inherit this.
# Nothing was fetched in this folder, and what tests cache goes with it.
_OWN_FOLDER = tempfile.mkdtemp(prefix="heatleaf-tests-")
atexit.register(shutil.rmtree, _OWN_FOLDER, ignore_errors=True)
os.environ["HEATLEAF_RESOURCES"] = str(Path(_OWN_FOLDER) / "resources")
os.environ.pop("HEATLEAF_MIRROR", None)
# A shell that is no terminal starts what runs beside it deaf to Ctrl-C, and children inherit that; tests send it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

DATA = Path(os.environ.get("HEATLEAF_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the folder of real public data, or skip."""
    if not DATA.is_dir():
        pytest.skip(f"the folder of real public data is absent ({DATA})")
    return DATA


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; skip where there is none, but never in CI."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("CI"):
        pytest.fail("CI must install chromium: browser tests may not be skipped there")
    pytest.skip("no Chromium on this machine")


@pytest.fixture(scope="module")  # Playwright allows one at a time in a process
def browser(chromium: str) -> Iterator[Any]:
    """Return a Chromium that the tests of a module share."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with running_browser(chromium, api) as browser:
        yield browser
