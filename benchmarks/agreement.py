"""Agreement with DESeq2, gene by gene, side by side on every count set and several designs of each.

Usage: python benchmarks/agreement.py DATA_FOLDER [case ...]. Needs R with DESeq2. Prints for each case the largest
deviations, the share of genes beyond each tolerance, and the genes that deviate.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import deseq2_peer as peer
import numpy as np
import pandas as pd

from heatleaf.model import Contrast, CountTable, Design, Factor
from heatleaf.stats import fit_counts, likelihood_ratio_test, vst, wald_test

FloatArray = np.ndarray


@dataclass(frozen=True)
class Case:
    folder: str
    formula: str
    reduced: str
    contrast: str  # of the coefficients in the order of R's model.matrix
    references: dict[str, str]


AIRWAY = {"dex": "control", "celltype": "N61311"}
PASILLA = {"condition": "untreated", "type": "single_read"}
MOUSE = {"time": "Day0", "sex": "Female"}
CASES = {
    "airway, paired": Case("airway", "~ celltype + dex", "~ celltype", "0,0,0,0,1", AIRWAY),
    "airway, two groups": Case("airway", "~ dex", "~ 1", "0,1", AIRWAY),
    "airway, no intercept": Case("airway", "~ 0 + dex + celltype", "~ celltype", "-1,1,0,0,0", AIRWAY),
    "pasilla, block": Case("pasilla", "~ type + condition", "~ type", "0,0,1", PASILLA),
    "pasilla, two groups": Case("pasilla", "~ condition", "~ 1", "0,1", PASILLA),
    "pasilla, interaction": Case("pasilla", "~ type * condition", "~ type + condition", "0,0,0,1", PASILLA),
    "mouse, time": Case("gse96870", "~ sex + time", "~ sex", "0,0,0,1", MOUSE),
    "mouse, interaction": Case("gse96870", "~ sex * time", "~ sex + time", "0,0,0,0,0,1", MOUSE),
    "mouse, no intercept": Case("gse96870", "~ 0 + time + sex", "~ sex", "-1,0,1,0", MOUSE),
    "mouse, numeric day": Case("gse96870", "~ sex + day", "~ sex", "0,0,1", {"sex": "Female"}),
    "hapmap, study + sex": Case(
        "hapmap", "~ study + gender", "~ study", "0,0,0,1", {"gender": "female", "study": "Montgomery"}
    ),
}
# column of the reference, tolerance, whether relative
TOLERANCES = (
    ("baseMean", 1e-8, True),
    ("log2FoldChange", 1e-4, False),
    ("lfcSE", 1e-3, True),
    ("dispersion", 1e-3, True),
    ("dispFit", 1e-3, True),
    ("log10_p", 0.005, False),
    ("lrt_log10_p", 0.005, False),
)


def read_table(data: Path, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return counts and sheet in the same order of samples."""
    folder = data / name
    if name == "pasilla":
        counts = pd.read_csv(folder / "pasilla_gene_counts.tsv", sep="\t", index_col=0)
        samples = pd.read_csv(folder / "pasilla_sample_annotation.csv")
        samples.index = samples["file"].str.replace("fb", "")
        samples["type"] = samples["type"].str.replace("-", "_")
        samples = samples[["type", "condition"]]
    else:
        counts = pd.read_csv(folder / "counts.csv.gz", index_col=0)
        samples = pd.read_csv(folder / "metadata.csv", index_col=0)
    samples = samples.loc[counts.columns]
    if name == "gse96870":
        samples = samples.assign(day=samples["time"].str.replace("Day", "").astype(float))
    return counts, samples


