"""The volcano figure: laws of the spec, what it says, edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from heatleaf.figures.points import telling_genes
from heatleaf.figures.save import IMAGE_FORMATS, render
from heatleaf.figures.volcano import build_volcano_spec, draw_volcano
from heatleaf.model import DifferentialResult

Make = Callable[..., DifferentialResult]


def test_every_tested_gene_is_a_point_within_symmetric_axes(noisy: DifferentialResult) -> None:
    spec = build_volcano_spec(noisy)
    assert len(spec.panel.points.x) == np.isfinite(noisy.p_value).sum()
    assert spec.panel.limits.x[0] == -spec.panel.limits.x[1]
    assert (np.abs(spec.panel.points.x) <= spec.panel.limits.x[1]).all()
    assert (spec.panel.points.y >= 0).all() and (spec.panel.points.y <= spec.panel.limits.y[1]).all()
    inside = spec.panel.points.beyond == ""
    genes = spec.panel.points.i_gene[inside]
    assert np.array_equal(spec.panel.points.x[inside], noisy.log2_fold_change[genes])
    assert np.allclose(spec.panel.points.y[inside], -noisy.log10_p[genes])


def test_numbers_are_those_of_the_result(noisy: DifferentialResult) -> None:
    spec = build_volcano_spec(noisy)
    assert (spec.calls.n_up, spec.calls.n_down) == (noisy.is_up.sum(), noisy.is_down.sum())
    assert ((spec.panel.points.direction == 1).sum(), (spec.panel.points.direction == -1).sum()) == (
        spec.calls.n_up,
        spec.calls.n_down,
    )


def test_swapping_the_levels_mirrors_the_figure(noisy: DifferentialResult, make: Make) -> None:
    swapped = make(-noisy.log2_fold_change, -noisy.stat, base_mean=noisy.base_mean)
    spec, mirror = build_volcano_spec(noisy), build_volcano_spec(swapped)
    assert (spec.calls.n_up, spec.calls.n_down) == (mirror.calls.n_down, mirror.calls.n_up)
    assert spec.panel.limits.x == mirror.panel.limits.x
    assert np.array_equal(spec.panel.points.x, -mirror.panel.points.x)


def test_dashed_line_parts_significant_from_other_tested_genes(noisy: DifferentialResult) -> None:
    spec = build_volcano_spec(noisy)
    called = noisy.is_significant
    assert (-noisy.log10_p[called] >= spec.p_line).all()
    assert (-noisy.log10_p[~called & np.isfinite(noisy.padj)] < spec.p_line).all()


def test_names_stay_apart_within_the_panel_and_on_the_side_of_their_gene(noisy: DifferentialResult) -> None:
    spec = build_volcano_spec(noisy, n_labels=30)
    left, bottom, right, top = spec.page.panel_bounds
    boxes = np.array([label.box for label in spec.panel.labels])
    assert len(spec.panel.labels) + spec.panel.n_left_out == 30
    assert (boxes[:, :2] >= (left, bottom)).all() and (boxes[:, 2:] <= (right, top)).all()
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]
    middle = (left + right) / 2
    for label in spec.panel.labels:
        assert (label.box[2] < middle) if label.direction < 0 else (label.box[0] > middle)


def test_both_sides_are_named_and_wanted_genes_first(noisy: DifferentialResult) -> None:
    spec = build_volcano_spec(noisy, n_labels=12)
    directions = [label.direction for label in spec.panel.labels]
    assert directions.count(1) + directions.count(-1) + spec.panel.n_left_out == 12
    assert abs(directions.count(1) - directions.count(-1)) <= spec.panel.n_left_out
    wanted = build_volcano_spec(noisy, n_labels=0, genes=["SYM25", "ENSG00030", "absent"])
    assert {label.text for label in wanted.panel.labels} == {"SYM25", "SYM30"}


def test_a_gene_without_symbol_shows_its_id_upright(make: Make) -> None:
    spec = build_volcano_spec(make([3.0, -3.0], [9.0, -9.0], symbols=("", "FOO")))
    assert {(label.text, label.is_symbol) for label in spec.panel.labels} == {("ENSG00000", False), ("FOO", True)}


def test_an_underflown_p_value_has_a_finite_height_n14(make: Make) -> None:
    result = make([2.0, 1.0], [60.0, 40.0])
    assert result.p_value[0] == 0.0
    spec = build_volcano_spec(result)
    # log10 of 2 * Phi(-60), by the asymptotic series of the normal tail (Abramowitz & Stegun 26.2.12)
    tail = -(60.0**2) / 2 / np.log(10) - np.log10(60 * np.sqrt(2 * np.pi) / 2) + np.log10(1 - 60.0**-2 + 3 * 60.0**-4)
    assert spec.panel.points.y.max() == pytest.approx(-tail, rel=1e-9)
    assert np.isfinite(spec.panel.points.y).all() and not (spec.panel.points.beyond != "").any()


def test_strays_are_moved_to_the_border_and_counted(make: Make) -> None:
    rng = np.random.default_rng(0)
    lfc = np.append(rng.uniform(-2, 2, 3000), 30.0)
    stat = np.append(np.sign(lfc[:3000]) * rng.uniform(5, 8, 3000), 60.0)
    spec = build_volcano_spec(make(lfc, stat))
    assert spec.panel.limits.x[1] < 3 and (spec.panel.points.beyond != "").sum() == 1
    assert spec.panel.points.x[-1] == spec.panel.limits.x[1]
    assert "1 gene lies beyond the axes, drawn as a triangle at the border." in " ".join(spec.page.small_print)


def test_few_called_genes_are_never_clipped_and_named(make: Make) -> None:
    rng = np.random.default_rng(0)
    lfc, stat = rng.normal(0, 0.5, 100), rng.normal(0, 0.6, 100)
    lfc[:4], stat[:4] = (-2.6, -1.5, -8.0, -5.0), (-6.0, -7.0, -30.0, -5.5)
    spec = build_volcano_spec(make(lfc, stat))
    assert spec.calls.n_down == 4 and not (spec.panel.points.beyond != "").any()
    assert 0 < spec.p_line < spec.panel.limits.y[1]
    assert {label.text for label in spec.panel.labels} == {"SYM0", "SYM1", "SYM2", "SYM3"}


def test_called_genes_with_a_few_extreme_ones_are_all_within_the_axes(make: Make) -> None:
    stat = np.append(np.linspace(4, 8, 47), [-33.0, 29.0, 22.0, 21.0, 20.0])
    spec = build_volcano_spec(make(np.append(np.full(47, 0.5), [-11.6, 11.9, 12.6, 12.6, 12.0]), stat))
    assert not (spec.panel.points.beyond != "").any()


def test_names_stay_off_the_dashed_line(noisy: DifferentialResult) -> None:
    spec = build_volcano_spec(noisy, n_labels=30)
    _, bottom, _, top = spec.page.panel_bounds
    line = bottom + spec.p_line / spec.panel.limits.y[1] * (top - bottom)
    assert all(label.box[3] < line or label.box[1] > line for label in spec.panel.labels)


def test_the_strongest_genes_are_those_of_the_findings(make: Make) -> None:
    symbols = ("", "LONG", "WIDE", *(f"S{i}" for i in range(40)))
    lfc = np.append([1.9, 1.0, 6.0], np.linspace(1.0, 0.5, 40))
    shrunken = lfc.copy()
    shrunken[2] = 0.01
    result = make(lfc, np.full(43, 8.0), symbols=symbols, shrunken=shrunken)
    assert telling_genes(result, 3) == (0, 1, 3)
    assert 2 not in telling_genes(result, 10)


def test_genes_not_tested_are_hollow_and_the_page_says_so(make: Make) -> None:
    padj = np.full(50, 0.5)
    padj[:5], padj[5:8] = 0.001, np.nan
    result = make(np.linspace(-2, 2, 50), np.append(np.full(8, 6.0), np.linspace(-2, 2, 42)), padj=padj)
    spec = build_volcano_spec(result)
    assert np.flatnonzero(~spec.panel.points.is_tested).tolist() == [5, 6, 7]
    assert "Hollow grey, also above the line: not tested, too few reads." in " ".join(spec.page.small_print)


def test_the_page_says_what_is_shown(noisy: DifferentialResult) -> None:
    spec = build_volcano_spec(noisy)
    small_print = " ".join(spec.page.small_print)
    assert spec.page.title == ("treated vs control",)
    assert spec.page.subtitle == ("dex; fold changes as estimated, not shrunken",)
    assert "2,980 genes tested; not tested: 20 without reads." in small_print
    assert "Coloured: padj < 0.05 (dashed line)." in small_print


def test_it_is_drawn_without_a_collision_and_text_stays_text(
    noisy: DifferentialResult, check: Callable[[object], None]
) -> None:
    spec = build_volcano_spec(noisy)
    figure = draw_volcano(spec)
    check(figure)
    svg = render(figure, "svg").decode()
    assert f"{spec.calls.n_up:,} up</text>" in svg and "treated vs control</text>" in svg
    assert all(f">{label.text}</text>" in svg for label in spec.panel.labels)


def test_same_bytes_for_the_same_result_r10(noisy: DifferentialResult) -> None:
    def draw() -> list[bytes]:
        figure = draw_volcano(build_volcano_spec(noisy))
        return [render(figure, image_format) for image_format in IMAGE_FORMATS]

    assert draw() == draw()


def test_many_genes_are_an_image_within_small_vector_files(noisy_large: DifferentialResult) -> None:
    figure = draw_volcano(build_volcano_spec(noisy_large))
    sizes = {image_format: len(render(figure, image_format)) for image_format in ("pdf", "svg")}
    assert max(sizes.values()) < 400_000


def test_the_spec_is_json(noisy: DifferentialResult) -> None:
    values = json.loads(json.dumps(build_volcano_spec(noisy).to_json(), allow_nan=False))
    assert values["p_line"] > 0
    assert len(values["panel"]["points"]["x"]) == 2980


@pytest.mark.parametrize(
    ("lfc", "stat", "said"),
    [
        ([], [], "No gene has padj < 0.05."),
        ([np.nan] * 5, [np.nan] * 5, "0 genes tested; not tested: 5 without reads."),
        ([0.3], [0.5], "1 gene tested."),
        ([0.3, -0.2, 0.0], [0.5, -0.4, 0.0], "No gene has padj < 0.05."),
        ([4.0], [12.0], "Coloured: padj < 0.05"),
    ],
)  # fmt: skip
def test_few_or_no_genes_give_a_labelled_figure_n34(
    make: Make, check: Callable[[object], None], lfc: list[float], stat: list[float], said: str
) -> None:
    result = make(lfc, stat)
    spec = build_volcano_spec(result)
    assert said in " ".join(spec.page.small_print)
    assert spec.empty_text == ("" if np.isfinite(result.p_value).any() else "No gene could be tested")
    check(draw_volcano(spec))


def test_hostile_and_long_names_are_drawn_as_they_are(make: Make, check: Callable[[object], None]) -> None:
    level = "a_very_long_condition_name_that_nobody_should_use_" * 3
    result = make([3.0, -3.0], [9.0, -9.0], symbols=("$x^2$", "A" * 200), tested_level=level)
    spec = build_volcano_spec(result)
    figure = draw_volcano(spec)
    check(figure)
    svg = render(figure, "svg").decode()
    assert "$x^2$</text>" in svg
    assert any("…" in label.text for label in spec.panel.labels)


def test_reference_numbers_of_airway(data, make: Make) -> None:
    import pandas as pd

    table = pd.read_csv(data / "airway" / "gold" / "deseq2_results_dex.csv.gz")
    result = make(table["log2FoldChange"], table["stat"], base_mean=table["baseMean"], padj=table["padj_alpha0.05"])
    spec = build_volcano_spec(result)
    assert spec.calls.n_up + spec.calls.n_down == (table["padj_alpha0.05"] < 0.05).sum()
    assert (spec.panel.points.beyond != "").sum() <= 10
