"""Time of the differential engine: fit, test, shrinkage, VST; seconds, best of three, with a guard on the result.

Usage: python benchmarks/differential.py [data folder]. Without the folder only the made tables are timed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from heatleaf.model import Contrast, CountTable, Design, Factor
from heatleaf.stats import fit_counts, vst, wald_test


def made_table(n_genes: int, n_samples: int) -> tuple[CountTable, Design]:
    """Negative binomial counts of two groups in two batches."""
    rng = np.random.default_rng(0)
    group, batch = np.arange(n_samples) % 2, np.arange(n_samples) * 3 // n_samples
    mu = np.exp(rng.uniform(0, 8, (n_genes, 1))) * 2 ** (rng.normal(0, 1, (n_genes, 1)) * group)
    size = 1 / (0.05 + 2 / mu.mean(axis=1, keepdims=True)) * np.exp(rng.normal(0, 0.6, (n_genes, 1)))
    counts = rng.negative_binomial(size, size / (size + mu)).astype(np.int64)
    matrix = np.column_stack([np.ones(n_samples), batch == 1, batch == 2, group]).astype(float)
    names = tuple(f"s{i}" for i in range(n_samples))
    factor = Factor("group", ("a", "b"), tuple("ab"[g] for g in group))
    design = Design("~ batch + group", names, {"group": factor}, {}, matrix, ("Intercept", "b1", "b2", "group_b_vs_a"))
    return CountTable(tuple(f"g{i}" for i in range(n_genes)), names, counts), design


def airway(data: Path) -> tuple[CountTable, Design]:
    """The airway table, ~ celltype + dex."""
    frame = pd.read_csv(data / "airway" / "counts.csv.gz", index_col=0)
    samples = pd.read_csv(data / "airway" / "metadata.csv", index_col=0).loc[frame.columns]
    cells = ["N052611", "N080611", "N061011"]
    columns = [np.ones(8), *[samples["celltype"] == cell for cell in cells], samples["dex"] == "treated"]
    factor = Factor("dex", ("control", "treated"), tuple(samples["dex"]))
    names = tuple(frame.columns)
    design = Design(
        "", names, {"dex": factor}, {}, np.column_stack(columns).astype(float), ("I", "c1", "c2", "c3", "dex")
    )
    return CountTable(tuple(frame.index), names, frame.to_numpy(np.int64)), design


def measure(name: str, table: CountTable, design: Design) -> None:
    """Print one row: seconds of each step and the number of genes called."""
    seconds = []
    for _ in range(3):
        marks = [time.perf_counter()]
        fit = fit_counts(table, design)
        marks.append(time.perf_counter())
        vector = np.zeros(design.model_matrix.shape[1])
        vector[-1] = 1.0
        factor = next(iter(design.factors.values()))
        contrast = Contrast(factor.name, factor.levels[1], factor.levels[0], vector)
        result = wald_test(fit, contrast, shrink=False)
        marks.append(time.perf_counter())
        wald_test(fit, contrast)
        marks.append(time.perf_counter())
        vst(table, fit.size_factors)
        marks.append(time.perf_counter())
        seconds.append(np.diff(marks))
    best = np.min(seconds, axis=0)
    steps = " ".join(
        f"{label} {value:.2f}" for label, value in zip(("fit", "test", "+shrink", "vst"), best, strict=True)
    )
    print(f"{name:>16}: {steps}; {int(result.is_significant.sum())} genes called")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure("airway", *airway(Path(sys.argv[1])))
    for n_genes, n_samples in ((1_000, 12), (5_000, 12), (20_000, 12)):
        measure(f"{n_genes:,} x {n_samples}", *made_table(n_genes, n_samples))
