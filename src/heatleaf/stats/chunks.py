"""Genes in chunks with fixed boundaries over a few threads: the same bits for any number of workers (R12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Measured on 33,469 genes x 8 samples: chunks of 4,096 genes take 1.3 s, of 8,192 0.65 s, of 16,384 0.53 s; an array of
# a chunk is 1 MB however many samples there are.
CHUNK_CELLS = 131_072
SMALLEST_CHUNK = 256
DEFAULT_WORKERS = 2


def gene_chunks(shape: tuple[int, int]) -> list[slice]:
    """Cut genes into slices; shape : (n_samples, n_genes).

    The boundaries depend on the shape alone, never on the number of workers, so that each gene meets the same
    arithmetic.
    """
    n_samples, n_genes = shape
    size = max(CHUNK_CELLS // max(n_samples, 1), SMALLEST_CHUNK)
    return [slice(start, min(start + size, n_genes)) for start in range(0, n_genes, size)]


def map_parts(work: Callable[[Item], Result], parts: Sequence[Item], n_workers: int) -> list[Result]:
    """Apply `work` to each part and return the results in order."""
    if n_workers <= 1 or len(parts) <= 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(min(n_workers, len(parts))) as pool:
        return list(pool.map(work, parts))


def map_gene_chunks(
    work: Callable[[slice], Result], shape: tuple[int, int], n_workers: int = DEFAULT_WORKERS
) -> list[Result]:
    """Apply `work` to slices of genes and return the results in gene order; shape : (n_samples, n_genes)."""
    return map_parts(work, gene_chunks(shape), n_workers)
