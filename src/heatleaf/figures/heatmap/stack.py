"""Heatmaps of the same columns, one below the other: several specs become one, in the order of the first's columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.heatmap.parts import Band, Block, HeatmapSpec
from heatleaf.figures.heatmap.scale import ColourScale
from heatleaf.figures.heatmap.tracks import Track
from heatleaf.figures.heatmap.tree import Tree

FloatArray = NDArray[np.float64]
_NUMBERED = re.compile(r"C\d+")


def stack(title: str, specs: Sequence[HeatmapSpec], shares_scale: Sequence[bool]) -> HeatmapSpec:
    """Put heatmaps of one panel each below each other.

    title : of the figure; those of the specs stand above their rows. specs : from top to bottom, all with the columns
    of the first, in any order. shares_scale : of each, whether its colours are to mean what they mean in the first.

    Blocks that have numbers for names are numbered on from top to bottom. Tracks of one name and kind are one track,
    empty beside rows that have none.
    """
    first, panel = specs[0], specs[0].first
    values = [_in_columns_of(first, spec) for spec in specs]
    starts = np.concatenate([[0], np.cumsum([spec.n_genes for spec in specs])])
    bands: list[Band] = []
    shared = np.concatenate(
        [shown for shown, is_shared in zip(values, (True, *shares_scale[1:]), strict=True) if is_shared]
    )
    for spec, shown, start, is_shared in zip(specs, values, starts.tolist(), shares_scale, strict=False):
        # the key of the first explains the cells of all that share its colours
        scale = (bands[0].scale.like(shown) if is_shared else spec.scale) if bands else spec.scale.like(shared)
        bands.append(Band(spec.title, start, start + spec.n_genes, scale, bool(bands) and is_shared))
    placed = list(zip(specs, starts.tolist(), strict=False))
    return replace(
        first,
        title=title,
        row_ids=tuple(gene_id for spec in specs for gene_id in spec.row_ids),
        row_names=tuple(name for spec in specs for name in spec.row_names),
        row_blocks=_numbered_on([_moved(block, start) for spec, start in placed for block in spec.row_blocks]),
        row_trees=tuple(_moved_tree(tree, start) for spec, start in placed for tree in spec.row_trees),
        row_parent_tree=None,
        panels=(replace(panel, title="", matrix=np.concatenate(values)),),
        row_tracks=_join_tracks(specs),
        marks=tuple(row + start for spec, start in placed for row in spec.marks),
        footnotes=tuple(dict.fromkeys(note for spec in specs for note in spec.footnotes)),
        messages=tuple(dict.fromkeys(message for spec in specs for message in spec.messages)),
        bands=tuple(bands),
    )


def _in_columns_of(first: HeatmapSpec, spec: HeatmapSpec) -> FloatArray:
    position = {name: i for i, name in enumerate(spec.column_names)}
    return spec.matrix[:, [position[name] for name in first.column_names]]


def _moved(block: Block, down: int) -> Block:
    return replace(block, start=block.start + down, stop=block.stop + down)


def _moved_tree(tree: Tree, down: int) -> Tree:
    links = tree.links.copy()
    links[:, :2] += down
    return replace(tree, links=links)


def _numbered_on(blocks: Sequence[Block]) -> tuple[Block, ...]:
    numbered, number = [], 0
    for block in blocks:
        if not block.is_parked and _NUMBERED.fullmatch(block.name):
            number += 1
            block = replace(block, name=f"C{number}")
        numbered.append(block)
    return tuple(numbered)


def _join_tracks(specs: Sequence[HeatmapSpec]) -> tuple[Track, ...]:
    """Join the row tracks of all specs; of each name, kind, side and number of parts there is one."""
    tracks: dict[tuple[object, ...], list[Track | None]] = {}
    for i, spec in enumerate(specs):
        for track in spec.row_tracks:
            key = (track.name, track.kind, track.side, track.values.shape[1:])
            tracks.setdefault(key, [None] * len(specs))[i] = track
    n_rows = [spec.n_genes for spec in specs]
    return tuple(_join(found, n_rows) for found in tracks.values())


def _join(found: Sequence[Track | None], n_rows: Sequence[int]) -> Track:
    known = [track for track in found if track is not None]
    first = known[0]
    texts: list[str] = []
    values: list[FloatArray] = []
    for track, n in zip(found, n_rows, strict=True):
        texts += track.texts if track else [""] * n
        values.append(track.values if track else np.full((n, *first.values.shape[1:]), np.nan))
    colours = {level: colour for track in reversed(known) for level, colour in track.colours.items()}
    return replace(
        first,
        texts=tuple(texts) if first.texts else (),
        values=np.concatenate(values) if first.values.size else first.values,
        colours={**colours, **first.colours},
        scale=_join_scales([track.scale for track in known if track.scale], np.concatenate(values)),
        axis=(min(track.axis[0] for track in known), max(track.axis[1] for track in known)),
    )


def _join_scales(scales: Sequence[ColourScale], values: FloatArray) -> ColourScale | None:
    if not scales:
        return None
    low, high = min(scale.low for scale in scales), max(scale.high for scale in scales)
    return replace(scales[0], low=low, high=high).like(values)
