"""False discovery rate and power on simulated counts with known truth, beside R's DESeq2, edgeR and limma.

Usage: python benchmarks/error_rates.py [data folder] [repetitions]. With the folder of real data, means and dispersions
are drawn from the fit of its airway table, else from stated distributions. Without R only Heatleaf is measured.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from heatleaf.model import CountTable, SampleSheet
from heatleaf.stats import fit_counts, wald_test
from heatleaf.stats.contrast import build_contrast
from heatleaf.stats.design import build_design
from heatleaf.stats.quasi_likelihood import fit_quasi_likelihood, quasi_likelihood_test
from heatleaf.stats.voom import fit_voom, voom_test

ALPHA = 0.05
N_GENES = 10_000
SHARE_CHANGED = 0.1  # of the genes, as many up as down
LEAST_CHANGE, MEAN_EXTRA_CHANGE = 0.3, 0.8  # |log2 fold change| = 0.3 + an exponential of this mean
LIBRARY_SD = 0.3  # of the natural log of size factors
SHARE_OUTLIERS = 0.05  # of the genes have one count raised ...
OUTLIER_FOLD = 20  # ... by so many times the gene's mean
LEAST_MEAN = 1.0  # genes below it are not simulated: no method can find them
GROUP_SIZES = (3, 6, 10)
PEERS = ("DESeq2", "edgeR QL", "limma voom")


@dataclass(frozen=True, eq=False)
class Genes:
    """What genes are drawn from: pairs of mean normalised count and dispersion."""

    means: np.ndarray
    dispersions: np.ndarray
    source: str


@dataclass(frozen=True, eq=False)
class Simulation:
    """A count table of two groups, and which of its genes differ."""

    counts: CountTable
    samples: SampleSheet
    is_changed: np.ndarray


def airway_genes(data: Path) -> Genes:
    """Means and dispersions as fitted to the airway table, ~ celltype + dex."""
    frame = pd.read_csv(data / "airway" / "counts.csv.gz", index_col=0)
    sheet = pd.read_csv(data / "airway" / "metadata.csv", index_col=0).loc[frame.columns]
    columns = {name: tuple(sheet[name].astype(str)) for name in ("celltype", "dex")}
    samples = SampleSheet(tuple(frame.columns), columns)
    fit = fit_counts(CountTable.from_frame(frame), build_design(samples, "~ celltype + dex"))
    usable = (fit.base_mean >= LEAST_MEAN) & np.isfinite(fit.dispersion)
    return Genes(fit.base_mean[usable], fit.dispersion[usable], "the fit of airway")


def stated_genes(rng: np.random.Generator) -> Genes:
    """Means of log-uniform spread; dispersions around 0.05 + 2 / mean with a log sd of 0.5."""
    means = np.exp(rng.uniform(0, 9, N_GENES))
    return Genes(means, (0.05 + 2 / means) * np.exp(rng.normal(0, 0.5, N_GENES)), "stated distributions")


def simulate(genes: Genes, n_per_group: int, *, with_outliers: bool, seed: int, n_genes: int = N_GENES) -> Simulation:
    """Draw a table of two groups; the first genes differ, half of them up."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(len(genes.means), size=n_genes)
    is_changed = np.arange(n_genes) < SHARE_CHANGED * n_genes
    change = LEAST_CHANGE + rng.exponential(MEAN_EXTRA_CHANGE, n_genes)
    log2_change = np.where(is_changed, change * np.where(np.arange(n_genes) % 2, 1, -1), 0.0)
    group = np.repeat([0, 1], n_per_group)
    size_factors = np.exp(rng.normal(0, LIBRARY_SD, 2 * n_per_group))
    means = genes.means[drawn][:, None] * size_factors * 2 ** (log2_change[:, None] * (group - 0.5))
    size = 1 / genes.dispersions[drawn][:, None]
    counts = rng.negative_binomial(size, size / (size + means))
    if with_outliers:
        hit = rng.permutation(n_genes)[: int(SHARE_OUTLIERS * n_genes)]
        column = rng.integers(2 * n_per_group, size=len(hit))
        counts[hit, column] += np.round(OUTLIER_FOLD * means[hit, column]).astype(np.int64)
    names = tuple(f"s{i:02d}" for i in range(2 * n_per_group))
    table = CountTable(tuple(f"g{i:05d}" for i in range(n_genes)), names, counts.astype(np.int64))
    return Simulation(table, SampleSheet(names, {"group": tuple("ab"[g] for g in group)}), is_changed)


