"""Built-in gene-set collections, members as symbols."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import GeneSetCollection
from heatleaf.resources.builtin import builtin_file, release_of
from heatleaf.resources.organisms import find_organism


def gene_sets(organism: str, collections: Sequence[str] = ("GO:BP",)) -> tuple[GeneSetCollection, ...]:
    """Return built-in gene sets of an organism, in the order asked for.

    Parameters
    ----------
    organism : str
        A name that `find_organism` knows.
    collections : sequence of str
        "GO:BP", "GO:MF", "GO:CC".

    Returns
    -------
    tuple of GeneSetCollection
        Sets by id; members are unique symbols in code-point order, every evidence code, propagated to ancestors.

    Raises
    ------
    UserError
        organism: nothing is built in for it, or no gene sets. gene_sets: a collection that is not built in.

    Notes
    -----
    Gene Ontology Consortium, CC BY 4.0; release and packages in `sources()`.

    Examples
    --------
    >>> collection, = gene_sets("human", ["GO:CC"])
    >>> collection.set_names[collection.set_ids.index("GO:0000786")]
    'nucleosome'
    """
    found = find_organism(organism)
    if not found.collections:
        raise UserError(
            "organism",
            f"gene sets are built in for human only, not for {found.name}",
            fix="give gene sets of your organism with --gene-sets FILE.gmt",
        )
    for name in collections:
        if name not in found.collections:
            known = ", ".join(found.collections)
            raise UserError("gene_sets", f"'{name}' is not a built-in collection", fix=f"choose from {known}")
    return tuple(_read_collection(found.name, name) for name in collections)


@cache
def _read_collection(organism: str, name: str) -> GeneSetCollection:
    """Read one stored collection: positions of member genes as gaps, in two byte planes."""
    file = f"go_{name.removeprefix('GO:').lower()}_{organism}.npz"
    with builtin_file(file).open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        set_ids, set_names, genes = (_words(stored[key]) for key in ("set_ids", "set_names", "genes"))
        ends = np.cumsum(stored["sizes"], dtype=np.int64)
        gaps = stored["gaps"]
    source = f"{release_of(file)}, CC BY 4.0"
    offsets = np.concatenate([[0], ends])
    return GeneSetCollection(name, set_ids, set_names, genes, offsets, _positions(gaps, ends), "symbol", source)


def _words(packed: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(packed.tobytes().decode().split("\n"))


def _positions(gaps: NDArray[np.uint8], ends: NDArray[np.int64]) -> NDArray[np.int32]:
    """Turn gaps within each set into positions of genes.

    gaps : uint8 array of shape (2, n_members), low and high bytes. ends : int64 array of shape (n_sets,).
    """
    steps = gaps[0] + (gaps[1].astype(np.int32) << 8)
    # each set starts from 0: the first step of a set takes back where the set before it ended
    running = np.cumsum(steps, dtype=np.int64)
    ended = np.diff(running[ends[:-1] - 1], prepend=0)
    steps[ends[:-1]] -= ended.astype(np.int32)
    positions: NDArray[np.int32] = np.cumsum(steps, dtype=np.int32)
    return positions
