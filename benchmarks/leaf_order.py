"""Optimal leaf order against SciPy: whole processes, alternating, medians, peak memory and the cost reached.

Run: python benchmarks/leaf_order.py [--rows 2000] [--columns 24] [--repeats 3]
SciPy is given its condensed distances; Heatleaf's time includes making its own. A lower cost is better: the sum of
1 - Pearson between neighbours. An order may not cost more than SciPy's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys

PEERS = ("heatleaf", "heatleaf fast", "scipy")
CHILD = """
import json, resource, sys, time
import numpy as np
peer, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
from heatleaf.cluster import leaf_order, linkage
rng = np.random.default_rng(1)
matrix = rng.normal(size=(8, columns))[rng.integers(0, 8, rows)] + rng.normal(size=(rows, columns))
tree = linkage(matrix)
if peer == "scipy":
    from scipy.cluster.hierarchy import leaves_list, optimal_leaf_ordering
    from scipy.spatial.distance import pdist
    distances = pdist(matrix, "correlation")
    run = lambda: leaves_list(optimal_leaf_ordering(tree, distances))
else:
    run = lambda: leaf_order(tree, matrix, method="fast" if peer.endswith("fast") else "optimal")
start = time.perf_counter()
order = run()
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
cost = sum(1 - np.corrcoef(matrix[a], matrix[b])[0, 1] for a, b in zip(order, order[1:]))
print(json.dumps({"seconds": seconds, "peak": peak, "cost": cost}))
"""


def measure(peer: str, rows: int, columns: int) -> dict[str, float]:
    command = [sys.executable, "-c", CHILD, peer, str(rows), str(columns)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--columns", type=int, default=24)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    runs: dict[str, list[dict[str, float]]] = {peer: [] for peer in PEERS}
    for _ in range(options.repeats):
        for peer in PEERS:
            runs[peer].append(measure(peer, options.rows, options.columns))
    print(f"{options.rows:,} x {options.columns}, medians of {options.repeats}")
    print(f"{'peer':16}{'seconds':>9}{'ratio':>8}{'peak MB':>9}{'cost':>12}")
    medians = {peer: {key: statistics.median(r[key] for r in runs[peer]) for key in runs[peer][0]} for peer in PEERS}
    for peer, middle in medians.items():
        ratio = middle["seconds"] / medians["heatleaf"]["seconds"]
        print(f"{peer:16}{middle['seconds']:9.3f}{ratio:8.1f}{middle['peak']:9.0f}{middle['cost']:12.4f}")
    assert medians["heatleaf"]["cost"] <= medians["scipy"]["cost"] + 1e-9


if __name__ == "__main__":
    main()
