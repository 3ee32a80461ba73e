"""Running apps that tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from app_process import RunningApp, running
from browser_app import running_app


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
