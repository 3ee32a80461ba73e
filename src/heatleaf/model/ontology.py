"""An ontology and what genes are annotated with: as files say it, before anything is propagated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from heatleaf.model.message import Message


@dataclass(frozen=True, eq=False)
class Ontology:
    """Terms and the relations along which annotations are handed on.

    term_ids, names, namespaces : one per term that is not obsolete, in the order of the file.
    children, parents : int32 arrays of shape (n_edges,), positions of terms; is_a, part_of and the three regulates.
    alternative_ids : former id -> id. obsolete_ids : terms that are no longer used. release : as the file says it.
    """

    term_ids: tuple[str, ...]
    names: tuple[str, ...]
    namespaces: tuple[str, ...]
    children: NDArray[np.int32]
    parents: NDArray[np.int32]
    alternative_ids: Mapping[str, str] = field(default_factory=dict)
    obsolete_ids: frozenset[str] = frozenset()
    release: str = ""


@dataclass(frozen=True, eq=False)
class Annotations:
    """Which gene was annotated with which term, directly.

    gene_symbols : each gene once. locus_names : systematic name of each gene, "" where it has none.
    genes, terms : int32 arrays of shape (n_annotations,), positions in gene_symbols and term_ids; no pair twice.
    release : as the file says it.
    """

    gene_symbols: tuple[str, ...]
    locus_names: tuple[str, ...]
    term_ids: tuple[str, ...]
    genes: NDArray[np.int32]
    terms: NDArray[np.int32]
    release: str = ""
    messages: tuple[Message, ...] = ()
