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
from heatleaf.figures.palettes import heat_palette
from heatleaf.figures.paper import find_paper
from heatleaf.interpret.words import count_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
_LABELS = {
    "z": "row z-score (VST)",
    "centred": "log2 difference from the gene's mean (VST)",
    "vst": "VST, log2 scale",
    "counts": "normalised counts, log2(x + 1)",
}
_CENTRED = ("z", "centred")


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
    hidden: tuple[str, ...] = ()
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
            return cls(
                heatmap=int(state.get("heatmap") or 0),
                layer=str(state.get("layer") or "shown"),
                palette=str(state.get("palette") or ""),
                limits=None if limits is None else (float(limits[0]), float(limits[1])),
                k=None if k is None else int(k),
                row_order=str(state.get("rowOrder") or "tree"),
                column_order=str(state.get("columnOrder") or "figure"),
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
    rows, columns = _row_order(analysis, heatmap, state), _column_order(spec, state)
    if state.window is not None:
        top, bottom, left, right = state.window
        rows, columns = rows[max(top, 0) : bottom], columns[max(left, 0) : right]
    if not len(rows) or not len(columns):
        raise UserError("not_shown", "no gene or no sample is left to draw", fix="show some samples, or zoom out")
    values = _layer(analysis, spec, state.layer)[np.ix_(rows, columns)]
    is_whole = len(rows) == spec.n_genes and bool((np.diff(rows) == 1).all())
    is_tree = state.row_order == "tree"
    blocks = _cut_blocks(analysis, heatmap, state.k) if is_tree else (Block("", 0, spec.n_genes),)
    return replace(
        spec,
        row_ids=_take(spec.row_ids, rows),
        row_names=_take(spec.row_names, rows),
        row_blocks=_kept_blocks(blocks, rows),
        row_trees=spec.row_trees if is_whole else (),
        row_parent_tree=spec.row_parent_tree if is_whole and state.k is None else None,
        row_tracks=tuple(_take_track(track, rows) for track in spec.row_tracks),
        panels=(_arrange_panel(spec.first, values, columns, state),),
        marks=_marks(spec, rows),
        footnotes=_footnotes(spec, state, (len(rows), len(columns))),
        paper=find_paper(paper),
    )


def _arrange_panel(panel: Panel, values: FloatArray, columns: IntArray, state: ShownState) -> Panel:
    is_whole = len(columns) == panel.n_samples and bool((np.diff(columns) == 1).all())
    is_sorted = bool((np.diff(columns) > 0).all())
    blocks = _kept_blocks(panel.blocks, columns) if is_sorted else (Block("", 0, len(columns)),)
    return replace(
        panel,
        matrix=values,
        column_names=_take(panel.column_names, columns),
        blocks=blocks,
        group_name=panel.group_name if is_sorted else "",
        trees=panel.trees if is_whole else (),
        parent_tree=panel.parent_tree if is_whole else None,
        tracks=tuple(_take_track(track, columns) for track in panel.tracks),
        scale=_scale(panel.scale, values, state),
    )


def _footnotes(spec: HeatmapSpec, state: ShownState, shape: tuple[int, int]) -> tuple[str, ...]:
    """Keep how the genes were chosen, and say how the figure was rearranged; the other notes hold for it no more."""
    n_rows, n_columns = shape
    told = []
    if state.k is not None:
        told.append(f"cut into {count_of(state.k, 'cluster')}")
    if state.row_order != "tree":
        told.append(f"genes ordered by {state.row_order.replace('change:', 'the change in ')}")
    if state.layer not in ("shown", "z"):
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


def _cut_blocks(analysis: Analysis, heatmap: HeatmapResult, k: int | None) -> tuple[Block, ...]:
    """Return the blocks of the cut into k clusters, named and described as in the browser."""
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


def _row_order(analysis: Analysis, heatmap: HeatmapResult, state: ShownState) -> IntArray:
    """Return the displayed rows by their position in the figure."""
    spec = heatmap.spec
    everything = np.arange(spec.n_genes)
    kind, _, name = state.row_order.partition(":")
    if kind == "tree":
        return everything
    if kind == "name":
        return np.array(sorted(everything, key=lambda i: (spec.row_names[i].casefold(), i)), dtype=np.intp)
    at = _positions(analysis.counts.gene_ids, spec.row_ids)
    if kind == "mean":
        return np.argsort(-analysis.vst[at].mean(axis=1), kind="stable")
    for comparison in analysis.comparisons:
        if kind == "change" and comparison.differential.contrast.name == name:
            return np.argsort(-np.nan_to_num(comparison.differential.log2_fold_change[at]), kind="stable")
    raise UserError("option", f"rows cannot be ordered by '{state.row_order[:60]}'")


def _column_order(spec: HeatmapSpec, state: ShownState) -> IntArray:
    """Return the displayed columns by their position in the figure, hidden ones left out."""
    columns = np.array([i for i, name in enumerate(spec.column_names) if name not in state.hidden], dtype=np.intp)
    kind, _, row = state.column_order.partition(":")
    if kind == "figure":
        return columns
    if kind == "name":
        return np.array(sorted(columns, key=lambda i: spec.column_names[i]), dtype=np.intp)
    if kind == "gene" and row.isdigit() and int(row) < spec.n_genes:
        return columns[np.argsort(-spec.matrix[int(row), columns], kind="stable")]
    raise UserError("option", f"samples cannot be ordered by '{state.column_order[:60]}'")


def _layer(analysis: Analysis, spec: HeatmapSpec, layer: str) -> FloatArray:
    """Return the values of a layer, rows and columns as in the figure."""
    if layer in ("shown", "z"):
        return spec.matrix
    at = np.ix_(
        _positions(analysis.counts.gene_ids, spec.row_ids), _positions(analysis.counts.sample_ids, spec.column_names)
    )
    if layer == "counts":
        return np.log2(analysis.norm_counts[at] + 1.0)
    values = analysis.vst[at]
    if layer == "vst":
        return values
    if layer == "centred":
        return np.asarray(values - values.mean(axis=1, keepdims=True))
    raise UserError("option", f"there are no values called '{layer[:60]}'")


def _positions(names: Sequence[str], wanted: Sequence[str]) -> IntArray:
    place = {name: i for i, name in enumerate(names)}
    return np.array([place[name] for name in wanted], dtype=np.intp)


def _scale(scale: ColourScale, values: FloatArray, state: ShownState) -> ColourScale:
    """Return the colours that were chosen, else those of the figure."""
    stops = heat_palette(state.palette) if state.palette else scale.stops
    is_own = state.layer in ("shown", "z")
    label = scale.label if is_own else _LABELS[state.layer]
    if state.limits is not None:
        return range_scale(values, label, stops, limits=state.limits)
    if is_own:
        return range_scale(values, label, stops, limits=(scale.low, scale.high))
    return symmetric_scale(values, label, stops) if state.layer in _CENTRED else range_scale(values, label, stops)


def _marks(spec: HeatmapSpec, rows: IntArray) -> tuple[int, ...]:
    """Keep the rows that the figure names; where none of them is left, name the most different."""
    marked = set(spec.marks)
    kept = tuple(position for position, row in enumerate(rows.tolist()) if row in marked)
    if kept:
        return kept
    scores = spec.matrix[rows].var(axis=1)
    return choose_marks(scores, np.ones(len(rows), dtype=np.int64), min(len(rows), max(len(spec.marks), 1)))
