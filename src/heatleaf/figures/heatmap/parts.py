"""What a heatmap shows, in displayed order: plain values for any renderer; `viewer.encode` makes JSON of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.heatmap.scale import ColourScale
from heatleaf.figures.heatmap.tracks import Track
from heatleaf.figures.heatmap.tree import Tree
from heatleaf.figures.paper import Paper
from heatleaf.model import Message

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """Neighbouring rows or columns shown together: positions start to stop - 1.

    name : "C1" for rows, the group for columns. colour : "" for rows. meaning : one line, or "".
    stability : mean Jaccard similarity with the best match among resamples, 0-1; None where it was not measured.
    is_parked : the rows were not clustered; `meaning` says why.
    """

    name: str
    start: int
    stop: int
    colour: str = ""
    meaning: str = ""
    stability: float | None = None
    is_parked: bool = False

    @property
    def size(self) -> int:
        """Number of rows or columns."""
        return self.stop - self.start


@dataclass(frozen=True)
class Band:
    """One of the heatmaps that share the columns, one below the other: rows start to stop - 1, with their colours.

    shares_scale : the colours mean what they mean in the first band, so that no key of its own is needed.
    """

    title: str
    start: int
    stop: int
    scale: ColourScale
    shares_scale: bool = False

    @property
    def size(self) -> int:
        """Number of rows."""
        return self.stop - self.start


@dataclass(frozen=True, eq=False)
class Panel:
    """One of the heatmaps that share the rows: its cells, its columns, and what stands above and below them.

    matrix : float64 array of shape (n_genes, n_samples). blocks : of the columns, covering all.
    trees : over column positions. parent_tree : over blocks, where they were ordered by clustering.
    shares_scale : the colours mean what they mean in the first panel, so that no key of its own is needed.
    """

    title: str
    matrix: FloatArray
    column_names: tuple[str, ...]
    blocks: tuple[Block, ...]
    group_name: str
    trees: tuple[Tree, ...]
    scale: ColourScale
    parent_tree: Tree | None = None
    tracks: tuple[Track, ...] = ()
    shares_scale: bool = False

    @property
    def n_samples(self) -> int:
        """Number of columns."""
        return int(self.matrix.shape[1])


@dataclass(frozen=True)
class CellStyle:
    """How cells are drawn: values written in them, borders, equal sides. Values and borders only where they fit."""

    shows_values: bool = False
    has_borders: bool = False
    is_square: bool = False


@dataclass(frozen=True, eq=False)
class HeatmapSpec:
    """A heatmap of one or more panels side by side, everything in displayed order.

    row_ids, row_names : gene ids and what is written for them. row_blocks : covering all rows.
    row_trees : empty where not shown. row_tracks : left and right of the rows. row_title : what the rows are, or "".
    marks : rows whose names are written when not all fit. paper : a page that the figure must fit, or None.
    bands : heatmaps below each other, covering all rows; () where there is one. Only a single panel has them.
    footnotes : short facts printed below the figure. messages : what a caller should say beside the figure.
    """

    title: str
    row_ids: tuple[str, ...]
    row_names: tuple[str, ...]
    row_blocks: tuple[Block, ...]
    row_trees: tuple[Tree, ...]
    panels: tuple[Panel, ...]
    row_parent_tree: Tree | None = None
    row_tracks: tuple[Track, ...] = ()
    row_title: str = ""
    marks: tuple[int, ...] = ()
    cells: CellStyle = CellStyle()
    paper: Paper | None = None
    footnotes: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    bands: tuple[Band, ...] = ()

    def bands_of(self, panel: Panel) -> tuple[Band, ...]:
        """Return the rows of a panel with their colours: its bands, or all rows in the colours of the panel."""
        return self.bands or (Band("", 0, self.n_genes, panel.scale),)

    @property
    def first(self) -> Panel:
        """The panel that rules the order of the rows."""
        return self.panels[0]

    @property
    def matrix(self) -> FloatArray:
        """Values of the first panel, shape (n_genes, n_samples)."""
        return self.first.matrix

    @property
    def column_names(self) -> tuple[str, ...]:
        """Sample names of the first panel."""
        return self.first.column_names

    @property
    def column_blocks(self) -> tuple[Block, ...]:
        """Groups of samples of the first panel."""
        return self.first.blocks

    @property
    def column_trees(self) -> tuple[Tree, ...]:
        """Trees over the samples of the first panel."""
        return self.first.trees

    @property
    def group_name(self) -> str:
        """The variable that splits the columns of the first panel."""
        return self.first.group_name

    @property
    def scale(self) -> ColourScale:
        """Colour scale of the first panel."""
        return self.first.scale

    @property
    def n_genes(self) -> int:
        """Number of rows."""
        return len(self.row_ids)

    @property
    def n_samples(self) -> int:
        """Number of columns of the first panel."""
        return self.first.n_samples
