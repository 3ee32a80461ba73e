"""Finished analyses for the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report_cases import make_analysis

from heatleaf.analysis.result import Analysis
from heatleaf.report import write_folder


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
