"""Time of enrichment on airway, and the error of p-values of ranked enrichment.

    python benchmarks/enrichment.py DATA

DATA : folder of real public data. Correctness is guarded beside the times: overlaps and p-values of R, scores of R.
"""

from __future__ import annotations

import gzip
import lzma
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from heatleaf.enrich import chance, over_represent_lists, ranked_enrichment
from heatleaf.model import GeneSetCollection
from heatleaf.resources import gene_sets, identify_genes


def timed(name: str, call: Callable[[], Any]) -> Any:
    """Call, and print wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    print(f"{name:60s} {time.perf_counter() - wall:6.2f} s wall {time.process_time() - cpu:6.2f} s processor")
    return result


def read_go(path: Path) -> GeneSetCollection:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return GeneSetCollection.from_sets("GO:BP", [(row[0], row[1], row[2:]) for row in rows])


def main(data: Path) -> None:
    gold = data / "airway" / "gold" / "enrichment"
    with gzip.open(data / "airway" / "counts.csv.gz", "rt", encoding="utf-8") as lines:
        gene_ids = [line.split(",", 1)[0].strip('"') for line in lines][1:]
    timed("recognise 64,102 gene ids, cold", lambda: identify_genes(gene_ids))
    timed("load human GO BP, cold", lambda: gene_sets("human"))

    sets = read_go(data / "genesets" / "GO_BP.human.ensembl.gmt.xz")
    universe = gzip.decompress((gold / "universe_tested.txt.gz").read_bytes()).decode().split()
    lists = {name: (gold / f"de_{name}.txt").read_text().split() for name in ("all", "up", "down", "padj05")}
    tables = timed("over-representation, 4 lists, 15,975 sets", lambda: over_represent_lists(lists, [sets], universe))
    expected = pd.read_csv(gold / "ora_GOBP_all_universe_all_tested.csv.gz").set_index("set")
    frame = tables["all"].frame.set_index("set_id").loc[expected.index]
    print(f"  largest relative difference from R: {np.abs(frame['pvalue'] / expected['pvalue'] - 1).max():.1e}")

    scores = pd.read_csv(gold / "ranked_stat_symbol.csv.gz", keep_default_na=False, index_col=0)["stat"].astype(float)
    symbols = read_go(data / "genesets" / "GO_BP.human.symbol.gmt.xz")
    runs = [
        timed(
            f"ranked enrichment, {len(scores):,} genes, GO BP, seed {seed}",
            lambda seed=seed: ranked_enrichment(scores, symbols, rng=np.random.default_rng(seed)).set_index("set_id"),
        )
        for seed in range(1, 9)
    ]
    chance.GRID_RATIO = 1.02
    rng = np.random.default_rng(100)
    fine = timed("the same, about every size drawn for itself", lambda: ranked_enrichment(scores, symbols, rng=rng))
    log_p = np.log10(pd.concat([run["pvalue"] for run in runs], axis=1))
    print_errors(log_p, np.log10(fine.set_index("set_id")["pvalue"].loc[log_p.index]))


def print_errors(log_p: pd.DataFrame, fine: pd.Series[float]) -> None:
    """Print how far seeds differ, and how far the grid of sizes is from sizes drawn for themselves, in log10 p."""
    mean, spread = log_p.mean(axis=1), log_p.std(axis=1)
    for low, high in ((-1, 0), (-2, -1), (-3, -2), (-5, -3), (-20, -5)):
        at = (mean > low) & (mean <= high)
        difference = (mean - fine)[at]
        print(
            f"  log10 p {low} to {high}: {at.sum():5d} sets, seeds {spread[at].mean():.3f}, "
            f"grid against own sizes {difference.mean():+.3f} +- {difference.std():.3f}"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
