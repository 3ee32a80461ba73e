"""The heatmap of an analysis as someone has arranged it in the browser, ready to be drawn: the viewer's state applied.

Order, cut, layer, colours, limits, hidden samples and the visible part are taken over; a tree is drawn only where the
rows or columns still lie as it needs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.result import Analysis, HeatmapResult
from heatleaf.analysis.view_nodes import describe_nodes
from heatleaf.errors import UserError
from heatleaf.figures.heatmap.marks import choose_marks
from heatleaf.figures.heatmap.parts import Block, HeatmapSpec, Panel
from heatleaf.figures.heatmap.scale import ColourScale, range_scale, symmetric_scale
from heatleaf.figures.heatmap.tracks import Track
from heatleaf.figures.palettes import group_colours, heat_palette, natural_key
from heatleaf.figures.paper import find_paper
from heatleaf.interpret.words import count_of
from heatleaf.stats import z_scores

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
_LABELS = {
    "z": "row z-score (VST)",
    "centred": "VST minus mean of the gene (log2)",
    "vst": "VST (log2)",
    "counts": "normalised count, log2(n + 1)",
}
_ONE_WAY = ("vst", "counts")
_ONE_WAY_PALETTE = "white-blue"
_MEAN_STRIP = "mean log2"


@dataclass(frozen=True)
class _Group:
    """Columns of the figure that stand together."""

    name: str
    colour: str
    columns: tuple[int, ...]


@dataclass(frozen=True)
class ShownState:
    """What the viewer shows, of its state; names as there (docs/viewer.md)."""

    heatmap: int = 0
    layer: str = "shown"
    palette: str = ""
    limits: tuple[float, float] | None = None
    k: int | None = None
    row_order: str = "tree"
    column_order: str = "figure"
    split_columns: str | None = None
    hidden: tuple[str, ...] = ()
    only: tuple[int, ...] | None = None
    window: tuple[int, int, int, int] | None = None

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> ShownState:
        """Read the viewer's state.

        Raises
        ------
        UserError
            option: a value of another kind.
        """
        try:
            limits, window, k = state.get("limits"), state.get("window"), state.get("k")
            split, only = state.get("splitColumns"), state.get("only")
            return cls(
                heatmap=int(state.get("heatmap") or 0),
                layer=str(state.get("layer") or "shown"),
                palette=str(state.get("palette") or ""),
                limits=None if limits is None else (float(limits[0]), float(limits[1])),
                k=None if k is None else int(k),
                row_order=str(state.get("rowOrder") or "tree"),
                column_order=str(state.get("columnOrder") or "figure"),
                split_columns=None if split is None else str(split),
                only=None if only is None else tuple(map(int, only)),
                hidden=tuple(map(str, state.get("hidden") or ())),
                window=None if window is None else _window(window),
            )
        except (TypeError, ValueError, KeyError, IndexError) as error:
            raise UserError("option", "the arrangement of the heatmap is not understood") from error


def _window(window: Mapping[str, Any]) -> tuple[int, int, int, int]:
    top, bottom, left, right = (float(window[side]) for side in ("top", "bottom", "left", "right"))
    return int(np.floor(top)), int(np.ceil(bottom)), int(np.floor(left)), int(np.ceil(right))


def arrange_figure(analysis: Analysis, state: ShownState, *, paper: str = "") -> HeatmapSpec:
    """Return the spec of a heatmap as the viewer shows it.

    Raises
    ------
    UserError
        option: no such heatmap, layer, palette, order or paper. not_shown: no row or sample is left.
    """
    heatmaps = [analysis.heatmap, *(one.heatmap for one in analysis.comparisons if one.heatmap is not None)]
    if not 0 <= state.heatmap < len(heatmaps):
        raise UserError("option", f"there is no heatmap {state.heatmap}")
    heatmap = heatmaps[state.heatmap]
    spec = heatmap.spec
    blocks = _row_blocks(analysis, heatmap, state.k)
    groups = _column_groups(analysis, spec, state)
    rows, columns = _row_order(analysis, spec, state, blocks), _column_order(analysis, spec, state, groups)
    if state.window is not None:
        top, bottom, left, right = state.window
        rows, columns = rows[max(top, 0) : bottom], columns[max(left, 0) : right]
    if not len(rows) or not len(columns):
        raise UserError("not_shown", "no gene or no sample is left to draw", fix="show some samples, or zoom out")
    layer = _layer(analysis, spec, state.layer)
    is_whole = len(rows) == spec.n_genes and state.row_order == "tree"
    return replace(
        spec,
        row_ids=_take(spec.row_ids, rows),
        row_names=_take(spec.row_names, rows),
        row_blocks=_kept_blocks(blocks, rows),
        row_trees=spec.row_trees if is_whole else (),
        row_parent_tree=spec.row_parent_tree if is_whole and state.k is None else None,
        row_tracks=tuple(_take_track(track, rows) for track in spec.row_tracks),
        panels=(_arrange_panel(spec.first, layer, (rows, columns), state=state, groups=groups),),
        marks=_marks(spec, rows),
        footnotes=_footnotes(spec, state, (len(rows), len(columns))),
        paper=find_paper(paper),
    )


def _arrange_panel(
    panel: Panel, layer: FloatArray, at: tuple[IntArray, IntArray], *, state: ShownState, groups: Sequence[_Group]
) -> Panel:
    columns = at[1]
    is_figure = state.column_order == "figure" and state.split_columns is None and len(columns) == panel.n_samples
    values = layer[np.ix_(*at)]
    return replace(
        panel,
        matrix=values,
        column_names=_take(panel.column_names, columns),
        blocks=_kept_groups(groups, columns),
        group_name=panel.group_name if state.split_columns is None else state.split_columns,
        trees=panel.trees if is_figure else (),
        parent_tree=panel.parent_tree if is_figure else None,
        tracks=tuple(_take_track(track, columns) for track in panel.tracks),
        scale=_scale(panel.scale, layer, values, state),
    )


def _footnotes(spec: HeatmapSpec, state: ShownState, shape: tuple[int, int]) -> tuple[str, ...]:
    """Keep how the genes were chosen, and say how the figure was rearranged; the other notes hold for it no more."""
    n_rows, n_columns = shape
    told = []
    if state.k is not None:
        told.append(f"cut into {count_of(state.k, 'cluster')}")
    if state.row_order != "tree":
        told.append(f"genes ordered by {state.row_order.replace('change:', 'the change in ')}")
    if state.layer != "shown":
        told.append(f"shown are {_LABELS.get(state.layer, state.layer)}")
    if n_rows < spec.n_genes:
        told.append(f"{n_rows:,} of {count_of(spec.n_genes, 'gene')} shown")
    if n_columns < spec.n_samples:
        told.append(f"{n_columns:,} of {count_of(spec.n_samples, 'sample')} shown")
    if not told:
        return spec.footnotes
    return (*spec.footnotes[:1], f"Arranged by hand: {'; '.join(told)}.")


def _take(items: Sequence[str], order: IntArray) -> tuple[str, ...]:
    return tuple(items[i] for i in order)


def _take_track(track: Track, order: IntArray) -> Track:
    texts = tuple(track.texts[i] for i in order) if track.texts else ()
    return replace(track, texts=texts, values=track.values[order] if len(track.values) else track.values)


def _kept_blocks(blocks: Sequence[Block], order: IntArray) -> tuple[Block, ...]:
    """Return blocks over the positions that are left, without those that lost all; the order within is kept."""
    kept, start = [], 0
    for block in blocks:
        size = int(((order >= block.start) & (order < block.stop)).sum())
        if size:
            kept.append(replace(block, start=start, stop=start + size))
        start += size
    return tuple(kept)


def _kept_groups(groups: Sequence[_Group], columns: IntArray) -> tuple[Block, ...]:
    """Return the groups over the positions of the columns that are left."""
    kept, start, left = [], 0, set(columns.tolist())
    for group in groups:
        size = len(left.intersection(group.columns))
        if size:
            kept.append(Block(group.name, start, start + size, group.colour))
        start += size
    return tuple(kept)


def _row_blocks(analysis: Analysis, heatmap: HeatmapResult, k: int | None) -> tuple[Block, ...]:
    """Return the blocks of the figure, or those of the cut into k clusters, named and described as in the browser."""
    if k is None:
        return heatmap.spec.row_blocks
    nodes: list[Any] = describe_nodes(heatmap, analysis.settings.alpha)
    found = sorted((node for node in nodes if node["k_from"] <= k <= node["k_to"]), key=lambda node: int(node["start"]))
    if sum(node["stop"] - node["start"] for node in found) != heatmap.spec.n_genes:
        raise UserError("clusters", f"this heatmap cannot be cut into {k} clusters")
    return tuple(
        Block(f"C{i}", node["start"], node["stop"], "", node["label"], node["stability"])
        for i, node in enumerate(found, 1)
    )


def _row_order(analysis: Analysis, spec: HeatmapSpec, state: ShownState, blocks: Sequence[Block]) -> IntArray:
    """Return the displayed rows by their position in the figure; other orders than the tree's hold within a block."""
    keys = _row_keys(analysis, spec, state.row_order)
    wanted = set(state.only) if state.only is not None else None
    order: list[int] = []
    for block in blocks:
        rows = [row for row in range(block.start, block.stop) if wanted is None or row in wanted]
        order += rows if keys is None else sorted(rows, key=lambda row: keys[row])
    return np.array(order, dtype=np.intp)


