"""Names are hostile text (requirement S14): every figure shows them as they are, within the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.dispersion import DispersionEstimates, build_dispersion_spec, draw_dispersion
from heatleaf.figures.distances import build_distances_spec, draw_distances
from heatleaf.figures.gene import GeneCounts, SampleGroups, build_genes_spec, draw_genes
from heatleaf.figures.heatmap.draw import draw_heatmap
from heatleaf.figures.heatmap.spec import ColumnLayout, HeatmapLook, RowFacts, RowLayout, build_heatmap_spec
from heatleaf.figures.ma import build_ma_spec, draw_ma
from heatleaf.figures.overlap import GeneSetShare, build_overlap_spec, draw_overlap
from heatleaf.figures.p_values import build_p_values_spec, draw_p_values
from heatleaf.figures.pca import build_pca_spec, draw_pca
from heatleaf.figures.save import IMAGE_FORMATS, render
from heatleaf.figures.volcano import build_volcano_spec, draw_volcano
from heatleaf.model import Contrast, DifferentialResult, Factor

Make = Callable[..., DifferentialResult]

NAMES = {
    "mathtext": r"$\frac{a}{b}$ x_1^2 {y} 100% \alpha $ \left( ${_^",
    "markup": "<img src=x onerror=alert(1)>&amp;\"'",
    "newline": "first\nsecond\tthird\rfourth",
    "bidi": "abc\u202edef\u2066ghi\u200f",
    "control": "nul\x00 bell\x07 escape\x1b[31m half \ud800 pair",
    "chinese": "样品一 处理组 عينة \U0001f9ec",
    "words": "very long name " * 40,
    "ten_kb": "GENE_" + "W" * 10_000,
}


def draw_hostile_heatmap(name: str, n_genes: int = 30) -> Canvas:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(n_genes, 6))
    genes, samples = [f"{name}{i}" for i in range(n_genes)], [f"{name}{i}" for i in range(6)]
    groups = (f"{name} a", f"{name} b")
    spec = build_heatmap_spec(
        values,
        (genes, genes, samples),
        RowLayout(np.arange(n_genes), np.sort(np.arange(n_genes) % 3) + 1),
        ColumnLayout(groups, (np.arange(3), np.arange(3, 6)), (), name, groups),
        facts=RowFacts(mean_log2=values[:, 0], log2_fold_change=values[:, 1], change_label=f"log2 FC {name}"),
        look=HeatmapLook(
            title=f"Genes of {name}",
            value_label=f"z of {name}",
            annotations=((name, tuple(f"{name}{i}" for i in range(6))),),
            meanings=(f"higher in {name}; {name}",) * 3,
        ),
    )
    return draw_heatmap(spec)


def draw_others(name: str, make: Make) -> list[Canvas]:
    rng = np.random.default_rng(1)
    lfc = rng.normal(size=40) * 3
    result = replace(
        make(lfc, lfc * 8, symbols=tuple(f"{name}{i}" for i in range(40))),
        contrast=Contrast(name, f"{name} tested", f"{name} reference", np.array([0.0, 1.0])),
    )
    samples = [f"{name}{i}" for i in range(6)]
    factor = Factor(name, (f"{name} a", f"{name} b"), (f"{name} a", f"{name} b") * 3)
    scores = rng.normal(size=(6, 2))
    distances = np.sqrt(((scores[:, None] - scores[None]) ** 2).sum(axis=2))
    return [
        draw_volcano(build_volcano_spec(result)),
        draw_ma(build_ma_spec(result)),
        draw_pca(build_pca_spec(scores, [0.6, 0.3], samples, colour_by=factor, shape_by=factor)),
        draw_distances(build_distances_spec(distances, samples, colour_by=factor)),
        draw_dispersion(
            build_dispersion_spec(DispersionEstimates(*np.ones((4, 3)), np.ones(3, dtype=bool)), formula=name)
        ),
        draw_p_values(build_p_values_spec(result.contrast, np.arange(20), np.arange(20), null_share=0.5)),
        draw_overlap(build_overlap_spec([f"{name} a", f"{name} b"], [GeneSetShare((0, 1), 3, 2, 1)], alpha=0.05)),
        draw_genes(
            build_genes_spec(
                [
                    GeneCounts(f"{name}{i}", f"{name}{i}" * (i % 2), np.arange(6.0), (f"{name}: padj 1",))
                    for i in range(5)
                ],
                SampleGroups(factor, factor),
                title=name,
                subtitle=name,
            )
        ),
    ]


@pytest.mark.parametrize("key", NAMES)
def test_every_figure_holds_a_hostile_name_within_its_page_s14(
    key: str, make: Make, check: Callable[[object], None]
) -> None:
    figures = [draw_hostile_heatmap(NAMES[key]), *draw_others(NAMES[key], make)]
    for figure in figures:
        check(figure)
        assert max(figure.width, figure.height) < 330
        ElementTree.fromstring(render(figure, "svg", title=NAMES[key]))


@pytest.mark.parametrize("key", ["control", "chinese"])
def test_every_format_can_be_written_s14(key: str, make: Make) -> None:
    for figure in (draw_hostile_heatmap(NAMES[key]), draw_others(NAMES[key], make)[0]):
        assert all(len(render(figure, kind, title=NAMES[key])) > 1000 for kind in IMAGE_FORMATS)


def test_signs_of_mathematics_stay_signs_s14(make: Make) -> None:
    for figure in (draw_hostile_heatmap("$x_1$"), *draw_others("$x_1$", make)):
        assert b"$x_1$" in render(figure, "svg")


def test_many_long_levels_stay_on_the_page(check: Callable[[object], None]) -> None:
    n_samples = 40
    values = np.random.default_rng(0).normal(size=(30, n_samples))
    names = [f"s{i}" for i in range(n_samples)]
    levels = tuple(f"a rather long level of an annotation, number {i}" for i in range(n_samples))
    spec = build_heatmap_spec(
        values,
        ([f"g{i}" for i in range(30)], [f"g{i}" for i in range(30)], names),
        RowLayout(np.arange(30), np.ones(30, dtype=np.int64)),
        ColumnLayout(("",), (np.arange(n_samples),)),
        look=HeatmapLook(annotations=(("patient", levels),)),
    )
    canvas = draw_heatmap(spec)
    check(canvas)
    written = re.findall(r">([^<]*number \d+)</text>", render(canvas, "svg").decode())
    assert len(written) == n_samples
