"""Gene sets as the browser needs them: those that a list of displayed genes can be tested against, and found ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.analysis.enrichment import GeneSetTester
from heatleaf.enrich.membership import map_collections
from heatleaf.model import EnrichmentTable
from heatleaf.viewer.encode import encode_array


def describe_gene_sets(tester: GeneSetTester | None, gene_ids: Sequence[str]) -> dict[str, object] | None:
    """Describe the gene sets of the universe of a heatmap by their displayed members.

    Parameters
    ----------
    gene_ids : of the displayed rows, top to bottom.

    Returns
    -------
    dict or None
        Every tested set has a size within the universe; `members` are displayed rows, set after set, and sets without
        any have no name. `gene_of_row`: the first row that stands for the gene of each row; a gene of several rows
        counts once and only that row is a member. None where there are no gene sets.
    """
    if tester is None:
        return None
    rows, universe = tester.shown(gene_ids)
    if not tester.can_test(universe):
        return None
    names = tuple(filter(None, dict.fromkeys(tester.names[i] for i in np.flatnonzero(universe).tolist())))
    position = {name: i for i, name in enumerate(names)}
    sizes = tester.settings.min_set_size, tester.settings.max_set_size
    memberships = [found.keep_sizes(*sizes) for found in map_collections(tester.collections, position)[0]]
    pairs = list(zip(tester.collections, memberships, strict=True))
    place = np.array([position.get(tester.names[i], -1) for i in rows], dtype=np.int64)
    first_row = _first_rows(place, len(names))
    all_sizes = np.concatenate([found.sizes for found in memberships])
    members = first_row[np.concatenate([found.genes for found in memberships])]
    of_set = np.repeat(np.arange(len(all_sizes)), all_sizes)[members >= 0]
    offsets = np.searchsorted(of_set, np.arange(len(all_sizes) + 1))
    is_met = np.diff(offsets).tolist()
    return {
        "names": _named([one.set_names[i] for one, found in pairs for i in found.sets], is_met),
        "ids": _named([one.set_ids[i] for one, found in pairs for i in found.sets], is_met),
        "collections": [one.name for one, found in pairs for _ in found.sets],
        "sizes": encode_array(all_sizes, "int32"),
        "offsets": encode_array(offsets, "int32"),
        "members": encode_array(members[members >= 0], "int32"),
        "gene_of_row": encode_array(np.where(place >= 0, first_row[place], np.arange(len(rows))), "int32"),
        "universe_size": len(names),
        "universe_words": f"{len(names):,} genes that could have been shown",
        "min_size": sizes[0],
        "max_size": sizes[1],
    }


def _first_rows(place: NDArray[np.int64], n_genes: int) -> NDArray[np.int64]:
    """Return the first row that shows each gene, -1 where none does; place : gene of each row, -1 for none."""
    first = np.full(n_genes, -1, dtype=np.int64)
    known = np.flatnonzero(place >= 0)[::-1]
    first[place[known]] = known
    return first


def _named(names: Sequence[str], is_met: Sequence[int]) -> list[str]:
    """Leave out the names of sets that no list of displayed genes can meet; only their number and size count."""
    return [name if met else "" for name, met in zip(names, is_met, strict=True)]


def set_records(table: EnrichmentTable, alpha: float, n_sets: int) -> list[dict[str, object]]:
    """Return the most certain sets found in a list, without those that a better one represents, as JSON values."""
    return [
        {**_known(row), "overlap": int(row["overlap"]), "fold": float(row["fold_enrichment"])}
        | {"genes": str(row["genes"]).split(";")}
        for row in table.first_distinct(alpha, n_sets)
    ]


def ranked_records(frame: pd.DataFrame | None, alpha: float, n_sets: int) -> list[dict[str, object]]:
    """Return the most certain sets of a ranked list, without those that a better one represents, as JSON values."""
    if frame is None:
        return []
    called = frame[(frame["padj"] < alpha) & (frame["represented_by"] == frame["set_id"])].head(n_sets)
    return [
        {**_known(row), "overlap": int(row["n_leading"]), "nes": float(row["NES"])}
        | {"genes": str(row["leading_edge"]).split(";")}
        for row in called.to_dict("records")
    ]


def _known(row: Mapping[Any, Any]) -> dict[str, object]:
    name = str(row["set_name"])
    return {
        "name": name,
        "set_name": name,
        "collection": str(row["collection"]),
        "set_size": int(str(row["set_size"])),
        "padj": float(str(row["padj"])),
    }
