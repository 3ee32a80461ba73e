"""What a console or notebook shows of a value: one line, never the genes by the thousand."""

from __future__ import annotations

import numpy as np
import pandas as pd

import heatleaf
from heatleaf.model import CountTable, GeneSetCollection, SampleSheet

N_GENES = 1200


def study() -> tuple[CountTable, SampleSheet]:
    rng = np.random.default_rng(1)
    means = rng.lognormal(5, 1, (N_GENES, 1)) * np.where((np.arange(N_GENES) < 90)[:, None] & (np.arange(6) > 2), 4, 1)
    ids = [f"{group}_{i}" for group in "ab" for i in (1, 2, 3)]
    counts = CountTable.from_frame(
        pd.DataFrame(rng.negative_binomial(20, 20 / (20 + means)), [f"G{i}" for i in range(N_GENES)], ids)
    )
    return counts, SampleSheet(tuple(ids), {"group": tuple("aaabbb"), "batch": tuple("xyxyxy")})


def test_tables_show_their_size() -> None:
    counts, samples = study()
    assert repr(counts) == "<CountTable: 1,200 genes x 6 samples>"
    assert repr(samples) == "<SampleSheet: 6 samples, columns group, batch>"
    sets = GeneSetCollection.from_sets("demo", [("S1", "first", ["a", "b"]), ("S2", "second", ["b"])])
    assert repr(sets) == "<GeneSetCollection: demo, 2 sets of 2 genes>"


def test_results_show_what_was_compared_and_found() -> None:
    counts, samples = study()
    analysis = heatleaf.analyse(counts, samples, heatleaf.Settings(design="~ group", omnibus=("group",)))
    result = analysis.comparisons[0].differential
    up, down = int(result.is_up.sum()), int(result.is_down.sum())
    assert up > 50
    assert repr(result) == f"<DifferentialResult: b vs a, {up} up, {down} down of 1,200 genes at 0.05>"
    assert repr(analysis) == f"<Analysis: {analysis.title}>"
    assert repr(analysis.comparisons[0]) == "<ComparisonResult: b vs a>"
    n_clusters = analysis.heatmap.clusters.n_clusters
    assert repr(analysis.heatmap) == f"<HeatmapResult: {analysis.heatmap.title}, {n_clusters} clusters>"
    omnibus = analysis.omnibus[0]
    n_called = int(omnibus.is_significant.sum())
    assert repr(omnibus) == f"<OmnibusResult: {omnibus.title}, {n_called} of 1,200 genes at 0.05>"
