"""One running app for the tests that leave it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from app_process import RunningApp, running


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Return an app that runs for all tests."""
    with running(tmp_path_factory.mktemp("app") / "studies") as started:
        yield started
