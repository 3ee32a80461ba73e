"""What a caller gives for a heatmap, in input order: orders, numbers of the rows, further panels, and the look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.heatmap.parts import CellStyle
from heatleaf.figures.heatmap.tracks import Annotation
from heatleaf.figures.heatmap.tree import Tree

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RowLayout:
    """Rows as ordered: row indices from top to bottom, and the number of each one's block, in that order.

    trees : over displayed positions: one over all rows, one for each block, or none. parent_tree : over the blocks,
    position i being the i-th from the top. names : of the blocks from top to bottom, by default C1, C2 ...
    stability : of each block, as `Block.stability`. parked : where not empty, the last block holds rows that were not
    clustered, and this says why ("constant in all samples").
    """

    order: IntArray
    labels: IntArray
    trees: tuple[Tree, ...] = ()
    names: tuple[str, ...] = ()
    stability: tuple[float | None, ...] = ()
    parent_tree: Tree | None = None
    parked: str = ""


@dataclass(frozen=True, eq=False)
class ColumnLayout:
    """Columns as ordered: one entry per group of samples (one in all when not split).

    groups : name of each group, "" when not split. orders : sample indices of each group in displayed order.
    trees : over displayed positions. group_levels : all levels of the splitting variable, for stable colours.
    parent_tree : over the groups, position i being the i-th from the left, where clustering ordered them.
    """

    groups: tuple[str, ...]
    orders: tuple[IntArray, ...]
    trees: tuple[Tree, ...] = ()
    group_name: str = ""
    group_levels: tuple[str, ...] = ()
    parent_tree: Tree | None = None

    @property
    def order(self) -> IntArray:
        """Sample indices from left to right."""
        return np.concatenate(self.orders) if self.orders else np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class RowFacts:
    """Numbers of the rows, in the order of the input matrix; any may be None.

    mark_scores : rank of genes for naming, larger first. marked : rows to name whatever their score and number.
    membership : how far each row belongs to its soft cluster, 0-1.
    mean_log2 : mean expression. log2_fold_change : of a contrast.
    further_changes : (label, log2 fold changes) of each further contrast.
    """

    mark_scores: FloatArray | None = None
    mean_log2: FloatArray | None = None
    log2_fold_change: FloatArray | None = None
    change_label: str = "log2 FC"
    further_changes: tuple[tuple[str, FloatArray], ...] = ()
    marked: tuple[int, ...] = ()
    membership: FloatArray | None = None


@dataclass(frozen=True)
class HeatmapLook:
    """Title, words, colours and page.

    value_label : what a cell's value is, with its scale. is_centred : colours run both ways from 0; otherwise from
    the lowest to the highest value, for values that have no middle. limit_quantile : of the (absolute) values, at the
    ends of the colours. limit : the end of centred colours. limits : both ends, where they are given.
    breaks : "quantile" spaces the colours by quantiles of the values; numbers that rise are where they stand evenly.
    meanings : one line per row block. annotations : tracks beside the body; (name, one level per sample) is short
    for levels above the columns. max_marks : names written where not all fit. panel_title, row_title : what the
    columns and the rows are. paper : a name of `figures.paper.PAPERS`, "" for the size of the content.
    """

    title: str = ""
    value_label: str = "row z-score"
    palette: str = "red-white-blue"
    limit_quantile: float = 0.99
    limit: float | None = None
    limits: tuple[float, float] | None = None
    breaks: tuple[float, ...] | Literal["even", "quantile"] = "even"
    is_centred: bool = True
    meanings: tuple[str, ...] = ()
    annotations: tuple[Annotation | tuple[str, tuple[str, ...]], ...] = ()
    footnotes: tuple[str, ...] = ()
    panel_title: str = ""
    row_title: str = ""
    max_marks: int = 30
    cells: CellStyle = field(default_factory=CellStyle)
    paper: str = ""


@dataclass(frozen=True, eq=False)
class FurtherPanel:
    """Another heatmap of the same rows, right of the first.

    matrix : float64 array of shape (n_genes, n_samples), rows as in the first matrix. look : its panel_title, and the
    annotations of its columns; the words, colours and limits of its scale too unless `shares_scale`.
    """

    matrix: FloatArray
    sample_names: Sequence[str]
    columns: ColumnLayout
    look: HeatmapLook = HeatmapLook()
    shares_scale: bool = True
