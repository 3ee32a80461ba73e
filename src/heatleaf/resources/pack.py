"""Gene sets as a compact file that NumPy reads at once: built-in and fetched ones have the same form.

Words are bytes, one a line. The members of each set are positions in the sorted genes, stored as gaps in byte planes,
which compress best.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import IO

import numpy as np
from numpy.typing import NDArray

from heatleaf.model import GeneSetCollection


def pack_bytes(collection: GeneSetCollection, locus_names: Sequence[str] = ()) -> bytes:
    """Return a collection as the bytes of a pack; the same collection gives the same bytes.

    locus_names : systematic name of each gene of the collection, for tables that use those; () where there are none.
    Sets must not be empty, and the members of each in the order of `genes`.
    """
    sizes = np.diff(collection.offsets)
    starts = np.repeat(collection.offsets[:-1], sizes)
    is_first = np.arange(len(collection.indices)) == starts
    gaps = np.where(is_first, collection.indices, np.diff(collection.indices, prepend=0)).astype("<u4")
    n_planes = 2 if len(collection.genes) <= 1 << 16 else 4
    words = {"set_ids": collection.set_ids, "set_names": collection.set_names, "genes": collection.genes}
    if any(locus_names):
        words["locus_names"] = tuple(locus_names)
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        allow_pickle=False,
        **{key: np.frombuffer("\n".join(lines).encode(), dtype=np.uint8) for key, lines in words.items()},
        sizes=sizes.astype("<u2" if sizes.max() < 1 << 16 else "<u4"),
        gaps=np.ascontiguousarray(gaps.view(np.uint8).reshape(-1, 4).T[:n_planes]),
    )
    return stream.getvalue()


def read_pack(
    stream: IO[bytes], name: str, source: str, gene_ids: Collection[str] = (), *, id_kind: str = "symbol"
) -> GeneSetCollection:
    """Read a pack.

    gene_ids : of the user's table; where more of them are systematic names than symbols of the pack, its members get
    those names.

    Raises
    ------
    ValueError
        The bytes are no pack.
    """
    try:
        with np.load(stream, allow_pickle=False) as stored:
            set_ids, set_names, genes = (_words(stored[key]) for key in ("set_ids", "set_names", "genes"))
            locus_names = _words(stored["locus_names"]) if "locus_names" in stored else ()
            ends = np.cumsum(stored["sizes"], dtype=np.int64)
            gaps = stored["gaps"]
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, ValueError) as error:
        raise ValueError(f"no gene-set pack: {error}") from None
    offsets = np.concatenate([[0], ends])
    collection = GeneSetCollection(name, set_ids, set_names, genes, offsets, _positions(gaps, ends), id_kind, source)
    known = frozenset(gene_ids)
    if locus_names and len(known.intersection(locus_names)) > len(known.intersection(genes)):
        return replace(collection, genes=_unique(locus_names, genes), id_kind="")
    return collection


def rename_genes(collection: GeneSetCollection, names: Mapping[str, str]) -> tuple[GeneSetCollection, int]:
    """Give genes other names; genes without one are left out, those that share one become one.

    Returns
    -------
    collection : GeneSetCollection
        Members by symbol in code-point order, sets that are left empty left out.
    n_lost : int
        How many genes have no other name.
    """
    sets = (
        (set_id, set_name, sorted({names[gene] for gene in members if names.get(gene)}))
        for set_id, set_name, members in zip(collection.set_ids, collection.set_names, collection.members, strict=True)
    )
    renamed = GeneSetCollection.from_sets(collection.name, [row for row in sets if row[2]])
    n_lost = sum(not names.get(gene) for gene in collection.genes)
    return replace(renamed, id_kind="symbol", messages=collection.messages), n_lost


def sort_sets(collection: GeneSetCollection) -> GeneSetCollection:
    """Return sets by id and genes in code-point order, which is what packs hold."""
    genes = tuple(sorted(collection.genes))
    rank = {gene: i for i, gene in enumerate(genes)}
    place = np.array([rank[gene] for gene in collection.genes], dtype=np.int32)
    order = sorted(range(len(collection.set_ids)), key=collection.set_ids.__getitem__)
    bounds = collection.offsets.tolist()
    members = [np.sort(place[collection.indices[bounds[i] : bounds[i + 1]]]) for i in order]
    return replace(
        collection,
        set_ids=tuple(collection.set_ids[i] for i in order),
        set_names=tuple(collection.set_names[i] for i in order),
        genes=genes,
        offsets=np.cumsum([0, *map(len, members)], dtype=np.int64),
        indices=np.concatenate(members),
    )


def _unique(locus_names: Sequence[str], symbols: Sequence[str]) -> tuple[str, ...]:
    """Take systematic names, and the symbol where a gene has none of its own."""
    seen: set[str] = set()
    names = []
    for locus, symbol in zip(locus_names, symbols, strict=True):
        name = locus if locus and locus not in seen else symbol
        seen.add(name)
        names.append(name)
    return tuple(names)


def _words(packed: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(packed.tobytes().decode().split("\n"))


def _positions(gaps: NDArray[np.uint8], ends: NDArray[np.int64]) -> NDArray[np.int32]:
    """Turn gaps within each set into positions of genes.

    gaps : uint8 array of shape (n_planes, n_members), lowest bytes first. ends : int64 array of shape (n_sets,).
    """
    steps = gaps[0].astype(np.int32)
    for shift, plane in enumerate(gaps[1:], start=1):
        steps += plane.astype(np.int32) << (8 * shift)
    # each set starts from 0: the first step of a set takes back where the set before it ended
    running = np.cumsum(steps, dtype=np.int64)
    ended = np.diff(running[ends[:-1] - 1], prepend=0)
    steps[ends[:-1]] -= ended.astype(np.int32)
    positions: NDArray[np.int32] = np.cumsum(steps, dtype=np.int32)
    return positions
