"""From a table and what is asked of its heatmap to what is drawn: values, rows, clusterings, spec, messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.annotations import annotation_columns
from heatleaf.analysis.choices import require_choices, require_two_samples
from heatleaf.analysis.heatmap.arrange import cluster_columns, cluster_rows, column_groups, measure, support
from heatleaf.analysis.heatmap.by_name import positions_by_name
from heatleaf.analysis.heatmap.request import HeatmapRequest
from heatleaf.analysis.heatmap.rows import choose_rows
from heatleaf.analysis.heatmap.values import normalise, scale_label, scale_rows, to_log_scale
from heatleaf.analysis.layouts import column_layout, row_layout, stability_facts
from heatleaf.cluster import Clustering
from heatleaf.figures.heatmap.inputs import ColumnLayout, FurtherPanel, HeatmapLook, RowFacts
from heatleaf.figures.heatmap.parts import HeatmapSpec
from heatleaf.figures.heatmap.spec import build_heatmap_spec
from heatleaf.figures.heatmap.tracks import Annotation
from heatleaf.interpret.captions import describe_clustering, stability_note
from heatleaf.interpret.words import count_of
from heatleaf.model import ClusteredMatrix, ExpressionTable, Message, SampleSheet, ValueKind, displayed_linkage, note

FloatArray = NDArray[np.float64]
_FEW_SAMPLES = 3
_LEAST_SIDE = 0.25  # share of values other than 0 to each side of it
Wanted = tuple[ExpressionTable, SampleSheet | None, HeatmapRequest]


@dataclass(frozen=True, eq=False)
class Drawn:
    """A heatmap made: what the figure shows, how rows were clustered, what other programs get, and what was said.

    prepared : the table it was made from. rows : int64 array of shape (n_genes,), its rows from top to bottom.
    """

    spec: HeatmapSpec
    clustering: Clustering
    clustered: ClusteredMatrix
    messages: tuple[Message, ...]
    prepared: Prepared
    rows: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table brought to the scale of display: its samples in the order of the sheet, on a log scale."""

    table: ExpressionTable
    sheet: SampleSheet | None
    logs: FloatArray
    log_label: str
    messages: tuple[Message, ...]


def draw_heatmaps(
    table: ExpressionTable, sheet: SampleSheet | None, request: HeatmapRequest, beside: Sequence[Wanted] = ()
) -> Drawn:
    """Make the heatmap of a table, and of further tables beside it in its order of genes.

    Raises
    ------
    UserError
        one_sample, no_genes, option, design_missing, clusters, memory, matrix_not_finite.
    """
    require_choices(request.look.palette, request.rows.method, request.rows.metric)
    made = _prepare(table, sheet, request)
    choice = choose_rows(made.logs, made.table, request.genes)
    rows = np.concatenate([choice.clustered, choice.parked])
    is_parked = np.arange(len(rows)) >= len(choice.clustered)
    gene_ids = tuple(made.table.gene_ids[i] for i in rows)
    shown = _scaled(made, rows, request)
    clustering = cluster_rows(shown, gene_ids, is_parked, request)
    if request.rows.linkage is None:
        clustering = measure(clustering, shown, _column_groups(made, request)[0], request)
    samples = _cluster_samples(made, shown[~is_parked], request)
    columns = _columns(made, samples, request)
    spec = build_heatmap_spec(
        shown,
        (gene_ids, [made.table.gene_symbols[i] or made.table.gene_ids[i] for i in rows], made.table.sample_ids),
        row_layout(clustering),
        columns,
        facts=replace(_facts(made, rows, request), membership=_largest_membership(clustering)),
        look=_look(made, rows, request, clustering),
        panels=[_panel_beside(wanted, gene_ids, _First(made, request, columns)) for wanted in beside],
    )
    said = (*made.messages, *_few_samples(made, request), *choice.messages, *_decisions(clustering, request))
    messages = (*table.messages, *said, *spec.messages)
    clustered = _clustered(made, spec, clustering, samples)
    return Drawn(spec, clustering, clustered, messages, made, rows[clustering.order])


def _prepare(table: ExpressionTable, sheet: SampleSheet | None, request: HeatmapRequest) -> Prepared:
    if sheet is not None and sheet.sample_ids != table.sample_ids:
        position = {name: i for i, name in enumerate(table.sample_ids)}
        kept = [position[name] for name in sheet.sample_ids]
        table = replace(table, sample_ids=sheet.sample_ids, values=table.values[:, kept], summary_rows={})
    require_two_samples(table.sample_ids)
    logs, label, messages = to_log_scale(table.values, table.value_kind)
    logs, addition, said = normalise(logs, request.normalisation)
    return Prepared(table, sheet, logs, label + addition, (*messages, *said))


def _scaled(made: Prepared, rows: NDArray[np.intp], request: HeatmapRequest) -> FloatArray:
    if made.table.value_kind is ValueKind.Z_SCORES:
        return made.logs[rows]
    return scale_rows(made.logs[rows], request.scaling)


