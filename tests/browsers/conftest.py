"""Browsers for tests, and the heatmap as a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / room) for room in ("viewer", "web")]  # what they show, and the app

from view_cases import make_values  # noqa: E402

from browsers import NAMES, Browser, find_program, running_browser  # noqa: E402
from heatleaf import Heatmap  # noqa: E402


@pytest.fixture(scope="session", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a browser; skip where it is not installed, but never in CI."""
    name = str(request.param)
    if find_program(name) is None:
        if os.environ.get("CI"):
            pytest.fail(f"CI must install {name}: it is one of the browsers of R27")
        pytest.skip(f"no {name} with its driver on this machine")
    return name


@pytest.fixture
def browser(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a browser that no other test has used; at the end nothing may stand on its console."""
    with running_browser(name, tmp_path_factory.mktemp(name)) as browser:
        yield browser
        assert browser.complaints() == []


@pytest.fixture(scope="session")
def heatmap() -> Heatmap:
    """Return the heatmap that is shown: few genes, whose cells have room on every screen."""
    return Heatmap(*make_values(24)).split_columns("group").split_rows(2).show_genes("all").title("Two patterns")


@pytest.fixture(scope="session")
def page(heatmap: Heatmap, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the heatmap as one file."""
    path = tmp_path_factory.mktemp("page") / "heatmap.html"
    heatmap.save(path)
    return path.as_uri()
