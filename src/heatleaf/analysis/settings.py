"""The only defaults: what an analysis does when the user says nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Settings:
    """What was asked of an analysis.

    design : formula, or "" to have one proposed. contrasts : (factor, tested, reference) each.
    comparisons : sums of groups, cells or coefficients, as stats.comparison reads them. omnibus : variables of which
    all levels are tested at once; reduced : formula of a smaller design to test against, or "".
    fit_type : dispersion trend, "parametric", "local" or "mean". size_factors : "auto", "ratio" or "poscounts";
    given_size_factors : (sample, factor) each, taken in their place. remove_batch : column of the sheet whose
    differences are taken out of what figures show, never of tests, or "".
    references : factor -> reference level. gene_sets : GMT files; organism : name, or "" to recognise it.
    bias : what gene-set tests of lists are corrected for: "mean" count, a table of lengths, or "" for nothing.
    allow_unmapped : test the gene sets that were asked for although fewer than half of the gene ids are known.
    alpha : adjusted p-value (Benjamini-Hochberg) at which genes and gene sets are called.
    top : genes in the heatmap of the most variable genes. clusters : blocks of genes, 0 to choose.
    row_clustering : of genes, "tree" or "kmeans". linkage_method, metric : of the genes of a heatmap.
    palette : name in figures.palettes.
    max_memory : bytes that a distance matrix may take. seed : of the random steps.
    limit_quantile : share of |z| that the colour scale covers.
    test : False draws figures without differential testing. second_opinions : test by other methods too, and without
    each sample in turn.
    """

    design: str = ""
    contrasts: tuple[tuple[str, str, str], ...] = ()
    comparisons: tuple[str, ...] = ()
    omnibus: tuple[str, ...] = ()
    reduced: str = ""
    fit_type: str = "parametric"
    size_factors: str = "auto"
    given_size_factors: tuple[tuple[str, float], ...] = ()
    remove_batch: str = ""
    references: tuple[tuple[str, str], ...] = ()
    organism: str = ""
    gene_sets: tuple[Path, ...] = ()
    allow_unmapped: bool = False
    bias: str = ""
    alpha: float = 0.05
    top: int = 500
    clusters: int = 0
    row_clustering: Literal["tree", "kmeans"] = "tree"
    linkage_method: str = "ward"
    metric: str = "euclidean"
    max_memory: int = 4_000_000_000
    palette: str = "red-white-blue"
    limit_quantile: float = 0.99
    min_set_size: int = 10
    max_set_size: int = 500
    seed: int = 1
    test: bool = True
    second_opinions: bool = False

    def to_json(self) -> dict[str, object]:
        """Return the settings as JSON values."""
        values = asdict(self)
        values["gene_sets"] = [Path(path).name for path in self.gene_sets]
        values["bias"] = Path(self.bias).name
        return values