def _cluster_samples(made: Prepared, shown: FloatArray, request: HeatmapRequest) -> Clustering:
    found = cluster_columns(shown, *_column_groups(made, request), request)
    return support(found, shown, request)


def _columns(made: Prepared, found: Clustering, request: HeatmapRequest) -> ColumnLayout:
    split = request.column_split
    name = split.name or ("cluster of samples" if split.number > 1 else "")
    return column_layout(found, name, _column_groups(made, request)[1])


def _column_groups(made: Prepared, request: HeatmapRequest) -> tuple[list[str], list[str]]:
    return column_groups(request.column_split, made.table.sample_ids, made.sheet.columns if made.sheet else {})


def _facts(made: Prepared, rows: NDArray[np.intp], request: HeatmapRequest) -> RowFacts:
    marks = request.marks
    marked: tuple[int, ...] = ()
    if isinstance(marks, tuple):
        asked = set(marks)
        marked = tuple(
            i for i, row in enumerate(rows) if asked & {made.table.gene_ids[row], made.table.gene_symbols[row]}
        )
    if made.table.value_kind is ValueKind.Z_SCORES or request.scaling == "none":
        return RowFacts(marked=marked)
    logs = made.logs[rows]
    n_known = np.isfinite(logs).sum(axis=1)
    mean = np.divide(np.nansum(logs, axis=1), n_known, out=np.full(len(logs), np.nan), where=n_known > 0)
    variance = np.nansum((logs - mean[:, None]) ** 2, axis=1)  # z-scores all vary alike
    return RowFacts(mark_scores=variance, mean_log2=mean, marked=marked)


def _largest_membership(clustering: Clustering) -> FloatArray | None:
    """Return of soft clusters how far each row belongs to its own, rows in the order of the matrix."""
    if clustering.memberships is None:
        return None
    largest = np.empty(len(clustering.order))
    largest[clustering.order] = clustering.memberships.max(axis=1)
    return largest


def _look(
    made: Prepared, rows: NDArray[np.intp], request: HeatmapRequest, clustering: Clustering | None = None
) -> HeatmapLook:
    look, split = request.look, request.column_split
    sheet_tracks = annotation_columns(made.sheet, split.name) if made.sheet and request.annotations is None else ()
    asked = [_taken(annotation, made, rows) for annotation in request.annotations or ()]
    number = request.marks if isinstance(request.marks, int) else look.max_marks
    return replace(
        look,
        title=look.title or _title(made, rows),
        value_label=scale_label(request.scaling, made.log_label, made.table.value_kind),
        is_centred=look.is_centred and (request.scaling != "none" or _runs_both_ways(made.logs[rows])),
        annotations=(*sheet_tracks, *asked),
        max_marks=number,
        footnotes=look.footnotes or _footnotes(request, clustering, len(rows)),
    )


def _runs_both_ways(values: FloatArray) -> bool:
    """Tell whether values that were not scaled, such as log fold changes, lie about 0 and not above or below it."""
    n_above, n_below = int((values > 0).sum()), int((values < 0).sum())
    return min(n_above, n_below) >= _LEAST_SIDE * max(n_above + n_below, 1)


def _taken(annotation: Annotation, made: Prepared, rows: NDArray[np.intp]) -> Annotation:
    """Take the entries of the rows shown; annotations of columns hold each sample by name."""
    if annotation.side in ("above", "below"):
        return annotation
    values = annotation.values
    taken = values[rows] if isinstance(values, np.ndarray) else tuple(values[i] for i in rows)
    return replace(annotation, values=taken)


def _title(made: Prepared, rows: NDArray[np.intp]) -> str:
    n_all = len(made.table.gene_ids)
    if len(rows) == n_all:
        return f"Heatmap of {count_of(n_all, 'gene')}"
    return f"Heatmap of {len(rows):,} of {count_of(n_all, 'gene')}"


def _footnotes(request: HeatmapRequest, clustering: Clustering | None, n_genes: int) -> tuple[str, ...]:
    spacing = {"even": (), "quantile": ("Colours: spaced by quantiles of the values.",)}
    breaks = request.look.breaks
    coloured = ("Colours: spaced by given breaks.",) if isinstance(breaks, tuple) else spacing[breaks]
    ordered = (_order_note(request, clustering.fuzzifier if clustering else 0.0),) if n_genes > 1 else ()
    return (*ordered, *_stability_notes(clustering, request), *coloured)


def _order_note(request: HeatmapRequest, fuzzifier: float) -> str:
    rows = request.rows
    if not rows.is_clustered:
        return "Genes: in the order given."
    if rows.linkage is not None:
        return "Genes: clustered by a tree that was given."
    if request.row_split.kind == "kmeans":
        return f"Genes: k-means; within clusters {describe_clustering(rows.metric, rows.method)}."
    if request.row_split.kind == "fuzzy":
        within = describe_clustering(rows.metric, rows.method)
        return (
            f"Genes: fuzzy c-means (fuzzifier {fuzzifier:.2f}); each where it belongs most, within clusters {within}."
        )
    return f"Genes: {describe_clustering(rows.metric, rows.method)}."


