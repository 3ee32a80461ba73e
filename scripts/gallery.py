"""Draw the figures of docs/gallery and its page: python scripts/gallery.py [-o FOLDER].

Real data come from the folder that HEATLEAF_TEST_DATA names, by default the one beside the project; none of it is
copied, only drawn. Without it the simulated figures are drawn and the others stay as they are.
"""

from __future__ import annotations

import argparse
import inspect
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from heatleaf import Heatmap, read_counts
from heatleaf.io import write_bytes

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("HEATLEAF_TEST_DATA", HERE.parents[1] / "shared" / "data"))
DPI = 130
GLUCOCORTICOID = (
    *("FKBP5", "DUSP1", "PER1", "KLF15", "ZBTB16", "TSC22D3", "SPARCL1", "MAOA"),
    *("CRISPLD2", "ANGPTL4", "VCAM1", "CCND2", "IL11", "FGF5", "CXCL12"),
)


def ten_genes() -> Heatmap:
    """Ten genes of six samples: all named, values in the cells."""
    rng = np.random.default_rng(1)
    names = ["IL6", "CXCL8", "CCL2", "ICAM1", "NFKBIA", "COL1A1", "COL3A1", "ACTA2", "FN1", "TAGLN"]
    is_treated = np.repeat([False, True], 3)
    direction = np.repeat([1.0, -1.0], 5)[:, None]
    values = 8 + direction * 2 * (is_treated - 0.5) + rng.normal(0, 0.4, (10, 6))
    samples = pd.DataFrame({"group": np.where(is_treated, "TNF", "control")}, index=[f"rep{i}" for i in range(1, 7)])
    matrix = pd.DataFrame(values, names, samples.index)
    return Heatmap(matrix, samples).split_columns("group").split_rows(2).cells(values=True).title("Ten genes, TNF")


def planted() -> Heatmap:
    """A study with a planted truth: two groups, two batches, one outlier."""
    matrix = pd.read_csv(DATA / "planted200" / "vst.csv", index_col=0)
    samples = pd.read_csv(DATA / "planted200" / "samples.csv", index_col=0)
    heatmap = Heatmap(matrix, samples).split_rows("auto").split_columns("condition").annotate_columns(["batch"])
    return heatmap.title("Treatment, batch and an outlier")


def airway() -> Heatmap:
    """The 500 most variable genes of airway smooth muscle cells, split by treatment."""
    heatmap = _airway().show_genes("top:500").split_rows("auto").split_columns("dex").annotate_columns(["celltype"])
    return heatmap.title("Airway smooth muscle, the 500 most variable genes")


def airway_genes() -> Heatmap:
    """A list of genes, found by symbol in a table of Ensembl ids, with a bar of library sizes."""
    counts = read_counts(DATA / "airway" / "counts.csv.gz")
    reads = pd.Series(counts.counts.sum(axis=0) / 1e6, index=counts.sample_ids, name="million reads")
    heatmap = _airway().show_genes(GLUCOCORTICOID).split_rows(2).split_columns("dex")
    return heatmap.annotate_columns(["celltype"], bars=reads).title("Glucocorticoid response")


def airway_two_scales() -> Heatmap:
    """Pattern and magnitude side by side: z-scores, and log expression of the same genes."""
    genes = _airway().show_genes(GLUCOCORTICOID).split_columns("dex").annotate_columns(["celltype"])
    level = genes.scale("none").colours("white-blue").title("VST")
    return genes.split_rows(2).title("z-score").beside(level).title("Pattern and magnitude")


def pasilla() -> Heatmap:
    """Knock-down of pasilla in fly cells; library type above the columns."""
    samples = pd.read_csv(DATA / "pasilla" / "pasilla_sample_annotation.csv", index_col=0)
    samples.index = samples.index.str.removesuffix("fb")
    counts = pd.read_csv(DATA / "pasilla" / "pasilla_gene_counts.tsv", sep="\t", index_col=0)
    heatmap = Heatmap(counts, samples[["condition", "type"]]).show_genes("top:120").split_columns("condition")
    return heatmap.annotate_columns(["type"]).title("Pasilla knock-down, the 120 most variable genes")


