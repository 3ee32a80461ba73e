"""Finished analyses for the report, and a browser that opens it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from report_cases import make_analysis

from heatleaf.analysis.result import Analysis
from heatleaf.report import write_folder

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
)


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    return make_analysis()


@pytest.fixture(scope="session")
def hostile_analysis() -> Analysis:
    return make_analysis(hostile=True)


@pytest.fixture
def without_comparisons(analysis: Analysis) -> Analysis:
    return replace(analysis, comparisons=(), pca=None, design=None, samples=None)


@pytest.fixture(scope="session")
def folder(analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an analysis, written once."""
    path = tmp_path_factory.mktemp("run")
    write_folder(analysis, path, command="heatleaf run counts.tsv -o run", times={"started": "2026-01-01T00:00:00Z"})
    return path


@pytest.fixture(scope="session")
def hostile_folder(hostile_analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an analysis with hostile names, written once."""
    path = tmp_path_factory.mktemp("hostile")
    write_folder(hostile_analysis, path)
    return path


@pytest.fixture(scope="module")  # Playwright allows one at a time in a process
def browser(chromium: str) -> Iterator[Any]:
    """A headless Chromium for the tests of the report."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS.split())
        yield browser
        browser.close()
