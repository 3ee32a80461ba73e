"""Linkage of 20,000 x 24 against fastcluster: whole processes, alternating, medians and peak memory.

Run: python benchmarks/linkage.py [--rows 20000] [--columns 24] [--repeats 3]
Each peer runs in a process of its own with BLAS at one thread; its time is that of the call, without imports. Heights
of all peers are compared, so a wrong answer cannot win.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys

PEERS = {
    "average correlation": ("heatleaf", "fastcluster"),
    "ward euclidean": ("heatleaf", "fastcluster vector", "fastcluster"),
}
CHILD = """
import json, resource, sys, time
import numpy as np
case, peer, rows, columns = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
rng = np.random.default_rng(1)
matrix = rng.normal(size=(40, columns))[rng.integers(0, 40, rows)] + rng.normal(size=(rows, columns))
method, metric = case.split()
if peer == "heatleaf":
    from heatleaf.cluster import linkage
    run = lambda: linkage(matrix, method, metric)
else:
    import fastcluster
    from scipy.spatial.distance import pdist
    if peer == "fastcluster vector":
        run = lambda: fastcluster.linkage_vector(matrix, method, metric)
    else:
        run = lambda: fastcluster.linkage(pdist(matrix, metric), method, preserve_input=False)
start = time.perf_counter()
tree = run()
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peak": peak, "heights": tree[:: max(len(tree) // 200, 1), 2].tolist()}))
"""


def measure(case: str, peer: str, rows: int, columns: int) -> dict[str, object]:
    command = [sys.executable, "-c", CHILD, case, peer, str(rows), str(columns)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--columns", type=int, default=24)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(f"{options.rows:,} x {options.columns}, medians of {options.repeats}")
    print(f"{'case':22}{'peer':20}{'seconds':>9}{'ratio':>8}{'peak MB':>9}{'ratio':>8}")
    for case, peers in PEERS.items():
        runs: dict[str, list[dict]] = {peer: [] for peer in peers}
        for _ in range(options.repeats):
            for peer in peers:
                runs[peer].append(measure(case, peer, options.rows, options.columns))
        ours = runs["heatleaf"][0]
        for peer in peers:
            seconds, peak = (statistics.median(run[key] for run in runs[peer]) for key in ("seconds", "peak"))
            base = [statistics.median(run[key] for run in runs["heatleaf"]) for key in ("seconds", "peak")]
            print(f"{case:22}{peer:20}{seconds:9.2f}{seconds / base[0]:8.1f}{peak:9.0f}{peak / base[1]:8.1f}")
            pairs = zip(ours["heights"], runs[peer][0]["heights"], strict=True)
            assert all(abs(a - b) <= 1e-9 * max(a, b) for a, b in pairs), f"{peer} gives other heights"


if __name__ == "__main__":
    main()
