"""Genes in chunks with fixed boundaries over a few threads: the same bits for any number of workers (R12)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

CHUNK_GENES = 8192  # measured on 33,469 genes x 8 samples: 4,096 takes 1.3 s, 8,192 0.7 s, 65,536 0.6 s and more memory
DEFAULT_WORKERS = 2


def map_gene_chunks(work: Callable[[slice], Result], n_genes: int, n_workers: int = DEFAULT_WORKERS) -> list[Result]:
    """Apply `work` to slices of genes and return the results in gene order.

    The boundaries depend on `n_genes` alone, never on `n_workers`, so that each gene meets the same arithmetic.
    """
    slices = [slice(start, min(start + CHUNK_GENES, n_genes)) for start in range(0, n_genes, CHUNK_GENES)]
    if n_workers <= 1 or len(slices) <= 1:
        return [work(part) for part in slices]
    with ThreadPoolExecutor(min(n_workers, len(slices))) as pool:
        return list(pool.map(work, slices))