def time_course() -> Heatmap:
    """Days after infection from left to right, both sexes: a ramp for time, blocks in order."""
    samples = pd.read_csv(DATA / "gse96870" / "metadata.csv", index_col=0)
    samples = samples.sort_values("time")
    counts = pd.read_csv(DATA / "gse96870" / "counts.csv.gz", index_col=0)[samples.index]
    heatmap = Heatmap(counts, samples[["time", "sex"]]).show_genes("top:1000").split_columns("time")
    return (
        heatmap.split_rows(kmeans=5)
        .annotate_columns(["sex"])
        .title("Cerebellum after influenza, k-means of 1,000 genes")
    )


def many_samples() -> Heatmap:
    """170 cell lines of three studies: what separates them is the study."""
    samples = pd.read_csv(DATA / "hapmap" / "metadata.csv", index_col=0)
    counts = pd.read_csv(DATA / "hapmap" / "counts.csv.gz", index_col=0)
    sheet = samples.loc[counts.columns, [name for name in samples.columns if samples[name].nunique() < 10]]
    heatmap = Heatmap(counts, sheet).show_genes("top:2000").split_columns("study")
    return heatmap.title("170 cell lines of three studies")


def red_green() -> Heatmap:
    """The palette of the microarray years, with its warning in the key."""
    return planted().colours("red-black-green").fit("nature-single").title("Red, black and green, one column wide")


def gaps() -> Heatmap:
    """Missing values and genes without a pattern, as in proteomics."""
    rng = np.random.default_rng(5)
    is_late = np.arange(10) >= 5
    values = 20 + 2 * np.where(np.arange(48)[:, None] % 2, is_late, ~is_late) + rng.normal(0, 0.6, (48, 10))
    values[rng.random(values.shape) < 0.12] = np.nan
    values[::16] = 21.0
    matrix = pd.DataFrame(values, [f"protein {i}" for i in range(1, 49)], [f"run {i}" for i in range(1, 11)])
    groups = pd.Series(np.where(is_late, "day 2", "day 0"), index=matrix.columns, name="day")
    return Heatmap(matrix).split_columns(groups).split_rows(2).title("Missing values and flat rows")


def annotated() -> Heatmap:
    """Every kind of track, above the samples and beside the genes."""
    rng = np.random.default_rng(8)
    n = 24
    samples = pd.DataFrame(
        {
            "group": np.repeat(["control", "low", "high"], 8),
            "sex": np.tile(["f", "m"], 12),
            "age": rng.integers(20, 70, n),
        },
        index=[f"P{i:02d}" for i in range(1, n + 1)],
    )
    dose = samples["group"].map({"control": 0.0, "low": 1.0, "high": 2.0}).to_numpy(dtype=float)
    slope = rng.choice([-1.2, 0.0, 1.2], 80)[:, None]
    matrix = pd.DataFrame(
        9 + slope * dose + rng.normal(0, 0.7, (80, n)), [f"GENE{i}" for i in range(80)], samples.index
    )
    rates = pd.Series(rng.uniform(0.6, 0.98, n), index=samples.index, name="share mapped")
    change = pd.Series(slope[:, 0] * 2 + rng.normal(0, 0.2, 80), index=matrix.index, name="log2 FC")
    heatmap = Heatmap(matrix, samples).split_columns("group").split_rows(3)
    heatmap = heatmap.annotate_columns(samples[["sex", "age"]], points=rates).annotate_rows(bars=change)
    return heatmap.title("Tracks of several kinds")


def large() -> Heatmap:
    """20,000 genes of 100 samples: a raster body, blocks in place of a tree."""
    rng = np.random.default_rng(9)
    patterns = rng.normal(size=(6, 100)).repeat(20, axis=1)[:, :100] * 1.5
    values = 7 + patterns[rng.integers(0, 6, 20_000)] + rng.normal(size=(20_000, 100))
    matrix = pd.DataFrame(values, [f"g{i}" for i in range(20_000)], [f"s{i}" for i in range(100)])
    groups = pd.Series(np.repeat(["A", "B", "C", "D", "E"], 20), index=matrix.columns, name="tissue")
    return Heatmap(matrix).split_columns(groups).split_rows(6).title("20,000 genes of 100 samples")