def _row_keys(analysis: Analysis, spec: HeatmapSpec, order: str) -> Sequence[Any] | None:
    """Return what rows are sorted by, None for the order of the figure."""
    kind, _, name = order.partition(":")
    if kind == "tree":
        return None
    if kind == "name":
        return [natural_key(row_name) for row_name in spec.row_names]
    if kind == "mean":
        strip = next((track for track in spec.row_tracks if track.name == _MEAN_STRIP), None)
        means = spec.matrix.mean(axis=1) if strip is None else strip.values[:, 0]
        return _falling(means)
    at = _positions(analysis.counts.gene_ids, spec.row_ids)
    for comparison in analysis.comparisons:
        if kind == "change" and comparison.differential.contrast.name == name:
            return _falling(comparison.differential.log2_fold_change[at])
    raise UserError("option", f"rows cannot be ordered by '{order[:60]}'")


def _falling(values: FloatArray) -> list[tuple[bool, float]]:
    """Return sort keys by which large numbers come first and missing ones last."""
    return [(bool(np.isnan(value)), 0.0 if np.isnan(value) else -float(value)) for value in values]


def _column_groups(analysis: Analysis, spec: HeatmapSpec, state: ShownState) -> list[_Group]:
    """Return the columns in groups: those of the figure, none, or those of a column of the sheet."""
    everything = range(spec.n_samples)
    column = state.split_columns
    if column == "":
        return [_Group("", "", tuple(everything))]
    sheet = analysis.samples
    if column is None or sheet is None or column not in sheet.columns:
        return [_Group(one.name, one.colour, tuple(range(one.start, one.stop))) for one in spec.column_blocks]
    level_of = dict(zip(sheet.sample_ids, sheet.columns[column], strict=True))
    levels = [level_of.get(name, "") for name in spec.column_names]
    names = sorted(set(levels), key=lambda level: (not level, natural_key(level)))
    track = next((one for one in spec.first.tracks if one.name == column and one.kind == "levels"), None)
    colours = {**group_colours(names), **(track.colours if track is not None else {})}
    return [
        _Group(name or "missing", colours.get(name, ""), tuple(i for i in everything if levels[i] == name))
        for name in names
    ]