def ours(case: Case, counts: pd.DataFrame, samples: pd.DataFrame, folder: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Return our results by gene with the reference's column names, and NA reasons."""
    model, reduced = (pd.read_csv(folder / f"{name}.csv", index_col=0) for name in ("model", "reduced"))
    # the reference excuses outliers in comparisons of two groups only; the factors tell which design is one
    terms = [name for name in samples.columns if name in case.formula.replace("*", " ").split()]
    factors = {
        name: Factor(name, tuple(sorted(set(samples[name]))), tuple(samples[name]))
        for name in terms
        if samples[name].dtype == object or isinstance(samples[name].iloc[0], str)
    }
    covariates = {name: tuple(samples[name].astype(float)) for name in terms if name not in factors}
    ids = tuple(counts.columns)
    design = Design(case.formula, ids, factors, covariates, model.to_numpy(float), tuple(model.columns))
    table = CountTable(tuple(map(str, counts.index)), ids, np.ascontiguousarray(counts.to_numpy(np.int64)))
    fit = fit_counts(table, design)
    vector = np.array([float(weight) for weight in case.contrast.split(",")])
    wald = wald_test(fit, Contrast("coefficient", "tested", "reference", vector), alpha=0.1, shrink=False)
    ratio = likelihood_ratio_test(fit, reduced.to_numpy(float), alpha=0.1)
    columns = {
        "baseMean": wald.base_mean,
        "log2FoldChange": wald.log2_fold_change,
        "lfcSE": wald.lfc_se,
        "dispersion": fit.dispersion,
        "dispFit": fit.dispersion_trend,
        "log10_p": wald.log10_p,
        "padj": wald.padj,
        "lrt_log10_p": ratio.log10_p,
        "status": wald.status,
    }
    stable = vst(table)
    expected = np.fromfile(folder / "vst.bin").reshape(stable.shape[1], -1).T
    factors_there = np.loadtxt(folder / "size_factors.txt")
    extra = {
        "trend": fit.trend.kind,
        "size factors": np.abs(fit.size_factors / factors_there - 1).max(),
        "vst": np.abs(stable - expected).max(),
        "replaced": int(fit.replaced.sum()),
    }
    return pd.DataFrame(columns, index=counts.index), pd.Series(extra)


def reasons(reference: pd.DataFrame) -> FloatArray:
    """Return why padj is missing in the reference, in our words."""
    conditions = [reference["baseMean"] == 0, reference["pvalue"].isna(), reference["padj"].isna()]
    return np.select(conditions, ["all_zero", "outlier", "low_mean"], "tested")


def compare(name: str, mine: pd.DataFrame, extra: pd.Series, reference: pd.DataFrame) -> None:
    """Print one case."""
    with np.errstate(divide="ignore"):
        reference["log10_p"] = np.log10(reference["pvalue"])
        reference["lrt_log10_p"] = np.log10(reference["lrt_pvalue"])
    print(f"\n{name}: {len(mine):,} genes; " + "; ".join(f"{key} {value}" for key, value in extra.items()))
    listed: dict[str, set[str]] = {}
    for column, tolerance, relative in TOLERANCES:
        a, b = mine[column].to_numpy(float), reference[column].to_numpy(float)
        finite = np.isfinite(a) & np.isfinite(b)
        distance = np.abs(a - b) / (np.where(relative, np.maximum(np.abs(b), 1e-300), 1.0))
        beyond = finite & (distance > tolerance)
        if column.endswith("log10_p"):
            beyond &= b > -300
        missing = np.isnan(a) != np.isnan(b)
        largest = distance[finite & (b > -300) if column.endswith("log10_p") else finite].max()
        print(f"  {column:15} largest {largest:.1e}, beyond {tolerance:g}: {beyond.sum()}, NA in one: {missing.sum()}")
        for gene in mine.index[beyond | missing]:
            listed.setdefault(str(gene), set()).add(column)
    status, there = mine["status"].to_numpy(), reasons(reference)
    called, expected = mine["padj"].to_numpy() < 0.05, (reference["padj"] < 0.05).to_numpy()
    print(f"  reasons differ: {np.sum(status != there)}; called {called.sum()}, there {expected.sum()}, ", end="")
    print(f"differ {np.sum(called != expected)}")
    for gene, columns in list(listed.items())[:12]:
        row, other = mine.loc[gene], reference.loc[gene]
        print(f"    {gene}: {', '.join(sorted(columns))}; base mean {row['baseMean']:.4g}, ", end="")
        print(f"log2 FC {row['log2FoldChange']:.4f} / {other['log2FoldChange']:.4f}, ", end="")
        print(f"dispersion {row['dispersion']:.5g} / {other['dispersion']:.5g}, {row['status']}")
    if len(listed) > 12:
        print(f"    ... {len(listed)} genes in all")


def main(data: Path, names: list[str]) -> None:
    """Run the cases."""
    if not peer.is_installed():
        sys.exit("R with DESeq2 is not installed here; nothing to compare with")
    for name in names or list(CASES):
        case = CASES[name]
        counts, samples = read_table(data, case.folder)
        with tempfile.TemporaryDirectory() as text:
            folder = Path(text)
            peer.write_folder(folder, counts.to_numpy(), tuple(map(str, counts.index)), samples, case.references)
            peer.run_deseq2(folder, "agree", case.formula, case.reduced, case.contrast)
            reference = pd.read_csv(folder / "genes.csv", index_col=0).set_axis(counts.index)
            mine, extra = ours(case, counts, samples, folder)
            compare(name, mine, extra, reference)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print("no data folder given; nothing to compare")
    else:
        main(Path(sys.argv[1]), sys.argv[2:])