# name -> what draws it, and the data set that it needs
def stacked() -> Heatmap:
    """Two lists of genes, one below the other: the columns of the first, the blocks of each, names kept where few."""
    variable = _airway().show_genes("top:150").split_columns("dex").annotate_columns(["celltype"]).split_rows(4)
    response = _airway().show_genes(GLUCOCORTICOID).split_rows(2).title("Glucocorticoid response")
    return variable.title("Most variable genes").above(response).title("Airway smooth muscle cells")


FIGURES: dict[str, tuple[Callable[[], Heatmap], str]] = {
    "01_ten_genes": (ten_genes, ""),
    "02_planted": (planted, "planted200"),
    "03_airway": (airway, "airway"),
    "04_airway_genes": (airway_genes, "airway"),
    "05_two_scales": (airway_two_scales, "airway"),
    "06_pasilla": (pasilla, "pasilla"),
    "07_time_course": (time_course, "gse96870"),
    "08_many_samples": (many_samples, "hapmap"),
    "09_red_green": (red_green, "planted200"),
    "10_missing_values": (gaps, ""),
    "11_tracks": (annotated, ""),
    "12_large": (large, ""),
    "13_stacked": (stacked, "airway"),
}


def _airway() -> Heatmap:
    samples = pd.read_csv(DATA / "airway" / "metadata.csv", index_col=0)
    return Heatmap(read_counts(DATA / "airway" / "counts.csv.gz"), samples[["dex", "celltype"]])


# Seen when the matrices of figures 02, 03, 04, 07, 08 and 11 were also drawn by R ComplexHeatmap 2.14 with
# row_split = 4, column_split, a top annotation of the groups and anno_mark of 25 genes.
COMPARISON = """\
## Beside R ComplexHeatmap

The matrices of figures 02, 03, 04, 07, 08 and 11 were also drawn by ComplexHeatmap 2.14, told to split rows and
columns, to annotate the groups and to mark 25 genes that were chosen for it. Its blocks and marks are clean,
and its legends tidy. What ours does otherwise: group names stand in the coloured blocks and do not run into
each other when groups are narrow (08); the tree of 2,000 genes gives way to brackets, where it became a black
bar; 170 sample names give way to their number, where they were printed over each other; groups keep their order
and their colours from run to run; blocks are numbered, counted and upright; each says how stable it is; the
mean expression that z-scores hide stands beside them.

The two matrices of figure 13 were also drawn by ComplexHeatmap, joined by `%v%`, and as one matrix by pheatmap 1.0.
Both print all 165 names over each other. `%v%` makes the few rows of the second as low as those of the first, numbers
its blocks from 1 again, and gives each heatmap a key of its own although both mean the same.
"""


def write_page(folder: Path) -> None:
    """Write the page of the gallery: each figure with the words and the code that make it."""
    lines = ["# Gallery", "", "Made by `make gallery` ([scripts/gallery.py](../../scripts/gallery.py)).", ""]
    for name, (make, _) in FIGURES.items():
        words = inspect.getdoc(make) or ""
        code = [line[4:] for line in inspect.getsource(make).split("\n")[2:] if line.strip()]
        lines += [f"## {words}", "", f"![{words}]({name}.png)", "", "```python", *code, "```", ""]
    (folder / "README.md").write_text("\n".join([*lines, COMPARISON]), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=HERE.parent / "docs" / "gallery")
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    for name, (make, needs) in FIGURES.items():
        if needs and not (DATA / needs).is_dir():
            print(f"left as it is: {name} needs the data set {needs}")
            continue
        write_bytes(folder / f"{name}.png", make().render("png", dpi=DPI))
        print(name)
    write_page(folder)


if __name__ == "__main__":
    main()
