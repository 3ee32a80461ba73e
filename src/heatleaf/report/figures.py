"""Draw every figure of an analysis once, and render it in each format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.result_figures import ResultFigures
from heatleaf.analysis.term_figures import TermFigures
from heatleaf.figures.canvas import Canvas
from heatleaf.figures.dispersion.draw import draw_dispersion
from heatleaf.figures.distances.draw import draw_distances
from heatleaf.figures.gene.draw import draw_genes
from heatleaf.figures.heatmap.draw import draw_heatmap
from heatleaf.figures.ma.draw import draw_ma
from heatleaf.figures.overlap.draw import draw_overlap
from heatleaf.figures.p_values.draw import draw_p_values
from heatleaf.figures.pca.draw import draw_pca
from heatleaf.figures.reads.quality.draw import draw_quality
from heatleaf.figures.reads.samples.draw import draw_read_bars
from heatleaf.figures.save import IMAGE_FORMATS, ImageFormat, render
from heatleaf.figures.terms.clusters.draw import draw_cluster_terms
from heatleaf.figures.terms.dots.draw import draw_term_dots
from heatleaf.figures.terms.genes.draw import draw_term_genes
from heatleaf.figures.terms.map.draw import draw_term_map
from heatleaf.figures.terms.running.draw import draw_running
from heatleaf.figures.volcano.draw import draw_volcano


@dataclass(frozen=True)
class FigureTask:
    """A figure to draw: its file name without ending, its title for the file's metadata, and how to draw it.

    content : all that the picture depends on.
    """

    name: str
    title: str
    draw: Callable[[], Canvas]
    content: tuple[object, ...] = ()


def task(name: str, title: str, draw: Callable[..., Canvas], spec: object) -> FigureTask:
    """Describe how a spec becomes a figure."""
    return FigureTask(name, title, lambda: draw(spec), (draw.__name__, spec))


def figure_tasks(analysis: Analysis, further: ResultFigures, safe: Mapping[str, str]) -> Iterator[FigureTask]:
    """Yield every figure of an analysis.

    Parameters
    ----------
    further : ResultFigures
        Of this analysis.
    safe : mapping
        Name of a comparison -> its name in files.
    """

    yield task("heatmap", analysis.heatmap.title, draw_heatmap, analysis.heatmap.spec)
    figures = zip(analysis.comparisons, further.p_values, further.genes, further.terms, strict=True)
    for comparison, p_values, genes, terms in figures:
        contrast = comparison.differential.contrast
        name = safe[contrast.name]
        if comparison.heatmap is not None:
            yield task(f"heatmap_{name}", comparison.heatmap.title, draw_heatmap, comparison.heatmap.spec)
        yield task(f"volcano_{name}", f"Volcano plot, {contrast.title}", draw_volcano, comparison.volcano)
        yield task(f"ma_{name}", f"MA plot, {contrast.title}", draw_ma, comparison.ma)
        if genes is not None:
            yield task(f"genes_{name}", f"Strongest genes, {contrast.title}", draw_genes, genes.spec)
        yield task(f"p_values_{name}", f"p-values, {contrast.title}", draw_p_values, p_values.spec)
        yield from _term_tasks(terms, name, contrast.title)
    if further.cluster_terms is not None:
        yield task("term_clusters", "Gene sets of the clusters", draw_cluster_terms, further.cluster_terms.spec)
    if further.dispersion is not None:
        yield task("dispersion", "Dispersion estimates", draw_dispersion, further.dispersion.spec)
    if further.overlap is not None:
        yield task("overlap", "Genes shared between comparisons", draw_overlap, further.overlap.spec)
    if further.reads is not None:
        if further.reads.quality is not None:
            yield task("reads_quality", "Quality of the reads", draw_quality, further.reads.quality.spec)
        yield task("reads_samples", "Reads of the samples", draw_read_bars, further.reads.samples.spec)
    if analysis.pca is not None:
        yield task("pca", "Principal components of the samples", draw_pca, analysis.pca)
    yield task("sample_distances", "Distances between samples", draw_distances, analysis.distances)


def _term_tasks(terms: TermFigures, name: str, title: str) -> Iterator[FigureTask]:
    """Yield the figures of the gene sets of a comparison; name : of the comparison in files."""

    if terms.dots is not None:
        yield task(f"terms_{name}", f"Gene sets, {title}", draw_term_dots, terms.dots.spec)
    if terms.map is not None:
        yield task(f"term_map_{name}", f"Map of gene sets, {title}", draw_term_map, terms.map.spec)
    if terms.genes is not None:
        yield task(f"term_genes_{name}", f"Genes of the leading gene sets, {title}", draw_term_genes, terms.genes.spec)
    if terms.running is not None:
        yield task(f"term_running_{name}", f"Gene sets along all genes, {title}", draw_running, terms.running.spec)
    if terms.clusters is not None:
        yield task(f"term_clusters_{name}", f"Gene sets of clusters, {title}", draw_cluster_terms, terms.clusters.spec)


def render_task(task: FigureTask) -> dict[ImageFormat, bytes]:
    """Draw a figure once and render it as PDF, SVG and PNG."""
    canvas = task.draw()
    return {image_format: render(canvas, image_format, title=task.title) for image_format in IMAGE_FORMATS}