def is_coloured_alike(request: HeatmapRequest, other: HeatmapRequest) -> bool:
    """Tell whether two heatmaps ask for the same colours at the same ends."""
    looks = (request.look, other.look)
    mine, theirs = ((look.palette, look.limit, look.limits, look.limit_quantile, look.breaks) for look in looks)
    return mine == theirs


@dataclass(frozen=True, eq=False)
class _First:
    """The heatmap that rules the figure."""

    made: Prepared
    request: HeatmapRequest
    columns: ColumnLayout

    def columns_of(self, made: Prepared, request: HeatmapRequest) -> ColumnLayout | None:
        """Return the columns as the first heatmap has them, where the other has the same samples in the same groups."""
        is_same = set(made.table.sample_ids) == set(self.made.table.sample_ids)
        if not is_same or request.column_split != self.request.column_split or not request.columns.is_clustered:
            return None
        position = {name: i for i, name in enumerate(made.table.sample_ids)}
        moved = np.array([position[name] for name in self.made.table.sample_ids])
        return replace(self.columns, orders=tuple(moved[order] for order in self.columns.orders))

    def shares_scale(self, request: HeatmapRequest, label: str) -> bool:
        """Tell whether colours of the other heatmap can mean the same as here."""
        own_label = scale_label(self.request.scaling, self.made.log_label, self.made.table.value_kind)
        return is_coloured_alike(self.request, request) and label == own_label


def _stability_notes(clustering: Clustering | None, request: HeatmapRequest) -> tuple[str, ...]:
    """Say below the figure what the stability beside the blocks is."""
    if clustering is None or clustering.stability is None:
        return ()
    return stability_note(stability_facts(clustering.stability), request.column_split.name)


def _panel_beside(wanted: Wanted, gene_ids: Sequence[str], first: _First) -> FurtherPanel:
    """Bring another table to display: genes matched by name, samples as in the first where they are the same."""
    table, sheet, request = wanted
    made = _prepare(table, sheet, request)
    rows = np.array(positions_by_name(gene_ids, made.table.gene_ids, "gene", where="the heatmap beside"), dtype=np.intp)
    shown = _scaled(made, rows, request)
    columns = first.columns_of(made, request)
    if columns is None:
        columns = _columns(made, _cluster_samples(made, shown[~np.isnan(shown).any(axis=1)], request), request)
    look = replace(_look(made, rows, request), panel_title=request.look.title)
    shares_scale = first.shares_scale(request, look.value_label)
    return FurtherPanel(shown, made.table.sample_ids, columns, look, shares_scale)


def _few_samples(made: Prepared, request: HeatmapRequest) -> list[Message]:
    """Say that z-scores of two or three samples are bounded by arithmetic: (n - 1) / sqrt(n) (Shiffler 1988)."""
    n_samples = len(made.table.sample_ids)
    if n_samples > _FEW_SAMPLES or request.scaling != "z-score" or made.table.value_kind is ValueKind.Z_SCORES:
        return []
    end = (n_samples - 1) / np.sqrt(n_samples)
    what = f"z-scores of {n_samples} samples lie within ±{end:.2f}, whether genes differ much or little"
    return [note("few_replicates", what, fix="--scale centre, or scale('centre'), colours differences in log2 units")]


def _decisions(clustering: Clustering, request: HeatmapRequest) -> list[Message]:
    """Say what was decided without being asked, with what changes it."""
    if clustering.choice is None or request.row_split.kind != "auto" or clustering.silhouette is None:
        return []
    what = (
        f"{count_of(clustering.n_clusters, 'block')} of genes, the number with the best mean silhouette width "
        f"({clustering.silhouette:.2f} of at most 1)"
    )
    return [note("heatmap_chosen", what, fix="--clusters, or split_rows(), sets another number")]


def _clustered(made: Prepared, spec: HeatmapSpec, rows: Clustering, columns: Clustering) -> ClusteredMatrix:
    symbols = dict(zip(made.table.gene_ids, made.table.gene_symbols, strict=True))
    groups = tuple(block.name for block in spec.column_blocks for _ in range(block.size))
    sheet = made.sheet.columns if made.sheet else {}
    return ClusteredMatrix(
        spec.row_ids,
        spec.column_names,
        spec.matrix,
        tuple(symbols[gene_id] for gene_id in spec.row_ids),
        row_linkage=one_tree(rows),
        column_linkage=one_tree(columns),
        cluster_numbers=rows.labels,
        memberships=rows.memberships,
        column_groups=groups if spec.group_name else (),
        sample_columns={name: tuple(values[i] for i in columns.order) for name, values in sheet.items()},
    )


def one_tree(clustering: Clustering) -> FloatArray | None:
    """Return the tree over all rows with leaves numbered as displayed; None where there are several."""
    if clustering.has_parked or clustering.over_clusters is not None or len(clustering.trees) != 1:
        return None
    (tree,) = clustering.trees
    return displayed_linkage(tree.linkage, tree.order) if len(tree.order) == len(clustering.order) else None
