"""The heatmap as arranged in the browser, ready to be drawn."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.run import analyse
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.shown_figure import ShownState, arrange_figure
from heatleaf.errors import UserError
from heatleaf.figures.heatmap.parts import HeatmapSpec
from heatleaf.figures.palettes import heat_palette
from heatleaf.model import CountTable, SampleSheet
from heatleaf.viewer.encode import plain


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    rng = np.random.default_rng(3)
    mean = rng.uniform(50, 900, 200)[:, np.newaxis] * np.ones(6)
    mean[::4, 3:] *= 3
    counts = rng.negative_binomial(12, 12 / (12 + mean)).astype(np.int64)
    names = tuple(f"s{i}" for i in range(6))
    sheet = SampleSheet(names, {"group": ("a",) * 3 + ("b",) * 3, "batch": tuple("xyxyxy")})
    return analyse(CountTable(tuple(f"g{i}" for i in range(200)), names, counts), sheet, Settings(top=60))


def shown(analysis: Analysis, **state: Any) -> HeatmapSpec:
    return arrange_figure(analysis, ShownState.from_json(state))


def test_an_untouched_state_is_the_figure_itself(analysis: Analysis) -> None:
    spec, own = shown(analysis), analysis.heatmap.spec
    assert plain(spec) == plain(own)


def test_hidden_samples_go_with_their_trees(analysis: Analysis) -> None:
    own = analysis.heatmap.spec
    spec = shown(analysis, hidden=[own.column_names[1]])
    assert spec.column_names == (own.column_names[0], *own.column_names[2:])
    np.testing.assert_array_equal(spec.matrix, np.delete(own.matrix, 1, axis=1))
    assert [block.size for block in spec.column_blocks] == [2, 3] and spec.column_trees == ()
    assert spec.row_trees == own.row_trees
    assert spec.footnotes == (own.footnotes[0], "Arranged by hand: 5 of 6 samples shown.")


@pytest.mark.parametrize("k", [1, 2, 5])
def test_a_cut_makes_blocks_over_all_rows(analysis: Analysis, k: int) -> None:
    blocks = shown(analysis, k=k).row_blocks
    assert [block.name for block in blocks] == [f"C{i}" for i in range(1, k + 1)]
    assert blocks[0].start == 0 and blocks[-1].stop == 60
    assert all(one.stop == other.start for one, other in pairwise(blocks))
    assert all(block.meaning for block in blocks)


def test_orders_hold_within_blocks_and_groups(analysis: Analysis) -> None:
    own, by_name = analysis.heatmap.spec, shown(analysis, rowOrder="name", columnOrder="name")
    assert by_name.row_blocks == own.row_blocks and by_name.row_trees == () and by_name.column_trees == ()
    assert by_name.column_blocks == own.column_blocks
    for block in own.row_blocks:
        numbers = [int(name[1:]) for name in by_name.row_names[block.start : block.stop]]
        assert numbers == sorted(int(name[1:]) for name in own.row_names[block.start : block.stop])
    row, column = own.row_ids.index(by_name.row_ids[0]), own.column_names.index(by_name.column_names[0])
    assert by_name.matrix[0, 0] == own.matrix[row, column]
    name = analysis.comparisons[0].differential.contrast.name
    change = dict(zip(analysis.counts.gene_ids, analysis.comparisons[0].differential.log2_fold_change, strict=True))
    one = shown(analysis, rowOrder=f"change:{name}", k=1)
    assert [change[gene] for gene in one.row_ids] == sorted((change[gene] for gene in own.row_ids), reverse=True)
    means = [
        track.values[:, 0] for track in shown(analysis, rowOrder="mean", k=1).row_tracks if track.name == "mean log2"
    ]
    assert list(means[0]) == sorted(means[0], reverse=True)
    first = shown(analysis, columnOrder="gene:0", splitColumns="").matrix[0]
    assert list(first) == sorted(first, reverse=True)


def test_groups_by_another_column_and_some_genes_alone(analysis: Analysis) -> None:
    spec = shown(analysis, splitColumns="batch", only=[3, 1, 40])
    assert [(block.name, block.size) for block in spec.column_blocks] == [("x", 3), ("y", 3)]
    assert spec.group_name == "batch" and all(block.colour for block in spec.column_blocks)
    assert spec.row_ids == tuple(analysis.heatmap.spec.row_ids[i] for i in (1, 3, 40)) and spec.row_trees == ()
    assert spec.row_blocks[-1].stop == 3


def test_layers_palettes_and_limits(analysis: Analysis) -> None:
    own = analysis.heatmap.spec
    counts = shown(analysis, layer="counts")
    gene, sample = analysis.counts.gene_ids.index(own.row_ids[0]), analysis.counts.sample_ids.index(own.column_names[0])
    assert counts.matrix[0, 0] == pytest.approx(np.log2(analysis.norm_counts[gene, sample] + 1))
    centred = shown(analysis, layer="centred")
    assert (counts.scale.stops, counts.scale.is_centred) == (tuple(heat_palette("white-blue")), False)
    assert shown(analysis, layer="z").matrix == pytest.approx(own.matrix)
    assert centred.matrix.mean(axis=1) == pytest.approx(np.zeros(60), abs=1e-12) and centred.scale.is_centred
    other = shown(analysis, palette="white-blue", limits=[-1.5, 2])
    assert (other.scale.low, other.scale.high) == (-1.5, 2) and other.scale.stops == tuple(heat_palette("white-blue"))


def test_the_visible_part(analysis: Analysis) -> None:
    spec = shown(analysis, window={"top": 10.2, "bottom": 20.0, "left": 0, "right": 3})
    assert spec.row_ids == analysis.heatmap.spec.row_ids[10:20] and spec.n_samples == 3
    assert spec.row_blocks[0].start == 0 and spec.row_blocks[-1].stop == 10 and spec.row_trees == ()


@pytest.mark.parametrize(
    ("state", "code", "says"),
    [
        ({"heatmap": 9}, "option", "there is no heatmap 9"),
        ({"rowOrder": "size"}, "option", "rows cannot be ordered by 'size'"),
        ({"columnOrder": "gene:999"}, "option", "samples cannot be ordered by 'gene:999'"),
        ({"layer": "tpm"}, "option", "there are no values called 'tpm'"),
        ({"k": 500}, "clusters", "this heatmap cannot be cut into 500 clusters"),
        ({"limits": [1, 1]}, "option", "give two different numbers"),
        ({"limits": "x"}, "option", "the arrangement of the heatmap is not understood"),
        ({"window": {"top": 0}}, "option", "the arrangement of the heatmap is not understood"),
        ({"window": {"top": 500, "bottom": 600, "left": 0, "right": 3}}, "not_shown", "no gene or no sample is left"),
    ],
)
def test_what_cannot_be_shown(analysis: Analysis, state: dict[str, Any], code: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as caught:
        shown(analysis, **state)
    assert caught.value.code == code
