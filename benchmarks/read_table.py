"""Time and peak memory of reading tables, beside pandas.read_csv, with a check that both give the same numbers.

Run: python benchmarks/read_table.py
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from heatleaf.io import read_expression
from heatleaf.io.table_writer import format_table

N_GENES, N_SAMPLES, REPEATS = 60_000, 100, 5


def write(path: Path, values: np.ndarray) -> None:
    """Write a matrix as a tab-separated table."""
    header = "\t".join(["gene_id", *(f"S{i}" for i in range(values.shape[1]))])
    lines = (f"ENSG{i:011d}\t" + "\t".join(map(repr, row)) for i, row in enumerate(values.tolist()))
    path.write_text(header + "\n" + "\n".join(lines) + "\n")


def best(function: Callable[[], object]) -> float:
    """Return the shortest of some runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return min(times)


def compare(name: str, values: np.ndarray, folder: Path) -> None:
    """Print one row: both times, their ratio and our peak memory over the size of the result."""
    path = folder / "table.tsv"
    write(path, values)
    assert np.array_equal(read_expression(path).values, values)
    ours = best(lambda: read_expression(path))
    theirs = best(lambda: pd.read_csv(path, sep="\t", index_col=0))
    tracemalloc.start()
    read_expression(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    size = path.stat().st_size / 1e6
    ratio = f"ratio {ours / theirs:5.2f}  peak {peak / 1e6:5.0f} MB"
    print(f"{name:<12} {size:6.0f} MB  {ours:6.3f} s  pandas {theirs:6.3f} s  {ratio}")


def main() -> None:
    """Compare whole numbers, short and long decimals; then time writing."""
    rng = np.random.default_rng(0)
    decimals = rng.normal(8, 3, (N_GENES, N_SAMPLES))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compare("counts", rng.negative_binomial(0.3, 0.0005, (N_GENES, N_SAMPLES)), folder)
        compare("3 decimals", np.round(decimals, 3), folder)
        compare("16 digits", decimals, folder)
    frame = pd.DataFrame(rng.normal(size=(64_000, 10)))
    ours, theirs = best(lambda: format_table(frame)), best(lambda: frame.to_csv(sep="\t"))
    print(f"write 64,000 x 10: {ours:.3f} s, to_csv {theirs:.3f} s")


if __name__ == "__main__":
    main()
