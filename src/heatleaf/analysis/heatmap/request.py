"""What is asked of one heatmap: plain values, so that a heatmap can be described, kept and repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.heatmap.rows import ALL_GENES
from heatleaf.analysis.heatmap.values import Normalisation, Scaling
from heatleaf.analysis.settings import Settings
from heatleaf.figures.heatmap.inputs import HeatmapLook
from heatleaf.figures.heatmap.tracks import Annotation

RowSplitKind = Literal["auto", "number", "height", "kmeans", "fuzzy", "groups", "none"]
AUTO = "auto"


@dataclass(frozen=True)
class RowSplit:
    """How genes are put into blocks.

    number : of blocks for "number", "kmeans" and "fuzzy". height : where the tree is cut for "height".
    groups : gene -> its block for "groups", in the order of the blocks.
    """

    kind: RowSplitKind = "auto"
    number: int = 0
    height: float = 0.0
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ColumnSplit:
    """How samples are put into blocks: by a column of the sheet (`name`), by given groups, or into `number` clusters.

    groups : sample -> its block, in the order of the blocks; name : then the heading.
    """

    name: str = ""
    number: int = 0
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrangement:
    """How rows or columns are put in order within their blocks.

    is_clustered : False keeps the order given. method, metric : linkage and distance. order : of the leaves, as in
    `heatleaf.leaf_order`. linkage : a tree made elsewhere, SciPy's format, its leaves the rows in the order shown.
    """

    is_clustered: bool = True
    method: str = "average"
    metric: str = "correlation"
    order: str = "optimal"
    linkage: NDArray[np.float64] | None = field(default=None, compare=False)


ROW_ARRANGEMENT = Arrangement(method=Settings.linkage_method, metric=Settings.metric)


@dataclass(frozen=True)
class HeatmapRequest:
    """One heatmap.

    genes : "all", "top:N", or names. normalisation : of the samples, on the log scale, before all else.
    annotations : tracks with one entry per sample or gene of the table; None shows
    the columns of the sheet that group samples. marks : "auto", a number, or names of genes to write where not all fit.
    look : title, palette, limits, page. max_memory : bytes that a distance matrix may take. seed : of k-means.
    """

    genes: str | tuple[str, ...] = ALL_GENES
    normalisation: Normalisation = "none"
    scaling: Scaling = "z-score"
    row_split: RowSplit = field(default_factory=RowSplit)
    column_split: ColumnSplit = field(default_factory=ColumnSplit)
    rows: Arrangement = ROW_ARRANGEMENT
    columns: Arrangement = Arrangement()
    annotations: tuple[Annotation, ...] | None = None
    marks: str | int | tuple[str, ...] = AUTO
    look: HeatmapLook = field(default_factory=HeatmapLook)
    max_memory: int = Settings.max_memory
    seed: int = Settings.seed

    def to_json(self) -> dict[str, object]:
        """Return JSON values; of tracks their names and kinds, as their entries belong to the input."""
        tracks = [{"name": track.name, "kind": track.kind, "side": track.side} for track in self.annotations or ()]
        rows = replace(self.rows, linkage=None)
        plain = asdict(replace(self, rows=rows, annotations=None, look=replace(self.look, annotations=())))
        return {**plain, "annotations": tracks if self.annotations is not None else None}
