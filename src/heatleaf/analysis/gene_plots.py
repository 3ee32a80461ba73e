"""Figures of single genes, from a finished analysis or from the folder that a run left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.heatmap.given import image_format_of
from heatleaf.errors import UserError
from heatleaf.figures.gene.draw import draw_genes
from heatleaf.figures.gene.spec import GeneCounts, GenesSpec, SampleGroups, build_genes_spec
from heatleaf.figures.palettes import natural_key
from heatleaf.figures.save import ImageFormat, render
from heatleaf.interpret.gene_line import gene_line
from heatleaf.interpret.why import similar_names
from heatleaf.interpret.words import MAX_NAMED, listing
from heatleaf.io.atomic import write_bytes
from heatleaf.io.finished_run import FinishedRun, number, open_run
from heatleaf.model import DifferentialResult, Factor

if TYPE_CHECKING:
    from heatleaf.analysis.result import Analysis

MAX_GENES = 48  # panels that a page can hold
MAX_SAME_NAME = 4  # genes that share a symbol
MAX_LEVELS = 40
MAX_SHAPES = 6


class GeneFigure:
    """A figure of genes. spec : what is drawn, as plain values."""

    def __init__(self, spec: GenesSpec) -> None:
        self.spec = spec

    def save(self, path: str | Path) -> None:
        """Write the figure; the format follows the ending .pdf, .svg or .png."""
        write_bytes(Path(path), self.render(image_format_of(Path(path))))

    def render(self, image_format: ImageFormat) -> bytes:
        """Return the figure as bytes of a PDF, SVG or PNG file."""
        return render(draw_genes(self.spec), image_format, title=" ".join(self.spec.page.title))

    def _repr_png_(self) -> bytes:
        return self.render("png")


def plot_genes(source: Analysis | Path | str, genes: str | Sequence[str]) -> GeneFigure:
    """Draw the normalised counts of genes in each sample, by group, each gene in its own panel.

    Parameters
    ----------
    source : Analysis, or the folder that `heatleaf run` left
    genes : one or several ids or symbols; upper and lower case are forgiven

    Returns
    -------
    GeneFigure
        It has `save(path)` and shows itself in Jupyter.

    Raises
    ------
    UserError
        no_genes: a gene is not there; near names are suggested. option: more genes than a page holds. file_missing,
        output_folder: the folder is none of a finished run.
    """
    wanted = [genes] if isinstance(genes, str) else list(genes)
    known = _known_of_run(open_run(Path(source))) if isinstance(source, str | Path) else _known_of_analysis(source)
    found = find_genes(known.names, wanted)
    shown = [
        GeneCounts(*known.names[i], known.norm_counts(i), known.lines(i))
        for i in found
    ]  # fmt: skip
    return GeneFigure(build_genes_spec(shown, known.groups, title=_title(shown), subtitle=_subtitle(known)))


def _title(genes: Sequence[GeneCounts]) -> str:
    names = [gene.gene_symbol or gene.gene_id for gene in genes]
    return f"Expression of {listing(names)}" if len(names) <= MAX_NAMED else f"Expression of {len(names)} genes"


def _subtitle(known: _Known) -> str:
    group = known.groups.group
    tested = f"; tested: {known.tested[0]}" if len(known.tested) == 1 else ""
    return f"{group.name + '; ' if group else ''}normalised counts, log scale{tested}"


def find_genes(names: Sequence[tuple[str, str]], wanted: Sequence[str]) -> list[int]:
    """Return the positions of genes by id or symbol, in the order asked, each once.

    Parameters
    ----------
    names : id and symbol of each gene

    Raises
    ------
    UserError
        no_genes, option; see `plot_genes`.
    """
    exact: dict[str, list[int]] = {}
    folded: dict[str, list[int]] = {}
    for i, pair in enumerate(names):
        for name in dict.fromkeys(pair):
            if name:
                exact.setdefault(name, []).append(i)
                folded.setdefault(name.casefold(), []).append(i)
    positions: dict[int, None] = {}
    for name in wanted:
        found = exact.get(name) or folded.get(name.casefold())
        if not found:
            what = f"no gene of this run has the id or symbol '{name}'"
            fix = similar_names(name, list(exact)) or "name genes as tables/normalized_counts.tsv does"
            raise UserError("no_genes", what, fix=fix)
        positions |= dict.fromkeys(found[:MAX_SAME_NAME])
    if not positions:
        raise UserError("no_genes", "no gene was named", fix="give one or more ids or symbols")
    if len(positions) > MAX_GENES:
        what = f"{len(positions):,} genes are too many for one figure (at most {MAX_GENES})"
        raise UserError("option", what, fix="draw a heatmap of them: heatleaf heatmap TABLE --genes FILE")
    return list(positions)


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of the genes of a run: names, and by position counts and what the tests say.

    tested : titles of the comparisons.
    """

    names: Sequence[tuple[str, str]]
    groups: SampleGroups
    tested: Sequence[str]
    norm_counts: Callable[[int], NDArray[np.float64]]
    lines: Callable[[int], tuple[str, ...]]


