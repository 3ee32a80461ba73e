"""Figures of single genes: laws of scale and spec, zeros, pairs, crowds, edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from heatleaf.figures.gene import GeneCounts, SampleGroups, build_genes_spec, draw_genes
from heatleaf.figures.gene.scale import CountScale
from heatleaf.figures.palettes import group_colours
from heatleaf.figures.save import IMAGE_FORMATS, render
from heatleaf.model import Factor

DEX = Factor("dex", ("control", "treated"), ("control", "treated") * 4)
DONOR = Factor("donor", ("d1", "d2", "d3", "d4"), ("d1", "d1", "d2", "d2", "d3", "d3", "d4", "d4"))
COUNTS = np.array([100.0, 410.0, 80.0, 300.0, 0.0, 220.0, 95.0, 390.0])


def gene(counts: np.ndarray = COUNTS, *, symbol: str = "ACTB", notes: tuple[str, ...] = ("padj 0.01",)) -> GeneCounts:
    return GeneCounts("ENSG00000000001", symbol, np.asarray(counts, dtype=float), notes)


def build(*genes: GeneCounts, groups: SampleGroups | None = None) -> object:
    groups = groups or SampleGroups(DEX, DONOR, is_paired=True)
    return build_genes_spec(genes or (gene(),), groups, title="Expression of ACTB", subtitle="dex")


@pytest.mark.parametrize("seed", range(5))
def test_the_scale_keeps_order_and_every_count_has_a_place(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = np.sort(rng.negative_binomial(1, 1 / 200, 40).astype(float))
    scale = CountScale.of(counts, 30.0)
    places = scale.place(counts)
    assert (np.diff(places) >= 0).all() and (np.diff(places)[np.diff(counts) > 0] > 0).all()
    assert (places > 0).all() and (places < 30).all()
    positive = counts[counts > 0]
    slope = np.diff(scale.place(positive)) / np.maximum(np.diff(np.log10(positive)), 1e-12)
    assert np.ptp(slope[np.diff(positive) > 0]) < 1e-6, "equal fold changes are equally long"


def test_zero_stands_below_a_gap_and_only_where_it_occurs() -> None:
    scale = CountScale.of(np.array([0.0, 5.0, 50.0]), 30.0)
    (low, gap), (start, high) = scale.axis
    assert low < scale.place(np.array([0.0]))[0] < gap < start < scale.place(np.array([5.0]))[0] < high
    assert scale.ticks()[0][1] == "0"
    without = CountScale.of(np.array([4.0, 5.0, 50.0]), 30.0)
    assert without.axis == ((0.0, 30.0),) and "0" not in [text for _, text in without.ticks()]
    assert [text for _, text in CountScale.of(np.zeros(4), 30.0).ticks()] == ["0", "1", "10"]


def test_the_median_of_nearly_silent_samples_stays_on_the_scale() -> None:
    scale = CountScale.of(np.array([0.0, 0.0, 8.0, 9.0]), 30.0)
    assert scale.start <= scale.place(np.array([0.5]))[0] < scale.place(np.array([8.0]))[0]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (100, 400, ["100", "200"]),
        (90, 90, ["50", "100"]),
        (3, 40_000, ["10", "100", "1,000", "10,000"]),
        (0.2, 0.9, ["0.2", "0.5"]),
        (1e-3, 1e9, ["0.001", "1", "1,000", "1M"]),
    ],
)
def test_ticks_are_few_round_counts(low: float, high: float, expected: list[str]) -> None:
    ticks = CountScale.of(np.array([low, high]), 30.0).ticks()
    assert 2 <= len(ticks) <= 5
    assert set(expected) <= {text for _, text in ticks}
    places = [place for place, _ in ticks]
    assert places == sorted(places) and min(np.diff(places)) > 2.2, "lines of 6 pt type do not meet"


def test_a_small_range_is_not_blown_up() -> None:
    """Counts that differ by 5 % take less than a twentieth of the axis."""
    scale = CountScale.of(np.array([1000.0, 1050.0]), 30.0)
    assert np.ptp(scale.place(np.array([1000.0, 1050.0]))) < 30 / 20


def test_points_medians_and_pairs_stand_where_the_counts_are() -> None:
    spec = build()
    (panel,) = spec.panels
    left, bottom, width, height = panel.box
    scale = CountScale.of(COUNTS, height)
    assert np.allclose(panel.points[:, 1], bottom + scale.place(COUNTS))
    is_treated = np.array(DEX.values) == "treated"
    assert (panel.points[is_treated, 0] > left + width / 2).all()
    assert (panel.points[~is_treated, 0] < left + width / 2).all()
    medians = [np.median(COUNTS[~is_treated]), np.median(COUNTS[is_treated])]
    assert np.allclose(panel.medians[:, 1], bottom + scale.place(np.array(medians)))
    assert len(panel.pairs) == 4
    for number, line in enumerate(panel.pairs):
        assert np.allclose(line, [*panel.points[2 * number], *panel.points[2 * number + 1]])
    assert "Thin lines join the samples of one donor." in " ".join(spec.page.small_print)


def test_colours_are_those_of_the_heatmap_and_blocks_that_are_no_pairs_are_shapes() -> None:
    batch = Factor("batch", ("b1", "b2"), ("b1", "b1", "b1", "b1", "b2", "b2", "b2", "b2"))
    spec = build(groups=SampleGroups(DEX, batch))
    colours = group_colours(DEX.levels)
    assert spec.colours == tuple(colours[value] for value in DEX.values)
    assert spec.shapes == ("o",) * 4 + ("^",) * 4
    assert not len(spec.panels[0].pairs)
    assert [entry.text for entry in spec.legend] == ["batch", "b1", "b2"]


def test_samples_of_one_value_stand_side_by_side() -> None:
    group = Factor("g", ("a",), ("a",) * 9)
    spec = build(gene(np.full(9, 50.0)), groups=SampleGroups(group))
    x = np.sort(spec.panels[0].points[:, 0])
    assert np.diff(x).min() > 1.0


@pytest.mark.parametrize("n_samples", [1, 40, 400])
def test_a_crowd_stays_within_its_group(n_samples: int, check: Callable[[object], None]) -> None:
    rng = np.random.default_rng(1)
    values = tuple(rng.choice(["a", "b", "c"], n_samples).tolist())
    group = Factor("g", ("a", "b", "c"), values)
    spec = build(gene(rng.poisson(50, n_samples)), groups=SampleGroups(group))
    left, _, width, _ = spec.panels[0].box
    slot = (spec.panels[0].points[:, 0] - left) // (width / 3)
    assert slot.tolist() == [("a", "b", "c").index(value) for value in values]
    check(draw_genes(spec))


def test_small_multiples_fill_the_page_row_by_row(check: Callable[[object], None]) -> None:
    for n_genes in (1, 2, 3, 4, 5, 12):
        spec = build(*(gene(COUNTS * (i + 1), symbol=f"GENE{i}") for i in range(n_genes)))
        assert [panel.name for panel in spec.panels] == [f"GENE{i}" for i in range(n_genes)]
        assert spec.page.width <= 183
        for panel in spec.panels:
            left, bottom, width, height = panel.box
            assert left > 0 and left + width < spec.page.width
            assert bottom > 0 and bottom + height < spec.page.height
        check(draw_genes(spec))


def test_many_groups_and_long_names_are_named_in_a_legend(check: Callable[[object], None]) -> None:
    levels = tuple(f"a_long_name_of_a_condition_{i}" for i in range(12))
    group = Factor("condition", levels, levels * 2)
    spec = build(
        gene(np.arange(24.0), symbol="A" * 80, notes=("a very long line about a comparison " * 4,)),
        gene(np.arange(24.0) ** 3, symbol=""),
        groups=SampleGroups(group),
    )
    assert [entry.text for entry in spec.legend if entry.shape][:2] == list(levels[:2])
    assert not any(panel.group_names for panel in spec.panels)
    assert spec.panels[1].name == "ENSG00000000001" and not spec.panels[1].is_symbol
    assert "…" in spec.panels[0].name and spec.panels[0].notes[0].endswith("…")
    check(draw_genes(spec))


def test_without_groups_there_is_one_column(check: Callable[[object], None]) -> None:
    spec = build(groups=SampleGroups())
    assert set(spec.colours) == {"#4C6A8A"} and len(spec.panels[0].medians) == 1
    assert "Bar: median." in " ".join(spec.page.small_print)
    check(draw_genes(spec))


def test_hostile_names_are_drawn_as_they_are(check: Callable[[object], None]) -> None:
    figure = draw_genes(build(gene(symbol="$x^2$ <b>")))
    check(figure)
    svg = render(figure, "svg").decode()
    assert "$x^2$ &lt;b&gt;</text>" in svg


def test_same_bytes_for_the_same_counts_r10() -> None:
    def draw() -> list[bytes]:
        figure = draw_genes(build())
        return [render(figure, image_format) for image_format in IMAGE_FORMATS]

    assert draw() == draw()


def test_the_spec_is_json() -> None:
    values = json.loads(json.dumps(build().to_json(), allow_nan=False))
    assert len(values["panels"][0]["points"]) == 8