def _column_order(analysis: Analysis, spec: HeatmapSpec, state: ShownState, groups: Sequence[_Group]) -> IntArray:
    """Return the displayed columns by their position in the figure, hidden ones left out."""
    keys = _column_keys(analysis, spec, state)
    order: list[int] = []
    for group in groups:
        columns = [i for i in group.columns if spec.column_names[i] not in state.hidden]
        order += columns if keys is None else sorted(columns, key=lambda column: keys[column])
    return np.array(order, dtype=np.intp)


def _column_keys(analysis: Analysis, spec: HeatmapSpec, state: ShownState) -> Sequence[Any] | None:
    kind, _, row = state.column_order.partition(":")
    if kind == "figure":
        return None
    if kind == "name":
        return [natural_key(name) for name in spec.column_names]
    if kind == "gene" and row.isdigit() and int(row) < spec.n_genes:
        return _falling(_layer(analysis, spec, state.layer)[int(row)])
    raise UserError("option", f"samples cannot be ordered by '{state.column_order[:60]}'")


def _layer(analysis: Analysis, spec: HeatmapSpec, layer: str) -> FloatArray:
    """Return the values of a layer, rows and columns as in the figure."""
    if layer == "shown":
        return spec.matrix
    if layer not in _LABELS:
        raise UserError("option", f"there are no values called '{layer[:60]}'")
    at = np.ix_(
        _positions(analysis.counts.gene_ids, spec.row_ids), _positions(analysis.counts.sample_ids, spec.column_names)
    )
    if layer == "counts":
        return np.log2(analysis.norm_counts[at] + 1.0)
    values = analysis.vst[at]
    if layer == "z":
        return z_scores(values)
    return values if layer == "vst" else np.asarray(values - values.mean(axis=1, keepdims=True))


def _positions(names: Sequence[str], wanted: Sequence[str]) -> IntArray:
    place = {name: i for i, name in enumerate(names)}
    return np.array([place[name] for name in wanted], dtype=np.intp)


def _scale(scale: ColourScale, layer: FloatArray, values: FloatArray, state: ShownState) -> ColourScale:
    """Return the colours that were chosen, else those that the figure would choose for all values of the layer."""
    is_own, is_one_way = state.layer == "shown", state.layer in _ONE_WAY
    palette = state.palette or (_ONE_WAY_PALETTE if is_one_way and scale.is_centred else "")
    stops = heat_palette(palette) if palette else scale.stops
    label = scale.label if is_own else _LABELS[state.layer]
    chosen = scale if is_own else (range_scale if is_one_way else symmetric_scale)(layer, label, stops)
    return range_scale(values, label, stops, limits=state.limits or (chosen.low, chosen.high))


def _marks(spec: HeatmapSpec, rows: IntArray) -> tuple[int, ...]:
    """Keep the rows that the figure names; where none of them is left, name the most different."""
    marked = set(spec.marks)
    kept = tuple(position for position, row in enumerate(rows.tolist()) if row in marked)
    if kept:
        return kept
    scores = spec.matrix[rows].var(axis=1)
    return choose_marks(scores, np.ones(len(rows), dtype=np.int64), min(len(rows), max(len(spec.marks), 1)))
