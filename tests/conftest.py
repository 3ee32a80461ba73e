"""Shared fixtures: where the real data lives, and small seeded tables."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("HEATLEAF_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the folder of real public data, or skip."""
    if not DATA.is_dir():
        pytest.skip(f"the folder of real public data is absent ({DATA})")
    return DATA
