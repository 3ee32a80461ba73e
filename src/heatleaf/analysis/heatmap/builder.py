"""The heatmap as it is asked for in Python: each step names one thing of the figure.

Nothing is computed before the figure, its clusters or its messages are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from heatleaf.analysis.choices import require_choices, require_one_of
from heatleaf.analysis.heatmap import given, given_back
from heatleaf.analysis.heatmap.annotate import Frames, tracks_from
from heatleaf.analysis.heatmap.below import draw_below
from heatleaf.analysis.heatmap.by_name import positions_by_name
from heatleaf.analysis.heatmap.inputs import table_of
from heatleaf.analysis.heatmap.make import Drawn, draw_heatmaps
from heatleaf.analysis.heatmap.request import (
    AUTO,
    ColumnSplit,
    HeatmapRequest,
    RowSplit,
)
from heatleaf.analysis.heatmap.values import NORMALISATIONS, SCALINGS, Normalisation, Scaling
from heatleaf.errors import UserError
from heatleaf.figures.heatmap.inputs import HeatmapLook
from heatleaf.figures.heatmap.parts import CellStyle
from heatleaf.figures.heatmap.tracks import Annotation, Side
from heatleaf.figures.paper import find_paper
from heatleaf.figures.save import PNG_DPI
from heatleaf.model import ExpressionTable, Message, SampleSheet

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from heatleaf.analysis.widget import HeatmapWidget
    from heatleaf.figures.heatmap.parts import HeatmapSpec
    from heatleaf.figures.save import ImageFormat

FloatArray: TypeAlias = "NDArray[np.float64]"


class Heatmap:
    """A clustered heatmap of genes x samples, described step by step; every step returns a new heatmap.

    Parameters
    ----------
    matrix : data frame or array of shape (n_genes, n_samples), CountTable, ExpressionTable or AnnData
        Counts are normalised and variance-stabilised, TPM and other normalised values taken to log2(x + 1), log
        values and z-scores drawn as they are; `messages` say which it was. NaN is a missing cell.
    samples : data frame indexed by sample, or SampleSheet, optional
        Matched to the matrix by name. Its columns that group samples are drawn above the body.
    split_columns, clusters, palette, title : as the methods split_columns, split_rows, colours and title.

    Raises
    ------
    UserError
        gene_duplicate, sample_duplicate, sheet_lacks, value_text, matrix_not_finite, option; when it is computed also
        no_genes, clusters, memory.

    Notes
    -----
    Genes are scaled first and clustered then, so that blocks are patterns and not levels of expression.

    Examples
    --------
    >>> import numpy as np
    >>> heatmap = Heatmap(np.random.default_rng(1).normal(size=(20, 6))).split_rows(2).title("Twenty genes")
    >>> heatmap.spec.n_genes, len(heatmap.clusters)
    (20, 20)
    """

    def __init__(
        self,
        matrix: Any,
        samples: pd.DataFrame | SampleSheet | None = None,
        *,
        split_columns: str = "",
        clusters: int = 0,
        palette: str = "red-white-blue",
        title: str = "",
    ) -> None:
        names = () if samples is None else given.names_of(samples)
        self._table = table_of(matrix, names)
        self._sheet = None if samples is None else given.sheet_of(samples, self._table.sample_ids)
        self._beside: tuple[Heatmap, ...] = ()
        self._below: tuple[Heatmap, ...] = ()
        look = HeatmapLook(title=title, palette=palette)
        require_choices(palette, HeatmapRequest().rows.method, HeatmapRequest().rows.metric)
        split = RowSplit("number", clusters) if clusters else RowSplit()
        self._request = HeatmapRequest(row_split=split, look=look)
        if split_columns:
            self._request = self.split_columns(split_columns)._request

    @classmethod
    def of_table(cls, table: ExpressionTable, samples: SampleSheet | None, request: HeatmapRequest) -> Heatmap:
        """Make the heatmap of a table that was read, and of everything asked for at once."""
        heatmap = cls.__new__(cls)
        heatmap._table = table_of(table)
        heatmap._sheet, heatmap._request, heatmap._beside, heatmap._below = samples, request, (), ()
        return heatmap

    def show_genes(self, genes: str | Sequence[str]) -> Heatmap:
        """Show these genes only: "top:N" for the N most variable, "all", or ids and symbols.

        >>> import numpy as np
        >>> Heatmap(np.random.default_rng(1).normal(size=(20, 6))).show_genes("top:5").spec.n_genes
        5
        """
        return self._with(genes=genes if isinstance(genes, str) else tuple(str(gene) for gene in genes))

    def split_rows(
        self,
        by: int | str | Mapping[str, str] | pd.Series | Sequence[str] | None = AUTO,
        *,
        height: float | None = None,
        kmeans: int | None = None,
        fuzzy: int | None = None,
    ) -> Heatmap:
        """Put the genes into blocks.

        by : a number of blocks cut from the tree; "auto" for the number with the best silhouette; None for one block;
        or the block of each gene: a Series or mapping by gene, or a sequence in the order of the matrix.
        height : cut the tree there. kmeans : this many blocks by k-means. fuzzy : this many
        soft clusters by fuzzy c-means; each gene stands where it belongs most, `memberships` has the rest.

        Raises
        ------
        UserError
            option; sheet_lacks: genes of the matrix that have no block.

        Examples
        --------
        >>> import numpy as np
        >>> heatmap = Heatmap(np.random.default_rng(1).normal(size=(20, 6))).split_rows(kmeans=3)
        >>> len(heatmap.spec.row_blocks)
        3
        """
        return self._with(
            row_split=given.row_split_of(by, self._table.gene_ids, height=height, kmeans=kmeans, fuzzy=fuzzy)
        )

    def cluster_rows(
        self,
        is_clustered: bool = True,  # noqa: FBT001, FBT002  # reads as cluster_rows(False), as in other tools
        *,
        method: str | None = None,
        metric: str | None = None,
        order: str | None = None,
        linkage: FloatArray | None = None,
    ) -> Heatmap:
        """Cluster the genes by a linkage and a distance, or keep their order.

        order : of the leaves, as in `heatleaf.leaf_order`. linkage : a tree made elsewhere, in SciPy's format; its
        leaves are the genes in the order of the matrix, or as `show_genes` names them. It is cut, not made anew.

        >>> import numpy as np
        >>> heatmap = Heatmap(np.random.default_rng(1).normal(size=(4, 6))).cluster_rows(False).split_rows(None)
        >>> heatmap.row_order
        ['gene 1', 'gene 2', 'gene 3', 'gene 4']
        """
        rows = self._request.rows
        changed = given.arranged(rows, is_clustered=is_clustered, method=method, metric=metric, order=order)
        return self._with(rows=replace(changed, linkage=None if linkage is None else np.asarray(linkage, dtype=float)))

    def mark_genes(self, genes: str | int | Sequence[str] = AUTO) -> Heatmap:
        """Choose the names that are written where not all fit: "auto", how many, or which (ids or symbols).

        Raises
        ------
        UserError
            no_genes: a name that is not in the matrix, with the closest that is.
        """
        return self._with(marks=given.marks_of(genes, self._table))

    def annotate_rows(
        self,
        frame: pd.DataFrame | pd.Series | None = None,
        *,
        bars: pd.DataFrame | pd.Series | None = None,
        points: pd.DataFrame | pd.Series | None = None,
        text: pd.DataFrame | pd.Series | None = None,
        side: Side = "right",
    ) -> Heatmap:
        """Draw tracks beside the genes, matched by gene: tiles of levels or numbers, bars, points, or text.

        Raises
        ------
        UserError
            sheet_lacks: genes of the matrix that the frame lacks, with the closest names. option.
        """
        ids = self._table.gene_ids
        frames: Frames = {None: frame, "bars": bars, "points": points, "text": text}
        return self._annotated(tracks_from(frames, ids, "gene", side))

    def split_columns(self, by: int | str | Mapping[str, str] | pd.Series | Sequence[str]) -> Heatmap:
        """Put the samples into blocks: by a column of the samples, by given groups, or into this many clusters.

        Raises
        ------
        UserError
            design_column: not a column of the samples. sheet_lacks: samples without a group.
        """
        if isinstance(by, str):
            given.require_columns(self._sheet, (by,), "--split-columns")
            return self._with(column_split=ColumnSplit(by))
        if isinstance(by, int | np.integer):
            return self._with(column_split=ColumnSplit(number=given.positive(by, "split_columns")))
        groups = given.groups_by_name(by, self._table.sample_ids, "sample", where="split_columns")
        return self._with(column_split=ColumnSplit(str(getattr(by, "name", None) or "group"), groups=groups))

    def cluster_columns(
        self,
        is_clustered: bool = True,  # noqa: FBT001, FBT002  # reads as cluster_columns(False), as in other tools
        *,
        method: str | None = None,
        metric: str | None = None,
        order: str | None = None,
    ) -> Heatmap:
        """Cluster the samples, within their blocks where they are split, or keep their order."""
        columns = self._request.columns
        return self._with(
            columns=given.arranged(columns, is_clustered=is_clustered, method=method, metric=metric, order=order)
        )

    def annotate_columns(
        self,
        frame: pd.DataFrame | pd.Series | list[str] | tuple[str, ...] | None = None,
        *,
        bars: pd.DataFrame | pd.Series | None = None,
        points: pd.DataFrame | pd.Series | None = None,
        text: pd.DataFrame | pd.Series | None = None,
        side: Side = "above",
    ) -> Heatmap:
        """Draw tracks above or below the samples, matched by sample: tiles, bars, points, or text.

        frame : a data frame or series indexed by sample, or names of columns of the samples. The first call takes the
        place of the tracks that are drawn without being asked for.

        Raises
        ------
        UserError
            sheet_lacks: samples of the matrix that the frame lacks, with the closest names. design_column: not a column
            of the samples.
        """
        ids = self._table.sample_ids
        if isinstance(frame, list | tuple):
            frame = given.require_columns(self._sheet, frame, "--annotate").frame[list(frame)]
        frames: Frames = {None: frame, "bars": bars, "points": points, "text": text}
        return self._annotated(tracks_from(frames, ids, "sample", side))

    def normalise(self, how: Normalisation) -> Heatmap:
        """Give all samples the same distribution of values ("quantile"), on the log scale, or go back to "none".

        This goes further than size factors of counts: it takes away what all genes of a sample share.

        >>> import numpy as np
        >>> heatmap = Heatmap(np.random.default_rng(1).normal(size=(20, 6))).normalise("quantile")
        >>> heatmap.spec.scale.label
        'row z-score (log scale, quantile-normalised)'
        """
        require_one_of("normalise", how, NORMALISATIONS)
        return self._with(normalisation=how)

    def scale(self, scaling: Scaling) -> Heatmap:
        """Colour by row "z-score", by the difference from the mean of the gene ("centre"), or as it is ("none")."""
        if scaling not in SCALINGS:
            raise UserError("option", f"'{scaling}' is not a scaling", fix=f"choose one of: {', '.join(SCALINGS)}")
        return self._with(scaling=scaling)

    def colours(
        self,
        palette: str | None = None,
        *,
        limit: float | None = None,
        limits: tuple[float, float] | None = None,
        quantile: float | None = None,
        breaks: Sequence[float] | str | None = None,
    ) -> Heatmap:
        """Choose the palette and where its ends are: at -limit and limit, at limits, or at a quantile of the values.

        breaks : "quantile" spaces the colours between the ends by quantiles of the values, so that all are met as
        often; numbers that rise are the values of evenly spaced colours, the first and last of them the ends; "even"
        goes back to equal steps.

        >>> import numpy as np
        >>> heatmap = Heatmap(np.random.default_rng(1).normal(size=(20, 6))).colours(breaks=[-3, -1, 0, 1, 3])
        >>> heatmap.spec.scale.low, heatmap.spec.scale.high
        (-3.0, 3.0)
        """
        if palette is not None:
            require_choices(palette, self._request.rows.method, self._request.rows.metric)
        ends = {"limit": limit, "limits": limits, "limit_quantile": quantile, "breaks": given.breaks_of(breaks)}
        chosen: dict[str, object] = {"palette": palette, **ends}
        return self._looking(**{name: value for name, value in chosen.items() if value is not None})

    def title(self, title: str) -> Heatmap:
        """Write this above the figure."""
        return self._looking(title=title)

    def fit(self, paper: str) -> Heatmap:
        """Make the figure as wide as a journal's column or a slide: "nature-single", "cell-double", "slide-wide" ..."""
        find_paper(paper)
        return self._looking(paper=paper)

    def cells(self, *, values: bool = False, borders: bool = False, square: bool = False) -> Heatmap:
        """Write values into the cells, draw their borders, make them square; each where it fits."""
        return self._looking(cells=CellStyle(values, borders, square))

    def beside(self, other: Heatmap) -> Heatmap:
        """Draw another heatmap of the same genes right of this one, in the order of this one.

        Genes are matched by name, and so are samples where both have the same. The titles of both stand above them; the
        next `title` is that of the figure. Colours are shared where they mean the same values.

        Raises
        ------
        UserError
            sheet_lacks: genes that the other heatmap lacks.
        """
        positions_by_name(self._table.gene_ids, other._table.gene_ids, "gene", where="the heatmap beside")
        given.refuse_both_ways(bool(self._below or other._below or other._beside))
        copy = self._named_part()
        copy._beside = (*self._beside, other)
        return copy

    def __add__(self, other: Heatmap) -> Heatmap:
        return self.beside(other)

    def above(self, other: Heatmap) -> Heatmap:
        """Draw another heatmap of the same samples below this one, in the order of this one's samples.

        Samples are matched by name; what stands above them is that of this heatmap. The titles of both stand above
        their rows; the next `title` is that of the figure. Colours are shared where they mean the same values.

        Raises
        ------
        UserError
            sheet_lacks: samples that the other heatmap lacks. option: heatmaps that stand beside others.
        """
        positions_by_name(self._table.sample_ids, other._table.sample_ids, "sample", where="the heatmap below")
        given.refuse_both_ways(bool(self._beside or other._beside or other._below))
        copy = self._named_part()
        copy._below = (*self._below, other)
        return copy

    def __truediv__(self, other: Heatmap) -> Heatmap:
        return self.above(other)

    def within_memory(self, max_memory: int) -> Heatmap:
        """Set the bytes that a distance matrix may take, where a linkage needs one."""
        return self._with(max_memory=max_memory)

    @cached_property
    def drawn(self) -> Drawn:
        """The clusterings, the spec and what was said; computed when first asked for."""
        further = tuple((other._table, other._sheet, other._request) for other in (*self._beside, *self._below))
        if self._below:
            return draw_below(((self._table, self._sheet, self._request), *further))
        return draw_heatmaps(self._table, self._sheet, self._request, further)

    @property
    def spec(self) -> HeatmapSpec:
        """What the figure shows, in plain values."""
        return self.drawn.spec

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was recognised and decided, with the step that changes it."""
        return self.drawn.messages

    @property
    def is_stack(self) -> bool:
        """Whether other heatmaps stand below this one."""
        return bool(self._below)

    @property
    def table(self) -> ExpressionTable:
        """The values as they were given."""
        return self._table

    @property
    def split_column(self) -> str:
        """The column of the samples that splits them, "" where none does."""
        return self._request.column_split.name

    @property
    def settings(self) -> dict[str, object]:
        """What was asked for, as JSON values; each figure file carries it with the version and the input's hash."""
        return self._request.to_json()

    @property
    def clusters(self) -> pd.DataFrame:
        """The genes from top to bottom with symbol, cluster and position."""
        return given_back.clusters_of(self.drawn.clustered)

    @property
    def memberships(self) -> pd.DataFrame:
        """How far each gene belongs to each soft cluster, 0-1, genes and clusters from top to bottom; else no column.

        >>> import numpy as np
        >>> soft = Heatmap(np.random.default_rng(1).normal(size=(20, 6))).split_rows(fuzzy=2).memberships
        >>> list(soft.columns), round(float(soft.sum(axis=1).max()), 6)
        (['C1', 'C2'], 1.0)
        """
        return given_back.memberships_of(self.drawn.clustered)

    @property
    def row_order(self) -> list[str]:
        """Gene ids from top to bottom."""
        return list(self.spec.row_ids)

    @property
    def column_order(self) -> list[str]:
        """Sample names from left to right."""
        return list(self.spec.column_names)

    def save(self, path: str | Path, *, proof: str = "") -> None:
        """Write the figure; the format follows the ending .pdf, .svg, .png, or .html for a page to handle it in.

        proof : "deuteranopia", "protanopia", "greyscale" ...: a .png as these eyes see it.
        """
        given_back.save(self, Path(path), proof)

    def export(self, folder: str | Path) -> tuple[Message, ...]:
        """Write what the figure shows for other programs: matrix, clusters, gene lists, CDT with trees, GCT, Newick.

        Returns
        -------
        Messages
            What a format could not hold.
        """
        from heatleaf.io import export_clustered

        return export_clustered(Path(folder), self.drawn.clustered)[1]

    def render(self, image_format: ImageFormat, *, dpi: int = PNG_DPI, proof: str = "") -> bytes:
        """Return the figure as bytes of a PDF, SVG or PNG file; dpi : pixels per inch of a PNG."""
        return given_back.render_heatmap(self, image_format, dpi, proof)

    def widget(self) -> HeatmapWidget:
        """Return the heatmap as a notebook shows it: the same one each time.

        Raises
        ------
        UserError
            option: the extra `jupyter` is not installed.
        """
        given_back.require_page(self)
        given_back.require_widgets()
        return self._widget

    @cached_property
    def _widget(self) -> HeatmapWidget:
        from heatleaf.analysis.widget import widget_of

        return widget_of(self)

    @property
    def selected(self) -> list[str]:
        """Ids of the genes selected in the notebook, from top to bottom."""
        return self._widget.selected if "_widget" in self.__dict__ else []

    def _repr_mimebundle_(self, **_: object) -> object:
        """Show the viewer in a notebook, or the figure where the extra `jupyter` is not installed."""
        if self.is_stack or not given_back.has_widgets():
            return {"image/svg+xml": self.render("svg").decode("utf-8")}
        return self.widget()._repr_mimebundle_()

    def _repr_png_(self) -> bytes:
        return self.render("png")

    def _copy(self, request: HeatmapRequest) -> Heatmap:
        copy = Heatmap.__new__(Heatmap)
        copy._table, copy._sheet, copy._request = self._table, self._sheet, request
        copy._beside, copy._below = self._beside, self._below
        return copy

    def _named_part(self) -> Heatmap:
        """Return a copy whose title is that of a part: the next one is that of the figure."""
        if self._beside or self._below:
            return self._copy(self._request)
        return self._looking(panel_title=self._request.look.title, title="")

    def _with(self, **changes: Any) -> Heatmap:
        return self._copy(replace(self._request, **changes))

    def _looking(self, **changes: Any) -> Heatmap:
        return self._with(look=replace(self._request.look, **changes))

    def _annotated(self, further: tuple[Annotation, ...]) -> Heatmap:
        return self._with(annotations=(*(self._request.annotations or ()), *further))