def _known_of_analysis(analysis: Analysis) -> _Known:
    counts = analysis.counts
    results = [comparison.differential for comparison in analysis.comparisons]
    return _Known(
        list(zip(counts.gene_ids, counts.gene_symbols, strict=True)),
        groups_of_analysis(analysis),
        [result.contrast.title for result in results],
        lambda i: analysis.norm_counts[i],
        lambda i: tuple(result_line(result, i, is_one_of_several=len(results) > 1) for result in results),
    )


def result_line(result: DifferentialResult, i_gene: int, *, is_one_of_several: bool = False) -> str:
    """Say what a comparison found for the gene at a position."""
    numbers = float(result.log2_fold_change[i_gene]), float(result.padj[i_gene])
    return gene_line(*numbers, result.status[i_gene], title=result.contrast.title if is_one_of_several else "")


def _known_of_run(run: FinishedRun) -> _Known:
    names = list(run.gene_names())
    record = run.record
    groups = choose_groups(record["group"], record["factors"], record["samples"]["columns"])

    titles = [f"{one['tested_level']} vs {one['reference_level']}" for one in record["comparisons"]]
    shown = titles if len(titles) > 1 else [""] * len(titles)

    def lines(i: int) -> tuple[str, ...]:
        tables = [comparison["table"] for comparison in record["comparisons"]]
        return tuple(_run_line(run.row(table, names[i][0]), title) for table, title in zip(tables, shown, strict=True))

    return _Known(names, groups, titles, lambda i: np.array(run.norm_counts(names[i][0])), lines)


def _run_line(row: Mapping[str, str], title: str) -> str:
    return gene_line(number(row["log2FoldChange"]), number(row["padj"]), row["status"], title=title)


def groups_of_analysis(analysis: Analysis) -> SampleGroups:
    """Return the groups by which the samples of an analysis are told apart."""
    factors = {name: factor.levels for name, factor in analysis.design.factors.items()} if analysis.design else {}
    columns = analysis.samples.columns if analysis.samples is not None else {}
    group = analysis.comparisons[0].differential.contrast.factor if analysis.comparisons else ""
    return choose_groups(group or analysis.heatmap.spec.group_name, factors, columns)


def choose_groups(
    group: str, factors: Mapping[str, Sequence[str]], columns: Mapping[str, Sequence[str]]
) -> SampleGroups:
    """Choose what tells the samples apart: colour and place by the group, joined or shaped by another factor.

    Parameters
    ----------
    group : the column compared, "" or another name for none
    factors : levels of the factors of the design, the reference first
    columns : one value per sample

    Returns
    -------
    SampleGroups
        Samples are joined by the first other factor that has at most one sample in each group and joins at least two;
        else shapes show the first other factor of few levels.
    """
    if group not in columns or len(set(columns[group])) > MAX_LEVELS:
        return SampleGroups()
    main = _factor(group, factors, columns)
    others = [_factor(name, factors, columns) for name in factors if name != group and name in columns]
    paired = next((other for other in others if _is_paired(main, other)), None)
    if paired:
        return SampleGroups(main, paired, is_paired=True)
    return SampleGroups(main, next((other for other in others if len(other.levels) <= MAX_SHAPES), None))


def _factor(name: str, factors: Mapping[str, Sequence[str]], columns: Mapping[str, Sequence[str]]) -> Factor:
    values = tuple(columns[name])
    levels = factors.get(name) or sorted(set(values), key=natural_key)
    return Factor(name, tuple(level for level in levels if level in values), values)


def _is_paired(group: Factor, block: Factor) -> bool:
    cells = list(zip(block.values, group.values, strict=True))
    return len(set(cells)) == len(cells) and len(block.levels) < len(cells)
