"""Linkage against fastcluster, and how the time grows with the number of rows.

Run: python benchmarks/linkage.py [--rows 20000] [--columns 24] [--repeats 3]
     python benchmarks/linkage.py --curve 5000,10000,20000,40000,60000 --columns 100

Whole processes in turn, medians of the time of the call (without imports) by the wall and in CPU seconds, and peak
memory. Each peer runs with BLAS at one thread; Heatleaf takes two threads of its own. Heights of all peers are
compared, so a wrong answer cannot win. The curve prints the exponent b of seconds ~ rows^b fitted to its CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys

PEERS = {
    "average correlation": ("heatleaf", "fastcluster"),
    "ward euclidean": ("heatleaf", "fastcluster vector", "fastcluster"),
}
MEASURES = ("seconds", "cpu", "peak")
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
start, cpu = time.perf_counter(), time.process_time()
tree = run()
seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
heights = tree[:: max(len(tree) // 200, 1), 2].tolist()
print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak, "heights": heights}))
"""
Run = dict[str, float | list[float]]


def measure(case: str, peer: str, rows: int, columns: int) -> Run:
    command = [sys.executable, "-c", CHILD, case, peer, str(rows), str(columns)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)


def medians(runs: list[Run]) -> list[float]:
    return [statistics.median(run[key] for run in runs) for key in MEASURES]


def compare(case: str, peers: tuple[str, ...], options: argparse.Namespace) -> None:
    runs: dict[str, list[Run]] = {peer: [] for peer in peers}
    for _ in range(options.repeats):
        for peer in peers:
            runs[peer].append(measure(case, peer, options.rows, options.columns))
    ours = medians(runs["heatleaf"])
    for peer in peers:
        values = medians(runs[peer])
        cells = "".join(f"{value:9.2f}{value / base:7.1f}" for value, base in zip(values, ours, strict=True))
        print(f"{case:22}{peer:20}{cells}", flush=True)
        pairs = zip(runs["heatleaf"][0]["heights"], runs[peer][0]["heights"], strict=True)
        assert all(abs(a - b) <= 1e-9 * max(a, b) for a, b in pairs), f"{peer} gives other heights"


def draw_curve(case: str, sizes: list[int], options: argparse.Namespace) -> None:
    points = []
    for rows in sizes:
        values = medians([measure(case, "heatleaf", rows, options.columns) for _ in range(options.repeats)])
        points.append((math.log(rows), math.log(values[1])))
        print(f"{case:22}{rows:8,} x {options.columns}{values[0]:9.2f}{values[1]:9.2f}{values[2]:9.0f}", flush=True)
    mean_x, mean_y = (statistics.fmean(axis) for axis in zip(*points, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    print(f"{case:22}CPU seconds grow as rows to the power {slope:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--columns", type=int, default=24)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--curve", help="numbers of rows, separated by commas")
    options = parser.parse_args()
    if options.curve:
        print(f"{'case':22}{'rows':>14}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}")
        for case in PEERS:
            draw_curve(case, [int(size) for size in options.curve.split(",")], options)
        return
    print(f"{options.rows:,} x {options.columns}, medians of {options.repeats}")
    heads = "".join(f"{head:>9}{'times':>7}" for head in ("seconds", "CPU s", "peak MB"))
    print(f"{'case':22}{'peer':20}{heads}")
    for case, peers in PEERS.items():
        compare(case, peers, options)


if __name__ == "__main__":
    main()
