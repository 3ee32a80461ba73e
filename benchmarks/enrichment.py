"""Gene-set tests on airway: time beside gseapy, agreement with it and with R, and the error of ranked p-values.

    [PEERS=/path/to/python] python benchmarks/enrichment.py DATA [SAMPLE_SIZE]

DATA : folder of real public data. PEERS : an interpreter that has gseapy 1.3; without one that part is skipped.
SAMPLE_SIZE : of gseapy's multilevel method, besides its default of 101; 1001 takes five minutes and is more exact.
20,000 genes ranked by the Wald statistic, the first 5,000 GO BP sets of 10 to 500 genes, and ten lists of 300 genes.
Processes take one thread each; seconds are without start, reading and loading of sets.
"""

from __future__ import annotations

import gzip
import json
import lzma
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from heatleaf.enrich import over_represent_lists, ranked_enrichment
from heatleaf.model import GeneSetCollection

HERE = Path(__file__).parent
N_GENES, N_SETS, N_LISTS = 20_000, 5_000, 10
BANDS = ((-1, 0), (-2, -1), (-3, -2), (-5, -3), (-10, -5))


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


def read_ranking(data: Path) -> pd.Series[float]:
    file = data / "airway" / "gold" / "enrichment" / "ranked_stat_symbol.csv.gz"
    return pd.read_csv(file, keep_default_na=False, index_col=0)["stat"].astype(float)


def make_study(data: Path) -> tuple[pd.Series[float], GeneSetCollection, dict[str, list[str]]]:
    """Take annotated genes first, then others, in the order of their rank; lists share out the 3,000 strongest."""
    scores, sets = read_ranking(data), read_go(data / "genesets" / "GO_BP.human.symbol.gmt.xz")
    annotated = scores.index.isin(sets.genes)
    chosen = set([*scores.index[annotated], *scores.index[~annotated]][:N_GENES])
    scores = scores[[gene in chosen for gene in scores.index]]
    rows = [
        (set_id, name, inside)
        for set_id, name, members in zip(sets.set_ids, sets.set_names, sets.members, strict=True)
        if 10 <= len(inside := [gene for gene in members if gene in chosen]) <= 500
    ]
    strongest = scores.abs().sort_values(ascending=False, kind="stable").index[:3_000]
    lists = {str(i): list(strongest[i::N_LISTS]) for i in range(N_LISTS)}
    return scores, GeneSetCollection.from_sets("GO:BP", rows[:N_SETS]), lists


def write_study(folder: Path, scores: pd.Series[float], sets: GeneSetCollection, lists: dict[str, list[str]]) -> None:
    scores.rename("score").to_csv(folder / "ranking.tsv", sep="\t")
    lines = ["\t".join([set_id, "", *genes]) for set_id, genes in zip(sets.set_ids, sets.members, strict=True)]
    (folder / "sets.gmt").write_text("\n".join(lines) + "\n")
    (folder / "universe.txt").write_text("\n".join(scores.index))
    (folder / "lists.json").write_text(json.dumps(lists))


