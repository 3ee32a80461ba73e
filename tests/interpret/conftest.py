"""A sample sheet for sentences."""

from __future__ import annotations

import pytest

from heatleaf.model import SampleSheet


@pytest.fixture
def sheet() -> SampleSheet:
    """Eight samples, treatment crossed with donor, and a column of ids."""
    return SampleSheet(
        tuple(f"s{i}" for i in range(8)),
        {
            "dex": ("untreated", "treated") * 4,
            "donor": tuple(f"d{i // 2}" for i in range(8)),
            "run": tuple(f"SRR{i}" for i in range(8)),
        },
    )