def heatleaf_padj(simulation: Simulation) -> dict[str, np.ndarray]:
    """Adjusted p-values of the three tests."""
    counts, design = simulation.counts, build_design(simulation.samples, "~ group")
    contrast = build_contrast(design, "group", "b", "a")
    return {
        "Heatleaf": wald_test(fit_counts(counts, design), contrast, alpha=ALPHA, shrink=False).padj,
        "Heatleaf voom": voom_test(fit_voom(counts, design), contrast).padj,
        "Heatleaf QL": quasi_likelihood_test(fit_quasi_likelihood(counts, design), contrast).padj,
    }


def peer_padj(simulations: list[Simulation]) -> list[dict[str, np.ndarray]]:
    """Adjusted p-values of the peers, all tables in one process of R; nothing without R."""
    if shutil.which("Rscript") is None:
        return [{} for _ in simulations]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for i, simulation in enumerate(simulations):
            simulation.counts.frame.to_csv(folder / f"{i}.csv")
        script = Path(__file__).with_name("peer_error_rates.R")
        subprocess.run(["Rscript", str(script), name, str(len(simulations)), str(ALPHA)], check=True)
        frames = [pd.read_csv(folder / f"{i}_padj.csv", index_col=0) for i in range(len(simulations))]
    return [{peer: frame.iloc[:, k].to_numpy() for k, peer in enumerate(PEERS)} for frame in frames]


def error_rates(padj: np.ndarray, is_changed: np.ndarray, alpha: float = ALPHA) -> tuple[float, float]:
    """Share of false calls among the calls (0 without calls), and share of changed genes that are called."""
    called = np.nan_to_num(padj, nan=1.0) < alpha
    return float((called & ~is_changed).sum() / max(called.sum(), 1)), float(called[is_changed].mean())


def main(data: Path | None, n_repetitions: int) -> None:
    """Print a row of false discovery rate and power per method, a pair of columns per scenario."""
    genes = airway_genes(data) if data is not None else stated_genes(np.random.default_rng(0))
    scenarios = [(n, outliers) for outliers in (False, True) for n in GROUP_SIZES]
    rates: dict[str, dict[tuple[int, bool], list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for n_per_group, with_outliers in scenarios:
        simulations = [
            simulate(genes, n_per_group, with_outliers=with_outliers, seed=1000 * n_per_group + i)
            for i in range(n_repetitions)
        ]
        for simulation, peers in zip(simulations, peer_padj(simulations), strict=True):
            for method, padj in (heatleaf_padj(simulation) | peers).items():
                rates[method][n_per_group, with_outliers].append(error_rates(padj, simulation.is_changed))
    print(f"Means and dispersions from {genes.source}; {n_repetitions} repetitions; mean (sd) in per cent")
    for title, column in (("false discovery rate at padj < 0.05", 0), ("power", 1)):
        print(f"\n{title}\n| method |" + "".join(f" {n} v {n}{', outliers' * o} |" for n, o in scenarios))
        print("|---|" + "---|" * len(scenarios))
        for method, cells in rates.items():
            values = [100 * np.array(cells[scenario])[:, column] for scenario in scenarios]
            print(f"| {method} |" + "".join(f" {v.mean():.1f} ({v.std(ddof=1):.1f}) |" for v in values))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None, int(sys.argv[2]) if len(sys.argv) > 2 else 3)
