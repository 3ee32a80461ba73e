"""Heatmaps of the same samples one below the other: each made by itself, the samples in the order of the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from heatleaf.analysis.heatmap.by_name import positions_by_name
from heatleaf.analysis.heatmap.make import Drawn, Wanted, draw_heatmaps, is_coloured_alike
from heatleaf.analysis.heatmap.request import HeatmapRequest
from heatleaf.figures.heatmap.parts import HeatmapSpec
from heatleaf.figures.heatmap.spec import MEAN_STRIP
from heatleaf.figures.heatmap.stack import stack
from heatleaf.model import ClusteredMatrix, ExpressionTable


def draw_below(wanted: Sequence[Wanted]) -> Drawn:
    """Make one figure of several heatmaps of the same samples.

    wanted : from top to bottom; the first rules the order of the samples and what stands above them. Its title is that
    of the figure, and its panel title stands above its rows.

    Returns
    -------
    Drawn
        As of the first, with the spec, the messages and what is exported of all.

    Raises
    ------
    UserError
        sheet_lacks: samples of the first that another lacks. As `draw_heatmaps`.
    """
    table, sheet, request = wanted[0]
    drawn = [draw_heatmaps(table, sheet, request)]
    for further, _, asked in wanted[1:]:
        drawn.append(draw_heatmaps(_same_samples(further, table), sheet, _in_order_of(request, asked)))
    label = drawn[0].spec.scale.label
    shares = [
        is_coloured_alike(wanted[0][2], request) and one.spec.scale.label == label
        for one, (_, _, request) in zip(drawn, wanted, strict=True)
    ]
    titles = [wanted[0][2].look.panel_title, *(request.look.title for _, _, request in wanted[1:])]
    titled = [replace(one.spec, title=title) for one, title in zip(drawn, titles, strict=True)]
    spec = stack(wanted[0][2].look.title, _with_comparable_means(titled), shares)
    messages = tuple(dict.fromkeys(message for one in drawn for message in one.messages))
    return replace(drawn[0], spec=spec, messages=messages, clustered=_clustered(drawn, titles))


def _in_order_of(first: HeatmapRequest, asked: HeatmapRequest) -> HeatmapRequest:
    """Leave the samples as they come, in the groups of the first heatmap, and nothing above them."""
    tracks = tuple(track for track in asked.annotations or () if track.side in ("left", "right"))
    kept = replace(asked.columns, is_clustered=False)
    return replace(asked, columns=kept, column_split=first.column_split, annotations=tracks)


def _with_comparable_means(specs: Sequence[HeatmapSpec]) -> list[HeatmapSpec]:
    """Leave out the mean beside the rows where one scale cannot show that of all, as of genes and proteins."""
    means = [track for spec in specs for track in spec.row_tracks if track.name == MEAN_STRIP]
    scales = [track.scale for track in means if track.scale]
    if len(scales) == len(specs) and max(s.low for s in scales) < min(s.high for s in scales):
        return list(specs)
    kept = [tuple(track for track in spec.row_tracks if track.name != MEAN_STRIP) for spec in specs]
    return [replace(spec, row_tracks=tracks) for spec, tracks in zip(specs, kept, strict=True)]


def _same_samples(table: ExpressionTable, first: ExpressionTable) -> ExpressionTable:
    """Take the samples of the first table, which may be fewer."""
    kept = positions_by_name(first.sample_ids, table.sample_ids, "sample", where="the heatmap below")
    return replace(table, sample_ids=first.sample_ids, values=table.values[:, kept], summary_rows={})


def _clustered(drawn: Sequence[Drawn], titles: Sequence[str]) -> ClusteredMatrix:
    """Join what other programs get: clusters numbered on, no tree over all genes, every gene named once."""
    first, spec = drawn[0].clustered, drawn[0].spec
    gene_ids: list[str] = []
    seen: set[str] = set()
    numbers, last = [], 0
    for i, (one, title) in enumerate(zip(drawn, titles, strict=True), start=1):
        own = one.clustered
        gene_ids += [f"{gene_id} ({title or i})" if gene_id in seen else gene_id for gene_id in own.gene_ids]
        seen.update(own.gene_ids)
        numbers.append(own.clusters.labels + last)
        last = int(numbers[-1].max())
    position = [{name: i for i, name in enumerate(one.clustered.sample_ids)} for one in drawn]
    values = [
        one.clustered.values[:, [at[name] for name in spec.column_names]]
        for one, at in zip(drawn, position, strict=True)
    ]
    return replace(
        first,
        gene_ids=tuple(gene_ids),
        gene_symbols=tuple(symbol for one in drawn for symbol in one.clustered.gene_symbols),
        values=np.concatenate(values),
        cluster_numbers=np.concatenate(numbers),
        row_linkage=None,
        memberships=None,
    )
