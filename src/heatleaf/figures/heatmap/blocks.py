"""Blocks of rows and columns on the page: their edges, and the words beside a block of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.heatmap.parts import Block, HeatmapSpec
from heatleaf.figures.heatmap.sizes import GAP
from heatleaf.figures.text import line_height
from heatleaf.figures.theme import SMALL_SIZE

FloatArray = NDArray[np.float64]
WEAK = 0.6  # Hennig 2007: a cluster of a lower mean Jaccard similarity should not be taken as a pattern


def edges(blocks: tuple[Block, ...], size: float, start: float) -> FloatArray:
    """Return both edges of every row or column of equal size, with gaps between blocks."""
    result = np.empty((blocks[-1].stop, 2))
    for number, block in enumerate(blocks):
        positions = np.arange(block.start, block.stop)
        result[block.start : block.stop, 0] = start + positions * size + number * GAP
    result[:, 1] = result[:, 0] + size
    return result


def band_edges(spec: HeatmapSpec, sizes: Sequence[float], gaps: Sequence[float], start: float) -> FloatArray:
    """Return both edges of every row, band below band.

    sizes : height of the rows of each band. gaps : room above each band, for its title. start : top of the first gap.
    """
    if not spec.bands:
        return edges(spec.row_blocks, sizes[0], start + gaps[0])
    parts = []
    for band, size, gap in zip(spec.bands, sizes, gaps, strict=True):
        blocks = [block for block in spec.row_blocks if band.start <= block.start < band.stop]
        own = tuple(replace(block, start=block.start - band.start, stop=block.stop - band.start) for block in blocks)
        parts.append(edges(own, size, start + gap))
        start = float(parts[-1][-1, 1])
    return np.concatenate(parts)


def block_span(block: Block, row_edges: FloatArray) -> tuple[float, float]:
    """Return the first and the last edge of a block."""
    return float(row_edges[block.start, 0]), float(row_edges[block.stop - 1, 1])


def has_labels(spec: HeatmapSpec) -> bool:
    """Tell whether blocks of rows have words beside them; a single nameless pattern needs none."""
    return len(spec.row_blocks) > 1 or any(block.is_parked for block in spec.row_blocks)


def count_label(block: Block) -> str:
    """Write the number of genes of a block."""
    return f"{block.size:,} gene{'' if block.size == 1 else 's'}"


def is_weak(block: Block) -> bool:
    """Tell whether a cluster is found again too poorly to be taken as a pattern."""
    return block.stability is not None and round(block.stability, 2) < WEAK


def stability_label(block: Block) -> str:
    """Write how well a cluster is found again when genes and samples are resampled, "" where it was not measured."""
    if block.stability is None:
        return ""
    words = f"stability {block.stability:.2f}"
    return f"{words}, weak" if is_weak(block) else words


def key_sentence(block: Block) -> str:
    """Say among the keys what stands beside a row block where there is more room."""
    return "; ".join(words for words in (block.meaning, stability_label(block)) if words)


def block_lines(block: Block, height: float, *, is_short: bool = False) -> tuple[str, ...]:
    """Write the label of a row block in the lines that a height has room for: name, number of genes, stability."""
    pitch = line_height(SMALL_SIZE)
    lines = [block.name, count_label(block), "" if is_short else stability_label(block)]
    lines = [line for line in lines if line]
    if len(lines) * pitch <= height + 0.2 * pitch:
        return tuple(lines)
    if height >= 1.8 * pitch:
        return (block.name, count_label(block))
    return (f"{block.name} · {block.size:,}",)
