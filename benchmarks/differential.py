"""The differential engine beside R DESeq2 and PyDESeq2: seconds inside the process and peak memory, in turn, medians.

Usage: python benchmarks/differential.py [repeats [part ...]], parts by number of samples, or "curve".

R is used where DESeq2 is installed, PyDESeq2 where the variable PYDESEQ2_PYTHON names a Python that has it. Timed, in
each: from a count table and a sheet in memory to size factors, dispersions, coefficients, Cook's distances, and the
Wald table with adjusted p-values; nothing is shrunken. Loading the program, making the table and writing results are
not counted. Every tool sees the same counts; genes called are shown.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import deseq2_peer as peer
import numpy as np
import pandas as pd

from heatleaf.model import Contrast, CountTable, Design, Factor
from heatleaf.stats import fit_counts, vst, wald_test

HERE = Path(__file__)
TESTS = ((20_000, 12, "~ group"), (20_000, 200, "~ batch + group"), (20_000, 500, "~ batch + group"))
TRANSFORMATION = (60_000, 1_000, "~ batch + group")
CURVE = ((5_000, 12), (10_000, 12), (20_000, 12), (40_000, 12), (20_000, 50), (20_000, 100), (20_000, 200))


def made_table(n_genes: int, n_samples: int, formula: str = "~ batch + group") -> tuple[CountTable, Design]:
    """Negative binomial counts of two groups in three batches."""
    rng = np.random.default_rng(0)
    group, batch = np.arange(n_samples) % 2, np.arange(n_samples) * 3 // n_samples
    mu = np.exp(rng.uniform(0, 8, (n_genes, 1))) * 2 ** (rng.normal(0, 1, (n_genes, 1)) * group)
    size = 1 / (0.05 + 2 / mu.mean(axis=1, keepdims=True)) * np.exp(rng.normal(0, 0.6, (n_genes, 1)))
    counts = rng.negative_binomial(size, size / (size + mu)).astype(np.int64)
    columns = {"Intercept": np.ones(n_samples), "b1": batch == 1, "b2": batch == 2, "group_b_vs_a": group}
    used = [name for name in columns if "batch" in formula or name not in ("b1", "b2")]
    names = tuple(f"s{i}" for i in range(n_samples))
    factors = {"group": Factor("group", ("a", "b"), tuple("ab"[g] for g in group))}
    if "batch" in formula:
        factors["batch"] = Factor("batch", ("x", "y", "z"), tuple("xyz"[b] for b in batch))
    matrix = np.column_stack([columns[name] for name in used]).astype(float)
    table = CountTable(tuple(f"g{i}" for i in range(n_genes)), names, counts)
    return table, Design(formula, names, factors, {}, matrix, tuple(used))


def run_ours(mode: str, n_genes: int, n_samples: int, formula: str) -> dict[str, float]:
    """Time one run in this process."""
    table, design = made_table(n_genes, n_samples, formula)
    work: Callable[[], object] = lambda: vst(table)  # noqa: E731
    if mode == "test":
        vector = np.eye(design.model_matrix.shape[1])[-1]
        contrast = Contrast("group", "b", "a", vector)
        work = lambda: wald_test(fit_counts(table, design), contrast, alpha=0.1, shrink=False)  # noqa: E731
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return spent | {"peak_mb": peak, "called": float(np.sum(getattr(result, "padj", np.ones(1)) < 0.05))}


PYDESEQ2 = """
import json, resource, sys, time, warnings
import numpy as np, pandas as pd
warnings.filterwarnings("ignore")
from pydeseq2.dds import DeseqDataSet
from pydeseq2.ds import DeseqStats
from joblib.externals.loky import get_reusable_executor
folder, formula = sys.argv[1:]
sheet = pd.read_csv(folder + "/samples.csv", index_col=0)
genes = open(folder + "/genes.txt").read().split()
values = np.fromfile(folder + "/counts.bin", np.int32).reshape(len(sheet), len(genes))
counts = pd.DataFrame(values, sheet.index, genes)
wall, cpu = time.perf_counter(), sum(__import__("os").times()[:4])
data = DeseqDataSet(counts=counts, metadata=sheet, design=formula, quiet=True)
data.deseq2()
stats = DeseqStats(data, contrast=["group", "b", "a"], alpha=0.1, quiet=True)
stats.summary()
spent = {"wall": time.perf_counter() - wall}
get_reusable_executor().shutdown(wait=True)  # the time of workers counts when they have ended
spent |= {"cpu": sum(__import__("os").times()[:4]) - cpu}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(spent | {"peak_mb": peak, "called": float((stats.results_df["padj"] < 0.05).sum())}))
"""


def run_in_turn(mode: str, case: tuple[int, int, str], n_repeats: int) -> None:
    """Run all tools on one table in turn, and print medians."""
    n_genes, n_samples, formula = case
    rows: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        table, design = made_table(*case)
        sheet = {name: factor.values for name, factor in design.factors.items()}
        samples = pd.DataFrame(sheet, index=list(table.sample_ids))
        peer.write_folder(folder, table.counts, table.gene_ids, samples, {"group": "a"})
        del table
        contrast = ",".join(["0"] * (design.model_matrix.shape[1] - 1) + ["1"])
        for _ in range(n_repeats):
            command = [sys.executable, str(HERE), "--one", mode, str(n_genes), str(n_samples), formula]
            rows.setdefault("Heatleaf", []).append(_json_of(command))
            if peer.is_installed():
                spent = peer.run_deseq2(folder, mode, formula, "~ 1", contrast)
                rows.setdefault("DESeq2", []).append(vars(spent))
        python = os.environ.get("PYDESEQ2_PYTHON")
        if python and mode == "test" and n_samples <= 12:
            rows["PyDESeq2"] = [_json_of([python, "-c", PYDESEQ2, str(folder), formula])]
    print(f"\n{mode}, {n_genes:,} x {n_samples:,}, {formula}")
    first = {key: statistics.median(run[key] for run in rows["Heatleaf"]) for key in ("wall", "cpu")}
    for tool, runs in rows.items():
        wall, cpu, peak = (statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "peak_mb"))
        ratio = f"{wall / first['wall']:6.1f} x wall, {cpu / first['cpu']:6.1f} x CPU"
        called = f", {runs[0]['called']:,.0f} called" if mode == "test" and "called" in runs[0] else ""
        print(
            f"  {tool:9} {wall:8.2f} s wall, {cpu:8.2f} s CPU, peak {peak:6,.0f} MB, {ratio}, n = {len(runs)}{called}"
        )


def _json_of(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def print_curve() -> None:
    """Print CPU time by genes and by samples: it grows with their product."""
    print("\nHeatleaf alone, ~ batch + group: CPU seconds, and microseconds per count")
    for n_genes, n_samples in CURVE:
        command = [sys.executable, str(HERE), "--one", "test", str(n_genes), str(n_samples), "~ batch + group"]
        spent = min(_json_of(command)["cpu"] for _ in range(2))
        print(f"  {n_genes:6,} x {n_samples:4}: {spent:6.2f} s, {spent / n_genes / n_samples * 1e6:5.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(run_ours(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])))
    else:
        repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
        parts = sys.argv[2:] or ["12", "200", "500", "1000", "curve"]
        for test in TESTS:
            if str(test[1]) in parts:
                run_in_turn("test", test, repeats)
        if str(TRANSFORMATION[1]) in parts:
            run_in_turn("vst", TRANSFORMATION, repeats)
        if "curve" in parts:
            print_curve()