def ask_gseapy(folder: Path, task: str, *words: str) -> pd.DataFrame:
    """Run gseapy in its own process; print its seconds and return its table."""
    command = [os.environ["PEERS"], str(HERE / "peer_gseapy.py"), task, str(folder), *words]
    threads = {"OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | threads).stdout
    wall, cpu = map(float, said.split()[-2:])
    print(f"{'gseapy ' + ' '.join([task, *words]):60s} {wall:6.2f} s wall {cpu:6.2f} s processor")
    seed, size = [*words, "1", "101"][:2] if words else ("1", "101")
    return pd.read_csv(folder / f"{task}_{seed}_{size}.tsv", sep="\t")


def check_r(data: Path) -> None:
    """Print the largest difference from R's phyper."""
    gold = data / "airway" / "gold" / "enrichment"
    sets = read_go(data / "genesets" / "GO_BP.human.ensembl.gmt.xz")
    universe = gzip.decompress((gold / "universe_tested.txt.gz").read_bytes()).decode().split()
    lists = {name: (gold / f"de_{name}.txt").read_text().split() for name in ("all", "up", "down", "padj05")}
    tables = over_represent_lists(lists, [sets], universe)
    expected = pd.read_csv(gold / "ora_GOBP_all_universe_all_tested.csv.gz").set_index("set")
    frame = tables["all"].frame.set_index("set_id").loc[expected.index]
    print(f"  largest relative difference from R: {np.abs(frame['pvalue'] / expected['pvalue'] - 1).max():.1e}")


def compare_lists(sets: GeneSetCollection, scores: pd.Series[float], lists: dict[str, list[str]], folder: Path) -> None:
    universe = list(scores.index)
    over_represent_lists(lists, [sets], universe)
    tables = timed("over-representation, 10 lists", lambda: over_represent_lists(lists, [sets], universe))
    ranks = dict(zip(universe, np.arange(float(len(universe))).tolist(), strict=True))
    timed("the same, corrected for a bias", lambda: over_represent_lists(lists, [sets], universe, bias=ranks))
    if "PEERS" in os.environ:
        peer = ask_gseapy(folder, "enrich")
        frames = [table.frame.assign(label=int(label)) for label, table in tables.items()]
        ours = pd.concat(frames).set_index(["label", "set_id"])["pvalue"]
        theirs = peer.set_index(["label", "Term"])["P-value"]
        print(f"  largest relative difference: {np.abs(ours.loc[theirs.index] / theirs - 1).max():.1e}")


def print_bands(name: str, log_p: np.ndarray, difference: np.ndarray) -> None:
    for low, high in BANDS:
        at = (log_p > low) & (log_p <= high)
        if at.any():
            off = difference[at]
            print(
                f"  {name}, log10 p {low} to {high}: {at.sum():5d} sets, mean {off.mean():+.3f}, "
                f"standard deviation {off.std():.3f}, largest {np.abs(off).max():.3f}"
            )


def compare_ranked(scores: pd.Series[float], sets: GeneSetCollection, folder: Path, sizes: list[str]) -> None:
    runs = [
        timed(
            f"ranked enrichment, seed {seed}",
            lambda seed=seed: ranked_enrichment(scores, sets, rng=np.random.default_rng(seed), min_size=10),
        ).set_index("set_id")
        for seed in range(1, 5)
    ]
    ids = runs[0].index
    log_p = np.log10(np.stack([run["pvalue"].loc[ids] for run in runs]))
    mean = log_p.mean(axis=0)
    print_bands("two seeds", mean, log_p[0] - log_p[1])
    for size in sizes if "PEERS" in os.environ else ():
        peer = ask_gseapy(folder, "ranked", "1", size).set_index("Term")
        theirs = np.log10(peer["NOM p-val"].loc[ids].astype(float).to_numpy())
        print(f"  largest difference of scores: {np.abs(peer['ES'].loc[ids] - runs[0]['ES']).max():.1e}")
        print_bands(f"seed 1 against gseapy, sample size {size}", mean, log_p[0] - theirs)


def print_null(scores: pd.Series[float]) -> None:
    """Print how even p-values of 20,000 random sets are."""
    rng = np.random.default_rng(11)
    found = []
    for seed in range(4):
        sizes = np.exp(rng.uniform(np.log(15), np.log(500), 5_000)).astype(int).tolist()
        rows = [(str(i), "", list(rng.choice(scores.index, k, replace=False))) for i, k in enumerate(sizes)]
        sets = GeneSetCollection.from_sets("random", rows)
        found.append(ranked_enrichment(scores, sets, rng=np.random.default_rng(100 + seed))["pvalue"].to_numpy())
    p_value = np.concatenate(found)
    for alpha in (0.5, 0.1, 0.05, 0.01, 0.001):
        print(f"  random sets with p of {alpha} or less: {(p_value <= alpha).mean():.5f}")


def main(data: Path, sizes: list[str]) -> None:
    check_r(data)
    scores, sets, lists = make_study(data)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_study(folder, scores, sets, lists)
        compare_lists(sets, scores, lists, folder)
        compare_ranked(scores, sets, folder, sizes)
    print_null(scores)


if __name__ == "__main__":
    main(Path(sys.argv[1]), ["101", *sys.argv[2:]])
