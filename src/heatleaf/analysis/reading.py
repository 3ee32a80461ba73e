"""Examples by which a reader learns the heatmap of an analysis: one of its genes, two samples, one cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from heatleaf.interpret.reading import ExampleRow, ReadingFacts, reading_help

if TYPE_CHECKING:
    from heatleaf.analysis.result import Analysis

_LIKE = 0.35  # z: rows whose colours differ by less in both samples look alike
_SMALL = 0.5  # share of the example's log2 fold change below which another gene shows that colour is not amount


def read_heatmap(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """Say how to read the first heatmap of an analysis, (what it is about, sentences) each; () for an empty one."""
    facts = reading_facts(analysis)
    return () if facts is None else reading_help(facts)


def reading_facts(analysis: Analysis) -> ReadingFacts | None:
    """Choose the examples: the first marked gene of the cluster whose samples differ most, and what it can show."""
    heatmap, spec = analysis.heatmap, analysis.heatmap.spec
    if not spec.n_genes or not spec.n_samples or not np.isfinite(spec.matrix).all():
        return None
    row = _example(analysis)
    samples = (int(spec.matrix[row].argmax()), int(spec.matrix[row].argmin()))
    number = next((i for i, block in enumerate(spec.row_blocks) if block.start <= row < block.stop), 0)
    cards = heatmap.cards
    block = spec.row_blocks[number]
    result = analysis.comparisons[0].differential if analysis.comparisons else None
    shown = _positions(analysis)
    return ReadingFacts(
        n_genes=spec.n_genes,
        n_samples=spec.n_samples,
        colours=_colour_names(analysis.settings.palette),
        limit=spec.scale.high,
        row=_row(analysis, row, samples, block.start),
        high=spec.column_names[samples[0]],
        low=spec.column_names[samples[1]],
        card=cards[number] if len(cards) > 1 else None,
        small=_small(analysis, row, samples, (block.start, block.stop)),
        border=_border(analysis, number),
        groups=tuple(block.name for block in spec.column_blocks if block.name),
        differing=int(result.is_significant[shown].sum()) if result is not None else None,
        comparison=result.contrast.title if result is not None else "",
    )


def _positions(analysis: Analysis) -> list[int]:
    """Positions in the count table of the rows of the heatmap."""
    place = {gene_id: i for i, gene_id in enumerate(analysis.counts.gene_ids)}
    return [place[gene_id] for gene_id in analysis.heatmap.spec.row_ids]


def _example(analysis: Analysis) -> int:
    """Take, of the marked rows, the one of the largest change of the first comparison, else the first."""
    marks = list(analysis.heatmap.spec.marks) or [0]
    changes = _changes(analysis)
    return marks[0] if changes is None else max(marks, key=lambda row: (abs(changes[row]), -row))


def _changes(analysis: Analysis) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Log2 fold changes of the rows in the first comparison, 0 where there is none; None without a comparison."""
    if not analysis.comparisons:
        return None
    change = analysis.comparisons[0].differential.log2_fold_change[_positions(analysis)]
    return np.nan_to_num(change)


def _row(analysis: Analysis, row: int, samples: tuple[int, int], first: int) -> ExampleRow:
    spec = analysis.heatmap.spec
    position = _positions(analysis)[row]
    columns = [analysis.counts.sample_ids.index(spec.column_names[i]) for i in samples]
    high, low = (float(analysis.norm_counts[position, column]) for column in columns)
    z = (float(spec.matrix[row, samples[0]]), float(spec.matrix[row, samples[1]]))
    result = analysis.comparisons[0].differential if analysis.comparisons else None
    change, padj = (None, None) if result is None else (result.log2_fold_change[position], result.padj[position])
    return ExampleRow(spec.row_names[row], row - first + 1, z, (high, low), _known(change), _known(padj))


def _known(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _small(analysis: Analysis, row: int, samples: tuple[int, int], block: tuple[int, int]) -> ExampleRow | None:
    """Find a row of the same block with like colours and the smallest change, named if possible."""
    changes, spec = _changes(analysis), analysis.heatmap.spec
    if changes is None:
        return None
    columns = list(samples)
    rows = np.arange(*block)
    is_like = (np.abs(spec.matrix[rows][:, columns] - spec.matrix[row, columns]) < _LIKE).all(axis=1)
    is_small = (np.abs(changes[rows]) < _SMALL * abs(changes[row])) & (changes[rows] != 0)
    found = rows[is_like & is_small]
    if not len(found):
        return None
    named = [spec.row_names[i] == spec.row_ids[i] for i in found]
    best = min(zip(named, np.abs(changes[found]).tolist(), found.tolist(), strict=True))[2]
    return _row(analysis, best, samples, block[0])


def _border(analysis: Analysis, number: int) -> tuple[str, ...]:
    """Name the genes on both sides of the border below a block, else above it."""
    spec = analysis.heatmap.spec
    stops = [block.stop for block in spec.row_blocks if not block.is_parked][:-1]
    if not stops:
        return ()
    stop = stops[min(number, len(stops) - 1)]
    return spec.row_names[stop - 1], spec.row_names[stop]


def _colour_names(palette: str) -> tuple[str, str, str]:
    """Name the colours of high, middle and low values; palettes are named in this order."""
    names = palette.split("-")
    return (
        (names[0], names[1], names[2]) if len(names) == 3 else ("towards the high end", "middle", "towards the low end")
    )
