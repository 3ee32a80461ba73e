"""The facts of a heatmap that captions, cautions and the sentences of its clusters speak of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Hennig 2007 and the clusterboot documentation of fpc: mean Jaccard similarity with the best match in a draw
STABLE, WEAK = 0.75, 0.6


@dataclass(frozen=True)
class StabilityFacts:
    """How well each cluster is found again when samples and genes are drawn anew.

    shares : mean Jaccard similarity of each cluster with its best match, 0-1, top to bottom. n_resamples : draws.
    is_within_groups : whether samples were drawn within their groups.
    """

    shares: tuple[float, ...]
    n_resamples: int
    is_within_groups: bool = False

    @property
    def weak(self) -> tuple[int, ...]:
        """Numbers of the clusters that should not be leaned on."""
        return tuple(number for number, share in enumerate(self.shares, start=1) if round(share, 2) < WEAK)

    def verdict(self, number: int) -> str:
        """Say what the stability of one cluster allows."""
        share = round(self.shares[number - 1], 2)
        if share < WEAK:
            return "weak, do not lean on it"
        return "stable" if share >= STABLE else "its pattern holds, its edge is uncertain"


@dataclass(frozen=True)
class HeatmapFacts:
    """How a heatmap was made.

    key : name of its files. limit : end of the colour scale, in z. clipped_share : share of cells beyond it, 0-1.
    group_name : the variable that splits the columns, "" if they are not split. chosen_for : the comparison, in words,
    for whose difference the genes were chosen; "" where the choice did not look at groups.
    silhouette : mean silhouette width of the cut, where the number of clusters was chosen by it.
    row_clustering : what made the clusters. stability : where it was measured. n_bootstraps : draws of genes at each of
    10 scales by which branches of samples were tested, 0 where none was. factor : the tested variable, else the column
    that groups the samples, or "". confounded : columns of the sheet that cannot be told from it.
    nothing_differs : the comparisons, in words, that call no gene. has_strips : mean and change stand beside the rows.
    """

    key: str
    n_genes: int
    n_samples: int
    n_clusters: int
    metric: str
    linkage_method: str
    limit: float
    clipped_share: float
    group_name: str = ""
    chosen_for: str = ""
    clusters_chosen_by: Literal["data", "user"] = "data"
    silhouette: float | None = None
    row_clustering: Literal["tree", "kmeans"] = "tree"
    stability: StabilityFacts | None = None
    n_bootstraps: int = 0
    factor: str = ""
    confounded: tuple[str, ...] = ()
    nothing_differs: tuple[str, ...] = ()
    has_strips: bool = True
