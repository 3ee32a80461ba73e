"""The facts of a heatmap that captions and cautions speak of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class HeatmapFacts:
    """How a heatmap was made.

    key : name of its files. limit : end of the colour scale, in z. clipped_share : share of cells beyond it, 0-1.
    group_name : the variable that splits the columns, "" if they are not split. chosen_for : the comparison, in words,
    for whose difference the genes were chosen; "" where the choice did not look at groups.
    silhouette : mean silhouette width of the cut, where the number of clusters was chosen by it.
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
