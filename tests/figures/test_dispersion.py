"""The dispersion figure: laws of the spec, what it says, edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from heatleaf.figures.dispersion import DispersionEstimates, build_dispersion_spec, draw_dispersion
from heatleaf.figures.save import IMAGE_FORMATS, render


def estimates(n_genes: int = 2000, seed: int = 1) -> DispersionEstimates:
    rng = np.random.default_rng(seed)
    mean = 10 ** rng.uniform(-1, 5, n_genes)
    trend = 0.01 + 3 / mean
    own = trend * np.exp(rng.normal(0, 1.2, n_genes))
    own[: n_genes // 5] = 1e-8
    used = np.exp(0.3 * np.log(np.maximum(own, 1e-3 * trend)) + 0.7 * np.log(trend))
    kept = np.log(own / trend) > 2.4
    used[kept] = own[kept]
    for values in (trend, own, used):
        values[-10:] = np.nan
    mean[-10:] = 0.0
    kept[-10:] = False
    return DispersionEstimates(mean, own, trend, used, kept)


def test_points_are_log10_of_the_estimates_within_the_axes() -> None:
    given = estimates()
    spec = build_dispersion_spec(given)
    assert len(spec.mean) == 1990
    inside = spec.gene_wise > spec.limits.y[0]
    assert np.allclose(10 ** spec.gene_wise[inside], given.gene_wise[:1990][inside])
    assert np.allclose(10**spec.used, given.used[:1990]), "the axis holds every value that is used"
    for values, limits in ((spec.mean, spec.limits.x), (spec.gene_wise, spec.limits.y), (spec.used, spec.limits.y)):
        assert (values >= limits[0]).all() and (values <= limits[1]).all()
    assert spec.kept.tolist() == np.flatnonzero(given.is_kept).tolist()
    assert np.array_equal(spec.gene_wise[spec.kept], spec.used[spec.kept]), "outliers keep their own value"


def test_the_line_is_the_trend() -> None:
    spec = build_dispersion_spec(estimates())
    assert 10 ** spec.trend[:, 1] == pytest.approx(0.01 + 3 / 10 ** spec.trend[:, 0], rel=1e-3)
    assert (np.diff(spec.trend[:, 0]) > 0).all()


def test_genes_that_vary_no_more_than_chance_lie_on_the_border_and_are_counted() -> None:
    spec = build_dispersion_spec(estimates())
    assert (spec.gene_wise[:400] == spec.limits.y[0]).all()
    n_border = (spec.gene_wise == spec.limits.y[0]).sum()
    said = " ".join(spec.page.small_print)
    assert f"1,990 genes with reads; by itself, {n_border} lie on the lower border" in said


def test_the_legend_names_what_is_there() -> None:
    given = estimates()
    names = [entry.text for entry in build_dispersion_spec(given).legend]
    assert names[:3] == ["each gene by itself", "trend", "drawn towards the trend: used"]
    assert names[3] == f"kept as it is ({given.is_kept.sum()})"
    without = replace(given, is_kept=np.zeros(2000, dtype=bool))
    assert len(build_dispersion_spec(without).legend) == 3


def test_it_is_drawn_without_a_collision(check: Callable[[object], None]) -> None:
    check(draw_dispersion(build_dispersion_spec(estimates(), formula="~ batch + condition")))


def test_same_bytes_for_the_same_fit_r10() -> None:
    def draw() -> list[bytes]:
        figure = draw_dispersion(build_dispersion_spec(estimates(300)))
        return [render(figure, image_format) for image_format in IMAGE_FORMATS]

    assert draw() == draw()


def test_many_genes_are_an_image_within_small_vector_files() -> None:
    figure = draw_dispersion(build_dispersion_spec(estimates(60_000)))
    assert max(len(render(figure, image_format)) for image_format in ("pdf", "svg")) < 400_000


@pytest.mark.parametrize("n_genes", [0, 1, 2])
def test_few_or_no_genes_give_a_labelled_figure_n34(n_genes: int, check: Callable[[object], None]) -> None:
    values = np.linspace(1, 2, n_genes)
    spec = build_dispersion_spec(
        DispersionEstimates(100 * values, 0.1 * values, 0.1 * values, 0.1 * values, np.zeros(n_genes, dtype=bool))
    )
    assert spec.empty_text == ("" if n_genes else "No gene has a dispersion")
    check(draw_dispersion(spec))


def test_without_variation_all_genes_have_one_small_value(check: Callable[[object], None]) -> None:
    flat = np.full(50, 1e-7)
    given = DispersionEstimates(np.linspace(1, 500, 50), np.full(50, 1e-8), flat, flat, np.zeros(50, dtype=bool))
    spec = build_dispersion_spec(given)
    assert np.isfinite([*spec.limits.x, *spec.limits.y]).all() and spec.limits.y[0] < spec.limits.y[1]
    check(draw_dispersion(spec))


def test_the_spec_is_json() -> None:
    values = json.loads(json.dumps(build_dispersion_spec(estimates(100)).to_json(), allow_nan=False))
    assert len(values["mean"]) == 90
