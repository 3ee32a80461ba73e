"""What is said of a design, and what an option has answered already."""

from __future__ import annotations

import numpy as np

from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import prepare_study
from heatleaf.model import CountTable, SampleSheet


def test_the_reference_is_not_suggested_where_the_comparison_names_it() -> None:
    samples = ("s1", "s2", "s3", "s4")
    counts = CountTable(("A", "B", "C"), samples, np.random.default_rng(1).integers(1, 99, size=(3, 4)))
    sheet = SampleSheet(samples, {"c": ("x", "x", "y", "y")})
    for contrasts, n_told in (((), 1), ((("c", "x", "y"),), 0)):
        study = prepare_study(counts, sheet, Settings(design="~ c", contrasts=contrasts))
        assert sum(message.code == "reference_level" for message in study.messages) == n_told
